"""Thousands of random proposals, and the twin's truth about each one that was allowed: none may be unsafe.

The clamp of a denied proposal lies right at a limit, so every twelfth is held against the truth as well.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

import pytest

from chargehand.auditor.cards import load_cards
from chargehand.auditor.judge import QUESTIONS
from chargehand.auditor.policy_file import shipped_policy
from chargehand.auditor.rulebook import Rulebook
from chargehand.testing.proposals import Situation, drawn, proposal_of, situations
from tests.adversarial.truth import Judged, dangers, judged, worst

PROPOSALS = 5_000
CHUNK = 500
CLAMPS_EVERY = 12
DENIED_EVERY = 50
CARDS = load_cards()
AMONG = situations(CARDS)


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return Rulebook(shipped_policy(), tools=CARDS.tools, materials=CARDS.materials, engine_version="test")


def cases(seeds: range, book: Rulebook) -> Iterator[Judged]:
    for seed in seeds:
        yield judged(drawn(seed, AMONG), book)


def labels(case: Judged) -> list[str]:
    """What the twin finds, in nominal work and in work as hard as any source says."""
    material = case.drawn.situation.material
    hardest = worst(material)
    return sorted({*dangers(case, material), *(dangers(case, hardest) if hardest != material else ())})


@pytest.mark.parametrize("first", range(0, PROPOSALS, CHUNK))
def test_nothing_unsafe_is_allowed(first: int, book: Rulebook) -> None:
    verdicts: Counter[str] = Counter()
    for number, case in enumerate(cases(range(first, first + CHUNK), book)):
        verdict = case.assessment.verdict
        verdicts[verdict.verdict] += 1
        if case.allowed:
            assert labels(case) == [], case.drawn.proposal.body
        elif verdict.clamped_proposal is not None and number % CLAMPS_EVERY == 0:
            clamped = proposal_of(verdict.clamped_proposal)
            again = judged(case.drawn._replace(proposal=clamped), book)
            assert again.assessment.verdict.verdict != "deny"
            assert dangers(again, again.drawn.situation.material) == [], verdict.clamped_proposal
    assert verdicts["indeterminate"] == 0
    assert verdicts["allow"] > CHUNK // 25
    assert verdicts["deny"] > CHUNK // 2


def test_the_denied_are_unsafe_for_the_most_part(book: Rulebook) -> None:
    """The twin tells unsafe from safe: it finds something wrong with most of what was denied, in many ways."""
    found: Counter[str] = Counter()
    looked = 0
    for case in cases(range(0, PROPOSALS, DENIED_EVERY), book):
        if not case.allowed:
            looked += 1
            found.update(set(labels(case)) or {"nothing"})
    assert found["nothing"] < looked / 2, found
    assert len(found) > 5, found


@pytest.mark.parametrize(
    ("check", "danger"),
    [
        ("cut.deflection", "deflection"),
        ("cut.chip_load", "feed"),
        ("cut.cutting_speed", "cutting speed"),
        ("cut.chatter", "chatter"),
    ],
)
def test_an_auditor_that_forgets_a_check_is_found_out(
    check: str, danger: str, book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = QUESTIONS["machine.change"]
    kept = tuple(question for question in asked if question.name != check)
    assert len(kept) == len(asked) - 1
    monkeypatch.setitem(QUESTIONS, "machine.change", kept)
    assert any(danger in labels(case) for case in cases(range(PROPOSALS), book) if case.allowed)


def test_an_auditor_that_forgets_the_drive_is_found_out(book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small tools break before a drive is spent; aluminium at full speed is another matter."""
    asked = QUESTIONS["machine.change"]
    kept = tuple(question for question in asked if question.name not in ("cut.power", "cut.torque"))
    fast = [one for one in AMONG if one.tool.id == "EM16-3AL" and one.machine.card.id == "CNC-001"]
    assert _found_in_full_cuts(fast, book) == set()
    monkeypatch.setitem(QUESTIONS, "machine.change", kept)
    assert _found_in_full_cuts(fast, book) == {"power", "torque"}


def _found_in_full_cuts(among: list[Situation], book: Rulebook) -> set[str]:
    """What the twin finds wrong with cuts near every limit of a tool's use, where they are allowed."""
    found: set[str] = set()
    for situation in among:
        case, use, tool = drawn(0, [situation]), situation.use, situation.tool
        speed = min(int(1000 * use.cutting_speed_max / (math.pi * tool.diameter)) - 1, 11_999)
        params = {
            "spindle_speed": {"value": speed, "unit": "rev/min"},
            "feed_rate": {"value": int(0.95 * use.feed_per_tooth_max * tool.teeth * speed), "unit": "mm/min"},
            "axial_depth": {"value": 6, "unit": "mm"},
            "radial_depth": {"value": 12.5, "unit": "mm"},
        }
        action = {"operation": "parameter_set", "tool": tool.id, "material": situation.material.id, "params": params}
        again = judged(case._replace(proposal=proposal_of({**case.proposal.body, "action": action})), book)
        if again.allowed:
            found.update(labels(again))
    return found
