"""The fold over cycles against playing every span of every part."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.fleet.cycle import WEAR_FORCE_PER_MM, Body, Cycle, Span, settle

NEW = Body(0.0, 0.0, 0.0, 0.0)
WARM, HEAT = 600.0, 500.0
SPANS = [
    Span(4.0, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 0.0),
    Span(2.0, (3.0, 0.0, 0.0), (1.4, 0.0, 0.0), 0.0),
    Span(60.0, (3.0, 20.0, 0.0), (0.0, 0.0, 0.6), 1e-4),
    Span(9.0, (3.0, 0.0, 0.0), (0.01, 0.0, 0.0), 0.0),
    Span(30.0, (3.0, 35.0, 0.0), (0.0, 0.0, 1.7), 2e-4),
]
LIMIT = 0.305


def cycle(spans: list[Span] = SPANS) -> Cycle:
    return Cycle(spans, warm_lag=WARM, heat_lag=HEAT)


def walked(
    body: Body, begun_s: float, elapsed_s: float, limit: float = LIMIT, factor: float = 1.0
) -> tuple[int, float, Body]:
    """The same, one span after the other."""
    made = cycle()
    parts, place = 0, begun_s
    rise, theta, wear, worn = body
    while True:
        at = 0.0
        scale = factor * (1.0 + WEAR_FORCE_PER_MM * worn)
        for span in SPANS:
            ends = at + span.seconds
            if place < ends:
                spent = min(ends - place, elapsed_s)
                rise = settle(rise, span.warmth[0] + span.warmth[1] * scale, spent, WARM)
                theta = settle(theta, span.heat[0] + span.heat[2] * scale**2, spent, HEAT)
                wear += span.wear * spent
                place, elapsed_s = place + spent, elapsed_s - spent
                if elapsed_s <= 0:
                    return parts, place, Body(rise, theta, wear, worn)
            at = ends
        parts, place = parts + 1, 0.0
        wear = 0.0 if wear + made.wear > limit else wear
        worn = wear


bodies = st.builds(Body, st.floats(0, 60), st.floats(0, 1.5), st.floats(0, 0.25), st.floats(0, 0.25))
factors = st.floats(0.5, 3.0)


@given(body=bodies, begun=st.floats(0, 104.9), elapsed=st.floats(0.1, 20_000.0), factor=factors)
def test_the_fold_is_the_walk(body: Body, begun: float, elapsed: float, factor: float) -> None:
    """Two hundred parts and some sixty edges at most: warmth, heat, wear, part and place."""
    parts, place, folded = cycle().played(body, begun, elapsed, limit=LIMIT, factor=factor)
    counted, at, expected = walked(body, begun, elapsed, factor=factor)
    # Where a part just ends, rounding may tell its end or the next one's beginning.
    if min(place, cycle().seconds - place) > 1e-6:
        assert parts == counted
        assert place == pytest.approx(at, abs=1e-6)
        assert tuple(folded) == pytest.approx(tuple(expected), rel=1e-8, abs=1e-8)


def test_thousands_of_parts_with_a_growing_edge() -> None:
    """A year of parts is one call; so is half a year after half a year."""
    half = 15_000_000.0
    once = cycle().played(NEW, 0.0, 2 * half, limit=LIMIT, factor=1.0)
    middle = cycle().played(NEW, 0.0, half, limit=LIMIT, factor=1.0)
    twice = cycle().played(middle[2], middle[1], half, limit=LIMIT, factor=1.0)
    assert once[0] == middle[0] + twice[0]
    assert once[1] == pytest.approx(twice[1], abs=1e-6)
    assert tuple(once[2]) == pytest.approx(tuple(twice[2]), rel=1e-7)


def test_a_worn_edge_makes_more_heat() -> None:
    _, _, fresh = cycle().played(NEW, 0.0, 100.0, limit=LIMIT, factor=1.0)
    _, _, worn = cycle().played(NEW._replace(wear=0.2, worn=0.2), 0.0, 100.0, limit=LIMIT, factor=1.0)
    assert worn.theta > fresh.theta * 1.3
    assert worn.rise > fresh.rise * 1.1


def test_the_edge_is_changed_before_a_part_that_would_wear_it_out() -> None:
    made = cycle()
    assert made.wear == pytest.approx(0.012)
    ends = [made.played(NEW, 0.0, part * made.seconds + 1.0, limit=LIMIT, factor=1.0)[2].wear for part in range(60)]
    assert max(ends) <= LIMIT - made.wear + 1e-9
    assert ends[24] == pytest.approx(24 * made.wear)
    assert ends[25] == 0.0


def test_an_edge_that_nobody_changes_wears_on_and_breaks() -> None:
    made = cycle()
    after = made.breaks_after(NEW, 0.0, math.inf, 0.6)
    assert after is not None
    assert made.played(NEW, 0.0, after, limit=math.inf, factor=1.0)[2].wear == pytest.approx(0.6, abs=1e-9)
    assert made.breaks_after(NEW, 0.0, LIMIT, 0.6) is None


@given(begun=st.floats(0, 104.0), wear=st.floats(0, 0.55))
def test_an_edge_breaks_where_the_wear_gets_there(begun: float, wear: float) -> None:
    made, body = cycle(), NEW._replace(wear=wear)
    after = made.breaks_after(body, begun, math.inf, 0.6)
    assert after is not None
    assert made.played(body, begun, max(0.0, after), limit=math.inf, factor=1.0)[2].wear == pytest.approx(0.6, abs=1e-6)


def test_a_part_that_eats_an_edge_breaks_it_at_once() -> None:
    hungry = cycle([Span(10.0, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 0.0), Span(10.0, (1.0, 0, 0), (1.0, 0, 0), 1.0)])
    assert hungry.breaks_after(NEW, 0.0, LIMIT, 0.6) == pytest.approx(10.6)


def test_it_settles_between_what_its_spans_drive_at() -> None:
    _, _, end = cycle().played(NEW, 0.0, 1e6, limit=LIMIT, factor=1.0)
    assert 3.0 < end.rise < 60.0
    assert 0.3 < end.theta < 3.0


def test_a_lag_reaches_63_percent_after_its_time() -> None:
    assert settle(0.0, 100.0, 600.0, 600.0) == pytest.approx(63.212, abs=1e-3)
    assert settle(7.0, 100.0, 0.0, 600.0) == 7.0


def test_a_machine_without_time_has_no_cycle() -> None:
    with pytest.raises(AssertionError):
        cycle([])


def test_spans_are_found_by_their_place() -> None:
    assert [cycle().index(at) for at in (0.0, 3.99, 4.0, 6.1, 66.5, 104.0, 1e9)] == [0, 0, 1, 2, 3, 4, 4]


@given(
    wear=st.floats(0, 0.3),
    begun=st.floats(0, 104.9),
    wanted=st.floats(-0.1, 0.6),
    limit=st.sampled_from([LIMIT, 0.012, math.inf]),
)
def test_the_first_part_that_begins_worn_is_that_of_the_walk(
    wear: float, begun: float, wanted: float, limit: float
) -> None:
    made, body = cycle(), Body(0.0, 0.0, wear, wear)
    worn, seconds, found = (
        wear + made.played(body, begun, made.seconds - begun - 1e-9, limit, 1.0)[2].wear - wear,
        0.0,
        None,
    )
    for part in range(100):
        worn = 0.0 if worn + made.wear > limit else worn
        if worn >= wanted:
            seconds, found = (part + 1) * made.seconds - begun, worn
            break
        worn += made.wear
    reached = made.begins_worn(body, begun, limit, wanted)
    if found is None:
        assert reached is None or reached[0] > 100 * made.seconds - begun
    elif reached is None or abs(reached[0] - seconds) > 1e-6:
        # Rounding may tell a wear that is just reached as one that is not.
        assert math.isclose(found, wanted, abs_tol=1e-9) or limit - found < 1e-9
    else:
        assert reached[1] == pytest.approx(found, abs=1e-9)


def test_an_edge_that_does_not_wear_begins_no_part_worn() -> None:
    made = cycle([Span(10.0, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 0.0)])
    assert made.begins_worn(NEW, 0.0, LIMIT, 0.1) is None
    assert made.begins_worn(NEW, 0.0, math.inf, 0.1) is None
    assert made.begins_worn(NEW, 2.0, LIMIT, 0.0) == (8.0, 0.0)
