"""The verdict: total, ordered, reproducible byte for byte, and closed where a check fails to run."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from chargehand.auditor import judge as judgement
from chargehand.auditor.case import Case, Outcome, Question, not_evaluable, question
from chargehand.auditor.evidence import DRY_RUN, Evidence, Ids, state_bytes, state_digest
from chargehand.auditor.judge import QUESTIONS, assess, judge
from chargehand.contracts.reasons import reason_code
from chargehand.contracts.verdict import SEVERITY_RANK, Verdict
from chargehand.kernel.canonical import canonical_bytes, record_bytes, sha256_text
from chargehand.kernel.clock import SECOND_US, iso_utc
from tests.unit.auditor.scene import FEED, NOW_US, SPEED, Scene, call_scene, codes, judged, reason_of, status

IDS = Ids("dec_1", "prp_1", "apr_1")
SCENES: list[dict[str, Any]] = [
    {},
    {SPEED + "/value": 99999, FEED + "/value": 99999},
    {SPEED + "/value": 1.5e-6},
    {SPEED + "/value": 9e15},
    {"/proposal/approved": True, SPEED + "/unit": "rpm"},
    {"/state": None},
    {"/proposal/subject": "machine/none"},
    {"/proposal/kind": "window.open"},
    {"/policy/policy/default": "needs_approval"},
    {"/state/values/spindle_load": {"v": float("nan"), "u": "%", "q": "good"}},
    {"/proposal/intent": "\u00e4\U0001f600", SPEED + "/value": 99999},
    {"/proposal/rationale": {"\U0001f600": 1, "\uffee": 2}, SPEED + "/value": 99999},
]


@pytest.mark.parametrize("patch", SCENES)
def test_bytes_are_canonical(patch: dict[str, Any]) -> None:
    raw = record_bytes(judged(patch))
    assert canonical_bytes(msgspec.json.decode(raw)) == raw
    assert msgspec.json.decode(raw, type=Verdict) is not None


@pytest.mark.parametrize("patch", SCENES)
def test_same_input_gives_the_same_bytes(patch: dict[str, Any]) -> None:
    assert record_bytes(judged(patch, ids=IDS)) == record_bytes(judged(patch, ids=IDS))


@pytest.mark.parametrize("patch", SCENES)
def test_reasons_repeat_the_registry_and_stand_in_order(patch: dict[str, Any]) -> None:
    verdict = judged(patch)
    assert verdict.reasons
    keys = [(SEVERITY_RANK[reason.severity], reason.code, reason.path or "") for reason in verdict.reasons]
    assert keys == sorted(keys)
    assert verdict.reason_codes == [reason.code for reason in verdict.reasons]
    assert verdict.primary_code == verdict.reason_codes[0]
    for reason in verdict.reasons:
        entry = reason_code(reason.code)
        assert (reason.severity, reason.retry, reason.owner) == (entry.severity, entry.retry, entry.owner)
        assert reason.policy_digest == verdict.policy_digest
        assert {remedy.kind for remedy in reason.remedies} <= {*entry.remedies, "none"}, reason.code
        shown = {name for name in reason.params.__struct_fields__ if getattr(reason.params, name) is not None}
        assert shown <= set(entry.params)


@pytest.mark.parametrize("patch", SCENES)
def test_every_check_is_listed_once(patch: dict[str, Any]) -> None:
    verdict = judged(patch)
    names = [check.name for check in verdict.checks]
    assert len(set(names)) == len(names)
    kind = verdict.checks and Scene(patch).body["kind"]
    if kind in QUESTIONS:
        assert names == [asked.name for asked in QUESTIONS[kind]]


def test_identifiers_are_inputs() -> None:
    verdict = judged(ids=IDS)
    assert (verdict.id, verdict.proposal_id, verdict.approval_id) == ("dec_1", "prp_1", None)
    held = judged({"/policy/policy/default": "needs_approval"}, ids=IDS)
    assert held.approval_id == "apr_1"
    dry = judged({"/policy/policy/default": "needs_approval"})
    assert (dry.id, dry.proposal_id, dry.approval_id) == (None, None, None)


def test_dry_run_differs_in_its_identifiers_only() -> None:
    real, dry = judged(ids=IDS), judged()
    assert msgspec.structs.replace(real, id=None, proposal_id=None) == dry


@pytest.mark.parametrize(
    ("patch", "seconds"),
    [
        ({}, 300),
        ({"/policy/policy/verdict_ttl_s": 7}, 7),
        ({"/policy/policy/default": "needs_approval"}, 3600),
        ({"/policy/policy/default": "needs_approval", "/policy/policy/approval_ttl_s": 60}, 60),
        ({"/proposal/expires_at": iso_utc(NOW_US + 5 * SECOND_US)}, 5),
        ({"/proposal/expires_at": iso_utc(NOW_US + 500 * SECOND_US)}, 300),
        ({SPEED + "/value": 99999}, 300),
    ],
)
def test_verdict_is_valid_no_longer_than_policy_and_proposal(patch: dict[str, Any], seconds: int) -> None:
    verdict = judged(patch)
    assert verdict.evaluated_at == iso_utc(NOW_US)
    assert verdict.valid_until == iso_utc(NOW_US + seconds * SECOND_US)


CHANGES: list[dict[str, Any]] = [
    {"/proposal/rationale": "other"},
    {"/state/seq": 1043},
    {"/machine/name": "other"},
    {"/tool/name": "other"},
    {"/material/name": "other"},
    {"/policy/policy/version": "2"},
]


@pytest.mark.parametrize("patch", CHANGES)
def test_input_digest_sees_every_input(patch: dict[str, Any]) -> None:
    assert judged(patch).input_digest != judged().input_digest


def test_input_digest_does_not_depend_on_moment_or_identifiers() -> None:
    assert judged(ids=IDS).input_digest == judged().input_digest
    assert judged(now_us=NOW_US + 1).input_digest == judged().input_digest


def test_input_digest_sees_the_engine() -> None:
    scene = Scene()
    book = scene.book()
    book.engine_version = "9.9.9"
    verdict = judge(scene.proposal(), scene.evidence(), book, NOW_US, DRY_RUN)
    assert verdict.input_digest != judged().input_digest
    assert verdict.engine_version == "9.9.9"


def test_given_state_digest_is_the_computed_one() -> None:
    scene = Scene()
    evidence = scene.evidence()
    assert evidence.state is not None
    known = msgspec.structs.replace(evidence, state_digest=state_digest(evidence.state))
    assert judge(scene.proposal(), known, scene.book(), NOW_US, DRY_RUN) == scene.judge()


def test_assessment_names_its_evidence() -> None:
    scene = Scene()
    assessment = scene.assess()
    evidence = scene.evidence()
    assert evidence.state is not None
    assert evidence.machine is not None
    assert set(assessment.evidence) == {"policy", "machine", "state", "tool", "material"}
    assert assessment.evidence["state"] == sha256_text(state_bytes(evidence.state))
    assert assessment.evidence["machine"] == evidence.machine.digest


def test_assessment_carries_the_change_in_working_units() -> None:
    change = Scene({FEED: {"value": 10, "unit": "in/min"}}).assess().change
    assert change == {"spindle_speed": 3183, "feed_rate": 254.0, "axial_depth": 3, "radial_depth": 3}


def test_assessment_of_a_call_has_no_machine() -> None:
    assessment = call_scene({"tool": "t"}, {"name": "t", "effect": "money"}).assess()
    assert (set(assessment.evidence), assessment.change, assessment.risk) == ({"policy"}, {}, "high")


def test_state_with_nan_still_has_a_digest() -> None:
    evidence = Scene({"/state/values/spindle_load/v": float("nan")}).evidence()
    assert evidence.state is not None
    assert state_digest(evidence.state).startswith("sha256:")


class BoomError(RuntimeError):
    """What a planted check raises."""


def _raising(case: Case) -> Outcome | None:
    raise BoomError(case)


def _replaced(name: str, ask: Any) -> tuple[Question, ...]:
    return tuple(question(name, ask) if asked.name == name else asked for asked in QUESTIONS["machine.change"])


@pytest.mark.parametrize("name", [asked.name for asked in QUESTIONS["machine.change"]])
def test_check_that_raises_makes_the_verdict_indeterminate(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(QUESTIONS, "machine.change", _replaced(name, _raising))
    verdict = judged({"/machine/feed_rate_max": 700})
    assert verdict.verdict == "indeterminate"
    assert verdict.primary_code == "ENG.CHECK_FAILED"
    reason = reason_of(verdict, "ENG.CHECK_FAILED")
    assert (reason.params.field, reason.params.observed) == (name, "BoomError")
    assert status(verdict, name) == "not_evaluable"
    assert verdict.clamped_proposal is None


@pytest.mark.parametrize("name", [asked.name for asked in QUESTIONS["tool.call"]])
def test_call_check_that_raises_makes_the_verdict_indeterminate(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = tuple(question(name, _raising) if item.name == name else item for item in QUESTIONS["tool.call"])
    monkeypatch.setitem(QUESTIONS, "tool.call", asked)
    assert call_scene({"tool": "t"}, {"name": "t", "effect": "read"}).judge().verdict == "indeterminate"


def test_failed_check_does_not_hide_the_other_reasons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(QUESTIONS, "machine.change", _replaced("coolant.flow", _raising))
    verdict = judged({"/machine/feed_rate_max": 700, "/state/interlocks/estop": True})
    assert {"ENG.CHECK_FAILED", "MACH.FEED_ABOVE_MAX", "MACH.ESTOP_ACTIVE"} == set(codes(verdict))


def test_unasked_question_without_a_denial_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    replaced = _replaced("coolant.flow", lambda _case: not_evaluable("TELEM.NOT_RECEIVED"))
    monkeypatch.setitem(QUESTIONS, "machine.change", replaced)
    verdict = judged()
    assert (verdict.verdict, codes(verdict)) == ("indeterminate", ["ENG.CHECK_FAILED"])


@pytest.mark.parametrize("code", ["CUT.CHATTER_NOT_JUDGED", "THERM.GRADIENT_NOT_SEEN"])
def test_gap_that_the_registry_only_tells_denies_nothing(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(QUESTIONS, "machine.change", _replaced("coolant.flow", lambda _case: not_evaluable(code)))
    verdict = judged()
    assert (verdict.verdict, codes(verdict)) == ("allow", ["OK.WITHIN_LIMITS"])
    assert status(verdict, "coolant.flow") == "not_evaluable"
    assert reason_code(code).severity == "info"


def test_clamp_that_raises_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise BoomError

    monkeypatch.setattr(judgement, "clamp", broken)
    verdict = judged({SPEED + "/value": 99999})
    assert (verdict.verdict, verdict.primary_code) == ("indeterminate", "ENG.CHECK_FAILED")


def test_unknown_code_of_a_check_cannot_pass_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(case: Case) -> None:
        case.deny("MACH.NO_SUCH_CODE")

    monkeypatch.setitem(QUESTIONS, "machine.change", _replaced("coolant.flow", ask))
    with pytest.raises(KeyError):
        judged()


def test_recursion_in_a_check_is_an_engine_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(case: Case) -> None:
        ask(case)

    monkeypatch.setitem(QUESTIONS, "machine.change", _replaced("coolant.flow", ask))
    assert judged().verdict == "indeterminate"


def test_evidence_for_another_machine_is_an_engine_fault() -> None:
    scene, other = Scene(), Scene({"/machine/id": "CNC-002", "/proposal/subject": "machine/CNC-002"})
    verdict = assess(scene.proposal(), other.evidence(), scene.book(), NOW_US, DRY_RUN).verdict
    assert verdict.verdict == "indeterminate"


def test_judging_without_evidence_denies() -> None:
    scene = Scene()
    verdict = judge(scene.proposal(), Evidence(), scene.book(), NOW_US, DRY_RUN)
    assert codes(verdict) == ["FLEET.MACHINE_UNKNOWN"]
