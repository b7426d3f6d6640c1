"""`chargehand material`: the cards of work materials, which proposals name by id."""

from __future__ import annotations

import msgspec

from chargehand.cli import screen
from chargehand.cli.engine import connected
from chargehand.cli.noun import noun
from chargehand.cli.options import DEFAULT, Options
from chargehand.contracts.card import MaterialCard
from chargehand.contracts.page import Page

app = noun("material")


@app.command(name="list")
def list_materials(*, limit: int | None = None, cursor: str | None = None, options: Options = DEFAULT) -> None:
    """List the cards of materials, by id.

    Example: chargehand material list

    Args:
        limit: most cards to answer with.
        cursor: `next_cursor` of the page before.
    """
    with connected(options) as client:
        answer = client.raw("material.list", limit=limit, cursor=cursor)
    if options.json:
        screen.json_object(answer.content)
        return
    page = msgspec.json.decode(answer.content, type=Page[MaterialCard])
    screen.table(
        ("Material", "Name", "Group", "kc1.1 N/mm2", "mc", "Never dry", "Source"),
        [(m.id, m.name, m.group, m.kc1_1, m.mc, m.coolant, m.source) for m in page.items],
        empty="no material",
    )
    screen.more(page.next_cursor)
