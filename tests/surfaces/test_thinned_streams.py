"""Sockets that are thinned out or batched carry the same bytes, in order, and leave out no verdict."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise

import msgspec
import pytest
from websockets.sync.client import ClientConnection

from chargehand.contracts.machine import BatchFrame, TelemetryFrame
from chargehand.kernel.clock import parse_utc
from tests.surfaces.engine import Engine
from tests.surfaces.proposals import change
from tests.surfaces.reading import items, kind_of, member, receive, web_socket

PERIOD_MS = 400
FRAMES = 12


def unpacked(socket: ClientConnection) -> Iterator[tuple[str, bytes]]:
    """Every message as its type and bytes; a batch as its frames."""
    while True:
        message = receive(socket)
        kind = kind_of(message)
        if kind != "batch":
            yield kind, message
            continue
        assert set(msgspec.json.decode(message)) == {"frames", "type"}
        assert msgspec.json.decode(message, type=BatchFrame).frames
        for frame in msgspec.json.decode(member(message, "frames"), type=list[msgspec.Raw]):
            yield "batched", bytes(frame)


def stored(engine: Engine, frame: bytes) -> bytes:
    """The same frame as a page has it."""
    found = msgspec.json.decode(frame, type=TelemetryFrame)
    path = f"/v1/machines/{found.machine_id}/telemetry?instance_id={found.instance_id}&after={found.seq - 1}&limit=1"
    return items(engine.get(path).content)[0]


@pytest.mark.parametrize("path", ["/ws/telemetry/CNC-001", "/ws/telemetry"])
def test_batches_lose_nothing_and_repeat_nothing(engine: Engine, path: str) -> None:
    seqs: dict[str, list[int]] = {}
    with web_socket(engine, f"{path}?batch=true") as socket:
        for kind, frame in unpacked(socket):
            assert kind in ("batched", "heartbeat")
            if kind == "batched":
                found = msgspec.json.decode(frame, type=TelemetryFrame)
                seqs.setdefault(found.machine_id, []).append(found.seq)
                if len(seqs[found.machine_id]) == 1:
                    assert frame == stored(engine, frame)
            if seqs and min(map(len, seqs.values())) >= FRAMES:
                break
    assert set(seqs) >= {"CNC-001"}
    for found_seqs in seqs.values():
        assert found_seqs == list(range(found_seqs[0], found_seqs[0] + len(found_seqs)))


def test_a_reader_that_comes_back_is_given_what_it_missed_in_batches(engine: Engine) -> None:
    state = engine.machine("CNC-001").state
    assert state is not None
    assert state.seq is not None
    last = state.seq
    path = f"/ws/telemetry/CNC-001?batch=true&instance_id={state.instance_id}&after=0"
    seqs: list[int] = []
    messages = 0
    with web_socket(engine, path) as socket:
        while not seqs or seqs[-1] < last:
            message = receive(socket)
            if kind_of(message) == "batch":
                messages += 1
                seqs += [frame.seq for frame in msgspec.json.decode(message, type=BatchFrame).frames]
    assert seqs[:last] == list(range(1, last + 1))
    assert messages < last or last < 3


@pytest.mark.parametrize("batch", ["false", "true"])
def test_a_thinned_stream_has_one_frame_per_machine_and_period_and_no_gap(engine: Engine, batch: str) -> None:
    seen: dict[str, list[TelemetryFrame]] = {}
    with web_socket(engine, f"/ws/telemetry?every_ms={PERIOD_MS}&batch={batch}") as socket:
        for kind, frame in unpacked(socket):
            assert kind != "gap"
            if kind not in ("telemetry", "batched"):
                continue
            assert (kind == "batched") == (batch == "true")
            assert frame == stored(engine, frame)
            found = msgspec.json.decode(frame, type=TelemetryFrame)
            seen.setdefault(found.machine_id, []).append(found)
            if len(seen) >= 3 and min(map(len, seen.values())) >= 4:
                break
    for frames in seen.values():
        apart = [later.seq - earlier.seq for earlier, later in pairwise(frames)]
        # The machines send ten a second, so a period holds about four; what lies between has been left out.
        assert min(apart) >= 1
        assert sum(apart) > len(apart)
        times = [parse_utc(frame.ts_ingest) for frame in frames]
        assert times == sorted(times)


def test_a_thinned_stream_leaves_out_no_verdict(engine: Engine) -> None:
    head = engine.head()
    with ExitStack() as stack:
        socket = stack.enter_context(web_socket(engine, f"/ws/telemetry?every_ms=60000&batch=true&after_event={head}"))
        answers = [engine.post("/v1/proposals", change(axial_depth=depth)).content for depth in (1, 2, 3, 4, 5)]
        verdicts: list[bytes] = []
        for kind, message in unpacked(socket):
            if kind == "decision" and (verdict := member(message, "verdict")) in answers:
                verdicts.append(verdict)
            if len(verdicts) == len(answers):
                break
    assert verdicts == answers


@pytest.mark.parametrize(
    "path",
    [
        "/ws/telemetry?every_ms=99",
        "/ws/telemetry?every_ms=60001",
        "/ws/telemetry?every_ms=often",
        "/ws/telemetry/CNC-001?every_ms=500",
        "/ws/telemetry?batch=perhaps",
        "/ws/events?batch=true",
    ],
)
def test_a_wish_out_of_bounds_is_refused(engine: Engine, path: str) -> None:
    from websockets.exceptions import InvalidStatus

    with pytest.raises(InvalidStatus) as caught, web_socket(engine, path):
        pass
    assert caught.value.response.status_code == 400
    assert msgspec.json.decode(caught.value.response.body or b"")["code"] == "REQ.PARAMETER_INVALID"
