"""Draws from a seed and a counter: the same seed tells the same story on every machine and Python."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draws:
    """A stream of choices.

    Args:
        seed: names the stream.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._count = 0

    def below(self, bound: int) -> int:
        """A whole number from 0 to below `bound`. The bias of 64 bits over a small bound is of no account here."""
        assert bound > 0
        self._count += 1
        drawn = hashlib.sha256(b"draw:%d:%d" % (self._seed, self._count)).digest()
        return int.from_bytes(drawn[:8]) % bound

    def pick(self, among: Sequence[T]) -> T:
        """One of them."""
        return among[self.below(len(among))]

    def chance(self, one_in: int) -> bool:
        """True once in so many times."""
        return self.below(one_in) == 0

    def weighted(self, weights: dict[str, int]) -> str:
        """One of the names, as often as its weight says."""
        at = self.below(sum(weights.values()))
        for name, weight in weights.items():
            if at < weight:
                return name
            at -= weight
        raise AssertionError("the weights were summed")
