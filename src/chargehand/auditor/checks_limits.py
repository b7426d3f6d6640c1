"""Limit checks: the merged set-up against the boxes of machine, tool and axes, the coolant, and the policy's limits.

Every violated limit is reported, not only the first; each names its card entry or policy limit, by how much it was
missed and in which unit.
"""

from __future__ import annotations

from chargehand.auditor.boxes import BOXES, Box, inputs_of, path_of
from chargehand.auditor.case import NOT_APPLICABLE, Case, Outcome, Question, box_findings, not_evaluable, question
from chargehand.auditor.change import CUTTING, OFFSETS
from chargehand.auditor.checks_setup import ROUND
from chargehand.auditor.checks_telemetry import NOT_RECEIVED
from chargehand.auditor.fields import FIELD_UNIT, SIGNAL_FIELDS
from chargehand.auditor.finding import WAIT, Finding, edit_policy, refresh
from chargehand.auditor.policy import PolicyLimit

_UNREADABLE = not_evaluable("PROP.TYPE_INVALID")
_SETTING_UNKNOWN = not_evaluable("MACH.SETTING_UNKNOWN")
_NO_CARD = not_evaluable("TOOL.CARD_UNKNOWN")


def _box(box: Box) -> Question:
    field, read, of_tool = box.field, box.read, box.owner == "tool"
    inputs, offset, radial = inputs_of(field), field in OFFSETS, field == "radial_depth"
    override = inputs[0] if len(inputs) > 1 else None

    def ask(case: Case) -> Outcome | None:
        value = case.values.get(field)
        if radial and case.tool is not None and case.tool.kind in ROUND:
            return NOT_APPLICABLE
        if value is None:
            return _absent(case, inputs, offset=offset)
        if override is not None and case.values[override] == 100:
            return NOT_APPLICABLE
        card = case.tool if of_tool else case.card
        span = None if card is None else read(card)
        if span is None and offset and card is not None:
            span = (0.0, 0.0)
        if span is None:
            return NOT_APPLICABLE if of_tool and card is not None else _no_card(case, of_tool=of_tool)
        if span[0] <= value <= span[1]:
            return None
        rule_id = f"{box.owner}:{card.id if card is not None else ''}:{field}"
        path = path_of(case, field)
        case.found += box_findings(field, value, span, box.codes, unit=box.unit, path=path, rule_id=rule_id)
        return None

    return question(box.check, ask)


def _no_card(case: Case, *, of_tool: bool) -> Outcome:
    """A box whose card is not known: only what cuts needs a tool."""
    if not of_tool:
        return NOT_RECEIVED
    cuts = case.change is not None and case.change.operation in CUTTING
    return _NO_CARD if cuts else NOT_APPLICABLE


def _absent(case: Case, inputs: tuple[str, ...], *, offset: bool) -> Outcome:
    """Why there is nothing to compare: unreadable, unknown, or nothing that this operation is about."""
    change = case.change
    if change is None or not change.spoiled.isdisjoint(inputs):
        return _UNREADABLE
    if offset or change.operation not in CUTTING:
        return NOT_APPLICABLE
    return NOT_RECEIVED if case.state is None else _SETTING_UNKNOWN


def _coolant(case: Case) -> Outcome | None:
    """Coolant while cutting: the proposed flow, else the measured one, else that it is switched on."""
    if case.card is None or case.state is None or case.change is None:
        return NOT_RECEIVED
    least = case.card.coolant_flow_min
    if least == 0 or case.change.operation not in CUTTING:
        return NOT_APPLICABLE
    if "coolant_flow" in case.change.spoiled:
        return _UNREADABLE
    proposed = case.change.params.get("coolant_flow")
    flow = proposed.value if proposed is not None else measured_flow(case)
    if flow is None:
        commanded = case.state.setup.coolant
        if commanded is None:
            case.deny("MACH.SETTING_UNKNOWN", None, field="coolant", remedies=refresh("state"))
            return None
        flow = least if commanded else 0.0
    if not flow >= least:
        case.deny(
            "MACH.COOLANT_BELOW_MIN",
            None if proposed is None else "/action/params/coolant_flow",
            field="coolant_flow",
            observed=flow,
            limit=least,
            margin=flow - least,
            unit="L/min",
            rule_id=f"machine:{case.card.id}:coolant_flow_min",
            remedies=WAIT,
        )
    return None


def measured_flow(case: Case) -> float | None:
    """The measured flow where it says something: while cutting, or whenever some flows."""
    if case.card is None or case.state is None or "coolant_flow" not in case.card.sensors:
        return None
    signal = case.state.values.get("coolant_flow")
    flow = signal.v if signal is not None else None
    if flow is None or isinstance(flow, str):
        return None
    return flow if case.state.execution == "ACTIVE" or not flow <= 0 else None


def _policy_limits(case: Case) -> Outcome | None:
    if case.card is None:
        return not_evaluable("FLEET.MACHINE_UNKNOWN")
    table = case.book.limits(case.card.id)
    if not table:
        return NOT_APPLICABLE
    for field, bounds in table:
        value = value_of(case, field)
        if value is None or bounds.low <= value <= bounds.high:
            continue
        above, below = bounds.violated(value)
        for limit in above:
            case.found.append(_limit_finding(case, limit, value, limit.max, "MACH.POLICY_LIMIT_ABOVE"))
        for limit in below:
            case.found.append(_limit_finding(case, limit, value, limit.min, "MACH.POLICY_LIMIT_BELOW"))
    return None


def value_of(case: Case, field: str) -> float | None:
    """A merged setting, or a measured signal of that name; None where there is none."""
    if field not in SIGNAL_FIELDS:
        return case.values.get(field)
    signal = case.state.values.get(field) if case.state is not None else None
    return None if signal is None or isinstance(signal.v, str) else signal.v


def _limit_finding(case: Case, limit: PolicyLimit, value: float, end: float | None, code: str) -> Finding:
    assert end is not None, "a violated bound has a value"
    return Finding(
        code=code,
        path=path_of(case, limit.field),
        field=limit.field,
        observed=value,
        limit=end,
        margin=end - value if code.endswith("ABOVE") else value - end,
        unit=FIELD_UNIT[limit.field],
        rule_id=limit.id,
        remedies=edit_policy(limit.id),
        box=None if limit.field in SIGNAL_FIELDS else limit.field,
    )


LIMITS = (
    *(_box(box) for box in BOXES),
    question("coolant.flow", _coolant),
    question("policy.limits", _policy_limits),
)
