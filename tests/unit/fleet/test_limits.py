"""What a machine is held to: the stricter of card and policy per end, each with who says it, and nothing invented."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.auditor.boxes import BOXES
from chargehand.auditor.index import Bounds
from chargehand.auditor.policy import PolicyLimit
from chargehand.auditor.rulebook import LimitTable
from chargehand.contracts.card import Axis, MachineCard
from chargehand.contracts.limit import MachineLimit
from chargehand.fleet.limits import held_to
from chargehand.testing.machines import shipped_auditor, shipped_cards
from tests.unit.fleet.cards import machine_card

End = tuple[float, str, str]
"""Value, origin and rule."""


def limit(name: str, field: str, low: float | None = None, high: float | None = None) -> PolicyLimit:
    return PolicyLimit(id=name, machine="*", field=field, min=low, max=high)


def table(*limits: PolicyLimit) -> LimitTable:
    fields = {entry.field: [found for found in limits if found.field == entry.field] for entry in limits}
    return [(field, Bounds([(found, found.min, found.max) for found in entries])) for field, entries in fields.items()]


def held(card: MachineCard, field: str, *limits: PolicyLimit) -> MachineLimit:
    (found,) = (entry for entry in held_to(card, table(*limits)) if entry.field == field)
    return found


def ends(limit: MachineLimit) -> tuple[End | None, End | None]:
    low, high = (None if end is None else (end.value, end.origin, end.rule_id) for end in (limit.min, limit.max))
    return low, high


def test_every_box_of_the_machine_is_told_as_the_auditor_has_it() -> None:
    card = machine_card()
    for box in BOXES:
        if box.owner != "machine":
            continue
        low, high = box.read(card) or (math.nan, math.nan)
        rule = f"machine:CNC-001:{box.field}"
        found = held(card, box.field)
        assert found.unit == box.unit
        assert ends(found) == ((low, "card", rule) if math.isfinite(low) else None, (high, "card", rule)), box.field


def test_a_card_without_a_policy() -> None:
    found = {entry.field: entry for entry in held_to(machine_card(coolant_flow_min=6), [])}
    assert set(found) == {
        *(box.field for box in BOXES if box.owner == "machine"),
        "coolant_flow",
        "position_x",
        "position_y",
        "position_z",
        "spindle_temperature",
        "temperature_rate",
    }
    assert list(found) == sorted(found)
    assert ends(found["coolant_flow"]) == ((6, "card", "machine:CNC-001:coolant_flow_min"), None)
    assert ends(found["position_z"]) == (
        (-460, "card", "machine:CNC-001:axes:Z"),
        (0, "card", "machine:CNC-001:axes:Z"),
    )
    assert ends(found["spindle_temperature"]) == (None, (70, "card", "machine:CNC-001:spindle_temperature_max"))
    assert ends(found["temperature_rate"]) == (None, (5, "card", "machine:CNC-001:temperature_rate_max"))
    assert (found["coolant_flow"].unit, found["temperature_rate"].unit) == ("L/min", "degC/min")


@pytest.mark.parametrize(
    ("changes", "absent"),
    [
        ({"coolant_flow_min": 0.0}, {"coolant_flow"}),
        ({"spindle_temperature_max": None}, {"spindle_temperature"}),
        ({"temperature_rate_max": None}, {"temperature_rate"}),
        ({"sensors": ["spindle_load"]}, {"spindle_temperature", "temperature_rate"}),
        ({"axes": {"X": Axis(min=0, max=100)}}, {"position_y", "position_z"}),
    ],
)
def test_what_the_card_does_not_say_is_no_limit(changes: dict[str, Any], absent: set[str]) -> None:
    fields = {entry.field for entry in held_to(machine_card(**changes), [])}
    assert not fields & absent
    assert "vibration" not in fields
    assert "spindle_load" not in fields


def test_an_axis_that_is_not_there_takes_no_offset() -> None:
    card = machine_card(axes={"X": Axis(min=0, max=100)})
    none = (0.0, "card", "machine:CNC-001:offset_y")
    assert ends(held(card, "offset_y")) == (none, none)


CARD = "machine:CNC-001:spindle_speed"


@pytest.mark.parametrize(
    ("entry", "low", "high"),
    [
        (limit("slow", "spindle_speed", high=9000), (60, "card", CARD), (9000, "policy", "slow")),
        (limit("fast", "spindle_speed", low=100), (100, "policy", "fast"), (12_000, "card", CARD)),
        (limit("both", "spindle_speed", 100, 9000), (100, "policy", "both"), (9000, "policy", "both")),
        (limit("same", "spindle_speed", 60, 12_000), (60, "card", CARD), (12_000, "card", CARD)),
        (limit("wide", "spindle_speed", 0, 99_000), (60, "card", CARD), (12_000, "card", CARD)),
        (limit("none", "spindle_speed", 20_000, 30_000), (20_000, "policy", "none"), (12_000, "card", CARD)),
    ],
)
def test_of_two_the_stricter_end_is_told_with_who_sets_it(entry: PolicyLimit, low: End, high: End) -> None:
    assert ends(held(machine_card(), "spindle_speed", entry)) == (low, high)


def test_zero_is_a_limit_like_any_other() -> None:
    rule = "machine:CNC-001:axes:Z"
    found = held(machine_card(), "position_z", limit("low", "position_z", high=1.0))
    assert ends(found) == ((-460, "card", rule), (0, "card", rule))
    card = machine_card(feed_override_min=0.0)
    low, _ = ends(held(card, "feed_override", limit("negative", "feed_override", low=-5)))
    assert low == (0, "card", "machine:CNC-001:feed_override")


def test_of_several_limits_of_a_policy_the_strictest_is_named() -> None:
    limits = [limit("a", "vibration", high=9), limit("b", "vibration", 0.5, 4), limit("c", "vibration", low=1)]
    assert ends(held(machine_card(), "vibration", *limits)) == ((1, "policy", "c"), (4, "policy", "b"))


def test_shipped_machines_and_policy() -> None:
    cards, book = shipped_cards().machines, shipped_auditor().rulebook
    for key, entry in cards.items():
        found = {limit.field: limit for limit in held_to(entry.card, book.limits(key))}
        assert ends(found["spindle_load"]) == (None, (300, "policy", "impossible-spindle-load"))
        assert found["spindle_load"].unit == "%"
        warmest = entry.card.spindle_temperature_max
        if warmest is None or warmest > 75:
            _, most = ends(found["spindle_temperature"])
            assert most is not None
            assert most[:2] == (75, "policy")


values = st.floats(-1e6, 1e6)


@given(
    st.lists(st.tuples(st.sampled_from(["spindle_speed", "vibration", "feed_override"]), values, values), max_size=8)
)
def test_nothing_outside_of_what_is_told_is_inside_of_every_limit(drawn: list[tuple[str, float, float]]) -> None:
    limits = [limit(str(place), field, *sorted((one, other))) for place, (field, one, other) in enumerate(drawn)]
    card = machine_card()
    every: dict[str, list[tuple[float, float]]] = {
        "spindle_speed": [(card.spindle_speed_min, card.spindle_speed_max)],
        "feed_override": [(card.feed_override_min, card.feed_override_max)],
        "vibration": [],
    }
    for entry in limits:
        assert entry.min is not None
        assert entry.max is not None
        every[entry.field].append((entry.min, entry.max))
    for field, spans in every.items():
        told = [found for found in held_to(card, table(*limits)) if found.field == field]
        assert len(told) == bool(spans)
        for one in told:
            low, high = ends(one)
            assert low is not None
            assert high is not None
            assert (low[0], high[0]) == (max(low for low, _ in spans), min(high for _, high in spans))
