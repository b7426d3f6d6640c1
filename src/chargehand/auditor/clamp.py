"""The clamp: the nearest admissible proposal, where only boxes stand in the way.

Each given parameter is projected on its box (exactly), then laid on the machine's grid: down at an upper limit, up at a
lower one. Parameters that need not move keep their value and unit. A limit on an effective value moves the base value
if the proposal gives it, else the override. The result is judged again before anybody sees it; where it would be
denied, or where anything but a box was violated, there is no clamp.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from chargehand.auditor.boxes import BOXES, INPUTS
from chargehand.auditor.case import Case
from chargehand.auditor.change import OFFSETS, OVERRIDES
from chargehand.auditor.fields import PARAMETER_UNIT
from chargehand.auditor.finding import Finding, pointer
from chargehand.contracts.card import Resolution
from chargehand.contracts.units import UNITS
from chargehand.contracts.verdict import Remedy
from chargehand.kernel.canonical import normalise, number

Moves = dict[str, int | float]
"""New values by parameter or argument, in the proposal's own unit."""

_STEPS_MAX = 3
"""How many grid steps a value may be moved further inside when rounding left it outside."""
_ORDER = (*OVERRIDES, "spindle_speed", "feed_rate", "axial_depth", "radial_depth", *OFFSETS)


def clamp(case: Case, denied_again: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
    """The nearest admissible proposal body, or None; box findings get their `clamp` remedies.

    Args:
        case: a judged case that has findings.
        denied_again: judges a body and says whether it is denied.
    """
    denials = [finding for finding in case.found if finding.weight == "deny"]
    if not any(finding.box for finding in denials) or not all(finding.box or finding.rule_id for finding in denials):
        return None
    moves = _change_moves(case) if case.change is not None else _call_moves(case)
    if not moves:
        return None
    body = _moved(case, moves)
    if denied_again(body):
        return None
    for finding in denials:
        _remedy(case, finding, moves)
    normal: dict[str, Any] = normalise(body)
    return normal


def _remedy(case: Case, finding: Finding, moves: Moves) -> None:
    if finding.box is None:
        return
    name = finding.box if case.change is None else _mover(case, finding.box)
    if name in moves:
        path = f"/action/params/{name}/value" if case.change is not None else pointer("/action/arguments", name)
        others = [remedy for remedy in finding.remedies if remedy.kind != "none"]
        finding.remedies = [Remedy(kind="clamp", path=path, to=moves[name]), *others]


def _moved(case: Case, moves: Moves) -> dict[str, Any]:
    body = case.proposal.body
    action = dict(body["action"])
    if case.change is None:
        action["arguments"] = {**action["arguments"], **moves}
    else:
        params = dict(action["params"])
        for name, to in moves.items():
            params[name] = {**params[name], "value": to}
        action["params"] = params
    return {**body, "action": action}


def _mover(case: Case, field: str) -> str | None:
    """The given parameter that has to move for a field; None if the proposal gives none that may."""
    change = case.change
    if change is None:
        return None
    movable = ("feed_override",) if change.operation == "override" else tuple(change.params)
    for name in reversed(INPUTS.get(field, (field,))):
        if name in movable and name in change.params:
            return name
    return None


def _change_moves(case: Case) -> Moves | None:
    assert case.change is not None
    assert case.card is not None
    spans = _spans(case)
    values = dict(case.values)
    moves: Moves = {}
    for name in _ORDER:
        if name not in case.change.params:
            continue
        step = _step(case.card.resolution, name)
        inside = _inside(case, name, spans, values)
        if inside is None:
            return None
        low, high = inside
        value = values[name]
        if low <= value <= high:
            continue
        to = _on_grid(high if not value <= high else low, step, down=not value <= high)
        if not low <= to <= high:
            return None
        values[name] = to
        own = _own_unit(to, case.change.params[name].unit, PARAMETER_UNIT[name], low, high)
        if own is None:
            return None
        moves[name] = own
    return moves


def _spans(case: Case) -> dict[str, tuple[float, float]]:
    """The tightest box of every field, over machine, tool and policy."""
    assert case.card is not None
    spans: dict[str, tuple[float, float]] = {}
    found = [(box.field, box.span(case)) for box in BOXES]
    found += [(field, (bounds.low, bounds.high)) for field, bounds in case.book.limits(case.card.id)]
    for field, span in found:
        if span is not None:
            low, high = spans.get(field, (-math.inf, math.inf))
            spans[field] = (max(low, span[0]), min(high, span[1]))
    return spans


def _inside(
    case: Case, name: str, spans: dict[str, tuple[float, float]], values: dict[str, float]
) -> tuple[float, float] | None:
    """The interval in which a parameter is admissible, given the others; None if it is empty or may not move."""
    low, high = spans.get(name, (-math.inf, math.inf))
    for derived, (override, base) in INPUTS.items():
        other = override if name == base else base
        if _mover(case, derived) != name or derived not in spans or other not in values:
            continue
        share = values[other] / 100
        if share > 0:
            least, most = spans[derived]
            low, high = max(low, least / share), min(high, most / share)
    value = values[name]
    if _mover(case, name) != name and not low <= value <= high:
        return None
    return (low, high) if low <= high else None


def _step(resolution: Resolution, name: str) -> float:
    if name in OVERRIDES:
        return resolution.override
    step: float = resolution.offset if name in OFFSETS else getattr(resolution, name)
    return step


def _on_grid(value: float, step: float, *, down: bool) -> float:
    """The grid point next to a value, in decimal arithmetic: 0.29 lies on a grid of 0.01."""
    size = Decimal(repr(step))
    count = (Decimal(repr(value)) / size).to_integral_value(ROUND_FLOOR if down else ROUND_CEILING)
    return float(count * size)


def _own_unit(value: float, unit: str, working: str, low: float, high: float) -> int | float | None:
    """A working value in the proposal's unit, such that converting it back does not leave the box."""
    if unit == working:
        return number(value)
    known = UNITS[unit]
    own = (value - known.offset) / known.factor
    for _ in range(_STEPS_MAX):
        back = own * known.factor + known.offset
        if low <= back <= high:
            return number(own)
        own = math.nextafter(own, -math.inf if back > high else math.inf)
    return None


def _call_moves(case: Case) -> Moves:
    """Arguments out of their bounds, at the nearer end."""
    moves: Moves = {}
    for finding in case.found:
        if finding.box is not None and case.call_tool is not None:
            whole = case.call_tool.bounds[finding.box].type == "integer"
            above = finding.observed > finding.limit
            to = math.floor(finding.limit) if above else math.ceil(finding.limit)
            moves[finding.box] = number(to if whole else finding.limit)
    return moves
