"""The feed on the path's smallest radius, by the slower of the plane's axes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest

from chargehand.machining.path import circle_feed, jerk_feed
from tests.unit.auditor.scene import AIR, FEED, codes, decoded, judged, status

BOTH = ("cut.corner_acceleration", "cut.corner_jerk")


def _radius(value: float, unit: str = "mm") -> dict[str, Any]:
    return {"/proposal/action/path_radius": {"value": value, "unit": unit}}


def _axes(**axes: Mapping[str, float]) -> dict[str, Any]:
    usual = {"min": -400, "max": 400, "acceleration": 5000, "jerk": 50_000}
    return {"/machine/axes": {name: {**usual, **axes.get(name, {})} for name in "XYZ"}}


def test_straight_path_is_not_asked_about() -> None:
    assert {status(judged(), name) for name in BOTH} == {"not_applicable"}


@pytest.mark.parametrize(
    ("axes", "limit", "code"),
    [
        (_axes(X={"jerk": 1e12}, Y={"jerk": 1e12}), circle_feed(0.02, 5000), "CUT.CORNER_ACCELERATION"),
        (_axes(X={"jerk": 1e12, "acceleration": 4000}, Y={"jerk": 1e12}), circle_feed(0.02, 4000), None),
        (_axes(X={"acceleration": 1e9}, Y={"acceleration": 1e9}), jerk_feed(0.02, 50_000), "CUT.CORNER_JERK"),
    ],
)
def test_feed_is_closed_at_what_the_slower_axis_follows(axes: dict[str, Any], limit: float, code: str | None) -> None:
    wide = {**AIR, **axes, **_radius(0.02)}
    assert judged({**wide, FEED + "/value": limit}).verdict == "allow"
    over = judged({**wide, FEED + "/value": math.nextafter(limit, math.inf)})
    assert codes(over) == [code or "CUT.CORNER_ACCELERATION"]
    assert over.reasons[0].params.limit == pytest.approx(limit)
    assert over.reasons[0].params.field == "effective_feed"
    assert over.clamped_proposal is not None


def test_axis_outside_of_the_plane_does_not_count() -> None:
    slow = {"acceleration": 1, "jerk": 1}
    assert judged({**_axes(Z=slow), **_radius(5)}).verdict == "allow"
    assert set(codes(judged({**_axes(Y=slow), **_radius(5)}))) == {"CUT.CORNER_ACCELERATION", "CUT.CORNER_JERK"}


def test_turning_moves_in_x_and_z() -> None:
    turned = {
        **AIR,
        "/machine/kind": "turning",
        "/tool/kind": "turning",
        "/proposal/action/workpiece_diameter": {"value": 30, "unit": "mm"},
        **_radius(5),
    }
    slow = {"acceleration": 1, "jerk": 1}
    assert judged({**turned, **_axes(Y=slow)}).verdict == "allow"
    assert "CUT.CORNER_JERK" in codes(judged({**turned, **_axes(Z=slow)}))


def test_drilling_follows_no_radius() -> None:
    verdict = judged({**_radius(0.001), "/tool/kind": "drill", "/tool/deflection_roughing": 9})
    assert {status(verdict, name) for name in BOTH} == {"not_applicable"}


@pytest.mark.parametrize(
    ("axes", "fields"),
    [
        ({"Y": {"min": 0, "max": 1, "jerk": 1e6}}, {"acceleration"}),
        ({"Y": {"min": 0, "max": 1, "acceleration": 1e6}}, {"jerk"}),
        ({"Y": {"min": 0, "max": 1}}, {"acceleration", "jerk"}),
        ({}, {"acceleration", "jerk"}),
    ],
)
def test_known_radius_on_axes_that_nobody_knows_denies(axes: dict[str, Any], fields: set[str]) -> None:
    usual = {"X": {"min": 0, "max": 1, "acceleration": 1e6, "jerk": 1e9}}
    verdict = judged({"/machine/axes": {**usual, **axes}, **_radius(5)})
    assert set(codes(verdict)) == {"CUT.DYNAMICS_MISSING"}
    assert {reason.params.field for reason in verdict.reasons} == fields


def test_radius_of_the_set_up_counts_for_an_override() -> None:
    action = {"operation": "override", "params": {"feed_override": {"value": 150, "unit": "%"}}}
    patch = {"/proposal/action": action, "/state/setup/path_radius": 0.2}
    verdict = judged(patch)
    assert codes(verdict) == ["CUT.CORNER_JERK"]
    clamped = decoded(verdict)["clamped_proposal"]["action"]["params"]["feed_override"]["value"]
    assert clamped == math.floor(jerk_feed(0.2, 50_000) / 700 * 100)


def test_inches_are_inches() -> None:
    assert codes(judged(_radius(0.1 / 25.4, "in"))) == codes(judged(_radius(0.1))) == ["CUT.CORNER_JERK"]
