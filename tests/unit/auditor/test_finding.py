"""Findings become reasons: registry words, canonical numbers, bounded texts."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest

from chargehand.auditor.finding import (
    TEXT_LENGTH_MAX,
    Finding,
    choose,
    order,
    plain,
    pointer,
    reason,
    shown,
    trait,
)
from chargehand.contracts.reasons import REGISTRY
from chargehand.contracts.verdict import Params
from chargehand.kernel.canonical import canonical_bytes, record_bytes


def test_reason_repeats_the_registry() -> None:
    entry = REGISTRY["MACH.SPEED_ABOVE_MAX"]
    made = reason(Finding(code=entry.code, path="/a", rule_id="r"), "sha256:p")
    assert (made.severity, made.retry, made.owner) == (entry.severity, entry.retry, entry.owner)
    assert (made.code, made.path, made.rule_id, made.policy_digest) == (entry.code, "/a", "r", "sha256:p")


def test_params_are_those_that_the_registry_declares() -> None:
    finding = Finding(code="MACH.DOOR_OPEN", field="door", observed=True, limit=False, margin=1.0, unit="x")
    assert reason(finding, "p").params == Params()
    finding = Finding(code="MACH.ALARM_ACTIVE", field="x", observed="2041", limit="y")
    assert reason(finding, "p").params == Params(observed="2041")


def test_codes_of_a_deployment_keep_all_params() -> None:
    finding = Finding(code="X-ACME.NIGHT_SHIFT", field="f", observed=2.0, limit=1, unit="mm", margin=-1.0)
    made = reason(finding, "p")
    assert made.params == Params(field="f", observed=2, limit=1, unit="mm", margin=-1)
    assert made.severity == "block"


def test_unregistered_code_is_an_error() -> None:
    with pytest.raises(KeyError):
        trait("MACH.NO_SUCH_CODE")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1),
        (1.0, 1),
        (1.5, 1.5),
        (-0.0, 0),
        (True, True),
        (None, None),
        ("text", "text"),
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (1e21, "1e+21"),
        (10**30, "a whole number beyond 2**53"),
        ({}, "object"),
        ([], "array"),
    ],
)
def test_values_are_repeated_plainly(value: Any, expected: Any) -> None:
    shown_value = plain(value)
    assert shown_value == expected
    assert type(shown_value) is type(expected)


@pytest.mark.parametrize("observed", [1.0, 1.5e-6, 1e21, 0.1, -0.0, math.nan, 2**60, "x" * 500, None])
def test_reason_is_canonical_whatever_was_observed(observed: Any) -> None:
    finding = Finding(code="MACH.SPEED_ABOVE_MAX", field="f", observed=observed, limit=1e16, margin=-1e-6, unit="mm")
    raw = record_bytes(reason(finding, "p"))
    assert canonical_bytes(msgspec.json.decode(raw)) == raw


def test_long_texts_are_cut() -> None:
    assert shown("x" * TEXT_LENGTH_MAX) == "x" * TEXT_LENGTH_MAX
    assert len(shown("x" * 10_000)) == TEXT_LENGTH_MAX
    assert shown("x" * 10_000).endswith("...")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [(("a",), "/base/a"), (("a/b",), "/base/a~1b"), (("~",), "/base/~0"), (("a", 0), "/base/a/0"), (("",), "/base/")],
)
def test_pointers_escape(keys: tuple[str | int, ...], expected: str) -> None:
    assert pointer("/base", *keys) == expected


def test_reasons_stand_by_severity_code_and_path() -> None:
    findings = [
        Finding(code="OK.WITHIN_LIMITS"),
        Finding(code="MACH.SPEED_ABOVE_MAX", path="/b"),
        Finding(code="MACH.SPEED_ABOVE_MAX", path="/a", rule_id="2"),
        Finding(code="MACH.SPEED_ABOVE_MAX", path="/a", rule_id="1"),
        Finding(code="GATE.APPROVAL_REQUIRED"),
        Finding(code="MACH.FEED_ABOVE_MAX", path="/z"),
        Finding(code="MACH.ESTOP_ACTIVE"),
    ]
    ordered = [(finding.code, finding.path, finding.rule_id) for finding in sorted(findings, key=order)]
    assert ordered == [
        ("MACH.ESTOP_ACTIVE", None, None),
        ("MACH.FEED_ABOVE_MAX", "/z", None),
        ("MACH.SPEED_ABOVE_MAX", "/a", "1"),
        ("MACH.SPEED_ABOVE_MAX", "/a", "2"),
        ("MACH.SPEED_ABOVE_MAX", "/b", None),
        ("GATE.APPROVAL_REQUIRED", None, None),
        ("OK.WITHIN_LIMITS", None, None),
    ]


def test_choice_is_a_list() -> None:
    (remedy,) = choose("/a", {"x": 1, "y": 2})
    assert (remedy.kind, remedy.path, remedy.one_of) == ("choose", "/a", ["x", "y"])
