"""The room of a change: which parameter moves a coordinate, and how far cards and policy let it go."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest

from chargehand.auditor.case import Case
from chargehand.auditor.judge import QUESTIONS, ask
from chargehand.auditor.room import Knob, corner_feed, mover, room_of, spans_of
from chargehand.auditor.shrink import Coordinate, Room, Span
from chargehand.contracts.card import Axis
from tests.unit.auditor.cuts import cut_of
from tests.unit.auditor.scene import NOW_US, Scene


def _case(patch: dict[str, Any] | None = None) -> Case:
    scene = Scene(patch)
    case = Case(proposal=scene.proposal(), evidence=scene.evidence(), book=scene.book(), now_us=NOW_US, found=[])
    ask(case, QUESTIONS["machine.change"])
    return case


def _room(patch: dict[str, Any] | None = None) -> tuple[Room, dict[Coordinate, Knob]] | None:
    case = _case(patch)
    assert case.cut is not None
    return room_of(case, case.cut, spans_of(case), case.values)


def _override(**values: float) -> dict[str, Any]:
    params = {name: {"value": value, "unit": "%"} for name, value in values.items()}
    return {"/proposal/action": {"operation": "override", "params": params}}


def _given(**values: tuple[float, str]) -> dict[str, Any]:
    return {"/proposal/action/params": {name: {"value": v, "unit": unit} for name, (v, unit) in values.items()}}


@pytest.mark.parametrize(
    ("patch", "field", "expected"),
    [
        ({}, "effective_speed", "spindle_speed"),
        ({}, "axial_depth", "axial_depth"),
        ({}, "motor_power", None),
        (_given(feed_override=(90, "%")), "effective_feed", "feed_override"),
        (_given(feed_override=(90, "%"), feed_rate=(500, "mm/min")), "effective_feed", "feed_rate"),
        (_given(feed_rate=(500, "mm/min")), "effective_speed", None),
        (_override(feed_override=90), "effective_feed", "feed_override"),
        (_override(spindle_override=90), "effective_speed", None),
    ],
)
def test_base_moves_before_the_override_and_an_override_moves_the_feed_alone(
    patch: dict[str, Any], field: str, expected: str | None
) -> None:
    assert mover(_case(patch), field) == expected


def test_tightest_box_of_machine_tool_and_policy_holds() -> None:
    patch = {"/policy/limit": [{"field": "spindle_speed", "max": 8000}, {"field": "spindle_speed", "min": 700}]}
    assert spans_of(_case())["spindle_speed"] == Span(500, 12000)
    assert spans_of(_case(patch))["spindle_speed"] == Span(700, 8000)


def test_radial_depth_of_a_tool_without_one_is_no_box() -> None:
    assert "radial_depth" in spans_of(_case())
    assert "radial_depth" not in spans_of(_case({"/tool/kind": "drill"}))


def test_knobs_are_the_given_parameters_in_their_units() -> None:
    found = _room(_given(feed_rate=(20, "in/min"), axial_depth=(2, "mm")))
    assert found is not None
    assert {name: (knob.name, knob.unit) for name, knob in found[1].items()} == {
        "feed": ("feed_rate", "in/min"),
        "axial_depth": ("axial_depth", "mm"),
    }


def test_knob_is_bounded_by_what_its_other_half_leaves() -> None:
    found = _room({"/state/setup/feed_override": 80, "/machine/feed_rate_max": 1000})
    assert found is not None
    room, knobs = found
    assert knobs["feed"].span == Span(1, 1000)
    assert knobs["feed"].effective(500) == 400
    assert room.feed.high == 800
    faster = _room({"/state/setup/feed_override": 125, "/machine/feed_rate_max": 1000})
    assert faster is not None
    assert faster[1]["feed"].span.high == 800
    assert faster[0].feed.high == 1000


def test_setting_outside_that_may_not_move_leaves_no_room() -> None:
    params = _given(axial_depth=(2, "mm"))
    assert _room(params) is not None
    assert _room({**params, "/state/setup/feed_rate": 10001}) is None
    assert _room({**params, "/state/setup/spindle_speed": 499}) is None
    assert _room({**params, "/state/setup/spindle_override": 121}) is None


def test_feed_that_an_override_of_nothing_stops_cannot_be_moved() -> None:
    assert _room({**_given(feed_rate=(500, "mm/min")), "/state/setup/feed_override": 0}) is None


@pytest.mark.parametrize(
    ("patch", "low", "high"),
    [
        ({}, 500, 12000),
        ({"/tool/uses/0/cutting_speed_min": 60}, 60_000 / (math.pi * 12), 12000),
        ({"/tool/uses/0/cutting_speed_max": 120}, 500, 120_000 / (math.pi * 12)),
        ({"/tool/life_min": 1000}, 500, 900 * 1000**-0.25 * 1000 / (math.pi * 12)),
        ({"/tool/holder/speed_max": 9000}, 500, 9000),
    ],
)
def test_speed_stays_where_tool_life_holder_and_drive_say_so(patch: dict[str, Any], low: float, high: float) -> None:
    found = _room(patch)
    assert found is not None
    assert found[0].speed == pytest.approx((low, high))


def test_speed_stays_on_the_drives_curve() -> None:
    curve = [
        {"speed": 1000, "power_s1": 11, "power_peak": 14, "torque": 70},
        {"speed": 6000, "power_s1": 11, "power_peak": 14, "torque": 17},
    ]
    found = _room({"/machine/spindle_curve": curve})
    assert found is not None
    assert found[0].speed == (1000, 6000)


def test_cut_through_air_is_bound_by_boxes_alone() -> None:
    found = _room({"/proposal/action/params/axial_depth/value": 0, "/tool/uses/0/cutting_speed_max": 120})
    assert found is not None
    assert found[0].speed == (500, 12000)


def test_corner_is_run_as_fast_as_the_slower_axis_allows() -> None:
    """By hand: at 1 mm and 5000 mm/s2, 60 sqrt(5000) = 4243; by the jerk of 50000 mm/s3, 60 cbrt(50000) = 2210."""
    cut = cut_of(path_radius=1.0)
    assert corner_feed(cut) == pytest.approx(60 * 50000 ** (1 / 3))
    lazy = cut.card.axes | {"X": Axis(min=0, max=1, acceleration=100, jerk=1e9)}
    assert corner_feed(cut._replace(card=msgspec.structs.replace(cut.card, axes=lazy))) == pytest.approx(600)
    assert corner_feed(cut_of()) == math.inf


def test_corner_of_axes_that_nobody_knows_bounds_nothing_here() -> None:
    """The check denies it; the clamp has nothing to hold on to."""
    cut = cut_of(path_radius=1.0)
    still = dict.fromkeys(cut.card.axes, Axis(min=0, max=1))
    assert corner_feed(cut._replace(card=msgspec.structs.replace(cut.card, axes=still))) == math.inf
