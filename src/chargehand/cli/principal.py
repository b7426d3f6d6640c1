"""`chargehand principal`: who may call."""

from __future__ import annotations

from typing import Annotated

import msgspec
from cyclopts import Parameter

from chargehand.cli import screen
from chargehand.cli.engine import connected
from chargehand.cli.noun import noun
from chargehand.cli.options import DEFAULT, Options
from chargehand.contracts.page import Page
from chargehand.contracts.principal import Principal, PrincipalAddBody, PrincipalToken, Role

app = noun("principal")


@app.command
def add(name: str, /, *, role: Annotated[Role, Parameter(required=True)], options: Options = DEFAULT) -> None:
    """Add a principal and print its token, this once.

    As soon as there is an agent, calls without a token may read and propose, but no longer approve or administer.

    Example: chargehand principal add planner --role agent --json

    Args:
        name: letters, digits, - _ and dot; its role puts agent: or human: before it.
        role: what it may do.
    """
    with connected(options) as client:
        answer = client.raw("principal.add", body=PrincipalAddBody(name=name, role=role))
    if options.json:
        screen.json_object(answer.content)
        return
    made = msgspec.json.decode(answer.content, type=PrincipalToken)
    screen.line(f"{made.id}  {made.token}")
    screen.note("This token is shown once and kept only as a digest. Hand it over as CHARGEHAND_TOKEN.")
    if role == "agent":
        screen.note("Calls without a token can no longer approve or administer: sign in with `chargehand login`.")


@app.command(name="list")
def list_principals(*, limit: int | None = None, cursor: str | None = None, options: Options = DEFAULT) -> None:
    """List principals, the revoked ones too.

    Example: chargehand principal list

    Args:
        limit: most principals to answer with.
        cursor: `next_cursor` of the page before.
    """
    with connected(options) as client:
        answer = client.raw("principal.list", limit=limit, cursor=cursor)
    if options.json:
        screen.json_object(answer.content)
        return
    page = msgspec.json.decode(answer.content, type=Page[Principal])
    screen.table(
        ("Principal", "Role", "Added", "By", "Revoked"),
        [(p.id, p.role, p.created_at, p.created_by, p.revoked_at) for p in page.items],
        empty="no principal: calls from this machine need no token",
    )
    screen.more(page.next_cursor)


@app.command
def revoke(principal: str, /, *, options: Options = DEFAULT) -> None:
    """Revoke a principal at once: its token, its sessions, its unused permits.

    Example: chargehand principal revoke agent:planner

    Args:
        principal: its id, agent:planner.
    """
    with connected(options) as client:
        client.principal.revoke(principal)
    if options.json:
        screen.json_record({"id": principal, "revoked": True})
    else:
        screen.line(f"{principal}  revoked")
