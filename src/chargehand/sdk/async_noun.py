"""What a noun of the asynchronous client is, and what it needs of its client."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, Protocol


class AsyncCalls(Protocol):
    """What a noun needs of its client."""

    async def call(self, name: str, /, **given: Any) -> Any:
        """The record that an operation answers with."""
        ...

    def each(self, name: str, /, **given: Any) -> AsyncIterator[Any]:
        """Every record of a list."""
        ...

    def download(self, name: str, /, **arguments: Any) -> AsyncGenerator[bytes, None]:
        """The bytes of a large answer."""
        ...


class AsyncNoun:
    """Operations on one noun."""

    def __init__(self, client: AsyncCalls) -> None:
        self._client = client
