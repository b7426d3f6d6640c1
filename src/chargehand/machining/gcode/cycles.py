"""Canned drilling cycles (G81, G82, G83) as the rapids, feeds and dwells that they stand for.

A cycle works along the normal of the plane. Absolute, R and the depth are levels; relative, R counts from the level
before the first cycle of the row and the depth from R. In the plane the tool moves at the level where it is, lifted to
R first if it is below. G98 retracts to the level before the row if that is above R, G99 to R.

Controls differ in which of the two holds when a program says neither, in what a relative R counts from away from the
level before the row, and in what becomes of the row when its frame, tool length or level changes under it. Where that
makes no difference the cycle is run; else it is refused.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from chargehand.machining.gcode.modal import AXES, PLANE_AXES, Modal
from chargehand.machining.gcode.moves import Point
from chargehand.machining.gcode.refusal import RefusalError

PECK_CLEARANCE_MM = 0.254
"""How far above the bottom of the last peck a rapid of G83 ends: 0.010 in, as in the RS-274/NGC report."""
PECK_MM_MIN = 0.001
"""What a drive resolves; a smaller peck is a slip of the pen."""
MOVES_PER_PECK = 3
DWELL_S_MAX = 86_400.0


class Hole(NamedTuple):
    """One hole's levels along the plane's normal, in mm, and how it is drilled."""

    normal: int
    retract: float
    bottom: float
    clear: float
    peck: float | None
    dwell: float | None


def run_cycle(state: Modal, numbers: Mapping[str, float]) -> None:
    """Run the cycle of a line as often as its L says.

    Raises:
        RefusalError: PROG.SYNTAX, PROG.MODAL_CONFLICT, PROG.FEED_MISSING, PROG.UNITS_MISSING, PROG.OFFSET_UNKNOWN,
            PROG.TOO_LONG.
    """
    if state.radius_side:
        raise RefusalError("PROG.MODAL_CONFLICT", "a canned cycle under radius compensation")
    if state.feed_mode == "G93":
        raise RefusalError("PROG.MODAL_CONFLICT", "a canned cycle under inverse-time feed (G93)")
    for axis in sorted(state.unknown):
        raise state.lost(axis)
    hole = _hole(state, numbers)
    repeats = _repeats(numbers)
    # Counted before the first one is run, because a repetition may take millions of pecks.
    pecks = 1 if hole.peck is None else math.ceil((hole.retract - hole.bottom) / hole.peck)
    state.spend(repeats * MOVES_PER_PECK * max(1, pecks))
    step = {
        axis: state.length(AXES[axis], numbers) for axis in range(3) if AXES[axis] in numbers and axis != hole.normal
    }
    if state.position[hole.normal] < hole.retract:
        state.rapid(_at(state.position, {hole.normal: hole.retract}))
    for _ in range(repeats):
        where = step if state.absolute else {axis: state.position[axis] + way for axis, way in step.items()}
        state.rapid(_at(state.position, where))
        state.rapid(_at(state.position, {hole.normal: hole.retract}))
        _drill(state, hole)
        state.rapid(_at(state.position, {hole.normal: hole.clear}))
    state.left = hole.clear


def _drill(state: Modal, hole: Hole) -> None:
    """From R to the bottom; the tool is left there."""
    depth = hole.retract
    while hole.peck is not None and depth - hole.peck > hole.bottom:
        depth -= hole.peck
        state.cut(_at(state.position, {hole.normal: depth}))
        state.rapid(_at(state.position, {hole.normal: hole.retract}))
        state.rapid(_at(state.position, {hole.normal: min(hole.retract, depth + PECK_CLEARANCE_MM)}))
    state.cut(_at(state.position, {hole.normal: hole.bottom}))
    if hole.dwell:
        state.add("dwell", state.position, state.position, seconds=hole.dwell)


def _hole(state: Modal, numbers: Mapping[str, float]) -> Hole:
    """The levels of a line's holes; what it does not say stays as the row said it."""
    normal = PLANE_AXES[state.plane][2]
    level = state.position[normal]
    if state.initial is None:
        state.initial = level
    elif level != state.left:
        raise RefusalError(
            "PROG.MODAL_CONFLICT",
            "a row of cycles goes on after a change of frame, of tool length or of level: say G80 first",
            observed=level,
            limit=state.left,
            unit="mm",
        )
    elif level != state.initial and not state.absolute:
        raise RefusalError(
            "PROG.SYNTAX",
            f"G{state.motion} in G91 away from the level before the row: controls differ in where R counts from",
            observed=level,
            limit=state.initial,
            unit="mm",
        )
    sticky = state.cycle
    for letter in (AXES[normal], "R", "Q"):
        if letter in numbers:
            sticky[letter] = state.length(letter, numbers)
    if "P" in numbers:
        sticky["P"] = numbers["P"]
    needed = (AXES[normal], "R", *{82: "P", 83: "Q"}.get(state.motion, ""))
    for letter in needed:
        if letter not in sticky:
            raise RefusalError("PROG.SYNTAX", f"G{state.motion} without {letter}", observed=f"G{state.motion}")
    retract = sticky["R"] if state.absolute else state.initial + sticky["R"]
    bottom = sticky[AXES[normal]] if state.absolute else retract + sticky[AXES[normal]]
    if bottom > retract:
        raise RefusalError(
            "PROG.SYNTAX",
            f"G{state.motion}: the bottom {bottom:g} mm lies above R at {retract:g} mm",
            observed=bottom,
            limit=retract,
            unit="mm",
        )
    peck = sticky["Q"] if state.motion == 83 else None
    if peck is not None and peck < PECK_MM_MIN:
        raise RefusalError(
            "PROG.SYNTAX", f"G83 with a peck of {peck:g} mm", observed=peck, limit=PECK_MM_MIN, unit="mm"
        )
    dwell = seconds(sticky["P"]) if state.motion == 82 else None
    return Hole(normal, retract, bottom, _clear(state, retract, state.initial), peck, dwell)


def _clear(state: Modal, retract: float, initial: float) -> float:
    """The level after the hole."""
    if state.return_level is None and initial > retract:
        raise RefusalError(
            "PROG.SYNTAX",
            f"G{state.motion} with neither G98 nor G99: controls differ in where it retracts to",
            observed=f"G{state.motion}",
        )
    return retract if state.return_level == "r" else max(initial, retract)


def _repeats(numbers: Mapping[str, float]) -> int:
    repeats = numbers.get("L", 1.0)
    if not (repeats.is_integer() and repeats >= 1):
        raise RefusalError("PROG.SYNTAX", f"L{repeats:g} is no number of repetitions", observed=f"L{repeats:g}")
    return int(repeats)


def seconds(dwell: float) -> float:
    """A dwell's P in seconds.

    Raises:
        RefusalError: PROG.SYNTAX, for a negative dwell or one beyond a day.
    """
    if not 0 <= dwell <= DWELL_S_MAX:
        raise RefusalError("PROG.SYNTAX", f"P{dwell:g} is no dwell", observed=dwell, limit=DWELL_S_MAX, unit="s")
    return dwell


def _at(position: Point, changed: Mapping[int, float]) -> Point:
    """A point with some of its coordinates changed."""
    x, y, z = (changed.get(axis, position[axis]) for axis in range(3))
    return x, y, z
