"""Canonical JSON against an independent implementation of RFC 8785."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import assume, example, given
from hypothesis import strategies as st

from chargehand.kernel.canonical import (
    SAFE_INTEGER_MAX,
    NotCanonicalError,
    canonical_bytes,
    normalise,
    number,
    record_bytes,
    sha256_text,
    survey,
)

texts = st.text(st.characters(codec="utf-8"), max_size=6)
astral = st.text(st.sampled_from("aé€￿\U00010000\U0001f600"), min_size=1, max_size=4)
finite = st.floats(allow_nan=False, allow_infinity=False)
numbers = st.integers(-SAFE_INTEGER_MAX, SAFE_INTEGER_MAX) | finite
scalars = st.none() | st.booleans() | numbers | texts | astral
trees = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts | astral, inner, max_size=5)
)


@given(finite)
@example(0.0)
@example(-0.0)
@example(1.0)
@example(-1.5)
@example(0.1)
@example(1e-5)
@example(9.999999e-6)
@example(1e-6)
@example(1.5e-6)
@example(9.99e-7)
@example(1e-7)
@example(5e-324)
@example(2.0**53)
@example(9007199254740993.0)
@example(1e15)
@example(1e16)
@example(123456789012345680000.0)
@example(1e20)
@example(1e21)
@example(1.5e21)
@example(1e22)
@example(1.7976931348623157e308)
@example(-333333333.3333333)
def test_numbers_are_written_as_the_rfc_says(value: float) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)
    assert canonical_bytes({"a": [value]}) == rfc8785.dumps({"a": [value]})


@given(trees)
def test_trees_are_written_as_the_rfc_says(tree: Any) -> None:
    assert canonical_bytes(tree) == rfc8785.dumps(tree)


@given(st.dictionaries(astral, numbers, min_size=2, max_size=6))
def test_keys_are_sorted_by_utf16_units(tree: dict[str, float]) -> None:
    assert canonical_bytes(tree) == rfc8785.dumps(tree)


def test_the_key_order_that_code_points_would_get_wrong() -> None:
    assert canonical_bytes({"￿": 1, "\U00010000": 2}) == '{"\U00010000":2,"￿":1}'.encode()


@given(trees)
def test_canonical_is_a_fixed_point(tree: Any) -> None:
    # Beyond 2**53 a float is written as a whole number that no reader is trusted with, so it does not come back.
    assume(survey(tree)[1])
    once = canonical_bytes(tree)
    assert canonical_bytes(json.loads(once)) == once
    assert canonical_bytes(msgspec.json.decode(once)) == once


@given(trees)
def test_order_of_keys_does_not_matter(tree: Any) -> None:
    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turned(item) for key, item in reversed(value.items())}
        return [turned(item) for item in value] if isinstance(value, list) else value

    assert canonical_bytes(turned(tree)) == canonical_bytes(tree)


@given(trees)
def test_what_the_survey_calls_normal_needs_no_mending(tree: Any) -> None:
    strings, exact, normal = survey(tree)
    assert exact == all(abs(value) <= SAFE_INTEGER_MAX for value in leaves(tree) if isinstance(value, int | float))
    assert strings == sum(isinstance(value, str) for value in leaves(tree)) + sum(1 for _ in keys(tree))
    if exact and normal and all(key.isascii() for key in keys(tree)):
        assert record_bytes(tree) == rfc8785.dumps(tree)


def leaves(tree: Any) -> list[Any]:
    if isinstance(tree, dict):
        tree = list(tree.values())
    if not isinstance(tree, list):
        return [] if isinstance(tree, bool) else [tree]
    return [leaf for item in tree for leaf in leaves(item)]


def keys(tree: Any) -> list[str]:
    inner = list(tree.values()) if isinstance(tree, dict) else tree if isinstance(tree, list) else []
    return [*(tree if isinstance(tree, dict) else ()), *(key for item in inner for key in keys(item))]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_has_no_canonical_form(value: float) -> None:
    for tree in (value, [value], {"a": {"b": value}}):
        with pytest.raises(NotCanonicalError):
            canonical_bytes(tree)
    with pytest.raises(NotCanonicalError):
        number(value)


@pytest.mark.parametrize("value", [2**53, -(2**53), 10**30])
def test_a_whole_number_that_readers_would_round_has_none_either(value: int) -> None:
    with pytest.raises(NotCanonicalError, match="beyond"):
        canonical_bytes({"a": value})
    assert canonical_bytes(value - 1 if value == 2**53 else 1)


def test_numbers_of_records_are_made_normal() -> None:
    for given_number, normal in ((764.0, 764), (-0.0, 0), (0.5, 0.5), (3, 3), (1e15, 10**15)):
        found = number(given_number)
        assert (found, type(found)) == (normal, type(normal))


class Record(msgspec.Struct):
    """A record as `contracts/` has them."""

    b: float
    a: str | None = None


def test_records_are_written_like_the_tree_they_stand_for() -> None:
    assert canonical_bytes(Record(2.0, "x")) == b'{"a":"x","b":2}'
    assert canonical_bytes({"r": [Record(2.5)]}) == b'{"r":[{"a":null,"b":2.5}]}'
    assert canonical_bytes({"t": (1, 2.0)}) == b'{"t":[1,2]}'
    assert normalise(msgspec.Raw(b"1")) == msgspec.Raw(b"1")


def test_digests_name_their_function() -> None:
    assert sha256_text(b"") == "sha256:" + hashlib.sha256(b"").hexdigest()
