"""Telemetry streams lose nothing and repeat nothing, however often they are cut; what is gone is an explicit gap."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from chargehand.contracts.machine import GapFrame, TelemetryFrame
from tests.surfaces.engine import Engine, Start
from tests.surfaces.proposals import change
from tests.surfaces.reading import (
    event_stream,
    frames,
    items,
    kind_of,
    member,
    messages,
    receive,
    torn,
    web_socket,
)

RECONNECTS = 40
TELEMETRY = "/v1/machines/{machine}/telemetry"


def place(frame: bytes) -> tuple[str, int]:
    """Instance and position of a frame."""
    found = msgspec.json.decode(frame, type=TelemetryFrame)
    return found.instance_id, found.seq


def page(engine: Engine, machine: str, after: int, instance: str, limit: int) -> list[bytes]:
    """Frames as a page has them."""
    path = TELEMETRY.format(machine=machine)
    return items(engine.get(f"{path}?after={after}&instance_id={instance}&limit={limit}").content)


def read_socket(engine: Engine, machine: str, instance: str, after: int, dice: random.Random) -> list[bytes]:
    """One connection of a socket, cut after some frames."""
    path = f"/ws/telemetry/{machine}?instance_id={instance}&after={after}"
    with web_socket(engine, path) as socket:
        found = frames(socket, "telemetry", "gap")
        return [next(found) for _ in range(dice.randint(0, 3))]


def read_stream(engine: Engine, machine: str, instance: str, after: int, dice: random.Random) -> list[bytes]:
    """One connection of an event stream, cut at any byte. What is torn does not count."""
    path = TELEMETRY.format(machine=machine)
    found = torn(engine, path, dice.randint(1, 5_000), last_event_id=f"{instance}:{after}")
    assert {message.event for message in found if message.data} <= {"telemetry"}
    return [message.data for message in found if message.data]


@pytest.mark.parametrize("read", [read_socket, read_stream])
def test_machine_stream_resumes_without_gap_or_duplicate(
    engine: Engine, read: Callable[[Engine, str, str, int, random.Random], list[bytes]]
) -> None:
    machine, dice = "CNC-001", random.Random(20261120)
    state = engine.machine(machine).state
    assert state is not None
    assert state.instance_id is not None
    instance, after, received = state.instance_id, 0, list[bytes]()
    for _ in range(RECONNECTS):
        received += read(engine, machine, instance, after, dice)
        after = place(received[-1])[1] if received else 0
    assert len(received) >= RECONNECTS // 2
    assert [place(frame) for frame in received] == [(instance, seq) for seq in range(1, len(received) + 1)]
    # Whatever way a frame comes, and however often the reader does, its bytes are the same.
    assert received == page(engine, machine, 0, instance, len(received))


@pytest.mark.parametrize("way", ["socket", "stream"])
def test_restart_is_an_explicit_gap(start: Start, tmp_path: Path, way: str) -> None:
    """A reader gets the rest of the run that it was in, then a gap that names the new one, then that from its start."""
    first = start(tmp_path / "data").ready()
    state = first.machine("CNC-003").state
    assert state is not None
    assert state.instance_id is not None
    old = state.instance_id
    assert len(page(first, "CNC-003", 0, old, 1)) == 1
    first.stop()
    second = start(tmp_path / "data").ready()
    rest = page(second, "CNC-003", 1, old, 5_000)
    wanted = len(rest) + 3
    if way == "socket":
        with web_socket(second, f"/ws/telemetry/CNC-003?instance_id={old}&after=1") as socket:
            stream = frames(socket, "telemetry", "gap")
            received = [next(stream) for _ in range(wanted)]
    else:
        path = TELEMETRY.format(machine="CNC-003")
        received = [message.data for message in messages(second, path, wanted, last_event_id=f"{old}:1")]
    assert received[: len(rest)] == rest
    gap = msgspec.json.decode(received[len(rest)], type=GapFrame)
    places = [place(frame) for frame in received[len(rest) + 1 :]]
    assert (gap.code, gap.machine_id) == ("TELEM.INSTANCE_CHANGED", "CNC-003")
    assert gap.instance_id != old
    assert (gap.from_, gap.to) == (1, 0), "nothing of the new run is missing"
    assert places == [(gap.instance_id, 1), (gap.instance_id, 2)]


def test_position_that_does_not_exist_yet_is_a_gap(engine: Engine) -> None:
    state = engine.machine("CNC-001").state
    assert state is not None
    path = f"/ws/telemetry/CNC-001?instance_id={state.instance_id}&after=1000000"
    with web_socket(engine, path) as socket:
        stream = frames(socket, "telemetry", "gap")
        gap = msgspec.json.decode(next(stream), type=GapFrame)
        assert (gap.code, gap.to) == ("TELEM.SEQ_AHEAD", 1_000_000)
        assert place(next(stream)) == (state.instance_id, gap.from_)


def test_all_machines_stream_is_the_fallback(engine: Engine) -> None:
    """It has every machine's frames and verdicts, with the same bytes, and pages go on where it was left."""
    machines = [machine["id"] for machine in engine.get("/v1/machines").json()["items"]]
    assert len(machines) >= 3
    head = engine.head()
    with ExitStack() as stack:
        everyone = stack.enter_context(web_socket(engine, f"/ws/telemetry?after_event={head}"))
        received: dict[str, list[bytes]] = {machine: [] for machine in machines}
        verdicts: dict[str, bytes] = {}
        answers = {
            machine: engine.post("/v1/proposals", change(machine)).content
            for machine in machines
            if machine != "CNC-003"
        }
        while min(map(len, received.values())) < 5 or verdicts.keys() != answers.keys():
            frame = receive(everyone)
            machine = msgspec.json.decode(frame)["machine_id"]
            if kind_of(frame) == "telemetry":
                received[machine].append(frame)
            elif kind_of(frame) == "decision":
                verdicts[machine] = member(frame, "verdict")
    assert verdicts == answers
    for machine, found in received.items():
        instance, first = place(found[0])
        assert [place(frame) for frame in found] == [(instance, first + index) for index in range(len(found))]
        assert found == page(engine, machine, first - 1, instance, len(found))
        with web_socket(engine, f"/ws/telemetry/{machine}?instance_id={instance}&after={first - 1}") as primary:
            own = frames(primary, "telemetry")
            assert [next(own) for _ in found] == found
        goes_on = page(engine, machine, place(found[-1])[1], instance, 1)
        assert [place(frame) for frame in goes_on] in ([], [(instance, place(found[-1])[1] + 1)])


def test_machine_that_does_not_exist_sends_a_reader_to_the_fallback(engine: Engine) -> None:
    from websockets.exceptions import InvalidStatus

    with pytest.raises(InvalidStatus) as refused, web_socket(engine, "/ws/telemetry/CNC-999"):
        pass
    assert refused.value.response.status_code == 404
    assert msgspec.json.decode(refused.value.response.body or b"")["code"] == "FLEET.MACHINE_UNKNOWN"
    with web_socket(engine, "/ws/telemetry") as socket:
        assert next(frames(socket, "telemetry"))


def test_machine_stream_has_its_own_frames_and_verdicts_only(engine: Engine) -> None:
    head = engine.head()
    with web_socket(engine, f"/ws/telemetry/CNC-002?after_event={head}") as socket:
        other = engine.post("/v1/proposals", change("CNC-001")).json()["id"]
        own = engine.post("/v1/proposals", change("CNC-002")).json()["id"]
        found: list[bytes] = []
        while not found or kind_of(found[-1]) != "decision":
            found.append(receive(socket))
    assert {msgspec.json.decode(frame)["machine_id"] for frame in found} == {"CNC-002"}
    assert msgspec.json.decode(found[-1])["verdict"]["id"] == own != other


@pytest.mark.parametrize("path", ["/ws/telemetry/CNC-001", "/ws/telemetry", "/ws/events?types=proposal.decided"])
@pytest.mark.parametrize("said", ["hello", b"\x00\x01"])
def test_what_a_reader_says_is_ignored(engine: Engine, path: str, said: str | bytes) -> None:
    with web_socket(engine, path) as socket:
        for _ in range(3):
            socket.send(said)
        assert socket.ping().wait(30), "the engine has stopped listening: it could not notice that the reader has gone"
        engine.post("/v1/proposals", change())
        assert receive(socket)


@pytest.mark.parametrize("position", ["nonsense", "ins_1:x", ":", "ins_1:\xb2", "ins_1:" + "9" * 5_000])
def test_position_that_is_none_is_refused(engine: Engine, position: str) -> None:
    headers = [(b"accept", b"text/event-stream"), (b"last-event-id", position.encode("latin-1"))]
    answer = engine.http.get(TELEMETRY.format(machine="CNC-001"), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "REQ.CURSOR_INVALID")


def test_telemetry_position_in_the_header_wins(engine: Engine) -> None:
    state = engine.machine("CNC-001").state
    assert state is not None
    path = TELEMETRY.format(machine="CNC-001") + f"?after=5&instance_id={state.instance_id}"
    found = messages(engine, path, 1, last_event_id=f"{state.instance_id}:2")
    assert (found[0].id, place(found[0].data)[1]) == (f"{state.instance_id}:3", 3)


def test_stream_begins_with_a_sign_of_life(engine: Engine) -> None:
    """So that a reader knows at once that it is connected, however quiet the machine is."""
    with event_stream(engine, TELEMETRY.format(machine="CNC-001")) as response:
        first = next(response.iter_raw())
        assert re.match(rb"id: [^\n]+:[0-9]+\n: connected\n\n", first)
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
