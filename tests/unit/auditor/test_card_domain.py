"""Figures that do not go together refuse the card, with the line where to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from chargehand.auditor.card_domain import SHAFT_TOLERANCE, VDI_GROUPS
from chargehand.auditor.cards import load_cards, read_cards
from chargehand.auditor.defect import DefectiveFileError
from tests.unit.auditor.card_texts import INSERT, MACHINE, MATERIAL, TOOL, edited, faulty

CURVE = MACHINE[MACHINE.index("spindle_curve = [") : MACHINE.index("keep_out")]
LAST = "  { speed = 9000, power_s1 = 10, power_peak = 13.6, torque = 10.61 },\n"


@pytest.mark.parametrize("text", [MACHINE, TOOL, INSERT, MATERIAL])
def test_texts_are_cards_before_they_are_spoilt(text: str) -> None:
    cards = read_cards(text, "cards.toml")
    assert len(cards.machines) + len(cards.tools) + len(cards.materials) == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{ speed = 3000,", "{ speed = 1500,", "21: spindle_curve: speeds must rise, but 1500.0 follows 1500.0"),
        ("{ speed = 3000,", "{ speed = 1499,", "21: spindle_curve: speeds must rise, but 1499.0 follows 1500.0"),
        ("power_s1 = 11, power_peak = 14.96, torque = 35.01", "power_s1 = 0, power_peak = 1, torque = 0", "21: "),
        (", torque = 35.01", "", "21: spindle_curve.2: Object missing required field `torque`"),
        ("torque = 35.01", "torque = 35.01, gear = 1", "21: unknown key 'gear'"),
        ("torque = 35.01", "torque = nan", "21: machine.0.spindle_curve.2.torque must be finite"),
        ("torque = 35.01", "torque = 25.8", "21: spindle_curve: 11.0 kW is not what 25.8 N.m gives at 3000.0 rev/min"),
        (
            "power_s1 = 10, power_peak = 13.6",
            "power_s1 = 10, power_peak = 9.9",
            "22: spindle_curve.3.power_s1 is above",
        ),
        ("power_peak = 13.6", "power_peak = 13.62", "22: spindle_curve: power_peak 13.62 is above 1.36 times power_s1"),
        ("spindle_power_s1 = 11", "spindle_power_s1 = 15", "12: spindle_power_s1 must be the curve's highest"),
        ("spindle_power_s1 = 11", "spindle_power_s1 = 10.9", "12: spindle_power_s1 must be the curve's highest"),
        ("spindle_speed_min = 100", "spindle_speed_min = 9001", "8: spindle_speed_min is above spindle_speed_max"),
        ("speed_max = 9000", "speed_max = 99", "8: spindle_speed_min is above spindle_speed_max"),
    ],
)
def test_curve_that_cannot_be_judged_is_refused(old: str, new: str, message: str) -> None:
    assert faulty(edited(MACHINE, old, new))[0].startswith(f"cards.toml:{message}")


def test_curve_of_one_point_is_refused() -> None:
    one = "spindle_curve = [\n  { speed = 1500, power_s1 = 11, power_peak = 14.96, torque = 70.03 },\n]\n"
    assert faulty(edited(MACHINE, CURVE, one)) == [
        "cards.toml:18: spindle_curve: one point is no curve; give at least two, or none if it is unknown"
    ]


@pytest.mark.parametrize(("low", "high"), [("9001", "10000"), ("10", "99")])
def test_curve_beside_the_speeds_is_refused(low: str, high: str) -> None:
    text = edited(edited(MACHINE, "spindle_speed_min = 100", f"spindle_speed_min = {low}"), "= 9000", f"= {high}")
    assert faulty(text) == ["cards.toml:18: spindle_curve lies wholly outside of the spindle's speeds"]


def test_card_without_a_curve_is_read() -> None:
    assert read_cards(edited(MACHINE, CURVE, ""), "cards.toml").machines["M1"].card.spindle_curve == []


def test_curve_that_ends_early_is_read() -> None:
    # The judge denies where the curve says nothing; the card is still good for slower cuts.
    card = read_cards(edited(MACHINE, LAST, ""), "cards.toml").machines["M1"].card
    assert card.spindle_curve[-1].speed < card.spindle_speed_max


def test_rounding_of_a_data_sheet_is_no_other_drive() -> None:
    most = 35.01 * (1 + SHAFT_TOLERANCE) * 0.99
    card = read_cards(edited(MACHINE, "torque = 35.01", f"torque = {most}"), "cards.toml").machines["M1"].card
    assert card.spindle_curve[2].torque == most
    assert faulty(edited(MACHINE, "torque = 35.01", f"torque = {35.01 * 1.26}"))


@pytest.mark.parametrize(
    ("rating", "message"),
    [
        ("ratio = 1.6, share = 0.4", "17: duty: 0.4 of each cycle at 1.6 times S1 heats the drive to 1.024 times"),
        ("ratio = 2.0, share = 0.25", "17: duty: 0.25 of each cycle at 2.0 times S1 heats the drive to 1 times"),
        ("ratio = 1, share = 0.4", "17: duty.ratio must be above 1, not 1.0"),
        ("ratio = 0.9, share = 0.4", "17: duty.ratio must be above 1, not 0.9"),
        ("ratio = 1.36, share = 0", "17: duty.share must be above 0, not 0.0"),
        ("ratio = 1.36, share = 1", "17: duty.share must be below 1, not 1.0"),
        ("ratio = 1.36, share = 40", "17: duty.share must be below 1, not 40.0"),
        ("ratio = 1.36, share = 0.4, cycle_s = 0", "17: duty.cycle_s must be above 0, not 0.0"),
        ("ratio = 1.36, shares = 0.4", "17: unknown key 'shares'"),
        ("ratio = inf, share = 0.4", "17: machine.0.duty.ratio must be finite"),
    ],
)
def test_rating_without_a_time_constant_is_refused(rating: str, message: str) -> None:
    text = edited(MACHINE, "ratio = 1.36, share = 0.4", rating)
    assert any(line.startswith(f"cards.toml:{message}") for line in faulty(text))


def test_drive_without_a_rating_is_read() -> None:
    text = edited(MACHINE, "duty = { ratio = 1.36, share = 0.4 }\n", "")
    assert read_cards(text, "cards.toml").machines["M1"].card.duty is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "high = [100, 100, -50]",
            "high = [80, 100, -50]",
            "25: keep_out 'tool setter': low X 80.0 is not below high 80.0",
        ),
        (
            "low = [80, 80, -90]",
            "low = [80, 80, -40]",
            "25: keep_out 'tool setter': low Z -40.0 is not below high -50.0",
        ),
        ("[100, 100, -50]", "[100, 100]", "25: keep_out.0.high: Expected `array` of length 3"),
        ("low = [80, 80, -90]", "low = [180, 80, -90]", "25: keep_out 'tool setter': low X"),
        (
            "[0, 80, -90], high = [20,",
            "[-9, 80, -90], high = [-1,",
            "26: keep_out 'probe' lies outside of the travel of X",
        ),
        ('"probe"', '"tool setter"', "26: keep_out: each box has a name of its own"),
        ('"probe"', '""', "26: keep_out: each box has a name of its own"),
        ('name = "probe"', 'name = "probe", wide = 1', "26: unknown key 'wide'"),
        ("G54 =", "G53 =", "34: work_offsets: unknown 'G53'; known: G54"),
        ("Y = 50, Z = -60", "V = 50, Z = -60", "34: work_offsets.G54: the machine has no axis 'V'"),
        ("G54 = { X = 50", 'G54 = { X = "50"', "33: work_offsets: Expected `float`"),
        ("[machine.home]\nX = 0", "[machine.home]\nB = 0", "36: home: the machine has no axis 'B'"),
        ("[machine.home]\nX = 0", "[machine.home]\nX = -1", "36: home: X -1.0 lies outside of its travel"),
        ("X = 0\nY = 100\nZ = 0", "X = 90\nY = 90\nZ = -60", "35: home lies within keep_out 'tool setter'"),
        ("max = 120, unit", "max = 120, units", "32: unknown key 'units'"),
        (', unit = "deg"', "", "32: axis A is in deg, not mm"),
        ("Y = { min = 0, max = 100 }", 'Y = { min = 0, max = 100, unit = "deg" }', "30: axis Y is in mm, not deg"),
        ("jerk = 50000", "jerk = 0", "29: axes.X.jerk must be above 0, not 0.0"),
        ("acceleration = 5000", "acceleration = -1", "29: axes.X.acceleration must be above 0, not -1.0"),
        ("rapid = 30000", "rapid = 0", "29: axes.X.rapid must be above 0, not 0.0"),
        ("temperature_max = 70", "temperature_max = 0", "15: spindle_temperature_max must be above 0, not 0.0"),
        ("rate_max = 5\n", "rate_max = -5\n", "16: temperature_rate_max must be above 0, not -5.0"),
    ],
)
def test_room_that_cannot_be_judged_is_refused(old: str, new: str, message: str) -> None:
    assert faulty(edited(MACHINE, old, new))[0].startswith(f"cards.toml:{message}")


def test_home_beside_a_box_is_read() -> None:
    text = edited(MACHINE, "X = 0\nY = 100\nZ = 0", "X = 90\nY = 90\nZ = -49")
    assert read_cards(text, "cards.toml").machines["M1"].card.home["Z"] == -49


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('group = "M"', 'group = "P"', "16: uses: group 'P' is described twice"),
        ('group = "M"', 'group = "X"', "16: unknown group 'X'; known: P, M, K, N, S, H"),
        (
            "cutting_speed_min = 60",
            "cutting_speed_min = 191",
            "15: uses.0.cutting_speed_min is above cutting_speed_max",
        ),
        ("feed_per_tooth_min = 0.02", "feed_per_tooth_min = 0.2", "15: uses.0.feed_per_tooth_min is above"),
        ("cutting_speed_min = 60", "cutting_speed_min = 0", "15: uses.0.cutting_speed_min must be above 0, not 0.0"),
        (
            "feed_per_tooth_max = 0.12",
            "feed_per_tooth_max = 0.12, taylor_n = 0.25",
            "15: uses: group 'P' needs both of",
        ),
        ("feed_per_tooth_max = 0.12", "feed_per_tooth_max = 0.12, taylor_c = 300", "15: uses: group 'P' needs both of"),
        ("0.12 }", "0.12, taylor_n = 1, taylor_c = 300 }", "15: uses.0.taylor_n must be below 1, not 1.0"),
        ("0.12 }", "0.12, taylor_n = 0.25, taylor_c = 0 }", "15: uses.0.taylor_c must be above 0, not 0.0"),
        ("0.12 }", "0.12, taylor = 1 }", "15: unknown key 'taylor'"),
        ("torque_max = 65", "torque_max = 0", "18: holder.torque_max must be above 0, not 0.0"),
        ("speed_max = 25000", "speed = 25000", "18: unknown key 'speed'"),
        ("damping = 0.04", "damping = 1", "19: modal.damping must be below 1, not 1.0"),
        ("damping = 0.04", "damping = 0", "19: modal.damping must be above 0, not 0.0"),
        ("stiffness = 3e7", "stiffness = 0", "19: modal.stiffness must be above 0, not 0.0"),
        ("frequency = 1800", "frequency = -1", "19: modal.frequency must be above 0, not -1.0"),
        ("helix = 35", "helix = 90", "10: helix must be below 90, not 90.0"),
        ("helix = 35", "helix = -1", "10: helix must not be negative, not -1.0"),
        ("helix = 35", "core_ratio = 1.01", "10: core_ratio must be at most 1, not 1.01"),
        ("helix = 35", "core_ratio = 0", "10: core_ratio must be above 0, not 0.0"),
        ("helix = 35", "youngs_modulus = 6e11", "10: youngs_modulus must be at most 1.2e+06"),
        ("helix = 35", "youngs_modulus = 600", "10: youngs_modulus must be at least 10000, not 600.0"),
        ("helix = 35", "deflection_roughing = 0.2", "10: deflection_roughing must be at most 0.1, not 0.2"),
        ("helix = 35", "axial_depth_min = 27", "10: axial_depth_min is above flute_length: 27.0 > 26.0"),
        ("helix = 35", "shank = [20, 20]", "10: shank belongs to a turning tool, not to 'end_mill'"),
        ("helix = 35", 'kind = "turning"\nshank = [20, 20]', "5: teeth must be 1 on a turning tool, not 4"),
        ("force_max = 3000", "force_max = 0", "12: force_max must be above 0, not 0.0"),
        ("life_min = 8", "life_min = 0", "13: life_min must be above 0, not 0.0"),
        ("life_min = 8", "wear_max = 0", "13: wear_max must be above 0, not 0.0"),
    ],
)
def test_tool_that_cannot_be_judged_is_refused(old: str, new: str, message: str) -> None:
    assert any(line.startswith(f"cards.toml:{message}") for line in faulty(edited(TOOL, old, new)))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("teeth = 1", "teeth = 2", "6: teeth must be 1 on a turning tool, not 2"),
        ("shank = [25, 25]\n", "", "4: a turning tool needs shank = [width, height]"),
        ("shank = [25, 25]", "shank = [25, 0]", "11: shank must be above 0, not [25.0, 0.0]"),
        ("shank = [25, 25]", "shank = [25]", "11: shank: Expected `array` of length 2"),
    ],
)
def test_turning_tool_that_cannot_be_judged_is_refused(old: str, new: str, message: str) -> None:
    assert faulty(edited(INSERT, old, new))[0].startswith(f"cards.toml:{message}")


def test_tool_that_stands_out_too_far_is_read() -> None:
    # How far a tool stands out is a fact; whether that is too far is the judge's to say.
    card = read_cards(edited(TOOL, "stickout = 36", "stickout = 60"), "cards.toml").tools["T1"].card
    assert card.stickout_max is not None
    assert card.stickout > card.stickout_max


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('group = "S"', 'group = "T"', "4: unknown group 'T'"),
        ('group = "S"', 'group = "N"', "5: vdi: VDI 3323 group 37 is of group S, not N"),
        ("vdi = 37", "vdi = 38", "5: vdi: VDI 3323 group 38 is of group H, not S"),
        ("vdi = 37", "vdi = 42", "5: vdi must be at most 41, not 42"),
        ("vdi = 37", "vdi = 0", "5: vdi must be at least 1, not 0"),
        ("vdi = 37", "vdi = 37.5", "5: vdi: Expected `int | null`"),
        ("kc1_1 = 2110", "kc1_1 = 2111", "6: kc1_1 2111.0 is what no edition says: 1245.0 to 2110.0"),
        ("kc1_1 = 2110", "kc1_1 = 1244", "6: kc1_1 1244.0 is what no edition says: 1245.0 to 2110.0"),
        ("mc = 0.22", "mc = 0.25", "7: mc 0.25 is what no edition says: 0.22 to 0.24"),
        ("mc = 0.22", "mc = 1", "7: mc must be at most 0.99, not 1.0"),
        ("kc1_1 = 2110", "kc1_1 = 2.11", "6: kc1_1 must be at least 50, not 2.11"),
        ("kc1_1_max = 1300", "kc1_1_max = 1244", "11: editions.1.kc1_1_min is above kc1_1_max: 1245.0 > 1244.0"),
        ("mc_min = 0.23", "mc_min = 0.25", "11: editions.1.mc_min is above mc_max: 0.25 > 0.24"),
        ("mc_max = 0.24", "mc_max = 1.0", "11: editions.1.mc_max must be at most 0.99, not 1.0"),
        ("kc1_1_min = 1245", "kc1_1_min = 0", "11: editions.1.kc1_1_min must be at least 50, not 0.0"),
        ('"newer"', '"older"', "9: editions: a source stands there twice"),
        ("mc_max = 0.24", "mc_max = 0.24, year = 2022", "11: unknown key 'year'"),
        (", mc_max = 0.24", "", "11: editions.1: Object missing required field `mc_max`"),
    ],
)
def test_material_that_cannot_be_judged_is_refused(old: str, new: str, message: str) -> None:
    assert any(line.startswith(f"cards.toml:{message}") for line in faulty(edited(MATERIAL, old, new)))


def test_material_of_one_source_needs_no_editions() -> None:
    text = MATERIAL[: MATERIAL.index("editions")]
    assert read_cards(text, "cards.toml").materials["m"].card.editions == []


def test_letters_share_the_vdi_groups_among_them() -> None:
    numbers = [number for span in VDI_GROUPS.values() for number in span]
    assert numbers == list(range(1, 42))


def test_all_that_is_wrong_is_said_at_once() -> None:
    text = edited(edited(edited(MACHINE, "G54 =", "G99 ="), "share = 0.4", "share = 0.9"), "jerk = 50000", "jerk = 0")
    assert [line.split(": ", 1)[0] for line in faulty(text)] == ["cards.toml:17", "cards.toml:29", "cards.toml:34"]


def test_curve_written_as_tables_of_its_own_names_their_lines() -> None:
    rows = "\n".join(
        f"[[machine.spindle_curve]]\nspeed = {speed}\npower_s1 = 11\npower_peak = 14\ntorque = {11 * 9549.3 / speed}"
        for speed in (1500, 1400)
    )
    text = edited(MACHINE, CURVE, "") + rows
    line = text[: text.rindex("[[machine.spindle_curve]]")].count("\n") + 1
    assert faulty(text) == [f"cards.toml:{line}: spindle_curve: speeds must rise, but 1400.0 follows 1500.0"]


def test_user_card_with_a_fault_is_refused_and_the_shipped_one_does_not_stand_in(tmp_path: Path) -> None:
    # Falling back to what ships would judge a machine by another one's figures.
    (tmp_path / "own.toml").write_text(
        edited(MACHINE, 'id = "M1"', 'id = "CNC-001"').replace("0.4 }", "0.9 }"), "utf-8"
    )
    with pytest.raises(DefectiveFileError, match=r"own\.toml:17: duty"):
        load_cards(tmp_path)
