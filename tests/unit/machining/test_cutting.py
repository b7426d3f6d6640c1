"""The mean-chip formulas: golden points, the vendors' worked examples, monotone where they should be, no further."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.contracts.card import MaterialCard
from chargehand.machining.cutting import (
    PEAK_MARGIN,
    Kienzle,
    arc_of,
    drilling,
    lag_of,
    milling,
    nominal,
    turning,
)
from chargehand.machining.deflection import deflection
from tests.unit.machining.cutters import GOLDEN, ROUNDING, STEEL, Cut, Golden, cuts, cutter, factors, laws

INCH = 25.4


@pytest.mark.parametrize("point", GOLDEN, ids=lambda point: point.name)
def test_golden_points(point: Golden) -> None:
    demand = milling(point.tool(), point.law, **point.cut())
    assert demand.feed_per_tooth == pytest.approx(point.feed_per_tooth, rel=1e-3)
    assert demand.chip == pytest.approx(point.chip, rel=1e-3)
    assert demand.specific_force == pytest.approx(point.specific_force, rel=1e-3)
    assert demand.power == pytest.approx(point.power, rel=1e-3)
    assert demand.torque == pytest.approx(point.torque, rel=1e-3)
    assert demand.force == pytest.approx(point.force, rel=1e-3)
    assert 1000 * deflection(point.tool(), demand.force) == pytest.approx(point.deflection_um, rel=1e-3)
    assert 1000 * deflection(point.tool(), demand.gate_force) == pytest.approx(point.gate_deflection_um, rel=1e-3)


def test_vendor_milling_example() -> None:
    speed = 80_000 / (math.pi * 250)
    demand = milling(
        cutter(250, 12), STEEL, speed=speed, feed=280, axial_depth=2, radial_depth=80, specific_force=1800.0
    )
    assert speed == pytest.approx(101.86, rel=1e-4)
    assert demand.feed_per_tooth == pytest.approx(0.22907, rel=1e-4)
    assert demand.power / 0.8 == pytest.approx(1.680, rel=1e-3)
    assert demand.specific_force == 1800.0


def test_vendor_turning_example() -> None:
    speed = 120_000 / (math.pi * 100)
    demand = turning(
        cutter(kind="turning", teeth=1),
        STEEL,
        speed=speed,
        feed=0.2 * speed,
        depth=3,
        workpiece_diameter=100,
        specific_force=3100.0,
    )
    assert demand.power / 0.8 == pytest.approx(4.650, rel=1e-3)
    assert demand.force == pytest.approx(3 * 0.2 * 3100)
    assert demand.torque == pytest.approx(demand.force * 0.05)
    assert demand.gate_force == pytest.approx(PEAK_MARGIN * demand.force)


def test_drilling_is_its_torque_times_its_speed() -> None:
    demand = drilling(cutter(8.5, 2, kind="drill"), STEEL, speed=3000, feed=600)
    per_lip = 600 / 6000
    kc = STEEL.at(per_lip * math.sin(math.radians(59)))
    assert demand.torque == pytest.approx(kc * 0.2 * 8.5**2 / 8000)
    assert demand.power == pytest.approx(demand.torque * 2 * math.pi * 3000 / 60_000)
    assert demand.removal_rate == pytest.approx(math.pi * 8.5**2 / 4 * 600 / 1000)


@given(cuts())
def test_power_torque_and_force_are_one_figure(cut: Cut) -> None:
    demand = cut.demand()
    tangential_speed = demand.cutting_speed / 60
    assert demand.power == pytest.approx(demand.force * tangential_speed / 1000, rel=ROUNDING)
    assert demand.torque == pytest.approx(demand.force * cut.tool.diameter / 2000, rel=ROUNDING)
    assert demand.removal_rate == pytest.approx(cut.axial_depth * cut.radial_depth * cut.feed / 1000)


@given(cuts(), factors, factors, factors)
def test_power_rises_with_depths_feed_and_specific_force(cut: Cut, more: float, wider: float, faster: float) -> None:
    here = cut.demand().power * (1 - ROUNDING)
    assert cut.demand(axial_depth=cut.axial_depth * more).power >= here
    assert cut.demand(feed=cut.feed * faster).power >= here
    assert cut.demand(radial_depth=min(cut.tool.diameter, cut.radial_depth * wider)).power >= here
    harder = cut._replace(law=cut.law._replace(kc1_1=cut.law.kc1_1 * more))
    assert harder.demand().power == pytest.approx(more * cut.demand().power)


@given(cuts(), st.floats(1.01, 3))
def test_at_a_fixed_feed_power_rises_with_speed_while_torque_and_force_fall(cut: Cut, faster: float) -> None:
    slow, fast = cut.demand(), cut.demand(speed=cut.speed * faster)
    assert fast.power > slow.power
    assert fast.torque < slow.torque
    assert fast.force < slow.force
    assert fast.gate_force < slow.gate_force


@given(cuts(), st.sampled_from(["speed", "feed_per_tooth", "axial_depth", "share"]), factors)
def test_every_demand_grows_in_speed_chip_and_both_depths(cut: Cut, name: str, more: float) -> None:
    """With `vf = z n fz` the admissible cuts are a down-set in a box: the clamp rests on it."""
    grown = getattr(cut, name) * more
    there = cut._replace(**{name: min(1.0, grown) if name == "share" else grown}).demand()
    here = cut.demand()
    for field in ("power", "torque", "force", "removal_rate"):
        assert getattr(there, field) >= getattr(here, field) * (1 - ROUNDING)
    assert there.gate_force >= here.gate_force * (1 - 1e-9)
    assert deflection(cut.tool, there.gate_force) >= deflection(cut.tool, here.gate_force) * (1 - 1e-9)


@given(cuts())
def test_whole_teeth_at_their_thickest_bound_the_force_of_any_helix(cut: Cut) -> None:
    blunt = cut._replace(tool=cutter(cut.tool.diameter, cut.tool.teeth)).demand()
    assert cut.demand().gate_force <= blunt.gate_force * (1 + ROUNDING)


def test_gate_counts_a_tooth_as_soon_as_it_may_be_engaged() -> None:
    def gate(radial_depth: float) -> float:
        return milling(cutter(12, 4), STEEL, speed=3000, feed=600, axial_depth=1, radial_depth=radial_depth).gate_force

    # Four teeth stand 90 degrees apart: up to half of the diameter one is engaged, beyond it two.
    assert gate(6.0) == pytest.approx(PEAK_MARGIN * 0.05 * STEEL.at(0.05))
    assert gate(6.01) == pytest.approx(2 * gate(6.0), rel=1e-8)


def test_centred_cut_meets_its_thickest_chip_however_narrow_it_is() -> None:
    demand = milling(cutter(12, 1), STEEL, speed=3000, feed=150, axial_depth=2, radial_depth=1, engagement="centred")
    assert demand.gate_force == pytest.approx(PEAK_MARGIN * 2 * 0.05 * STEEL.at(0.05))


def test_specific_force_that_is_given_has_no_exponent() -> None:
    tool = cutter(12, 4, helix=30.0)
    given_ = milling(tool, STEEL, speed=3000, feed=600, axial_depth=6, radial_depth=3, specific_force=2000.0)
    same = milling(tool, Kienzle(2000.0, 0.0), speed=3000, feed=600, axial_depth=6, radial_depth=3)
    assert given_ == same


def test_lag_of_a_helix() -> None:
    assert lag_of(cutter(10, helix=45.0), 10) == pytest.approx(2.0)
    assert lag_of(cutter(10), 10) == 0.0


@given(laws, st.floats(0.001, 0.5))
def test_inches_make_the_same_demand(law: Kienzle, share: float) -> None:
    """A proposal in inches reaches the formulas in millimetres: the same numbers come out to the last few digits."""
    inch = {"diameter": 0.5, "axial_depth": 0.4, "feed": 30.0, "radial_depth": 0.5 * share}
    from_inch = milling(
        cutter(inch["diameter"] * INCH),
        law,
        speed=3000,
        feed=inch["feed"] * INCH,
        axial_depth=inch["axial_depth"] * INCH,
        radial_depth=inch["radial_depth"] * INCH,
    )
    in_mm = milling(cutter(12.7), law, speed=3000, feed=762.0, axial_depth=10.16, radial_depth=12.7 * share)
    assert from_inch == pytest.approx(in_mm, rel=ROUNDING)


@given(cuts(), st.floats(0.1, 10))
def test_a_model_of_another_scale_keeps_stress_and_arc(cut: Cut, scale: float) -> None:
    """All lengths times s, and the law's chip with them: force goes with the square, torque with the cube."""
    law = Kienzle(cut.law.kc1_1 * scale**cut.law.mc, cut.law.mc)
    tool = cutter(cut.tool.diameter * scale, cut.tool.teeth, helix=cut.tool.helix)
    larger = cut._replace(
        tool=tool, law=law, feed_per_tooth=cut.feed_per_tooth * scale, axial_depth=cut.axial_depth * scale
    ).demand()
    here = cut.demand()
    assert larger.arc == pytest.approx(here.arc)
    assert larger.specific_force == pytest.approx(here.specific_force)
    assert larger.force == pytest.approx(scale**2 * here.force)
    assert larger.gate_force == pytest.approx(scale**2 * here.gate_force, rel=1e-8)
    assert larger.torque == pytest.approx(scale**3 * here.torque)


@pytest.mark.parametrize(
    ("share", "side", "centred"), [(0.0, 0.0, 0.0), (0.5, math.pi / 2, math.pi / 3), (1.0, math.pi, math.pi)]
)
def test_arc(share: float, side: float, centred: float) -> None:
    assert arc_of(12 * share, 12) == pytest.approx(side)
    assert arc_of(12 * share, 12, "centred") == pytest.approx(centred)


@given(st.floats(1e-12, 1e-9))
def test_arc_of_a_sliver_keeps_its_digits(share: float) -> None:
    assert arc_of(share, 1.0) == pytest.approx(2 * math.sqrt(share), rel=1e-9)


@given(st.floats(1, 100), st.floats(0, 1))
def test_side_arc_is_the_one_of_the_definitions(diameter: float, share: float) -> None:
    assert math.cos(arc_of(share * diameter, diameter)) == pytest.approx(1 - 2 * share, abs=1e-9)
    assert math.sin(arc_of(share * diameter, diameter, "centred") / 2) == pytest.approx(share, abs=1e-9)


@pytest.mark.parametrize("engagement", ["side", "centred"])
@pytest.mark.parametrize("radial_depth", [12.0000001, math.inf, -1e-9, math.nan])
def test_wider_than_the_cutter_is_outside_of_the_domain(engagement: Any, radial_depth: float) -> None:
    with pytest.raises(ValueError, match=r"negative|radial depth"):
        milling(
            cutter(12), STEEL, speed=3000, feed=600, axial_depth=1, radial_depth=radial_depth, engagement=engagement
        )


@pytest.mark.parametrize("name", ["speed", "feed", "axial_depth", "radial_depth"])
def test_no_negative_number(name: str) -> None:
    cut: dict[str, Any] = {"speed": 3000.0, "feed": 600.0, "axial_depth": 1.0, "radial_depth": 1.0} | {name: -0.5}
    with pytest.raises(ValueError, match="negative"):
        milling(cutter(), STEEL, **cut)


@pytest.mark.parametrize("name", ["speed", "feed", "depth"])
def test_no_negative_number_in_turning_or_drilling(name: str) -> None:
    cut: dict[str, Any] = {"speed": 3000.0, "feed": 600.0, "depth": 1.0} | {name: -0.5}
    with pytest.raises(ValueError, match="negative"):
        turning(cutter(), STEEL, **cut, workpiece_diameter=50.0)
    if name != "depth":
        with pytest.raises(ValueError, match="negative"):
            drilling(cutter(), STEEL, speed=cut["speed"], feed=cut["feed"])


def test_feed_into_the_work_needs_a_turning_spindle() -> None:
    with pytest.raises(ValueError, match="standing"):
        milling(cutter(), STEEL, speed=0, feed=600, axial_depth=1, radial_depth=1)
    with pytest.raises(ValueError, match="standing"):
        turning(cutter(), STEEL, speed=0, feed=600, depth=1, workpiece_diameter=50)
    with pytest.raises(ValueError, match="standing"):
        drilling(cutter(), STEEL, speed=0, feed=600)


@pytest.mark.parametrize("depth", [25.01, 1e6])
def test_turning_goes_no_deeper_than_the_axis(depth: float) -> None:
    with pytest.raises(ValueError, match="radius"):
        turning(cutter(), STEEL, speed=500, feed=100, depth=depth, workpiece_diameter=50)


@pytest.mark.parametrize("diameter", [0.0, -5.0, math.nan])
def test_turned_work_has_a_diameter(diameter: float) -> None:
    with pytest.raises(ValueError, match="negative"):
        turning(cutter(), STEEL, speed=500, feed=100, depth=0, workpiece_diameter=diameter)


@pytest.mark.parametrize(
    "patch", [{"axial_depth": 0.0}, {"radial_depth": 0.0}, {"feed": 0.0}, {"feed": 0.0, "speed": 0.0}]
)
@pytest.mark.parametrize("helix", [None, 35.0])
def test_a_cut_through_air_asks_for_nothing(patch: dict[str, Any], helix: float | None) -> None:
    cut: dict[str, Any] = {"speed": 3000.0, "feed": 600.0, "axial_depth": 1.0, "radial_depth": 1.0} | patch
    demand = milling(cutter(helix=helix), STEEL, **cut)
    assert (demand.power, demand.torque, demand.force, demand.gate_force) == (0, 0, 0, 0)
    assert demand.cutting_speed == pytest.approx(math.pi * 12 * cut["speed"] / 1000)


def test_turning_and_drilling_through_air() -> None:
    assert turning(cutter(), STEEL, speed=500, feed=0, depth=1, workpiece_diameter=50).power == 0
    assert turning(cutter(), STEEL, speed=500, feed=100, depth=0, workpiece_diameter=50).force == 0
    assert drilling(cutter(), STEEL, speed=500, feed=0).torque == 0


@given(laws, st.floats(1, 3), st.floats(0.1, 4), st.floats(0.05, 0.5))
def test_turning_grows_alike(law: Kienzle, more: float, depth: float, per_turn: float) -> None:
    def demand(*, deeper: float = 1.0, longer: float = 1.0) -> tuple[float, float]:
        found = turning(
            cutter(), law, speed=500, feed=500 * per_turn * longer, depth=depth * deeper, workpiece_diameter=50
        )
        return found.power, found.gate_force

    here = demand()
    for there in (demand(deeper=more), demand(longer=more)):
        assert all(b >= a * (1 - ROUNDING) for a, b in zip(here, there, strict=True))


def test_lead_angle_thins_the_chip() -> None:
    straight = turning(cutter(), STEEL, speed=500, feed=100, depth=2, workpiece_diameter=50)
    slanted = turning(cutter(lead_angle=45.0), STEEL, speed=500, feed=100, depth=2, workpiece_diameter=50)
    assert slanted.chip == pytest.approx(straight.chip * math.sin(math.pi / 4))
    assert slanted.force > straight.force


def test_nominal_law_is_the_cards() -> None:
    card = MaterialCard(id="m", name="m", group="P", kc1_1=1500, mc=0.22, source="s")
    assert nominal(card) == Kienzle(1500, 0.22)
