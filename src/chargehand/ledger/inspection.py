"""The inspection of a whole ledger where it lives: every column of every event is hashed again.

It believes nothing that it can compute: envelopes give the leaves, leaves give the tree, the tree gives the head, the
tiles and the root at every checkpoint. It reads one bounded page at a time and changes nothing. What it cannot see is
a cut above the largest checkpoint that somebody kept, and it says up to where it could see.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

import msgspec

from chargehand.contracts.envelope import Envelope
from chargehand.contracts.ledger import LedgerFinding, LedgerReport
from chargehand.kernel.canonical import NotCanonicalError, canonical_bytes, record_bytes
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.store import Session
from chargehand.ledger import checkpoint as notes
from chargehand.ledger import tree
from chargehand.ledger.signing_key import VerifierKey

PAGE_EVENTS = 512
FINDINGS_MAX = 1_000
"""A report lists no more than this; a ledger with so many findings needs a backup, not a longer list."""
SEQ_MAX = 2**63 - 1
SALT_BYTES = 16
"""Fixed, because the digest covers salt and payload in one piece: nothing may move from one to the other."""

_decoder = msgspec.json.Decoder(Envelope)


class EventRow(NamedTuple):
    """Everything that is recorded of one event."""

    seq: int
    id: str
    kind: str
    subject: str
    revision: int
    actor: str
    project: str
    topic: str | None
    time_us: int
    envelope: bytes
    data: bytes | None
    salt: bytes | None
    leaf_hash: bytes


class _Anchor(NamedTuple):
    """A root that somebody was promised."""

    size: int
    root: bytes
    whence: str


def verify(
    session: Session, keys: Sequence[VerifierKey], anchors: Sequence[str] = (), *, erasures: Container[int] = ()
) -> LedgerReport:
    """Inspect the whole ledger.

    Args:
        session: one consistent view.
        keys: verifier keys that checkpoints may be signed with.
        anchors: signed notes that were kept elsewhere, besides those that the ledger remembers.
        erasures: positions whose erasure is recorded; any other payload that is gone was taken by somebody else.
    """
    inspection = _Inspection(session, keys, erasures)
    inspection.take_anchors(anchors)
    for rows in event_pages(session):
        inspection.take_events(rows)
    inspection.close()
    return LedgerReport(
        schema_version=1,
        ok=not inspection.findings,
        size=inspection.size,
        root=base64.b64encode(inspection.root).decode(),
        anchored_size=inspection.anchored_size,
        findings=inspection.findings,
        erased=inspection.erased,
    )


def event_pages(session: Session, last: int = SEQ_MAX) -> Iterator[list[EventRow]]:
    """Every recorded event up to a last one, in order, at most `PAGE_EVENTS` at a time."""
    after = 0
    while rows := session.all("ledger.page_events", {"after": after, "last": last, "limit": PAGE_EVENTS}):
        page = [EventRow(*row) for row in rows]
        yield page
        after = page[-1].seq


class _Inspection:
    """A walk over the ledger that grows its own tree and compares."""

    def __init__(self, session: Session, keys: Sequence[VerifierKey], erasures: Container[int]) -> None:
        self.size = 0
        self.anchored_size = 0
        self.erased = 0
        self.findings: list[LedgerFinding] = []
        self._session = session
        self._keys = keys
        self._erasures = erasures
        self._frontier = b""
        self._last_seq = 0
        self._tiles = 0
        self._given: list[_Anchor] = []

    @property
    def root(self) -> bytes:
        """Root of the leaves seen so far."""
        return tree.root(self.size, self._frontier)

    def take_anchors(self, texts: Sequence[str]) -> None:
        """Accept the notes that were kept elsewhere."""
        for number, text in enumerate(texts, start=1):
            anchor = self._opened(text, f"checkpoint {number} of those given")
            if anchor:
                self._given.append(anchor)

    def take_events(self, rows: list[EventRow]) -> None:
        """Check one page of events and grow the tree by it, halting at each anchored size."""
        first, last = self.size, self.size + len(rows)
        anchors = self._anchors_between(first, last)
        for stop in [*sorted({anchor.size for anchor in anchors} - {first, last}), last]:
            self._grow(rows[self.size - first : stop - first])
            for anchor in anchors:
                if anchor.size == stop:
                    self._compare(anchor)

    def close(self) -> None:
        """Compare what only the end can tell: the head, stray tiles, and anchors beyond it."""
        row = self._session.one("ledger.read_head")
        size, frontier = row or (0, b"")
        if size > self.size:
            self._find("LEDG.TRUNCATED", None, f"the head counts {size} events, {self.size} are there")
        elif (size, frontier) != (self.size, self._frontier):
            self._find("LEDG.ROOT_MISMATCH", None, f"the recorded head is not that of the {self.size} events there")
        count = self._session.one("ledger.count_tiles")
        if count != (self._tiles,):
            self._find("LEDG.ROOT_MISMATCH", None, f"there are {count} tiles, the events give {self._tiles}")
        for anchor in self._anchors_between(self.size, SEQ_MAX):
            self._find("LEDG.TRUNCATED", None, f"{anchor.whence} counts {anchor.size} events, {self.size} are there")
        for anchor in self._anchors_between(-1, 0):
            self._compare(anchor, tree.EMPTY_ROOT)

    def _grow(self, rows: list[EventRow]) -> None:
        sealed = tree.seal(self.size, self._frontier, [row.envelope for row in rows])
        for row, leaf in zip(rows, sealed.leaf_hashes, strict=True):
            if row.seq != self._last_seq + 1:
                self._find("LEDG.SEQ_GAP", row.seq, f"event {row.seq} follows event {self._last_seq}")
            self._last_seq = row.seq
            if row.data is None:
                self.erased += 1
                if row.salt is None and row.seq not in self._erasures:
                    self._find("LEDG.RECORD_CHANGED", row.seq, "the payload is gone, and no erasure is recorded")
            for fault in _faults(row, leaf):
                self._find("LEDG.RECORD_CHANGED", row.seq, fault)
        for tile in sealed.tiles:
            span = {"level": tile.level, "start": tile.position, "stop": tile.position + 1}
            if self._session.one("ledger.tile_hashes", span) != (tile.hash,):
                self._find("LEDG.ROOT_MISMATCH", None, f"tile {tile.position} of level {tile.level} has another root")
        self.size += len(rows)
        self._frontier = sealed.frontier
        self._tiles += len(sealed.tiles)

    def _anchors_between(self, after: int, last: int) -> list[_Anchor]:
        """Anchors of a range of sizes: those given, and those the ledger remembers."""
        found = [anchor for anchor in self._given if after < anchor.size <= last]
        position = after
        while rows := self._session.all(
            "ledger.page_checkpoints", {"after": position, "last": last, "limit": PAGE_EVENTS}
        ):
            for size, root, note in rows:
                anchor = self._opened(note, f"the remembered checkpoint {size}")
                if anchor and (anchor.size, anchor.root) == (size, root):
                    found.append(anchor)
                elif anchor:
                    self._find("LEDG.CHECKPOINT_INVALID", None, f"the remembered checkpoint {size} says otherwise")
            position = rows[-1][0]
        return found

    def _opened(self, note: str, whence: str) -> _Anchor | None:
        try:
            statement = notes.verify(note, *self._keys)
        except notes.CheckpointError as error:
            self._find(error.code, None, f"{whence}: {error}")
            return None
        return _Anchor(statement.size, statement.root, whence)

    def _compare(self, anchor: _Anchor, root: bytes | None = None) -> None:
        self.anchored_size = max(self.anchored_size, anchor.size)
        if anchor.root != (self.root if root is None else root):
            self._find("LEDG.NOT_CONSISTENT", None, f"the first {anchor.size} events are not those of {anchor.whence}")

    def _find(self, code: str, seq: int | None, detail: str) -> None:
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(LedgerFinding(code=code, seq=seq, detail=detail))


def _faults(row: EventRow, leaf: bytes) -> Iterator[str]:
    """What is wrong with one event, taken alone."""
    if row.leaf_hash != leaf:
        yield "the envelope does not give the recorded leaf hash"
    try:
        envelope = _decoder.decode(row.envelope)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        yield f"the envelope cannot be read: {error}"
        return
    if record_bytes(envelope) != row.envelope and not _is_canonical(row.envelope):
        yield "the envelope is not canonical JSON"
    differing = [name for name, recorded, expected in _columns(row, envelope) if recorded != expected]
    if differing:
        yield f"columns that differ from the envelope: {', '.join(differing)}"
    if row.data is None and row.salt is None:
        return
    if row.data is None or row.salt is None:
        yield "a payload and its salt are erased together or not at all"
    elif len(row.salt) != SALT_BYTES:
        yield f"a salt has {SALT_BYTES} bytes, this one {len(row.salt)}"
    elif envelope.datadigest != "sha256:" + hashlib.sha256(row.salt + row.data).hexdigest():
        yield "the payload and its salt do not give the recorded digest"


def _columns(row: EventRow, envelope: Envelope) -> tuple[tuple[str, object, object], ...]:
    return (
        ("seq", row.seq, envelope.seq),
        ("id", row.id, envelope.id),
        ("kind", row.kind, envelope.type),
        ("subject", row.subject, envelope.subject),
        ("revision", row.revision, envelope.revision),
        ("actor", row.actor, envelope.actor),
        ("project", row.project, envelope.project),
        ("topic", row.topic, envelope.topic),
        ("time_us", _time_text(row.time_us), envelope.time),
    )


def _time_text(at_us: int) -> str | None:
    try:
        return iso_utc(at_us)
    except (ValueError, OverflowError, OSError):
        return None


def _is_canonical(envelope: bytes) -> bool:
    """The slow way, for an envelope with attributes that this engine does not know."""
    try:
        return canonical_bytes(msgspec.json.decode(envelope)) == envelope
    except (msgspec.MsgspecError, NotCanonicalError):
        return False
