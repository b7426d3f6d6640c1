"""Submit: the verdict and what it was judged on are in the log before anybody hears of it; a dry run leaves nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from chargehand.auditor.evidence import Ids
from chargehand.contracts.problems import UnavailableError
from chargehand.contracts.proposal import ProposalDecided
from chargehand.contracts.verdict import Verdict
from chargehand.kernel.canonical import record_bytes, sha256_text
from chargehand.kernel.clock import parse_utc
from chargehand.kernel.sqlite import SqliteStore
from chargehand.proposals.executor import Grounds, Kept
from chargehand.proposals.intake import from_value
from chargehand.proposals.submission import stopwatch
from tests.unit.proposals.spine import ALLOWED, ASKED, DENIED, OTTO, Spine, body


def dump(spine: Spine) -> list[Any]:
    """Every row of every table."""
    connection = spine.store._writer
    tables = [str(name) for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    assert len(tables) > 10
    return [connection.execute(f"SELECT * FROM {table}").fetchall() for table in sorted(tables)]


@pytest.mark.parametrize(("tool", "verdict"), [(ALLOWED, "allow"), (ASKED, "needs_approval"), (DENIED, "deny")])
def test_a_proposal_is_recorded_with_its_verdict(spine: Spine, tool: str, verdict: str) -> None:
    decided = spine.decide(body(tool))
    assert decided.verdict.verdict == verdict
    events = spine.events()
    assert [entry.kind for entry in events][:2] == ["proposal.submitted", "proposal.decided"]
    assert {entry.topic for entry in events} == {f"tool/{tool}"}
    assert all(b'"actor":"agent:planner"' in entry.envelope for entry in events)
    state = spine.state(decided.verdict)
    assert (state.proposer, state.revision, state.basis) == ("agent:planner", 2, "basis-1")


def test_the_recorded_bytes_are_the_verdicts_and_the_proposals_own(spine: Spine) -> None:
    value = body(rationale="ä \U0001f525", intent='say "x"')
    decided = spine.decide(value)
    first, second = spine.events()
    assert decided.body == record_bytes(decided.verdict)
    assert msgspec.json.decode(decided.body, type=Verdict) == decided.verdict
    assert b'"verdict":' + decided.body + b"}" in (second.data or b"")
    proposal = from_value(value)
    assert first.data == b'{"digest":"%b","proposal":%b}' % (proposal.digest.encode(), proposal.canonical)


@pytest.mark.parametrize("tool", [ALLOWED, DENIED])
def test_what_needs_no_approval_has_none(spine: Spine, tool: str) -> None:
    assert spine.submit(tool).approval_id is None
    assert not any(entry.kind.startswith("approval") for entry in spine.events())


def test_what_needs_an_approval_has_one_bound_to_it(spine: Spine) -> None:
    verdict = spine.submit(ASKED)
    entry = spine.events()[-1]
    assert (entry.kind, entry.subject) == ("approval.requested", f"approval/{verdict.approval_id}")
    requested = msgspec.json.decode(entry.data or b"")
    assert requested["proposal_id"] == verdict.proposal_id
    assert requested["proposal_digest"] == from_value(body(ASKED)).digest
    assert requested["requested_by"] == "agent:planner"
    assert requested["expires_at"] == verdict.valid_until
    assert requested["reason_codes"] == verdict.reason_codes


@pytest.mark.parametrize("tool", [ALLOWED, ASKED, DENIED])
def test_a_dry_run_stores_nothing_and_is_the_verdict_without_ids(spine: Spine, tool: str) -> None:
    before = dump(spine)
    with spine.store.read() as session:
        dry = spine.submissions.dry_run(from_value(body(tool)), session, spine.clock.now_us())
    assert dump(spine) == before
    assert (dry.verdict.id, dry.verdict.proposal_id, dry.verdict.approval_id) == (None, None, None)
    wet = spine.decide(body(tool)).verdict
    assert dump(spine) != before
    same = msgspec.structs.replace(wet, id=None, proposal_id=None, approval_id=None)
    assert same == dry.verdict
    assert dry.body == record_bytes(dry.verdict)


def test_evidence_is_kept_once_under_its_digest(spine: Spine) -> None:
    spine.submit()
    spine.submit()
    rows = spine.store._writer.execute("SELECT digest, role FROM evidence").fetchall()
    assert rows == [("sha256:basis-1", "switch")]
    spine.switch.basis = "basis-2"
    spine.submit()
    assert len(spine.store._writer.execute("SELECT digest FROM evidence").fetchall()) == 2


def test_standing_evidence_is_kept_before_anything_is_judged(spine: Spine) -> None:
    kept = [Kept(*standing) for standing in spine.auditor.standing]
    spine.submissions.store_evidence(kept, spine.writer)
    spine.submissions.store_evidence(kept, spine.writer)
    rows = spine.store._writer.execute("SELECT digest, role, body FROM evidence").fetchall()
    assert {(row[1], row[0]) for row in rows} == {(item.role, item.digest) for item in kept}
    assert {item.digest for item in kept} == {sha256_text(item.body) for item in kept}
    assert {row[2] for row in rows} == {item.body for item in kept}
    spine.submit()
    decided = msgspec.json.decode(spine.events()[-1].data or b"")
    assert decided["evidence"]["policy"] == spine.auditor.rulebook.policy.digest
    assert set(decided["evidence"]) >= {"policy", "cards", "switch"}


def test_a_failed_submission_leaves_nothing(spine: Spine, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dump(spine)

    def elsewhere(_proposal: object) -> Grounds:
        raise UnavailableError("FLEET.OWNED_ELSEWHERE", "ask there")

    monkeypatch.setattr(spine.switch, "grounds", elsewhere)
    with pytest.raises(UnavailableError):
        spine.submit()
    assert dump(spine) == before


def test_a_kind_without_an_executor_is_judged_on_nothing(spine: Spine) -> None:
    for kind in ("memory.write", "telepathy", ""):
        verdict = spine.decide({"kind": kind, "subject": "x", "action": {}}).verdict
        assert verdict.verdict == "deny"
        assert verdict.reasons


def test_the_same_inputs_give_the_same_bytes(spine: Spine) -> None:
    proposal = from_value(body())
    one = spine.decide(body())
    evidence = spine.switch.grounds(proposal).evidence
    again = spine.auditor.assess(proposal, evidence, spine.clock.now_us(), _ids_of(one.verdict))
    assert record_bytes(again.verdict) == one.body


def _ids_of(verdict: Verdict) -> Ids:
    # The approval's id is drawn with the others and dropped where none is needed.
    return Ids(decision=verdict.id, proposal=verdict.proposal_id, approval="apr_unused")


def test_who_proposed_comes_from_the_caller_and_not_from_the_body(spine: Spine) -> None:
    decided = spine.decide(body(proposer="human:root", actor="human:root"), OTTO)
    assert spine.state(decided.verdict).proposer == "human:otto"
    assert decided.verdict.verdict == "deny"
    assert "PROP.FIELD_UNKNOWN" in decided.verdict.reason_codes


def test_how_long_it_took_is_taken_once_the_verdict_is_there(spine: Spine, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the engine's clock: the wait for the writer and the judgement count, and the time of the verdict does not."""
    elapsed_us = stopwatch(spine.clock)
    arrived_us = spine.clock.advance(1_500) - 1_500
    assess = spine.auditor.assess

    def slowly(*given: Any) -> Any:
        spine.clock.advance(250)
        return assess(*given)

    monkeypatch.setattr(spine.auditor, "assess", slowly)
    command = spine.submissions.submit(from_value(body()), "agent:planner", elapsed_us)
    verdict = spine.writer.call(command).verdict
    payload = msgspec.json.decode(spine.events()[1].data or b"", type=ProposalDecided)
    assert payload.took_us == 1_750
    assert parse_utc(verdict.evaluated_at) == arrived_us + 1_500
    assert record_bytes(payload) == spine.events()[1].data


def test_a_clock_that_was_set_back_makes_no_time_negative(spine: Spine) -> None:
    elapsed_us = stopwatch(spine.clock)
    spine.clock.step_wall(-5_000_000)
    assert elapsed_us() == 0
    spine.clock.advance(6_000_000)
    assert elapsed_us() == 1_000_000


def test_the_same_times_give_the_same_bytes(open_sqlite: Callable[..., SqliteStore]) -> None:
    """Twice the same story by a simulated clock: logs, and so ledgers, are the same to the byte."""
    logs = []
    for name in ("one.db", "other.db"):
        spine = Spine(open_sqlite(name))
        for took_us in (0, 17, None):
            spine.clock.advance(1_000)
            elapsed_us = None if took_us is None else stopwatch(spine.clock)
            spine.clock.advance(took_us or 0)
            spine.writer.call(spine.submissions.submit(from_value(body()), "agent:planner", elapsed_us))
        logs.append([(entry.kind, entry.data, entry.envelope) for entry in spine.events()])
        spine.check()
    assert logs[0] == logs[1]
