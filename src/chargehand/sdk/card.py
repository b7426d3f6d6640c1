"""Cards of cutting tools and materials, typed. For the synchronous client.

`async_card.py` has the same names and parameters. All raise `ClientError`.
"""

from __future__ import annotations

from collections.abc import Iterator

from chargehand.contracts.card import MaterialCard, ToolCard
from chargehand.contracts.page import Page
from chargehand.sdk.noun import Noun


class Tools(Noun):
    """Cutting tools: what a proposal may name as its tool."""

    def list(self, *, limit: int | None = None, cursor: str | None = None) -> Page[ToolCard]:
        """List the cards of cutting tools, by id."""
        page: Page[ToolCard] = self._client.call("tool.list", limit=limit, cursor=cursor)
        return page

    def each(self) -> Iterator[ToolCard]:
        """Every card of a cutting tool, by id."""
        return self._client.each("tool.list")


class Materials(Noun):
    """Materials: what a proposal may name as its material."""

    def list(self, *, limit: int | None = None, cursor: str | None = None) -> Page[MaterialCard]:
        """List the cards of materials, by id."""
        page: Page[MaterialCard] = self._client.call("material.list", limit=limit, cursor=cursor)
        return page

    def each(self) -> Iterator[MaterialCard]:
        """Every card of a material, by id."""
        return self._client.each("material.list")
