"""Published JSON Schemas: valid, complete, never empty, and true to the records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import msgspec
import pytest

from chargehand.contracts.examples import EXAMPLES, PAYLOADS
from chargehand.contracts.kinds import KINDS
from chargehand.contracts.operations import OPERATIONS, STREAMS
from chargehand.contracts.page import Page
from chargehand.contracts.proposal import ProposalBody
from chargehand.contracts.schemas import (
    component_schemas,
    documents,
    published_types,
    schema_name,
    split_docstring,
)
from chargehand.contracts.verdict import Verdict

TYPED = {"type", "anyOf", "enum", "const", "$ref", "description"}


def subschemas(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema and every schema inside it."""
    yield schema
    for group in ("properties", "$defs"):
        for inner in schema.get(group, {}).values():
            yield from subschemas(inner)
    for inner in (schema.get("items"), schema.get("additionalProperties")):
        if isinstance(inner, dict):
            yield from subschemas(inner)
    for inner in schema.get("anyOf", []):
        yield from subschemas(inner)


def test_every_document_is_a_schema_that_stands_alone() -> None:
    for name, document in documents().items():
        jsonschema.Draft202012Validator.check_schema(document)
        assert document["$id"] == f"/schemas/{name}"
        for schema in subschemas(document):
            reference = schema.get("$ref", "#/$defs/")
            assert reference.startswith("#/$defs/"), name
            assert reference == "#/$defs/" or reference.rpartition("/")[2] in document["$defs"], name


def test_no_schema_is_empty_and_every_member_is_described() -> None:
    for name, document in component_schemas().items():
        assert document["description"], name
        for key, member in document["properties"].items():
            assert member["description"], f"{name}.{key}"
        for schema in subschemas(document):
            assert TYPED & schema.keys(), f"{name}: {schema}"


def test_every_record_says_whether_unknown_members_are_allowed() -> None:
    closed = {name for name, document in component_schemas().items() if document["additionalProperties"] is False}
    assert {"ProposalBody", "ExecuteBody", "DecideBody", "PrincipalAddBody", "SessionBody", "MachineChange"} <= closed
    assert not closed & {"Verdict", "Reason", "EngineEvent", "TelemetryFrame", "Problem", "Approval"}
    assert all(type(document["additionalProperties"]) is bool for document in component_schemas().values())


def test_nothing_that_is_answered_or_streamed_is_closed() -> None:
    """An older client reads it once it has gained a member. A region is given back as it was taken."""
    sent: list[Any] = [entry.output for entry in OPERATIONS.values() if entry.output is not None]
    sent += [frame for operation in OPERATIONS.values() for frame in operation.frames]
    sent += [frame for stream in STREAMS.values() for frame in stream.frames]
    _, found = msgspec.json.schema_components(sent, ref_template="#/{name}")
    assert {name for name, schema in found.items() if schema.get("additionalProperties") is False} == {"Region"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_fits_its_schema(name: str) -> None:
    jsonschema.Draft202012Validator(documents()[f"{name}.json"]).validate(msgspec.to_builtins(EXAMPLES[name]))


def test_every_payload_fits_the_schema_that_its_events_name() -> None:
    for row in KINDS.values():
        document = documents()[row.dataschema.removeprefix("/schemas/")]
        jsonschema.Draft202012Validator(document).validate(msgspec.to_builtins(PAYLOADS[row.kind]))


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "maybe"},
        {"reasons": None},
        {"obligations": [{"kind": "dance"}]},
        {"id": 7},
    ],
)
def test_schema_refuses_what_the_record_refuses(change: dict[str, Any]) -> None:
    wrong = {**msgspec.to_builtins(EXAMPLES["Verdict"]), **change}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(documents()["Verdict.json"]).validate(wrong)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, Verdict)


def test_schema_of_a_proposal_refuses_unknown_members() -> None:
    with pytest.raises(jsonschema.ValidationError, match="approved"):
        jsonschema.Draft202012Validator(documents()["ProposalBody.json"]).validate(
            {**EXAMPLES["ProposalBody"], "approved": True}
        )


def test_names_of_pages() -> None:
    assert schema_name(Page[Verdict]) == "VerdictPage"
    assert schema_name(ProposalBody) == "ProposalBody"
    assert "VerdictPage.json" in documents()
    assert len(published_types()) == len(set(map(schema_name, published_types())))


def test_docstring_is_taken_apart() -> None:
    text, fields = split_docstring(
        "One line\nthat goes on.\n\nMore.\n\nAttributes:\n    a: first,\n        and more.\n    from_: second."
    )
    assert text == "One line that goes on.\n\nMore."
    assert fields == {"a": "first, and more.", "from": "second."}
    assert split_docstring("Nothing else.") == ("Nothing else.", {})


def test_numbers_are_one_type_and_tags_are_constants() -> None:
    assert component_schemas()["Quantity"]["properties"]["value"]["type"] == "number"
    assert component_schemas()["TelemetryFrame"]["properties"]["type"]["const"] == "telemetry"
    assert component_schemas()["Verdict"]["properties"]["id"]["type"] == ["string", "null"]
