"""Crash points: known by name, nothing unless armed, and armed from a text for processes that kill themselves."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from chargehand.kernel import faults


@pytest.fixture(autouse=True)
def _no_faults() -> Iterator[None]:
    yield
    faults.disarm()


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Signals that would have been sent to this process."""
    sent: list[int] = []
    monkeypatch.setattr("os.kill", lambda _pid, number: sent.append(number))
    return sent


def test_a_point_does_nothing_unless_armed() -> None:
    for name in faults.POINTS:
        faults.point(name)


def test_an_armed_point_acts_every_time_and_no_other_does() -> None:
    passed: list[str] = []
    faults.arm("writer.before_commit", lambda: passed.append("x"))
    for name in (*faults.POINTS, *faults.POINTS):
        faults.point(name)
    assert passed == ["x", "x"]
    faults.disarm("writer.before_commit")
    faults.point("writer.before_commit")
    assert passed == ["x", "x"]


def test_disarming_all_and_what_was_never_armed() -> None:
    passed: list[str] = []
    for name in faults.POINTS:
        faults.arm(name, lambda: passed.append("x"))
    faults.disarm()
    faults.disarm("writer.in_command")
    for name in faults.POINTS:
        faults.point(name)
    assert passed == []


def test_a_point_that_does_not_exist_cannot_be_armed() -> None:
    with pytest.raises(AssertionError, match="no such crash point"):
        faults.arm("writer.befor_commit", lambda: None)


def test_every_point_is_passed_somewhere(repository: object) -> None:
    from pathlib import Path

    sources = "".join(path.read_text("utf-8") for path in (Path(str(repository)) / "src").rglob("*.py"))
    for name in faults.POINTS:
        assert f'faults.point("{name}")' in sources, name


def test_a_process_kills_itself_at_the_nth_passage(killed: list[int]) -> None:
    faults.arm_from_text("writer.after_commit:kill:3")
    faults.point("writer.after_commit")
    faults.point("writer.after_commit")
    assert killed == []
    faults.point("writer.after_commit")
    assert killed == [signal.SIGKILL]


@pytest.mark.parametrize(
    "text",
    ["", "writer.after_commit", "writer.after_commit:kill", "nowhere:kill:1", "writer.after_commit:sleep:1", ":::"],
)
def test_a_text_that_is_no_fault_is_refused(text: str, killed: list[int]) -> None:
    with pytest.raises(ValueError, match=r"fault|unpack|literal"):
        faults.arm_from_text(text)
    for name in faults.POINTS:
        faults.point(name)
    assert killed == []
