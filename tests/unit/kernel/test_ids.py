"""Ids: unique, sorted by time, readable, and reproducible from a seed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.kernel.ids import IdSource, SeededIds, SystemIds, encode_id

NOW = 1_790_000_000_000_000
FORM = re.compile(r"^dec_[0-9A-HJKMNP-TV-Z]{26}$")
SOURCES: list[Callable[[], IdSource]] = [SystemIds, lambda: SeededIds(1)]


@pytest.mark.parametrize("make", SOURCES)
def test_ids_are_unique_and_well_formed(make: Callable[[], IdSource]) -> None:
    source = make()
    made = [source.new("dec", NOW) for _ in range(5_000)]
    assert len(set(made)) == len(made)
    assert all(FORM.match(one) for one in made)


@pytest.mark.parametrize("make", SOURCES)
def test_ids_sort_by_time(make: Callable[[], IdSource]) -> None:
    source = make()
    made = [source.new("dec", NOW + 1_000 * step) for step in range(300)]
    assert made == sorted(made)


@pytest.mark.parametrize("make", SOURCES)
def test_salts_and_secrets_are_long_and_never_the_same(make: Callable[[], IdSource]) -> None:
    source = make()
    salts = {source.salt() for _ in range(500)}
    secrets = {source.secret() for _ in range(500)}
    assert (len(salts), {len(salt) for salt in salts}) == (500, {16})
    assert (len(secrets), {len(bytes.fromhex(secret)) for secret in secrets}) == (500, {32})


def test_a_secret_is_not_taken_from_an_id() -> None:
    source = SystemIds()
    drawn = [source.salt().hex() + source.new("dec", NOW) + source.secret() for _ in range(400)]
    assert len(set(drawn)) == 400


def test_the_same_seed_gives_the_same_ids_and_another_seed_others() -> None:
    def some(seed: int) -> list[object]:
        source = SeededIds(seed)
        return [source.new("a", NOW), source.salt(), source.secret(), source.new("b", NOW + 5)]

    assert some(3) == some(3)
    assert not set(map(str, some(3))) & set(map(str, some(4)))


def test_two_system_sources_do_not_agree() -> None:
    one, two = SystemIds(), SystemIds()
    assert one.new("dec", NOW) != two.new("dec", NOW)


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_an_id_holds_its_time_and_its_random_bits(at_ms: int, tail: bytes) -> None:
    made = encode_id("x", at_ms, tail)
    bits = 0
    for letter in made.removeprefix("x_"):
        bits = bits * 32 + ALPHABET.index(letter)
    assert bits == (at_ms << 80) | int.from_bytes(tail)


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_order_of_ids_is_order_of_time(one: int, two: int, tail: bytes) -> None:
    if one != two:
        assert (encode_id("x", one, tail) < encode_id("x", two, bytes(10))) == (one < two)
