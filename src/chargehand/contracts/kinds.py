"""THE table of event kinds: which payload each has, in which version, who owns it, and which test proves it.

To add a kind: 1. write its payload record in its family's file, with an `Attributes:` section; 2. add its row here at
version 1; 3. add an example of it to `contracts/examples.py`; 4. write the test that the row names, in which its owner
emits it; 5. run `python -m tools.generate` and look at what it wrote.

To change a payload, add optional fields. Anything else is a new version: a new record, a new row, an up-caster in the
owner's room; the old row and its golden file stay.

Readers skip kinds that they do not know, and count them.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from chargehand.contracts.approval import ApprovalConsumed, ApprovalDecided, ApprovalExpired, ApprovalRequested
from chargehand.contracts.machine import MachineCondition, MachineStateChanged, TelemetrySealed
from chargehand.contracts.policy import PolicyLoaded
from chargehand.contracts.principal import PrincipalAdded, PrincipalRevoked
from chargehand.contracts.program import ProgramStored
from chargehand.contracts.proposal import (
    ProposalDecided,
    ProposalExecuted,
    ProposalExecuting,
    ProposalPermitted,
    ProposalRefused,
    ProposalRejected,
    ProposalSubmitted,
)
from chargehand.contracts.quarantine import QuarantineExpired, QuarantineOpened, QuarantineOverridden
from chargehand.contracts.system import EngineStarted


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table.

    Attributes:
        kind: `noun.verb_past`, the event's `type`.
        payload: record of `data`.
        v: version of the payload.
        stability: stable kinds are frozen; experimental ones may still change.
        owner: the room that writes it.
        subject: what such an event is about.
        proof: the test in which it is emitted.
    """

    kind: str
    payload: type[msgspec.Struct]
    v: int = 1
    stability: Literal["stable", "experimental"] = "stable"
    owner: str
    subject: str
    proof: str

    @property
    def dataschema(self) -> str:
        """Relative address of the payload's JSON Schema."""
        return f"/schemas/{self.kind}.v{self.v}.json"


def _proposal(kind: str, payload: type[msgspec.Struct], proof: str) -> Kind:
    return Kind(kind=kind, payload=payload, owner="proposals", subject="proposal/{id}", proof=proof)


def _approval(kind: str, payload: type[msgspec.Struct], proof: str) -> Kind:
    return Kind(kind=kind, payload=payload, owner="approvals", subject="approval/{id}", proof=proof)


def _machine(kind: str, payload: type[msgspec.Struct], proof: str) -> Kind:
    return Kind(kind=kind, payload=payload, owner="fleet", subject="machine/{id}", proof=proof)


def _principal(kind: str, payload: type[msgspec.Struct], proof: str) -> Kind:
    return Kind(kind=kind, payload=payload, owner="access", subject="principal/{id}", proof=proof)


def _quarantine(kind: str, payload: type[msgspec.Struct], proof: str) -> Kind:
    return Kind(kind=kind, payload=payload, owner="fleet", subject="quarantine/{id}", proof=proof)


_EVERY_KIND = "tests/contracts/test_kinds.py::test_golden_payload_decodes_and_encodes_to_the_same_bytes"

_ENTRIES = (
    _proposal("proposal.submitted", ProposalSubmitted, _EVERY_KIND),
    _proposal("proposal.rejected", ProposalRejected, _EVERY_KIND),
    _proposal("proposal.decided", ProposalDecided, _EVERY_KIND),
    _proposal("proposal.permitted", ProposalPermitted, _EVERY_KIND),
    _proposal("proposal.refused", ProposalRefused, _EVERY_KIND),
    _proposal("proposal.executing", ProposalExecuting, _EVERY_KIND),
    _proposal("proposal.executed", ProposalExecuted, _EVERY_KIND),
    _approval("approval.requested", ApprovalRequested, _EVERY_KIND),
    _approval("approval.decided", ApprovalDecided, _EVERY_KIND),
    _approval("approval.expired", ApprovalExpired, _EVERY_KIND),
    _approval("approval.consumed", ApprovalConsumed, _EVERY_KIND),
    _machine("machine.state", MachineStateChanged, _EVERY_KIND),
    _machine("machine.condition", MachineCondition, _EVERY_KIND),
    _machine("telemetry.sealed", TelemetrySealed, _EVERY_KIND),
    Kind(
        kind="program.stored",
        payload=ProgramStored,
        owner="fleet",
        subject="program/{sha256}",
        proof="tests/unit/fleet/test_programs.py::test_a_text_is_stored_once",
    ),
    _quarantine("quarantine.opened", QuarantineOpened, _EVERY_KIND),
    _quarantine("quarantine.overridden", QuarantineOverridden, _EVERY_KIND),
    _quarantine("quarantine.expired", QuarantineExpired, _EVERY_KIND),
    _principal("principal.added", PrincipalAdded, _EVERY_KIND),
    _principal("principal.revoked", PrincipalRevoked, _EVERY_KIND),
    Kind(
        kind="policy.loaded",
        payload=PolicyLoaded,
        owner="services",
        subject="policy/{name}",
        proof=_EVERY_KIND,
    ),
    Kind(
        kind="engine.started",
        payload=EngineStarted,
        owner="services",
        subject="engine/{instance}",
        proof=_EVERY_KIND,
    ),
)

KINDS: dict[tuple[str, int], Kind] = {(entry.kind, entry.v): entry for entry in _ENTRIES}
"""Every row by kind and version."""

NEWEST: dict[str, Kind] = {entry.kind: entry for entry in sorted(_ENTRIES, key=lambda entry: entry.v)}
"""The row that writers use, by kind."""

assert len(KINDS) == len(_ENTRIES), "a kind stands twice"
