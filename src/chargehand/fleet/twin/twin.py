"""A machine's twin: every tick's truth and readings, alone or in a row, across all that was changed on it.

A change begins a stretch; the twin remembers the stretches, so that the past can be asked again. What the physics
themselves bring about, a broken tool or a stalled spindle, begins a stretch as well, at the tick it happens. It judges
nothing and knows no wall clock.
"""

from __future__ import annotations

from typing import NamedTuple

from chargehand.contracts.machine import SIGNAL_UNITS, Setup, SignalValue
from chargehand.fleet import noise
from chargehand.fleet.cycle import Body
from chargehand.fleet.plant import HALTING, Disturbance, Fault, Machine, Stretch
from chargehand.fleet.twin import rig, sensors
from chargehand.fleet.twin.score import Score, gives_in, place_in, score, stands
from chargehand.fleet.twin.sensors import OVERRIDES, SENSORS, TEXTS, Sensor
from chargehand.fleet.twin.truth import Truth, standing, truth, wear_limit
from chargehand.machining.gcode.moves import Point

STRETCHES_MAX = 1_000
"""Changes that are remembered; the ticks before them cannot be asked any more."""
_TRUTHS_MAX = 64
_SCORES_MAX = 8

Value = int | float | str | None


class Series(NamedTuple):
    """Ticks in a row.

    Attributes:
        first_tick: the first.
        signals: what the sensors read, by signal, a value for each tick; None where one was unavailable.
        truth: what was so, for each tick.
    """

    first_tick: int
    signals: dict[str, list[Value]]
    truth: list[Truth]


class _Chapter(NamedTuple):
    """A stretch with its part, the zero of its program, and the tick and fault it will end by of itself."""

    stretch: Stretch
    part: Score | None
    origin: Point
    trip: tuple[int, Fault] | None


class Twin:
    """A twin.

    Attributes:
        machine: what does not change about it.
    """

    def __init__(self, machine: Machine, setup: Setup, *, coolant_flow: float = 20.0) -> None:
        """Build a machine that stands at the beginning of its part, at tick 0."""
        self.machine = machine
        self._scores: dict[object, Score | None] = {}
        self._truths: dict[int, Truth] = {}
        self._stuck: dict[Disturbance, Value] = {}
        self._streams = {name: noise.stream(machine.seed, machine.card.id, name, machine.scenario) for name in SENSORS}
        self._stirred = 0, noise.mix(0)
        self._chapters = [self._chapter(Stretch(0, setup, coolant_flow), None, None)]

    def at(self, tick: int) -> Stretch:
        """The stretch that a tick lies in.

        Raises:
            ValueError: it lies before everything that is remembered.
        """
        return self._find(tick).stretch

    def change(
        self,
        tick: int,
        *,
        setup: Setup | None = None,
        faults: frozenset[Fault] | None = None,
        disturbances: tuple[Disturbance, ...] | None = None,
        coolant_flow: float | None = None,
    ) -> None:
        """Change something from a tick on. What was to come after it is forgotten.

        Place, warmth and wear carry over. A path that has changed is begun anew, with a new blank; a broken tool that
        is put right is a new one.
        """
        before = self._find(tick)
        old = before.stretch
        wanted = old._replace(
            setup=old.setup if setup is None else setup,
            coolant_flow=old.coolant_flow if coolant_flow is None else coolant_flow,
            faults=old.faults if faults is None else faults,
            disturbances=old.disturbances if disturbances is None else disturbances,
        )
        self._chapters = [found for found in self._chapters if found.stretch.tick <= tick]
        self._begin(before, wanted._replace(tick=tick))

    def _begin(self, before: _Chapter, wanted: Stretch) -> None:
        """Begin a stretch where another has come to: place, warmth and wear are those of the machine."""
        old = before.stretch
        where = standing(self.machine, old, before.part, wanted.tick)
        body = where.body
        if "tool_broken" in old.faults - wanted.faults:
            body = body._replace(wear=0.0, worn=0.0)
        new = wanted._replace(begun_s=where.place, rise=body.rise, theta=body.theta, wear=body.wear, worn=body.worn)
        self._truths.clear()
        self._stuck.clear()
        self._chapters.append(self._chapter(new, before.part, old))
        del self._chapters[:-STRETCHES_MAX]

    def truth(self, tick: int) -> Truth:
        """What is so at a tick."""
        found = self._truths.get(tick)
        if found is None:
            chapter = self._find(tick)
            found = truth(self.machine, chapter.stretch, chapter.part, chapter.origin, tick)
            if len(self._truths) >= _TRUTHS_MAX:
                self._truths.pop(next(iter(self._truths)))
            self._truths[tick] = found
        return found

    def readings(self, tick: int) -> dict[str, Value]:
        """What the card's sensors read at a tick; None where one is unavailable."""
        stretch = self._find(tick).stretch
        so = self.truth(tick)
        return {name: self._read(name, stretch, so, tick) for name in self.machine.card.sensors}

    def picture(self, tick: int) -> dict[str, SignalValue]:
        """The readings as a machine tells them, with unit and quality."""
        return {
            name: SignalValue(v=value, u=SIGNAL_UNITS[name], q="good" if value is not None else "unavailable")
            for name, value in self.readings(tick).items()
        }

    def series(self, first_tick: int, count: int) -> Series:
        """Readings and truth of some ticks in a row: the same as one by one."""
        found: list[Truth] = []
        signals: dict[str, list[Value]] = {name: [] for name in self.machine.card.sensors}
        columns = [(name, signals[name].append) for name in self.machine.card.sensors]
        for tick in range(first_tick, first_tick + count):
            stretch = self._find(tick).stretch
            so = self.truth(tick)
            found.append(so)
            for name, append in columns:
                append(self._read(name, stretch, so, tick))
        return Series(first_tick, signals, found)

    def _read(self, name: str, stretch: Stretch, so: Truth, tick: int) -> Value:
        if name in TEXTS:
            return str(getattr(so, name))
        if name in OVERRIDES:
            return float(getattr(stretch.setup, name) or 0.0)
        if name == "spindle_load" and "load_unavailable" in stretch.faults:
            return None
        sensor = SENSORS[name]
        if stretch.disturbances:
            return self._disturbed(name, sensor, stretch, tick)
        return self._plain(name, sensor, so, tick)

    def _plain(self, name: str, sensor: Sensor, so: Truth, tick: int) -> Value:
        if sensor.dropout and sensors.dropped(self.machine, name, sensor.dropout, tick):
            return None
        if sensor.lag:
            behind = round(sensor.lag * 1e6 / self.machine.tick_us)
            so = self.truth(max(self._chapters[0].stretch.tick, tick - behind))
        if self._stirred[0] != tick:
            self._stirred = tick, noise.mix(tick)
        return sensors.reading(sensor, sensor.true(so), self._streams[name], self._stirred[1])

    def _disturbed(self, name: str, sensor: Sensor, stretch: Stretch, tick: int) -> Value:
        """A reading with everything that befalls its sensor; a stuck one repeats itself."""
        stray = 0.0
        for found in stretch.disturbances:
            if found.signal != name:
                continue
            if found.kind == "silent":
                return None
            if found.kind == "dropouts":
                sensor = sensor._replace(dropout=max(sensor.dropout, found.amount))
            elif found.kind == "late":
                sensor = sensor._replace(lag=sensor.lag + found.amount)
            elif found.kind == "drift":
                stray += found.amount * (tick - found.tick) * self.machine.tick_us / 3.6e9
            elif found.kind == "stuck":
                if found not in self._stuck:
                    since = max(found.tick, self._chapters[0].stretch.tick)
                    self._stuck[found] = self._plain(name, sensor, self.truth(since), since)
                return self._stuck[found]
        value = self._plain(name, sensor, self.truth(tick), tick)
        return round(value + stray, sensor.digits) if stray and isinstance(value, int | float) else value

    def _find(self, tick: int) -> _Chapter:
        chapters = self._chapters
        index = len(chapters) - 1
        while chapters[index].stretch.tick > tick:
            index -= 1
            if index < 0:
                raise ValueError(f"tick {tick} lies before everything that is remembered")
        found = chapters[index]
        if found.trip is not None and tick >= found.trip[0] and index == len(chapters) - 1:
            at, fault = found.trip
            self._begin(found, found.stretch._replace(tick=at, faults=found.stretch.faults | {fault}))
            return self._chapters[-1]
        return found

    def _chapter(self, stretch: Stretch, part: Score | None, old: Stretch | None) -> _Chapter:
        """A stretch with what follows from it; a new path is begun anew."""
        found = self._score(stretch)
        if old is not None and found is not part:
            place = place_in(found, part, stretch.begun_s) if found is not None and part is not None else 0.0
            stretch = stretch._replace(begun_s=place)
            if not place:
                body = Body(stretch.rise, stretch.theta, stretch.wear, stretch.wear)
                if found is not None and "tool_broken" not in stretch.faults:
                    body = found.cycle.fresh(body, wear_limit(self.machine, stretch))
                stretch = stretch._replace(wear=body.wear, worn=body.worn)
        turned = self.machine.tool.kind == "turning"
        zero = rig.origins(self.machine.card, turned=turned)["G54"]
        shift = [float(stretch.setup.offsets.get(axis, 0.0)) for axis in "xyz"]
        origin = (zero[0] + shift[0], zero[1] + shift[1], zero[2] + shift[2])
        return _Chapter(stretch, found, origin, self._trip(stretch, found))

    def knows(self, stretch: Stretch) -> bool:
        """Whether the part of a stretch is worked out."""
        return _key(stretch) in self._scores

    def keep(self, stretch: Stretch, part: Score | None) -> None:
        """Keep the part of a stretch that may come, worked out by somebody who had the time."""
        if self.knows(stretch):
            return
        if len(self._scores) >= _SCORES_MAX:
            self._scores.pop(next(iter(self._scores)))
        self._scores[_key(stretch)] = part

    def _score(self, stretch: Stretch) -> Score | None:
        if not self.knows(stretch):
            self.keep(stretch, score(self.machine, stretch))
        return self._scores[_key(stretch)]

    def _trip(self, stretch: Stretch, part: Score | None) -> tuple[int, Fault] | None:
        """The tick at which the physics end the stretch, and how."""
        if part is None or stretch.faults & HALTING or stands(stretch.setup):
            return None
        found: list[tuple[float, Fault]] = []
        body = Body(stretch.rise, stretch.theta, stretch.wear, stretch.worn)
        limit = wear_limit(self.machine, stretch)
        too_much = gives_in(part, body, stretch.begun_s, limit, stretch.amount("harder", 1.0))
        if too_much is not None:
            found.append(too_much)
        breaking = rig.wear_breaking(self.machine.tool.wear_max)
        worn_out = part.cycle.breaks_after(body, stretch.begun_s, limit, breaking)
        if worn_out is not None:
            found.append((worn_out, "tool_broken"))
        if not found:
            return None
        seconds, fault = min(found)
        # One tick later at the earliest, so that a stretch has a beginning.
        return stretch.tick + max(1, -int(-seconds * 1e6 // self.machine.tick_us)), fault


def _key(stretch: Stretch) -> tuple[object, ...]:
    """What the part of a stretch follows from."""
    setup = stretch.setup
    said = (getattr(setup, name) for name in setup.__struct_fields__ if name not in ("revision", "offsets"))
    return (*said, stretch.amount("chatter", 1.0))
