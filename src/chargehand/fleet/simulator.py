"""The simulator adapter: a machine that cuts, behind the same seam as a real one.

It samples its twin every tick, takes permitted changes with compare-and-set on the set-up's revision, and lets a test
or a demo press its buttons (`inject`). It refuses writes the way a control does: with a pressed e-stop, an open door,
an active alarm, a unit that is not one. It does not judge limits; that is the auditor's, and a simulator that caught
its mistakes would hide them.
"""

from __future__ import annotations

import math
import threading
from typing import get_args

import msgspec

from chargehand.contracts.card import MachineCard, MaterialCard, ToolCard
from chargehand.contracts.machine import Interlocks, MachineCondition, Setup
from chargehand.contracts.proposal import MachineChange, Quantity
from chargehand.contracts.units import PARAMETER_DIMENSION, UNITS
from chargehand.fleet.adapter import Batch, Sample, WriteResult
from chargehand.fleet.plant import Disturbance, Fault, Held, Machine, Stretch
from chargehand.fleet.reading import plain
from chargehand.fleet.twin.score import score
from chargehand.fleet.twin.truth import Truth
from chargehand.fleet.twin.twin import Twin

TICK_US = 100_000
"""10 Hz, the usual rate of a machine's own data collection."""
SAMPLES_PER_STEP_MAX = 50
"""Samples of one step; a machine does not wait for a stalled reader, so older ones are not made up afterwards."""
_FAULT_NAMES: tuple[Fault, ...] = get_args(Fault)
_ALARMS: dict[Fault, tuple[str, str]] = {
    "alarm": ("2041", "spindle drive"),
    "tool_broken": ("2042", "tool broken"),
    "stalled": ("2043", "spindle stalled"),
}
_OF_ITSELF: frozenset[str] = frozenset({"tool_broken", "stalled"})
_BLOCKING: frozenset[Fault] = frozenset({"estop", "door_open", *_ALARMS})


def holds_nothing(_digest: str) -> bytes | None:
    """A control without any program in its store."""
    return None


class Simulator:
    """One simulated machine.

    Attributes:
        card: its card.
        twin: the machine itself, with its truth.
    """

    def __init__(
        self,
        card: MachineCard,
        setup: Setup,
        tool: ToolCard,
        material: MaterialCard,
        *,
        seed: int,
        coolant_flow: float = 20.0,
        tick_us: int = TICK_US,
        held: Held = holds_nothing,
        scenario: str = "",
    ) -> None:
        """Build a machine that stands at the beginning of its part.

        Args:
            card: its card; the signals it lists are the ones it sends.
            setup: what it is set to.
            tool: the cutter in its spindle.
            material: what it cuts.
            seed: of its noise.
            coolant_flow: L/min when the pump runs.
            tick_us: time between two samples.
            held: the programs that can be loaded.
            scenario: what is played with it; another one has other noise.
        """
        assert tick_us > 0
        self.card = card
        machine = Machine(card, tool, material, seed, tick_us, held, scenario)
        self.twin = Twin(machine, setup, coolant_flow=coolant_flow)
        self._told: Stretch | None = None
        self._lock = threading.Lock()
        self._epoch_us: int | None = None
        self._next_tick = 0
        self._connected = False
        self._conditions: list[MachineCondition] = []

    def connect(self, now_us: int) -> None:
        """Begin to sample. The machine itself has been running since the first time.

        Raises:
            ConnectionError: the connection is injected as lost.
        """
        with self._lock:
            if "connection_lost" in self._present(now_us).faults:
                raise ConnectionError("the simulated machine does not answer")
            if self._epoch_us is None:
                self._epoch_us = now_us
            self._next_tick = max(self._next_tick, self._tick_of(now_us))
            self._connected = True
            self._told = None
            self._conditions = [*self._reports(self._present(now_us)), *self._conditions]

    def step(self, now_us: int) -> Batch:
        """Every sample that has become due, the newest `SAMPLES_PER_STEP_MAX` of them."""
        with self._lock:
            if not self._connected or "connection_lost" in self._present(now_us).faults:
                self._connected = False
                return Batch(connected=False)
            due = self._tick_of(now_us)
            self._next_tick = max(self._next_tick, due - SAMPLES_PER_STEP_MAX + 1)
            samples = [self._sample(tick) for tick in range(self._next_tick, due + 1)]
            self._next_tick = max(self._next_tick, due + 1)
            conditions, self._conditions = self._conditions, []
            return Batch(samples=samples, conditions=conditions)

    def prepare(self, change: MachineChange, now_us: int) -> None:
        """Work out the part that a change will make: milliseconds, and seconds for a long program."""
        with self._lock:
            present = self.twin.at(self._tick(now_us))
            try:
                setup, flow = changed(present.setup, change, present.coolant_flow)
            except ValueError:
                return
            wanted = present._replace(setup=setup, coolant_flow=flow)
            if self.twin.knows(wanted):
                return
        part = score(self.twin.machine, wanted)
        with self._lock:
            self.twin.keep(wanted, part)

    def write(self, change: MachineChange, expected_revision: int, now_us: int) -> WriteResult:
        """Apply a change if the set-up still has the expected revision. What follows is cut with it."""
        with self._lock:
            tick = self._tick(now_us)
            present = self.twin.at(tick)
            blocking = present.faults & _BLOCKING
            if not self._connected or blocking:
                what = ", ".join(sorted(blocking)) or "no connection"
                return WriteResult(status="refused", code="FLEET.WRITE_FAILED", text=f"the control refuses: {what}")
            if present.setup.revision != expected_revision:
                text = f"set-up has revision {present.setup.revision}, not {expected_revision}"
                return WriteResult(status="refused", code="REV.STATE_CHANGED", text=text)
            try:
                setup, flow = changed(present.setup, change, present.coolant_flow)
            except ValueError as error:
                return WriteResult(status="refused", code="FLEET.WRITE_FAILED", text=str(error))
            self.twin.change(tick, setup=setup, coolant_flow=flow)
            return WriteResult(status="applied", code=None, text=change.operation, setup=setup)

    def inject(self, fault: Fault, now_us: int) -> None:
        """Let something go wrong from the next tick on: the buttons of a test or a demo."""
        assert fault in _FAULT_NAMES, f"no such fault: {fault!r}"
        with self._lock:
            tick = self._tick(now_us)
            self.twin.change(tick, faults=self.twin.at(tick).faults | {fault})
            self._conditions += [report for report in self._reports(self.twin.at(tick)) if report.condition == fault]

    def clear(self, fault: Fault, now_us: int) -> None:
        """Put it right again; a broken tool is replaced."""
        with self._lock:
            tick = self._tick(now_us)
            self.twin.change(tick, faults=self.twin.at(tick).faults - {fault})
            self._conditions += [report for report in self._reports(self.twin.at(tick)) if report.condition == fault]

    def disturb(self, disturbance: Disturbance, now_us: int) -> None:
        """Let something go wrong by an amount, from the next tick on."""
        with self._lock:
            tick = self._tick(now_us)
            befallen = (*self.twin.at(tick).disturbances, disturbance._replace(tick=tick))
            self.twin.change(tick, disturbances=befallen)

    def calm(self, now_us: int) -> None:
        """End every disturbance."""
        with self._lock:
            self.twin.change(self._tick(now_us), disturbances=())

    def truth(self, now_us: int) -> Truth:
        """What is really so, beside what the sensors say."""
        with self._lock:
            return self.twin.truth(self._tick_of(now_us))

    def close(self) -> None:
        """Stop sampling; the machine runs on."""
        with self._lock:
            self._connected = False

    def _tick_of(self, now_us: int) -> int:
        assert self._epoch_us is not None, "connect first"
        return (now_us - self._epoch_us) // self.twin.machine.tick_us

    def _tick(self, now_us: int) -> int:
        """The first tick that will be seen: what changes, changes before anybody has seen it otherwise."""
        if self._epoch_us is None:
            return self._next_tick
        return max(self._next_tick, self._tick_of(now_us) - SAMPLES_PER_STEP_MAX + 1)

    def _present(self, now_us: int) -> Stretch:
        return self.twin.at(self._tick(now_us))

    def _sample(self, tick: int) -> Sample:
        assert self._epoch_us is not None, "connect first"
        stretch = self.twin.at(tick)
        first = stretch is not self._told
        if first and self._told is not None:
            befallen = (stretch.faults - self._told.faults) & _OF_ITSELF
            self._conditions += [report for report in self._reports(stretch) if report.condition in befallen]
        self._told = stretch
        skew_us = round(stretch.amount("skew", 0.0) * 1e6)
        return Sample(
            ts_source_us=self._epoch_us + tick * self.twin.machine.tick_us + skew_us,
            values=self.twin.picture(tick),
            setup=stretch.setup if first else None,
            interlocks=self._interlocks(stretch) if first else None,
        )

    def _interlocks(self, stretch: Stretch) -> Interlocks:
        faults, reported = stretch.faults, self.card.interlocks
        alarms = [f"{code}: {text}" for name, (code, text) in _ALARMS.items() if name in faults]
        return Interlocks(
            alarms=alarms if "alarms" in reported else None,
            door_open="door_open" in faults if "door" in reported else None,
            estop="estop" in faults if "estop" in reported else None,
            feed_hold="feed_hold" in faults if "feed_hold" in reported else None,
        )

    def _reports(self, stretch: Stretch) -> list[MachineCondition]:
        texts: dict[Fault, tuple[str | None, str]] = {
            **_ALARMS,
            "estop": (None, "emergency stop pressed"),
            "coolant_failed": (None, "no coolant flow"),
        }
        return [
            MachineCondition(
                condition=name,
                level="fault" if name in stretch.faults else "normal",
                native_code=code if name in stretch.faults else None,
                text=text if name in stretch.faults else "",
            )
            for name, (code, text) in texts.items()
        ]


def changed(setup: Setup, change: MachineChange, coolant_flow: float) -> tuple[Setup, float]:
    """The set-up after a change, and the coolant flow in L/min.

    What the change says of the cut it was judged as stays said: it fills in what the set-up did not know, finishing
    stays finishing, and of two radii the smaller holds until another path is loaded.

    Raises:
        ValueError: a parameter, unit, number or operation that the control does not take.
    """
    if change.operation == "macro":
        raise ValueError("this control runs no macros")
    fields: dict[str, object] = {}
    offsets = dict(setup.offsets)
    for name, quantity in change.params.items():
        value = working(name, quantity)
        if name == "coolant_flow":
            fields["coolant"] = value > 0
            coolant_flow = value or coolant_flow
        elif name.startswith("offset_"):
            offsets[name.removeprefix("offset_")] = value
        else:
            fields[name] = value
    fields |= _facts(setup, change)
    if change.operation == "program_load":
        named = change.program_sha256
        fields |= {
            "program": None,
            "program_sha256": None if named is None else f"sha256:{named.removeprefix('sha256:')}",
        }
    return msgspec.structs.replace(setup, **fields, offsets=offsets, revision=setup.revision + 1), coolant_flow


def _facts(setup: Setup, change: MachineChange) -> dict[str, object]:
    """What is known of the cut after a change, besides its parameters."""
    across, radius = setup.workpiece_diameter, None if change.operation == "program_load" else setup.path_radius
    if across is None and change.workpiece_diameter is not None:
        across = working("workpiece_diameter", change.workpiece_diameter, "length")
    if change.path_radius is not None:
        given = working("path_radius", change.path_radius, "length")
        radius = given if radius is None else min(radius, given)
    return {
        "cut_type": "finishing"
        if "finishing" in (setup.cut_type, change.cut_type)
        else setup.cut_type or change.cut_type,
        "engagement": setup.engagement or change.engagement,
        "workpiece_diameter": across,
        "path_radius": radius,
    }


def working(name: str, quantity: Quantity, dimension: str | None = None) -> int | float:
    """A parameter, or another figure of a dimension, in the unit that the engine works in.

    Raises:
        ValueError: the parameter or its unit is not known, they do not fit, or the number is not finite.
    """
    unit = UNITS.get(quantity.unit)
    if unit is None or (dimension or PARAMETER_DIMENSION.get(name)) != unit.dimension:
        raise ValueError(f"{name!r} cannot be set in {quantity.unit!r}")
    value = quantity.value * unit.factor + unit.offset
    if not math.isfinite(value):
        raise ValueError(f"{name!r} is not a finite number")
    return plain(value)
