"""Cards of cutting tools and materials: what a proposal may name."""

from __future__ import annotations

from chargehand.contracts.calls.parameters import PAGED
from chargehand.contracts.calls.record import Operation
from chargehand.contracts.card import MaterialCard, ToolCard
from chargehand.contracts.page import Page

OPERATIONS = (
    Operation(
        name="tool.list",
        method="GET",
        path="/v1/tools",
        summary="List the cards of cutting tools, by id.",
        docs="The cards that verdicts are judged by. What agents call is declared in the policy instead.",
        output=Page[ToolCard],
        query=PAGED,
    ),
    Operation(
        name="material.list",
        method="GET",
        path="/v1/materials",
        summary="List the cards of materials, by id.",
        docs="The cards that verdicts are judged by.",
        output=Page[MaterialCard],
        query=PAGED,
    ),
)
