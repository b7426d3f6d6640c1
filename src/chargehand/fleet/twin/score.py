"""One part from beginning to end: the planned path cut into pieces on which the work asks for the same.

It brings together the program, the planner, the blank and the integrated model, once per set-up; every tick then only
looks up its piece. While a piece lasts the force follows the feed by `(v/v0)^(1-mc)`, which for the integrated model is
exact. Load and unload come first. It gives no answer where the control would not run the program.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from chargehand.contracts.card import MachineCard
from chargehand.contracts.machine import Setup
from chargehand.fleet.cycle import WEAR_FORCE_PER_MM, Body, Cycle, Span
from chargehand.fleet.plant import Fault, Machine, Stretch
from chargehand.fleet.twin import parts, rig
from chargehand.fleet.twin.parts import STANDSTILL, Part
from chargehand.machining import integrated
from chargehand.machining.cutting import nominal
from chargehand.machining.gcode.interpreter import run
from chargehand.machining.gcode.moves import Frame, Move, Point
from chargehand.machining.integrated import NOTHING, Load
from chargehand.machining.lobes import regenerative_limit, stable_depth
from chargehand.machining.motion import Leg, Timeline, plan
from chargehand.machining.stock import Bite, Blank, bites

LOAD_S = 4.0
"""Taking the part out and clamping the next blank."""
_BLOCKS_MAX = 20_000
_ULPS = 1e-12
_KEPT_MAX = 16
_LENGTHS = dict.fromkeys(range(1, 100), 0.0)


class Piece(NamedTuple):
    """A part of a leg on which the engagement stays the same.

    Attributes:
        leg: index of the leg; -1 while the part is changed.
        bite: what it cuts, or None for air.
        load: what that asks for at `feed` with a sharp edge.
        feed: mm/min that `load` is for.
        limit: mm, the axial depth up to which this cut is stable; infinite if nobody knows.
        spindle: rev/min, mean.
    """

    leg: int
    bite: Bite | None
    load: Load
    feed: float
    limit: float
    spindle: float


class Weak(NamedTuple):
    """A piece that asks for more than tool or drive give once every force has grown by a factor.

    Attributes:
        begins: seconds into the cycle.
        ends: seconds into the cycle.
        factor: over the forces of a sharp edge in the material of the card; 0 if even the least force is too much.
        fault: what gives in.
    """

    begins: float
    ends: float
    factor: float
    fault: Fault


class Score(NamedTuple):
    """A part.

    Attributes:
        lines: the program's text.
        moves: in machine coordinates' distances, in the program's frame.
        timeline: the planned path.
        pieces: in order of time, the change of the part first.
        cycle: what they do to warmth, drive and edge.
        rest: where the tool waits.
        weak: what would give in first in every piece that cuts, in order of time.
    """

    lines: list[str]
    moves: list[Move]
    timeline: Timeline
    pieces: list[Piece]
    cycle: Cycle
    rest: Point
    weak: list[Weak]


def score(machine: Machine, stretch: Stretch) -> Score | None:
    """The part that a machine makes by a set-up; None if its control has no program that it could run."""
    part = _part(machine, stretch.setup)
    if part is None:
        return None
    moves = _moves(machine.card, part)
    if not moves:
        return None
    setup = stretch.setup
    timeline = plan(
        moves,
        rig.dynamics(machine.card),
        feed_share=_share(setup.feed_override, float(setup.feed_rate or 0.0)),
        speed_share=_share(setup.spindle_override, float(setup.spindle_speed or 0.0)),
    )
    if not timeline.seconds:
        return None
    eaten = _eaten(_bare(moves), part.blank, machine.tool.diameter, machine.tool.flute_length)
    pieces, spans = _pieces(machine, stretch, timeline, eaten)
    cycle = Cycle(spans, warm_lag=rig.THERMAL_LAG_S, heat_lag=rig.drive_lag(machine.card))
    lines = part.text.decode("utf-8", "replace").splitlines()
    return Score(lines, moves, timeline, pieces, cycle, moves[0].start, _weak(machine, pieces, cycle))


def stands(setup: Setup) -> bool:
    """Whether a set-up moves nothing: a speed or a feed that is unknown or as good as zero."""
    return any(
        value is None or override is None or value * override / 100.0 < STANDSTILL
        for value, override in (
            (setup.spindle_speed, setup.spindle_override),
            (setup.feed_rate, setup.feed_override),
        )
    )


def place_in(new: Score, old: Score, place: float) -> float:
    """The place in a new score of the same path; where the path is another, a new part is begun."""
    if place < LOAD_S:
        return place
    one, other = old.timeline.legs, new.timeline.legs
    if _bare(old.moves) != _bare(new.moves) or [leg.kind for leg in one] != [leg.kind for leg in other]:
        return 0.0
    at = old.timeline.at(place - LOAD_S)
    leg = one[at.leg]
    done = at.path / leg.length if leg.length else (place - LOAD_S - leg.starts) / leg.seconds if leg.seconds else 1.0
    return LOAD_S + new.timeline.when(at.leg, min(max(done, 0.0), 1.0))


def _share(override: float | None, value: float) -> float:
    """An override as a factor; where it would stop the machine, the path is planned at 100 % and not run."""
    share = (100.0 if override is None else override) / 100.0
    return share if share > 0 and value * share >= STANDSTILL else 1.0


def _part(machine: Machine, setup: Setup) -> Part | None:
    """The named part as it is set, or a loaded text as it is written: that one only overrides make slower or faster."""
    if setup.program is not None:
        return parts.part(setup, machine.tool)
    text = machine.held(setup.program_sha256) if setup.program_sha256 is not None else None
    if text is None:
        return None
    turning = machine.tool.kind == "turning"
    return Part(text, Blank("bar", *(parts.BAR_MM,) * 2, parts.SHAFT_MM + 20.0) if turning else parts.BRACKET_BLANK)


@lru_cache(maxsize=_KEPT_MAX)
def _program(text: bytes, start: Point, offsets: tuple[tuple[Frame, Point], ...]) -> list[Move] | None:
    found = run(
        text.decode("utf-8", "replace"),
        tools=_LENGTHS,
        start=start,
        home=start,
        offsets=dict(offsets),
        block_delete=False,
        blocks_max=_BLOCKS_MAX,
    )
    return None if found.fault is not None else found.moves


def _moves(card: MachineCard, part: Part) -> list[Move] | None:
    """The program in the frame of G54, or None if the control refuses it."""
    origins = rig.origins(card, turned=part.blank.shape == "bar")
    found = _program(part.text, parts.park(part.blank), tuple(sorted(origins.items())))
    if found is None or all(move.frame == "G54" for move in found):
        return found
    zero = origins["G54"]

    def shifted(point: Point, frame: Frame) -> Point:
        origin = origins.get(frame, (0.0, 0.0, 0.0))
        return (point[0] + origin[0] - zero[0], point[1] + origin[1] - zero[1], point[2] + origin[2] - zero[2])

    return [
        move._replace(
            start=shifted(move.start, move.frame),
            end=shifted(move.end, move.frame),
            arc=move.arc and move.arc._replace(centre=shifted(move.arc.centre, move.frame)),
        )
        for move in found
    ]


def _bare(moves: Sequence[Move]) -> tuple[Move, ...]:
    """The path alone: what the blank sees of a program."""
    return tuple(move._replace(line=0, feed=0.0, spindle_speed=0.0, spindle="off", coolant=False) for move in moves)


@lru_cache(maxsize=_KEPT_MAX)
def _eaten(moves: tuple[Move, ...], blank: Blank, diameter: float, edge: float) -> list[list[Bite]]:
    return bites(moves, blank, diameter=diameter, edge=edge)


def _pieces(
    machine: Machine, stretch: Stretch, timeline: Timeline, eaten: list[list[Bite]]
) -> tuple[list[Piece], list[Span]]:
    idle = Piece(-1, None, NOTHING, 0.0, math.inf, 0.0)
    pieces, spans = [idle], [Span(LOAD_S, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 0.0)]

    def add(leg: Leg, piece: Piece, begins: float, ends: float, path: float) -> None:
        if ends > begins:
            pieces.append(piece)
            mean = 60.0 * path / (ends - begins)
            spans.append(_span(machine, piece, leg, ends - begins, mean))

    for index, leg in enumerate(timeline.legs):
        air = Piece(index, None, NOTHING, 0.0, math.inf, 0.5 * (leg.spindle_before + leg.spindle_after))
        at, done = leg.starts, 0.0
        for bite in eaten[leg.move] if leg.length else []:
            begins, ends = (timeline.when(index, min(1.0, mm / leg.length)) for mm in (bite.begins, bite.ends))
            add(leg, air, at, begins, bite.begins - done)
            add(leg, _cutting(machine, stretch, air, bite, leg), begins, ends, bite.ends - bite.begins)
            at, done = ends, bite.ends
        add(leg, air, at, leg.starts + leg.seconds, leg.length - done)
    return pieces, spans


def _cutting(machine: Machine, stretch: Stretch, air: Piece, bite: Bite, leg: Leg) -> Piece:
    tool, setup = machine.tool, stretch.setup
    law = nominal(machine.material)
    feed = 60.0 * leg.cruise
    if not air.spindle:
        return air._replace(bite=bite, feed=feed)
    found = integrated.load(
        tool,
        law,
        speed=air.spindle,
        feed=feed,
        axial_depth=min(bite.axial, bite.diameter / 2.0) if bite.diameter else bite.axial,
        radial_depth=bite.radial,
        engagement=setup.engagement or "side",
        workpiece_diameter=bite.diameter or None,
    )
    cutting = air._replace(bite=bite, load=found, feed=feed)
    return cutting._replace(limit=_limit(machine, stretch, cutting, bite))


def _limit(machine: Machine, stretch: Stretch, piece: Piece, bite: Bite) -> float:
    """The axial depth in mm that stays stable; the specific force is that of the cut itself."""
    tool, share, found = machine.tool, stretch.amount("chatter", 1.0), piece.load
    if tool.modal is None or not found.power or tool.kind == "drill":
        return math.inf
    if bite.diameter:
        return share * regenerative_limit(tool.modal, found.force * piece.spindle / (bite.axial * piece.feed))
    return share * stable_depth(
        tool.modal,
        teeth=tool.teeth,
        diameter=tool.diameter,
        radial_depth=bite.radial,
        engagement=stretch.setup.engagement or "side",
        speed=piece.spindle,
        specific_force=found.power * 60e6 / (bite.axial * bite.radial * piece.feed),
    )


def _span(machine: Machine, piece: Piece, leg: Leg, seconds: float, feed: float) -> Span:
    """What a piece does while it lasts, at its mean feed."""
    card = machine.card
    air = rig.AIR_HEAT_K * piece.spindle / card.spindle_speed_max
    if leg.kind == "spin":
        load = rig.spin_load(leg.spindle_before, leg.spindle_after)
        return Span(seconds, (air, 0.0, 0.0), (load**2, 0.0, 0.0), 0.0)
    idle = rig.idle_load(card, piece.spindle)
    if piece.bite is None or not piece.load.power:
        return Span(seconds, (air, 0.0, 0.0), (idle**2, 0.0, 0.0), 0.0)
    share = (feed / piece.feed) ** (1.0 - machine.material.mc)
    load = max(idle, piece.load.power * share / card.eta / rig.rated(card, piece.spindle).power_s1)
    wear = rig.wear_rate(machine, math.pi * (piece.bite.diameter or machine.tool.diameter) * piece.spindle / 1000.0)
    return Span(seconds, (air, rig.CUT_HEAT_K * load, 0.0), (0.0, 0.0, load**2), wear)


def _weak(machine: Machine, pieces: list[Piece], cycle: Cycle) -> list[Weak]:
    """Of every piece that cuts: when, and by which factor of its forces the tool breaks or the spindle stalls."""
    strength = rig.strength(machine.tool)
    found = []
    for piece, begins, ends in zip(pieces, cycle.starts, [*cycle.starts[1:], cycle.seconds], strict=True):
        if piece.bite is None:
            continue
        breaks = strength / piece.load.peak_force if piece.load.peak_force else math.inf
        if not piece.spindle:
            breaks = 0.0
        drive = rig.STALL * rig.rated(machine.card, piece.spindle).power_peak * machine.card.eta
        stalls = drive / piece.load.power if piece.load.power else math.inf
        if min(breaks, stalls) < math.inf:
            found.append(Weak(begins, ends, min(breaks, stalls), "tool_broken" if breaks <= stalls else "stalled"))
    return found


def gives_in(part: Score, body: Body, begun_s: float, limit: float, harder: float) -> tuple[float, Fault] | None:
    """Seconds from a place in the cycle until the cut is too much for tool or drive, and for which; None if never.

    Args:
        part: the part.
        body: at the place.
        begun_s: the place, seconds into the cycle.
        limit: as in `Cycle.played`.
        harder: what multiplies every force besides the wear.
    """
    if not part.weak or harder <= 0:
        return None
    factor = harder * (1.0 + WEAR_FORCE_PER_MM * body.worn)
    for weak in part.weak:
        if weak.ends > begun_s and weak.factor <= factor:
            return max(0.0, weak.begins - begun_s), weak.fault
    wanted = (min(weak.factor for weak in part.weak) / harder - 1.0) / WEAR_FORCE_PER_MM
    reached = part.cycle.begins_worn(body, begun_s, limit, wanted)
    if reached is None:
        return None
    seconds, worn = reached
    factor = harder * (1.0 + WEAR_FORCE_PER_MM * max(worn, wanted))
    first = next(weak for weak in part.weak if weak.factor <= factor * (1.0 + _ULPS))
    return seconds + first.begins, first.fault
