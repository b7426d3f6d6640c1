"""Input of one machine that was set aside: all of it counted, the first few kept, and told of now and then.

A broken sensor must neither flood the log nor be forgotten by it, so a code is told of at its 1st, 10th, 100th, ...
occurrence.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from chargehand.contracts.machine import MachineCondition
from chargehand.fleet.adapter import Quarantined

SAMPLES_MAX = 5
"""Quarantined inputs that are kept per code; all are counted."""


class Tally(NamedTuple):
    """Quarantined input under one code: how many, and the first few."""

    total: int
    samples: tuple[Quarantined, ...]


class Quarantine:
    """What one machine sent that was not taken over."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._samples: dict[str, list[Quarantined]] = {}

    def take(self, quarantined: Quarantined) -> MachineCondition | None:
        """Count one input; returns what is to be told of it, if it is time."""
        code = quarantined.code
        self._counts[code] += 1
        count = self._counts[code]
        kept = self._samples.setdefault(code, [])
        if len(kept) < SAMPLES_MAX:
            kept.append(quarantined)
        if str(count).strip("0") != "1":
            return None
        where = "" if quarantined.line is None else f"line {quarantined.line}: "
        return MachineCondition(
            condition="ingest",
            level="warning",
            native_code=code,
            text=f"{where}{quarantined.key} {quarantined.text}".strip(),
            code=code,
            count=count,
        )

    def counts(self) -> dict[str, int]:
        """How many, by code."""
        return dict(self._counts)

    def tallies(self) -> dict[str, Tally]:
        """How many and the first few, by code."""
        return {code: Tally(count, tuple(self._samples[code])) for code, count in self._counts.items()}
