"""What every store does alike: queries, savepoints, rollback, isolation, constraints, wake-ups and a clean end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from chargehand.kernel import store as stores
from chargehand.kernel.store import ConstraintError, Query, Session, Store, StoreError, load_queries
from chargehand.testing.clock import SimClock
from tests.conformance.nodes import principals, put_principal

if TYPE_CHECKING:
    from chargehand.kernel.postgres import PostgresStore

NAMES = sorted(load_queries("sqlite"))


def put_and_fail(session: Session, key: str) -> None:
    with session.savepoint():
        put_principal(session, key)
        raise RuntimeError


def test_both_dialects_name_the_same_queries_with_the_same_parameters() -> None:
    lite, post = load_queries("sqlite"), load_queries("postgres")
    assert {name: set(query.names) for name, query in lite.items()} == {
        name: set(query.names) for name, query in post.items()
    }


@pytest.mark.parametrize("dialect", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_every_query_fits_the_schema(
    dialect: str, request: pytest.FixtureRequest, open_sqlite: Callable[..., Store]
) -> None:
    for family in ("engine", "telemetry"):
        if dialect == "sqlite":
            opened: Store = open_sqlite(":memory:", family=family)
        else:
            from chargehand.kernel.postgres import PostgresStore

            opened = PostgresStore.open(request.getfixturevalue("postgres_dsn"), family=family)
        queries: dict[str, Query] = opened._queries  # type: ignore[attr-defined]
        for name, query in list(queries.items()):
            if (name.partition(".")[0] == "telemetry") == (family == "telemetry"):
                queries["plan.only"] = Query(f"EXPLAIN {query.text}", query.names)
                with opened.write() as session:
                    assert session.all("plan.only", dict.fromkeys(query.names)), name
        opened.close()


def test_parameters_go_by_name_or_by_order_of_appearance(store: Store) -> None:
    with store.write() as session:
        session.run("lease.claim", {"name": "a", "owner": "n1", "expires_us": 5, "now_us": 1})
        session.run("log.save_cursor", ("reader", 7))
        assert session.one("lease.read", {"name": "a"}) == ("n1", 1, 5)
        assert session.one("log.load_cursor", ("reader",)) == (7,)


def test_unknown_query_is_a_programming_error(store: Store) -> None:
    with store.read() as session, pytest.raises(KeyError):
        session.all("log.no_such_query")


def test_run_counts_changed_rows(store: Store) -> None:
    with store.write() as session:
        assert put_principal(session, "human:a") == 1
        assert session.run("principal.drop", {"id": "human:a"}) == 1
        assert session.run("principal.drop", {"id": "human:a"}) == 0


def test_one_is_the_first_row_or_none_and_all_is_every_row(store: Store) -> None:
    with store.write() as session:
        for key in ("human:b", "human:a", "human:c"):
            put_principal(session, key)
        page = session.all("principal.page", {"after": "human:a", "limit": 5})
        assert [row[0] for row in page] == ["human:b", "human:c"]
        assert session.one("principal.page", {"after": "human:a", "limit": 5}) == page[0]
        assert session.one("principal.get", {"id": "human:z"}) is None
        assert session.all("principal.page", {"after": "human:c", "limit": 5}) == []


def test_many_runs_once_per_row_and_no_rows_is_no_change(store: Store) -> None:
    with store.write() as session:
        session.many("log.put_tile", [(8, position, bytes(32)) for position in range(3)])
        session.many("log.put_tile", [])
        assert session.one("ledger.count_tiles") == (3,)


def test_values_come_back_as_they_went_in(store: Store) -> None:
    body = bytes(range(256))
    with store.write() as session:
        session.run("idempotency.remember", ("human:ä", "k\U0001f525", "d", 2**53 - 1, None, body, -(2**53)))
        session.run("proposal.put_evidence", ("sha256:1", "100% 'quoted' :name", b""))
    with store.read() as session:
        found = session.one("idempotency.find", {"principal": "human:ä", "key": "k\U0001f525"})
        assert found is not None
        assert (found[0], found[1], found[2], bytes(found[3])) == ("d", 2**53 - 1, None, body)
        kept = session.one("proposal.get_evidence", {"digest": "sha256:1"})
        assert kept is not None
        assert (kept[0], bytes(kept[1])) == ("100% 'quoted' :name", b"")


def test_what_a_savepoint_held_is_undone_and_nothing_else(store: Store) -> None:
    with store.write() as session:
        put_principal(session, "human:before")
        with pytest.raises(RuntimeError):
            put_and_fail(session, "human:inside")
        with session.savepoint():
            put_principal(session, "human:kept")
        put_principal(session, "human:after")
    assert principals(store) == ["human:after", "human:before", "human:kept"]


def test_savepoints_nest(store: Store) -> None:
    with store.write() as session, session.savepoint():
        put_principal(session, "human:outer")
        with pytest.raises(RuntimeError):
            put_and_fail(session, "human:inner")
        put_principal(session, "human:rest")
    assert principals(store) == ["human:outer", "human:rest"]


def test_a_savepoint_survives_a_violated_constraint(store: Store) -> None:
    with store.write() as session:
        put_principal(session, "human:before")
        with pytest.raises(ConstraintError), session.savepoint():
            put_principal(session, "human:bad", revision=0)
        put_principal(session, "human:after")
    assert principals(store) == ["human:after", "human:before"]


class Stop(BaseException):
    """What ends a process, such as an interrupt: not an Exception."""


@pytest.mark.parametrize("error", [RuntimeError, Stop])
def test_a_write_that_raises_leaves_nothing(store: Store, error: type[BaseException]) -> None:
    def fail() -> None:
        with store.write() as session:
            put_principal(session, "human:a")
            with session.savepoint():
                put_principal(session, "human:b")
                raise error

    with pytest.raises(error):
        fail()
    assert principals(store) == []
    with store.write() as session:
        put_principal(session, "human:c")
    assert principals(store) == ["human:c"]


@pytest.mark.parametrize(
    ("query", "params"),
    [
        ("principal.put", ("a", 0, "viewer", "d", 1, "e", None)),
        ("principal.put", ("a", 1, "emperor", "d", 1, "e", None)),
        ("principal.put", ("a", 1, "viewer", "digest of human:taken", 1, "e", None)),
        ("principal.put", ("a", 1, "viewer", None, 1, "e", None)),
        ("log.put_tile", (8, 0, b"short")),
        ("log.move_head", (-1, b"")),
        ("lease.claim", {"name": None, "owner": "a", "now_us": 1, "expires_us": 2}),
    ],
)
def test_the_schema_refuses_what_no_code_may_write(
    store: Store, query: str, params: tuple[object, ...] | dict[str, object]
) -> None:
    with store.write() as session:
        put_principal(session, "human:taken")
    with pytest.raises(ConstraintError), store.write() as session:
        session.run(query, params)
    assert ConstraintError.code == "REV.STALE_REVISION"


def test_every_constraint_error_is_a_store_error_with_a_code() -> None:
    kinds = [kind for kind in vars(stores).values() if isinstance(kind, type) and issubclass(kind, StoreError)]
    assert len(kinds) >= 6
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_a_read_view_refuses_to_write(store: Store) -> None:
    with pytest.raises(StoreError), store.read() as session:
        put_principal(session, "human:sneaky")
    assert principals(store) == []
    with store.write() as session:
        put_principal(session, "human:a")
    assert principals(store) == ["human:a"]


def test_a_reader_sees_one_moment(shared_store: Store) -> None:
    store = shared_store
    with store.write() as session:
        put_principal(session, "human:a")
    with store.read() as session:
        before = session.all("principal.page", {"after": "", "limit": 9})
        with store.write() as writing:
            put_principal(writing, "human:b")
            assert session.all("principal.page", {"after": "", "limit": 9}) == before
        assert session.all("principal.page", {"after": "", "limit": 9}) == before
    assert principals(store) == ["human:a", "human:b"]


def test_readers_may_be_many_at_once(store: Store) -> None:
    with store.write() as session:
        put_principal(session, "human:a")

    def nested(depth: int) -> list[str]:
        with store.read() as session:
            row = session.one("principal.get", {"id": "human:a"})
            assert row is not None
            return [str(row[0]), *(nested(depth - 1) if depth else [])]

    assert nested(5) == ["human:a"] * 6


def test_threads_share_a_store(store: Store) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for step in range(5):
                with store.write() as session:
                    put_principal(session, f"human:{number}-{step}")
                assert f"human:{number}-{step}" in principals(store)
        except BaseException as error:  # noqa: BLE001 - a thread's failure is the test's
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(principals(store)) == 20


def test_a_closed_store_refuses_and_closes_twice(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreError), store.write() as session:
        put_principal(session, "human:a")
    with pytest.raises(StoreError), store.read() as session:
        session.all("log.peek_head")


def test_an_announcement_wakes_a_waiter_once(store: Store) -> None:
    assert store.wait(0.0) is False
    store.announce()
    assert store.wait(5.0) is True
    assert store.wait(0.0) is False


def test_time_is_the_stores_own(open_sqlite: Callable[..., Store]) -> None:
    clock = SimClock()
    store = open_sqlite(":memory:", clock=clock)
    first = store.now_us()
    clock.advance(17)
    assert store.now_us() == first + 17


@pytest.mark.postgres
def test_nodes_share_the_servers_time(open_postgres: Callable[[], PostgresStore]) -> None:
    one, two = open_postgres(), open_postgres()
    readings = [store.now_us() for store in (one, two, one, two)]
    assert readings == sorted(readings)


@pytest.mark.postgres
def test_an_announcement_reaches_the_other_node(open_postgres: Callable[[], PostgresStore]) -> None:
    one, two = open_postgres(), open_postgres()
    assert two.wait(0.0) is False
    one.announce()
    assert two.wait(5.0) is True


@pytest.mark.postgres
def test_a_lost_connection_costs_one_write_not_the_node(open_postgres: Callable[[], PostgresStore]) -> None:
    one, two = open_postgres(), open_postgres()

    def cut_off() -> None:
        with one.write() as session:
            put_principal(session, "human:lost")
            two._queries["test.cut"] = Query("SELECT pg_terminate_backend(%(pid)s)", ("pid",))
            with two.write() as other:
                other.all("test.cut", {"pid": one._writer.info.backend_pid})
            put_principal(session, "human:never")

    with pytest.raises(StoreError):
        cut_off()
    with one.write() as session:
        put_principal(session, "human:later")
    assert principals(two) == ["human:later"]


def test_a_session_is_told_apart_from_its_neighbours_transaction(store: Store) -> None:
    seen: list[Session] = []
    with store.write() as session:
        seen.append(session)
    with store.write() as session:
        assert session is not seen[0]
