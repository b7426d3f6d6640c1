"""A proposal: one exact act that somebody wants done, and what becomes of it.

The envelope is lenient on purpose: whatever has a kind, a subject and an action is a proposal and gets a recorded
verdict. What is wrong inside is for the auditor to say, in reason codes, not for the decoder.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from chargehand.contracts.verdict import Verdict

ProposalKind = Literal[
    "machine.change",
    "tool.call",
    "connector.call",
    "memory.write",
    "memory.promote",
    "routine.activate",
    "window.open",
    "mission.start",
]
EffectClass = Literal["read", "internal_write", "external", "destructive", "money", "credential"]
Operation = Literal["override", "parameter_set", "program_load", "offset_write", "start", "macro"]
ProposalStatus = Literal[
    "denied",
    "allowed",
    "awaiting_approval",
    "approved",
    "refused",
    "expired",
    "permitted",
    "executing",
    "executed",
    "failed",
    "unknown",
]

KNOWN_FIELDS = frozenset({"kind", "subject", "intent", "action", "based_on", "expires_at", "rationale"})
"""Top-level fields of a proposal; any other is denied with PROP.FIELD_UNKNOWN."""


class Quantity(msgspec.Struct, frozen=True, kw_only=True):
    """A number with its unit.

    Attributes:
        value: a finite JSON number.
        unit: a unit of `contracts/units.py`, exactly as written there.
    """

    value: int | float
    unit: str


class BasedOn(msgspec.Struct, frozen=True, kw_only=True):
    """The state that the proposer looked at.

    Attributes:
        instance_id: the telemetry instance it read.
        seq: the last sample it read.
        digest: digest of the machine's set-up at that time, or null.
    """

    instance_id: str
    seq: int
    digest: str | None = None


class MachineChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The action of a `machine.change`. Absent parameters keep their present value and are judged with it.

    Attributes:
        operation: override, parameter_set, program_load, offset_write, start or macro.
        tool: cutting tool card.
        material: material card.
        params: the values to set, each with its unit.
        cut_time: how long the cut lasts; absent means endless.
        engagement: side or centred.
        cut_type: roughing or finishing; where the set-up says otherwise, the stricter of the two holds.
        workpiece_diameter: for turning.
        path_radius: the smallest radius that the path runs through under feed; absent keeps the present one.
        program_sha256: digest of the program to load or start.
    """

    operation: Operation
    tool: str | None = None
    material: str | None = None
    params: dict[str, Quantity] = {}
    cut_time: Quantity | None = None
    engagement: Literal["side", "centred"] | None = None
    cut_type: Literal["roughing", "finishing"] | None = None
    workpiece_diameter: Quantity | None = None
    path_radius: Quantity | None = None
    program_sha256: str | None = None


class ToolCall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The action of a `tool.call`.

    Attributes:
        tool: the tool's name in the policy.
        arguments: what it is called with.
        paths: every path it will touch.
        host: the host it will reach.
        command: the program it will start.
        cwd: the folder it starts in.
        run_id: the run that wants it.
    """

    tool: str
    arguments: dict[str, Any] = {}
    paths: list[str] = []
    host: str | None = None
    command: str | None = None
    cwd: str | None = None
    run_id: str | None = None


class ConnectorCall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The action of a `connector.call`.

    Attributes:
        connector: the connector's name in the policy.
        operation: what to call on it.
        arguments: what it is called with.
        host: the host it will reach.
    """

    connector: str
    operation: str
    arguments: dict[str, Any] = {}
    host: str | None = None


class ProposalBody(msgspec.Struct, frozen=True, kw_only=True):
    """What is posted to `/v1/proposals`: the documented shape of a proposal.

    Attributes:
        kind: what sort of act it is.
        subject: what it acts on, `machine/CNC-001`.
        intent: what it is for, in words.
        action: the act; a closed record per kind.
        based_on: the state it was made for; absent binds it to the newest.
        expires_at: UTC time after which it must not be decided or executed.
        rationale: anything; never evaluated.
    """

    kind: ProposalKind
    subject: str
    action: dict[str, Any]
    intent: str = ""
    based_on: BasedOn | None = None
    expires_at: str | None = None
    rationale: Any = None


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A decoded proposal, as it goes to the auditor.

    Attributes:
        kind: as given, not yet known to be a kind.
        subject: as given.
        body: the whole proposal as it was submitted.
        digest: `sha256:` of its canonical JSON.
        canonical: that canonical JSON; empty where nothing will be recorded.
    """

    kind: str
    subject: str
    body: dict[str, Any]
    digest: str
    canonical: bytes = b""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an execution.

    Attributes:
        status: applied, failed, or unknown (the engine stopped between the write and its record).
        at: UTC time.
        code: reason code when it was not applied, else null.
        detail: what the executor reported.
    """

    status: Literal["applied", "failed", "unknown"]
    at: str
    code: str | None = None
    detail: dict[str, Any] = {}


class ProposalRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal's lifecycle, at `GET /v1/proposals/{id}`.

    Attributes:
        id: `prp_...`.
        kind: kind of the proposal.
        subject: what it acts on.
        status: where it stands.
        revision: revision of the record.
        proposer: principal that submitted it.
        submitted_at: UTC time.
        decision_id: its verdict.
        verdict: the verdict's name.
        primary_code: the verdict's first code.
        approval_id: approval it waits or waited for.
        permit_expires_at: UTC time the issued permit ends, or null.
        outcome: what came of it, or null.
        proposal: the proposal as submitted, absent in lists.
        intent: what it is for, in its proposer's words; null if it says nothing, or its content was erased.
        reason_codes: every code of the verdict, in its order.
        policy_digest: the policy it was judged by; `GET /v1/policies` says which that is.
        evaluated_at: UTC time of the judgement.
        clamped: whether the verdict names a nearest admissible proposal; null once its content was erased.
        took_us: whole microseconds from the arrival of the body to the verdict, by the engine's clock; null where that
            was not recorded.
    """

    id: str
    kind: str
    subject: str
    status: ProposalStatus
    revision: int
    proposer: str
    submitted_at: str
    decision_id: str
    verdict: str
    primary_code: str
    approval_id: str | None = None
    permit_expires_at: str | None = None
    outcome: Outcome | None = None
    proposal: dict[str, Any] | None = None
    intent: str | None = None
    reason_codes: list[str] = []
    policy_digest: str | None = None
    evaluated_at: str | None = None
    clamped: bool | None = None
    took_us: int | None = None


class PermitRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A one-shot permit. The text is shown once and stored only as a digest.

    Attributes:
        permit: the permit, to be handed to `execute` within its life.
        expires_at: UTC time.
    """

    permit: str
    expires_at: str


class ExecuteBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is posted to `/v1/decisions/{id}/execute`.

    Attributes:
        permit: the permit of that decision.
    """

    permit: str


class ProposalSubmitted(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `proposal.submitted`.

    Attributes:
        digest: digest of the proposal.
        proposal: the proposal exactly as submitted.
    """

    digest: str
    proposal: dict[str, Any]


class ProposalRejected(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `proposal.rejected`: something arrived that is not a proposal.

    Attributes:
        bytes: size of the body.
        code: why.
        digest: digest of the body.
    """

    bytes: int
    code: str
    digest: str


class DecidedCut(msgspec.Struct, frozen=True, kw_only=True):
    """A cut that ends, as it was judged: what it asks of the machine's drive once it is permitted.

    Attributes:
        load: motor power, or torque if that is more, as a share of the continuous rating, rounded up to 0.0001.
        seconds: how long it lasts, rounded up to 0.001; at most a year.
    """

    load: int | float
    seconds: int | float


class ProposalDecided(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Payload of `proposal.decided`.

    Attributes:
        basis: what must be unchanged when it is executed: telemetry instance and set-up digest; null if nothing.
        cut: the cut it was judged as; absent unless it is one that ends.
        evidence: digests of what it was judged on, by role: state, machine, tool, material, policy.
        took_us: whole microseconds from the arrival of the body to the verdict, by the engine's clock; absent where
            nobody measured it.
        verdict: the verdict, byte for byte as on every other surface.
    """

    basis: str | None
    cut: DecidedCut | None = None
    evidence: dict[str, str]
    took_us: int | None = None
    verdict: Verdict


class ProposalPermitted(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `proposal.permitted`.

    Attributes:
        decision_id: the decision.
        expires_at: UTC time.
        holder: principal that may use it.
        permit_digest: digest of the permit's text.
    """

    decision_id: str
    expires_at: str
    holder: str
    permit_digest: str


class ProposalExecuting(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `proposal.executing`: the permit is consumed and the write is about to happen.

    Attributes:
        decision_id: the decision.
        permit_digest: the consumed permit.
        recheck: verdict of the judgement made just before the write.
        recheck_digest: input digest of that judgement.
    """

    decision_id: str
    permit_digest: str
    recheck: str
    recheck_digest: str


class ProposalRefused(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `proposal.refused`: an execution was asked for and not granted.

    Attributes:
        decision_id: the decision.
        code: the first reason.
        reason_codes: every reason.
        permit_digest: the permit that was shown, if it was this decision's.
    """

    decision_id: str
    code: str
    reason_codes: list[str]
    permit_digest: str | None = None


class ProposalExecuted(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `proposal.executed`.

    Attributes:
        decision_id: the decision.
        outcome: what came of it.
    """

    decision_id: str
    outcome: Outcome
