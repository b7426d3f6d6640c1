"""Every error says its code, what happened and what to do."""

from __future__ import annotations

import pytest

import chargehand.sdk as public
from chargehand.contracts.problems import ConflictError, to_problem
from chargehand.sdk import errors
from chargehand.sdk.answer import Answer, check, decode, refusal
from chargehand.sdk.errors import (
    AccessProblem,
    BadArgument,
    ClientError,
    ConflictProblem,
    EngineProblem,
    ProblemAnswer,
    RequestProblem,
    Unreachable,
    UnreadableAnswer,
    problem_answer,
)
from tests.unit.sdk.wire import problem_answer as answered


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *[(status, RequestProblem) for status in (400, 404, 405, 413, 415, 422, 429)],
        *[(status, AccessProblem) for status in (401, 403)],
        *[(status, ConflictProblem) for status in (409, 412)],
        *[(status, EngineProblem) for status in (500, 503)],
    ],
)
def test_the_class_follows_from_the_status(status: int, kind: type[ProblemAnswer]) -> None:
    assert type(problem_answer(status, {"code": "X-ACME.NEW"})) is kind


def test_a_problem_keeps_the_whole_document() -> None:
    error = ConflictError(
        "REV.STALE_REVISION", "it has 4", current_revision=4, reason_codes=["REV.STALE_REVISION", "GATE.X"], field="/a"
    )
    got = answered(error)
    found = refusal(Answer("u", got.status_code, got.headers, got.content))
    assert isinstance(found, ConflictProblem)
    document = to_problem(error, "req_1", "/v1/x")
    for name in ("code", "detail", "hint", "status", "title", "severity", "retry", "owner", "request_id", "field"):
        assert getattr(found, name) == getattr(document, name), name
    assert found.current_revision == 4
    assert found.reason_codes == ["REV.STALE_REVISION", "GATE.X"]
    assert found.problem["instance"] == "/v1/x"
    assert str(found) == "REV.STALE_REVISION: it has 4"


def test_a_problem_of_a_newer_engine_is_readable() -> None:
    content = b'{"code":"NEW.NOT_KNOWN_YET","detail":"d","severity":"cosmic","shape":[1],"reason_codes":null}'
    found = refusal(Answer("u", 422, {}, content))
    assert isinstance(found, RequestProblem)
    assert found.code == "NEW.NOT_KNOWN_YET"
    assert found.reason_codes == ["NEW.NOT_KNOWN_YET"]
    assert found.hint == ""
    assert found.problem["shape"] == [1]


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"detail":"x"}', b'{"code":5}', b"\xff"])
def test_a_failure_without_a_problem_is_no_engine(content: bytes) -> None:
    found = refusal(Answer("http://x", 502, {}, content))
    assert type(found) is UnreadableAnswer
    assert found.code == "ENG.UNREACHABLE"
    assert "502" in found.detail


@pytest.mark.parametrize("status", [301, 304, 100, 404])
def test_only_two_hundreds_are_success(status: int) -> None:
    assert check(Answer("u", 201, {}, b"")).status == 201
    with pytest.raises(ClientError):
        check(Answer("u", status, {}, b""))


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"nonsense", b'{"status":"ok"}', b"\xff\xfe"])
def test_an_answer_that_is_not_the_record_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableAnswer, match=r"system\.health"):
        decode("system.health", Answer("http://x", 200, {}, content))


def test_an_answer_may_have_grown() -> None:
    content = b'{"status":"ok","role":"active","time":"t","seq":3,"machines":{},"moon":"full"}'
    assert decode("system.health", Answer("u", 200, {}, content)).seq == 3


def test_nothing_is_decoded_where_there_is_nothing() -> None:
    assert decode("principal.revoke", Answer("u", 204, {}, b"")) is None
    assert decode("ledger.export", Answer("u", 200, {}, b"anything")) is None


def test_headers_of_an_answer() -> None:
    answer = Answer("u", 200, {"etag": '"7"', "idempotent-replayed": "true", "x-request-id": "req_9"}, b"")
    assert (answer.revision, answer.replayed, answer.request_id) == (7, True, "req_9")
    bare = Answer("u", 200, {"etag": "W/abc"}, b"")
    assert (bare.revision, bare.replayed, bare.request_id) == (None, False, None)


def test_what_never_left_says_so() -> None:
    bad = BadArgument("id", "it names nothing")
    assert (bad.code, bad.name, bad.request_id) == ("REQ.PARAMETER_INVALID", "id", None)
    away = Unreachable("http://x", "refused")
    assert (away.code, away.url) == ("ENG.UNREACHABLE", "http://x")
    assert "chargehand up" in away.hint


def test_the_tree_at_the_top_of_the_file_is_the_tree() -> None:
    drawn = {line.split("──")[1].split()[0] for line in (errors.__doc__ or "").splitlines() if "──" in line}
    classes = {
        name
        for name, found in vars(errors).items()
        if isinstance(found, type) and issubclass(found, ClientError) and found is not ClientError
    }
    assert drawn == classes
    assert classes <= set(public.__all__)
