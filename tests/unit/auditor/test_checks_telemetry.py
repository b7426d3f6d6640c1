"""Telemetry: young, genuine, complete, or a denial that says which it is not."""

from __future__ import annotations

from typing import Any

import pytest

from chargehand.auditor.checks_telemetry import LOAD_FROZEN_S, LOAD_SILENT_S
from chargehand.kernel.clock import SECOND_US
from tests.unit.auditor.scene import NOW_US, Scene, ago, codes, judged, reason_of, status

LOAD = "/state/values/spindle_load"


@pytest.mark.parametrize(
    "patch",
    [
        {"/state": None},
        {"/state/instance_id": None},
        {"/state/seq": None},
        {"/state/ts_ingest": None},
    ],
)
def test_nothing_received_denies_and_leaves_the_rest_open(patch: dict[str, Any]) -> None:
    verdict = judged(patch)
    assert (verdict.verdict, codes(verdict)) == ("deny", ["TELEM.NOT_RECEIVED"])
    assert status(verdict, "telemetry.fresh") == "not_evaluable"
    assert status(verdict, "interlock.door") == "not_evaluable"
    assert status(verdict, "policy.rules") == "not_evaluable"


@pytest.mark.parametrize(("age_s", "expected"), [(0, []), (1.999999, []), (2, []), (2.000001, ["TELEM.STALE"])])
def test_state_is_fresh_up_to_the_cards_limit(age_s: float, expected: list[str]) -> None:
    verdict = judged({"/state/ts_ingest": ago(age_s), "/state/ts_source": ago(age_s)})
    assert [code for code in codes(verdict) if code.startswith("TELEM")] == expected


def test_stale_reason_says_how_old() -> None:
    reason = reason_of(judged({"/state/ts_ingest": ago(10), "/state/ts_source": ago(10)}), "TELEM.STALE")
    assert (reason.params.observed, reason.params.limit, reason.params.margin, reason.params.unit) == (10, 2, -8, "s")
    assert reason.remedies[0].kind == "refresh"


def test_connection_that_went_stale_is_stale() -> None:
    assert "TELEM.STALE" in codes(judged({"/state/connection": "stale"}))


@pytest.mark.parametrize(
    ("offset_s", "skewed"), [(0, False), (5, False), (-5, False), (5.000001, True), (-5.000001, True), (300, True)]
)
def test_clocks_agree_up_to_the_cards_limit(offset_s: float, skewed: bool) -> None:
    verdict = judged({"/state/ts_source": ago(-offset_s)})
    assert codes(verdict) == (["TELEM.CLOCK_SKEW"] if skewed else ["OK.WITHIN_LIMITS"])


def test_sample_from_the_future_is_skewed() -> None:
    assert codes(judged({"/state/ts_ingest": ago(-10), "/state/ts_source": None})) == ["TELEM.CLOCK_SKEW"]


def test_recording_keeps_the_times_of_its_own_day() -> None:
    patch = {"/state/ts_source": "2016-01-01T00:00:00Z", "/state/source": "replay", "/machine/source": "replay"}
    verdict = judged(patch)
    assert verdict.verdict == "allow"
    assert status(verdict, "telemetry.clock") == "not_applicable"


def test_machine_without_a_clock_is_not_compared() -> None:
    verdict = judged({"/state/ts_source": None})
    assert verdict.verdict == "allow"
    assert status(verdict, "telemetry.clock") == "not_applicable"


@pytest.mark.parametrize(("card", "state"), [("live", "simulated"), ("live", "replay"), ("simulated", "live")])
def test_state_of_another_source_denies(card: str, state: str) -> None:
    verdict = judged({"/machine/source": card, "/state/source": state})
    assert codes(verdict)[0] == "TELEM.SOURCE_MISMATCH"
    assert verdict.reasons[0].params.observed == state


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        ({"/proposal/based_on/instance_id": "ins_OTHER"}, "TELEM.INSTANCE_MISMATCH"),
        ({"/proposal/based_on/seq": 1043}, "TELEM.SEQ_AHEAD"),
        ({"/proposal/based_on/seq": 1}, "TELEM.BASIS_STALE"),
        ({"/proposal/based_on/digest": "sha256:" + "0" * 64}, "REV.STATE_CHANGED"),
        ({"/state/setup_digest": "sha256:" + "0" * 64}, "REV.STATE_CHANGED"),
    ],
)
def test_basis_that_is_not_the_newest_state_denies(patch: dict[str, Any], code: str) -> None:
    verdict = judged(patch)
    assert (verdict.verdict, codes(verdict)) == ("deny", [code])
    assert status(verdict, "telemetry.basis") == "failed"


def test_foreign_basis_with_a_changed_setup_says_both() -> None:
    patch = {"/proposal/based_on/instance_id": "ins_OTHER", "/proposal/based_on/digest": "sha256:" + "0" * 64}
    assert codes(judged(patch)) == ["REV.STATE_CHANGED", "TELEM.INSTANCE_MISMATCH"]


@pytest.mark.parametrize(("age_s", "verdict"), [(0, "allow"), (30, "allow"), (30.000001, "deny")])
def test_basis_is_as_young_as_the_policy_wants(age_s: float, verdict: str) -> None:
    seen_us = NOW_US - round(age_s * SECOND_US)
    scene = Scene({"/proposal/based_on/seq": 900}, sampled_us={900: seen_us})
    assert scene.judge().verdict == verdict


def test_policy_says_how_old_a_basis_may_be() -> None:
    scene = Scene(
        {"/proposal/based_on/seq": 900, "/policy/policy/basis_age_s": 0.5}, sampled_us={900: NOW_US - SECOND_US}
    )
    reason = reason_of(scene.judge(), "TELEM.BASIS_STALE")
    assert (reason.params.observed, reason.params.limit) == (1, 0.5)


def test_basis_without_a_digest_is_judged_by_its_age() -> None:
    assert judged({"/proposal/based_on/digest": None}).verdict == "allow"


@pytest.mark.parametrize(
    ("signal", "code"),
    [
        ({"v": None, "u": "%", "q": "unavailable"}, "TELEM.SIGNAL_MISSING"),
        ({"v": None, "u": "%", "q": "good"}, "TELEM.SIGNAL_MISSING"),
        ({"v": 5, "u": "%", "q": "unavailable"}, "TELEM.SIGNAL_MISSING"),
        ({"v": 5, "u": "%", "q": "stale"}, "TELEM.STALE"),
        ({"v": 5, "u": "%", "q": "bad"}, "TELEM.QUALITY_BAD"),
        ({"v": "5", "u": "%", "q": "good"}, "TELEM.NOT_FINITE"),
        ({"v": float("nan"), "u": "%", "q": "good"}, "TELEM.NOT_FINITE"),
        ({"v": float("inf"), "u": "%", "q": "good"}, "TELEM.NOT_FINITE"),
        ({"v": 5, "u": "kW", "q": "good"}, "TELEM.UNIT_MISMATCH"),
        ({"v": 5, "q": "good"}, "TELEM.UNIT_MISMATCH"),
    ],
)
def test_listed_signal_that_is_no_good_denies(signal: dict[str, Any], code: str) -> None:
    verdict = judged({LOAD: signal})
    assert (verdict.verdict, codes(verdict)) == ("deny", [code])
    assert verdict.reasons[0].params.field == "spindle_load"


@pytest.mark.parametrize("signal", [{"v": None, "u": "%", "q": "unavailable"}, {"v": 5, "u": "kW", "q": "bad"}])
def test_signal_that_the_card_does_not_list_is_not_asked_for(signal: dict[str, Any]) -> None:
    patch = {LOAD: signal, "/machine/sensors": ["spindle_speed", "feed_rate", "coolant_flow"]}
    assert judged(patch).verdict == "allow"


def test_every_bad_signal_is_named() -> None:
    patch: dict[str, Any] = {"/state/values": {}}
    fields = [reason.params.field for reason in judged(patch).reasons]
    assert sorted(str(field) for field in fields) == ["coolant_flow", "feed_rate", "spindle_load", "spindle_speed"]


def test_uncertain_signal_is_a_warning_of_its_source() -> None:
    assert judged({LOAD: {"v": 5, "u": "%", "q": "uncertain"}}).verdict == "allow"


def test_overload_for_seconds_is_a_fact_and_no_fault() -> None:
    assert judged({LOAD: {"v": 176, "u": "%", "q": "good"}}).verdict == "allow"


def test_machine_without_numeric_sensors_has_nothing_to_check() -> None:
    verdict = judged({"/machine/sensors": []})
    assert status(verdict, "telemetry.signals") == "not_applicable"
    assert status(verdict, "telemetry.load") == "not_applicable"


@pytest.mark.parametrize(
    ("age_s", "execution", "expected"),
    [
        (LOAD_SILENT_S, "ACTIVE", "allow"),
        (LOAD_SILENT_S + 1, "ACTIVE", "deny"),
        (600, "ACTIVE", "deny"),
        (600, "READY", "allow"),
        (600, "STOPPED", "allow"),
    ],
)
def test_a_load_that_is_not_reported_is_not_believed_in_a_cut(age_s: float, execution: str, expected: str) -> None:
    verdict = judged({"/state/seen_at/spindle_load": ago(age_s), "/state/execution": execution})
    assert verdict.verdict == expected
    if expected == "deny":
        assert codes(verdict) == ["TELEM.STALE"]
        assert verdict.reasons[0].params.field == "spindle_load"
        assert status(verdict, "telemetry.load") == "failed"


@pytest.mark.parametrize(
    ("still_s", "execution", "load", "expected"),
    [
        (LOAD_FROZEN_S - 0.000001, "ACTIVE", 12.5, "allow"),
        (LOAD_FROZEN_S, "ACTIVE", 12.5, "deny"),
        (600, "ACTIVE", 12.5, "deny"),
        (600, "ACTIVE", 0.1, "deny"),
        (600, "ACTIVE", 0, "allow"),
        (600, "READY", 12.5, "allow"),
        (-1, "ACTIVE", 12.5, "allow"),
    ],
)
def test_a_load_that_stands_still_is_not_believed_in_a_cut(
    still_s: float, execution: str, load: float, expected: str
) -> None:
    """It is reported all the time, always good, always the same."""
    verdict = judged({"/state/trend/load_changed_at": ago(still_s), "/state/execution": execution, LOAD + "/v": load})
    assert verdict.verdict == expected
    if expected == "deny":
        assert codes(verdict) == ["TELEM.LOAD_FROZEN"]
        params = verdict.reasons[0].params
        assert (params.field, params.observed, params.limit) == ("spindle_load", still_s, LOAD_FROZEN_S)
        assert params.margin == LOAD_FROZEN_S - still_s
        assert status(verdict, "telemetry.load") == "failed"


@pytest.mark.parametrize("value", [None, float("nan"), "40"])
def test_a_load_that_is_no_number_does_not_pass_for_an_idle_spindle(value: Any) -> None:
    verdict = judged({"/state/trend/load_changed_at": ago(600), LOAD + "/v": value})
    assert "TELEM.LOAD_FROZEN" in codes(verdict)


def test_a_load_that_is_silent_and_stands_still_is_both() -> None:
    verdict = judged({"/state/trend/load_changed_at": ago(600), "/state/seen_at/spindle_load": ago(600)})
    assert codes(verdict) == ["TELEM.LOAD_FROZEN", "TELEM.STALE"]


def test_where_nothing_follows_the_load_only_its_age_counts() -> None:
    for trend in (None, {}, {"load_changed_at": None}):
        assert judged({"/state/trend": trend}).verdict == "allow"
    assert judged({"/state/trend/load_changed_at": ago(600), "/machine/sensors": []}).verdict == "allow"


def test_evidence_of_another_machine_is_an_engine_fault() -> None:
    verdict = judged({"/state/machine_id": "CNC-002"})
    assert (verdict.verdict, verdict.primary_code) == ("indeterminate", "ENG.CHECK_FAILED")
