"""Ids from the system's randomness: their form, that they differ across blocks, and that a letter is five bits."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from chargehand.kernel.ids import SystemIds

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NOW_US = 1_795_199_716_000_000


def test_ids_have_prefix_time_and_letters() -> None:
    made = [SystemIds().new("prp", NOW_US) for _ in range(3)]
    assert {len(item) for item in made} == {30}
    assert {item[:14] for item in made} == {made[0][:14]}
    assert all(set(item[4:]) <= set(LETTERS) for item in made)


def test_ids_never_repeat_across_blocks() -> None:
    ids = SystemIds()
    made = [ids.new("a", NOW_US) for _ in range(2_000)]
    assert len(set(made)) == len(made)


def test_ids_sort_by_time() -> None:
    ids = SystemIds()
    made = [ids.new("a", NOW_US + 1_000 * step) for step in range(300)]
    assert made == sorted(made)


def test_every_letter_is_as_likely_as_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", lambda size: bytes(range(256)) * (size // 256))
    ids = SystemIds()
    seen = Counter("".join(ids.new("a", NOW_US)[-16:] for _ in range(16)))
    assert seen == dict.fromkeys(LETTERS, 8)
