"""Which machine is shown: by the address, by memory, by order, and never another one than the one that is named."""

from __future__ import annotations

from playwright.sync_api import Page, Request, expect

from tests.browser.machine_page import MACHINES, expect_shown, select, selector
from tests.browser.visit import Visit, Visits

FIRST, SECOND, THIRD = MACHINES
MARK = "() => { window.loadedOnce = true; }"
KEPT = "() => window.loadedOnce === true"


def about_machines(page: Page) -> list[str]:
    """Every machine that a page asks something about from now on."""
    asked: list[str] = []

    def note(url: str) -> None:
        asked.extend(machine for machine in MACHINES if machine in url)

    def requested(request: Request) -> None:
        note(request.url)

    page.on("request", requested)
    page.on("websocket", lambda socket: note(socket.url))
    return asked


def test_the_address_wins_over_memory_and_order(visit: Visit) -> None:
    page = visit.open("/machine")
    expect_shown(page, FIRST)
    page.goto(f"/machine?machine={THIRD}")
    expect_shown(page, THIRD)
    page.goto(f"/machine?machine={SECOND}")
    expect_shown(page, SECOND)


def test_switching_keeps_the_page_and_its_history(visit: Visit) -> None:
    """No reload on a switch; back and forward go from machine to machine; a reload stays where it is."""
    page = visit.open(f"/machine?machine={FIRST}")
    expect_shown(page, FIRST)
    page.evaluate(MARK)
    select(page, SECOND)
    expect_shown(page, SECOND)
    select(page, THIRD)
    expect_shown(page, THIRD)
    page.go_back()
    expect_shown(page, SECOND)
    page.go_back()
    expect_shown(page, FIRST)
    page.go_forward()
    expect_shown(page, SECOND)
    assert page.evaluate(KEPT)
    page.reload()
    expect_shown(page, SECOND)
    assert not page.evaluate(KEPT)


def test_reopening_shows_the_last_machine(visit: Visit) -> None:
    page = visit.open(f"/machine?machine={FIRST}")
    expect_shown(page, FIRST)
    select(page, THIRD)
    expect_shown(page, THIRD)
    page.close()
    again = visit.open("/machine")
    expect_shown(again, THIRD)
    # What memory chose stands in the address, so that the link can be shared; and back does not lead to the bare one.
    again.go_back()
    assert again.url == "about:blank"


def test_a_new_tab_does_not_move_the_others(visit: Visit) -> None:
    one = visit.open(f"/machine?machine={FIRST}")
    expect_shown(one, FIRST)
    other = visit.open("/machine")
    expect_shown(other, FIRST)
    select(other, SECOND)
    expect_shown(other, SECOND)
    one.bring_to_front()
    expect_shown(one, FIRST)
    one.reload()
    expect_shown(one, FIRST)


def test_a_shared_link_shows_the_same_to_somebody_else(visits: Visits) -> None:
    page = visits().open("/machine")
    expect_shown(page, FIRST)
    select(page, SECOND)
    expect_shown(page, SECOND)
    elsewhere = visits().open(page.url)
    expect_shown(elsewhere, SECOND)


def test_the_selection_goes_with_the_reader_to_other_views(visit: Visit) -> None:
    page = visit.open(f"/machine?machine={SECOND}")
    expect_shown(page, SECOND)
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Propose").click()
    expect(selector(page)).to_have_attribute("data-machine", SECOND)
    page.wait_for_url(f"**/propose?machine={SECOND}")


def test_an_unknown_machine_is_named_and_replaced_by_none(visit: Visit) -> None:
    """The list is offered, nothing of any machine is asked for, and what was remembered stays remembered."""
    page = visit.open(f"/machine?machine={SECOND}")
    expect_shown(page, SECOND)
    page.close()

    stray = visit.context.new_page()
    asked = about_machines(stray)
    stray.goto("/machine?machine=CNC-404")
    expect(stray.get_by_role("heading", name="CNC-404")).to_be_visible()
    offered = stray.get_by_role("list", name="Machines").get_by_role("link")
    expect(offered).to_have_text(list(MACHINES))
    expect(selector(stray)).not_to_have_attribute("data-machine", SECOND)
    expect(stray.locator("figure")).to_have_count(0)
    stray.wait_for_load_state("networkidle")
    assert asked == []
    assert stray.url.endswith("machine=CNC-404")

    expect_shown(visit.open("/machine"), SECOND)
    offered.filter(has_text=THIRD).click()
    expect_shown(stray, THIRD)
    stray.go_back()
    expect(stray.get_by_role("heading", name="CNC-404")).to_be_visible()


def test_a_machine_that_is_gone_is_not_remembered(visit: Visit) -> None:
    page = visit.open("/fleet")
    page.evaluate("() => localStorage.setItem('chargehand.machine', 'CNC-404')")
    page.goto("/machine")
    expect_shown(page, FIRST)


def test_the_selector_is_worked_by_keyboard(visit: Visit) -> None:
    page = visit.open(f"/machine?machine={FIRST}")
    expect_shown(page, FIRST)
    field = selector(page)
    field.focus()
    field.press("ArrowDown")
    expect(page.get_by_role("option")).to_have_count(len(MACHINES))
    field.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    expect_shown(page, FIRST)
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Enter")
    expect_shown(page, SECOND)
    expect(field).to_be_focused()
