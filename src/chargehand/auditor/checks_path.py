"""Path checks: whether the axes can follow the feed through the smallest radius that the path is known to have.

Where no radius is known there is nothing to hold the feed against. Where one is known, the card has to say what the
axes of the plane can do; if it does not, the change is denied. The slower of the two axes counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from chargehand.auditor.boxes import inputs_of, path_to
from chargehand.auditor.case import NOT_APPLICABLE, Case, Outcome, Question, box_findings, question
from chargehand.auditor.checks_cutting import of_cut
from chargehand.auditor.cut import Cut
from chargehand.machining.cutting import Demand
from chargehand.machining.path import circle_feed, jerk_feed

Figure = Literal["acceleration", "jerk"]

_INPUTS = inputs_of("effective_feed")


def plane_least(cut: Cut, figure: Figure) -> float | None:
    """The least acceleration or jerk among the axes of the path's plane; None if the card does not say it of both."""
    names = ("X", "Z") if cut.tool.kind == "turning" else ("X", "Y")
    least = math.inf
    for name in names:
        value: float | None = getattr(cut.card.axes.get(name), figure, None)
        if value is None:
            return None
        least = min(least, value)
    return least


def _followed(name: str, figure: Figure, code: str, fastest: Callable[[float, float], float]) -> Question:
    """The check of one figure of the axes."""

    def ask(case: Case, cut: Cut, _: Demand) -> Outcome | None:
        if cut.path_radius is None or cut.tool.kind == "drill":
            return NOT_APPLICABLE
        least = plane_least(cut, figure)
        if least is None:
            case.deny("CUT.DYNAMICS_MISSING", None, field=figure, rule_id=f"machine:{cut.card.id}:axes")
            return None
        limit = fastest(cut.path_radius, least)
        if not cut.point.feed <= limit:
            case.found += box_findings(
                "effective_feed",
                cut.point.feed,
                (-math.inf, limit),
                (code, code),
                unit="mm/min",
                path=path_to(case, _INPUTS),
                rule_id=f"machine:{cut.card.id}:axes:{figure}",
            )
        return None

    return question(name, of_cut(ask, in_air=True))


PATH = (
    _followed("cut.corner_acceleration", "acceleration", "CUT.CORNER_ACCELERATION", circle_feed),
    _followed("cut.corner_jerk", "jerk", "CUT.CORNER_JERK", jerk_feed),
)
