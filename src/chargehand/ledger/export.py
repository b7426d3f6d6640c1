"""The export: the whole ledger up to a checkpoint as one JSON Lines file, for `verify.py` and for keeping elsewhere.

The first line is a header, then one line per event with exactly the recorded bytes of envelope and payload, because
only those give the recorded hashes. The export does not judge: a ledger that was tampered with is written as it is,
and the verifier says what is wrong with it. The file appears whole or not at all, readable by its owner only.

Format: `docs/ledger.md`.
"""

from __future__ import annotations

import base64
import os
import tempfile
from pathlib import Path

import msgspec

from chargehand.contracts.ledger import Checkpoint
from chargehand.kernel.store import Session
from chargehand.ledger.inspection import EventRow, event_pages

SCHEMA_VERSION = 1


def export(session: Session, against: Checkpoint, target: Path) -> int:
    """Write the events that a checkpoint covers; returns how many were there.

    Args:
        session: a view that reaches the checkpoint.
        against: the checkpoint; it goes into the header.
        target: the file, replaced if it exists.

    Raises:
        OSError: the file cannot be written; nothing was left behind.
    """
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        written = 0
        with os.fdopen(handle, "wb") as file:
            file.write(_header(against))
            for rows in event_pages(session, last=against.size):
                file.writelines(map(_line, rows))
                written += len(rows)
            file.flush()
            os.fsync(handle)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink()
        raise
    return written


def _header(against: Checkpoint) -> bytes:
    header = {
        "schema_version": SCHEMA_VERSION,
        "origin": against.origin,
        "public_key": against.public_key,
        "size": against.size,
        "checkpoint": against.note,
    }
    return msgspec.json.encode(header) + b"\n"


def _line(row: EventRow) -> bytes:
    # The two payload columns are null together; if they were not, the verifier has to see exactly that.
    data = b"null" if row.data is None else row.data
    salt = b"null" if row.salt is None else b'"%s"' % row.salt.hex().encode()
    leaf = base64.b64encode(row.leaf_hash)
    return b'{"envelope":%s,"data":%s,"salt":%s,"leaf_hash":"%s"}\n' % (row.envelope, data, salt, leaf)
