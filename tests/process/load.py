"""Many clients at once, and what each of them was told before the engine died under them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

import httpx
import msgspec

from tests.surfaces.engine import WAIT_S, Engine
from tests.surfaces.proposals import call, change, offset_write
from tests.surfaces.reading import Message, cut_out

CONNECTIONS = 64


class Told(NamedTuple):
    """An acknowledged proposal: its status, the bytes of its verdict, and whether it was an answer given before."""

    status: int
    verdict: bytes
    replayed: bool

    @property
    def decision(self) -> str:
        """Id of the decision."""
        return str(msgspec.json.decode(self.verdict)["id"])


def proposal(number: int) -> dict[str, Any]:
    """One of a thousand different proposals: allowed, denied and such that need an approval."""
    if number % 5 == 0:
        return offset_write() | {"intent": f"program {number}"}
    if number % 5 == 1:
        return call("read_file", arguments={"path": f"/workspace/{number}"}, paths=[f"/workspace/{number}"])
    return change("CNC-002" if number % 2 else "CNC-001", spindle_speed=3000 + 20 * number)


def hammer(engine: Engine, numbers: range, on_told: Callable[[int], object] = lambda _: None) -> dict[int, Told]:
    """Submit proposals from many connections at once, each under its own key; returns the answers that came.

    Args:
        engine: whom to ask.
        numbers: which proposals.
        on_told: called with the number of answers so far.
    """
    told: dict[int, Told] = {}
    waiting = iter(numbers)

    async def submit(client: httpx.AsyncClient, number: int) -> None:
        headers = {"content-type": "application/json", "idempotency-key": f"load-{number}"}
        content = msgspec.json.encode(proposal(number))
        with suppress(httpx.TransportError):
            answer = await client.post("/v1/proposals", content=content, headers=headers)
            told[number] = Told(answer.status_code, answer.content, "idempotent-replayed" in answer.headers)
            on_told(len(told))

    async def one_of_many() -> None:
        # Each has a client of its own: one pool of so many connections would spend its time on looking through them.
        async with httpx.AsyncClient(base_url=engine.url, trust_env=False, verify=False, timeout=WAIT_S) as client:
            for number in waiting:
                await submit(client, number)

    async def everybody() -> None:
        await asyncio.gather(*(one_of_many() for _ in range(CONNECTIONS)))

    asyncio.run(everybody())
    return told


class Follower:
    """A reader of the event stream that keeps what arrived complete, until it has a position or the stream breaks."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    @property
    def last(self) -> int:
        """Position of the last event that arrived."""
        return int(self.messages[-1].id) if self.messages else 0

    def follow(self, url: str, until: int | None = None) -> None:
        """Read on from the last event."""
        headers = {"last-event-id": str(self.last)}
        stream = b""
        with (
            suppress(httpx.TransportError),
            httpx.stream("GET", f"{url}/v1/events", headers=headers, timeout=WAIT_S, trust_env=False) as response,
        ):
            assert response.status_code == 200, response.read()
            for chunk in response.iter_raw():
                stream += chunk
                whole, _, stream = stream.rpartition(b"\n\n")
                self.messages += [message for message in cut_out(whole + b"\n\n") if message.data]
                if until is not None and self.last >= until:
                    return

    def in_background(self, url: str) -> threading.Thread:
        """Follow until the stream breaks."""
        thread = threading.Thread(target=self.follow, args=(url,), name="follower")
        thread.start()
        return thread
