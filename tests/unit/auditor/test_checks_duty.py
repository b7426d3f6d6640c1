"""What the drive gives for ever, what it gives for a while, and what it gives not at all."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chargehand.auditor.ceilings import POWER, peak_share, share_borne
from chargehand.auditor.cut import Cut
from chargehand.contracts.card import DutyRating
from chargehand.contracts.verdict import Obligation
from chargehand.kernel.canonical import canonical_bytes, ordered_bytes
from chargehand.kernel.clock import SECOND_US, iso_utc
from chargehand.machining.drive import Ratings, heat_after, longest, time_constant
from tests.unit.auditor.scene import AXIAL, FEED, NOW_US, SPEED, Scene, codes, judged, reason_of, status
from tests.unit.auditor.test_checks_cutting import case_of

TAU = time_constant(DutyRating(ratio=1.36, share=0.4))


def drive(power_s1: float, *, peak: float = 1.36, torque: float = 70.0, last: float = 15000) -> dict[str, Any]:
    """The reference machine with a drive that is the same at every speed."""
    point = {"power_s1": power_s1, "power_peak": peak * power_s1, "torque": torque}
    return {"/machine/spindle_curve": [{"speed": 100, **point}, {"speed": last, **point}]}


def timed(seconds: float, heat: float | None = 0.0) -> dict[str, Any]:
    """A cut that ends, on a drive that is as warm as its trend says."""
    return {"/proposal/action/cut_time": {"value": seconds, "unit": "s"}, "/state/trend": {"duty": heat}}


def _observed(patch: dict[str, Any], code: str) -> float:
    observed = reason_of(judged(patch), code).params.observed
    assert isinstance(observed, float | int)
    return observed


POWER_KW = _observed(drive(0.1), "CUT.POWER_ABOVE_PEAK")
"""What the motor gives for the reference cut."""


def test_motor_gives_what_the_edge_asks_for_over_the_efficiency() -> None:
    assert pytest.approx(1.8011 / 4 / 0.8, rel=1e-3) == POWER_KW
    assert _observed({**drive(0.1), "/machine/eta": 0.9}, "CUT.POWER_ABOVE_PEAK") == pytest.approx(POWER_KW * 0.8 / 0.9)


def test_rating_holds_for_ever_and_a_time_is_not_needed() -> None:
    assert judged(drive(POWER_KW)).verdict == "allow"
    verdict = judged(drive(math.nextafter(POWER_KW, 0)))
    assert codes(verdict) == ["CUT.POWER_ABOVE_S1"]
    reason = verdict.reasons[0]
    assert (reason.params.field, reason.params.unit, reason.rule_id) == (
        "motor_power",
        "kW",
        "machine:CNC-001:spindle_curve",
    )
    assert {remedy.kind for remedy in reason.remedies} == {"clamp", "supply"}
    assert verdict.obligations == []


def test_time_is_no_remedy_where_the_drive_has_no_short_time_rating() -> None:
    verdict = judged({**drive(0.5), "/machine/duty": None})
    assert {remedy.kind for remedy in verdict.reasons[0].remedies} == {"clamp"}
    assert codes(judged({**drive(0.5), "/machine/duty": None, **timed(1)})) == ["CUT.POWER_ABOVE_S1"]


def test_peak_and_rating_are_both_said() -> None:
    assert codes(judged(drive(0.1))) == ["CUT.POWER_ABOVE_PEAK", "CUT.POWER_ABOVE_S1"]


def test_peak_is_closed() -> None:
    at = drive(POWER_KW / 1.2, peak=1.2)
    at["/machine/spindle_curve"][0]["power_peak"] = at["/machine/spindle_curve"][1]["power_peak"] = POWER_KW
    assert judged({**at, **timed(1)}).verdict == "allow_with_obligations"
    for point in at["/machine/spindle_curve"]:
        point["power_peak"] = math.nextafter(POWER_KW, 0)
    assert codes(judged({**at, **timed(1)})) == ["CUT.POWER_ABOVE_PEAK"]


@pytest.mark.parametrize("heat", [0.0, 0.3, 0.9, 0.999])
def test_cut_may_last_just_as_long_as_the_drive_bears_it(heat: float) -> None:
    bearable = longest(1.3, heat, TAU)
    patch = drive(POWER_KW / 1.3)
    assert judged({**patch, **timed(bearable * 0.999, heat)}).verdict == "allow_with_obligations"
    over = judged({**patch, **timed(bearable * 1.001, heat)})
    assert codes(over) == ["CUT.DUTY_EXCEEDED"]
    params = over.reasons[0].params
    assert params.observed == pytest.approx(heat_after(1.3, heat, bearable * 1.001, TAU))
    assert (params.field, params.limit, params.unit) == ("duty", 1, "1")
    assert {"wait", "supply"} <= {remedy.kind for remedy in over.reasons[0].remedies}


def test_obligation_is_the_longest_time_and_the_verdict_ends_with_it() -> None:
    verdict = judged({**drive(POWER_KW / 1.3), **timed(30, 0.8)})
    seconds = longest(1.3, 0.8, TAU)
    (obligation,) = verdict.obligations
    assert obligation.kind == "max_duration"
    assert obligation.seconds == pytest.approx(seconds, rel=1e-6)
    assert verdict.valid_until == iso_utc(NOW_US + int((obligation.seconds or 0) * SECOND_US))
    assert obligation.seconds == math.floor(seconds * 1_000) / 1_000


@settings(max_examples=50)
@given(st.floats(1.01, 1.35), st.floats(0, 0.99))
def test_whoever_takes_all_of_the_longest_time_stays_within_the_heat(load: float, heat: float) -> None:
    patch = {**drive(POWER_KW / load), **timed(0.001, heat)}
    (obligation,) = judged(patch).obligations
    assert obligation.seconds is not None
    assert obligation.seconds * 1_000 == pytest.approx(round(obligation.seconds * 1_000), abs=1e-6)
    assert judged({**patch, **timed(obligation.seconds, heat)}).verdict == "allow_with_obligations"


def test_a_longest_time_of_whole_seconds_is_written_as_canonical_json_writes_it() -> None:
    heat = 1 - (1.3**2 - 1) * math.expm1(12.0001 / TAU)
    verdict = judged({**drive(POWER_KW / 1.3), **timed(5, heat)})
    assert b'"seconds":12}' in ordered_bytes(verdict)
    assert ordered_bytes(verdict) == canonical_bytes(verdict)


def test_a_cut_promises_the_greater_share_of_power_and_torque() -> None:
    torque = _observed(drive(11, torque=0.5), "CUT.TORQUE_ABOVE_CURVE")
    found = Scene({**drive(POWER_KW / 0.5, torque=torque / 1.2), **timed(100)}).assess()
    assert (found.verdict.verdict, found.cut_time) == ("allow_with_obligations", 100)
    assert found.load == pytest.approx(1.2)
    assert Scene({**drive(POWER_KW / 1.3), **timed(100)}).assess().load == pytest.approx(1.3)


ASK = {"id": "ask", "when": {"machine": "CNC-001"}, "needs_approval": "operator"}


def test_whoever_approves_is_told_of_the_same_bound() -> None:
    allowed = judged({**drive(POWER_KW / 1.3), **timed(30)})
    asked = judged({**drive(POWER_KW / 1.3), **timed(30), "/policy/rule": [ASK]})
    assert (allowed.verdict, asked.verdict) == ("allow_with_obligations", "needs_approval")
    assert [obligation.kind for obligation in asked.obligations] == ["max_duration"]
    assert asked.obligations == allowed.obligations


def test_denied_cut_has_nothing_to_keep() -> None:
    assert judged({**drive(POWER_KW / 1.3), **timed(30), "/tool/force_max": 1}).obligations == []


def harder(share: float) -> dict[str, Any]:
    """A source by which the material is harder than its nominal figures."""
    edition = {"source": "s", "kc1_1_min": 1675, "kc1_1_max": 1675 * share, "mc_min": 0.24, "mc_max": 0.24}
    return {"/material/editions": [edition]}


@pytest.mark.parametrize(
    "tight", [drive(POWER_KW / 1.2), drive(11, torque=1.3508932287 / 1.2)], ids=["power", "torque"]
)
def test_longest_time_is_that_of_the_hardest_work_that_is_borne(tight: dict[str, Any]) -> None:
    (nominal,) = judged({**tight, **timed(30)}).obligations
    assert nominal.seconds == pytest.approx(longest(1.2, 0.0, TAU), abs=2e-3)
    (worst,) = judged({**tight, **timed(30), **harder(1.1)}).obligations
    assert worst.seconds == pytest.approx(longest(1.32, 0.0, TAU), abs=2e-3)
    asked = judged({**tight, **timed(30), **harder(3)})
    assert (asked.verdict, asked.obligations) == ("needs_approval", [nominal])


def test_obligations_of_rules_stand_beside_it() -> None:
    rule = {
        "id": "r",
        "when": {"machine": "CNC-001"},
        "allow_with": [{"kind": "record", "text": "overload"}],
    }
    verdict = judged({**drive(POWER_KW / 1.3), **timed(30), "/policy/rule": [rule]})
    assert [obligation.kind for obligation in verdict.obligations] == ["record", "max_duration"]
    assert isinstance(verdict.obligations[0], Obligation)


def test_verdict_that_waits_for_a_person_is_not_cut_short() -> None:
    patch = {**drive(POWER_KW / 1.3), **timed(30, 0.8), "/policy/policy/default": "needs_approval"}
    verdict = judged(patch)
    assert (verdict.verdict, verdict.valid_until) == ("needs_approval", iso_utc(NOW_US + 3600 * SECOND_US))


def test_hot_drive_takes_no_cut_that_ends_but_one_for_ever_within_its_rating() -> None:
    """Nobody says how the drive got there; what S1 bears it bears in the end."""
    assert codes(judged({**drive(2 * POWER_KW), **timed(1, 1.5)})) == ["CUT.DUTY_EXCEEDED", "CUT.TORQUE_ABOVE_CURVE"]
    assert judged({**drive(2 * POWER_KW), "/state/trend": {"duty": 1.5}}).verdict == "allow"


def test_curve_is_not_continued_beyond_its_ends() -> None:
    assert judged(drive(11, last=3183)).verdict == "allow"
    verdict = judged(drive(11, last=3182.9))
    assert codes(verdict) == ["CUT.SPEED_OUTSIDE_CURVE"]
    assert verdict.reasons[0].params.limit == 3182.9
    assert {status(verdict, name) for name in ("cut.power", "cut.torque")} == {"not_evaluable"}
    assert verdict.clamped_proposal is not None


def test_effective_speed_meets_the_curve() -> None:
    slow = {"/state/setup/spindle_override": 50}
    assert "CUT.SPEED_OUTSIDE_CURVE" not in codes(judged({**slow, **drive(11, last=2000)}))
    assert "CUT.SPEED_OUTSIDE_CURVE" in codes(judged({**slow, **drive(11, last=1500)}))


def test_no_curve_denies_even_air() -> None:
    verdict = judged({"/machine/spindle_curve": [], AXIAL + "/value": 0})
    assert codes(verdict) == ["CUT.CURVE_MISSING"]


def test_curve_is_straight_between_its_points() -> None:
    points: list[dict[str, float]] = [
        {"speed": 1000, "power_s1": 0.2, "power_peak": 0.3, "torque": 70},
        {"speed": 3183, "power_s1": POWER_KW, "power_peak": 1, "torque": 70},
        {"speed": 9000, "power_s1": 5, "power_peak": 7, "torque": 70},
    ]
    assert judged({"/machine/spindle_curve": points}).verdict == "allow"
    half = [points[0], {**points[2], "speed": 2 * 3183 - 1000, "power_s1": 2 * POWER_KW - 0.2 - 1e-6}]
    assert codes(judged({"/machine/spindle_curve": half})) == ["CUT.POWER_ABOVE_S1"]


def test_torque_of_a_cut_that_ends_is_borne_with_the_power() -> None:
    torque = _observed(drive(11, torque=0.5), "CUT.TORQUE_ABOVE_CURVE")
    assert judged(drive(11, torque=torque)).verdict == "allow"
    tight = drive(11, torque=torque / 1.2)
    assert codes(judged(tight)) == ["CUT.TORQUE_ABOVE_CURVE"]
    verdict = judged({**tight, **timed(100)})
    assert verdict.verdict == "allow_with_obligations"
    assert verdict.obligations[0].seconds == pytest.approx(longest(1.2, 0.0, TAU), abs=1e-3)


def test_spread_that_only_the_duty_meets_needs_a_person() -> None:
    edition = {"source": "s", "kc1_1_min": 1675, "kc1_1_max": 2000, "mc_min": 0.24, "mc_max": 0.24}
    verdict = judged({**drive(POWER_KW), "/material/editions": [edition]})
    assert (verdict.verdict, codes(verdict)) == ("needs_approval", ["CUT.SPREAD_ABOVE_LIMIT"])
    assert verdict.reasons[0].params.field == "motor_power"
    assert verdict.reasons[0].remedies[0].kind == "request_approval"
    assert judged({**drive(POWER_KW * 1.2), "/material/editions": [edition]}).verdict == "allow"


def _cut(cut: Cut, *, seconds: float | None, heat: float) -> Cut:
    return cut._replace(cut_time=seconds, heat=heat, tau=TAU, ratings=Ratings(1.0, 1.36, 70.0))


@settings(max_examples=200)
@given(st.floats(0.01, 2000), st.floats(0, 1.2), st.floats(0, 1.5))
def test_share_borne_is_where_the_duty_rule_turns(seconds: float, heat: float, load: float) -> None:
    base = case_of().cut
    assert base is not None
    share = share_borne(_cut(base, seconds=seconds, heat=heat))
    borne = load <= 1.36 and heat_after(load, heat, seconds, TAU) <= 1
    if abs(load - share) > 1e-6:
        assert (load <= share) is borne


@pytest.mark.parametrize(("seconds", "heat", "share"), [(None, 2.0, 1.0), (1e-320, 0.5, 1.36), (1e-320, 1.0, 1.0)])
def test_share_borne_at_its_ends(seconds: float | None, heat: float, share: float) -> None:
    base = case_of().cut
    assert base is not None
    cut = _cut(base, seconds=seconds, heat=heat)
    assert share_borne(cut) == share
    assert peak_share(cut) == 1.36
    assert POWER.borne(cut) == share


def test_no_time_at_all_helps_a_drive_that_is_too_hot() -> None:
    base = case_of().cut
    assert base is not None
    assert share_borne(_cut(base, seconds=1e-320, heat=1.1)) == 0


@settings(max_examples=40)
@given(st.floats(100, 1500), st.floats(0.1, 5), st.floats(1, 1.5))
def test_more_feed_or_depth_never_asks_for_less(feed: float, depth: float, more: float) -> None:
    def asked(patch: dict[str, Any]) -> tuple[float, float, float]:
        demand = case_of(patch).demand
        assert demand is not None
        return demand.power, demand.torque, demand.gate_force

    base = {FEED + "/value": feed, AXIAL + "/value": depth}
    for path, value in ((FEED + "/value", feed * more), (AXIAL + "/value", depth * more)):
        assert all(grown >= was for grown, was in zip(asked({**base, path: value}), asked(base), strict=True))
    faster = asked({**base, SPEED + "/value": 3183 * more})
    assert faster[0] >= asked(base)[0]
    assert faster[1] <= asked(base)[1]
