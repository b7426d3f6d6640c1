"""Stories under seeded crashes: every check holds, the same seed tells the same story, and every crash point is met."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chargehand.kernel import faults
from chargehand.kernel.lease import claim
from chargehand.testing import simulate
from chargehand.testing.checkers import CHECKS, Broken, check
from chargehand.testing.draws import Draws
from chargehand.testing.simulate import SeedFailed, main, tell
from chargehand.testing.story import Story
from chargehand.testing.world import SimulatedCrash, World
from tests.conformance.nodes import note

SEEDS = range(1, 13)
POINTS = [point for point in faults.POINTS if not point.startswith("telemetry")]


@pytest.fixture(autouse=True)
def _no_faults() -> Iterator[None]:
    yield
    faults.disarm()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "world", 1)
    yield made
    made.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_everything_holds_whatever_happens(seed: int) -> None:
    told = tell(seed)
    assert told.events > 50
    assert told.acknowledged > 5


@pytest.mark.slow
def test_everything_holds_over_many_seeds() -> None:
    stories = [tell(seed) for seed in range(1_000, 1_060)]
    assert sum(story.crashes for story in stories) > 100
    assert sum(story.writes for story in stories) > 100


def test_the_same_seed_tells_the_same_story() -> None:
    assert tell(5) == tell(5)
    assert tell(5) != tell(6)


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_every_point_it_comes_back_whole(world: World, point: str) -> None:
    """The engine dies at each point in turn, in the midst of a story, as often as the story passes there."""
    story, fences = Story(world, Draws(3)), dict[str, tuple[str, int]]()
    for _ in range(60):
        world.arm(point, 2 if point.startswith("writer") else 1)
        try:
            story.go_on()
        except SimulatedCrash:
            world.crash()
        check(world, fences)
    assert world.crashes > 1


def test_a_kill_takes_what_was_not_committed_and_nothing_else(world: World) -> None:
    def events() -> int:
        with world.engine.store.read() as session:
            row = session.one("log.peek_head")
            assert row is not None
            return int(row[0])

    before = events()
    for point, survives in (("writer.before_commit", 0), ("writer.after_commit", 1), ("writer.before_reply", 1)):
        answers: list[object] = []
        world.ask(note(f"probe/{point}", 1), answers.append)
        world.arm(point, 1)
        with pytest.raises(SimulatedCrash):
            world.drain()
        world.crash()
        with world.engine.store.read() as session:
            found = session.one("log.last_revision", {"subject": f"probe/{point}"})
        assert answers == []
        assert (found is not None) == bool(survives), point
    assert events() > before


def test_two_engines_never_drive_one_machine(world: World) -> None:
    engine = world.engine
    assert engine.ownership.owned == {"CNC-001", "CNC-002", "CNC-003"}
    world.clock.advance(10_000_000)
    with engine.store.write() as session:
        claim(session, "machine/CNC-001", "node-b", world.clock.now_us(), 10_000_000)
    engine.step()
    assert engine.ownership.owned == {"CNC-002", "CNC-003"}


def test_the_command_line_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "2", "--seed", "7", "--steps", "10"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("2 seeds in ")
    assert "seeds/s" in said


def test_the_command_line_names_the_seed_that_failed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CHECKS, "planted", lambda view: iter(["no"] if len(view.events) > 30 else []))
    assert main(["--seeds", "5", "--seed", "9"]) == 1
    said = capsys.readouterr().out
    assert "FAILED seed 9" in said
    assert "[planted]" in said
    assert "--seeds 1 --seed 9" in said


def test_an_engine_that_breaks_down_fails_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_story: Story) -> str:
        raise RuntimeError("planted")

    monkeypatch.setattr(Story, "go_on", fail)
    with pytest.raises(SeedFailed, match=r"seed 3, step 0 \[engine\].*planted"):
        tell(3, steps=1)


def test_every_check_can_fail(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(CHECKS):
        with monkeypatch.context() as patch:
            patch.setitem(CHECKS, name, lambda _view: iter(["planted"]))
            with pytest.raises(Broken) as caught:
                check(world, {})
            assert caught.value.check == name


def test_draws_are_drawn_from_the_seed() -> None:
    one, same, other = Draws(1), Draws(1), Draws(2)
    drawn = [one.below(1000) for _ in range(50)]
    assert drawn == [same.below(1000) for _ in range(50)]
    assert drawn != [other.below(1000) for _ in range(50)]
    assert {Draws(seed).weighted({"a": 1, "b": 3}) for seed in range(50)} == {"a", "b"}
    assert sum(Draws(seed).chance(4) for seed in range(400)) in range(60, 140)


def test_steps_default_to_a_whole_story(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    original: Callable[[Story], str] = Story.go_on

    def go_on(story: Story) -> str:
        counted.append(1)
        return original(story)

    monkeypatch.setattr(Story, "go_on", go_on)
    tell(2)
    assert 0 < len(counted) <= simulate.STEPS
