"""Cards of cutting tools and materials, typed. For the asynchronous client.

`card.py` has the same names and parameters. All raise `ClientError`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from chargehand.contracts.card import MaterialCard, ToolCard
from chargehand.contracts.page import Page
from chargehand.sdk.async_noun import AsyncNoun


class AsyncTools(AsyncNoun):
    """Cutting tools: what a proposal may name as its tool."""

    async def list(self, *, limit: int | None = None, cursor: str | None = None) -> Page[ToolCard]:
        """List the cards of cutting tools, by id."""
        page: Page[ToolCard] = await self._client.call("tool.list", limit=limit, cursor=cursor)
        return page

    def each(self) -> AsyncIterator[ToolCard]:
        """Every card of a cutting tool, by id."""
        return self._client.each("tool.list")


class AsyncMaterials(AsyncNoun):
    """Materials: what a proposal may name as its material."""

    async def list(self, *, limit: int | None = None, cursor: str | None = None) -> Page[MaterialCard]:
        """List the cards of materials, by id."""
        page: Page[MaterialCard] = await self._client.call("material.list", limit=limit, cursor=cursor)
        return page

    def each(self) -> AsyncIterator[MaterialCard]:
        """Every card of a material, by id."""
        return self._client.each("material.list")
