"""A request says exactly what was asked, or is never sent."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.contracts.operations import OPERATIONS
from chargehand.contracts.proposal import ExecuteBody, ProposalBody
from chargehand.sdk.errors import BadArgument
from chargehand.sdk.request import build, credential, streams


def test_path_query_and_headers_of_a_call() -> None:
    request = build(
        "approval.decide",
        {"id": "apr_1"},
        body={"decision": "approve"},
        idempotency_key="k1",
        if_match=3,
    )
    assert (request.method, request.target) == ("POST", "/v1/approvals/apr_1/decide")
    assert request.headers["if-match"] == '"3"'
    assert request.headers["idempotency-key"] == "k1"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["accept"] == "application/json"
    assert request.headers["user-agent"].startswith("chargehand-python/")
    assert msgspec.json.decode(request.content or b"") == {"decision": "approve"}


def test_absent_arguments_are_not_sent() -> None:
    assert build("decision.list", {"limit": None, "code": None}).target == "/v1/decisions"
    request = build("decision.list", {"limit": 5, "code": "MACH.SPEED_ABOVE_MAX"})
    assert parse_qs(urlsplit(request.target).query) == {"limit": ["5"], "code": ["MACH.SPEED_ABOVE_MAX"]}
    assert "content-type" not in request.headers
    assert request.content is None


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (False, "false")])
def test_truth_is_written_as_the_contract_has_it(value: bool, text: str) -> None:
    assert build("proposal.submit", {"dry_run": value}, body={}).target == f"/v1/proposals?dry_run={text}"


def test_several_kinds_are_one_parameter() -> None:
    assert build("event.stream", {"types": ["a.b", "c.*"]}).target == "/v1/events?types=a.b%2Cc.%2A"


def test_bytes_of_a_body_are_sent_as_they_are() -> None:
    body = b'{"kind": NaN,  "kind": 1e999}'
    assert build("proposal.submit", {}, body=body).content == body


def test_a_record_is_sent_as_its_json() -> None:
    request = build("decision.execute", {"id": "dec_1"}, body=ExecuteBody(permit="chp_1"))
    assert request.content == b'{"permit": "chp_1"}'
    given_body = ProposalBody(kind="tool.call", subject="tool/x", action={"tool": "x"}, intent="größer")
    assert "größer".encode() in (build("proposal.submit", {}, body=given_body).content or b"")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), object()])
def test_what_json_cannot_say_is_refused_instead_of_becoming_null(value: object) -> None:
    with pytest.raises(BadArgument, match="body"):
        build("proposal.submit", {}, body={"action": {"params": {"spindle_speed": {"value": value}}}})


@given(st.text(min_size=1).filter(lambda text: text not in (".", "..")))
def test_a_path_argument_stays_one_segment(value: str) -> None:
    try:
        target = build("decision.show", {"id": value}).target
    except UnicodeEncodeError:
        return
    assert target.isascii()
    prefix, _, segment = target.rpartition("/")
    assert prefix == "/v1/decisions"
    assert unquote(segment) == value


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_path_argument_that_names_nothing_is_refused(value: str) -> None:
    with pytest.raises(BadArgument, match="names nothing") as caught:
        build("decision.show", {"id": value})
    assert caught.value.code == "REQ.PARAMETER_INVALID"


@pytest.mark.parametrize("value", ["a\r\nx-evil: 1", "a\n", " a", "é", "a\x00", ""])
def test_a_header_argument_cannot_break_out(value: str) -> None:
    with pytest.raises(BadArgument):
        build("proposal.submit", {}, body={}, idempotency_key=value)
    with pytest.raises(BadArgument):
        build("event.stream", {}, last_event_id=value)


def test_a_token_is_a_bearer_credential() -> None:
    assert credential(None) == {}
    assert credential("cht_1") == {"authorization": "Bearer cht_1"}
    with pytest.raises(BadArgument, match="token"):
        credential("cht_1\nx: y")


@pytest.mark.parametrize(
    ("name", "arguments", "body", "said"),
    [
        ("machine.brew", {}, None, "no such operation"),
        ("machine.show", {}, None, "needs 'id'"),
        ("machine.list", {"colour": "red"}, None, "no parameter 'colour'"),
        ("proposal.submit", {}, None, "needs a body"),
    ],
)
def test_a_wrong_program_is_told(name: str, arguments: dict[str, str], body: object, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        build(name, arguments, body=body)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_can_be_asked(name: str) -> None:
    entry = OPERATIONS[name]
    arguments = {"id": "x", "name": "x", "code": "x", "seq": 1, "first": 1}
    known = {parameter.name for parameter in entry.query} | {
        part[1:-1] for part in entry.path.split("/") if part.startswith("{")
    }
    request = build(name, {key: value for key, value in arguments.items() if key in known}, body=b"{}")
    assert request.method == entry.method
    assert "{" not in request.target
    assert request.headers["accept"] == entry.media[0]


def test_which_operations_stream() -> None:
    assert {name for name, entry in OPERATIONS.items() if streams(entry)} == {"event.stream", "machine.telemetry"}
