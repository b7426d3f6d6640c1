"""Arcs, full circles and helices (G2, G3) from their words: by the centre (I, J, K) or by the radius (R).

Refused are arcs that are none: no centre, no radius, ends at two distances from the centre, a chord longer than the
diameter, a full circle by its radius, ends so near to each other that rounding makes a full circle of them. How far the
two distances may lie apart is the RS-274/NGC report's tolerance: 0.002 mm, or 0.0002 in for a program in inches.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from chargehand.machining.gcode.modal import AXES, MM_PER_INCH, PLANE_AXES, Modal
from chargehand.machining.gcode.moves import Arc, Point
from chargehand.machining.gcode.refusal import RefusalError

RADII_MM_MAX = 0.002
RADII_INCH_MAX = 0.0002
"""How far the distances of start and end from the centre may lie apart; the same bounds what a chord may miss by."""
CLOSED_MM_MAX = 1e-9
"""An end this near to the start closes a full circle: what sums of lengths lose, and less than any program writes."""
TURNS_MAX = 1000
OFFSETS = "IJK"


def run_arc(state: Modal, numbers: Mapping[str, float]) -> None:
    """Run the arc of a line.

    Raises:
        RefusalError: PROG.ARC_INVALID, PROG.SYNTAX, PROG.FEED_MISSING, PROG.UNITS_MISSING, PROG.OFFSET_UNKNOWN.
    """
    end = state.target(numbers)
    for axis in sorted(state.unknown):
        raise state.lost(axis)
    first, second, normal = PLANE_AXES[state.plane]
    clockwise = state.motion == 2
    start = state.position
    _closed_or_open(state, math.hypot(end[first] - start[first], end[second] - start[second]))
    centre = _by_radius(state, numbers, end, clockwise=clockwise) if "R" in numbers else _by_offsets(state, numbers)
    radius = math.hypot(start[first] - centre[0], start[second] - centre[1])
    _same_radius(state, radius, math.hypot(end[first] - centre[0], end[second] - centre[1]))
    angle = _swept(
        (start[first] - centre[0], start[second] - centre[1]),
        (end[first] - centre[0], end[second] - centre[1]),
        clockwise=clockwise,
    )
    angle += math.copysign(2 * math.pi * (_turns(numbers) - 1), angle)
    middle = [0.0, 0.0, 0.0]
    middle[first], middle[second], middle[normal] = centre[0], centre[1], start[normal]
    feed = state.feed_of(math.hypot(radius * angle, end[normal] - start[normal]))
    arc = Arc(state.plane, (middle[0], middle[1], middle[2]), radius, angle)
    state.add("arc", start, end, feed=feed, arc=arc)
    state.arrive(end)


def _tolerance(state: Modal) -> float:
    return RADII_INCH_MAX * MM_PER_INCH if state.scale == MM_PER_INCH else RADII_MM_MAX


def _by_offsets(state: Modal, numbers: Mapping[str, float]) -> tuple[float, float]:
    """The centre in the plane from I, J and K."""
    first, second, normal = PLANE_AXES[state.plane]
    given = [letter for letter in (OFFSETS[first], OFFSETS[second]) if letter in numbers]
    if OFFSETS[normal] in numbers:
        raise RefusalError(
            "PROG.ARC_INVALID",
            f"{OFFSETS[normal]} does not lie in the plane {state.plane}",
            observed=f"{OFFSETS[normal]}{numbers[OFFSETS[normal]]:g}",
        )
    if not given or (state.arc_absolute and len(given) < 2):
        raise RefusalError(
            "PROG.ARC_INVALID", f"an arc without its centre: {OFFSETS[first]} and {OFFSETS[second]}, or R"
        )
    centre = []
    for axis in (first, second):
        offset = state.length(OFFSETS[axis], numbers) if OFFSETS[axis] in numbers else 0.0
        centre.append(offset if state.arc_absolute else state.position[axis] + offset)
    return centre[0], centre[1]


def _by_radius(state: Modal, numbers: Mapping[str, float], end: Point, *, clockwise: bool) -> tuple[float, float]:
    """The centre in the plane from R: of the two arcs the shorter, with a negative R the longer."""
    if any(letter in numbers for letter in OFFSETS):
        raise RefusalError("PROG.ARC_INVALID", "an arc has a centre (I, J, K) or a radius (R), not both")
    first, second, _ = PLANE_AXES[state.plane]
    if not (AXES[first] in numbers or AXES[second] in numbers):
        raise RefusalError("PROG.ARC_INVALID", f"an arc by its radius needs an end in the plane {state.plane}")
    radius = state.length("R", numbers)
    start = state.position
    along = (end[first] - start[first], end[second] - start[second])
    chord = math.hypot(*along)
    if chord <= CLOSED_MM_MAX:
        raise RefusalError(
            "PROG.ARC_INVALID", "a full circle by its radius has no one centre", observed=radius, unit="mm"
        )
    reach = abs(radius) - 0.5 * chord
    if reach < -_tolerance(state) or radius == 0:
        raise RefusalError(
            "PROG.ARC_INVALID",
            f"radius {abs(radius):g} mm, and the ends lie {chord:g} mm apart",
            observed=abs(radius),
            limit=0.5 * chord,
            unit="mm",
        )
    height = math.sqrt(max(0.0, reach * (abs(radius) + 0.5 * chord)))
    # Seen from the start, the shorter clockwise arc has its centre on the right of the chord.
    side = -1.0 if clockwise == (radius > 0) else 1.0
    return (
        0.5 * (start[first] + end[first]) - side * height * along[1] / chord,
        0.5 * (start[second] + end[second]) + side * height * along[0] / chord,
    )


def _closed_or_open(state: Modal, chord: float) -> None:
    """Refuse ends so near to each other that a control which rounds them runs a full circle instead of nearly none."""
    if CLOSED_MM_MAX < chord < _tolerance(state):
        raise RefusalError(
            "PROG.ARC_INVALID",
            f"the ends of the arc lie {chord:.3g} mm apart: a full circle for one control, hardly an arc for another",
            observed=chord,
            limit=_tolerance(state),
            unit="mm",
        )


def _same_radius(state: Modal, at_start: float, at_end: float) -> None:
    if at_start <= CLOSED_MM_MAX:
        raise RefusalError("PROG.ARC_INVALID", "an arc of radius zero", observed=at_start, unit="mm")
    if abs(at_start - at_end) > _tolerance(state):
        raise RefusalError(
            "PROG.ARC_INVALID",
            f"the arc begins {at_start:.6g} mm from its centre and ends {at_end:.6g} mm from it",
            observed=abs(at_start - at_end),
            limit=_tolerance(state),
            unit="mm",
        )


def _swept(start: tuple[float, float], end: tuple[float, float], *, clockwise: bool) -> float:
    """The angle between two directions in rad, counter-clockwise positive; a whole turn where they are the same."""
    turn = -2 * math.pi if clockwise else 2 * math.pi
    angle = math.atan2(start[0] * end[1] - start[1] * end[0], start[0] * end[0] + start[1] * end[1])
    if angle == 0 or math.dist(start, end) <= CLOSED_MM_MAX:
        return turn
    if clockwise == (angle > 0):
        angle += turn
    return angle


def _turns(numbers: Mapping[str, float]) -> int:
    turns = numbers.get("P", 1.0)
    if not (turns.is_integer() and 1 <= turns <= TURNS_MAX):
        raise RefusalError(
            "PROG.ARC_INVALID", f"P{turns:g} is no number of turns", observed=f"P{turns:g}", limit=float(TURNS_MAX)
        )
    return int(turns)
