"""The quarantine list: what has failed once on a machine of the fleet is not tried again unseen.

An entry bars a program, or a region of parameters in one material, until it expires or a person lifts it. It never
allows anything.
"""

from __future__ import annotations

from typing import Literal

import msgspec

QuarantineStatus = Literal["active", "overridden", "expired"]


class Region(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An interval of one parameter, both ends inside.

    Attributes:
        low: least value, in the parameter's working unit.
        high: greatest value.
    """

    low: int | float
    high: int | float


class Quarantine(msgspec.Struct, frozen=True, kw_only=True):
    """One entry, at `GET /v1/quarantines/{id}`. What is null or empty in it bars every value.

    Attributes:
        id: `qua_...`.
        revision: revision of the record.
        status: active, overridden or expired.
        machine: machine it is confined to, or null for the whole fleet.
        program_sha256: the program, 64 hexadecimal digits, or null.
        material: material card, or null.
        tool: cutting tool card, or null.
        region: interval by parameter at its override, in working units: spindle_speed, feed_rate, axial_depth,
            radial_depth.
        reason: what failed, in words.
        source: the decision that was carried out last before the alarm, or null: none was, or a person made the entry.
        created_by: principal.
        created_at: UTC time.
        expires_at: UTC time after which it bars nothing.
        override: the signed override that lifted it, or null.
    """

    id: str
    revision: int
    status: QuarantineStatus
    machine: str | None
    program_sha256: str | None
    material: str | None
    tool: str | None
    region: dict[str, Region]
    reason: str
    source: str | None
    created_by: str
    created_at: str
    expires_at: str
    override: Override | None = None


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """A person's word that an entry no longer bars, signed by the engine that took it.

    Attributes:
        by: principal.
        at: UTC time.
        reason: why.
        key: name and id of the signing key, as the ledger's checkpoints carry it.
        signature: Ed25519 over the canonical JSON of quarantine id, revision, by, at and reason; base64.
    """

    by: str
    at: str
    reason: str
    key: str
    signature: str


class QuarantineBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is posted to `/v1/quarantines`: at least one of program, material, tool or region must be given.

    Attributes:
        reason: what failed, in words.
        expires_at: UTC time after which it bars nothing.
        machine: machine to confine it to; absent means the whole fleet.
        program_sha256: the program.
        material: material card.
        tool: cutting tool card.
        region: interval by parameter, at its override, in working units.
    """

    reason: str
    expires_at: str
    machine: str | None = None
    program_sha256: str | None = None
    material: str | None = None
    tool: str | None = None
    region: dict[str, Region] = {}


class OverrideBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is posted to `/v1/quarantines/{id}/override`.

    Attributes:
        reason: why it no longer bars.
    """

    reason: str


class QuarantineOpened(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `quarantine.opened`.

    Attributes:
        body: what is barred, why and until when.
        source: the decision that was carried out last before the alarm, or null.
    """

    body: QuarantineBody
    source: str | None = None


class QuarantineOverridden(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `quarantine.overridden`.

    Attributes:
        override: who lifted it, and the signature.
    """

    override: Override


class QuarantineExpired(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `quarantine.expired`.

    Attributes:
        expires_at: when it ended.
    """

    expires_at: str


FIELDS: tuple[str, ...] = ("spindle_speed", "feed_rate", "axial_depth", "radial_depth")
"""Parameters that a region may name."""
