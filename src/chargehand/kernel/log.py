"""The one log: every recorded fact, in one order, each with its leaf in the ledger.

`seq` is assigned at the end of a batch, under the log head, so that commit order is `seq` order on every store and a
reader can never skip an event that commits late. The log stores what it is given and reads it back; it decides nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from chargehand.contracts.envelope import DATA_BYTES_MAX, SPECVERSION, Envelope
from chargehand.kernel.canonical import ordered_bytes
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.ids import IdSource
from chargehand.kernel.store import Session

PAGE_MAX = 1_000
"""Most events one read returns."""
_ENVELOPE = 9
"""Place of the envelope among the columns of `log.append`."""


class Sealed(Protocol):
    """What the ledger makes of a batch of leaves: `seal(size, frontier, leaves)`."""

    @property
    def leaf_hashes(self) -> Sequence[bytes]:
        """One hash per leaf."""
        ...

    @property
    def frontier(self) -> bytes:
        """The frontier after the batch."""
        ...

    @property
    def tiles(self) -> Sequence[tuple[int, int, bytes]]:
        """Subtrees that the batch completed: level, position, root."""
        ...


Seal = Callable[[int, bytes, Sequence[bytes]], Sealed]


class Staged(msgspec.Struct, frozen=True, gc=False):
    """An event on its way into the log: everything but its position.

    Attributes:
        kind: a row of `contracts/kinds.py`.
        subject: what it is about.
        revision: the subject's revision after it.
        actor: who caused it.
        data: the canonical payload.
        time_us: the instant.
        v: version of the payload.
        project: the project it belongs to.
        topic: what else it belongs to.
        correlationid: the story it belongs to.
        causationid: what led to it.
    """

    kind: str
    subject: str
    revision: int
    actor: str
    data: bytes
    time_us: int
    v: int = 1
    project: str = "default"
    topic: str | None = None
    correlationid: str | None = None
    causationid: str | None = None


class Entry(NamedTuple):
    """An event as read back. `data` is None once the payload was erased."""

    seq: int
    kind: str
    subject: str
    topic: str | None
    envelope: bytes
    data: bytes | None

    @property
    def wire(self) -> bytes:
        """The event as it travels: the envelope's bytes with the payload's bytes put in."""
        return self.envelope[:-1] + b',"data":' + (self.data or b"null") + b"}"


class Log:
    """Appends batches and reads pages.

    Args:
        source: the engine's name in every envelope.
        seal: makes the leaves of a batch, `ledger.tree.seal`.
        ids: where event ids and salts come from.
    """

    def __init__(self, source: str, seal: Seal, ids: IdSource) -> None:
        self._source = source
        self._seal = seal
        self._ids = ids

    def append(self, session: Session, staged: Sequence[Staged]) -> int:
        """Write a batch of events as the last step of a transaction; returns the new head.

        On PostgreSQL reading the head locks it until the commit: that is what orders the nodes.

        Raises:
            ConstraintError: a subject already has that revision.
        """
        head = session.one("log.read_head")
        assert head is not None, "the log head is missing"
        size, frontier = head
        rows = [self._row(size + position, event) for position, event in enumerate(staged, start=1)]
        sealed = self._seal(size, frontier, [row[_ENVELOPE] for row in rows])
        assert len(sealed.leaf_hashes) == len(rows)
        session.many("log.append", [(*row, leaf) for row, leaf in zip(rows, sealed.leaf_hashes, strict=True)])
        if sealed.tiles:
            session.many("log.put_tile", sealed.tiles)
        session.run("log.move_head", (size + len(rows), sealed.frontier))
        return int(size) + len(rows)

    def _row(self, seq: int, event: Staged) -> tuple[Any, ...]:
        """The columns of `log.append`, but for the leaf."""
        salt = self._ids.salt()
        event_id = self._ids.new("evt", event.time_us)
        envelope = Envelope(
            actor=event.actor,
            causationid=event.causationid,
            correlationid=event.correlationid,
            datadigest="sha256:" + hashlib.sha256(salt + event.data).hexdigest(),
            dataschema=f"/schemas/{event.kind}.v{event.v}.json",
            id=event_id,
            project=event.project,
            revision=event.revision,
            seq=seq,
            source=self._source,
            specversion=SPECVERSION,
            subject=event.subject,
            time=iso_utc(event.time_us),
            topic=event.topic,
            type=event.kind,
            v=event.v,
        )
        return (
            seq,
            event_id,
            event.kind,
            event.subject,
            event.revision,
            event.actor,
            event.project,
            event.topic,
            event.time_us,
            ordered_bytes(envelope),
            event.data,
            salt,
        )


def check_payload(data: bytes, kind: str) -> bytes:
    """The payload itself, if it may be recorded inline.

    Raises:
        ValueError: it is larger than an event may carry; store it as an artifact and refer to it.
    """
    if len(data) > DATA_BYTES_MAX:
        raise ValueError(f"payload of {kind!r} has {len(data)} bytes, an event carries at most {DATA_BYTES_MAX}")
    return data


def head(session: Session) -> int:
    """The position of the newest event; 0 when there is none."""
    row = session.one("log.peek_head")
    assert row is not None, "the log head is missing"
    return int(row[0])


def read(session: Session, after: int, limit: int, *, topic: str | None = None, kind: str | None = None) -> list[Entry]:
    """Events after a position in order, at most `limit`; of one topic or of one kind if asked."""
    limit = min(limit, PAGE_MAX)
    if topic is not None:
        rows = session.all("log.read_topic", {"topic": topic, "after": after, "limit": limit})
    elif kind is not None:
        rows = session.all("log.read_kind", {"kind": kind, "after": after, "limit": limit})
    else:
        rows = session.all("log.read_after", {"after": after, "limit": limit})
    return [Entry(*row) for row in rows]


def read_subject(session: Session, subject: str, revision: int = 1, limit: int = PAGE_MAX) -> list[Entry]:
    """The events of one subject from a revision on, in order."""
    rows = session.all("log.read_subject", {"subject": subject, "revision": revision, "limit": min(limit, PAGE_MAX)})
    return [Entry(*row) for row in rows]


def load_cursor(session: Session, name: str) -> int:
    """How far a named subscriber has come; 0 before its first step."""
    row = session.one("log.load_cursor", {"name": name})
    return 0 if row is None else int(row[0])


def save_cursor(session: Session, name: str, seq: int) -> None:
    """Move a named subscriber on, in the same transaction as what it did. It never goes back."""
    session.run("log.save_cursor", {"name": name, "seq": seq})


def erase(session: Session, seq: int) -> bool:
    """Forget the payload of an event; False if it was forgotten before. Its leaf stays and still verifies."""
    return session.run("log.erase_payload", {"seq": seq}) == 1
