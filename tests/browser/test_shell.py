"""The frame of every view: header, keys, palette, settings, the four states, and what is said when the engine is gone.

What the views hold is their own business; they are only the ground here.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.accessibility import assert_accessible, violations
from tests.browser.conftest import Restart
from tests.browser.machine_page import selector
from tests.browser.people import People
from tests.browser.views import VIEWS, opened
from tests.browser.visit import Visit, Visits
from tests.browser.witness import CUT_OFF
from tests.surfaces.engine import Engine, Start
from tests.surfaces.proposals import DENIED, NEEDS_APPROVAL

REFUSED = "status of 401"
LIST = re.compile(r"/v1/machines\?")
COVERED = """() => {
  const element = document.activeElement;
  if (!element.closest("main")) return null;
  const edge = document.querySelector("header").getBoundingClientRect().bottom;
  return element.getBoundingClientRect().bottom <= edge ? element.outerHTML : null;
}"""
PLACES = """() => [...document.querySelectorAll("header a, header button, header input")]
  .map((element) => element.getBoundingClientRect())
  .map(({ x, y, width, height }) => [x, y, width, height].map(Math.round))"""
SMALL = """() => [...document.querySelectorAll("button, select, input, summary, [role=option], nav a")]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0)
  .map((element) => [element.outerHTML.slice(0, 120), element.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.width < 23.5 || box.height < 23.5))
  .map(([words, box]) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${words}`)"""


def line(page: Page, state: str) -> Locator:
    """The badge of the line to the engine, when it says this."""
    return page.locator(f'header [data-line="{state}"]')


def live(visit: Visit, path: str) -> Page:
    """A view that follows the log."""
    page = visit.open(path)
    expect(line(page, "live")).to_be_visible()
    expect(page.locator("main h1")).to_be_visible()
    return page


def settings(page: Page) -> Locator:
    """The open panel with the settings."""
    page.get_by_role("button", name="session and settings").click()
    return page.get_by_role("dialog", name="Session and settings")


def focused(page: Page) -> str:
    """What has the focus, as the beginning of its text."""
    found: str = page.evaluate("() => document.activeElement.innerText.trim()")
    return found


def go_to(page: Page, typed: str) -> None:
    """Type into the palette and take the first that fits."""
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Go to")
    expect(field).to_be_focused()
    field.fill(typed)
    field.press("Enter")


def test_the_palette_goes_to_views_machines_and_settings(visit: Visit) -> None:
    page = live(visit, "/fleet")
    go_to(page, "cnc-002")
    page.wait_for_url("**/machine?machine=CNC-002")
    expect(selector(page)).to_have_attribute("data-machine", "CNC-002")
    go_to(page, "approv")
    page.wait_for_url("**/approvals")
    go_to(page, "dark")
    expect(page.locator("html")).to_have_attribute("data-scheme", "dark")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Go to")
    expect(field).to_be_focused()
    assert_accessible(page, "palette")
    field.fill("zzzz")
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Go to")).to_have_count(0)


def test_the_palette_finds_a_decision_by_its_code(visit: Visit, people: People) -> None:
    verdict = people.submit(DENIED)
    decision, code = verdict["id"], verdict["primary_code"]
    page = live(visit, "/fleet")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Go to").fill(code)
    page.get_by_role("option", name=code).first.click()
    page.wait_for_url("**/decisions?id=*")
    assert decision in page.url
    expect(page.get_by_role("dialog", name="Why")).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "id=" not in url)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_two_keys_go_to_a_view_and_its_heading_has_the_focus(visit: Visit) -> None:
    page = live(visit, "/fleet")
    for key, path, title in (
        ("d", "/decisions", "Decisions"),
        ("a", "/approvals", "Approvals"),
        ("f", "/fleet", "Fleet"),
    ):
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(f"**{path}")
        expect(page.locator("main h1")).to_be_focused()
        assert focused(page) == title
        expect(page).to_have_title(f"{title} · Chargehand")
    page.go_back()
    expect(page.locator("main h1")).to_be_focused()
    assert focused(page) == "Approvals"


def test_keys_walk_a_list_reach_its_filter_and_leave_again(visit: Visit, people: People) -> None:
    people.submit(DENIED)
    people.submit(DENIED)
    page = live(visit, "/decisions")
    rows = page.locator("[data-rows] [data-row]")
    expect(rows.nth(1)).to_be_visible()
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Why")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("/")
    field = page.locator("[data-filter]:visible").first
    expect(field).to_be_focused()
    field.press("Escape")
    expect(page.locator("main h1")).to_be_focused()


def test_single_keys_never_act_while_writing_and_can_be_turned_off(visit: Visit) -> None:
    page = live(visit, "/fleet")
    page.keyboard.press("/")
    page.keyboard.type("g d?")
    assert page.url.split("?")[0].endswith("/fleet")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator("[data-filter]:visible").first.fill("")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Decisions")
    assert_accessible(page, "keys")
    keys.get_by_role("checkbox", name="Single keys").uncheck()
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    for pressed in ("g", "d", "?", "/"):
        page.keyboard.press(pressed)
    page.reload()
    expect(line(page, "live")).to_be_visible()
    page.keyboard.press("?")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_have_count(1)
    assert page.url.split("?")[0].endswith("/fleet")


def test_scheme_and_zone_are_kept(visit: Visit, people: People) -> None:
    people.submit(DENIED)
    page = live(visit, "/decisions")
    root = page.locator("html")
    expect(root).to_have_attribute("data-scheme", "light")
    panel = settings(page)
    expect(panel).to_contain_text("Signed in as")
    assert_accessible(page, "settings")
    panel.get_by_role("radio", name="Dark").check()
    panel.get_by_role("radio", name="UTC").check()
    expect(root).to_have_attribute("data-scheme", "dark")
    for reader in (page, visit.context.new_page()):
        reader.goto("/decisions")
        expect(reader.locator("html")).to_have_attribute("data-scheme", "dark")
        expect(reader.locator("main time").first).to_have_attribute("title", re.compile(r"\d\d:\d\d:\d\d UTC$"))
    settings(page).get_by_role("radio", name="Local").check()
    expect(page.locator("main time").first).to_have_attribute("title", re.compile(r"UTC[+-]\d\d:\d\d$"))
    page.keyboard.press("Escape")
    settings(page).get_by_role("radio", name="System").check()
    expect(root).to_have_attribute("data-scheme", "light")


def test_the_selector_filters_by_what_is_typed_and_leaves_everything_as_it_was(visit: Visit) -> None:
    page = live(visit, "/machine?machine=CNC-001")
    field = selector(page)
    field.click()
    expect(page.get_by_role("option")).to_have_count(3)
    expect(page.get_by_role("option", selected=True)).to_contain_text("CNC-001")
    # What lies half under the open list cannot be hit just then, and need not be.
    assert violations(page).keys() <= {"target-size"}
    field.press_sequentially("turning")
    expect(page.get_by_role("option")).to_have_count(1)
    expect(page.get_by_role("option")).to_contain_text("SIM")
    field.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(field).to_have_value(re.compile("^CNC-001"))
    field.press_sequentially("nothing has this")
    expect(page.get_by_text("No machine matches")).to_be_visible()
    field.press("Enter")
    expect(selector(page)).to_have_attribute("data-machine", "CNC-001")
    page.keyboard.press("Escape")
    field.click()
    page.get_by_role("option", name="CNC-003").click()
    page.wait_for_url("**/machine?machine=CNC-003")


def test_an_unknown_machine_offers_the_others_and_shows_none(visit: Visit) -> None:
    page = visit.open("/propose?machine=CNC-999")
    expect(page.locator("main h1")).to_contain_text("CNC-999")
    expect(page.locator("main form")).to_have_count(0)
    expect(selector(page)).to_have_value("CNC-999")
    page.locator("main").get_by_role("link", name="CNC-002").click()
    page.wait_for_url("**/propose?machine=CNC-002")
    page.go_back()
    expect(page.locator("main h1")).to_contain_text("CNC-999")


def test_pending_approvals_are_counted_as_they_come_and_go(visits: Visits, people: People) -> None:
    page = live(visits(signed_in="paul"), "/fleet")
    count = page.locator("header [data-pending]")
    expect(count).to_have_attribute("data-pending", re.compile(r"^\d+$"))
    before = int(count.get_attribute("data-pending") or "")
    approval = people.submit(NEEDS_APPROVAL)["approval_id"]
    expect(count).to_have_attribute("data-pending", str(before + 1))
    expect(page.get_by_role("link", name=f"Approvals {before + 1}")).to_be_visible()
    people.decide(approval, "deny", "only counted")
    expect(count).to_have_attribute("data-pending", str(before))


def test_loading_empty_and_failed_cannot_be_taken_for_one_another(visit: Visit) -> None:
    """Nor for what is there: each of the states that a list may be in, made by what the engine answers."""
    visit.witness.expect("status of 500")
    page = visit.context.new_page()

    def held(_: Route) -> None:
        """Never answered."""

    page.route(LIST, held)
    page.goto("/machine")
    expect(page.locator('[data-shown="loading"]')).to_be_visible()
    expect(page.get_by_text("Loading machines")).to_be_visible()

    page.unroute(LIST)
    page.route(LIST, lambda route: _answer(route, 200, {"items": [], "next_cursor": None}))
    page.goto("/machine")
    empty = page.locator('[data-shown="empty"]')
    expect(empty).to_contain_text("chargehand up")
    expect(empty.get_by_role("button", name="Copy")).to_be_visible()

    page.unroute(LIST)
    problem = {
        "type": "/x",
        "title": "Broken",
        "status": 500,
        "code": "ENG.INTERNAL",
        "detail": "on purpose",
        "request_id": "req_7",
    }
    page.route(LIST, lambda route: _answer(route, 500, problem))
    page.reload()
    failed = page.locator('[data-shown="failed"]')
    for words in ("ENG.INTERNAL", "on purpose", "req_7"):
        expect(failed).to_contain_text(words)
    assert_accessible(page, "failed")

    page.unroute(LIST)
    failed.get_by_role("button", name="Try again").click()
    expect(selector(page)).to_have_attribute("data-machine", "CNC-001")


def test_a_killed_engine_is_said_under_every_view_and_recovered_from(
    visits: Visits, start: Start, restart: Restart, tmp_path: Path
) -> None:
    engine = start(tmp_path / "data").ready()
    visit = visits(engine)
    visit.witness.expect(CUT_OFF)
    pages = {view: live(visit, f"/{view}") for view in VIEWS}
    shown = {view: page.locator("main h1").inner_text() for view, page in pages.items()}
    engine.kill()
    for view, page in pages.items():
        expect(line(page, "lost")).to_contain_text(re.compile(r"lost \d+ (s|min) · try \d+"))
        expect(page.locator("main h1")).to_have_text(shown[view])
    for view in ("fleet", "approvals"):
        expect(pages[view].locator('[data-shown="stale"]').first).to_contain_text(
            re.compile(r"\d+ (s|min) (ago|old).*attempt \d+", re.DOTALL)
        )
    assert_accessible(pages["fleet"], "stale")
    restart(engine).ready()
    for page in pages.values():
        expect(line(page, "live")).to_be_visible()
        expect(page.locator('[data-shown="stale"]')).to_have_count(0)


def test_another_engine_on_the_same_address_is_followed_anew(visits: Visits, start: Start, tmp_path: Path) -> None:
    """Its log is shorter, so that every try to go on from the old position would be refused."""
    first = start(tmp_path / "first").ready()
    for _ in range(3):
        assert first.post("/v1/proposals", DENIED).status_code == 201
    visit = visits(first)
    visit.witness.expect(CUT_OFF)
    page = live(visit, "/fleet")
    head = first.head()
    first.kill()
    expect(line(page, "lost")).to_be_visible()
    second = start(tmp_path / "second", port=int(first.url.rpartition(":")[2])).ready()
    assert second.head() < head
    expect(line(page, "live")).to_be_visible()
    assert second.post("/v1/proposals", NEEDS_APPROVAL).status_code == 201
    expect(page.locator("header [data-pending]")).to_have_attribute("data-pending", "1")


def test_where_sockets_do_not_pass_the_log_comes_as_a_stream(visit: Visit, people: People) -> None:
    visit.witness.expect(CUT_OFF)
    visit.context.route_web_socket(re.compile("/ws/events"), lambda socket: socket.close(code=1011))
    page = visit.context.new_page()
    page.goto("/approvals")
    expect(line(page, "live")).to_have_attribute("data-transport", "sse")
    approval = people.submit(NEEDS_APPROVAL)["approval_id"]
    expect(page.locator(f'[data-approval="{approval}"]')).to_be_visible()
    people.decide(approval, "deny", "only a story")


def test_signed_out_is_no_dead_end(visits: Visits, start: Start, tmp_path: Path) -> None:
    """Every view says how to sign in; once that was done in another tab, the page goes on without being loaded anew."""
    engine = start(tmp_path / "data", require_token=True).listening()
    visit = visits(engine)
    visit.witness.expect(REFUSED)
    visit.witness.expect(CUT_OFF)
    page = visit.open("/machine?machine=CNC-002")
    how = page.get_by_role("alert", name="Sign in")
    expect(how).to_contain_text("chargehand login")
    expect(line(page, "refused")).to_be_visible()
    assert_accessible(page, "signed out")
    page.evaluate("() => { window.loadedOnce = true; }")
    link = re.findall(r"sign in\s+(\S+/signin\?code=\S+)", engine.talk)[-1]
    other = visit.open(link)
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(f"{engine.url}/**")
    expect(how).to_have_count(0)
    expect(line(page, "live")).to_be_visible()
    expect(selector(page)).to_have_attribute("data-machine", "CNC-002")
    assert page.evaluate("() => window.loadedOnce === true")


def test_a_code_says_what_it_means_and_goes_away_on_escape(visit: Visit, people: People, engine: Engine) -> None:
    reason = people.submit(DENIED)["primary_code"]
    title = engine.get(f"/v1/reason-codes/{reason}").json()["title"]
    page = live(visit, "/decisions")
    code = page.locator("main button", has_text=reason).first
    code.focus()
    tip = page.get_by_role("tooltip")
    expect(tip).to_contain_text(title)
    assert_accessible(page, "code")
    page.keyboard.press("Escape")
    expect(tip).to_have_count(0)
    expect(code).to_be_focused()
    page.locator("main h1").hover()
    code.hover()
    expect(tip).to_contain_text("has to act")
    tip.hover()
    expect(tip).to_be_visible()


def test_copying_says_so(visit: Visit, people: People) -> None:
    people.submit(DENIED)
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = live(visit, "/decisions")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    button = page.get_by_role("dialog").get_by_role("button", name="Copy").first
    button.click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_attached()
    assert page.evaluate("() => navigator.clipboard.readText()") != ""


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_reflows_and_its_targets_can_be_hit(visit: Visit, people: People, view: str) -> None:
    """320 px wide is also 1280 px at 400 %; 640 px is 200 %."""
    people.submit(DENIED)
    page = opened(visit.context.new_page(), view)
    for width, height in ((320, 640), (640, 450), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function("(width) => document.documentElement.scrollWidth <= width", arg=width)
        assert page.evaluate(SMALL) == [], f"{view} at {width}"


def test_the_header_never_covers_what_has_the_focus(visit: Visit, people: People) -> None:
    for _ in range(4):
        people.submit(DENIED)
    page = live(visit, "/decisions")
    page.set_viewport_size({"width": 1440, "height": 520})
    page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    page.locator("main button:visible, main a:visible").last.focus()
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        covered = page.evaluate(COVERED)
        assert covered is None


def test_the_first_link_skips_to_the_view(visit: Visit) -> None:
    page = live(visit, "/machine?machine=CNC-001")
    skip = page.get_by_role("link", name="Skip to the view")
    skip.focus()
    skip.press("Enter")
    expect(page.locator("#view")).to_be_focused()
    page.go_back()
    expect(page.locator("#view")).to_be_visible()


def test_nothing_in_the_header_moves_when_the_line_is_lost(
    visits: Visits, start: Start, restart: Restart, tmp_path: Path
) -> None:
    engine = start(tmp_path / "data").ready()
    visit = visits(engine)
    visit.witness.expect(CUT_OFF)
    page = live(visit, "/machine")
    expect(page.get_by_role("button", name="session and settings")).to_contain_text("human:local")
    before = _places(page)
    engine.kill()
    expect(line(page, "lost")).to_be_visible()
    assert _places(page) == before


def _places(page: Page) -> list[Any]:
    found: list[Any] = page.evaluate(PLACES)
    return found


def _answer(route: Route, status: int, body: dict[str, Any]) -> None:
    kind = "application/json" if status < 400 else "application/problem+json"
    route.fulfill(status=status, content_type=kind, body=json.dumps(body))
