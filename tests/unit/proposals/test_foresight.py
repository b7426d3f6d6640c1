"""What is run ahead is what the judgement would run: the same program on the same machine, set up the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chargehand.auditor import program_run
from chargehand.contracts.problems import UnavailableError
from chargehand.contracts.proposal import Proposal
from chargehand.kernel.canonical import sha256_text
from chargehand.kernel.sqlite import SqliteStore
from chargehand.proposals.executor import Grounds
from chargehand.proposals.intake import from_value
from chargehand.testing.clock import SimClock
from chargehand.testing.machines import machines
from tests.unit.fleet.shop import Shop, change

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "examples/programs/pocket.ngc").read_bytes()
HELD = sha256_text(TEXT)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry per run of the interpreter; nothing is remembered from before."""
    made: list[int] = []
    judge_text = program_run.judge_text

    def counted(*given: Any) -> Any:
        made.append(1)
        return judge_text(*given)

    monkeypatch.setattr(program_run, "judge_text", counted)
    monkeypatch.setattr(program_run, "_judged", type(program_run._judged)())
    monkeypatch.setattr(program_run, "_newest", {})
    return made


@pytest.fixture
def shop(open_sqlite: Callable[..., SqliteStore]) -> Iterator[Shop]:
    clock = SimClock()
    made = Shop(
        open_sqlite(":memory:"),
        clock,
        machines(1, []),
        programs=lambda digest: TEXT if f"sha256:{digest}" == HELD else None,
    )
    made.step()
    yield made
    made.close()


def forget() -> None:
    """What was run is no longer remembered."""
    program_run._judged.clear()
    program_run._newest.clear()


def loading(program: str = HELD) -> dict[str, Any]:
    action = {"operation": "program_load", "program_sha256": program}
    return {"kind": "machine.change", "subject": "machine/CNC-001", "action": action}


def test_what_was_run_ahead_the_judgement_does_not_run(shop: Shop, runs: list[int]) -> None:
    foresight = shop.submissions.foresight
    ahead = foresight.of_proposal(from_value(loading()))
    assert ahead is not None
    assert runs == [], "looking ahead runs nothing"
    foresight.run(ahead)
    assert len(runs) == 1
    shop.submit(loading())
    assert len(runs) == 1
    assert foresight.of_proposal(from_value(loading())) is None


def test_a_judgement_without_foresight_comes_to_the_same(shop: Shop, runs: list[int]) -> None:
    unforeseen = shop.submit(loading())
    assert len(runs) == 1
    forget()
    foresight = shop.submissions.foresight
    ahead = foresight.of_proposal(from_value(loading()))
    assert ahead is not None
    foresight.run(ahead)
    assert shop.submit(loading()).reason_codes == unforeseen.reason_codes


def test_a_decision_is_foreseen_like_its_proposal(shop: Shop, runs: list[int]) -> None:
    verdict = shop.submit(loading())
    foresight = shop.submissions.foresight
    assert foresight.of_decision(shop.store, str(verdict.id)) is None
    forget()
    ahead = foresight.of_decision(shop.store, str(verdict.id))
    assert ahead is not None
    assert ahead.text == TEXT
    assert foresight.of_decision(shop.store, "dec_none") is None
    assert len(runs) == 1


@pytest.mark.parametrize(
    "body",
    [
        loading("sha256:" + "a" * 64),
        {**loading(), "subject": "machine/CNC-999"},
        {**loading(), "action": {"operation": "program_load", "program_sha256": 7}},
        {**loading(), "action": {"operation": 7, "program_sha256": HELD}},
        change(feed_override=90, operation="override"),
        {"kind": "memory.write", "subject": "memory/x", "action": {}},
        {"kind": "tool.call", "subject": "tool/read_file", "action": {"tool": "read_file"}},
    ],
)
def test_where_no_program_is_judged_nothing_is_run_ahead(shop: Shop, runs: list[int], body: dict[str, Any]) -> None:
    assert shop.submissions.foresight.of_proposal(from_value(body)) is None
    assert runs == []


def test_a_run_that_fails_is_the_judgements_to_tell(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ahead nobody could hear of it; the verdict says so in its own code."""

    def broken(*_given: Any) -> Any:
        raise ArithmeticError("no program")

    monkeypatch.setattr(program_run, "judge_text", broken)
    monkeypatch.setattr(program_run, "_judged", type(program_run._judged)())
    monkeypatch.setattr(program_run, "_newest", {})
    foresight = shop.submissions.foresight
    ahead = foresight.of_proposal(from_value(loading()))
    assert ahead is not None
    foresight.run(ahead)
    assert "ENG.CHECK_FAILED" in shop.submit(loading()).reason_codes


@pytest.mark.parametrize(
    "error", [UnavailableError("FLEET.OWNED_ELSEWHERE", "another node has it"), AttributeError("odd")]
)
def test_what_stands_in_the_way_is_the_judgements_to_tell(
    shop: Shop, runs: list[int], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def elsewhere(_proposal: Proposal) -> Grounds:
        raise error

    monkeypatch.setattr(shop.executor, "grounds", elsewhere)
    assert shop.submissions.foresight.of_proposal(from_value(loading())) is None
    assert runs == []
