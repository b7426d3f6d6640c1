"""The forgotten cases that need the physics of the cut, each with its code, as the definitions list them."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest

from chargehand.auditor.evidence import DRY_RUN, Commitment
from chargehand.auditor.judge import Assessment, assess
from chargehand.contracts.card import DutyRating
from chargehand.kernel.clock import SECOND_US, parse_utc
from chargehand.machining.drive import heat_after, longest, time_constant
from tests.unit.auditor.scene import (
    AXIAL,
    FEED,
    NOW_US,
    RADIAL,
    SPEED,
    Scene,
    codes,
    decoded,
    judged,
    reason_of,
    status,
)

MOTOR_KW = 0.5628
"""What the motor gives for the reference cut, near enough to set a drive by."""
TAU = time_constant(DutyRating(ratio=1.36, share=0.4))


def _drive(power_s1: float, *, torque: float = 70.0, first: float = 100, last: float = 15000) -> dict[str, Any]:
    point = {"power_s1": power_s1, "power_peak": 1.36 * power_s1, "torque": torque}
    return {"/machine/spindle_curve": [{"speed": first, **point}, {"speed": last, **point}]}


def _for(seconds: float | None, *, share: float = 1.3, duty: float | None = 0.0) -> dict[str, Any]:
    """The reference cut at a share of what a drive with this heat gives for ever."""
    patch = _drive(MOTOR_KW / share)
    if seconds is not None:
        patch["/proposal/action/cut_time"] = {"value": seconds, "unit": "s"}
    patch["/state/trend"] = {"duty": duty, "duty_covered_s": 5 * TAU}
    return patch


def _after(patch: dict[str, Any], *commitments: Commitment) -> Assessment:
    scene = Scene(patch)
    evidence = msgspec.structs.replace(scene.evidence(), commitments=commitments)
    return assess(scene.proposal(), evidence, scene.book(), NOW_US, DRY_RUN)


CASES: list[tuple[str, dict[str, Any], str]] = [
    ("a tenth of the speed, the feed as it was", {SPEED + "/value": 318.3}, "CUT.CHIP_LOAD_ABOVE_MAX"),
    ("a speed at which no edge lasts", {SPEED + "/value": 11900, "/tool/life_min": 30}, "TOOL.LIFE_BELOW_MIN"),
    (
        "hardly any width with a huge feed",
        {RADIAL + "/value": 0.001, FEED + "/value": 9000},
        "CUT.CHIP_LOAD_ABOVE_MAX",
    ),
    ("a stick-out of five diameters", {"/tool/stickout": 60, AXIAL + "/value": 12}, "CUT.DEFLECTION_ABOVE_MAX"),
    ("a stick-out beyond its rating", {"/tool/stickout": 60}, "TOOL.STICKOUT_ABOVE_RATING"),
    ("130 % without a time", _for(None), "CUT.POWER_ABOVE_S1"),
    ("130 % for 200 s on a hot drive", _for(200, duty=0.99), "CUT.DUTY_EXCEEDED"),
    ("130 % for 200 s with a load nobody has seen", _for(200, duty=None), "CUT.DUTY_EXCEEDED"),
    ("130 % for ever in the clothes of a time", _for(1e9), "CUT.DUTY_EXCEEDED"),
    ("140 % for a millisecond", _for(0.001, share=1.4), "CUT.POWER_ABOVE_PEAK"),
    ("a curve that ends below the speed", _drive(11, last=3000), "CUT.SPEED_OUTSIDE_CURVE"),
    ("a curve that begins above the speed", _drive(11, first=3500), "CUT.SPEED_OUTSIDE_CURVE"),
    ("no curve at all", {"/machine/spindle_curve": []}, "CUT.CURVE_MISSING"),
    ("titanium with a tool for steel", {"/material/group": "S"}, "TOOL.MATERIAL_NOT_RATED"),
    (
        "titanium by another name",
        {"/proposal/action/material": "titanium-ti6al4v", "/material/id": "titanium-ti6al4v"},
        "MACH.MATERIAL_MISMATCH",
    ),
    ("its own edition", {"/proposal/action/edition": "optimistic"}, "PROP.FIELD_UNKNOWN"),
    ("its own specific force", {"/proposal/action/kc": 100}, "PROP.FIELD_UNKNOWN"),
    ("its own efficiency", {"/proposal/action/eta": 1}, "PROP.FIELD_UNKNOWN"),
    (
        "its own heat",
        {**_for(200, duty=None), "/proposal/action/duty": 0},
        "PROP.FIELD_UNKNOWN",
    ),
    ("a time of zero", {"/proposal/action/cut_time": {"value": 0, "unit": "s"}}, "PROP.OUT_OF_DOMAIN"),
    ("a time below zero", {"/proposal/action/cut_time": {"value": -1, "unit": "s"}}, "PROP.OUT_OF_DOMAIN"),
    ("a time in millimetres", {"/proposal/action/cut_time": {"value": 5, "unit": "mm"}}, "PROP.UNIT_DIMENSION"),
    ("a time without a unit", {"/proposal/action/cut_time": 5}, "PROP.TYPE_INVALID"),
    ("a path radius of zero", {"/proposal/action/path_radius": {"value": 0, "unit": "mm"}}, "PROP.OUT_OF_DOMAIN"),
    ("a cut type of its own", {"/proposal/action/cut_type": "gentle"}, "PROP.VALUE_NOT_LISTED"),
    (
        "roughing, where the set-up finishes",
        {"/proposal/action/cut_type": "roughing", "/state/setup/cut_type": "finishing"},
        "CUT.DEFLECTION_ABOVE_MAX",
    ),
    (
        "a side cut, where the set-up is centred",
        {"/proposal/action/engagement": "side", "/state/setup/engagement": "centred"},
        "CUT.SETUP_MISMATCH",
    ),
    (
        "a wide path, where the set-up's is narrow",
        {"/proposal/action/path_radius": {"value": 500, "unit": "mm"}, "/state/setup/path_radius": 0.1},
        "CUT.CORNER_JERK",
    ),
    (
        "dry, where the material needs coolant",
        {"/material/coolant": True, "/state/setup/coolant": False},
        "THERM.COOLANT_REQUIRED",
    ),
]


@pytest.mark.parametrize(("patch", "code"), [pytest.param(*row[1:], id=row[0]) for row in CASES])
def test_forgotten_cut_is_denied_with_its_code(patch: dict[str, Any], code: str) -> None:
    verdict = judged(patch)
    assert verdict.verdict == "deny"
    assert code in codes(verdict)


def test_five_diameters_bend_four_and_a_half_times_as_far_as_three() -> None:
    tight = {"/tool/deflection_roughing": 1e-6}
    short, long = (
        reason_of(judged({**tight, "/tool/stickout": stickout}), "CUT.DEFLECTION_ABOVE_MAX").params.observed
        for stickout in (36, 60)
    )
    assert isinstance(short, float)
    assert long == pytest.approx(short * (5 / 3) ** 3)


def test_low_speed_at_a_quarter_of_the_power_is_stopped_by_torque() -> None:
    mill = {
        "/tool/kind": "face_mill",
        "/tool/diameter": 80,
        "/tool/teeth": 6,
        "/tool/stickout": 60,
        "/tool/stickout_max": 80,
        "/tool/spindle_speed_min": 50,
        "/tool/force_max": None,
        "/tool/holder": None,
        SPEED + "/value": 300,
        FEED + "/value": 240,
        AXIAL + "/value": 3.3,
        RADIAL + "/value": 60,
    }
    verdict = judged({**mill, **_drive(11, torque=70)})
    assert codes(verdict) == ["CUT.TORQUE_ABOVE_CURVE"]
    assert status(verdict, "cut.power") == "passed"
    torque = verdict.reasons[0].params.observed
    assert isinstance(torque, float)
    assert math.pi * 300 * torque / 30_000 / 0.8 / 11 < 0.3


def test_optimistic_titanium_card_needs_a_person() -> None:
    """What one source calls harmless is over the limit by another: nobody's edition is chosen, a person is asked."""
    kind, hard = {"mc_min": 0.24, "mc_max": 0.24}, {"mc_min": 0.22, "mc_max": 0.22}
    titanium = {
        "/material/kc1_1": 1245,
        "/material/editions": [
            {"source": "2022", "kc1_1_min": 1245, "kc1_1_max": 1245, **kind},
            {"source": "2017", "kc1_1_min": 2110, "kc1_1_max": 2110, **hard},
        ],
        "/tool/force_max": 500,
    }
    verdict = judged(titanium)
    assert (verdict.verdict, codes(verdict)) == ("needs_approval", ["CUT.SPREAD_ABOVE_LIMIT"])
    reason = verdict.reasons[0]
    assert (reason.params.field, reason.params.limit, reason.params.unit) == ("force", 500, "N")
    assert isinstance(reason.params.observed, float)
    assert reason.params.observed > 500
    assert codes(judged({**titanium, "/material/kc1_1": 2110, "/material/mc": 0.22})) == ["CUT.FORCE_ABOVE_MAX"]


def test_overload_for_200_s_on_a_cold_drive_is_allowed_with_its_longest_time() -> None:
    verdict = judged(_for(200))
    assert (verdict.verdict, codes(verdict)) == ("allow_with_obligations", ["OK.WITHIN_LIMITS"])
    (obligation,) = verdict.obligations
    assert obligation.kind == "max_duration"
    assert obligation.seconds == pytest.approx(longest(1.3, 0.0, TAU), rel=1e-3)
    assert obligation.seconds is not None
    assert 200 < obligation.seconds < 600
    assert parse_utc(verdict.valid_until) <= NOW_US + obligation.seconds * SECOND_US


def test_verdict_is_not_valid_longer_than_the_drive_bears() -> None:
    verdict = judged(_for(20, duty=0.9))
    (obligation,) = verdict.obligations
    assert obligation.seconds is not None
    assert obligation.seconds < 300
    assert parse_utc(verdict.valid_until) == NOW_US + int(obligation.seconds * SECOND_US)


def test_same_overload_five_times_in_a_row_is_denied_when_the_drive_is_full() -> None:
    """Each is legal alone; every permit that is pending heats the drive for the next."""
    patch, verdicts = _for(200), []
    promised: list[Commitment] = []
    for _ in range(5):
        assessment = _after(patch, *promised)
        verdicts.append(assessment.verdict)
        if assessment.verdict.verdict == "allow_with_obligations":
            assert assessment.load == pytest.approx(1.3, rel=1e-3)
            promised.append(Commitment(load=assessment.load or 0, seconds=200))
    assert [verdict.verdict for verdict in verdicts] == [*["allow_with_obligations"] * 2, *["deny"] * 3]
    assert {code for verdict in verdicts[2:] for code in codes(verdict)} == {"CUT.DUTY_EXCEEDED"}
    heat = reason_of(verdicts[2], "CUT.DUTY_EXCEEDED").params.observed
    expected = 0.0
    for _ in range(3):
        expected = heat_after(1.3, expected, 200, TAU)
    assert heat == pytest.approx(expected, rel=1e-3)


def test_promised_rest_cools_no_drive() -> None:
    load, rest = Commitment(load=1.3, seconds=250), Commitment(load=0.0, seconds=86_400)
    alone = reason_of(_after(_for(300), load).verdict, "CUT.DUTY_EXCEEDED")
    assert reason_of(_after(_for(300), load, rest).verdict, "CUT.DUTY_EXCEEDED").params == alone.params
    assert _after(_for(300), rest).verdict.obligations == _after(_for(300)).verdict.obligations


def test_two_overloads_that_are_legal_alone_are_not_legal_together() -> None:
    first = _after(_for(300))
    assert first.verdict.verdict == "allow_with_obligations"
    second = _after(_for(300), Commitment(load=1.3, seconds=300))
    assert codes(second.verdict) == ["CUT.DUTY_EXCEEDED"]


LIMITS = [
    pytest.param("/tool/force_max", "CUT.FORCE_ABOVE_MAX", id="force"),
    pytest.param("/tool/holder/torque_max", "TOOL.HOLDER_TORQUE_ABOVE_RATING", id="holder"),
]


@pytest.mark.parametrize(("limit", "code"), LIMITS)
def test_demand_at_the_limit_passes_one_ulp_above_denies_and_its_clamp_passes(limit: str, code: str) -> None:
    asked = float(reason_of(judged({limit: 0.5}), code).params.observed)  # type: ignore[arg-type]
    assert judged({limit: asked}).verdict == "allow"
    scene = Scene({limit: math.nextafter(asked, 0)})
    verdict = scene.judge()
    assert codes(verdict) == [code]
    again = Scene()
    again.docs = {**scene.docs, "proposal": decoded(verdict)["clamped_proposal"]}
    assert again.judge().verdict == "allow"


def test_power_at_the_rating_passes_and_one_ulp_above_denies() -> None:
    asked = float(reason_of(judged(_drive(0.5)), "CUT.POWER_ABOVE_S1").params.observed)  # type: ignore[arg-type]
    assert judged(_drive(asked)).verdict == "allow"
    assert codes(judged(_drive(math.nextafter(asked, 0)))) == ["CUT.POWER_ABOVE_S1"]


@pytest.mark.parametrize("field", ["force_max", "deflection_roughing", "stickout_max", "life_min", "stickout"])
def test_card_with_nan_allows_nothing(field: str) -> None:
    """Such a card is refused at load; one that gets here all the same denies."""
    scene = Scene()
    book, changes = scene.book(), {field: math.nan}
    tool = book.tools["EM12-4"]
    book.tools["EM12-4"] = msgspec.structs.replace(tool, card=msgspec.structs.replace(tool.card, **changes))
    assert assess(scene.proposal(), scene.evidence(), book, NOW_US, DRY_RUN).verdict.verdict == "deny"
