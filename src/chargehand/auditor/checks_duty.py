"""Duty checks: whether the drive bears the cut, for ever or for as long as the cut lasts.

Up to the continuous rating (S1) a cut may last for ever. Above it only a cut with a time is borne: up to the peak of
the curve, and while the drive's heat stays within what S1 would make of it. Such a cut is allowed together with the
longest time that it may last. Where the curve says nothing, nothing that cuts is allowed.

Source: definitions, section 1 (duty).
"""

from __future__ import annotations

import math

from chargehand.auditor.boxes import path_to
from chargehand.auditor.case import Case, Outcome, box_findings, not_evaluable, question
from chargehand.auditor.ceilings import CEILINGS, POWER, motor_power
from chargehand.auditor.checks_ceilings import LIGHTER, ask_ceiling, at_worst, exceeded
from chargehand.auditor.checks_cutting import of_cut
from chargehand.auditor.cut import Cut
from chargehand.auditor.finding import WAIT, Finding, supply
from chargehand.machining.cutting import Demand
from chargehand.machining.drive import Ratings, heat_after, longest

_TORQUE = next(ceiling for ceiling in CEILINGS if ceiling.check == "cut.torque")
_NO_CURVE = not_evaluable("CUT.CURVE_MISSING")
_OFF_CURVE = not_evaluable("CUT.SPEED_OUTSIDE_CURVE")
_SUPPLY_TIME = supply("/action/cut_time")
_PARTS = 1_000
"""A longest time is told in whole parts of a second, rounded down: whoever takes all of it stays within the heat."""
_OUTSIDE = ("CUT.SPEED_OUTSIDE_CURVE", "CUT.SPEED_OUTSIDE_CURVE")


def _curve(case: Case, cut: Cut, demand: Demand) -> Outcome | None:
    if cut.ratings is not None:
        return None
    curve = cut.card.spindle_curve
    rule_id = f"machine:{cut.card.id}:spindle_curve"
    if not curve:
        case.deny("CUT.CURVE_MISSING", None, rule_id=rule_id)
    elif demand.power != 0 or demand.gate_force != 0:
        span = curve[0].speed, curve[-1].speed
        path = path_to(case, ("spindle_override", "spindle_speed"))
        speed = cut.point.speed
        case.found += box_findings("effective_speed", speed, span, _OUTSIDE, unit="rev/min", path=path, rule_id=rule_id)
    return None


def _power(case: Case, cut: Cut, demand: Demand) -> Outcome | None:
    rating = cut.ratings
    if rating is None:
        return _OFF_CURVE if cut.card.spindle_curve else _NO_CURVE
    power = motor_power(cut, demand)
    against = _objections(case, cut, rating, power)
    if against:
        case.found += against
        return None
    most = power
    for upper in case.upper:
        worse = motor_power(cut, upper)
        worst = _objections(case, cut, rating, worse)
        if worst:
            case.found.append(at_worst(worst[0]))
            most = power
            break
        most = max(most, worse)
    _limit_time(case, cut, most, rating.power_s1)
    return None


def _objections(case: Case, cut: Cut, rating: Ratings, power: float) -> list[Finding]:
    """What the drive says against a motor power in kW."""
    found: list[Finding] = []
    if not power <= rating.power_peak:
        found += exceeded(case, cut, POWER, power, rating.power_peak, code="CUT.POWER_ABOVE_PEAK")
    if cut.cut_time is None or cut.tau is None or not rating.power_s1 > 0:
        if not power <= rating.power_s1:
            found += exceeded(case, cut, POWER, power, rating.power_s1)
            found[-1].remedies = found[-1].remedies if cut.tau is None else _SUPPLY_TIME
        return found
    if power <= rating.power_s1 and cut.heat <= 1:
        return found
    heat = heat_after(power / rating.power_s1, cut.heat, cut.cut_time, cut.tau)
    if not heat <= 1:
        found.append(_too_hot(case, cut, heat))
    return found


def _too_hot(case: Case, cut: Cut, heat: float) -> Finding:
    return Finding(
        code="CUT.DUTY_EXCEEDED",
        path=path_to(case, LIGHTER),
        field="duty",
        observed=heat,
        limit=1.0,
        margin=1.0 - heat,
        unit="1",
        rule_id=f"machine:{cut.card.id}:duty",
        remedies=[*WAIT, *_SUPPLY_TIME],
        box=POWER.field,
    )


def _torque(case: Case, cut: Cut, demand: Demand) -> Outcome | None:
    rating = cut.ratings
    if rating is None:
        return _OFF_CURVE if cut.card.spindle_curve else _NO_CURVE
    before = len(case.found)
    ask_ceiling(case, cut, demand, _TORQUE)
    if len(case.found) == before:
        most = demand.torque
        for upper in case.upper:
            most = max(most, upper.torque)
        _limit_time(case, cut, most, rating.torque)
    elif case.found[-1].weight != "deny":
        _limit_time(case, cut, demand.torque, rating.torque)
    return None


def _limit_time(case: Case, cut: Cut, asked: float, rated: float) -> None:
    """What is above what the drive gives for ever, it gives for so many seconds.

    The time is that of the material's worst figures, because hard work heats the drive sooner; where those are not
    borne at all, a person is asked to take the nominal ones for true, and with them their time.
    """
    if asked <= rated or cut.tau is None:
        return
    seconds = math.floor(longest(asked / rated, cut.heat, cut.tau) * _PARTS) / _PARTS
    case.longest_s = seconds if case.longest_s is None else min(case.longest_s, seconds)


DUTY = (
    question("cut.curve", of_cut(_curve, in_air=True)),
    question("cut.power", of_cut(_power)),
    question("cut.torque", of_cut(_torque)),
)
