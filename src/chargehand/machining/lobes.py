"""How deep a cut may be before it chatters: the stability lobes of milling, and the limit below which it never does.

One mode at the tool tip, the same in both directions of the plane, and the mean of the cutting forces over the arc
(zeroth order). Side cuts are alike in climb and conventional milling. It knows no process damping, which at low speeds
allows for more, and no period doubling, which at very small arcs may allow for less.

With `A` the arc, `K` the radial ratio and `D(r) = 1 - r^2 + 2 i zeta r` at a chatter frequency `r` times the natural
one, the eigenvalues of the averaged cut are

    Lambda = lambda k D(r),  lambda = (K A +- sqrt((1 + K^2) sin^2 A - A^2)) / ((1 + K^2) (A^2 - sin^2 A)),

the limit depth `2 pi |Lambda|^2 / (N Kt (-Re Lambda))`, and a tooth period T belongs to it if
`omega T / 2 + arg Lambda = pi/2 + m pi`. The left side grows with omega, so each whole m has one root; the depth has
one minimum over omega, so the two roots beside it decide. An answer takes some 40 us, 90 us at an arc not met before,
and 3 us where only the force has changed.

Source: J. Tlusty, M. Polacek, 1963 (the limit without lobes); Y. Altintas, E. Budak, Analytical prediction of stability
lobes in milling, CIRP Annals 44/1, 1995. The directional factors' trace and determinant are reduced by hand here:
`-2 K A` and `(1 + K^2) (A^2 - sin^2 A)`.
"""

from __future__ import annotations

import cmath
import math
from functools import lru_cache
from typing import NamedTuple

from chargehand.contracts.card import Modal
from chargehand.machining.cutting import Engagement, arc_of
from chargehand.machining.integrated import RADIAL_RATIO

_STEPS = 60
"""Of a bisection or a guarded Newton search; the last bit of a double needs no more."""
_NEAR = 1e-13
"""Relative step under which a root counts as found."""


class _Branch(NamedTuple):
    """One eigenvalue of the averaged cut for a damping ratio.

    Attributes:
        size: |lambda|.
        angle: arg lambda, rad.
        ratio: frequency ratio r at which it bears least.
        least: `|D|^2 / -Re(e^(i angle) D)` there.
    """

    size: float
    angle: float
    ratio: float
    least: float


def stable_depth(
    modal: Modal,
    *,
    teeth: int,
    diameter: float,
    radial_depth: float,
    engagement: Engagement,
    speed: float,
    specific_force: float,
    radial_ratio: float = RADIAL_RATIO,
) -> float:
    """The axial depth in mm up to which a milling cut is stable at a spindle speed, lobes included.

    It is continuous in every argument and never under `least_depth`. Endless where there is no cut.

    Args:
        modal: the mode at the tool tip.
        teeth: cutting edges.
        diameter: mm.
        radial_depth: mm.
        engagement: whether the cutter stands beside the work or centred over it.
        speed: rev/min, above 0.
        specific_force: N/mm2, the tangential coefficient Kt; take kc at the mean chip.
        radial_ratio: radial over tangential force, above 0.

    Raises:
        ValueError: the radial depth is negative or beyond the diameter, or another number is not above 0.
    """
    if not min(speed, specific_force, radial_ratio, modal.damping, modal.frequency, modal.stiffness, teeth) > 0:
        raise ValueError("stability asks for numbers above 0")
    arc = arc_of(radial_depth, diameter, engagement)
    # Half a tooth's period in radians of the natural frequency.
    half = 60.0 * math.pi * modal.frequency / (teeth * speed)
    return _unit(modal, teeth, specific_force) * _borne_by_all(arc, radial_ratio, modal.damping, half)


def least_depth(
    modal: Modal,
    *,
    teeth: int,
    diameter: float,
    radial_depth: float,
    engagement: Engagement,
    specific_force: float,
    radial_ratio: float = RADIAL_RATIO,
) -> float:
    """The axial depth in mm up to which a milling cut is stable at every speed: the floor under the lobes.

    Arguments and errors are those of `stable_depth`.
    """
    if not min(specific_force, radial_ratio, modal.damping, modal.frequency, modal.stiffness, teeth) > 0:
        raise ValueError("stability asks for numbers above 0")
    arc = arc_of(radial_depth, diameter, engagement)
    branches = _branches(arc, radial_ratio, modal.damping)
    return _unit(modal, teeth, specific_force) * min(
        (branch.size * branch.least for branch in branches), default=math.inf
    )


def regenerative_limit(modal: Modal, specific_force: float) -> float:
    """The width of cut in mm up to which one mode in the chip's direction never chatters: `2 k zeta (1 + zeta) / Ks`.

    This is turning's limit, the specific force Ks in N/mm2.

    Raises:
        ValueError: the specific force is not above 0.
    """
    if not specific_force > 0:
        raise ValueError("stability asks for numbers above 0")
    return 2.0 * modal.stiffness / 1000.0 * modal.damping * (1.0 + modal.damping) / specific_force


def _unit(modal: Modal, teeth: int, specific_force: float) -> float:
    """The depth in mm for a `|lambda| |D|^2 / -Re` of 1; the card's stiffness is in N/m."""
    return 2.0 * math.pi * modal.stiffness / 1000.0 / (teeth * specific_force)


@lru_cache(maxsize=256)
def _borne_by_all(arc: float, radial_ratio: float, damping: float, half: float) -> float:
    """The depth that every branch bears at one tooth period, in units of `_unit`: no force has a part in it."""
    return min((_depth(branch, damping, half) for branch in _branches(arc, radial_ratio, damping)), default=math.inf)


@lru_cache(maxsize=1024)
def _branches(arc: float, radial_ratio: float, damping: float) -> tuple[_Branch, ...]:
    spread = arc * arc - math.sin(arc) ** 2
    # Of an arc this small the spread is rounding alone; what it would allow for is deeper than any flute.
    if arc < 1e-3:
        return ()
    trace = radial_ratio * arc
    product = (1.0 + radial_ratio**2) * spread
    root = cmath.sqrt(trace * trace - product)
    # The two roots multiply to 1/product, and the sum in the denominator loses no digits.
    near = 1.0 / (trace + root)
    return tuple(
        _Branch(abs(value), cmath.phase(value), *_floor(cmath.phase(value), damping))
        for value in (near, 1.0 / (product * near))
    )


def _floor(angle: float, damping: float) -> tuple[float, float]:
    """The frequency ratio at which a branch bears least, and what it bears there, as in `_Branch`.

    It lies above the ratio at which the branch starts to be unstable; there the slope is negative, far above positive.
    """
    low = _edge(angle, damping)
    high = low + 1.0
    while _slope(angle, damping, high) < 0:
        high += high
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _slope(angle, damping, middle) < 0 else (low, middle)
    return high, _borne(angle, damping, high)


def _edge(angle: float, damping: float) -> float:
    """The ratio above which the real part is negative; a branch's angle lies within a right angle."""
    cosine, lead = math.cos(angle), damping * math.sin(angle)
    return (math.sqrt(lead * lead + cosine * cosine) - lead) / cosine


def _borne(angle: float, damping: float, ratio: float) -> float:
    """`|D|^2 / -Re(e^(i angle) D)`; endless where the real part is not negative."""
    rest, loss = 1.0 - ratio * ratio, 2.0 * damping * ratio
    against = loss * math.sin(angle) - rest * math.cos(angle)
    return (rest * rest + loss * loss) / against if against > 0 else math.inf


def _slope(angle: float, damping: float, ratio: float) -> float:
    """A number with the sign of the slope of `_borne`."""
    rest, loss = 1.0 - ratio * ratio, 2.0 * damping * ratio
    against = loss * math.sin(angle) - rest * math.cos(angle)
    size = rest * rest + loss * loss
    size_slope = 4.0 * ratio * (2.0 * damping * damping - rest)
    against_slope = 2.0 * damping * math.sin(angle) + 2.0 * ratio * math.cos(angle)
    return size_slope * against - size * against_slope


def _depth(branch: _Branch, damping: float, half: float) -> float:
    """What a branch bears at one tooth period, times its size: the lesser of the two roots beside its minimum."""
    here = _phase(branch.ratio, damping, half)
    # Roots are where the phase is pi/2 - angle + m pi.
    first = math.pi / 2.0 - branch.angle
    below = first + math.floor((here - first) / math.pi) * math.pi
    least = math.inf
    for phase in (below, below + math.pi):
        if phase > 0:
            least = min(least, _borne(branch.angle, damping, _ratio_at(phase, damping, half)))
    return branch.size * max(least, branch.least)


def _phase(ratio: float, damping: float, half: float) -> float:
    """`omega T / 2 + arg D`: grows with the ratio, from 0."""
    return half * ratio + math.atan2(2.0 * damping * ratio, 1.0 - ratio * ratio)


def _ratio_at(phase: float, damping: float, half: float) -> float:
    """The ratio with a given phase: Newton's steps, halving the bracket where one would leave it."""
    low, high = max(0.0, (phase - math.pi) / half), phase / half
    ratio = min(max(1.0, low), high)
    for _ in range(_STEPS):
        over = _phase(ratio, damping, half) - phase
        low, high = (low, ratio) if over > 0 else (ratio, high)
        square = ratio * ratio
        rest, loss = 1.0 - square, 2.0 * damping * ratio
        turn = 2.0 * damping * (1.0 + square) / (rest * rest + loss * loss)
        following = ratio - over / (half + turn)
        if not low < following < high:
            following = 0.5 * (low + high)
        if abs(following - ratio) <= _NEAR * high:
            return following
        ratio = following
    return ratio
