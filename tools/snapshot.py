"""The contracts as one frozen table each: what readers rely on, and nothing that may change without them noticing.

Titles, texts and examples are left out on purpose: they may be improved at any time.
"""

from __future__ import annotations

from typing import Any

from chargehand.contracts.kinds import KINDS
from chargehand.contracts.operations import OPERATIONS, STREAMS, Parameter
from chargehand.contracts.reasons import REGISTRY
from chargehand.contracts.schemas import component_schemas, schema_name

Table = dict[str, Any]

_WORDS = frozenset({"description", "title", "default"})


def snapshots() -> dict[str, Table]:
    """Every table by file name."""
    return {
        "reason-codes.v1.json": reason_codes(),
        "operations.v1.json": operations(),
        "streams.v1.json": streams(),
        "kinds.v1.json": kinds(),
        "schemas.v1.json": schemas(),
    }


def reason_codes() -> Table:
    """Wire id, severity and parameters of every code."""
    return {
        entry.code: {"wire_id": entry.wire_id, "severity": entry.severity, "params": dict(entry.params)}
        for entry in REGISTRY.values()
    }


def operations() -> Table:
    """Address, records, roles and parameters of every operation."""
    return {
        entry.name: {
            "method": entry.method,
            "path": entry.path,
            "status": entry.status,
            "effect": entry.effect,
            "input": schema_name(entry.input) if entry.input is not None else None,
            "output": schema_name(entry.output) if entry.output is not None else None,
            "frames": [schema_name(frame) for frame in entry.frames],
            "media": list(entry.media),
            "roles": list(entry.roles),
            "parameters": _parameters((*entry.query, *entry.headers)),
        }
        for entry in OPERATIONS.values()
    }


def streams() -> Table:
    """Address, frames, roles and parameters of every WebSocket."""
    return {
        entry.name: {
            "path": entry.path,
            "frames": [schema_name(frame) for frame in entry.frames],
            "roles": list(entry.roles),
            "parameters": _parameters(entry.query),
        }
        for entry in STREAMS.values()
    }


def kinds() -> Table:
    """Payload and stability of every event kind and version."""
    return {
        f"{row.kind}.v{row.v}": {"payload": row.payload.__name__, "stability": row.stability} for row in KINDS.values()
    }


def schemas() -> Table:
    """Members of every record with their types, and which of them are always there."""
    return {
        name: {
            "required": sorted(schema.get("required", [])),
            "closed": schema["additionalProperties"] is False,
            "properties": {key: _signature(value) for key, value in schema["properties"].items()},
        }
        for name, schema in component_schemas().items()
    }


def _parameters(parameters: tuple[Parameter, ...]) -> Table:
    return {
        parameter.name: {
            "where": parameter.where,
            "type": parameter.type,
            "required": parameter.required,
            "choices": list(parameter.choices),
        }
        for parameter in parameters
    }


def _signature(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _signature(value) for key, value in schema.items() if key not in _WORDS}
    if isinstance(schema, list):
        return [_signature(value) for value in schema]
    return schema
