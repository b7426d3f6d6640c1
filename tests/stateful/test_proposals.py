"""Proposals, approvals and permits against a tiny model: every answer is foretold, and nothing is done twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from chargehand.access.callers import Caller
from chargehand.approvals import inbox
from chargehand.contracts.problems import RefusedError
from chargehand.contracts.verdict import Verdict
from chargehand.kernel.clock import SECOND_US, parse_utc
from chargehand.kernel.sqlite import SqliteStore
from chargehand.proposals.execution import EXECUTION_US_MAX, Begun
from chargehand.testing.clock import SimClock
from tests.unit.proposals.spine import ALLOWED, ANNA, ASKED, DENIED, OTTO, PLANNER, Spine, decision_of

PERMIT_US = 30 * SECOND_US
CALLERS = (PLANNER, OTTO)
DECIDED = {"approve": "approved", "deny": "denied", "rework": "rework"}
NOT_USABLE = {
    "pending": "GATE.APPROVAL_PENDING",
    "denied": "GATE.APPROVAL_DENIED",
    "rework": "GATE.REWORK_REQUESTED",
    "expired": "GATE.APPROVAL_EXPIRED",
    "consumed": "GATE.APPROVAL_CONSUMED",
}


@dataclass
class Modelled:
    """What a proposal should be."""

    verdict: Verdict
    basis: str | None
    approval: str | None = None
    permit: str | None = None
    holder: str = ""
    permit_until_us: int = 0
    begun: Begun | None = None
    begun_us: int = 0
    outcome: str | None = None
    permits: list[str] = field(default_factory=list)

    @property
    def valid_until_us(self) -> int:
        return parse_utc(self.verdict.valid_until)


class Proposals(RuleBasedStateMachine):
    """One store, one switch, and everybody who wants something of it."""

    known = Bundle("known")
    begun = Bundle("begun")

    def __init__(self) -> None:
        super().__init__()
        self.spine = Spine(SqliteStore.open(":memory:", SimClock()))
        self.all: list[Modelled] = []
        self.performed = 0

    def teardown(self) -> None:
        self.spine.store.close()

    @property
    def now_us(self) -> int:
        return self.spine.clock.now_us()

    @rule(target=known, tool=st.sampled_from([ALLOWED, ALLOWED, ASKED, ASKED, DENIED]))
    def submits(self, tool: str) -> Modelled:
        verdict = self.spine.submit(tool)
        assert verdict.verdict == {ALLOWED: "allow", ASKED: "needs_approval", DENIED: "deny"}[tool]
        approval = "pending" if tool == ASKED else None
        self.all.append(Modelled(verdict, self.spine.switch.basis, approval))
        return self.all[-1]

    @rule(by_us=st.sampled_from([1, SECOND_US, PERMIT_US, 299 * SECOND_US, 3_599 * SECOND_US]))
    def time_passes(self, by_us: int) -> None:
        self.spine.clock.advance(by_us)

    @rule(basis=st.sampled_from(["basis-1", "basis-1", "basis-2"]))
    def the_world_changes(self, basis: str) -> None:
        self.spine.switch.basis = basis

    @rule(one=known, decision=st.sampled_from(["approve", "approve", "deny", "rework"]), own=st.booleans())
    def decides(self, one: Modelled, decision: Any, own: bool) -> None:
        if one.verdict.approval_id is None:
            return
        actor = PLANNER if own else ANNA
        expected = None
        if one.approval != "pending":
            expected = "GATE.APPROVAL_ALREADY_DECIDED"
        elif one.valid_until_us <= self.now_us:
            expected = "GATE.APPROVAL_EXPIRED"
        elif own and decision == "approve":
            expected = "GATE.SELF_APPROVAL"
        code = self.code(lambda: self.spine.approve(one.verdict, decision, actor))
        assert code == expected
        if code is None:
            one.approval = DECIDED[decision]

    @rule()
    def sweeps(self) -> None:
        self.spine.writer.call(inbox.expire_due("engine"))
        for one in self.all:
            if one.approval in ("pending", "approved") and one.valid_until_us <= self.now_us:
                one.approval = "expired"

    def approval_code(self, one: Modelled) -> str | None:
        if one.approval is None:
            return None
        if one.approval in NOT_USABLE:
            return NOT_USABLE[one.approval]
        return "GATE.APPROVAL_EXPIRED" if one.valid_until_us <= self.now_us else None

    @rule(one=known, caller=st.sampled_from(CALLERS))
    def asks_for_a_permit(self, one: Modelled, caller: Caller) -> None:
        expected = self.approval_code(one)
        if one.begun is not None:
            expected = "GATE.ALREADY_EXECUTED"
        elif one.verdict.verdict == "deny":
            expected = "GATE.VERDICT_NOT_PERMITTING"
        elif one.valid_until_us <= self.now_us:
            expected = "GATE.VERDICT_EXPIRED"
        issued: list[Any] = []
        assert self.code(lambda: issued.append(self.spine.permit(one.verdict, caller))) == expected
        if issued:
            one.permit, one.holder = issued[0].permit, caller.principal
            one.permit_until_us = min(self.now_us + PERMIT_US, one.valid_until_us)
            one.permits.append(issued[0].permit)

    def use_code(self, one: Modelled, shown: str, caller: Caller) -> str | None:
        if shown != one.permit:
            return "GATE.PERMIT_UNKNOWN"
        if one.begun is not None:
            return "GATE.PERMIT_CONSUMED"
        if caller.principal != one.holder:
            return "GATE.PERMIT_FOREIGN"
        if one.permit_until_us <= self.now_us:
            return "GATE.PERMIT_EXPIRED"
        if (code := self.approval_code(one)) is not None:
            return code
        return "REV.STATE_CHANGED" if one.basis != self.spine.switch.basis else None

    @rule(target=begun, one=known, caller=st.sampled_from(CALLERS), data=st.data())
    def uses_a_permit(self, one: Modelled, caller: Caller, data: st.DataObject) -> Any:
        every = ["chp_none", *(permit for other in self.all for permit in other.permits)]
        shown = data.draw(st.sampled_from([*one.permits, *every]) if one.permits else st.sampled_from(every))
        expected = self.use_code(one, shown, caller)
        answer = self.spine.begin(one.verdict, shown, caller)
        if isinstance(answer, RefusedError):
            assert answer.code == expected
            return multiple()
        assert expected is None
        one.begun, one.begun_us = answer, self.now_us
        one.approval = one.approval and "consumed"
        return one

    @rule(one=consumes(begun))
    def performs(self, one: Modelled) -> None:
        assert one.begun is not None
        outcome = self.spine.executions.perform(one.begun, self.now_us)
        self.performed += 1
        finish = self.spine.executions.finish(one.begun.state.id, outcome, one.begun.actor)
        expected = None if one.outcome is None else "REV.TRANSITION_ILLEGAL"
        assert self.code(lambda: self.spine.writer.call(finish)) == expected
        one.outcome = one.outcome or "executed"

    @rule()
    def gives_up_what_is_lost(self) -> None:
        self.spine.writer.call(self.spine.executions.abandon_lost("engine"))
        for one in self.all:
            lost = one.begun is not None and one.begun_us + EXECUTION_US_MAX <= self.now_us
            if lost and one.outcome is None:
                one.outcome = "unknown"

    @staticmethod
    def code(act: Any) -> str | None:
        try:
            act()
        except RefusedError as refused:
            return refused.code
        return None

    @invariant()
    def every_row_is_as_modelled(self) -> None:
        for one in self.all:
            state = self.spine.state(one.verdict)
            begun = one.begun is not None
            expected = one.outcome or ("executing" if begun else "permitted" if one.permit else "")
            assert state.status == expected or (
                not expected and state.status in ("allowed", "awaiting_approval", "denied")
            )
            if one.verdict.approval_id is not None:
                with self.spine.store.read() as session:
                    assert inbox.find(session, one.verdict.approval_id).status == one.approval

    @invariant()
    def nothing_was_done_twice(self) -> None:
        kinds = [(entry.kind, entry.subject) for entry in self.spine.events()]
        executing = [subject for kind, subject in kinds if kind == "proposal.executing"]
        assert len(executing) == len(set(executing)) == sum(one.begun is not None for one in self.all)
        assert len(self.spine.switch.performed) == self.performed <= len(executing)
        assert all(decision_of(one.verdict) for one in self.all)

    @invariant()
    def the_record_holds(self) -> None:
        self.spine.check()


TestProposals = Proposals.TestCase
TestProposals.settings = settings(stateful_step_count=25)
