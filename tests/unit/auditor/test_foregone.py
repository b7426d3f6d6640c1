"""What is foregone of a machine's state: asked once, never mixed up, and only what nothing else has a part in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from chargehand.auditor import foregone
from chargehand.auditor.case import Case, Outcome, Question, question
from chargehand.auditor.evidence import DRY_RUN, Evidence
from chargehand.auditor.judge import QUESTIONS, ask, assess
from chargehand.contracts.proposal import Proposal
from chargehand.kernel.canonical import record_bytes
from tests.unit.auditor.scene import NOW_US, Scene, ago, codes

STANDING = [asked for asked in QUESTIONS["machine.change"] if asked.standing]
PATCHES: list[dict[str, Any]] = [
    {},
    {"/state/values/spindle_load/q": "bad"},
    {"/state/values/spindle_load/v": None},
    {"/state/source": "live"},
    {"/state/mode": "MANUAL"},
    {"/state/mode": None},
    {"/state/execution": "FEED_HOLD"},
    {"/state/interlocks/estop": True},
    {"/state/interlocks/alarms": ["1001: overload"]},
    {"/state/interlocks/door_open": None},
    {"/state/connection": "offline"},
    {"/state/seq": None},
    {"/state": None},
    {"/machine/writable": False},
    {"/machine/interlocks": []},
    {"/machine/sensors": []},
]


class ForbiddenError(AssertionError):
    """A standing check has looked at something that changes from proposal to proposal."""


class _Forbidden:
    def __getattribute__(self, name: str) -> Any:
        raise ForbiddenError(name)


def _blind_case(evidence: Evidence, subject: str) -> Case:
    """A case in which everything but the evidence and the subject's name must not be looked at."""
    forbidden: Any = _Forbidden()
    proposal = Proposal(kind="machine.change", subject=subject, body=forbidden, digest="")
    return Case(proposal=proposal, evidence=evidence, book=forbidden, now_us=forbidden, found=[])


@pytest.mark.parametrize("patch", PATCHES)
def test_standing_checks_look_at_state_and_card_only(patch: dict[str, Any]) -> None:
    scene = Scene(patch)
    case = _blind_case(scene.evidence(), scene.body["subject"])
    for asked in STANDING:
        asked.ask(case)


@pytest.mark.parametrize("name", ["telemetry.fresh", "machine.operation", "policy.limits"])
def test_check_that_looks_further_would_be_noticed(name: str) -> None:
    scene = Scene()
    case = _blind_case(scene.evidence(), scene.body["subject"])
    for asked in STANDING:
        asked.ask(case)
    case.change = case.proposal.body  # type: ignore[assignment]
    wrong = next(asked for asked in QUESTIONS["machine.change"] if asked.name == name)
    with pytest.raises((ForbiddenError, TypeError)):
        wrong.ask(case)


@pytest.mark.parametrize("patch", PATCHES)
def test_verdict_is_the_same_whether_anything_is_foregone_or_not(
    patch: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(patch)
    proposal, evidence, book = scene.proposal(), scene.evidence(), scene.book()
    first, again = (assess(proposal, evidence, book, NOW_US, DRY_RUN) for _ in range(2))
    plain = tuple(asked._replace(standing=False) for asked in QUESTIONS["machine.change"])
    monkeypatch.setitem(QUESTIONS, "machine.change", plain)
    one_by_one = assess(proposal, evidence, book, NOW_US, DRY_RUN)
    assert record_bytes(first.verdict) == record_bytes(again.verdict) == record_bytes(one_by_one.verdict)


def _counting(times: dict[str, int]) -> tuple[Question, ...]:
    def counted(asked: Question) -> Question:
        def put(case: Case) -> Outcome | None:
            times[asked.name] = times.get(asked.name, 0) + 1
            return asked.ask(case)

        return asked._replace(ask=put)

    return tuple(map(counted, QUESTIONS["machine.change"]))


def test_burst_asks_a_standing_check_once_and_every_other_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    times: dict[str, int] = {}
    monkeypatch.setitem(QUESTIONS, "machine.change", _counting(times))
    scene = Scene()
    proposal, evidence, book = scene.proposal(), scene.evidence(), scene.book()
    for _ in range(5):
        assess(proposal, evidence, book, NOW_US, DRY_RUN)
    assert times == {asked.name: 1 if asked.standing else 5 for asked in QUESTIONS["machine.change"]}


def test_next_state_is_asked_anew() -> None:
    scene = Scene()
    book, calm = scene.book(), scene.evidence()
    assert calm.state is not None
    interlocks = msgspec.structs.replace(calm.state.interlocks, estop=True)
    pressed = msgspec.structs.replace(calm, state=msgspec.structs.replace(calm.state, interlocks=interlocks))
    for evidence, expected in [(calm, "allow"), (pressed, "deny"), (calm, "allow")] * 2:
        assert assess(scene.proposal(), evidence, book, NOW_US, DRY_RUN).verdict.verdict == expected


def test_equal_state_of_another_card_is_asked_anew() -> None:
    scene = Scene()
    book, evidence = scene.book(), scene.evidence()
    assert evidence.machine is not None
    card = msgspec.structs.replace(evidence.machine.card, writable=False)
    read_only = msgspec.structs.replace(evidence, machine=msgspec.structs.replace(evidence.machine, card=card))
    assert assess(scene.proposal(), evidence, book, NOW_US, DRY_RUN).verdict.verdict == "allow"
    assert codes(assess(scene.proposal(), read_only, book, NOW_US, DRY_RUN).verdict) == ["FLEET.NOT_WRITABLE"]


def test_time_goes_on_while_the_state_stands() -> None:
    scene = Scene()
    book, evidence = scene.book(), scene.evidence()
    assert assess(scene.proposal(), evidence, book, NOW_US, DRY_RUN).verdict.verdict == "allow"
    later_us = NOW_US + 3_600_000_000
    assert "TELEM.STALE" in codes(assess(scene.proposal(), evidence, book, later_us, DRY_RUN).verdict)


def test_state_of_another_machine_is_an_engine_fault_even_after_a_burst() -> None:
    scene = Scene()
    book, evidence = scene.book(), scene.evidence()
    foreign = Proposal(kind="machine.change", subject="machine/CNC-999", body=scene.body, digest="")
    for _ in range(2):
        assert assess(scene.proposal(), evidence, book, NOW_US, DRY_RUN).verdict.verdict == "allow"
        assert assess(foreign, evidence, book, NOW_US, DRY_RUN).verdict.verdict == "indeterminate"


def test_check_that_fails_to_run_is_reported_each_time() -> None:
    def broken(_case: Case) -> Outcome | None:
        raise RuntimeError("planted")

    scene = Scene()
    planted = question("telemetry.source", broken, standing=True)
    questions = tuple(planted if asked.name == planted.name else asked for asked in QUESTIONS["machine.change"])
    evidence, book = scene.evidence(), scene.book()
    for _ in range(2):
        case = Case(proposal=scene.proposal(), evidence=evidence, book=book, now_us=NOW_US, found=[])
        _, failed = ask(case, questions)
        assert failed
        assert [finding.code for finding in case.found] == ["ENG.CHECK_FAILED"]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foregone, "SUBJECTS_MAX", 2)
    monkeypatch.setattr(foregone, "_newest", {})
    for number in range(5):
        name = f"CNC-{number}"
        patch = {"/machine/id": name, "/state/machine_id": name, "/proposal/subject": f"machine/{name}"}
        assert Scene(patch).judge().verdict == "allow"
        assert len(foregone._newest) <= 2


def test_threads_that_judge_different_states_never_mix_them_up() -> None:
    calm, stopped = Scene(), Scene({"/state/interlocks/estop": True})
    evidence = {"allow": calm.evidence(), "deny": stopped.evidence()}
    book, proposal = calm.book(), calm.proposal()

    def judged(expected: str) -> bool:
        verdicts = [assess(proposal, evidence[expected], book, NOW_US, DRY_RUN).verdict.verdict for _ in range(200)]
        return set(verdicts) == {expected}

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(judged, ["allow", "deny"] * 4))


def test_frozen_load_is_seen_although_the_state_stands() -> None:
    scene = Scene({"/state/execution": "ACTIVE", "/state/seen_at/spindle_load": ago(59)})
    book, evidence = scene.book(), scene.evidence()
    assert "TELEM.STALE" not in codes(assess(scene.proposal(), evidence, book, NOW_US, DRY_RUN).verdict)
    verdict = assess(scene.proposal(), evidence, book, NOW_US + 2_000_000, DRY_RUN).verdict
    assert "TELEM.STALE" in codes(verdict)
