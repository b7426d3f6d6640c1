"""One store of each kind, empty and migrated, for every test that says what a store must do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from chargehand.kernel.postgres import PostgresStore
    from chargehand.kernel.store import Store


@pytest.fixture
def open_postgres(postgres_dsn: str) -> Iterator[Callable[[], PostgresStore]]:
    """Opens stores on one fresh database: each stands for one node. Closed at the end."""
    from chargehand.kernel.postgres import PostgresStore

    opened: list[PostgresStore] = []

    def open_store() -> PostgresStore:
        opened.append(PostgresStore.open(postgres_dsn))
        return opened[-1]

    yield open_store
    for store in opened:
        store.close()


@pytest.fixture(params=["file", "memory", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, open_sqlite: Callable[..., Store]) -> Store:
    """An empty store of each kind."""
    if request.param == "postgres":
        opened: Store = request.getfixturevalue("open_postgres")()
        return opened
    return open_sqlite(":memory:" if request.param == "memory" else "engine.db")


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.postgres)])
def shared_store(request: pytest.FixtureRequest, open_sqlite: Callable[..., Store]) -> Store:
    """An empty store of each kind that readers and a writer use at the same time."""
    if request.param == "postgres":
        opened: Store = request.getfixturevalue("open_postgres")()
        return opened
    return open_sqlite("engine.db")
