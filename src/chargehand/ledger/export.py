"""The export: the whole ledger up to a checkpoint as JSON Lines, for `verify.py` and for keeping elsewhere.

The first line is a header, then one line per event with exactly the recorded bytes of envelope and payload, because
only those give the recorded hashes. The export does not judge: a ledger that was tampered with is written as it is,
and the verifier says what is wrong with it. As a file it appears whole or not at all, readable by its owner only.

Format: `contracts/export.py` and `docs/ledger.md`.
"""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from chargehand.contracts.export import ExportHeader
from chargehand.contracts.ledger import Checkpoint
from chargehand.kernel.store import Session
from chargehand.ledger.inspection import EventRow, event_pages

SCHEMA_VERSION = 1


def stream(session: Session, against: Checkpoint) -> Iterator[bytes]:
    """The header and the events that a checkpoint covers, in pieces of whole lines of one page each.

    Args:
        session: a view that reaches the checkpoint.
        against: the checkpoint; it goes into the header.
    """
    header = ExportHeader(
        schema_version=SCHEMA_VERSION,
        origin=against.origin,
        public_key=against.public_key,
        size=against.size,
        checkpoint=against.note,
    )
    yield msgspec.json.encode(header) + b"\n"
    for rows in event_pages(session, last=against.size):
        yield b"".join(map(_line, rows))


def export(session: Session, against: Checkpoint, target: Path) -> None:
    """Write the export to a file, replacing an older one.

    Raises:
        OSError: the file cannot be written; the older one still stands.
    """
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(stream(session, against))
            file.flush()
            os.fsync(handle)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink()
        raise


def _line(row: EventRow) -> bytes:
    # The two payload columns are null together; if they were not, the verifier has to see exactly that.
    data = b"null" if row.data is None else row.data
    salt = b"null" if row.salt is None else b'"%s"' % row.salt.hex().encode()
    leaf = base64.b64encode(row.leaf_hash)
    return b'{"envelope":%s,"data":%s,"salt":%s,"leaf_hash":"%s"}\n' % (row.envelope, data, salt, leaf)
