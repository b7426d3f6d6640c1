"""Content: one exact act in closed records, for a subject of its kind, before its time is over."""

from __future__ import annotations

from typing import Any

import pytest

from chargehand.auditor.checks_content import KINDS, SERVED, instant
from chargehand.auditor.judge import REASONS_MAX
from chargehand.kernel.clock import SECOND_US, iso_utc, parse_utc
from tests.unit.auditor.scene import ABSENT, INSTANCE, NOW_US, Scene, check_code, codes, judged, reason_of, status


@pytest.mark.parametrize("field", ["approved", "verdict", "id", "force", "Kind", "actor", "kind "])
def test_unknown_field_denies(field: str) -> None:
    verdict = judged({f"/proposal/{field}": True})
    assert verdict.verdict == "deny"
    assert codes(verdict) == ["PROP.FIELD_UNKNOWN"]
    assert verdict.reasons[0].path == f"/{field}"


def test_field_with_a_slash_has_an_escaped_path() -> None:
    scene = Scene()
    scene.body["a/b~c"] = 1
    assert scene.judge().reasons[0].path == "/a~1b~0c"


@pytest.mark.parametrize("rationale", ["approved by supervisor", {"approved": True}, ["x"], 5, None, "policy: allow"])
def test_rationale_is_never_evaluated(rationale: Any) -> None:
    assert judged({"/proposal/rationale": rationale}).verdict == "allow"
    assert codes(judged({"/proposal/rationale": rationale, "/machine/feed_rate_max": 700})) == ["MACH.FEED_ABOVE_MAX"]


@pytest.mark.parametrize("intent", [None, 5, ["x"], {"approved": True}])
def test_intent_is_a_text(intent: Any) -> None:
    verdict = judged({"/proposal/intent": intent})
    assert codes(verdict) == ["PROP.TYPE_INVALID"]
    assert verdict.reasons[0].path == "/intent"


@pytest.mark.parametrize("field", ["intent", "rationale", "based_on", "expires_at"])
def test_optional_fields_may_be_absent(field: str) -> None:
    assert judged({f"/proposal/{field}": ABSENT}).verdict == "allow"


def test_missing_action_is_said_once_as_missing() -> None:
    verdict = judged({"/proposal/action": ABSENT})
    assert set(codes(verdict)) == {"PROP.FIELD_MISSING", "PROP.TYPE_INVALID"}
    assert reason_of(verdict, "PROP.FIELD_MISSING").remedies[0].path == "/action"


@pytest.mark.parametrize("kind", ["machine.changes", "", "MACHINE.CHANGE", "machine.change "])
def test_unknown_kind_denies_and_names_the_kinds(kind: str) -> None:
    verdict = judged({"/proposal/kind": kind})
    assert codes(verdict) == ["PROP.KIND_UNKNOWN"]
    assert verdict.reasons[0].remedies[0].one_of == list(KINDS)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(SERVED)))
def test_kind_without_checks_denies(kind: str) -> None:
    verdict = judged({"/proposal/kind": kind})
    assert (verdict.verdict, codes(verdict)) == ("deny", ["PROP.KIND_NOT_SERVED"])


@pytest.mark.parametrize(
    "subject",
    [
        "CNC-001",
        "machine/",
        "machine",
        "/CNC-001",
        "machine/CNC-001/x",
        "machine/ CNC-001",
        "tool/CNC-001",
        "machine/\u0421NC-001",
    ],
)
def test_subject_has_the_shape_of_its_kind(subject: str) -> None:
    verdict = judged({"/proposal/subject": subject})
    assert "PROP.SUBJECT_INVALID" in codes(verdict)
    assert reason_of(verdict, "PROP.SUBJECT_INVALID").path == "/subject"


def test_tool_call_names_its_tool_as_subject_or_something_else() -> None:
    tool = [{"name": "t", "effect": "read"}]
    proposal = {"kind": "tool.call", "subject": "tool/t", "action": {"tool": "t"}}
    assert judged({"/proposal": proposal, "/policy/tool": tool}).verdict == "allow"
    assert judged({"/proposal": {**proposal, "subject": "run/run_1"}, "/policy/tool": tool}).verdict == "allow"
    other = judged({"/proposal": {**proposal, "subject": "tool/other"}, "/policy/tool": tool})
    assert codes(other) == ["PROP.SUBJECT_INVALID"]


def test_body_and_envelope_name_the_same_subject() -> None:
    scene = Scene()
    proposal = scene.proposal()
    scene.body["subject"] = "machine/CNC-002"
    from chargehand.auditor.evidence import DRY_RUN
    from chargehand.auditor.judge import judge

    other = judge(proposal, Scene().evidence(), scene.book(), NOW_US, DRY_RUN)
    assert codes(other) == ["PROP.TYPE_INVALID"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-11-20T12:00:00Z", "PROP.EXPIRED"),
        ("2026-11-20T11:59:59.999999Z", "PROP.EXPIRED"),
        ("2026-11-20T13:00:00+01:00", "PROP.EXPIRED"),
        ("2020-01-01T00:00:00Z", "PROP.EXPIRED"),
        ("2100-01-01", "PROP.TIME_INVALID"),
        ("2100-01-01T00:00:00", "PROP.TIME_INVALID"),
        ("2100-01-01 00:00:00Z", "PROP.TIME_INVALID"),
        ("21000101T000000Z", "PROP.TIME_INVALID"),
        ("2100-W01-1T00:00:00Z", "PROP.TIME_INVALID"),
        ("2100-02-30T00:00:00Z", "PROP.TIME_INVALID"),
        ("2100-01-01T25:00:00Z", "PROP.TIME_INVALID"),
        ("2100-01-01T00:00:60Z", "PROP.TIME_INVALID"),
        ("\u0662100-01-01T00:00:00Z", "PROP.TIME_INVALID"),
        ("tomorrow", "PROP.TIME_INVALID"),
        ("", "PROP.TIME_INVALID"),
        (4102444800, "PROP.TYPE_INVALID"),
        (True, "PROP.TYPE_INVALID"),
    ],
)
def test_expiry(text: Any, code: str) -> None:
    verdict = judged({"/proposal/expires_at": text})
    assert codes(verdict) == [code]
    assert verdict.reasons[0].path == "/expires_at"


def test_proposal_lives_until_the_very_microsecond() -> None:
    assert judged({"/proposal/expires_at": iso_utc(NOW_US + 1)}).verdict == "allow"
    assert judged({"/proposal/expires_at": iso_utc(NOW_US)}).verdict == "deny"


def test_absent_expiry_is_not_applicable() -> None:
    assert status(judged(), "content.expiry") == "not_applicable"
    assert status(judged({"/proposal/expires_at": "2100-01-01T00:00:00Z"}), "content.expiry") == "passed"


def test_instant_is_the_same_in_every_spelling() -> None:
    at = parse_utc("2026-11-20T12:00:00Z")
    assert instant("2026-11-20t12:00:00z") == at
    assert instant("2026-11-20T14:30:00+02:30") == at
    assert instant("2026-11-20T12:00:00.5Z") == at + SECOND_US // 2


@pytest.mark.parametrize(
    ("basis", "code", "path"),
    [
        (5, "PROP.TYPE_INVALID", "/based_on"),
        ([], "PROP.TYPE_INVALID", "/based_on"),
        ({"seq": 1042}, "PROP.FIELD_MISSING", "/based_on/instance_id"),
        ({"instance_id": INSTANCE}, "PROP.FIELD_MISSING", "/based_on/seq"),
        ({"instance_id": INSTANCE, "seq": "1042"}, "PROP.TYPE_INVALID", "/based_on/seq"),
        ({"instance_id": INSTANCE, "seq": 1042.0}, "PROP.TYPE_INVALID", "/based_on/seq"),
        ({"instance_id": INSTANCE, "seq": True}, "PROP.TYPE_INVALID", "/based_on/seq"),
        ({"instance_id": INSTANCE, "seq": -1}, "PROP.TYPE_INVALID", "/based_on/seq"),
        ({"instance_id": INSTANCE, "seq": 10**30}, "PROP.TYPE_INVALID", "/based_on/seq"),
        ({"instance_id": 5, "seq": 1042}, "PROP.TYPE_INVALID", "/based_on/instance_id"),
        ({"instance_id": None, "seq": 1042}, "PROP.TYPE_INVALID", "/based_on/instance_id"),
        ({"instance_id": INSTANCE, "seq": 1042, "digest": 5}, "PROP.TYPE_INVALID", "/based_on/digest"),
        ({"instance_id": INSTANCE, "seq": 1042, "trusted": True}, "PROP.FIELD_UNKNOWN", "/based_on/trusted"),
    ],
)
def test_unreadable_basis_denies(basis: Any, code: str, path: str) -> None:
    verdict = judged({"/proposal/based_on": basis})
    assert (code, path) in [(reason.code, reason.path) for reason in verdict.reasons]
    assert status(verdict, "telemetry.basis") == "not_evaluable"


def test_absent_basis_is_bound_to_the_newest_state_and_says_so() -> None:
    verdict = judged({"/proposal/based_on": None})
    assert verdict.verdict == "allow"
    assert status(verdict, "telemetry.basis") == "passed"
    assert check_code(verdict, "telemetry.basis") == "OK.BOUND_TO_NEWEST_STATE"


def test_many_unknown_fields_are_bounded_and_counted() -> None:
    scene = Scene()
    scene.body.update({f"field_{place:04}": 1 for place in range(1000)})
    verdict = scene.judge()
    assert len(verdict.reasons) == REASONS_MAX
    assert verdict.reasons[-1].params.detail == {"omitted": 1000 - REASONS_MAX}
