"""Limits: exactly at one is allowed, the next number beyond is denied, and all of them are said."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.unit.auditor.scene import (
    AIR,
    AXIAL,
    FEED,
    RADIAL,
    SPEED,
    check_code,
    codes,
    judged,
    reason_of,
    status,
)

OVERRIDE = "/proposal/action"


def _override(name: str, value: float) -> dict[str, Any]:
    return {"operation": "override", "params": {name: {"value": value, "unit": "%"}}}


def _offset(name: str, value: float) -> dict[str, Any]:
    return {OVERRIDE: {"operation": "offset_write", "params": {name: {"value": value, "unit": "mm"}}}}


WIDE = {"/tool/spindle_speed_min": 0, "/tool/spindle_speed_max": 99999}
UPPER = [
    pytest.param(SPEED, 12000.0, WIDE, "MACH.SPEED_ABOVE_MAX", "limit.spindle_speed", id="machine-speed"),
    pytest.param(FEED, 10000.0, {}, "MACH.FEED_ABOVE_MAX", "limit.feed_rate", id="machine-feed"),
    pytest.param(
        SPEED, 9000.0, {"/tool/spindle_speed_max": 9000}, "TOOL.SPEED_ABOVE_RATING", "tool.speed", id="tool-speed"
    ),
    pytest.param(AXIAL, 26.0, {}, "TOOL.AXIAL_DEPTH_ABOVE_FLUTE", "tool.axial_depth", id="flute"),
    pytest.param(RADIAL, 12.0, {}, "TOOL.RADIAL_DEPTH_ABOVE_DIAMETER", "tool.radial_depth", id="diameter"),
]
LOWER = [
    pytest.param(SPEED, 100.0, WIDE, "MACH.SPEED_BELOW_MIN", "limit.spindle_speed", id="machine-speed"),
    pytest.param(FEED, 1.0, {}, "MACH.FEED_BELOW_MIN", "limit.feed_rate", id="machine-feed"),
    pytest.param(SPEED, 500.0, {}, "TOOL.SPEED_BELOW_RATING", "tool.speed", id="tool-speed"),
]


@pytest.mark.parametrize(("path", "limit", "patch", "code", "check"), UPPER)
def test_upper_limit_is_closed(path: str, limit: float, patch: dict[str, Any], code: str, check: str) -> None:
    at = judged({**AIR, **patch, path + "/value": limit})
    assert (at.verdict, status(at, check)) == ("allow", "passed")
    over = judged({**AIR, **patch, path + "/value": math.nextafter(limit, math.inf)})
    assert (over.verdict, codes(over), check_code(over, check)) == ("deny", [code], code)
    reason = over.reasons[0]
    assert reason.params.limit == limit
    assert reason.params.margin is not None
    assert reason.params.margin < 0
    assert reason.path == path.removeprefix("/proposal")


@pytest.mark.parametrize(("path", "limit", "patch", "code", "check"), LOWER)
def test_lower_limit_is_closed(path: str, limit: float, patch: dict[str, Any], code: str, check: str) -> None:
    at = judged({**AIR, **patch, path + "/value": limit})
    assert (at.verdict, status(at, check)) == ("allow", "passed")
    under = judged({**AIR, **patch, path + "/value": math.nextafter(limit, 0)})
    assert (under.verdict, codes(under), check_code(under, check)) == ("deny", [code], code)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("spindle_override", 120, None),
        ("spindle_override", 121, "MACH.OVERRIDE_ABOVE_MAX"),
        ("spindle_override", 50, None),
        ("spindle_override", 49, "MACH.OVERRIDE_BELOW_MIN"),
        ("feed_override", 150, None),
        ("feed_override", 151, "MACH.OVERRIDE_ABOVE_MAX"),
        ("feed_override", 0, None),
    ],
)
def test_overrides_have_their_box(name: str, value: float, code: str | None) -> None:
    verdict = judged({OVERRIDE: _override(name, value)})
    assert codes(verdict) == ([code] if code else ["OK.WITHIN_LIMITS"])


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("offset_x", 400, None),
        ("offset_x", 400.001, "MACH.TRAVEL_ABOVE_MAX"),
        ("offset_x", -400, None),
        ("offset_x", -400.001, "MACH.TRAVEL_BELOW_MIN"),
        ("offset_y", 251, "MACH.TRAVEL_ABOVE_MAX"),
        ("offset_z", 0, None),
        ("offset_z", 1, "MACH.TRAVEL_ABOVE_MAX"),
    ],
)
def test_offsets_stay_within_the_travel(name: str, value: float, code: str | None) -> None:
    verdict = judged(_offset(name, value))
    assert codes(verdict) == ([code] if code else ["OK.WITHIN_LIMITS"])


def test_axis_that_the_machine_does_not_have_takes_no_offset() -> None:
    patch = {**_offset("offset_y", 1), "/machine/axes": {"X": {"min": 0, "max": 1}}}
    assert codes(judged(patch)) == ["MACH.TRAVEL_ABOVE_MAX"]


def test_effective_limits_apply_only_where_an_override_acts() -> None:
    assert status(judged(), "limit.effective_feed") == "not_applicable"
    assert status(judged({"/state/setup/feed_override": 90}), "limit.effective_feed") == "passed"


def test_slowed_speed_is_held_to_the_tools_rating() -> None:
    verdict = judged({**AIR, SPEED + "/value": 900, "/state/setup/spindle_override": 50})
    assert codes(verdict) == ["TOOL.SPEED_BELOW_RATING"]
    assert verdict.reasons[0].params.field == "effective_speed"


def test_every_violated_limit_is_said() -> None:
    patch = {SPEED + "/value": 99999, FEED + "/value": 99999, AXIAL + "/value": 500, RADIAL + "/value": 500}
    assert set(codes(judged(patch))) == {
        "MACH.FEED_ABOVE_MAX",
        "MACH.SPEED_ABOVE_MAX",
        "TOOL.AXIAL_DEPTH_ABOVE_FLUTE",
        "TOOL.HOLDER_SPEED_ABOVE_RATING",
        "TOOL.RADIAL_DEPTH_ABOVE_DIAMETER",
        "TOOL.SPEED_ABOVE_RATING",
    }


def test_unreadable_parameter_does_not_hide_the_others() -> None:
    verdict = judged({SPEED + "/unit": "rpm", FEED + "/value": 99999})
    assert set(codes(verdict)) == {"PROP.UNIT_UNKNOWN", "MACH.FEED_ABOVE_MAX"}
    assert status(verdict, "limit.spindle_speed") == "not_evaluable"
    assert verdict.clamped_proposal is None


def test_unknown_tool_leaves_its_limits_open() -> None:
    verdict = judged({"/tool/id": "EM99"})
    assert check_code(verdict, "tool.axial_depth") == "TOOL.CARD_UNKNOWN"


def test_reason_names_the_card_entry() -> None:
    reason = reason_of(judged({"/machine/feed_rate_max": 700}), "MACH.FEED_ABOVE_MAX")
    assert reason.rule_id == "machine:CNC-001:feed_rate"
    assert reason.params.unit == "mm/min"


COOLED = {"/machine/coolant_flow_min": 10}
FLOW = "/state/values/coolant_flow/v"
NO_SENSOR = {"/machine/sensors": ["spindle_speed", "feed_rate", "spindle_load"]}


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({}, "OK.WITHIN_LIMITS"),
        ({FLOW: 10}, "OK.WITHIN_LIMITS"),
        ({FLOW: 9.999}, "MACH.COOLANT_BELOW_MIN"),
        ({FLOW: 0}, "MACH.COOLANT_BELOW_MIN"),
        ({FLOW: 0, "/state/execution": "READY"}, "OK.WITHIN_LIMITS"),
        ({FLOW: 5, "/state/execution": "READY"}, "MACH.COOLANT_BELOW_MIN"),
        ({FLOW: 0, "/state/execution": "READY", "/state/setup/coolant": False}, "MACH.COOLANT_BELOW_MIN"),
        ({FLOW: 0, "/state/execution": "READY", "/state/setup/coolant": None}, "MACH.SETTING_UNKNOWN"),
        (NO_SENSOR, "OK.WITHIN_LIMITS"),
        ({**NO_SENSOR, "/state/setup/coolant": False}, "MACH.COOLANT_BELOW_MIN"),
        ({**NO_SENSOR, "/state/setup/coolant": None}, "MACH.SETTING_UNKNOWN"),
        ({"/proposal/action/params/coolant_flow": {"value": 0, "unit": "L/min"}}, "MACH.COOLANT_BELOW_MIN"),
        ({FLOW: 0, "/proposal/action/params/coolant_flow": {"value": 10, "unit": "L/min"}}, "OK.WITHIN_LIMITS"),
    ],
)
def test_coolant_flows_while_cutting(patch: dict[str, Any], expected: str) -> None:
    assert codes(judged({**COOLED, **patch})) == [expected]


@pytest.mark.parametrize("patch", [{"/machine/coolant_flow_min": 0}, {**COOLED, **_offset("offset_x", 1)}])
def test_coolant_is_not_asked_for_where_none_is_needed(patch: dict[str, Any]) -> None:
    assert status(judged({FLOW: 0, **patch}), "coolant.flow") == "not_applicable"


def _limit(**limit: Any) -> dict[str, Any]:
    return {"/policy/limit": [limit]}


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        ({"field": "spindle_speed", "max": 3183}, None),
        ({"field": "spindle_speed", "max": 3182}, "MACH.POLICY_LIMIT_ABOVE"),
        ({"field": "spindle_speed", "min": 3184}, "MACH.POLICY_LIMIT_BELOW"),
        ({"field": "feed_rate", "max": 30, "unit": "in/min"}, "MACH.POLICY_LIMIT_ABOVE"),
        ({"field": "effective_feed", "max": 763}, "MACH.POLICY_LIMIT_ABOVE"),
        ({"field": "spindle_load", "max": 12.5}, None),
        ({"field": "spindle_load", "max": 12}, "MACH.POLICY_LIMIT_ABOVE"),
        ({"field": "vibration", "max": 1}, None),
        ({"field": "spindle_speed", "max": 1, "machine": "CNC-002"}, None),
        ({"field": "spindle_speed", "max": 1, "machine": "CNC-001"}, "MACH.POLICY_LIMIT_ABOVE"),
    ],
)
def test_policy_limits(limit: dict[str, Any], code: str | None) -> None:
    assert codes(judged(_limit(**limit))) == ([code] if code else ["OK.WITHIN_LIMITS"])


def test_every_policy_limit_is_said_with_its_name() -> None:
    limits = [{"id": f"l{speed}", "field": "spindle_speed", "max": speed} for speed in (3000, 3500, 2000)]
    verdict = judged({"/policy/limit": limits})
    assert [reason.rule_id for reason in verdict.reasons] == ["l2000", "l3000"]
    assert [reason.params.limit for reason in verdict.reasons] == [2000, 3000]


def test_signal_over_a_policy_limit_cannot_be_clamped_away() -> None:
    verdict = judged({**_limit(field="spindle_load", max=12), "/machine/feed_rate_max": 700})
    assert verdict.clamped_proposal is None
