"""`docs/demo-script.md` is played word by word: what it tells to do is done, and what it says is to be seen is seen.

The page drives the test. A step that nobody can play fails, and so does a way of playing that no step asks for.
"""

from __future__ import annotations

import itertools
import re
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.browser.machine_page import selector
from tests.browser.people import printed_link
from tests.browser.visit import Visit, Visits
from tests.browser.witness import CUT_OFF
from tests.surfaces.engine import WAIT_S, Engine, Start

MINUTES = 10
STOPPED = (0, 130)
"""Exit codes of an engine that was interrupted."""
NEEDS_APPROVAL = 4
"""Exit code of a proposal that a person has to decide."""
_HEADING = re.compile(r"^## (\d+)\. (.+) \((\d+) minutes?\)$")
_WORD = re.compile(r"`([^`]+)`")


class Scene(NamedTuple):
    """A numbered section of the page: its number, its minutes, and what is to be done and seen, in order.

    An act is `(sort, text)`, where the sort is `do`, `see`, `first terminal` or `second terminal`.
    """

    number: int
    minutes: int
    acts: list[tuple[str, str]]


class Stage:
    """Where the script is played: a folder with two terminals, and a browser once there is something to open."""

    def __init__(self, folder: Path, start: Start, visits: Visits) -> None:
        self.folder = folder
        self._start = start
        self._visits = visits
        self._visit: Visit | None = None
        self._line = ""
        self._engine: Engine | None = None
        self._environment = {"CHARGEHAND_PORT": str(_free_port())}

    @property
    def engine(self) -> Engine:
        """What runs in the first terminal."""
        assert self._engine is not None, "nothing runs in the first terminal"
        return self._engine

    @property
    def page(self) -> Page:
        """The tab that the audience looks at."""
        if self._visit is None:
            self._visit = self._visits(self.engine)
            self._visit.witness.expect(CUT_OFF)
            self._visit.context.new_page()
        return self._visit.context.pages[0]

    def first_terminal(self, line: str) -> None:
        """Run an engine there."""
        self._line = line
        command = ["bash", "-c", f"cd {self.folder} && exec {line}"]
        self._engine = self._start(self.folder / "demo-data", run=command, environment=self._environment).listening()

    def again(self) -> None:
        """The same line once more."""
        self.first_terminal(self._line)

    def second_terminal(self, lines: str) -> None:
        """Run commands there to their end."""
        environment = {"PATH": "/usr/bin:/bin", "NO_COLOR": "1", "HOME": str(self.folder)}
        ran = subprocess.run(
            ["bash", "-c", lines],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=WAIT_S,
        )
        assert ran.returncode in (0, NEEDS_APPROVAL), ran.stdout + ran.stderr


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def sign_in(stage: Stage, beside: str, button: str) -> None:
    stage.page.goto(printed_link(stage.engine, beside))
    stage.page.get_by_role("button", name=button).click()


def look(stage: Stage, view: str) -> None:
    expect(stage.page.get_by_role("heading", level=1, name=view)).to_be_visible()


def click(stage: Stage, name: str) -> None:
    """The link or button of that name, as a person finds it: the first one that can be seen."""
    named = stage.page.get_by_role("button", name=name).or_(stage.page.get_by_role("link", name=name))
    named.locator("visible=true").first.click()


def choose_and_return(stage: Stage, field: str, machine: str, key: str, button: str) -> None:
    assert button == "back"
    at = stage.page.url
    combobox = stage.page.get_by_role("combobox", name=field)
    combobox.click()
    combobox.press_sequentially(machine)
    combobox.press(key)
    expect(selector(stage.page)).to_have_attribute("data-machine", machine)
    stage.page.go_back()
    stage.page.wait_for_url(at)


def change_address(stage: Stage, address: str) -> None:
    stage.page.goto(address)


def fill_in(stage: Stage, field: str, value: str, other: str, text: str) -> None:
    for name, typed in ((field, value), (other, text)):
        stage.page.get_by_label(name, exact=True).fill(typed)


def open_newest(stage: Stage, view: str, verdict: str) -> None:
    click(stage, view)
    rows = stage.page.locator("[data-row]").filter(has_text=verdict)
    rows.first.locator("[data-open]").click()


def press(stage: Stage, key: str) -> None:
    stage.page.keyboard.press(key)


def decide(stage: Stage, field: str, reason: str, box: str, button: str) -> None:
    dialog = stage.page.get_by_role("dialog")
    dialog.get_by_label(field).fill(reason)
    dialog.get_by_label(box).check()
    dialog.get_by_role("button", name=button).click()


def interrupt(stage: Stage, view: str, keys: str) -> None:
    assert keys == "Ctrl+C"
    click(stage, view)
    expect(stage.page.locator('main [data-transport="machine-ws"]')).to_be_visible()
    stage.engine.process.send_signal(signal.SIGINT)
    assert stage.engine.exit_code() in STOPPED


PLAYED: dict[str, Callable[..., None]] = {
    "open the link that it prints beside {}, and click {}.": sign_in,
    "look at the {}.": look,
    "click {}.": click,
    "in the selector {} type {} and press {}; then press the browser's {} button.": choose_and_return,
    "change the address to {}.": change_address,
    "in {} type {}, and in {} type {}.": fill_in,
    "click {}, and in the list click the newest proposal with the verdict {}.": open_newest,
    "press {}.": press,
    "in {} type {}, tick {}, and click {}.": decide,
    "click {}; then press {} in the first terminal.": interrupt,
    "in the first terminal start it again, with the same line as before.": lambda stage: stage.again(),
}


def scenes(page: str) -> list[Scene]:
    """What the page tells, in order. A line that cannot be read as one of its parts is prose."""
    found: list[Scene] = []
    lines = iter(page.splitlines())
    prose = ""
    for line in lines:
        if heading := _HEADING.match(line):
            found.append(Scene(int(heading[1]), int(heading[3]), []))
        elif line == "```sh":
            terminal = re.search(r"(first|second) terminal:$", prose)
            assert terminal is not None, f"in which terminal? {prose!r}"
            block = itertools.takewhile(lambda inner: inner != "```", lines)
            found[-1].acts.append((f"{terminal[1]} terminal", "\n".join(block)))
        elif act := re.match(r"- (Do|See): (.+)$", line):
            found[-1].acts.append((act[1].lower(), act[2]))
        if line.strip():
            prose = line.strip()
    return found


def play(stage: Stage, sort: str, text: str) -> str | None:
    """Play an act; returns the sentence that was followed, if it was one."""
    words = _WORD.findall(text)
    match sort:
        case "first terminal":
            stage.first_terminal(text)
        case "second terminal":
            stage.second_terminal(text)
        case "see":
            assert words, text
            for word in words:
                expect(stage.page.get_by_text(word).locator("visible=true").first).to_be_visible()
        case _:
            sentence = _WORD.sub("{}", text)
            assert sentence in PLAYED, f"nobody knows how to play: {text}"
            PLAYED[sentence](stage, *words)
            return sentence
    return None


@pytest.fixture(scope="module")
def script(repository: Path) -> list[Scene]:
    """The page."""
    return scenes((repository / "docs" / "demo-script.md").read_text("utf-8"))


def test_the_script_is_played(
    script: list[Scene], start: Start, visits: Visits, tmp_path: Path, repository: Path
) -> None:
    (tmp_path / ".venv").symlink_to(repository / ".venv")
    stage = Stage(tmp_path, start, visits)
    played = {play(stage, sort, text) for scene in script for sort, text in scene.acts}
    assert PLAYED.keys() <= played, f"no step asks for: {PLAYED.keys() - played}"


def test_every_scene_is_numbered_and_shows_something(script: list[Scene]) -> None:
    assert [scene.number for scene in script] == list(range(1, len(script) + 1))
    assert sum(scene.minutes for scene in script) == MINUTES
    for scene in script:
        sorts = [sort for sort, _ in scene.acts]
        assert sorts[-1] == "see", scene.number
        # Every act is followed by what is to be seen, unless it hands on to the next.
        assert all("see" in (one, other) or "terminal" in one for one, other in itertools.pairwise(sorts)), scene.number


def test_no_step_hides_in_prose(repository: Path, script: list[Scene]) -> None:
    """What is to be typed or clicked stands in a step, where it is played."""
    page = (repository / "docs" / "demo-script.md").read_text("utf-8")
    told = page.count("\n- ") + page.count("```sh\n")
    assert sum(len(scene.acts) for scene in script) == told


def test_a_step_that_nobody_can_play_is_refused() -> None:
    page = "## 1. A scene (1 minute)\n\n- Do: turn the `knob`.\n"
    (scene,) = scenes(page)
    with pytest.raises(AssertionError, match="nobody knows how to play"):
        play(object.__new__(Stage), *scene.acts[0])
