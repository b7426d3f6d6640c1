"""A permit works once, for its holder, for its decision, in time, on the state it was given for. Nothing else works."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chargehand.auditor.auditor import Auditor
from chargehand.auditor.policy_file import read_policy
from chargehand.auditor.rulebook import Rulebook
from chargehand.contracts.principal import IMPLIED
from chargehand.contracts.problems import RefusedError, RequestError
from chargehand.contracts.proposal import Outcome
from chargehand.contracts.verdict import Verdict
from chargehand.kernel import faults
from chargehand.kernel.canonical import sha256_text
from chargehand.kernel.clock import SECOND_US, iso_utc, parse_utc
from chargehand.kernel.sqlite import SqliteStore
from chargehand.proposals import execution
from chargehand.proposals.execution import EXECUTION_US_MAX
from tests.unit.proposals.spine import ALLOWED, ANNA, ASKED, DENIED, OTHER_AGENT, OTTO, PLANNER, Spine, body

PERMIT_S = 30


def refused(spine: Spine, verdict: Verdict, permit: str, caller: object = PLANNER) -> str:
    """The code of a refused execution; nothing was performed by it."""
    before = list(spine.switch.performed)
    answer = spine.begin(verdict, permit, caller)  # type: ignore[arg-type]
    assert isinstance(answer, RefusedError), answer
    assert spine.switch.performed == before
    return answer.code


def permit_refused(spine: Spine, verdict: Verdict, caller: object = PLANNER) -> str:
    before = spine.events()
    with pytest.raises(RefusedError) as caught:
        spine.permit(verdict, caller)  # type: ignore[arg-type]
    assert spine.events() == before
    return caught.value.code


def test_an_allowed_proposal_is_permitted_performed_and_concluded(spine: Spine) -> None:
    verdict = spine.submit()
    permit = spine.permit(verdict)
    outcome = spine.execute(verdict, permit.permit)
    assert outcome.status == "applied"
    assert spine.kinds() == ["submitted", "decided", "permitted", "executing", "executed"]
    assert [basis for _, basis in spine.switch.performed] == ["basis-1"]
    state = spine.state(verdict)
    assert (state.status, state.outcome_status, state.executing_us) == ("executed", "applied", spine.clock.now_us())


def test_the_permit_is_kept_as_a_digest_only(spine: Spine) -> None:
    verdict = spine.submit()
    permit = spine.permit(verdict).permit
    spine.execute(verdict, permit)
    assert all(permit.encode() not in entry.wire for entry in spine.events())
    assert spine.state(verdict).permit_digest == sha256_text(permit.encode())


def test_a_replayed_permit_is_refused(spine: Spine) -> None:
    verdict = spine.submit()
    permit = spine.permit(verdict).permit
    spine.execute(verdict, permit)
    for _ in range(3):
        assert refused(spine, verdict, permit) == "GATE.PERMIT_CONSUMED"
    assert len(spine.switch.performed) == 1


def test_a_permit_is_spent_before_its_act_is_done(spine: Spine) -> None:
    verdict = spine.submit()
    permit = spine.permit(verdict).permit
    spine.begin(verdict, permit)
    assert spine.state(verdict).status == "executing"
    assert refused(spine, verdict, permit) == "GATE.PERMIT_CONSUMED"
    assert permit_refused(spine, verdict) == "GATE.ALREADY_EXECUTED"


def test_of_two_uses_in_one_batch_one_is_refused(spine: Spine) -> None:
    verdict = spine.submit()
    permit = spine.permit(verdict).permit
    assert verdict.id is not None
    answers = spine.writer.run_batch([spine.executions.begin(verdict.id, permit, PLANNER)] * 2)
    first, second = (answer.result for answer in answers)
    assert not isinstance(first, RefusedError)
    assert isinstance(second, RefusedError)
    assert second.code == "GATE.PERMIT_CONSUMED"


def test_a_permit_runs_out_to_the_microsecond(spine: Spine) -> None:
    one, two = spine.submit(), spine.submit()
    first, second = spine.permit(one), spine.permit(two)
    assert parse_utc(first.expires_at) == spine.clock.now_us() + PERMIT_S * SECOND_US
    spine.clock.advance(PERMIT_S * SECOND_US - 1)
    assert spine.execute(one, first.permit).status == "applied"
    spine.clock.advance(1)
    assert refused(spine, two, second.permit) == "GATE.PERMIT_EXPIRED"


def test_a_permit_is_its_holders(spine: Spine) -> None:
    verdict = spine.submit()
    permit = spine.permit(verdict).permit
    for caller in (OTHER_AGENT, OTTO, ANNA):
        assert refused(spine, verdict, permit, caller) == "GATE.PERMIT_FOREIGN"
    assert spine.execute(verdict, permit).status == "applied"


def test_a_permit_is_asked_for_by_the_proposer_or_a_known_operator(spine: Spine) -> None:
    verdict = spine.submit()
    assert permit_refused(spine, verdict, OTHER_AGENT) == "GATE.PERMIT_FOREIGN"
    assert permit_refused(spine, verdict, ANNA) == "GATE.PERMIT_FOREIGN"
    tokenless = OTTO._replace(principal="human:local", proven=False)
    assert permit_refused(spine, verdict, tokenless) == "GATE.PERMIT_FOREIGN"
    permit = spine.permit(verdict, OTTO).permit
    assert refused(spine, verdict, permit, PLANNER) == "GATE.PERMIT_FOREIGN"
    assert spine.execute(verdict, permit, OTTO).status == "applied"


@pytest.mark.parametrize("shown", ["", "chp_", "chp_" + "0" * 64, "é\0"])
def test_an_unknown_permit_is_refused_before_and_after_there_is_one(spine: Spine, shown: str) -> None:
    verdict = spine.submit()
    assert refused(spine, verdict, shown) == "GATE.PERMIT_UNKNOWN"
    permit = spine.permit(verdict).permit
    assert refused(spine, verdict, shown) == "GATE.PERMIT_UNKNOWN"
    spine.execute(verdict, permit)
    assert refused(spine, verdict, shown) == "GATE.PERMIT_UNKNOWN"


def test_a_digest_is_not_a_permit(spine: Spine) -> None:
    verdict = spine.submit()
    permit = spine.permit(verdict).permit
    assert refused(spine, verdict, sha256_text(permit.encode())) == "GATE.PERMIT_UNKNOWN"


def test_a_permit_of_another_decision_is_unknown_here(spine: Spine) -> None:
    mine, other = spine.submit(), spine.submit()
    permit, foreign = spine.permit(mine).permit, spine.permit(other).permit
    assert refused(spine, mine, foreign) == "GATE.PERMIT_UNKNOWN"
    assert refused(spine, other, permit) == "GATE.PERMIT_UNKNOWN"
    assert spine.execute(mine, permit).status == "applied"


def test_a_new_permit_voids_the_one_before_it(spine: Spine) -> None:
    verdict = spine.submit()
    old = spine.permit(verdict).permit
    new = spine.permit(verdict, OTTO).permit
    assert refused(spine, verdict, old) == "GATE.PERMIT_UNKNOWN"
    assert spine.execute(verdict, new, OTTO).status == "applied"


def test_there_is_no_permit_for_a_decision_that_is_not_there(spine: Spine) -> None:
    for command in (
        spine.executions.permit("dec_none", PLANNER),
        spine.executions.begin("dec_none", "chp_x", PLANNER),
        spine.executions.finish("prp_none", Outcome(status="applied", at="t"), "x"),
    ):
        with pytest.raises(RequestError, match=r"REQ\.NOT_FOUND"):
            spine.writer.call(command)


def test_what_was_denied_is_never_permitted(spine: Spine) -> None:
    verdict = spine.submit(DENIED)
    assert verdict.verdict == "deny"
    assert permit_refused(spine, verdict) == "GATE.VERDICT_NOT_PERMITTING"
    assert permit_refused(spine, verdict, OTTO) == "GATE.VERDICT_NOT_PERMITTING"
    assert refused(spine, verdict, "chp_x") == "GATE.PERMIT_UNKNOWN"


def test_a_verdict_that_has_run_out_permits_nothing(spine: Spine) -> None:
    early, late = spine.submit(), spine.submit()
    life_us = parse_utc(late.valid_until) - spine.clock.now_us()
    spine.clock.advance(life_us - 1)
    last = spine.permit(early)
    assert parse_utc(last.expires_at) == parse_utc(early.valid_until)
    spine.clock.advance(1)
    assert permit_refused(spine, late) == "GATE.VERDICT_EXPIRED"
    assert refused(spine, early, last.permit) == "GATE.PERMIT_EXPIRED"


def test_an_act_is_not_permitted_twice(spine: Spine) -> None:
    verdict = spine.submit()
    spine.execute(verdict, spine.permit(verdict).permit)
    assert permit_refused(spine, verdict) == "GATE.ALREADY_EXECUTED"


def test_what_cannot_be_performed_here_is_neither_permitted_nor_begun(spine: Spine) -> None:
    verdict = spine.submit()
    spine.switch.refusal = RefusedError("FLEET.NOT_WRITABLE", "a recording")
    assert permit_refused(spine, verdict) == "FLEET.NOT_WRITABLE"
    spine.switch.refusal = None
    permit = spine.permit(verdict).permit
    spine.switch.refusal = RefusedError("REV.LEASE_LOST", "another node has it")
    assert refused(spine, verdict, permit) == "REV.LEASE_LOST"
    spine.switch.refusal = None
    assert spine.execute(verdict, permit).status == "applied"


def test_a_kind_that_nobody_performs_is_judged_and_no_more(spine: Spine) -> None:
    decided = spine.decide({"kind": "memory.write", "subject": "memory/x", "action": {}})
    assert decided.verdict.verdict == "deny"
    assert permit_refused(spine, decided.verdict) in {"GATE.VERDICT_NOT_PERMITTING", "PROP.KIND_NOT_SERVED"}


def test_what_the_verdict_stood_on_must_not_have_changed(spine: Spine) -> None:
    verdict = spine.submit()
    permit = spine.permit(verdict).permit
    spine.switch.basis = "basis-2"
    assert refused(spine, verdict, permit) == "REV.STATE_CHANGED"
    spine.switch.basis = None
    assert refused(spine, verdict, permit) == "REV.STATE_CHANGED"
    spine.switch.basis = "basis-1"
    assert spine.execute(verdict, permit).status == "applied"


def test_it_is_judged_again_just_before_the_write(spine: Spine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The policy of the moment decides: what was allowed and is denied by now is refused with every ground."""
    verdict = spine.submit()
    permit = spine.permit(verdict).permit
    with monkeypatch.context() as patch:
        patch.setattr(spine.executions, "_auditor", auditor_of("deny"))
        answer = spine.begin(verdict, permit)
        assert isinstance(answer, RefusedError)
        assert answer.code == "GATE.RECHECK_REFUSED"
        assert answer.reason_codes is not None
        assert answer.reason_codes[0] == "GATE.RECHECK_REFUSED"
        assert len(answer.reason_codes) > 1
        patch.setattr(spine.executions, "_auditor", auditor_of("needs_approval"))
        assert refused(spine, verdict, permit) == "GATE.RECHECK_REFUSED"
    assert spine.kinds()[-2:] == ["refused", "refused"]
    assert spine.execute(verdict, permit).status == "applied"


RULE_ASKS = """
[[rule]]
id = "somebody-looks"
when = { kind = "tool.call", path_prefix = "/workspace" }
needs_approval = "operator"
"""
RULE_OBLIGES = """
[[rule]]
id = "somebody-is-told"
when = { kind = "tool.call", path_prefix = "/workspace" }
allow_with = [{ kind = "notify", who = "anna" }]
"""


def auditor_of(effect: str, rule: str = "") -> Auditor:
    """An auditor under a policy that gives reading files one effect, with a rule on top."""
    text = f"""
[policy]
name = "strict"
version = "2"
default = "allow"
permit_ttl_s = 7

[effects]
read = "{effect}"

[[tool]]
name = "{ALLOWED}"
effect = "read"
paths = ["/workspace"]
bounds = {{ path = {{ type = "path" }} }}
"""
    return Auditor(Rulebook(read_policy(text + rule, "strict.toml"), tools={}, materials={}, engine_version="0.1.0"))


def test_the_policy_sets_the_life_of_a_permit(open_sqlite: Callable[..., SqliteStore]) -> None:
    spine = Spine(open_sqlite(":memory:"), auditor_of("allow"))
    permit = spine.permit(spine.submit())
    assert parse_utc(permit.expires_at) == spine.clock.now_us() + 7 * SECOND_US


def test_refusals_are_recorded_with_every_reason_and_change_nothing_else(spine: Spine) -> None:
    verdict = spine.submit()
    permit = spine.permit(verdict).permit
    refused(spine, verdict, permit, OTHER_AGENT)
    entry = spine.events()[-1]
    assert entry.kind == "proposal.refused"
    assert b'"code":"GATE.PERMIT_FOREIGN"' in (entry.data or b"")
    assert b'"actor":"agent:other"' in entry.envelope
    assert spine.state(verdict).status == "permitted"


def test_whoever_keeps_asking_fills_no_log(spine: Spine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "REFUSALS_MAX", 3)
    verdict = spine.submit()
    permit = spine.permit(verdict).permit
    before = len(spine.events())
    for _ in range(10):
        refused(spine, verdict, "chp_guess")
    assert len(spine.events()) == before
    for _ in range(10):
        refused(spine, verdict, permit, OTTO)
    assert len(spine.events()) == before + 3
    assert spine.execute(verdict, permit).status == "applied"


@pytest.mark.parametrize(("status", "becomes"), [("applied", "executed"), ("failed", "failed"), ("unknown", "unknown")])
def test_an_outcome_is_what_the_executor_reported(spine: Spine, status: str, becomes: str) -> None:
    verdict = spine.submit()
    code = None if status == "applied" else "FLEET.WRITE_FAILED"
    spine.switch.outcome = Outcome(status=status, at=iso_utc(1), code=code)  # type: ignore[arg-type]
    outcome = spine.execute(verdict, spine.permit(verdict).permit)
    state = spine.state(verdict)
    assert (outcome.status, state.status, state.outcome_status, state.outcome_code) == (status, becomes, status, code)


def test_an_act_that_breaks_off_is_unknown_and_never_said_to_have_failed(spine: Spine) -> None:
    verdict = spine.submit()
    permit = spine.permit(verdict).permit
    spine.switch.failure = ConnectionError("on its way")
    outcome = spine.execute(verdict, permit)
    assert (outcome.status, outcome.code) == ("unknown", "ENG.OUTCOME_UNKNOWN")
    assert refused(spine, verdict, permit) == "GATE.PERMIT_CONSUMED"


def test_an_outcome_is_recorded_once(spine: Spine) -> None:
    verdict = spine.submit()
    spine.execute(verdict, spine.permit(verdict).permit)
    late = Outcome(status="failed", at=iso_utc(1), code="FLEET.WRITE_FAILED")
    with pytest.raises(RefusedError, match=r"REV\.TRANSITION_ILLEGAL"):
        spine.writer.call(spine.executions.finish(spine.state(verdict).id, late, "engine"))
    assert spine.state(verdict).status == "executed"


def test_an_execution_whose_engine_died_is_unknown_and_not_repeated(spine: Spine) -> None:
    verdict = spine.submit()
    permit = spine.permit(verdict).permit
    spine.clock.advance((PERMIT_S - 1) * SECOND_US)
    spine.begin(verdict, permit)
    # Its age counts from its beginning, not from the permit's.
    spine.clock.advance(EXECUTION_US_MAX - 1)
    assert spine.writer.call(spine.executions.abandon_lost("engine")) == 0
    spine.clock.advance(1)
    assert spine.writer.call(spine.executions.abandon_lost("engine")) == 1
    assert spine.writer.call(spine.executions.abandon_lost("engine")) == 0
    state = spine.state(verdict)
    assert (state.status, state.outcome_code) == ("unknown", "ENG.OUTCOME_UNKNOWN")
    assert refused(spine, verdict, permit) == "GATE.PERMIT_CONSUMED"
    assert permit_refused(spine, verdict) == "GATE.ALREADY_EXECUTED"
    assert spine.switch.performed == []


def test_an_engine_that_is_alone_concludes_at_its_start(spine: Spine) -> None:
    verdict = spine.submit()
    spine.begin(verdict, spine.permit(verdict).permit)
    other = spine.submit()
    spine.permit(other)
    assert spine.writer.call(spine.executions.abandon_lost("engine", older_than_us=0)) == 1
    assert spine.state(other).status == "permitted"


def test_the_write_stands_between_two_crash_points(spine: Spine) -> None:
    passed: list[tuple[str, int]] = []
    for point in ("execute.before_write", "execute.after_write"):
        faults.arm(point, lambda point=point: passed.append((point, len(spine.switch.performed))))  # type: ignore[misc]
    verdict = spine.submit()
    spine.execute(verdict, spine.permit(verdict).permit)
    faults.disarm()
    assert passed == [("execute.before_write", 0), ("execute.after_write", 1)]


def test_content_that_was_changed_or_erased_is_not_performed(spine: Spine) -> None:
    changed, erased = spine.submit(), spine.submit()
    permits = [spine.permit(verdict).permit for verdict in (changed, erased)]
    original = spine.store._writer.execute("SELECT seq, data, salt FROM event").fetchall()
    spine.store._writer.execute("UPDATE event SET data = CAST(replace(data, '/a', '/b') AS BLOB) WHERE seq = 1")
    spine.store._writer.execute("UPDATE event SET data = NULL, salt = NULL WHERE seq = 3")
    assert refused(spine, changed, permits[0]) == "GATE.DIGEST_MISMATCH"
    assert refused(spine, erased, permits[1]) == "GATE.DIGEST_MISMATCH"
    for seq, data, salt in original:
        spine.store._writer.execute("UPDATE event SET data = ?, salt = ? WHERE seq = ?", (data, salt, seq))


def test_what_needs_an_approval_waits_for_it(spine: Spine) -> None:
    verdict = spine.submit(ASKED)
    assert verdict.verdict == "needs_approval"
    assert permit_refused(spine, verdict) == "GATE.APPROVAL_PENDING"
    spine.approve(verdict)
    permit = spine.permit(verdict).permit
    assert spine.execute(verdict, permit).status == "applied"
    assert spine.kinds()[-3:] == ["executing", "consumed", "executed"]


@pytest.mark.parametrize(("decision", "code"), [("deny", "GATE.APPROVAL_DENIED"), ("rework", "GATE.REWORK_REQUESTED")])
def test_what_was_not_approved_is_not_permitted(spine: Spine, decision: str, code: str) -> None:
    verdict = spine.submit(ASKED)
    spine.approve(verdict, decision)
    assert permit_refused(spine, verdict) == code


def test_an_approval_that_runs_out_after_the_permit_stops_the_execution(spine: Spine) -> None:
    verdict = spine.submit(ASKED)
    spine.approve(verdict)
    life_us = parse_utc(verdict.valid_until) - spine.clock.now_us()
    spine.clock.advance(life_us - SECOND_US)
    permit = spine.permit(verdict).permit
    spine.clock.advance(SECOND_US)
    assert refused(spine, verdict, permit) in {"GATE.PERMIT_EXPIRED", "GATE.APPROVAL_EXPIRED"}


def test_an_approval_serves_one_execution(spine: Spine) -> None:
    verdict = spine.submit(ASKED)
    spine.approve(verdict)
    permit = spine.permit(verdict).permit
    spine.execute(verdict, permit)
    assert refused(spine, verdict, permit) == "GATE.PERMIT_CONSUMED"
    assert permit_refused(spine, verdict) == "GATE.ALREADY_EXECUTED"


def test_an_approval_is_not_taken_for_another_proposal(spine: Spine) -> None:
    """Whoever could exchange the approvals of two proposals would still not get the one executed on the other's."""
    mine, other = spine.submit(ASKED), spine.submit(ASKED, path="/workspace/secret")
    spine.approve(other)
    spine.approve(mine)
    permit = spine.permit(mine).permit
    row = (other.approval_id, mine.proposal_id)
    spine.store._writer.execute("UPDATE proposal SET approval_id = ? WHERE id = ?", row)
    assert refused(spine, mine, permit) == "GATE.DIGEST_MISMATCH"
    spine.store._writer.execute(
        "UPDATE proposal SET approval_id = ? WHERE id = ?", (mine.approval_id, mine.proposal_id)
    )


def test_an_approval_answers_only_what_it_was_asked(spine: Spine, monkeypatch: pytest.MonkeyPatch) -> None:
    """An allowed proposal that would need an approval by now was never shown to anybody."""
    verdict = spine.submit()
    permit = spine.permit(verdict).permit
    with monkeypatch.context() as patch:
        patch.setattr(spine.executions, "_auditor", auditor_of("needs_approval"))
        assert refused(spine, verdict, permit) == "GATE.RECHECK_REFUSED"
    assert spine.state(verdict).status == "permitted"


def test_an_approval_does_not_answer_a_question_that_came_later(
    open_sqlite: Callable[..., SqliteStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    spine = Spine(open_sqlite(":memory:"), auditor_of("needs_approval"))
    verdict = spine.submit()
    spine.approve(verdict)
    permit = spine.permit(verdict).permit
    with monkeypatch.context() as patch:
        patch.setattr(spine.executions, "_auditor", auditor_of("allow", RULE_ASKS))
        assert refused(spine, verdict, permit) == "GATE.RECHECK_REFUSED"
    assert spine.execute(verdict, permit).status == "applied"


def test_an_obligation_that_came_later_was_told_to_nobody(
    open_sqlite: Callable[..., SqliteStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    spine = Spine(open_sqlite(":memory:"), auditor_of("allow"))
    verdict = spine.submit()
    permit = spine.permit(verdict).permit
    with monkeypatch.context() as patch:
        patch.setattr(spine.executions, "_auditor", auditor_of("allow", RULE_OBLIGES))
        assert refused(spine, verdict, permit) == "GATE.RECHECK_REFUSED"
        told = spine.decide(body())
    assert told.verdict.obligations == []
    obliged = Spine(open_sqlite("obliged.db"), auditor_of("allow", RULE_OBLIGES))
    verdict = obliged.submit()
    assert verdict.verdict == "allow_with_obligations"
    assert obliged.execute(verdict, obliged.permit(verdict).permit).status == "applied"


def test_an_approval_covers_no_obligation_that_whoever_approved_was_not_told_of(
    open_sqlite: Callable[..., SqliteStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    both = auditor_of("allow", RULE_ASKS + RULE_OBLIGES)
    spine = Spine(open_sqlite(":memory:"), auditor_of("allow", RULE_ASKS))
    verdict = spine.submit()
    assert (verdict.verdict, verdict.obligations) == ("needs_approval", [])
    spine.approve(verdict)
    permit = spine.permit(verdict).permit
    with monkeypatch.context() as patch:
        patch.setattr(spine.executions, "_auditor", both)
        assert refused(spine, verdict, permit) == "GATE.RECHECK_REFUSED"
    told = Spine(open_sqlite("told.db"), both)
    verdict = told.submit()
    assert (verdict.verdict, [item.kind for item in verdict.obligations]) == ("needs_approval", ["notify"])
    told.approve(verdict)
    assert told.execute(verdict, told.permit(verdict).permit).status == "applied"


def test_an_operator_who_is_also_an_agents_host_gains_nothing_by_roles_alone(spine: Spine) -> None:
    verdict = spine.submit()
    viewer = OTTO._replace(roles=IMPLIED["viewer"])
    assert permit_refused(spine, verdict, viewer) == "GATE.PERMIT_FOREIGN"
