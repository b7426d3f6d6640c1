"""`chargehand event`: the log as it grows."""

from __future__ import annotations

import itertools
from contextlib import closing
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from chargehand.cli import screen
from chargehand.cli.engine import connected
from chargehand.cli.noun import noun
from chargehand.cli.options import DEFAULT, Options
from chargehand.contracts.envelope import EngineEvent
from chargehand.contracts.machine import GapFrame

app = noun("event")


@app.command
def tail(
    *,
    types: str | None = None,
    subject: str | None = None,
    after: int | None = None,
    count: int | None = None,
    jsonl: Annotated[bool, Parameter(negative=())] = False,
    options: Options = DEFAULT,
) -> None:
    """Follow the log until you stop it. A cut connection is taken up where it broke: no event is lost or comes twice.

    Example: chargehand event tail --types 'proposal.*,approval.*' --after 0 --jsonl

    Args:
        types: kinds, separated by commas; 'proposal.*' takes a family.
        subject: only what is about this subject, machine/CNC-001.
        after: begin after this position; 0 is the start of the log, absent means now.
        count: stop after so many events.
        jsonl: one JSON object in each line, as the engine sent it.
    """
    with (
        connected(options) as client,
        closing(client.follow_events(types=types, subject=subject, after=after)) as found,
    ):
        for received in itertools.islice(found, count):
            if jsonl or options.json:
                screen.json_line(received.data)
            else:
                screen.line(describe(received.item))


def describe(event: EngineEvent | GapFrame) -> str:
    """An event, or a gap, in one line."""
    if isinstance(event, GapFrame):
        return f"-- gap: {event.from_} to {event.to} are missing ({event.code})"
    about = f"{event.type:<20}  {event.subject}  {event.actor}  {_gist(event.data)}"
    return f"{event.seq:>7}  {event.time}  {about}".rstrip()


def _gist(data: Any) -> str:
    if not isinstance(data, dict):
        return "(erased)" if data is None else ""
    verdict = data.get("verdict")
    if isinstance(verdict, dict):
        return f"{verdict.get('verdict')} {', '.join(verdict.get('reason_codes', []))}"
    outcome = data.get("outcome")
    if isinstance(outcome, dict):
        return str(outcome.get("status"))
    known = [data[name] for name in ("status", "connection", "level", "code", "role", "name") if data.get(name)]
    return " ".join(text for text in known if isinstance(text, str)) or _short(data)


def _short(data: dict[str, Any]) -> str:
    text = msgspec.json.encode(data).decode()
    return text if len(text) <= 60 else text[:57] + "..."
