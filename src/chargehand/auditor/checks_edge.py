"""Edge checks: whether the tool is made for this, and how its edges fare: chip, cutting speed, life, wear, stick-out.

A tool cuts the groups of materials that its card names and no other. A chip that is too thin rubs and one that is too
thick breaks the edge, so the chip load has two ends, and so has the cutting speed.
"""

from __future__ import annotations

import math

from chargehand.auditor.boxes import path_to
from chargehand.auditor.case import NOT_APPLICABLE, Case, Outcome, box_findings, not_evaluable, question
from chargehand.auditor.checks_cutting import of_cut
from chargehand.auditor.cut import Cut
from chargehand.auditor.finding import WAIT
from chargehand.machining.cutting import Demand
from chargehand.machining.wear import edge_life

_CHIP = ("CUT.CHIP_LOAD_BELOW_MIN", "CUT.CHIP_LOAD_ABOVE_MAX")
_BAND = ("CUT.SPEED_BELOW_BAND", "CUT.SPEED_ABOVE_BAND")
_LIFE = ("TOOL.LIFE_BELOW_MIN", "TOOL.LIFE_BELOW_MIN")
_UNRATED = not_evaluable("TOOL.MATERIAL_NOT_RATED")
_NO_SIGNAL = not_evaluable("TELEM.SIGNAL_MISSING")
_FEED = ("feed_override", "feed_rate", "spindle_override", "spindle_speed")
_SPEED = ("spindle_override", "spindle_speed")


def _material(case: Case, cut: Cut, _: Demand) -> Outcome | None:
    if cut.use is None:
        case.deny(
            "TOOL.MATERIAL_NOT_RATED",
            None,
            observed=cut.material.group,
            limit=", ".join(use.group for use in cut.tool.uses),
            rule_id=f"tool:{cut.tool.id}:uses",
        )
    return None


def _chip_load(case: Case, cut: Cut, demand: Demand) -> Outcome | None:
    use = cut.use
    if use is None:
        return _UNRATED
    least, most, chip = use.feed_per_tooth_min, use.feed_per_tooth_max, demand.feed_per_tooth
    if not least <= chip <= most:
        case.found += box_findings(
            "feed_per_tooth",
            chip,
            (least, most),
            _CHIP,
            unit="mm/rev" if cut.tool.kind == "turning" else "mm/tooth",
            path=path_to(case, _FEED),
            rule_id=f"tool:{cut.tool.id}:uses:{use.group}",
        )
    return None


def _cutting_speed(case: Case, cut: Cut, demand: Demand) -> Outcome | None:
    use = cut.use
    if use is None:
        return _UNRATED
    least, most, speed = use.cutting_speed_min, use.cutting_speed_max, demand.cutting_speed
    if not least <= speed <= most:
        case.found += box_findings(
            "cutting_speed",
            speed,
            (least, most),
            _BAND,
            unit="m/min",
            path=path_to(case, _SPEED),
            rule_id=f"tool:{cut.tool.id}:uses:{use.group}",
        )
    return None


def _life(case: Case, cut: Cut, demand: Demand) -> Outcome | None:
    """Taylor's prediction. A card that wants a least life and cannot predict one is not met by any cut."""
    least, use = cut.tool.life_min, cut.use
    if least is None:
        return NOT_APPLICABLE
    if use is None:
        return _UNRATED
    life = edge_life(use, demand.cutting_speed)
    rule_id = f"tool:{cut.tool.id}:life_min"
    if life is None:
        case.deny("TOOL.LIFE_BELOW_MIN", None, field="life", limit=least, unit="min", rule_id=rule_id)
    elif not life >= least:
        path = path_to(case, _SPEED)
        case.found += box_findings("life", life, (least, math.inf), _LIFE, unit="min", path=path, rule_id=rule_id)
    return None


def _wear(case: Case, cut: Cut, _: Demand) -> Outcome | None:
    """An edge is done at its limit of wear, not beyond it."""
    if "tool_wear" not in cut.card.sensors or case.state is None:
        return NOT_APPLICABLE
    signal = case.state.values.get("tool_wear")
    wear = None if signal is None else signal.v
    if wear is None or isinstance(wear, str):
        return _NO_SIGNAL
    most = cut.tool.wear_max
    if not wear < most:
        case.deny(
            "TOOL.WEAR_ABOVE_MAX",
            None,
            field="tool_wear",
            observed=wear,
            limit=most,
            margin=most - wear,
            unit="mm",
            rule_id=f"tool:{cut.tool.id}:wear_max",
            remedies=WAIT,
        )
    return None


def _stickout(case: Case, cut: Cut, _: Demand) -> Outcome | None:
    stickout, most = cut.tool.stickout, cut.tool.stickout_max
    if most is None:
        return NOT_APPLICABLE
    if not stickout <= most:
        case.deny(
            "TOOL.STICKOUT_ABOVE_RATING",
            None,
            field="stickout",
            observed=stickout,
            limit=most,
            margin=most - stickout,
            unit="mm",
            rule_id=f"tool:{cut.tool.id}:stickout_max",
        )
    return None


EDGE = (
    question("tool.material", of_cut(_material, in_air=True)),
    question("tool.stickout", of_cut(_stickout, in_air=True)),
    question("tool.wear", of_cut(_wear)),
    question("cut.chip_load", of_cut(_chip_load)),
    question("cut.cutting_speed", of_cut(_cutting_speed)),
    question("tool.life", of_cut(_life)),
)
