"""The engine by noun, typed: its rules, its record, who may call, how it is. For the synchronous client.

`async_house.py` has the same names and parameters. Each method is its operation of the registry and nothing more: what
it means, which roles it takes and what it answers stands there. `each` walks a list page after page. All raise
`ClientError`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

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
from chargehand.sdk.noun import Noun


class Policies(Noun):
    """Policies: what the auditor goes by."""

    def list(self, *, limit: int | None = None, cursor: str | None = None) -> Page[PolicyRecord]:
        """List loaded policies."""
        page: Page[PolicyRecord] = self._client.call("policy.list", limit=limit, cursor=cursor)
        return page

    def each(self) -> Iterator[PolicyRecord]:
        """Every loaded policy."""
        return self._client.each("policy.list")

    def show(self, name: str) -> PolicyRecord:
        """Show a policy as it was parsed."""
        record: PolicyRecord = self._client.call("policy.show", name=name)
        return record


class Reasons(Noun):
    """Reason codes of the engine, which may be newer than those of this client."""

    def list(
        self, *, limit: int | None = None, cursor: str | None = None, family: str | None = None
    ) -> Page[ReasonCode]:
        """List the reason codes."""
        page: Page[ReasonCode] = self._client.call("reason.list", limit=limit, cursor=cursor, family=family)
        return page

    def each(self, *, family: str | None = None) -> Iterator[ReasonCode]:
        """Every reason code."""
        return self._client.each("reason.list", family=family)

    def show(self, code: str) -> ReasonCode:
        """Show a reason code."""
        record: ReasonCode = self._client.call("reason.show", code=code)
        return record


class Ledger(Noun):
    """The ledger: checkpoints, proofs, verification, export."""

    def checkpoint(self, *, size: int | None = None) -> Checkpoint:
        """Get a signed checkpoint of the log."""
        checkpoint: Checkpoint = self._client.call("ledger.checkpoint", size=size)
        return checkpoint

    def proof(self, seq: int, *, size: int | None = None) -> InclusionProof:
        """Prove that an event is in the log."""
        proof: InclusionProof = self._client.call("ledger.proof", seq=seq, size=size)
        return proof

    def consistency(self, first: int, *, second: int | None = None) -> ConsistencyProof:
        """Prove that the log only grew between two sizes."""
        proof: ConsistencyProof = self._client.call("ledger.consistency", first=first, second=second)
        return proof

    def verify(self) -> LedgerReport:
        """Check every recorded byte again."""
        report: LedgerReport = self._client.call("ledger.verify")
        return report

    def export(self) -> Generator[bytes, None, None]:
        """The log for offline verification, in pieces as they arrive."""
        return self._client.download("ledger.export")


class Principals(Noun):
    """Principals: who may call."""

    def add(self, name: str, role: Role) -> PrincipalToken:
        """Add a principal and get its token, this once."""
        made: PrincipalToken = self._client.call("principal.add", body=PrincipalAddBody(name=name, role=role))
        return made

    def list(self, *, limit: int | None = None, cursor: str | None = None) -> Page[Principal]:
        """List principals, the revoked ones too."""
        page: Page[Principal] = self._client.call("principal.list", limit=limit, cursor=cursor)
        return page

    def each(self) -> Iterator[Principal]:
        """Every principal."""
        return self._client.each("principal.list")

    def revoke(self, principal_id: str) -> None:
        """Revoke a principal at once."""
        self._client.call("principal.revoke", id=principal_id)


class Sessions(Noun):
    """Sessions: the cookie that a token is swapped for; the client keeps it."""

    def create(self, *, token: str | None = None, code: str | None = None) -> SessionRecord:
        """Swap a token or the code of a one-time link for a session."""
        record: SessionRecord = self._client.call("session.create", body=SessionBody(token=token, code=code))
        return record

    def show(self) -> SessionRecord:
        """Show who the caller is."""
        record: SessionRecord = self._client.call("session.show")
        return record

    def delete(self) -> None:
        """Sign out."""
        self._client.call("session.delete")


class System(Noun):
    """The engine about itself. The log is the client's own `events`."""

    def health(self) -> Health:
        """Say whether the engine is well."""
        health: Health = self._client.call("system.health")
        return health

    def version(self) -> Version:
        """Say which engine and which contracts these are."""
        version: Version = self._client.call("system.version")
        return version
