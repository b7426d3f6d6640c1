"""The clamp: never denied, idempotent, nearest, and silent about what it need not move."""

from __future__ import annotations

import copy
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.auditor.case import Case
from chargehand.auditor.clamp import SHALLOWER_MAX, clamp
from chargehand.auditor.judge import QUESTIONS, ask
from chargehand.contracts.units import UNITS
from chargehand.contracts.verdict import Verdict
from tests.unit.auditor.scene import AXIAL, FEED, NOW_US, RADIAL, SPEED, Scene, call_scene, codes, decoded, judged

STEP = {"spindle_speed": 1.0, "feed_rate": 1.0, "axial_depth": 0.01, "radial_depth": 0.01, "feed_override": 1.0}


def _clamps(verdict: Verdict) -> dict[str, Any]:
    return {
        str(remedy.path): remedy.to
        for reason in verdict.reasons
        for remedy in reason.remedies
        if remedy.kind == "clamp"
    }


def _params(verdict: Verdict) -> dict[str, Any]:
    body = decoded(verdict)["clamped_proposal"]
    assert body is not None
    params: dict[str, Any] = body["action"]["params"]
    return params


@pytest.mark.parametrize(
    ("path", "value", "moved"),
    [
        (SPEED, 99999, {"spindle_speed": 12000, "feed_rate": 480}),
        (SPEED, 12000.000000000002, {"spindle_speed": 12000}),
        (SPEED, 14000, {"spindle_speed": 12000, "feed_rate": 654}),
        (SPEED, 1, {"spindle_speed": 500, "feed_rate": 400}),
        (FEED, 99999, {"feed_rate": 2546}),
        (FEED, 0.5, {"feed_rate": 128}),
        (AXIAL, 500, {"axial_depth": 26}),
        (AXIAL, math.nextafter(26.0, 27.0), {"axial_depth": 26}),
        (RADIAL, 12.3, {"radial_depth": 12}),
    ],
)
def test_value_goes_to_the_limit_and_no_further(path: str, value: float, moved: dict[str, float]) -> None:
    """Where the speed falls the feed per tooth stays, inside of what the tool is made for (0.01 to 0.2 mm)."""
    verdict = judged({path + "/value": value})
    given_ = Scene({path + "/value": value}).body["action"]["params"]
    found = {name: item["value"] for name, item in _params(verdict).items() if item != given_[name]}
    assert found == moved
    assert _clamps(verdict) == {f"/action/params/{name}/value": to for name, to in moved.items()}


@pytest.mark.parametrize(
    ("patch", "to"),
    [
        ({"/machine/feed_rate_max": 700.9}, 700),
        ({"/machine/feed_rate_max": 700.9, "/machine/resolution": {"feed_rate": 0.5}}, 700.5),
        ({"/machine/feed_rate_min": 800.1}, 801),
        ({"/machine/feed_rate_max": 700, "/machine/resolution": {"feed_rate": 300}}, 600),
    ],
)
def test_moved_value_lies_on_the_machines_grid(patch: dict[str, Any], to: float) -> None:
    assert _params(judged(patch))["feed_rate"]["value"] == to


def test_decimal_limit_that_is_on_the_grid_is_reached() -> None:
    assert _params(judged({"/tool/flute_length": 0.29}))["axial_depth"]["value"] == 0.29


def test_box_without_a_grid_point_has_no_clamp() -> None:
    patch = {"/machine/feed_rate_min": 700.2, "/machine/feed_rate_max": 700.8}
    assert judged(patch).clamped_proposal is None


def test_empty_box_has_no_clamp() -> None:
    patch = {"/policy/limit": [{"field": "feed_rate", "min": 9000}, {"field": "feed_rate", "max": 100}]}
    verdict = judged(patch)
    assert verdict.clamped_proposal is None
    assert _clamps(verdict) == {}


def test_several_values_move_together_and_every_remedy_has_the_joint_solution() -> None:
    patch = {SPEED + "/value": 99999, FEED + "/value": 99999, "/state/setup/feed_override": 110}
    verdict = judged(patch)
    params = _params(verdict)
    # 0.2 mm per tooth at 12000 rev/min, and at an override of 110 %: 9600 / 1.1.
    assert (params["spindle_speed"]["value"], params["feed_rate"]["value"]) == (12000, 8727)
    assert _clamps(verdict) == {
        "/action/params/spindle_speed/value": 12000,
        "/action/params/feed_rate/value": 8727,
    }


def test_clamp_is_in_the_proposals_own_unit() -> None:
    verdict = judged({FEED: {"value": 500, "unit": "in/min"}})
    quantity = _params(verdict)["feed_rate"]
    assert quantity["unit"] == "in/min"
    assert quantity["value"] * UNITS["in/min"].factor <= 2546
    assert quantity["value"] == pytest.approx(2546 / 25.4)


def test_untouched_fields_keep_everything() -> None:
    scene = Scene({RADIAL + "/value": 99999, FEED: {"value": 10.1, "unit": "in/min"}, AXIAL + "/value": 2.345678901})
    clamped = decoded(scene.judge())["clamped_proposal"]
    expected = copy.deepcopy(scene.body)
    expected["action"]["params"]["radial_depth"]["value"] = 12
    assert clamped == expected


def test_policy_limit_narrows_the_box() -> None:
    patch = {SPEED + "/value": 99999, "/policy/limit": [{"field": "spindle_speed", "max": 8000}]}
    verdict = judged(patch)
    assert _params(verdict)["spindle_speed"]["value"] == 8000
    kinds = {(reason.code, tuple(remedy.kind for remedy in reason.remedies)) for reason in verdict.reasons}
    assert ("MACH.POLICY_LIMIT_ABOVE", ("clamp", "clamp", "edit_policy")) in kinds


@pytest.mark.parametrize(
    "patch",
    [
        {"/state/ts_ingest": "2026-11-20T11:00:00Z"},
        {"/state/interlocks/door_open": True},
        {"/state/setup/tool": "FM50-5"},
        {"/state/setup/material": "brass"},
        {"/state/values/spindle_load": {"v": None, "q": "unavailable"}},
        {"/proposal/action/params/feed_rate/unit": "mm/s"},
        {"/proposal/approved": True},
        {"/proposal/based_on/seq": 2000},
        {"/machine/writable": False},
        {"/machine/coolant_flow_min": 90},
        {"/policy/policy/default": "deny"},
    ],
)
def test_anything_but_a_box_has_no_clamp(patch: dict[str, Any]) -> None:
    verdict = judged({SPEED + "/value": 99999, **patch})
    assert verdict.verdict == "deny"
    assert verdict.clamped_proposal is None
    assert _clamps(verdict) == {}


def test_clamp_that_still_needs_approval_is_offered() -> None:
    verdict = judged({SPEED + "/value": 99999, "/policy/policy/default": "needs_approval"})
    assert verdict.verdict == "deny"
    assert verdict.clamped_proposal is not None


def test_allowed_proposal_has_no_clamp() -> None:
    assert judged().clamped_proposal is None


def _override(**values: float) -> dict[str, Any]:
    params = {name: {"value": value, "unit": "%"} for name, value in values.items()}
    return {"/proposal/action": {"operation": "override", "params": params}}


@pytest.mark.parametrize(
    ("patch", "to"),
    [
        (_override(feed_override=200), 150),
        ({**_override(feed_override=150), "/state/setup/feed_rate": 2000}, 120),
        ({**_override(feed_override=150), "/state/setup/feed_rate": 900, "/machine/feed_rate_max": 1200}, 133),
        ({**_override(feed_override=20), "/machine/feed_override_min": 50}, 50),
    ],
)
def test_override_moves_the_feed_override(patch: dict[str, Any], to: float) -> None:
    assert _params(judged(patch)) == {"feed_override": {"value": to, "unit": "%"}}


@pytest.mark.parametrize("patch", [_override(spindle_override=200), _override(spindle_override=200, feed_override=200)])
def test_override_never_moves_the_spindle_override(patch: dict[str, Any]) -> None:
    assert judged(patch).clamped_proposal is None


def test_base_moves_and_not_the_override_where_both_are_given() -> None:
    params = {"feed_rate": {"value": 9500, "unit": "mm/min"}, "feed_override": {"value": 120, "unit": "%"}}
    found = _params(judged({"/proposal/action/params": params}))
    assert (found["feed_rate"]["value"], found["feed_override"]["value"]) == (2000, 120)


def test_both_move_where_both_are_out() -> None:
    params = {"feed_rate": {"value": 99999, "unit": "mm/min"}, "feed_override": {"value": 999, "unit": "%"}}
    found = _params(judged({"/proposal/action/params": params}))
    assert (found["feed_rate"]["value"], found["feed_override"]["value"]) == (1600, 150)


def test_value_of_the_setup_is_not_moved() -> None:
    params = {"axial_depth": {"value": 50, "unit": "mm"}}
    patch = {"/proposal/action/params": params, "/state/setup/feed_rate": 99999}
    assert judged(patch).clamped_proposal is None


@pytest.mark.parametrize(("value", "to"), [(500, 400), (-500, -400)])
def test_offset_goes_to_the_end_of_the_travel(value: float, to: float) -> None:
    action = {"operation": "offset_write", "params": {"offset_x": {"value": value, "unit": "mm"}}}
    assert _params(judged({"/proposal/action": action}))["offset_x"]["value"] == to


@pytest.mark.parametrize(
    ("bound", "value", "to"),
    [
        ({"max": 5}, 6, 5),
        ({"min": 1}, 0.5, 1),
        ({"max": 5.5}, 6, 5.5),
        ({"type": "integer", "max": 5.5}, 6, 5),
        ({"type": "integer", "min": 0.5}, 0, 1),
    ],
)
def test_argument_goes_to_its_bound(bound: dict[str, Any], value: float, to: float) -> None:
    tool = {"name": "t", "effect": "read", "bounds": {"n": bound, "kept": {}}}
    verdict = call_scene({"tool": "t", "arguments": {"n": value, "kept": 1}}, tool).judge()
    assert codes(verdict) == ["TOOL.ARGUMENT_OUT_OF_RANGE"]
    assert decoded(verdict)["clamped_proposal"]["action"]["arguments"] == {"n": to, "kept": 1}
    assert _clamps(verdict) == {"/action/arguments/n": to}


VALUE = st.one_of(
    st.integers(0, 30000), st.floats(0, 30000).map(lambda value: value + 0.0), st.sampled_from([12000, 1])
)
DEPTH = st.one_of(st.integers(0, 40), st.floats(0, 40).map(lambda value: value + 0.0))
UNIT = {
    "spindle_speed": ("rev/min", "rev/s"),
    "feed_rate": ("mm/min", "in/min"),
    "axial_depth": ("mm", "um", "in"),
    "radial_depth": ("mm", "um", "in"),
    "feed_override": ("%",),
    "spindle_override": ("%",),
}


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    names = draw(st.lists(st.sampled_from(sorted(UNIT)), unique=True, min_size=1, max_size=6))
    params = {}
    for name in names:
        unit = draw(st.sampled_from(UNIT[name]))
        value = draw(DEPTH if name.endswith("depth") else st.integers(0, 300) if unit == "%" else VALUE)
        params[name] = {"value": value, "unit": unit}
    low, high = sorted([draw(st.floats(0, 20000)), draw(st.floats(1, 20000))])
    patch: dict[str, Any] = {
        "/proposal/action/params": params,
        "/machine/feed_rate_min": low,
        "/machine/feed_rate_max": high,
        "/tool/flute_length": draw(st.floats(0.01, 40)),
        "/tool/stickout": 50,
        "/state/setup/feed_override": draw(st.integers(1, 200)),
        "/state/setup/spindle_override": draw(st.sampled_from([50, 99, 100, 101, 120])),
    }
    if draw(st.booleans()):
        limit = {"field": draw(st.sampled_from(["effective_feed", "spindle_speed", "axial_depth"]))}
        patch["/policy/limit"] = [{**limit, "max": draw(st.floats(0.5, 12000))}]
    return Scene(patch)


def _rejudged(scene: Scene, body: dict[str, Any]) -> Verdict:
    again = Scene()
    again.docs = {**scene.docs, "proposal": body}
    return again.judge()


@given(scenes())
def test_clamp_is_admissible_idempotent_and_quiet(scene: Scene) -> None:
    verdict = scene.judge()
    clamped = decoded(verdict)["clamped_proposal"]
    if clamped is None:
        assert _clamps(verdict) == {}
        return
    again = _rejudged(scene, clamped)
    assert again.verdict in ("allow", "allow_with_obligations", "needs_approval")
    assert again.clamped_proposal is None
    moved = _clamps(verdict)
    assert moved
    for name, quantity in clamped["action"]["params"].items():
        given_ = scene.body["action"]["params"][name]
        assert quantity["unit"] == given_["unit"]
        path = f"/action/params/{name}/value"
        if path in moved:
            assert quantity["value"] == moved[path]
        else:
            assert quantity["value"] == given_["value"]


@given(scenes(), st.sampled_from(sorted(STEP)))
def test_no_nearer_grid_point_is_admissible(scene: Scene, name: str) -> None:
    """One step back towards what was asked is outside: the projection is exact on the grid."""
    clamped = decoded(scene.judge())["clamped_proposal"]
    params = scene.body["action"]["params"]
    if clamped is None or name not in params or params[name]["unit"] not in ("rev/min", "mm/min", "mm", "%"):
        return
    asked, got = params[name]["value"], clamped["action"]["params"][name]["value"]
    if abs(asked - got) <= STEP[name]:
        return
    nearer = copy.deepcopy(clamped)
    nearer["action"]["params"][name]["value"] = got + math.copysign(STEP[name], asked - got)
    assert _rejudged(scene, nearer).verdict == "deny"


@given(st.sampled_from(["spindle_override", "feed_override"]), st.integers(0, 400), st.integers(100, 20000))
def test_override_clamp_touches_the_feed_override_only(name: str, value: int, base: int) -> None:
    patch = {**_override(**{name: value}), "/state/setup/feed_rate": base, "/state/setup/spindle_speed": 3000}
    clamped = decoded(judged(patch))["clamped_proposal"]
    if clamped is not None:
        assert name == "feed_override"


SPREAD = [{"source": "another", "kc1_1_min": 1500, "kc1_1_max": 2200, "mc_min": 0.2, "mc_max": 0.3}]


def test_clamp_keeps_to_the_worst_figures_so_that_nobody_is_asked() -> None:
    scene = Scene({AXIAL + "/value": 26, RADIAL + "/value": 10, "/material/editions": SPREAD})
    verdict = scene.judge()
    assert verdict.verdict == "deny"
    clamped = decoded(verdict)["clamped_proposal"]
    assert _rejudged(scene, clamped).verdict == "allow"
    milder = Scene({AXIAL + "/value": 26, RADIAL + "/value": 10})
    assert clamped["action"]["params"]["feed_rate"]["value"] < _params(milder.judge())["feed_rate"]["value"]


def test_where_only_the_nominal_figures_leave_a_cut_a_person_is_asked() -> None:
    """With the depth and feed fixed but for the feed's last share, the worst figures leave nothing to cut."""
    params = {"axial_depth": {"value": 3, "unit": "mm"}}
    tight = {"/proposal/action/params": params, "/material/editions": SPREAD, "/tool/axial_depth_min": 1.5}
    force = next(
        reason.params.observed
        for reason in judged({**tight, "/tool/force_max": 1}).reasons
        if reason.code == "CUT.FORCE_ABOVE_MAX"
    )
    assert isinstance(force, float)
    scene = Scene({**tight, "/tool/force_max": force * 0.6})
    verdict = scene.judge()
    assert verdict.verdict == "deny"
    again = _rejudged(scene, decoded(verdict)["clamped_proposal"])
    assert (again.verdict, codes(again)) == ("needs_approval", ["CUT.SPREAD_ABOVE_LIMIT"])


def test_finding_that_only_asks_for_approval_does_not_stand_in_the_way() -> None:
    rule = {"id": "ask", "when": {"kind": "machine.change"}, "needs_approval": "operator"}
    verdict = judged({AXIAL + "/value": 26, RADIAL + "/value": 10, "/policy/rule": [rule]})
    assert verdict.verdict == "deny"
    assert verdict.clamped_proposal is not None


def test_cut_that_ends_is_clamped_to_what_the_drive_bears_for_so_long() -> None:
    patch: dict[str, Any] = {AXIAL + "/value": 26, RADIAL + "/value": 10, FEED + "/value": 2000}
    patch |= {"/tool/force_max": None, "/tool/deflection_roughing": 1.0}
    patch["/state/trend"] = {"duty": 0.0, "duty_covered_s": 3600}
    endless = _params(judged(patch))["feed_rate"]["value"]
    short = {**patch, "/proposal/action/cut_time": {"value": 30, "unit": "s"}}
    assert _params(judged(short))["feed_rate"]["value"] > endless


def test_remedies_alone_make_the_clamp() -> None:
    """Writing each named value into the proposal gives what the verdict offers, also where a ceiling moved it."""
    scene = Scene({SPEED + "/value": 14000, AXIAL + "/value": 40, RADIAL + "/value": 10})
    verdict = scene.judge()
    by_hand = copy.deepcopy(scene.body)
    for path, to in _clamps(verdict).items():
        by_hand["action"]["params"][path.split("/")[-2]]["value"] = to
    assert by_hand == decoded(verdict)["clamped_proposal"]
    assert all(reason.remedies[0].kind == "clamp" for reason in verdict.reasons if reason.severity == "block")


def test_feed_is_clamped_to_what_the_axes_follow_round_the_corner() -> None:
    """By hand: at 0.01 mm and a jerk of 50000 mm/s3, 60 cbrt(50000 0.01^2) = 102.6 mm/min; that can be set is
    102, and 0.01 mm per tooth lets no faster spindle than 2550 rev/min make so little."""
    path_radius = {"value": 0.01, "unit": "mm"}
    params = _params(judged({"/proposal/action/path_radius": path_radius}))
    assert (params["spindle_speed"]["value"], params["feed_rate"]["value"]) == (2550, 102)


@pytest.mark.parametrize("radius", [0.1, 0.05])
def test_corner_costs_no_speed_where_the_feed_per_tooth_can_pay(radius: float) -> None:
    """By hand: at 0.1 mm 60 cbrt(50000 0.1^2) = 476.2 mm/min, and 0.01 mm per tooth would let it fall to 127."""
    params = _params(judged({"/proposal/action/path_radius": {"value": radius, "unit": "mm"}}))
    assert params["spindle_speed"] == Scene().body["action"]["params"]["spindle_speed"]
    assert params["feed_rate"]["value"] == math.floor(60 * math.cbrt(50_000 * radius**2))


@pytest.mark.parametrize(
    ("speed", "feed", "to"),
    [(1400, 1200.0, 1500), (1400, 1201.3, 1502), (2000, math.nextafter(1600, 1601), 2001), (4000, 100.0, 2500)],
)
def test_speed_given_alone_goes_to_where_the_set_feed_makes_admissible_chips(speed: int, feed: float, to: int) -> None:
    """By hand: 4 teeth, 0.01 to 0.2 mm; what lies off the grid goes to the grid point with the admissible chip."""
    params = {"/proposal/action/params": {"spindle_speed": {"value": speed, "unit": "rev/min"}}}
    assert _params(judged({**params, "/state/setup/feed_rate": feed}))["spindle_speed"]["value"] == to


@pytest.mark.parametrize("speed", [1001, 1005, 3183])
@pytest.mark.parametrize("limit", ["cutting_speed_max", "taylor_c", "feed_per_tooth_max"])
def test_at_the_end_of_a_band_nothing_moves_and_one_digit_beyond_one_step(speed: int, limit: str) -> None:
    """A depth beyond the flute asks for a clamp; by its limit alone the speed or the feed stays or goes down a step."""
    patch: dict[str, Any] = {SPEED + "/value": speed, FEED + "/value": 0.08 * speed, AXIAL + "/value": 26.5}
    patch |= {RADIAL + "/value": 0.2, "/tool/life_min": 1 if limit == "taylor_c" else None}
    name, most = "spindle_speed", math.pi * 12 * speed / 1000
    if limit == "feed_per_tooth_max":
        name, most = "feed_rate", 0.08 * speed / (4 * speed)
    asked = Scene(patch).body["action"]["params"]
    at, beyond = (_params(judged({**patch, "/tool/uses/0/" + limit: end})) for end in (most, math.nextafter(most, 0)))
    assert at == {**asked, "axial_depth": {"value": 26, "unit": "mm"}}
    assert 0 < asked[name]["value"] - beyond[name]["value"] <= 1


@pytest.mark.parametrize("refused", [0, 1, SHALLOWER_MAX, SHALLOWER_MAX + 1])
def test_what_is_refused_again_is_tried_three_steps_shallower_and_no_more(refused: int) -> None:
    scene = Scene({AXIAL + "/value": 40})
    case = Case(proposal=scene.proposal(), evidence=scene.evidence(), book=scene.book(), now_us=NOW_US, found=[])
    ask(case, QUESTIONS["machine.change"])
    tried: list[float] = []

    def denied_again(body: dict[str, Any]) -> bool:
        tried.append(body["action"]["params"]["axial_depth"]["value"])
        return len(tried) <= refused

    found = clamp(case, denied_again)
    assert tried == [26, 25.99, 25.98, 25.97][: refused + 1]
    if refused > SHALLOWER_MAX:
        assert found is None
    else:
        assert found is not None
        assert found["action"]["params"]["axial_depth"]["value"] == tried[-1]


def test_no_clamp_lets_a_held_feed_go() -> None:
    """A hold that the proposal itself asks for is not turned into a slower feed."""
    depths = {"axial_depth": {"value": 26, "unit": "mm"}, "radial_depth": {"value": 12, "unit": "mm"}}
    held = {"/proposal/action/params": {**depths, "feed_override": {"value": 0, "unit": "%"}}}
    verdict = judged({**held, "/state/setup/feed_rate": 2500})
    assert "CUT.FORCE_ABOVE_MAX" in codes(verdict)
    assert verdict.clamped_proposal is None
