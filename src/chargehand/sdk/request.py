"""From an operation and its arguments to the request: method, path, query, headers, body. Pure, for both clients.

It refuses what cannot stand in a request (an empty path segment, a line feed in a header) before anything is sent, and
names that the operation does not have. Whether a value makes sense is the engine's to say, so that its answer is the
same on every surface.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import msgspec

from chargehand import __version__
from chargehand.contracts.operations import JSON, OPERATIONS, SSE, Operation
from chargehand.sdk.errors import BadArgument

USER_AGENT = f"chargehand-python/{__version__}"
_IN_PATH = re.compile(r"\{(\w+)\}")


class Request(NamedTuple):
    """What goes out: everything but the engine's address and the credential."""

    operation: Operation
    method: str
    target: str
    headers: dict[str, str]
    content: bytes | None


def build(
    name: str,
    arguments: dict[str, Any],
    *,
    body: Any = None,
    media: str | None = None,
    idempotency_key: str | None = None,
    if_match: str | int | None = None,
    last_event_id: str | None = None,
) -> Request:
    """The request of an operation.

    Args:
        name: `noun.verb`.
        arguments: path and query parameters by name; None means not given.
        body: a record, a JSON value, or bytes that are sent as they are.
        media: media type to ask for; the operation's first unless given.
        idempotency_key: the caller's own name of this mutation.
        if_match: revision that the caller read.
        last_event_id: position of the last event that arrived.

    Raises:
        TypeError: no such operation or parameter, or one is missing: the caller's program is wrong.
        BadArgument: a value that cannot stand in a request.
    """
    entry = OPERATIONS.get(name)
    if entry is None:
        raise TypeError(f"no such operation: {name!r}")
    if body is None and entry.input is not None:
        raise TypeError(f"{name} needs a body")
    in_path = _IN_PATH.findall(entry.path)
    in_query = [parameter.name for parameter in entry.query]
    unknown = arguments.keys() - {*in_path, *in_query}
    if unknown:
        raise TypeError(f"{name} has no parameter {min(unknown)!r}")
    headers = {
        "accept": media or entry.media[0],
        "user-agent": USER_AGENT,
        "idempotency-key": idempotency_key,
        "if-match": None if if_match is None else '"' + str(if_match).strip('"') + '"',
        "last-event-id": last_event_id,
        "content-type": JSON if body is not None else None,
    }
    return Request(
        entry,
        entry.method,
        _path(entry, in_path, arguments) + _query({name: arguments.get(name) for name in in_query}),
        {key: _header(key, value) for key, value in headers.items() if value is not None},
        body if body is None or isinstance(body, bytes) else _json(body),
    )


def credential(token: str | None) -> dict[str, str]:
    """The header that carries a token; nothing without one.

    Raises:
        BadArgument: the token cannot stand in a header.
    """
    return {} if token is None else {"authorization": _header("token", f"Bearer {token}")}


def streams(entry: Operation) -> bool:
    """Whether an operation can be followed as an event stream."""
    return SSE in entry.media


def _path(entry: Operation, names: list[str], arguments: dict[str, Any]) -> str:
    segments = {}
    for name in names:
        value = arguments.get(name)
        if value is None:
            raise TypeError(f"{entry.name} needs {name!r}")
        if str(value) in ("", ".", ".."):
            raise BadArgument(name, f"{str(value)!r} names nothing")
        segments[name] = quote(str(value), safe="")
    return entry.path.format(**segments)


def _query(arguments: dict[str, Any]) -> str:
    given = {name: _text(value) for name, value in arguments.items() if value is not None}
    return f"?{urlencode(given)}" if given else ""


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(value) if isinstance(value, list | tuple) else str(value)


def _json(body: Any) -> bytes:
    try:
        # The standard library's encoder, because it refuses what JSON has no number for instead of sending null.
        return json.dumps(msgspec.to_builtins(body), allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError) as error:
        raise BadArgument("body", f"it has no JSON: {error}") from error


def _header(name: str, value: str) -> str:
    if not (value.isascii() and value.isprintable() and value.strip() == value and value):
        raise BadArgument(name, "only printable ASCII without outer spaces can stand in a header")
    return value
