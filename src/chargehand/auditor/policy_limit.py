"""The `[[limit]]` tables of a policy: bounds tighter than the machine's own, kept in working units.

A limit that is not finite, upside down or in a unit of another dimension refuses the policy.
"""

from __future__ import annotations

from typing import Any

from chargehand.auditor.defect import Document, is_number
from chargehand.auditor.fields import FIELD_UNIT, to_working
from chargehand.auditor.policy import PolicyLimit

_LIMIT = frozenset({"id", "machine", "field", "min", "max", "unit"})


def read_limit(document: Document, path: tuple[str | int, ...], table: dict[str, Any]) -> PolicyLimit | None:
    """One limit in working units, or None after noting what is wrong with it."""
    before = len(document.defects)
    document.closed(path, table, _LIMIT)
    field, machine = table.get("field"), table.get("machine", "*")
    if not isinstance(field, str) or field not in FIELD_UNIT:
        document.fault((*path, "field"), f"unknown field {field!r}; known: {', '.join(sorted(FIELD_UNIT))}")
        return None
    if not isinstance(machine, str) or not machine:
        document.fault((*path, "machine"), "machine must be a machine id or '*'")
    low = _end(document, path, table, "min", FIELD_UNIT[field])
    high = _end(document, path, table, "max", FIELD_UNIT[field])
    if "min" not in table and "max" not in table:
        document.fault(path, "a limit needs min or max")
    if low is not None and high is not None and not low <= high:
        document.fault((*path, "min"), f"min {low!r} is above max {high!r}")
    name = table.get("id", f"limit[{path[1]}]")
    if not isinstance(name, str) or not name:
        document.fault((*path, "id"), "id must be a text")
    if len(document.defects) > before:
        return None
    return PolicyLimit(id=name, machine=machine, field=field, min=low, max=high)


def _end(
    document: Document, path: tuple[str | int, ...], table: dict[str, Any], end: str, field_unit: str
) -> float | None:
    if end not in table:
        return None
    value, unit = table[end], table.get("unit", field_unit)
    found = to_working(float(value), unit, field_unit) if is_number(value) and isinstance(unit, str) else None
    if found is None:
        document.fault((*path, end), f"{end} must be a number in a unit of the dimension of {field_unit}, not {unit!r}")
    return found
