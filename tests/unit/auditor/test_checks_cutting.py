"""The cut is put together from the merged set-up; what nobody knows denies, and what the set-up knows is a fact."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chargehand.auditor import cut
from chargehand.auditor.case import Case, question
from chargehand.auditor.cut import upper_laws
from chargehand.auditor.judge import QUESTIONS, ask
from chargehand.contracts.card import Edition, MaterialCard
from chargehand.machining.cutting import Kienzle
from tests.unit.auditor.scene import (
    ABSENT,
    AIR,
    AXIAL,
    FEED,
    NOW_US,
    RADIAL,
    SPEED,
    Scene,
    check_code,
    codes,
    judged,
    reason_of,
    status,
)

OF_THE_CUT = [
    asked.name
    for asked in QUESTIONS["machine.change"]
    if asked.name.startswith(("cut.", "thermal."))
    or asked.name in ("tool.material", "tool.stickout", "tool.wear", "tool.life", "tool.holder_torque")
]
OF_AIR = {"cut.known", "cut.curve", "tool.material", "tool.stickout", "cut.corner_acceleration", "cut.corner_jerk"}
TURNED: dict[str, Any] = {
    "/machine/kind": "turn_mill",
    "/tool/kind": "turning",
    "/tool/shank": [25, 25],
    "/tool/uses/0/feed_per_tooth_max": 0.5,
}
WORK = {"/proposal/action/workpiece_diameter": {"value": 40, "unit": "mm"}}
DRILL = {"/tool/kind": "drill", "/tool/teeth": 2, AXIAL + "/value": 20}


def case_of(patch: dict[str, Any] | None = None) -> Case:
    """The reference case with changes, after all its questions."""
    scene = Scene(patch)
    case = Case(proposal=scene.proposal(), evidence=scene.evidence(), book=scene.book(), now_us=NOW_US, found=[])
    ask(case, QUESTIONS["machine.change"])
    return case


def test_cut_is_that_of_the_merged_set_up_at_its_overrides() -> None:
    case = case_of(
        {"/state/setup/feed_override": 50, "/state/setup/spindle_override": 110, "/state/setup/feed_rate": 1}
    )
    assert case.cut is not None
    assert case.demand is not None
    assert case.cut.point == (3183 * 110 / 100, 764 * 50 / 100, 3, 3)
    assert case.demand.feed_per_tooth == pytest.approx(382 / (4 * 3501.3))
    assert case.demand.cutting_speed == pytest.approx(math.pi * 12 * 3501.3 / 1000)


def test_reference_cut_is_a_quarter_of_the_first_golden_point() -> None:
    demand = case_of().demand
    assert demand is not None
    assert demand.power == pytest.approx(1.8011 / 4, rel=1e-3)
    assert demand.torque == pytest.approx(5.4036 / 4, rel=1e-3)


def test_change_that_does_not_cut_is_not_asked_about_a_cut() -> None:
    action = {"operation": "offset_write", "params": {"offset_x": {"value": 2, "unit": "mm"}}}
    verdict = judged({"/proposal/action": action, "/machine/spindle_curve": [], "/tool/uses": []})
    assert verdict.verdict == "allow"
    assert {status(verdict, name) for name in OF_THE_CUT} == {"not_applicable"}


def test_air_asks_for_nothing_but_knowledge() -> None:
    verdict = judged({**AIR, "/tool/force_max": 0, "/tool/life_min": 1e9, FEED + "/value": 9000})
    assert verdict.verdict == "allow"
    applicable = {name for name in OF_THE_CUT if status(verdict, name) != "not_applicable"}
    assert applicable == OF_AIR - {"cut.corner_acceleration", "cut.corner_jerk"}


@pytest.mark.parametrize("path", [AXIAL, RADIAL])
def test_either_depth_of_zero_is_air(path: str) -> None:
    assert status(judged({path + "/value": 0}), "cut.force") == "not_applicable"


def test_no_feed_is_air() -> None:
    hold = {"operation": "override", "params": {"feed_override": {"value": 0, "unit": "%"}}}
    verdict = judged({"/proposal/action": hold, "/tool/force_max": 0})
    assert (verdict.verdict, status(verdict, "cut.chip_load")) == ("allow", "not_applicable")


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        ({"/proposal/action": 5}, "PROP.TYPE_INVALID"),
        ({"/proposal/action/operation": "spin"}, "PROP.TYPE_INVALID"),
        ({"/state": None}, "TELEM.NOT_RECEIVED"),
        ({"/tool/id": "EM99"}, "TOOL.CARD_UNKNOWN"),
        ({"/material/id": "brass"}, "MACH.MATERIAL_UNKNOWN"),
        ({"/state/setup/material": None}, "MACH.MATERIAL_UNKNOWN"),
        ({SPEED: ABSENT, "/state/setup/spindle_speed": None}, "MACH.SETTING_UNKNOWN"),
        ({"/state/setup/feed_override": None}, "MACH.SETTING_UNKNOWN"),
        ({SPEED + "/unit": "rpm"}, "PROP.TYPE_INVALID"),
        ({"/proposal/action/cut_time": {"value": 5, "unit": "h"}}, "PROP.TYPE_INVALID"),
        ({"/proposal/action/engagement": "slot"}, "PROP.TYPE_INVALID"),
        ({"/proposal/action/path_radius": 3}, "PROP.TYPE_INVALID"),
        ({RADIAL + "/value": 12.1}, "TOOL.RADIAL_DEPTH_ABOVE_DIAMETER"),
        ({"/tool/kind": "turning"}, "TOOL.KIND_MISMATCH"),
    ],
)
def test_without_a_cut_every_check_of_it_says_why(patch: dict[str, Any], code: str) -> None:
    verdict = judged(patch)
    assert verdict.verdict == "deny"
    rest = [name for name in OF_THE_CUT if name != "cut.known"]
    assert {(status(verdict, name), check_code(verdict, name)) for name in rest} == {("not_evaluable", code)}


@pytest.mark.parametrize(
    ("machine", "tool", "fits"),
    [
        ("mill_3axis", "end_mill", True),
        ("mill_5axis", "face_mill", True),
        ("mill_3axis", "drill", True),
        ("mill_5axis", "turning", False),
        ("turn_mill", "end_mill", True),
        ("turn_mill", "turning", True),
        ("turning", "turning", True),
        ("turning", "drill", True),
        ("turning", "end_mill", False),
        ("other", "end_mill", True),
        ("other", "turning", False),
    ],
)
def test_machine_and_tool_are_of_one_kind(machine: str, tool: str, fits: bool) -> None:
    verdict = judged({**WORK, "/machine/kind": machine, "/tool/kind": tool})
    assert ("TOOL.KIND_MISMATCH" in codes(verdict)) is not fits
    if not fits:
        assert reason_of(verdict, "TOOL.KIND_MISMATCH").params.observed == tool


def test_turned_work_has_a_diameter() -> None:
    verdict = judged(TURNED)
    reason = reason_of(verdict, "MACH.SETTING_UNKNOWN")
    assert (reason.params.field, reason.remedies[0].path) == ("workpiece_diameter", "/action/workpiece_diameter")
    assert "MACH.SETTING_UNKNOWN" not in codes(judged({**TURNED, **WORK}))
    assert "MACH.SETTING_UNKNOWN" not in codes(judged({**TURNED, "/state/setup/workpiece_diameter": 40}))


def test_turning_asks_for_what_the_formula_says() -> None:
    demand = case_of({**TURNED, **WORK, SPEED + "/value": 955, FEED + "/value": 191}).demand
    assert demand is not None
    assert demand.feed_per_tooth == pytest.approx(0.2)
    kc = 1675 * 0.2**-0.24
    assert demand.power == pytest.approx(3 * 0.2 * math.pi * 40 * 955 / 1000 * kc / 60e3)


@pytest.mark.parametrize("kind", [{**TURNED, **WORK, AXIAL + "/value": 0.5}, DRILL])
def test_round_tools_need_no_radial_depth(kind: dict[str, Any]) -> None:
    wide = {"/tool/uses/0/feed_per_tooth_max": 1, "/tool/deflection_roughing": 1, "/tool/force_max": None}
    patch = {**kind, **wide, RADIAL: ABSENT, "/state/setup/radial_depth": None}
    verdict = judged(patch)
    assert codes(verdict) == ["OK.WITHIN_LIMITS"]
    assert status(verdict, "tool.radial_depth") == "not_applicable"
    left_over = judged({**patch, "/state/setup/radial_depth": 500})
    assert left_over.verdict == "allow"


def test_milling_needs_a_radial_depth() -> None:
    assert "MACH.SETTING_UNKNOWN" in codes(judged({RADIAL: ABSENT, "/state/setup/radial_depth": None}))


@pytest.mark.parametrize(
    ("given", "known", "engagement"),
    [
        (None, None, "side"),
        ("centred", None, "centred"),
        (None, "centred", "centred"),
        ("centred", "centred", "centred"),
    ],
)
def test_engagement_comes_from_the_set_up_or_the_proposal(given: Any, known: Any, engagement: str) -> None:
    cut = case_of({"/proposal/action/engagement": given, "/state/setup/engagement": known}).cut
    assert cut is not None
    assert cut.engagement == engagement


def test_what_the_set_up_knows_is_not_talked_away() -> None:
    verdict = judged({"/proposal/action/engagement": "side", "/state/setup/engagement": "centred"})
    reason = reason_of(verdict, "CUT.SETUP_MISMATCH")
    assert (reason.params.observed, reason.params.limit) == ("side", "centred")
    assert reason.remedies[0].one_of == ["centred"]
    work = {**TURNED, "/state/setup/workpiece_diameter": 80}
    assert "CUT.SETUP_MISMATCH" in codes(judged({**work, **WORK}))
    inches = {"/proposal/action/workpiece_diameter": {"value": 80 / 25.4, "unit": "in"}}
    assert "CUT.SETUP_MISMATCH" not in codes(judged({**work, **inches}))


@pytest.mark.parametrize(
    ("given", "known", "finishing"),
    [
        (None, None, False),
        ("roughing", None, False),
        ("finishing", None, True),
        (None, "finishing", True),
        ("roughing", "finishing", True),
        ("finishing", "roughing", True),
    ],
)
def test_stricter_cut_type_holds(given: Any, known: Any, finishing: bool) -> None:
    cut = case_of({"/proposal/action/cut_type": given, "/state/setup/cut_type": known}).cut
    assert cut is not None
    assert cut.finishing is finishing


@pytest.mark.parametrize(
    ("given", "known", "radius"), [(None, None, None), (5, None, 5), (None, 7, 7), (5, 7, 5), (9, 7, 7), (None, -1, 0)]
)
def test_smallest_known_radius_holds(given: Any, known: Any, radius: Any) -> None:
    quantity = None if given is None else {"value": given, "unit": "mm"}
    cut = case_of({"/proposal/action/path_radius": quantity, "/state/setup/path_radius": known}).cut
    assert cut is not None
    assert cut.path_radius == radius


@pytest.mark.parametrize("name", ["path_radius", "workpiece_diameter"])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_set_up_that_is_no_number_denies(name: str, value: float) -> None:
    verdict = judged({**TURNED, "/state/setup/workpiece_diameter": 40, f"/state/setup/{name}": value})
    assert reason_of(verdict, "TELEM.NOT_FINITE").params.field == name


@pytest.mark.parametrize(
    ("patch", "field"),
    [
        ({**TURNED, **WORK, AXIAL + "/value": 20.5}, "axial_depth"),
        ({SPEED + "/value": 0}, "effective_speed"),
        ({SPEED: ABSENT, "/state/setup/spindle_speed": 0}, "effective_speed"),
        ({AXIAL: ABSENT, "/state/setup/axial_depth": -1}, "effective_speed"),
    ],
)
def test_cut_outside_of_the_formulas_denies(patch: dict[str, Any], field: str) -> None:
    verdict = judged(patch)
    assert verdict.verdict == "deny"
    assert reason_of(verdict, "CUT.OUT_OF_DOMAIN").params.field == field
    assert verdict.clamped_proposal is None


HEAT = {
    "/state/trend": {"duty": 0.25, "duty_covered_s": 2600},
}


@pytest.mark.parametrize(
    ("patch", "heat"),
    [
        (HEAT, 0.25),
        ({"/state/trend": {"duty": 1.4}}, 1.4),
        ({}, 1.0),
        ({"/state/trend": {"duty": None}}, 1.0),
        ({"/state/trend": {"duty": math.nan}}, 1.0),
        ({"/state/trend": {"duty": -1}}, 1.0),
        ({"/state/trend": {"duty": math.inf}}, 1.0),
        ({**HEAT, "/state/connection": "stale"}, 1.0),
        ({**HEAT, "/state/ts_ingest": "2026-11-20T11:59:50.000000Z"}, 1.0),
        ({**HEAT, "/machine/duty": None}, 1.0),
    ],
)
def test_heat_is_what_the_samples_say_and_full_where_they_say_nothing(patch: dict[str, Any], heat: float) -> None:
    cut = case_of(patch).cut
    assert cut is not None
    assert cut.heat == heat


def test_missing_answer_about_the_cut_fails_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    without = tuple(
        question("cut.known", lambda _: None) if asked.name == "cut.known" else asked
        for asked in QUESTIONS["machine.change"]
    )
    monkeypatch.setitem(QUESTIONS, "machine.change", without)
    verdict = judged()
    assert verdict.verdict == "indeterminate"
    assert set(codes(verdict)) == {"ENG.CHECK_FAILED"}


@settings(max_examples=60)
@given(st.floats(1, 900), st.floats(0.01, 12), st.floats(0.01, 12))
def test_millimetres_and_inches_ask_for_the_same(feed: float, axial: float, radial: float) -> None:
    metric = {FEED: {"value": feed, "unit": "mm/min"}, AXIAL: {"value": axial, "unit": "mm"}}
    inch = {FEED: {"value": feed / 25.4, "unit": "in/min"}, AXIAL: {"value": axial / 25.4, "unit": "in"}}
    one = case_of({**metric, RADIAL: {"value": radial, "unit": "mm"}}).demand
    other = case_of({**inch, RADIAL: {"value": min(radial / 25.4, 12 / 25.4 - 1e-9), "unit": "in"}}).demand
    assert one is not None
    assert other is not None
    assert list(one) == pytest.approx(list(other), rel=1e-6)


def _material() -> MaterialCard:
    found = case_of().cut
    assert found is not None
    return found.material


def test_worst_laws_are_those_of_the_very_card() -> None:
    """Two cards of one id, before and after it was edited, are two cards."""
    edition = Edition(source="s", kc1_1_min=1600, kc1_1_max=1900, mc_min=0.2, mc_max=0.3)
    before = msgspec.structs.replace(_material(), editions=[edition])
    after = msgspec.structs.replace(before, editions=[])
    assert upper_laws(before) is upper_laws(before)
    assert list(upper_laws(before)) == [Kienzle(1900, 0.3), Kienzle(1900, 0.2)]
    assert list(upper_laws(after)) == []
    assert list(upper_laws(before)) == [Kienzle(1900, 0.3), Kienzle(1900, 0.2)]


def test_worst_laws_that_are_remembered_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cut, "MATERIALS_MAX", 1)
    for name in ("a", "b", "c"):
        upper_laws(msgspec.structs.replace(_material(), id=name))
    assert list(cut._laws) == ["c"]
