"""Migrations on every store: fresh equals migrated, nothing is half done, and what is not ours is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Protocol

import pytest

from chargehand.kernel import migrate
from chargehand.kernel.migrate import Migration, load_migrations
from chargehand.kernel.store import Dialect, Query, Store, StoreCorruptError, StoreError, StoreNewerError
from tests.conformance.nodes import principals, put_principal

FAMILIES = ("engine", "telemetry")
DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgres")
_TABLE = re.compile(r"CREATE TABLE (\w+) \((.*?)\n\)", re.DOTALL)
_COLUMN = re.compile(r"^  ([a-z_]+) (INTEGER|BIGINT|TEXT|BLOB|BYTEA|REAL|DOUBLE PRECISION)( NOT NULL)?", re.MULTILINE)
_ADDED = re.compile(
    r"ALTER TABLE (\w+) ADD COLUMN (\w+) (INTEGER|BIGINT|TEXT|BLOB|BYTEA|REAL|DOUBLE PRECISION)( NOT NULL)?"
)
_TYPE = {"BIGINT": "INTEGER", "BYTEA": "BLOB", "DOUBLE PRECISION": "REAL"}
_SCHEMA = {
    "sqlite": "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY name",
    "postgres": "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
    " WHERE table_schema = current_schema() ORDER BY 1, 2",
}


class Opens(Protocol):
    """Opens the same database, again and again; or an empty one in its place."""

    def __call__(self, *, fresh: bool = False) -> Store: ...


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def reopen(request: pytest.FixtureRequest, open_sqlite: Callable[..., Store]) -> Opens:
    """A database of each dialect."""
    if request.param == "sqlite":
        return lambda *, fresh=False: open_sqlite("fresh.db" if fresh else "engine.db")
    dsn = request.getfixturevalue("postgres_dsn")
    open_postgres = request.getfixturevalue("open_postgres")

    def open_store(*, fresh: bool = False) -> Store:
        import psycopg

        if fresh:
            with psycopg.connect(dsn) as connection:
                connection.execute("DROP SCHEMA chargehand_engine CASCADE")
        opened: Store = open_postgres()
        return opened

    return open_store


def add_step(patch: pytest.MonkeyPatch, text: str) -> None:
    """Let the engine know one migration more."""
    known = load_migrations

    def more(dialect: Dialect, family: str) -> list[Migration]:
        steps = known(dialect, family)
        return [*steps, Migration(len(steps) + 1, f"{len(steps) + 1:04}_pre_more", text, f"sum of {text}")]

    patch.setattr(migrate, "load_migrations", more)


def schema(store: Store) -> list[Any]:
    queries: dict[str, Query] = store._queries  # type: ignore[attr-defined]
    queries["test.schema"] = Query(_SCHEMA[store.dialect], ())
    with store.read() as session:
        return session.all("test.schema")


def columns(dialect: Dialect, family: str) -> dict[str, list[tuple[str, str, str]]]:
    text = "\n".join(step.text for step in load_migrations(dialect, family))
    found = {
        table: [(name, _TYPE.get(kind, kind), null) for name, kind, null in _COLUMN.findall(body)]
        for table, body in _TABLE.findall(text)
    }
    for table, name, kind, null in _ADDED.findall(text):
        found[table].append((name, _TYPE.get(kind, kind), null))
    return found


def constraints(dialect: Dialect, family: str) -> list[str]:
    text = "\n".join(step.text for step in load_migrations(dialect, family)).replace("octet_length", "length")
    return re.findall(r"CHECK \(.*|PRIMARY KEY.*|CREATE (?:UNIQUE )?INDEX.*", text)


@pytest.mark.parametrize("family", FAMILIES)
def test_both_dialects_have_the_same_tables_and_columns(family: str) -> None:
    lite = columns("sqlite", family)
    assert lite == columns("postgres", family)
    assert len(lite) >= 3
    assert all(len(found) >= 2 for found in lite.values())


@pytest.mark.parametrize("family", FAMILIES)
def test_both_dialects_have_the_same_keys_checks_and_indexes(family: str) -> None:
    assert constraints("sqlite", family) == constraints("postgres", family)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_statement_is_cut_at_a_semicolon_inside_a_literal(dialect: Dialect, family: str) -> None:
    for step in load_migrations(dialect, family):
        assert not re.search(r"'[^'\n]*;[^'\n]*'", step.text), step.name
        assert all(
            re.match(r"(CREATE|INSERT|ALTER|UPDATE|DROP) ", statement) for statement in migrate.statements(step.text)
        )


def test_opening_again_changes_nothing(reopen: Opens) -> None:
    first = reopen()
    with first.write() as session:
        put_principal(session, "human:a")
    before = schema(first)
    first.close()
    again = reopen()
    assert schema(again) == before
    assert principals(again) == ["human:a"]


def test_a_migrated_database_is_the_fresh_one(reopen: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    old = reopen()
    with old.write() as session:
        put_principal(session, "human:a")
    old.close()
    add_step(monkeypatch, "CREATE TABLE extra (id TEXT PRIMARY KEY);\nALTER TABLE principal ADD COLUMN note TEXT;")
    migrated = reopen()
    after = schema(migrated)
    assert principals(migrated) == ["human:a"]
    migrated.close()
    assert schema(reopen(fresh=True)) == after


def test_an_edited_migration_is_refused(reopen: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    reopen().close()
    known = load_migrations
    monkeypatch.setattr(
        migrate,
        "load_migrations",
        lambda dialect, family: [step._replace(checksum="0" * 64) for step in known(dialect, family)],
    )
    with pytest.raises(StoreCorruptError, match="0001_pre_spine"):
        reopen()


def test_a_database_of_a_newer_engine_is_refused_and_left_alone(reopen: Opens) -> None:
    with pytest.MonkeyPatch.context() as patch:
        add_step(patch, "CREATE TABLE extra (id TEXT PRIMARY KEY);")
        newer = reopen()
        before = schema(newer)
        newer.close()
    with pytest.raises(StoreNewerError, match=r"\d{4}_pre_more"):
        reopen()
    with pytest.MonkeyPatch.context() as patch:
        add_step(patch, "CREATE TABLE extra (id TEXT PRIMARY KEY);")
        assert schema(reopen()) == before


def test_a_step_that_fails_leaves_the_database_as_it_was(reopen: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    old = reopen()
    with old.write() as session:
        put_principal(session, "human:a")
    before = schema(old)
    old.close()
    with monkeypatch.context() as patch:
        add_step(patch, "CREATE TABLE extra (id TEXT PRIMARY KEY);\nCREATE TABLE principal (id TEXT PRIMARY KEY);")
        with pytest.raises(StoreError):
            reopen()
    again = reopen()
    assert schema(again) == before
    assert principals(again) == ["human:a"]


def test_steps_are_numbered_without_holes() -> None:
    for dialect in DIALECTS:
        for family in FAMILIES:
            steps = load_migrations(dialect, family)
            assert [step.number for step in steps] == list(range(1, len(steps) + 1))
            assert len({step.checksum for step in steps}) == len(steps)


def test_pending_steps_are_those_not_yet_applied() -> None:
    known = [Migration(number, f"000{number}_pre_x", "", f"sum{number}") for number in (1, 2, 3)]
    assert migrate.pending([], known) == known
    assert migrate.pending([(1, "0001_pre_x", "sum1"), (2, "0002_pre_x", "sum2")], known) == known[2:]
    assert migrate.pending([(step.number, step.name, step.checksum) for step in known], known) == []
    with pytest.raises(StoreNewerError):
        migrate.pending([(4, "0004_post_y", "sum4")], known)
    with pytest.raises(StoreCorruptError):
        migrate.pending([(2, "0002_pre_x", "sum1")], known)


@pytest.mark.postgres
def test_nodes_that_start_together_migrate_once(postgres_dsn: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from chargehand.kernel.postgres import PostgresStore

    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: PostgresStore.open(postgres_dsn), range(4)))
    queries = opened[0]._queries
    queries["test.applied"] = Query("SELECT number FROM schema_migration ORDER BY number", ())
    with opened[0].read() as session:
        applied = [row[0] for row in session.all("test.applied")]
    assert applied == [step.number for step in load_migrations("postgres", "engine")]
    for store in opened:
        store.close()
