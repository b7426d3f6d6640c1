"""A part program held against machine, tool, material and stock, move by move, each finding with its line.

Moves before a fault of the program are judged as well. It guesses nothing: a zero point, a home or a rating that
nobody knows is a finding itself, and what it makes impossible to judge is not passed over in silence.

Where the tool is: the tip is what a program moves in a work frame under G43; without it, and in machine coordinates
(G53, G28), it is the spindle's nose, and the tip hangs below it by the tool's stick-out. The tool is a column of its
own diameter from the tip upwards. A run begins at the machine's home.

Acceleration and jerk are judged on arcs, along which the written feed is asked for throughout. A corner between two
straight cuts has no feed of its own: with an edge of no radius every feed would be too fast for it. Controls slow down
there by themselves, to a stop (G61) or as far as their tolerance lets them round it (G64), so a program cannot ask an
axis for more than it has; how far it may let them round is bounded where the program is read, and what slowing down
costs is in the planned time (`program_extent.py`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from chargehand.auditor import program_path as path
from chargehand.auditor.program_path import Bounds
from chargehand.auditor.program_regime import Breach, Regime, settings_of
from chargehand.auditor.program_stock import SLACK_MM, Stock
from chargehand.contracts.card import KeepOut, MachineCard, MaterialCard, ToolCard
from chargehand.machining.gcode.moves import Arc, Frame, Move, Point, Program
from chargehand.machining.path import circle_feed, jerk_feed

FINDINGS_PER_CODE_MAX = 8
"""Findings of one code that are kept; all are counted. The earliest lines stay."""
AXES = ("X", "Y", "Z")
ORIGIN: Point = (0.0, 0.0, 0.0)
CHORDS_MAX = 50_000
"""Chords by which the arcs of a program are followed past the boxes beside them, in all: beyond, an arc counts as
filling its bounds. At 2 to 3 us a chord without it a program of a megabyte takes minutes."""
Offsets = Mapping[str, Mapping[str, float]]
"""Machine coordinate of each work zero: frame to axis to mm."""
MILLS = frozenset({"mill_3axis", "mill_5axis", "turn_mill"})
"""Kinds of machine whose programs the checked subset speaks of."""


class Conditions(NamedTuple):
    """What a program is run in.

    Attributes:
        card: the machine.
        tool: the tool in the spindle.
        material: the work's material, or None if nobody knows it.
        offsets: where the work zeros are; what is not there is unknown.
        stock: the raw part in G54's coordinates, or None for everything below the work's zero.
    """

    card: MachineCard
    tool: ToolCard
    material: MaterialCard | None
    offsets: Offsets
    stock: Bounds | None = None


class Violation(NamedTuple):
    """One finding, at one line; the text is that of a fault of the program itself."""

    line: int
    breach: Breach
    text: str | None = None


class Findings:
    """Everything that was found: all counted, the first of each code kept."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.kept: list[Violation] = []
        self._said: set[tuple[str, str]] = set()

    def add(self, line: int, breach: Breach, text: str | None = None) -> None:
        """Take one."""
        self._said.add((breach.code, breach.field))
        count = self.counts[breach.code] = self.counts.get(breach.code, 0) + 1
        if count <= FINDINGS_PER_CODE_MAX:
            self.kept.append(Violation(line, breach, text))

    def once(self, line: int, breach: Breach) -> None:
        """Take one that is said of a program or a frame only once: same code, same field."""
        if (breach.code, breach.field) not in self._said:
            self.add(line, breach)


def judge_program(program: Program, conditions: Conditions) -> Findings:
    """Hold every move of a program against its conditions."""
    findings = Findings()
    if conditions.card.kind not in MILLS or conditions.tool.kind == "turning":
        findings.add(0, Breach("PROG.MACHINE_UNSUPPORTED", "kind", f"{conditions.card.kind}, {conditions.tool.kind}"))
        return findings
    _one_tool(program, findings)
    run = _Run(conditions, program, findings)
    for move in program.moves:
        run.take(move)
    run.spin(program)
    if program.fault is not None:
        fault = program.fault
        breach = Breach(fault.code, "program", fault.observed, fault.limit, fault.unit)
        findings.add(fault.line, breach, fault.text)
    return findings


def _one_tool(program: Program, findings: Findings) -> None:
    """A program cuts with one tool: one number, no cut before it is in the spindle, and one length offset."""
    tools = list(dict.fromkeys(program.tools))
    if len(tools) > 1:
        line = next((move.line for move in program.moves if move.tool == tools[1]), 0)
        findings.add(line, Breach("PROG.TOOL_MISMATCH", "tool", f"T{tools[1]}", f"T{tools[0]}"))
    length = 0
    for move in program.moves:
        if move.tool is not None:
            break
        if tools and move.kind in ("feed", "arc"):
            findings.once(move.line, Breach("PROG.TOOL_MISMATCH", "tool", "none", f"T{tools[0]}"))
        # Without a number of the tool nobody knows which offset is its own, but two different ones never are.
        length = length or move.length_offset
        if move.length_offset not in (0, length):
            breach = Breach("PROG.TOOL_MISMATCH", "length_offset", f"H{move.length_offset}", f"H{length}")
            findings.once(move.line, breach)


class _Run:
    """A program on its way through the machine: where the tip is, and what has been found."""

    def __init__(self, conditions: Conditions, program: Program, findings: Findings) -> None:
        card, tool = conditions.card, conditions.tool
        self._card = card
        self._findings = findings
        self._regime = Regime(card, tool, conditions.material)
        self._reach = tool.stickout
        self._zeros = zeros(card, conditions.offsets)
        zero = self._zeros.get("G54")
        box = conditions.stock
        in_machine = None if box is None or zero is None else Bounds(_moved(box.low, zero), _moved(box.high, zero))
        self._stock = Stock(in_machine, tool.diameter / 2)
        self._is_boxed = in_machine is not None
        # Of the axes only Z is asked for the nose, which is above the tip.
        self._reaches = [
            (axis, name, card.axes[name].min - SLACK_MM, card.axes[name].max + SLACK_MM, tool.stickout * (axis == 2))
            for axis, name in enumerate(AXES)
            if name in card.axes
        ]
        self._keep_out = [(place, _column(place, tool.diameter / 2)) for place in card.keep_out]
        self._chords_left = CHORDS_MAX
        # How far a part reaches from its zero is not known, so in any frame a move may pass over any of the parts.
        used = {move.frame for move in program.moves} & self._zeros.keys() or self._zeros.keys()
        self._top = max((self._zeros[frame][2] for frame in used), default=math.inf)
        self._tip = self._home()

    def take(self, move: Move) -> None:
        """Judge one move and make it."""
        if move.kind == "dwell":
            self._settings(move, cutting=False)
            return
        self._axes(move)
        self._arc(move)
        self._length(move)
        placed = self._placed(move)
        if placed is None:
            self._settings(move, cutting=move.kind != "rapid")
            return
        start, end = placed
        arc = move.arc
        if arc is not None:
            shift = (start[0] - move.start[0], start[1] - move.start[1], start[2] - move.start[2])
            arc = arc._replace(centre=_moved(arc.centre, shift))
        swept = path.straight(start, end) if arc is None else path.arc_bounds(start, end, arc)
        # A straight move that begins beyond the travel has been told of where it got there.
        self._travel(move, Bounds(end, end) if arc is None else swept)
        self._keep_out_of(move, (start, end, arc), swept)
        meets = self._stock.meets(swept, self._top) or self._beyond_box(move, swept)
        self._settings(move, cutting=meets and move.kind != "rapid")
        if move.kind != "rapid":
            # Above the stock a rapid needs no leave, so only what is cut there is remembered.
            if meets:
                self._stock.fed(start, end, is_straight=arc is None)
        elif meets and not self._stock.cleared(start, end):
            other = self._beyond_box(move, swept)
            top = self._zeros[move.frame][2] if other else self._stock.top(self._top)
            depth = _shown(swept.low[2] - top)
            self._findings.add(move.line, Breach("PROG.RAPID_IN_MATERIAL", "position_z", depth, 0.0, "mm"))
        self._tip = end

    def spin(self, program: Program) -> None:
        """Judge the speeds at which nothing moves: a spindle that turns too fast does so at a stop too."""
        moved = {move.spindle_speed for move in program.moves}
        for speed, line in program.spins.items():
            if speed not in moved and (breach := self._regime.turning(speed)) is not None:
                self._findings.add(line, breach)

    def _home(self) -> Point | None:
        """Where a run begins: the tip at the machine's home, or None if a card does not say where that is."""
        home = self._card.home
        unknown = [axis for axis in AXES if axis in self._card.axes and axis not in home]
        if unknown:
            self._findings.once(0, Breach("PROG.OFFSET_UNKNOWN", "home", ", ".join(unknown)))
            return None
        return (home.get("X", 0.0), home.get("Y", 0.0), home.get("Z", 0.0) - self._reach)

    def _placed(self, move: Move) -> tuple[Point, Point] | None:
        """Both ends of a move, of the tip, in machine coordinates; None where nobody can tell."""
        zero = ORIGIN if move.frame == "G53" else self._zeros.get(move.frame)
        if zero is None:
            self._findings.once(move.line, Breach("PROG.OFFSET_UNKNOWN", move.frame))
            self._tip = None
            return None
        if move.frame == "G53" or not move.length_offset:
            zero = (zero[0], zero[1], zero[2] - self._reach)
        start, end = _moved(move.start, zero), _moved(move.end, zero)
        if not move.start_known and self._tip is not None:
            start = self._tip
        return start, end

    def _beyond_box(self, move: Move, swept: Bounds) -> bool:
        """Whether a move is below the zero of a frame of whose part the box, which is G54's, says nothing."""
        return (
            self._is_boxed and move.frame not in ("G53", "G54") and swept.low[2] < self._zeros[move.frame][2] - SLACK_MM
        )

    def _settings(self, move: Move, *, cutting: bool) -> None:
        for breach in self._regime.breaches(settings_of(move, cutting=cutting)):
            self._findings.add(move.line, breach)

    def _axes(self, move: Move) -> None:
        for axis, name in enumerate(AXES):
            if move.start[axis] != move.end[axis] and name not in self._card.axes:
                self._findings.add(move.line, Breach("PROG.AXIS_MISSING", name))

    def _length(self, move: Move) -> None:
        """In a work frame the tip goes where the program says only under a length offset."""
        if move.length_offset or move.frame == "G53":
            return
        if move.kind != "rapid" or move.start[2] != move.end[2]:
            self._findings.once(move.line, Breach("PROG.LENGTH_OFFSET_OFF", "length_offset", "G49", "G43 H"))

    def _travel(self, move: Move, swept: Bounds) -> None:
        for axis, name, least, most, up in self._reaches:
            low, high = swept.low[axis] + up, swept.high[axis] + up
            if least <= low and high <= most:
                continue
            travel = self._card.axes[name]
            observed, limit = (low, travel.min) if high <= most else (high, travel.max)
            field, rule = f"position_{name.lower()}", f"machine:{self._card.id}:axes:{name}"
            breach = Breach("PROG.TRAVEL_EXCEEDED", field, _shown(observed), limit, "mm", rule)
            self._findings.add(move.line, breach)

    def _keep_out_of(self, move: Move, placed: tuple[Point, Point, Arc | None], swept: Bounds) -> None:
        start, end, arc = placed
        for place, box in self._keep_out:
            if not path.overlap(swept, box):
                continue
            # A rapid's axes may run each at its own speed, anywhere within the box between its ends.
            if move.kind != "rapid":
                inside = path.enters(start, end, box) if arc is None else self._arc_enters(start, end, arc, box)
                if not inside:
                    continue
            rule = f"machine:{self._card.id}:keep_out:{place.name}"
            self._findings.add(move.line, Breach("PROG.KEEP_OUT_ENTERED", "position", place.name, None, None, rule))

    def _arc_enters(self, start: Point, end: Point, arc: Arc, box: Bounds) -> bool:
        chords = path.chords_of(start, end, arc)
        if chords > self._chords_left:
            return True
        self._chords_left -= min(chords, path.CHORDS_MAX)
        return path.arc_enters(start, end, arc, box)

    def _arc(self, move: Move) -> None:
        if move.arc is None:
            return
        axes = [self._card.axes.get(AXES[axis]) for axis in path.plane_axes(move.arc.plane)[:2]]
        accelerations = [axis.acceleration for axis in axes if axis is not None and axis.acceleration is not None]
        jerks = [axis.jerk for axis in axes if axis is not None and axis.jerk is not None]
        if len(accelerations) < len(axes) or len(jerks) < len(axes):
            self._findings.once(move.line, Breach("PROG.DYNAMICS_MISSING", "axes"))
            return
        feed = move.feed * path.planar_share(move.start, move.end, move.arc)
        rule = f"machine:{self._card.id}:axes"
        for code, limit in (
            ("PROG.CORNER_ACCELERATION", circle_feed(move.arc.radius, min(accelerations))),
            ("PROG.CORNER_JERK", jerk_feed(move.arc.radius, min(jerks))),
        ):
            if not feed <= limit:
                self._findings.add(move.line, Breach(code, "feed_rate", _shown(feed), _shown(limit), "mm/min", rule))


def zeros(card: MachineCard, offsets: Offsets) -> dict[Frame, Point]:
    """The work zeros that are known for every linear axis of a machine, in machine coordinates."""
    found: dict[Frame, Point] = {}
    frames: tuple[Frame, ...] = ("G54", "G55", "G56", "G57", "G58", "G59")
    for frame in frames:
        known = offsets.get(frame, {})
        if known and all(math.isfinite(known.get(axis, math.nan)) for axis in AXES if axis in card.axes):
            found[frame] = (known.get("X", 0.0), known.get("Y", 0.0), known.get("Z", 0.0))
    return found


def _column(place: KeepOut, radius: float) -> Bounds:
    """Where the tip may not be if no part of the tool above it is to be in a box."""
    return Bounds(
        (place.low[0] - radius, place.low[1] - radius, -math.inf),
        (place.high[0] + radius, place.high[1] + radius, place.high[2]),
    )


def _moved(point: Point, by: Point) -> Point:
    return (point[0] + by[0], point[1] + by[1], point[2] + by[2])


def _shown(value: float) -> float:
    """A sum of coordinates as it is told: what rounding put behind the sixth digit is nobody's."""
    return round(value, 6)
