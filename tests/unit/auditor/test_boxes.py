"""One table of boxes serves the limit checks and the clamp."""

from __future__ import annotations

import math

import pytest

from chargehand.auditor.boxes import BOXES, INPUTS, inputs_of
from chargehand.auditor.case import box_findings
from chargehand.auditor.change import OFFSETS
from chargehand.auditor.checks_setup import SETTINGS
from chargehand.auditor.fields import FIELD_UNIT
from chargehand.contracts.reasons import reason_code

CODES = ("MACH.FEED_BELOW_MIN", "MACH.FEED_ABOVE_MAX")


def _found(value: float, low: float = 1.0, high: float = 5.0) -> list[tuple[str, object, object, object]]:
    found = box_findings("feed_rate", value, (low, high), CODES, unit="mm/min", path="/p", rule_id="r")
    return [(finding.code, finding.observed, finding.limit, finding.margin) for finding in found]


@pytest.mark.parametrize("value", [1.0, 3, 5.0, math.nextafter(5.0, 0)])
def test_inside_finds_nothing(value: float) -> None:
    assert _found(value) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (6, ("MACH.FEED_ABOVE_MAX", 6, 5.0, -1.0)),
        (0.5, ("MACH.FEED_BELOW_MIN", 0.5, 1.0, -0.5)),
        (math.inf, ("MACH.FEED_ABOVE_MAX", math.inf, 5.0, None)),
        (-math.inf, ("MACH.FEED_BELOW_MIN", -math.inf, 1.0, None)),
    ],
)
def test_outside_says_by_how_much(value: float, expected: tuple[str, float, float, float | None]) -> None:
    assert _found(value) == [expected]


def test_nan_is_outside() -> None:
    assert [code for code, *_ in _found(math.nan)] == ["MACH.FEED_ABOVE_MAX"]


def test_every_setting_and_offset_has_a_box() -> None:
    boxed = {box.field for box in BOXES}
    assert boxed == {*SETTINGS, *OFFSETS, *INPUTS}


def test_checks_have_names_of_their_own() -> None:
    assert len({box.check for box in BOXES}) == len(BOXES)


@pytest.mark.parametrize("box", BOXES, ids=lambda box: box.check)
def test_box_speaks_the_unit_of_its_field_and_registered_codes(box: object) -> None:
    assert isinstance(box, tuple)
    _, field, unit, codes, owner, _ = box
    assert FIELD_UNIT[field] == unit
    assert owner in ("machine", "tool")
    assert all(reason_code(code).severity in ("block", "critical") for code in codes)


@pytest.mark.parametrize(
    ("field", "inputs"),
    [
        ("feed_rate", ("feed_rate",)),
        ("effective_feed", ("feed_override", "feed_rate")),
        ("effective_speed", ("spindle_override", "spindle_speed")),
    ],
)
def test_inputs_of_a_field(field: str, inputs: tuple[str, ...]) -> None:
    assert inputs_of(field) == inputs
