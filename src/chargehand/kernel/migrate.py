"""Numbered migrations, forward only. A database that a newer engine has touched is refused, never guessed at.

Files are `NNNN_pre_what.sql` (may be applied while the previous release still runs) or `NNNN_post_what.sql` (only after
it is gone). Each is applied in one transaction and remembered with its checksum; an edited file is refused.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from importlib import resources
from typing import Any, NamedTuple

from chargehand.kernel.store import Dialect, StoreCorruptError, StoreNewerError

_NAME = re.compile(r"^(\d{4})_(pre|post)_([a-z0-9_]+)\.sql$")

CREATE_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migration (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  checksum TEXT NOT NULL
)
"""


class Migration(NamedTuple):
    """One step of the schema: its number, file name, text and checksum."""

    number: int
    name: str
    text: str
    checksum: str


def load_migrations(dialect: Dialect, family: str) -> list[Migration]:
    """The migrations of a family (`engine`, `telemetry`), in order, numbered from 1 without holes."""
    folder = resources.files("chargehand.kernel").joinpath("sql", dialect, "migrations", family)
    found: list[Migration] = []
    for entry in folder.iterdir():
        match = _NAME.match(entry.name)
        if match is None:
            continue
        text = entry.read_text("utf-8")
        found.append(Migration(int(match[1]), entry.name[:-4], text, hashlib.sha256(text.encode()).hexdigest()))
    found.sort()
    assert [step.number for step in found] == list(range(1, len(found) + 1)), f"migrations with holes: {found}"
    return found


def pending(applied: Iterable[tuple[Any, ...]], known: list[Migration]) -> list[Migration]:
    """The migrations that are still to be applied.

    Args:
        applied: `(number, name, checksum)` as the database remembers them.
        known: the migrations of this engine.

    Raises:
        StoreNewerError: the database has a migration that this engine does not know.
        StoreCorruptError: a remembered migration differs from this engine's.
    """
    by_number = {step.number: step for step in known}
    done: set[int] = set()
    for number, name, checksum in applied:
        step = by_number.get(number)
        if step is None:
            raise StoreNewerError(f"the database has migration {name!r}, which this engine does not know; upgrade it")
        if step.checksum != checksum:
            raise StoreCorruptError(f"migration {name!r} in the database differs from this engine's")
        done.add(number)
    return [step for step in known if step.number not in done]


def statements(script: str) -> list[str]:
    """The single statements of a script. Our scripts have no semicolon inside a literal, which the test checks."""
    lines = [line for line in script.splitlines() if not line.lstrip().startswith("--")]
    return [text for part in "\n".join(lines).split(";") if (text := part.strip())]


def apply(steps: list[Migration], execute: Callable[[str], object], remember: Callable[[Migration], object]) -> None:
    """Run each step's statements, then remember it. The caller wraps all of it in one transaction."""
    for step in steps:
        for statement in statements(step.text):
            execute(statement)
        remember(step)
