"""The ledger over the log's own tables: its head, its checkpoints, and proofs that lead to them.

The log seals leaves as it commits; this module reads what it sealed. It refuses to sign or to prove anything about a
history that does not hold together: a head whose leaves give another root, or one that does not continue the newest
checkpoint that was given out.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import NamedTuple

from chargehand.contracts.ledger import Checkpoint, ConsistencyProof, InclusionProof
from chargehand.kernel.store import Session
from chargehand.ledger import checkpoint as notes
from chargehand.ledger import tree
from chargehand.ledger.signing_key import Signer


class LedgerError(Exception):
    """The recorded history does not hold together, so nothing is signed or proven.

    Attributes:
        code: the LEDG code that says in which way.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class PositionError(ValueError):
    """A position that the ledger does not reach."""

    code = "REQ.PARAMETER_INVALID"


class Head(NamedTuple):
    """The newest state of the ledger: leaves, and the frontier of their tree."""

    size: int
    frontier: bytes


class SealedHashes:
    """Sealed hashes in the log's tables, as proofs read them.

    Args:
        session: a view that holds every leaf that is asked for.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def nodes(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Hashes of a tile level, or leaf hashes for level 0.

        Raises:
            LedgerError: some are missing.
        """
        if level:
            rows = self._session.all("ledger.tile_hashes", {"level": level, "start": start, "stop": stop})
        else:
            rows = self._session.all("ledger.leaf_hashes", {"start": start, "stop": stop})
        if len(rows) != stop - start:
            raise LedgerError("LEDG.SEQ_GAP", f"sealed hashes {start} to {stop - 1} of level {level} are not complete")
        return [row[0] for row in rows]


def head(session: Session) -> Head:
    """Size and frontier of the ledger.

    Raises:
        LedgerError: the recorded frontier does not fit the recorded size.
    """
    row = session.one("ledger.read_head")
    assert row is not None, "the log head is missing"
    size, frontier = row
    if len(frontier) != tree.HASH_BYTES * size.bit_count():
        raise LedgerError("LEDG.ROOT_MISMATCH", f"the recorded frontier does not fit a ledger of {size} leaves")
    return Head(size, frontier)


def checkpoint(session: Session, signer: Signer, at_us: int, size: int | None = None) -> Checkpoint:
    """Sign the ledger's size and root, now or as it was at an earlier size, and remember what was signed.

    Only a size beyond every remembered one is remembered: the newest checkpoint binds all that lies below it.

    Args:
        session: a writing transaction.
        signer: the ledger's key.
        at_us: the instant that is remembered with it.
        size: an earlier size; the present one if None.

    Raises:
        PositionError: the ledger is smaller than that.
        LedgerError: the history does not hold together; nothing was signed.
    """
    root = _root(session, size, beyond=True)
    assert root is not None
    made = _signed(signer, root)
    if root.size > root.remembered:
        row = {"size": root.size, "root": root.hash, "note": made.note, "at_us": at_us}
        session.run("ledger.remember_checkpoint", row)
    return made


def repeated(session: Session, signer: Signer, size: int | None = None) -> Checkpoint | None:
    """The checkpoint of a size that a remembered one reaches, without writing; None if `checkpoint` has to make it.

    Raises:
        PositionError: the ledger is smaller than that.
        LedgerError: the history does not hold together; nothing was signed.
    """
    root = _root(session, size, beyond=False)
    return None if root is None else _signed(signer, root)


def has_grown(session: Session) -> bool:
    """Whether there are leaves that no remembered checkpoint reaches."""
    given = session.one("ledger.newest_checkpoint")
    return given is None or given[0] != head(session).size


def prove(session: Session, seq: int, against: Checkpoint) -> InclusionProof:
    """Prove that an event is in the ledger that a checkpoint describes.

    Raises:
        PositionError: the checkpoint does not reach that event.
        LedgerError: hashes are missing.
    """
    if not 1 <= seq <= against.size:
        raise PositionError(f"event {seq} is not among the {against.size} of the checkpoint")
    hashes = SealedHashes(session)
    (leaf,) = hashes.nodes(0, seq - 1, seq)
    return InclusionProof(
        seq=seq,
        leaf_index=seq - 1,
        leaf_hash=_text(leaf),
        hashes=[_text(node) for node in tree.inclusion(hashes, seq - 1, against.size)],
        checkpoint=against,
    )


def consistency(session: Session, first: int, against: Checkpoint) -> ConsistencyProof:
    """Prove that the ledger at size `first` is the beginning of the one that a checkpoint describes.

    Raises:
        PositionError: `first` is negative or larger than the checkpoint.
        LedgerError: hashes are missing.
    """
    if not 0 <= first <= against.size:
        raise PositionError(f"size {first} is not between 0 and the checkpoint's {against.size}")
    nodes = tree.consistency(SealedHashes(session), first, against.size)
    return ConsistencyProof(
        first=first, second=against.size, hashes=[_text(node) for node in nodes], checkpoint=against
    )


class _Root(NamedTuple):
    """A root that may be signed, and the size up to which roots were promised already; -1 if none was."""

    size: int
    hash: bytes
    remembered: int


def _root(session: Session, size: int | None, *, beyond: bool) -> _Root | None:
    """The root of a size, once the history holds together; None for one not promised yet, unless `beyond` is meant."""
    # Read before the head: on PostgreSQL another node may append and sign between two statements.
    given = session.one("ledger.newest_checkpoint")
    newest = head(session)
    size = newest.size if size is None else size
    if not 0 <= size <= newest.size:
        raise PositionError(f"the ledger has {newest.size} leaves, not {size}")
    remembered = -1 if given is None else int(given[0])
    if size > remembered and not beyond:
        return None
    hashes = SealedHashes(session)
    if tree.root_at(hashes, newest.size) != tree.root(newest.size, newest.frontier):
        raise LedgerError("LEDG.ROOT_MISMATCH", f"the leaves of the ledger do not give its root at size {newest.size}")
    if given is not None:
        _check_continues(hashes, newest.size, given_size=given[0], given_root=given[1])
    return _Root(size, tree.root_at(hashes, size), remembered)


def _signed(signer: Signer, root: _Root) -> Checkpoint:
    note = notes.sign(signer, root.size, root.hash)
    return Checkpoint(origin=signer.name, size=root.size, root=_text(root.hash), note=note, public_key=signer.key.text)


def _check_continues(hashes: SealedHashes, size: int, *, given_size: int, given_root: bytes) -> None:
    """Refuse to sign a second history beside one that was given out."""
    if given_size > size:
        raise LedgerError("LEDG.TRUNCATED", f"a checkpoint of {given_size} leaves was given out, {size} are left")
    if tree.root_at(hashes, given_size) != given_root:
        raise LedgerError("LEDG.NOT_CONSISTENT", f"the ledger does not continue its checkpoint at size {given_size}")


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
