"""Who is calling: from a token, a session, or from being on this machine. Nothing in a request body can change it."""

from __future__ import annotations

from typing import NamedTuple

from chargehand.access.signin import LOCAL_PERSON
from chargehand.contracts.principal import IMPLIED, Role
from chargehand.contracts.problems import AuthError
from chargehand.kernel.canonical import sha256_text
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.store import Session

LOCAL_ROLES: frozenset[Role] = frozenset({"viewer", "operator", "approver", "admin"})
"""Roles of a tokenless call on loopback: the person at the machine, never an agent."""
LOCAL_ROLES_BESIDE_AGENTS: frozenset[Role] = frozenset({"viewer", "operator"})
"""What is left of them once agents exist, so that an agent that drops its token gains nothing."""


class Caller(NamedTuple):
    """Somebody who asks.

    Attributes:
        principal: who.
        roles: what they may do.
        expires_at: end of their session, UTC, if they have one.
        proven: they showed who they are; False for a tokenless call where agents exist, which may be one of those.
    """

    principal: str
    roles: frozenset[Role]
    expires_at: str | None = None
    proven: bool = True


def identify(session: Session, credential: str | None, *, local: bool, require_token: bool, now_us: int) -> Caller:
    """The caller behind a credential.

    Args:
        session: a read session.
        credential: a token or a session's secret; None when the call carried none.
        local: the call came over loopback.
        require_token: refuse calls without a credential.
        now_us: the present instant.

    Raises:
        AuthError: the credential is unknown, revoked or has run out, or there is none where one is needed.
    """
    if credential is None:
        return _tokenless(session, local=local, require_token=require_token)
    digest = sha256_text(credential.encode())
    row = session.one("principal.by_token", {"token_digest": digest})
    if row is not None:
        return _active(str(row[0]), row[1], revoked=row[2] is not None)
    row = session.one("principal.by_session", {"digest": digest})
    if row is None:
        raise AuthError("AUTH.TOKEN_INVALID", "this token is not known")
    principal, expires_us, role, revoked_us = row
    if expires_us <= now_us:
        raise AuthError("AUTH.SESSION_EXPIRED", "this session has run out; sign in again")
    if principal == LOCAL_PERSON:
        return Caller(LOCAL_PERSON, LOCAL_ROLES, iso_utc(expires_us))
    return _active(principal, role, revoked=role is None or revoked_us is not None)._replace(
        expires_at=iso_utc(expires_us)
    )


def require(caller: Caller, roles: frozenset[Role]) -> None:
    """Refuse unless the caller has one of the roles; no roles named means anybody.

    Raises:
        AuthError: none of them.
    """
    if roles and not roles & caller.roles:
        needed = ", ".join(sorted(roles))
        raise AuthError("AUTH.ROLE_MISSING", f"{caller.principal} lacks the role for this; it takes one of: {needed}")


def _tokenless(session: Session, *, local: bool, require_token: bool) -> Caller:
    if require_token or not local:
        raise AuthError("AUTH.TOKEN_MISSING", "this engine takes no calls without a token")
    agents = session.one("principal.any_agent") is not None
    if agents:
        return Caller(LOCAL_PERSON, LOCAL_ROLES_BESIDE_AGENTS, proven=False)
    return Caller(LOCAL_PERSON, LOCAL_ROLES)


def _active(principal: str, role: Role, *, revoked: bool) -> Caller:
    if revoked:
        raise AuthError("AUTH.PRINCIPAL_REVOKED", f"{principal} was revoked")
    return Caller(principal, IMPLIED[role])
