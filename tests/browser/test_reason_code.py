"""A denial has one set of codes, in one order, wherever it is met: in the answer, in every stream, on every screen."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.people import People
from tests.browser.views import opened
from tests.browser.visit import Visit
from tests.surfaces.engine import Engine
from tests.surfaces.proposals import call, change
from tests.surfaces.reading import messages

PROPOSALS: dict[str, dict[str, Any]] = {
    "one limit": change("CNC-002", spindle_speed=60_000),
    "several limits": change("CNC-002", spindle_speed=60_000, axial_depth=40, feed_rate=90_000),
    "a code that comes twice": call("delete_file", arguments={"path": "/etc/passwd"}, paths=["/etc/passwd"]),
}


class Pushed:
    """The verdicts that a page's sockets bring, as the browser itself saw them."""

    def __init__(self, page: Page) -> None:
        self._verdicts: list[dict[str, Any]] = []
        page.on("websocket", self._socket)

    def codes(self, decision: str) -> set[tuple[str, ...]]:
        """The codes of a decision, as often as they came differently."""
        return {tuple(verdict["reason_codes"]) for verdict in self._verdicts if verdict["id"] == decision}

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._received)

    def _received(self, payload: str | bytes) -> None:
        message = msgspec.json.decode(payload)
        found = message["verdict"] if message["type"] == "decision" else (message.get("data") or {}).get("verdict")
        if found is not None:
            self._verdicts.append(found)


@pytest.mark.parametrize("what", PROPOSALS)
def test_the_codes_are_the_same_everywhere(visit: Visit, people: People, engine: Engine, what: str) -> None:
    decisions = visit.context.new_page()
    log = Pushed(decisions)
    opened(decisions, "decisions")
    machine = visit.context.new_page()
    stream = Pushed(machine)
    opened(machine, "machine", "?machine=CNC-002")

    head = engine.head()
    answer = people.submit(PROPOSALS[what])
    decision, codes = answer["id"], answer["reason_codes"]
    assert answer["verdict"] == "deny"
    assert codes == [reason["code"] for reason in answer["reasons"]]
    assert codes[0] == answer["primary_code"]

    # REST: the decision, its explanation, the list, and the record of the proposal.
    assert engine.get(f"/v1/decisions/{decision}").json()["reason_codes"] == codes
    explained = engine.get(f"/v1/decisions/{decision}/explain").json()
    assert [reason["code"] for reason in explained["reasons"]] == codes
    assert engine.get(f"/v1/proposals/{answer['proposal_id']}").json()["reason_codes"] == codes

    # Streams: the log over SSE, the log over a socket, and the machine's own socket.
    found = messages(engine, f"/v1/events?after={head}&types=proposal.decided", 1)
    assert msgspec.json.decode(found[0].data)["data"]["verdict"]["reason_codes"] == codes

    # Screens: the row that was pushed, and the why behind it with a reason for each code.
    row = decisions.locator(f'[data-row][data-decision="{decision}"]')
    expect(row.locator("code").first).to_have_text(codes[0])
    row.locator("[data-open]").click()
    why = decisions.locator(f'[data-why="{decision}"]')
    expect(why.locator("[data-reason]")).to_have_count(len(codes))
    shown = why.locator("[data-reason]").evaluate_all("(all) => all.map((reason) => reason.dataset.reason)")
    assert shown == codes
    assert why.locator("[data-reason] code").all_inner_texts()[0] == codes[0]
    assert log.codes(decision) == {tuple(codes)}

    subject = PROPOSALS[what]["subject"]
    if subject.startswith("machine/"):
        marker = machine.locator(f'[data-decision="{decision}"]')
        expect(marker.first).to_be_attached()
        expect(marker.filter(has_text=codes[0]).first).to_be_attached()
        assert stream.codes(decision) == {tuple(codes)}
        fleet = opened(visit.context.new_page(), "fleet")
        tile = fleet.locator('li[data-machine="CNC-002"]')
        expect(tile.locator(f'[data-decision="{decision}"] code')).to_have_text(codes[0])
