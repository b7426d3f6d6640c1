"""The integrated model: against a sum over angles and slices, and by how much the mean-chip formula lies over it."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.machining.cutting import PEAK_MARGIN, Kienzle, drilling, milling, turning
from chargehand.machining.integrated import (
    NOTHING,
    RADIAL_RATIO,
    SHORTFALL,
    SHORTFALL_MAX,
    Load,
    arc_ends,
    load,
    peak_force,
)
from tests.unit.machining.cutters import GOLDEN, ROUNDING, STEEL, Cut, Golden, cuts, cutter, laws, quadrature


def load_of(cut: Cut, **rest: Any) -> Load:
    given_: dict[str, Any] = {
        "speed": cut.speed,
        "feed": cut.feed,
        "axial_depth": cut.axial_depth,
        "radial_depth": cut.radial_depth,
        "engagement": cut.engagement,
    }
    return load(cut.tool, cut.law, **(given_ | rest))


@pytest.mark.parametrize("point", GOLDEN, ids=lambda point: point.name)
def test_power_lies_three_to_three_and_a_half_percent_under_the_mean_chip(point: Golden) -> None:
    shortfall = 1 - load(point.tool(), point.law, **point.cut()).power / point.power
    low, high = SHORTFALL
    assert low <= round(shortfall, 3) <= high


@given(cuts())
def test_mean_chip_is_on_the_safe_side_everywhere_and_never_far_off(cut: Cut) -> None:
    found, asked = load_of(cut), cut.demand()
    for name in ("power", "torque", "force"):
        shortfall = 1 - getattr(found, name) / getattr(asked, name)
        assert -ROUNDING <= shortfall <= SHORTFALL_MAX


@given(st.floats(0.1, 0.3))
def test_stated_shortfall_is_not_wider_than_it_has_to_be(mc: float) -> None:
    worst = max(
        1 - load_of(cut).power / cut.demand().power
        for cut in (Cut(cutter(), Kienzle(1675, 0.30), 3000, 0.1, 5, share / 100, "side") for share in range(1, 101))
    )
    assert SHORTFALL_MAX - 0.005 < worst <= SHORTFALL_MAX
    narrow = Cut(cutter(), Kienzle(1675, mc), 3000, 0.1, 5, 0.01, "side")
    assert 1 - load_of(narrow).power / narrow.demand().power <= SHORTFALL_MAX


@pytest.mark.parametrize("engagement", ["side", "centred"])
@pytest.mark.parametrize("direction", ["climb", "conventional"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.8, 1.0])
def test_means_are_those_of_a_quadrature(engagement: Any, direction: Any, share: float) -> None:
    tool, fz, depth = cutter(12, 4), 0.08, 7.0
    start, end = arc_ends(12 * share, 12, engagement, direction)
    found = load(
        tool,
        STEEL,
        speed=3000,
        feed=12_000 * fz,
        axial_depth=depth,
        radial_depth=12 * share,
        engagement=engagement,
        direction=direction,
    )

    def mean(part: Any) -> float:
        def at(angle: float) -> float:
            chip = fz * max(math.sin(angle), 1e-300)
            tangential = depth * chip * STEEL.at(chip)
            return float(part(angle, tangential))

        middle = math.pi / 2
        cuts_at = [start, *([middle] if start < middle < end else []), end]
        return sum(quadrature(at, a, b) for a, b in itertools.pairwise(cuts_at)) * 4 / (2 * math.pi)

    assert found.force == pytest.approx(mean(lambda _, force: force), rel=1e-8)
    along = mean(lambda angle, force: -force * (math.cos(angle) + RADIAL_RATIO * math.sin(angle)))
    across = mean(lambda angle, force: force * (math.sin(angle) - RADIAL_RATIO * math.cos(angle)))
    scale = found.force * 1e-8
    assert found.feed_force == pytest.approx(along, abs=scale)
    assert found.normal_force == pytest.approx(across, abs=scale)


@given(cuts())
def test_climb_and_conventional_are_mirrored(cut: Cut) -> None:
    climb, against = load_of(cut, direction="climb"), load_of(cut, direction="conventional")
    for name in ("power", "torque", "force", "peak_force"):
        assert getattr(climb, name) == pytest.approx(getattr(against, name), rel=ROUNDING)
    # The resultant is turned and mirrored, not made longer, where nothing presses along the radius.
    climb, against = (load_of(cut, direction=way, radial_ratio=0.0) for way in ("climb", "conventional"))
    assert climb.feed_force == pytest.approx(-against.feed_force, abs=1e-6 * climb.force)
    assert climb.normal_force == pytest.approx(against.normal_force, rel=1e-6)


def test_slot_pushes_back_against_the_feed() -> None:
    found = load(cutter(), STEEL, speed=3000, feed=600, axial_depth=3, radial_depth=12)
    assert found.feed_force < 0
    assert load(
        cutter(), STEEL, speed=3000, feed=600, axial_depth=3, radial_depth=12, radial_ratio=0.0
    ).feed_force == pytest.approx(0.0, abs=1e-9)


@given(cuts())
def test_peak_lies_between_the_mean_and_the_gate(cut: Cut) -> None:
    found, blunt = load_of(cut), cut._replace(tool=cutter(cut.tool.diameter, cut.tool.teeth)).demand()
    assert found.force * (1 - ROUNDING) <= found.peak_force <= blunt.gate_force / PEAK_MARGIN * (1 + ROUNDING)
    if cut.tool.helix is not None:
        assert cut.demand().gate_force == pytest.approx(PEAK_MARGIN * found.peak_force)


@pytest.mark.parametrize("helix", [None, 20.0, 38.0, 50.0])
@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("teeth", [2, 3, 4, 6])
def test_peak_is_that_of_slices_summed_at_every_angle(helix: float | None, share: float, teeth: int) -> None:
    tool, fz, depth, slices = cutter(12, teeth, helix=helix), 0.08, 9.0, 120
    start, end = arc_ends(12 * share, 12, "side", "conventional")
    lag = 2 * math.tan(math.radians(helix or 0.0)) / 12

    def force(turned: float) -> float:
        total = 0.0
        for tooth in range(teeth):
            for piece in range(slices):
                height = (piece + 0.5) * depth / slices
                angle = (turned + tooth * 2 * math.pi / teeth - lag * height) % (2 * math.pi)
                if start <= angle <= end:
                    chip = fz * math.sin(angle)
                    total += depth / slices * chip * STEEL.at(chip) if chip > 0 else 0.0
        return total

    summed = max(force(2 * math.pi / teeth * i / 60) for i in range(60))
    found = peak_force(tool, STEEL, feed_per_tooth=fz, axial_depth=depth, radial_depth=12 * share)
    assert found == pytest.approx(summed, rel=0.03)


@given(laws, st.floats(0.1, 4), st.floats(0.05, 0.5))
def test_turning_has_a_constant_chip(law: Kienzle, depth: float, per_turn: float) -> None:
    tool = cutter(kind="turning", teeth=1)
    asked = turning(tool, law, speed=500, feed=500 * per_turn, depth=depth, workpiece_diameter=80)
    found = load(tool, law, speed=500, feed=500 * per_turn, axial_depth=depth, workpiece_diameter=80)
    assert (found.power, found.torque, found.force, found.peak_force) == (
        asked.power,
        asked.torque,
        asked.force,
        asked.force,
    )
    assert found.feed_force == pytest.approx(-RADIAL_RATIO * asked.force)


def test_drilling_has_a_constant_chip_and_no_side_force() -> None:
    tool = cutter(8.5, 2, kind="drill")
    found, asked = load(tool, STEEL, speed=3000, feed=600, axial_depth=0), drilling(tool, STEEL, speed=3000, feed=600)
    assert (found.power, found.torque, found.force) == (asked.power, asked.torque, asked.force)
    assert (found.feed_force, found.normal_force) == (0, 0)


def test_turned_work_has_a_diameter() -> None:
    with pytest.raises(ValueError, match="diameter"):
        load(cutter(kind="turning"), STEEL, speed=500, feed=100, axial_depth=1)


@pytest.mark.parametrize("patch", [{"feed": 0.0}, {"axial_depth": 0.0}, {"radial_depth": 0.0}])
def test_air_bears_nothing(patch: dict[str, Any]) -> None:
    cut: dict[str, Any] = {"speed": 3000.0, "feed": 600.0, "axial_depth": 1.0, "radial_depth": 1.0} | patch
    assert load(cutter(), STEEL, **cut) == NOTHING
    fields: dict[str, Any] = {
        "feed_per_tooth": cut["feed"] / 12_000,
        **{k: cut[k] for k in ("axial_depth", "radial_depth")},
    }
    assert peak_force(cutter(), STEEL, **fields) == 0


@pytest.mark.parametrize("patch", [{"radial_depth": 12.1}, {"radial_depth": -1.0}, {"axial_depth": -1.0}])
def test_it_refuses_what_the_mean_chip_refuses(patch: dict[str, Any]) -> None:
    cut: dict[str, Any] = {"speed": 3000.0, "feed": 600.0, "axial_depth": 1.0, "radial_depth": 1.0} | patch
    with pytest.raises(ValueError, match=r"negative|radial depth"):
        load(cutter(), STEEL, **cut)
    with pytest.raises(ValueError, match=r"negative|radial depth"):
        peak_force(
            cutter(), STEEL, feed_per_tooth=0.05, axial_depth=cut["axial_depth"], radial_depth=cut["radial_depth"]
        )


def test_standing_spindle_is_refused() -> None:
    with pytest.raises(ValueError, match="standing"):
        load(cutter(), STEEL, speed=0, feed=100, axial_depth=1, radial_depth=1)


def test_lead_angle_thins_the_chip_of_a_face_mill() -> None:
    cut: dict[str, Any] = {"speed": 800.0, "feed": 800.0, "axial_depth": 2.0, "radial_depth": 40.0}
    straight, slanted = cutter(50, 5), cutter(50, 5, lead_angle=45.0)
    ratio = load(slanted, STEEL, **cut).power / load(straight, STEEL, **cut).power
    assert ratio == pytest.approx(math.sin(math.pi / 4) ** -STEEL.mc)
    assert ratio == pytest.approx(milling(slanted, STEEL, **cut).power / milling(straight, STEEL, **cut).power)
