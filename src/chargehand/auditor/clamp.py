"""The clamp: the nearest admissible proposal, in a declared order, where a box or a ceiling alone stands in the way.

Overrides, offsets and the radial depth go into their own boxes; then speed, feed and axial depth move together, as
`shrink.py` says, and are laid on the machine's grid. Parameters that need not move keep their value and unit. The
result is judged again before anybody sees it; refused, it is tried up to three steps shallower. Where anything but a
box or a ceiling was violated, or something that the proposal does not give would have to move, there is no clamp.

Source: definitions, section 1 (clamp).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from chargehand.auditor.boxes import INPUTS
from chargehand.auditor.case import Case
from chargehand.auditor.change import CUTTING, OFFSETS, OVERRIDES
from chargehand.auditor.cut import Cut
from chargehand.auditor.fields import PARAMETER_UNIT
from chargehand.auditor.finding import Finding, pointer
from chargehand.auditor.grid import Move, in_unit, laid, on_grid, settled
from chargehand.auditor.room import FIELDS, mover, room_of, spans_of, step_of
from chargehand.auditor.shrink import Span, moved, nearest
from chargehand.contracts.verdict import Remedy
from chargehand.kernel.canonical import normalise, number

Moves = dict[str, int | float]
"""New values by parameter or argument, in the proposal's own unit."""

SHALLOWER_MAX = 3
"""Steps by which the axial depth is lowered where the grid has carried the result over a limit."""
_SETTLED = (*OVERRIDES, "radial_depth", *OFFSETS)
"""Parameters that go into their own box and no further."""
_TOGETHER = ("spindle_speed", "spindle_override", "feed_rate", "feed_override", "axial_depth")
"""Parameters that the joint solution may move, in the order in which remedies name them."""


def clamp(case: Case, denied_again: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
    """The nearest admissible proposal body, or None; findings that it cures get their `clamp` remedies.

    Args:
        case: a judged case that has findings.
        denied_again: judges a body and says whether it is denied.
    """
    denials = [finding for finding in case.found if finding.weight == "deny"]
    if not any(finding.box for finding in denials) or not all(finding.box or finding.rule_id for finding in denials):
        return None
    for moves in _change_moves(case) if case.change is not None else iter([_call_moves(case)]):
        body = _moved(case, moves)
        if moves and not denied_again(body):
            for finding in denials:
                _remedy(case, finding, moves)
            normal: dict[str, Any] = normalise(body)
            return normal
    return None


def _remedy(case: Case, finding: Finding, moves: Moves) -> None:
    """The joint solution's values, the one of the finding's own parameter first."""
    if finding.box is None:
        return
    if case.change is None:
        clamps = [Remedy(kind="clamp", path=pointer("/action/arguments", finding.box), to=moves[finding.box])]
    else:
        own = mover(case, finding.box)
        part = (own,) if finding.box in _SETTLED else (own, *_TOGETHER)
        named = [name for name in dict.fromkeys(part) if name in moves]
        clamps = [Remedy(kind="clamp", path=f"/action/params/{name}/value", to=moves[name]) for name in named if name]
    if clamps:
        finding.remedies = [*clamps, *(remedy for remedy in finding.remedies if remedy.kind not in ("none", "clamp"))]


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


def _change_moves(case: Case) -> Iterator[Moves]:
    """The joint solution, then the same up to three steps shallower."""
    assert case.change is not None
    assert case.card is not None
    spans, values = spans_of(case), dict(case.values)
    moves: dict[str, Move] = {}
    for name in _SETTLED:
        span = spans.get(name)
        if name not in values or span is None or span.holds(values[name]):
            continue
        move = settled(values[name], span, step_of(case.card.resolution, name)) if mover(case, name) == name else None
        if move is None:
            return
        moves[name] = move
        values[name] = move.to
    if case.change.operation in CUTTING:
        together = _together(case, spans, values)
        if together is None:
            return
        moves |= together
    for place in range(SHALLOWER_MAX + 1):
        own = _own_units(case, moves)
        if own is None:
            return
        yield own
        depth, step = moves.get("axial_depth"), case.card.resolution.axial_depth
        if depth is None or place == SHALLOWER_MAX:
            return
        lower = on_grid(depth.to - step / 2, step, down=True)
        if case.tool is None or lower < case.tool.axial_depth_min:
            return
        moves["axial_depth"] = Move(lower, down=True)


def _together(case: Case, spans: dict[str, Span], values: dict[str, float]) -> dict[str, Move] | None:
    """Speed, feed and axial depth, moved together; the overrides and the radial depth are in their boxes already."""
    if case.cut is None:
        return None
    for derived, (override, base) in INPUTS.items():
        values[derived] = values[base] * values[override] / 100
    cut = _at(case.cut, values)
    found = room_of(case, cut, spans, values)
    if found is None:
        return None
    room, knobs = found
    point = nearest(cut, room, frozenset(knobs))
    return None if point is None else laid(cut, point, room, knobs)


def _at(cut: Cut, values: dict[str, float]) -> Cut:
    point = cut.point._replace(**{coordinate: values[field] for coordinate, field in FIELDS.items()})
    if cut.tool.kind in ("end_mill", "face_mill"):
        point = point._replace(radial_depth=values["radial_depth"])
    return moved(cut, point)


def _own_units(case: Case, moves: dict[str, Move]) -> Moves | None:
    """The moves in the proposal's own units, without those that change nothing."""
    assert case.change is not None
    found: Moves = {}
    for name, move in moves.items():
        given = case.change.params[name]
        own = in_unit(move, given.unit, PARAMETER_UNIT[name])
        if own is None:
            return None
        if move.to != given.value:
            found[name] = own
    return found


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
