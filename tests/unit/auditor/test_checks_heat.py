"""Spindle temperature, its gradient, and coolant where tool or material need it."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.unit.auditor.scene import AIR, check_code, codes, judged, reason_of, status

SENSED = {"/machine/sensors": ["spindle_speed", "feed_rate", "spindle_load", "coolant_flow", "spindle_temperature"]}
FLOW = "/state/values/coolant_flow/v"
WET = {"/material/coolant": True}
NO_FLOW_SENSOR = {"/machine/sensors": ["spindle_speed", "feed_rate", "spindle_load"]}
GIVEN = "/proposal/action/params/coolant_flow"


def _warm(degrees: Any, rate: float | None = 0.0) -> dict[str, Any]:
    return {
        **SENSED,
        "/state/values/spindle_temperature": {"v": degrees, "u": "degC", "q": "good"},
        "/state/trend": {"temperature_rate": rate},
    }


@pytest.mark.parametrize(("degrees", "code"), [(70, "OK.WITHIN_LIMITS"), (70.1, "THERM.SPINDLE_ABOVE_MAX")])
def test_spindle_has_a_greatest_temperature(degrees: float, code: str) -> None:
    verdict = judged(_warm(degrees))
    assert codes(verdict) == [code]
    assert judged({**_warm(degrees), "/machine/spindle_temperature_max": 80}).verdict == "allow"


@pytest.mark.parametrize(
    ("rate", "code"), [(5, "OK.WITHIN_LIMITS"), (5.01, "THERM.GRADIENT_ABOVE_MAX"), (-9, "OK.WITHIN_LIMITS")]
)
def test_spindle_warms_up_slowly(rate: float, code: str) -> None:
    verdict = judged(_warm(40, rate))
    assert codes(verdict) == [code]
    if rate > 5:
        assert verdict.reasons[0].params.unit == "degC/min"


@pytest.mark.parametrize("trend", [None, {"temperature_rate": None}])
def test_gradient_that_was_not_seen_is_told_and_does_not_deny(trend: dict[str, Any] | None) -> None:
    verdict = judged({**_warm(40), "/state/trend": trend})
    assert check_code(verdict, "thermal.gradient") == "THERM.GRADIENT_NOT_SEEN"
    assert status(verdict, "thermal.gradient") == "not_evaluable"
    assert verdict.verdict == "allow"


def test_no_number_denies() -> None:
    assert judged(_warm(math.nan)).verdict == "deny"
    assert codes(judged(_warm(40, math.nan))) == ["THERM.GRADIENT_ABOVE_MAX"]
    missing = judged(_warm(None))
    assert (codes(missing), check_code(missing, "thermal.spindle")) == (
        ["TELEM.SIGNAL_MISSING"],
        "TELEM.SIGNAL_MISSING",
    )


@pytest.mark.parametrize(
    "patch",
    [
        {},
        {**_warm(90, 9), "/machine/spindle_temperature_max": None, "/machine/temperature_rate_max": None},
        {**_warm(90, 9), **AIR},
    ],
)
def test_temperature_is_asked_for_only_where_it_is_measured_limited_and_cut(patch: dict[str, Any]) -> None:
    verdict = judged(patch)
    assert {status(verdict, name) for name in ("thermal.spindle", "thermal.gradient")} == {"not_applicable"}


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({}, "OK.WITHIN_LIMITS"),
        ({"/state/setup/coolant": False}, "THERM.COOLANT_REQUIRED"),
        ({FLOW: 0}, "THERM.COOLANT_REQUIRED"),
        ({FLOW: 0, "/state/execution": "READY"}, "OK.WITHIN_LIMITS"),
        ({FLOW: 5, "/state/setup/coolant": None}, "OK.WITHIN_LIMITS"),
        ({**NO_FLOW_SENSOR, "/state/setup/coolant": None}, "MACH.SETTING_UNKNOWN"),
        ({**NO_FLOW_SENSOR, "/state/setup/coolant": None, "/machine/coolant_flow_min": 1}, "MACH.SETTING_UNKNOWN"),
        ({**NO_FLOW_SENSOR, "/state/setup/coolant": False}, "THERM.COOLANT_REQUIRED"),
        ({GIVEN: {"value": 0, "unit": "L/min"}}, "THERM.COOLANT_REQUIRED"),
        ({GIVEN: {"value": 5, "unit": "L/min"}, "/state/setup/coolant": False}, "OK.WITHIN_LIMITS"),
    ],
)
def test_what_must_not_be_cut_dry_is_cut_wet(patch: dict[str, Any], expected: str) -> None:
    assert codes(judged({**WET, **patch})) == [expected]


def test_tool_may_need_coolant_too_and_is_named() -> None:
    reason = reason_of(judged({"/tool/uses/0/coolant": True, "/state/setup/coolant": False}), "THERM.COOLANT_REQUIRED")
    assert reason.rule_id == "tool:EM12-4:uses:P"
    assert reason_of(judged({**WET, FLOW: 0}), "THERM.COOLANT_REQUIRED").rule_id == "material:steel-qt-250hb:coolant"


def test_dry_cut_is_a_cut() -> None:
    assert status(judged({"/state/setup/coolant": False, FLOW: 0}), "thermal.coolant") == "not_applicable"
    assert judged({**WET, **AIR, "/state/setup/coolant": False}).verdict == "allow"
