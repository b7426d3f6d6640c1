"""Both clients over a real engine: same records, same bytes, streams that go on where they stopped."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from chargehand import AsyncClient, Client, GapFrame, ProblemAnswer
from chargehand.sdk import Answer, RequestProblem
from tests.surfaces.engine import Engine, Start
from tests.surfaces.proposals import ALLOWED, DENIED


class Torn(httpx.HTTPTransport):
    """The network, with every stream torn after some bytes: within a message, as a rule.

    Attributes:
        connections: streams that were opened.
    """

    def __init__(self, at_bytes: int) -> None:
        super().__init__()
        self.connections = 0
        self._at_bytes = at_bytes

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        if "text/event-stream" in request.headers["accept"]:
            self.connections += 1
            tearing = Tearing(answer, self._at_bytes + 37 * self.connections)
            return httpx.Response(answer.status_code, headers=answer.headers, stream=tearing)
        return answer


class Tearing(httpx.SyncByteStream):
    """A body that breaks after so many bytes."""

    def __init__(self, answer: httpx.Response, at_bytes: int) -> None:
        self._answer = answer
        self._left = at_bytes

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._answer.iter_raw():
            yield piece[: self._left]
            self._left -= len(piece)
            if self._left <= 0:
                raise httpx.ReadError("torn")

    def close(self) -> None:
        self._answer.close()


def test_bytes_of_a_verdict_are_the_engine_s(engine: Engine) -> None:
    with Client(engine.url) as client:
        answer = client.raw("proposal.submit", body=DENIED)
        assert isinstance(answer, Answer)
        verdict = client.proposal.submit(DENIED)
        assert verdict.id is not None
        shown = client.raw("decision.show", id=verdict.id)
        assert shown.content == engine.get(f"/v1/decisions/{verdict.id}").content
        assert shown.request_id is not None
        assert verdict == client.decision.show(verdict.id)
        explanation = client.decision.explain(verdict.id)
        assert explanation.verdict == verdict


def test_lists_are_walked_to_the_end(engine: Engine) -> None:
    with Client(engine.url) as client:
        for _ in range(4):
            client.proposal.submit(ALLOWED)
        paged = [record.id for record in client.each("proposal.list", limit=2)]
        assert len(paged) == len(set(paged)) >= 4
        assert paged == [record.id for record in client.proposal.each()]
        assert [machine.id for machine in client.machine.each()] == ["CNC-001", "CNC-002", "CNC-003"]


def test_torn_event_streams_lose_and_double_nothing(engine: Engine) -> None:
    with Client(engine.url) as client:
        for _ in range(5):
            client.proposal.submit(DENIED)
        head = client.system.health().seq
    torn = Torn(16_000)
    with (
        Client(engine.url, transport=torn, sleep=lambda _seconds: None) as client,
        closing(client.events(after=0)) as events,
    ):
        found = [event.seq for event in itertools.islice(events, head) if not isinstance(event, GapFrame)]
    assert found == list(range(1, head + 1))
    assert torn.connections > 1


def test_torn_telemetry_loses_and_doubles_nothing(engine: Engine) -> None:
    torn = Torn(3_000)
    with (
        Client(engine.url, transport=torn, sleep=lambda _seconds: None) as client,
        closing(client.telemetry("CNC-003")) as frames,
    ):
        found = list(itertools.islice(frames, 25))
    numbers = [frame.seq for frame in found if not isinstance(frame, GapFrame)]
    assert numbers == list(range(numbers[0], numbers[0] + 25))
    assert torn.connections > 1


def test_a_restart_of_the_engine_is_survived_and_the_new_instance_announced(start: Start, tmp_path: Path) -> None:
    first = start(tmp_path / "data").ready()
    port = int(first.url.rpartition(":")[2])
    restarted: list[Engine] = []

    def sleep(_seconds: float) -> None:
        if not restarted:
            restarted.append(start(tmp_path / "data", port=port).ready())

    with Client(first.url, sleep=sleep) as client, closing(client.telemetry("CNC-001")) as frames:
        before = next(frames)
        assert not isinstance(before, GapFrame)
        first.kill()
        for frame in frames:
            if isinstance(frame, GapFrame) and frame.code == "TELEM.INSTANCE_CHANGED":
                break
        after = next(frame for frame in frames if not isinstance(frame, GapFrame))
    assert restarted
    assert after.instance_id != before.instance_id


def test_a_position_beyond_the_log_is_refused_at_once(engine: Engine) -> None:
    with Client(engine.url) as client, pytest.raises(RequestProblem) as caught:
        next(client.events(after=10**9))
    assert caught.value.code == "REQ.CURSOR_INVALID"


def test_problems_carry_everything(engine: Engine) -> None:
    with Client(engine.url) as client, pytest.raises(ProblemAnswer) as caught:
        client.machine.show("CNC-999")
    problem = caught.value
    assert (problem.status, problem.code, problem.retry) == (404, "FLEET.MACHINE_UNKNOWN", "after_change")
    assert problem.request_id is not None
    assert problem.request_id.startswith("req_")
    assert "CNC-999" in problem.detail
    assert problem.hint


def test_the_asynchronous_client_does_many_things_at_once(engine: Engine) -> None:
    async def story() -> tuple[list[str], list[int], list[Any]]:
        async with AsyncClient(engine.url) as client:
            events = client.events(types="proposal.decided", after=(await client.system.health()).seq)
            first = asyncio.ensure_future(anext(events))
            verdicts = await asyncio.gather(*[client.proposal.submit(DENIED) for _ in range(20)])
            seen = [await first] + [await anext(events) for _ in range(4)]
            await events.aclose()
            frames = client.telemetry("CNC-001")
            numbers = [(await anext(frames)).seq for _ in range(3)]  # type: ignore[union-attr]
            await frames.aclose()
            return [verdict.verdict for verdict in verdicts], numbers, seen

    verdicts, numbers, seen = asyncio.run(story())
    assert verdicts == ["deny"] * 20
    assert numbers == list(range(numbers[0], numbers[0] + 3))
    assert {event.type for event in seen} == {"proposal.decided"}
