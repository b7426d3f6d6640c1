"""The inspection of everything an engine keeps: the ledger, and all that must agree with it.

The ledger is hashed again, every row of a state is rebuilt from its events, every decision's evidence is looked up
under the digest and role it was recorded with, and every sealed minute of telemetry is compared with the frames that
are still there. It changes nothing, and stumbles over nothing: whatever is wrong is a finding. What it cannot see
stands in `docs/ledger.md`, table by table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import chain, islice

import msgspec

from chargehand.access.principals import PRINCIPAL
from chargehand.approvals.approval import APPROVAL
from chargehand.contracts.ledger import LedgerFinding, LedgerReport
from chargehand.contracts.machine import TelemetrySealed
from chargehand.fleet.programs import PROGRAM
from chargehand.fleet.quarantine_entry import QUARANTINE
from chargehand.kernel import log, reducer
from chargehand.kernel.canonical import sha256_text
from chargehand.kernel.clock import parse_utc
from chargehand.kernel.store import Session, Store
from chargehand.ledger import inspection as ledger_inspection
from chargehand.ledger.signing_key import VerifierKey
from chargehand.proposals.lifecycle import PROPOSAL
from chargehand.proposals.rejudge import KEPT

FINDINGS_MAX = 100
EVIDENCE_PER_READ = 500
SEGMENTS_PER_READ = 64
KNOWN_MAX = 10_000
"""Pieces of evidence remembered as seen: cards and policy come with every decision, and are looked up once."""


class _Decided(msgspec.Struct, frozen=True):
    """What `proposal.decided` says of its evidence: digests by role."""

    evidence: dict[str, str]


def inspect(store: Store, telemetry: Store, keys: Sequence[VerifierKey]) -> LedgerReport:
    """Inspect an engine's two databases.

    Args:
        store: the log's.
        telemetry: that of the frames.
        keys: verifier keys that checkpoints may be signed with.
    """
    with store.read() as session:
        report = ledger_inspection.verify(session, keys)
        # The frames are looked at after the log: a minute is stored before it is recorded, so what the log's view
        # names is there, unless retention or somebody has taken it.
        with telemetry.read() as frames:
            minutes = _Minutes(frames)
            others = chain(
                _row_findings(session),
                _body_findings(session),
                _program_findings(session),
                _evidence_findings(session),
                minutes.findings(session),
            )
            findings = list(islice(chain(report.findings, others), FINDINGS_MAX))
    return LedgerReport(
        schema_version=1,
        ok=not findings,
        size=report.size,
        root=report.root,
        anchored_size=report.anchored_size,
        findings=findings,
        erased=report.erased,
        minutes_unchecked=minutes.unchecked,
    )


def _row_findings(session: Session) -> Iterator[LedgerFinding]:
    """Rows that are not what their events say."""
    for difference in chain(
        reducer.differences(PROPOSAL, session),
        reducer.differences(APPROVAL, session),
        reducer.differences(PRINCIPAL, session),
        reducer.differences(QUARANTINE, session),
        reducer.differences(PROGRAM, session),
    ):
        said = "cannot be rebuilt from its events" if difference.unreadable else "is not what its events say"
        yield LedgerFinding(code="LEDG.PROJECTION_DIFFERS", seq=None, detail=f"the row of {difference.subject} {said}")


def _body_findings(session: Session) -> Iterator[LedgerFinding]:
    """Evidence that does not have the digest it is kept under."""
    after = ""
    while rows := session.all("proposal.evidence_page", {"after": after, "limit": EVIDENCE_PER_READ}):
        after = rows[-1][0]
        for digest, role, body in rows:
            if sha256_text(bytes(body)) != digest:
                yield _changed(None, f"the {role} kept under {digest} is not what was judged on")


def _program_findings(session: Session) -> Iterator[LedgerFinding]:
    """Programs whose text is gone, or does not have the digest that they are known by."""
    after = ""
    while rows := session.all("program.page", {"after": after, "limit": EVIDENCE_PER_READ}):
        after = rows[-1][0]
        for digest, *_ in rows:
            found = session.one("program.get_text", {"id": digest})
            if found is None or sha256_text(bytes(found[0])) != f"sha256:{digest}":
                yield _changed(None, f"the text kept under {digest} is not the program of that digest")


def _evidence_findings(session: Session) -> Iterator[LedgerFinding]:
    """Decisions whose evidence is not kept, or is kept as something else than it was judged as."""
    known: set[tuple[str, str]] = set()
    for entry in _events(session, "proposal.decided"):
        try:
            named = msgspec.json.decode(entry.data or b"", type=_Decided).evidence
        except (msgspec.DecodeError, ValueError):
            # The payload was erased or changed: the ledger's own inspection has said so.
            continue
        for role, digest in named.items():
            if role not in KEPT or (role, digest) in known:
                continue
            row = session.one("proposal.evidence_role", {"digest": digest})
            if row is None:
                yield _changed(entry.seq, f"the {role} of this decision, {digest}, is not kept any more")
            elif row[0] != role:
                yield _changed(entry.seq, f"the {role} of this decision, {digest}, is kept as a {row[0]}")
            elif len(known) < KNOWN_MAX:
                known.add((role, digest))


class _Minutes:
    """Sealed minutes held against the frames that are retained.

    Attributes:
        unchecked: minutes of which frames are gone that retention may have taken.
    """

    def __init__(self, frames: Session) -> None:
        self.unchecked = 0
        self._frames = frames
        oldest = frames.all("telemetry.list_oldest", {"row_limit": 1})
        # Retention deletes the oldest segment first, so behind the oldest that is left nothing may be missing.
        self._complete_from_us: int | None = int(oldest[0][0]) if oldest else None

    def findings(self, session: Session) -> Iterator[LedgerFinding]:
        """Minutes whose frames are not those that were sealed."""
        for entry in _events(session, "telemetry.sealed"):
            try:
                sealed = msgspec.json.decode(entry.data or b"", type=TelemetrySealed)
                minute_us = parse_utc(sealed.minute)
            except (msgspec.DecodeError, ValueError):
                # As above: the ledger's own inspection has said so.
                continue
            machine_id = (entry.topic or "").removeprefix("machine/")
            count, same = self._compared(machine_id, sealed)
            if same:
                continue
            if count < sealed.frames and (self._complete_from_us is None or minute_us <= self._complete_from_us):
                self.unchecked += 1
                continue
            yield _changed(
                entry.seq,
                f"the frames of {machine_id} in the minute {sealed.minute} are not the {sealed.frames} that were "
                f"sealed: {count} are there",
            )

    def _compared(self, machine_id: str, sealed: TelemetrySealed) -> tuple[int, bool]:
        """How many frames of a minute are there, and whether they are, in number, place and bytes, the sealed ones."""
        digest = hashlib.sha256()
        count, first, last = 0, 0, sealed.first_seq - 1
        placed = True
        for first_seq, last_seq, body in self._segments(machine_id, sealed):
            lines = body.count(b"\n") + 1
            placed = placed and first_seq > last and last_seq - first_seq + 1 == lines
            first, last = first or first_seq, last_seq
            count += lines
            digest.update(body)
            digest.update(b"\n")
        found = (count, first, last, "sha256:" + digest.hexdigest())
        return count, placed and found == (sealed.frames, sealed.first_seq, sealed.last_seq, sealed.digest)

    def _segments(self, machine_id: str, sealed: TelemetrySealed) -> Iterator[tuple[int, int, bytes]]:
        """The retained segments that reach into a minute, in order."""
        run = {"machine_id": machine_id, "instance_id": sealed.instance_id, "row_limit": SEGMENTS_PER_READ}
        seq = sealed.first_seq - 1
        while rows := self._frames.all("telemetry.list_segments_after", {**run, "seq": seq}):
            for first_seq, last_seq, _first_us, body in rows:
                if first_seq > sealed.last_seq:
                    return
                yield first_seq, last_seq, bytes(body)
                seq = max(seq, last_seq)
            if seq >= sealed.last_seq:
                return


def _events(session: Session, kind: str) -> Iterator[log.Entry]:
    after = 0
    while page := log.read(session, after, log.PAGE_MAX, kind=kind):
        after = page[-1].seq
        yield from page


def _changed(seq: int | None, detail: str) -> LedgerFinding:
    return LedgerFinding(code="LEDG.EVIDENCE_CHANGED", seq=seq, detail=detail)
