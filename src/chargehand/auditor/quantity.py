"""A number with its unit, as a proposal gives it, brought to the unit the engine works in.

Nothing is guessed: text is no number, true is no number, a unit is matched character by character, and a value that is
given in the working unit keeps every bit.
"""

from __future__ import annotations

import math
from typing import Any

import msgspec

from chargehand.auditor.finding import Finding, choose, pointer, supply
from chargehand.contracts.units import UNITS, WORKING_UNIT
from chargehand.kernel.canonical import SAFE_INTEGER_MAX

_KEYS = frozenset({"value", "unit"})
_NOT_FINITE = frozenset({"nan", "inf", "infinity", "1.#inf", "1.#ind", "1.#qnan"})
UNITS_OF: dict[str, list[str]] = {
    dimension: [name for name, unit in UNITS.items() if unit.dimension == dimension] for dimension in WORKING_UNIT
}


class Given(msgspec.Struct, frozen=True, gc=False):
    """A quantity of a proposal.

    Attributes:
        value: in the working unit of its dimension.
        unit: the unit it was given in.
    """

    value: float
    unit: str


def read_quantity(
    raw: Any, field: str, path: str, dimension: str, found: list[Finding], *, signed: bool = False
) -> Given | None:
    """A quantity in its working unit, or None after saying what is wrong with it.

    Args:
        raw: the JSON value.
        field: what it is, for the reasons.
        path: JSON pointer to it.
        dimension: the dimension its unit must have.
        found: where findings go.
        signed: whether it may be negative.
    """
    if type(raw) is not dict:
        found.append(wrong_type(field, path, raw, "object"))
        return None
    if len(raw) == 2 and raw.get("unit") == WORKING_UNIT[dimension]:
        value = raw.get("value")
        if (type(value) is int or type(value) is float) and 0 < value <= SAFE_INTEGER_MAX:
            # What nearly every quantity is: nothing is left to object to, and nothing to convert.
            return Given(value, raw["unit"])
    before = len(found)
    if raw.keys() != _KEYS:
        closed_record(raw, path, _KEYS, _KEYS, found)
    if "value" in raw:
        _value(raw["value"], field, path, found, signed=signed)
    factor, offset = 1.0, 0.0
    if "unit" in raw:
        factor, offset = _unit(raw["unit"], field, path, dimension, found)
    if len(found) > before:
        return None
    value, unit = raw["value"], raw["unit"]
    if unit != WORKING_UNIT[dimension]:
        value = value * factor + offset
        if not math.isfinite(value):
            found.append(_domain(field, path + "/value", raw["value"], unit))
            return None
    return Given(value, unit)


def _value(value: Any, field: str, path: str, found: list[Finding], *, signed: bool) -> None:
    kind = type(value)
    path += "/value"
    if kind is str and value.strip().lstrip("+-").lower() in _NOT_FINITE:
        found.append(_not_finite(field, path, value))
    elif kind is not int and kind is not float:
        found.append(wrong_type(field, path, value, "number"))
    elif kind is float and not math.isfinite(value):
        found.append(_not_finite(field, path, value))
    elif not (signed or value >= 0) or (value == 0 and math.copysign(1.0, value) < 0) or abs(value) > SAFE_INTEGER_MAX:
        found.append(_domain(field, path, value, None))


def _unit(unit: Any, field: str, path: str, dimension: str, found: list[Finding]) -> tuple[float, float]:
    path += "/unit"
    if type(unit) is not str:
        found.append(wrong_type(field, path, unit, "string"))
        return 1.0, 0.0
    known = UNITS.get(unit)
    if known is None:
        found.append(
            Finding(
                code="PROP.UNIT_UNKNOWN",
                path=path,
                field=field,
                observed=unit,
                remedies=choose(path, UNITS_OF[dimension]),
            )
        )
        return 1.0, 0.0
    if known.dimension != dimension:
        found.append(
            Finding(
                code="PROP.UNIT_DIMENSION",
                path=path,
                field=field,
                observed=unit,
                limit=dimension,
                remedies=choose(path, UNITS_OF[dimension]),
            )
        )
    return known.factor, known.offset


def closed_record(
    raw: dict[str, Any], path: str, known: frozenset[str], required: frozenset[str], found: list[Finding]
) -> None:
    """Say which fields a record has too many, and which it lacks."""
    unknown = [key for key in raw if key not in known]
    found += [Finding(code="PROP.FIELD_UNKNOWN", path=pointer(path, key), field=key) for key in unknown]
    for key in sorted(required - raw.keys()):
        missing = f"{path}/{key}"
        found.append(Finding(code="PROP.FIELD_MISSING", path=missing, field=key, remedies=supply(missing)))


def wrong_type(field: str, path: str, observed: Any, wanted: str) -> Finding:
    """A value of the wrong JSON type."""
    return Finding(
        code="PROP.TYPE_INVALID",
        path=path,
        field=field,
        observed=f"{json_type(observed)} {observed!r}" if isinstance(observed, str | bool) else json_type(observed),
        limit=wanted,
        remedies=supply(path),
    )


def json_type(value: Any) -> str:
    """The JSON type of a decoded value."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    names = {str: "string", dict: "object", list: "array", type(None): "null"}
    return names.get(type(value), "value")


def _not_finite(field: str, path: str, observed: Any) -> Finding:
    return Finding(code="PROP.NOT_FINITE", path=path, field=field, observed=str(observed), remedies=supply(path))


def _domain(field: str, path: str, observed: Any, unit: str | None) -> Finding:
    return Finding(
        code="PROP.OUT_OF_DOMAIN", path=path, field=field, observed=observed, unit=unit, remedies=supply(path)
    )
