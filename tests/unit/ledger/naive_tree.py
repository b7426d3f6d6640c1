"""A second implementation of RFC 9162, section 2.1, as it is written there: recursive, in memory, slow.

It shares no line with the tree under test, so that the two can only agree by being right.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import sha256


def split(width: int) -> int:
    """The largest power of two smaller than `width`."""
    k = 1
    while k * 2 < width:
        k *= 2
    return k


class NaiveTree:
    """MTH, PATH and PROOF over a list of leaves."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.leaves = list(leaves)
        self._mth = cache(self._hash_range)

    def root(self, size: int) -> bytes:
        return self._mth(0, size)

    def path(self, index: int, size: int) -> list[bytes]:
        return self._path(index, 0, size)

    def proof(self, first: int, second: int) -> list[bytes]:
        return self._subproof(first, 0, second, known=True)

    def _hash_range(self, start: int, stop: int) -> bytes:
        if start == stop:
            return sha256().digest()
        if stop - start == 1:
            return sha256(b"\0" + self.leaves[start]).digest()
        k = start + split(stop - start)
        return sha256(b"\1" + self._mth(start, k) + self._mth(k, stop)).digest()

    def _path(self, m: int, start: int, stop: int) -> list[bytes]:
        if stop - start == 1:
            return []
        k = split(stop - start)
        if m < k:
            return [*self._path(m, start, start + k), self._mth(start + k, stop)]
        return [*self._path(m - k, start + k, stop), self._mth(start, start + k)]

    def _subproof(self, m: int, start: int, stop: int, *, known: bool) -> list[bytes]:
        if m == stop - start:
            return [] if known else [self._mth(start, stop)]
        k = split(stop - start)
        if m <= k:
            return [*self._subproof(m, start, start + k, known=known), self._mth(start + k, stop)]
        return [*self._subproof(m - k, start + k, stop, known=False), self._mth(start, start + k)]
