"""The quick way through a body and the exact one: the same value, the same bytes, or the same refusal."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.contracts.problems import RequestError
from chargehand.kernel import strictjson
from chargehand.kernel.canonical import SAFE_INTEGER_MAX, canonical_bytes, normalise, survey
from chargehand.kernel.strictjson import decode, decode_canonical

NUMBERS = st.one_of(
    st.integers(-(10**20), 10**20),
    st.integers(SAFE_INTEGER_MAX - 2, SAFE_INTEGER_MAX + 2),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, -0.0, 3183.0, 1e-5, 9.9e-6, 1e-6, 1e-7, 1e16, 1e300]),
)
TEXTS = st.one_of(st.text(max_size=6), st.sampled_from(["CNC-001", "-0", ": -0", 'a"b', "é", "😀", "a:b", "\\"]))
TREES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
)
PIECES = st.sampled_from(
    ["{", "}", "[", "]", ":", ",", " ", "\n", '"', '"a"', '"b"', '"a":', "1", "-0", "0", "1.5", "1e999", "null", "NaN"]
)


def _outcome(body: bytes) -> tuple[str, Any]:
    try:
        return "value", decode_canonical(body)
    except RequestError as error:
        return error.code, None


def _exact_outcome(body: bytes) -> tuple[str, Any]:
    try:
        value = strictjson._exactly(body)
    except RequestError as error:
        return error.code, None
    return "value", (value, canonical_bytes(value))


def _same(one: Any, other: Any) -> bool:
    """Equal values of equal types, down to the sign of a zero."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, float):
        return one == other and math.copysign(1, one) == math.copysign(1, other)
    return bool(one == other)


def _assert_same(body: bytes) -> None:
    (code, found), (exact_code, exact) = _outcome(body), _exact_outcome(body)
    assert code == exact_code, body
    if found is not None:
        assert _same(found[0], exact[0]), body
        assert found[1] == exact[1], body


@given(TREES, st.booleans(), st.sampled_from([None, 1]))
def test_any_tree_is_read_the_same(tree: Any, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(tree, ensure_ascii=ascii_only, indent=indent)
    _assert_same(text.encode("utf-8", "surrogatepass"))


@given(st.lists(st.tuples(st.sampled_from("ab"), TREES), max_size=4), st.sampled_from([":", " :", ": "]))
def test_any_keys_are_read_the_same_also_twice(members: list[tuple[str, Any]], colon: str) -> None:
    body = "{" + ",".join(f'"{key}"{colon}{json.dumps(value, ensure_ascii=False)}' for key, value in members) + "}"
    _assert_same(body.encode("utf-8", "surrogatepass"))


@given(st.lists(PIECES, min_size=1, max_size=12).map("".join).filter(str.strip))
def test_any_text_is_read_the_same(text: str) -> None:
    _assert_same(text.encode())


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"a":1,"a":1}', "REQ.DUPLICATE_KEY"),
        (b'{"a" :1,"a":1,"b":":x"}', "REQ.DUPLICATE_KEY"),
        (b'{"a":{"b":"x","b":"x"}}', "REQ.DUPLICATE_KEY"),
        (b'[{"a":1,"\\u0061":1}]', "REQ.DUPLICATE_KEY"),
        (b'{"a":{"x":1},"a":{}}', "REQ.DUPLICATE_KEY"),
        (b"[9007199254740992]", "REQ.NUMBER_OUT_OF_RANGE"),
        (b"-9007199254740992", "REQ.NUMBER_OUT_OF_RANGE"),
        (b'{"a":1e999}', "REQ.NUMBER_OUT_OF_RANGE"),
        (b'{"a":NaN}', "REQ.NOT_JSON"),
        (b'{"a":1}x', "REQ.NOT_JSON"),
        (b'{"a":"\xff"}', "REQ.NOT_UTF8"),
        (b'{"\xed\xa0\x80":1}', "REQ.NOT_UTF8"),
        (b'{"a":1,\xff"b":2}', "REQ.NOT_UTF8"),
    ],
)
def test_what_the_quick_way_cannot_tell_is_refused_by_the_exact_one(body: bytes, code: str) -> None:
    with pytest.raises(RequestError) as refused:
        decode(body)
    assert refused.value.code == code


@pytest.mark.parametrize("body", [b"-0", b"[-0]", b'{"a": -0}', b"[1,-0]", b"[1,\n-0]", b"[-0.0]"])
def test_negative_zero_stays_visible(body: bytes) -> None:
    value = decode(body)
    while isinstance(value, dict | list):
        value = list(value.values())[-1] if isinstance(value, dict) else value[-1]
    assert isinstance(value, float)
    assert math.copysign(1, value) == -1


@pytest.mark.parametrize(
    "body",
    [
        '{"\U0001f600":1,"\uffff":2}'.encode(),
        b'{"\\ud83d\\ude00":1,"\\uffff":2}',
        b'{"a":9.9e-6}',
        b'{"a":[[3183.0]]}',
        b'{"a":1e15,"b":"say \\"hi\\""}',
    ],
)
def test_what_needs_more_than_plain_encoding_gets_it(body: bytes) -> None:
    _assert_same(body)
    value, canonical = decode_canonical(body)
    assert canonical == canonical_bytes(value)


def test_an_ordinary_proposal_goes_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def unexpected(_body: bytes) -> Any:
        raise AssertionError("the exact way")

    monkeypatch.setattr(strictjson, "_exactly", unexpected)
    tree = {"subject": "machine/CNC-001", "params": {"feed": {"value": 763.5, "unit": "mm/min"}}, "seq": 4, "n": 12.0}
    value, canonical = decode_canonical(json.dumps(tree, indent=2).encode())
    assert value == tree
    assert canonical == canonical_bytes(tree)


@given(TREES)
def test_survey_counts_strings_and_knows_what_is_normal(tree: Any) -> None:
    strings, exact, normal = survey(tree)

    def count(value: Any) -> int:
        if isinstance(value, dict):
            return len(value) + sum(map(count, value.values()))
        return sum(map(count, value)) if isinstance(value, list) else isinstance(value, str)

    assert strings == count(tree)
    if exact and normal and json.dumps(tree, ensure_ascii=False).isascii():
        assert _same(normalise(tree), tree)
