"""Identifiers, and the only door through which system randomness enters.

An id is a prefix, an underscore and 26 characters of Crockford base 32: 48 bits of milliseconds, then 80 random bits.
So ids sort by time, and two nodes never need to talk to agree. Source of the layout: the ULID specification.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from typing import Protocol

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = tuple(a + b for a in _ALPHABET for b in _ALPHABET)
_LETTER_OF_BYTE = _ALPHABET.encode() * 8
_BLOCK_BYTES = 4096
_TAIL_LETTERS = 16


class IdSource(Protocol):
    """Where ids, salts and secrets come from."""

    def new(self, prefix: str, now_us: int) -> str:
        """A fresh id: `prefix_` and 26 characters."""
        ...

    def salt(self) -> bytes:
        """16 unpredictable bytes."""
        ...

    def secret(self) -> str:
        """256 unpredictable bits as text, for tokens and permits."""
        ...


class SystemIds:
    """Ids from the operating system's randomness, read in blocks: one system call serves 256 ids.

    Of every random byte five bits become a letter. That wastes three, and is four times as fast as packing all of them.

    Not thread-safe by design: every thread that makes ids owns one.
    """

    def __init__(self) -> None:
        self._buffer = b""
        self._at = 0
        self._letters = ""
        self._letters_at = 0

    def new(self, prefix: str, now_us: int) -> str:
        """A fresh id."""
        start, stop = self._letters_at, self._letters_at + _TAIL_LETTERS
        if stop > len(self._letters):
            self._letters = os.urandom(_BLOCK_BYTES).translate(_LETTER_OF_BYTE).decode("ascii")
            start, stop = 0, _TAIL_LETTERS
        self._letters_at = stop
        return f"{prefix}_{_time_part(now_us // 1000)}{self._letters[start:stop]}"

    def salt(self) -> bytes:
        """16 unpredictable bytes."""
        return self._take(16)

    def secret(self) -> str:
        """256 unpredictable bits as text."""
        return self._take(32).hex()

    def _take(self, size: int) -> bytes:
        if self._at + size > len(self._buffer):
            self._buffer = os.urandom(_BLOCK_BYTES)
            self._at = 0
        taken = self._buffer[self._at : self._at + size]
        self._at += size
        return taken


class SeededIds:
    """Ids from a seed and a counter: the same run gives the same ids. For simulation, export and tests."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._count = 0

    def new(self, prefix: str, now_us: int) -> str:
        """The next id."""
        return encode_id(prefix, now_us // 1000, self._next()[:10])

    def salt(self) -> bytes:
        """The next 16 bytes."""
        return self._next()[:16]

    def secret(self) -> str:
        """The next 32 bytes as text."""
        return self._next().hex()

    def _next(self) -> bytes:
        self._count += 1
        return hashlib.sha256(b"%d:%d" % (self._seed, self._count)).digest()


def encode_id(prefix: str, at_ms: int, tail: bytes) -> str:
    """An id from its parts: `tail` holds the 80 random bits."""
    assert len(tail) == 10
    n = int.from_bytes(tail)
    # Ten bits at a time, written out: four times as fast as a loop over single characters, and ids are hot.
    return (
        f"{prefix}_{_time_part(at_ms)}{_PAIRS[n >> 70]}{_PAIRS[n >> 60 & 1023]}{_PAIRS[n >> 50 & 1023]}"
        f"{_PAIRS[n >> 40 & 1023]}{_PAIRS[n >> 30 & 1023]}{_PAIRS[n >> 20 & 1023]}{_PAIRS[n >> 10 & 1023]}"
        f"{_PAIRS[n & 1023]}"
    )


@lru_cache(maxsize=16)
def _time_part(at_ms: int) -> str:
    number = at_ms & 0xFFFF_FFFF_FFFF
    return "".join([_PAIRS[(number >> shift) & 1023] for shift in range(40, -1, -10)])
