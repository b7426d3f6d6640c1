"""The room that a change has: for each coordinate of the cut its box, and the parameter that may move it.

Boxes of machine, tool, axes and policy bound settings and effective values; the tool's use, the drive's curve and
the path bound the cut. A coordinate moves by the base value if the proposal gives it, else by the override;
an `override` moves by the feed override alone. What the proposal does not give does not move.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from chargehand.auditor.boxes import BOXES, INPUTS
from chargehand.auditor.case import Case
from chargehand.auditor.change import OFFSETS, OVERRIDES
from chargehand.auditor.checks_path import plane_least
from chargehand.auditor.checks_setup import ROUND
from chargehand.auditor.cut import Cut
from chargehand.auditor.shrink import ANY, Coordinate, Room, Span, is_air, last
from chargehand.contracts.card import Resolution
from chargehand.machining.cutting import surface_speed
from chargehand.machining.path import circle_feed, jerk_feed
from chargehand.machining.wear import edge_life

FIELDS: dict[Coordinate, str] = {
    "speed": "effective_speed",
    "feed": "effective_feed",
    "axial_depth": "axial_depth",
}
"""The field that a coordinate of the cut is."""


class Knob(NamedTuple):
    """The parameter that moves a coordinate.

    Attributes:
        name: the parameter.
        other: %, what it is multiplied by; 100 where nothing is.
        step: its step on the machine, in its working unit.
        span: its own box.
        unit: the unit that the proposal gives it in.
    """

    name: str
    other: float
    step: float
    span: Span
    unit: str

    def effective(self, value: float) -> float:
        """The coordinate at a value of the parameter, by the very arithmetic of the audit."""
        return value if self.other == 100 else value * self.other / 100


def mover(case: Case, field: str) -> str | None:
    """The given parameter that has to move for a field; None if the proposal gives none that may."""
    change = case.change
    if change is None:
        return None
    for name in reversed(_inputs(field)):
        if name in change.params and (change.operation != "override" or name == "feed_override"):
            return name
    return None


def spans_of(case: Case) -> dict[str, Span]:
    """The tightest box of every field, over machine, tool and policy."""
    assert case.card is not None
    spans: dict[str, Span] = {}
    tool = case.tool
    round_tool = tool is not None and tool.kind in ROUND
    found = [(box.field, box.span(case)) for box in BOXES if not (round_tool and box.field == "radial_depth")]
    found += [(field, (bounds.low, bounds.high)) for field, bounds in case.book.limits(case.card.id)]
    for field, span in found:
        if span is not None:
            spans[field] = spans.get(field, ANY).within(Span(*span))
    return spans


def step_of(resolution: Resolution, name: str) -> float:
    """The machine's step for a parameter, in its working unit."""
    if name in OVERRIDES:
        return resolution.override
    step: float = resolution.offset if name in OFFSETS else getattr(resolution, name)
    return step


def room_of(
    case: Case, cut: Cut, spans: Mapping[str, Span], values: Mapping[str, float]
) -> tuple[Room, dict[Coordinate, Knob]] | None:
    """The room of a cut and what moves each of its free coordinates.

    Args:
        case: the case.
        cut: the cut at `values`.
        spans: the tightest box of every field.
        values: merged settings, overrides in their own boxes already.

    Returns:
        None where something that may not move lies outside of its box.
    """
    boxes: dict[Coordinate, Span] = {}
    knobs: dict[Coordinate, Knob] = {}
    for coordinate, field in FIELDS.items():
        box = spans.get(field, ANY)
        name = mover(case, field)
        if any(
            spans.get(setting, ANY).into(values[setting], free=setting == name) is None for setting in _inputs(field)
        ):
            return None
        if name is not None:
            knob = _knob(case, name, field, values, spans)
            if knob is None:
                return None
            knobs[coordinate] = knob
            box = box.within(Span(knob.effective(knob.span.low), knob.effective(knob.span.high)))
        boxes[coordinate] = box
    use = cut.use
    room = Room(
        speed=boxes["speed"] if is_air(cut.tool, cut.point) else boxes["speed"].within(_speeds(cut)),
        feed=boxes["feed"].within(Span(-math.inf, corner_feed(cut))),
        feed_per_tooth=ANY if use is None else Span(use.feed_per_tooth_min, use.feed_per_tooth_max),
        axial_depth=boxes["axial_depth"],
        axial_depth_min=cut.tool.axial_depth_min,
    )
    return room, knobs


def _inputs(field: str) -> tuple[str, ...]:
    return INPUTS.get(field, (field,))


def knob_of(case: Case, name: str, spans: Mapping[str, Span]) -> Knob:
    """A given parameter as the knob of itself."""
    assert case.card is not None
    assert case.change is not None
    step = step_of(case.card.resolution, name)
    return Knob(name, 100.0, step, spans.get(name, ANY), case.change.params[name].unit)


def _knob(case: Case, name: str, field: str, values: Mapping[str, float], spans: Mapping[str, Span]) -> Knob | None:
    """The knob of a field; None where its override is 0, and so a hold, or what it is multiplied by is 0."""
    others = [values[other] for other in _inputs(field) if other != name]
    other = others[0] if others else 100.0
    if not other > 0 or (name in OVERRIDES and not values[name] > 0):
        return None
    box, knob = spans.get(field, ANY), knob_of(case, name, spans)
    own = knob.span.within(Span(box.low * 100 / other, box.high * 100 / other))
    return knob._replace(other=other, span=own)


def _speeds(cut: Cut) -> Span:
    """The speeds that the tool's use, an edge's least life and the drive's curve leave."""
    across = cut.workpiece_diameter if cut.tool.kind == "turning" else cut.tool.diameter
    span = ANY
    if cut.use is not None and across is not None:
        use, life = cut.use, cut.tool.life_min
        most = use.cutting_speed_max
        if life is not None and use.taylor_n is not None and use.taylor_c is not None:
            most = min(most, use.taylor_c * life**-use.taylor_n)
        to_speed = 1000.0 / (math.pi * across)

        def fast_enough(speed: float) -> bool:
            return surface_speed(across, speed) >= use.cutting_speed_min

        def slow_enough(speed: float) -> bool:
            there = surface_speed(across, speed)
            minutes = math.inf if life is None else edge_life(use, there)
            return there <= use.cutting_speed_max and (life is None or minutes is None or minutes >= life)

        span = Span(
            last(fast_enough, use.cutting_speed_min * to_speed, -math.inf),
            last(slow_enough, most * to_speed, math.inf),
        )
    curve = cut.card.spindle_curve
    return span.within(Span(curve[0].speed, curve[-1].speed)) if curve else span


def corner_feed(cut: Cut) -> float:
    """The greatest feed on the path's smallest radius, in mm/min; endless on a straight or unknown path."""
    radius = cut.path_radius
    if radius is None or cut.tool.kind == "drill":
        return math.inf
    acceleration, jerk = plane_least(cut, "acceleration"), plane_least(cut, "jerk")
    return min(
        math.inf if acceleration is None else circle_feed(radius, acceleration),
        math.inf if jerk is None else jerk_feed(radius, jerk),
    )
