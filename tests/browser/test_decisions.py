"""The decisions view as people live it: live, narrowed by its address, and with a why for every decision there is."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import Restart
from tests.browser.people import People
from tests.browser.views import opened, settled
from tests.browser.visit import SCHEMES, WIDTHS, Visit, Visits
from tests.browser.witness import CUT_OFF
from tests.surfaces.engine import Engine, Start
from tests.surfaces.proposals import ALLOWED, NEEDS_APPROVAL, change

DEEP = change(axial_depth=26, radial_depth=12)
"""Too much of everything: several reasons, each with figures, and a clamp that moves two values."""


def row(page: Page, decision: str) -> Locator:
    return page.locator(f'[data-row][data-decision="{decision}"]')


def why(page: Page, decision: str) -> Locator:
    """The open why of a decision, read to its end."""
    found = page.locator(f'[data-why="{decision}"]')
    expect(found).to_be_visible()
    return found


def lists_read(page: Page) -> list[str]:
    """Every page of the list that a tab reads from now on."""
    found: list[str] = []

    def note(request: Request) -> None:
        if "/v1/proposals?" in request.url and request.method == "GET":
            found.append(request.url)

    page.on("request", note)
    return found


def copied(page: Page, button: Locator) -> str:
    """What a button puts on the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button.click()
    expect(button).to_contain_text("Copied")
    text: str = page.evaluate("() => navigator.clipboard.readText()")
    return text


def test_filters_live_in_the_address(visits: Visits, people: People) -> None:
    mine = people.submit({**change("CNC-002", spindle_speed=60_000), "intent": "filtered by the address"})
    other = people.submit({**ALLOWED, "intent": "filtered by the address"})
    visit = visits()
    page = opened(visit.context.new_page(), "decisions")
    expect(row(page, mine["id"])).to_be_visible()
    expect(row(page, other["id"])).to_be_visible()

    page.get_by_label("Machine").select_option("CNC-002")
    page.get_by_label("Verdict").select_option("deny")
    page.get_by_label("Reason code").fill("mach.speed_above_max")
    page.get_by_label("Reason code").press("Enter")
    page.get_by_label("Stands at").select_option("denied")
    page.locator("main h1").click()
    page.keyboard.press("/")
    page.keyboard.type("FILTERED address")
    expect(row(page, mine["id"])).to_be_visible()
    expect(row(page, other["id"])).to_have_count(0)
    for part in ("machine=CNC-002", "verdict=deny", "code=MACH.SPEED_ABOVE_MAX", "status=denied", "q=FILTERED"):
        assert part in page.url

    for again in (page, visits().context.new_page()):
        again.goto(page.url)
        settled(again)
        expect(row(again, mine["id"])).to_be_visible()
        expect(row(again, other["id"])).to_have_count(0)
        expect(again.get_by_label("Reason code")).to_have_value("MACH.SPEED_ABOVE_MAX")
        expect(again.get_by_label("Text")).to_have_value("FILTERED address")

    page.go_back()
    assert "status=" not in page.url
    page.get_by_role("button", name="Clear").click()
    expect(row(page, other["id"])).to_be_visible()
    assert page.url.endswith("/decisions")


def test_a_filter_that_nobody_knows_is_refused_and_not_passed_over(visit: Visit, people: People) -> None:
    people.submit(ALLOWED)
    visit.witness.expect(r"status of 400")
    page = visit.open("/decisions?verdict=maybe")
    expect(page.locator(".failure")).to_contain_text("REQ.PARAMETER_INVALID")
    expect(page.locator("[data-row]")).to_have_count(0)
    expect(page.get_by_label("Verdict")).to_have_value("maybe")


def test_an_empty_list_says_why_it_is_empty(visit: Visit) -> None:
    page = opened(visit.context.new_page(), "decisions", "?machine=CNC-777")
    expect(page.locator("main")).to_contain_text("None matches these filters")
    expect(page.get_by_label("Machine")).to_have_value("CNC-777")


def test_new_decisions_are_pushed_without_a_storm_of_reads(visit: Visit, people: People) -> None:
    page = opened(visit.context.new_page(), "decisions", "?q=pushed")
    page.wait_for_load_state("networkidle")
    reads = lists_read(page)
    verdicts = [people.submit({**ALLOWED, "intent": f"pushed {index}"}) for index in range(60)]
    for verdict in (verdicts[0], verdicts[-1]):
        expect(row(page, verdict["id"])).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(60)
    shown = page.locator("[data-row]").evaluate_all("(rows) => rows.map((row) => row.dataset.decision)")
    assert shown == [verdict["id"] for verdict in reversed(verdicts)]
    assert 1 <= len(reads) < 30, "sixty proposals are a hundred and twenty events"


def test_paused_it_counts_what_is_new_and_resumed_it_shows_it(visit: Visit, people: People) -> None:
    first = people.submit({**ALLOWED, "intent": "before the pause"})
    page = opened(visit.context.new_page(), "decisions")
    expect(row(page, first["id"])).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    held = [people.submit({**ALLOWED, "intent": "held back"}) for _ in range(3)]
    resume = page.get_by_role("button", name="Resume")
    expect(resume).to_contain_text("3 new")
    expect(row(page, held[-1]["id"])).to_have_count(0)
    resume.click()
    for verdict in held:
        expect(row(page, verdict["id"])).to_be_visible()


def test_a_row_follows_the_life_of_its_proposal(visit: Visit, people: People) -> None:
    page = opened(visit.context.new_page(), "decisions")
    verdict = people.submit({**NEEDS_APPROVAL, "intent": "followed through its life"})
    shown = row(page, verdict["id"])
    expect(shown).to_contain_text("awaiting approval")
    people.decide(verdict["approval_id"], "approve", "fine")
    expect(shown).to_contain_text("approved, not used")
    expect(shown).to_contain_text("shop-floor 1")
    expect(shown.locator('[role="cell"]').last).to_have_text(re.compile(r"^[0-9.]+ \S?s$"))


def test_older_ones_come_on_demand_and_rows_are_walked_by_keys(visit: Visit, people: People, engine: Engine) -> None:
    for index in range(120):
        people.submit({**change("CNC-003", spindle_speed=-1), "intent": f"one of many {index}"})
    page = opened(visit.context.new_page(), "decisions", "?machine=CNC-003")
    expect(page.locator("[data-row]")).to_have_count(100)
    page.get_by_role("button", name="Older ones").click()
    expect(page.locator("[data-row]").nth(119)).to_be_attached()
    ids = page.locator("[data-row]").evaluate_all("(rows) => rows.map((row) => row.dataset.decision)")
    listed = engine.get("/v1/proposals?subject=machine/CNC-003&limit=500").json()["items"]
    assert ids == [record["decision_id"] for record in listed][: len(ids)]

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("[data-row]").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    why(page, ids[1])
    assert f"id={ids[1]}" in page.url
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("[data-row]").nth(1)).to_be_focused()


def test_after_a_cut_nothing_is_missing_and_nothing_comes_twice(
    start: Start, restart: Restart, visits: Visits, tmp_path: Any
) -> None:
    engine = start(tmp_path / "data").ready()
    before = engine.post("/v1/proposals", ALLOWED).json()
    visit = visits(engine)
    visit.witness.expect(CUT_OFF)
    page = opened(visit.context.new_page(), "decisions")
    expect(row(page, before["id"])).to_be_visible()
    engine.kill()
    expect(page.locator("main")).to_contain_text("The line to the engine is cut")
    again = restart(engine).ready()
    missed = [again.post("/v1/proposals", change(feed_rate=700 + index)).json() for index in range(3)]
    for verdict in missed:
        expect(row(page, verdict["id"])).to_have_count(1)
    expect(page.locator("[data-row]")).to_have_count(4)


def test_why_has_every_check_and_the_figures_of_the_record(visit: Visit, people: People, engine: Engine) -> None:
    decision = people.submit({**DEEP, "intent": "why is that"})["id"]
    answer = engine.get(f"/v1/decisions/{decision}")
    verdict = answer.json()
    raw = msgspec.json.decode(answer.content, type=dict[str, msgspec.Raw])
    # The link alone is enough: no list that is shown has this decision.
    page = opened(visit.context.new_page(), "decisions", f"?machine=CNC-777&id={decision}")
    shown = why(page, decision)

    checks = shown.locator("[data-check]").evaluate_all("(all) => all.map((c) => [c.dataset.check, c.dataset.status])")
    assert sorted(checks) == sorted([check["name"], check["status"]] for check in verdict["checks"])
    failed = [check["name"] for check in verdict["checks"] if check["status"] == "failed"]
    assert [name for name, _ in checks[: len(failed)]] == failed, "what failed comes first"
    shown.get_by_role("button", name=f"Failed {len(failed)}").click()
    expect(shown.locator("[data-check]")).to_have_count(len(failed))

    assert len(verdict["reasons"]) > 3
    reasons = msgspec.json.decode(raw["reasons"], type=list[dict[str, msgspec.Raw]])
    for index, (reason, bytes_of) in enumerate(zip(verdict["reasons"], reasons, strict=True)):
        entry = shown.locator("[data-reason]").nth(index)
        assert entry.get_attribute("data-reason") == reason["code"]
        params = msgspec.json.decode(bytes_of["params"], type=dict[str, msgspec.Raw])
        for name, part in (("observed", "observed"), ("limit", "bound"), ("margin", "margin")):
            assert entry.locator(f"data.{part}").get_attribute("value") == bytes(params[name]).decode()
        expect(entry).to_contain_text(reason["params"]["unit"])
        expect(entry).to_contain_text(reason["rule_id"])
        expect(entry).to_contain_text("Set feed rate to 255 mm/min.")
    for digest in (verdict["policy_digest"], verdict["input_digest"]):
        expect(shown.locator(f'[data-digest="{digest}"]')).to_be_visible()
    expect(shown).to_contain_text("shop-floor 1")


def test_a_decision_that_is_not_there_says_so(visit: Visit) -> None:
    visit.witness.expect(r"status of 404")
    page = visit.open("/decisions?id=dec_01AAAAAAAAAAAAAAAAAAAAAAAA")
    expect(page.get_by_role("dialog").locator(".failure")).to_contain_text("REQ.NOT_FOUND")


def test_the_clamp_is_a_diff_and_submitted_it_is_allowed(visits: Visits, people: People, engine: Engine) -> None:
    verdict = people.submit({**DEEP, "intent": "clamped"})
    visit = visits(signed_in="olga")
    page = opened(visit.context.new_page(), "decisions", f"?id={verdict['id']}")
    shown = why(page, verdict["id"])
    clamped = verdict["clamped_proposal"]["action"]["params"]
    for name in ("feed_rate", "axial_depth"):
        line = shown.locator(f'tr[data-path="/action/params/{name}/value"]')
        expect(line.locator("del")).to_have_text(str(DEEP["action"]["params"][name]["value"]))
        expect(line.locator("ins")).to_have_text(str(clamped[name]["value"]))
    expect(shown.locator("tr[data-path]")).to_have_count(2)

    posts: list[Request] = []
    page.on("request", lambda request: posts.append(request) if request.method == "POST" else None)
    shown.get_by_role("button", name="Submit the nearest").click()
    dialog = page.get_by_role("dialog", name="Submit to CNC-001")
    dialog.get_by_role("button", name="Submit to CNC-001").dblclick()
    recorded = dialog.locator("[data-recorded]")
    expect(recorded).to_contain_text("allow")
    expect(recorded).to_contain_text("OK.WITHIN_LIMITS")
    assert len(posts) == 1
    assert posts[0].headers["idempotency-key"]
    made = engine.get(f"/v1/decisions/{recorded.get_attribute('data-recorded')}").json()
    assert made["verdict"] == "allow"
    proposal = engine.get(f"/v1/proposals/{made['proposal_id']}").json()
    assert (proposal["proposal"], proposal["proposer"]) == (verdict["clamped_proposal"], "human:olga")


def test_who_may_not_submit_is_told_so(visits: Visits, people: People) -> None:
    verdict = people.submit({**DEEP, "intent": "looked at only"})
    page = opened(visits(signed_in="vera").context.new_page(), "decisions", f"?id={verdict['id']}")
    shown = why(page, verdict["id"])
    expect(shown.get_by_role("button", name="Submit the nearest")).to_be_disabled()
    expect(shown).to_contain_text("you are human:vera")


def test_what_is_copied_runs_and_is_exact(visit: Visit, people: People, engine: Engine) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl: the copied commands cannot be run")
    verdict = people.submit({**DEEP, "intent": 'it\'s "quoted" with $HOME and `id`\nover two lines'})
    page = opened(visit.context.new_page(), "decisions", f"?id={verdict['id']}")
    shown = why(page, verdict["id"])
    recorded = engine.get(f"/v1/decisions/{verdict['id']}").content
    assert copied(page, shown.get_by_role("button", name="Copy as JSON")).encode() == recorded

    def ran(button: str) -> bytes:
        command = copied(page, shown.get_by_role("button", name=button))
        return subprocess.run(["sh", "-c", command], check=True, capture_output=True, timeout=30).stdout

    assert ran("Copy as curl") == recorded
    again = msgspec.json.decode(ran("Copy dry run as curl"))
    assert (again["verdict"], again["reason_codes"]) == (verdict["verdict"], verdict["reason_codes"])
    assert again["id"] is None
    text = copied(page, shown.get_by_role("button", name="Copy proposal"))
    assert msgspec.json.decode(text)["intent"] == 'it\'s "quoted" with $HOME and `id`\nover two lines'

    shown.get_by_role("button", name="Find its place in the ledger").click()
    command = shown.locator("section", has_text="Ledger").last.locator("code")
    expect(command).to_contain_text("chargehand ledger prove ")
    seq = command.inner_text().rsplit(" ", 1)[1]
    event = engine.get(f"/v1/ledger/proof?seq={seq}")
    assert event.status_code == 200


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_why_is_for_everybody(visits: Visits, people: People, scheme: str) -> None:
    verdict = people.submit({**DEEP, "intent": "readable by everybody"})
    for width in WIDTHS:
        visit = visits(signed_in="olga", color_scheme=scheme, viewport={"width": width, "height": 900})
        page = opened(visit.context.new_page(), "decisions", f"?id={verdict['id']}")
        shown = why(page, verdict["id"])
        assert_accessible(page, f"why, {scheme}, {width}")
        shown.get_by_role("button", name="Submit the nearest").click()
        expect(page.get_by_role("dialog", name="Submit to")).to_be_visible()
        assert_accessible(page, f"last look, {scheme}, {width}")


def test_the_focus_comes_back_from_the_dialog_of_the_clamp(visits: Visits, people: People) -> None:
    denied = people.submit(change(spindle_speed=13_000))
    page = visits(signed_in="olga").open(f"/decisions?id={denied['id']}")
    opener = page.get_by_role("button", name="Submit the nearest admissible proposal")
    for leave in ("Cancel", "Close"):
        opener.press("Enter")
        if leave == "Close":
            page.get_by_role("button", name="Submit to CNC-001").press("Enter")
            expect(page.locator("dialog .verdict")).to_be_focused()
        page.locator("dialog").last.get_by_role("button", name=leave).press("Enter")
        expect(opener).to_be_focused()


def test_a_long_intent_does_not_push_other_rows_out_of_sight(visits: Visits, people: People) -> None:
    talk = people.submit({**ALLOWED, "intent": "word " * 2_000})
    page = opened(visits(signed_in="olga").context.new_page(), "decisions")
    row = page.locator(f'[data-decision="{talk["id"]}"]')
    expect(row).to_be_visible()
    assert row.evaluate("(line) => line.offsetHeight") < 200


def test_what_is_allowed_asks_nobody_to_try_again(visits: Visits, people: People) -> None:
    allowed = people.submit(ALLOWED)
    page = visits(signed_in="olga").open(f"/decisions?id={allowed['id']}")
    reason = page.locator('[data-reason="OK.WITHIN_LIMITS"]')
    expect(reason).to_contain_text("Go ahead")
    expect(reason).not_to_contain_text("Try again")
    expect(reason).not_to_contain_text("has to act")
