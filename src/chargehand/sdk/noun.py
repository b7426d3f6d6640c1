"""What a noun of the synchronous client is, and what it needs of its client."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any, Protocol


class Calls(Protocol):
    """What a noun needs of its client."""

    def call(self, name: str, /, **given: Any) -> Any:
        """The record that an operation answers with."""
        ...

    def each(self, name: str, /, **given: Any) -> Iterator[Any]:
        """Every record of a list."""
        ...

    def download(self, name: str, /, **arguments: Any) -> Generator[bytes, None, None]:
        """The bytes of a large answer."""
        ...


class Noun:
    """Operations on one noun."""

    def __init__(self, client: Calls) -> None:
        self._client = client
