"""Strict JSON for everything that comes in: what two readers could read differently is refused, not guessed.

Refused, each with its code: empty, too large, not UTF-8, not JSON, too deep, a key twice in one object, a number that a
double cannot hold exactly (RFC 7493). What passes is plain Python values with finite numbers.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from chargehand.contracts.problems import RequestError
from chargehand.kernel.canonical import SAFE_INTEGER_MAX, canonical_bytes, record_bytes, survey

BODY_BYTES_MAX = 1024 * 1024
DEPTH_MAX = 64

_NEGATIVE_ZERO = re.compile(rb"-0(?<![^\s:,\[]-0)")
"""A number that begins with -0, or a text that looks like one; the identifier CNC-001 does not."""
_BRACKETS_AND_STRINGS = re.compile(rb'"(?:[^"\\]+|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
"""A string without its end is one match too: looked for again from every quote in it, it would take quadratic time."""


def decode(body: bytes, *, bytes_max: int = BODY_BYTES_MAX) -> Any:
    """The JSON value of a request body.

    Raises:
        RequestError: with a REQ code that says what is wrong with it.
    """
    return _decoded(body, bytes_max)[0]


def decode_canonical(body: bytes, *, bytes_max: int = BODY_BYTES_MAX) -> tuple[Any, bytes]:
    """The JSON value of a request body, and its canonical JSON.

    Raises:
        RequestError: as `decode`.
    """
    value, normal = _decoded(body, bytes_max)
    return value, record_bytes(value) if normal else canonical_bytes(value)


def _decoded(body: bytes, bytes_max: int) -> tuple[Any, bool]:
    """The value, and whether its plain encoding is canonical."""
    if not body.strip():
        raise RequestError("REQ.EMPTY_BODY", "the request has no body", hint="send a JSON object")
    if len(body) > bytes_max:
        raise RequestError("REQ.TOO_LARGE", f"the body has {len(body)} bytes; at most {bytes_max} are taken")
    _check_depth(body)
    return _plainly(body) or (_exactly(body), False)


def _plainly(body: bytes) -> tuple[Any, bool] | None:
    """The value of an ordinary body in a third of the time, or None where only `_exactly` can tell.

    A text has at least two quotes per string, more where a quote is escaped, and a key that stands twice leaves one
    string fewer in the value than in the text. So equal counts prove that nothing was swallowed.
    """
    if _NEGATIVE_ZERO.search(body):
        return None
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    strings, exact, normal = survey(value)
    if not exact or 2 * strings != body.count(b'"'):
        return None
    return value, normal and body.isascii() and b"\\" not in body


def _exactly(body: bytes) -> Any:
    """The value of any body, or what is wrong with it."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError("REQ.NOT_UTF8", f"byte {error.start} is not UTF-8") from error
    try:
        # The strict decoder first: it refuses what the lenient one lets through (NaN, control characters, 1e999).
        msgspec.json.decode(body)
        value = json.loads(text, object_pairs_hook=_object, parse_int=_integer)
    except msgspec.DecodeError as error:
        raise _refusal(str(error)) from error
    except (json.JSONDecodeError, RecursionError, UnicodeEncodeError) as error:
        raise RequestError("REQ.NOT_JSON", f"not JSON: {error}") from error
    return value


def decode_as(body: bytes, kind: type[Any], *, bytes_max: int = BODY_BYTES_MAX) -> Any:
    """A request body as a record of `contracts/`.

    Raises:
        RequestError: it is not strict JSON or does not fit the record.
    """
    value = decode(body, bytes_max=bytes_max)
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise RequestError("REQ.BODY_INVALID", str(error)) from error


def _check_depth(body: bytes) -> None:
    # Counting brackets costs a microsecond and clears every ordinary body; only the rest is looked at closely.
    if body.count(b"[") + body.count(b"{") <= DEPTH_MAX:
        return
    depth = 0
    for match in _BRACKETS_AND_STRINGS.finditer(body):
        first = match[0][:1]
        if first in (b"[", b"{"):
            depth += 1
            if depth > DEPTH_MAX:
                raise RequestError("REQ.TOO_DEEP", f"nested deeper than {DEPTH_MAX} levels")
        elif first in (b"]", b"}"):
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise RequestError("REQ.DUPLICATE_KEY", f"the key {twice!r} stands twice in one object")
    return value


def _integer(text: str) -> int:
    # A bound on the text first: int() of a million digits takes seconds.
    if len(text) > 17 or not -SAFE_INTEGER_MAX <= int(text) <= SAFE_INTEGER_MAX:
        raise RequestError("REQ.NUMBER_OUT_OF_RANGE", f"whole number beyond 2**53: {text[:24]}")
    # -0 is a whole number in JSON and a negative zero to its writer; keep it visible to the auditor.
    return int(text) if text != "-0" else -0.0  # type: ignore[return-value]


def _refusal(message: str) -> RequestError:
    if "out of range" in message:
        return RequestError("REQ.NUMBER_OUT_OF_RANGE", "a number is beyond what a double can hold")
    return RequestError("REQ.NOT_JSON", f"not JSON: {message}")
