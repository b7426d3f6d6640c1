"""The replay adapter: a recorded SHDR text, played at its own pace or as fast as possible, behind the machine's seam.

Lines are taken in the order of the file. Source times are reported as they are, never sorted by and never a reason to
reject: they pace the replay, with a bound, and jumps back are counted. What the recording does not say stays
unavailable. It cannot be written. When the recording ends the machine falls silent and so becomes stale, or it begins
again if asked to.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import BinaryIO

import msgspec

from chargehand.contracts.card import MachineCard
from chargehand.contracts.machine import (
    SIGNAL_UNITS,
    ConditionLevel,
    Interlocks,
    MachineCondition,
    Setup,
    SignalValue,
)
from chargehand.fleet.adapter import QUARANTINE_TEXT_MAX, Batch, Quarantined, Sample
from chargehand.fleet.conditions import Conditions
from chargehand.fleet.devices import DataItem, Device
from chargehand.fleet.reading import TEXT_CHARS_MAX, UNAVAILABLE, parse_number, read_value
from chargehand.fleet.shdr import LINE_CHARS_MAX, Line, Observation, ShdrParser
from chargehand.fleet.signals import Mapping, Route, map_signals, mapping_fault, recorded_card

PACE_STEP_US_MAX = 1_000_000
"""The longest wait between two lines at speed 1. The recording jumps by hours; a replay that waited would look dead."""
LINES_PER_STEP_MAX = 500
"""Lines of one step, so that a replay as fast as possible leaves the other machines their turn."""
_LEVELS: dict[str, ConditionLevel] = {
    "NORMAL": "normal",
    "WARNING": "warning",
    "FAULT": "fault",
    "UNAVAILABLE": "unavailable",
}
_NOTHING_SET = Setup(
    axial_depth=None,
    coolant=None,
    feed_override=None,
    feed_rate=None,
    material=None,
    program=None,
    program_sha256=None,
    radial_depth=None,
    revision=1,
    spindle_override=None,
    spindle_speed=None,
    tool=None,
)
_SET_BY_SIGNAL = {"spindle_override": "spindle_override", "feed_override": "feed_override", "program": "program"}


class Replay:
    """A recording of one device.

    Attributes:
        card: a card derived from the device model, unless one is given.
        mapping: what of the device is understood.
        lines: lines read since the last connect.
        timed: of these, lines that began with a time.
        kinds: lines by what they turned out to be.
        ended: whether the recording is over.
    """

    def __init__(
        self,
        path: Path,
        device: Device,
        *,
        others: frozenset[str] = frozenset(),
        card: MachineCard | None = None,
        speed: float | None = 1.0,
        loop: bool = False,
    ) -> None:
        """Prepare a replay; the file is opened by `connect`.

        Args:
            path: the recording.
            device: the device it is of.
            others: names of other devices that its keys may be prefixed with.
            card: the machine's card; None derives one.
            speed: 1 is the recording's own pace, None is as fast as possible.
            loop: begin again at the end.
        """
        assert speed is None or speed > 0, "a replay goes forwards"
        self._path = path
        self._device = device
        self._others = others
        self._speed = speed
        self._loop = loop
        self.mapping: Mapping = map_signals(device)
        self.card = card or recorded_card(device, self.mapping, machine_id=device.name)
        self._file: BinaryIO | None = None
        self._reports: list[MachineCondition]
        self._quarantines: list[Quarantined]
        self._pending: Line | None
        self._begin(0)

    @property
    def lines(self) -> int:
        """Lines read since the last connect."""
        return self._parser.lines

    @property
    def timed(self) -> int:
        """Lines that began with a time."""
        return self._parser.timed

    @property
    def kinds(self) -> Counter[str]:
        """Lines by kind."""
        return Counter(self._parser.kinds)

    def connect(self, now_us: int) -> None:
        """Open the recording and begin at its first line.

        Raises:
            OSError: it cannot be read.
        """
        self.close()
        self._file = self._path.open("rb")
        self._begin(now_us)
        self._quarantines += self.mapping.quarantined

    def step(self, now_us: int) -> Batch:
        """Every line that has become due, at most `LINES_PER_STEP_MAX`."""
        samples: list[Sample] = []
        for _ in range(LINES_PER_STEP_MAX):
            line = self._pending or self._next_line()
            self._pending = line
            if line is None or (self._speed is not None and self._due(line) > now_us):
                break
            self._pending = None
            self._pace(line)
            if (sample := self._take(line)) is not None:
                samples.append(sample)
        conditions, self._reports = self._reports, []
        quarantines, self._quarantines = self._quarantines, []
        return Batch(samples=samples, conditions=conditions, quarantines=quarantines)

    def close(self) -> None:
        """Close the recording."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _begin(self, now_us: int) -> None:
        names = frozenset({self._device.name, self._device.uuid})
        items = self._device.items
        self._parser = ShdrParser(
            lambda key: items[key].shape if key in items else None, device=names, others=self._others - names
        )
        self._pending = None
        self._due_us = now_us
        self._paced_from_us: int | None = None
        self._values = {
            name: SignalValue(v=None, u=SIGNAL_UNITS[name], q="unavailable") for name in self.mapping.sensors
        }
        self._setup = _NOTHING_SET
        self._interlocks = Interlocks(alarms=None, door_open=None, estop=None, feed_hold=None)
        self._told: tuple[Setup, Interlocks] | None = None
        self._conditions = Conditions()
        self._misdeclared: set[str] = set()
        self._reports = []
        self._quarantines = []
        self._told_end = False
        self.ended = False

    def _next_line(self) -> Line | None:
        if self._file is None or self.ended:
            return None
        raw = self._file.readline(LINE_CHARS_MAX * 4)
        if not raw:
            self._end()
            return None
        return self._parser.feed(raw.rstrip(b"\n").decode("utf-8", "replace"))

    def _end(self) -> None:
        kinds = self._parser.kinds
        text = (
            f"recording ended: {self.lines} lines, {self.timed} with a time, "
            f"{kinds['asset_text'] + kinds['asset_end']} of asset text, {kinds['command']} commands"
        )
        if not self._told_end:
            self._told_end = True
            self._reports.append(MachineCondition(condition="recording", level="warning", native_code=None, text=text))
        if self._loop and self.lines and self._file is not None:
            self._file.seek(0)
            self._parser.restart()
            self._paced_from_us = None
        else:
            self.ended = True
            self.close()

    def _due(self, line: Line) -> int:
        assert self._speed is not None
        if line.ts_us is None or self._paced_from_us is None:
            return self._due_us
        wait_us = min(max(0, line.ts_us - self._paced_from_us), PACE_STEP_US_MAX)
        return self._due_us + int(wait_us / self._speed)

    def _pace(self, line: Line) -> None:
        if self._speed is not None:
            self._due_us = self._due(line)
        if line.ts_us is not None:
            self._paced_from_us = line.ts_us

    def _take(self, line: Line) -> Sample | None:
        self._quarantines += line.quarantined
        fresh: set[str] = set()
        for observation in line.observations:
            item = self._device.items[observation.key]
            if item.category == "CONDITION":
                self._condition(observation)
            elif mapping_fault(item, parse_number(_newest(observation, item)) or 0.0):
                self._misdeclare(observation)
            else:
                for route in self.mapping.routes.get(observation.key, ()):
                    self._route(route, observation, fresh)
        self._settle_interlocks()
        if not fresh and (self._told is None or self._told == (self._setup, self._interlocks)):
            return None
        told, self._told = self._told, (self._setup, self._interlocks)
        return Sample(
            ts_source_us=line.ts_us,
            values=self._values.copy(),
            fresh=frozenset(fresh),
            setup=self._setup if told is None or told[0] != self._setup else None,
            interlocks=self._interlocks if told is None or told[1] != self._interlocks else None,
        )

    def _condition(self, observation: Observation) -> None:
        level_text, code, severity, qualifier, text = (field.strip() for field in observation.fields)
        level = _LEVELS.get(level_text.upper())
        if level is None:
            self._quarantine("TELEM.VALUE_IMPOSSIBLE", observation.key, level_text)
            return
        words = " ".join(part for part in (text, severity and f"severity {severity}", qualifier) if part)
        report = MachineCondition(
            condition=observation.key, level=level, native_code=code[:64] or None, text=words[:TEXT_CHARS_MAX]
        )
        self._conditions.take(report)
        self._reports.append(report)

    def _misdeclare(self, observation: Observation) -> None:
        if observation.key not in self._misdeclared:
            self._misdeclared.add(observation.key)
            self._quarantine("TELEM.MAPPING_FAULT", observation.key, observation.fields[-1])

    def _route(self, route: Route, observation: Observation, fresh: set[str]) -> None:
        text = _newest(observation, self._device.items[observation.key])
        if route.target.startswith("is."):
            self._fact(route.target, text.upper())
            return
        name = route.target.removeprefix("set.")
        value, code = read_value(name, route, text)
        if code is not None:
            self._quarantine(code, observation.key, text)
        if route.target in self._values:
            self._values[name] = value
            fresh.add(name)
        field = _SET_BY_SIGNAL.get(name) if route.target == name else name
        if field is not None and getattr(self._setup, field) != value.v:
            self._setup = msgspec.structs.replace(self._setup, **{field: value.v}, revision=self._setup.revision + 1)

    def _fact(self, target: str, text: str) -> None:
        if target == "is.available":
            if text == UNAVAILABLE:
                for name in self._values:
                    self._values[name] = SignalValue(v=None, u=SIGNAL_UNITS[name], q="unavailable")
            return
        known = {"is.estop": {"ARMED": False, "TRIGGERED": True}, "is.door": {"CLOSED": False, "OPEN": True}}[target]
        # A door that is merely unlatched is not a closed one.
        state = True if target == "is.door" and text == "UNLATCHED" else known.get(text)
        if target == "is.estop":
            self._interlocks = msgspec.structs.replace(self._interlocks, estop=state)
        else:
            self._interlocks = msgspec.structs.replace(self._interlocks, door_open=state)

    def _settle_interlocks(self) -> None:
        execution = self._values["execution"].v if "execution" in self._values else None
        alarms = self._conditions.faults() if self._conditions.known() else None
        feed_hold = None if execution is None else execution == "FEED_HOLD"
        if (alarms, feed_hold) != (self._interlocks.alarms, self._interlocks.feed_hold):
            self._interlocks = msgspec.structs.replace(self._interlocks, alarms=alarms, feed_hold=feed_hold)

    def _quarantine(self, code: str, key: str, text: str) -> None:
        self._quarantines.append(
            Quarantined(code=code, key=key, text=text[:QUARANTINE_TEXT_MAX], line=self._parser.lines)
        )


def _newest(observation: Observation, item: DataItem) -> str:
    """The text of the value: the last field, and of a time series the last of its values."""
    text = observation.fields[-1].strip()
    return text.rpartition(" ")[2] if item.shape == "time_series" else text
