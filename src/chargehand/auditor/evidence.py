"""What a proposal is judged on beside itself: the machine's state, its card, and when its samples arrived.

Everything is a value that the caller took at one moment; nothing here is read while judging.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from chargehand.auditor.cards import LoadedCard
from chargehand.contracts.card import MachineCard
from chargehand.contracts.machine import MachineState
from chargehand.contracts.quarantine import Quarantine
from chargehand.kernel.canonical import canonical_bytes, record_bytes, sha256_text


class Commitment(msgspec.Struct, frozen=True, kw_only=True):
    """Load that a machine's drive is already promised: a permitted cut that has not been made yet.

    Attributes:
        load: motor power as a share of the continuous rating, u of the duty rule.
        seconds: how long it lasts.
    """

    load: float
    seconds: float


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about the subject.

    Attributes:
        machine: the subject's card, or None when there is no such machine.
        state: its newest state, or None when it has none.
        sampled_us: arrival of recent samples by sequence, in microseconds; what is not in it is too old to name.
        commitments: what the machine's drive is promised already, in the order in which it was permitted.
        program: text of the part program that the proposal is about, else of the loaded one; None if it is not held.
        quarantines: entries in force, for the machine's fleet.
        state_digest: digest of `state` if the caller has it; otherwise it is computed for every verdict (some 5 us).
        digests: digests of commitments, program and quarantines by these names, as far as the caller has them.
    """

    machine: LoadedCard[MachineCard] | None = None
    state: MachineState | None = None
    sampled_us: Mapping[int, int] = {}
    commitments: tuple[Commitment, ...] = ()
    program: bytes | None = None
    quarantines: tuple[Quarantine, ...] = ()
    state_digest: str | None = None
    digests: Mapping[str, str] = {}


NO_EVIDENCE = Evidence()
"""For proposals that are not about a machine."""


class Ids(NamedTuple):
    """The identifiers that a verdict carries; all None in a dry run.

    Attributes:
        decision: `dec_...`.
        proposal: `prp_...`.
        approval: `apr_...`, used only if the verdict is needs_approval.
    """

    decision: str | None = None
    proposal: str | None = None
    approval: str | None = None


DRY_RUN = Ids()


PARTICULARS = ("commitments", "program", "quarantines")
"""Roles of what only some verdicts stand on."""


def state_digest(state: MachineState) -> str:
    """Digest of a state as decisions record it."""
    return sha256_text(state_bytes(state))


def list_bytes(items: tuple[Commitment, ...] | tuple[Quarantine, ...]) -> bytes:
    """Canonical JSON of commitments or quarantines, as decisions keep them."""
    return canonical_bytes(items)


def particulars(evidence: Evidence) -> dict[str, str]:
    """Digests of commitments, program and quarantines by role, of those that there are."""
    found: dict[str, str] = {}
    known = evidence.digests
    if evidence.commitments:
        found["commitments"] = known.get("commitments") or sha256_text(list_bytes(evidence.commitments))
    if evidence.program is not None:
        found["program"] = known.get("program") or sha256_text(evidence.program)
    if evidence.quarantines:
        found["quarantines"] = known.get("quarantines") or sha256_text(list_bytes(evidence.quarantines))
    return found


def state_bytes(state: MachineState) -> bytes:
    """Canonical JSON of a state; a number that is not finite is null there."""
    try:
        return canonical_bytes(state)
    except ValueError:
        return record_bytes(state)
