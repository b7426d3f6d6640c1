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

import msgspec

from chargehand.auditor.boxes import INPUTS
from chargehand.auditor.case import Case
from chargehand.auditor.change import CUTTING, OFFSETS, OVERRIDES
from chargehand.auditor.checks_cutting import CUT
from chargehand.auditor.checks_setup import effective
from chargehand.auditor.cut import Cut, upper_laws
from chargehand.auditor.finding import Finding, pointer
from chargehand.auditor.grid import Move, highest, laid, on_grid, settled, sunk
from chargehand.auditor.room import Knob, knob_of, mover, room_of, spans_of
from chargehand.auditor.shrink import Coordinate, Room, Yardstick, flattened, is_air, moved, nearest
from chargehand.contracts.verdict import Remedy
from chargehand.kernel.canonical import normalise, number
from chargehand.machining.cutting import nominal

Moves = dict[str, int | float]
"""New values by parameter or argument, in the proposal's own unit."""

SHALLOWER_MAX = 3
"""Steps by which the axial depth is lowered where the grid has carried the result over a limit."""
_SETTLED = (*OVERRIDES, "radial_depth", *OFFSETS)
"""Parameters that go into their own box and no further."""
_CHIP = ("spindle_speed", "spindle_override", "feed_rate", "feed_override")
_TOGETHER = (*_CHIP, "axial_depth")
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
            _remedy(case, [finding for finding in denials if finding.box], moves)
            normal: dict[str, Any] = normalise(body)
            return normal
    return None


def _remedy(case: Case, cured: list[Finding], moves: Moves) -> None:
    """Every finding carries the joint solution's values for what it is about, and for what no finding is about."""
    base, end = ("/action/arguments", "") if case.change is None else ("/action/params", "/value")
    about = {id(finding): _about(case, finding.box or "") for finding in cured}
    others = tuple(moves.keys() - {name for names in about.values() for name in names})
    for finding in cured:
        named = [name for name in (*about[id(finding)], *sorted(others)) if name in moves] or list(moves)
        clamps = [Remedy(kind="clamp", path=pointer(base, name) + end, to=moves[name]) for name in named]
        finding.remedies = [*clamps, *(remedy for remedy in finding.remedies if remedy.kind not in ("none", "clamp"))]


def _about(case: Case, field: str) -> tuple[str, ...]:
    """The parameters that a field is made of, its own first. Speed and feed move together, to keep the chip."""
    if case.change is None:
        return (field,)
    own = mover(case, field)
    if own is None:
        return _TOGETHER
    return tuple(dict.fromkeys((own, *_CHIP))) if own in _CHIP and field not in OVERRIDES else (own,)


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
    """The joint solution at the worst figures of the material, so that nobody has to be asked, else at nominal ones.

    Each is followed by the same up to three steps shallower.
    """
    assert case.change is not None
    spans, values = spans_of(case), dict(case.values)
    moves: dict[str, Move] = {}
    for name in _SETTLED:
        if name not in values or name not in spans or spans[name].holds(values[name]):
            continue
        move = settled(values[name], knob_of(case, name, spans)) if mover(case, name) == name else None
        if move is None:
            return
        moves[name] = move
        values[name] = move.to
    if case.change.operation not in CUTTING:
        yield _own(moves)
        return
    cut, found = _cut(case, values), None
    if cut is not None:
        found = room_of(case, cut, spans, values)
    if cut is None or found is None:
        return
    worst = tuple(dict.fromkeys((nominal(cut.material), *upper_laws(cut.material))))
    for laws in dict.fromkeys((worst, worst[:1])):
        for together in _joint(cut, *found, Yardstick(laws)):
            yield _own({**moves, **together})


def _cut(case: Case, values: dict[str, float]) -> Cut | None:
    """The cut at other settings; None where it cannot be put together."""
    assert case.change is not None
    if any(name not in values for names in INPUTS.values() for name in names):
        return None
    effective(values, case.change.params)
    within: Case = msgspec.structs.replace(case, values=values, found=[], cut=None)
    CUT.ask(within)
    return within.cut


def _joint(cut: Cut, room: Room, knobs: dict[Coordinate, Knob], under: Yardstick) -> Iterator[dict[str, Move]]:
    """The shrunk cut on the grid, then up to three steps shallower.

    The depth is found last, and once more, for the speed and feed that can really be set.
    """
    free, asked = frozenset(knobs), cut.point.axial_depth
    if "feed" in knobs:
        room = room._replace(feed_settable=highest(room.feed, knobs["feed"]))
    point = nearest(cut, room, free, under)
    found = None if point is None else laid(cut, point, room, knobs)
    if found is None:
        return
    moves, at = found
    last = at if is_air(cut.tool, at) else flattened(moved(cut, at), room, free, under)
    if last is None:
        return
    knob, depth = knobs.get("axial_depth"), last.axial_depth
    for _ in range(SHALLOWER_MAX + 1):
        if depth == asked:
            yield moves
        elif knob is not None:
            move = sunk(asked, depth, room, knob)
            if move is None:
                return
            depth = move.to
            yield {**moves, knob.name: move}
        if knob is None:
            return
        # From half a step down, so that rounding never makes two steps of one.
        depth = on_grid(depth - knob.step / 2, knob.step, down=True)


def _own(moves: dict[str, Move]) -> Moves:
    return {name: move.own for name, move in moves.items()}


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
