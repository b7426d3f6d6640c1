"""Principals and roles. Who acted always comes from the credential, never from a request body."""

from __future__ import annotations

from typing import Literal

import msgspec

Role = Literal["viewer", "operator", "approver", "admin", "agent"]
ROLES: tuple[Role, ...] = ("viewer", "operator", "approver", "admin", "agent")

IMPLIED: dict[Role, frozenset[Role]] = {
    "viewer": frozenset({"viewer"}),
    "operator": frozenset({"operator", "viewer"}),
    "approver": frozenset({"approver", "viewer"}),
    "admin": frozenset({"admin", "operator", "approver", "viewer"}),
    "agent": frozenset({"agent", "viewer"}),
}
"""What each role may do besides its own. An agent proposes and reads; it never approves and never administers."""


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may act.

    Attributes:
        id: `agent:demo`, `human:anna`.
        role: the role given to it.
        created_at: UTC time.
        created_by: who added it.
        revoked_at: UTC time, or null while it is active.
    """

    id: str
    role: Role
    created_at: str
    created_by: str
    revoked_at: str | None = None


class PrincipalAddBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is posted to `/v1/principals`.

    Attributes:
        name: letters, digits, `-`, `_`, `.`; prefixed with `agent:` or `human:` by its role.
        role: viewer, operator, approver, admin or agent.
    """

    name: str
    role: Role


class PrincipalToken(msgspec.Struct, frozen=True, kw_only=True):
    """A new principal with its token. The token is shown this once and stored as a digest.

    Attributes:
        schema_version: version of this record.
        id: the principal.
        token: the token.
    """

    schema_version: int
    id: str
    token: str


class SessionBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is posted to `/v1/session`: either a token or the code of a one-time link.

    Attributes:
        token: a principal's token.
        code: code of the one-time sign-in link.
    """

    token: str | None = None
    code: str | None = None


class SessionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Who the caller is.

    Attributes:
        principal: `human:local` for a tokenless call on loopback.
        roles: every role it has at present.
        expires_at: UTC time the session ends, or null for a token.
    """

    principal: str
    roles: list[Role]
    expires_at: str | None = None


class PrincipalAdded(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `principal.added`.

    Attributes:
        role: the role.
        token_digest: digest of its token.
    """

    role: Role
    token_digest: str


class PrincipalRevoked(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `principal.revoked`.

    Attributes:
        revoked_at: UTC time.
    """

    revoked_at: str
