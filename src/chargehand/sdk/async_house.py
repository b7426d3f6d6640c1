"""The engine by noun, typed: its rules, its record, who may call, how it is. For the asynchronous client.

`house.py` has the same names and parameters. Each method is its operation of the registry and nothing more: what it
means, which roles it takes and what it answers stands there. `each` walks a list page after page. All raise
`ClientError`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

from chargehand.contracts.codes.record import ReasonCode
from chargehand.contracts.ledger import Checkpoint, ConsistencyProof, InclusionProof, LedgerReport
from chargehand.contracts.page import Page
from chargehand.contracts.policy import PolicyRecord
from chargehand.contracts.principal import (
    Principal,
    PrincipalAddBody,
    PrincipalToken,
    Role,
    SessionBody,
    SessionRecord,
)
from chargehand.contracts.system import Health, Version
from chargehand.sdk.async_noun import AsyncNoun


class AsyncPolicies(AsyncNoun):
    """Policies: what the auditor goes by."""

    async def list(self, *, limit: int | None = None, cursor: str | None = None) -> Page[PolicyRecord]:
        """List loaded policies."""
        page: Page[PolicyRecord] = await self._client.call("policy.list", limit=limit, cursor=cursor)
        return page

    def each(self) -> AsyncIterator[PolicyRecord]:
        """Every loaded policy."""
        return self._client.each("policy.list")

    async def show(self, name: str) -> PolicyRecord:
        """Show a policy as it was parsed."""
        record: PolicyRecord = await self._client.call("policy.show", name=name)
        return record


class AsyncReasons(AsyncNoun):
    """Reason codes of the engine, which may be newer than those of this client."""

    async def list(
        self, *, limit: int | None = None, cursor: str | None = None, family: str | None = None
    ) -> Page[ReasonCode]:
        """List the reason codes."""
        page: Page[ReasonCode] = await self._client.call("reason.list", limit=limit, cursor=cursor, family=family)
        return page

    def each(self, *, family: str | None = None) -> AsyncIterator[ReasonCode]:
        """Every reason code."""
        return self._client.each("reason.list", family=family)

    async def show(self, code: str) -> ReasonCode:
        """Show a reason code."""
        record: ReasonCode = await self._client.call("reason.show", code=code)
        return record


class AsyncLedger(AsyncNoun):
    """The ledger: checkpoints, proofs, verification, export."""

    async def checkpoint(self, *, size: int | None = None) -> Checkpoint:
        """Get a signed checkpoint of the log."""
        checkpoint: Checkpoint = await self._client.call("ledger.checkpoint", size=size)
        return checkpoint

    async def proof(self, seq: int, *, size: int | None = None) -> InclusionProof:
        """Prove that an event is in the log."""
        proof: InclusionProof = await self._client.call("ledger.proof", seq=seq, size=size)
        return proof

    async def consistency(self, first: int, *, second: int | None = None) -> ConsistencyProof:
        """Prove that the log only grew between two sizes."""
        proof: ConsistencyProof = await self._client.call("ledger.consistency", first=first, second=second)
        return proof

    async def verify(self) -> LedgerReport:
        """Check every recorded byte again."""
        report: LedgerReport = await self._client.call("ledger.verify")
        return report

    def export(self) -> AsyncGenerator[bytes, None]:
        """The log for offline verification, in pieces as they arrive."""
        return self._client.download("ledger.export")


class AsyncPrincipals(AsyncNoun):
    """Principals: who may call."""

    async def add(self, name: str, role: Role) -> PrincipalToken:
        """Add a principal and get its token, this once."""
        made: PrincipalToken = await self._client.call("principal.add", body=PrincipalAddBody(name=name, role=role))
        return made

    async def list(self, *, limit: int | None = None, cursor: str | None = None) -> Page[Principal]:
        """List principals, the revoked ones too."""
        page: Page[Principal] = await self._client.call("principal.list", limit=limit, cursor=cursor)
        return page

    def each(self) -> AsyncIterator[Principal]:
        """Every principal."""
        return self._client.each("principal.list")

    async def revoke(self, principal_id: str) -> None:
        """Revoke a principal at once."""
        await self._client.call("principal.revoke", id=principal_id)


class AsyncSessions(AsyncNoun):
    """Sessions: the cookie that a token is swapped for; the client keeps it."""

    async def create(self, *, token: str | None = None, code: str | None = None) -> SessionRecord:
        """Swap a token or the code of a one-time link for a session."""
        record: SessionRecord = await self._client.call("session.create", body=SessionBody(token=token, code=code))
        return record

    async def show(self) -> SessionRecord:
        """Show who the caller is."""
        record: SessionRecord = await self._client.call("session.show")
        return record

    async def delete(self) -> None:
        """Sign out."""
        await self._client.call("session.delete")


class AsyncSystem(AsyncNoun):
    """The engine about itself. The log is the client's own `events`."""

    async def health(self) -> Health:
        """Say whether the engine is well."""
        health: Health = await self._client.call("system.health")
        return health

    async def version(self) -> Version:
        """Say which engine and which contracts these are."""
        version: Version = await self._client.call("system.version")
        return version
