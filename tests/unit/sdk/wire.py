"""An engine on paper: answers requests of both clients from a script, and cuts its streams where it is told to."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, closing
from typing import Any

import httpx
import msgspec

from chargehand.contracts.envelope import EngineEvent
from chargehand.contracts.problems import ProblemError, to_problem
from chargehand.sdk import AsyncClient, Backoff, Client

URL = "http://engine.test"
Handler = Callable[[httpx.Request], httpx.Response]


class Cut(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body in pieces that may end in an error."""

    def __init__(self, chunks: list[bytes], error: httpx.HTTPError | None = None) -> None:
        self._chunks = chunks
        self._error = error

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks
        if self._error is not None:
            raise self._error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk


def json_answer(record: Any, status: int = 200, **headers: str) -> httpx.Response:
    """A record as the engine answers it."""
    return httpx.Response(status, content=msgspec.json.encode(record), headers=headers)


def problem_answer(error: ProblemError) -> httpx.Response:
    """A problem as the engine answers it."""
    found = to_problem(error, "req_1", "/v1/x")
    return httpx.Response(
        found.status, content=msgspec.json.encode(found), headers={"content-type": "application/problem+json"}
    )


def event(seq: int, kind: str = "machine.state", subject: str = "machine/CNC-001") -> EngineEvent:
    """An event of the log."""
    return EngineEvent(
        specversion="1.0",
        id=f"evt_{seq}",
        source="urn:chargehand:test",
        type=kind,
        subject=subject,
        time="2026-11-20T12:00:00.000000Z",
        dataschema=f"/schemas/{kind}.v1.json",
        datadigest="sha256:" + "0" * 64,
        data={"n": seq},
        seq=seq,
        revision=seq,
        actor="engine",
        project="default",
        v=1,
    )


def message(data: bytes, id: str | None = None, kind: str = "machine.state") -> bytes:  # noqa: A002 - the field's name
    """A server-sent message."""
    return (b"" if id is None else b"id: %b\n" % id.encode()) + b"event: %b\ndata: %b\n\n" % (kind.encode(), data)


def event_message(found: EngineEvent) -> bytes:
    """An event as a server-sent message."""
    return message(msgspec.json.encode(found), str(found.seq), found.type)


class Waits:
    """A sleep that takes no time and remembers what it was asked for; for both clients."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Remember."""
        self.asked.append(seconds)

    async def async_sleep(self, seconds: float) -> None:
        """Remember."""
        self.asked.append(seconds)
        await asyncio.sleep(0)


class Both:
    """One of the two clients, used the same way: `call` one operation, `take` some records of a stream."""

    def __init__(self, surface: str, handler: Handler, backoff: Backoff | None = None, **options: Any) -> None:
        self.waits = Waits()
        self._surface = surface
        self._options = {"transport": httpx.MockTransport(handler), "backoff": backoff, **options}

    def call(self, use: Callable[[Any], Any]) -> Any:
        """The result of `use(client)`."""
        if self._surface == "sync":
            with self._client() as client:
                return use(client)
        return asyncio.run(self._call(use))

    def take(self, stream: Callable[[Any], Any], count: int | None) -> list[Any]:
        """The first `count` records of `stream(client)`; all of them for None."""
        if self._surface == "sync":
            with self._client() as client, closing(stream(client)) as found:
                return list(itertools.islice(found, count))
        return asyncio.run(self._take(stream, count))

    def _client(self) -> Client:
        return Client(URL, sleep=self.waits.sleep, **self._options)

    def _async_client(self) -> AsyncClient:
        return AsyncClient(URL, sleep=self.waits.async_sleep, **self._options)

    async def _call(self, use: Callable[[Any], Any]) -> Any:
        async with self._async_client() as client:
            return await use(client)

    async def _take(self, stream: Callable[[Any], Any], count: int | None) -> list[Any]:
        got: list[Any] = []
        async with self._async_client() as client, aclosing(stream(client)) as found:
            if count != 0:
                async for item in found:
                    got.append(item)
                    if len(got) == count:
                        break
        return got
