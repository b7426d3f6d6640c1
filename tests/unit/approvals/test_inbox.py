"""The inbox: requested with the verdict, decided once, run out by the sweep, listed newest first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chargehand.approvals import inbox
from chargehand.approvals.approval import APPROVAL, Consume, decide
from chargehand.contracts.approval import ApprovalRequested
from chargehand.contracts.problems import RefusedError, RequestError
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.reducer import differences
from chargehand.kernel.sqlite import SqliteStore
from chargehand.kernel.writer import Command, Transaction
from chargehand.testing.clock import SimClock
from tests.conformance.nodes import every, writer_of

ANNA, PLANNER = "human:anna", "agent:planner"
LIFE_US = 1_000


class Inbox:
    """Approvals in a store of their own."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.clock = SimClock()
        self._writer = writer_of(store, clock=self.clock)

    def run(self, command: Command[Any]) -> Any:
        (answer,) = self._writer.run_batch([command])
        if answer.error is not None:
            raise answer.error
        return answer.result

    def request(self, number: int, subject: str = "machine/CNC-001") -> str:
        key = f"apr_{number:02}"
        requested = ApprovalRequested(
            kind="machine.change",
            subject=subject,
            proposal_id=f"prp_{number:02}",
            proposal_digest=f"sha256:{number}",
            risk="medium",
            reason_codes=["GATE.APPROVAL_REQUIRED"],
            requested_by=PLANNER,
            expires_at=iso_utc(self.clock.now_us() + LIFE_US),
        )
        self.run(lambda transaction: inbox.request(transaction, key, requested, PLANNER))
        return key

    def answer(self, key: str, decision: Any = "approve", actor: str = ANNA, reason: str = "fine") -> Any:
        return self.run(inbox.answer(key, decision, reason, actor, single_operator=False))

    def status(self, key: str) -> str:
        with self.store.read() as session:
            assert list(differences(APPROVAL, session)) == []
            return inbox.find(session, key).status


@pytest.fixture
def box(open_sqlite: Callable[..., SqliteStore]) -> Inbox:
    return Inbox(open_sqlite(":memory:"))


def test_a_decision_is_recorded_with_its_story(box: Inbox) -> None:
    key = box.request(1)
    assert box.answer(key).status == "approved"
    requested, decided = every(box.store)
    assert (requested.kind, decided.kind) == ("approval.requested", "approval.decided")
    assert {requested.topic, decided.topic} == {"machine/CNC-001"}
    assert b'"correlationid":"prp_01"' in decided.envelope
    assert b'"actor":"human:anna"' in decided.envelope
    assert box.status(key) == "approved"


def test_of_two_who_decide_at_once_one_wins(box: Inbox) -> None:
    key = box.request(1)
    commands = [
        inbox.answer(key, "approve", "", ANNA, single_operator=False),
        inbox.answer(key, "deny", "no", "human:otto", single_operator=False),
    ]
    first, second = writer_of(box.store, seed=7, clock=box.clock).run_batch(commands)
    assert first.error is None
    assert isinstance(second.error, RefusedError)
    assert second.error.code == "GATE.APPROVAL_ALREADY_DECIDED"
    assert "human:anna" in second.error.detail
    assert box.status(key) == "approved"


def test_a_refused_decision_leaves_no_trace(box: Inbox) -> None:
    key = box.request(1)
    before = len(every(box.store))
    for decision, actor, reason in (("approve", PLANNER, "x"), ("deny", ANNA, " "), ("rework", ANNA, "")):
        with pytest.raises(RefusedError):
            box.answer(key, decision, actor, reason)
    assert len(every(box.store)) == before
    assert box.status(key) == "pending"


@pytest.mark.parametrize("reason", ["no\0pe", "\0", "x" * (inbox.REASON_CHARACTERS_MAX + 1)])
def test_a_reason_that_no_database_keeps_is_refused(box: Inbox, reason: str) -> None:
    key = box.request(1)
    with pytest.raises(RequestError, match=r"REQ\.BODY_INVALID"):
        box.answer(key, "deny", reason=reason)
    assert box.answer(key, "deny", reason="ä" * inbox.REASON_CHARACTERS_MAX).status == "denied"


def test_there_is_no_deciding_of_nothing(box: Inbox) -> None:
    with pytest.raises(RequestError, match=r"REQ\.NOT_FOUND"):
        box.answer("apr_99")


def test_the_sweep_ends_what_is_open_and_over_time(box: Inbox) -> None:
    keys = [box.request(number) for number in range(4)]
    box.answer(keys[1])
    box.answer(keys[2], "deny")
    assert box.run(inbox.expire_due("engine")) == 0
    box.clock.advance(LIFE_US - 1)
    assert box.run(inbox.expire_due("engine")) == 0
    box.clock.advance(1)
    assert box.run(inbox.expire_due("engine")) == 3
    assert [box.status(key) for key in keys] == ["expired", "expired", "denied", "expired"]
    assert box.run(inbox.expire_due("engine")) == 0


def test_a_sweep_takes_a_bounded_bite(box: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "EXPIRE_BATCH_MAX", 2)
    for number in range(5):
        box.request(number)
    box.clock.advance(LIFE_US)
    assert [box.run(inbox.expire_due("engine")) for _ in range(4)] == [2, 2, 1, 0]


def test_a_decision_after_the_time_is_refused_before_any_sweep(box: Inbox) -> None:
    key = box.request(1)
    box.clock.advance(LIFE_US)
    with pytest.raises(RefusedError, match=r"GATE\.APPROVAL_EXPIRED"):
        box.answer(key)


def test_spending_is_recorded_in_the_spenders_transaction(box: Inbox) -> None:
    key = box.request(1)
    box.answer(key)

    def spend(transaction: Transaction) -> None:
        state = inbox.find(transaction.session, key)
        facts = decide(state, Consume("dec_1", state.proposal_digest, transaction.now_us))
        inbox.consume(transaction, state, facts, PLANNER)

    def spend_and_fail(transaction: Transaction) -> None:
        spend(transaction)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        box.run(spend_and_fail)
    assert box.status(key) == "approved"
    box.run(spend)
    assert box.status(key) == "consumed"
    with pytest.raises(RefusedError, match=r"GATE\.APPROVAL_CONSUMED"):
        box.run(spend)


def test_one_approval_per_proposal(box: Inbox) -> None:
    from chargehand.kernel.store import ConstraintError

    box.request(1)
    with pytest.raises(ConstraintError):
        box.request(1)


def test_pages_are_newest_first_and_filtered(box: Inbox) -> None:
    for number in range(5):
        box.request(number, subject=f"machine/CNC-00{number % 2}")
    box.answer("apr_03")
    with box.store.read() as session:
        everything = inbox.page(session, None, 3)
        rest = inbox.page(session, everything[-1].id, 9)
        approved = inbox.page(session, None, 9, status="approved")
        odd = inbox.page(session, None, 9, subject="machine/CNC-001")
    assert [one.id for one in (*everything, *rest)] == ["apr_04", "apr_03", "apr_02", "apr_01", "apr_00"]
    assert [one.id for one in approved] == ["apr_03"]
    assert [one.id for one in odd] == ["apr_03", "apr_01"]
