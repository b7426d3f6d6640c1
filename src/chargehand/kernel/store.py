"""The Store seam: a database that runs named queries inside transactions.

A query lives in a `.sql` file under `kernel/sql/<dialect>/queries`, one file per domain, and is called by
`domain.name`. Parameters are written `:name` in both dialects. There is no SQL anywhere else and no third dialect:
tests use SQLite's `:memory:`. A Store knows nothing of events, proposals or machines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from importlib import resources
from typing import Any, Literal, NamedTuple, Protocol

Dialect = Literal["sqlite", "postgres"]
Params = Mapping[str, Any] | Sequence[Any]
Row = tuple[Any, ...]


class Session(Protocol):
    """Named queries inside one transaction."""

    def run(self, query: str, params: Params = ()) -> int:
        """Run a statement; returns the number of rows it changed."""
        ...

    def many(self, query: str, rows: Iterable[Params]) -> None:
        """Run a statement once per row."""
        ...

    def one(self, query: str, params: Params = ()) -> Row | None:
        """The first row, or None."""
        ...

    def all(self, query: str, params: Params = ()) -> list[Row]:
        """Every row. The query itself carries the LIMIT that bounds it."""
        ...

    def savepoint(self) -> AbstractContextManager[None]:
        """What happens inside is undone when it raises, and only that."""
        ...


class Store(Protocol):
    """One database, in one of two dialects.

    Attributes:
        dialect: which one.
        reads_block: a read may wait for the network, so an event loop hands it to a thread.
        batch_max: commands per transaction that this database takes well.
    """

    dialect: Dialect
    reads_block: bool
    batch_max: int

    def write(self) -> AbstractContextManager[Session]:
        """One writing transaction: committed durably at the end, rolled back when the block raises."""
        ...

    def read(self) -> AbstractContextManager[Session]:
        """One consistent, read-only view."""
        ...

    def now_us(self) -> int:
        """The store's clock: the only one with which leases and deadlines in the database are compared."""
        ...

    def announce(self) -> None:
        """Tell every process on this database that the log has grown. A wake-up, never the truth."""
        ...

    def wait(self, timeout_s: float) -> bool:
        """Block until another process announces, at most so long; True if one did."""
        ...

    def close(self) -> None:
        """Release files and connections. Safe to call twice."""
        ...


class StoreError(Exception):
    """The database cannot do what was asked. `code` is the reason code that reports it."""

    code = "ENG.STORE_FAILED"


class StoreFullError(StoreError):
    """No space is left for the data folder. Free space; nothing that was acknowledged is lost."""

    code = "ENG.STORE_FULL"


class StoreCorruptError(StoreError):
    """The database file is damaged. Restore it from a backup; the engine never starts empty in its place."""

    code = "ENG.STORE_CORRUPT"


class StoreLockedError(StoreError):
    """Another engine holds this data folder. Stop it, choose another folder, or start with `--standby`."""

    code = "ENG.STORE_LOCKED"


class StoreNewerError(StoreError):
    """A newer engine has migrated this database. Upgrade this one."""

    code = "ENG.STORE_NEWER"


class ConstraintError(StoreError):
    """A constraint of the schema refused a row: two writers wanted the same key or revision."""

    code = "REV.STALE_REVISION"


class Query(NamedTuple):
    """A named statement: its text with `:name` parameters, and their names in order of first appearance."""

    text: str
    names: tuple[str, ...]


_HEADER = re.compile(r"^-- name: (?P<name>[a-z_]+)$", re.MULTILINE)
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)")


def load_queries(dialect: Dialect) -> dict[str, Query]:
    """Every named query of a dialect, by `domain.name`.

    A query starts at `-- name: verb_noun`; the comment lines after it say what it is for.
    """
    folder = resources.files("chargehand.kernel").joinpath("sql", dialect, "queries")
    queries: dict[str, Query] = {}
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not entry.name.endswith(".sql"):
            continue
        text = entry.read_text("utf-8")
        heads = list(_HEADER.finditer(text))
        for head, following in zip(heads, [*heads[1:], None], strict=True):
            body = text[head.end() : following.start() if following else len(text)]
            statement = "\n".join(line for line in body.splitlines() if not line.startswith("--")).strip().rstrip(";")
            name = f"{entry.name[:-4]}.{head['name']}"
            assert name not in queries, f"query named twice: {name}"
            queries[name] = Query(statement, tuple(dict.fromkeys(_PARAMETER.findall(statement))))
    return queries
