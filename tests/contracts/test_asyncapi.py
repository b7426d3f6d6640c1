"""The AsyncAPI document covers every stream and every event kind, and nothing in it points nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import msgspec
import pytest

from chargehand.contracts.asyncapi import asyncapi, message_name
from chargehand.contracts.examples import EVENT, PAYLOADS
from chargehand.contracts.kinds import KINDS
from chargehand.contracts.operations import OPERATIONS, SSE, STREAMS


def references(tree: Any) -> Iterator[str]:
    """Every `$ref` of a document."""
    if isinstance(tree, dict):
        if isinstance(tree.get("$ref"), str):
            yield tree["$ref"]
        for value in tree.values():
            yield from references(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from references(value)


def test_document_is_asyncapi_3() -> None:
    assert asyncapi()["asyncapi"] == "3.0.0"
    assert asyncapi("2")["info"]["version"] == "2"


def test_every_reference_leads_somewhere() -> None:
    found = set(references(asyncapi()))
    assert found
    for reference in found:
        target: Any = asyncapi()
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]


def test_every_stream_and_event_stream_is_a_channel() -> None:
    over_sse = {name for name, entry in OPERATIONS.items() if SSE in entry.media}
    assert set(asyncapi()["channels"]) == set(STREAMS) | over_sse
    assert set(asyncapi()["operations"]) == set(asyncapi()["channels"])
    assert all(entry["action"] == "send" for entry in asyncapi()["operations"].values())


def test_channels_have_the_addresses_and_parameters_of_the_registry() -> None:
    for name, stream in STREAMS.items():
        channel = asyncapi()["channels"][name]
        assert channel["address"] == stream.path
        query = channel["bindings"]["ws"].get("query", {"properties": {}})
        assert set(query["properties"]) == {parameter.name for parameter in stream.query}
    assert set(asyncapi()["channels"]["machine.watch"]["parameters"]) == {"machine_id"}


def test_machine_streams_carry_decisions_and_gaps() -> None:
    for name in ("machine.watch", "fleet.watch"):
        messages = set(asyncapi()["channels"][name]["messages"])
        of_log = {"DecisionFrame", "ConditionFrame", "HeartbeatFrame", "GapFrame"}
        assert messages == {"TelemetryFrame", "BatchFrame"} | of_log


def test_event_streams_carry_every_kind() -> None:
    kinds = set(map(message_name, KINDS.values()))
    for name in ("event.watch", "event.stream"):
        assert kinds <= set(asyncapi()["channels"][name]["messages"])


@pytest.mark.parametrize("row", KINDS.values(), ids=message_name)
def test_message_of_a_kind_fits_its_events_and_no_other(row: Any) -> None:
    schema = {**asyncapi()["components"]["messages"][message_name(row)]["payload"]}
    schema["components"] = {"schemas": asyncapi()["components"]["schemas"]}
    event = {
        **msgspec.to_builtins(EVENT),
        "type": row.kind,
        "v": row.v,
        "data": msgspec.to_builtins(PAYLOADS[row.kind]),
    }
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(event)
    validator.validate({**event, "data": None})
    assert not validator.is_valid({**event, "type": "zz.future"})
    assert not validator.is_valid({**event, "data": 7})


def test_sessions_and_tokens_are_described() -> None:
    schemes = asyncapi()["components"]["securitySchemes"]
    assert schemes["token"]["type"] == "http"
    assert schemes["session"]["type"] == "httpApiKey"
