"""The change is merged with the set-up and judged as a whole; what nobody knows denies."""

from __future__ import annotations

from typing import Any

import pytest

from chargehand.auditor.checks_setup import SETTINGS
from tests.unit.auditor.scene import ABSENT, AIR, SPEED, codes, judged, reason_of, status

DIGEST = "a" * 64
FEED_UP = {"operation": "override", "params": {"feed_override": {"value": 110, "unit": "%"}}}
SPEED_UP = {"operation": "override", "params": {"spindle_override": {"value": 110, "unit": "%"}}}
THROUGH_AIR = {"/state/setup/axial_depth": 0}
OFFSET = {"operation": "offset_write", "params": {"offset_x": {"value": 2, "unit": "mm"}}}


def _start(digest: str = DIGEST) -> dict[str, Any]:
    return {"operation": "start", "program_sha256": digest}


@pytest.mark.parametrize("name", SETTINGS)
def test_setting_that_nobody_knows_denies_a_cut(name: str) -> None:
    patch = {"/proposal/action": _start(), "/state/setup/program_sha256": DIGEST, f"/state/setup/{name}": None}
    verdict = judged(patch)
    assert codes(verdict) == ["MACH.SETTING_UNKNOWN"]
    assert verdict.reasons[0].params.field == name
    assert verdict.reasons[0].remedies[0].path == f"/action/params/{name}"


@pytest.mark.parametrize("name", ["spindle_speed", "feed_rate", "axial_depth", "radial_depth"])
def test_change_that_gives_the_setting_needs_no_other(name: str) -> None:
    assert judged({f"/state/setup/{name}": None}).verdict == "allow"


@pytest.mark.parametrize("name", SETTINGS)
def test_setting_that_is_no_number_denies(name: str) -> None:
    verdict = judged(
        {"/proposal/action": FEED_UP | {"params": SPEED_UP["params"]}, f"/state/setup/{name}": float("nan")}
    )
    expected = [] if name == "spindle_override" else ["TELEM.NOT_FINITE"]
    assert [code for code in codes(verdict) if code.startswith("TELEM")] == expected
    assert verdict.verdict == ("deny" if expected else "allow")


@pytest.mark.parametrize("name", [*SETTINGS, "tool", "material"])
def test_operation_that_does_not_cut_needs_no_setting(name: str) -> None:
    assert judged({"/proposal/action": OFFSET, f"/state/setup/{name}": None}).verdict == "allow"


def test_only_the_given_parameter_changes() -> None:
    patch = {
        "/proposal/action/params": {"feed_rate": {"value": 764, "unit": "mm/min"}},
        "/state/setup/spindle_speed": 99999,
    }
    verdict = judged({**patch, **THROUGH_AIR})
    assert set(codes(verdict)) == {
        "MACH.SPEED_ABOVE_MAX",
        "TOOL.HOLDER_SPEED_ABOVE_RATING",
        "TOOL.SPEED_ABOVE_RATING",
    }
    assert [reason.path for reason in verdict.reasons] == [None] * 3
    assert verdict.clamped_proposal is None


def test_given_parameter_replaces_the_present_one() -> None:
    assert judged({"/state/setup/spindle_speed": 99999}).verdict == "allow"


def test_overrides_stack_on_the_base() -> None:
    verdict = judged({"/proposal/action": FEED_UP, "/state/setup/feed_rate": 9500})
    reason = reason_of(verdict, "MACH.FEED_ABOVE_MAX")
    assert (reason.params.field, reason.params.observed, reason.params.limit) == ("effective_feed", 10450, 10000)
    assert reason.path == "/action/params/feed_override"


def test_raised_base_stacks_on_the_present_override() -> None:
    patch = {**AIR, "/state/setup/spindle_override": 120, SPEED + "/value": 11000}
    verdict = judged(patch)
    assert set(codes(verdict)) == {"MACH.SPEED_ABOVE_MAX", "TOOL.SPEED_ABOVE_RATING"}
    assert {reason.params.field for reason in verdict.reasons} == {"effective_speed"}
    assert {reason.path for reason in verdict.reasons} == {"/action/params/spindle_speed"}


def test_spindle_override_alone_is_judged_with_the_base() -> None:
    assert judged({"/proposal/action": SPEED_UP}).verdict == "allow"
    verdict = judged({"/proposal/action": SPEED_UP, "/state/setup/spindle_speed": 11500})
    assert "TOOL.SPEED_ABOVE_RATING" in codes(verdict)


@pytest.mark.parametrize(("speed", "feed"), [(0, 764), (0.0, 0.001)])
def test_feed_without_rotation_is_out_of_domain(speed: float, feed: float) -> None:
    patch = {SPEED + "/value": speed, "/proposal/action/params/feed_rate/value": feed, "/machine/feed_rate_min": 0}
    verdict = judged(patch)
    assert "PROP.OUT_OF_DOMAIN" in codes(verdict)
    assert verdict.clamped_proposal is None


def test_feed_of_the_setup_counts_as_feed_too() -> None:
    params = {"spindle_speed": {"value": 0, "unit": "rev/min"}}
    assert "PROP.OUT_OF_DOMAIN" in codes(judged({"/proposal/action/params": params}))


def test_standstill_is_no_cut_but_still_below_the_minimum() -> None:
    patch = {SPEED + "/value": 0, "/proposal/action/params/feed_rate/value": 0}
    assert set(codes(judged(patch))) == {"MACH.SPEED_BELOW_MIN", "MACH.FEED_BELOW_MIN", "TOOL.SPEED_BELOW_RATING"}


def test_air_cut_is_within_limits() -> None:
    patch = {f"/proposal/action/params/{name}/value": 0 for name in ("axial_depth", "radial_depth")}
    assert judged(patch).verdict == "allow"


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        ({"/state/setup/tool": "FM50-5"}, "TOOL.NOT_LOADED"),
        ({"/proposal/action/tool": "em12-4"}, "TOOL.NOT_LOADED"),
        ({"/state/setup/tool": None}, "MACH.SETTING_UNKNOWN"),
        ({"/tool/id": "EM99"}, "TOOL.CARD_UNKNOWN"),
        ({"/state/setup/material": "titanium"}, "MACH.MATERIAL_MISMATCH"),
        ({"/state/setup/material": None}, "MACH.MATERIAL_UNKNOWN"),
        ({"/material/id": "brass"}, "MACH.MATERIAL_UNKNOWN"),
    ],
)
def test_tool_and_material_are_those_of_the_setup(patch: dict[str, Any], code: str) -> None:
    verdict = judged(patch)
    assert verdict.verdict == "deny"
    assert code in codes(verdict)
    assert verdict.clamped_proposal is None


@pytest.mark.parametrize("name", ["tool", "material"])
def test_unnamed_tool_and_material_are_those_of_the_setup(name: str) -> None:
    assert judged({f"/proposal/action/{name}": ABSENT}).verdict == "allow"


def test_right_tool_is_offered() -> None:
    reason = reason_of(judged({"/state/setup/tool": "FM50-5"}), "TOOL.NOT_LOADED")
    assert (reason.params.observed, reason.params.limit) == ("EM12-4", "FM50-5")
    assert reason.remedies[0].one_of == ["FM50-5"]


@pytest.mark.parametrize(
    ("action", "loaded", "verdict"),
    [
        (_start(), DIGEST, "allow"),
        (_start(), "sha256:" + DIGEST, "allow"),
        (_start("sha256:" + DIGEST), DIGEST, "allow"),
        (_start(), "b" * 64, "deny"),
        (_start(), None, "deny"),
        ({"operation": "program_load", "program_sha256": DIGEST}, "b" * 64, "unheld"),
        ({"operation": "macro", "program_sha256": DIGEST}, "b" * 64, "deny"),
        ({"operation": "macro"}, "b" * 64, "allow"),
    ],
)
def test_start_is_for_the_loaded_program(action: dict[str, Any], loaded: str | None, verdict: str) -> None:
    found = judged({"/proposal/action": action, "/state/setup/program_sha256": loaded})
    assert found.verdict == ("allow" if verdict == "allow" else "deny")
    assert ("MACH.PROGRAM_MISMATCH" in codes(found)) is (verdict == "deny")


def test_unreadable_action_leaves_the_setup_open() -> None:
    verdict = judged({"/proposal/action": "start"})
    assert codes(verdict) == ["PROP.TYPE_INVALID"]
    assert {status(verdict, name) for name in ("setup.settings", "setup.tool", "limit.feed_rate")} == {"not_evaluable"}


MONSTER: dict[str, Any] = {
    "feed_rate": {"value": 12000, "unit": "mm/min"},
    "axial_depth": {"value": 26, "unit": "mm"},
    "radial_depth": {"value": 12, "unit": "mm"},
}
HELD = {"/state/setup/feed_override": 0}
NO_FEED = {"feed_override": {"value": 0, "unit": "%"}}


@pytest.mark.parametrize(
    "patch",
    [
        pytest.param({**HELD, "/proposal/action/params": MONSTER}, id="set up behind a hold"),
        pytest.param({"/proposal/action/params": {**MONSTER, **NO_FEED}}, id="set up with a hold of its own"),
    ],
)
def test_a_held_feed_is_judged_as_it_will_run_when_it_is_let_go(patch: dict[str, Any]) -> None:
    verdict = judged(patch)
    assert verdict.verdict == "deny"
    assert {"CUT.CHIP_LOAD_ABOVE_MAX", "MACH.FEED_ABOVE_MAX"} <= set(codes(verdict))
    assert verdict.clamped_proposal is None


def test_what_is_in_order_may_be_set_up_behind_a_hold_and_holding_alone_is_always_in_order() -> None:
    assert judged(HELD).verdict == "allow"
    hold = {"/proposal/action": {"operation": "override", "params": NO_FEED}}
    assert judged({**hold, "/state/setup/feed_rate": 9000, "/state/setup/axial_depth": 26}).verdict == "allow"


def test_a_spindle_override_is_judged_at_the_feed_that_is_held() -> None:
    params = {"spindle_override": {"value": 50, "unit": "%"}}
    action = {"operation": "override", "params": params}
    assert judged({"/proposal/action": action, **HELD, "/state/setup/feed_rate": 2500}).verdict == "deny"
