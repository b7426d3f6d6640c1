"""`chargehand tool`: the cards of cutting tools, which proposals name by id."""

from __future__ import annotations

import msgspec

from chargehand.cli import screen
from chargehand.cli.engine import connected
from chargehand.cli.noun import noun
from chargehand.cli.options import DEFAULT, Options
from chargehand.contracts.card import ToolCard
from chargehand.contracts.page import Page

app = noun("tool")


@app.command(name="list")
def list_tools(*, limit: int | None = None, cursor: str | None = None, options: Options = DEFAULT) -> None:
    """List the cards of cutting tools, by id.

    Example: chargehand tool list

    Args:
        limit: most cards to answer with.
        cursor: `next_cursor` of the page before.
    """
    with connected(options) as client:
        answer = client.raw("tool.list", limit=limit, cursor=cursor)
    if options.json:
        screen.json_object(answer.content)
        return
    page = msgspec.json.decode(answer.content, type=Page[ToolCard])
    screen.table(
        ("Tool", "Name", "Kind", "Diameter mm", "Teeth", "Flute mm", "Speed rev/min", "For"),
        [
            (
                tool.id,
                tool.name,
                tool.kind,
                tool.diameter,
                tool.teeth,
                tool.flute_length,
                f"{screen.number(tool.spindle_speed_min)}..{screen.number(tool.spindle_speed_max)}",
                [use.group for use in tool.uses],
            )
            for tool in page.items
        ],
        empty="no tool",
    )
    screen.more(page.next_cursor)
