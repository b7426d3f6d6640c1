"""Where the tool stands when the frame changes: work frames, the machine's own (G53), home (G28), tool lengths.

A point of a work frame is the tool's tip; in the machine's frame it is the spindle nose:
`machine = work + offset of the frame + length of the tool along Z`. Whatever of these was not handed in is not guessed:
the axes that it concerns are then not known, and the next motion must say where they go.
"""

from __future__ import annotations

from collections.abc import Mapping

from chargehand.machining.gcode.modal import AXES, Modal
from chargehand.machining.gcode.moves import Frame, Point
from chargehand.machining.gcode.refusal import RefusalError

Z = 2


def place(state: Modal) -> None:
    """Before the first motion: where the tip stands, if the caller said where the nose does."""
    if state.nose is None:
        return
    shift = _shift(state)
    x, y, z = (state.nose[axis] - (shift[axis] or 0.0) for axis in range(3))
    state.position = (x, y, z)
    state.unknown = {axis for axis in range(3) if shift[axis] is None}


def change_frame(state: Modal, frame: Frame) -> None:
    """Put a work frame in force; the tool stays where it is.

    Before the first motion the position is what the caller said, whose `start` is given in the frame of that motion.
    """
    if frame == state.frame or not state.moved:
        state.frame = frame
        if not state.moved:
            place(state)
        return
    before, after = state.offsets.get(state.frame), state.offsets.get(frame)
    state.frame = frame
    if before is None or after is None:
        state.unknown.update(range(3))
        return
    x, y, z = (state.position[axis] + before[axis] - after[axis] for axis in range(3))
    state.position = (x, y, z)


def change_length(state: Modal, number: int) -> None:
    """Put the length of an offset number in force (0: none); the tool stays where it is."""
    before, after = _length(state, state.length_offset), _length(state, number)
    same = number == state.length_offset
    state.length_offset = number
    if not state.moved:
        place(state)
    if same or not state.moved:
        return
    if before is None or after is None:
        state.unknown.add(Z)
        return
    x, y, z = state.position
    state.position = (x, y, z + before - after)


def run_in_machine(state: Modal, numbers: Mapping[str, float]) -> None:
    """Run a line with G53: a rapid or a feed to a point of the machine's frame.

    Raises:
        RefusalError: PROG.MODAL_CONFLICT, PROG.OFFSET_UNKNOWN, PROG.UNITS_MISSING, PROG.FEED_MISSING.
    """
    if state.motion not in (0, 1) or not state.absolute or state.radius_side:
        raise RefusalError("PROG.MODAL_CONFLICT", "G53 needs G0 or G1, absolute distances and no radius compensation")
    goal = {axis: state.length(AXES[axis], numbers) for axis in range(3) if AXES[axis] in numbers}
    if goal:
        _to_machine(state, goal, feed=state.motion == 1)


def run_home(state: Modal, numbers: Mapping[str, float]) -> None:
    """Run a line with G28: a rapid to the point that its axis words say, then their axes to the machine's home.

    Raises:
        RefusalError: PROG.SYNTAX without an axis; PROG.OFFSET_UNKNOWN, PROG.MODAL_CONFLICT, PROG.UNITS_MISSING.
    """
    if state.radius_side:
        raise RefusalError("PROG.MODAL_CONFLICT", "G28 under radius compensation")
    named = [axis for axis in range(3) if AXES[axis] in numbers]
    if not named:
        raise RefusalError("PROG.SYNTAX", "G28 without an axis: controls differ in which axes go", observed="G28")
    if state.home is None:
        raise RefusalError("PROG.OFFSET_UNKNOWN", "G28, and nobody said where home is", observed="G28")
    state.rapid(state.target(numbers))
    _to_machine(state, {axis: state.home[axis] for axis in named}, feed=False)


def _to_machine(state: Modal, goal: Mapping[int, float], *, feed: bool) -> None:
    """Move some axes to coordinates of the machine's frame; the others stay."""
    shift = _shift(state)
    here = [
        None if axis in state.unknown or shift[axis] is None else state.position[axis] + (shift[axis] or 0.0)
        for axis in range(3)
    ]
    start, end = [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]
    for axis, known in enumerate(here):
        if known is None and (axis not in goal or feed):
            raise state.lost(axis)
        end[axis] = goal.get(axis, known or 0.0)
        start[axis] = end[axis] if known is None else known
    first: Point = (start[0], start[1], start[2])
    last: Point = (end[0], end[1], end[2])
    rate = state.feed_of(sum((b - a) ** 2 for a, b in zip(first, last, strict=True)) ** 0.5) if feed else 0.0
    if first != last or None in here:
        state.add("feed" if feed else "rapid", first, last, feed=rate, frame="G53", start_known=None not in here)
    position = list(state.position)
    for axis in goal:
        back = shift[axis]
        if back is None:
            state.unknown.add(axis)
        else:
            state.unknown.discard(axis)
            position[axis] = end[axis] - back
    state.moved = True
    state.position = (position[0], position[1], position[2])


def _shift(state: Modal) -> list[float | None]:
    """What leads from the frame in force to the machine's, by axis; None where it is not known."""
    offset = state.offsets.get(state.frame)
    if offset is None:
        return [None, None, None]
    length = _length(state, state.length_offset)
    return [offset[0], offset[1], None if length is None else offset[2] + length]


def _length(state: Modal, number: int) -> float | None:
    """By how many mm a length offset moves the tip along Z; None where that was not handed in."""
    return 0.0 if number == 0 else state.lengths.get(number)
