"""The `when` of a rule is a closed set of conditions."""

from __future__ import annotations

from typing import Any

import pytest

from chargehand.auditor.condition import KNOWN, read_when
from chargehand.auditor.defect import Document
from chargehand.auditor.policy import When


def _read(table: Any) -> tuple[When | None, list[str]]:
    document = Document({}, "p", "ENG.POLICY_INVALID")
    when = read_when(document, ("rule", 0, "when"), table)
    return when, [defect.message for defect in document.defects]


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ({"operation": "start"}, "machine.change"),
        ({"machine": "CNC-001"}, "machine.change"),
        ({"material": "m"}, "machine.change"),
        ({"cutting_tool": "t"}, "machine.change"),
        ({"field": "feed_rate", "above": 1}, "machine.change"),
        ({"tool": "shell"}, "tool.call"),
        ({"effect": "money"}, "tool.call"),
        ({"host": "a.example"}, "tool.call"),
        ({"command": "rm"}, "tool.call"),
        ({"path_prefix": "/etc"}, "tool.call"),
        ({"field": "arguments.cost", "above": 1}, "tool.call"),
        ({"kind": "tool.call"}, "tool.call"),
        ({"kind": "machine.change"}, "machine.change"),
    ],
)
def test_kind_follows_from_the_conditions(table: dict[str, Any], kind: str) -> None:
    when, faults = _read(table)
    assert faults == []
    assert when is not None
    assert when.kind == kind


def test_all_conditions_are_read() -> None:
    when, _ = _read({"operation": ["start", "macro"], "machine": "a", "material": "b", "cutting_tool": "c"})
    assert when == When(
        kind="machine.change", operation=("start", "macro"), machine=("a",), material=("b",), cutting_tool=("c",)
    )
    when, _ = _read({"tool": "t", "effect": "read", "host": "h", "command": "c", "path_prefix": ["/a", "/b"]})
    assert when == When(
        kind="tool.call", tool=("t",), effect=("read",), host=("h",), command=("c",), path_prefix=("/a", "/b")
    )


@pytest.mark.parametrize(
    ("bounds", "above", "below"),
    [
        ({"above": 5}, 5.0, None),
        ({"below": 5}, None, 5.0),
        ({"outside": [1, 5]}, 5.0, 1.0),
        ({"outside": [5, 5]}, 5.0, 5.0),
        ({"above": 1, "below": 5}, 1.0, 5.0),
    ],
)
def test_bounds(bounds: dict[str, Any], above: float | None, below: float | None) -> None:
    when, faults = _read({"field": "feed_rate", **bounds})
    assert faults == []
    assert when is not None
    assert (when.above, when.below) == (above, below)


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ({}, "at least one condition"),
        ("tool", "must be a table"),
        ({"tool": "x", "turbo": 1}, "unknown key 'turbo'"),
        ({"tool": "x", "machine": "y"}, "no act is both"),
        ({"field": "arguments.a", "above": 1, "machine": "y"}, "no act is both"),
        ({"kind": "tool.call", "machine": "y"}, "does not have the condition 'machine'"),
        ({"kind": "memory.write"}, "kind must be"),
        ({"kind": ["tool.call"]}, "kind must be"),
        ({"tool": ""}, "must be a text"),
        ({"tool": []}, "must be a text"),
        ({"tool": [1]}, "must be a text"),
        ({"tool": 1}, "must be a text"),
        ({"operation": "turbo"}, "operation 'turbo' is none of"),
        ({"effect": "fun"}, "effect 'fun' is none of"),
        ({"path_prefix": "relative"}, "must be a full path"),
        ({"path_prefix": "/a/../b"}, "must be a full path"),
        ({"path_prefix": "/a/"}, "must be a full path"),
        ({"field": "feed_rate"}, "belong together"),
        ({"machine": "a", "above": 1}, "belong together"),
        ({"field": "feed_rate", "above": "1"}, "above must be a number"),
        ({"field": "feed_rate", "above": True}, "above must be a number"),
        ({"field": "feed_rate", "outside": [5, 1]}, "outside must be two numbers"),
        ({"field": "feed_rate", "outside": [1]}, "outside must be two numbers"),
        ({"field": "feed_rate", "outside": 1}, "outside must be two numbers"),
        ({"field": "feed_rate", "outside": [1, 5], "above": 5}, "outside stands alone"),
        ({"field": "feed_rate", "above": 5, "below": 5}, "nothing lies between"),
        ({"field": "fed_rate", "above": 5}, "unknown field 'fed_rate'"),
        ({"field": "program", "above": 5}, "unknown field 'program'"),
        ({"field": 5, "above": 5}, "field must be a text"),
        ({"field": "arguments.", "above": 5}, "field must be arguments.NAME"),
    ],
)
def test_what_is_refused(table: Any, fault: str) -> None:
    when, faults = _read(table)
    assert when is None
    assert any(fault in message for message in faults), faults


def test_known_conditions_are_the_documented_ones() -> None:
    numeric = {"above", "below", "outside"}
    assert KNOWN - numeric == {field for field in When.__struct_fields__ if field not in numeric}


def test_repeated_alternatives_count_once() -> None:
    when, _ = _read({"tool": ["a", "a", "b"]})
    assert when is not None
    assert when.tool == ("a", "b")
