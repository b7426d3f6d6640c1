"""A machine's view through every cut: what is missed is made up for, nothing comes twice, nothing is another's."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.conftest import Restart
from tests.browser.lines import RUNGS, Lines
from tests.browser.machine_page import (
    MACHINES,
    Counted,
    counted,
    expect_shown,
    expect_way,
    figure,
    select,
    wait_beyond,
    wait_for_frames,
    wait_for_instance,
)
from tests.browser.people import People
from tests.browser.visit import Visit, Visits
from tests.browser.witness import CUT_OFF
from tests.surfaces.engine import Engine, Start, until
from tests.surfaces.proposals import change

FIRST, SECOND, _ = MACHINES
SOME = 5
"""Frames, half a second of them: enough to see that a line lives."""
IMPOSSIBLE = 987_654
"""A spindle speed that no machine has, so that it is found wherever it is drawn or written."""


class Heard:
    """Every frame that reached a page over its sockets, as the browser itself saw it."""

    def __init__(self, page: Page) -> None:
        self.frames: list[dict[str, Any]] = []
        page.on("websocket", self._socket)

    def positions(self, instance: str) -> set[int]:
        """Positions of a run that arrived."""
        return {frame["seq"] for frame in self.frames if frame["instance_id"] == instance}

    def _socket(self, socket: WebSocket) -> None:
        if "/ws/telemetry" in socket.url:
            socket.on("framereceived", self._received)

    def _received(self, payload: str | bytes) -> None:
        message = msgspec.json.decode(payload)
        frames = message["frames"] if message["type"] == "batch" else [message]
        self.frames += [frame for frame in frames if frame["type"] == "telemetry"]


def assert_whole(page: Page, before: Counted | None = None) -> Counted:
    """Nothing stays missing and nothing is foreign; within a run, what was taken since is what the positions say."""
    expect(figure(page)).to_have_attribute("data-missing", "0")
    now = counted(page)
    assert now.foreign == 0, now
    if before is not None and before.instance == now.instance:
        assert taken(before, now) == now.frames - before.frames, (before, now)
    return now


def taken(before: Counted, now: Counted) -> int:
    """Frames that must have come meanwhile: newer ones at the end, and older ones read back at the beginning."""
    return (now.last_seq - before.last_seq) + (before.first_seq - now.first_seq)


def test_the_engine_is_killed_and_started_again(visits: Visits, start: Start, restart: Restart, tmp_path: Path) -> None:
    """The badge says so, climbs back by itself, and the strips go on: no gap, no duplicate, no foreign frame."""
    engine = start(tmp_path / "data").ready()
    visit = visits(engine)
    visit.witness.expect(CUT_OFF)
    page = visit.context.new_page()
    heard = Heard(page)
    page.goto(f"/machine?machine={FIRST}")
    expect_shown(page, FIRST)
    expect_way(page, "machine-ws")
    wait_for_frames(page, SOME)
    before = assert_whole(page)

    engine.kill()
    expect_way(page, "lost")
    at_the_cut = counted(page)
    assert at_the_cut.instance == before.instance
    run = running(restart(engine).ready())
    expect_way(page, "machine-ws")
    assert run != before.instance
    wait_for_instance(page, run)
    wait_beyond(page, run, SOME)

    after = assert_whole(page)
    # Counted apart from the page: what its sockets brought of the new run has no hole, and each frame was taken once.
    new = heard.positions(after.instance)
    # Where the engine came up between two ways, the first frames are read instead: the count below has them all.
    assert set(range(min(new), after.last_seq + 1)) <= new
    assert after.frames - at_the_cut.frames >= after.last_seq


def test_every_way_is_fallen_back_to_and_climbed_again(
    visits: Visits, start: Start, restart: Restart, tmp_path: Path
) -> None:
    """Machine's WebSocket, all machines' WebSocket, event stream, asking again: down one by one, and up again."""
    engine = start(tmp_path / "data").ready()
    visit = visits(engine)
    visit.witness.expect(CUT_OFF)
    lines = Lines(visit.context)
    page = visit.open(f"/machine?machine={FIRST}")
    expect_shown(page, FIRST)
    seen = assert_whole(page)
    for way, next_way in itertools.pairwise(RUNGS[:3]):
        expect_way(page, way)
        lines.break_off(way)
        expect_way(page, next_way)
        seen = goes_on(page, seen)
    lines.break_off("machine-sse")
    # A stream that is open does not end because new ones are refused: the engine goes, and comes back.
    engine.kill()
    expect_way(page, "lost")
    run = running(restart(engine).ready())
    expect_way(page, "poll")
    wait_for_instance(page, run)
    seen = goes_on(page, counted(page))
    for way in ("machine-sse", "fleet-ws", "machine-ws"):
        lines.mend(way)
        expect_way(page, way)
        seen = goes_on(page, seen)
    assert lines.opened[-1] == "machine-ws"


def test_another_engine_on_the_same_address_is_shown_alone(visits: Visits, start: Start, tmp_path: Path) -> None:
    """With an empty folder the log is short and new: nothing that the engine before it decided is listed or marked."""
    engine = start(tmp_path / "data").ready()
    people = People(engine)
    visit = visits(engine)
    visit.witness.expect(CUT_OFF)
    # The log's own line refuses a position beyond it, which the page asks for until it knows whom it asks.
    visit.witness.expect("status of 400")
    page = visit.open(f"/machine?machine={FIRST}")
    expect_shown(page, FIRST)
    expect_way(page, "machine-ws")
    for _ in range(2):
        old = people.submit(change(FIRST, spindle_speed=60_000))["id"]
        expect(page.locator(f'li[data-decision="{old}"]')).to_be_visible()
    engine.kill()
    expect_way(page, "lost")
    other = start(tmp_path / "other", port=urlsplit(engine.url).port).ready()
    expect_way(page, "machine-ws")
    wait_for_instance(page, running(other))
    expect(page.locator("[data-line]")).to_have_attribute("data-line", "live")
    new = People(other).submit(change(FIRST, spindle_speed=60_000))["id"]
    expect(page.locator(f'li[data-decision="{new}"]')).to_be_visible()
    expect(page.locator("li[data-decision]")).to_have_count(1)
    expect(page.locator(f'[data-mark="{old}"]')).to_have_count(0)
    expect(figure(page)).to_have_attribute("data-missing", "0")


def test_a_long_cut_is_made_up_for(visit: Visit) -> None:
    """While every line is cut the machine goes on; what it sent meanwhile is there afterwards."""
    visit.witness.expect(CUT_OFF)
    lines = Lines(visit.context)
    page = visit.open(f"/machine?machine={FIRST}")
    expect_shown(page, FIRST)
    before = assert_whole(page)
    lines.break_off(*RUNGS)
    expect_way(page, "lost")
    at_the_cut = counted(page)
    missed = at_the_cut.last_seq + 3 * SOME
    until(lambda: newest(visit.engine) > missed, "the machine goes on behind the cut")
    assert counted(page).last_seq == at_the_cut.last_seq
    lines.mend(*RUNGS)
    expect_way(page, "machine-ws")
    wait_beyond(page, before.instance, missed)
    assert_whole(page, before)


def test_switching_shows_the_other_machine_at_once_and_nothing_of_the_one_before(visit: Visit) -> None:
    """No reload; a frame of another machine on this machine's line is counted and not drawn."""
    lines = Lines(visit.context)
    page = visit.open(f"/machine?machine={FIRST}")
    expect_shown(page, FIRST)
    wait_for_frames(page, SOME)
    page.evaluate("() => { window.loadedOnce = true; }")
    select(page, SECOND)
    expect_shown(page, SECOND)
    before = assert_whole(page)

    late = foreign(visit, FIRST)
    lines.say("machine-ws", late)
    lines.say("machine-ws", {"type": "batch", "frames": [late, {**late, "seq": late["seq"] + 1}]})
    expect(figure(page)).to_have_attribute("data-foreign", "3")
    wait_beyond(page, before.instance, before.last_seq + SOME)
    expect(figure(page)).to_have_attribute("data-missing", "0")
    now = counted(page)
    assert (now.machine, now.instance) == (SECOND, before.instance)
    assert taken(before, now) == now.frames - before.frames
    assert f"{IMPOSSIBLE:,}" not in page.locator("body").inner_text()
    assert str(IMPOSSIBLE) not in page.locator("body").inner_text()
    assert page.evaluate("() => window.loadedOnce === true")


def test_the_line_of_all_machines_shows_only_the_selected_one(visit: Visit) -> None:
    """Where frames of every machine come on one line, switching still shows one machine's alone."""
    visit.witness.expect(CUT_OFF)
    lines = Lines(visit.context)
    lines.cut.add("machine-ws")
    page = visit.open(f"/machine?machine={FIRST}")
    expect_shown(page, FIRST)
    expect_way(page, "fleet-ws")
    lines.say("fleet-ws", foreign(visit, SECOND))
    first = assert_whole(page)
    wait_beyond(page, first.instance, first.last_seq + SOME)
    assert_whole(page, first)
    assert str(IMPOSSIBLE) not in page.locator("body").inner_text()
    select(page, SECOND)
    expect_shown(page, SECOND)
    expect_way(page, "fleet-ws")
    second = assert_whole(page)
    wait_beyond(page, second.instance, second.last_seq + SOME)
    assert_whole(page, second)


def running(engine: Engine) -> str:
    """The run of the first machine's adapter."""
    state = engine.machine(FIRST).state
    assert state is not None
    assert state.instance_id is not None
    return state.instance_id


def newest(engine: Engine) -> int:
    """Position of the newest sample of the first machine."""
    state = engine.machine(FIRST).state
    return 0 if state is None else state.seq or 0


def goes_on(page: Page, before: Counted) -> Counted:
    """Wait for some more frames, and see that nothing was missed on the way to them."""
    wait_beyond(page, before.instance, counted(page).last_seq + SOME)
    return assert_whole(page, before)


def foreign(visit: Visit, machine: str) -> dict[str, Any]:
    """The newest frame of another machine, with a value that no machine has."""
    answer = visit.engine.get(f"/v1/machines/{machine}/telemetry?limit=1").json()
    frame: dict[str, Any] = answer["items"][0]
    frame["values"]["spindle_speed"] |= {"v": IMPOSSIBLE, "q": "good"}
    return frame
