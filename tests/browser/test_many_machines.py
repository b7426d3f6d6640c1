"""Two hundred machines stay a page that can be scrolled: only what is in sight is in the document."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.ui import serving
from tests.browser.visit import Visits
from tests.surfaces.engine import Engine, engines

COUNT = 200
TILES_MAX = 60
"""In the document at once, of 200: a screen of 1440 by 900 shows some sixteen."""
LAST = f"CNC-{COUNT}"
_UP = """
import json, sys
from chargehand.fleet import simulated
from chargehand.cli.serve import up
for number in range(4, 201):
    simulated.SETUPS[f"CNC-{number:03}"] = simulated.SETUPS["CNC-001"]
    simulated.COOLANT_L_PER_MIN[f"CNC-{number:03}"] = simulated.COOLANT_L_PER_MIN["CNC-001"]
sys.exit(up(json.loads(sys.argv[1])))
"""
"""`chargehand up` that knows what the machines of further cards are set to."""


@pytest.fixture(scope="module")
def crowd(ui: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine with two hundred machines that all send."""
    folder = tmp_path_factory.mktemp("crowd")
    cards = folder / "cards"
    cards.mkdir()
    card = (repository / "src/chargehand/auditor/cards/CNC-001.toml").read_text("utf-8")
    for number in range(4, COUNT + 1):
        own = card.replace('"CNC-001"', f'"CNC-{number:03}"').replace("Vertical mill 1", f"Vertical mill {number}")
        (cards / f"CNC-{number:03}.toml").write_text(own, "utf-8")
    with engines() as starter:
        flags = json.dumps({"data": str(folder / "data"), "port": 0, "cards": str(cards)})
        yield serving(starter, ui)(folder / "data", run=[sys.executable, "-c", _UP, flags]).ready()


def tiles(page: Page) -> int:
    """Tiles in the document."""
    return page.locator("main li[data-machine]").count()


def test_two_hundred_machines_are_scrolled_through(visits: Visits, crowd: Engine) -> None:
    page = visits(crowd).open("/fleet")
    wall = page.get_by_role("list", name="Machines")
    expect(wall.locator("li[data-machine]").first).to_be_visible()
    expect(wall.locator(f'[aria-setsize="{COUNT}"]').first).to_be_attached()
    assert 0 < tiles(page) <= TILES_MAX

    seen: set[str] = set()
    height = page.evaluate("() => document.scrollingElement.scrollHeight")
    for offset in range(0, height + 600, 600):
        page.evaluate("(offset) => scrollTo(0, offset)", offset)
        # Two frames: the wall looks where it is in one, and has drawn what is in sight in the next.
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))")
        seen.update(wall.locator("li[data-machine]").evaluate_all("(all) => all.map((tile) => tile.dataset.machine)"))
        assert tiles(page) <= TILES_MAX
    assert len(seen) == COUNT

    page.evaluate("() => scrollTo(0, 0)")
    wall.get_by_role("link", name="CNC-", exact=False).first.focus()
    page.keyboard.press("End")
    focused = page.evaluate("() => document.activeElement.closest('li').getAttribute('aria-posinset')")
    assert focused == str(COUNT)
    assert tiles(page) <= TILES_MAX


def test_any_of_two_hundred_is_found_by_typing(visits: Visits, crowd: Engine) -> None:
    page = visits(crowd).open("/fleet")
    page.get_by_role("searchbox").fill(LAST)
    expect(page.locator("main li[data-machine]")).to_have_count(1)
    expect(page.locator(f'main li[data-machine="{LAST}"]')).to_be_visible()
