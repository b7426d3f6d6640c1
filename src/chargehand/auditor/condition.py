"""The `when` table of a rule: a closed set of conditions, read and refused before anything is judged by them.

Every condition is an equality, a prefix or a numeric bound, so that all of them can be indexed. There is no expression
language: what cannot be said with these is not a rule. Texts may be a list, which holds if one of its values does.
"""

from __future__ import annotations

from typing import Any, get_args

from chargehand.auditor.defect import Document, is_number
from chargehand.auditor.fields import FIELD_UNIT
from chargehand.auditor.paths import clean_path
from chargehand.auditor.policy import DEFAULT_EFFECTS, When
from chargehand.contracts.proposal import Operation

_MACHINE = ("operation", "machine", "material", "cutting_tool")
_CALL = ("tool", "effect", "host", "command", "path_prefix")
_NUMERIC = ("above", "below", "outside")
KNOWN = frozenset({"kind", "field", *_MACHINE, *_CALL, *_NUMERIC})
_LISTED: dict[str, frozenset[str]] = {
    "operation": frozenset(get_args(Operation)),
    "effect": frozenset(DEFAULT_EFFECTS),
}
ARGUMENT_PREFIX = "arguments."


def read_when(document: Document, path: tuple[str | int, ...], table: Any) -> When | None:
    """The conditions of one rule, or None after noting what is wrong with them."""
    if not isinstance(table, dict) or not table:
        document.fault(path, "when must be a table with at least one condition")
        return None
    before = len(document.defects)
    document.closed(path, table, KNOWN)
    field = table.get("field")
    kind = _kind(document, path, table)
    texts = {name: _texts(document, (*path, name), table[name]) for name in (*_MACHINE, *_CALL) if name in table}
    for name, listed in _LISTED.items():
        for value in texts.get(name, ()):
            if value not in listed:
                document.fault((*path, name), f"{name} {value!r} is none of {', '.join(sorted(listed))}")
    for prefix in texts.get("path_prefix", ()):
        if clean_path(prefix, None) != prefix:
            document.fault((*path, "path_prefix"), f"path_prefix {prefix!r} must be a full path without '.' or '..'")
    above, below = _numeric(document, path, table)
    if field is not None and kind is not None:
        _field(document, (*path, "field"), kind, field)
    if len(document.defects) > before or kind is None:
        return None
    return When(kind=kind, field=field, above=above, below=below, **texts)


def _kind(document: Document, path: tuple[str | int, ...], table: dict[str, Any]) -> Any:
    """The kind of proposal a rule is about: as it says, or as its conditions imply."""
    field = table.get("field")
    of_call = isinstance(field, str) and field.startswith(ARGUMENT_PREFIX)
    machine = [name for name in _MACHINE if name in table] + (["field"] if "field" in table and not of_call else [])
    call = [name for name in _CALL if name in table] + (["field"] if of_call else [])
    if machine and call:
        document.fault(path, f"{machine[0]} speaks of machine changes and {call[0]} of tool calls: no act is both")
        return None
    said = table.get("kind")
    implied = "machine.change" if machine else "tool.call" if call else said
    if said not in (None, implied):
        document.fault((*path, "kind"), f"kind {said!r} does not have the condition {(machine + call)[0]!r}")
        return None
    if implied not in ("machine.change", "tool.call"):
        document.fault((*path, "kind"), f"kind must be 'machine.change' or 'tool.call', not {said!r}")
        return None
    return implied


def _texts(document: Document, path: tuple[str | int, ...], value: Any) -> tuple[str, ...]:
    texts = value if isinstance(value, list) else [value]
    if not texts or not all(isinstance(text, str) and text for text in texts):
        document.fault(path, f"{path[-1]} must be a text or a list of texts, not {value!r}")
        return ()
    return tuple(dict.fromkeys(texts))


def _numeric(
    document: Document, path: tuple[str | int, ...], table: dict[str, Any]
) -> tuple[float | None, float | None]:
    given = [name for name in _NUMERIC if name in table]
    if bool(given) != ("field" in table):
        document.fault(path, "field and one of above, below, outside belong together")
    if "outside" in table and len(given) > 1:
        document.fault((*path, "outside"), "outside stands alone, without above or below")
    if "outside" in table:
        span = table["outside"]
        if isinstance(span, list) and len(span) == 2 and all(map(is_number, span)) and span[0] <= span[1]:
            return float(span[1]), float(span[0])
        document.fault((*path, "outside"), f"outside must be two numbers [lowest, highest], not {span!r}")
        return None, None
    for name in given:
        if not is_number(table[name]):
            document.fault((*path, name), f"{name} must be a number, not {table[name]!r}")
            return None, None
    above, below = table.get("above"), table.get("below")
    if above is not None and below is not None and not below > above:
        document.fault((*path, "above"), "above and below together mean between, and nothing lies between them")
    return (None if above is None else float(above)), (None if below is None else float(below))


def _field(document: Document, path: tuple[str | int, ...], kind: str, field: Any) -> None:
    if not isinstance(field, str):
        document.fault(path, f"field must be a text, not {field!r}")
    elif kind == "machine.change" and field not in FIELD_UNIT:
        document.fault(path, f"unknown field {field!r}; known: {', '.join(sorted(FIELD_UNIT))}")
    elif kind == "tool.call" and len(field) <= len(ARGUMENT_PREFIX):
        document.fault(path, "field must be arguments.NAME")
