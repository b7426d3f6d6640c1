"""What people and programs see: tables and facts for people, one JSON object for programs, both on standard output.

Text from outside is made visible before it is shown: a proposal's words cannot move the cursor or hide a line. Colours
appear on a terminal only, and not where `NO_COLOR` is set.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

PIPE_WIDTH = 200
"""Characters in a line where there is no terminal to fit."""

STYLES = {
    "allow": "green",
    "allow_with_obligations": "green",
    "needs_approval": "yellow",
    "deny": "red",
    "indeterminate": "red",
    "online": "green",
    "stale": "yellow",
    "offline": "red",
    "faulted": "red",
    "ok": "green",
    "warn": "yellow",
    "fail": "red",
    "pending": "yellow",
    "executed": "green",
    "applied": "green",
}


def json_object(content: bytes) -> None:
    """Print an engine's answer with `schema_version`, its other bytes untouched."""
    members = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    if "schema_version" not in members:
        content = b'{"schema_version":1' + (b"," if members else b"") + content[1:]
    json_line(content)


def json_record(record: Any) -> None:
    """Print a record as one JSON object with `schema_version`."""
    json_line(msgspec.json.encode({"schema_version": 1, **msgspec.to_builtins(record)}))


def json_line(content: bytes) -> None:
    """Print bytes of JSON as a line, at once."""
    print(content.decode(), flush=True)


def line(text: str = "") -> None:
    """Print a line of data for people, at once."""
    print(visible(text), flush=True)


def note(text: str) -> None:
    """Say something that is no data."""
    print(visible(text), file=sys.stderr, flush=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str = "nothing") -> None:
    """Print rows under their headings; says what is missing where there are none."""
    from rich import box
    from rich.table import Table

    found = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in found.columns:
        column.overflow = "fold"
    for row in rows:
        found.add_row(*[_cell(value) for value in row])
    if found.row_count:
        _console().print(found)
    else:
        note(empty)


def more(cursor: str | None) -> None:
    """Say that a list goes on."""
    if cursor is not None:
        note(f"more: --cursor {cursor}")


def facts(pairs: Iterable[tuple[str, Any]]) -> None:
    """Print names and values below each other; what is null is left out."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in pairs:
        if value is not None and value not in ([], {}):
            grid.add_row(_cell(name), _cell(value))
    _console().print(grid)


def number(value: Any) -> str:
    """A number as people read it; other values as text."""
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else str(value)


def visible(text: str) -> str:
    """The text with whatever does not print written out; line feeds stay."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode("ascii") for c in text)


def _cell(value: Any) -> Any:
    from rich.text import Text

    if isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, list | tuple | set | frozenset):
        text = ", ".join(number(item) for item in value)
    elif isinstance(value, dict):
        text = ", ".join(f"{name} {number(item)}" for name, item in value.items())
    else:
        text = number(value)
    return Text(visible(text), style=STYLES.get(text, ""))


def _console() -> Any:
    from rich.console import Console

    return Console(
        file=sys.stdout,
        width=None if sys.stdout.isatty() else PIPE_WIDTH,
        highlight=False,
        soft_wrap=False,
        emoji=False,
    )
