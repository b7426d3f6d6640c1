"""What would break a reader: each function holds a current table against the released one and names every breach.

An empty list means that the change is additive. What counts as additive stands in `docs/TECHNICAL_REFERENCE.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chargehand.contracts.verdict import SEVERITY_RANK

Table = dict[str, Any]

CLOSED_LISTS = (
    frozenset({"allow", "allow_with_obligations", "needs_approval", "deny", "indeterminate"}),
    frozenset(SEVERITY_RANK),
    frozenset({"never", "after_change", "after_time", "after_approval", "as_is"}),
    frozenset({"agent", "operator", "policy_author", "machine_owner", "platform"}),
)
"""Lists of values that readers may treat as complete: verdicts, severities, retries, owners."""


def reason_breaks(released: Table, current: Table) -> list[str]:
    """Codes that were removed or renumbered, parameters that went or changed type, severities that rose."""
    found = _removed("reason code", released, current)
    taken = {entry["wire_id"]: code for code, entry in released.items()}
    for code, entry in current.items():
        if taken.get(entry["wire_id"], code) != code:
            found.append(f"wire id {entry['wire_id']} of {taken[entry['wire_id']]} was given to {code}")
    for code, old, new in _common(released, current):
        if new["wire_id"] != old["wire_id"]:
            found.append(f"{code}: wire id changed from {old['wire_id']} to {new['wire_id']}")
        if SEVERITY_RANK[new["severity"]] < SEVERITY_RANK[old["severity"]]:
            found.append(f"{code}: severity rose from {old['severity']} to {new['severity']}")
        for name, kind in old["params"].items():
            if name not in new["params"]:
                found.append(f"{code}: parameter {name} was removed")
            elif new["params"][name] != kind:
                found.append(f"{code}: parameter {name} changed from {kind!r} to {new['params'][name]!r}")
    return found


def operation_breaks(released: Table, current: Table) -> list[str]:
    """Operations or streams that went or moved, parameters that went or became required, roles that lost access."""
    found = _removed("operation", released, current)
    for name, old, new in _common(released, current):
        fixed = [key for key in ("method", "path", "status", "effect", "input", "output") if key in old]
        found += [f"{name}: {key} changed from {old[key]!r} to {new[key]!r}" for key in fixed if old[key] != new[key]]
        for key in ("frames", "media"):
            gone = [value for value in old.get(key, []) if value not in new[key]]
            found += [f"{name}: {value} is no longer one of its {key}" for value in gone]
        found += _role_breaks(name, old["roles"], new["roles"])
        found += _parameter_breaks(name, old["parameters"], new["parameters"])
    return found


def kind_breaks(released: Table, current: Table) -> list[str]:
    """Kinds or versions that went, payloads that were swapped, stable kinds that became experimental."""
    found = _removed("event kind", released, current)
    for name, old, new in _common(released, current):
        if new["payload"] != old["payload"]:
            found.append(f"{name}: payload changed from {old['payload']} to {new['payload']}")
        if old["stability"] == "stable" and new["stability"] != "stable":
            found.append(f"{name}: no longer stable")
    return found


def schema_breaks(released: Table, current: Table) -> list[str]:
    """Records or members that went, changed type, became or ceased to be required; records that were closed."""
    found = _removed("record", released, current)
    for name, old, new in _common(released, current):
        if new["closed"] and not old["closed"]:
            found.append(f"{name}: unknown members are no longer allowed")
        found += [f"{name}.{key}: member was removed" for key in old["properties"] if key not in new["properties"]]
        for key in sorted(set(old["required"]) ^ set(new["required"])):
            became = "required" if key in new["required"] else "optional"
            found.append(f"{name}.{key}: became {became}")
        for key, before, after in _common(old["properties"], new["properties"]):
            if not _accepts(before, after):
                found.append(f"{name}.{key}: type changed from {before} to {after}")
    return found


BREAKS: dict[str, Callable[[Table, Table], list[str]]] = {
    "reason-codes.v1.json": reason_breaks,
    "operations.v1.json": operation_breaks,
    "streams.v1.json": operation_breaks,
    "kinds.v1.json": kind_breaks,
    "schemas.v1.json": schema_breaks,
}
"""How each released table is compared."""


def _removed(noun: str, released: Table, current: Table) -> list[str]:
    return [f"{noun} {name} was removed or renamed" for name in released if name not in current]


def _common(released: Table, current: Table) -> list[tuple[str, Any, Any]]:
    return [(name, old, current[name]) for name, old in released.items() if name in current]


def _role_breaks(name: str, old: list[str], new: list[str]) -> list[str]:
    if not old and new:
        return [f"{name}: was open to anybody and now needs a role"]
    # An empty list means anybody, so a list that becomes empty takes access from nobody.
    return [f"{name}: role {role} lost access" for role in old if new and role not in new]


def _parameter_breaks(name: str, old: Table, new: Table) -> list[str]:
    found = [f"{name}: parameter {key} was removed or renamed" for key in old if key not in new]
    found += [f"{name}: new parameter {key} is required" for key in new if key not in old and new[key]["required"]]
    for key, before, after in _common(old, new):
        if after["required"] and not before["required"]:
            found.append(f"{name}: parameter {key} became required")
        if (after["type"], after["where"]) != (before["type"], before["where"]):
            found.append(f"{name}: parameter {key} changed its type or place")
        if not set(before["choices"]) <= set(after["choices"]) or (after["choices"] and not before["choices"]):
            found.append(f"{name}: parameter {key} takes fewer values")
    return found


def _accepts(before: Any, after: Any) -> bool:
    """Whether a member's new type is the old one, but for values added to a list that was never closed."""
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        return all(
            _longer(before[key], after[key]) if key == "enum" else _accepts(before[key], after[key]) for key in before
        )
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return all(map(_accepts, before, after))
    return bool(before == after)


def _longer(before: list[str], after: list[str]) -> bool:
    return set(before) == set(after) if frozenset(before) in CLOSED_LISTS else set(before) <= set(after)
