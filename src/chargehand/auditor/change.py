"""The action of a `machine.change`, read field by field: what is understood, and everything that is wrong with it.

A record is closed, and a parameter with a fault is not replaced by the machine's present value: it is `spoiled`, so
that no check mistakes an unreadable request for an unchanged setting.
"""

from __future__ import annotations

import re
from typing import Any, get_args

import msgspec

from chargehand.auditor.finding import Finding, choose, pointer, supply
from chargehand.auditor.quantity import Given, closed_record, read_quantity, wrong_type
from chargehand.contracts.proposal import MachineChange, Operation
from chargehand.contracts.units import PARAMETER_DIMENSION

OPERATIONS: tuple[str, ...] = get_args(Operation)
OVERRIDES = ("spindle_override", "feed_override")
OFFSETS = tuple(name for name in PARAMETER_DIMENSION if name.startswith("offset_"))
PARAMETERS: dict[str, tuple[str, ...]] = {
    "override": OVERRIDES,
    "parameter_set": tuple(name for name in PARAMETER_DIMENSION if name not in OFFSETS),
    "offset_write": OFFSETS,
    "program_load": (),
    "start": (),
    "macro": (),
}
"""What each operation may set."""

CUTTING = frozenset({"override", "parameter_set", "start", "macro"})
"""Operations after which the machine cuts with the merged set-up, so that all of it must be known."""

_FIELDS = frozenset(MachineChange.__struct_fields__)
_USUAL = frozenset({"operation", "tool", "material", "params"})
_WITH_PROGRAM = ("program_load", "start")
_PARAM_PATH = {name: f"/action/params/{name}" for name in PARAMETER_DIMENSION}
_SHA256 = re.compile(r"(?:sha256:)?[0-9a-f]{64}")
_NAMES = ("tool", "material")
_QUANTITIES = (("cut_time", "time"), ("workpiece_diameter", "length"), ("path_radius", "length"))
_CHOICES: dict[str, tuple[str, ...]] = {"engagement": ("side", "centred"), "cut_type": ("roughing", "finishing")}


class Change(msgspec.Struct, kw_only=True):
    """A machine change as far as it could be read.

    Attributes:
        operation: the operation, or None if it cannot be told.
        params: readable parameters, in working units.
        spoiled: parameters and other fields that were given but cannot be read.
        tool: the named cutting tool.
        material: the named material.
        program_sha256: 64 hexadecimal digits, or None.
        cut_time: seconds, or None for endless.
        engagement: side, centred or None.
        cut_type: roughing, finishing or None.
        workpiece_diameter: mm, or None.
        path_radius: mm, or None.
    """

    operation: str | None
    params: dict[str, Given]
    spoiled: set[str]
    tool: str | None = None
    material: str | None = None
    program_sha256: str | None = None
    cut_time: float | None = None
    engagement: str | None = None
    cut_type: str | None = None
    workpiece_diameter: float | None = None
    path_radius: float | None = None


def read_change(action: Any, found: list[Finding]) -> Change | None:
    """The change, or None if the action is no record at all. What is wrong goes to `found`."""
    if type(action) is not dict:
        found.append(wrong_type("action", "/action", action, "object"))
        return None
    usual = action.keys() <= _USUAL
    if not usual:
        closed_record(action, "/action", _FIELDS, frozenset(), found)
    change = Change(operation=_operation(action, found), params={}, spoiled=set())
    for name in _NAMES:
        value = action.get(name)
        if type(value) is str:
            setattr(change, name, value)
        elif value is not None:
            found.append(wrong_type(name, f"/action/{name}", value, "string"))
            change.spoiled.add(name)
    _read_params(action, change, found)
    if not usual or change.operation in _WITH_PROGRAM:
        _read_rest(action, change, found)
    return change


def _operation(action: dict[str, Any], found: list[Finding]) -> str | None:
    operation = action.get("operation")
    if operation is None and "operation" not in action:
        found.append(
            Finding(
                code="PROP.FIELD_MISSING",
                path="/action/operation",
                field="operation",
                remedies=supply("/action/operation"),
            )
        )
        return None
    if type(operation) is not str:
        found.append(wrong_type("operation", "/action/operation", operation, "string"))
        return None
    if operation not in OPERATIONS:
        found.append(_not_listed("operation", operation, OPERATIONS))
        return None
    return operation


def _read_params(action: dict[str, Any], change: Change, found: list[Finding]) -> None:
    params = action.get("params", {})
    allowed = PARAMETERS[change.operation] if change.operation is not None else tuple(PARAMETER_DIMENSION)
    if type(params) is not dict:
        found.append(wrong_type("params", "/action/params", params, "object"))
        change.spoiled.update(allowed)
        return
    if not params and allowed and change.operation is not None:
        found.append(Finding(code="PROP.EMPTY_CHANGE", path="/action/params", remedies=supply("/action/params")))
    for name, raw in params.items():
        if name not in allowed:
            found.append(_parameter_unknown(name, allowed))
            continue
        given = read_quantity(
            raw,
            name,
            _PARAM_PATH[name],
            PARAMETER_DIMENSION[name],
            found,
            signed=name in OFFSETS,
        )
        if given is None:
            change.spoiled.add(name)
        else:
            change.params[name] = given


def _parameter_unknown(name: str, allowed: tuple[str, ...]) -> Finding:
    path = pointer("/action/params", name)
    return Finding(code="PROP.PARAMETER_UNKNOWN", path=path, field=name, remedies=choose(path, allowed))


def _not_listed(field: str, observed: str, listed: tuple[str, ...]) -> Finding:
    path = f"/action/{field}"
    return Finding(
        code="PROP.VALUE_NOT_LISTED", path=path, field=field, observed=observed, remedies=choose(path, listed)
    )


def _read_rest(action: dict[str, Any], change: Change, found: list[Finding]) -> None:
    """The optional fields that most changes do not have."""
    for name, dimension in _QUANTITIES:
        raw = action.get(name)
        if raw is None:
            continue
        given = read_quantity(raw, name, f"/action/{name}", dimension, found)
        if given is not None and given.value > 0:
            setattr(change, name, given.value)
            continue
        change.spoiled.add(name)
        if given is not None:
            found.append(_zero(name, given))
    for name, listed in _CHOICES.items():
        chosen = action.get(name)
        if chosen is None:
            continue
        if type(chosen) is str and chosen in listed:
            setattr(change, name, chosen)
            continue
        change.spoiled.add(name)
        not_listed = type(chosen) is str
        path = f"/action/{name}"
        found.append(_not_listed(name, chosen, listed) if not_listed else wrong_type(name, path, chosen, "string"))
    _read_program(action, change, found)


def _read_program(action: dict[str, Any], change: Change, found: list[Finding]) -> None:
    path = "/action/program_sha256"
    program = action.get("program_sha256")
    if type(program) is str and _SHA256.fullmatch(program):
        change.program_sha256 = program.removeprefix("sha256:")
    elif program is not None:
        found.append(wrong_type("program_sha256", path, program, "sha256 in 64 hexadecimal digits"))
        change.spoiled.add("program_sha256")
    elif change.operation in _WITH_PROGRAM:
        found.append(Finding(code="PROP.FIELD_MISSING", path=path, field="program_sha256", remedies=supply(path)))


def _zero(field: str, given: Given) -> Finding:
    path = f"/action/{field}"
    return Finding(
        code="PROP.OUT_OF_DOMAIN",
        path=f"{path}/value",
        field=field,
        observed=given.value,
        unit=given.unit,
        remedies=supply(f"{path}/value"),
    )
