"""The spine over a world of one switch: proposals are tool calls, and the executor does what a test tells it.

Under the shipped policy reading a file is allowed, deleting one needs an approval, and an unknown tool is denied.
"""

from __future__ import annotations

from typing import Any

from chargehand.access.callers import Caller
from chargehand.approvals import inbox
from chargehand.approvals.approval import APPROVAL
from chargehand.auditor.auditor import Auditor
from chargehand.auditor.evidence import NO_EVIDENCE
from chargehand.contracts.principal import IMPLIED
from chargehand.contracts.problems import ProblemError, RefusedError
from chargehand.contracts.proposal import Outcome, PermitRecord, Proposal
from chargehand.contracts.verdict import Verdict
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.ids import SeededIds
from chargehand.kernel.log import Entry, Log
from chargehand.kernel.reducer import differences
from chargehand.kernel.sqlite import SqliteStore
from chargehand.kernel.store import Session
from chargehand.ledger import inspection, tree
from chargehand.proposals.execution import Begun, Executions
from chargehand.proposals.executor import Grounds, Kept
from chargehand.proposals.intake import from_value
from chargehand.proposals.lifecycle import PROPOSAL, ProposalState
from chargehand.proposals.records import find_decision
from chargehand.proposals.submission import Decided, Submissions
from chargehand.testing.clock import SimClock
from chargehand.testing.inline import InlineWriter
from chargehand.testing.machines import shipped_auditor
from tests.conformance.nodes import every

PLANNER = Caller("agent:planner", IMPLIED["agent"])
OTHER_AGENT = Caller("agent:other", IMPLIED["agent"])
OTTO = Caller("human:otto", IMPLIED["operator"])
ANNA = Caller("human:anna", IMPLIED["approver"])
ALLOWED, ASKED, DENIED = "read_file", "delete_file", "rm"


def body(tool: str = ALLOWED, path: str = "/workspace/a", **rest: Any) -> dict[str, Any]:
    """A proposal to call a tool on a path."""
    action = {"tool": tool, "arguments": {"path": path}, "paths": [path]}
    return {"kind": "tool.call", "subject": f"tool/{tool}", "action": action, **rest}


class Switch:
    """An executor under a test's control.

    Attributes:
        basis: what verdicts stand on.
        refusal: why nothing can be performed at present.
        failure: what performing raises.
        outcome: what performing comes to, if not `applied`.
        performed: what was performed.
    """

    def __init__(self) -> None:
        self.basis: str | None = "basis-1"
        self.refusal: ProblemError | None = None
        self.failure: Exception | None = None
        self.outcome: Outcome | None = None
        self.performed: list[tuple[str, str | None]] = []

    def grounds(self, _proposal: Proposal) -> Grounds:
        return Grounds(NO_EVIDENCE, [Kept("switch", f"sha256:{self.basis}", b"kept")], self.basis)

    def check_performable(self, _proposal: Proposal, _session: Session) -> None:
        if self.refusal is not None:
            raise self.refusal

    def perform(self, proposal: Proposal, basis: str | None, now_us: int) -> Outcome:
        self.performed.append((proposal.digest, basis))
        if self.failure is not None:
            raise self.failure
        return self.outcome or Outcome(status="applied", at=iso_utc(now_us))


class Spine:
    """Submissions and executions over one store."""

    def __init__(self, store: SqliteStore, auditor: Auditor | None = None) -> None:
        self.store = store
        self.clock = SimClock()
        self.switch = Switch()
        self.auditor = auditor or shipped_auditor()
        log = Log("urn:test:spine", tree.seal, SeededIds(1))
        self.writer = InlineWriter(store, log, self.clock, SeededIds(2))
        executors = {"tool.call": self.switch}
        self.submissions = Submissions(self.auditor, executors)
        self.executions = Executions(self.auditor, executors)

    def submit(self, tool: str = ALLOWED, proposer: Caller = PLANNER, **rest: Any) -> Verdict:
        return self.decide(body(tool, **rest), proposer).verdict

    def decide(self, value: dict[str, Any], proposer: Caller = PLANNER) -> Decided:
        return self.writer.call(self.submissions.submit(from_value(value), proposer.principal))

    def approve(self, verdict: Verdict, decision: Any = "approve", actor: Caller = ANNA) -> None:
        assert verdict.approval_id is not None
        self.writer.call(inbox.answer(verdict.approval_id, decision, "because", actor.principal, single_operator=False))

    def permit(self, verdict: Verdict, caller: Caller = PLANNER) -> PermitRecord:
        return self.writer.call(self.executions.permit(decision_of(verdict), caller))

    def begin(self, verdict: Verdict, permit: str, caller: Caller = PLANNER) -> Begun | RefusedError:
        return self.writer.call(self.executions.begin(decision_of(verdict), permit, caller))

    def execute(self, verdict: Verdict, permit: str, caller: Caller = PLANNER) -> Outcome:
        """Spend, perform, conclude. Raises the refusal."""
        begun = self.begin(verdict, permit, caller)
        if isinstance(begun, RefusedError):
            raise begun
        outcome = self.executions.perform(begun, self.clock.now_us())
        return self.writer.call(self.executions.finish(begun.state.id, outcome, begun.actor))

    def state(self, verdict: Verdict) -> ProposalState:
        with self.store.read() as session:
            return find_decision(session, decision_of(verdict))

    def events(self) -> list[Entry]:
        return every(self.store)

    def kinds(self) -> list[str]:
        return [entry.kind.partition(".")[2] for entry in self.events()]

    def check(self) -> None:
        """The ledger verifies and every row is its events."""
        with self.store.read() as session:
            assert inspection.verify(session, []).findings == []
            assert list(differences(PROPOSAL, session)) == []
            assert list(differences(APPROVAL, session)) == []


def decision_of(verdict: Verdict) -> str:
    assert verdict.id is not None
    return verdict.id
