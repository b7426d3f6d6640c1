"""`chargehand demo` tells the whole story, with the real answers of a real engine, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from chargehand.cli import demo, failure, local, story
from chargehand.sdk import AccessProblem, Client

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """The story, told under settings of another engine that it must not take."""
    folder = tmp_path_factory.mktemp("demo")
    hostile = {
        "CHARGEHAND_STORE": "postgresql://127.0.0.1:9/production",
        "CHARGEHAND_URL": "http://127.0.0.1:9",
        "CHARGEHAND_TOKEN": "nonsense",
        "CHARGEHAND_DATA": str(folder / "untouched"),
        "CHARGEHAND_POLICY": str(folder / "none.toml"),
        "TMPDIR": str(folder),
    }
    ran = subprocess.run(
        [sys.executable, "-m", "chargehand", "demo", "--fast"],
        env={**os.environ, **hostile},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    left = sorted(path.name for path in folder.iterdir())
    assert left == [], "the demonstration leaves nothing behind"
    return ran


def test_the_story_goes_as_told(told: subprocess.CompletedProcess[str]) -> None:
    assert told.returncode == 0, told.stdout + told.stderr
    scenes = re.findall(r"^(\d+)\. ", told.stdout, re.MULTILINE)
    assert scenes == [str(number) for number in range(1, len(scenes) + 1)]
    assert len(scenes) >= 9


@pytest.mark.parametrize(
    "shown",
    [
        "CNC-001",
        "agent:demo",
        "human:shift-lead",
        "rev/min",
        "MACH.SPEED_ABOVE_MAX",
        "TOOL.SPEED_ABOVE_RATING",
        "TOOL.AXIAL_DEPTH_ABOVE_FLUTE",
        "nearest proposal that would pass: ",
        "verdict: allow (OK.WITHIN_LIMITS)",
        "outcome: applied",
        "GATE.PERMIT_CONSUMED: ",
        "verdict: needs_approval (GATE.APPROVAL_REQUIRED)",
        "GATE.APPROVAL_PENDING: ",
        "AUTH.ROLE_MISSING: ",
        "approved (OK.APPROVED_BY_HUMAN)",
        "TOOL.PATH_OUTSIDE_ROOT",
        "\nOK\n",
        "LEDG.RECORD_CHANGED",
    ],
)
def test_every_step_shows_what_the_engine_answered(shown: str, told: subprocess.CompletedProcess[str]) -> None:
    assert shown in told.stdout


def test_the_machine_is_seen_to_change(told: subprocess.CompletedProcess[str]) -> None:
    assert re.search(r"^ spindle_speed +\d+ +5039 ", told.stdout, re.MULTILINE)
    assert re.search(r"^ offsets +z -0\.05 ", told.stdout, re.MULTILINE)


def test_no_secret_is_shown_in_full(told: subprocess.CompletedProcess[str]) -> None:
    assert not re.search(r"ch[a-z]_[0-9a-f]{32}", told.stdout + told.stderr)


def test_an_engine_that_does_not_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(failure.Refusal, match="did not start"), demo.engine(tmp_path / "data"):
        pass


def test_the_engine_ends_with_the_story(tmp_path: Path) -> None:
    with demo.engine(tmp_path / "data") as url:
        assert local.running_url(tmp_path / "data") == url
    assert local.running_url(tmp_path / "data") is None


def test_a_step_that_does_not_go_as_told_ends_the_story(tmp_path: Path) -> None:
    with demo.engine(tmp_path / "data") as url, Client(url) as client:
        client.principal.add("anna", "admin")
        client.principal.add("demo", "agent")
        with pytest.raises(AccessProblem):
            story.Story(url, tmp_path, lambda: None).tell()
