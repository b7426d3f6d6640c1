"""Heat checks: how warm the spindle is, how fast it warms up, and whether the cut gets the coolant that it needs.

They ask only what cuts. A machine that does not measure its spindle's temperature is not asked for it. A gradient that
was not seen for long enough is told as a gap with its own code and not held against the change.
"""

from __future__ import annotations

from chargehand.auditor.case import NOT_APPLICABLE, Case, Outcome, not_evaluable, question
from chargehand.auditor.checks_cutting import of_cut
from chargehand.auditor.checks_limits import measured_flow
from chargehand.auditor.cut import Cut
from chargehand.auditor.finding import WAIT, refresh
from chargehand.machining.cutting import Demand

_SIGNAL = "spindle_temperature"
_NO_SIGNAL = not_evaluable("TELEM.SIGNAL_MISSING")
_NOT_KNOWN = not_evaluable("MACH.SETTING_UNKNOWN")
_NOT_SEEN = not_evaluable("THERM.GRADIENT_NOT_SEEN")


def _spindle(case: Case, cut: Cut, _: Demand) -> Outcome | None:
    most = cut.card.spindle_temperature_max
    if most is None or _SIGNAL not in cut.card.sensors or case.state is None:
        return NOT_APPLICABLE
    signal = case.state.values.get(_SIGNAL)
    warm = None if signal is None else signal.v
    if warm is None or isinstance(warm, str):
        return _NO_SIGNAL
    if not warm <= most:
        case.deny(
            "THERM.SPINDLE_ABOVE_MAX",
            None,
            field=_SIGNAL,
            observed=warm,
            limit=most,
            margin=most - warm,
            unit="degC",
            rule_id=f"machine:{cut.card.id}:spindle_temperature_max",
            remedies=WAIT,
        )
    return None


def _gradient(case: Case, cut: Cut, _: Demand) -> Outcome | None:
    most = cut.card.temperature_rate_max
    if most is None or _SIGNAL not in cut.card.sensors or case.state is None:
        return NOT_APPLICABLE
    trend = case.state.trend
    if trend is None or trend.temperature_rate is None:
        return _NOT_SEEN
    rate = trend.temperature_rate
    if not rate <= most:
        case.deny(
            "THERM.GRADIENT_ABOVE_MAX",
            None,
            field="temperature_rate",
            observed=rate,
            limit=most,
            margin=most - rate,
            unit="degC/min",
            rule_id=f"machine:{cut.card.id}:temperature_rate_max",
            remedies=WAIT,
        )
    return None


def _coolant(case: Case, cut: Cut, _: Demand) -> Outcome | None:
    """Wet, where tool or material must not be cut dry: the proposed flow, else what is commanded and measured."""
    needs_tool = cut.use is not None and cut.use.coolant
    if case.state is None or case.change is None or not (needs_tool or cut.material.coolant):
        return NOT_APPLICABLE
    rule_id = f"tool:{cut.tool.id}:uses:{cut.material.group}" if needs_tool else f"material:{cut.material.id}:coolant"
    proposed = case.change.params.get("coolant_flow")
    if proposed is not None:
        if not proposed.value > 0:
            path = "/action/params/coolant_flow"
            case.deny("THERM.COOLANT_REQUIRED", path, field="coolant_flow", observed=proposed.value, rule_id=rule_id)
        return None
    commanded, flow = case.state.setup.coolant, measured_flow(case)
    if commanded is None and flow is None:
        if any(finding.code == "MACH.SETTING_UNKNOWN" and finding.field == "coolant" for finding in case.found):
            return _NOT_KNOWN
        case.deny("MACH.SETTING_UNKNOWN", None, field="coolant", remedies=refresh("state"))
    elif commanded is False or not (flow is None or flow > 0):
        observed = 0 if flow is None else flow
        case.deny("THERM.COOLANT_REQUIRED", None, field="coolant_flow", observed=observed, rule_id=rule_id)
    return None


HEAT = (
    question("thermal.spindle", of_cut(_spindle)),
    question("thermal.gradient", of_cut(_gradient)),
    question("thermal.coolant", of_cut(_coolant)),
)
