"""Principals as an aggregate: added once, revoked once, never renamed. Tokens are kept as digests only."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from chargehand.contracts.principal import ROLES, Principal, PrincipalAdded, PrincipalRevoked, Role
from chargehand.contracts.problems import ConflictError, RequestError
from chargehand.kernel.canonical import sha256_text
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.reducer import Aggregate, Fact, Happened, load, record
from chargehand.kernel.store import Row, Session
from chargehand.kernel.writer import Command, Transaction

TOKEN_PREFIX = "cht_"  # noqa: S105 - the public prefix by which leaked tokens are found, not a secret
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


class PrincipalState(msgspec.Struct, frozen=True):
    """A principal's row, in the order of its columns."""

    id: str
    revision: int
    role: Role
    token_digest: str
    created_us: int
    created_by: str
    revoked_us: int | None


def evolve(state: PrincipalState | None, key: str, event: Happened) -> PrincipalState:
    """The principal after an event."""
    payload: Any = event.payload
    if event.kind == "principal.added":
        assert state is None, "a principal is added once"
        return PrincipalState(
            key, event.revision, payload.role, payload.token_digest, event.time_us, event.actor, revoked_us=None
        )
    assert event.kind == "principal.revoked", event.kind
    assert state is not None
    return msgspec.structs.replace(state, revision=event.revision, revoked_us=event.time_us)


PRINCIPAL: Aggregate[PrincipalState] = Aggregate(
    name="principal",
    payloads={"principal.added": PrincipalAdded, "principal.revoked": PrincipalRevoked},
    evolve=evolve,
    queries="principal",
    row=msgspec.structs.astuple,
    state=lambda row: PrincipalState(*row),
)


def add(name: str, role: Role, actor: str) -> Command[tuple[str, str]]:
    """Command: add a principal and return `(id, token)`. The token is not kept and cannot be shown again.

    Raises:
        RequestError: the name or role is not admissible.
        ConflictError: there is one of that name already, revoked ones included.
    """
    if role not in ROLES:
        raise RequestError("REQ.BODY_INVALID", f"no such role: {role!r}")
    kind = "agent" if role == "agent" else "human"
    bare = name.removeprefix(f"{kind}:")
    if not _NAME.fullmatch(bare) or bare == "local":
        raise RequestError("REQ.BODY_INVALID", f"not a principal's name: {name!r}", hint="use a-z, 0-9, '.', '_', '-'")
    key = f"{kind}:{bare}"

    def command(transaction: Transaction) -> tuple[str, str]:
        if load(PRINCIPAL, transaction.session, key) is not None:
            raise ConflictError("AUTH.PRINCIPAL_EXISTS", f"there is a principal {key!r} already")
        token = TOKEN_PREFIX + transaction.ids.secret()
        added = PrincipalAdded(role=role, token_digest=sha256_text(token.encode()))
        record(PRINCIPAL, transaction, key, None, [Fact("principal.added", added)], actor=actor)
        return key, token

    return command


def revoke(key: str, actor: str) -> Command[Principal]:
    """Command: revoke a principal and end its sessions. Revoking twice changes nothing.

    Raises:
        RequestError: there is no such principal.
    """

    def command(transaction: Transaction) -> Principal:
        state = load(PRINCIPAL, transaction.session, key)
        if state is None:
            raise RequestError("AUTH.PRINCIPAL_UNKNOWN", f"no such principal: {key!r}")
        if state.revoked_us is None:
            payload = PrincipalRevoked(revoked_at=iso_utc(transaction.now_us))
            state = record(PRINCIPAL, transaction, key, state, [Fact("principal.revoked", payload)], actor=actor)
            transaction.session.run("principal.end_sessions", {"principal": key})
        return to_principal(state)

    return command


def page(session: Session, after: str, limit: int) -> list[Principal]:
    """Principals in the order of their ids, after one."""
    rows: list[Row] = session.all("principal.page", {"after": after, "limit": limit})
    return [to_principal(PRINCIPAL.state(row)) for row in rows]


def to_principal(state: PrincipalState) -> Principal:
    """The principal as others read it: without its token's digest."""
    return Principal(
        id=state.id,
        role=state.role,
        created_at=iso_utc(state.created_us),
        created_by=state.created_by,
        revoked_at=None if state.revoked_us is None else iso_utc(state.revoked_us),
    )
