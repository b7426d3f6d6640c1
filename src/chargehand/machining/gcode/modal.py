"""What a program has said so far and what therefore holds for the next line: the modal state.

It starts as the RS-274/NGC report starts: XY plane, absolute distances, arc centres relative, feed per minute, frame
G54, no compensation, no motion mode. Nothing starts that a wrong guess could turn into a crash: no units, no feed, no
speed, no tool, and no return level of the canned cycles, in which controls differ.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from chargehand.machining.gcode.moves import Arc, Frame, Move, MoveKind, Plane, Point, Turning
from chargehand.machining.gcode.refusal import RefusalError

MM_PER_INCH = 25.4
AXES = "XYZ"
PLANES: dict[int, Plane] = {170: "G17", 180: "G18", 190: "G19"}
PLANE_AXES: dict[Plane, tuple[int, int, int]] = {"G17": (0, 1, 2), "G18": (2, 0, 1), "G19": (1, 2, 0)}
"""First axis, second axis and normal of a plane; counter-clockwise turns the first towards the second."""
FRAMES: dict[int, Frame] = {540: "G54", 550: "G55", 560: "G56", 570: "G57", 580: "G58", 590: "G59"}
SPINDLE: dict[int, Turning] = {3: "clockwise", 4: "counter_clockwise", 5: "off"}

FeedMode = Literal["G93", "G94", "G95"]


class Modal:
    """The state between two lines. Lengths in mm, feeds in mm/min (G94), mm/rev (G95) or 1/min (G93).

    Attributes:
        blocks: lines run so far.
        holes: moves of canned cycles so far.
        position: X, Y, Z in the frame in force.
        nose: where the spindle nose stands before the first motion, in the machine's frame; None if the caller said
            instead where the tip stands in the frame of that motion.
        unknown: which of them nobody can know, as a set of axis indices: after a change of frame or of the tool's
            length whose amount was not handed in.
        scale: mm in one unit of length; None before G20 or G21.
        moved: whether any motion was run.
        motion: code of group 1 in force (80 for none).
        feed: of the mode in force; None if it must be said first.
        cycle: sticky words of the canned cycle in force.
        initial: level along the plane's normal before the first cycle of a row; None outside of cycles.
        left: level at which the last cycle of the row left the tool.
        spins: speeds at which the spindle was told to turn, in rev/min, each with the first line under it.
    """

    __slots__ = (
        "absolute",
        "arc_absolute",
        "blocks",
        "blocks_max",
        "coolant",
        "cycle",
        "feed",
        "feed_mode",
        "frame",
        "holes",
        "home",
        "initial",
        "left",
        "length_offset",
        "lengths",
        "line",
        "motion",
        "moved",
        "moves",
        "nose",
        "offsets",
        "plane",
        "position",
        "radius_side",
        "return_level",
        "scale",
        "selected",
        "speed",
        "spindle",
        "spins",
        "tool",
        "tools",
        "unknown",
    )

    def __init__(
        self,
        start: Point,
        *,
        nose: Point | None,
        offsets: Mapping[Frame, Point],
        lengths: Mapping[int, float],
        home: Point | None,
        blocks_max: int,
    ) -> None:
        self.blocks = 0
        self.holes = 0
        self.blocks_max = blocks_max
        self.moves: list[Move] = []
        self.tools: list[int] = []
        self.line = 0
        self.position: Point = start
        self.unknown: set[int] = set()
        self.offsets = offsets
        self.lengths = lengths
        self.home = home
        self.nose = nose
        self.scale: float | None = None
        self.moved = False
        self.motion = 80
        self.plane: Plane = "G17"
        self.absolute = True
        self.arc_absolute = False
        self.feed_mode: FeedMode = "G94"
        self.feed: float | None = None
        self.frame: Frame = "G54"
        self.radius_side = 0
        self.length_offset = 0
        self.return_level: Literal["initial", "r"] | None = None
        self.cycle: dict[str, float] = {}
        self.initial: float | None = None
        self.left = 0.0
        self.selected: int | None = None
        self.tool: int | None = None
        self.speed = 0.0
        self.spindle: Turning = "off"
        self.spins: dict[float, int] = {}
        self.coolant = False

    def length(self, letter: str, numbers: Mapping[str, float]) -> float:
        """A word as mm.

        Raises:
            RefusalError: PROG.UNITS_MISSING.
        """
        if self.scale is None:
            raise RefusalError(
                "PROG.UNITS_MISSING",
                f"{letter}{numbers[letter]:g} is a length, and neither G20 nor G21 came before it",
                observed=f"{letter}{numbers[letter]:g}",
            )
        return numbers[letter] * self.scale

    def target(self, numbers: Mapping[str, float]) -> Point:
        """Where the axis words of a line lead, in the frame in force.

        Raises:
            RefusalError: PROG.UNITS_MISSING; PROG.OFFSET_UNKNOWN for an axis that has no known position to stay at
                or to count from.
        """
        end = list(self.position)
        for axis, letter in enumerate(AXES):
            if letter not in numbers:
                continue
            way = self.length(letter, numbers)
            end[axis] = way if self.absolute else end[axis] + way
        for axis in self.unknown:
            if AXES[axis] not in numbers or not self.absolute:
                raise self.lost(axis)
        return end[0], end[1], end[2]

    def lost(self, axis: int) -> RefusalError:
        """The refusal of a motion that needs a position which nobody knows."""
        return RefusalError(
            "PROG.OFFSET_UNKNOWN",
            f"where {AXES[axis]} stands in {self.frame} is not known: its offset or the tool's length was not given",
            observed=AXES[axis],
        )

    def rapid(self, end: Point) -> None:
        """Run a rapid; it alone may start from a position that is not known, and then says so."""
        known = not self.unknown
        start = self.position
        if not known:
            x, y, z = (end[axis] if axis in self.unknown else start[axis] for axis in range(3))
            start = (x, y, z)
        if not known or start != end:
            self.add("rapid", start, end, start_known=known)
        self.arrive(end)

    def cut(self, end: Point) -> None:
        """Run a straight feed.

        Raises:
            RefusalError: PROG.FEED_MISSING, PROG.OFFSET_UNKNOWN.
        """
        start = self.position
        feed = self.feed_of(math.dist(start, end))
        if start != end:
            self.add("feed", start, end, feed=feed)
        self.arrive(end)

    def arrive(self, end: Point) -> None:
        """Stand at a point of which every axis is known."""
        self.moved = True
        self.position = end
        self.unknown.clear()

    def spend(self, holes: int) -> None:
        """Take from what may be run so many moves of a canned cycle: each weighs as much as a line.

        Raises:
            RefusalError: PROG.TOO_LONG.
        """
        self.holes += holes
        self.within()

    def within(self) -> None:
        """Hold what was run against its bound.

        Raises:
            RefusalError: PROG.TOO_LONG.
        """
        if self.blocks + self.holes > self.blocks_max:
            raise RefusalError(
                "PROG.TOO_LONG",
                f"more than {self.blocks_max} blocks are run",
                observed=float(self.blocks + self.holes),
                limit=float(self.blocks_max),
            )

    def add(
        self,
        kind: MoveKind,
        start: Point,
        end: Point,
        *,
        feed: float = 0.0,
        arc: Arc | None = None,
        seconds: float = 0.0,
        frame: Frame | None = None,
        start_known: bool = True,
    ) -> None:
        """Put a move down as it is run under what holds now."""
        self.moves.append(
            Move(
                kind,
                self.line,
                start,
                end,
                frame or self.frame,
                feed,
                arc,
                seconds,
                self.speed if self.spindle != "off" else 0.0,
                self.spindle,
                self.coolant,
                self.tool,
                self.length_offset,
                self.radius_side,
                start_known,
            )
        )

    def feed_of(self, length: float) -> float:
        """mm/min of a feed move of a length in mm.

        Raises:
            RefusalError: PROG.FEED_MISSING; PROG.OFFSET_UNKNOWN where the move has no known start.
        """
        for axis in sorted(self.unknown):
            raise self.lost(axis)
        if self.feed is None:
            raise RefusalError("PROG.FEED_MISSING", f"a feed move, and no F that holds for it ({self.feed_mode})")
        if self.feed_mode == "G94":
            return self.feed
        if self.feed_mode == "G93":
            return self.feed * length
        if self.speed <= 0:
            raise RefusalError("PROG.FEED_MISSING", "a feed per revolution (G95), and no speed S", observed=self.speed)
        return self.feed * self.speed
