"""Every view, and how a reader knows that it is there: its heading stands, nothing is loading, nothing has failed."""

from __future__ import annotations

from playwright.sync_api import Page, expect

VIEWS = ("fleet", "machine", "decisions", "approvals", "propose")


def opened(page: Page, view: str, query: str = "") -> Page:
    """Go to a view and wait until it shows what it is for."""
    page.goto(f"/{view}{query}")
    settled(page)
    return page


def settled(page: Page) -> None:
    """Wait until a view has arrived."""
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("main .loading, main [aria-busy=true]")).to_have_count(0)
    expect(page.locator("main .failure")).to_have_count(0)
    page.wait_for_function("() => document.fonts.status === 'loaded'")
