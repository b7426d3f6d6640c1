"""Fixed records that an engine might answer with: what the command line makes of them can be compared exactly."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec

from chargehand.contracts.approval import Approval
from chargehand.contracts.examples import EXAMPLES, NOW, PROPOSAL, STATE
from chargehand.contracts.ledger import Checkpoint, ConsistencyProof, InclusionProof, LedgerFinding, LedgerReport
from chargehand.contracts.limit import LimitEnd, MachineLimit, MachineLimits
from chargehand.contracts.machine import LastDecision, Machine
from chargehand.contracts.page import Page
from chargehand.contracts.policy import PolicyRecord
from chargehand.contracts.principal import Principal, PrincipalToken
from chargehand.contracts.program import ProgramRecord, ProgramText
from chargehand.contracts.proposal import Outcome, PermitRecord, ProposalRecord
from chargehand.contracts.quarantine import Quarantine, Region
from chargehand.contracts.verdict import Verdict

VERDICT: Verdict = msgspec.structs.replace(EXAMPLES["Verdict"], id="dec_1", proposal_id="prp_1")
HELD = msgspec.structs.replace(
    VERDICT, verdict="needs_approval", id="dec_2", proposal_id="prp_2", approval_id="apr_1", clamped_proposal=None
)
MACHINE = Machine(
    id="CNC-001",
    name="Mill 1",
    site="demo",
    cell="A",
    kind="mill_3axis",
    source="simulated",
    writable=True,
    connection="online",
    sensors=["spindle_speed"],
    card_digest="sha256:0",
    quarantined={"TELEM.VALUE_IMPOSSIBLE": 2},
    state=STATE,
    state_since=NOW,
    last_decision=LastDecision(
        id="dec_1",
        proposal_id="prp_1",
        verdict="deny",
        primary_code="MACH.SPEED_ABOVE_MAX",
        reason_codes=["MACH.SPEED_ABOVE_MAX", "TOOL.SPEED_ABOVE_RATING"],
        evaluated_at=NOW,
    ),
)
SILENT = msgspec.structs.replace(
    MACHINE, id="CNC-002", connection="offline", state=None, state_since=None, last_decision=None
)
LIMITS = MachineLimits(
    machine_id="CNC-001",
    items=[
        MachineLimit(
            field="coolant_flow",
            min=LimitEnd(value=6, origin="card", rule_id="machine:CNC-001:coolant_flow_min"),
            max=None,
            unit="L/min",
        ),
        MachineLimit(
            field="feed_override",
            min=LimitEnd(value=0, origin="card", rule_id="machine:CNC-001:feed_override"),
            max=LimitEnd(value=150, origin="card", rule_id="machine:CNC-001:feed_override"),
            unit="%",
        ),
        MachineLimit(
            field="feed_rate",
            min=LimitEnd(value=1, origin="card", rule_id="machine:CNC-001:feed_rate"),
            max=LimitEnd(value=9_000, origin="policy", rule_id="steady"),
            unit="mm/min",
        ),
        MachineLimit(
            field="vibration", min=None, max=LimitEnd(value=4.5, origin="policy", rule_id="calm"), unit="mm/s"
        ),
    ],
)
RECORD = ProposalRecord(
    id="prp_1",
    kind="machine.change",
    subject="machine/CNC-001",
    status="executed",
    revision=5,
    proposer="agent:planner",
    submitted_at=NOW,
    decision_id="dec_1",
    verdict="allow",
    primary_code="OK.WITHIN_LIMITS",
    outcome=Outcome(status="applied", at=NOW),
    proposal=PROPOSAL,
    intent="shorten the roughing pass",
    reason_codes=["OK.WITHIN_LIMITS"],
    policy_digest="sha256:7",
    evaluated_at=NOW,
    clamped=False,
    took_us=1_234_500,
)
APPROVAL: Approval = msgspec.structs.replace(EXAMPLES["Approval"], id="apr_1", proposal_id="prp_1")
POLICY = PolicyRecord(
    name="shop-floor",
    version="1",
    digest="sha256:7",
    active=True,
    default="allow",
    rules=1,
    tools=1,
    limits=1,
    residual_rules=0,
    document={
        "rule": [{"id": "offset", "when": {"operation": "offset_write"}, "needs_approval": "operator"}],
        "limit": [{"id": "hot", "field": "spindle_temperature", "max": 75, "unit": "degC"}],
        "tool": [{"name": "read_file", "effect": "read", "paths": ["/workspace"]}],
    },
)
QUARANTINE: Quarantine = msgspec.structs.replace(EXAMPLES["Quarantine"], id="qua_1")
BARRED = msgspec.structs.replace(
    QUARANTINE,
    id="qua_2",
    revision=1,
    status="active",
    machine="CNC-001",
    program_sha256=None,
    material=None,
    tool="EM12-4",
    region={"feed_rate": Region(low=600, high=700.5)},
    reason="worn",
    override=None,
)
PROGRAM = ProgramRecord(sha256="6" * 64, name="ROUGH-17.ngc", size=5, lines=1, stored_at=NOW, stored_by="human:anna")
PROGRAM_TEXT = ProgramText(**msgspec.structs.asdict(PROGRAM), text="M30\n\n")
CHECKPOINT = Checkpoint(
    origin="log", size=3, root="cm9vdA==", note="log\n3\ncm9vdA==\n\n— log c2ln\n", public_key="log+1+a2V5"
)
REPORT = LedgerReport(
    schema_version=1,
    ok=False,
    size=3,
    root="cm9vdA==",
    anchored_size=2,
    findings=[LedgerFinding(code="LEDG.RECORD_CHANGED", seq=2, detail="the payload is another")],
    erased=1,
)
_PRINCIPALS = [
    Principal(id="agent:planner", role="agent", created_at=NOW, created_by="human:local"),
    Principal(id="human:anna", role="admin", created_at=NOW, created_by="human:local", revoked_at=NOW),
]


def _page(*items: Any, more: str | None = None) -> Page[Any]:
    return Page(items=list(items), next_cursor=more)


ANSWERS: dict[str, Any] = {
    "GET /v1/machines": _page(msgspec.structs.replace(MACHINE, state=None, state_since=None, last_decision=None)),
    "GET /v1/machines?with_state=true": _page(MACHINE, SILENT),
    "GET /v1/machines/CNC-001/limits": LIMITS,
    "GET /v1/tools": _page(EXAMPLES["ToolCard"]),
    "GET /v1/materials": _page(EXAMPLES["MaterialCard"], more="steel"),
    "GET /v1/machines/CNC-001": MACHINE,
    "POST /v1/proposals": VERDICT,
    "GET /v1/proposals": _page(msgspec.structs.replace(RECORD, proposal=None), more="prp_1"),
    "GET /v1/proposals/prp_1": RECORD,
    "GET /v1/decisions": _page(VERDICT, HELD),
    "GET /v1/decisions/dec_1": VERDICT,
    "GET /v1/decisions/dec_2": HELD,
    "GET /v1/decisions/dec_1/explain": EXAMPLES["Explanation"],
    "POST /v1/decisions/dec_1/permit": PermitRecord(permit="chp_secret", expires_at=NOW),
    "POST /v1/decisions/dec_1/execute": Outcome(status="unknown", at=NOW, code="ENG.OUTCOME_UNKNOWN"),
    "GET /v1/approvals": _page(APPROVAL),
    "GET /v1/approvals/apr_1": APPROVAL,
    "POST /v1/approvals/apr_1/decide": APPROVAL,
    "GET /v1/quarantines": _page(QUARANTINE, BARRED),
    "GET /v1/quarantines/qua_1": QUARANTINE,
    "POST /v1/quarantines": BARRED,
    "POST /v1/quarantines/qua_1/override": QUARANTINE,
    "GET /v1/programs": _page(PROGRAM, more="ab"),
    f"GET /v1/programs/{PROGRAM.sha256}": PROGRAM_TEXT,
    "GET /v1/policies": _page(POLICY),
    "GET /v1/policies/shop-floor": POLICY,
    "GET /v1/ledger/checkpoint": CHECKPOINT,
    "GET /v1/ledger/proof": InclusionProof(
        seq=2, leaf_index=1, leaf_hash="bGVhZg==", hashes=["YQ=="], checkpoint=CHECKPOINT
    ),
    "GET /v1/ledger/consistency": ConsistencyProof(first=2, second=3, hashes=[], checkpoint=CHECKPOINT),
    "POST /v1/ledger/verify": REPORT,
    "POST /v1/principals": PrincipalToken(schema_version=1, id="agent:planner", token="cht_secret"),
    "GET /v1/principals": _page(*_PRINCIPALS),
}
VIEWS = (
    "machine list",
    "machine list --with-state",
    "machine show CNC-001",
    "machine limits CNC-001",
    "tool list",
    "material list",
    "proposal list",
    "proposal show prp_1",
    "decision list",
    "decision show dec_1",
    "decision show dec_2",
    "decision explain dec_1",
    "decision permit dec_1",
    "decision execute dec_1 --permit chp_secret",
    "approval list",
    "approval show apr_1",
    "approval approve apr_1",
    "quarantine list",
    "quarantine show qua_1",
    "quarantine override qua_1 --reason again",
    "quarantine add --tool EM12-4 --region feed_rate=600..700 --reason worn --until 2026-12-01T00:00:00Z",
    "program list",
    "policy list",
    "policy show",
    "ledger checkpoint",
    "ledger prove 2",
    "ledger consistency 2",
    "ledger verify",
    "principal add planner --role agent",
    "principal list",
)
"""Commands whose whole output is compared."""


def answer(request: httpx.Request) -> httpx.Response:
    """The record of a request, as an engine sends it."""
    path = f"{request.method} {request.url.path}"
    found = ANSWERS.get(f"{path}?{request.url.query.decode()}") or ANSWERS[path]
    return httpx.Response(200, content=msgspec.json.encode(found, order="sorted"))
