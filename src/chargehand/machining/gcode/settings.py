"""The part of a line that moves nothing: units, feed, speed, tool, spindle, coolant, plane, frame, modes.

They take effect in the order of the RS-274/NGC report. In one thing that order is not every control's: whether the F of
a line that changes the units is meant in the old ones or the new. Such a line is refused, and so is a change of units
under a feed in force, or a path tolerance (G64) that lets the control stray further than the path is judged.
"""

from __future__ import annotations

from typing import Literal

from chargehand.machining.gcode import codes
from chargehand.machining.gcode.cycles import seconds
from chargehand.machining.gcode.frames import change_frame, change_length
from chargehand.machining.gcode.modal import AXES, FRAMES, MM_PER_INCH, PLANE_AXES, PLANES, SPINDLE, FeedMode, Modal
from chargehand.machining.gcode.refusal import RefusalError
from chargehand.machining.gcode.words import Block

ORDINAL_MAX = 99_999_999
PATH_TOLERANCE_MM_MAX = 0.05
"""How far G64 may let a control stray from the written path, which is all that is judged."""
FEED_MODES: dict[int, FeedMode] = {930: "G93", 940: "G94", 950: "G95"}
RADIUS_SIDES = {400: 0, 410: -1, 420: 1}
RETURN_LEVELS: dict[int, Literal["initial", "r"]] = {980: "initial", 990: "r"}


def settle(state: Modal, block: Block) -> None:
    """Put a line's settings in force.

    Raises:
        RefusalError: PROG.SYNTAX, PROG.UNITS_MISSING, PROG.UNITS_MIXED, PROG.FEED_MISSING, PROG.MODAL_CONFLICT.
    """
    if codes.UNITS in block.g:
        _units(state, block)
    _feed(state, block)
    if "S" in block.numbers:
        state.speed = _not_negative(block, "S")
    if "T" in block.numbers:
        state.selected = whole(block, "T")
    if block.m:
        _machine(state, block)
    if state.spindle != "off":
        state.spins.setdefault(state.speed, state.line)
    if block.g.get(codes.ONE_SHOT) == 40:
        _dwell(state, block)
    if block.g:
        _geometry(state, block)


def whole(block: Block, letter: str) -> int:
    """A word that counts or names: digits, not negative.

    Raises:
        RefusalError: PROG.SYNTAX.
    """
    number = block.numbers[letter]
    if not (number.is_integer() and 0 <= number <= ORDINAL_MAX):
        raise RefusalError(
            "PROG.SYNTAX", f"{block.texts[letter]} does not count or name anything", observed=block.texts[letter]
        )
    return int(number)


def _units(state: Modal, block: Block) -> None:
    code = block.g[codes.UNITS]
    scale = 1.0 if code == 210 else MM_PER_INCH
    if scale == state.scale:
        return
    if state.moved:
        raise RefusalError("PROG.UNITS_MIXED", f"G{code // 10} after the first motion", observed=f"G{code // 10}")
    if state.feed is not None:
        # Controls differ in whether a feed in force keeps its speed or its number, and then is 25.4 times another.
        raise RefusalError("PROG.UNITS_MIXED", f"G{code // 10} after an F in force", observed=f"G{code // 10}")
    if "F" in block.numbers and block.g.get(codes.FEED_MODE) != 930:
        raise RefusalError(
            "PROG.UNITS_MISSING",
            f"{block.texts['F']} in the line that sets the units: controls differ in which comes first",
            observed=block.texts["F"],
        )
    state.scale = scale


def _feed(state: Modal, block: Block) -> None:
    mode = FEED_MODES[block.g[codes.FEED_MODE]] if codes.FEED_MODE in block.g else state.feed_mode
    # A feed of one mode means nothing in another, and under inverse time each line brings its own.
    if mode != state.feed_mode or mode == "G93":
        state.feed = None
    state.feed_mode = mode
    if "F" not in block.numbers:
        return
    feed = block.numbers["F"] if mode == "G93" else state.length("F", block.numbers)
    if feed <= 0:
        raise RefusalError("PROG.FEED_MISSING", f"{block.texts['F']} is no feed", observed=block.texts["F"])
    state.feed = feed


def _not_negative(block: Block, letter: str) -> float:
    number = block.numbers[letter]
    if number < 0:
        raise RefusalError("PROG.SYNTAX", f"{block.texts[letter]} is negative", observed=block.texts[letter])
    return number


def _machine(state: Modal, block: Block) -> None:
    """Tool change, spindle, coolant. A tool change stops the spindle."""
    if codes.TOOL_CHANGE in block.m:
        if state.selected is None:
            raise RefusalError("PROG.SYNTAX", "M6, and no T came before it", observed="M6")
        state.tool = state.selected
        state.tools.append(state.selected)
        state.spindle = "off"
    if codes.SPINDLE in block.m:
        state.spindle = SPINDLE[block.m[codes.SPINDLE]]
    if codes.COOLANT in block.m:
        state.coolant = block.m[codes.COOLANT] != 9


def _dwell(state: Modal, block: Block) -> None:
    if "P" not in block.numbers or any(axis in block.numbers for axis in AXES):
        raise RefusalError("PROG.SYNTAX", "G4 takes its seconds from P, and no axis", observed="G4")
    wait = seconds(block.numbers["P"])
    state.add("dwell", state.position, state.position, seconds=wait, start_known=not state.unknown)


def _geometry(state: Modal, block: Block) -> None:
    g = block.g
    if codes.PLANE in g:
        _plane(state, g[codes.PLANE])
    if codes.RADIUS in g:
        state.radius_side = RADIUS_SIDES[g[codes.RADIUS]]
    if codes.LENGTH in g:
        _length(state, block)
    if g.get(codes.PATH) == 640:
        _path(state, block)
    if codes.FRAME in g:
        if state.radius_side and FRAMES[g[codes.FRAME]] != state.frame:
            raise RefusalError("PROG.MODAL_CONFLICT", "a change of frame under radius compensation")
        change_frame(state, FRAMES[g[codes.FRAME]])
    if codes.DISTANCE in g:
        absolute = g[codes.DISTANCE] == 900
        if absolute != state.absolute:
            # Levels of a cycle that were meant the other way are said again or missed.
            state.cycle.pop("R", None)
            state.cycle.pop(AXES[PLANE_AXES[state.plane][2]], None)
        state.absolute = absolute
    if codes.ARC_DISTANCE in g:
        state.arc_absolute = g[codes.ARC_DISTANCE] == 901
    if codes.RETURN_LEVEL in g:
        state.return_level = RETURN_LEVELS[g[codes.RETURN_LEVEL]]


def _path(state: Modal, block: Block) -> None:
    """G64 alone leaves how far the control strays to the control, as a program does that says nothing of it."""
    for letter in ("P", "Q"):
        if letter not in block.numbers:
            continue
        tolerance = state.length(letter, block.numbers)
        if not 0 <= tolerance <= PATH_TOLERANCE_MM_MAX:
            raise RefusalError(
                "PROG.CODE_UNSUPPORTED",
                f"G64 {block.texts[letter]}: a path is read only within {PATH_TOLERANCE_MM_MAX:g} mm of its words",
                observed=tolerance,
                limit=PATH_TOLERANCE_MM_MAX,
                unit="mm",
            )


def _plane(state: Modal, code: int) -> None:
    plane = PLANES[code]
    if plane != state.plane:
        if state.radius_side:
            raise RefusalError("PROG.MODAL_CONFLICT", "a change of plane under radius compensation", observed=plane)
        state.cycle.clear()
        state.initial = None
    state.plane = plane


def _length(state: Modal, block: Block) -> None:
    if block.g[codes.LENGTH] == 490:
        change_length(state, 0)
        return
    if "H" not in block.numbers:
        raise RefusalError("PROG.SYNTAX", "G43 without H: controls differ in whose length is meant", observed="G43")
    change_length(state, whole(block, "H"))
