"""Stores of every kind for telemetry, and a world on one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from chargehand.kernel.sqlite import SqliteStore
from chargehand.kernel.store import Store
from tests.unit.fleet.telemetry_world import World


@pytest.fixture(params=["file", "memory", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, open_sqlite: Callable[..., SqliteStore]) -> Iterator[Store]:
    """A migrated telemetry database of each kind."""
    if request.param == "postgres":
        from chargehand.kernel.postgres import PostgresStore

        opened = PostgresStore.open(request.getfixturevalue("postgres_dsn"), family="telemetry")
        yield opened
        opened.close()
        return
    yield open_sqlite("telemetry.db" if request.param == "file" else ":memory:", family="telemetry")


@pytest.fixture
def world(store: Store) -> World:
    return World(store)
