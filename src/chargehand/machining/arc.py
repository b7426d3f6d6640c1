"""The force of the teeth in the engaged arc, in powers of the sine: its mean over a turn and its greatest value.

A chip is `sin(angle)` of the feed per tooth thick and its force goes with `sin(angle)^(1 - mc)`; everything about an
arc that does not depend on feed and material is in that function's integrals. They are closed: `(sin x / x)^q` is a
power series in x^2 that converges up to pi, is taken up to pi/2 and mirrored from there; with the terms kept here an
integral is right to 1e-13 and takes some 3 us.

With a helix an edge enters bit by bit: its force is the integral over the angles that it spans at the moment, and all
teeth together slide a window over the arc. Where no two teeth are in the arc at once the window that holds most is
known, because the sine rises and falls once and is symmetric. Otherwise it is searched for, to 1e-9 of the force and in
some 100 us; arcs that were asked for before are remembered.

It knows no unit and refuses nothing: 0 <= start <= end <= pi and a power of at least 0 are the caller's to give.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from functools import lru_cache

_TERMS = 16
"""Of the series: the last one is under 1e-13 of the sum at pi/2."""
_STRAIGHT = 1e-6
"""Rad of lag under which an edge is straight: differences of integrals so close together would lose their digits."""
_NEAR = 1e-9
"""Rad to either side of a kink that nothing is asked about."""
_CELLS = 5
"""Parts of a smooth stretch in each of which the slope is taken to turn once at most."""
_HALVINGS = 16
"""Of a part; they leave 1e-5 rad, and the force is flat there."""


def sine_integral(angle: float, power: float) -> float:
    """The integral of `sin(x)^power` from 0 to an angle of at most pi."""
    if angle > math.pi / 2.0:
        rest = max(0.0, math.pi - angle)
        return 2.0 * _quarter(math.pi / 2.0, power) - _quarter(rest, power)
    return _quarter(angle, power)


@lru_cache(maxsize=1024)
def greatest(power: float, start: float, end: float, teeth: int, lag: float) -> float:
    """The most of `sum sin(angle)^power` over all teeth within the arc, the mean of each taken over its helix.

    Args:
        power: of the sine.
        start: rad, where a tooth enters.
        end: rad, where it leaves.
        teeth: evenly spaced.
        lag: rad by which an edge's upper end follows its lower one; 0 without a helix.
    """
    pitch = 2.0 * math.pi / teeth
    if lag < _STRAIGHT:
        return _straight(power, start, end, pitch)
    whole, rest = divmod(lag, pitch)
    total = whole * (sine_integral(end, power) - sine_integral(start, power))
    if rest > 1e-9 * pitch:
        total += _window(power, start, end, pitch, rest)
    return total / lag


def _quarter(angle: float, power: float) -> float:
    square, total = angle * angle, 0.0
    for term in _series(power):
        total = total * square + term
    return float(total * angle ** (power + 1.0))


@lru_cache(maxsize=256)
def _series(power: float) -> tuple[float, ...]:
    """What `x^(power+1)` is multiplied by in the integral of `sin^power`: a polynomial in x^2, highest term first.

    Powers of a power series by Euler's recurrence (Knuth, The Art of Computer Programming 2, section 4.7).
    """
    sinc = [(-1.0) ** k / math.factorial(2 * k + 1) for k in range(_TERMS)]
    raised = [1.0]
    for n in range(1, _TERMS):
        raised.append(sum((k * (power + 1.0) - n) * sinc[k] * raised[n - k] for k in range(1, n + 1)) / n)
    return tuple(raised[k] / (2 * k + 1 + power) for k in reversed(range(_TERMS)))


def _straight(power: float, start: float, end: float, pitch: float) -> float:
    """The most of the sum without a helix.

    With a fixed number of teeth it is concave and symmetric about the position in which they straddle the right angle,
    so that it is greatest there, or at the nearest position that keeps them in the arc.
    """
    most = max(1, math.ceil(round((end - start) / pitch, 9)))
    best = 0.0
    for count in {most, max(1, most - 1)}:
        span = (count - 1) * pitch
        first = min(max(math.pi / 2.0 - span / 2.0, start), max(start, end - span))
        best = max(best, sum(max(0.0, math.sin(first + i * pitch)) ** power for i in range(count)))
    return best


def _window(power: float, start: float, end: float, pitch: float, width: float) -> float:
    """The most that a window narrower than one pitch holds, all teeth, as it slides."""
    if end - start <= pitch:
        held_width = min(width, end - start)
        lower = min(max(math.pi / 2.0 - held_width / 2.0, start), end - held_width)
        return sine_integral(lower + held_width, power) - sine_integral(lower, power)
    return _overlapping(power, start, end, pitch, width)


def _overlapping(power: float, start: float, end: float, pitch: float, width: float) -> float:
    """The same where the arc is longer than a pitch, so that teeth overlap.

    The force of a window grows as long as the teeth at its upper end press harder than those at its lower end.
    """

    def grows(at: float) -> float:
        return _pressing(at, power, start, end, pitch) - _pressing(at - width, power, start, end, pitch)

    # Where an end of the window meets an end of the arc the slope may jump; in between it is smooth.
    kinks = sorted(end + (at - end) % pitch for at in (end, start, end + width, start + width))
    candidates = kinks.copy()
    for low, high in itertools.pairwise([*kinks, kinks[0] + pitch]):
        if high - low > _NEAR:
            candidates += _summits(grows, low, high)
    return max(_held(at, width, power, (start, end), pitch) for at in candidates)


def _pressing(at: float, power: float, start: float, end: float, pitch: float) -> float:
    """The force at one height of all teeth, one of which stands at an angle."""
    angle, total = start + (at - start) % pitch, 0.0
    while angle <= end:
        sine = math.sin(angle)
        if sine > 0.0:
            total += sine**power
        angle += pitch
    return total


def _summits(grows: Callable[[float], float], low: float, high: float) -> list[float]:
    """Where a slope that is smooth between two angles turns from up to down."""
    found = []
    left, rising = low + _NEAR, grows(low + _NEAR) > 0
    for i in range(1, _CELLS + 1):
        right = low + (high - low) * i / _CELLS if i < _CELLS else high - _NEAR
        climbs = grows(right) > 0
        if rising and not climbs:
            a, b = left, right
            for _ in range(_HALVINGS):
                middle = 0.5 * (a + b)
                a, b = (middle, b) if grows(middle) > 0 else (a, middle)
            found.append(0.5 * (a + b))
        left, rising = right, climbs
    return found


def _held(at: float, width: float, power: float, arc: tuple[float, float], pitch: float) -> float:
    """What a window holds that ends at an angle, all teeth."""
    start, end = arc
    total, upper = 0.0, start + (at - start) % pitch + pitch * math.ceil((end - start + width) / pitch)
    # Down the row of teeth whose window reaches into the arc.
    while upper > start:
        low, high = max(upper - width, start), min(upper, end)
        if low < high:
            total += sine_integral(high, power) - sine_integral(low, power)
        upper -= pitch
    return total
