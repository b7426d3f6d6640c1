"""The cut against the golden points of the definitions, and what must hold for every cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.contracts.card import MaterialCard, ToolCard
from chargehand.fleet.cut import AIR, Cut, side_cut
from tests.unit.fleet.cards import EM12, STEEL


def tool(diameter: float, teeth: int) -> ToolCard:
    return ToolCard(
        id="T",
        name="",
        diameter=diameter,
        teeth=teeth,
        flute_length=50,
        stickout=50,
        spindle_speed_min=1,
        spindle_speed_max=50_000,
    )


def material(kc1_1: float, mc: float) -> MaterialCard:
    return MaterialCard(id="M", name="", group="P", kc1_1=kc1_1, mc=mc, source="")


GOLDEN = [
    pytest.param(
        tool(12, 4), material(1675, 0.24), (3183, 764, 12, 3),
        (0.060006, 0.028651, 3929.2, 1.8011, 5.4036, 900.60), id="G1",
    ),
    pytest.param(
        tool(12, 3), material(700, 0.25), (12_000, 4320, 12, 6),
        (0.120000, 0.076394, 1331.5, 6.9024, 5.4927, 915.45), id="G2",
    ),
    pytest.param(
        tool(16, 4), material(2110, 0.22), (1194, 334, 16, 4.8),
        (0.069933, 0.036195, 4379.1, 1.8721, 14.973, 1871.6), id="G3",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("cutter", "work", "setting", "expected"), GOLDEN)
def test_golden_points(
    cutter: ToolCard, work: MaterialCard, setting: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    speed, feed, axial, radial = setting
    found = side_cut(cutter, work, spindle_speed=speed, feed_rate=feed, axial_depth=axial, radial_depth=radial)
    assert tuple(found) == pytest.approx(expected, rel=1e-3)


def cut(**changes: float) -> Cut:
    setting: dict[str, float] = {"spindle_speed": 3183, "feed_rate": 764, "axial_depth": 3, "radial_depth": 3}
    return side_cut(EM12, STEEL, **(setting | changes))


@pytest.mark.parametrize("zero", ["feed_rate", "axial_depth", "radial_depth"])
def test_a_cut_through_air_needs_nothing(zero: str) -> None:
    assert cut(**{zero: 0.0}) == AIR


@pytest.mark.parametrize(
    "changes",
    [
        {"radial_depth": 12.01},
        {"spindle_speed": 0.0},
        {"axial_depth": -1.0},
        {"feed_rate": -1.0},
        {"spindle_speed": -3183.0},
    ],
)
def test_outside_of_the_domain_is_refused(changes: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"cut|spindle"):
        cut(**changes)


@pytest.mark.parametrize("tiny", [5e-324, 1e-300, 1e-139, 1e-16])
@pytest.mark.parametrize("name", ["feed_rate", "axial_depth", "radial_depth"])
def test_a_cut_thinner_than_any_is_next_to_nothing(name: str, tiny: float) -> None:
    assert cut(**{name: tiny}).power == pytest.approx(0.0, abs=1e-6)


def test_a_full_slot_is_within_the_domain() -> None:
    assert cut(radial_depth=12.0).power > cut().power


factor = st.floats(1.01, 4.0)


@given(factor=factor)
def test_power_rises_with_depth_feed_and_width(factor: float) -> None:
    for name, value in (("axial_depth", 3.0), ("radial_depth", 2.9), ("feed_rate", 764.0)):
        assert cut(**{name: value * factor}).power > cut(**{name: value}).power


@given(factor=factor)
def test_speed_at_the_same_feed_raises_power_and_lowers_torque_and_force(factor: float) -> None:
    slow, fast = cut(), cut(spindle_speed=3183 * factor)
    assert fast.power > slow.power
    assert fast.torque < slow.torque
    assert fast.force < slow.force


@given(factor=factor)
def test_power_is_proportional_to_the_axial_depth(factor: float) -> None:
    assert cut(axial_depth=3 * factor).power == pytest.approx(cut().power * factor)
