"""The reference case: one proposal for one machine, told through every record that it meets.

The registry's examples are changes to this case, the documents print it, and the golden payloads are written from it.
Nothing here is measured; digests and ids are invented and say so by their pattern.
"""

from __future__ import annotations

from typing import Any

from chargehand.contracts.approval import (
    Approval,
    ApprovalConsumed,
    ApprovalDecided,
    ApprovalExpired,
    ApprovalRequested,
)
from chargehand.contracts.card import (
    Axis,
    DutyRating,
    Edition,
    Holder,
    MachineCard,
    MaterialCard,
    SpindlePoint,
    ToolCard,
    ToolUse,
)
from chargehand.contracts.envelope import EngineEvent
from chargehand.contracts.explanation import ExplainedReason, Explanation
from chargehand.contracts.kinds import NEWEST
from chargehand.contracts.machine import (
    DecisionFrame,
    GapFrame,
    Interlocks,
    MachineCondition,
    MachineState,
    MachineStateChanged,
    Setup,
    SignalValue,
    TelemetryFrame,
    TelemetrySealed,
)
from chargehand.contracts.policy import PolicyLoaded
from chargehand.contracts.principal import PrincipalAdded, PrincipalRevoked
from chargehand.contracts.problems import ConflictError, to_problem
from chargehand.contracts.program import ProgramStored
from chargehand.contracts.proposal import (
    Outcome,
    PermitRecord,
    ProposalDecided,
    ProposalExecuted,
    ProposalExecuting,
    ProposalPermitted,
    ProposalRefused,
    ProposalRejected,
    ProposalSubmitted,
)
from chargehand.contracts.quarantine import (
    Override,
    Quarantine,
    QuarantineBody,
    QuarantineExpired,
    QuarantineOpened,
    QuarantineOverridden,
    Region,
)
from chargehand.contracts.reasons import reason_code
from chargehand.contracts.system import EngineStarted
from chargehand.contracts.verdict import Check, Params, Reason, Remedy, Verdict

NOW = "2026-11-20T12:00:00.000000Z"
LATER = "2026-11-20T12:05:00.000000Z"


def _digest(figure: str) -> str:
    return "sha256:" + figure * 64


def _id(prefix: str, figure: str) -> str:
    return f"{prefix}_01KAGZ8R00{figure * 16}"


PROPOSAL_ID = _id("prp", "1")
DECISION_ID = _id("dec", "2")
APPROVAL_ID = _id("apr", "3")
INSTANCE_ID = _id("ins", "4")

PROPOSAL: dict[str, Any] = {
    "kind": "machine.change",
    "subject": "machine/CNC-001",
    "intent": "shorten the roughing pass",
    "action": {
        "operation": "parameter_set",
        "tool": "EM12-4",
        "material": "steel-qt-250hb",
        "params": {
            "spindle_speed": {"value": 3183, "unit": "rev/min"},
            "feed_rate": {"value": 764, "unit": "mm/min"},
            "axial_depth": {"value": 3, "unit": "mm"},
            "radial_depth": {"value": 3, "unit": "mm"},
        },
    },
    "based_on": {"instance_id": INSTANCE_ID, "seq": 1042, "digest": _digest("5")},
    "expires_at": None,
    "rationale": "never evaluated",
}
"""The reference proposal. It is allowed."""

STATE = MachineState(
    connection="online",
    execution="ACTIVE",
    instance_id=INSTANCE_ID,
    interlocks=Interlocks(alarms=[], door_open=False, estop=False, feed_hold=False),
    machine_id="CNC-001",
    mode="AUTOMATIC",
    seq=1042,
    setup=Setup(
        axial_depth=3,
        coolant=True,
        feed_override=100,
        feed_rate=700,
        material="steel-qt-250hb",
        program="ROUGH-17",
        program_sha256=_digest("6"),
        radial_depth=3,
        revision=7,
        spindle_override=100,
        spindle_speed=3000,
        tool="EM12-4",
    ),
    setup_digest=_digest("5"),
    source="simulated",
    ts_ingest=NOW,
    ts_source=NOW,
    values={
        "spindle_speed": SignalValue(v=3000, u="rev/min", q="good"),
        "feed_rate": SignalValue(v=700, u="mm/min", q="good"),
        "spindle_load": SignalValue(v=12.5, u="%", q="good"),
        "coolant_flow": SignalValue(v=18, u="L/min", q="good"),
    },
    seen_at={"spindle_speed": NOW, "feed_rate": NOW, "spindle_load": NOW, "coolant_flow": NOW},
)
"""The state that the reference proposal is judged on."""

MACHINE_CARD = MachineCard(
    id="CNC-001",
    name="Mill 1",
    site="demo",
    cell="A",
    kind="mill_3axis",
    source="simulated",
    axes={
        "X": Axis(min=-400, max=400, acceleration=5000, jerk=50_000, rapid=30_000),
        "Y": Axis(min=-250, max=250, acceleration=5000, jerk=50_000, rapid=30_000),
        "Z": Axis(min=-450, max=0, acceleration=4000, jerk=40_000, rapid=24_000),
    },
    spindle_speed_min=100,
    spindle_speed_max=12000,
    feed_rate_min=1,
    feed_rate_max=10000,
    spindle_power_s1=11,
    sensors=["spindle_speed", "feed_rate", "spindle_load", "coolant_flow"],
    interlocks=["alarms", "door", "estop", "feed_hold"],
    spindle_curve=[
        SpindlePoint(speed=100, power_s1=0.7333, power_peak=0.9973, torque=70.03),
        SpindlePoint(speed=1500, power_s1=11, power_peak=14.96, torque=70.03),
        SpindlePoint(speed=3000, power_s1=11, power_peak=14.96, torque=35.01),
        SpindlePoint(speed=6000, power_s1=11, power_peak=14.96, torque=17.51),
        SpindlePoint(speed=12000, power_s1=9, power_peak=12.24, torque=7.162),
        SpindlePoint(speed=15000, power_s1=7.5, power_peak=10.2, torque=4.775),
    ],
    duty=DutyRating(ratio=1.36, share=0.4),
    spindle_temperature_max=70,
    temperature_rate_max=5,
    work_offsets={"G54": {"X": 0, "Y": 0, "Z": -300}},
    home={"X": 0, "Y": 250, "Z": 0},
)
TOOL_CARD = ToolCard(
    id="EM12-4",
    name="End mill 12 mm, 4 teeth",
    diameter=12,
    teeth=4,
    flute_length=26,
    stickout=36,
    spindle_speed_min=500,
    spindle_speed_max=12000,
    uses=[
        ToolUse(
            group="P",
            cutting_speed_min=18,
            cutting_speed_max=600,
            feed_per_tooth_min=0.01,
            feed_per_tooth_max=0.2,
            taylor_n=0.25,
            taylor_c=900,
        )
    ],
    helix=35,
    stickout_max=48,
    force_max=3000,
    life_min=5,
    holder=Holder(name="shrink-fit chuck, 12 mm", speed_max=25_000, torque_max=65),
)
MATERIAL_CARD = MaterialCard(
    id="steel-qt-250hb",
    name="Steel, quenched and tempered, 250 HB",
    group="P",
    kc1_1=1675,
    mc=0.24,
    source="an example",
    vdi=3,
    editions=[Edition(source="an example", kc1_1_min=1675, kc1_1_max=1675, mc_min=0.24, mc_max=0.24)],
)

_SPEED = "/action/params/spindle_speed"


def _too_fast(code: str, rule_id: str) -> Reason:
    entry = reason_code(code)
    return Reason(
        code=code,
        owner=entry.owner,
        params=Params(field="spindle_speed", observed=13000, limit=12000, margin=-1000, unit="rev/min"),
        path=_SPEED,
        policy_digest=_digest("7"),
        remedies=[
            Remedy(kind="clamp", path=f"{_SPEED}/value", to=12000),
            Remedy(kind="clamp", path="/action/params/feed_rate/value", to=705),
        ],
        retry=entry.retry,
        rule_id=rule_id,
        severity=entry.severity,
    )


VERDICT = Verdict(
    approval_id=None,
    checks=[
        Check(name="content.fields", status="passed"),
        Check(name="telemetry.fresh", status="passed"),
        Check(name="interlock.door", status="passed"),
        Check(name="limit.spindle_speed", status="failed", code="MACH.SPEED_ABOVE_MAX"),
        Check(name="limit.offset_x", status="not_applicable"),
        Check(name="tool.speed", status="failed", code="TOOL.SPEED_ABOVE_RATING"),
    ],
    clamped_proposal={
        **PROPOSAL,
        "action": {
            **PROPOSAL["action"],
            "params": {
                **PROPOSAL["action"]["params"],
                "spindle_speed": {"value": 12000, "unit": "rev/min"},
                "feed_rate": {"value": 705, "unit": "mm/min"},
            },
        },
    },
    engine_version="0.1.0",
    evaluated_at=NOW,
    id=DECISION_ID,
    input_digest=_digest("8"),
    obligations=[],
    policy_digest=_digest("7"),
    primary_code="MACH.SPEED_ABOVE_MAX",
    proposal_id=PROPOSAL_ID,
    reason_codes=["MACH.SPEED_ABOVE_MAX", "TOOL.SPEED_ABOVE_RATING"],
    reasons=[
        _too_fast("MACH.SPEED_ABOVE_MAX", "machine:CNC-001:spindle_speed"),
        _too_fast("TOOL.SPEED_ABOVE_RATING", "tool:EM12-4:spindle_speed"),
    ],
    valid_until=LATER,
    verdict="deny",
)
"""The verdict on the reference proposal with 13000 rev/min: denied, with the nearest admissible one; some checks."""

OUTCOME = Outcome(status="applied", at=NOW, detail={"revision": 8})
PERMIT = PermitRecord(permit="9" * 64, expires_at=LATER)
APPROVAL = Approval(
    id=APPROVAL_ID,
    kind="machine.change",
    subject="machine/CNC-001",
    proposal_id=PROPOSAL_ID,
    proposal_digest=_digest("a"),
    risk="medium",
    reason_codes=["GATE.APPROVAL_REQUIRED"],
    requested_by="agent:demo",
    requested_at=NOW,
    expires_at=LATER,
    status="pending",
    revision=1,
)
EXPLANATION = Explanation(
    view="caller",
    summary="Denied for 2 reasons, first: spindle speed above the machine's maximum.",
    reasons=[
        ExplainedReason(
            code=reason.code,
            title=reason_code(reason.code).title,
            text=reason_code(reason.code).caller_text,
            severity=reason.severity,
            retry=reason.retry,
            owner=reason.owner,
            path=reason.path,
            params=reason.params,
            remedies=reason.remedies,
        )
        for reason in VERDICT.reasons
    ],
    evidence={"machine": _digest("b"), "policy": _digest("7"), "state": _digest("c")},
    verdict=VERDICT,
)
TELEMETRY_FRAME = TelemetryFrame(
    machine_id="CNC-001",
    instance_id=INSTANCE_ID,
    seq=1043,
    ts_source=NOW,
    ts_ingest=NOW,
    source="simulated",
    quality="good",
    values={
        "spindle_speed": SignalValue(v=3180.2, u="rev/min", q="good"),
        "execution": SignalValue(v="ACTIVE", q="good"),
        "vibration": SignalValue(v=None, u="mm/s", q="unavailable"),
    },
)
DECISION_FRAME = DecisionFrame(machine_id="CNC-001", seq=18, verdict=VERDICT)
GAP_FRAME = GapFrame(machine_id="CNC-001", instance_id=INSTANCE_ID, from_=1, to=640, code="TELEM.COMPACTED")
PROBLEM = to_problem(
    ConflictError("REV.STALE_REVISION", "The approval is at revision 3, not 2.", current_revision=3),
    request_id=_id("req", "d"),
    instance=f"/v1/approvals/{APPROVAL_ID}/decide",
)

QUARANTINE_BODY = QuarantineBody(
    reason="alarm 2041: spindle drive",
    expires_at=LATER,
    program_sha256="6" * 64,
    material="steel-qt-250hb",
    region={"spindle_speed": Region(low=2850, high=3150)},
)
OVERRIDE = Override(
    by="human:anna",
    at=NOW,
    reason="the clamp was loose; it was replaced and the part run once by hand",
    key="chargehand/demo+00000000+" + "A" * 44,
    signature="A" * 86 + "==",
)
QUARANTINE = Quarantine(
    id=_id("qua", "8"),
    revision=2,
    status="overridden",
    machine=None,
    program_sha256=QUARANTINE_BODY.program_sha256,
    material=QUARANTINE_BODY.material,
    tool=None,
    region=QUARANTINE_BODY.region,
    reason=QUARANTINE_BODY.reason,
    source=None,
    created_by="engine",
    created_at=NOW,
    expires_at=LATER,
    override=OVERRIDE,
)

PAYLOADS: dict[str, Any] = {
    "proposal.submitted": ProposalSubmitted(digest=_digest("a"), proposal=PROPOSAL),
    "proposal.rejected": ProposalRejected(bytes=10_485_760, code="REQ.TOO_LARGE", digest=_digest("e")),
    "proposal.decided": ProposalDecided(
        basis=f"{INSTANCE_ID} {_digest('5')}", evidence=EXPLANATION.evidence, verdict=VERDICT
    ),
    "proposal.permitted": ProposalPermitted(
        decision_id=DECISION_ID, expires_at=LATER, holder="agent:demo", permit_digest=_digest("f")
    ),
    "proposal.refused": ProposalRefused(
        decision_id=DECISION_ID,
        code="GATE.RECHECK_REFUSED",
        reason_codes=["GATE.RECHECK_REFUSED", "MACH.DOOR_OPEN"],
        permit_digest=_digest("f"),
    ),
    "proposal.executing": ProposalExecuting(
        decision_id=DECISION_ID, permit_digest=_digest("f"), recheck="allow", recheck_digest=_digest("8")
    ),
    "proposal.executed": ProposalExecuted(decision_id=DECISION_ID, outcome=OUTCOME),
    "approval.requested": ApprovalRequested(
        kind="machine.change",
        subject="machine/CNC-001",
        proposal_id=PROPOSAL_ID,
        proposal_digest=_digest("a"),
        risk="medium",
        reason_codes=["GATE.APPROVAL_REQUIRED"],
        requested_by="agent:demo",
        expires_at=LATER,
    ),
    "approval.decided": ApprovalDecided(
        status="approved",
        decided_by="human:anna",
        reason="seen at the machine",
        code="OK.APPROVED_BY_HUMAN",
        proposal_digest=_digest("a"),
    ),
    "approval.expired": ApprovalExpired(expires_at=LATER),
    "approval.consumed": ApprovalConsumed(decision_id=DECISION_ID),
    "machine.state": MachineStateChanged(
        connection="stale", previous="online", instance_id=INSTANCE_ID, source="simulated", code="TELEM.STALE"
    ),
    "machine.condition": MachineCondition(
        condition="spindle", level="fault", native_code="2041", text="spindle overload", code="MACH.ALARM_ACTIVE"
    ),
    "telemetry.sealed": TelemetrySealed(
        instance_id=INSTANCE_ID,
        minute="2026-11-20T11:59:00.000000Z",
        first_seq=442,
        last_seq=1041,
        frames=600,
        digest=_digest("0"),
        partial=False,
    ),
    "program.stored": ProgramStored(name="ROUGH-17.ngc", size=4096, lines=180),
    "quarantine.opened": QuarantineOpened(body=QUARANTINE_BODY, source=None),
    "quarantine.overridden": QuarantineOverridden(override=OVERRIDE),
    "quarantine.expired": QuarantineExpired(expires_at=LATER),
    "principal.added": PrincipalAdded(role="agent", token_digest=_digest("9")),
    "principal.revoked": PrincipalRevoked(revoked_at=LATER),
    "policy.loaded": PolicyLoaded(name="shop-floor", version="1", digest=_digest("7")),
    "engine.started": EngineStarted(version="0.1.0", instance=_id("eng", "0"), dialect="sqlite"),
}
"""One payload for every kind."""

EVENT = EngineEvent(
    specversion="1.0",
    id=_id("evt", "6"),
    source="urn:chargehand:demo",
    type="proposal.decided",
    subject=f"proposal/{PROPOSAL_ID}",
    time=NOW,
    dataschema=NEWEST["proposal.decided"].dataschema,
    datadigest=_digest("1"),
    data=PAYLOADS["proposal.decided"],
    seq=18,
    revision=2,
    actor="agent:demo",
    project="default",
    v=1,
    correlationid=PROPOSAL_ID,
)

EXAMPLES: dict[str, Any] = {
    "ProposalBody": PROPOSAL,
    "Verdict": VERDICT,
    "Explanation": EXPLANATION,
    "PermitRecord": PERMIT,
    "ExecuteBody": {"permit": PERMIT.permit},
    "Outcome": OUTCOME,
    "Approval": APPROVAL,
    "DecideBody": {"decision": "deny", "reason": "the tool is worn"},
    "TelemetryFrame": TELEMETRY_FRAME,
    "DecisionFrame": DECISION_FRAME,
    "GapFrame": GAP_FRAME,
    "EngineEvent": EVENT,
    "Problem": PROBLEM,
    "MachineCard": MACHINE_CARD,
    "ToolCard": TOOL_CARD,
    "MaterialCard": MATERIAL_CARD,
    "Quarantine": QUARANTINE,
    "QuarantineBody": QUARANTINE_BODY,
    "OverrideBody": {"reason": "the clamp was loose; it was replaced and the part run once by hand"},
}
"""Examples by schema name, for the published documents."""
