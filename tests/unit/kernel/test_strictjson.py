"""Strict JSON: everything that two readers could read differently is refused, each with its code."""

from __future__ import annotations

import contextlib
import json
import math
from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from chargehand.contracts.problems import RequestError
from chargehand.contracts.proposal import ExecuteBody
from chargehand.kernel import strictjson
from chargehand.kernel.canonical import SAFE_INTEGER_MAX
from chargehand.kernel.strictjson import BODY_BYTES_MAX, DEPTH_MAX, decode, decode_as, decode_canonical

REFUSED: list[tuple[bytes, str]] = [
    (b"", "REQ.EMPTY_BODY"),
    (b" \t\r\n", "REQ.EMPTY_BODY"),
    (b"{", "REQ.NOT_JSON"),
    (b"{'a':1}", "REQ.NOT_JSON"),
    (b'{"a":1,}', "REQ.NOT_JSON"),
    (b"[1,]", "REQ.NOT_JSON"),
    (b'{"a":1} x', "REQ.NOT_JSON"),
    (b'{"a":1}{"a":1}', "REQ.NOT_JSON"),
    (b"// no\n{}", "REQ.NOT_JSON"),
    (b"\xef\xbb\xbf{}", "REQ.NOT_JSON"),
    (b"NaN", "REQ.NOT_JSON"),
    (b'{"a":Infinity}', "REQ.NOT_JSON"),
    (b'{"a":-Infinity}', "REQ.NOT_JSON"),
    (b"01", "REQ.NOT_JSON"),
    (b"1.", "REQ.NOT_JSON"),
    (b".5", "REQ.NOT_JSON"),
    (b"+1", "REQ.NOT_JSON"),
    (b"0x10", "REQ.NOT_JSON"),
    (b"1_000", "REQ.NOT_JSON"),
    (b'"a\x01b"', "REQ.NOT_JSON"),
    (b'"a\nb"', "REQ.NOT_JSON"),
    (b'"\\x41"', "REQ.NOT_JSON"),
    (b'"\\ud800"', "REQ.NOT_JSON"),
    (b'"\\udc00 \\ud800"', "REQ.NOT_JSON"),
    (b'{"\\ud800":1}', "REQ.NOT_JSON"),
    (b'{"a":\x001}', "REQ.NOT_JSON"),
    (b"\x00", "REQ.NOT_JSON"),
    (b'"\xff"', "REQ.NOT_UTF8"),
    (b'"\xed\xa0\x80"', "REQ.NOT_UTF8"),
    (b'{"a":"\xc0\xaf"}', "REQ.NOT_UTF8"),
    ("{}".encode("utf-16"), "REQ.NOT_UTF8"),
    (b"1e999", "REQ.NUMBER_OUT_OF_RANGE"),
    (b'{"a":[-1e999]}', "REQ.NUMBER_OUT_OF_RANGE"),
    (b"9007199254740992", "REQ.NUMBER_OUT_OF_RANGE"),
    (b'{"a":-9007199254740992}', "REQ.NUMBER_OUT_OF_RANGE"),
    (b"1" * 5_000, "REQ.NUMBER_OUT_OF_RANGE"),
    (b'{"a":1,"a":1}', "REQ.DUPLICATE_KEY"),
    (b'{"a":1,"\\u0061":2}', "REQ.DUPLICATE_KEY"),
    (b'[{"b":{"c":[{"a":1,"a":2}]}}]', "REQ.DUPLICATE_KEY"),
    (b'{"a":"x","a":["y","z"]}', "REQ.DUPLICATE_KEY"),
    (b'{"":1,"":2}', "REQ.DUPLICATE_KEY"),
    (b"[" * (DEPTH_MAX + 1) + b"]" * (DEPTH_MAX + 1), "REQ.TOO_DEEP"),
    (b"[" * 5_000, "REQ.TOO_DEEP"),
    (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "REQ.TOO_DEEP"),
    (b'[{"a":' * 40 + b"1" + b"}]" * 40, "REQ.TOO_DEEP"),
    (b'"' + b"x" * BODY_BYTES_MAX + b'"', "REQ.TOO_LARGE"),
    (b" " * 10_485_760, "REQ.EMPTY_BODY"),
    (b'{"a":"' + b"x" * 10_485_760 + b'"}', "REQ.TOO_LARGE"),
]


def code(body: bytes) -> str:
    with pytest.raises(RequestError) as caught:
        decode(body)
    return caught.value.code


@pytest.mark.parametrize(("body", "expected"), REFUSED, ids=[f"{n}-{code}" for n, (_, code) in enumerate(REFUSED)])
def test_refused_with_its_code(body: bytes, expected: str) -> None:
    assert code(body) == expected


@pytest.mark.parametrize(("body", "expected"), REFUSED, ids=[f"{n}-{code}" for n, (_, code) in enumerate(REFUSED)])
def test_refused_within_something_ordinary_too(body: bytes, expected: str) -> None:
    """No refusal depends on where in a body its cause stands."""
    if expected in ("REQ.EMPTY_BODY", "REQ.TOO_LARGE") or body.startswith((b"\xef", b"//", b"\xff")):
        return
    assert code(b'{"kind":"machine.change","n":[0.25,' + body + b"]}") in {expected, "REQ.NOT_JSON"}


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"null", None),
        (b" true ", True),
        (b"0", 0),
        (b"[1,2.5,-3e2]", [1, 2.5, -300.0]),
        (b'{"a":{"a":1},"b":[{"a":1},{"a":1}]}', {"a": {"a": 1}, "b": [{"a": 1}, {"a": 1}]}),
        (b'{"a":"\\"a\\"","b":"a"}', {"a": '"a"', "b": "a"}),
        (b'{"a":"]]]}}}","b":"[[["}', {"a": "]]]}}}", "b": "[[["}),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        ('"ä😀"'.encode(), "ä\U0001f600"),
        (b'"\\u0000"', "\0"),
        (b"9007199254740991", SAFE_INTEGER_MAX),
        (b"-9007199254740991", -SAFE_INTEGER_MAX),
        (b"1e300", 1e300),
    ],
)
def test_taken_as_it_stands(body: bytes, value: Any) -> None:
    assert decode(body) == value


@pytest.mark.parametrize("body", [b"-0", b"[-0]", b'{"a":-0}', b"-0.0", b'{"a": -0.0}', b'{"a":\n-0}'])
def test_a_negative_zero_stays_visible(body: bytes) -> None:
    value = decode(body)
    while isinstance(value, list | dict):
        value = value[0] if isinstance(value, list) else value["a"]
    assert math.copysign(1, value) == -1


def test_numbers_keep_their_kind() -> None:
    assert [type(number) for number in decode(b"[1,1.0,1e0,0]")] == [int, float, float, int]


def test_brackets_within_strings_do_not_count_as_depth() -> None:
    body = b'["' + b"[" * 500 + b'\\"' + b"{" * 500 + b'"]'
    assert decode(body) == ["[" * 500 + '"' + "{" * 500]
    assert decode(b"[" * DEPTH_MAX + b"]" * DEPTH_MAX) is not None
    assert len(decode(b"[" + b"[]," * 500 + b"[]]")) == 501


@pytest.mark.parametrize("tail", [b'"' + b'\\"' * 500_000, b'"' + b"\\" * 1_000_000, b'"' * 1_000_000])
def test_a_body_without_end_is_refused_in_linear_time(tail: bytes) -> None:
    """Quadratic, this takes hours; the time limit of the suite is two minutes."""
    assert code(b"[" + b"[]," * 70 + tail) == "REQ.NOT_JSON"


def test_a_limit_may_be_lower() -> None:
    assert decode(b'"' + b"x" * 8 + b'"', bytes_max=10) == "x" * 8
    with pytest.raises(RequestError, match=r"REQ\.TOO_LARGE"):
        decode(b'"' + b"x" * 9 + b'"', bytes_max=10)


def test_a_record_says_what_does_not_fit() -> None:
    assert decode_as(b'{"permit":"chp_1"}', ExecuteBody) == ExecuteBody(permit="chp_1")
    for body in (b"{}", b'{"permit":1}', b'{"permit":"a","more":1}', b"[]"):
        with pytest.raises(RequestError, match=r"REQ\.BODY_INVALID"):
            decode_as(body, ExecuteBody)
    with pytest.raises(RequestError, match=r"REQ\.DUPLICATE_KEY"):
        decode_as(b'{"permit":"a","permit":"b"}', ExecuteBody)


texts = st.text(st.characters(codec="utf-8"), max_size=8)
numbers = st.integers(-SAFE_INTEGER_MAX, SAFE_INTEGER_MAX) | st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | numbers | texts
trees = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4))


@given(trees, st.booleans(), st.sampled_from([None, 1]))
def test_any_json_is_taken_and_made_canonical(tree: Any, ascii_only: bool, indent: int | None) -> None:
    body = json.dumps(tree, ensure_ascii=ascii_only, indent=indent).encode()
    value, canonical = decode_canonical(body)
    assert value == tree
    assert decode(body) == tree
    assert canonical == rfc8785.dumps(tree)


def written_twice(tree: Any, text: str) -> Any:
    """The first object's first key once more; None if there is no object with a key."""
    if isinstance(tree, dict) and tree:
        key = next(iter(tree))
        return text.replace("{" + json.dumps(key) + ":", "{" + json.dumps(key) + ":0," + json.dumps(key) + ":", 1)
    return None


@given(st.dictionaries(texts, trees, min_size=1, max_size=4), st.booleans())
def test_a_key_that_stands_twice_is_never_taken(tree: dict[str, Any], deep: bool) -> None:
    text = written_twice(tree, json.dumps(tree, separators=(",", ":")))
    body = (f'{{"outer":[{text}]}}' if deep else text).encode()
    assert code(body) == "REQ.DUPLICATE_KEY"


@given(st.binary(max_size=60) | st.text('{}[]":,\\ue0-12 ', max_size=40).map(str.encode))
def test_whatever_comes_is_taken_or_refused_with_a_code(body: bytes) -> None:
    with contextlib.suppress(RequestError):
        assert decode(body) == msgspec.json.decode(body) == json.loads(body)


def test_both_ways_of_decoding_refuse_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strictjson, "_plainly", lambda _body: None)
    for body, expected in REFUSED:
        assert code(body) == expected
