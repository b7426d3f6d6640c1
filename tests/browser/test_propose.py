"""The form for a change as people live it: typed with units, judged meanwhile, and for one machine only."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from chargehand.contracts.units import PARAMETER_DIMENSION, UNITS
from tests.browser.accessibility import assert_accessible
from tests.browser.people import People
from tests.browser.views import opened
from tests.browser.visit import SCHEMES, WIDTHS, Visit, Visits
from tests.surfaces.engine import Engine
from tests.surfaces.proposals import change

DIMENSIONS = {**PARAMETER_DIMENSION, "cut_time": "time", "workpiece_diameter": "length", "path_radius": "length"}


def form(visit: Visit, machine: str = "CNC-001", query: str = "") -> Page:
    """The form of a machine, with its set-up and its limits read."""
    page = opened(visit.context.new_page(), "propose", f"?machine={machine}{query}")
    expect(page.get_by_role("heading", name=f"Propose a change for {machine}")).to_be_visible()
    expect(field(page, "feed_rate")).to_contain_text("now ")
    return page


def field(page: Page, name: str) -> Locator:
    return page.locator(f'[data-field="{name}"]')


def put(page: Page, name: str, text: str, unit: str | None = None) -> None:
    """Type a value, and choose its unit."""
    if unit is not None:
        field(page, name).get_by_role("combobox").select_option(unit)
    field(page, name).get_by_role("textbox").fill(text)


def verdict(page: Page, name: str) -> None:
    """Wait until the dry run speaks of what stands in the form, with this verdict."""
    expect(page.locator("[data-dry-run]")).to_have_attribute("data-dry-run", name)


def posted(page: Page) -> list[dict[str, Any]]:
    """Every proposal that a tab sends from now on, dry runs with the mark `dry`."""
    found: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        if request.method == "POST" and "/v1/proposals" in request.url:
            found.append({"dry": "dry_run=true" in request.url, **msgspec.json.decode(request.post_data or "")})

    page.on("request", note)
    return found


def test_the_units_are_those_of_the_contract(visit: Visit) -> None:
    page = form(visit)
    offered: dict[str, list[str]] = {}
    for operation in ("Set parameters", "Write offsets"):
        page.get_by_label(operation, exact=True).check()
        for name in page.locator("[data-field]:has(.value)").evaluate_all("(all) => all.map((f) => f.dataset.field)"):
            units = field(page, name).locator("option").all_inner_texts()
            offered[name] = units or [field(page, name).locator(".unit").inner_text()]
    assert offered == {
        name: [unit for unit, entry in UNITS.items() if entry.dimension == dimension]
        for name, dimension in DIMENSIONS.items()
    }


def test_it_is_judged_as_it_is_typed_and_every_field_says_what_speaks_against_it(
    visit: Visit, people: People, engine: Engine
) -> None:
    assert people.tokens
    page = form(visit)
    before = engine.get("/v1/proposals?limit=1").json()["items"]
    with page.expect_response(lambda answer: "dry_run=true" in answer.url) as asked:
        put(page, "feed_rate", "120", "in/min")
    verdict(page, "deny")
    judged = asked.value.json()
    for reason in judged["reasons"]:
        if reason["path"] != "/action/params/feed_rate":
            continue
        line = field(page, "feed_rate").locator(f'[data-reason="{reason["code"]}"]')
        expect(line).to_contain_text(reason["code"])
        expect(line).to_contain_text(f"limit {reason['params']['limit']}")
        expect(line).to_contain_text("beyond by")
    codes = page.locator("[data-dry-run] code").all_inner_texts()
    assert codes == judged["reason_codes"]
    expect(field(page, "feed_rate").get_by_role("textbox")).to_have_attribute("aria-invalid", "true")

    put(page, "feed_rate", "30", "in/min")
    verdict(page, "allow")
    expect(field(page, "feed_rate").locator("[data-reason]")).to_have_count(0)
    sent = msgspec.json.decode(asked.value.request.post_data or "")
    assert sent["action"]["params"] == {"feed_rate": {"value": 120, "unit": "in/min"}}
    mine = [record for record in engine.get("/v1/proposals?limit=1").json()["items"] if record not in before]
    assert all(record["proposer"] != "human:local" for record in mine), "a dry run records nothing"


def test_the_nearest_admissible_values_lead_to_allow(visits: Visits, people: People, engine: Engine) -> None:
    page = form(visits(signed_in="olga"))
    put(page, "axial_depth", "26")
    put(page, "radial_depth", "12")
    page.get_by_label("Intent").fill("take the clamp")
    verdict(page, "deny")
    page.get_by_role("button", name="Use the nearest admissible values").click()
    verdict(page, "allow")
    value = field(page, "axial_depth").get_by_role("textbox").input_value()
    assert float(value) < 26
    page.get_by_role("button", name="Submit to CNC-001").click()
    recorded = page.locator("[data-recorded]")
    expect(recorded).to_contain_text("allow")
    decision = recorded.get_attribute("data-recorded")
    made = engine.get(f"/v1/decisions/{decision}").json()
    assert (made["verdict"], made["reason_codes"]) == ("allow", recorded.locator("code").all_inner_texts()[:-1])
    stored = engine.get(f"/v1/proposals/{made['proposal_id']}", headers=people.bearer("ada")).json()
    assert stored["proposer"] == "human:olga"
    assert stored["proposal"]["action"]["params"]["axial_depth"] == {"value": float(value), "unit": "mm"}
    expect(page.get_by_role("button", name="Submit to CNC-001")).to_be_disabled()
    recorded.get_by_role("link", name=str(decision)).click()
    expect(page.locator(f'[data-why="{decision}"]')).to_be_visible()


def test_what_needs_approval_leads_to_the_inbox(visits: Visits, people: People) -> None:
    assert people.tokens
    page = form(visits(signed_in="olga"))
    page.get_by_label("Write offsets").check()
    put(page, "offset_x", "0.1")
    verdict(page, "needs_approval")
    page.get_by_role("button", name="Submit to CNC-001").click()
    recorded = page.locator("[data-recorded]")
    expect(recorded).to_contain_text("GATE.APPROVAL_REQUIRED")
    recorded.get_by_role("link", name="approvals").click()
    expect(page.get_by_role("heading", name="Approvals", exact=True)).to_be_visible()


def test_an_answer_that_comes_late_is_dropped(visit: Visit) -> None:
    page = form(visit)
    held: list[Route] = []

    def hold(route: Route) -> None:
        if not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/v1/proposals?dry_run=true", hold)
    with page.expect_request("**/v1/proposals?dry_run=true"):
        put(page, "feed_rate", "700")
    put(page, "feed_rate", "999999")
    verdict(page, "deny")
    held[0].abort()
    verdict(page, "deny")
    expect(page.locator(".failure")).to_have_count(0)


def test_what_cannot_be_sent_exactly_is_refused_in_words_and_not_sent(visit: Visit) -> None:
    page = form(visit)
    sent = posted(page)
    for text in ("NaN", "inf", "1e999", "1,5", "12 mm", "0.12345678901234567890123"):
        put(page, "axial_depth", text)
        expect(field(page, "axial_depth").locator(".refused")).not_to_be_empty()
        expect(page.get_by_role("button", name="Submit to CNC-001")).to_be_disabled()
        expect(page.get_by_label("Answer")).to_contain_text("cannot be sent as it stands")
    put(page, "axial_depth", "")
    expect(page.get_by_label("Answer")).to_contain_text("Type a value")
    put(page, "feed_rate", "0")
    verdict(page, "deny")
    assert [body["action"]["params"] for body in sent] == [{"feed_rate": {"value": 0, "unit": "mm/min"}}]


def test_what_is_typed_for_one_machine_goes_to_no_other(visit: Visit) -> None:
    page = form(visit)
    sent = posted(page)
    put(page, "feed_rate", "701.25")
    verdict(page, "allow")
    # The selector of the page: the address changes, and nothing is loaded anew.
    page.evaluate("() => { window.kept = true; }")
    page.evaluate("() => history.pushState(null, '', '/propose?machine=CNC-002')")
    page.evaluate("() => dispatchEvent(new PopStateEvent('popstate'))")
    expect(page.get_by_role("heading", name="Propose a change for CNC-002")).to_be_visible()
    expect(field(page, "feed_rate").get_by_role("textbox")).to_have_value("")
    expect(page.locator("main")).to_contain_text("Drafts are kept for CNC-001; nothing of them is in this form.")
    put(page, "feed_rate", "802.5")
    verdict(page, "allow")
    page.get_by_role("link", name="CNC-001", exact=True).click()
    expect(field(page, "feed_rate").get_by_role("textbox")).to_have_value("701.25")
    assert page.evaluate("() => window.kept") is True
    page.reload()
    expect(field(page, "feed_rate").get_by_role("textbox")).to_have_value("701.25")
    verdict(page, "allow")
    said = {(body["subject"], body["action"]["params"]["feed_rate"]["value"]) for body in sent}
    assert said == {("machine/CNC-001", 701.25), ("machine/CNC-002", 802.5)}


def test_a_decision_is_edited_in_the_form_of_its_own_machine(visit: Visit, people: People) -> None:
    denied = people.submit(change(axial_depth=30))
    page = opened(visit.context.new_page(), "decisions", f"?id={denied['id']}")
    page.get_by_role("link", name="Edit in the form").click()
    expect(field(page, "axial_depth").get_by_role("textbox")).to_have_value("26")
    expect(field(page, "tool").get_by_role("combobox")).to_have_value("EM12-4")
    verdict(page, "allow")
    assert "from=" not in page.url

    page.goto(f"/propose?machine=CNC-002&from={denied['id']}")
    expect(page.locator("main")).to_contain_text("is about CNC-001, so nothing of it was put into the form of CNC-002")
    expect(field(page, "axial_depth").get_by_role("textbox")).to_have_value("")

    page.goto(f"/propose?machine=CNC-001&from={people.submit(change(axial_depth=28))['id']}")
    expect(page.locator("main")).to_contain_text("Something is typed for CNC-001 already")
    page.get_by_role("button", name="Keep mine").click()
    expect(field(page, "axial_depth").get_by_role("textbox")).to_have_value("26")


def test_a_viewer_is_told_why_nothing_is_offered(visits: Visits, people: People) -> None:
    assert people.tokens
    page = form(visits(signed_in="vera"))
    sent = posted(page)
    page.clock.install()
    put(page, "feed_rate", "700")
    page.clock.run_for(10_000)
    expect(page.locator("[data-why-not]")).to_contain_text("You are human:vera, viewer")
    expect(page.get_by_role("button", name="Submit to CNC-001")).to_be_disabled()
    expect(page.get_by_label("Answer")).to_contain_text("your role does not let you")
    assert sent == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_form_is_for_everybody(visits: Visits, scheme: str) -> None:
    for width in WIDTHS:
        page = form(visits(color_scheme=scheme, viewport={"width": width, "height": 900}))
        put(page, "axial_depth", "26")
        put(page, "radial_depth", "12")
        put(page, "coolant_flow", "1,5")
        expect(field(page, "coolant_flow").locator(".refused")).to_be_visible()
        assert_accessible(page, f"refused, {scheme}, {width}")
        put(page, "coolant_flow", "")
        verdict(page, "deny")
        assert_accessible(page, f"denied, {scheme}, {width}")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"


def test_the_focus_is_never_lost_to_a_button_that_has_done_its_work(visits: Visits, people: People) -> None:
    page = form(visits(signed_in="olga"))
    put(page, "spindle_speed", "13000")
    page.get_by_role("button", name="Use the nearest admissible values").press("Enter")
    expect(page.get_by_role("heading", name="Dry run")).to_be_focused()
    verdict(page, "allow")
    page.get_by_role("button", name="Submit to CNC-001").press("Enter")
    expect(page.locator("section:focus")).to_contain_text("Recorded as")


def test_the_chosen_operation_is_seen_where_the_page_has_no_colours_of_its_own(visits: Visits) -> None:
    page = form(visits(forced_colors="active"))
    outlines = page.locator(".operations label").evaluate_all(
        "(all) => all.map((label) => getComputedStyle(label).outlineStyle)"
    )
    assert (outlines[0], set(outlines[1:])) == ("solid", {"none"})


def test_a_dry_run_that_nobody_answered_is_asked_again_by_itself(visits: Visits, people: People) -> None:
    visit = visits(signed_in="olga")
    visit.witness.expect("ERR_FAILED")
    page = form(visit)
    cut: list[Route] = []

    def once(route: Route) -> None:
        cut.append(route)
        if len(cut) == 1:
            route.abort()
        else:
            route.continue_()

    page.route("**/v1/proposals?dry_run=true", once)
    put(page, "spindle_speed", "3100")
    verdict(page, "allow")
    assert len(cut) == 2
