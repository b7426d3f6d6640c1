"""SQLite: the embedded store. One writing and checkpointing connection per file, any number of read-only ones.

Every commit is fsynced (`synchronous=FULL`); speed comes from many commands sharing a commit, never from less.
A file that is damaged, empty where it must not be, or newer than this engine is refused: it never starts empty.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from chargehand.kernel import migrate
from chargehand.kernel.clock import Clock
from chargehand.kernel.store import (
    ConstraintError,
    Dialect,
    Params,
    Query,
    Row,
    StoreCorruptError,
    StoreError,
    StoreFullError,
    StoreLockedError,
    load_queries,
)

READERS_MAX = 8
"""Idle read connections that are kept; more are opened when needed and closed after use."""
BUSY_TIMEOUT_MS = 5_000
QUICK_CHECK_BYTES_MAX = 256 * 1024 * 1024
"""Files up to this size are checked page by page at every start; `chargehand doctor` checks larger ones."""
PAGES_PER_AUTOCHECKPOINT = 1_000


class SqliteSession:
    """Named queries on one connection."""

    def __init__(self, connection: apsw.Connection, queries: dict[str, Query]) -> None:
        self._cursor = connection.cursor()
        self._connection = connection
        self._queries = queries

    def run(self, query: str, params: Params = ()) -> int:
        """Run a statement; returns the number of rows it changed."""
        with translated():
            # apsw steps lazily: without the loop a statement would stop at its first row.
            for _ in self._cursor.execute(self._queries[query].text, params):
                pass
            return self._connection.changes()

    def many(self, query: str, rows: Iterable[Params]) -> None:
        """Run a statement once per row."""
        with translated():
            for _ in self._cursor.executemany(self._queries[query].text, rows):
                pass

    def one(self, query: str, params: Params = ()) -> Row | None:
        """The first row, or None."""
        with translated():
            rows = self._cursor.execute(self._queries[query].text, params).fetchall()
            return rows[0] if rows else None

    def all(self, query: str, params: Params = ()) -> list[Row]:
        """Every row."""
        with translated():
            return self._cursor.execute(self._queries[query].text, params).fetchall()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What happens inside is undone when it raises."""
        with translated():
            self._cursor.execute("SAVEPOINT command").fetchall()
        try:
            yield
        except BaseException:
            with translated():
                self._cursor.execute("ROLLBACK TO command").fetchall()
                self._cursor.execute("RELEASE command").fetchall()
            raise
        with translated():
            self._cursor.execute("RELEASE command").fetchall()


class SqliteStore:
    """A database file, or `:memory:`.

    Attributes:
        dialect: `sqlite`.
        reads_block: False; a read of a local file takes microseconds.
        batch_max: commands that share one fsync.
        path: the file.
    """

    dialect: Dialect = "sqlite"
    reads_block = False
    batch_max = 512

    def __init__(self, path: str, connection: apsw.Connection, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        self._queries = load_queries("sqlite")
        self._writer = connection
        self._write_lock = threading.RLock()
        self._readers: list[apsw.Connection] = []
        self._readers_lock = threading.Lock()
        self._announced = threading.Event()
        self._closed = False

    @classmethod
    def open(cls, path: str | Path, clock: Clock, *, family: str = "engine", create: bool = True) -> SqliteStore:
        """Open or create a database and bring its schema up to date.

        Args:
            path: the file, or `:memory:`.
            clock: the clock that leases in this store are compared with.
            family: which migrations it carries.
            create: whether a missing file may be created.

        Raises:
            StoreCorruptError: the file is damaged, empty, or missing where it must not be.
            StoreNewerError: a newer engine has migrated it.
            StoreLockedError: another process holds it.
        """
        name = str(path)
        if name != ":memory:":
            _refuse_missing_or_empty(Path(name), create=create)
        with translated():
            connection = apsw.Connection(name)
            connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        try:
            _prepare(connection, name, family)
        except BaseException:
            connection.close(force=True)
            raise
        return cls(name, connection, clock)

    @contextmanager
    def write(self) -> Iterator[SqliteSession]:
        """One writing transaction, durable when the block ends."""
        with self._write_lock:
            with translated():
                self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield SqliteSession(self._writer, self._queries)
                with translated():
                    self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def read(self) -> Iterator[SqliteSession]:
        """One consistent, read-only view."""
        if self.path == ":memory:":
            # A private in-memory database has one connection, so readers and the writer take turns.
            with self._write_lock, self._only_reading():
                yield SqliteSession(self._writer, self._queries)
            return
        connection = self._take_reader()
        try:
            with translated():
                connection.execute("BEGIN")
            try:
                yield SqliteSession(connection, self._queries)
            finally:
                connection.execute("ROLLBACK")
        finally:
            self._give_reader(connection)

    def now_us(self) -> int:
        """The store's clock: the process's own, since one process owns the file."""
        return self._clock.now_us()

    def announce(self) -> None:
        """Wake whoever waits in this process; no other process writes this file."""
        self._announced.set()

    def wait(self, timeout_s: float) -> bool:
        """Block until the log has grown, at most so long."""
        woken = self._announced.wait(timeout_s)
        self._announced.clear()
        return woken

    def close(self) -> None:
        """Close every connection; the writer checkpoints on its way out."""
        with self._write_lock, self._readers_lock:
            if self._closed:
                return
            self._closed = True
            for connection in self._readers:
                connection.close()
            self._readers.clear()
            self._writer.close()

    @contextmanager
    def _only_reading(self) -> Iterator[None]:
        """Make the one connection of an in-memory database refuse writes, as a reader's own would."""
        if self._closed:
            raise StoreError("the store is closed")
        if self._writer.in_transaction:
            # A view inside this thread's own transaction: what it sees and may do is the transaction's.
            yield
            return
        self._writer.execute("BEGIN; PRAGMA query_only = ON").fetchall()
        try:
            yield
        finally:
            self._writer.execute("ROLLBACK; PRAGMA query_only = OFF").fetchall()

    def _take_reader(self) -> apsw.Connection:
        with self._readers_lock:
            if self._closed:
                raise StoreError("the store is closed")
            if self._readers:
                return self._readers.pop()
        with translated():
            connection = apsw.Connection(self.path, flags=apsw.SQLITE_OPEN_READWRITE)
            connection.set_busy_timeout(BUSY_TIMEOUT_MS)
            # Only the writer may checkpoint: two checkpointing connections are what the WAL-reset bug needed.
            connection.wal_autocheckpoint(0)
            connection.execute("PRAGMA query_only = ON")
        return connection

    def _give_reader(self, connection: apsw.Connection) -> None:
        with self._readers_lock:
            if not self._closed and len(self._readers) < READERS_MAX:
                self._readers.append(connection)
                return
        connection.close()


@contextmanager
def translated() -> Iterator[None]:
    """Turn the library's errors into the store's own, with what to do."""
    try:
        yield
    except apsw.FullError as error:
        raise StoreFullError("no space left for the database: free some, nothing acknowledged is lost") from error
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise StoreCorruptError(f"the database is damaged ({error}): restore it from a backup") from error
    except apsw.ConstraintError as error:
        raise ConstraintError(str(error)) from error
    except (apsw.BusyError, apsw.LockedError) as error:
        raise StoreLockedError("another process holds the database") from error
    except apsw.Error as error:
        raise StoreError(f"{type(error).__name__}: {error}") from error


def _refuse_missing_or_empty(path: Path, *, create: bool) -> None:
    if not path.exists():
        if not create:
            raise StoreCorruptError(
                f"no database at {path.name!r}, yet this folder was in use: restore it from a backup"
            )
    elif path.stat().st_size == 0:
        raise StoreCorruptError(f"the database {path.name!r} is an empty file: restore it, or remove it to start anew")


def _prepare(connection: apsw.Connection, name: str, family: str) -> None:
    with translated():
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -65536")
        connection.wal_autocheckpoint(PAGES_PER_AUTOCHECKPOINT)
        if name != ":memory:" and Path(name).stat().st_size <= QUICK_CHECK_BYTES_MAX:
            verdict: Any = connection.execute("PRAGMA quick_check(1)").fetchall()[0][0]
            if verdict != "ok":
                raise StoreCorruptError(f"the database is damaged ({verdict}): restore it from a backup")
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute(migrate.CREATE_TABLE).fetchall()
            applied = connection.execute("SELECT number, name, checksum FROM schema_migration").fetchall()
            migrate.apply(
                migrate.pending(applied, migrate.load_migrations("sqlite", family)),
                lambda statement: connection.execute(statement).fetchall(),
                lambda step: (
                    connection.execute(
                        "INSERT INTO schema_migration (number, name, checksum) VALUES (?, ?, ?)",
                        (step.number, step.name, step.checksum),
                    ).fetchall()
                    and None
                ),
            )
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
