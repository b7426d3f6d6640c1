"""One node of a shop: simulated machines behind the real executor, ownership and spine, over a store that it may share.

The machines outlive nodes and know nothing of them. Nothing runs by itself: a test steps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chargehand.access.callers import Caller
from chargehand.auditor.auditor import Auditor
from chargehand.auditor.cards import LoadedCard
from chargehand.contracts.card import MachineCard
from chargehand.contracts.principal import IMPLIED
from chargehand.contracts.problems import RefusedError
from chargehand.contracts.proposal import Outcome
from chargehand.contracts.verdict import Verdict
from chargehand.fleet.adapter import Adapter
from chargehand.fleet.executor import MachineExecutor, Programs, Quarantines
from chargehand.fleet.fleet import Fleet
from chargehand.fleet.ownership import Ownership
from chargehand.fleet.telemetry import TelemetryStore
from chargehand.kernel.ids import SeededIds
from chargehand.kernel.log import Log
from chargehand.kernel.sqlite import SqliteStore
from chargehand.kernel.store import Store
from chargehand.ledger import tree
from chargehand.proposals import records
from chargehand.proposals.execution import Begun, Executions
from chargehand.proposals.executor import Executor, Kept
from chargehand.proposals.holder import HolderExecutor
from chargehand.proposals.intake import from_value
from chargehand.proposals.lifecycle import ProposalState
from chargehand.proposals.submission import Decided, Submissions
from chargehand.testing.clock import SimClock
from chargehand.testing.inline import InlineWriter
from chargehand.testing.machines import machine_cards, shipped_auditor

AGENT = Caller("agent:planner", IMPLIED["agent"])
OPERATOR = Caller("human:otto", IMPLIED["operator"])
TICK_US = 100_000
_UNITS = {
    "spindle_speed": "rev/min",
    "feed_rate": "mm/min",
    "axial_depth": "mm",
    "radial_depth": "mm",
    "feed_override": "%",
}


def change(machine: str = "CNC-001", operation: str = "parameter_set", **values: float) -> dict[str, Any]:
    """A proposal to set parameters; those that are not named keep what the machine is set to."""
    params = {name: {"value": value, "unit": _UNITS[name]} for name, value in values.items()}
    return {
        "kind": "machine.change",
        "subject": f"machine/{machine}",
        "action": {"operation": operation, "params": params},
    }


def offset_write(machine: str = "CNC-001") -> dict[str, Any]:
    """A proposal that needs an approval under the shipped policy."""
    action = {"operation": "offset_write", "params": {"offset_x": {"value": 0.1, "unit": "mm"}}}
    return {"kind": "machine.change", "subject": f"machine/{machine}", "action": action}


class Shop:
    """One node.

    Attributes:
        fleet: the machines as this node sees them.
        ownership: which of them it drives.
        executor: the executor of machine changes.
    """

    def __init__(
        self,
        store: Store,
        clock: SimClock,
        machines: Sequence[Adapter],
        *,
        name: str = "node-a",
        seed: int = 1,
        shared: bool = False,
        auditor: Auditor | None = None,
        cards: dict[str, LoadedCard[MachineCard]] | None = None,
        programs: Programs = lambda _digest: None,
        quarantines: Quarantines = lambda: (),
    ) -> None:
        self.store = store
        self.clock = clock
        self.name = name
        log = Log("urn:test:shop", tree.seal, SeededIds(4 * seed))
        self.writer = InlineWriter(store, log, clock, SeededIds(4 * seed + 1))
        self._telemetry = SqliteStore.open(":memory:", clock, family="telemetry")
        self.fleet = Fleet(
            machines, TelemetryStore(self._telemetry, lambda _machine, _sealed: None), SeededIds(4 * seed + 2)
        )
        cards = cards or machine_cards()
        self.auditor = auditor or shipped_auditor()
        self.ownership = Ownership(store, self.writer, name, cards, shared=shared)
        self.executor = MachineExecutor(self.fleet, cards, self.ownership, programs=programs, quarantines=quarantines)
        executors: dict[str, Executor] = {"machine.change": self.executor, "tool.call": HolderExecutor()}
        self.submissions = Submissions(self.auditor, executors)
        self.executions = Executions(self.auditor, executors)
        kept = [Kept(*item) for item in self.auditor.standing]
        self.submissions.store_evidence(
            kept + [Kept("machine", card.digest, card.body) for card in cards.values()], self.writer
        )

    def step(self, ticks: int = 1) -> frozenset[str]:
        """Let time pass, with leases and machines kept up; returns the machines that are driven here."""
        for _ in range(ticks):
            self.clock.advance(TICK_US)
            self.fleet.step(self.clock.now_us(), self.ownership.step(self.clock.now_us()))
        return self.ownership.owned

    def decide(self, body: dict[str, Any], proposer: Caller = AGENT) -> Decided:
        return self.writer.call(self.submissions.submit(from_value(body), proposer.principal))

    def submit(self, body: dict[str, Any], proposer: Caller = AGENT) -> Verdict:
        return self.decide(body, proposer).verdict

    def permit(self, verdict: Verdict, caller: Caller = AGENT) -> str:
        return self.writer.call(self.executions.permit(decision_of(verdict), caller)).permit

    def begin(self, verdict: Verdict, permit: str, caller: Caller = AGENT) -> Begun | RefusedError:
        return self.writer.call(self.executions.begin(decision_of(verdict), permit, caller))

    def begun(self, verdict: Verdict, permit: str, caller: Caller = AGENT) -> Begun:
        """A spent permit. Raises the refusal."""
        begun = self.begin(verdict, permit, caller)
        if isinstance(begun, RefusedError):
            raise begun
        return begun

    def conclude(self, begun: Begun) -> Outcome:
        """Write, and record what came of it."""
        outcome = self.executions.perform(begun, self.clock.now_us())
        return self.writer.call(self.executions.finish(begun.state.id, outcome, begun.actor))

    def execute(self, verdict: Verdict, permit: str, caller: Caller = AGENT) -> Outcome:
        """The whole way. Raises the refusal."""
        return self.conclude(self.begun(verdict, permit, caller))

    def state(self, verdict: Verdict) -> ProposalState:
        with self.store.read() as session:
            return records.find_decision(session, decision_of(verdict))

    def close(self) -> None:
        self.fleet.close()
        self._telemetry.close()


def decision_of(verdict: Verdict) -> str:
    assert verdict.id is not None
    return verdict.id
