"""Canonical JSON (RFC 8785) and digests over it: the same value gives the same bytes everywhere.

msgspec's sorted encoding already is RFC 8785 except for some numbers and for keys beyond the Basic Multilingual Plane.
`normalise` mends those in a tree once; `record_bytes` encodes records whose numbers went through `number`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from typing import Any

import msgspec

SAFE_INTEGER_MAX = 2**53 - 1
"""Largest whole number that every JSON reader takes exactly (RFC 7493)."""

_encoder = msgspec.json.Encoder(order="sorted")
_ordered_encoder = msgspec.json.Encoder(order="deterministic")


class NotCanonicalError(ValueError):
    """A value that has no canonical JSON: not finite, or a whole number that readers would round."""


def canonical_bytes(value: Any) -> bytes:
    """RFC 8785 bytes of a JSON value.

    Raises:
        NotCanonicalError: a number is not finite or is a whole number beyond 2**53.
    """
    return _encoder.encode(normalise(value))


def record_bytes(record: Any) -> bytes:
    """Canonical bytes of a record of `contracts/`, whose numbers and trees are already normal."""
    return _encoder.encode(record)


def ordered_bytes(record: Any) -> bytes:
    """As `record_bytes`, for records that are declared in canonical order all the way down: a third cheaper."""
    return _ordered_encoder.encode(record)


def sha256_text(data: bytes) -> str:
    """`sha256:` and the hexadecimal digest."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def number(value: float) -> int | float:
    """A number in the form whose encoding is canonical: whole floats as integers, no negative zero.

    Raises:
        NotCanonicalError: the number is not finite.
    """
    normal: int | float = value if isinstance(value, int) else _normal_float(value)
    return normal


def normalise(value: Any) -> Any:
    """The same JSON value, such that the sorted encoding of it is canonical.

    Raises:
        NotCanonicalError: a number is not finite or is a whole number beyond 2**53.
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is int:
        if -SAFE_INTEGER_MAX <= value <= SAFE_INTEGER_MAX:
            return value
        raise NotCanonicalError(f"whole number beyond 2**53: {value!r}")
    if kind is float:
        return _normal_float(value)
    if kind is dict:
        normal = {key: normalise(item) for key, item in value.items()}
        return normal if all(map(str.isascii, normal)) else _sorted_by_utf16(normal)
    if kind is list or kind is tuple:
        return [normalise(item) for item in value]
    if kind is msgspec.Raw:
        return value
    return normalise(msgspec.to_builtins(value))


def survey(value: Any) -> tuple[int, bool, bool]:
    """A decoded JSON value in one walk: how many strings it holds, and two facts about its numbers.

    The first: every number is one that a double holds exactly. The second: every number is normal already. Then
    `normalise` would change nothing, provided that all keys are ASCII, which the caller knows from the text.
    """
    if type(value) is dict:
        strings = len(value)
        items: Iterable[Any] = value.values()
    else:
        strings = 0
        items = value if type(value) is list else (value,)
    exact = normal = True
    for item in items:
        kind = type(item)
        if kind is str:
            strings += 1
        elif kind is dict or kind is list:
            inside, exact_inside, normal_inside = survey(item)
            strings += inside
            exact, normal = exact and exact_inside, normal and normal_inside
        elif kind is int or kind is float:
            exact = exact and -SAFE_INTEGER_MAX <= item <= SAFE_INTEGER_MAX
            normal = normal and (kind is int or (abs(item) >= 1e-5 and not item.is_integer()))
    return strings, exact, normal


def _normal_float(value: float) -> Any:
    if not math.isfinite(value):
        raise NotCanonicalError(f"not finite: {value!r}")
    magnitude = abs(value)
    if magnitude <= SAFE_INTEGER_MAX and value.is_integer():
        return int(value)
    if 1e-5 <= magnitude <= SAFE_INTEGER_MAX or magnitude < 1e-6:
        return value
    # The encoder writes 1.5e-6 and 1e16 where RFC 8785 wants 0.0000015 and 10000000000000000.
    return msgspec.Raw(_es6_number(value).encode())


def _es6_number(value: float) -> str:
    """A float as ECMAScript prints it: the shortest digits, in its own layout of exponents."""
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0)
    if whole == "0":
        point = int(exponent or 0) - (len(fraction) - len(fraction.lstrip("0")))
    digits = digits.rstrip("0")
    if 0 < point <= 21:
        if len(digits) <= point:
            return sign + digits + "0" * (point - len(digits))
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    tail = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return sign + digits[0] + ("." + digits[1:] if len(digits) > 1 else "") + tail


def _sorted_by_utf16(tree: dict[str, Any]) -> msgspec.Raw:
    # RFC 8785 sorts keys by UTF-16 code units, which differs from code points once surrogate pairs are involved.
    keys = sorted(tree, key=lambda key: key.encode("utf-16-be"))
    members = [_encoder.encode(key) + b":" + _encoder.encode(tree[key]) for key in keys]
    return msgspec.Raw(b"{" + b",".join(members) + b"}")
