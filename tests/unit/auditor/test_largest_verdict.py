"""The verdict on the largest proposal that is taken still fits into one event, whatever is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest

from chargehand.contracts.envelope import DATA_BYTES_MAX
from chargehand.kernel.canonical import record_bytes
from chargehand.proposals.intake import PROPOSAL_BYTES_MAX
from tests.unit.auditor.scene import Scene

EVIDENCE_BYTES = 1024
"""What an event carries beside the verdict: its basis and the digests of its evidence."""


def many_fields() -> dict[str, Any]:
    return {f"k{place}": place for place in range(1200)}


def few_long_fields() -> dict[str, Any]:
    return {"x" * 230 + str(place): 1 for place in range(60)}


def one_huge_field() -> dict[str, Any]:
    return {"x" * 15_000: 1}


def escaped_fields() -> dict[str, Any]:
    return {'"\\' * 60 + str(place): 1 for place in range(60)}


@pytest.mark.parametrize("extra", [many_fields, few_long_fields, one_huge_field, escaped_fields])
def test_verdict_fits_into_an_event(extra: Any) -> None:
    scene = Scene()
    scene.body.update(extra())
    assert len(record_bytes(scene.body)) <= PROPOSAL_BYTES_MAX
    verdict = scene.judge()
    assert verdict.verdict == "deny"
    assert len(record_bytes(verdict)) + EVIDENCE_BYTES <= DATA_BYTES_MAX
