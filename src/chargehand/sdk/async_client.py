"""The asynchronous client: every operation of the registry, typed by noun, and streams that resume.

`Client` has the same names. Both only lend a network to the pure modules beside them. A client reads no
environment, no configuration and no credential file, follows no redirect, uses no proxy, and talks to the one address
that it was given.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from chargehand.contracts.envelope import EngineEvent
from chargehand.contracts.machine import GapFrame, TelemetryFrame
from chargehand.sdk import async_house, async_spine
from chargehand.sdk.address import DEFAULT_URL, TIMEOUT_S, broken, checked_url, patience, stream_patience
from chargehand.sdk.answer import Answer, check, decode, refusal
from chargehand.sdk.async_card import AsyncMaterials, AsyncTools
from chargehand.sdk.async_program import AsyncPrograms
from chargehand.sdk.async_quarantine import AsyncQuarantines
from chargehand.sdk.backoff import Backoff
from chargehand.sdk.errors import ClientError, UnreadableAnswer
from chargehand.sdk.follower import Follower
from chargehand.sdk.request import Request, build, credential
from chargehand.sdk.streams import QUIET_S, follow_log, follow_machine
from chargehand.sdk.trail import Received

T = TypeVar("T")


class AsyncClient:
    """Talks to one engine.

    Attributes:
        url: the engine's address.
        proposal, decision, approval, machine: the spine, by noun.
        tool, material, program, quarantine: what machines work with, by noun.
        policy, reason, ledger, principal, session, system: the engine, by noun.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        token: str | None = None,
        timeout_s: float = TIMEOUT_S,
        quiet_s: float = QUIET_S,
        backoff: Backoff | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Make a client. Nothing is sent before the first call.

        Args:
            url: the engine's address.
            token: a principal's token; None for a call without one.
            timeout_s: longest wait for a connection or an answer, seconds.
            quiet_s: silence after which a stream counts as cut, seconds.
            backoff: how to wait between connections of a stream.
            sleep: how to wait.
            transport: another way to the engine than the network.

        Raises:
            BadArgument: the address or the token cannot be used.
        """
        self.url = checked_url(url)
        self._timeout_s = timeout_s
        self._quiet_s = quiet_s
        self._backoff = backoff or Backoff()
        self._sleep = sleep
        self._http = httpx.AsyncClient(headers=credential(token), transport=transport, trust_env=False)
        self.proposal = async_spine.AsyncProposals(self)
        self.decision = async_spine.AsyncDecisions(self)
        self.approval = async_spine.AsyncApprovals(self)
        self.machine = async_spine.AsyncMachines(self)
        self.tool = AsyncTools(self)
        self.material = AsyncMaterials(self)
        self.program = AsyncPrograms(self)
        self.quarantine = AsyncQuarantines(self)
        self.policy = async_house.AsyncPolicies(self)
        self.reason = async_house.AsyncReasons(self)
        self.ledger = async_house.AsyncLedger(self)
        self.principal = async_house.AsyncPrincipals(self)
        self.session = async_house.AsyncSessions(self)
        self.system = async_house.AsyncSystem(self)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def raw(
        self,
        name: str,
        /,
        *,
        body: Any = None,
        idempotency_key: str | None = None,
        if_match: str | int | None = None,
        **arguments: Any,
    ) -> Answer:
        """The answer of an operation as it came, bytes and headers.

        Args:
            name: `noun.verb` of the operation registry.
            body: a record, a JSON value, or bytes that are sent as they are.
            idempotency_key: the caller's own name of this mutation; asking again with it gives the first answer.
            if_match: revision that the caller read.
            arguments: path and query parameters.

        Raises:
            TypeError: no such operation or parameter.
            ClientError: refused, or not answered.
        """
        request = build(name, arguments, body=body, idempotency_key=idempotency_key, if_match=if_match)
        url = self.url + request.target
        timeout = patience(request.operation, self._timeout_s)
        try:
            got = await self._http.request(
                request.method, url, headers=request.headers, content=request.content, timeout=timeout
            )
        except httpx.HTTPError as error:
            raise broken(self.url, request.operation, error) from error
        return check(Answer(url, got.status_code, got.headers, got.content))

    async def call(self, name: str, /, **given: Any) -> Any:
        """The record that an operation answers with. Arguments and errors are those of `raw`."""
        return decode(name, await self.raw(name, **given))

    async def each(self, name: str, /, **given: Any) -> AsyncIterator[Any]:
        """Every record of a list, page after page.

        Raises:
            ClientError: refused, or not answered.
        """
        cursor = given.pop("cursor", None)
        while True:
            page = await self.call(name, cursor=cursor, **given)
            for item in page.items:
                yield item
            if page.next_cursor is None:
                return
            if page.next_cursor == cursor:
                raise UnreadableAnswer(self.url, f"{name} leads back to the page that it came from")
            cursor = page.next_cursor

    async def download(self, name: str, /, **arguments: Any) -> AsyncGenerator[bytes, None]:
        """The bytes of a large answer as they arrive.

        Raises:
            ClientError: refused, or not answered in full.
        """
        async with aclosing(self._chunks(build(name, arguments), None)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def events(
        self, *, types: str | Sequence[str] | None = None, subject: str | None = None, after: int | None = None
    ) -> AsyncGenerator[EngineEvent | GapFrame, None]:
        """The log, event by event, over as many connections as it takes: none is lost and none comes twice.

        Args:
            types: kinds, `proposal.*` for a family; None for all.
            subject: only what is about this subject, `machine/CNC-001`.
            after: position after which to begin, 0 for the start; None for now.

        Raises:
            ClientError: refused for good, or not answered any more.
        """
        async with aclosing(self.follow_events(types=types, subject=subject, after=after)) as found:
            async for received in found:
                yield received.item

    async def follow_events(
        self, *, types: str | Sequence[str] | None = None, subject: str | None = None, after: int | None = None
    ) -> AsyncGenerator[Received[EngineEvent | GapFrame], None]:
        """As `events`, each record together with its bytes."""
        # Asked for once and held from then on, so that a cut before the first event loses nothing either.
        start = (await self.system.health()).seq if after is None else after
        follower = follow_log(types=types, subject=subject, after=start, backoff=self._backoff)
        async with aclosing(self._follow(follower)) as found:
            async for received in found:
                yield received

    async def telemetry(
        self, machine_id: str, *, after: int | None = None, instance_id: str | None = None
    ) -> AsyncGenerator[TelemetryFrame | GapFrame, None]:
        """A machine's frames, over as many connections as it takes: what is missing is named by a gap.

        Args:
            machine_id: the machine.
            after: frame after which to begin; None for now.
            instance_id: instance that `after` belongs to.

        Raises:
            ClientError: refused for good, or not answered any more.
        """
        async with aclosing(self.follow_telemetry(machine_id, after=after, instance_id=instance_id)) as found:
            async for received in found:
                yield received.item

    async def follow_telemetry(
        self, machine_id: str, *, after: int | None = None, instance_id: str | None = None
    ) -> AsyncGenerator[Received[TelemetryFrame | GapFrame], None]:
        """As `telemetry`, each record together with its bytes."""
        if after is None and instance_id is None:
            state = (await self.machine.show(machine_id)).state
            if state is not None and state.instance_id is not None:
                after, instance_id = state.seq, state.instance_id
        follower = follow_machine(machine_id, after=after, instance_id=instance_id, backoff=self._backoff)
        async with aclosing(self._follow(follower)) as found:
            async for received in found:
                yield received

    async def _follow(self, follower: Follower[T]) -> AsyncGenerator[Received[T], None]:
        while True:
            lost: ClientError | None = None
            try:
                async with aclosing(self._chunks(follower.connect(), self._quiet_s)) as chunks:
                    async for chunk in chunks:
                        for received in follower.take(chunk):
                            yield received
            except ClientError as error:
                lost = error
            await self._sleep(follower.lost(lost))

    async def _chunks(self, request: Request, quiet_s: float | None) -> AsyncGenerator[bytes, None]:
        url = self.url + request.target
        timeout = patience(request.operation, self._timeout_s)
        if quiet_s is not None:
            timeout = stream_patience(self._timeout_s, quiet_s)
        try:
            async with self._http.stream(request.method, url, headers=request.headers, timeout=timeout) as got:
                if not got.is_success:
                    raise refusal(Answer(url, got.status_code, got.headers, await got.aread()))
                async for chunk in got.aiter_bytes():
                    yield chunk
        except httpx.HTTPError as error:
            raise broken(self.url, request.operation, error) from error
