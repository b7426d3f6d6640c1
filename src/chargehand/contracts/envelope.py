"""The one event envelope: CloudEvents 1.0 in structured JSON, with the engine's extension attributes.

Every recorded fact is an EngineEvent. Its order is `seq`: global, durable, gap-free for readers, never reset.
The envelope refuses to carry large payloads: over `DATA_BYTES_MAX` a payload goes by artifact digest.

Source: CloudEvents 1.0.2, JSON event format 1.0.2 (attribute names are lower-case letters and digits).
"""

from __future__ import annotations

from typing import Any

import msgspec

DATA_BYTES_MAX = 64 * 1024
SPECVERSION = "1.0"


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event without its payload: exactly what a ledger leaf covers, beside the payload's salted digest.

    The fields stand in the order of their canonical JSON, so that encoding needs no sorting.

    Attributes:
        actor: who caused it, from the credential: `human:anna`, `agent:planner`, `engine`.
        causationid: id of the event or command that led to this one.
        correlationid: id that groups everything that belongs to one story.
        datadigest: `sha256:` of the salt followed by the canonical payload.
        dataschema: relative URL of the payload's JSON Schema.
        id: unique id of the event, `evt_...`.
        project: the project it belongs to.
        revision: revision of the subject after this event, counted from 1.
        seq: global position in the log, counted from 1.
        source: the engine that recorded it, `urn:chargehand:...`.
        subject: what it is about, `proposal/prp_...`.
        time: UTC with microseconds and `Z`.
        topic: what else it belongs to, such as the machine a proposal is about.
        type: the kind, a row of `contracts/kinds.py`.
        v: version of the payload.
        specversion: CloudEvents version.
    """

    actor: str
    causationid: str | None = None
    correlationid: str | None = None
    datadigest: str
    dataschema: str
    id: str
    project: str
    revision: int
    seq: int
    source: str
    # Declared optional by the codec would drop it from the JSON, so it is set by whoever builds an envelope.
    specversion: str
    subject: str
    time: str
    topic: str | None = None
    type: str
    v: int


class EngineEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event as it travels: the envelope's attributes and the payload.

    Readers keep unknown attributes out of their way and skip unknown kinds; `data` is decoded by kind and `v`.

    Attributes:
        specversion: CloudEvents version, `"1.0"`.
        id: unique id, `evt_...`.
        source: the engine that recorded it.
        type: the kind.
        subject: what it is about.
        time: UTC, `Z`.
        dataschema: relative URL of the payload's schema.
        datadigest: salted digest of the payload.
        data: the payload; null when it was erased.
        seq: global position in the log.
        revision: revision of the subject.
        actor: who caused it.
        project: project it belongs to.
        v: version of the payload.
        correlationid: story it belongs to.
        causationid: what led to it.
        topic: what else it belongs to, such as the machine a proposal is about.
    """

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    dataschema: str
    datadigest: str
    data: Any
    seq: int
    revision: int
    actor: str
    project: str
    v: int
    correlationid: str | None = None
    causationid: str | None = None
    topic: str | None = None
