"""What is special about a database file: damage, emptiness, loss and a full disk are refused, never papered over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from chargehand.kernel.sqlite import READERS_MAX, SqliteStore
from chargehand.kernel.store import StoreCorruptError, StoreFullError, StoreLockedError
from chargehand.testing.clock import SimClock
from tests.conformance.nodes import every, note, principals, put_principal, writer_of

Opens = Callable[..., SqliteStore]


def filled(open_sqlite: Opens) -> SqliteStore:
    store = open_sqlite()
    with store.write() as session:
        for number in range(300):
            put_principal(session, f"human:{number:03}")
    return store


def test_every_commit_is_on_the_disk_before_it_is_done(open_sqlite: Opens) -> None:
    store = open_sqlite()
    # 2 is FULL: the write-ahead log is synced at every commit.
    assert store._writer.execute("PRAGMA synchronous").fetchall() == [(2,)]
    assert store._writer.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
    assert store._writer.execute("PRAGMA foreign_keys").fetchall() == [(1,)]


def test_a_missing_file_is_made_only_where_it_may_be(tmp_path: Path) -> None:
    with pytest.raises(StoreCorruptError, match="restore it"):
        SqliteStore.open(tmp_path / "gone.db", SimClock(), create=False)
    assert not (tmp_path / "gone.db").exists()
    SqliteStore.open(tmp_path / "new.db", SimClock()).close()
    SqliteStore.open(tmp_path / "new.db", SimClock(), create=False).close()


def test_an_empty_file_is_not_a_new_database(tmp_path: Path) -> None:
    (tmp_path / "engine.db").touch()
    with pytest.raises(StoreCorruptError, match="empty file"):
        SqliteStore.open(tmp_path / "engine.db", SimClock())
    assert (tmp_path / "engine.db").stat().st_size == 0


@pytest.mark.parametrize("content", [b"not a database at all" * 300, b"SQLite format 3\x00" + b"\xff" * 5_000])
def test_a_file_that_is_none_of_ours_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "engine.db"
    path.write_bytes(content)
    with pytest.raises(StoreCorruptError, match="restore it"):
        SqliteStore.open(path, SimClock())
    assert path.read_bytes() == content


def test_a_damaged_page_is_found_at_the_start(tmp_path: Path, open_sqlite: Opens) -> None:
    filled(open_sqlite).close()
    path = tmp_path / "engine.db"
    content = bytearray(path.read_bytes())
    assert len(content) > 60_000
    for page in range(4, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    path.write_bytes(content)
    with pytest.raises(StoreCorruptError, match="restore it"):
        open_sqlite()


def test_damage_in_a_page_that_nobody_reads_at_the_start_is_found_all_the_same(
    tmp_path: Path, open_sqlite: Opens
) -> None:
    store = filled(open_sqlite)
    found = store._writer.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'principal_token'").fetchall()
    store.close()
    path, page = tmp_path / "engine.db", int(str(found[0][0])) - 1
    content = bytearray(path.read_bytes())
    content[page * 4096 + 8 : page * 4096 + 4_000] = b"\xa5" * 3_992
    path.write_bytes(content)
    with pytest.raises(StoreCorruptError, match="restore it"):
        open_sqlite()


def test_a_database_without_its_tail_is_refused(tmp_path: Path, open_sqlite: Opens) -> None:
    filled(open_sqlite).close()
    path = tmp_path / "engine.db"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(StoreCorruptError):
        open_sqlite()


def test_another_holder_of_the_file_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    SqliteStore.open(tmp_path / "engine.db", SimClock()).close()
    monkeypatch.setattr("chargehand.kernel.sqlite.BUSY_TIMEOUT_MS", 1)
    other = apsw.Connection(str(tmp_path / "engine.db"))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreLockedError):
        SqliteStore.open(tmp_path / "engine.db", SimClock())
    other.close()


def test_a_full_disk_refuses_the_write_and_loses_nothing(open_sqlite: Opens) -> None:
    store = open_sqlite()
    writer = writer_of(store)
    writer.run_batch([note("a/1", 1)])
    (pages,) = store._writer.execute("PRAGMA page_count").fetchall()[0]
    store._writer.execute(f"PRAGMA max_page_count = {pages}").fetchall()
    answers = writer.run_batch([note(f"big/{number}", 1, data="x" * 30_000) for number in range(20)])
    assert {type(answer.error) for answer in answers} <= {StoreFullError, type(None)}
    assert isinstance(answers[-1].error, StoreFullError)
    kept = [f"big/{number}" for number, answer in enumerate(answers) if answer.error is None]
    assert [entry.subject for entry in every(store)] == ["a/1", *kept]
    store._writer.execute("PRAGMA max_page_count = 1000000").fetchall()
    assert writer.run_batch([note("a/2", 1)])[0].error is None
    assert [entry.subject for entry in every(store)][-1] == "a/2"


def test_readers_beyond_those_that_are_kept_are_closed(open_sqlite: Opens) -> None:
    store = filled(open_sqlite)
    count = READERS_MAX + 4
    meet, seen = threading.Barrier(count), list[int]()

    def read() -> None:
        with store.read() as session:
            meet.wait(60)
            seen.append(len(session.all("principal.page", {"after": "", "limit": 999})))

    threads = [threading.Thread(target=read) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [300] * count
    assert len(store._readers) == READERS_MAX


def test_a_reader_never_checkpoints(open_sqlite: Opens) -> None:
    store = filled(open_sqlite)
    with store.read() as session:
        session.all("log.peek_head")
    assert store._readers[0].execute("PRAGMA wal_autocheckpoint").fetchall() == [(0,)]
    assert store._readers[0].execute("PRAGMA query_only").fetchall() == [(1,)]


def test_a_store_that_closes_while_it_is_read_closes_the_reader_too(open_sqlite: Opens) -> None:
    store = filled(open_sqlite)
    with store.read() as session:
        store.close()
        assert session.one("principal.get", {"id": "human:001"}) is not None
    assert store._readers == []


def test_a_database_in_memory_is_its_own(open_sqlite: Opens) -> None:
    one, two = open_sqlite(":memory:"), open_sqlite(":memory:")
    with one.write() as session:
        put_principal(session, "human:a")
    assert (principals(one), principals(two)) == (["human:a"], [])


def test_a_view_inside_a_write_sees_what_it_writes(open_sqlite: Opens) -> None:
    store = open_sqlite(":memory:")
    with store.write() as session:
        put_principal(session, "human:a")
        assert principals(store) == ["human:a"]
    assert principals(store) == ["human:a"]
