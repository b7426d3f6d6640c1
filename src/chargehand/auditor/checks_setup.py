"""Set-up checks: the change merged with what the machine is set to now, so that the whole is judged and not the part.

Only the given parameters change. What the merged set-up needs and nobody knows denies; tool, material and program that
the action names must be those that are there. A tool that has no radial depth of its own needs none.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

from chargehand.auditor.boxes import INPUTS
from chargehand.auditor.case import NOT_APPLICABLE, Case, Outcome, not_evaluable, question
from chargehand.auditor.change import CUTTING
from chargehand.auditor.checks_telemetry import NOT_RECEIVED
from chargehand.auditor.finding import choose, refresh, supply
from chargehand.contracts.card import ToolCard

SETTINGS = ("spindle_speed", "feed_rate", "spindle_override", "feed_override", "axial_depth", "radial_depth")
"""What a cut is made of; all of it must be known before the machine cuts with it."""

ROUND = ("turning", "drill")
"""Tools without a radial depth: a drill cuts what it is wide, and turned work is cut to a depth in radius."""
_ROUND_SETTINGS = tuple(name for name in SETTINGS if name != "radial_depth")

_HOLD = "feed_override"
"""The override by which a feed is held, without a word to the engine."""
_CONTENT = not_evaluable("PROP.TYPE_INVALID")


def settings_of(tool: ToolCard | None) -> tuple[str, ...]:
    """What a cut with this tool is made of; for a tool that nobody knows, everything."""
    return _ROUND_SETTINGS if tool is not None and tool.kind in ROUND else SETTINGS


def _settings(case: Case) -> Outcome | None:
    """Merge, and say what is missing."""
    change = case.change
    if change is None:
        return _CONTENT
    if case.state is None:
        return NOT_RECEIVED
    cutting = change.operation in CUTTING
    values: dict[str, float] = {name: given.value for name, given in change.params.items()}
    setup = case.state.setup
    needed = settings_of(case.tool)
    for name in SETTINGS:
        if name in values or name in change.spoiled:
            continue
        present = getattr(setup, name)
        if present is not None and math.isfinite(present):
            values[name] = present
        elif present is not None:
            case.deny("TELEM.NOT_FINITE", None, field=name, observed=str(present), remedies=refresh("state"))
        elif cutting and name in needed:
            case.deny("MACH.SETTING_UNKNOWN", None, field=name, remedies=supply(f"/action/params/{name}"))
    effective(values, change.params)
    case.values = values
    if values.get("spindle_speed") == 0 and values.get("feed_rate", 0) > 0 and "spindle_speed" in change.params:
        path = "/action/params/spindle_speed/value"
        case.deny("PROP.OUT_OF_DOMAIN", path, field="spindle_speed", observed=0, unit="rev/min", remedies=supply(path))
    return None


def effective(values: dict[str, float], given: Collection[str]) -> None:
    """What the overrides make of the base values, added to them.

    A feed that an override of 0 holds is not judged as held, but as it will run: somebody will let it go by hand, and
    that is no proposal. Only a change that does nothing but hold asks for no feed.

    Args:
        values: merged settings.
        given: the parameters that the change gives.
    """
    for result, (override, base) in INPUTS.items():
        if base in values and override in values:
            values[result] = values[base] * values[override] / 100
    if values.get(_HOLD) == 0 and set(given) != {_HOLD} and "feed_rate" in values:
        values["effective_feed"] = values["feed_rate"]


def _tool(case: Case) -> Outcome | None:
    change = case.change
    if change is None:
        return _CONTENT
    if case.state is None:
        return NOT_RECEIVED
    loaded, path = case.state.setup.tool, "/action/tool"
    cutting = change.operation in CUTTING
    if loaded is None and cutting:
        case.deny("MACH.SETTING_UNKNOWN", None, field="tool", remedies=supply(path))
    if loaded is not None and change.tool is not None and change.tool != loaded:
        case.deny("TOOL.NOT_LOADED", path, observed=change.tool, limit=loaded, remedies=choose(path, [loaded]))
    name = loaded if loaded is not None else change.tool
    if name is None:
        return None if cutting else NOT_APPLICABLE
    card = case.book.tools.get(name)
    if card is not None:
        case.tool = card.card
    elif cutting:
        case.deny("TOOL.CARD_UNKNOWN", path, observed=name, remedies=choose(path, case.book.tools))
    return None


def _material(case: Case) -> Outcome | None:
    change = case.change
    if change is None:
        return _CONTENT
    if case.state is None:
        return NOT_RECEIVED
    clamped, path = case.state.setup.material, "/action/material"
    if clamped is not None and change.material is not None and change.material != clamped:
        case.deny(
            "MACH.MATERIAL_MISMATCH", path, observed=change.material, limit=clamped, remedies=choose(path, [clamped])
        )
    if change.operation not in CUTTING:
        return NOT_APPLICABLE if change.material is None else None
    if clamped is None:
        case.deny("MACH.MATERIAL_UNKNOWN", path, observed=change.material, remedies=supply(path))
    elif clamped not in case.book.materials:
        case.deny("MACH.MATERIAL_UNKNOWN", path, observed=clamped, remedies=choose(path, case.book.materials))
    return None


def _program(case: Case) -> Outcome | None:
    """A start, and whatever else names a program, is for the program that is loaded now."""
    change = case.change
    if change is None:
        return _CONTENT
    if case.state is None:
        return NOT_RECEIVED
    if change.operation == "program_load" or change.program_sha256 is None:
        return NOT_APPLICABLE
    loaded: Any = case.state.setup.program_sha256
    if loaded is None or loaded.removeprefix("sha256:") != change.program_sha256:
        path = "/action/program_sha256"
        case.deny(
            "MACH.PROGRAM_MISMATCH", path, observed=change.program_sha256, limit=loaded, remedies=refresh("state")
        )
    return None


SETUP = (
    question("setup.tool", _tool),
    question("setup.settings", _settings),
    question("setup.material", _material),
    question("setup.program", _program),
)
