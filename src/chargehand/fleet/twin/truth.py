"""What is really so at one tick: the ground truth that sensors only approach and verdicts are scored against.

It follows in closed form from the machine, the stretch it is in and the part it makes; nothing is carried from tick to
tick. It contains no noise.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from chargehand.fleet.cycle import WEAR_FORCE_PER_MM, Body, settle
from chargehand.fleet.plant import AMBIENT_DEG_C, HALTING, Machine, Stretch
from chargehand.fleet.twin import rig
from chargehand.fleet.twin.score import LOAD_S, Piece, Score, stands
from chargehand.machining.deflection import deflection
from chargehand.machining.gcode.moves import Point
from chargehand.machining.motion import Leg, along

VIBRATION_STILL = 0.05
VIBRATION_TURNING = 0.3
VIBRATION_PER_N = 0.0015
"""mm/s of forced vibration per N of the mean tangential force."""
VIBRATION_PER_WEAR_MM = 2.0
CHATTER_MM_PER_S = 8.0
"""mm/s added where the depth is twice the stable one; it grows in proportion and saturates at three times that."""
CHATTER_MAX = 3.0
_NOWHERE = (0.0, 0.0, 0.0)


class Truth(NamedTuple):
    """The machine at a tick.

    Attributes:
        tick: the tick.
        execution: READY, ACTIVE, FEED_HOLD or INTERRUPTED.
        mode: AUTOMATIC or MANUAL.
        program: name of the program, or an empty text.
        block: the line of the program that is run.
        part: parts finished since the last change.
        cutting: whether the tool is in the work.
        spindle_speed: rev/min.
        feed: mm/min along the path.
        position: X, Y, Z in machine coordinates, mm.
        axial: mm, depth of the engagement; for turning the depth of cut.
        radial: mm, width of the engagement.
        power: kW at the edge.
        motor_power: kW of the spindle's drive.
        torque: N.m at the spindle.
        force: N, tangential, mean over the rotation.
        peak_force: N, tangential, the most within a turn.
        deflection: mm at the tip under the peak force.
        load: motor power over the continuous rating.
        theta: heat of the drive as a share of what it bears.
        rise: K of the spindle over ambient.
        wear: mm of flank wear.
        worn: mm of flank wear when the part was begun: what the forces have grown by.
        stable_depth: mm up to which this engagement does not chatter; infinite if nothing is known or cut.
        stability: stable depth over the axial depth, above 1 is stable; infinite without a cut.
        axis_load: shares of the axis drives X, Y and Z.
        vibration: mm/s rms.
        coolant: L/min.
        broken: whether the tool is broken.
    """

    tick: int
    execution: str
    mode: str
    program: str
    block: str
    part: int
    cutting: bool
    spindle_speed: float
    feed: float
    position: Point
    axial: float
    radial: float
    power: float
    motor_power: float
    torque: float
    force: float
    peak_force: float
    deflection: float
    load: float
    theta: float
    rise: float
    wear: float
    worn: float
    stable_depth: float
    stability: float
    axis_load: Point
    vibration: float
    coolant: float
    broken: bool

    @property
    def spindle_temperature(self) -> float:
        """The spindle's, in degC."""
        return AMBIENT_DEG_C + self.rise


class Standing(NamedTuple):
    """Where a stretch has come to: parts made, seconds into the cycle, what has changed, and whether it moves."""

    parts: int
    place: float
    body: Body
    moving: bool


class _Now(NamedTuple):
    """Motion and load of an instant, before they are told.

    Attributes:
        spindle: rev/min.
        speed: mm/s.
        heading: direction of travel.
        pull: mm/s2 of each axis.
        point: in the program's frame.
        piece: what is cut, or None.
        scale: factor of every force.
        load: motor power over S1.
    """

    spindle: float
    speed: float
    heading: Point
    pull: Point
    point: Point
    piece: Piece | None
    scale: float
    load: float


def standing(machine: Machine, stretch: Stretch, part: Score | None, tick: int) -> Standing:
    """Where the machine has come to at a tick of the stretch."""
    elapsed_s = (tick - stretch.tick) * machine.tick_us / 1e6
    body = Body(stretch.rise, stretch.theta, stretch.wear, stretch.worn)
    if part is not None and not stretch.faults & HALTING and not stands(stretch.setup):
        limit = wear_limit(machine, stretch)
        harder = stretch.amount("harder", 1.0)
        found = part.cycle.played(body, stretch.begun_s, elapsed_s, limit=limit, factor=harder)
        return Standing(*found, moving=True)
    speed = _held_speed(stretch, part)
    rise = settle(body.rise, rig.AIR_HEAT_K * speed / machine.card.spindle_speed_max, elapsed_s, rig.THERMAL_LAG_S)
    idle = rig.idle_load(machine.card, speed) ** 2
    theta = settle(body.theta, idle, elapsed_s, rig.drive_lag(machine.card))
    return Standing(0, stretch.begun_s, body._replace(rise=rise, theta=theta), moving=False)


def wear_limit(machine: Machine, stretch: Stretch) -> float:
    """Wear in mm at which the operator changes the edge; endless if nobody does."""
    return math.inf if "unattended" in stretch.faults else machine.tool.wear_max


def truth(machine: Machine, stretch: Stretch, part: Score | None, origin: Point, tick: int) -> Truth:
    """What is so at a tick of the stretch, whose program's zero lies at `origin` in machine coordinates."""
    where = standing(machine, stretch, part, tick)
    now = _now(machine, stretch, part, where)
    piece, body = now.piece, where.body
    ratings = rig.rated(machine.card, now.spindle)
    share = 0.0
    if piece is not None and piece.feed:
        share = now.scale * (60.0 * now.speed / piece.feed) ** (1.0 - machine.material.mc)
    cutting = piece is not None and share > 0
    force = piece.load.force * share if piece is not None else 0.0
    peak = piece.load.peak_force * share if piece is not None else 0.0
    power = piece.load.power * share if piece is not None else 0.0
    bite = piece.bite if piece is not None and cutting else None
    motor = max(power / machine.card.eta, now.load * ratings.power_s1)
    axial = bite.axial if bite else 0.0
    limit = piece.limit if piece is not None and cutting else math.inf
    broken = "tool_broken" in stretch.faults
    return Truth(
        tick=tick,
        execution=_execution(stretch, where),
        mode="MANUAL" if "manual_mode" in stretch.faults else "AUTOMATIC",
        program=stretch.setup.program or "",
        block=_block(part, where.place),
        part=where.parts,
        cutting=cutting,
        spindle_speed=now.spindle,
        feed=60.0 * now.speed,
        position=(now.point[0] + origin[0], now.point[1] + origin[1], now.point[2] + origin[2]),
        axial=axial,
        radial=bite.radial if bite else 0.0,
        power=power,
        motor_power=motor,
        torque=piece.load.torque * share if piece is not None else 0.0,
        force=force,
        peak_force=peak,
        deflection=deflection(machine.tool, peak),
        load=motor / ratings.power_s1,
        theta=body.theta,
        rise=body.rise,
        wear=body.wear,
        worn=body.worn,
        stable_depth=limit,
        stability=limit / axial if axial else math.inf,
        axis_load=_axis_load(now, share),
        vibration=_vibration(now, force, body.wear, axial / limit if axial else 0.0, broken=broken),
        coolant=_coolant(stretch, part, where),
        broken=broken,
    )


def _now(machine: Machine, stretch: Stretch, part: Score | None, where: Standing) -> _Now:
    if part is None:
        return _Now(0.0, 0.0, _NOWHERE, _NOWHERE, _NOWHERE, None, 0.0, 0.0)
    place = where.place - LOAD_S
    if place < 0:
        return _Now(0.0, 0.0, _NOWHERE, _NOWHERE, part.rest, None, 0.0, 0.0)
    piece = part.pieces[part.cycle.index(where.place)]
    index = max(piece.leg, 0)
    leg = part.timeline.legs[index]
    since = min(max(place - leg.starts, 0.0), leg.seconds)
    path, speed, gain = along(leg, since)
    point, heading = leg.track.point(path), leg.track.heading(path)
    if not where.moving:
        turns = _held_speed(stretch, part)
        return _Now(turns, 0.0, heading, _NOWHERE, point, None, 0.0, rig.idle_load(machine.card, turns))
    spindle, load = leg.spindle_after, rig.idle_load(machine.card, leg.spindle_after)
    if leg.kind == "spin" and leg.seconds:
        spindle = leg.spindle_before + (leg.spindle_after - leg.spindle_before) * since / leg.seconds
        load = rig.spin_load(leg.spindle_before, leg.spindle_after)
    scale = stretch.amount("harder", 1.0) * (1.0 + WEAR_FORCE_PER_MM * where.body.worn)
    found = piece if piece.bite is not None else None
    return _Now(spindle, speed, heading, _pull(leg, heading, path, speed, gain), point, found, scale, load)


def _pull(leg: Leg, heading: Point, path: float, speed: float, gain: float) -> Point:
    """mm/s2 of each axis: along the path, and towards the centre of an arc."""
    arc = leg.track.arc
    if arc is None:
        return heading[0] * gain, heading[1] * gain, heading[2] * gain
    point = leg.track.point(path)
    inward = (speed * arc.radius * arc.angle / leg.length) ** 2 / arc.radius**2
    across = {"G17": 2, "G18": 1, "G19": 0}[arc.plane]
    found = [
        heading[axis] * gain + (inward * (arc.centre[axis] - point[axis]) if axis != across else 0.0)
        for axis in range(3)
    ]
    return found[0], found[1], found[2]


def _held_speed(stretch: Stretch, part: Score | None) -> float:
    """rev/min while the machine is halted: on a feed hold and at a feed of nothing the spindle turns on."""
    if part is None or stretch.faults & (HALTING - {"feed_hold"}):
        return 0.0
    setup = stretch.setup
    speed = (setup.spindle_speed or 0.0) * (setup.spindle_override or 0.0) / 100.0
    return float(speed) if stretch.begun_s >= LOAD_S else 0.0


def _axis_load(now: _Now, share: float) -> Point:
    """Shares of the drives: what the cut, the masses, friction and, on Z, the weight ask for."""
    along_feed = now.piece.load.feed_force * share if now.piece is not None else 0.0
    across = now.piece.load.normal_force * share if now.piece is not None else 0.0
    x, y, z = now.heading
    forces = (along_feed * x - across * y, along_feed * y + across * x, along_feed * z)
    found = []
    for force, pull, part in zip(forces, now.pull, now.heading, strict=True):
        friction = rig.FRICTION if part and now.speed else rig.FRICTION / 2.0
        found.append(friction + abs(force + rig.AXIS_MASS_KG * pull / 1000.0) / rig.AXIS_FORCE_N)
    return found[0], found[1], found[2] + rig.WEIGHT


def _vibration(now: _Now, force: float, wear: float, depth: float, *, broken: bool) -> float:
    """mm/s: a floor, what the force makes, what a worn edge makes, and what grows beyond the stable depth."""
    if not now.spindle:
        return VIBRATION_STILL
    chatter = CHATTER_MM_PER_S * min(max(depth - 1.0, 0.0), CHATTER_MAX) if not broken else 0.0
    worn = VIBRATION_PER_WEAR_MM * wear if force else 0.0
    return VIBRATION_TURNING + VIBRATION_PER_N * force + worn + chatter


def _coolant(stretch: Stretch, part: Score | None, where: Standing) -> float:
    if part is None or not where.moving or where.place < LOAD_S or "coolant_failed" in stretch.faults:
        return 0.0
    leg = part.timeline.legs[part.pieces[part.cycle.index(where.place)].leg]
    return stretch.coolant_flow if stretch.setup.coolant and part.moves[leg.move].coolant else 0.0


def _execution(stretch: Stretch, where: Standing) -> str:
    if stretch.faults & {"estop", "alarm", "door_open", "tool_broken", "stalled"}:
        return "INTERRUPTED"
    if "feed_hold" in stretch.faults:
        return "FEED_HOLD"
    return "ACTIVE" if where.moving and where.place >= LOAD_S else "READY"


def _block(part: Score | None, place: float) -> str:
    if part is None or place < LOAD_S:
        return ""
    leg = part.timeline.legs[max(0, part.pieces[part.cycle.index(place)].leg)]
    line = part.moves[leg.move].line
    return part.lines[line - 1].strip() if 0 < line <= len(part.lines) else ""
