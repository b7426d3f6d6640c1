"""Answers: canonical bytes, problems as RFC 9457 wants them, and nothing in a header that the record does not say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chargehand.api import answer
from chargehand.contracts.problems import (
    AuthError,
    ConflictError,
    ProblemError,
    RefusedError,
    RequestError,
    UnavailableError,
)
from chargehand.kernel.idempotency import Answer


def test_a_record_is_canonical_json() -> None:
    response = answer.record({"b": 1, "a": [None, True]})
    assert response.body == b'{"a":[null,true],"b":1}'
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")


def test_bytes_that_exist_are_sent_as_they_are() -> None:
    body = b'{"z":1,  "a":2}'
    assert answer.raw(body, status=201).body == body
    assert answer.raw(body, status=201).status_code == 201


@pytest.mark.parametrize("items", [[], [b'{"a":1}'], [b'{"a":1}', b"null"]])
@pytest.mark.parametrize("cursor", [None, 'x"y'])
def test_a_page_of_bytes_is_the_page_of_what_they_say(items: list[bytes], cursor: str | None) -> None:
    decoded: list[Any] = [json.loads(item) for item in items]
    assert answer.raw_page(items, cursor).body == answer.page(decoded, cursor).body


def test_a_mutation_names_what_it_made_and_whether_it_was_made_before() -> None:
    first = answer.kept(Answer(201, "/v1/proposals/prp_1", b"{}"))
    assert (first.status_code, first.headers["location"]) == (201, "/v1/proposals/prp_1")
    assert "idempotent-replayed" not in first.headers
    again = answer.kept(Answer(201, "/v1/proposals/prp_1", b"{}", replayed=True))
    assert again.headers["idempotent-replayed"] == "true"
    assert (again.status_code, again.body, again.headers["location"]) == (201, b"{}", "/v1/proposals/prp_1")
    assert "location" not in answer.kept(Answer(200, None, b"{}")).headers


@pytest.mark.parametrize(
    "error",
    [
        RequestError("REQ.NOT_FOUND", "x"),
        AuthError("AUTH.TOKEN_INVALID", "x"),
        AuthError("AUTH.ROLE_MISSING", "x"),
        ConflictError("REV.STALE_REVISION", "x", current_revision=7),
        RefusedError("GATE.RECHECK_REFUSED", "x", reason_codes=["GATE.RECHECK_REFUSED", "MACH.ALARM_ACTIVE"]),
        RequestError("REQ.OVERLOADED", "x", retry_after_s=3),
        UnavailableError("ENG.STOPPING", "x"),
    ],
)
def test_a_problem_is_what_the_error_says(error: ProblemError) -> None:
    response = answer.problem(error, "req_1", "/v1/x")
    document = json.loads(bytes(response.body))
    assert response.headers["content-type"] == "application/problem+json"
    assert response.status_code == document["status"] == error.status
    assert document["type"] == f"/v1/reason-codes/{error.code}"
    assert (document["request_id"], document["instance"], document["code"]) == ("req_1", "/v1/x", error.code)
    for name in ("reason_codes", "current_revision", "retry_after_s"):
        assert document.get(name) == getattr(error, name)
    assert ("www-authenticate" in response.headers) == (error.status == 401)
    assert response.headers.get("retry-after") == (None if error.retry_after_s is None else str(error.retry_after_s))
