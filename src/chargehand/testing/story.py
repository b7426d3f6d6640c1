"""A story drawn from a seed: people and agents propose, decide, permit and execute, time passes, and the engine dies.

Nobody in it is careful: permits are used twice, by the wrong person, after their time, for another decision; units are
odd, approvals are decided by whoever comes by. What is refused must be refused with a registered code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, get_args

from chargehand.access import callers
from chargehand.access.callers import Caller
from chargehand.access.principals import add
from chargehand.approvals import inbox
from chargehand.contracts.approval import ApprovalDecision
from chargehand.contracts.operations import OPERATIONS
from chargehand.contracts.principal import Role
from chargehand.contracts.problems import ProblemError, RefusedError
from chargehand.contracts.proposal import PermitRecord
from chargehand.fleet.ownership import LEASE_US
from chargehand.fleet.plant import Fault
from chargehand.kernel import faults, lease, log
from chargehand.kernel.clock import SECOND_US
from chargehand.kernel.reducer import load
from chargehand.proposals.execution import Begun
from chargehand.proposals.intake import from_value
from chargehand.proposals.lifecycle import PROPOSAL
from chargehand.proposals.submission import Decided
from chargehand.testing.checkers import Broken
from chargehand.testing.draws import Draws
from chargehand.testing.world import Told, World

PEOPLE: dict[str, Role] = {
    "planner": "agent",
    "anna": "approver",
    "otto": "operator",
    "vera": "viewer",
    "root": "admin",
}
MACHINES = ("CNC-001", "CNC-002", "CNC-003")
FAULTS: tuple[Fault, ...] = ("alarm", "door_open", "feed_hold", "connection_lost")
PASSES_MAX = 3
PERMIT_OVER_US = 31 * SECOND_US
_VALUES: dict[str, tuple[tuple[float, str], ...]] = {
    "feed_rate": ((600, "mm/min"), (20, "in/min"), (600, "in/min"), (12, "mm/s"), (1, "furlong")),
    "spindle_speed": ((2600, "rev/min"), (45, "rev/s"), (300, "rev/s"), (-1, "%")),
    "feed_override": ((90, "%"), (250, "%")),
}
"""Values to set, the harmless ones first; the others are over a limit, of a wrong dimension, or nonsense."""
_ADVANCES_US = (100_000, 100_000, SECOND_US, SECOND_US, 4 * SECOND_US, 31 * SECOND_US, 400 * SECOND_US)
_WEIGHTS = {
    "errand": 24,
    "submit": 20,
    "dry_run": 3,
    "decide": 12,
    "permit": 12,
    "execute": 16,
    "advance": 14,
    "step": 10,
    "fault": 4,
    "usurp": 3,
    "arm": 10,
    "crash": 2,
    "restart": 2,
}


class Permitted(NamedTuple):
    """A permit that somebody holds."""

    decision_id: str
    text: str
    token: str


class Story:
    """What has been told so far, and what comes next.

    Args:
        world: where it happens.
        draws: what happens.
    """

    def __init__(self, world: World, draws: Draws) -> None:
        self._world = world
        self._draws = draws
        self._count = 0
        self._decisions: list[str] = []
        self._permitting: list[str] = []
        self._approvals: list[str] = []
        self._permits: list[Permitted] = []
        self._acts: dict[str, Callable[[], object]] = {
            "errand": self._errand,
            "submit": self._submit,
            "dry_run": self._dry_run,
            "decide": self._decide,
            "permit": self._permit,
            "execute": self._execute,
            "advance": self._advance,
            "step": self._step,
            "fault": self._fault,
            "usurp": self._usurp,
            "arm": self._arm,
            "crash": world.crash,
            "restart": world.restart,
        }
        self._tokens: dict[str, str] = {}
        for name, role in PEOPLE.items():
            key, token = world.engine.writer.call(add(name, role, "human:local"))
            self._tokens[key] = token

    def go_on(self) -> str:
        """One act, or several that share a commit; returns what it was."""
        act = self._draws.weighted(_WEIGHTS)
        for _ in range(1 + self._draws.below(3) if act in ("submit", "permit", "decide") else 1):
            self._acts[act]()
        self._world.drain()
        return act

    def _caller(self, operation: str) -> Caller | None:
        """Anybody, as the engine's front door lets them in; None if it does not."""
        keys = list(self._tokens) if self._draws.chance(3) else ["agent:planner", "human:root", "human:anna"]
        caller = self._world.engine.caller(self._tokens[self._draws.pick(keys)])
        try:
            callers.require(caller, frozenset(OPERATIONS[operation].roles))
        except ProblemError:
            return None
        return caller

    def _proposal(self, machine: str | None = None) -> dict[str, Any]:
        draws = self._draws
        self._count += 1
        if machine is None and draws.chance(10):
            tool = draws.pick(("read_file", "delete_file", "rm"))
            action: dict[str, Any] = {"tool": tool, "arguments": {"path": "/workspace/a"}, "paths": ["/workspace/a"]}
            return {"kind": "tool.call", "subject": f"tool/{tool}", "action": action, "intent": f"act {self._count}"}
        if draws.chance(4):
            # What moves a reference needs a person.
            change = {"offset_x": {"value": draws.below(3), "unit": "um"}}
            action = {"operation": "offset_write", "params": change}
        else:
            name = draws.pick(tuple(_VALUES))
            value, unit = draws.pick(_VALUES[name][: 2 if draws.chance(3) else None])
            change = {name: {"value": value, "unit": unit}}
            action = {"operation": "override" if name == "feed_override" else "parameter_set", "params": change}
        chosen = machine or draws.pick((*MACHINES * 4, "CNC-999"))
        return {
            "kind": "machine.change",
            "subject": f"machine/{chosen}",
            "action": action,
            "intent": f"act {self._count}",
        }

    def _submit(self) -> None:
        caller = self._caller("proposal.submit")
        if caller is not None:
            self._submit_as(caller.principal)

    def _submit_as(self, principal: str, machine: str | None = None) -> None:
        def on_answer(answer: Any) -> None:
            decided = _unless_refused(answer)
            if isinstance(decided, Decided):
                self._learn(decided)

        submit = self._world.engine.submissions.submit(from_value(self._proposal(machine)), principal)
        self._world.ask(submit, on_answer)

    def _errand(self, machine: str | None = None) -> None:
        """One proposal from its submission to its end without delay, and perhaps once more with the same permit."""
        world, planner = self._world, "agent:planner"
        before = len(self._decisions), len(self._approvals), len(self._permits)
        self._submit_as(planner, machine)
        world.drain()
        if len(self._approvals) > before[1] and not self._draws.chance(4):
            self._decide_as("human:root", self._approvals[-1])
            world.drain()
        if len(self._decisions) > before[0]:
            self._permit_as(self._world.engine.caller(self._tokens[planner]), self._decisions[-1])
            world.drain()
        if len(self._permits) == before[2]:
            return
        permit = self._permits[-1]
        if self._draws.chance(6):
            world.clock.advance(PERMIT_OVER_US)
            world.engine.step()
        for _ in range(1 + self._draws.chance(3)):
            token = self._tokens["human:otto"] if self._draws.chance(6) else permit.token
            self._use(permit, permit.decision_id, token)
            world.drain()

    def _learn(self, decided: Decided) -> None:
        verdict, body = decided.verdict, decided.body
        assert verdict.id is not None
        self._decisions.append(verdict.id)
        if verdict.verdict not in ("deny", "indeterminate"):
            self._permitting.append(verdict.id)
        if verdict.approval_id is not None:
            self._approvals.append(verdict.approval_id)

        def holds(session: Any) -> bool:
            entries = log.read_subject(session, f"proposal/{verdict.proposal_id}", 2, 1)
            return bool(entries) and entries[0].data is not None and b'"verdict":' + body in entries[0].data

        self._world.told.append(Told(f"verdict {verdict.id}", holds))

    def _dry_run(self) -> None:
        engine = self._world.engine
        before = _head(self._world)
        with engine.store.read() as session:
            engine.submissions.dry_run(from_value(self._proposal()), session, self._world.clock.now_us())
        if _head(self._world) != before:
            raise Broken("dry_run", "a dry run was recorded")

    def _decide(self) -> None:
        caller = self._caller("approval.decide")
        if caller is None or not self._approvals:
            return
        self._decide_as(caller.principal, self._approvals[-1 - self._draws.below(min(3, len(self._approvals)))])

    def _decide_as(self, principal: str, key: str) -> None:
        decision: ApprovalDecision = self._draws.pick(("approve", "approve", *get_args(ApprovalDecision)))

        def on_answer(answer: Any) -> None:
            approval = _unless_refused(answer)
            if approval is not None:
                row = approval.decided_by, approval.reason
                told = Told(f"approval {key} by {row}", lambda session: _decided_by(session, key) == row)
                self._world.told.append(told)

        self._world.ask(inbox.answer(key, decision, "because", principal, single_operator=False), on_answer)

    def _permit(self) -> None:
        caller = self._caller("decision.permit")
        if caller is None or not self._decisions:
            return
        # Mostly for what was permitted last, so that stories get somewhere.
        among = self._decisions if self._draws.chance(6) else self._permitting or self._decisions
        self._permit_as(caller, among[-1 - self._draws.below(min(4, len(among)))])

    def _permit_as(self, caller: Caller, decision_id: str) -> None:
        def on_answer(answer: Any) -> None:
            permit = _unless_refused(answer)
            if isinstance(permit, PermitRecord):
                self._permits.append(Permitted(decision_id, permit.permit, self._tokens[caller.principal]))

        self._world.ask(self._world.engine.executions.permit(decision_id, caller), on_answer)

    def _execute(self) -> None:
        """Somebody uses a permit: mostly its holder, mostly for its decision, mostly a fresh one."""
        if not self._permits:
            return
        draws = self._draws
        permit = self._permits[-1 - draws.below(min(4, len(self._permits)))]
        decision_id = draws.pick(self._decisions) if draws.chance(8) else permit.decision_id
        token = draws.pick(list(self._tokens.values())) if draws.chance(8) else permit.token
        self._use(permit, decision_id, token)

    def _use(self, permit: Permitted, decision_id: str, token: str) -> None:
        engine = self._world.engine
        answers: list[Any] = []
        self._world.ask(engine.executions.begin(decision_id, permit.text, engine.caller(token)), answers.append)
        self._world.drain()
        begun = _unless_refused(answers.pop())
        if not isinstance(begun, Begun):
            return
        outcome = engine.executions.perform(begun, self._world.clock.now_us())
        proposal_id = begun.state.id

        def on_answer(answer: Any) -> None:
            if _unless_refused(answer) is None:
                raise Broken("outcome", f"the outcome of {proposal_id} was refused: {answer}")
            wanted = outcome.status, outcome.code
            told = Told(f"outcome of {proposal_id}: {wanted}", lambda session: _outcome(session, proposal_id) == wanted)
            self._world.told.append(told)

        self._world.ask(engine.executions.finish(proposal_id, outcome, begun.actor), on_answer)

    def _step(self) -> None:
        self._world.clock.advance(100_000)
        self._world.engine.step()

    def _advance(self) -> None:
        # An hour is rare: it ends every verdict and approval there is.
        self._world.clock.advance(3_700 * SECOND_US if self._draws.chance(20) else self._draws.pick(_ADVANCES_US))
        if not self._draws.chance(6):
            self._world.engine.step()

    def _fault(self) -> None:
        machine = self._draws.pick(self._world.machines)
        now_us = self._world.clock.now_us()
        fault = self._draws.pick(FAULTS)
        if self._draws.chance(3):
            machine.simulator.inject(fault, now_us)
            return
        for present in FAULTS:
            machine.simulator.clear(present, now_us)

    def _usurp(self) -> None:
        """The engine falls silent for longer than its leases last, another node takes a machine, and it wakes up."""
        machine = self._draws.pick(MACHINES)
        engine = self._world.engine
        now_us = self._world.clock.advance(LEASE_US + SECOND_US)
        with engine.store.write() as session:
            lease.claim(session, f"machine/{machine}", "node-b", now_us, LEASE_US)
        # Its fleet goes on before it notices: what it hears is fresh, and what it holds is not.
        engine.fleet.step(now_us)
        self._errand(machine)

    def _arm(self) -> None:
        points = [point for point in faults.POINTS if not point.startswith("telemetry")]
        self._world.arm(self._draws.pick(points), 1 + self._draws.below(PASSES_MAX))


def _unless_refused(answer: Any) -> Any:
    """The answer; None for a refusal with a code. Any other error is the engine's own fault."""
    if isinstance(answer, RefusedError | ProblemError):
        return None
    if isinstance(answer, BaseException):
        raise Broken("answers", f"{type(answer).__name__}: {answer}") from answer
    return answer


def _head(world: World) -> int:
    with world.engine.store.read() as session:
        return log.head(session)


def _decided_by(session: Any, key: str) -> tuple[Any, Any]:
    state = inbox.find(session, key)
    return state.decided_by, state.reason


def _outcome(session: Any, proposal_id: str) -> tuple[Any, Any]:
    state = load(PROPOSAL, session, proposal_id)
    return (None, None) if state is None else (state.outcome_status, state.outcome_code)
