"""The operation registry: everything that can be asked of the engine, once. API, SDK, CLI and documents are tied to it.

An operation is named `noun.verb`. Its roles are the roles that may call it, beside those that imply them
(`contracts/principal.py`); no role at all means anybody, token or not. Within v1 operations and optional parameters are
added; nothing is removed, renamed or made required. Streams over WebSocket stand apart, in `STREAMS`.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from chargehand.contracts.approval import Approval, DecideBody
from chargehand.contracts.envelope import EngineEvent
from chargehand.contracts.explanation import Explanation
from chargehand.contracts.export import ExportedEvent
from chargehand.contracts.ledger import Checkpoint, ConsistencyProof, InclusionProof, LedgerReport
from chargehand.contracts.machine import (
    ConditionFrame,
    DecisionFrame,
    GapFrame,
    HeartbeatFrame,
    Machine,
    TelemetryFrame,
    TelemetryPage,
)
from chargehand.contracts.page import LIMIT_DEFAULT, LIMIT_MAX, Page
from chargehand.contracts.policy import PolicyRecord
from chargehand.contracts.principal import Principal, PrincipalAddBody, PrincipalToken, Role, SessionBody, SessionRecord
from chargehand.contracts.proposal import ExecuteBody, Outcome, PermitRecord, ProposalBody, ProposalRecord
from chargehand.contracts.reasons import ReasonCode
from chargehand.contracts.system import Health, Version
from chargehand.contracts.verdict import Verdict

JSON = "application/json"
JSONL = "application/jsonl"
SSE = "text/event-stream"

TELEMETRY_LIMIT_MAX = 5000
"""Most frames in one page of telemetry."""


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One query parameter or header.

    Attributes:
        name: its name.
        docs: what it does.
        type: string, integer or boolean.
        default: what counts when it is absent; null where absent means absent.
        minimum: lowest value, for integers.
        maximum: highest value, for integers.
        choices: the closed list of values, if there is one.
        required: whether it must be given.
        where: query or header.
    """

    name: str
    docs: str
    type: Literal["string", "integer", "boolean"] = "string"
    default: str | int | bool | None = None
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    required: bool = False
    where: Literal["query", "header"] = "query"


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be asked over HTTP.

    Attributes:
        name: `noun.verb`.
        method: HTTP method.
        path: path with `{parameters}`.
        summary: what it does, in half a line.
        docs: what a caller has to know beyond that.
        input: record of the request body, or None.
        output: record of the answer, of one frame or line for streams, or None.
        status: status of success.
        roles: roles that may call it; empty means anybody.
        effect: read or write. Writes take `Idempotency-Key`.
        query: query parameters.
        headers: request headers with a meaning of their own.
        media: media types of the answer; the first is the default, another is chosen by `Accept`.
        location: path whose address the `Location` header of the answer carries.
    """

    name: str
    method: Literal["GET", "POST", "DELETE"]
    path: str
    summary: str
    docs: str = ""
    input: Any = None
    output: Any = None
    status: int = 200
    roles: tuple[Role, ...] = ("viewer",)
    effect: Literal["read", "write"] = "read"
    query: tuple[Parameter, ...] = ()
    headers: tuple[Parameter, ...] = ()
    media: tuple[str, ...] = (JSON,)
    location: str | None = None


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """One WebSocket. It only sends; whatever a client says on it is ignored.

    Attributes:
        name: `noun.watch`.
        path: path with `{parameters}`.
        summary: what it carries.
        frames: records that it sends, one JSON text message each.
        roles: roles that may open it.
        query: query parameters.
        docs: what a reader has to know.
    """

    name: str
    path: str
    summary: str
    frames: tuple[Any, ...]
    roles: tuple[Role, ...]
    query: tuple[Parameter, ...]
    docs: str


_LIMIT = Parameter(
    name="limit",
    type="integer",
    default=LIMIT_DEFAULT,
    minimum=1,
    maximum=LIMIT_MAX,
    docs="Most records to answer with.",
)
_CURSOR = Parameter(name="cursor", docs="`next_cursor` of the page before.")
_AFTER_EVENT = Parameter(
    name="after",
    type="integer",
    minimum=0,
    docs="Send what follows this `seq`; absent means from now on, 0 from the start.",
)
_TYPES = Parameter(name="types", docs="Comma-separated kinds; a trailing `*` takes a whole family, `proposal.*`.")
_SUBJECT = Parameter(name="subject", docs="Only what is about this subject, `machine/CNC-001`.")
_AFTER_FRAME = Parameter(
    name="after", type="integer", minimum=0, docs="Send what follows this frame `seq`; absent means from now on."
)
_INSTANCE = Parameter(
    name="instance_id", docs="The instance that `after` belongs to; another one now is answered by a gap."
)
_LAST_EVENT = Parameter(
    name="Last-Event-ID", where="header", docs="Position of the last event that arrived; wins over `after`."
)
_IF_MATCH = Parameter(name="If-Match", where="header", docs="Revision that the caller read, as in `ETag`.")
_PAGED = (_LIMIT, _CURSOR)

_ENTRIES = (
    Operation(
        name="proposal.submit",
        method="POST",
        path="/v1/proposals",
        summary="Submit a proposal and get its verdict.",
        docs="Whatever has a kind, a subject and an action is recorded and judged, however wrong its content is. "
        "The answer is the verdict. A dry run answers 200, stores nothing and has null ids.",
        input=ProposalBody,
        output=Verdict,
        status=201,
        roles=("operator", "agent"),
        effect="write",
        query=(Parameter(name="dry_run", type="boolean", default=False, docs="Judge only; record nothing."),),
        location="/v1/proposals/{id}",
    ),
    Operation(
        name="proposal.list",
        method="GET",
        path="/v1/proposals",
        summary="List proposals, newest first.",
        output=Page[ProposalRecord],
        query=(
            *_PAGED,
            Parameter(name="kind", docs="Only this kind."),
            _SUBJECT,
            Parameter(name="status", docs="Only this status of the lifecycle."),
            Parameter(name="proposer", docs="Only what this principal proposed."),
        ),
    ),
    Operation(
        name="proposal.show",
        method="GET",
        path="/v1/proposals/{id}",
        summary="Show a proposal and where it stands.",
        docs="`ETag` carries the record's revision.",
        output=ProposalRecord,
    ),
    Operation(
        name="decision.list",
        method="GET",
        path="/v1/decisions",
        summary="List verdicts, newest first.",
        output=Page[Verdict],
        query=(
            *_PAGED,
            Parameter(
                name="verdict",
                choices=("allow", "allow_with_obligations", "needs_approval", "deny", "indeterminate"),
                docs="Only this verdict.",
            ),
            Parameter(name="code", docs="Only verdicts that carry this reason code."),
            _SUBJECT,
        ),
    ),
    Operation(
        name="decision.show",
        method="GET",
        path="/v1/decisions/{id}",
        summary="Show a verdict.",
        docs="The bytes are those of the answer to the submission, of every stream and of the ledger export.",
        output=Verdict,
    ),
    Operation(
        name="decision.explain",
        method="GET",
        path="/v1/decisions/{id}/explain",
        summary="Explain a verdict in words.",
        docs="The operator's view names rules and needs the role operator.",
        output=Explanation,
        query=(
            Parameter(name="view", choices=("caller", "operator"), default="caller", docs="For whom it is explained."),
        ),
    ),
    Operation(
        name="decision.permit",
        method="POST",
        path="/v1/decisions/{id}/permit",
        summary="Ask for the one-shot permit of an allowed or approved decision.",
        docs="The permit is shown this once, belongs to the caller, and is good for one execution.",
        output=PermitRecord,
        roles=("operator", "agent"),
        effect="write",
    ),
    Operation(
        name="decision.execute",
        method="POST",
        path="/v1/decisions/{id}/execute",
        summary="Carry out a decision under its permit.",
        docs="The proposal is judged again just before the act; a refusal carries every reason code.",
        input=ExecuteBody,
        output=Outcome,
        roles=("operator", "agent"),
        effect="write",
    ),
    Operation(
        name="approval.list",
        method="GET",
        path="/v1/approvals",
        summary="List approvals, newest first.",
        output=Page[Approval],
        query=(
            *_PAGED,
            Parameter(
                name="status",
                choices=("pending", "approved", "denied", "rework", "expired", "consumed"),
                docs="Only this status.",
            ),
            _SUBJECT,
        ),
    ),
    Operation(
        name="approval.show",
        method="GET",
        path="/v1/approvals/{id}",
        summary="Show an approval.",
        docs="`ETag` carries the record's revision.",
        output=Approval,
    ),
    Operation(
        name="approval.decide",
        method="POST",
        path="/v1/approvals/{id}/decide",
        summary="Approve, deny or send back.",
        docs="A decision is final. Denying and sending back need a reason in words.",
        input=DecideBody,
        output=Approval,
        roles=("approver",),
        effect="write",
        headers=(_IF_MATCH,),
    ),
    Operation(
        name="machine.list",
        method="GET",
        path="/v1/machines",
        summary="List machines.",
        output=Page[Machine],
        query=(
            *_PAGED,
            Parameter(name="site", docs="Only machines of this site."),
            Parameter(name="cell", docs="Only machines of this cell."),
        ),
    ),
    Operation(
        name="machine.show",
        method="GET",
        path="/v1/machines/{id}",
        summary="Show a machine with its present state.",
        output=Machine,
    ),
    Operation(
        name="machine.telemetry",
        method="GET",
        path="/v1/machines/{id}/telemetry",
        summary="Read a machine's telemetry from any position.",
        docs="As JSON one page, as an event stream everything that follows, too. What is gone is answered by a gap.",
        output=TelemetryPage,
        query=(
            _AFTER_FRAME,
            _INSTANCE,
            Parameter(
                name="limit",
                type="integer",
                default=LIMIT_DEFAULT,
                minimum=1,
                maximum=TELEMETRY_LIMIT_MAX,
                docs="Most frames in one page.",
            ),
        ),
        headers=(_LAST_EVENT,),
        media=(JSON, SSE),
    ),
    Operation(
        name="policy.list",
        method="GET",
        path="/v1/policies",
        summary="List loaded policies.",
        output=Page[PolicyRecord],
        query=_PAGED,
    ),
    Operation(
        name="policy.show",
        method="GET",
        path="/v1/policies/{name}",
        summary="Show a policy as it was parsed.",
        output=PolicyRecord,
        roles=("operator",),
    ),
    Operation(
        name="reason.list",
        method="GET",
        path="/v1/reason-codes",
        summary="List the reason codes.",
        docs="Open to anybody: whoever is refused must be able to look up why.",
        output=Page[ReasonCode],
        roles=(),
        query=(*_PAGED, Parameter(name="family", docs="Only this family, `MACH`.")),
    ),
    Operation(
        name="reason.show",
        method="GET",
        path="/v1/reason-codes/{code}",
        summary="Show a reason code.",
        output=ReasonCode,
        roles=(),
    ),
    Operation(
        name="ledger.checkpoint",
        method="GET",
        path="/v1/ledger/checkpoint",
        summary="Get a signed checkpoint of the log.",
        docs="Keep it elsewhere: what lies below it can no longer be cut off unnoticed.",
        output=Checkpoint,
        query=(
            Parameter(name="size", type="integer", minimum=0, docs="Of the first so many events; absent means all."),
        ),
    ),
    Operation(
        name="ledger.proof",
        method="GET",
        path="/v1/ledger/proof",
        summary="Prove that an event is in the log.",
        output=InclusionProof,
        query=(
            Parameter(name="seq", type="integer", minimum=1, required=True, docs="The event."),
            Parameter(
                name="size", type="integer", minimum=1, docs="Size of the tree to prove it in; absent means all."
            ),
        ),
    ),
    Operation(
        name="ledger.consistency",
        method="GET",
        path="/v1/ledger/consistency",
        summary="Prove that the log only grew between two sizes.",
        output=ConsistencyProof,
        query=(
            Parameter(name="first", type="integer", minimum=0, required=True, docs="Smaller size."),
            Parameter(name="second", type="integer", minimum=0, docs="Larger size; absent means all."),
        ),
    ),
    Operation(
        name="ledger.verify",
        method="POST",
        path="/v1/ledger/verify",
        summary="Check every recorded byte again.",
        docs="Reads the whole log. Findings are the answer, not an error.",
        output=LedgerReport,
        roles=("operator",),
    ),
    Operation(
        name="ledger.export",
        method="GET",
        path="/v1/ledger/export",
        summary="Export the log for offline verification.",
        docs="The first line is the header with a signed checkpoint, every other line one event.",
        output=ExportedEvent,
        roles=("operator",),
        media=(JSONL,),
    ),
    Operation(
        name="principal.add",
        method="POST",
        path="/v1/principals",
        summary="Add a principal and show its token once.",
        input=PrincipalAddBody,
        output=PrincipalToken,
        status=201,
        roles=("admin",),
        effect="write",
        location="/v1/principals/{id}",
    ),
    Operation(
        name="principal.list",
        method="GET",
        path="/v1/principals",
        summary="List principals, the revoked ones too.",
        output=Page[Principal],
        roles=("admin",),
        query=_PAGED,
    ),
    Operation(
        name="principal.revoke",
        method="DELETE",
        path="/v1/principals/{id}",
        summary="Revoke a principal at once: its token, its sessions, its unused permits.",
        status=204,
        roles=("admin",),
        effect="write",
    ),
    Operation(
        name="session.create",
        method="POST",
        path="/v1/session",
        summary="Swap a token or the code of a one-time link for a session cookie.",
        input=SessionBody,
        output=SessionRecord,
        status=201,
        roles=(),
        effect="write",
        location="/v1/session",
    ),
    Operation(
        name="session.show",
        method="GET",
        path="/v1/session",
        summary="Show who the caller is.",
        output=SessionRecord,
    ),
    Operation(
        name="session.delete",
        method="DELETE",
        path="/v1/session",
        summary="Sign out.",
        status=204,
        roles=(),
        effect="write",
    ),
    Operation(
        name="event.stream",
        method="GET",
        path="/v1/events",
        summary="Follow the log.",
        docs="One `EngineEvent` per message; the message id is its `seq`. A reader that reconnects with the last id "
        "misses nothing and sees nothing twice. Comments are heartbeats; a `gap` message names what is gone.",
        output=EngineEvent,
        query=(_TYPES, _SUBJECT, _AFTER_EVENT),
        headers=(_LAST_EVENT,),
        media=(SSE,),
    ),
    Operation(
        name="system.health",
        method="GET",
        path="/v1/health",
        summary="Say whether the engine is well.",
        output=Health,
        roles=(),
    ),
    Operation(
        name="system.version",
        method="GET",
        path="/v1/version",
        summary="Say which engine and which contracts these are.",
        output=Version,
    ),
)

OPERATIONS: dict[str, Operation] = {entry.name: entry for entry in _ENTRIES}
"""Every operation by name."""

STREAMS: dict[str, Stream] = {
    entry.name: entry
    for entry in (
        Stream(
            name="machine.watch",
            path="/ws/telemetry/{machine_id}",
            summary="One machine: its telemetry, its verdicts and its conditions.",
            frames=(TelemetryFrame, DecisionFrame, ConditionFrame, HeartbeatFrame, GapFrame),
            roles=("viewer",),
            query=(_AFTER_FRAME, _INSTANCE),
            docs="The primary stream of a machine's page. The bytes of `verdict` equal those of the REST answer.",
        ),
        Stream(
            name="fleet.watch",
            path="/ws/telemetry",
            summary="Every machine at once: the fallback.",
            frames=(TelemetryFrame, DecisionFrame, ConditionFrame, HeartbeatFrame, GapFrame),
            roles=("viewer",),
            query=(),
            docs="Frames name their machine. Samples coalesce for a slow reader; events never do.",
        ),
        Stream(
            name="event.watch",
            path="/ws/events",
            summary="The log, as `GET /v1/events`.",
            frames=(EngineEvent, HeartbeatFrame, GapFrame),
            roles=("viewer",),
            query=(_TYPES, _SUBJECT, _AFTER_EVENT),
            docs="Same filters and positions as the event stream over HTTP. `type` of an event always has a dot.",
        ),
    )
}
"""Every WebSocket by name."""

assert len(OPERATIONS) == len(_ENTRIES), "an operation stands twice"
