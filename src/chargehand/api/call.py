"""One request, looked at once: who calls, with which parameters and body. Handlers get a Call and nothing rawer."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import anyio.to_thread
from starlette.requests import HTTPConnection, Request

from chargehand.access.callers import Caller, identify, require
from chargehand.api.mailbox import LoopMailbox, commit
from chargehand.api.tokenless import Tokenless
from chargehand.config import is_loopback
from chargehand.contracts.operations import Operation, Parameter
from chargehand.contracts.principal import Role
from chargehand.contracts.problems import AuthError, ConflictError, RequestError
from chargehand.kernel import idempotency, strictjson
from chargehand.kernel.store import Session
from chargehand.kernel.writer import Command

if TYPE_CHECKING:
    from chargehand.services import Services

T = TypeVar("T")
SESSION_COOKIE = "chargehand_session"
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
"""A call that carries one of these came through a proxy, so loopback says nothing about who makes it."""
INTEGER_MAX = 2**53 - 1
"""Larger whole numbers are rounded by some readers, and no position is one."""
INTEGER_CHARACTERS_MAX = 20
HASHED_BYTES_MAX = 64 * 1024 * 1024
"""An oversized body is read this far to name it by its digest; beyond, the connection is closed."""


class Body(NamedTuple):
    """A request body: its bytes (empty when too large), true size and digest."""

    data: bytes
    size: int
    digest: str


class Call:
    """A request of a known operation by a known caller.

    Attributes:
        services: the engine.
        caller: who asks.
        operation: what is asked.
        request: the framework's request.
        query: parameters, converted and checked.
    """

    def __init__(
        self, services: Services, mailbox: LoopMailbox, operation: Operation, request: Request, caller: Caller
    ) -> None:
        self.services = services
        self.operation = operation
        self.request = request
        self.caller = caller
        self.query = read_query(operation.query, request)
        self._mailbox = mailbox

    def path(self, name: str) -> str:
        """A path parameter.

        Raises:
            RequestError: it contains the character 0, which no id does and which PostgreSQL does not take.
        """
        value = str(self.request.path_params[name])
        if "\0" in value:
            raise RequestError("REQ.NOT_FOUND", f"nothing has the {name} {value!r}")
        return value

    async def body(self, *, bytes_max: int = strictjson.BODY_BYTES_MAX) -> Body:
        """The request body, never more of it in memory than may be taken.

        Raises:
            RequestError: it is not declared as JSON.
        """
        media = self.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != "application/json":
            raise RequestError(
                "REQ.MEDIA_TYPE", f"the body is declared as {media or 'nothing'!r}, not application/json"
            )
        return await read_body(self.request.stream(), bytes_max)

    async def record(self) -> Any:
        """The request body as the operation's input record.

        Raises:
            RequestError: it is too large, not strict JSON, or does not fit the record.
        """
        body = await self.body()
        return strictjson.decode_as(taken(body, strictjson.BODY_BYTES_MAX), self.operation.input)

    async def commit(self, command: Command[T]) -> T:
        """Run a command and wait until it is durable."""
        return await commit(self.services.writer, self._mailbox, command)

    async def commit_once(self, digest: str, command: Command[idempotency.Answer]) -> idempotency.Answer:
        """Run a command once per `Idempotency-Key`, if the request carries one."""
        key = self.request.headers.get("idempotency-key")
        if key is None:
            return await self.commit(command)
        if not 0 < len(key) <= idempotency.KEY_CHARACTERS_MAX:
            raise RequestError(
                "REQ.PARAMETER_INVALID", "Idempotency-Key has 1 to 200 characters", field="Idempotency-Key"
            )
        named = f"{self.operation.name} {self.request.url.path} {digest}"
        return await self.commit(idempotency.once(self.caller.principal, key, named, command))

    async def read(self, reader: Callable[[Session], T], *, long: bool = False) -> T:
        """Read from the store without holding up the loop; `long` where it may look at many records."""
        return await reading(self.services, reader, long=long)


async def reading(services: Services, reader: Callable[[Session], T], *, long: bool = False) -> T:
    """Run a read: at once where it takes microseconds, in a thread where it is long or waits for a network."""

    def run() -> T:
        with services.store.read() as session:
            return reader(session)

    return await anyio.to_thread.run_sync(run) if long or services.store.reads_block else run()


async def read_body(stream: AsyncIterator[bytes], bytes_max: int) -> Body:
    """Read a body to its end, keeping no more than may be taken and hashing all of it."""
    chunks: list[bytes] = []
    size = 0
    digest = hashlib.sha256()
    async with aclosing(stream) as chunks_in:  # type: ignore[type-var]
        async for chunk in chunks_in:
            size += len(chunk)
            digest.update(chunk)
            if size <= bytes_max:
                chunks.append(chunk)
            elif size > HASHED_BYTES_MAX:
                break
    data = b"".join(chunks) if size <= bytes_max else b""
    return Body(data, size, "sha256:" + digest.hexdigest())


def taken(body: Body, bytes_max: int) -> bytes:
    """The bytes of a body that may be taken.

    Raises:
        RequestError: it is too large.
    """
    if body.size > bytes_max:
        raise RequestError("REQ.TOO_LARGE", f"the body has {body.size} bytes or more; at most {bytes_max} are taken")
    return body.data


async def authenticate(
    services: Services, connection: HTTPConnection, roles: tuple[Role, ...], tokenless: Tokenless | None = None
) -> Caller:
    """Who is calling, and that they may.

    Args:
        services: the engine.
        connection: the call.
        roles: one of which it takes.
        tokenless: memory of who local calls without a token are, if there is one.

    Raises:
        AuthError: unknown caller, foreign origin or host, or a role is missing.
    """
    check_origin(services, connection)
    if not roles:
        # Not even a credential that has run out may stand in the way of who wants to sign in again, or to sign out.
        return Caller("anybody", frozenset())
    credential = _credential(connection)
    local = _is_local(services, connection)

    def look_up() -> Awaitable[Caller]:
        return reading(
            services,
            lambda session: identify(
                session,
                credential,
                local=local,
                require_token=services.config.require_token,
                now_us=services.clock.now_us(),
            ),
        )

    if tokenless is not None and credential is None and local:
        caller = await tokenless.caller(look_up)
    else:
        caller = await look_up()
    require(caller, frozenset(roles))
    return caller


def check_origin(services: Services, connection: HTTPConnection) -> None:
    """Refuse calls that some other site's page makes, and, on loopback, names that only pretend to be this machine.

    Raises:
        AuthError: foreign origin, or a host name that is not ours.
    """
    host = connection.headers.get("host", "")
    origin = connection.headers.get("origin")
    if origin is not None and (not host or origin.partition("://")[2] != host):
        raise AuthError("AUTH.ORIGIN_REFUSED", f"a page of {origin} may not call this engine")
    if services.config.loopback and not is_loopback(_bare(host)):
        raise AuthError("AUTH.HOST_REFUSED", f"this engine listens on this machine only, not as {host!r}")


def read_query(parameters: tuple[Parameter, ...], connection: HTTPConnection) -> dict[str, Any]:
    """Query parameters and headers with a meaning, converted and checked.

    Raises:
        RequestError: an unknown, missing, repeated or inadmissible parameter.
    """
    given = connection.query_params
    if not given:
        return {entry.name: entry.default for entry in parameters if not _missing(entry)}
    known = {entry.name: entry for entry in parameters}
    for name, _ in given.multi_items():
        if name not in known:
            raise RequestError("REQ.PARAMETER_INVALID", f"no such parameter: {name!r}", field=name)
        if len(given.getlist(name)) > 1:
            raise RequestError("REQ.PARAMETER_INVALID", f"{name!r} is given twice", field=name)
    return {
        entry.name: _convert(entry, given[entry.name]) if entry.name in given else entry.default
        for entry in parameters
        if entry.name in given or not _missing(entry)
    }


def check_revision(connection: HTTPConnection, revision: int) -> None:
    """Refuse a change that was decided on another revision than the present one.

    Raises:
        ConflictError: `If-Match` names another revision.
    """
    wanted = connection.headers.get("if-match")
    if wanted is None or wanted.strip() == "*":
        return
    if str(revision) not in {tag.strip().strip('"') for tag in wanted.split(",")}:
        raise ConflictError(
            "REV.STALE_REVISION", f"the record has revision {revision}, not {wanted}", current_revision=revision
        )


def _missing(entry: Parameter) -> bool:
    if entry.required:
        raise RequestError("REQ.PARAMETER_INVALID", f"the parameter {entry.name!r} is needed", field=entry.name)
    return False


def _convert(entry: Parameter, text: str) -> Any:
    try:
        if entry.type == "integer":
            value = _integer(text)
            low = -INTEGER_MAX if entry.minimum is None else entry.minimum
            high = INTEGER_MAX if entry.maximum is None else entry.maximum
            if not low <= value <= high:
                raise RequestError(
                    "REQ.PARAMETER_INVALID", f"{entry.name!r} lies between {low} and {high}", field=entry.name
                )
            return value
        if entry.type == "boolean":
            return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
    except (ValueError, KeyError) as error:
        raise RequestError("REQ.PARAMETER_INVALID", f"{entry.name!r} is no {entry.type}", field=entry.name) from error
    if "\0" in text:
        raise RequestError("REQ.PARAMETER_INVALID", f"{entry.name!r} contains the character 0", field=entry.name)
    if entry.choices and text not in entry.choices:
        raise RequestError(
            "REQ.PARAMETER_INVALID", f"{entry.name!r} is one of: {', '.join(entry.choices)}", field=entry.name
        )
    return text


def _integer(text: str) -> int:
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) <= INTEGER_CHARACTERS_MAX):
        raise ValueError(text)
    return int(text)


def _credential(connection: HTTPConnection) -> str | None:
    header = connection.headers.get("authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise AuthError("AUTH.TOKEN_INVALID", "the Authorization header takes: Bearer TOKEN")
        return token.strip()
    return connection.cookies.get(SESSION_COOKIE)


def _is_local(services: Services, connection: HTTPConnection) -> bool:
    """Whether the call comes from this machine: over loopback, to an engine that listens nowhere else, unforwarded."""
    if not services.config.loopback or any(name in connection.headers for name in _FORWARDED):
        return False
    return connection.client is not None and is_loopback(connection.client.host)


def _bare(host: str) -> str:
    """A Host header without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
