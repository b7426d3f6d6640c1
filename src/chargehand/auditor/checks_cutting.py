"""The cut is put together: the merged set-up with its tool, its material and its drive, and what they ask for.

Every check of the cut reads what is put together here. Where a part is missing there is no cut: `Case.uncut` says which
part, and the denial stands where the part should have come from. Nothing is guessed, and what the set-up knows about
the cut is a fact that a proposal cannot talk away. Only the finish is not asked for: what nobody calls finishing is
held to the limits of roughing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from chargehand.auditor.boxes import path_to
from chargehand.auditor.case import NOT_APPLICABLE, Case, Outcome, not_evaluable, question
from chargehand.auditor.change import CUTTING, Change
from chargehand.auditor.checks_program import path_radius
from chargehand.auditor.checks_setup import ROUND, SETTINGS
from chargehand.auditor.checks_telemetry import NOT_RECEIVED
from chargehand.auditor.cut import Cut, Point, upper_laws
from chargehand.auditor.finding import choose, refresh, supply
from chargehand.contracts.card import MachineCard, ToolCard
from chargehand.contracts.machine import MachineState, Setup
from chargehand.kernel.clock import SECOND_US
from chargehand.machining.cutting import Demand
from chargehand.machining.drive import heat_after, ratings, time_constant

TURNS = ("turn_mill", "turning")
"""Machines that turn the work; one of the second kind does nothing else, but drill."""

_SAME = 1e-9
"""Relative: how far a length that was converted to the working unit may be from the one that is known."""
_OF_THE_CUT = frozenset({*SETTINGS, "cut_time", "engagement", "cut_type", "workpiece_diameter", "path_radius"})
_NEEDED, _NEEDED_ROUND = frozenset(SETTINGS), frozenset(SETTINGS) - {"radial_depth"}
_UNREADABLE = not_evaluable("PROP.TYPE_INVALID")
_NO_TOOL = not_evaluable("TOOL.CARD_UNKNOWN")
_NO_MATERIAL = not_evaluable("MACH.MATERIAL_UNKNOWN")
_NO_SETTING = not_evaluable("MACH.SETTING_UNKNOWN")
_TOO_WIDE = not_evaluable("TOOL.RADIAL_DEPTH_ABOVE_DIAMETER")


def of_cut(
    ask: Callable[[Case, Cut, Demand], Outcome | None], *, in_air: bool = False
) -> Callable[[Case], Outcome | None]:
    """A check of the cut: without a cut it says why there is none, and of a cut through air it is asked if `in_air`."""

    def asked(case: Case) -> Outcome | None:
        cut, demand = case.cut, case.demand
        if cut is None or demand is None:
            return case.uncut
        if demand.power == 0 and demand.gate_force == 0 and not in_air:
            return NOT_APPLICABLE
        return ask(case, cut, demand)

    return asked


def _known(case: Case) -> Outcome | None:
    outcome = _lacking(case)
    if outcome is not None:
        case.uncut = outcome
        return outcome
    before = len(case.found)
    cut = _cut(case)
    if len(case.found) == before:
        _demand(case, cut)
    if case.cut is None:
        case.uncut = not_evaluable(case.found[before].code)
    return None


def _lacking(case: Case) -> Outcome | None:
    """Why no cut can be put together, where something else has said so already."""
    change, tool = case.change, case.tool
    if change is None or change.operation is None:
        return _UNREADABLE
    if change.operation not in CUTTING:
        return NOT_APPLICABLE
    if case.card is None or case.state is None:
        return NOT_RECEIVED
    if tool is None:
        return _NO_TOOL
    if case.state.setup.material not in case.book.materials:
        return _NO_MATERIAL
    if not change.spoiled.isdisjoint(_OF_THE_CUT):
        return _UNREADABLE
    if not case.values.keys() >= (_NEEDED_ROUND if tool.kind in ROUND else _NEEDED):
        return _NO_SETTING
    return _TOO_WIDE if tool.kind not in ROUND and case.values["radial_depth"] > tool.diameter else None


def _cut(case: Case) -> Cut:
    """The cut; it counts only if nothing was found while it was put together."""
    change, card, state, tool = case.change, case.card, case.state, case.tool
    assert change is not None
    assert card is not None
    assert state is not None
    assert tool is not None
    setup, values = state.setup, case.values
    material = case.book.materials[setup.material or ""].card
    _fits(case, card, tool)
    diameter = None
    if tool.kind == "turning":
        diameter = _fact(case, change, setup, "workpiece_diameter")
        if diameter is None:
            path = "/action/workpiece_diameter"
            case.deny("MACH.SETTING_UNKNOWN", path, field="workpiece_diameter", remedies=supply(path))
    radial_depth = 0.0 if tool.kind in ROUND else values["radial_depth"]
    tau = None if card.duty is None else time_constant(card.duty)
    return Cut(
        point=Point(values["effective_speed"], values["effective_feed"], values["axial_depth"], radial_depth),
        card=card,
        tool=tool,
        use=next((use for use in tool.uses if use.group == material.group), None),
        material=material,
        ratings=ratings(card.spindle_curve, values["effective_speed"]),
        engagement=_fact(case, change, setup, "engagement") or "side",
        workpiece_diameter=diameter,
        finishing="finishing" in (change.cut_type, setup.cut_type),
        path_radius=_radius(case, change, setup),
        cut_time=change.cut_time,
        heat=1.0 if tau is None else _heat(case, state, card, tau),
        tau=tau,
    )


def _fits(case: Case, card: MachineCard, tool: ToolCard) -> None:
    turned = tool.kind == "turning"
    if (
        turned is (card.kind in TURNS)
        or (card.kind == "turn_mill")
        or (card.kind == "turning" and tool.kind == "drill")
    ):
        return
    case.deny("TOOL.KIND_MISMATCH", None, observed=tool.kind, limit=card.kind)


def _fact(case: Case, change: Change, setup: Setup, name: str) -> Any:
    """What the set-up knows about the cut, else what the proposal says; both, if they differ, deny."""
    given, present = getattr(change, name), getattr(setup, name)
    if present is None:
        return given
    if isinstance(present, str):
        if given not in (None, present):
            path = f"/action/{name}"
            case.deny(
                "CUT.SETUP_MISMATCH", path, field=name, observed=given, limit=present, remedies=choose(path, [present])
            )
    elif not math.isfinite(present):
        case.deny("TELEM.NOT_FINITE", None, field=name, observed=str(present), remedies=refresh("state"))
    elif given is not None and not math.isclose(given, present, rel_tol=_SAME):
        path = f"/action/{name}"
        case.deny(
            "CUT.SETUP_MISMATCH", path, field=name, observed=str(given), limit=str(present), remedies=supply(path)
        )
    return present


def _radius(case: Case, change: Change, setup: Setup) -> float | None:
    """The smallest radius that is known: proposed, set up, or read in the program. No proposal straightens a path."""
    given, present = change.path_radius, setup.path_radius
    if present is not None and not math.isfinite(present):
        case.deny("TELEM.NOT_FINITE", None, field="path_radius", observed=str(present), remedies=refresh("state"))
        return None
    known = [radius for radius in (given, present, path_radius(case)) if radius is not None]
    return max(0.0, min(known)) if known else None


def _heat(case: Case, state: MachineState, card: MachineCard, tau: float) -> float:
    """The heat that the cut meets: what the samples say, 1 if they say nothing or are old, and what is promised."""
    heat = None if state.trend is None else state.trend.duty
    fresh = (
        state.connection != "stale"
        and case.ingest_us is not None
        and case.now_us - case.ingest_us <= card.freshness_s * SECOND_US
    )
    if heat is None or not fresh or not 0 <= heat < math.inf:
        heat = 1.0
    for commitment in case.evidence.commitments:
        # A light cut that may never be made cools nothing.
        heat = max(heat, heat_after(commitment.load, heat, commitment.seconds, tau))
    return heat


def _demand(case: Case, cut: Cut) -> None:
    try:
        case.demand = cut.nominal()
        case.upper = [cut.demand(law) for law in upper_laws(cut.material)]
    except (ValueError, OverflowError, ZeroDivisionError):
        _outside(case, cut)
        return
    case.cut = cut


def _outside(case: Case, cut: Cut) -> None:
    """Say where the cut leaves the formulas' domain."""
    point = cut.point
    if cut.tool.kind == "turning" and cut.workpiece_diameter is not None and point.speed > 0:
        radius = cut.workpiece_diameter / 2
        case.deny(
            "CUT.OUT_OF_DOMAIN",
            path_to(case, ("axial_depth",)),
            field="axial_depth",
            observed=point.axial_depth,
            limit=radius,
            margin=radius - point.axial_depth,
            unit="mm",
        )
        return
    names = ("spindle_speed", "spindle_override")
    case.deny("CUT.OUT_OF_DOMAIN", path_to(case, names), field="effective_speed", observed=point.speed, unit="rev/min")


CUT = question("cut.known", _known)
