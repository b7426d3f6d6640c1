"""The twin: any tick alone, in a row or after stepping is the same; what is changed changes what follows."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chargehand.auditor.cards import Cards, load_cards
from chargehand.contracts.card import ToolCard
from chargehand.contracts.machine import Setup
from chargehand.fleet.cycle import WEAR_FORCE_PER_MM
from chargehand.fleet.plant import Disturbance, Fault, Machine
from chargehand.fleet.simulated import PROGRAMS, SETUPS, simulated_fleet
from chargehand.fleet.simulator import holds_nothing
from chargehand.fleet.twin.rig import strength
from chargehand.fleet.twin.score import LOAD_S
from chargehand.fleet.twin.truth import Truth
from chargehand.fleet.twin.twin import STRETCHES_MAX, Twin
from chargehand.kernel.canonical import sha256_text
from chargehand.machining.cutting import milling, nominal, turning
from chargehand.machining.integrated import SHORTFALL, SHORTFALL_MAX
from tests.unit.fleet.cards import EM12, SETUP, STEEL, TICK, machine_card

CARDS: Cards = load_cards()
TOOLS = {key: entry.card for key, entry in CARDS.tools.items()}
MATERIALS = {key: entry.card for key, entry in CARDS.materials.items()}
HOUR = 36_000
FIRST_CUT = 60


def twin(setup: Setup = SETUP, *, tool: ToolCard = EM12, seed: int = 7, held: Any = holds_nothing, **card: Any) -> Twin:
    return Twin(Machine(machine_card(**card), tool, STEEL, seed, TICK, held), setup)


def with_(setup: Setup = SETUP, /, **changes: Any) -> Setup:
    made: Setup = msgspec.structs.replace(setup, **changes)
    return made


def fleet() -> dict[str, Twin]:
    cards = [entry.card for entry in CARDS.machines.values()]
    return {made.card.id: made.twin for made in simulated_fleet(cards, TOOLS, MATERIALS, seed=1)}


def steady(made: Twin, first: int = 0, count: int = 1200) -> Truth:
    """The truth of the cut that takes the most, within some ticks."""
    return max((made.truth(tick) for tick in range(first, first + count)), key=lambda so: so.power)


@settings(max_examples=25)
@given(tick=st.integers(0, 1000 * HOUR))
def test_any_tick_alone_is_the_tick_in_a_row(tick: int) -> None:
    made, alone = twin(), twin()
    row = made.series(tick, 3)
    assert row.truth[2] == alone.truth(tick + 2)
    assert {name: column[2] for name, column in row.signals.items()} == alone.readings(tick + 2)


def test_stepping_through_three_hours_ends_where_a_leap_does() -> None:
    """Changed to itself at every stop, the twin folds piece by piece; after rounding it reads as one leap does."""
    leapt, stepped = twin(), twin()
    for tick in range(0, 3 * HOUR, 397):
        stepped.change(tick)
    for tick in range(3 * HOUR, 3 * HOUR + 1200, 97):
        assert stepped.readings(tick) == leapt.readings(tick)
        one, other = stepped.truth(tick), leapt.truth(tick)
        assert (one.theta, one.rise, one.wear) == pytest.approx((other.theta, other.rise, other.wear), rel=1e-9)


def test_the_past_can_be_asked_again() -> None:
    made = twin()
    before = made.series(0, 300)
    made.change(300, setup=with_(feed_rate=1000, revision=2))
    made.series(300, 600)
    assert made.series(0, 300) == before


def test_it_forgets_what_lies_too_far_back() -> None:
    made = twin()
    for tick in range(1, STRETCHES_MAX + 2):
        made.change(tick)
    with pytest.raises(ValueError, match="before everything"):
        made.truth(0)


def test_the_seed_makes_the_noise_and_not_the_truth() -> None:
    one, two = twin(seed=1).series(0, 200), twin(seed=2).series(0, 200)
    assert one.truth == two.truth
    assert one.signals["spindle_load"] != two.signals["spindle_load"]


@pytest.mark.parametrize(
    ("field", "other"), [("seed", 8), ("scenario", "worn tool"), ("card", machine_card("CNC-009"))]
)
def test_each_part_of_the_noise_s_address_makes_other_noise_of_the_same_truth(field: str, other: Any) -> None:
    machine = Machine(machine_card(), EM12, STEEL, 7, TICK, holds_nothing, "demo")
    noisy = Disturbance("dropouts", "coolant_flow", amount=0.2)
    made = [Twin(one, SETUP) for one in (machine, machine, machine._replace(**{field: other}))]
    for one in made:
        one.change(0, disturbances=(noisy,))
    first, again, apart = (one.series(0, 200) for one in made)
    assert first == again
    assert first.truth == apart.truth
    for name in ("spindle_load", "vibration", "coolant_flow", "feed_rate"):
        assert first.signals[name] != apart.signals[name]
        shared = sum(a == b for a, b in zip(first.signals[name], apart.signals[name], strict=True) if a)
        assert shared < 120
    missed = [[value is None for value in one.signals["coolant_flow"]] for one in (first, apart)]
    assert missed[0] != missed[1]


def test_the_truth_lies_under_the_auditors_formula_by_what_is_stated() -> None:
    """The same cut through both: the definitions' 3.0-3.5 %."""
    so = steady(twin())
    asked = milling(
        EM12, nominal(STEEL), speed=so.spindle_speed, feed=so.feed, axial_depth=so.axial, radial_depth=so.radial
    )
    assert (so.axial, so.radial) == pytest.approx((3.0, 3.0), rel=0.01)
    assert SHORTFALL[0] <= 1 - so.power / asked.power <= SHORTFALL[1]


@pytest.mark.parametrize("machine_id", sorted(SETUPS))
def test_every_cut_of_the_fleet_lies_within_the_tolerance(machine_id: str) -> None:
    made = fleet()[machine_id]
    tool, law = made.machine.tool, nominal(made.machine.material)
    cuts = [so for so in (made.truth(tick) for tick in range(0, 1000, 7)) if so.cutting and so.power > 0.05]
    assert len(cuts) > 50
    for so in cuts:
        if tool.kind == "turning":
            diameter = 2000.0 * so.torque / so.force
            asked = turning(
                tool, law, speed=so.spindle_speed, feed=so.feed, depth=so.axial, workpiece_diameter=diameter
            )
        else:
            asked = milling(
                tool, law, speed=so.spindle_speed, feed=so.feed, axial_depth=so.axial, radial_depth=so.radial
            )
        sharp = so.power / (1.0 + WEAR_FORCE_PER_MM * so.worn)
        assert -1e-9 <= 1 - sharp / asked.power <= SHORTFALL_MAX


@pytest.mark.parametrize("machine_id", sorted(SETUPS))
def test_a_machine_looks_alive_within_seconds(machine_id: str) -> None:
    """A part takes one to three minutes, and the load shows before ten seconds are over."""
    made = fleet()[machine_id]
    part = made._find(0).part
    assert part is not None
    assert 60 <= part.cycle.seconds <= 180
    row = made.series(0, 100)
    assert max(float(str(value)) for value in row.signals["spindle_load"]) > 1.0
    assert any(so.cutting for so in row.truth)


@pytest.mark.parametrize(
    ("field", "value", "more"),
    [("feed_rate", 1000, True), ("axial_depth", 6, True), ("radial_depth", 5, True), ("feed_override", 50, False)],
)
def test_a_change_changes_what_happens_next(field: str, value: float, *, more: bool) -> None:
    made = twin()
    before = steady(made, 0, 400)
    made.change(400, setup=with_(SETUP, revision=2, **{field: value}))
    after = steady(made, 400, 400)
    assert (after.power > 1.1 * before.power) is more
    assert (after.power < 0.9 * before.power) is not more


def test_a_deeper_cut_cuts_deeper() -> None:
    assert steady(twin(with_(axial_depth=5.5))).axial == pytest.approx(5.5)
    assert steady(twin(with_(radial_depth=2.2))).radial == pytest.approx(2.2, rel=0.03)


def test_a_change_of_feed_keeps_the_place_in_the_part() -> None:
    made = twin()
    before = made.truth(400)
    made.change(400, setup=with_(feed_rate=400, revision=2))
    after = made.truth(400)
    assert math.dist(before.position, after.position) < 1e-3
    assert before.block == after.block
    assert after.wear == before.wear


def test_a_change_of_depth_begins_a_new_part() -> None:
    made = twin()
    made.change(400, setup=with_(axial_depth=4, revision=2))
    assert made.truth(400).execution == "READY"
    assert made.truth(400 + int(LOAD_S * 10) + 20).execution == "ACTIVE"


def test_a_worn_edge_takes_more_force() -> None:
    made = twin(tool=TOOLS["EM12-4"])
    parts = 30 * 1000
    assert steady(made, parts).wear > 0.1
    assert steady(made, parts).force > 1.1 * steady(made).force


def test_an_edge_is_changed_before_it_is_worn_out() -> None:
    made = twin(tool=TOOLS["EM12-4"])
    worn = [made.truth(tick).wear for tick in range(0, 10 * HOUR, 300)]
    assert 0.25 < max(worn) <= EM12.wear_max
    assert worn != sorted(worn)


def test_nobody_there_to_change_the_edge_breaks_it() -> None:
    made = twin(tool=TOOLS["EM12-4"])
    made.change(0, faults=frozenset({"unattended"}))
    states = [made.truth(tick) for tick in range(0, 3 * HOUR, 600)]
    broken = [so for so in states if so.broken]
    assert broken
    assert broken[0].execution == "INTERRUPTED"
    assert broken[0].wear == pytest.approx(2 * EM12.wear_max, abs=1e-3)
    assert {so.force for so in broken} == {0.0}
    made.change(3 * HOUR, faults=frozenset())
    assert not made.truth(3 * HOUR).broken
    assert made.truth(3 * HOUR).wear == 0.0


def test_too_much_for_the_tool_breaks_it() -> None:
    made = twin(with_(axial_depth=26, radial_depth=12, feed_rate=3000))
    states = [made.truth(tick) for tick in range(200)]
    assert states[-1].broken
    assert states[-1].execution == "INTERRUPTED"
    assert not states[40].broken


def test_too_much_for_the_drive_stalls_it() -> None:
    made = twin(with_(axial_depth=12, radial_depth=6), spindle_power_s1=1.0, spindle_curve=[])
    assert "stalled" in made.at(200).faults
    assert made.truth(200).spindle_speed == 0.0


def test_a_new_tool_in_the_same_cut_breaks_at_once() -> None:
    """It is put in where the old one broke, in the midst of what no tool bears."""
    made = twin(with_(axial_depth=26, radial_depth=12, feed_rate=3000))
    broke = next(tick for tick in range(200) if made.truth(tick).broken)
    made.change(broke, faults=frozenset())
    assert made.truth(broke + 1).broken


def test_too_much_feed_in_the_midst_of_a_cut_breaks_the_tool_there() -> None:
    gentle = with_(axial_depth=20, radial_depth=6, feed_rate=400)
    made = twin(gentle)
    cutting = [tick for tick in range(600) if made.truth(tick).cutting]
    middle = cutting[len(cutting) // 2]
    made.change(middle, setup=with_(gentle, feed_rate=4000, revision=2))
    assert made.truth(middle).peak_force > strength(EM12)
    assert made.truth(middle + 1).broken


@pytest.mark.parametrize("unattended", [False, True])
def test_a_force_that_a_sharp_tool_bears_breaks_a_worn_one(unattended: bool) -> None:
    """84 % of what the tool bears when sharp: at 0.2 mm of wear it is all of it."""
    made = twin(with_(axial_depth=20, radial_depth=6, feed_rate=1500), tool=TOOLS["EM12-4"])
    if unattended:
        made.change(0, faults=frozenset({"unattended"}))
    so = [made.truth(tick) for tick in range(0, 20 * HOUR, 50)]
    first = next(index for index, one in enumerate(so) if one.broken)
    assert 1.19 < 1 + WEAR_FORCE_PER_MM * so[first - 1].wear < 1.22
    assert max(one.peak_force for one in so) < strength(EM12)


def test_harder_work_breaks_a_tool_that_bore_it() -> None:
    made = twin(with_(axial_depth=20, radial_depth=6, feed_rate=1200))
    middle = next(tick for tick in range(100, 1200) if made.truth(tick).force > 0.9 * steady(made).force)
    assert not made.truth(1200).broken
    made.change(middle, disturbances=(Disturbance("harder", amount=2.0),))
    assert made.truth(middle + 1).broken


def test_a_new_part_is_begun_with_an_edge_that_lasts() -> None:
    """However often the depth is changed, no part is begun that would wear the edge beyond what it is good for."""
    made = twin(with_(spindle_speed=6000, feed_rate=1400), tool=TOOLS["EM12-4"])
    worn = []
    for change in range(60):
        made.change(400 * change, setup=with_(made.at(400 * change).setup, axial_depth=2 + 0.5 * (change % 2)))
        worn.append(made.truth(400 * change).wear)
    assert 0.2 < max(worn) <= EM12.wear_max
    assert worn != sorted(worn)


def test_harder_work_takes_more() -> None:
    made = twin()
    made.change(0, disturbances=(Disturbance("harder", amount=1.8),))
    assert steady(made).power == pytest.approx(1.8 * steady(twin()).power)


def test_a_stuck_sensor_repeats_itself_while_the_truth_goes_on() -> None:
    made = twin()
    made.change(200, disturbances=(Disturbance("stuck", "spindle_load", tick=200),))
    row = made.series(200, 900)
    assert len(set(row.signals["spindle_load"])) == 1
    assert len({so.load for so in row.truth}) > 10
    assert made.readings(700)["spindle_load"] == row.signals["spindle_load"][0]
    alone = twin()
    alone.change(200, disturbances=(Disturbance("stuck", "spindle_load", tick=200),))
    assert alone.readings(700)["spindle_load"] == twin().readings(200)["spindle_load"]


def test_a_stuck_sensor_repeats_what_it_read_in_the_past_that_holds() -> None:
    """The past can be written anew, and it can be forgotten."""
    stuck, made = Disturbance("stuck", "cutting_power", tick=200), twin()
    made.change(200, disturbances=(stuck,))
    before = made.readings(300)["cutting_power"]
    made.change(100, setup=with_(feed_override=50, revision=2))
    made.change(200, disturbances=(stuck,))
    fresh = twin()
    fresh.change(100, setup=with_(feed_override=50, revision=2))
    fresh.change(200, disturbances=(stuck,))
    assert made.readings(300) == fresh.readings(300)
    assert made.readings(300)["cutting_power"] != before
    for tick in range(301, 302 + STRETCHES_MAX):
        made.change(tick)
    assert made.readings(302 + STRETCHES_MAX)["cutting_power"] is not None


def test_a_drifting_sensor_strays_by_the_hour() -> None:
    calm, made = twin(), twin()
    made.change(0, disturbances=(Disturbance("drift", "spindle_temperature", 10.0),))
    strays = [
        float(str(made.readings(tick)["spindle_temperature"])) - float(str(calm.readings(tick)["spindle_temperature"]))
        for tick in (0, HOUR // 2, HOUR)
    ]
    assert strays == pytest.approx([0.0, 5.0, 10.0], abs=0.01)
    made.change(HOUR, disturbances=(Disturbance("drift", "tool_wear", 10.0, HOUR),))
    assert made.readings(HOUR + 36)["tool_wear"] == pytest.approx(calm.truth(HOUR + 36).wear + 0.01, abs=1e-4)


def test_a_silent_sensor_is_unavailable_and_a_bad_one_now_and_then() -> None:
    made = twin()
    made.change(
        0, disturbances=(Disturbance("silent", "vibration"), Disturbance("dropouts", "coolant_flow", amount=0.1))
    )
    row = made.series(0, 2000)
    assert set(row.signals["vibration"]) == {None}
    assert 150 < row.signals["coolant_flow"].count(None) < 250
    value = made.picture(0)["vibration"]
    assert (value.v, value.q) == (None, "unavailable")


def test_a_late_sensor_tells_the_past() -> None:
    calm, made = twin(), twin()
    made.change(0, disturbances=(Disturbance("late", "position_x", amount=2.0),))
    assert [made.readings(tick)["position_x"] for tick in range(100, 110)] == [
        calm.readings(tick - 20)["position_x"] for tick in range(100, 110)
    ]


def test_coolant_that_fails_does_not_flow() -> None:
    made = twin()
    assert made.truth(FIRST_CUT).coolant == 20.0
    made.change(FIRST_CUT, faults=frozenset({"coolant_failed"}))
    assert made.truth(FIRST_CUT).coolant == 0.0
    assert twin(with_(coolant=False)).truth(FIRST_CUT).coolant == 0.0


halting: list[Fault] = ["estop", "door_open", "alarm", "feed_hold", "manual_mode", "tool_broken", "stalled"]


@pytest.mark.parametrize("fault", halting)
def test_a_halted_machine_stands_and_goes_on_where_it_stood(fault: Fault) -> None:
    made = twin()
    before = made.truth(400)
    made.change(400, faults=frozenset({fault}))
    held = [made.truth(tick) for tick in (400, 500, 4000)]
    assert {so.position for so in held} == {before.position}
    assert {so.feed for so in held} == {0.0}
    assert held[-1].rise < before.rise + 1.0
    made.change(4000, faults=frozenset())
    assert made.truth(4000).position == before.position
    assert made.truth(4010).position != before.position


def test_chatter_begins_where_the_depth_passes_the_lobes() -> None:
    tool = TOOLS["EM16-3AL"]
    machine = Machine(machine_card(), tool, MATERIALS["aluminium-wrought"], 7, TICK, holds_nothing)
    setup = with_(spindle_speed=9000, feed_rate=2700, axial_depth=4, radial_depth=8)
    made = Twin(machine, setup)
    calm = steady(made)
    assert calm.stability == pytest.approx(calm.stable_depth / calm.axial)
    made.change(1200, disturbances=(Disturbance("chatter", amount=0.5 / calm.stability),))
    shaken = steady(made, 1200)
    assert shaken.stability == pytest.approx(0.5)
    assert shaken.vibration > calm.vibration + 5


def test_a_tool_that_nobody_has_tapped_has_no_stability_to_tell() -> None:
    assert steady(twin()).stable_depth == math.inf


def test_the_spindle_takes_more_than_its_rating_while_it_speeds_up() -> None:
    loads = [twin().truth(tick).load for tick in range(int(LOAD_S * 10), int(LOAD_S * 10) + 5)]
    assert max(loads) > 1.0
    assert twin().truth(FIRST_CUT).load < 0.2


def test_a_loaded_program_runs_as_it_is_written() -> None:
    text = PROGRAMS["BRACKET-R1"].replace(b"F764", b"F500").replace(b"S3183", b"S2500")
    name = sha256_text(text)
    loaded = with_(program=None, program_sha256=name)
    so = steady(twin(loaded, held={name: text}.get))
    assert (so.feed, so.spindle_speed) == pytest.approx((500.0, 2500.0))
    half = steady(twin(with_(loaded, feed_override=50), held={name: text}.get), count=2400)
    assert half.feed == pytest.approx(250.0)


@pytest.mark.parametrize("text", [None, b"G1 X1\n", b"nonsense", b"\xff\xfe", b"G21 G90\nM30\n"])
def test_what_cannot_be_run_is_not_run(text: bytes | None) -> None:
    made = twin(with_(program=None, program_sha256="sha256:ff"), held=lambda _digest: text)
    assert made.truth(500).execution == "READY"
    assert made.truth(500).spindle_speed == 0.0
    assert made.readings(500)["spindle_load"] is not None


@pytest.mark.parametrize("field", ["feed_rate", "spindle_speed", "feed_override", "spindle_override"])
@pytest.mark.parametrize("value", [None, 0, 1e-9])
def test_what_stands_still_cuts_nothing(field: str, value: float | None) -> None:
    made = twin(with_(SETUP, **{field: value}))
    assert {made.truth(tick).force for tick in range(0, 900, 50)} == {0.0}


def test_overrides_are_told_and_turn_the_spindle_and_the_feed() -> None:
    """Slower turns at the same feed take thicker chips."""
    made = twin(with_(spindle_override=80, feed_override=110))
    so = steady(made)
    assert (so.spindle_speed, so.feed) == pytest.approx((0.8 * 3183, 1.1 * 764))
    told = made.readings(so.tick)
    assert (told["spindle_override"], told["feed_override"]) == (80, 110)
    assert so.force > steady(twin(with_(feed_override=110))).force


def test_an_override_of_nothing_stops_the_feed_and_one_of_something_goes_on() -> None:
    made = twin()
    made.change(400, setup=with_(feed_override=0, revision=2))
    held = made.truth(500)
    assert held.position == pytest.approx(made.truth(400).position)
    assert held.spindle_speed == 3183
    made.change(500, setup=with_(revision=3))
    assert made.truth(500).position == pytest.approx(held.position)
    assert made.truth(520).feed > 0


def test_the_work_moves_with_its_offset() -> None:
    moved = twin(with_(offsets={"x": 1.5, "z": -0.25})).truth(FIRST_CUT).position
    plain = twin().truth(FIRST_CUT).position
    assert moved == pytest.approx((plain[0] + 1.5, plain[1], plain[2] - 0.25))


def test_heat_and_deflection_are_those_of_the_definitions() -> None:
    so = steady(twin())
    moment = math.pi * (0.8 * 12) ** 4 / 64
    assert so.deflection == pytest.approx(so.peak_force * 36**3 / (3 * 600e3 * moment))
    assert so.motor_power == pytest.approx(so.power / 0.8)
    assert so.load == pytest.approx(so.motor_power / 11)
    assert so.torque == pytest.approx(30_000 * so.power / (math.pi * so.spindle_speed))


def test_theta_settles_at_the_mean_square_of_the_load() -> None:
    """With a lag far longer than a part, the heat's mean is that of u^2 over a part; the same edge throughout."""
    made = twin(with_(axial_depth=12, radial_depth=4))
    first = made._find(0).part
    assert first is not None
    ticks = round(first.cycle.seconds * 10)
    parts = 40
    squares = [made.truth(tick).load ** 2 for tick in range(parts * ticks, (parts + 1) * ticks)]
    thetas = [made.truth(tick).theta for tick in range(parts * ticks, (parts + 1) * ticks, 20)]
    assert sum(thetas) / len(thetas) == pytest.approx(sum(squares) / len(squares), rel=0.1)


def test_a_cut_that_is_slowed_at_a_corner_takes_the_power_of_that_feed() -> None:
    """At a millisecond a tick the ramps are seen; the force follows the chip there as well."""
    machine = Machine(machine_card(), EM12, STEEL, 7, 1_000, holds_nothing)
    made, law = Twin(machine, with_(SETUP, feed_rate=3000)), nominal(STEEL)
    slowed = [so for so in map(made.truth, range(4_500, 14_000, 3)) if so.radial > 0.2 and so.feed < 2_700]
    assert len(slowed) > 10
    for so in slowed:
        asked = milling(EM12, law, speed=so.spindle_speed, feed=so.feed, axial_depth=so.axial, radial_depth=so.radial)
        assert 0 <= 1 - so.power / asked.power <= SHORTFALL_MAX
