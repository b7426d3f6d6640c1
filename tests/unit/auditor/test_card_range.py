"""Every figure of a card has a range, and a figure beyond either end of it is said with its path."""

from __future__ import annotations

import math
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.auditor.card_range import ORDERED, RANGES, Range, complaints
from chargehand.contracts.card import Axis, Edition, MachineCard, MaterialCard, ToolCard
from tests.unit.auditor.card_texts import MACHINE, MATERIAL, TOOL, edited, faulty

ANY_NUMBER: dict[type[msgspec.Struct], set[str]] = {Axis: {"min", "max"}}
"""Figures that may be anything, because only the order of the two matters."""


def records(hint: Any) -> set[type[msgspec.Struct]]:
    """The records that a type is made of."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        inner = [records(field) for field in get_type_hints(hint).values()]
        return {hint}.union(*inner)
    return set().union(*(records(part) for part in get_args(hint)))


def numbers(record: type[msgspec.Struct]) -> set[str]:
    """Fields of a record that are numbers, or numbers or null."""
    hints = get_type_hints(record)
    return {
        name
        for name in record.__struct_fields__
        if {float, int} & {hints[name], *get_args(hints[name])} and not tuples(hints[name])
    }


def tuples(hint: Any) -> bool:
    """Whether a field holds several figures at once: a place, or width and height."""
    return any(getattr(part, "__origin__", part) in (tuple, dict, list) for part in (hint, *get_args(hint)))


ALL_RECORDS = sorted(
    records(MachineCard) | records(ToolCard) | records(MaterialCard), key=lambda record: record.__name__
)


@pytest.mark.parametrize("record", ALL_RECORDS)
def test_no_figure_is_without_a_range(record: type[msgspec.Struct]) -> None:
    assert set(RANGES.get(record, {})) | ANY_NUMBER.get(record, set()) == numbers(record)


@pytest.mark.parametrize("record", ALL_RECORDS)
def test_every_least_is_held_against_its_most(record: type[msgspec.Struct]) -> None:
    named = {
        (name, name.removesuffix("_min") + "_max")
        for name in numbers(record)
        if name.endswith("_min") and name.removesuffix("_min") + "_max" in record.__struct_fields__
    }
    assert named <= set(ORDERED.get(record, ()))


@pytest.mark.parametrize(
    ("text", "old", "new", "message"),
    [
        (MACHINE, "spindle_speed_min = 100", "spindle_speed_min = -1", "8: spindle_speed_min must not be negative"),
        (MACHINE, "spindle_speed_max = 9000", "spindle_speed_max = 0", "9: spindle_speed_max must be above 0"),
        (MACHINE, "feed_rate_min = 1", "feed_rate_min = -1", "10: feed_rate_min must not be negative"),
        (MACHINE, "feed_rate_max = 5000", "feed_rate_max = 0", "11: feed_rate_max must be above 0"),
        (
            MACHINE,
            "rate_max = 5\n",
            "rate_max = 5\nspindle_override_min = -1\n",
            "17: spindle_override_min must not be",
        ),
        (MACHINE, "rate_max = 5\n", "rate_max = 5\nspindle_override_min = 121\n", "17: spindle_override_min is above"),
        (MACHINE, "rate_max = 5\n", "rate_max = 5\nfeed_override_min = -1\n", "17: feed_override_min must not be"),
        (MACHINE, "rate_max = 5\n", "rate_max = 5\nfeed_override_min = 151\n", "17: feed_override_min is above"),
        (
            MACHINE,
            "rate_max = 5\n",
            "rate_max = 5\nspindle_override_max = 0\n",
            "17: spindle_override_max must be above",
        ),
        (MACHINE, "rate_max = 5\n", "rate_max = 5\nfeed_override_max = 0\n", "17: feed_override_max must be above"),
        (MACHINE, "rate_max = 5\n", "rate_max = 5\ncoolant_flow_min = -1\n", "17: coolant_flow_min must not be"),
        (TOOL, "flute_length = 26", "flute_length = 0", "6: flute_length must be above 0"),
        (TOOL, "stickout = 36", "stickout = 0", "7: stickout must be above 0"),
        (TOOL, "spindle_speed_max = 12000", "spindle_speed_max = 0", "9: spindle_speed_max must be above 0"),
        (TOOL, "helix = 35", "axial_depth_min = 0", "10: axial_depth_min must be above 0"),
        (TOOL, "helix = 35", "deflection_finishing = 0", "10: deflection_finishing must be above 0"),
        (TOOL, "helix = 35", "deflection_finishing = 20", "10: deflection_finishing must be at most 1, not 20.0"),
        (TOOL, "helix = 35", "wear_max = 300", "10: wear_max must be at most 5, not 300.0"),
        (TOOL, "stickout_max = 48", "stickout_max = 0", "11: stickout_max must be above 0"),
        (TOOL, "cutting_speed_max = 190", "cutting_speed_max = 0", "15: uses.0.cutting_speed_max must be above 0"),
        (TOOL, "feed_per_tooth_min = 0.02", "feed_per_tooth_min = 0", "15: uses.0.feed_per_tooth_min must be above 0"),
        (TOOL, "feed_per_tooth_max = 0.12", "feed_per_tooth_max = 0", "15: uses.0.feed_per_tooth_max must be above 0"),
        (MATERIAL, "kc1_1_max = 1300", "kc1_1_max = 30000", "11: editions.1.kc1_1_max must be at most 20000"),
        (MATERIAL, "mc_min = 0.23", "mc_min = -0.1", "11: editions.1.mc_min must not be negative"),
    ],
)
def test_figure_out_of_its_range_is_refused(text: str, old: str, new: str, message: str) -> None:
    assert any(line.startswith(f"cards.toml:{message}") for line in faulty(edited(text, old, new)))


@pytest.mark.parametrize(
    ("span", "taken", "refused"),
    [
        (Range(low=0.0), [0.0, 1e-300, math.inf], [-5e-324, math.nan]),
        (Range(low=0.0, above=True), [5e-324], [0.0, -1.0, math.nan]),
        (Range(high=1.0), [1.0, -math.inf], [math.nextafter(1.0, 2.0), math.nan]),
        (Range(high=1.0, below=True), [math.nextafter(1.0, 0.0)], [1.0, math.nan]),
        (Range(low=50.0, high=60.0), [50.0, 60.0], [math.nextafter(50.0, 0.0), math.nextafter(60.0, 61.0), math.nan]),
    ],
)
def test_ends_of_a_range_are_exact(span: Range, taken: list[float], refused: list[float]) -> None:
    assert [span.complaint(value) for value in taken] == [None] * len(taken)
    assert None not in [span.complaint(value) for value in refused]


@given(st.floats())
def test_figure_made_in_code_is_never_nan(value: float) -> None:
    edition = Edition(source="s", kc1_1_min=value, kc1_1_max=20_000.0, mc_min=0.2, mc_max=0.2)
    assert bool(list(complaints(edition))) == (not 50.0 <= value <= 20_000.0)
