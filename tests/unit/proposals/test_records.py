"""Reading the spine: lifecycles as time and approvals leave them, pages, bytes, explanations, and judging again."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest

from chargehand.contracts.problems import RefusedError, RequestError
from chargehand.contracts.proposal import Outcome, ProposalRecord, ProposalStatus
from chargehand.contracts.verdict import Verdict
from chargehand.kernel.canonical import record_bytes
from chargehand.kernel.clock import SECOND_US, iso_utc, parse_utc
from chargehand.proposals import records
from chargehand.proposals.executor import Kept
from chargehand.proposals.lifecycle import REFUSALS_MAX
from chargehand.proposals.rejudge import rejudge
from tests.unit.proposals.spine import ALLOWED, ASKED, DENIED, OTTO, Spine, body


def seen(spine: Spine, verdict: Verdict, *, whole: bool = False) -> ProposalRecord:
    with spine.store.read() as session:
        return records.to_record(session, spine.state(verdict), spine.clock.now_us(), whole=whole)


def test_a_lifecycle_is_seen_as_it_goes(spine: Spine) -> None:
    verdict = spine.submit()
    record = seen(spine, verdict)
    assert (record.status, record.outcome, record.permit_expires_at) == ("allowed", None, None)
    permit = spine.permit(verdict)
    assert seen(spine, verdict).permit_expires_at == permit.expires_at
    begun = spine.begin(verdict, permit.permit)
    assert seen(spine, verdict).status == "executing"
    outcome = Outcome(status="failed", at=iso_utc(5), code="FLEET.WRITE_FAILED", detail={"text": "the spindle is warm"})
    spine.writer.call(spine.executions.finish(begun.state.id, outcome, "agent:planner"))  # type: ignore[union-attr]
    record = seen(spine, verdict)
    assert (record.status, record.outcome, record.permit_expires_at) == ("failed", outcome, None)
    assert (record.proposer, record.decision_id, record.revision) == ("agent:planner", verdict.id, 5)
    for _ in range(REFUSALS_MAX + 2):
        assert isinstance(spine.begin(verdict, permit.permit), RefusedError)
    record = seen(spine, verdict)
    assert (record.outcome, record.revision) == (outcome, 5 + REFUSALS_MAX)


@pytest.mark.parametrize(("decision", "status"), [("approve", "approved"), ("deny", "refused"), ("rework", "refused")])
def test_what_waits_for_an_approval_shows_what_became_of_it(spine: Spine, decision: str, status: str) -> None:
    verdict = spine.submit(ASKED)
    assert seen(spine, verdict).status == "awaiting_approval"
    spine.approve(verdict, decision)
    assert seen(spine, verdict).status == status


def test_time_ends_what_was_only_allowed(spine: Spine) -> None:
    allowed, permitted, denied = spine.submit(), spine.submit(), spine.submit(DENIED)
    spine.permit(permitted)
    spine.clock.advance(parse_utc(allowed.valid_until) - spine.clock.now_us() - 1)
    assert [seen(spine, one).status for one in (allowed, permitted, denied)] == ["allowed", "permitted", "denied"]
    spine.clock.advance(1)
    assert [seen(spine, one).status for one in (allowed, permitted, denied)] == ["expired", "expired", "denied"]


def test_the_proposal_itself_comes_when_asked_for(spine: Spine) -> None:
    verdict = spine.submit(intent="look")
    assert seen(spine, verdict).proposal is None
    assert seen(spine, verdict, whole=True).proposal == body(intent="look")


def test_pages_go_newest_first_and_filter(spine: Spine) -> None:
    verdicts = []
    for tool, proposer in ((ALLOWED, None), (DENIED, None), (ASKED, None), (ALLOWED, OTTO), (DENIED, OTTO)):
        spine.clock.advance(1_000)
        verdicts.append(spine.submit(tool) if proposer is None else spine.submit(tool, proposer))
    ids = [verdict.proposal_id for verdict in reversed(verdicts)]
    with spine.store.read() as session:
        now_us = spine.clock.now_us()
        first = records.page(session, None, 3, now_us)
        rest = records.page(session, first[-1].id, 9, now_us)
        assert [state.id for state in (*first, *rest)] == ids

        def found(**filters: str) -> list[str]:
            return [state.id for state in records.page(session, None, 9, now_us, **filters)]

        assert found(verdict="deny") == [ids[0], ids[3]]
        assert found(proposer="human:otto") == ids[:2]
        assert found(subject=f"tool/{ASKED}") == [ids[2]]
        assert found(status="awaiting_approval") == [ids[2]]
        assert found(code="TOOL.NOT_LISTED") == [ids[0], ids[3]]
        assert found(code="TOOL.NOT") == []
        assert found(code="%") == []
        assert found(kind="tool.call", verdict="allow", proposer="human:otto") == [ids[1]]
        assert found(kind="machine.change") == []


def test_a_status_is_filtered_as_it_is_shown(spine: Spine) -> None:
    shown: dict[str, list[str]] = {}
    approvals: list[Any] = [None, "approve", "deny", "rework"]
    verdicts = [spine.submit(), spine.submit(DENIED), *(spine.submit(ASKED) for _ in approvals)]
    for verdict, decision in zip(verdicts[2:], approvals, strict=True):
        if decision:
            spine.approve(verdict, decision)
    permitted, executed = spine.submit(), spine.submit()
    spine.permit(permitted)
    spine.execute(executed, spine.permit(executed).permit)
    for later_us in (0, 10_000 * SECOND_US):
        spine.clock.advance(later_us)
        shown.clear()
        with spine.store.read() as session:
            for state in records.page(session, None, 99, spine.clock.now_us()):
                status = records.to_record(session, state, spine.clock.now_us(), whole=False).status
                shown.setdefault(status, []).append(state.id)
            for status in get_args(ProposalStatus):
                found = records.page(session, None, 99, spine.clock.now_us(), status=status)
                assert [state.id for state in found] == shown.get(status, []), status
    assert set(shown) >= {"denied", "expired", "executed"}


def test_nothing_is_found_where_nothing_is(spine: Spine) -> None:
    with spine.store.read() as session:
        for call in (records.find, records.find_decision):
            with pytest.raises(RequestError, match=r"REQ\.NOT_FOUND"):
                call(session, "prp_none")


def test_the_verdict_is_read_back_byte_for_byte(spine: Spine) -> None:
    decided = [spine.decide(body(tool)) for tool in (ALLOWED, ASKED, DENIED)]
    states = [spine.state(one.verdict) for one in decided]
    with spine.store.read() as session:
        assert [bytes(records.decided(session, state).verdict) for state in states] == [one.body for one in decided]
        assert records.verdicts(session, states) == [one.body for one in decided]


def test_erased_content_is_said_to_be_gone(spine: Spine) -> None:
    kept, verdict = spine.submit(), spine.submit()
    original = spine.store._writer.execute("SELECT seq, data, salt FROM event WHERE seq > 2").fetchall()
    spine.store._writer.execute("UPDATE event SET data = NULL, salt = NULL WHERE seq > 2")
    state = spine.state(verdict)
    with spine.store.read() as session:
        assert records.submitted(session, state) is None
        assert len(records.verdicts(session, [spine.state(kept), state])) == 1
        for call in (records.decided, rejudge):
            with pytest.raises(RequestError, match="erased"):
                call(session, state)
    for seq, data, salt in original:
        spine.store._writer.execute("UPDATE event SET data = ?, salt = ? WHERE seq = ?", (data, salt, seq))


def test_an_explanation_has_a_callers_and_an_operators_side(spine: Spine) -> None:
    verdict = spine.submit(DENIED)
    with spine.store.read() as session:
        state = spine.state(verdict)
        mine, theirs = (records.explain(session, state, view) for view in ("caller", "operator"))
    assert (mine.view, theirs.view) == ("caller", "operator")
    assert mine.verdict == theirs.verdict == verdict
    assert mine.summary.startswith("deny: ")
    assert verdict.primary_code in mine.summary
    assert mine.reasons[0].text != theirs.reasons[0].text
    assert all(reason.rule_id is None for reason in mine.reasons)
    assert all(remedy.kind != "edit_policy" for reason in mine.reasons for remedy in reason.remedies)


def test_a_decision_is_judged_again_from_what_was_recorded(spine: Spine) -> None:
    spine.submissions.store_evidence([Kept(*standing) for standing in spine.auditor.standing], spine.writer)
    for tool in (ALLOWED, ASKED, DENIED):
        decided = spine.decide(body(tool))
        with spine.store.read() as session:
            again = rejudge(session, spine.state(decided.verdict))
        assert record_bytes(again) == decided.body
        assert msgspec.json.decode(decided.body, type=Verdict) == again


def test_what_was_not_kept_is_said_and_not_guessed(spine: Spine) -> None:
    verdict = spine.submit()
    with spine.store.read() as session, pytest.raises(RequestError, match="not there any more"):
        rejudge(session, spine.state(verdict))
