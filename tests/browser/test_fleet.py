"""The fleet view: every field of a tile is the engine's, what needs somebody comes first and does not jump about, two
hundred machines weigh no more than those in sight, and the page says by which way it hears of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.crowd import Crowd
from tests.browser.visit import SCHEMES, WIDTHS, Visit, Visits
from tests.browser.witness import CUT_OFF
from tests.surfaces.engine import Start
from tests.surfaces.proposals import change

MANY = 200
UNKNOWN = "\N{EN DASH}"
IN_PAGE_MAX = 40
"""Tiles in the page at 1440 by 900, whatever the fleet."""
STATES = {
    "M-001": ("alarm", "alarm"),
    "M-002": ("estop", "e-stop"),
    "M-003": ("faulted", "faulted"),
    "M-004": ("offline", "offline"),
    "M-005": ("mute", "unavailable"),
    "M-006": ("hold", "feed hold"),
    "M-007": ("door", "interrupted"),
    "M-008": ("idle", "ready"),
}
"""What machines are wished to do, and the word for it."""

WATCH_TILES = """() => {
  const clocks = '[data-field="since"], [data-field="age"]';
  const all = { subtree: true, childList: true, characterData: true, attributes: true };
  window.touched = new Set();
  new MutationObserver((found) => {
    for (const { target } of found) {
      const element = target.nodeType === 1 ? target : target.parentElement;
      const tile = element?.closest("[data-machine]");
      if (tile && !element.closest(clocks)) window.touched.add(tile.dataset.machine);
    }
  }).observe(document.querySelector("[data-rows]"), all);
}"""
"""Notes which tiles change, but for the words that follow the clock."""

SETTLED = re.compile(r"^([5-9]|\d\d) s$")
"""A time in state after which the order would have changed, had nothing held it."""

Crowds = Callable[..., Crowd]


@pytest.fixture
def crowd(start: Start, tmp_path: Path) -> Crowds:
    """Starts an engine with so many machines."""

    def gather(machines: int, **flags: Any) -> Crowd:
        return Crowd(start, tmp_path, machines, **flags)

    return gather


@pytest.fixture
def few(crowd: Crowds) -> Crowd:
    """A dozen machines that all run."""
    return crowd(12)


def tile(page: Page, machine_id: str) -> Locator:
    return page.locator(f'[data-machine="{machine_id}"]')


def field(page: Page, machine_id: str, name: str) -> Locator:
    return tile(page, machine_id).locator(f'[data-field="{name}"]')


def opened(visit: Visit, path: str = "/fleet") -> Page:
    """The fleet, listed and live."""
    page = visit.open(path)
    expect(page.locator('[data-stream="live"]')).to_be_visible()
    expect(page.locator("main .loading")).to_have_count(0)
    return page


def order(page: Page) -> list[str]:
    """Machines in the order of the page, as far as they are in it."""
    found: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('[data-machine]')].map((e) => e.dataset.machine)"
    )
    return found


def first_is(page: Page, machine_id: str) -> None:
    expect(page.locator("[data-machine]").first).to_have_attribute("data-machine", machine_id)


def in_page(page: Page) -> int:
    return page.locator("[data-machine]").count()


def percent(machine: dict[str, Any], signal: str) -> str:
    value = machine["state"]["values"][signal]["v"]
    return UNKNOWN if value is None else f"{round(value)} %"


def machine_of(crowd: Crowd, machine_id: str) -> dict[str, Any]:
    """A machine as the list gives it."""
    items = crowd.engine.get("/v1/machines", params={"with_state": "true"}).json()["items"]
    found: dict[str, Any] = next(item for item in items if item["id"] == machine_id)
    return found


def test_every_field_of_a_tile_is_the_engines(few: Crowd, visits: Visits) -> None:
    verdict = few.engine.post("/v1/proposals", change("M-009", spindle_speed=13000)).json()
    few.wish(M_001="alarm")
    page = opened(visits(few.engine))
    expect(tile(page, "M-001").locator("[data-state]")).to_have_text(re.compile("alarm"))
    for machine_id in ("M-001", "M-009"):
        machine = machine_of(few, machine_id)
        values = machine["state"]["values"]
        hardest = max("xyz", key=lambda axis: abs(values[f"axis_load_{axis}"]["v"]))
        expect(field(page, machine_id, "id")).to_have_text(machine["id"])
        expect(field(page, machine_id, "name")).to_have_text(machine["name"])
        expect(field(page, machine_id, "place")).to_have_text(machine["cell"])
        expect(field(page, machine_id, "program")).to_have_text(values["program"]["v"])
        expect(field(page, machine_id, "since")).to_have_attribute("datetime", machine["state_since"])
        expect(field(page, machine_id, "spindle-load")).to_have_text(percent(machine, "spindle_load"))
        expect(field(page, machine_id, "spindle-override")).to_have_text(percent(machine, "spindle_override"))
        expect(field(page, machine_id, "feed-label")).to_have_text(f"Axis load {hardest.upper()}")
        expect(field(page, machine_id, "feed-load")).to_have_text(percent(machine, f"axis_load_{hardest}"))
        expect(field(page, machine_id, "feed-override")).to_have_text(percent(machine, "feed_override"))
        expect(field(page, machine_id, "age")).to_have_text("data now")
    alarms = machine_of(few, "M-001")["state"]["interlocks"]["alarms"]
    expect(field(page, "M-001", "obstacles")).to_have_text(f"alarm {alarms[0]}")
    expect(field(page, "M-001", "verdict")).to_have_text("No verdict yet")
    expect(field(page, "M-009", "obstacles")).to_have_text("No alarm, no interlock")
    shown = field(page, "M-009", "verdict")
    expect(shown).to_contain_text(verdict["verdict"])
    expect(shown).to_contain_text(verdict["primary_code"])
    assert machine_of(few, "M-009")["last_decision"]["primary_code"] == verdict["primary_code"]
    shown.get_by_role("link").click()
    expect(page).to_have_url(re.compile(rf"/decisions\?id={verdict['id']}$"))


def test_every_state_has_its_word_and_what_is_not_known_is_a_dash(few: Crowd, visits: Visits) -> None:
    few.wish(**{machine_id: wish for machine_id, (wish, _) in STATES.items()})
    page = opened(visits(few.engine))
    for machine_id, (_, word) in STATES.items():
        expect(tile(page, machine_id).locator("[data-state]")).to_contain_text(word)
        expect(tile(page, machine_id)).to_contain_text("SIM")
    for name in ("program", "spindle-load", "spindle-override", "feed-load", "feed-override"):
        expect(field(page, "M-005", name)).to_have_text(UNKNOWN)
    expect(field(page, "M-005", "obstacles")).to_have_text(f"Alarms and interlocks {UNKNOWN}")
    expect(field(page, "M-002", "obstacles")).to_have_text("emergency stop pressed")
    expect(field(page, "M-007", "obstacles")).to_have_text("guard door open")
    for name, text in {"alarm": "1 alarm", "ready": "1 ready", "running": "4 running"}.items():
        expect(page.locator(f'[data-count="{name}"]')).to_have_text(text)
    expect(page.locator('[data-count="completed"]')).to_have_count(0)
    expect(page.locator('[data-summary="needed"]')).to_contain_text("7 of 12 need somebody")
    expect(page.locator("[data-machine]")).to_have_count(12)
    wanted = [f"M-{number:03}" for number in (1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 8)]
    expect(page.locator('[data-field="id"]')).to_have_text(wanted)


def test_an_alarm_comes_first_and_goes_back_when_it_is_over(few: Crowd, visits: Visits) -> None:
    page = opened(visits(few.engine))
    expect(page.locator('[data-summary="clear"]')).to_contain_text("checked just now")
    assert order(page) == [f"M-{number:03}" for number in range(1, 13)]
    few.wish(M_012="alarm")
    first_is(page, "M-012")
    expect(page.locator('[data-summary="needed"]')).to_contain_text("1 of 12 needs somebody")
    few.wish(M_012=None)
    first_is(page, "M-001")


def test_a_denial_is_shown_as_it_happens_and_brings_its_machine_forward(few: Crowd, visits: Visits) -> None:
    page = opened(visits(few.engine))
    expect(field(page, "M-011", "verdict")).to_have_text("No verdict yet")
    verdict = few.engine.post("/v1/proposals", change("M-011", spindle_speed=13000)).json()
    expect(field(page, "M-011", "verdict")).to_contain_text(verdict["primary_code"])
    first_is(page, "M-011")


def test_an_interlock_that_no_event_tells_of_is_shown_as_it_closes(few: Crowd, visits: Visits) -> None:
    page = opened(visits(few.engine))
    expect(field(page, "M-006", "obstacles")).to_have_text("No alarm, no interlock")
    few.wish(M_006="door")
    expect(field(page, "M-006", "obstacles")).to_have_text("guard door open")
    few.wish(M_006=None)
    expect(field(page, "M-006", "obstacles")).to_have_text("No alarm, no interlock")


def test_nothing_moves_under_the_pointer_or_the_focus_until_it_is_asked_for(few: Crowd, visits: Visits) -> None:
    page = opened(visits(few.engine))
    changed = page.get_by_role("button", name="Sort anew")
    tile(page, "M-005").hover()
    few.wish(M_012="alarm")
    expect(tile(page, "M-012").locator("[data-state]")).to_contain_text("alarm")
    expect(changed).to_be_visible()
    expect(field(page, "M-012", "since")).to_have_text(SETTLED)
    first_is(page, "M-001")
    page.keyboard.press("r")
    first_is(page, "M-012")
    expect(changed).to_have_count(0)
    page.mouse.move(5, 5)
    tile(page, "M-003").get_by_role("link").first.focus()
    few.wish(M_010="estop")
    expect(changed).to_be_visible()
    expect(field(page, "M-010", "since")).to_have_text(SETTLED)
    first_is(page, "M-012")
    changed.click()
    first_is(page, "M-010")


def test_a_sample_touches_its_own_tile_only(few: Crowd, visits: Visits) -> None:
    page = opened(visits(few.engine))
    expect(tile(page, "M-006")).to_be_visible()
    page.evaluate(WATCH_TILES)
    tile(page, "M-006").hover()
    few.wish(M_006="mute")
    expect(field(page, "M-006", "spindle-load")).to_have_text(UNKNOWN)
    expect(page.get_by_role("button", name="Sort anew")).to_be_visible()
    assert page.evaluate("() => [...window.touched]") == ["M-006"]


def test_two_hundred_machines_weigh_no_more_than_those_in_sight(crowd: Crowds, visits: Visits) -> None:
    many = crowd(MANY)
    page = opened(visits(many.engine))
    expect(page.locator('[data-summary="clear"]')).to_contain_text(f"None of {MANY} machines")
    assert in_page(page) <= IN_PAGE_MAX
    last = tile(page, f"M-{MANY}")
    expect(last).to_have_count(0)
    page.mouse.move(700, 500)
    while not page.evaluate("() => scrollY + innerHeight >= document.documentElement.scrollHeight - 1"):
        page.mouse.wheel(0, 2_000)
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(last).to_be_in_viewport()
    assert in_page(page) <= IN_PAGE_MAX
    expect(last).to_have_attribute("aria-posinset", str(MANY))
    expect(last).to_have_attribute("aria-setsize", str(MANY))
    assert all("SIM" in text for text in page.locator("[data-machine]").all_inner_texts())
    page.evaluate("() => scrollTo(0, 0)")
    expect(tile(page, "M-001")).to_be_in_viewport()
    places = page.evaluate("() => [...document.querySelectorAll('[data-machine]')].map((e) => Number(e.ariaPosInSet))")
    assert places == sorted(places)


def test_the_wall_is_walked_by_keys_and_never_loses_the_focus(crowd: Crowds, visits: Visits) -> None:
    many = crowd(MANY)
    page = opened(visits(many.engine))
    link = tile(page, "M-001").get_by_role("link").first
    link.focus()
    page.keyboard.press("End")
    expect(tile(page, f"M-{MANY}").get_by_role("link").first).to_be_focused()
    expect(tile(page, f"M-{MANY}")).to_be_in_viewport()
    page.keyboard.press("ArrowLeft")
    expect(tile(page, f"M-{MANY - 1}").get_by_role("link").first).to_be_focused()
    page.evaluate("() => scrollTo(0, 0)")
    expect(tile(page, "M-001")).to_be_in_viewport()
    expect(tile(page, f"M-{MANY - 1}").get_by_role("link").first).to_be_focused()
    assert in_page(page) <= IN_PAGE_MAX + 1
    page.keyboard.press("Home")
    expect(tile(page, "M-001").get_by_role("link").first).to_be_focused()
    for number in range(2, 60):
        page.keyboard.press("j")
        expect(tile(page, f"M-{number:03}").get_by_role("link").first).to_be_focused()
    expect(tile(page, "M-059")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/machine\?machine=M-059$"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"/fleet$"))


def test_the_filter_is_in_the_address(few: Crowd, visits: Visits) -> None:
    few.wish(M_004="hold")
    page = opened(visits(few.engine))
    page.locator('[data-count="feed_hold"]').click()
    expect(page).to_have_url(re.compile(r"\?state=feed_hold$"))
    expect(page.locator("[data-machine]")).to_have_count(1)
    page.reload()
    expect(page.locator("[data-machine]")).to_have_count(1)
    expect(page.locator('[data-count="feed_hold"]')).to_have_attribute("aria-pressed", "true")
    page.locator('[data-count="feed_hold"]').click()
    page.get_by_label("Cell").select_option("Turning")
    expect(page.locator("[data-machine]")).to_have_count(4)
    page.locator("[data-filter]").fill("part-7")
    expect(page).to_have_url(re.compile(r"\?cell=Turning&q=part-7$"))
    expect(tile(page, "M-007")).to_be_visible()
    expect(page.locator("[data-machine]")).to_have_count(1)
    page.locator("[data-filter]").fill("nobody")
    expect(page.get_by_text("No machine passes these filters.")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("[data-machine]")).to_have_count(12)
    page.go_back()
    expect(page.locator("[data-filter]")).to_have_value("nobody")


@pytest.fixture
def sockets(few: Crowd, visits: Visits) -> tuple[Visit, dict[str, Any]]:
    """A visit whose telemetry sockets can be cut: `{"pass": False}` lets none through."""
    visit = visits(few.engine)
    visit.witness.expect(CUT_OFF)
    gate: dict[str, Any] = {"pass": True, "open": []}

    def through(socket: WebSocketRoute) -> None:
        if gate["pass"]:
            socket.connect_to_server()
            gate["open"].append(socket)
        else:
            socket.close()

    visit.context.route_web_socket(re.compile(r"/ws/telemetry"), through)
    return visit, gate


def test_where_the_stream_does_not_pass_the_list_is_read_until_it_does(
    few: Crowd, sockets: tuple[Visit, dict[str, Any]]
) -> None:
    visit, gate = sockets
    page = opened(visit)
    gate["pass"] = False
    for socket in gate["open"]:
        socket.close()
    expect(page.locator('[data-stream="reading"]')).to_have_text("read every 2 s")
    few.wish(M_003="mute")
    expect(field(page, "M-003", "spindle-load")).to_have_text(UNKNOWN)
    expect(field(page, "M-001", "age")).to_contain_text("data")
    gate["pass"] = True
    expect(page.locator('[data-stream="live"]')).to_be_visible()
    few.wish(M_003=None)
    expect(field(page, "M-003", "spindle-load")).to_have_text("3 %")


def test_what_is_old_says_so_and_the_engine_that_is_back_is_found(few: Crowd, visits: Visits, start: Start) -> None:
    visit = visits(few.engine)
    visit.witness.expect(CUT_OFF)
    page = opened(visit)
    few.engine.kill()
    expect(page.locator('[data-stream="lost"]')).to_be_visible()
    expect(field(page, "M-001", "age")).to_contain_text(re.compile(r"stale, \d+ s"))
    expect(tile(page, "M-001").locator("[data-state]")).to_have_attribute("data-state", "stale")
    expect(page.locator('[data-summary="unknown"]')).to_contain_text("Not known")
    expect(page.get_by_text("Not current.")).to_be_visible()
    few.again(start)
    expect(page.locator('[data-stream="live"]')).to_be_visible()
    expect(field(page, "M-001", "age")).to_have_text("data now")
    expect(page.locator('[data-summary="clear"]')).to_be_visible()


def test_a_machine_that_falls_silent_is_told_from_one_that_speaks(few: Crowd, visits: Visits) -> None:
    page = opened(visits(few.engine))
    few.wish(M_008="silent")
    expect(field(page, "M-008", "age")).to_contain_text("stale, ")
    first_is(page, "M-008")
    expect(field(page, "M-008", "spindle-load")).to_have_text("8 %")
    few.wish(M_008=None)
    expect(field(page, "M-008", "age")).to_have_text("data now")


def test_without_machines_the_page_says_how_to_get_some(start: Start, visits: Visits, tmp_path: Path) -> None:
    engine = start(tmp_path / "data", simulator=False).listening()
    page = visits(engine).open("/fleet")
    expect(page.get_by_text("No machines.")).to_be_visible()
    expect(page.get_by_text("make run")).to_be_visible()


def test_a_list_that_cannot_be_read_is_no_empty_fleet(few: Crowd, visits: Visits) -> None:
    visit = visits(few.engine)
    visit.witness.expect(CUT_OFF)
    visit.context.route(re.compile(r"/v1/machines"), lambda route: route.abort())
    page = visit.open("/fleet")
    expect(page.get_by_role("alert")).to_contain_text("unreachable")
    expect(page.get_by_text("No machines.")).to_have_count(0)
    visit.context.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-machine]")).to_have_count(12)


def test_only_the_fleet_view_streams_every_machine(few: Crowd, visits: Visits) -> None:
    visit = visits(few.engine)
    page = visit.context.new_page()
    streams: list[str] = []
    page.on("websocket", lambda socket: streams.append(socket.url) if "/ws/telemetry?" in socket.url else None)
    page.goto("/decisions")
    expect(page.locator('[data-line="live"]')).to_be_attached()
    assert streams == []
    page.goto("/fleet")
    expect(page.locator('[data-stream="live"]')).to_be_visible()
    assert len(streams) == 1
    page.get_by_role("navigation").get_by_role("link", name="Decisions").click()
    expect(page.locator("[data-stream]")).to_have_count(0)
    assert len(streams) == 1


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_state_is_accessible_at_every_width(few: Crowd, visits: Visits, scheme: str) -> None:
    few.engine.post("/v1/proposals", change("M-009", spindle_speed=13000))
    few.wish(**{machine_id: wish for machine_id, (wish, _) in STATES.items()}, M_010="silent")
    page = opened(visits(few.engine, color_scheme=scheme))
    expect(field(page, "M-010", "age")).to_contain_text("stale, ")
    for width in (320, *WIDTHS):
        page.set_viewport_size({"width": width, "height": 900})
        expect(page.locator("[data-machine]").first).to_be_visible()
        assert_accessible(page, f"/fleet, {scheme}, {width} px")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
