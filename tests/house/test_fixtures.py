"""The shared fixtures hold what they promise: fresh stores, and marks by what a test asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import psycopg

    from chargehand.kernel.sqlite import SqliteStore


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_gets_a_fresh_postgres_database(postgres_dsn: str, turn: int) -> None:
    import psycopg

    with psycopg.connect(postgres_dsn) as connection:
        connection.execute("CREATE TABLE once (turn integer)")
        connection.execute("INSERT INTO once VALUES (%s)", (turn,))


@pytest.fixture
def left_open() -> Iterator[list[psycopg.Connection]]:
    """Connections that are closed only after the database has gone: asked for first, so torn down last."""
    connections: list[psycopg.Connection] = []
    yield connections
    for connection in connections:
        connection.close()


def test_postgres_database_is_dropped_under_an_open_connection(
    left_open: list[psycopg.Connection], postgres_dsn: str
) -> None:
    import psycopg

    left_open.append(psycopg.connect(postgres_dsn))
    assert left_open[0].execute("SELECT 1").fetchone() == (1,)


def test_who_asks_for_postgres_is_marked(postgres_dsn: str, request: pytest.FixtureRequest) -> None:
    assert postgres_dsn
    assert request.node.get_closest_marker("postgres")


def test_who_asks_for_nothing_is_not_marked(request: pytest.FixtureRequest) -> None:
    assert not list(request.node.iter_markers())


def test_sqlite_stores_are_separate(open_sqlite: Callable[..., SqliteStore]) -> None:
    one, other = open_sqlite(), open_sqlite(":memory:")
    assert one.path != other.path
    assert one.dialect == other.dialect == "sqlite"


def test_properties_have_no_deadline() -> None:
    from hypothesis import settings

    assert settings().deadline is None
