"""What the predecessor's two validators got wrong, row by row: nothing gross is allowed, nothing ordinary is refused.

Its gate also failed open: an exception, a time-out or a limit under another name counted as a pass. The last tests here
hold each of those ways shut.
"""

from __future__ import annotations

from typing import Any

import pytest

from chargehand.auditor.case import question
from chargehand.auditor.judge import QUESTIONS, REASONS_MAX
from chargehand.auditor.policy_file import shipped_policy
from tests.unit.auditor.scene import AXIAL, FEED, RADIAL, SPEED, Scene, codes, judged, reason_of

NAN = float("nan")
FACE_MILL: dict[str, Any] = {
    "/tool": {
        "id": "FM50-5",
        "name": "face mill",
        "diameter": 50,
        "teeth": 5,
        "flute_length": 10,
        "stickout": 50,
        "spindle_speed_min": 150,
        "spindle_speed_max": 4500,
    },
    "/state/setup/tool": "FM50-5",
    "/proposal/action/tool": "FM50-5",
}


def _quantities(**values: Any) -> dict[str, Any]:
    units = {"spindle_speed": "rev/min", "feed_rate": "mm/min", "axial_depth": "mm", "radial_depth": "mm"}
    return {name: {"value": value, "unit": units.get(name, "mm")} for name, value in values.items()}


GROSS: list[tuple[str, dict[str, Any], str]] = [
    (
        "99,999 rev/min and mm/min in a nickel alloy",
        {
            SPEED + "/value": 99999,
            FEED + "/value": 99999,
            "/proposal/action/material": "inconel-718",
            "/state/setup/material": "inconel-718",
        },
        "MACH.SPEED_ABOVE_MAX",
    ),
    ("99,999 rev/min", {SPEED + "/value": 99999}, "TOOL.SPEED_ABOVE_RATING"),
    ("99,999 mm/min", {FEED + "/value": 99999}, "MACH.FEED_ABOVE_MAX"),
    (
        "spindle at 400 % load",
        {"/state/values/spindle_load/v": 400, "/policy": shipped_policy().document},
        "MACH.POLICY_LIMIT_ABOVE",
    ),
    (
        "all values NaN",
        {f"/proposal/action/params/{name}/value": NAN for name in _quantities(spindle_speed=0, feed_rate=0)},
        "PROP.NOT_FINITE",
    ),
    (
        "all values NaN as text",
        {path + "/value": "NaN" for path in (SPEED, FEED, AXIAL, RADIAL)},
        "PROP.NOT_FINITE",
    ),
    (
        "whole state NaN",
        {f"/state/values/{name}/v": NAN for name in ("spindle_speed", "feed_rate", "spindle_load", "coolant_flow")},
        "TELEM.NOT_FINITE",
    ),
    (
        "set-up NaN",
        {"/state/setup/spindle_override": NAN, "/state/setup/feed_override": NAN},
        "TELEM.NOT_FINITE",
    ),
    (
        "no coolant",
        {"/machine/coolant_flow_min": 4, "/state/values/coolant_flow/v": 0},
        "MACH.COOLANT_BELOW_MIN",
    ),
    ("500 mm deep", {AXIAL + "/value": 500}, "TOOL.AXIAL_DEPTH_ABOVE_FLUTE"),
    ("500 mm wide", {RADIAL + "/value": 500}, "TOOL.RADIAL_DEPTH_ABOVE_DIAMETER"),
    ("empty action", {"/proposal/action": {}}, "PROP.FIELD_MISSING"),
    ("empty parameters", {"/proposal/action/params": {}}, "PROP.EMPTY_CHANGE"),
    (
        "a path radius among the parameters",
        {"/proposal/action/params": {**_quantities(feed_rate=5000), "path_radius": {"value": 0.6, "unit": "mm"}}},
        "PROP.PARAMETER_UNKNOWN",
    ),
    (
        "a path radius of 0.6 mm at 5,000 mm/min",
        {FEED + "/value": 5000, "/proposal/action/path_radius": {"value": 0.6, "unit": "mm"}},
        "CUT.CORNER_JERK",
    ),
    ("0 rev/min with feed", {SPEED + "/value": 0}, "PROP.OUT_OF_DOMAIN"),
    ("negative depth", {AXIAL + "/value": -3}, "PROP.OUT_OF_DOMAIN"),
    ("negative width", {RADIAL + "/value": -3}, "PROP.OUT_OF_DOMAIN"),
    ("text for a number", {SPEED + "/value": "fast"}, "PROP.TYPE_INVALID"),
    ("a list for a number", {SPEED + "/value": [3000]}, "PROP.TYPE_INVALID"),
    ("an object for a number", {SPEED + "/value": {"rpm": 3000}}, "PROP.TYPE_INVALID"),
    ("null for a number", {SPEED + "/value": None}, "PROP.TYPE_INVALID"),
    ("a bare number", {SPEED: 3000}, "PROP.TYPE_INVALID"),
    ("names of another schema", {"/proposal/action/params": {"rpm": 99999, "feed": 99999}}, "PROP.PARAMETER_UNKNOWN"),
]


@pytest.mark.parametrize(("patch", "code"), [pytest.param(*row[1:], id=row[0]) for row in GROSS])
def test_gross_violation_is_denied_with_its_reason(patch: dict[str, Any], code: str) -> None:
    verdict = judged(patch)
    assert verdict.verdict == "deny"
    assert code in codes(verdict)


def test_no_row_is_allowed_and_none_raises() -> None:
    verdicts = [judged(patch).verdict for _, patch, _ in GROSS]
    assert verdicts.count("allow") == 0
    assert verdicts.count("indeterminate") == 0
    assert set(verdicts) == {"deny"}


ORDINARY: list[tuple[str, dict[str, Any]]] = [
    ("feed of 101 mm/min", {FEED + "/value": 101, SPEED + "/value": 1000}),
    (
        "800 rev/min and 1,200 mm/min with an insert face mill in steel",
        {
            **FACE_MILL,
            SPEED + "/value": 800,
            FEED + "/value": 1200,
            AXIAL + "/value": 2,
            RADIAL + "/value": 40,
            "/tool/uses": [
                {
                    "group": "P",
                    "cutting_speed_min": 100,
                    "cutting_speed_max": 280,
                    "feed_per_tooth_min": 0.08,
                    "feed_per_tooth_max": 0.35,
                }
            ],
            "/tool/youngs_modulus": 210000,
        },
    ),
    ("finishing pass", {SPEED + "/value": 9000, AXIAL + "/value": 0.2, RADIAL + "/value": 0.1}),
    ("air cut", {AXIAL + "/value": 0, RADIAL + "/value": 0}),
]


@pytest.mark.parametrize("patch", [pytest.param(patch, id=name) for name, patch in ORDINARY])
def test_ordinary_cut_is_allowed(patch: dict[str, Any]) -> None:
    verdict = judged(patch)
    assert (verdict.verdict, codes(verdict)) == ("allow", ["OK.WITHIN_LIMITS"])


def test_crashing_check_is_not_a_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_: Any) -> None:
        raise NameError("Optional")

    asked = tuple(question(item.name, crash) for item in QUESTIONS["machine.change"])
    monkeypatch.setitem(QUESTIONS, "machine.change", asked)
    verdict = judged()
    assert verdict.verdict == "indeterminate"
    assert len(verdict.reasons) == min(len(asked), REASONS_MAX)


def test_no_checks_at_all_would_be_seen() -> None:
    """A kind without questions is not served; it is never an empty list of checks that passes."""
    assert all(len(asked) > 5 for asked in QUESTIONS.values())
    assert judged({"/proposal/kind": "mission.start"}).verdict == "deny"


@pytest.mark.parametrize(
    ("limit", "path"),
    [
        ("spindle_speed_max", SPEED),
        ("feed_rate_max", FEED),
    ],
)
def test_limit_and_parameter_meet_under_their_own_names(limit: str, path: str) -> None:
    value = Scene().body["action"]["params"][path.rsplit("/", 1)[1]]["value"]
    assert judged({f"/machine/{limit}": value}).verdict == "allow"
    assert judged({f"/machine/{limit}": value - 1}).verdict == "deny"


def test_minimum_is_a_minimum() -> None:
    patch = {"/machine/coolant_flow_min": 10}
    assert judged({**patch, "/state/values/coolant_flow/v": 11}).verdict == "allow"
    reason = reason_of(judged({**patch, "/state/values/coolant_flow/v": 9}), "MACH.COOLANT_BELOW_MIN")
    assert (reason.params.observed, reason.params.limit, reason.params.margin) == (9, 10, -1)


def test_constant_state_is_not_a_state() -> None:
    """The predecessor's gate judged every proposal on one invented state. A missing one denies here."""
    assert codes(judged({"/state": None})) == ["TELEM.NOT_RECEIVED"]
