"""Chatter check: whether the cut is shallow enough to stay stable at this speed, by the tool's stability lobes.

It needs the tool's most flexible mode, which only a tap test knows. Without it, and for tools that the lobes do not
describe, the answer is that nobody knows: said with its own code, and not held against the change.
"""

from __future__ import annotations

import math

from chargehand.auditor.boxes import path_to
from chargehand.auditor.case import Case, Outcome, box_findings, not_evaluable, question
from chargehand.auditor.checks_ceilings import at_worst
from chargehand.auditor.checks_cutting import of_cut
from chargehand.auditor.cut import Cut
from chargehand.auditor.finding import Finding
from chargehand.auditor.stability import mode_of, stable, stable_at_any_speed
from chargehand.machining.cutting import Demand

_NOT_JUDGED = not_evaluable("CUT.CHATTER_NOT_JUDGED")
_CODES = ("CUT.CHATTER_UNSTABLE", "CUT.CHATTER_UNSTABLE")


def _chatter(case: Case, cut: Cut, demand: Demand) -> Outcome | None:
    modal = mode_of(cut)
    if modal is None:
        return _NOT_JUDGED
    depth = cut.point.axial_depth
    # Every limit is inversely proportional to the specific force, so one search serves all figures of the material.
    worst = max([upper.specific_force for upper in case.upper], default=0.0) / demand.specific_force
    if depth * max(1.0, worst) <= stable_at_any_speed(cut, modal, demand.specific_force):
        return None
    limit = stable(cut, modal, demand.specific_force)
    if not depth <= limit:
        case.found += _unstable(case, cut, limit)
    elif not depth * worst <= limit:
        case.found += [at_worst(finding) for finding in _unstable(case, cut, limit / worst)]
    return None


def _unstable(case: Case, cut: Cut, limit: float) -> list[Finding]:
    return box_findings(
        "axial_depth",
        cut.point.axial_depth,
        (-math.inf, limit),
        _CODES,
        unit="mm",
        path=path_to(case, ("axial_depth", "spindle_override", "spindle_speed")),
        rule_id=f"tool:{cut.tool.id}:modal",
    )


CHATTER = question("cut.chatter", of_cut(_chatter))
