"""The inbox as people live it: pushed to them, answered once, and the same for two who answer at once."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import APIResponse, Locator, Page, Request, Route, expect

from chargehand.kernel.clock import SystemClock, iso_utc
from tests.browser.conftest import Restart
from tests.browser.people import People
from tests.browser.visit import Visit, Visits
from tests.browser.witness import CUT_OFF
from tests.surfaces.engine import Engine, Start
from tests.surfaces.proposals import offset_write

TAKES = 5_000_000
"""Microseconds that a proposal which runs out under the reader's eyes is good for."""


def asked(people: People, intent: str, **given: Any) -> str:
    """Propose something that a person must decide; returns the approval."""
    verdict = people.submit({**offset_write(), "intent": intent, **given})
    assert verdict["verdict"] == "needs_approval"
    return str(verdict["approval_id"])


def card(page: Page, approval_id: str) -> Locator:
    return page.locator(f'[data-approval="{approval_id}"]')


def answer(page: Page, approval_id: str, button: str, reason: str) -> Locator:
    """Open the dialog and give a reason; returns the button that sends it. Approving takes a look, too."""
    card(page, approval_id).get_by_role("button", name=button).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill(reason)
    if button == "Approve":
        expect(dialog.locator("button[type=submit]")).to_be_disabled()
        dialog.get_by_role("checkbox", name="I looked at machine/CNC-001").check()
    return dialog.locator("button[type=submit]")


def lists_read(page: Page) -> list[str]:
    """Every list of approvals that a page reads from now on."""
    found: list[str] = []

    def note(request: Request) -> None:
        if re.search(r"/v1/approvals(\?|$)", request.url):
            found.append(request.url)

    page.on("request", note)
    return found


def opened(visit: Visit) -> Page:
    """The inbox, read and following the log."""
    page = visit.open("/approvals")
    expect(page.locator('[data-line="live"]')).to_be_attached()
    expect(page.get_by_role("heading", name="Settled lately")).to_be_visible()
    page.wait_for_load_state("networkidle")
    return page


def test_new_approvals_are_pushed_and_the_list_is_not_read_again(visits: Visits, people: People) -> None:
    page = opened(visits(signed_in="paul"))
    lists = lists_read(page)
    approval_id = asked(people, "move the zero for the second clamp")
    shown = card(page, approval_id)
    expect(shown).to_contain_text("machine/CNC-001")
    expect(shown).to_contain_text("move the zero for the second clamp")
    expect(shown).to_contain_text("0.1 mm")
    expect(shown).to_contain_text("GATE.APPROVAL_REQUIRED")
    people.decide(approval_id, "deny", "not on this shift", "quinn")
    expect(shown).to_have_attribute("data-status", "denied")
    expect(shown).to_contain_text("quinn")
    expect(shown).to_contain_text("not on this shift")
    assert lists == []


def test_of_two_who_answer_at_once_one_wins_and_the_other_sees_who(
    visits: Visits, people: People, engine: Engine
) -> None:
    approval_id = asked(people, "raced for")
    late = visits(signed_in="quinn")
    late.witness.expect(r"status of 412")
    paul = opened(visits(signed_in="paul"))
    # Quinn's page hears nothing of Paul's answer: the log's socket opens and stays silent.
    quinn = late.context.new_page()
    quinn.route_web_socket("**/ws/events*", lambda _socket: None)
    quinn.goto("/approvals")
    denial = answer(quinn, approval_id, "Deny", "I say no")
    answer(paul, approval_id, "Approve", "checked the drawing").click()
    expect(card(paul, approval_id)).to_have_attribute("data-status", "approved")
    denial.click()
    dialog = quinn.get_by_role("dialog")
    expect(dialog).to_contain_text("Somebody was first")
    expect(dialog).to_contain_text("paul")
    expect(dialog).to_contain_text("checked the drawing")
    expect(dialog.locator("time").first).to_be_visible()
    expect(dialog.locator("button[type=submit]")).to_have_count(0)
    dialog.get_by_role("button", name="Close").click()
    expect(card(quinn, approval_id)).to_have_attribute("data-status", "approved")
    recorded = engine.get(f"/v1/approvals/{approval_id}", headers=people.bearer("ada")).json()
    assert (recorded["status"], recorded["reason"]) == ("approved", "checked the drawing")


def test_an_answer_that_arrives_while_another_is_written_is_shown_in_the_dialog(visits: Visits, people: People) -> None:
    approval_id = asked(people, "overtaken")
    page = opened(visits(signed_in="paul"))
    answer(page, approval_id, "Approve", "about to")
    people.decide(approval_id, "rework", "use the probe first", "quinn")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Somebody was first")
    expect(dialog).to_contain_text("use the probe first")


def test_denying_and_sending_back_take_a_reason(visits: Visits, people: People) -> None:
    approval_id = asked(people, "needs words")
    page = opened(visits(signed_in="paul"))
    for button in ("Deny", "Send back"):
        send = answer(page, approval_id, button, "  ")
        expect(send).to_be_disabled()
        page.get_by_role("dialog").get_by_role("textbox").fill("because")
        expect(send).to_be_enabled()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    expect(card(page, approval_id)).to_have_attribute("data-status", "pending")


def test_a_double_click_decides_once_and_nothing_is_shown_before_the_engine_says_so(
    visits: Visits, people: People
) -> None:
    approval_id = asked(people, "clicked twice")
    page = opened(visits(signed_in="paul"))
    sent: list[Request] = []
    held: list[Any] = []

    def hold(route: Any) -> None:
        sent.append(route.request)
        held.append(route)

    page.route("**/decide", hold)
    send = answer(page, approval_id, "Approve", "")
    send.dblclick()
    expect(send).to_be_disabled()
    expect(send).to_contain_text("Waiting for the engine")
    expect(page.get_by_role("dialog").get_by_role("button", name="Cancel")).to_have_count(0)
    expect(card(page, approval_id)).to_have_attribute("data-status", "pending")
    held[0].continue_()
    expect(card(page, approval_id)).to_have_attribute("data-status", "approved")
    assert len(sent) == 1
    assert sent[0].header_value("if-match") == '"1"'
    assert sent[0].header_value("idempotency-key")


def test_who_may_not_decide_sees_why_and_how_to_sign_in(visits: Visits, people: People) -> None:
    approval_id = asked(people, "looked at only")
    shown = card(opened(visits(signed_in="vera")), approval_id)
    expect(shown).to_contain_text("takes the role approver")
    expect(shown).to_contain_text("vera")
    expect(shown).to_contain_text("chargehand login")
    expect(shown.get_by_role("button", name="Approve")).to_have_count(0)


def test_an_approval_that_runs_out_says_that_it_counts_as_denied(visits: Visits, people: People) -> None:
    page = opened(visits(signed_in="paul"))
    approval_id = asked(people, "short of time", expires_at=iso_utc(SystemClock().now_us() + TAKES))
    expect(card(page, approval_id)).to_contain_text("left")
    expect(card(page, approval_id)).to_have_attribute("data-status", "expired")
    expect(card(page, approval_id)).to_contain_text("counts as denied")
    card(page, approval_id).get_by_role("button", name="Put away").click()
    expect(card(page, approval_id)).to_have_count(0)


def test_an_approval_is_answered_without_a_pointer(visits: Visits, people: People) -> None:
    approval_id = asked(people, "keys only")
    page = opened(visits(signed_in="paul"))
    card(page, approval_id).focus()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("approve, deny or send back")
    keys.get_by_role("checkbox", name="Single keys").uncheck()
    page.keyboard.press("Escape")
    card(page, approval_id).focus()
    page.keyboard.press("d")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.evaluate("() => localStorage.clear()")
    page.reload()
    card(page, approval_id).focus()
    page.keyboard.press("d")
    expect(page.get_by_role("dialog")).to_contain_text("Deny: machine/CNC-001")
    page.keyboard.type("d is for denied")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card(page, approval_id)).to_have_attribute("data-status", "denied")
    expect(card(page, approval_id)).to_contain_text("d is for denied")


def test_what_happened_while_the_line_was_cut_is_there_when_it_is_back(
    visits: Visits, start: Start, restart: Restart, tmp_path: Any
) -> None:
    engine = start(tmp_path / "data").ready()
    people = People(engine)
    visit = visits(engine)
    visit.witness.expect(CUT_OFF)
    people.sign_in(visit.context, "paul")
    page = visit.open("/approvals")
    first = asked(people, "before the cut")
    expect(card(page, first)).to_have_attribute("data-status", "pending")
    engine.kill()
    expect(page.locator('[data-line="lost"]')).to_be_attached()
    expect(card(page, first)).to_be_visible()
    again = restart(engine).ready()
    people.engine = again
    people.decide(first, "deny", "while you were away", "quinn")
    second = asked(people, "after the cut")
    expect(card(page, second)).to_have_attribute("data-status", "pending")
    expect(card(page, first)).to_have_attribute("data-status", "denied")
    expect(page.locator('[data-line="live"]')).to_be_attached()


def test_an_answer_of_which_only_the_confirmation_is_lost_is_not_called_unrecorded(
    visits: Visits, people: People
) -> None:
    approval_id = asked(people, "confirmed to nobody")
    visit = visits(signed_in="paul")
    visit.witness.expect(CUT_OFF)
    page = opened(visit)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/decide", lose)
    answer(page, approval_id, "Deny", "my own words").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Your answer is recorded")
    expect(dialog).to_contain_text("my own words")
    expect(dialog).not_to_contain_text("not recorded")


def test_an_answer_of_ones_own_from_another_tab_is_called_ones_own(visits: Visits, people: People) -> None:
    approval_id = asked(people, "two tabs")
    page = opened(visits(signed_in="paul"))
    answer(page, approval_id, "Approve", "in this tab")
    people.decide(approval_id, "deny", "in the other tab", "paul")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("You have answered it already, elsewhere. This answer was not recorded.")
    expect(dialog).to_contain_text("in the other tab")


def test_a_list_that_arrives_late_takes_nothing_back(visits: Visits, people: People) -> None:
    """What happens between the question for the list and its answer is known by its events alone."""
    first = asked(people, "decided while the list is read")
    page = visits(signed_in="paul").context.new_page()
    held: list[tuple[Route, APIResponse]] = []
    released: list[bool] = []

    def hold(route: Route) -> None:
        if released:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    page.route("**/v1/approvals?status=pending*", hold)
    page.goto("/approvals")
    expect(page.locator('[data-line="live"]')).to_be_attached()
    page.wait_for_function("() => document.querySelector('main .loading')")
    second = asked(people, "asked for while the list is read")
    with page.expect_response(lambda answered: first in answered.url):
        people.decide(first, "deny", "no", "quinn")
    released.append(True)
    for route, found in held:
        route.fulfill(response=found)
    expect(card(page, second)).to_have_attribute("data-status", "pending")
    expect(card(page, first).and_(page.locator('[data-status="pending"]'))).to_have_count(0)


def test_after_an_answer_the_focus_stays_with_its_card_and_goes_on_when_it_is_put_away(
    visits: Visits, people: People
) -> None:
    approval_id = asked(people, "where is the focus")
    page = opened(visits(signed_in="paul"))
    answer(page, approval_id, "Deny", "by pointer").click()
    expect(card(page, approval_id)).to_have_attribute("data-status", "denied")
    expect(card(page, approval_id)).to_be_focused()
    card(page, approval_id).get_by_role("button", name="Put away").click()
    expect(card(page, approval_id)).to_have_count(0)
    expect(page.locator("article:focus, h1:focus")).to_have_count(1)


def test_what_others_have_written_neither_widens_the_page_nor_hides_another_card(
    visits: Visits, people: People
) -> None:
    approval_id = asked(people, "W" * 400 + "<img src=x onerror=alert(1)>" * 300)
    other = asked(people, "an ordinary one")
    page = visits(signed_in="paul", viewport={"width": 320, "height": 800}).context.new_page()

    def same_names(route: Route) -> None:
        found = route.fetch()
        record = found.json()
        record["proposal"]["action"] = {"arguments": {"a.b": 1, "a": {"b": 2}}}
        route.fulfill(response=found, json=record)

    page.route("**/v1/proposals/*", same_names)
    page.goto("/approvals")
    for shown in (approval_id, other):
        expect(card(page, shown).locator("dd")).to_have_text(["1", "2"])
    assert page.evaluate("() => document.documentElement.scrollWidth") == 320
    assert card(page, approval_id).evaluate("(article) => article.offsetHeight") < 1_200
    expect(card(page, approval_id).locator("img")).to_have_count(0)
