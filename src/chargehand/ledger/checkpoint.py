"""Checkpoints: the log's size and root, signed, as text that anybody can keep and check.

The text is a C2SP tlog-checkpoint inside a C2SP signed note: origin, size, root, an empty line, then one signature line
per signer. A checkpoint counts only if a key that the caller named has signed it; signatures by other keys are passed
over, as the format demands. Whoever holds the signing key can sign any root: what keeps the key's owner honest is a
checkpoint that somebody else holds.

Sources: C2SP tlog-checkpoint and signed-note (https://c2sp.org/tlog-checkpoint, https://c2sp.org/signed-note).
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import NamedTuple

from chargehand.ledger.signing_key import Signer, VerifierKey

NOTE_CHARS_MAX = 16 * 1024
_ROOT_BYTES = 32
_SIGNATURE_BYTES = 4 + 64
_SIGNATURE_LINE = re.compile(r"\u2014 ([^\s+]+) (\S+)")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


class CheckpointError(Exception):
    """A text that is not a checkpoint. `code` is the reason code that reports it."""

    code = "LEDG.CHECKPOINT_INVALID"


class SignatureError(CheckpointError):
    """No key that the caller named has signed this checkpoint, or its signature does not verify."""

    code = "LEDG.SIGNATURE_INVALID"


class Statement(NamedTuple):
    """What a checkpoint says.

    Attributes:
        origin: name of the log.
        size: number of leaves.
        root: root hash, 32 bytes.
    """

    origin: str
    size: int
    root: bytes


class _Signature(NamedTuple):
    name: str
    key_hash: bytes
    signature: bytes


def sign(signer: Signer, size: int, root: bytes) -> str:
    """The signed note for a size and root; its origin is the signer's name. The same input gives the same note."""
    assert len(root) == _ROOT_BYTES
    text = f"{signer.name}\n{size}\n{base64.b64encode(root).decode()}\n"
    signature = base64.b64encode(signer.key.hash + signer.sign(text)).decode()
    return f"{text}\n\u2014 {signer.name} {signature}\n"


def parse(note: str) -> Statement:
    """What a note says, whoever signed it.

    Raises:
        CheckpointError: it is not a checkpoint.
    """
    return _open(note)[0]


def verify(note: str, *keys: VerifierKey) -> Statement:
    """What a note says, once a key that bears the origin's name has signed it.

    Raises:
        CheckpointError: it is not a checkpoint.
        SignatureError: no such key signed it, or a signature under one of the keys is wrong.
    """
    statement, text, signatures = _open(note)
    accepted = False
    for line in signatures:
        for key in keys:
            if (key.name, key.hash) != (line.name, line.key_hash):
                continue
            if not key.accepts(line.signature, text):
                raise SignatureError(f"the signature of {line.name!r} does not verify")
            accepted = accepted or key.name == statement.origin
    if not accepted:
        raise SignatureError(f"not signed by a known key of {statement.origin!r}")
    return statement


def _open(note: str) -> tuple[Statement, str, list[_Signature]]:
    """The statement, the signed text and the signatures of a note."""
    if len(note) > NOTE_CHARS_MAX or _CONTROL.search(note):
        raise CheckpointError("a checkpoint is short text without control characters")
    # The last empty line ends the text: extension lines may come before it, signatures only after it.
    body, blank, tail = note.rpartition("\n\n")
    lines = body.split("\n")
    if not blank or len(lines) < 3 or not tail.endswith("\n"):
        raise CheckpointError("a checkpoint is three lines, an empty line and signatures")
    origin, size, root_text = lines[:3]
    root = _decoded(root_text, _ROOT_BYTES)
    if not origin or not _SIZE.fullmatch(size) or root is None or "" in lines:
        raise CheckpointError(f"not an origin, a size and a root: {lines[:3]!r}")
    signatures = [_signature(line) for line in tail[:-1].split("\n")]
    return Statement(origin, int(size), root), body + "\n", [line for line in signatures if line]


def _signature(line: str) -> _Signature | None:
    """A signature line; None if it is of a kind that this module does not know."""
    found = _SIGNATURE_LINE.fullmatch(line)
    if not found:
        raise CheckpointError(f"not a signature line: {line[:80]!r}")
    data = _decoded(found[2], _SIGNATURE_BYTES)
    return _Signature(found[1], data[:4], data[4:]) if data else None


def _decoded(text: str, size: int) -> bytes | None:
    """Standard base64 of exactly so many bytes, in its only canonical spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if len(data) == size and base64.b64encode(data).decode() == text else None
