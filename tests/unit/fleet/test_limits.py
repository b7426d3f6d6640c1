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

Ends = tuple[float | None, float | None, str, str, str]


def limit(name: str, field: str, low: float | None = None, high: float | None = None) -> PolicyLimit:
    return PolicyLimit(id=name, machine="*", field=field, min=low, max=high)


def table(*limits: PolicyLimit) -> LimitTable:
    fields = {entry.field: [found for found in limits if found.field == entry.field] for entry in limits}
    return [(field, Bounds([(found, found.min, found.max) for found in entries])) for field, entries in fields.items()]


def held(card: MachineCard, field: str, *limits: PolicyLimit) -> list[Ends]:
    found = [entry for entry in held_to(card, table(*limits)) if entry.field == field]
    return [(entry.min, entry.max, entry.unit, entry.origin, entry.rule_id) for entry in found]


def test_every_box_of_the_machine_is_told_as_the_auditor_has_it() -> None:
    card = machine_card()
    for box in BOXES:
        if box.owner != "machine":
            continue
        low, high = box.read(card) or (math.nan, math.nan)
        expected = (low if math.isfinite(low) else None, high, box.unit, "card", f"machine:CNC-001:{box.field}")
        assert held(card, box.field) == [expected], box.field


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
    assert (found["coolant_flow"].min, found["coolant_flow"].max, found["coolant_flow"].unit) == (6, None, "L/min")
    assert (found["position_z"].min, found["position_z"].max) == (-460, 0)
    assert found["position_z"].rule_id == "machine:CNC-001:axes:Z"
    assert (found["spindle_temperature"].max, found["temperature_rate"].max) == (70, 5)
    assert found["temperature_rate"].unit == "degC/min"
    assert {entry.origin for entry in found.values()} == {"card"}


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
    assert held(card, "offset_y") == [(0.0, 0.0, "mm", "card", "machine:CNC-001:offset_y")]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (limit("slow", "spindle_speed", high=9000), [(60, None, "card"), (None, 9000, "policy")]),
        (limit("fast", "spindle_speed", low=100), [(100, None, "policy"), (None, 12_000, "card")]),
        (limit("both", "spindle_speed", 100, 9000), [(100, 9000, "policy")]),
        (limit("same", "spindle_speed", 60, 12_000), [(60, 12_000, "card")]),
        (limit("wide", "spindle_speed", 0, 99_000), [(60, 12_000, "card")]),
    ],
)
def test_of_two_the_stricter_end_is_told_with_who_sets_it(
    entry: PolicyLimit, expected: list[tuple[float | None, float | None, str]]
) -> None:
    found = held(machine_card(), "spindle_speed", entry)
    assert [(low, high, origin) for low, high, _, origin, _ in found] == expected
    assert {rule for _, _, _, origin, rule in found if origin == "policy"} <= {entry.id}


def test_zero_is_a_limit_like_any_other() -> None:
    assert held(machine_card(), "position_z", limit("low", "position_z", high=1.0)) == [
        (-460, 0, "mm", "card", "machine:CNC-001:axes:Z")
    ]
    card = machine_card(feed_override_min=0.0)
    assert held(card, "feed_override", limit("negative", "feed_override", low=-5))[0][0] == 0


def test_of_several_limits_of_a_policy_the_strictest_is_named() -> None:
    limits = [limit("a", "vibration", high=9), limit("b", "vibration", 0.5, 4), limit("c", "vibration", low=1)]
    assert held(machine_card(), "vibration", *limits) == [
        (1, None, "mm/s", "policy", "c"),
        (None, 4, "mm/s", "policy", "b"),
    ]


def test_shipped_machines_and_policy() -> None:
    cards, book = shipped_cards().machines, shipped_auditor().rulebook
    for key, entry in cards.items():
        found = {(limit.field, limit.origin): limit for limit in held_to(entry.card, book.limits(key))}
        load = found["spindle_load", "policy"]
        assert (load.min, load.max, load.unit, load.rule_id) == (None, 300, "%", "impossible-spindle-load")
        warmest = entry.card.spindle_temperature_max
        if warmest is None or warmest > 75:
            assert found["spindle_temperature", "policy"].max == 75


ends = st.floats(-1e6, 1e6)


@given(st.lists(st.tuples(st.sampled_from(["spindle_speed", "vibration", "feed_override"]), ends, ends), max_size=8))
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
        told: list[MachineLimit] = [found for found in held_to(card, table(*limits)) if found.field == field]
        lows, highs = [one.min for one in told if one.min is not None], [one.max for one in told if one.max is not None]
        assert lows == ([max(low for low, _ in spans)] if spans else [])
        assert highs == ([min(high for _, high in spans)] if spans else [])
