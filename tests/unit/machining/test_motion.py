"""The planner: times by hand, limits kept everywhere, and a closed form that agrees with a walk."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.machining.gcode.moves import Arc, Move, MoveKind, Point
from chargehand.machining.motion import DEVIATION_MM, Dynamics, Timeline, along, plan, ramp, reachable

A, J = 3_000.0, 50_000.0
LIMITS = Dynamics((A, A, A), (J, J, J), (15_000.0, 15_000.0, 15_000.0), 6_000.0)
speeds = st.floats(0.0, 300.0)
limits = st.tuples(st.floats(100.0, 20_000.0), st.floats(1_000.0, 500_000.0))


def move(
    kind: MoveKind, start: Point, end: Point, *, feed: float = 6_000.0, arc: Arc | None = None, spindle: float = 0.0
) -> Move:
    return Move(
        kind=kind,
        line=1,
        start=start,
        end=end,
        frame="G54",
        feed=feed if kind in ("feed", "arc") else 0.0,
        arc=arc,
        seconds=1.5 if kind == "dwell" else 0.0,
        spindle_speed=spindle,
        spindle="clockwise" if spindle else "off",
        coolant=False,
        tool=1,
        length_offset=0,
        radius_side=0,
    )


def line(*points: Point, feed: float = 6_000.0) -> list[Move]:
    return [move("feed", one, other, feed=feed) for one, other in pairwise(points)]


def circle(radius: float, feed: float = 60_000.0) -> Move:
    start = (radius, 0.0, 0.0)
    return move("arc", start, start, feed=feed, arc=Arc("G17", (0.0, 0.0, 0.0), radius, 2.0 * math.pi))


def test_a_long_line_takes_what_pencil_and_paper_say() -> None:
    """250 mm/s over 100 mm: both ramps take v/A + A/J = 143 ms and 17.9 mm, the rest runs at full speed."""
    planned = plan(line((0, 0, 0), (100, 0, 0), feed=15_000.0), LIMITS)
    turn = 250 / A + A / J
    assert planned.seconds == pytest.approx(2 * turn + (100 - 250 * turn) / 250)
    assert planned.legs[0].cruise == 250.0


def test_a_short_line_never_gets_to_its_feed() -> None:
    """From rest to rest over 1 mm without reaching A: half of it to the peak, dv^(3/2) = L sqrt(J) / 2."""
    planned = plan(line((0, 0, 0), (1, 0, 0)), LIMITS)
    peak = (math.sqrt(J) * 0.5) ** (2 / 3)
    assert peak * J < A**2
    assert planned.legs[0].cruise == pytest.approx(peak)
    assert planned.seconds == pytest.approx(4 * math.sqrt(peak / J))


@given(before=speeds, after=speeds, bounds=limits, share=st.floats(0.0, 1.0))
def test_a_ramp_is_continuous_and_within_its_limits(
    before: float, after: float, bounds: tuple[float, float], share: float
) -> None:
    made = ramp(before, after, *bounds)
    path, speed, gain = made.at(share * made.seconds)
    assert -1e-9 <= path <= made.length + 1e-9
    assert min(before, after) - 1e-6 <= speed <= max(before, after) + 1e-6
    assert abs(gain) <= bounds[0] * (1 + 1e-9)
    assert made.at(0.0)[:2] == pytest.approx((0.0, before))
    assert made.at(made.seconds)[:2] == pytest.approx((made.length, after), abs=1e-9)


@given(before=speeds, after=speeds, bounds=limits)
def test_a_ramp_is_the_integral_of_itself(before: float, after: float, bounds: tuple[float, float]) -> None:
    """Path against speed against acceleration, by the trapezoid rule over fine steps."""
    made, steps = ramp(before, after, *bounds), 4_000
    walked = [made.at(made.seconds * step / steps) for step in range(steps + 1)]
    width = made.seconds / steps
    path = sum(0.5 * (one[1] + other[1]) for one, other in pairwise(walked)) * width
    gained = sum(0.5 * (one[2] + other[2]) for one, other in pairwise(walked)) * width
    assert path == pytest.approx(made.length, abs=1e-3 * max(1.0, made.length))
    assert gained == pytest.approx(after - before, abs=1e-2 * max(1.0, abs(after - before)))
    assert all(abs(other[2] - one[2]) <= bounds[1] * width * (1 + 1e-6) + 1e-6 for one, other in pairwise(walked))


@given(before=speeds, length=st.floats(1e-4, 500.0), bounds=limits)
def test_what_is_reachable_takes_just_its_length(before: float, length: float, bounds: tuple[float, float]) -> None:
    reached = reachable(before, length, *bounds)
    assert ramp(before, reached, *bounds).length == pytest.approx(length, rel=1e-6, abs=1e-6)


def test_a_right_angle_is_taken_at_the_speed_of_the_circle_that_touches_it() -> None:
    planned = plan(line((0, 0, 0), (50, 0, 0), (50, 50, 0)), LIMITS)
    half = math.sqrt(0.5)
    expected = math.sqrt(A * DEVIATION_MM * half / (1 - half))
    assert planned.legs[0].slowing.after == pytest.approx(expected)
    assert planned.legs[1].speeding.before == pytest.approx(expected)


def test_straight_on_is_not_slowed_and_back_is_a_stop() -> None:
    on = plan(line((0, 0, 0), (50, 0, 0), (100, 0, 0)), LIMITS)
    assert on.legs[0].slowing.after == 100.0
    assert on.seconds == pytest.approx(plan(line((0, 0, 0), (100, 0, 0)), LIMITS).seconds)
    back = plan(line((0, 0, 0), (50, 0, 0), (0, 0, 0)), LIMITS)
    assert back.legs[0].slowing.after == 0.0


def test_the_look_ahead_begins_to_brake_moves_before_a_stop() -> None:
    """Moves of 0.2 mm are far shorter than the way that braking from 100 mm/s takes."""
    points: list[Point] = [(0.2 * step, 0.0, 0.0) for step in range(100)]
    planned = plan(line(*points), LIMITS)
    borders = [leg.slowing.after for leg in planned.legs]
    assert borders[-1] == 0.0
    assert max(borders) > 20.0
    assert sum(one > other for one, other in pairwise(borders)) > 5
    for leg in planned.legs:
        assert leg.speeding.length + leg.slowing.length <= leg.length + 1e-9


@pytest.mark.parametrize("radius", [0.5, 5.0, 50.0])
def test_an_arc_is_run_at_what_its_radius_leaves(radius: float) -> None:
    bound = A / math.sqrt(2), J / math.sqrt(2)
    planned = plan([circle(radius)], LIMITS)
    cruise = planned.legs[0].cruise
    assert cruise <= min(math.sqrt(bound[0] * radius), math.cbrt(bound[1] * radius**2)) + 1e-9
    assert cruise <= 15_000 / 60


def test_the_pull_of_an_arc_stays_within_the_axes() -> None:
    """Acceleration of the axes by finite differences of the closed form, tangential and centripetal together."""
    planned, step = plan([circle(3.0)], LIMITS), 1e-4
    leg = planned.legs[0]
    inner = [planned.at(step * count) for count in range(int(planned.seconds / step) + 1)]
    points = [leg.track.point(instant.path) for instant in inner]
    for one, two, three in zip(points, points[1:], points[2:], strict=False):
        for axis in range(2):
            assert abs(one[axis] - 2 * two[axis] + three[axis]) / step**2 <= A * 1.01


@pytest.mark.parametrize("radius", [0.2, 1.0, 3.0, 10.0, 50.0])
@pytest.mark.parametrize("feed", [600.0, 60_000.0])
def test_no_axis_is_asked_for_more_jerk_on_an_arc_than_it_has(radius: float, feed: float) -> None:
    """Third differences of the closed form, with the ramps: there speeding up and turning add up."""
    leg = plan([circle(radius, feed)], LIMITS).legs[0]
    steps = 2_000
    width = leg.seconds / steps
    points = [leg.track.point(along(leg, width * step)[0]) for step in range(steps + 1)]
    for axis in range(2):
        row = [point[axis] for point in points]
        jerks = [d - 3 * c + 3 * b - a for a, b, c, d in zip(row, row[1:], row[2:], row[3:], strict=False)]
        assert max(map(abs, jerks)) / width**3 <= J * 1.02


@given(angles=st.tuples(st.floats(0, 2 * math.pi), st.floats(0.05, math.pi - 0.05)), slow=st.floats(0.1, 1.0))
def test_a_corner_pulls_no_axis_beyond_its_limit(angles: tuple[float, float], slow: float) -> None:
    """The circle that touches both moves at the corner's speed, all the way round, axis by axis."""
    first, turn = angles
    bears = (A, slow * A, A)
    one = (100 * math.cos(first), 100 * math.sin(first), 0.0)
    other = (one[0] + 100 * math.cos(first + turn), one[1] + 100 * math.sin(first + turn), 0.0)
    planned = plan(line((0, 0, 0), one, other, feed=15_000.0), LIMITS._replace(acceleration=bears))
    speed, half = planned.legs[0].slowing.after, math.cos(turn / 2)
    pull = speed**2 * (1 - half) / (DEVIATION_MM * half)
    for step in range(21):
        towards = first + turn * step / 20 + math.pi / 2
        assert abs(pull * math.cos(towards)) <= bears[0] * (1 + 1e-6)
        assert abs(pull * math.sin(towards)) <= bears[1] * (1 + 1e-6)


def test_each_axis_has_its_own_limits() -> None:
    slow_z = LIMITS._replace(acceleration=(A, A, A / 10), rapid=(15_000.0, 15_000.0, 3_000.0))
    x = plan([move("rapid", (0, 0, 0), (100, 0, 0))], slow_z)
    z = plan([move("rapid", (0, 0, 0), (0, 0, 100))], slow_z)
    assert x.legs[0].cruise == 250.0
    assert z.legs[0].cruise == pytest.approx(50.0)
    both = plan([move("rapid", (0, 0, 0), (100, 0, 100))], slow_z)
    assert both.legs[0].cruise == pytest.approx(50.0 * math.sqrt(2))


def test_between_rapid_and_feed_the_control_stands_still() -> None:
    planned = plan([move("rapid", (0, 0, 0), (50, 0, 0)), *line((50, 0, 0), (100, 0, 0))], LIMITS)
    assert planned.legs[0].slowing.after == 0.0


@given(share=st.floats(0.05, 2.0))
def test_an_override_scales_feeds_and_leaves_rapids(share: float) -> None:
    moves = [move("rapid", (0, 0, 0), (50, 0, 0)), *line((50, 0, 0), (250, 0, 0), feed=600.0)]
    planned = plan(moves, LIMITS, feed_share=share)
    assert planned.legs[1].cruise == pytest.approx(10.0 * share)
    assert planned.legs[0].seconds == pytest.approx(plan(moves, LIMITS).legs[0].seconds)


def test_a_dwell_and_the_spindle_take_their_time() -> None:
    planned = plan([move("dwell", (0, 0, 0), (0, 0, 0), spindle=3_000.0)], LIMITS)
    assert [(leg.kind, leg.seconds) for leg in planned.legs] == [("spin", 0.5), ("dwell", 1.5), ("spin", 0.5)]
    assert [leg.spindle_after for leg in planned.legs] == [3_000.0, 3_000.0, 0.0]
    fast = plan([move("dwell", (0, 0, 0), (0, 0, 0), spindle=3_000.0)], LIMITS, speed_share=2.0)
    assert fast.legs[0].spindle_after == 6_000.0


@pytest.mark.parametrize(("feed", "share"), [(0.0, 1.0), (100.0, 0.0), (100.0, -1.0), (100.0, math.nan)])
def test_a_feed_of_nothing_is_refused(feed: float, share: float) -> None:
    with pytest.raises(ValueError, match=r"feed|override"):
        plan(line((0, 0, 0), (1, 0, 0), feed=feed), LIMITS, feed_share=share)


def test_nothing_has_no_place() -> None:
    with pytest.raises(ValueError, match="no place"):
        plan([], LIMITS).at(0.0)
    assert plan([], LIMITS).seconds == 0.0


def test_a_move_without_a_length_takes_no_time() -> None:
    assert plan([move("feed", (1, 1, 1), (1, 1, 1))], LIMITS).legs == []


coordinates = st.floats(-100.0, 100.0).map(lambda value: round(value, 2))
points = st.tuples(coordinates, coordinates, coordinates)


@given(path=st.lists(points, min_size=3, max_size=12), feed=st.floats(10.0, 20_000.0), at=st.floats(0.0, 1.0))
def test_any_instant_is_on_the_path_and_within_the_feed(path: list[Point], feed: float, at: float) -> None:
    planned: Timeline = plan(line(*path, feed=feed), LIMITS)
    if not planned.legs:
        return
    instant = planned.at(at * planned.seconds)
    leg = planned.legs[instant.leg]
    assert -1e-6 <= instant.path <= leg.length + 1e-6
    assert instant.speed <= feed / 60 + 1e-6
    assert planned.when(instant.leg, min(1.0, max(0.0, instant.path / leg.length))) == pytest.approx(
        at * planned.seconds, abs=1e-4 + planned.seconds * 1e-9
    )


@given(path=st.lists(points, min_size=3, max_size=12))
def test_the_path_is_continuous_in_time(path: list[Point]) -> None:
    planned = plan(line(*path), LIMITS)
    for one, other in pairwise(planned.legs):
        assert one.starts + one.seconds == pytest.approx(other.starts)
        assert one.slowing.after == pytest.approx(other.speeding.before, abs=1e-9)
        end = (
            one.speeding.length
            + one.slowing.length
            + one.cruise * (one.seconds - one.speeding.seconds - one.slowing.seconds)
        )
        assert end == pytest.approx(one.length, rel=1e-6, abs=1e-6)
