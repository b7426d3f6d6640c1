"""Lines of a ledger export: one header, then one line per event. `ledger/verify.py` reads it without any dependency."""

from __future__ import annotations

from typing import Any

import msgspec

from chargehand.contracts.envelope import Envelope


class ExportHeader(msgspec.Struct, frozen=True, kw_only=True):
    """First line of an export.

    Attributes:
        schema_version: version of the format, 1.
        origin: name of the log.
        public_key: verifier key, `name+hash+key` as defined by C2SP.
        size: number of events that follow.
        checkpoint: signed note over exactly these events.
    """

    schema_version: int
    origin: str
    public_key: str
    size: int
    checkpoint: str


class ExportedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Every other line of an export. Envelope and data keep their recorded bytes.

    Attributes:
        envelope: the event without its payload: what the leaf covers.
        data: the payload, or null when it was erased.
        salt: hexadecimal salt of the payload's digest, or null when it was erased.
        leaf_hash: base64 of the RFC 9162 leaf hash of the envelope's bytes.
    """

    envelope: Envelope
    data: Any
    salt: str | None
    leaf_hash: str
