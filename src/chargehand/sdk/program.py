"""Part programs, typed: stored by the digest of their text. For the synchronous client.

`async_program.py` has the same names and parameters. All raise `ClientError`.
"""

from __future__ import annotations

from collections.abc import Iterator

from chargehand.contracts.page import Page
from chargehand.contracts.program import ProgramBody, ProgramRecord, ProgramText
from chargehand.sdk.noun import Noun


class Programs(Noun):
    """Part programs: store one, read them."""

    def put(self, name: str, text: str, *, idempotency_key: str | None = None) -> ProgramRecord:
        """Store a part program by the digest of its text."""
        stored: ProgramRecord = self._client.call(
            "program.put", body=ProgramBody(name=name, text=text), idempotency_key=idempotency_key
        )
        return stored

    def list(self, *, limit: int | None = None, cursor: str | None = None) -> Page[ProgramRecord]:
        """List stored programs by digest."""
        page: Page[ProgramRecord] = self._client.call("program.list", limit=limit, cursor=cursor)
        return page

    def each(self) -> Iterator[ProgramRecord]:
        """Every stored program, by digest."""
        return self._client.each("program.list")

    def show(self, sha256: str) -> ProgramText:
        """Show a program with its text."""
        found: ProgramText = self._client.call("program.show", id=sha256)
        return found
