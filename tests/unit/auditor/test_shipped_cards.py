"""What ships is coherent: curves cover their machines, tools have work, materials are those of the editions."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import pytest

from chargehand.auditor import cards
from chargehand.auditor.cards import Cards, load_cards
from chargehand.contracts.card import MachineCard, MaterialCard, ToolCard, ToolUse
from chargehand.machining.cutting import milling, nominal
from chargehand.machining.deflection import deflection
from chargehand.machining.drive import ratings, time_constant
from chargehand.machining.wear import edge_life

CARDS: Cards = load_cards()
MACHINES = sorted(CARDS.machines)
TOOLS = sorted(CARDS.tools)
MATERIALS = sorted(CARDS.materials)
NAMED = {"steel-qt-250hb": 3, "aluminium-wrought": 21, "stainless-austenitic": 14, "titanium-ti6al4v": 37}
NO_FIGURE = {29, 30}
"""Plastics and rubber: neither edition gives a figure, so they have no card."""
REFERENCE = (3183, 764)
"""rev/min and mm/min of the reference proposal."""


def machine(name: str) -> MachineCard:
    """A shipped machine."""
    return CARDS.machines[name].card


def tool(name: str) -> ToolCard:
    """A shipped tool."""
    return CARDS.tools[name].card


def material(name: str) -> MaterialCard:
    """A shipped material."""
    return CARDS.materials[name].card


def use_of(name: str, group: str) -> ToolUse:
    """What a shipped tool is made for in a group."""
    return next(use for use in tool(name).uses if use.group == group)


def shaft_power(speed: float, torque: float) -> float:
    """kW of a torque in N.m at rev/min."""
    return 2.0 * math.pi * speed / 60.0 * torque / 1000.0


@pytest.mark.parametrize("name", MACHINES)
def test_curve_covers_the_speeds_of_its_machine(name: str) -> None:
    card = machine(name)
    assert card.spindle_curve[0].speed == card.spindle_speed_min
    assert card.spindle_curve[-1].speed == card.spindle_speed_max
    assert len(card.spindle_curve) >= 6


@pytest.mark.parametrize("name", MACHINES)
def test_power_and_torque_are_of_one_shaft_at_every_point(name: str) -> None:
    for point in machine(name).spindle_curve:
        assert point.power_s1 == pytest.approx(shaft_power(point.speed, point.torque), rel=0.02)


@pytest.mark.parametrize("name", MACHINES)
def test_power_and_torque_are_of_one_shaft_between_the_points_below_base_speed(name: str) -> None:
    card = machine(name)
    base = next(point.speed for point in card.spindle_curve if point.power_s1 == card.spindle_power_s1)
    for step in range(101):
        speed = card.spindle_speed_min + step / 100 * (base - card.spindle_speed_min)
        drive = ratings(card.spindle_curve, speed)
        assert drive is not None
        assert drive.power_s1 == pytest.approx(shaft_power(speed, drive.torque), rel=0.02)


@pytest.mark.parametrize("name", MACHINES)
def test_drive_has_one_continuous_summit_and_falls_near_the_top(name: str) -> None:
    card = machine(name)
    powers = [point.power_s1 for point in card.spindle_curve]
    torques = [point.torque for point in card.spindle_curve]
    assert max(powers) == card.spindle_power_s1
    assert powers[-1] < card.spindle_power_s1
    assert torques == sorted(torques, reverse=True)
    summit = [place for place, power in enumerate(powers) if power == card.spindle_power_s1]
    assert summit == list(range(summit[0], summit[-1] + 1))


@pytest.mark.parametrize("name", MACHINES)
def test_peak_is_the_rating_and_the_rating_has_its_time_constant(name: str) -> None:
    card = machine(name)
    assert card.duty is not None
    assert time_constant(card.duty) == pytest.approx(518, abs=0.5)
    for point in card.spindle_curve:
        assert point.power_peak == pytest.approx(card.duty.ratio * point.power_s1, rel=1e-4)


@pytest.mark.parametrize("name", MACHINES)
def test_axes_know_their_dynamics_and_keep_out_leaves_the_work_alone(name: str) -> None:
    card = machine(name)
    assert all(axis.acceleration and axis.jerk and axis.rapid for axis in card.axes.values())
    space = [axis for axis in ("X", "Y", "Z") if axis in card.axes]
    places = [card.home, *card.work_offsets.values()]
    assert card.keep_out
    assert set(card.work_offsets) == {"G54", "G55"}
    for box, place in itertools.product(card.keep_out, places):
        bounds = dict(zip("XYZ", zip(box.low, box.high, strict=True), strict=True))
        assert not all(bounds[axis][0] <= place[axis] <= bounds[axis][1] for axis in space)
    for place, axis in itertools.product(places, space):
        assert card.axes[axis].min <= place[axis] <= card.axes[axis].max


@pytest.mark.parametrize("name", ["CNC-001", "CNC-002"])
def test_first_work_offset_lies_in_the_middle_of_the_table(name: str) -> None:
    card = machine(name)
    for axis in ("X", "Y"):
        assert card.work_offsets["G54"][axis] == (card.axes[axis].min + card.axes[axis].max) / 2


@pytest.mark.parametrize("name", MACHINES)
def test_machine_knows_how_warm_it_may_get(name: str) -> None:
    card = machine(name)
    assert card.temperature_rate_max == 5
    assert card.spindle_temperature_max == 70


@pytest.mark.parametrize("name", TOOLS)
def test_tool_has_work_and_ratings(name: str) -> None:
    card = tool(name)
    shipped = {entry.card.group for entry in CARDS.materials.values()}
    assert {use.group for use in card.uses} & shipped
    assert card.holder is not None
    assert card.holder.speed_max >= card.spindle_speed_max
    assert None not in (card.force_max, card.life_min, card.stickout_max)


@pytest.mark.parametrize("name", TOOLS)
def test_edge_lasts_as_long_as_its_card_asks_all_over_its_band(name: str) -> None:
    card = tool(name)
    for use in card.uses:
        at_most, middle = (
            edge_life(use, speed)
            for speed in (use.cutting_speed_max, (use.cutting_speed_min + use.cutting_speed_max) / 2)
        )
        assert at_most is not None
        assert middle is not None
        assert card.life_min is not None
        assert at_most >= card.life_min
        assert 10 <= middle <= 180


@pytest.mark.parametrize("name", [name for name in TOOLS if CARDS.tools[name].card.kind != "turning"])
def test_band_of_cutting_speeds_can_be_run_by_the_tool(name: str) -> None:
    card = tool(name)
    for use in card.uses:
        slowest, fastest = (
            1000 * speed / (math.pi * card.diameter) for speed in (use.cutting_speed_min, use.cutting_speed_max)
        )
        assert fastest <= card.spindle_speed_max * 1.02
        assert slowest >= card.spindle_speed_min * 0.5


def test_every_group_of_materials_has_a_tool() -> None:
    made_for = {use.group for entry in CARDS.tools.values() for use in entry.card.uses}
    assert made_for == {entry.card.group for entry in CARDS.materials.values()} == set("PMKNSH")


def test_every_kind_of_tool_ships() -> None:
    assert {entry.card.kind for entry in CARDS.tools.values()} == {"end_mill", "face_mill", "drill", "turning"}


@pytest.mark.parametrize("name", ["EM12-4", "EM12-4L"])
def test_reference_cut_lies_within_the_bands(name: str) -> None:
    speed, feed = REFERENCE
    card, use = tool(name), use_of(name, "P")
    assert use.cutting_speed_min < math.pi * card.diameter * speed / 1000 < use.cutting_speed_max
    assert use.feed_per_tooth_min < feed / (card.teeth * speed) < use.feed_per_tooth_max


def test_reference_cut_leaves_room_for_its_overrides() -> None:
    speed, feed = REFERENCE
    card = tool("EM12-4")
    use = use_of("EM12-4", "P")
    cutting_speed, per_tooth = math.pi * card.diameter * speed / 1000, feed / (card.teeth * speed)
    assert cutting_speed == pytest.approx(120, rel=1e-3)
    assert per_tooth == pytest.approx(0.06, rel=1e-3)
    # Half and one and a half times the feed, and spindle overrides from 50 to 120 %, stay within the bands; half the
    # speed at the same feed is twice the chip.
    assert use.cutting_speed_min <= 0.5 * cutting_speed <= 1.2 * cutting_speed <= use.cutting_speed_max
    assert use.feed_per_tooth_min <= 0.5 * per_tooth <= 2.0 * per_tooth <= use.feed_per_tooth_max


@pytest.mark.parametrize("name", [name for name in TOOLS if tool(name).kind == "end_mill" and tool(name).stickout < 50])
def test_catalogue_cut_is_borne_by_the_tool(name: str) -> None:
    # A diameter deep, a quarter of it wide, in the middle of both bands: what catalogues give for roughing.
    card = tool(name)
    for use, entry in itertools.product(card.uses, CARDS.materials.values()):
        if use.group != entry.card.group or use.group == "H":
            continue
        speed = 500 * (use.cutting_speed_min + use.cutting_speed_max) / (math.pi * card.diameter)
        per_tooth = (use.feed_per_tooth_min + use.feed_per_tooth_max) / 2
        demand = milling(
            card,
            nominal(entry.card),
            speed=speed,
            feed=per_tooth * card.teeth * speed,
            axial_depth=card.diameter,
            radial_depth=card.diameter / 4,
        )
        assert card.force_max is not None
        assert demand.gate_force <= card.force_max
        assert deflection(card, demand.gate_force) <= card.deflection_roughing * card.diameter


def test_reference_cut_bends_the_long_reach_tool_too_far_and_not_the_short_one() -> None:
    speed, feed = REFERENCE
    bent = {}
    for name in ("EM12-4", "EM12-4L"):
        card = tool(name)
        steel = nominal(material("steel-qt-250hb"))
        demand = milling(card, steel, speed=speed, feed=feed, axial_depth=3, radial_depth=3)
        bent[name] = deflection(card, demand.gate_force) / (card.deflection_roughing * card.diameter)
    assert bent["EM12-4"] < 0.5
    assert bent["EM12-4L"] > 1


def test_long_reach_tool_is_the_same_cutter_further_out() -> None:
    short, long = tool("EM12-4"), tool("EM12-4L")
    assert (short.diameter, short.teeth, short.flute_length) == (long.diameter, long.teeth, long.flute_length)
    assert (short.stickout, long.stickout) == (3 * short.diameter, 5 * long.diameter)


def test_only_the_tap_tested_tool_has_a_mode() -> None:
    assert {name for name in TOOLS if tool(name).modal is not None} == {"EM16-3AL"}


@pytest.mark.parametrize("name", TOOLS)
def test_tools_for_hot_alloys_are_not_used_dry(name: str) -> None:
    assert all(use.coolant for use in tool(name).uses if use.group == "S")


def test_every_group_of_vdi_3323_with_a_figure_has_its_card() -> None:
    assert {material(name).vdi for name in MATERIALS if name.startswith("vdi-")} == set(range(1, 42)) - NO_FIGURE
    for name in MATERIALS:
        if name.startswith("vdi-"):
            assert name == f"vdi-{material(name).vdi:02d}"


@pytest.mark.parametrize("name", NAMED)
def test_named_material_is_its_group_under_another_name(name: str) -> None:
    named, group = material(name), material(f"vdi-{NAMED[name]:02d}")
    assert (named.vdi, named.group, named.kc1_1, named.mc) == (group.vdi, group.group, group.kc1_1, group.mc)
    assert (named.editions, named.coolant) == (group.editions, group.coolant)


@pytest.mark.parametrize(
    ("name", "kc1_1", "mc"),
    [
        ("vdi-01", 1350, 0.21),
        ("vdi-10", 2450, 0.23),
        ("vdi-14", 2150, 0.20),
        ("vdi-15", 1150, 0.20),
        ("vdi-20", 1420, 0.30),
        ("vdi-28", 700, 0.27),
        ("vdi-31", 2600, 0.24),
        ("vdi-34", 3300, 0.24),
        ("steel-qt-250hb", 1675, 0.24),
        ("aluminium-wrought", 700, 0.25),
        ("stainless-austenitic", 2150, 0.20),
        ("titanium-ti6al4v", 2110, 0.22),
    ],
)
def test_nominal_figures_are_the_published_ones(name: str, kc1_1: float, mc: float) -> None:
    assert tuple(nominal(material(name))) == (kc1_1, mc)


@pytest.mark.parametrize(
    ("name", "pairs"),
    [
        ("vdi-03", {(1675, 0.24)}),
        ("vdi-36", {(1700, 0.23), (1160, 0.24)}),
        ("vdi-37", {(2110, 0.22), (1245, 0.24)}),
    ],
)
def test_editions_are_kept_apart_where_they_differ(name: str, pairs: set[tuple[float, float]]) -> None:
    editions = material(name).editions
    assert len(editions) == 2
    assert {(edition.kc1_1_max, edition.mc_max) for edition in editions} == pairs


@pytest.mark.parametrize("name", MATERIALS)
def test_nominal_figure_is_not_the_mild_one(name: str) -> None:
    card = material(name)
    assert card.kc1_1 == max(edition.kc1_1_max for edition in card.editions)


@pytest.mark.parametrize("name", MATERIALS)
def test_hot_alloys_are_not_cut_dry(name: str) -> None:
    card = material(name)
    assert card.coolant == (card.group == "S")


@pytest.mark.parametrize("name", [name for name in MATERIALS if CARDS.materials[name].card.group == "H"])
def test_exponent_that_nobody_prints_is_a_span(name: str) -> None:
    card = material(name)
    assert {(edition.mc_min, edition.mc_max) for edition in card.editions} == {(0.2, 0.3)}
    assert "taken here" in card.source


@pytest.mark.parametrize("name", [*MACHINES, *TOOLS, *MATERIALS])
def test_card_has_a_name_for_people(name: str) -> None:
    card = (CARDS.machines | CARDS.tools | CARDS.materials)[name].card
    assert card.name
    assert card.name != card.id


def test_names_for_people_tell_cards_apart() -> None:
    for entries in (CARDS.machines, CARDS.tools, CARDS.materials):
        names = [entry.card.name for entry in entries.values()]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", MATERIALS)
def test_material_names_its_sources(name: str) -> None:
    card = material(name)
    assert card.source
    assert all("page" in edition.source for edition in card.editions)


@pytest.mark.parametrize(
    "file", sorted(Path(cards.__file__).with_name("cards").glob("*.toml")), ids=lambda file: file.name
)
def test_card_file_opens_with_what_it_is(file: Path) -> None:
    assert file.read_text("utf-8").startswith("# ")
