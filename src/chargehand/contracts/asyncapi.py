"""The AsyncAPI 3.0 document: what flows over WebSockets and event streams. It is served at `/asyncapi.json`.

Every event kind is a message of its own, so that a generator knows the payload behind each `type`.

Source: AsyncAPI Specification 3.0.0.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec

from chargehand.contracts.envelope import EngineEvent
from chargehand.contracts.examples import EXAMPLES
from chargehand.contracts.kinds import KINDS, Kind
from chargehand.contracts.openapi import CONTRACTS_VERSION, SECURITY_SCHEMES
from chargehand.contracts.operations import OPERATIONS, SSE, STREAMS, Parameter
from chargehand.contracts.schemas import Schema, component_schemas, schema_name

_PATH_PARAMETER = re.compile(r"\{(\w+)\}")


@cache
def asyncapi(version: str = CONTRACTS_VERSION) -> Schema:
    """The whole document.

    Args:
        version: what `info.version` says.
    """
    channels: dict[str, Schema] = {}
    operations: dict[str, Schema] = {}
    frames: set[Any] = set()
    for name, address, summary, docs, sent, query in _flows():
        channels[name] = _channel(name, address, docs, sent, query)
        operations[name] = {
            "action": "send",
            "summary": summary,
            "channel": {"$ref": f"#/channels/{name}"},
            "messages": [{"$ref": f"#/channels/{name}/messages/{message}"} for message in channels[name]["messages"]],
        }
        frames.update(sent)
    messages = {schema_name(frame): _frame(frame) for frame in sorted(frames, key=schema_name) if frame != EngineEvent}
    messages.update({message_name(row): _event(row) for row in KINDS.values()})
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Chargehand streams",
            "version": version,
            "description": "The engine sends and never reads. Readers ignore unknown members and skip unknown kinds.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {
            "schemas": component_schemas(),
            "messages": messages,
            "securitySchemes": {
                "token": SECURITY_SCHEMES["token"],
                "session": {
                    "type": "httpApiKey",
                    **{k: v for k, v in SECURITY_SCHEMES["session"].items() if k != "type"},
                },
            },
        },
    }


def message_name(row: Kind) -> str:
    """Name of a kind's message: `proposal.decided.v1`."""
    return f"{row.kind}.v{row.v}"


def _flows() -> list[tuple[str, str, str, str, tuple[Any, ...], tuple[Parameter, ...]]]:
    over_sse = [entry for entry in OPERATIONS.values() if SSE in entry.media]
    return [
        *((entry.name, entry.path, entry.summary, entry.docs, entry.frames, entry.query) for entry in STREAMS.values()),
        *((entry.name, entry.path, entry.summary, entry.docs, entry.frames, entry.query) for entry in over_sse),
    ]


def _channel(name: str, address: str, docs: str, sent: tuple[Any, ...], query: tuple[Parameter, ...]) -> Schema:
    names = [schema_name(frame) for frame in sent if frame is not EngineEvent]
    if EngineEvent in sent:
        names += [message_name(row) for row in KINDS.values()]
    channel: Schema = {
        "address": address,
        "description": docs,
        "messages": {message: {"$ref": f"#/components/messages/{message}"} for message in names},
    }
    parameters = {found: {"description": "Id of the machine."} for found in _PATH_PARAMETER.findall(address)}
    if parameters:
        channel["parameters"] = parameters
    if name in STREAMS:
        channel["bindings"] = {"ws": {"method": "GET", **({"query": _query(query)} if query else {})}}
    return channel


def _query(parameters: tuple[Parameter, ...]) -> Schema:
    properties: dict[str, Schema] = {
        parameter.name: {"type": parameter.type, "description": parameter.docs} for parameter in parameters
    }
    return {"type": "object", "properties": properties}


def _frame(record: Any) -> Schema:
    name = schema_name(record)
    message: Schema = {"name": name, "title": name, "payload": {"$ref": f"#/components/schemas/{name}"}}
    if name in EXAMPLES:
        message["examples"] = [{"name": name, "payload": msgspec.to_builtins(EXAMPLES[name])}]
    return message


def _event(row: Kind) -> Schema:
    fixed: Schema = {
        "type": "object",
        "properties": {
            "type": {"const": row.kind},
            "v": {"const": row.v},
            "data": {"anyOf": [{"$ref": f"#/components/schemas/{row.payload.__name__}"}, {"type": "null"}]},
        },
    }
    return {
        "name": message_name(row),
        "title": row.kind,
        "summary": f"About `{row.subject}`; written by {row.owner}; {row.stability}.",
        "payload": {"allOf": [{"$ref": "#/components/schemas/EngineEvent"}, fixed]},
    }
