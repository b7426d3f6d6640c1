"""PostgreSQL: the store for several engine nodes. One writing connection per node, a pool for readers.

Isolation is READ COMMITTED. The log head's row lock, taken as the last step of a batch, orders the nodes: `seq`, leaf
order and commit order are one. `NOTIFY` is only a wake-up; readers always look again by themselves.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
import psycopg_pool

from chargehand.kernel import migrate
from chargehand.kernel.store import (
    ConstraintError,
    Dialect,
    Params,
    Query,
    Row,
    StoreCorruptError,
    StoreError,
    StoreFullError,
    load_queries,
)

CHANNEL = "chargehand_log"
READERS_MAX = 8
_MIGRATION_LOCK = 0x63686172_67656861
"""Advisory lock under which one node at a time migrates."""
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)")


class PostgresSession:
    """Named queries on one connection."""

    def __init__(self, connection: psycopg.Connection[Row], queries: dict[str, Query]) -> None:
        self._connection = connection
        self._queries = queries
        self._cursor = connection.cursor()

    def run(self, query: str, params: Params = ()) -> int:
        """Run a statement; returns the number of rows it changed."""
        found = self._queries[query]
        with translated():
            self._cursor.execute(found.text.encode(), _named(found, params))
            return self._cursor.rowcount

    def many(self, query: str, rows: Iterable[Params]) -> None:
        """Run a statement once per row, in one round trip."""
        found = self._queries[query]
        with translated():
            self._cursor.executemany(found.text.encode(), [_named(found, row) for row in rows])

    def one(self, query: str, params: Params = ()) -> Row | None:
        """The first row, or None."""
        found = self._queries[query]
        with translated():
            return self._cursor.execute(found.text.encode(), _named(found, params)).fetchone()

    def all(self, query: str, params: Params = ()) -> list[Row]:
        """Every row."""
        found = self._queries[query]
        with translated():
            return self._cursor.execute(found.text.encode(), _named(found, params)).fetchall()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What happens inside is undone when it raises."""
        with translated(), self._connection.transaction():
            yield


class PostgresStore:
    """A PostgreSQL database.

    Attributes:
        dialect: `postgres`.
        reads_block: True; a read waits for the network.
        batch_max: commands per transaction: beyond 64 savepoints a backend's cache of them overflows.
    """

    dialect: Dialect = "postgres"
    reads_block = True
    batch_max = 60

    def __init__(self, dsn: str, schema: str) -> None:
        self._dsn = dsn
        self._schema = schema
        self._queries = {name: _translate(query) for name, query in load_queries("postgres").items()}
        self._write_lock = threading.RLock()
        self._writer = self._connect()
        self._pool = psycopg_pool.ConnectionPool(
            dsn, min_size=1, max_size=READERS_MAX, configure=self._configure_reader, open=True
        )
        self._listener: psycopg.Connection[Row] | None = None
        self._clock_lock = threading.Lock()
        self._closed = False

    @classmethod
    def open(cls, dsn: str, *, family: str = "engine") -> PostgresStore:
        """Connect and bring the schema up to date, one node at a time.

        Args:
            dsn: connection string.
            family: which migrations; each family lives in a schema of its own name.

        Raises:
            StoreError: the server cannot be reached.
            StoreNewerError: a newer engine has migrated the database.
        """
        schema = f"chargehand_{family}"
        with translated(), psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", (_MIGRATION_LOCK,))
            with connection.transaction():
                connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}".encode())
                connection.execute(f"SET LOCAL search_path TO {schema}".encode())
                connection.execute(migrate.CREATE_TABLE.encode())
                applied = connection.execute("SELECT number, name, checksum FROM schema_migration").fetchall()
                migrate.apply(
                    migrate.pending(applied, migrate.load_migrations("postgres", family)),
                    lambda statement: connection.execute(statement.encode()),
                    lambda step: connection.execute(
                        "INSERT INTO schema_migration (number, name, checksum) VALUES (%s, %s, %s)",
                        (step.number, step.name, step.checksum),
                    ),
                )
        return cls(dsn, schema)

    @contextmanager
    def write(self) -> Iterator[PostgresSession]:
        """One writing transaction, durable when the block ends."""
        with self._write_lock:
            if self._closed:
                raise StoreError("the store is closed")
            if self._writer.closed:
                with translated():
                    self._writer = self._connect()
            with translated(), self._writer.transaction():
                yield PostgresSession(self._writer, self._queries)

    @contextmanager
    def read(self) -> Iterator[PostgresSession]:
        """One consistent, read-only view."""
        with translated(), self._pool.connection() as connection, connection.transaction():
            yield PostgresSession(connection, self._queries)

    def now_us(self) -> int:
        """The server's clock: the only one that all nodes share."""
        with translated(), self._pool.connection() as connection:
            row = connection.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint").fetchone()
        assert row is not None
        return int(row[0])

    def announce(self) -> None:
        """Wake every node that listens."""
        with self._write_lock, translated():
            self._writer.execute(f"NOTIFY {CHANNEL}".encode())
            self._writer.commit()

    def wait(self, timeout_s: float) -> bool:
        """Block until some node announces, at most so long. One thread may wait at a time."""
        with translated():
            if self._listener is None or self._listener.closed:
                self._listener = psycopg.connect(self._dsn, autocommit=True)
                self._listener.execute(f"LISTEN {CHANNEL}".encode())
            return any(True for _ in self._listener.notifies(timeout=timeout_s, stop_after=1))

    def close(self) -> None:
        """Close every connection."""
        if self._closed:
            return
        self._closed = True
        self._pool.close()
        with self._write_lock:
            self._writer.close()
        if self._listener is not None:
            self._listener.close()

    def _connect(self) -> psycopg.Connection[Row]:
        connection = psycopg.connect(self._dsn)
        connection.execute(f"SET search_path TO {self._schema}".encode())
        # The server may be configured for speed; what we acknowledge must be on its disk.
        connection.execute("SET synchronous_commit TO on")
        connection.commit()
        connection.prepare_threshold = 2
        return connection

    def _configure_reader(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute(f"SET search_path TO {self._schema}".encode())
        connection.execute("SET default_transaction_isolation TO 'repeatable read'")
        connection.execute("SET default_transaction_read_only TO on")
        connection.commit()


@contextmanager
def translated() -> Iterator[None]:
    """Turn the library's errors into the store's own, with what to do."""
    try:
        yield
    except psycopg.errors.UniqueViolation as error:
        raise ConstraintError(str(error)) from error
    except psycopg.errors.DiskFull as error:
        raise StoreFullError(
            "the database server has no space left: free some, nothing acknowledged is lost"
        ) from error
    except (psycopg.errors.DataCorrupted, psycopg.errors.IndexCorrupted) as error:
        raise StoreCorruptError(f"the database is damaged ({error}): restore it from a backup") from error
    except psycopg.IntegrityError as error:
        raise ConstraintError(str(error)) from error
    except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
        raise StoreError(f"{type(error).__name__}: {error}") from error


def _translate(query: Query) -> Query:
    """`:name` as the driver writes it."""
    return Query(_PARAMETER.sub(r"%(\1)s", query.text.replace("%", "%%")), query.names)


def _named(query: Query, params: Params) -> Mapping[str, Any]:
    return params if isinstance(params, Mapping) else dict(zip(query.names, params, strict=True))
