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

    # The fleet: every machine in a tile, with what it does, and with the badge that says that nothing here is real.
    page = opened(visit.context.new_page(), "fleet")
    for machine in MACHINES:
        expect(tile(page, machine)).to_contain_text("SIM")
        expect(tile(page, machine).locator("[data-state]")).not_to_have_attribute("data-state", "offline")
        expect(tile(page, machine)).to_contain_text("No verdict yet")

    # From the tile to the machine, and on to proposing a change of it; the machine goes along.
    tile(page, FIRST).get_by_role("link").first.click()
    expect_shown(page, FIRST)
    page.get_by_role("link", name="Propose a change").click()
    page.wait_for_url(f"**/propose?machine={FIRST}")

    # Too fast for the spindle. The dry run says so while it is typed, with the code; submitting it records the denial.
    page.get_by_label("Spindle speed", exact=True).fill("13000")
    expect(page.locator("[data-dry-run]")).to_have_attribute("data-dry-run", "deny")
    expect(page.locator('[data-field="spindle_speed"]')).to_contain_text(CODE)
    denied = submitted(page, engine)
    assert denied["verdict"] == "deny"
    assert CODE in denied["reason_codes"]

    # The denial teaches: the nearest admissible values are one click away, and they are allowed.
    page.get_by_role("button", name="Use the nearest admissible values").click()
    expect(page.locator("[data-dry-run]")).to_have_attribute("data-dry-run", "allow")
    allowed = submitted(page, engine)
    assert allowed["verdict"] == "allow"
    speed = denied["clamped_proposal"]["action"]["params"]["spindle_speed"]["value"]
    assert speed <= 12_000

    # Both stand in the list of decisions, the newest first; the why of the denial has every code.
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Decisions").click()
    rows = page.locator("[data-row][data-decision]")
    expect(rows.nth(0)).to_have_attribute("data-decision", allowed["id"])
    expect(rows.nth(1)).to_have_attribute("data-decision", denied["id"])
    rows.nth(1).locator("[data-open]").click()
    expect(page.locator(f'[data-why="{denied["id"]}"] [data-reason]')).to_have_count(len(denied["reasons"]))
    page.keyboard.press("Escape")

    # What was allowed is carried out with its permit, and the machine's view shows the new setting.
    carry_out(engine, allowed["id"])
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Machine").click()
    expect_shown(page, FIRST)
    expect(page.get_by_role("complementary")).to_contain_text(f"{round(speed):,} rev/min")

    # The selector: another machine without a reload, back to the first, a reload that stays, a new tab that remembers.
    select(page, SECOND)
    expect_shown(page, SECOND)
    select(page, THIRD)
    expect_shown(page, THIRD)
    page.go_back()
    expect_shown(page, SECOND)
    page.reload()
    expect_shown(page, SECOND)
    expect_shown(visit.open("/machine"), SECOND)

    # The engine is killed under the live view and started again: the badge says so, and the strips go on whole.
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

    # And nothing that was decided is lost: the list is the same as before.
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Decisions").click()
    expect(rows.nth(0)).to_have_attribute("data-decision", allowed["id"])
    expect(rows.nth(1)).to_have_attribute("data-decision", denied["id"])


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
