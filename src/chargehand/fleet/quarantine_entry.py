"""An entry of the quarantine list as two pure functions: opened once, then overridden by a person or run out.

active -> overridden | expired. Everything else is refused, and nothing makes an entry active again.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import msgspec

from chargehand.contracts.problems import RefusedError, RequestError
from chargehand.contracts.quarantine import (
    FIELDS,
    Override,
    Quarantine,
    QuarantineBody,
    QuarantineExpired,
    QuarantineOpened,
    QuarantineOverridden,
    QuarantineStatus,
)
from chargehand.kernel.canonical import canonical_bytes
from chargehand.kernel.clock import iso_utc, parse_utc
from chargehand.kernel.reducer import Aggregate, Fact, Happened

REASON_CHARACTERS_MAX = 1_000
NAME_CHARACTERS_MAX = 64
_HEX = frozenset("0123456789abcdef")


class QuarantineState(msgspec.Struct, frozen=True):
    """An entry's row, in the order of its columns. `body` and `override` are JSON."""

    id: str
    revision: int
    status: QuarantineStatus
    body: str
    source: str | None
    created_by: str
    created_us: int
    expires_us: int
    override: str | None = None


class Lift(NamedTuple):
    """A person lifts the entry; the override is signed already."""

    override: Override
    now_us: int


class Expire(NamedTuple):
    """Time has passed."""

    now_us: int


def check_body(body: QuarantineBody, now_us: int) -> None:
    """Refuse an entry that bars everything, nothing, or what cannot be told.

    Raises:
        RequestError: with the field that is at fault.
    """
    if not (body.program_sha256 or body.material or body.tool or body.region):
        _refuse("name at least one of program_sha256, material, tool or region: an entry never bars everything", "")
    if not body.reason.strip() or len(body.reason) > REASON_CHARACTERS_MAX or "\0" in body.reason:
        _refuse(f"say what failed, in at most {REASON_CHARACTERS_MAX} characters", "/reason")
    for field in ("machine", "material", "tool"):
        name = getattr(body, field)
        if name is not None and not (0 < len(name) <= NAME_CHARACTERS_MAX and name.isprintable()):
            _refuse(f"{field} must be an id of at most {NAME_CHARACTERS_MAX} characters", f"/{field}")
    digest = body.program_sha256
    if digest is not None and not (len(digest) == 64 and _HEX.issuperset(digest)):
        _refuse("program_sha256 must be 64 hexadecimal digits in lower case", "/program_sha256")
    for name, span in body.region.items():
        if name not in FIELDS:
            _refuse(f"a region speaks of {', '.join(FIELDS)}, not of {name!r}", "/region")
        if not (math.isfinite(span.low) and math.isfinite(span.high) and span.low <= span.high):
            _refuse(f"region {name}: low and high must be numbers, low not above high", f"/region/{name}")
    if expiry_us(body) <= now_us:
        _refuse("expires_at must lie in the future", "/expires_at")


def expiry_us(body: QuarantineBody) -> int:
    """When an entry ends, in microseconds.

    Raises:
        RequestError: it is not an RFC 3339 time in UTC.
    """
    try:
        return parse_utc(body.expires_at)
    except (ValueError, OverflowError) as error:
        raise RequestError("REQ.BODY_INVALID", f"not a time: {body.expires_at!r}", field="/expires_at") from error


def _refuse(detail: str, field: str) -> None:
    raise RequestError("REQ.BODY_INVALID", detail, field=field)


def decide(state: QuarantineState, command: Lift | Expire) -> list[Fact]:
    """The events of a command.

    Raises:
        RefusedError: the command is not admissible in this state.
    """
    if state.status == "active" and isinstance(command, Lift) and command.now_us < state.expires_us:
        return [Fact("quarantine.overridden", QuarantineOverridden(override=command.override))]
    if state.status == "active" and isinstance(command, Expire) and state.expires_us <= command.now_us:
        return [Fact("quarantine.expired", QuarantineExpired(expires_at=iso_utc(state.expires_us)))]
    ended = "expired" if state.status == "active" and isinstance(command, Lift) else state.status
    raise RefusedError("REV.TRANSITION_ILLEGAL", f"quarantine {state.id} is {ended} and does not change by this")


def evolve(state: QuarantineState | None, key: str, event: Happened) -> QuarantineState:
    """The entry after an event."""
    payload: Any = event.payload
    if event.kind == "quarantine.opened":
        assert state is None, "an entry is opened once"
        return QuarantineState(
            id=key,
            revision=event.revision,
            status="active",
            body=canonical_bytes(payload.body).decode(),
            source=payload.source,
            created_by=event.actor,
            created_us=event.time_us,
            expires_us=expiry_us(payload.body),
        )
    assert state is not None, f"{event.kind} before quarantine.opened"
    state = msgspec.structs.replace(state, revision=event.revision)
    if event.kind == "quarantine.overridden":
        override = canonical_bytes(payload.override).decode()
        return msgspec.structs.replace(state, status="overridden", override=override)
    assert event.kind == "quarantine.expired", event.kind
    return msgspec.structs.replace(state, status="expired")


def to_quarantine(state: QuarantineState) -> Quarantine:
    """The entry as others read it."""
    body = msgspec.json.decode(state.body, type=QuarantineBody)
    return Quarantine(
        id=state.id,
        revision=state.revision,
        status=state.status,
        machine=body.machine,
        program_sha256=body.program_sha256,
        material=body.material,
        tool=body.tool,
        region=body.region,
        reason=body.reason,
        source=state.source,
        created_by=state.created_by,
        created_at=iso_utc(state.created_us),
        expires_at=iso_utc(state.expires_us),
        override=None if state.override is None else msgspec.json.decode(state.override, type=Override),
    )


QUARANTINE: Aggregate[QuarantineState] = Aggregate(
    name="quarantine",
    payloads={
        "quarantine.opened": QuarantineOpened,
        "quarantine.overridden": QuarantineOverridden,
        "quarantine.expired": QuarantineExpired,
    },
    evolve=evolve,
    queries="quarantine",
    row=msgspec.structs.astuple,
    state=lambda row: QuarantineState(*row),
)
