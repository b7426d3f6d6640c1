"""The OpenAPI document says exactly what the registry says, and nothing in it points nowhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import msgspec
import pytest

from chargehand.contracts.openapi import PROBLEMS, openapi, problem_statuses
from chargehand.contracts.operations import OPERATIONS
from chargehand.contracts.problems import (
    PROBLEM_MEDIA_TYPE,
    AuthError,
    ConflictError,
    EngineError,
    RefusedError,
    RequestError,
    UnavailableError,
)
from chargehand.contracts.schemas import documents


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document."""
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from nodes(value)


def described(name: str) -> dict[str, Any]:
    entry = OPERATIONS[name]
    found: dict[str, Any] = openapi()["paths"][entry.path][entry.method.lower()]
    return found


def test_document_is_openapi_3_1() -> None:
    assert openapi()["openapi"].startswith("3.1.")
    assert openapi()["info"]["version"] == "1"
    assert openapi("2")["info"]["version"] == "2"
    assert json.loads(json.dumps(openapi())) == openapi()


def test_every_operation_is_described_once() -> None:
    found = [entry["operationId"] for methods in openapi()["paths"].values() for entry in methods.values()]
    assert sorted(found) == sorted(OPERATIONS)


def test_every_reference_leads_somewhere() -> None:
    for node in nodes(openapi()):
        if "$ref" in node:
            target: Any = openapi()
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_says_what_the_registry_says(name: str) -> None:
    entry = OPERATIONS[name]
    found = described(name)
    assert found["x-roles"] == list(entry.roles)
    assert found["x-effect"] == entry.effect
    by_place = {(parameter["in"], parameter["name"]): parameter for parameter in found["parameters"]}
    assert len(by_place) == len(found["parameters"])
    assert {key for place, key in by_place if place == "path"} == set(re.findall(r"\{(\w+)\}", entry.path))
    assert {key for place, key in by_place if place == "query"} == {parameter.name for parameter in entry.query}
    assert (("header", "Idempotency-Key") in by_place) == (entry.effect == "write")
    assert ("requestBody" in found) == (entry.input is not None)
    success = found["responses"][str(entry.status)]
    assert set(success.get("content", ())) == (set() if entry.status == 204 else set(entry.media))
    assert ("headers" in success) == (entry.location is not None)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_problem_answer_has_the_one_shape(name: str) -> None:
    responses = described(name)["responses"]
    for status in problem_statuses(OPERATIONS[name]):
        assert responses[str(status)] == {"$ref": f"#/components/responses/Problem{status}"}
        content = openapi()["components"]["responses"][f"Problem{status}"]["content"]
        assert list(content) == [PROBLEM_MEDIA_TYPE]


def test_problem_statuses_follow_from_the_operation() -> None:
    assert {400, 401, 403, 409, 413, 415, 422, 429, 500, 503} == set(problem_statuses(OPERATIONS["proposal.submit"]))
    assert {404, 412} <= set(problem_statuses(OPERATIONS["approval.decide"]))
    assert 401 not in problem_statuses(OPERATIONS["system.health"])
    assert 401 in problem_statuses(OPERATIONS["session.create"])


def test_every_status_an_error_can_have_is_described() -> None:
    classes = (RequestError, AuthError, ConflictError, RefusedError, UnavailableError, EngineError)
    possible = {status for kind in classes for status in kind.statuses} - {405}
    assert possible == set(PROBLEMS)


def test_dry_run_answers_200() -> None:
    assert set(described("proposal.submit")["responses"]) > {"200", "201"}
    assert "headers" not in described("proposal.submit")["responses"]["200"]


def test_open_operations_ask_for_nothing_and_others_for_a_credential() -> None:
    assert described("system.health")["security"] == [{}]
    assert described("principal.add")["security"][:2] == [{"token": []}, {"session": []}]
    named = {key for node in nodes(openapi()["paths"]) for choice in node.get("security", ()) for key in choice}
    assert named == set(openapi()["components"]["securitySchemes"])


def test_examples_fit_their_schemas() -> None:
    checked = 0
    for node in nodes(openapi()["paths"]):
        if "example" in node and "schema" in node:
            name = node["schema"]["$ref"].rpartition("/")[2]
            jsonschema.Draft202012Validator(documents()[f"{name}.json"]).validate(msgspec.to_builtins(node["example"]))
            checked += 1
    assert checked >= 8


def test_no_schema_is_empty() -> None:
    for node in nodes(openapi()):
        assert node.get("schema") != {}
        assert node.get("properties", True), node


def test_parameters_carry_their_bounds() -> None:
    limit = next(found for found in described("proposal.list")["parameters"] if found["name"] == "limit")
    assert limit["schema"] == {"type": "integer", "default": 50, "minimum": 1, "maximum": 500}
    view = next(found for found in described("decision.explain")["parameters"] if found["name"] == "view")
    assert view["schema"]["enum"] == ["caller", "operator"]
    seq = next(found for found in described("ledger.proof")["parameters"] if found["name"] == "seq")
    assert seq["required"] is True
