"""The synchronous client: every operation of the registry, typed by noun, and streams that resume.

`AsyncClient` has the same names. Both only lend a network to the pure modules beside them. A client reads no
environment, no configuration and no credential file, follows no redirect, uses no proxy, and talks to the one address
that it was given.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from chargehand.contracts.envelope import EngineEvent
from chargehand.contracts.machine import GapFrame, TelemetryFrame
from chargehand.sdk import house, spine
from chargehand.sdk.address import DEFAULT_URL, TIMEOUT_S, broken, checked_url, patience, stream_patience
from chargehand.sdk.answer import Answer, check, decode, refusal
from chargehand.sdk.backoff import Backoff
from chargehand.sdk.card import Materials, Tools
from chargehand.sdk.errors import ClientError, UnreadableAnswer
from chargehand.sdk.follower import Follower
from chargehand.sdk.program import Programs
from chargehand.sdk.quarantine import Quarantines
from chargehand.sdk.request import Request, build, credential
from chargehand.sdk.streams import QUIET_S, follow_log, follow_machine
from chargehand.sdk.trail import Received

T = TypeVar("T")


class Client:
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
        sleep: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
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
        self._http = httpx.Client(headers=credential(token), transport=transport, trust_env=False)
        self.proposal = spine.Proposals(self)
        self.decision = spine.Decisions(self)
        self.approval = spine.Approvals(self)
        self.machine = spine.Machines(self)
        self.tool = Tools(self)
        self.material = Materials(self)
        self.program = Programs(self)
        self.quarantine = Quarantines(self)
        self.policy = house.Policies(self)
        self.reason = house.Reasons(self)
        self.ledger = house.Ledger(self)
        self.principal = house.Principals(self)
        self.session = house.Sessions(self)
        self.system = house.System(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def raw(
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
            got = self._http.request(
                request.method, url, headers=request.headers, content=request.content, timeout=timeout
            )
        except httpx.HTTPError as error:
            raise broken(self.url, request.operation, error) from error
        return check(Answer(url, got.status_code, got.headers, got.content))

    def call(self, name: str, /, **given: Any) -> Any:
        """The record that an operation answers with. Arguments and errors are those of `raw`."""
        return decode(name, self.raw(name, **given))

    def each(self, name: str, /, **given: Any) -> Iterator[Any]:
        """Every record of a list, page after page.

        Raises:
            ClientError: refused, or not answered.
        """
        cursor = given.pop("cursor", None)
        while True:
            page = self.call(name, cursor=cursor, **given)
            yield from page.items
            if page.next_cursor is None:
                return
            if page.next_cursor == cursor:
                raise UnreadableAnswer(self.url, f"{name} leads back to the page that it came from")
            cursor = page.next_cursor

    def download(self, name: str, /, **arguments: Any) -> Generator[bytes, None, None]:
        """The bytes of a large answer as they arrive.

        Raises:
            ClientError: refused, or not answered in full.
        """
        with closing(self._chunks(build(name, arguments), None)) as chunks:
            yield from chunks

    def events(
        self, *, types: str | Sequence[str] | None = None, subject: str | None = None, after: int | None = None
    ) -> Generator[EngineEvent | GapFrame, None, None]:
        """The log, event by event, over as many connections as it takes: none is lost and none comes twice.

        Args:
            types: kinds, `proposal.*` for a family; None for all.
            subject: only what is about this subject, `machine/CNC-001`.
            after: position after which to begin, 0 for the start; None for now.

        Raises:
            ClientError: refused for good, or not answered any more.
        """
        with closing(self.follow_events(types=types, subject=subject, after=after)) as found:
            for received in found:
                yield received.item

    def follow_events(
        self, *, types: str | Sequence[str] | None = None, subject: str | None = None, after: int | None = None
    ) -> Generator[Received[EngineEvent | GapFrame], None, None]:
        """As `events`, each record together with its bytes."""
        # Asked for once and held from then on, so that a cut before the first event loses nothing either.
        start = self.system.health().seq if after is None else after
        yield from self._follow(follow_log(types=types, subject=subject, after=start, backoff=self._backoff))

    def telemetry(
        self, machine_id: str, *, after: int | None = None, instance_id: str | None = None
    ) -> Generator[TelemetryFrame | GapFrame, None, None]:
        """A machine's frames, over as many connections as it takes: what is missing is named by a gap.

        Args:
            machine_id: the machine.
            after: frame after which to begin; None for now.
            instance_id: instance that `after` belongs to.

        Raises:
            ClientError: refused for good, or not answered any more.
        """
        with closing(self.follow_telemetry(machine_id, after=after, instance_id=instance_id)) as found:
            for received in found:
                yield received.item

    def follow_telemetry(
        self, machine_id: str, *, after: int | None = None, instance_id: str | None = None
    ) -> Generator[Received[TelemetryFrame | GapFrame], None, None]:
        """As `telemetry`, each record together with its bytes."""
        if after is None and instance_id is None:
            state = self.machine.show(machine_id).state
            if state is not None and state.instance_id is not None:
                after, instance_id = state.seq, state.instance_id
        yield from self._follow(follow_machine(machine_id, after=after, instance_id=instance_id, backoff=self._backoff))

    def _follow(self, follower: Follower[T]) -> Generator[Received[T], None, None]:
        while True:
            lost: ClientError | None = None
            try:
                with closing(self._chunks(follower.connect(), self._quiet_s)) as chunks:
                    for chunk in chunks:
                        yield from follower.take(chunk)
            except ClientError as error:
                lost = error
            self._sleep(follower.lost(lost))

    def _chunks(self, request: Request, quiet_s: float | None) -> Generator[bytes, None, None]:
        url = self.url + request.target
        timeout = patience(request.operation, self._timeout_s)
        if quiet_s is not None:
            timeout = stream_patience(self._timeout_s, quiet_s)
        try:
            with self._http.stream(request.method, url, headers=request.headers, timeout=timeout) as got:
                if not got.is_success:
                    raise refusal(Answer(url, got.status_code, got.headers, got.read()))
                yield from got.iter_bytes()
        except httpx.HTTPError as error:
            raise broken(self.url, request.operation, error) from error
