"""The quarantine list, typed: what is barred on the fleet's machines. For the asynchronous client.

`quarantine.py` has the same names and parameters. All raise `ClientError`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from chargehand.contracts.page import Page
from chargehand.contracts.quarantine import OverrideBody, Quarantine, QuarantineBody, QuarantineStatus
from chargehand.sdk.async_noun import AsyncNoun


class AsyncQuarantines(AsyncNoun):
    """Entries: bar something, read them, lift one."""

    async def open(self, body: QuarantineBody, *, idempotency_key: str | None = None) -> Quarantine:
        """Bar a program, material, tool or region of parameters."""
        entry: Quarantine = await self._client.call("quarantine.open", body=body, idempotency_key=idempotency_key)
        return entry

    async def list(
        self, *, limit: int | None = None, cursor: str | None = None, status: QuarantineStatus | None = None
    ) -> Page[Quarantine]:
        """List entries, newest first."""
        page: Page[Quarantine] = await self._client.call("quarantine.list", limit=limit, cursor=cursor, status=status)
        return page

    def each(self, *, status: QuarantineStatus | None = None) -> AsyncIterator[Quarantine]:
        """Every entry, newest first."""
        return self._client.each("quarantine.list", status=status)

    async def show(self, quarantine_id: str) -> Quarantine:
        """Show an entry."""
        entry: Quarantine = await self._client.call("quarantine.show", id=quarantine_id)
        return entry

    async def override(
        self,
        quarantine_id: str,
        reason: str,
        *,
        if_match: str | int | None = None,
        idempotency_key: str | None = None,
    ) -> Quarantine:
        """Lift an entry by a person's word, signed by the engine."""
        entry: Quarantine = await self._client.call(
            "quarantine.override",
            id=quarantine_id,
            body=OverrideBody(reason=reason),
            if_match=if_match,
            idempotency_key=idempotency_key,
        )
        return entry
