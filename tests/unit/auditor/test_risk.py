"""Risk orders an inbox; what cannot be told is high."""

from __future__ import annotations

import pytest

from chargehand.auditor.risk import risk
from chargehand.contracts.proposal import EffectClass


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        ("read", "low"),
        ("internal_write", "medium"),
        ("external", "high"),
        ("destructive", "high"),
        ("money", "high"),
        ("credential", "high"),
    ],
)
def test_effect_classes(effect: EffectClass, expected: str) -> None:
    assert risk(effect=effect) == expected


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("override", "low"),
        ("parameter_set", "medium"),
        ("offset_write", "high"),
        ("program_load", "high"),
        ("start", "high"),
        ("macro", "high"),
        ("something new", "high"),
        (None, "high"),
    ],
)
def test_operations(operation: str | None, expected: str) -> None:
    assert risk(operation=operation) == expected


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ((), "low"),
        (("GATE.APPROVAL_REQUIRED",), "low"),
        (("MACH.FEED_ABOVE_MAX",), "high"),
        (("GATE.APPROVAL_REQUIRED", "MACH.DOOR_OPEN"), "high"),
    ],
)
def test_safety_relevant_reason_makes_any_act_high(codes: tuple[str, ...], expected: str) -> None:
    assert risk(operation="override", codes=codes) == expected
