"""What the registry keeps about one operation, one parameter and one WebSocket."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from chargehand.contracts.principal import Role

JSON = "application/json"
JSONL = "application/jsonl"
SSE = "text/event-stream"


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One query parameter or header.

    Attributes:
        name: its name.
        docs: what it does.
        type: string, integer or boolean.
        default: what counts when it is absent; null where absent means absent.
        minimum: lowest value, for integers.
        maximum: highest value, for integers.
        choices: the closed list of values, if there is one.
        required: whether it must be given.
        where: query or header.
    """

    name: str
    docs: str
    type: Literal["string", "integer", "boolean"] = "string"
    default: str | int | bool | None = None
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    required: bool = False
    where: Literal["query", "header"] = "query"


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be asked over HTTP.

    Attributes:
        name: `noun.verb`.
        method: HTTP method.
        path: path with `{parameters}`.
        summary: what it does, in half a line.
        docs: what a caller has to know beyond that.
        input: record of the request body, or None.
        output: record of the answer, or None.
        frames: records that a streamed answer is made of: messages of an event stream, lines of JSON Lines.
        status: status of success.
        roles: roles that may call it; empty means anybody.
        effect: read or write. Writes take `Idempotency-Key`.
        query: query parameters.
        headers: request headers with a meaning of their own.
        media: media types of the answer; the first is the default, another is chosen by `Accept`.
        location: path whose address the `Location` header of the answer carries.
    """

    name: str
    method: Literal["GET", "POST", "DELETE"]
    path: str
    summary: str
    docs: str = ""
    input: Any = None
    output: Any = None
    frames: tuple[Any, ...] = ()
    status: int = 200
    roles: tuple[Role, ...] = ("viewer",)
    effect: Literal["read", "write"] = "read"
    query: tuple[Parameter, ...] = ()
    headers: tuple[Parameter, ...] = ()
    media: tuple[str, ...] = (JSON,)
    location: str | None = None


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """One WebSocket. It only sends; whatever a client says on it is ignored.

    Attributes:
        name: `noun.watch`.
        path: path with `{parameters}`.
        summary: what it carries.
        frames: records that it sends, one JSON text message each.
        roles: roles that may open it.
        query: query parameters.
        docs: what a reader has to know.
    """

    name: str
    path: str
    summary: str
    frames: tuple[Any, ...]
    roles: tuple[Role, ...]
    query: tuple[Parameter, ...]
    docs: str
