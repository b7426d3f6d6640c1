"""A ledger under test: the kernel's own log over `:memory:`, a seeded key, and a way to tamper with any column."""

from __future__ import annotations

from collections.abc import Container, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import apsw

from chargehand.contracts.ledger import Checkpoint, LedgerReport
from chargehand.kernel.canonical import canonical_bytes
from chargehand.kernel.clock import SystemClock
from chargehand.kernel.ids import SeededIds
from chargehand.kernel.log import Log, Seal, Staged
from chargehand.kernel.sqlite import SqliteStore
from chargehand.ledger import inspection, ledger, tree, verify
from chargehand.ledger.export import export
from chargehand.ledger.signing_key import Signer

ORIGIN = "ledger.example/engine-7"
START_US = 1_790_000_000_000_000

STORY: Sequence[tuple[str, str, str, str | None, Any]] = (
    ("principal.added", "principal/agent:demo", "human:local", None, {"role": "agent"}),
    ("machine.state", "machine/CNC-001", "engine", None, {"state": "ready", "spindle_speed": 3180.25}),
    ("proposal.submitted", "proposal/prp_1", "agent:demo", "machine/CNC-001", {"intent": 'say "yes", "data":{}'}),
    ("proposal.decided", "proposal/prp_1", "engine", "machine/CNC-001", {"verdict": "allow", "reasons": []}),
    ("proposal.executed", "proposal/prp_1", "engine", "machine/CNC-001", {"status": "applied"}),
    ("machine.condition", "machine/CNC-002", "engine", None, {"text": "spindle \u00fcber 90 \u2103 \U0001f525"}),
    ("proposal.submitted", "proposal/prp_2", "agent:demo", None, {"intent": "tool call", "argument": None}),
    ("proposal.decided", "proposal/prp_2", "engine", None, {"verdict": "needs_approval"}),
    ("approval.requested", "approval/apr_1", "engine", None, {"risk": "high"}),
    ("approval.decided", "approval/apr_1", "human:anna", None, {"decision": "deny", "reason": "not today"}),
    ("telemetry.sealed", "machine/CNC-001", "engine", None, {"digest": "sha256:" + "0" * 64}),
    ("memory.put", "memory/m_1", "agent:demo", None, {"secret": "forget me"}),
    ("resource.updated", "resource/a/b", "human:anna", None, 1234),
    ("resource.deleted", "resource/a/b", "human:anna", None, None),
)
ERASED_SEQ = 12
FIRST_CHECKPOINT = 5


class Recorder:
    """A log, its ledger, and the hand of somebody who changes rows behind their backs."""

    def __init__(self, seal: Seal = tree.seal) -> None:
        self.store = SqliteStore.open(":memory:", SystemClock())
        self.signer = Signer(ORIGIN, bytes(range(32)))
        self.checkpoints: list[Checkpoint] = []
        self.log = Log("urn:chargehand:test", seal, SeededIds(7))
        self._revisions: dict[str, int] = {}
        self._count = 0

    def record(self, kind: str, subject: str, actor: str, topic: str | None, payload: Any) -> Staged:
        self._revisions[subject] = self._revisions.get(subject, 0) + 1
        self._count += 1
        return Staged(
            kind=kind,
            subject=subject,
            revision=self._revisions[subject],
            actor=actor,
            data=canonical_bytes(payload),
            time_us=START_US + self._count * 1_500_000,
            topic=topic,
            correlationid=f"story-{self._count}" if self._count % 2 else None,
        )

    def append(self, *staged: Staged) -> None:
        with self.store.write() as session:
            self.log.append(session, staged)

    def append_many(self, count: int) -> None:
        self.append(*[self.record("machine.state", f"machine/M-{n}", "engine", None, {"n": n}) for n in range(count)])

    def tell_story(self) -> None:
        staged = [self.record(*line) for line in STORY]
        self.append(*staged[:FIRST_CHECKPOINT])
        self.checkpoint()
        self.append(*staged[FIRST_CHECKPOINT:])
        self.checkpoint()
        with self.store.write() as session:
            session.run("log.erase_payload", {"seq": ERASED_SEQ})

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        with self.store.write() as session:
            made = ledger.checkpoint(session, self.signer, START_US, size)
        self.checkpoints.append(made)
        return made

    def verify(self, *anchors: str, erasures: Container[int] = (ERASED_SEQ,)) -> LedgerReport:
        with self.store.read() as session:
            return inspection.verify(session, [self.signer.key], anchors, erasures=erasures)

    def export(self, target: Path, against: Checkpoint | None = None) -> bytes:
        with self.store.read() as session:
            export(session, against or self.checkpoints[-1], target)
        return target.read_bytes()

    def tamper(self, statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run any statement on the database, past every constraint."""
        connection: apsw.Connection = self.store._writer
        connection.execute("PRAGMA ignore_check_constraints = ON; DROP INDEX IF EXISTS event_subject").fetchall()
        return list(connection.execute(statement, params))


def check(exported: bytes, *notes: str, key: str | None = None) -> verify.Report:
    """What the verifier that runs alone says of an export."""
    return verify.verify_export(BytesIO(exported), [note.encode() for note in notes], key)


def codes(report: LedgerReport | verify.Report) -> set[str]:
    """The distinct codes of a report."""
    return {finding.code for finding in report.findings}
