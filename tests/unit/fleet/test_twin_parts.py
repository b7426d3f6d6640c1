"""The parts as text and the sensors' table: what is written follows the set-up, what is read follows the truth."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chargehand.contracts.machine import SIGNAL_UNITS
from chargehand.fleet import noise
from chargehand.fleet.twin.parts import LEVELS, RINGS, bracket, impeller, park, part, shaft
from chargehand.fleet.twin.sensors import OVERRIDES, SENSORS, TEXTS, dropped, reading
from chargehand.machining.gcode.interpreter import run
from chargehand.machining.stock import bites
from tests.unit.fleet.cards import EM12, SETUP
from tests.unit.fleet.test_twin import TOOLS, twin, with_

DRAWS = 4_000


@pytest.mark.parametrize("make", [bracket, impeller])
def test_a_part_says_speed_feed_and_depth_as_it_is_set(make: object) -> None:
    text = make(with_(SETUP, axial_depth=2.25), 12.0).text.decode()  # type: ignore[operator]
    assert "S3183 M3" in text
    assert text.count("F764") == LEVELS * RINGS
    assert "Z-2.25" in text
    assert "Z-4.5" in text
    assert "M8" in text
    assert "M8" not in make(with_(SETUP, coolant=False), 12.0).text.decode()  # type: ignore[operator]


@settings(max_examples=30)
@given(
    speed=st.floats(1e-3, 1e5),
    feed=st.floats(1e-3, 1e5),
    axial=st.one_of(st.none(), st.floats(-10, 500)),
    radial=st.one_of(st.none(), st.floats(-10, 500)),
    name=st.sampled_from(["BRACKET-R1", "IMPELLER-R2", "SHAFT-R1"]),
    turned=st.booleans(),
)
def test_any_setup_is_a_program_that_runs_to_its_end(
    speed: float, feed: float, axial: float | None, radial: float | None, name: str, *, turned: bool
) -> None:
    setup = with_(SETUP, spindle_speed=speed, feed_rate=feed, axial_depth=axial, radial_depth=radial, program=name)
    made = part(setup, TOOLS["TT25-SN12"] if turned else EM12)
    assert made is not None
    found = run(made.text.decode(), start=park(made.blank))
    assert found.fault is None
    assert found.moves[-1].end == pytest.approx(park(made.blank))


def test_what_is_not_one_of_these_or_stands_still_is_no_part() -> None:
    assert part(with_(SETUP, program="OTHER"), EM12) is None
    assert part(with_(SETUP, program=None), EM12) is None
    assert part(with_(SETUP, feed_rate=0), EM12) is None
    assert part(with_(SETUP, spindle_speed=None), EM12) is None


def test_a_boss_is_what_is_left_of_its_blank() -> None:
    made = bracket(SETUP, 12.0)
    moves = run(made.text.decode(), start=park(made.blank)).moves
    gone = sum(bite.volume for row in bites(moves, made.blank, diameter=12.0, edge=26.0) for bite in row)
    assert gone == pytest.approx(LEVELS * 3 * (80 * 50 - (80 - 2 * RINGS * 3) * (50 - 2 * RINGS * 3)), rel=2e-3)


@pytest.mark.parametrize(("diameter", "width"), [(16.0, 14.0), (25.0, 25.0), (50.0, 20.0), (50.0, 48.0)])
def test_a_wide_cut_is_as_wide_as_it_is_set(diameter: float, width: float) -> None:
    made = bracket(with_(SETUP, radial_depth=width), diameter)
    moves = run(made.text.decode(), start=park(made.blank)).moves
    eaten = bites(moves, made.blank, diameter=diameter, edge=26.0)
    widest = max(bite.radial for row in eaten for bite in row if bite.ends - bite.begins > 4)
    assert widest == pytest.approx(width, rel=0.02)
    assert not any(row for move, row in zip(moves, eaten, strict=True) if move.kind == "rapid")


def test_a_shaft_is_turned_to_its_diameter_and_never_through() -> None:
    made = shaft(with_(SETUP, axial_depth=2, workpiece_diameter=60))
    assert "X24" in made.text.decode()
    assert made.blank.x == 60
    thin = run(shaft(with_(SETUP, axial_depth=50, workpiece_diameter=20)).text.decode())
    assert min(move.end[0] for move in thin.moves) > 0


def test_rapids_of_the_parts_never_touch_the_work() -> None:
    for made in (bracket(SETUP, 12.0), impeller(SETUP, 12.0), shaft(with_(SETUP, workpiece_diameter=60))):
        moves = run(made.text.decode(), start=park(made.blank)).moves
        eaten = bites(moves, made.blank, diameter=12.0, edge=6.0)
        assert not any(row for move, row in zip(moves, eaten, strict=True) if move.kind == "rapid")


def test_every_signal_is_a_sensor_a_text_or_an_override() -> None:
    assert set(SENSORS) | TEXTS | OVERRIDES == set(SIGNAL_UNITS)


@pytest.mark.parametrize("name", sorted(SENSORS))
def test_a_sensor_is_right_on_average_noisy_as_stated_and_in_steps(name: str) -> None:
    sensor, stream, value = SENSORS[name], noise.stream(1, "M", name), 40.0
    found = [reading(sensor, value, stream, noise.mix(tick)) for tick in range(DRAWS)]
    spread = sensor.share * value + sensor.floor
    mean = sum(found) / DRAWS
    assert abs(mean - value) <= 5 * spread / DRAWS**0.5 + sensor.step
    deviation = (sum((one - mean) ** 2 for one in found) / DRAWS) ** 0.5
    assert deviation == pytest.approx(spread, rel=0.1, abs=sensor.step)
    assert all(abs(one / sensor.step - round(one / sensor.step)) < 1e-3 for one in found)


def test_a_sensor_that_lags_reads_the_truth_of_then() -> None:
    made = twin()
    behind = round(SENSORS["cutting_power"].lag * 10)
    assert behind == 1
    for tick in range(60, 140):
        power, told = made.truth(tick - behind).power, float(str(made.readings(tick)["cutting_power"]))
        assert told == pytest.approx(power, rel=0.06, abs=1e-3)


def test_dropouts_come_as_often_as_stated_and_are_the_same_again() -> None:
    machine = twin().machine
    found = [dropped(machine, "vibration", 0.05, tick) for tick in range(DRAWS)]
    assert 140 < sum(found) < 260
    assert found == [dropped(machine, "vibration", 0.05, tick) for tick in range(DRAWS)]
    assert not any(dropped(machine, "vibration", 0.0, tick) for tick in range(100))
