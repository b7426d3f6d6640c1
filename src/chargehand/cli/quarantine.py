"""`chargehand quarantine`: what failed on a machine of the fleet and is barred."""

from __future__ import annotations

from typing import Annotated

import msgspec
from cyclopts import Parameter

from chargehand.cli import failure, screen
from chargehand.cli.engine import connected
from chargehand.cli.noun import noun
from chargehand.cli.options import DEFAULT, Options
from chargehand.contracts.page import Page
from chargehand.contracts.quarantine import OverrideBody, Quarantine, QuarantineBody, QuarantineStatus, Region

app = noun("quarantine")


@app.command
def add(
    *,
    reason: str,
    until: str,
    machine: str | None = None,
    program: str | None = None,
    material: str | None = None,
    tool: str | None = None,
    region: Annotated[tuple[str, ...], Parameter(name="--region", negative=())] = (),
    options: Options = DEFAULT,
) -> None:
    """Bar a program, a material, a tool or a region of parameters. What is named must all agree to be barred.

    Example: chargehand quarantine add --material titanium-ti6al4v --region spindle_speed=2800..3200 \
--reason "chatter marks on the wall" --until 2026-12-01T00:00:00Z

    Args:
        reason: what failed, in words.
        until: UTC time it ends.
        machine: only on this machine.
        program: sha256 of the program.
        material: material card.
        tool: cutting tool card.
        region: name=low..high in rev/min, mm/min or mm; may be repeated.
    """
    body = QuarantineBody(
        reason=reason,
        expires_at=until,
        machine=machine,
        program_sha256=None if program is None else program.removeprefix("sha256:"),
        material=material,
        tool=tool,
        region=dict(_region(text) for text in region),
    )
    with connected(options) as client:
        answer = client.raw("quarantine.open", body=body)
    _answered(answer.content, options)


@app.command(name="list")
def list_quarantines(
    *,
    status: QuarantineStatus | None = None,
    limit: int | None = None,
    cursor: str | None = None,
    options: Options = DEFAULT,
) -> None:
    """List entries, newest first.

    Example: chargehand quarantine list --status active

    Args:
        status: only this status.
        limit: most entries to answer with.
        cursor: `next_cursor` of the page before.
    """
    with connected(options) as client:
        answer = client.raw("quarantine.list", status=status, limit=limit, cursor=cursor)
    if options.json:
        screen.json_object(answer.content)
        return
    page = msgspec.json.decode(answer.content, type=Page[Quarantine])
    screen.table(
        ("Quarantine", "Status", "Bars", "Because", "By", "Until"),
        [(q.id, q.status, _bars(q), q.reason, q.created_by, q.expires_at) for q in page.items],
        empty="nothing is barred",
    )
    screen.more(page.next_cursor)


@app.command
def show(quarantine: str, /, *, options: Options = DEFAULT) -> None:
    """Show an entry.

    Example: chargehand quarantine show qua_01K...

    Args:
        quarantine: its id, as the reason of a denied verdict names it.
    """
    with connected(options) as client:
        answer = client.raw("quarantine.show", id=quarantine)
    _answered(answer.content, options)


@app.command
def override(quarantine: str, /, *, reason: str, options: Options = DEFAULT) -> None:
    """Lift an entry; the engine signs who did and why.

    Example: chargehand quarantine override qua_01K... --reason "the holder was replaced"

    Args:
        quarantine: its id.
        reason: why it no longer bars.
    """
    with connected(options) as client:
        answer = client.raw("quarantine.override", id=quarantine, body=OverrideBody(reason=reason))
    _answered(answer.content, options)


def _region(text: str) -> tuple[str, Region]:
    name, _, span = text.partition("=")
    low, dots, high = span.partition("..")
    try:
        if not (name and dots):
            raise ValueError(text)
        return name, Region(low=float(low), high=float(high))
    except ValueError as error:
        raise failure.Refusal(
            "REQ.BODY_INVALID",
            f"--region {text!r} is not name=low..high",
            "As in spindle_speed=2800..3200",
            failure.USAGE,
        ) from error


def _bars(entry: Quarantine) -> str:
    named = [
        f"{field} {value[:12] if field == 'program' else value}"
        for field, value in (
            ("machine", entry.machine),
            ("program", entry.program_sha256),
            ("material", entry.material),
            ("tool", entry.tool),
        )
        if value is not None
    ]
    named += [f"{name} {screen.number(span.low)}..{screen.number(span.high)}" for name, span in entry.region.items()]
    return ", ".join(named)


def _answered(content: bytes, options: Options) -> None:
    if options.json:
        screen.json_object(content)
        return
    found = msgspec.json.decode(content, type=Quarantine)
    override = found.override
    screen.facts(
        [
            ("quarantine", found.id),
            ("status", found.status),
            ("bars", _bars(found)),
            ("because", found.reason),
            ("decision", found.source),
            ("made by", found.created_by),
            ("made", found.created_at),
            ("until", found.expires_at),
            ("lifted by", None if override is None else override.by),
            ("lifted", None if override is None else override.at),
            ("why", None if override is None else override.reason),
            ("signature", None if override is None else override.signature),
        ]
    )
