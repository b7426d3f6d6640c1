"""What the machine view says of itself: whose samples it shows, over which way, and what it counted of its frames."""

from __future__ import annotations

from typing import Literal, NamedTuple

from playwright.sync_api import Locator, Page, expect

from tests.browser.lines import Rung

MACHINES = ("CNC-001", "CNC-002", "CNC-003")


class Counted(NamedTuple):
    """The counts of a machine view, read at one moment.

    Attributes:
        machine: whose samples these are.
        instance: the run of the adapter.
        first_seq: position of the oldest sample that is held, in its run.
        last_seq: newest position in the newest run.
        frames: frames that were taken.
        missing: frames that are known to be missing.
        repeated: frames that came twice and were dropped.
        foreign: frames of another machine that were dropped.
    """

    machine: str
    instance: str
    first_seq: int
    last_seq: int
    frames: int
    missing: int
    repeated: int
    foreign: int


def selector(page: Page) -> Locator:
    """The machine selector of the header."""
    return page.get_by_role("combobox", name="Machine")


def select(page: Page, machine: str) -> None:
    """Choose a machine by keyboard alone."""
    field = selector(page)
    field.focus()
    field.press("ArrowDown")
    field.press_sequentially(machine)
    expect(page.get_by_role("option")).to_have_count(1)
    field.press("Enter")


def figure(page: Page) -> Locator:
    """The live strips."""
    return page.locator("figure[data-last-seq]")


def expect_shown(page: Page, machine: str) -> None:
    """Wait until selector, address and strips are all of this machine, and a frame of it was taken."""
    expect(selector(page)).to_have_attribute("data-machine", machine)
    page.wait_for_url(f"**/machine?machine={machine}")
    expect(page.locator(f'figure[data-machine="{machine}"]')).to_be_visible()
    wait_for_frames(page, 1)


def wait_for_frames(page: Page, count: int) -> None:
    """Wait until at least so many frames were taken."""
    page.wait_for_function(
        "(count) => Number(document.querySelector('figure[data-last-seq]')?.dataset.frames ?? 0) >= count", arg=count
    )


def wait_beyond(page: Page, instance: str, seq: int) -> None:
    """Wait until the newest sample is of this run and lies beyond a position."""
    page.wait_for_function(
        """([instance, seq]) => {
          const found = document.querySelector('figure[data-last-seq]');
          return found !== null && found.dataset.instance === instance && Number(found.dataset.lastSeq) > seq;
        }""",
        arg=[instance, seq],
    )


def wait_for_instance(page: Page, instance: str) -> None:
    """Wait until samples of this run of the adapter are shown."""
    expect(figure(page)).to_have_attribute("data-instance", instance)


def counted(page: Page) -> Counted:
    """The counts of this moment."""
    found: dict[str, str] = figure(page).evaluate("(figure) => ({ ...figure.dataset })")
    return Counted(
        machine=found["machine"],
        instance=found["instance"],
        first_seq=int(found["firstSeq"]),
        last_seq=int(found["lastSeq"]),
        frames=int(found["frames"]),
        missing=int(found["missing"]),
        repeated=int(found["repeated"]),
        foreign=int(found["foreign"]),
    )


def expect_way(page: Page, way: Rung | Literal["lost"]) -> None:
    """Wait until the badge says that the samples come over this way, or that none is left."""
    expect(page.locator("main [data-transport]")).to_have_attribute("data-transport", way)
