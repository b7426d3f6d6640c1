"""What a machine's samples of the last minutes come to: the drive's heat, a load that stands still, a warming spindle.

Samples are folded into a few numbers, in bounded memory. The time base is the arrival, because source times jump, and a
load counts until the next one arrives; samples that arrived together share the time since the ones before, so that no
peak is lost among them. What was not seen is not made up: after a gap, another instance, a clock that was set back or a
load that is no good number, the drive counts as fully heated until its load was seen for `COVERED_TAUS` time constants
on end. Nor is a load seen that stands still for so long in a cut that the auditor would not believe it: what a source
repeats by itself must not cool the drive. It knows no limits and judges nothing.

Source of the duty rule: definitions, section 1 (duty).
"""

from __future__ import annotations

import math
from collections import deque
from typing import NamedTuple

from chargehand.auditor.checks_telemetry import LOAD_FROZEN_S
from chargehand.contracts.card import MachineCard
from chargehand.contracts.machine import SignalValue, Trend
from chargehand.fleet.adapter import Sample
from chargehand.kernel.clock import MINUTE_US, SECOND_US
from chargehand.machining.drive import heat_after, time_constant

COVERED_TAUS = 5.0
"""Time constants of seen load after which what was before them counts for less than 0.7 %."""
READING_MAX = 10_000.0
"""A load in % or a temperature in degC beyond this is no reading."""
WINDOW_US = 60 * SECOND_US
"""What the spindle's warming up is taken over."""
WINDOW_STEP_US = SECOND_US
"""At most one temperature in so long is kept, and the slope is computed as often."""
DUTY_DIGITS = 6
RATE_DIGITS = 3
"""Published figures are rounded to these digits: a state is kept with each decision, and more of them say nothing."""


class Follower:
    """Follows one machine.

    Attributes:
        trend: what its samples come to; immutable, replaced by every step.
    """

    def __init__(self, card: MachineCard) -> None:
        self._tau = None if card.duty is None else time_constant(card.duty)
        self._needed_us = math.inf if self._tau is None else COVERED_TAUS * self._tau * SECOND_US
        self._gap_us = card.freshness_s * SECOND_US
        self._warming = _Warming(self._gap_us)
        self.trend = self.begin()

    def begin(self) -> Trend:
        """Another instance: nothing of the one before is known any more."""
        self._load: float | None = None
        self._changed_at: str | None = None
        self._changed_us = 0
        return self.lose()

    def lose(self) -> Trend:
        """The machine has fallen silent, gone, or its times cannot be relied on: what was seen is not continued."""
        self._held: float | None = None
        self._last_us = 0
        self._heat, self._covered_us = 1.0, 0
        self._warming.clear()
        return self._told()

    def take(self, samples: list[Sample], now_us: int, at: str) -> Trend:
        """Fold in samples that arrived together.

        Args:
            samples: at least one, in order.
            now_us: their arrival.
            at: the same as text.
        """
        held, elapsed_us = self._held, now_us - self._last_us
        seen = held is not None and 0 <= elapsed_us <= self._gap_us
        squares = 0.0
        for sample in samples:
            load = _reading(sample.values.get("spindle_load"), "%")
            if load is not None and load != self._load:
                self._load, self._changed_at, self._changed_us = load, at, now_us
            if load is None or self._stands_still(sample, load, now_us):
                seen = False
            if seen:
                assert held is not None
                squares += held * held
            held = load
        self._held, self._last_us = held, now_us
        if not seen:
            self._heat, self._covered_us = 1.0, 0
        elif elapsed_us:
            self._covered_us += elapsed_us
            if self._tau is not None:
                share = math.sqrt(squares / len(samples)) / 100.0
                self._heat = heat_after(share, self._heat, elapsed_us / SECOND_US, self._tau)
        self._warming.take(_reading(samples[-1].values.get("spindle_temperature"), "degC"), now_us)
        return self._told()

    def _stands_still(self, sample: Sample, load: float, now_us: int) -> bool:
        """Whether a cut's load is not believed; by the same figure as the check of the telemetry."""
        execution = sample.values.get("execution")
        active = execution is not None and execution.v == "ACTIVE"
        return active and load > 0 and now_us - self._changed_us >= LOAD_FROZEN_S * SECOND_US

    @property
    def heat(self) -> float:
        """Theta as it was integrated, whether or not it was seen for long enough to be published."""
        return self._heat

    def _told(self) -> Trend:
        duty = None if self._tau is None else 1.0
        if self._covered_us >= self._needed_us:
            duty = round(self._heat, DUTY_DIGITS)
        self.trend = Trend(
            duty=duty,
            duty_covered_s=self._covered_us / SECOND_US,
            load_changed_at=self._changed_at,
            temperature_rate=self._warming.rate,
            temperature_window_s=self._warming.window_s,
        )
        return self.trend


class _Reading(NamedTuple):
    at_us: int
    value: float


class _Warming:
    """How fast a temperature rises: the slope of the least squares over a window that was seen without a gap.

    Attributes:
        rate: degC/min, or None as long as the window is not covered.
        window_s: seconds that the rate was taken over; 0 without a rate.
    """

    def __init__(self, gap_us: float) -> None:
        self._gap_us = gap_us
        self._last_us = 0
        self._readings: deque[_Reading] = deque()
        self.clear()

    def clear(self) -> None:
        """Begin again."""
        self._readings.clear()
        self.rate: float | None = None
        self.window_s = 0.0

    def take(self, value: float | None, now_us: int) -> None:
        """Take one temperature; None where there is none."""
        readings = self._readings
        if readings and not (value is not None and 0 <= now_us - self._last_us <= self._gap_us):
            self.clear()
        self._last_us = now_us
        if value is None or (readings and now_us - readings[-1].at_us < WINDOW_STEP_US):
            return
        readings.append(_Reading(now_us, value))
        while len(readings) > 1 and readings[1].at_us <= now_us - WINDOW_US:
            readings.popleft()
        span_us = now_us - readings[0].at_us
        if span_us >= WINDOW_US:
            self.rate, self.window_s = round(_slope(readings), RATE_DIGITS), span_us / SECOND_US


def _slope(readings: deque[_Reading]) -> float:
    """Least squares, in units per minute."""
    begin_us, count = readings[0].at_us, len(readings)
    minutes = [(reading.at_us - begin_us) / MINUTE_US for reading in readings]
    middle = sum(minutes) / count
    rise = sum((minute - middle) * reading.value for minute, reading in zip(minutes, readings, strict=True))
    return rise / sum((minute - middle) ** 2 for minute in minutes)


def _reading(value: SignalValue | None, unit: str) -> float | None:
    """A good number in its own unit; None for anything else."""
    if value is None or value.q != "good" or value.u != unit:
        return None
    found = value.v
    if (type(found) is not float and type(found) is not int) or not -READING_MAX <= found <= READING_MAX:
        return None
    return found
