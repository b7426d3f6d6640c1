"""The machine view: strips that draw one machine's samples alone, and say in words and tables what they draw."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lines import Lines
from tests.browser.machine_page import MACHINES, counted, expect_shown, figure, select, wait_beyond, wait_for_frames
from tests.browser.people import People
from tests.browser.visit import Visit
from tests.surfaces.proposals import DENIED

FIRST, SECOND, THIRD = MACHINES
SOME = 5
"""Frames, half a second of them."""
DASH = "–"  # noqa: RUF001, the sign of the unknown
STRIPS = ("load", "speed", "feed", "overrides", "vibration", "temperature", "power", "coolant")
INKED = """([key, name]) => {
  const strip = document.querySelector(`[data-strip=${key}]`);
  const style = getComputedStyle(document.documentElement);
  const wanted = style.getPropertyValue(name).trim().match(/[0-9a-f]{2}/gi).map((digits) => parseInt(digits, 16));
  const canvas = strip.querySelector("canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let found = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (wanted.every((value, index) => Math.abs(data[at + index] - value) < 12) && data[at + 3] > 200) found += 1;
  }
  return found > 0;
}"""
"""Whether some pixel of a strip has a colour, given by its custom property."""
OBSERVE = """() => {
  window.observed = [];
  const look = () => {
    const figure = document.querySelector("figure[data-last-seq]");
    if (figure !== null) {
      const { machine, instance, frames, firstSeq, drawnSeq } = figure.dataset;
      window.observed.push({
        heading: document.querySelector("main h1 [data-field=id]")?.textContent,
        field: document.querySelector("input[role=combobox]").dataset.machine,
        machine, instance, frames: Number(frames), first: Number(firstSeq), drawn: Number(drawnSeq),
      });
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
"""From now on, note in every frame of the screen whose name, whose selector and whose samples are shown."""

HELD = """() => {
  const { lastSeq, drawnSeq } = document.querySelector("figure").dataset;
  return Number(lastSeq) > Number(drawnSeq);
}"""


def opened(visit: Visit, machine: str = FIRST, query: str = "") -> Page:
    """The view of a machine, once it has drawn something."""
    page = visit.open(f"/machine?machine={machine}{query}")
    page.wait_for_function("() => Number(document.querySelector('figure[data-drawn-seq]')?.dataset.drawnSeq) > 0")
    return page


def drawn(page: Page) -> int:
    """The newest position that is on the canvases."""
    return int(figure(page).get_attribute("data-drawn-seq") or 0)


def test_the_strips_draw_and_go_on_drawing(visit: Visit) -> None:
    page = opened(visit, query="&window=30")
    assert page.locator("[data-strip]").evaluate_all("(all) => all.map((strip) => strip.dataset.strip)") == list(STRIPS)
    for strip, colour in (("speed", "--series-1"), ("vibration", "--series-5")):
        page.wait_for_function(INKED, arg=[strip, colour])
    before = drawn(page)
    page.wait_for_function(
        "(seq) => Number(document.querySelector('figure').dataset.drawnSeq) > seq", arg=before + 2 * SOME
    )
    assert int(figure(page).get_attribute("data-drawn-seq") or 0) <= counted(page).last_seq


def test_another_scheme_is_drawn_in_its_own_colours(visit: Visit) -> None:
    page = opened(visit, query="&window=30")
    page.wait_for_function(INKED, arg=["vibration", "--series-5"])
    light = page.evaluate("() => getComputedStyle(document.documentElement).getPropertyValue('--series-5')")
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-scheme", "dark")
    dark = page.evaluate("() => getComputedStyle(document.documentElement).getPropertyValue('--series-5')")
    assert light != dark
    page.wait_for_function(INKED, arg=["vibration", "--series-5"])


def test_switching_shows_no_frame_of_another_machine_and_keeps_what_was_seen(visit: Visit) -> None:
    """In every frame of the screen name, selector and samples are of one machine; what was seen is there at once."""
    runs = {machine: instance(visit, machine) for machine in MACHINES}
    page = opened(visit)
    wait_for_frames(page, SOME)
    seen = counted(page)
    page.evaluate(OBSERVE)
    for machine in (SECOND, THIRD, FIRST, THIRD, SECOND, FIRST):
        select(page, machine)
        expect_shown(page, machine)
        wait_beyond(page, runs[machine], counted(page).last_seq + SOME)
    observed: list[dict[str, Any]] = page.evaluate("() => window.observed")
    assert {entry["machine"] for entry in observed} == set(MACHINES)
    for entry in observed:
        assert entry["heading"] == entry["field"] == entry["machine"], entry
        assert entry["instance"] in ("", runs[entry["machine"]]), entry
        assert entry["drawn"] == 0 or entry["instance"] != "", entry
    away = next(index for index, entry in enumerate(observed) if entry["machine"] == SECOND)
    back = next(entry for entry in observed[away:] if entry["machine"] == FIRST)
    assert back["frames"] >= seen.frames
    assert back["drawn"] >= seen.last_seq


def instance(visit: Visit, machine: str) -> str:
    """The present run of a machine's adapter."""
    state = visit.engine.machine(machine).state
    assert state is not None
    assert state.instance_id is not None
    return state.instance_id


@pytest.mark.parametrize("key", [".", " "])
def test_paused_strips_stand_still_while_samples_are_taken(visit: Visit, key: str) -> None:
    page = opened(visit)
    page.locator("main").focus()
    page.keyboard.press(key)
    resume = page.get_by_role("button", name="Resume")
    expect(resume).to_be_visible()
    # What had come before the key is still drawn; once something came after it, what stands is what was held.
    page.wait_for_function(HELD)
    held, taken = drawn(page), counted(page).last_seq
    wait_beyond(page, counted(page).instance, taken + 2 * SOME)
    assert drawn(page) == held
    new = int(resume.locator("[data-new]").get_attribute("data-new") or 0)
    assert new >= 2 * SOME
    assert counted(page).last_seq >= held + new
    page.keyboard.press(key)
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.wait_for_function("(seq) => Number(document.querySelector('figure').dataset.drawnSeq) > seq", arg=held + new)


def test_a_key_that_belongs_to_a_control_does_not_pause(visit: Visit) -> None:
    page = opened(visit)
    page.get_by_role("button", name="30 s").focus()
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="30 s")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("combobox", name="Machine").press(".")
    expect(figure(page)).to_have_attribute("data-paused", "false")


def test_limits_are_bands_that_name_their_rule(visit: Visit) -> None:
    """What the engine holds the machine to is what the legend says, and it is shaded."""
    page = opened(visit)
    limits = visit.engine.get(f"/v1/machines/{FIRST}/limits").json()["items"]
    rules = {end["rule_id"] for limit in limits for end in (limit["min"], limit["max"]) if end is not None}
    expect(page.locator("[data-strip=overrides]")).to_have_attribute("data-bands", "4")
    page.locator("summary").filter(has_text="Limits").click()
    legend = page.locator("[data-band]")
    assert set(legend.locator("code").all_inner_texts()) <= rules
    warmest = next(limit for limit in limits if limit["field"] == "spindle_temperature")
    row = page.locator("[data-band=spindle_temperature][data-side=above]")
    expect(row).to_contain_text(f"at most {warmest['max']['value']:.0f} °C")
    expect(row).to_contain_text("machine card")
    expect(page.locator("[data-band=vibration]")).to_have_count(0)
    page.wait_for_function(INKED, arg=["overrides", "--bad"])


def test_a_verdict_is_marked_and_leads_to_its_decision(visit: Visit, people: People) -> None:
    page = opened(visit, query="&window=120")
    answer = people.submit(DENIED)
    decision = answer["id"]
    listed = page.locator(f"aside [data-decision={decision}]")
    expect(listed.locator("code")).to_have_text(answer["primary_code"])
    expect(listed.get_by_role("link")).to_have_attribute("href", f"/decisions?id={decision}")
    mark = page.locator(f"figure a[href='/decisions?id={decision}']")
    expect(mark).to_be_visible()
    assert answer["primary_code"] in (mark.get_attribute("aria-label") or "")
    mark.press("Enter")
    page.wait_for_url(f"**/decisions?id={decision}*")
    page.go_back()
    page.wait_for_url(f"**/machine?machine={FIRST}&window=120")
    expect(page.locator(f'figure[data-machine="{FIRST}"]')).to_be_visible()


def test_the_table_says_what_the_engine_says(visit: Visit) -> None:
    """Of the newest twenty samples every number is the one that REST gives, to the decimals that are shown."""
    page = opened(visit)
    wait_for_frames(page, 20)
    page.keyboard.press(".")
    page.get_by_text("View as table").click()
    expect(page.locator("figure tbody tr[data-seq]")).to_have_count(20)
    rows: list[dict[str, Any]] = page.locator("figure tbody tr[data-seq]").evaluate_all(
        """(rows) => rows.map((row) => {
          const cells = [...row.querySelectorAll("[data-signal]")];
          const values = Object.fromEntries(cells.map((cell) => [cell.dataset.signal, cell.textContent]));
          return { seq: Number(row.dataset.seq), values };
        })"""
    )
    assert len(rows) == 20
    newest = rows[0]["seq"]
    assert [row["seq"] for row in rows] == list(range(newest, newest - 20, -1))
    path = f"/v1/machines/{FIRST}/telemetry?after={newest - 20}&limit=20"
    frames = {frame["seq"]: frame for frame in visit.engine.get(path).json()["items"]}
    for row in rows:
        assert len(row["values"]) == 12
        for signal, text in row["values"].items():
            decimals = len(text.partition(".")[2])
            shown = float(text.replace(",", ""))
            known = frames[row["seq"]]["values"][signal]["v"]
            assert abs(shown - known) <= 0.5 * 10**-decimals + 1e-9, (row["seq"], signal)


def test_what_is_unknown_is_a_dash(visit: Visit) -> None:
    """A value that is unavailable, one that is bad and one that is not sent are not known, and never 0."""
    lines = Lines(visit.context)
    page = opened(visit)
    page.get_by_text("View as table").click()
    run = "ins_00000000000000000000000000"
    frame = visit.engine.get(f"/v1/machines/{FIRST}/telemetry?limit=1").json()["items"][0]
    values = {
        "spindle_load": {"v": 12.3, "u": "%", "q": "good"},
        "vibration": {"v": None, "u": "mm/s", "q": "unavailable"},
        "spindle_temperature": {"v": 0, "u": "degC", "q": "bad"},
        "program": {"v": None, "q": "unavailable"},
    }
    lines.say("machine-ws", {**frame, "instance_id": run, "seq": 1, "values": values})
    expect(figure(page)).to_have_attribute("data-instance", run)
    row = page.locator("figure tbody tr[data-seq='1']").first
    expect(row.locator("[data-signal=spindle_load]")).to_have_text("12.3")
    for signal in ("vibration", "spindle_temperature", "feed_rate"):
        expect(row.locator(f"[data-signal={signal}]")).to_have_text(DASH)
        expect(page.locator(f"[data-strip] [data-signal={signal}] dd")).to_have_text(DASH)
    expect(page.locator("[data-field=program]")).to_have_text(DASH)
    expect(page.locator("[data-field=mode]")).to_have_text(DASH)


def test_the_crosshair_is_moved_by_keys_and_read_out(visit: Visit) -> None:
    page = opened(visit)
    wait_for_frames(page, 2 * SOME)
    page.keyboard.press(".")
    hair = page.get_by_role("slider")
    expect(hair).to_have_attribute("aria-valuetext", "off")
    hair.press("ArrowLeft")
    expect(hair).not_to_have_attribute("aria-valuetext", "off")
    newest = hair.get_attribute("aria-valuetext") or ""
    hair.press("ArrowLeft")
    hair.press("ArrowLeft")
    expect(hair).not_to_have_attribute("aria-valuetext", newest)
    assert (hair.get_attribute("aria-valuetext") or "") < newest
    assert "Spindle speed" in newest
    hair.press("Escape")
    expect(hair).to_have_attribute("aria-valuetext", "off")


def test_a_longer_window_reads_what_came_before(visit: Visit) -> None:
    """The window is in the address, and what it shows is read from the engine's store."""
    page = opened(visit, query="&window=30")
    page.get_by_role("button", name="10 min").click()
    page.wait_for_url("**window=600*")
    expect(figure(page)).to_have_attribute("data-window", "600")
    expect(figure(page)).to_have_attribute("data-first-seq", "1")
    expect(figure(page)).to_have_attribute("data-missing", "0")
    page.reload()
    expect(page.get_by_role("button", name="10 min")).to_have_attribute("aria-pressed", "true")


def test_one_badge_says_that_it_is_simulated_and_the_link_proposes_for_this_machine(visit: Visit) -> None:
    page = opened(visit, SECOND)
    head = page.locator("main header")
    expect(head.get_by_text("SIM", exact=True)).to_be_visible()
    expect(head.get_by_role("link", name="Propose a change")).to_have_attribute("href", f"/propose?machine={SECOND}")
    expect(head.locator("[data-field=state]")).to_have_attribute("data-state", "running")
    expect(page.locator("main [data-transport]")).to_have_text("machine stream")
