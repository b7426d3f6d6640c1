"""The machine: known, willing and ready; an interlock that is unknown is active."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.auditor.scene import check_code, codes, judged, reason_of, status

OFFSET = {"operation": "offset_write", "params": {"offset_x": {"value": 2, "unit": "mm"}}}


def test_unknown_machine_denies_and_leaves_the_rest_open() -> None:
    verdict = judged({"/proposal/subject": "machine/CNC-999"})
    assert (verdict.verdict, codes(verdict)) == ("deny", ["FLEET.MACHINE_UNKNOWN"])
    assert verdict.reasons[0].params.observed == "CNC-999"
    assert status(verdict, "telemetry.received") == "not_evaluable"
    assert check_code(verdict, "machine.writable") == "FLEET.MACHINE_UNKNOWN"


@pytest.mark.parametrize(
    ("patch", "code", "check"),
    [
        ({"/machine/writable": False}, "FLEET.NOT_WRITABLE", "machine.writable"),
        ({"/machine/operations": ["override"]}, "MACH.OPERATION_NOT_SUPPORTED", "machine.operation"),
        ({"/machine/operations": []}, "MACH.OPERATION_NOT_SUPPORTED", "machine.operation"),
        ({"/state/connection": "offline"}, "MACH.UNAVAILABLE", "machine.connection"),
        ({"/state/connection": "connecting"}, "MACH.UNAVAILABLE", "machine.connection"),
        ({"/state/connection": "faulted"}, "MACH.UNAVAILABLE", "machine.connection"),
        ({"/state/execution": "UNAVAILABLE"}, "MACH.UNAVAILABLE", "machine.connection"),
        ({"/state/mode": "MANUAL"}, "MACH.MODE_NOT_AUTOMATIC", "machine.mode"),
        ({"/state/mode": "MANUAL_DATA_INPUT"}, "MACH.MODE_NOT_AUTOMATIC", "machine.mode"),
        ({"/state/mode": "automatic"}, "MACH.MODE_NOT_AUTOMATIC", "machine.mode"),
        ({"/state/interlocks/alarms": ["2041: overload"]}, "MACH.ALARM_ACTIVE", "interlock.alarms"),
        ({"/state/interlocks/door_open": True}, "MACH.DOOR_OPEN", "interlock.door"),
        ({"/state/interlocks/estop": True}, "MACH.ESTOP_ACTIVE", "interlock.estop"),
        ({"/state/interlocks/feed_hold": True}, "MACH.FEED_HOLD_ACTIVE", "interlock.feed_hold"),
        ({"/state/execution": "FEED_HOLD"}, "MACH.FEED_HOLD_ACTIVE", "interlock.feed_hold"),
        (
            {"/state/execution": "FEED_HOLD", "/state/interlocks/feed_hold": True},
            "MACH.FEED_HOLD_ACTIVE",
            "interlock.feed_hold",
        ),
        ({"/state/interlocks/alarms": None}, "MACH.INTERLOCK_UNKNOWN", "interlock.alarms"),
        ({"/state/interlocks/door_open": None}, "MACH.INTERLOCK_UNKNOWN", "interlock.door"),
        ({"/state/interlocks/estop": None}, "MACH.INTERLOCK_UNKNOWN", "interlock.estop"),
        ({"/state/interlocks/feed_hold": None}, "MACH.INTERLOCK_UNKNOWN", "interlock.feed_hold"),
    ],
)
def test_machine_that_is_not_ready_denies(patch: dict[str, Any], code: str, check: str) -> None:
    verdict = judged(patch)
    assert (verdict.verdict, codes(verdict)) == ("deny", [code])
    assert status(verdict, check) == "failed"
    assert check_code(verdict, check) == code
    assert verdict.clamped_proposal is None


@pytest.mark.parametrize(
    ("interlock", "attribute"),
    [("alarms", "alarms"), ("door", "door_open"), ("estop", "estop"), ("feed_hold", "feed_hold")],
)
def test_interlock_that_the_machine_does_not_report_is_not_applicable(interlock: str, attribute: str) -> None:
    listed = [name for name in ("alarms", "door", "estop", "feed_hold") if name != interlock]
    verdict = judged({"/machine/interlocks": listed, f"/state/interlocks/{attribute}": None})
    assert verdict.verdict == "allow"
    assert status(verdict, f"interlock.{interlock}") == "not_applicable"


def test_reported_interlock_counts_even_if_the_card_forgot_it() -> None:
    assert codes(judged({"/machine/interlocks": [], "/state/interlocks/estop": True})) == ["MACH.ESTOP_ACTIVE"]


@pytest.mark.parametrize(("sensor", "attribute"), [("mode", "mode"), ("execution", "execution")])
def test_listed_state_that_is_unknown_denies(sensor: str, attribute: str) -> None:
    sensors = ["spindle_speed", "feed_rate", "spindle_load", "coolant_flow", sensor]
    verdict = judged({"/machine/sensors": sensors, f"/state/{attribute}": None})
    assert codes(verdict) == ["MACH.INTERLOCK_UNKNOWN"]
    assert verdict.reasons[0].params.field == sensor


@pytest.mark.parametrize("attribute", ["mode", "execution"])
def test_state_that_the_machine_does_not_have_is_not_asked_for(attribute: str) -> None:
    assert judged({f"/state/{attribute}": None}).verdict == "allow"


def test_every_alarm_is_named() -> None:
    verdict = judged({"/state/interlocks/alarms": ["1: a", "2: b"]})
    assert [reason.params.observed for reason in verdict.reasons] == ["1: a", "2: b"]


def test_all_interlocks_at_once_are_all_said() -> None:
    verdict = judged(
        {
            "/state/interlocks": {"alarms": ["x"], "door_open": True, "estop": True, "feed_hold": True},
            "/state/mode": "MANUAL",
        }
    )
    assert set(codes(verdict)) == {
        "MACH.ALARM_ACTIVE",
        "MACH.DOOR_OPEN",
        "MACH.ESTOP_ACTIVE",
        "MACH.FEED_HOLD_ACTIVE",
        "MACH.MODE_NOT_AUTOMATIC",
    }
    assert verdict.reasons[0].severity == "critical"


def test_interlocks_hold_for_every_operation() -> None:
    assert "MACH.DOOR_OPEN" in codes(judged({"/proposal/action": OFFSET, "/state/interlocks/door_open": True}))


def test_taken_operations_are_offered() -> None:
    reason = reason_of(judged({"/machine/operations": ["override", "start"]}), "MACH.OPERATION_NOT_SUPPORTED")
    assert reason.remedies[0].one_of == ["override", "start"]


def test_unreadable_operation_leaves_the_check_open() -> None:
    verdict = judged({"/proposal/action/operation": "turbo"})
    assert status(verdict, "machine.operation") == "not_evaluable"
    assert codes(verdict) == ["PROP.VALUE_NOT_LISTED"]
