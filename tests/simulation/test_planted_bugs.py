"""Each guard of the spine taken away in turn: a named check must see it, or the check is worth nothing.

A plant replaces one guard and nothing else. The stories are the ones that pass with the guard in place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import apsw
import pytest

from chargehand.access import callers
from chargehand.approvals import approval as approvals
from chargehand.auditor import quantity
from chargehand.contracts.problems import RefusedError
from chargehand.fleet import ownership
from chargehand.kernel import faults, log, reducer
from chargehand.kernel.sqlite import SqliteSession, SqliteStore
from chargehand.ledger import tree
from chargehand.proposals import execution, lifecycle
from chargehand.testing import checkers
from chargehand.testing.checkers import Broken
from chargehand.testing.simulate import SeedFailed, tell

SEEDS = range(1, 31)
"""The budget: a plant must come to light within so many stories."""

Plant = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(autouse=True)
def _no_faults() -> Iterator[None]:
    yield
    faults.disarm()


def is_seen_by(check: str) -> bool:
    """Whether that check fails within the budget. Another check may see the same bug first, under another seed."""
    for seed in SEEDS:
        try:
            tell(seed)
        except SeedFailed as failed:
            if isinstance(failed.__cause__, Broken) and failed.__cause__.check == check:
                return True
    return False


def no_fence(patch: pytest.MonkeyPatch) -> None:
    """A node goes on writing to a machine whose lease has passed on."""
    patch.setattr(ownership, "hold", lambda _session, _lease, _now_us: None)


def acknowledge_before_commit(patch: pytest.MonkeyPatch) -> None:
    """A transaction is said to be done, and committed only when the next one begins."""

    @contextmanager
    def write(store: SqliteStore) -> Iterator[SqliteSession]:
        connection: apsw.Connection = store._writer
        if connection.in_transaction:
            connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")
        yield SqliteSession(connection, store._queries)

    @contextmanager
    def read(store: SqliteStore) -> Iterator[SqliteSession]:
        yield SqliteSession(store._writer, store._queries)

    patch.setattr(SqliteStore, "write", write)
    patch.setattr(SqliteStore, "read", read)


def skipped_leaf(patch: pytest.MonkeyPatch) -> None:
    """Of a batch of several events one is in the log and not in the tree."""
    seal = tree.seal

    def skipping(size: int, frontier: bytes, leaves: Sequence[bytes]) -> tree.Sealed:
        whole = seal(size, frontier, leaves)
        if len(leaves) < 2:
            return whole
        return whole._replace(frontier=seal(size, frontier, [*leaves[:-1], leaves[0]]).frontier)

    patch.setattr(tree, "seal", skipping)


def permit_not_consumed(patch: pytest.MonkeyPatch) -> None:
    """A permit that was used is still good."""

    def check_permit(state: lifecycle.ProposalState, holder: str, permit_digest: str, _now_us: int) -> None:
        if (state.permit_digest, state.permit_holder) != (permit_digest, holder):
            raise RefusedError("GATE.PERMIT_UNKNOWN", "not this one")

    patch.setattr(lifecycle, "check_permit", check_permit)
    patch.setattr(execution, "check_permit", check_permit)


def permit_of_anybody(patch: pytest.MonkeyPatch) -> None:
    """A permit works for whoever shows it."""
    check_permit = lifecycle.check_permit

    def any_holder(state: lifecycle.ProposalState, _holder: str, permit_digest: str, now_us: int) -> None:
        check_permit(state, state.permit_holder or "", permit_digest, now_us)

    patch.setattr(lifecycle, "check_permit", any_holder)
    patch.setattr(execution, "check_permit", any_holder)


def permit_for_ever(patch: pytest.MonkeyPatch) -> None:
    """A permit does not run out."""
    check_permit = lifecycle.check_permit

    def timeless(state: lifecycle.ProposalState, holder: str, permit_digest: str, _now_us: int) -> None:
        check_permit(state, holder, permit_digest, 0)

    patch.setattr(lifecycle, "check_permit", timeless)
    patch.setattr(execution, "check_permit", timeless)


def role_not_checked(patch: pytest.MonkeyPatch) -> None:
    """Everybody may do everything."""
    patch.setattr(callers, "require", lambda _caller, _roles: None)


def self_approval(patch: pytest.MonkeyPatch) -> None:
    """A person approves their own proposal under a policy that forbids it."""
    decide = approvals._decide

    def lenient(state: approvals.ApprovalState, command: approvals.Decide) -> list[reducer.Fact]:
        return decide(state, command._replace(single_operator=True))

    patch.setattr(approvals, "_decide", lenient)


def approval_not_asked(patch: pytest.MonkeyPatch) -> None:
    """What needs an approval is executed without one."""
    patch.setattr(execution, "_usable_approval", lambda _transaction, _state: None)


def unit_not_checked(patch: pytest.MonkeyPatch) -> None:
    """A number is judged as if it stood in the working unit, whatever unit it has."""
    patch.setattr(quantity, "_unit", lambda *_arguments: (1.0, 0.0))


def verdict_not_checked(patch: pytest.MonkeyPatch) -> None:
    """A permit is given whatever the verdict, and the re-check is not heard."""
    patch.setattr(lifecycle, "check_permittable", lambda _state, _now_us: None)
    patch.setattr(execution, "PERMITTING", ("allow", "allow_with_obligations", "deny", "indeterminate"))


def row_not_written(patch: pytest.MonkeyPatch) -> None:
    """Events are recorded and their row is not brought up to date."""
    record = reducer.record

    def forgetful(aggregate: Any, transaction: Any, key: str, state: Any, facts: Any, **rest: Any) -> Any:
        later = transaction.later
        if state is not None and state.revision > 2:
            transaction.later = lambda _query, _params: None
        try:
            return record(aggregate, transaction, key, state, facts, **rest)
        finally:
            transaction.later = later

    patch.setattr(execution, "record", forgetful)


def number_left_out(patch: pytest.MonkeyPatch) -> None:
    """A batch leaves a number out."""
    row = log.Log._row

    def gapped(self: log.Log, seq: int, event: log.Staged) -> Any:
        return row(self, seq + (event.kind == "proposal.permitted" and seq % 2), event)

    patch.setattr(log.Log, "_row", gapped)


PLANTS: list[tuple[Plant, str]] = [
    (no_fence, "writes"),
    (acknowledge_before_commit, "acknowledged"),
    (skipped_leaf, "ledger"),
    (permit_not_consumed, "permits"),
    (permit_of_anybody, "permits"),
    (permit_for_ever, "permits"),
    (role_not_checked, "roles"),
    (self_approval, "roles"),
    (approval_not_asked, "permits"),
    (unit_not_checked, "limits"),
    (verdict_not_checked, "permits"),
    (row_not_written, "projections"),
    (number_left_out, "order"),
]


@pytest.mark.parametrize(("plant", "check"), PLANTS, ids=[plant.__name__ for plant, _ in PLANTS])
def test_planted_bug_is_seen(plant: Plant, check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    assert is_seen_by(check)


def test_every_check_sees_some_plant() -> None:
    assert {check for _, check in PLANTS} == set(checkers.CHECKS)
