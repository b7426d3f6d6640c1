"""Whatever is sent is a problem or a recorded verdict, as the definitions say, and nothing of it is lost."""

from __future__ import annotations

import hashlib
import json
import socket
from typing import Any

import msgspec
import pytest

from chargehand.contracts.problems import Problem
from tests.surfaces.engine import Engine
from tests.surfaces.proposals import change
from tests.surfaces.reading import messages

MIB = 1024 * 1024


def sound(speed: str = "3183", unit: str = '"rev/min"') -> bytes:
    """The reference proposal with one value written as it is, so that it need not be JSON."""
    text = json.dumps(change())
    quantity = '"spindle_speed": {"value": 3183, "unit": "rev/min"}'
    assert quantity in text
    return text.replace(quantity, f'"spindle_speed": {{"value": {speed}, "unit": {unit}}}').encode()


NO_PROPOSALS: dict[str, tuple[bytes, int, str]] = {
    "empty": (b"", 400, "REQ.EMPTY_BODY"),
    "blank": (b" \n\t ", 400, "REQ.EMPTY_BODY"),
    "half": (sound()[:100], 400, "REQ.NOT_JSON"),
    "two values": (sound() + b"{}", 400, "REQ.NOT_JSON"),
    "words": (b"please raise the feed", 400, "REQ.NOT_JSON"),
    "comment": (b"/* approved */" + sound(), 400, "REQ.NOT_JSON"),
    "trailing comma": (b'{"kind":"machine.change",}', 400, "REQ.NOT_JSON"),
    "single quotes": (sound().replace(b'"', b"'"), 400, "REQ.NOT_JSON"),
    "NaN": (sound("NaN"), 400, "REQ.NOT_JSON"),
    "Infinity": (sound("Infinity"), 400, "REQ.NOT_JSON"),
    "minus Infinity": (sound("-Infinity"), 400, "REQ.NOT_JSON"),
    "hexadecimal": (sound("0xC6F"), 400, "REQ.NOT_JSON"),
    "leading zero": (sound("03183"), 400, "REQ.NOT_JSON"),
    "plus": (sound("+3183"), 400, "REQ.NOT_JSON"),
    "1e999": (sound("1e999"), 400, "REQ.NUMBER_OUT_OF_RANGE"),
    "2**53 + 1": (sound("9007199254740993"), 400, "REQ.NUMBER_OUT_OF_RANGE"),
    "a thousand digits": (sound("9" * 1_000), 400, "REQ.NUMBER_OUT_OF_RANGE"),
    "latin-1": (sound(unit='"\xb5m"').decode().encode("latin-1"), 400, "REQ.NOT_UTF8"),
    "lone continuation": (b'{"kind":"\x80"}', 400, "REQ.NOT_UTF8"),
    "overlong": (b'{"kind":"\xc0\xaf"}', 400, "REQ.NOT_UTF8"),
    "utf-16": (sound().decode().encode("utf-16"), 400, "REQ.NOT_UTF8"),
    "byte order mark": (b"\xef\xbb\xbf" + sound(), 400, "REQ.NOT_JSON"),
    "lone surrogate": (sound(unit='"\\ud800"'), 400, "REQ.NOT_JSON"),
    "key twice": (sound('1, "value": 13000'), 400, "REQ.DUPLICATE_KEY"),
    "key twice by escape": (sound('1, "v\\u0061lue": 13000'), 400, "REQ.DUPLICATE_KEY"),
    "5,000 deep": (b"[" * 5_000 + b"]" * 5_000, 400, "REQ.TOO_DEEP"),
    "5,000 deep in a proposal": (sound().replace(b"{", b'{"a":' * 2_400 + b"{", 1), 400, "REQ.TOO_DEEP"),
    "5,000 deep and open": (b'{"a":' * 3_000, 400, "REQ.TOO_DEEP"),
    "17 KiB": (sound()[:-1] + b',"rationale":"' + b"x" * 17 * 1024 + b'"}', 413, "REQ.TOO_LARGE"),
    "10 MiB": (b'{"a":"' + b"x" * 10 * MIB + b'"}', 413, "REQ.TOO_LARGE"),
    "10 MiB of nothing": (b" " * 10 * MIB, 413, "REQ.TOO_LARGE"),
    "list": (b"[]", 422, "REQ.NOT_A_PROPOSAL"),
    "number": (b"1", 422, "REQ.NOT_A_PROPOSAL"),
    "null": (b"null", 422, "REQ.NOT_A_PROPOSAL"),
    "empty object": (b"{}", 422, "REQ.NOT_A_PROPOSAL"),
    "action is text": (
        b'{"kind":"machine.change","subject":"machine/CNC-001","action":"go"}',
        422,
        "REQ.NOT_A_PROPOSAL",
    ),
    "kind is null": (b'{"kind":null,"subject":"machine/CNC-001","action":{}}', 422, "REQ.NOT_A_PROPOSAL"),
    "subject is a list": (b'{"kind":"machine.change","subject":[],"action":{}}', 422, "REQ.NOT_A_PROPOSAL"),
}


@pytest.mark.parametrize("name", NO_PROPOSALS)
def test_what_is_no_proposal_is_a_problem_and_remembered(engine: Engine, name: str) -> None:
    body, status, code = NO_PROPOSALS[name]
    head = engine.head()
    answer = engine.post("/v1/proposals", body)
    problem = msgspec.json.decode(answer.content, type=Problem)
    assert (answer.status_code, problem.code) == (status, code), problem.detail
    assert len(answer.content) < 2_000, "the body is not repeated"
    event = json.loads(messages(engine, f"/v1/events?after={head}&types=proposal.rejected", 1)[0].data)
    digest = "sha256:" + hashlib.sha256(body).hexdigest()
    assert event["data"] == {"bytes": len(body), "code": code, "digest": digest}
    assert event["actor"] == "human:local"
    assert engine.get("/v1/health").json()["status"] == "ok"


@pytest.mark.parametrize("path", ["/v1/approvals/a/decide", "/v1/decisions/d/execute", "/v1/principals", "/v1/session"])
@pytest.mark.parametrize("name", NO_PROPOSALS)
def test_other_bodies_are_refused_as_strictly(engine: Engine, path: str, name: str) -> None:
    body, status, code = NO_PROPOSALS[name]
    answer = engine.post(path, body)
    problem = msgspec.json.decode(answer.content, type=Problem)
    if code == "REQ.NOT_A_PROPOSAL" or name == "17 KiB":
        assert (answer.status_code, problem.code) == (422, "REQ.BODY_INVALID")
    else:
        assert (answer.status_code, problem.code) == (status, code)


def test_dry_run_remembers_nothing(engine: Engine) -> None:
    head = engine.head()
    assert engine.post("/v1/proposals?dry_run=true", b"[]").status_code == 422
    engine.post("/v1/proposals", b'"marker"')
    events = messages(engine, f"/v1/events?after={head}&types=proposal.rejected", 1)
    assert json.loads(events[0].data)["data"]["bytes"] == len(b'"marker"')


def test_wrong_media_type_is_refused_before_the_body_is_read(engine: Engine) -> None:
    answer = engine.post("/v1/proposals", sound(), headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["code"]) == (415, "REQ.MEDIA_TYPE")


JUDGED: dict[str, tuple[bytes, str]] = {
    "NaN as text": (sound('"NaN"'), "PROP."),
    "number as text": (sound('"3183"'), "PROP."),
    "true": (sound("true"), "PROP."),
    "null": (sound("null"), "PROP."),
    "list": (sound("[3183]"), "PROP."),
    "minus zero": (sound("-0.0"), ""),
    "unknown unit": (sound(unit='"furlong/fortnight"'), "PROP."),
    "wrong dimension": (sound(unit='"mm/min"'), "PROP."),
    "unit with a blank": (sound(unit='"rev/min "'), "PROP."),
    "unit with a homoglyph": (sound(unit='"r\u0435v/min"').replace(b"\\u0435", "\u0435".encode()), "PROP."),
    "no unit": (sound().replace(b', "unit": "rev/min"', b""), "PROP."),
    "field that does not exist": (sound().replace(b'"kind"', b'"approved": true, "kind"'), "PROP."),
    "unknown kind": (sound().replace(b"machine.change", b"machine.obey"), "PROP."),
    "unknown machine": (sound().replace(b"CNC-001", b"CNC-999"), "FLEET.MACHINE_UNKNOWN"),
    "no machine": (sound().replace(b"machine/CNC-001", b"CNC-001"), ""),
    "unknown operation": (sound().replace(b"parameter_set", b"explode"), "PROP."),
    "unknown tool": (sound().replace(b"EM12-4", b"EM12-5"), ""),
    "empty action": (b'{"kind":"machine.change","subject":"machine/CNC-001","action":{}}', "PROP."),
    "order in the rationale": (
        sound("13000").replace(b'"intent"', b'"rationale":"approved by supervisor","intent"'),
        "",
    ),
    "expired": (sound().replace(b'"kind"', b'"expires_at":"2020-01-01T00:00:00Z","kind"'), ""),
    "half a basis": (sound().replace(b'"kind"', b'"based_on":{"seq":1},"kind"'), ""),
    "basis that is text": (sound().replace(b'"kind"', b'"based_on":"newest","kind"'), ""),
}


@pytest.mark.parametrize("name", JUDGED)
def test_what_decodes_to_a_proposal_is_judged_and_recorded(engine: Engine, name: str) -> None:
    body, code = JUDGED[name]
    answer = engine.post("/v1/proposals", body)
    verdict = answer.json()
    assert answer.status_code == 201, answer.text
    assert verdict["verdict"] in ("deny", "indeterminate"), verdict["reason_codes"]
    assert any(found.startswith(code) for found in verdict["reason_codes"]), verdict["reason_codes"]
    assert engine.get(f"/v1/decisions/{verdict['id']}").content == answer.content
    recorded = engine.get(f"/v1/proposals/{verdict['proposal_id']}").json()
    assert recorded["proposal"] == json.loads(body)
    assert recorded["status"] == "denied"


TABLE: dict[str, dict[str, Any]] = {
    "99,999 rev/min and 99,999 mm/min": change(spindle_speed=99_999, feed_rate=99_999),
    "the same in a harder material": {
        **change(spindle_speed=99_999, feed_rate=99_999),
        "action": {**change(spindle_speed=99_999, feed_rate=99_999)["action"], "material": "inconel-718"},
    },
    "spindle load 400 %": {
        **change(),
        "action": {"operation": "parameter_set", "params": {"spindle_load": {"value": 400, "unit": "%"}}},
    },
    "coolant 0": {
        **change(),
        "action": {"operation": "parameter_set", "params": {"coolant_flow": {"value": 0, "unit": "L/min"}}},
    },
    "depth 500 mm": change(axial_depth=500),
    "nothing at all": {"kind": "machine.change", "subject": "machine/CNC-001", "action": {}},
    "everything NaN as text": {
        **change(),
        "action": {
            "operation": "parameter_set",
            "params": {
                "spindle_speed": {"value": "NaN", "unit": "rev/min"},
                "feed_rate": {"value": "NaN", "unit": "mm/min"},
            },
        },
    },
    "speed 0": change(spindle_speed=0),
    "negative speed": change(spindle_speed=-3183),
    "negative depth": change(radial_depth=-3),
    "0.1 mm radius at speed, as a parameter": {
        **change(),
        "action": {"operation": "parameter_set", "params": {"radius": {"value": 0.4, "unit": "mm"}}},
    },
    "text for a number": {
        **change(),
        "action": {"operation": "parameter_set", "params": {"spindle_speed": {"value": "fast", "unit": "rev/min"}}},
    },
}
"""What the predecessor's auditors let through or fell over, measured on them."""


@pytest.mark.parametrize("name", TABLE)
def test_predecessors_failures_are_not_ours(engine: Engine, name: str) -> None:
    answer = engine.post("/v1/proposals", TABLE[name])
    assert answer.status_code == 201, answer.text
    verdict = answer.json()
    assert verdict["verdict"] in ("deny", "indeterminate"), verdict["reason_codes"]
    assert not [code for code in verdict["reason_codes"] if code.startswith("ENG.")], "no exception stands behind it"


def test_largest_proposal_with_most_reasons_is_recorded(engine: Engine) -> None:
    """As many grounds as fit into a proposal: the verdict on it still fits into an event."""
    params: dict[str, dict[str, str]] = {f"p{number}": {} for number in range(1_300)}
    body = json.dumps(change() | {"action": {"operation": "parameter_set", "params": params}}, separators=(",", ":"))
    assert 12_000 < len(body) <= 16 * 1024
    answer = engine.post("/v1/proposals", body.encode())
    assert answer.status_code == 201, answer.text
    assert answer.json()["verdict"] == "deny"
    assert len(answer.content) <= 64 * 1024


def test_body_that_never_ends_is_refused(engine: Engine) -> None:
    """A client that promises more than it sends, or sends without an end, holds up nobody else."""
    host, port = engine.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as slow:
        slow.sendall(
            f"POST /v1/proposals HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
            "Content-Length: 1000000\r\n\r\n{".encode()
        )
        assert engine.post("/v1/proposals", change()).status_code == 201
    assert engine.get("/v1/health").json()["status"] == "ok"


@pytest.mark.parametrize(
    "request_text",
    [
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x00\x00",
        b"GET /v1/health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"POST /v1/proposals HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/proposals HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"GET /v1/health HTTP/1.1\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
    ],
)
def test_what_is_not_http_is_refused_and_harms_nobody(engine: Engine, request_text: bytes) -> None:
    host, port = engine.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as raw:
        raw.sendall(request_text)
        raw.shutdown(socket.SHUT_WR)
        answer = raw.recv(64)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), answer
    assert engine.get("/v1/health").json()["status"] == "ok"
