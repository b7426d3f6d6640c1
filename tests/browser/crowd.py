"""An engine with as many machines as a story wants, each doing what the story wishes: `python -m tests.browser.crowd`.

The machines are cards without a twin: their figures follow from their number and never change, so that what a page
shows can be compared with what the engine says. Wishes stand in a file, `{"M-007": "alarm"}`, which is read again
whenever it was replaced.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import msgspec

from chargehand import services
from chargehand.contracts.card import MachineCard
from chargehand.contracts.machine import SIGNAL_UNITS, Interlocks, MachineCondition, SignalValue
from chargehand.fleet.adapter import Adapter, Batch, Sample
from chargehand.fleet.simulated import SETUPS
from tests.surfaces.engine import Engine, Start

PERIOD_US = 250_000
"""From one sample of a machine to the next; of a crowd larger than `LOUD_MAX`, four times as long."""
LOUD_MAX = 20
FRESHNESS_S = 10.0
"""How long a machine may be silent before the engine calls it stale; a page says so sooner."""
CELLS = ("Milling", "Turning", "Grinding")
EXECUTIONS = {
    "alarm": "INTERRUPTED",
    "estop": "INTERRUPTED",
    "door": "INTERRUPTED",
    "hold": "FEED_HOLD",
    "idle": "READY",
}
"""What a machine executes under a wish; ACTIVE without one. Other wishes: offline, faulted, silent, mute."""


class Crowd:
    """The wishes of a story for the machines of its engine.

    Attributes:
        engine: the engine.
    """

    def __init__(self, start: Start, folder: Path, machines: int, **flags: Any) -> None:
        self._wishes = folder / "wishes.json"
        self._present: dict[str, str] = {}
        self.wish()
        self._run = [sys.executable, "-m", "tests.browser.crowd", str(machines), str(self._wishes)]
        self._flags = {"data": str(folder / "data"), "port": 0, **flags}
        self.again(start)

    def again(self, start: Start) -> None:
        """Start the engine, or start it again at the same address after it was killed."""
        self.engine: Engine = start(Path(self._flags["data"]), run=[*self._run, json.dumps(self._flags)]).ready()
        self._flags["port"] = urlsplit(self.engine.url).port

    def wish(self, **wishes: str | None) -> None:
        """Let machines do something else; `M_007="alarm"`, and None to have one run again."""
        changes = {name.replace("_", "-"): wish for name, wish in wishes.items()}
        self._present = {name: wish for name, wish in {**self._present, **changes}.items() if wish is not None}
        fresh = self._wishes.with_suffix(".new")
        fresh.write_text(json.dumps(self._present), "utf-8")
        fresh.replace(self._wishes)


class Wishes:
    """What every machine is to do now."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read = (0, 0)
        self._present: dict[str, str] = {}

    def of(self, machine_id: str) -> str | None:
        """The wish for a machine, or None."""
        found = self._file.stat()
        if (found.st_mtime_ns, found.st_ino) != self._read:
            self._read = (found.st_mtime_ns, found.st_ino)
            self._present = json.loads(self._file.read_text("utf-8"))
        return self._present.get(machine_id)


class Extra:
    """One machine of a crowd.

    Attributes:
        card: its card.
    """

    def __init__(self, card: MachineCard, number: int, wishes: Wishes, period_us: int) -> None:
        self.card = card
        self._period_us = period_us
        self._number = number
        self._wishes = wishes
        self._due_us = 0
        self._told: str | None = ""

    def connect(self, now_us: int) -> None:
        """Begin to send."""
        if self._wishes.of(self.card.id) == "faulted":
            raise ConnectionError("broken, as wished")
        self._due_us = now_us
        self._told = ""

    def step(self, now_us: int) -> Batch:
        """A sample when it is due, and one at once when the wish is another."""
        wish = self._wishes.of(self.card.id)
        if wish == "faulted":
            raise RuntimeError("broken, as wished")
        if wish == "offline":
            return Batch(connected=False)
        if wish == "silent" or (wish == self._told and now_us < self._due_us):
            return Batch()
        first = self._told == ""
        changed = wish != self._told
        self._due_us, self._told = now_us + self._period_us, wish
        sample = Sample(
            ts_source_us=now_us,
            values=self._values(wish),
            setup=SETUPS["CNC-001"] if first else None,
            interlocks=_interlocks(wish) if changed else None,
        )
        return Batch(samples=[sample], conditions=[_report(wish)] if changed else [])

    def close(self) -> None:
        """Nothing is held."""

    def _values(self, wish: str | None) -> dict[str, SignalValue]:
        figures: dict[str, float | str] = {
            "spindle_load": float(self._number % 120),
            "axis_load_x": 3.0,
            "axis_load_y": float(self._number % 70) + 4.0,
            "axis_load_z": 2.0,
            "spindle_override": 100.0 - self._number % 10,
            "feed_override": 80.0 + self._number % 40,
            "execution": EXECUTIONS.get(wish or "", "ACTIVE"),
            "mode": "AUTOMATIC",
            "program": f"PART-{self._number}",
        }
        known = {} if wish == "mute" else figures
        return {
            name: SignalValue(v=known.get(name), u=unit, q="good" if name in known else "unavailable")
            for name, unit in SIGNAL_UNITS.items()
        }


def _interlocks(wish: str | None) -> Interlocks:
    if wish == "mute":
        return Interlocks(alarms=None, door_open=None, estop=None, feed_hold=None)
    alarms = ["2041: spindle drive"] if wish == "alarm" else []
    return Interlocks(alarms=alarms, door_open=wish == "door", estop=wish == "estop", feed_hold=wish == "hold")


def _report(wish: str | None) -> MachineCondition:
    if wish == "alarm":
        return MachineCondition(condition="alarm", level="fault", native_code="2041", text="spindle drive")
    return MachineCondition(condition="alarm", level="normal", native_code=None, text="")


def _crowd(cards: list[MachineCard], count: int, wishes: Wishes) -> list[Adapter]:
    pattern = next(card for card in cards if card.id == "CNC-001")
    made: list[Adapter] = []
    for number in range(1, count + 1):
        name, cell = f"Machine {number}", CELLS[number % len(CELLS)]
        card = msgspec.structs.replace(pattern, id=f"M-{number:03}", name=name, cell=cell, freshness_s=FRESHNESS_S)
        made.append(Extra(card, number, wishes, PERIOD_US if count <= LOUD_MAX else 4 * PERIOD_US))
    return made


def main(count: int, wishes: Path, flags: dict[str, Any]) -> int:
    """Run the engine until it is stopped."""
    from chargehand.cli.serve import up

    def simulated(cards: list[MachineCard], *_given: object, **_options: object) -> list[Adapter]:
        return _crowd(cards, count, Wishes(wishes))

    with patch.object(services, "simulated_fleet", simulated):
        return up(flags)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])))
