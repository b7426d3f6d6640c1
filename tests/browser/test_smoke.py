"""Plan A from end to end in one sitting: fleet, a denial with its code, the clamp, the selector, a cut that heals.

`make smoke` runs this page alone. It is read from top to bottom, and every step stands on the one before.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Restart
from tests.browser.machine_page import MACHINES, counted, expect_shown, expect_way, select, wait_beyond
from tests.browser.people import sign_in_by_link
from tests.browser.views import opened
from tests.browser.visit import Visits
from tests.browser.witness import CUT_OFF
from tests.surfaces.engine import Engine, Start

FIRST, SECOND, THIRD = MACHINES
CODE = "MACH.SPEED_ABOVE_MAX"
SOME = 5
"""Frames: half a second."""


def test_plan_a(visits: Visits, start: Start, restart: Restart, tmp_path: Path) -> None:
    # A fresh engine, as `chargehand up` starts it: three simulated machines, no keys. The person at this machine
    # follows the link that it prints.
    engine = start(tmp_path / "data").ready()
    visit = visits(engine)
    visit.witness.expect(CUT_OFF)
    sign_in_by_link(visit.context, engine)
    page = opened(visit.context.new_page(), "fleet")

    the_fleet_tells_what_it_does(page)
    a_machine_leads_to_a_proposal(page)
    denied = a_proposal_is_denied_with_its_code(page, engine)
    allowed = the_nearest_admissible_one_is_allowed(page, engine)
    both_are_listed(page, denied, allowed)
    the_denial_says_why(page, denied)
    what_was_allowed_is_carried_out(page, engine, denied, allowed)
    the_selector_keeps_every_machine_to_itself(page)
    expect_shown(visit.open("/machine"), SECOND)
    a_killed_engine_leaves_no_gap(page, engine, restart)
    both_are_listed(page, denied, allowed)


def the_fleet_tells_what_it_does(page: Page) -> None:
    """Every machine in a tile, with what it does, and with the badge that says that nothing here is real."""
    for machine in MACHINES:
        expect(tile(page, machine)).to_contain_text("SIM")
        expect(tile(page, machine).locator("[data-state]")).not_to_have_attribute("data-state", "offline")
        expect(tile(page, machine)).to_contain_text("No verdict yet")


def a_machine_leads_to_a_proposal(page: Page) -> None:
    """From the tile to the machine, and on to proposing a change of it; the machine goes along."""
    tile(page, FIRST).get_by_role("link").first.click()
    expect_shown(page, FIRST)
    page.get_by_role("link", name="Propose a change").click()
    page.wait_for_url(f"**/propose?machine={FIRST}")


def a_proposal_is_denied_with_its_code(page: Page, engine: Engine) -> dict[str, Any]:
    """Too fast for the spindle. The dry run says so while it is typed; submitting it records the denial."""
    page.get_by_label("Spindle speed", exact=True).fill("13000")
    expect(page.locator("[data-dry-run]")).to_have_attribute("data-dry-run", "deny")
    expect(page.locator('[data-field="spindle_speed"]')).to_contain_text(CODE)
    denied = submitted(page, engine)
    assert denied["verdict"] == "deny"
    assert CODE in denied["reason_codes"]
    return denied


def the_nearest_admissible_one_is_allowed(page: Page, engine: Engine) -> dict[str, Any]:
    """The denial teaches: the nearest admissible values are one click away."""
    page.get_by_role("button", name="Use the nearest admissible values").click()
    expect(page.locator("[data-dry-run]")).to_have_attribute("data-dry-run", "allow")
    allowed = submitted(page, engine)
    assert allowed["verdict"] == "allow"
    return allowed


def both_are_listed(page: Page, denied: dict[str, Any], allowed: dict[str, Any]) -> None:
    """Both stand in the list of decisions, the newest first."""
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Decisions").click()
    rows = page.locator("[data-row][data-decision]")
    expect(rows.nth(0)).to_have_attribute("data-decision", allowed["id"])
    expect(rows.nth(1)).to_have_attribute("data-decision", denied["id"])


def the_denial_says_why(page: Page, denied: dict[str, Any]) -> None:
    """The why of the denial has every code."""
    page.locator(f'[data-decision="{denied["id"]}"] [data-open]').click()
    expect(page.locator(f'[data-why="{denied["id"]}"] [data-reason]')).to_have_count(len(denied["reasons"]))
    page.keyboard.press("Escape")


def what_was_allowed_is_carried_out(
    page: Page, engine: Engine, denied: dict[str, Any], allowed: dict[str, Any]
) -> None:
    """With its permit; and the machine's view shows the new setting, which is within the spindle's limit."""
    carry_out(engine, allowed["id"])
    speed = denied["clamped_proposal"]["action"]["params"]["spindle_speed"]["value"]
    assert speed <= 12_000
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Machine").click()
    expect_shown(page, FIRST)
    expect(page.get_by_role("complementary")).to_contain_text(f"{round(speed):,} rev/min")


def the_selector_keeps_every_machine_to_itself(page: Page) -> None:
    """Another machine without a reload, back to the one before, and a reload that stays."""
    select(page, SECOND)
    expect_shown(page, SECOND)
    select(page, THIRD)
    expect_shown(page, THIRD)
    page.go_back()
    expect_shown(page, SECOND)
    page.reload()
    expect_shown(page, SECOND)


def a_killed_engine_leaves_no_gap(page: Page, engine: Engine, restart: Restart) -> None:
    """It is killed under the live view and started again: the badge says so, and the strips go on whole."""
    wait_beyond(page, counted(page).instance, counted(page).last_seq + SOME)
    engine.kill()
    expect_way(page, "lost")
    again = restart(engine).ready()
    expect_way(page, "machine-ws")
    state = again.machine(SECOND).state
    assert state is not None
    assert state.instance_id is not None
    wait_beyond(page, state.instance_id, SOME)
    after = counted(page)
    assert (after.machine, after.missing, after.foreign) == (SECOND, 0, 0)


def tile(page: Page, machine: str) -> Locator:
    """A machine in the fleet."""
    return page.locator(f'li[data-machine="{machine}"]')


def submitted(page: Page, engine: Engine) -> dict[str, Any]:
    """Submit what stands in the form; returns the verdict that was recorded."""
    page.get_by_role("button", name=f"Submit to {FIRST}").click()
    recorded = page.locator("[data-recorded]")
    expect(recorded).to_be_visible()
    verdict: dict[str, Any] = engine.get(f"/v1/decisions/{recorded.get_attribute('data-recorded')}").json()
    return verdict


def carry_out(engine: Engine, decision: str) -> None:
    """Get the permit of a decision and use it, as the person at this machine."""
    permit = engine.post(f"/v1/decisions/{decision}/permit").json()["permit"]
    outcome = engine.post(f"/v1/decisions/{decision}/execute", {"permit": permit})
    assert outcome.json()["status"] == "applied", outcome.text
