"""`chargehand machine`: machines, their state, their live telemetry."""

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
from chargehand.contracts.limit import MachineLimit, MachineLimits
from chargehand.contracts.machine import GapFrame, Machine, TelemetryFrame
from chargehand.contracts.page import Page

app = noun("machine")

WATCHED = ("execution", "spindle_speed", "feed_rate", "spindle_load", "spindle_temperature", "coolant_flow")
"""Signals that `watch` shows, of those that the machine has."""


@app.command(name="list")
def list_machines(
    *,
    site: str | None = None,
    cell: str | None = None,
    with_state: Annotated[bool, Parameter(negative=())] = False,
    limit: int | None = None,
    cursor: str | None = None,
    options: Options = DEFAULT,
) -> None:
    """List machines.

    Example: chargehand machine list --cell Milling
    Example: chargehand machine list --with-state

    Args:
        site: only machines of this site.
        cell: only machines of this cell.
        with_state: also what each machine does, since when, and the newest verdict about it.
        limit: most machines to answer with.
        cursor: `next_cursor` of the page before.
    """
    with connected(options) as client:
        answer = client.raw(
            "machine.list", site=site, cell=cell, with_state=with_state or None, limit=limit, cursor=cursor
        )
    if options.json:
        screen.json_object(answer.content)
        return
    page = msgspec.json.decode(answer.content, type=Page[Machine])
    if with_state:
        screen.table(
            ("Machine", "Name", "Source", "Connection", "Execution", "Since", "Program", "Last verdict"),
            [_doing(machine) for machine in page.items],
            empty="no machine",
        )
    else:
        screen.table(
            ("Machine", "Name", "Kind", "Site", "Cell", "Source", "Connection", "Writable"),
            [(m.id, m.name, m.kind, m.site, m.cell, m.source, m.connection, m.writable) for m in page.items],
            empty="no machine",
        )
    screen.more(page.next_cursor)


@app.command
def show(machine: str, /, *, options: Options = DEFAULT) -> None:
    """Show a machine with its present state.

    Example: chargehand machine show CNC-001

    Args:
        machine: the machine, CNC-001.
    """
    with connected(options) as client:
        answer = client.raw("machine.show", id=machine)
    if options.json:
        screen.json_object(answer.content)
        return
    found = msgspec.json.decode(answer.content, type=Machine)
    screen.facts(
        [
            ("machine", f"{found.id}, {found.name}"),
            ("kind", found.kind),
            ("place", f"{found.site}, {found.cell}"),
            ("source", found.source),
            ("connection", found.connection),
            ("writable", found.writable),
            ("quarantined", found.quarantined),
            ("since", found.state_since),
            ("last verdict", _verdict(found)),
        ]
    )
    if found.state is None:
        return
    state = found.state
    screen.facts([("mode", state.mode), ("execution", state.execution), ("newest frame", state.seq)])
    screen.table(
        ("Interlock", "State"),
        [(name, _reported(value)) for name, value in msgspec.structs.asdict(state.interlocks).items()],
    )
    screen.table(
        ("Setting", "Value"), [row for row in msgspec.structs.asdict(state.setup).items() if row[1] not in (None, {})]
    )
    screen.table(
        ("Signal", "Value", "Unit", "Quality"),
        [(name, value.v, value.u, value.q) for name, value in sorted(state.values.items())],
        empty="no signal has arrived",
    )


@app.command
def limits(machine: str, /, *, options: Options = DEFAULT) -> None:
    """Show what a machine is held to at present: its card, and the policy where that is stricter.

    Example: chargehand machine limits CNC-001

    Args:
        machine: the machine, CNC-001.
    """
    with connected(options) as client:
        answer = client.raw("machine.limits", id=machine)
    if options.json:
        screen.json_object(answer.content)
        return
    found = msgspec.json.decode(answer.content, type=MachineLimits)
    screen.table(
        ("Field", "Least", "Most", "Unit", "From", "Entry"),
        [row for limit in found.items for row in _entries(limit)],
        empty="no limit",
    )


@app.command
def watch(
    machine: str,
    /,
    *,
    after: int | None = None,
    instance: str | None = None,
    count: int | None = None,
    jsonl: Annotated[bool, Parameter(negative=())] = False,
    options: Options = DEFAULT,
) -> None:
    """Follow a machine's telemetry until you stop it. A cut connection is taken up where it broke.

    Example: chargehand machine watch CNC-001 --count 5

    Args:
        machine: the machine, CNC-001.
        after: begin after this frame; absent means now.
        instance: instance that `--after` belongs to.
        count: stop after so many frames.
        jsonl: one JSON object in each line, as the engine sent it.
    """
    with (
        connected(options) as client,
        closing(client.follow_telemetry(machine, after=after, instance_id=instance)) as found,
    ):
        for received in itertools.islice(found, count):
            if jsonl or options.json:
                screen.json_line(received.data)
            else:
                screen.line(describe(received.item))


def _entries(limit: MachineLimit) -> list[tuple[Any, ...]]:
    """A limit's rows: one per entry that sets an end of it."""
    low, high = limit.min, limit.max
    if low is not None and high is not None and low.rule_id == high.rule_id:
        return [(limit.field, low.value, high.value, limit.unit, low.origin, low.rule_id)]
    rows: list[tuple[Any, ...]] = []
    if low is not None:
        rows.append((limit.field, low.value, None, limit.unit, low.origin, low.rule_id))
    if high is not None:
        rows.append((limit.field, None, high.value, limit.unit, high.origin, high.rule_id))
    return rows


def _doing(machine: Machine) -> tuple[Any, ...]:
    """A machine's row with what it does."""
    state = machine.state
    execution, program = (None, None) if state is None else (state.execution, state.setup.program)
    return (
        machine.id,
        machine.name,
        machine.source,
        machine.connection,
        execution,
        machine.state_since,
        program,
        _verdict(machine),
    )


def _verdict(machine: Machine) -> str | None:
    """The newest verdict about a machine in two words."""
    last = machine.last_decision
    return None if last is None else f"{last.verdict} {last.primary_code}"


def _reported(value: bool | list[str] | None) -> bool | list[str] | str:
    """What a machine does not report is said to be so: it is neither open nor closed."""
    if value is None:
        return "not reported"
    return value if value != [] else "none"


def describe(frame: TelemetryFrame | GapFrame) -> str:
    """A frame, or a gap, in one line."""
    if isinstance(frame, GapFrame):
        return f"-- gap: {frame.from_} to {frame.to} are missing ({frame.code})"
    shown = []
    for name in WATCHED:
        value = frame.values.get(name)
        if value is not None:
            doubt = "" if value.q == "good" else f" ({value.q})"
            shown.append(f"{name} {screen.number(value.v)}{' ' + value.u if value.u else ''}{doubt}")
    return f"{frame.ts_ingest}  {frame.machine_id} {frame.seq:>6}  {frame.quality:<5}  {'  '.join(shown)}"
