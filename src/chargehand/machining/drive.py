"""What a spindle drive gives at a speed, and how long it bears more than it gives for ever (S1 and S6 of IEC 60034-1).

Between two points of a card the curve is straight; outside of them nothing is said, and None is the answer. The heat of
the drive follows the square of its load with one time constant, which the S6 rating fixes: running the rated cycle for
ever just reaches what S1 reaches.

Source: definitions, section 1 (duty).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

from chargehand.contracts.card import DutyRating, SpindlePoint

_STEPS = 200
"""Of the bisection: more than a double has digits."""


class Ratings(NamedTuple):
    """A drive at one speed.

    Attributes:
        power_s1: kW for ever.
        power_peak: kW for a short time.
        torque: N.m for ever.
    """

    power_s1: float
    power_peak: float
    torque: float


def ratings(curve: list[SpindlePoint], speed: float) -> Ratings | None:
    """The curve at a speed in rev/min; None where it says nothing."""
    if not curve or not curve[0].speed <= speed <= curve[-1].speed:
        return None
    before = curve[0]
    for point in curve:
        if speed == point.speed:
            return Ratings(point.power_s1, point.power_peak, point.torque)
        if speed < point.speed:
            share = (speed - before.speed) / (point.speed - before.speed)
            return Ratings(
                before.power_s1 + share * (point.power_s1 - before.power_s1),
                before.power_peak + share * (point.power_peak - before.power_peak),
                before.torque + share * (point.torque - before.torque),
            )
        before = point
    return None


@lru_cache(maxsize=256)
def time_constant(rating: DutyRating) -> float:
    """The drive's tau in seconds: `r^2 (1 - exp(-d W/tau)) / (1 - exp(-W/tau)) = 1`.

    Raises:
        ValueError: there is none, because not `d r^2 < 1 < r^2`.
    """
    square, share, cycle = rating.ratio**2, rating.share, rating.cycle_s
    if not (0 < share < 1 and share * square < 1 < square and 0 < cycle < math.inf):
        raise ValueError("a rating S6 has a time constant only if d r^2 < 1 < r^2")

    def peak(tau: float) -> float:
        return square * math.expm1(-share * cycle / tau) / math.expm1(-cycle / tau)

    # The peak of the heat falls as the drive gets slower: from r^2 at tau 0 to d r^2 at tau without end.
    low, high = cycle * 1e-6, cycle
    while peak(high) > 1:
        low, high = high, high * 2.0
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if peak(middle) > 1 else (low, middle)
    return 0.5 * (low + high)


def heat_after(load: float, heat: float, seconds: float, tau: float) -> float:
    """The heat theta after a load (u, as a share of S1) has run for some seconds, from a theta before."""
    return load**2 + (heat - load**2) * math.exp(-seconds / tau)


def longest(load: float, heat: float, tau: float) -> float:
    """Seconds that a load above 1 may run from a heat: `tau ln((u^2 - theta0) / (u^2 - 1))`; 0 from a heat of 1 on.

    Raises:
        ValueError: the load is not above 1; it may run for ever.
    """
    if not load > 1:
        raise ValueError("a load up to the continuous rating has no longest time")
    return 0.0 if heat >= 1 else tau * math.log((load**2 - heat) / (load**2 - 1.0))
