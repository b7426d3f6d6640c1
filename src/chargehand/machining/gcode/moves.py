"""What a part program does, one record per move, and what is wrong with one, by line.

Coordinates are mm in the frame that the move names: a work frame (G54 to G59) or the machine's own (G53). Feeds are
mm/min along the path, whatever mode the program wrote them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

Point = tuple[float, float, float]
"""X, Y, Z in mm."""
MoveKind = Literal["rapid", "feed", "arc", "dwell"]
Plane = Literal["G17", "G18", "G19"]
Frame = Literal["G53", "G54", "G55", "G56", "G57", "G58", "G59"]
Turning = Literal["off", "clockwise", "counter_clockwise"]


class Arc(NamedTuple):
    """The circular part of a move.

    Attributes:
        plane: G17 XY, G18 ZX, G19 YZ.
        centre: in the move's frame; its coordinate along the plane's axis is the start's.
        radius: mm.
        angle: rad swept about the plane's axis, counter-clockwise positive; beyond a turn for several turns.
    """

    plane: Plane
    centre: Point
    radius: float
    angle: float


class Move(NamedTuple):
    """One move, between two blocks or within a cycle.

    Attributes:
        kind: rapid, feed (straight), arc or dwell.
        line: line of the program, from 1; in a subprogram that stands in a text of its own, the line of that text.
        start: where it begins.
        end: where it ends.
        frame: the frame of both.
        feed: mm/min along the path; 0 for a rapid or a dwell.
        arc: for an arc.
        seconds: for a dwell.
        spindle_speed: rev/min commanded; 0 while it stands.
        spindle: which way it turns.
        coolant: whether any coolant is on.
        tool: number of the tool in the spindle, or None before the first change.
        length_offset: number of the tool length offset in force (G43 H), 0 for none.
        radius_side: 0 without, -1 left (G41), 1 right (G42) of the path: the written path is then the contour.
        start_known: False for a rapid from a position that nobody knows in its frame (after a change of frame or tool
            length whose amount was not handed in); an axis that is not known stands in `start` as it does in `end`.
    """

    kind: MoveKind
    line: int
    start: Point
    end: Point
    frame: Frame
    feed: float
    arc: Arc | None
    seconds: float
    spindle_speed: float
    spindle: Turning
    coolant: bool
    tool: int | None
    length_offset: int
    radius_side: int
    start_known: bool = True


class Fault(NamedTuple):
    """What is wrong with a program, once; reading ends at the first fault, because nothing after it is certain.

    Attributes:
        code: reason code, `PROG.*`.
        line: line of the program, from 1; 0 for the program as a whole.
        text: what is wrong, in words, with the offending word.
        observed: the word or number at fault, or None.
        limit: what it met, or None.
        unit: unit of both, or None.
    """

    code: str
    line: int
    text: str
    observed: str | float | None = None
    limit: str | float | None = None
    unit: str | None = None


class Program(NamedTuple):
    """A program as far as it could be run.

    Attributes:
        moves: in the order of execution.
        fault: where it stopped, or None if it ran to its end.
        blocks: lines that were run, those of a subprogram counted every time.
        tools: tool numbers in the order of their changes.
        spins: speeds at which the spindle is told to turn, rev/min, with the first line of each; also of those at
            which nothing moves.
    """

    moves: list[Move]
    fault: Fault | None
    blocks: int
    tools: list[int]
    spins: Mapping[float, int] = MappingProxyType({})
