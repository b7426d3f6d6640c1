"""Chip, cutting speed, life, wear and stick-out, each with both of its ends and what the card does not say."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.unit.auditor.scene import AIR, FEED, SPEED, check_code, codes, judged, reason_of, status

CHIP = 764 / (4 * 3183)
VC = math.pi * 12 * 3183 / 1000
USE = "/tool/uses/0/"
WEAR = {
    "/machine/sensors": ["spindle_speed", "feed_rate", "spindle_load", "coolant_flow", "tool_wear"],
    "/state/values/tool_wear": {"v": 0.1, "u": "mm", "q": "good"},
}


@pytest.mark.parametrize("patch", [{}, AIR])
def test_tool_cuts_the_groups_of_its_card_and_no_other(patch: dict[str, Any]) -> None:
    verdict = judged({**patch, "/material/group": "H"})
    assert codes(verdict) == ["TOOL.MATERIAL_NOT_RATED"]
    reason = verdict.reasons[0]
    assert (reason.params.observed, reason.params.limit) == ("H", "P")
    if not patch:
        names = ("cut.chip_load", "cut.cutting_speed", "tool.life")
        assert {check_code(verdict, name) for name in names} == {"TOOL.MATERIAL_NOT_RATED"}


def test_use_of_the_materials_group_counts() -> None:
    other = {
        "group": "S",
        "cutting_speed_min": 500,
        "cutting_speed_max": 501,
        "feed_per_tooth_min": 1,
        "feed_per_tooth_max": 2,
    }
    steel = {**other, "group": "P", "cutting_speed_min": 1, "feed_per_tooth_min": 0}
    assert judged({"/tool/uses": [other, steel], "/tool/life_min": None}).verdict == "allow"


@pytest.mark.parametrize(
    ("end", "value", "code"),
    [
        ("feed_per_tooth_min", CHIP, None),
        ("feed_per_tooth_min", math.nextafter(CHIP, 1), "CUT.CHIP_LOAD_BELOW_MIN"),
        ("feed_per_tooth_max", CHIP, None),
        ("feed_per_tooth_max", math.nextafter(CHIP, 0), "CUT.CHIP_LOAD_ABOVE_MAX"),
        ("cutting_speed_min", VC, None),
        ("cutting_speed_min", math.nextafter(VC, 1e3), "CUT.SPEED_BELOW_BAND"),
        ("cutting_speed_max", VC, None),
        ("cutting_speed_max", math.nextafter(VC, 0), "CUT.SPEED_ABOVE_BAND"),
    ],
)
def test_both_ends_are_closed(end: str, value: float, code: str | None) -> None:
    verdict = judged({USE + end: value})
    assert codes(verdict) == ([code] if code else ["OK.WITHIN_LIMITS"])
    if code:
        assert verdict.reasons[0].params.limit == value
        assert verdict.reasons[0].rule_id == "tool:EM12-4:uses:P"
        assert (verdict.reasons[0].params.margin or 0) < 0


def test_chip_is_that_of_the_overrides() -> None:
    patch = {"/state/setup/feed_override": 50, USE + "feed_per_tooth_min": 0.05}
    assert codes(judged(patch)) == ["CUT.CHIP_LOAD_BELOW_MIN"]
    assert judged({**patch, "/state/setup/spindle_override": 50}).verdict == "allow"


def test_chip_of_turning_is_per_revolution() -> None:
    turned = {
        "/machine/kind": "turning",
        "/tool/kind": "turning",
        "/tool/shank": [25, 25],
        "/proposal/action/workpiece_diameter": {"value": 30, "unit": "mm"},
        SPEED + "/value": 1000,
        FEED + "/value": 300,
    }
    reason = reason_of(judged(turned), "CUT.CHIP_LOAD_ABOVE_MAX")
    assert (reason.params.observed, reason.params.unit) == (0.3, "mm/rev")


def test_life_is_taylors() -> None:
    life = (900 / VC) ** 4
    assert judged({"/tool/life_min": life * 0.999}).verdict == "allow"
    verdict = judged({"/tool/life_min": life * 1.001})
    assert codes(verdict) == ["TOOL.LIFE_BELOW_MIN"]
    assert verdict.reasons[0].params.observed == pytest.approx(life)


def test_life_that_nobody_can_predict_meets_no_least_one() -> None:
    patch = {USE + "taylor_c": None}
    verdict = judged(patch)
    assert codes(verdict) == ["TOOL.LIFE_BELOW_MIN"]
    assert verdict.clamped_proposal is None
    assert status(judged({**patch, "/tool/life_min": None}), "tool.life") == "not_applicable"


@pytest.mark.parametrize(
    ("wear", "limit", "verdict"), [(0.1, 0.3, "allow"), (0.3, 0.3, "deny"), (0.31, 0.3, "deny"), (0.3, 0.4, "allow")]
)
def test_edge_is_done_at_its_limit_of_wear(wear: float, limit: float, verdict: str) -> None:
    found = judged({**WEAR, "/state/values/tool_wear/v": wear, "/tool/wear_max": limit})
    assert found.verdict == verdict
    assert ("TOOL.WEAR_ABOVE_MAX" in codes(found)) is (verdict == "deny")


def test_wear_is_asked_for_only_where_it_is_measured() -> None:
    assert (
        status(judged({"/state/values/tool_wear": {"v": 9, "u": "mm", "q": "good"}}), "tool.wear") == "not_applicable"
    )
    missing = judged({**WEAR, "/state/values/tool_wear/v": None})
    assert (codes(missing), check_code(missing, "tool.wear")) == (["TELEM.SIGNAL_MISSING"], "TELEM.SIGNAL_MISSING")
    assert judged({**WEAR, "/state/values/tool_wear/v": math.nan}).verdict == "deny"


@pytest.mark.parametrize(("most", "code"), [(36, "OK.WITHIN_LIMITS"), (35.9, "TOOL.STICKOUT_ABOVE_RATING")])
def test_stickout_has_a_rating(most: float, code: str) -> None:
    assert codes(judged({"/tool/stickout_max": most})) == [code]


def test_stickout_without_a_rating_is_not_asked_for() -> None:
    assert status(judged({"/tool/stickout_max": None}), "tool.stickout") == "not_applicable"


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        ({"/tool/holder/speed_max": 3183}, "OK.WITHIN_LIMITS"),
        ({"/tool/holder/speed_max": 3182}, "TOOL.HOLDER_SPEED_ABOVE_RATING"),
        ({"/tool/holder/speed_max": 3183, "/state/setup/spindle_override": 101}, "TOOL.HOLDER_SPEED_ABOVE_RATING"),
        ({"/tool/holder": None}, "OK.WITHIN_LIMITS"),
    ],
)
def test_holder_has_its_own_speed(patch: dict[str, Any], code: str) -> None:
    assert codes(judged(patch)) == [code]


def test_turning_holder_does_not_spin() -> None:
    verdict = judged({"/tool/kind": "turning", "/machine/kind": "turning", "/tool/holder/speed_max": 1})
    assert status(verdict, "tool.holder_speed") == "not_applicable"


def test_edge_that_lasts_exactly_as_long_as_it_has_to_may_cut() -> None:
    """By hand: at Taylor's C an edge lasts one minute."""
    patch = {USE + "taylor_n": 0.25, USE + "taylor_c": VC}
    assert judged({**patch, "/tool/life_min": 1}).verdict == "allow"
    assert codes(judged({**patch, "/tool/life_min": math.nextafter(1, 2)})) == ["TOOL.LIFE_BELOW_MIN"]
