"""What happens is pushed over one line that stays: nothing of a page begins anew because an event came."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.people import People
from tests.browser.views import VIEWS, opened
from tests.browser.visit import Visits
from tests.surfaces.proposals import change

EVENTS = 3
_COUNT_CLOCKS = """(() => {
  const begin = window.setInterval;
  window.clocks = 0;
  window.setInterval = (...given) => ((window.clocks += 1), begin(...given));
})()"""


@pytest.mark.parametrize("view", VIEWS)
def test_an_event_opens_no_line_and_begins_no_clock(visits: Visits, people: People, view: str) -> None:
    page = visits().context.new_page()
    page.add_init_script(_COUNT_CLOCKS)
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    with page.expect_websocket(lambda socket: "/ws/events" in socket.url) as line:
        opened(page, view)
    expect(page.locator("[data-line]")).to_have_attribute("data-line", "live")
    before, clocks = list(sockets), page.evaluate("() => window.clocks")
    for _ in range(EVENTS):
        with line.value.expect_event("framereceived", lambda payload: '"proposal.decided"' in str(payload)):
            people.submit(change("CNC-003", spindle_speed=60_000))
    assert not line.value.is_closed()
    assert sockets == before
    assert page.evaluate("() => window.clocks") == clocks
