"""How the figures of a card go together: what could not be judged, or would be judged on a slip, refuses the card.

It says what is wrong at which key and decides nothing about cuts. Two things it lets pass, because the judge denies
where they matter: a curve that ends before the machine's speed does (outside of it nothing is known), and a tool that
stands out further than it is rated for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import get_args

from chargehand.auditor.card_range import Path, complaints
from chargehand.contracts.card import KeepOut, MachineCard, MaterialCard, SpindlePoint, ToolCard
from chargehand.contracts.machine import SIGNAL_UNITS
from chargehand.contracts.proposal import Operation

AnyCard = MachineCard | ToolCard | MaterialCard
Complaint = tuple[Path, str]

VDI_GROUPS: dict[str, range] = {
    "P": range(1, 14),
    "M": range(14, 15),
    "K": range(15, 21),
    "N": range(21, 31),
    "S": range(31, 38),
    "H": range(38, 42),
}
"""The groups of VDI 3323 by the letter of ISO 513."""
SHAFT_TOLERANCE = 0.2
"""How far power may lie from `2 pi n T / 60`: data sheets round, but no rounding is as coarse as kW for hp (0.34) or
N.m for lbf.ft (0.26)."""

_CARD_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_OPERATIONS = frozenset(get_args(Operation))
_LINEAR = "XYZUVW"
_ROTARY = "ABC"
_SPACE = ("X", "Y", "Z")
_OFFSETS = ("G54", "G55", "G56", "G57", "G58", "G59")
_EQUAL = 1e-9
"""Relative difference up to which two figures are the same."""
_ROUNDED = 1e-3
"""Relative difference that rounding a product to the digits of a data sheet makes."""


def domain(card: AnyCard) -> Iterator[Complaint]:
    """Everything wrong with a card whose keys and types are right: path within the card, and what is wrong there."""
    if not _CARD_ID.fullmatch(card.id):
        yield ("id",), f"id must be letters, digits, '.', '_' or '-', at most 64, not {card.id!r}"
    yield from complaints(card)
    if isinstance(card, MachineCard):
        yield from _machine(card)
    elif isinstance(card, ToolCard):
        yield from _tool(card)
    else:
        yield from _material(card)


def _machine(card: MachineCard) -> Iterator[Complaint]:
    for name, axis in card.axes.items():
        if name not in _LINEAR + _ROTARY:
            yield ("axes", name), f"unknown axis {name!r}; known: {', '.join(sorted(_LINEAR + _ROTARY))}"
        elif (axis.unit == "deg") != (name in _ROTARY):
            yield ("axes", name), f"axis {name} is in {'deg' if name in _ROTARY else 'mm'}, not {axis.unit}"
        if not axis.min < axis.max:
            yield ("axes", name), f"axis {name}: min {axis.min!r} is not below max {axis.max!r}"
    for key, known in (("sensors", frozenset(SIGNAL_UNITS)), ("operations", _OPERATIONS)):
        names: list[str] = getattr(card, key)
        for name in names:
            if name not in known:
                yield (key,), f"{key}: unknown {name!r}; known: {', '.join(sorted(known))}"
        if len(set(names)) < len(names):
            yield (key,), f"{key}: a name stands there twice"
    yield from _curve(card)
    yield from _duty(card)
    yield from _places(card)
    yield from _boxes(card)


def _curve(card: MachineCard) -> Iterator[Complaint]:
    curve = card.spindle_curve
    if not curve:
        return
    if len(curve) < 2:
        yield ("spindle_curve",), "spindle_curve: one point is no curve; give at least two, or none if it is unknown"
    for place in range(1, len(curve)):
        before, here = curve[place - 1].speed, curve[place].speed
        if not here > before:
            yield ("spindle_curve", place), f"spindle_curve: speeds must rise, but {here!r} follows {before!r}"
    for place, point in enumerate(curve):
        shaft = math.pi * point.speed * point.torque / 30e3
        if not abs(point.power_s1 - shaft) <= SHAFT_TOLERANCE * max(point.power_s1, shaft):
            said = f"{point.power_s1!r} kW is not what {point.torque!r} N.m gives at {point.speed!r} rev/min"
            yield ("spindle_curve", place), f"spindle_curve: {said}: {shaft:.4g} kW"
    best = max(point.power_s1 for point in curve)
    if not math.isclose(best, card.spindle_power_s1, rel_tol=_EQUAL):
        said = f"must be the curve's highest continuous power, {best!r}, not {card.spindle_power_s1!r}"
        yield ("spindle_power_s1",), f"spindle_power_s1 {said}"
    if curve[0].speed > card.spindle_speed_max or curve[-1].speed < card.spindle_speed_min:
        yield ("spindle_curve",), "spindle_curve lies wholly outside of the spindle's speeds"


def _duty(card: MachineCard) -> Iterator[Complaint]:
    duty = card.duty
    if duty is None:
        return
    heat = duty.share * duty.ratio**2
    if not heat < 1:
        said = (
            f"{duty.share!r} of each cycle at {duty.ratio!r} times S1 heats the drive to {heat:.4g} times what S1 does"
        )
        yield ("duty",), f"duty: {said}, so no time constant fits; share * ratio^2 must be below 1"
    for place, point in enumerate(card.spindle_curve):
        if point.power_peak > duty.ratio * point.power_s1 * (1.0 + _ROUNDED):
            yield ("spindle_curve", place), _above_rating(point, duty.ratio)


def _above_rating(point: SpindlePoint, ratio: float) -> str:
    most = ratio * point.power_s1
    return f"spindle_curve: power_peak {point.power_peak!r} is above {ratio!r} times power_s1, the rating's {most:.6g}"


def _places(card: MachineCard) -> Iterator[Complaint]:
    for name, zero in card.work_offsets.items():
        if name not in _OFFSETS:
            yield ("work_offsets", name), f"work_offsets: unknown {name!r}; known: {', '.join(_OFFSETS)}"
        for axis in zero:
            if axis not in card.axes:
                yield ("work_offsets", name, axis), f"work_offsets.{name}: the machine has no axis {axis!r}"
    for axis, at in card.home.items():
        if axis not in card.axes:
            yield ("home", axis), f"home: the machine has no axis {axis!r}"
        elif not card.axes[axis].min <= at <= card.axes[axis].max:
            yield ("home", axis), f"home: {axis} {at!r} lies outside of its travel"


def _boxes(card: MachineCard) -> Iterator[Complaint]:
    names: set[str] = set()
    for place, box in enumerate(card.keep_out):
        if not box.name or box.name in names:
            yield ("keep_out", place), "keep_out: each box has a name of its own"
        names.add(box.name)
        for axis, low, high in zip(_SPACE, box.low, box.high, strict=True):
            travel = card.axes.get(axis)
            if not low < high:
                yield ("keep_out", place), f"keep_out {box.name!r}: low {axis} {low!r} is not below high {high!r}"
            elif travel is not None and (low > travel.max or high < travel.min):
                yield ("keep_out", place), f"keep_out {box.name!r} lies outside of the travel of {axis}"
        if _holds_home(card, box):
            yield ("home",), f"home lies within keep_out {box.name!r}"


def _holds_home(card: MachineCard, box: KeepOut) -> bool:
    """Whether every axis of space that the machine has comes home inside the box."""
    spans = [(axis, low, high) for axis, low, high in zip(_SPACE, box.low, box.high, strict=True) if axis in card.axes]
    return bool(spans) and all(axis in card.home and low <= card.home[axis] <= high for axis, low, high in spans)


def _tool(card: ToolCard) -> Iterator[Complaint]:
    if card.kind == "turning":
        if card.teeth != 1:
            yield ("teeth",), f"teeth must be 1 on a turning tool, not {card.teeth!r}"
        if card.shank is None:
            yield ("kind",), "a turning tool needs shank = [width, height]"
    elif card.shank is not None:
        yield ("shank",), f"shank belongs to a turning tool, not to {card.kind!r}"
    if card.shank is not None and not min(card.shank) > 0:
        yield ("shank",), f"shank must be above 0, not {list(card.shank)!r}"
    groups: set[str] = set()
    for place, use in enumerate(card.uses):
        if use.group not in VDI_GROUPS:
            yield ("uses", place), _unknown_group(use.group)
        if use.group in groups:
            yield ("uses", place), f"uses: group {use.group!r} is described twice"
        groups.add(use.group)
        if (use.taylor_n is None) != (use.taylor_c is None):
            yield ("uses", place), f"uses: group {use.group!r} needs both of taylor_n and taylor_c, or neither"


def _material(card: MaterialCard) -> Iterator[Complaint]:
    if card.group not in VDI_GROUPS:
        yield ("group",), _unknown_group(card.group)
    elif card.vdi is not None and 1 <= card.vdi <= 41 and card.vdi not in VDI_GROUPS[card.group]:
        letter = next(letter for letter, numbers in VDI_GROUPS.items() if card.vdi in numbers)
        yield ("vdi",), f"vdi: VDI 3323 group {card.vdi} is of group {letter}, not {card.group}"
    if not card.editions:
        return
    for key in ("kc1_1", "mc"):
        low = min(getattr(edition, f"{key}_min") for edition in card.editions)
        high = max(getattr(edition, f"{key}_max") for edition in card.editions)
        value: float = getattr(card, key)
        if not low <= value <= high:
            yield (key,), f"{key} {value!r} is what no edition says: {low!r} to {high!r}"
    sources = [edition.source for edition in card.editions]
    if len(set(sources)) < len(sources):
        yield ("editions",), "editions: a source stands there twice"


def _unknown_group(group: str) -> str:
    return f"unknown group {group!r}; known: {', '.join(VDI_GROUPS)}"
