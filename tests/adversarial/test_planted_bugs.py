"""A check that is taken out is missed: for each one there is a case that only it denies.

Every row is a guard and a case. As it stands, the case is denied with the guard's code; with the guard taken out, that
code is gone. So a test that holds the case goes red when the guard breaks.
"""

from __future__ import annotations

import math
from typing import Any

import pytest

from chargehand.auditor import boxes, checks_call, checks_rules, judge, quantity
from chargehand.auditor.case import Question, box_findings, question
from chargehand.auditor.checks_content import OTHER_CONTENT
from chargehand.auditor.clamp import clamp
from chargehand.auditor.finding import Finding
from chargehand.auditor.judge import QUESTIONS
from chargehand.contracts.reasons import reason_code
from tests.unit.auditor.scene import AIR, AXIAL, FEED, RADIAL, SPEED, ago, call_scene, codes, judged

OFFSET = {"operation": "offset_write", "params": {"offset_x": {"value": 500, "unit": "mm"}}}
OVERRIDE = {"operation": "override", "params": {"feed_override": {"value": 140, "unit": "%"}}}
SPIN = {"operation": "override", "params": {"spindle_override": {"value": 120, "unit": "%"}}}


def _offset(name: str) -> dict[str, Any]:
    return {"/proposal/action": {"operation": "offset_write", "params": {name: {"value": 900, "unit": "mm"}}}}


CUT = {
    "cut.known": "TOOL.KIND_MISMATCH",
    "cut.curve": "CUT.CURVE_MISSING",
    "cut.power": "CUT.POWER_ABOVE_S1",
    "cut.torque": "CUT.TORQUE_ABOVE_CURVE",
    "cut.force": "CUT.FORCE_ABOVE_MAX",
    "cut.deflection": "CUT.DEFLECTION_ABOVE_MAX",
    "tool.holder_torque": "TOOL.HOLDER_TORQUE_ABOVE_RATING",
    "tool.material": "TOOL.MATERIAL_NOT_RATED",
    "tool.stickout": "TOOL.STICKOUT_ABOVE_RATING",
    "tool.wear": "TOOL.WEAR_ABOVE_MAX",
    "cut.chip_load": "CUT.CHIP_LOAD_ABOVE_MAX",
    "cut.cutting_speed": "CUT.SPEED_ABOVE_BAND",
    "tool.life": "TOOL.LIFE_BELOW_MIN",
    "cut.corner_acceleration": "CUT.CORNER_ACCELERATION",
    "cut.corner_jerk": "CUT.CORNER_JERK",
    "cut.chatter": "CUT.CHATTER_UNSTABLE",
    "thermal.spindle": "THERM.SPINDLE_ABOVE_MAX",
    "thermal.gradient": "THERM.GRADIENT_ABOVE_MAX",
    "thermal.coolant": "THERM.COOLANT_REQUIRED",
}
"""Checks of the cut: what each is there for is the positive example of this code."""


def _positive(code: str) -> tuple[dict[str, Any], str]:
    return reason_code(code).positive.given, code


CHANGE: dict[str, tuple[dict[str, Any], str]] = {
    "content.kind": ({"/proposal/kind": "window.open"}, "PROP.KIND_NOT_SERVED"),
    "content.fields": ({"/proposal/approved": True}, "PROP.FIELD_UNKNOWN"),
    "content.subject": ({"/proposal/subject": "CNC-001"}, "PROP.SUBJECT_INVALID"),
    "content.expiry": ({"/proposal/expires_at": "2000-01-01T00:00:00Z"}, "PROP.EXPIRED"),
    "content.basis": ({"/proposal/based_on": 5}, "PROP.TYPE_INVALID"),
    "content.action": ({SPEED + "/value": "fast"}, "PROP.TYPE_INVALID"),
    "machine.known": ({"/proposal/subject": "machine/none"}, "FLEET.MACHINE_UNKNOWN"),
    "telemetry.received": ({"/state": None}, "TELEM.NOT_RECEIVED"),
    "telemetry.fresh": ({"/state/ts_ingest": ago(60), "/state/ts_source": ago(60)}, "TELEM.STALE"),
    "telemetry.clock": ({"/state/ts_source": ago(300)}, "TELEM.CLOCK_SKEW"),
    "telemetry.source": ({"/state/source": "live"}, "TELEM.SOURCE_MISMATCH"),
    "telemetry.basis": ({"/proposal/based_on/instance_id": "x"}, "TELEM.INSTANCE_MISMATCH"),
    "telemetry.signals": ({"/state/values/spindle_load/v": None}, "TELEM.SIGNAL_MISSING"),
    "telemetry.load": ({"/state/trend/load_changed_at": ago(600)}, "TELEM.LOAD_FROZEN"),
    "machine.writable": ({"/machine/writable": False}, "FLEET.NOT_WRITABLE"),
    "machine.operation": ({"/machine/operations": []}, "MACH.OPERATION_NOT_SUPPORTED"),
    "machine.connection": ({"/state/connection": "offline"}, "MACH.UNAVAILABLE"),
    "machine.mode": ({"/state/mode": "MANUAL"}, "MACH.MODE_NOT_AUTOMATIC"),
    "interlock.alarms": ({"/state/interlocks/alarms": ["x"]}, "MACH.ALARM_ACTIVE"),
    "interlock.door": ({"/state/interlocks/door_open": True}, "MACH.DOOR_OPEN"),
    "interlock.estop": ({"/state/interlocks/estop": True}, "MACH.ESTOP_ACTIVE"),
    "interlock.feed_hold": ({"/state/interlocks/feed_hold": True}, "MACH.FEED_HOLD_ACTIVE"),
    "setup.tool": ({"/state/setup/tool": "FM50-5"}, "TOOL.NOT_LOADED"),
    "setup.settings": ({"/proposal/action": OVERRIDE, "/state/setup/feed_rate": None}, "MACH.SETTING_UNKNOWN"),
    "setup.material": ({"/state/setup/material": "brass"}, "MACH.MATERIAL_MISMATCH"),
    "setup.program": ({"/proposal/action/program_sha256": "b" * 64}, "MACH.PROGRAM_MISMATCH"),
    "limit.spindle_speed": ({"/machine/spindle_speed_max": 3000}, "MACH.SPEED_ABOVE_MAX"),
    "limit.feed_rate": ({"/machine/feed_rate_max": 700}, "MACH.FEED_ABOVE_MAX"),
    "limit.spindle_override": (
        {"/proposal/action": SPIN, "/machine/spindle_override_max": 110},
        "MACH.OVERRIDE_ABOVE_MAX",
    ),
    "limit.feed_override": (
        {"/proposal/action": OVERRIDE, "/machine/feed_override_max": 110},
        "MACH.OVERRIDE_ABOVE_MAX",
    ),
    "limit.effective_speed": (
        {"/proposal/action": SPIN, "/state/setup/spindle_speed": 11000, "/tool/spindle_speed_max": 20000},
        "MACH.SPEED_ABOVE_MAX",
    ),
    "limit.effective_feed": ({"/proposal/action": OVERRIDE, "/state/setup/feed_rate": 9000}, "MACH.FEED_ABOVE_MAX"),
    "limit.offset_x": (_offset("offset_x"), "MACH.TRAVEL_ABOVE_MAX"),
    "limit.offset_y": (_offset("offset_y"), "MACH.TRAVEL_ABOVE_MAX"),
    "limit.offset_z": (_offset("offset_z"), "MACH.TRAVEL_ABOVE_MAX"),
    "tool.speed": ({"/tool/spindle_speed_max": 3000}, "TOOL.SPEED_ABOVE_RATING"),
    "tool.effective_speed": (
        {"/proposal/action": SPIN, "/tool/spindle_speed_max": 3599},
        "TOOL.SPEED_ABOVE_RATING",
    ),
    "tool.holder_speed": ({"/tool/holder/speed_max": 3000}, "TOOL.HOLDER_SPEED_ABOVE_RATING"),
    "tool.effective_holder_speed": (
        {"/proposal/action": SPIN, "/tool/holder/speed_max": 3599},
        "TOOL.HOLDER_SPEED_ABOVE_RATING",
    ),
    "tool.axial_depth": ({AXIAL + "/value": 27}, "TOOL.AXIAL_DEPTH_ABOVE_FLUTE"),
    "tool.radial_depth": ({RADIAL + "/value": 13}, "TOOL.RADIAL_DEPTH_ABOVE_DIAMETER"),
    "coolant.flow": ({"/machine/coolant_flow_min": 90}, "MACH.COOLANT_BELOW_MIN"),
    "policy.limits": ({"/policy/limit": [{"field": "feed_rate", "max": 1}]}, "MACH.POLICY_LIMIT_ABOVE"),
    **{name: _positive(code) for name, code in CUT.items()},
    "policy.rules": (
        {"/policy/rule": [{"id": "r", "when": {"machine": "CNC-001"}, "deny": True}]},
        "MACH.RULE_DENIES",
    ),
}
ELSEWHERE = ("program.", "fleet.quarantine")
"""Checks of programs and of the quarantine list: their cases need more than a patch, and stand with their rooms."""


def _without(questions: tuple[Question, ...], name: str) -> tuple[Question, ...]:
    return tuple(question(name, lambda _case: None) if asked.name == name else asked for asked in questions)


def test_every_check_of_a_change_has_its_planted_bug() -> None:
    asked = [item.name for item in QUESTIONS["machine.change"]]
    assert list(CHANGE) == [name for name in asked if not name.startswith(ELSEWHERE)]


@pytest.mark.parametrize("name", CHANGE)
def test_check_that_is_taken_out_is_missed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    patch, code = CHANGE[name]
    verdict = judged(patch)
    assert code in codes(verdict)
    assert verdict.verdict == "deny"
    for kind, questions in QUESTIONS.items():
        monkeypatch.setitem(QUESTIONS, kind, _without(questions, name))
    monkeypatch.setattr(judge, "OTHER_CONTENT", _without(OTHER_CONTENT, name))
    assert code not in codes(judged(patch))


TOOL = {"name": "t", "effect": "read", "paths": ["/w"], "hosts": ["h"], "commands": ["ls"], "bounds": {"n": {"max": 1}}}
CALLED = {"tool": "t", "host": "h", "command": "ls"}
CALL: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], str]] = {
    "content.action": ({"tool": 5}, TOOL, {}, "PROP.TYPE_INVALID"),
    "tool.listed": ({"tool": "x"}, TOOL, {}, "TOOL.NOT_LISTED"),
    "tool.arguments": ({**CALLED, "arguments": {"n": 2}}, TOOL, {}, "TOOL.ARGUMENT_OUT_OF_RANGE"),
    "tool.paths": ({**CALLED, "paths": ["/etc"]}, TOOL, {}, "TOOL.PATH_OUTSIDE_ROOT"),
    "tool.host": ({**CALLED, "host": "evil"}, TOOL, {}, "TOOL.HOST_NOT_ALLOWED"),
    "tool.command": ({**CALLED, "command": "rm"}, TOOL, {}, "TOOL.COMMAND_NOT_ALLOWED"),
    "policy.rules": (
        CALLED,
        TOOL,
        {"/policy/rule": [{"id": "r", "when": {"tool": "t"}, "deny": True}]},
        "TOOL.RULE_DENIES",
    ),
    "tool.effect": (CALLED, TOOL, {"/policy/effects": {"read": "deny"}}, "TOOL.EFFECT_DENIED"),
}


def test_every_check_of_a_call_has_its_planted_bug() -> None:
    own = [asked.name for asked in QUESTIONS["tool.call"]]
    assert set(own) - set(CHANGE) <= set(CALL)


@pytest.mark.parametrize("name", CALL)
def test_call_check_that_is_taken_out_is_missed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    action, tool, patch, code = CALL[name]
    scene = call_scene(action, tool, patch=patch)
    assert code in codes(scene.judge())
    monkeypatch.setitem(QUESTIONS, "tool.call", _without(QUESTIONS["tool.call"], name))
    assert code not in codes(scene.judge())


def test_unchecked_unit_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert judged({FEED: {"value": 764, "unit": "mm/s"}}).verdict == "deny"
    assert judged({**AIR, FEED: {"value": 500, "unit": "in/min"}}).verdict == "deny"
    monkeypatch.setattr(quantity, "_unit", lambda *_: (1.0, 0.0))
    assert judged({FEED: {"value": 764, "unit": "mm/s"}}).verdict == "allow"
    assert judged({**AIR, FEED: {"value": 500, "unit": "in/min"}}).verdict == "allow"


def test_unchecked_value_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    patch = {**AIR, SPEED + "/value": True, "/machine/spindle_speed_min": 0, "/tool/spindle_speed_min": 0}
    assert judged(patch).verdict == "deny"
    monkeypatch.setattr(quantity, "_value", lambda *_, **__: None)
    assert judged(patch).verdict == "allow"


def test_skipped_second_judgement_of_the_clamp_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = {"id": "r", "when": {"field": "feed_rate", "above": 100}, "deny": True}
    patch = {SPEED + "/value": 99999, "/policy/rule": [rule]}
    assert judged(patch).clamped_proposal is None
    monkeypatch.setattr(judge, "clamp", lambda case, _again: clamp(case, lambda _body: False))
    assert judged(patch).clamped_proposal is not None


def test_inverted_priority_of_verdicts_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [
        {"id": "a", "when": {"machine": "CNC-001"}, "allow": True},
        {"id": "d", "when": {"machine": "CNC-001"}, "deny": True},
    ]
    patch = {"/policy/rule": rules}
    assert judged(patch).verdict == "deny"
    monkeypatch.setattr(checks_rules, "Finding", _noted)
    assert judged(patch).verdict == "allow"


def _noted(**fields: Any) -> Finding:
    return Finding(**{**fields, "weight": "note"})


def test_shell_signs_that_are_not_looked_for_are_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = call_scene({**CALLED, "command": "ls && rm -rf /"}, TOOL)
    assert codes(scene.judge()) == ["TOOL.COMMAND_NOT_ALLOWED"]
    monkeypatch.setattr(checks_call, "_SHELL_SIGNS", frozenset())
    assert scene.judge().verdict == "allow"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_outside_of_every_box(value: float) -> None:
    found = box_findings(
        "f", value, (0.0, 1.0), ("MACH.FEED_BELOW_MIN", "MACH.FEED_ABOVE_MAX"), unit="mm", path=None, rule_id="r"
    )
    assert len(found) == 1


def test_boxes_name_their_own_field_and_codes() -> None:
    for box in boxes.BOXES:
        assert box.check.split(".")[0] in ("limit", "tool")
        assert box.codes[0] != box.codes[1]
        assert (box.owner == "tool") is box.check.startswith("tool.")
