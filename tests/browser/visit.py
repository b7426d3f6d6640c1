"""Browsers for stories: every visit is a fresh profile with a witness, and ends with what the witness has to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import People
from tests.browser.witness import Witness
from tests.surfaces.engine import Engine, Start

WAIT_MS = 20_000
"""Longest wait for anything on a page; reached only when it fails."""
WIDTHS = (360, 900, 1440)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


class Visit:
    """Somebody at a browser of their own: open pages with `open`, say with `witness.expect` what will be provoked."""

    def __init__(self, browser: Browser, engine: Engine, options: dict[str, Any]) -> None:
        self.engine = engine
        self.context = browser.new_context(
            **{"base_url": engine.url, "viewport": {"width": 1440, "height": 900}, "locale": "en-GB", **options}
        )
        self.context.set_default_timeout(WAIT_MS)
        self.witness = Witness(self.context, engine.url)

    def open(self, path: str = "/") -> Page:
        """A new tab at an address of the engine."""
        page = self.context.new_page()
        page.goto(path)
        return page

    def close(self) -> None:
        """Leave, and fail the story for what was seen and not expected."""
        self.context.close()
        assert self.witness.complaints == [], "\n".join(self.witness.complaints)


Visits = Callable[..., Visit]


@pytest.fixture
def visits(browser: Browser, engine: Engine, start: Start, request: pytest.FixtureRequest) -> Iterator[Visits]:
    """Makes visits: `visits()`, `visits(signed_in="paul")`, `visits(other_engine)`, `visits(color_scheme="dark")`.

    It asks for `start`, so that engines of a story outlive its browsers.
    """
    expect.set_options(timeout=WAIT_MS)
    made: list[Visit] = []

    def visit(at: Engine | None = None, *, signed_in: str | None = None, **options: Any) -> Visit:
        made.append(Visit(browser, at or engine, options))
        if signed_in is not None:
            people: People = request.getfixturevalue("people")
            assert at in (None, engine), "people are known to the shared engine; use `People(other)` for another"
            people.sign_in(made[-1].context, signed_in)
        return made[-1]

    yield visit
    told = []
    for each in made:
        try:
            each.close()
        except AssertionError as error:
            told.append(str(error))
    if told:
        pytest.fail("the witness has seen:\n" + "\n".join(told))


@pytest.fixture
def visit(visits: Visits) -> Visit:
    """A visit without a session to the shared engine."""
    return visits()


@pytest.fixture
def page(visit: Visit) -> Page:
    """An empty tab of that visit; `page.goto("/fleet")`."""
    return visit.context.new_page()
