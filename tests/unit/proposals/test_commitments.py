"""Promised heat at the seam: who is asked, what stands for too many, and how a cut is written down."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.auditor.evidence import NO_EVIDENCE, Commitment, Evidence, list_bytes, particulars
from chargehand.auditor.judge import Assessment
from chargehand.kernel.canonical import canonical_bytes, record_bytes, sha256_text
from chargehand.kernel.clock import SECOND_US
from chargehand.kernel.store import Session
from chargehand.machining.drive import heat_after
from chargehand.proposals.commitments import COMMITMENTS_MAX, UNCOUNTED, decided_cut, promised
from chargehand.proposals.executor import Grounds, Kept
from chargehand.proposals.intake import from_value

GROUNDS = Grounds(NO_EVIDENCE, [Kept("state", "sha256:0", b"{}")], "basis")
ENDING = {"operation": "parameter_set", "cut_time": {"value": 200, "unit": "s"}}


class Rows:
    """A session that knows one answer, and what it was asked."""

    def __init__(self, count: int) -> None:
        self.asked: list[tuple[str, Any]] = []
        self._count = count

    def all(self, query: str, params: Any) -> list[tuple[float, int]]:
        self.asked.append((query, params))
        return [(1.3, 200 * SECOND_US)] * min(self._count, params["limit"])


def asked(rows: Rows, action: Any, kind: str = "machine.change") -> Grounds:
    proposal = from_value({"kind": kind, "subject": "machine/CNC-001", "action": action})
    return promised(GROUNDS, proposal, cast("Session", rows), 5)


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ({"operation": "parameter_set"}, "machine.change"),
        ({"operation": "parameter_set", "cut_time": None}, "machine.change"),
        ({}, "machine.change"),
        (ENDING, "tool.call"),
    ],
)
def test_only_for_a_cut_that_ends_is_anything_looked_up(action: Any, kind: str) -> None:
    """A decision that nothing is looked up for costs no query."""
    rows = Rows(5)
    assert asked(rows, action, kind) is GROUNDS
    assert rows.asked == []


def test_nothing_promised_leaves_the_grounds_as_they_are() -> None:
    rows = Rows(0)
    assert asked(rows, ENDING) is GROUNDS
    assert [query for query, _ in rows.asked] == ["proposal.promised_cuts"]


@pytest.mark.parametrize("cut_time", [{"value": 200, "unit": "s"}, 5, "x", []])
def test_whatever_stands_for_the_time_the_promises_are_evidence(cut_time: Any) -> None:
    found = asked(Rows(2), {**ENDING, "cut_time": cut_time})
    assert found.evidence.commitments == (Commitment(load=1.3, seconds=200.0),) * 2
    kept = found.kept[-1]
    assert (kept.role, kept.body) == ("commitments", b'[{"load":1.3,"seconds":200},{"load":1.3,"seconds":200}]')
    assert found.evidence.digests == {"commitments": kept.digest}
    assert kept.digest == sha256_text(kept.body)
    assert found.basis == "basis"


@pytest.mark.parametrize(
    ("count", "counted"), [(COMMITMENTS_MAX, COMMITMENTS_MAX), (COMMITMENTS_MAX + 1, 1), (10**6, 1)]
)
def test_more_than_can_be_counted_is_more_than_any_drive_bears(count: int, counted: int) -> None:
    commitments = asked(Rows(count), ENDING).evidence.commitments
    assert len(commitments) == counted
    assert (commitments == (UNCOUNTED,)) is (counted == 1)
    assert heat_after(UNCOUNTED.load, 0.0, UNCOUNTED.seconds, 36_000.0) > 1


def test_digests_that_the_caller_has_are_those_that_would_be_computed() -> None:
    grounds = asked(Rows(2), ENDING)
    bare = Evidence(commitments=grounds.evidence.commitments)
    assert particulars(grounds.evidence) == particulars(bare) == {"commitments": grounds.kept[-1].digest}
    assert list_bytes(bare.commitments) == grounds.kept[-1].body


def assessed(load: float | None, cut_time: float | None) -> Assessment:
    return Assessment(cast("Any", None), {}, {}, "low", load, cut_time)


@pytest.mark.parametrize(
    ("load", "cut_time"),
    [(None, 200.0), (1.3, None), (None, None), (float("nan"), 200.0), (-0.1, 200.0), (1.3, 0.0), (1.3, float("nan"))],
)
def test_what_does_not_end_or_has_no_load_is_no_cut(load: float | None, cut_time: float | None) -> None:
    assert decided_cut(assessed(load, cut_time)) is None


@given(st.floats(0, allow_nan=False), st.floats(0, exclude_min=True, allow_nan=False))
def test_a_cut_is_written_down_as_no_less_than_it_is(load: float, seconds: float) -> None:
    cut = decided_cut(assessed(load, seconds))
    assert cut is not None
    assert min(load, 1e6) <= cut.load <= min(load, 1e6) + 0.000101
    assert min(seconds, 365 * 86_400) <= cut.seconds <= min(seconds, 365 * 86_400) + 0.00101
    assert record_bytes(cut) == canonical_bytes(cut)
    assert 0 < round(cut.seconds * SECOND_US) < 2**61
