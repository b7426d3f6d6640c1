"""The action of a machine change is a closed record; what cannot be read is spoiled, never replaced."""

from __future__ import annotations

from typing import Any

import pytest

from chargehand.auditor.change import CUTTING, OPERATIONS, PARAMETERS, Change, read_change
from chargehand.auditor.finding import Finding
from chargehand.auditor.quantity import Given
from chargehand.contracts.units import PARAMETER_DIMENSION

SPEED = {"value": 3000, "unit": "rev/min"}
DIGEST = "a" * 64


def _read(action: Any) -> tuple[Change | None, list[tuple[str, str | None]]]:
    found: list[Finding] = []
    change = read_change(action, found)
    return change, [(finding.code, finding.path) for finding in found]


def test_whole_change_is_read() -> None:
    change, found = _read(
        {
            "operation": "parameter_set",
            "tool": "T",
            "material": "M",
            "params": {"spindle_speed": SPEED, "feed_rate": {"value": 10, "unit": "in/min"}},
            "cut_time": {"value": 2, "unit": "min"},
            "engagement": "side",
            "cut_type": "finishing",
            "workpiece_diameter": {"value": 60, "unit": "mm"},
            "path_radius": {"value": 1, "unit": "in"},
            "program_sha256": "sha256:" + DIGEST,
        }
    )
    assert found == []
    assert change == Change(
        operation="parameter_set",
        params={"spindle_speed": Given(3000, "rev/min"), "feed_rate": Given(254.0, "in/min")},
        spoiled=set(),
        tool="T",
        material="M",
        program_sha256=DIGEST,
        cut_time=120.0,
        engagement="side",
        cut_type="finishing",
        workpiece_diameter=60,
        path_radius=25.4,
    )


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (None, [("PROP.TYPE_INVALID", "/action")]),
        ([], [("PROP.TYPE_INVALID", "/action")]),
        ("start", [("PROP.TYPE_INVALID", "/action")]),
        ({}, [("PROP.FIELD_MISSING", "/action/operation")]),
        ({"operation": None}, [("PROP.TYPE_INVALID", "/action/operation")]),
        ({"operation": 1}, [("PROP.TYPE_INVALID", "/action/operation")]),
        ({"operation": ["start"]}, [("PROP.TYPE_INVALID", "/action/operation")]),
        ({"operation": "turbo"}, [("PROP.VALUE_NOT_LISTED", "/action/operation")]),
        ({"operation": "parameter_set"}, [("PROP.EMPTY_CHANGE", "/action/params")]),
        ({"operation": "override", "params": {}}, [("PROP.EMPTY_CHANGE", "/action/params")]),
        ({"operation": "offset_write", "params": {}}, [("PROP.EMPTY_CHANGE", "/action/params")]),
        ({"operation": "macro", "params": []}, [("PROP.TYPE_INVALID", "/action/params")]),
        ({"operation": "macro", "params": None}, [("PROP.TYPE_INVALID", "/action/params")]),
        (
            {"operation": "macro", "params": {"spindle_speed": SPEED}},
            [("PROP.PARAMETER_UNKNOWN", "/action/params/spindle_speed")],
        ),
        (
            {"operation": "override", "params": {"feed_rate": SPEED}},
            [("PROP.PARAMETER_UNKNOWN", "/action/params/feed_rate")],
        ),
        ({"operation": "macro", "params": {"a/b": 1}}, [("PROP.PARAMETER_UNKNOWN", "/action/params/a~1b")]),
        ({"operation": "macro", "tool": 5}, [("PROP.TYPE_INVALID", "/action/tool")]),
        ({"operation": "macro", "material": ["M"]}, [("PROP.TYPE_INVALID", "/action/material")]),
        ({"operation": "macro", "approved": True}, [("PROP.FIELD_UNKNOWN", "/action/approved")]),
        ({"operation": "macro", "engagement": "down"}, [("PROP.VALUE_NOT_LISTED", "/action/engagement")]),
        ({"operation": "macro", "engagement": 1}, [("PROP.TYPE_INVALID", "/action/engagement")]),
        ({"operation": "macro", "cut_type": "fine"}, [("PROP.VALUE_NOT_LISTED", "/action/cut_type")]),
        ({"operation": "macro", "cut_type": True}, [("PROP.TYPE_INVALID", "/action/cut_type")]),
        (
            {"operation": "macro", "path_radius": {"value": 0, "unit": "mm"}},
            [("PROP.OUT_OF_DOMAIN", "/action/path_radius/value")],
        ),
        (
            {"operation": "macro", "path_radius": {"value": 5, "unit": "s"}},
            [("PROP.UNIT_DIMENSION", "/action/path_radius/unit")],
        ),
        ({"operation": "macro", "cut_time": 5}, [("PROP.TYPE_INVALID", "/action/cut_time")]),
        (
            {"operation": "macro", "cut_time": {"value": 0, "unit": "s"}},
            [("PROP.OUT_OF_DOMAIN", "/action/cut_time/value")],
        ),
        (
            {"operation": "macro", "cut_time": {"value": 5, "unit": "mm"}},
            [("PROP.UNIT_DIMENSION", "/action/cut_time/unit")],
        ),
        (
            {"operation": "macro", "workpiece_diameter": {"value": -1, "unit": "mm"}},
            [("PROP.OUT_OF_DOMAIN", "/action/workpiece_diameter/value")],
        ),
        ({"operation": "start"}, [("PROP.FIELD_MISSING", "/action/program_sha256")]),
        ({"operation": "program_load"}, [("PROP.FIELD_MISSING", "/action/program_sha256")]),
        ({"operation": "start", "program_sha256": "abc"}, [("PROP.TYPE_INVALID", "/action/program_sha256")]),
        ({"operation": "start", "program_sha256": DIGEST.upper()}, [("PROP.TYPE_INVALID", "/action/program_sha256")]),
        ({"operation": "start", "program_sha256": 5}, [("PROP.TYPE_INVALID", "/action/program_sha256")]),
    ],
)
def test_what_is_wrong_is_said_with_its_place(action: Any, expected: list[tuple[str, str]]) -> None:
    assert _read(action)[1] == expected


def test_all_faults_are_said_at_once() -> None:
    _, found = _read(
        {"operation": "turbo", "tool": 1, "params": {"spindle_speed": {"value": "x", "unit": "y"}}, "z": 1}
    )
    assert {code for code, _ in found} == {
        "PROP.FIELD_UNKNOWN",
        "PROP.VALUE_NOT_LISTED",
        "PROP.TYPE_INVALID",
        "PROP.UNIT_UNKNOWN",
    }


@pytest.mark.parametrize("name", ["cut_time", "engagement", "cut_type", "workpiece_diameter", "path_radius"])
@pytest.mark.parametrize("value", ["?", 5, {"value": 0, "unit": "mm"}, {"value": "x", "unit": "s"}])
def test_unreadable_part_of_the_cut_is_spoiled(name: str, value: Any) -> None:
    change, found = _read({"operation": "macro", name: value})
    assert change is not None
    assert found
    assert (change.spoiled, getattr(change, name)) == ({name}, None)


def test_unreadable_parameter_is_spoiled() -> None:
    change, _ = _read({"operation": "parameter_set", "params": {"spindle_speed": {"value": "x", "unit": "rev/min"}}})
    assert change is not None
    assert (change.params, change.spoiled) == ({}, {"spindle_speed"})


def test_unreadable_params_spoil_everything() -> None:
    change, _ = _read({"operation": "override", "params": 5})
    assert change is not None
    assert change.spoiled == {"spindle_override", "feed_override"}


def test_null_means_absent() -> None:
    change, found = _read({"operation": "macro", "tool": None, "material": None, "cut_time": None, "engagement": None})
    assert found == []
    assert change is not None
    assert (change.tool, change.cut_time) == (None, None)


@pytest.mark.parametrize("name", ["offset_x", "offset_y", "offset_z"])
def test_only_offsets_may_be_negative(name: str) -> None:
    change, found = _read({"operation": "offset_write", "params": {name: {"value": -2, "unit": "mm"}}})
    assert found == []
    assert change is not None
    assert change.params[name].value == -2


def test_every_parameter_belongs_to_an_operation() -> None:
    assert set(PARAMETERS) == set(OPERATIONS)
    assert {name for names in PARAMETERS.values() for name in names} == set(PARAMETER_DIMENSION)


def test_operations_that_cut_are_known() -> None:
    assert {"override", "parameter_set", "start", "macro"} == CUTTING
