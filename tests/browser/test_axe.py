"""Nothing on any view stands between it and the people who read it otherwise, in either scheme, at three widths."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible, violations
from tests.browser.people import People
from tests.browser.views import VIEWS, opened, settled
from tests.browser.visit import SCHEMES, WIDTHS, Visit, Visits
from tests.surfaces.engine import Engine
from tests.surfaces.proposals import ALLOWED, DENIED, NEEDS_APPROVAL

UNREADABLE = """() => {
  const main = document.querySelector("main");
  const pale = document.createElement("p");
  pale.textContent = "hardly to be read";
  pale.style.color = "rgb(200 200 200)";
  pale.style.backgroundColor = "rgb(220 220 220)";
  main.prepend(pale, document.createElement("button"));
}"""


LAID_OUT = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
"""Two frames: what follows its size looks at it in one, and stands in its place in the next."""


@pytest.fixture(scope="module")
def eventful(people: People) -> Engine:
    """The shared engine when something of every sort has happened."""
    for proposal in (ALLOWED, DENIED, NEEDS_APPROVAL):
        people.submit(proposal)
    return people.engine


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_accessible(visits: Visits, eventful: Engine, view: str) -> None:
    page = opened(visits(eventful, signed_in="paul").context.new_page(), view)
    _at_every_size(page, view)


def test_answering_an_approval_is_accessible(visits: Visits, eventful: Engine) -> None:
    page = opened(visits(eventful, signed_in="paul").context.new_page(), "approvals")
    for answer in ("Approve", "Deny"):
        page.locator("[data-approval]").first.get_by_role("button", name=answer).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        _at_every_size(page, f"approvals, {answer}")
        page.keyboard.press("Escape")


def test_the_page_of_no_view_is_accessible(visit: Visit) -> None:
    visit.witness.expect("status of 404")
    page = visit.open("/nowhere")
    settled(page)
    _at_every_size(page, "nowhere")


def test_an_unknown_machine_is_accessible(visit: Visit) -> None:
    page = opened(visit.context.new_page(), "machine", "?machine=CNC-404")
    _at_every_size(page, "unknown machine")


def test_signing_in_is_accessible(visit: Visit) -> None:
    page = visit.open("/signin?code=none")
    assert_accessible(page)


def test_the_control_fails(visit: Visit) -> None:
    """What axe is to find, it finds: pale text in both schemes, and a button without a name."""
    page = opened(visit.context.new_page(), "fleet")
    page.evaluate(UNREADABLE)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found = violations(page)
        assert {"color-contrast", "button-name"} <= found.keys()


def _at_every_size(page: Page, what: str) -> None:
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(LAID_OUT)
            assert_accessible(page, f"{what}, {scheme}, {width} px")
