"""What a story may ask for: a real engine with the control centre, people around it, and browsers that are watched.

    engine    the shared engine with three simulated machines; never stopped, so stories only add to it
    people    everybody who may act on the shared engine: `people.submit(proposal)`, `people.decide(...)`
    start     starts engines of this story alone: `start(tmp_path / "data").ready()`, to be killed and restarted
    visit     a browser at the shared engine: `visit.open("/fleet")`, `visit.witness.expect(...)`
    visits    makes more of them: `visits(signed_in="paul")`, `visits(other_engine)`, `visits(color_scheme="dark")`
    page      an empty tab of `visit`

At the end of a story every browser is asked for console errors, uncaught exceptions, violations of the content policy
and requests to other origins; any of them fails it. Nothing sleeps: wait with `expect(locator)` or with
`page.wait_for_function("() => ...")`; a plain expression needs eval, which the content policy refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.chromium import browser_type_launch_args
from tests.browser.people import People
from tests.browser.ui import serving, ui
from tests.browser.visit import page, visit, visits
from tests.surfaces.engine import Engine, Start, engines

__all__ = ["browser_type_launch_args", "page", "ui", "visit", "visits"]

Restart = Callable[[Engine], Engine]


@pytest.fixture(scope="session")
def engine(ui: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One engine for every story that only adds to it."""
    with engines() as starter:
        yield serving(starter, ui)(tmp_path_factory.mktemp("shared") / "data").ready()


@pytest.fixture(scope="session")
def people(engine: Engine) -> People:
    """The people of the shared engine."""
    return People(engine)


@pytest.fixture
def start(ui: Path) -> Iterator[Start]:
    """Starts engines of this story alone, with the control centre."""
    with engines() as starter:
        yield serving(starter, ui)


@pytest.fixture
def restart(start: Start) -> Restart:
    """Starts an engine again after it was killed: same data, same port, so that open pages find it."""

    def again(dead: Engine) -> Engine:
        assert dead.process.poll() is not None, "kill it first"
        return start(dead.data, port=urlsplit(dead.url).port)

    return again
