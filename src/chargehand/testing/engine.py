"""One engine in hand: store, writer, fleet, auditor and spine, built as the product builds them, but stepped by a test.

Everything here is memory that a crash takes away; what survives is the database, and the machines outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from chargehand.access.callers import Caller, identify
from chargehand.approvals import inbox
from chargehand.contracts.machine import TelemetrySealed
from chargehand.fleet.adapter import Adapter
from chargehand.fleet.executor import MachineExecutor
from chargehand.fleet.fleet import Fleet
from chargehand.fleet.machine import Happening
from chargehand.fleet.ownership import Ownership
from chargehand.fleet.telemetry import TelemetryStore
from chargehand.kernel.clock import Clock
from chargehand.kernel.ids import SeededIds
from chargehand.kernel.log import Log
from chargehand.kernel.sqlite import SqliteStore
from chargehand.kernel.writer import Transaction
from chargehand.ledger import tree
from chargehand.proposals.execution import Executions
from chargehand.proposals.executor import Executor, Kept
from chargehand.proposals.holder import HolderExecutor
from chargehand.proposals.submission import Submissions
from chargehand.testing.inline import InlineWriter
from chargehand.testing.machines import machine_cards, shipped_auditor

ENGINE = "engine"
OWNER = "node-a"
"""The name under which this engine leases its machines."""


class Engine:
    """One run of an engine.

    Attributes:
        store: the database.
        writer: the real writer, stepped.
        fleet: the machines, newly connected.
        ownership: which of them this run drives.
        executors: by kind of proposal.
        submissions: proposals in, verdicts out.
        executions: permits, re-checks, outcomes.
    """

    def __init__(self, path: Path | str, clock: Clock, adapters: Sequence[Adapter], seed: int) -> None:
        """Open the database and conclude what a crash has left.

        Args:
            path: the database, or `:memory:`.
            clock: the time.
            adapters: the machines.
            seed: of ids, salts and secrets; another one for each run on the same database.
        """
        self.clock = clock
        self.store = SqliteStore.open(path, clock)
        log = Log("urn:chargehand:simulated", tree.seal, SeededIds(4 * seed))
        self.writer = InlineWriter(self.store, log, clock, SeededIds(4 * seed + 1))
        self._telemetry_store = SqliteStore.open(":memory:", clock, family="telemetry")
        telemetry = TelemetryStore(self._telemetry_store, _leave_unsealed)
        self.fleet = Fleet(adapters, telemetry, SeededIds(4 * seed + 2))
        cards = machine_cards()
        self.ownership = Ownership(self.store, self.writer, OWNER, cards)
        auditor = shipped_auditor()
        self.executors: dict[str, Executor] = {
            "machine.change": MachineExecutor(self.fleet, cards, self.ownership),
            "tool.call": HolderExecutor(),
        }
        self.submissions = Submissions(auditor, self.executors)
        self.executions = Executions(auditor, self.executors)
        kept = [Kept(*item) for item in auditor.standing]
        kept += [Kept("machine", card.digest, card.body) for card in cards.values()]
        self.submissions.store_evidence(kept, self.writer)
        self.writer.call(self.executions.abandon_lost(ENGINE, older_than_us=0))

    def step(self) -> None:
        """What the engine does by itself as time goes by: drive machines, keep leases, let things run out."""
        now_us = self.clock.now_us()
        happenings = self.fleet.step(now_us).happenings
        if happenings:
            self.writer.call(lambda transaction: _record(transaction, happenings))
        self.ownership.step(now_us)
        self.writer.call(inbox.expire_due(ENGINE))
        self.writer.call(self.executions.abandon_lost(ENGINE))

    def caller(self, token: str) -> Caller:
        """Who is behind a token.

        Raises:
            AuthError: nobody.
        """
        with self.store.read() as session:
            return identify(session, token, local=False, require_token=True, now_us=self.clock.now_us())

    def close(self) -> None:
        """Let everything go."""
        self.fleet.close()
        self._telemetry_store.close()
        self.store.close()


def _leave_unsealed(_machine_id: str, _sealed: TelemetrySealed) -> None:
    """Sealed minutes of telemetry are not part of this engine's log."""


def _record(transaction: Transaction, happenings: Sequence[Happening]) -> None:
    for machine_id, kind, payload, _setup in happenings:
        subject = f"machine/{machine_id}"
        row = transaction.session.one("log.last_revision", {"subject": subject})
        staged = sum(event.subject == subject for event in transaction.staged)
        revision = (0 if row is None else int(row[0])) + staged + 1
        transaction.record(kind, subject, payload, actor=ENGINE, revision=revision)
