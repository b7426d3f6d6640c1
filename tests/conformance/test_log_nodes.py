"""Several engines on one PostgreSQL: no reader ever skips an event, and the log is one however many write it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from chargehand.kernel import faults, log
from chargehand.kernel.log import Log
from chargehand.kernel.store import ConstraintError, Query
from chargehand.kernel.writer import Answer, Command, Transaction, Writer
from chargehand.ledger import inspection, tree
from chargehand.ledger.signing_key import Signer
from tests.conformance.nodes import every, note, writer_of

if TYPE_CHECKING:
    from chargehand.kernel.postgres import PostgresStore

pytestmark = pytest.mark.postgres

COMMANDS = 2_000
BATCH = 20
SHARED = 7
"""Every so many commands one is about a subject that both nodes write."""

Opens = Callable[[], "PostgresStore"]


@pytest.fixture(autouse=True)
def _no_faults() -> Iterator[None]:
    yield
    faults.disarm()


class Reader:
    """A subscriber that asks for what comes after the last event it was given."""

    def __init__(self, store: PostgresStore) -> None:
        self._store = store
        self.seen: list[int] = []

    def poll(self) -> None:
        with self._store.read() as session:
            self.seen += [entry.seq for entry in log.read(session, self.seen[-1] if self.seen else 0, 50)]


class Stall:
    """Holds one thread at a point until it is let go."""

    def __init__(self, point: str, thread: str) -> None:
        self.reached = threading.Event()
        self.go = threading.Event()
        self._thread = thread
        faults.arm(point, self._wait)

    def _wait(self) -> None:
        if threading.current_thread().name == self._thread:
            self.reached.set()
            assert self.go.wait(60)


def in_thread(name: str, writer: Writer, commands: Sequence[Command[Any]]) -> threading.Thread:
    thread = threading.Thread(target=lambda: writer.run_batch(commands), name=name)
    thread.start()
    return thread


def waits_for_a_lock(observer: PostgresStore, node: PostgresStore) -> bool:
    observer._queries["test.waiting"] = Query(
        "SELECT 1 FROM pg_stat_activity WHERE pid = %(pid)s AND wait_event_type = 'Lock'", ("pid",)
    )
    with observer.read() as session:
        return session.one("test.waiting", {"pid": node._writer.info.backend_pid}) is not None


def race_a_stalled_commit(open_postgres: Opens, point: str, late: Writer, other: Writer, node: PostgresStore) -> Reader:
    """One batch stalls at a point while another node commits, and a reader polls all the time."""
    watcher = open_postgres()
    reader = Reader(watcher)
    stall = Stall(point, "late")
    slow = in_thread("late", late, [note("late/1", 1), note("late/2", 1)])
    assert stall.reached.wait(60)
    fast = in_thread("other", other, [note("other/1", 1)])
    while fast.is_alive() and not waits_for_a_lock(watcher, node):
        reader.poll()
    reader.poll()
    stall.go.set()
    slow.join(60)
    fast.join(60)
    reader.poll()
    reader.poll()
    return reader


@pytest.mark.parametrize("point", ["writer.before_commit", "writer.in_command"])
def test_a_reader_skips_nothing_while_a_commit_stalls(open_postgres: Opens, point: str) -> None:
    one, two = open_postgres(), open_postgres()
    writer_of(one).run_batch([note("early/1", 1)])
    reader = race_a_stalled_commit(open_postgres, point, writer_of(one, seed=2), writer_of(two, seed=3), two)
    assert reader.seen == [1, 2, 3, 4]
    assert sorted(entry.subject for entry in every(one)) == ["early/1", "late/1", "late/2", "other/1"]


def test_a_node_that_dies_in_its_commit_leaves_no_gap(open_postgres: Opens) -> None:
    class Killed(BaseException):
        pass

    def die() -> None:
        raise Killed

    one, two = open_postgres(), open_postgres()
    reader = Reader(two)
    faults.arm("writer.before_commit", die)
    with pytest.raises(Killed):
        writer_of(one).run_batch([note("dead/1", 1)])
    faults.disarm()
    reader.poll()
    writer_of(two, seed=2).run_batch([note("alive/1", 1)])
    reader.poll()
    assert reader.seen == [1]


class _Unsealed(NamedTuple):
    leaf_hashes: list[bytes]
    frontier: bytes = b""
    tiles: tuple[tuple[int, int, bytes], ...] = ()


def _unsealed(_size: int, _frontier: bytes, leaves: Sequence[bytes]) -> _Unsealed:
    return _Unsealed([bytes(32)] * len(leaves))


def test_planted_numbers_given_before_the_commit_lose_an_event(open_postgres: Opens) -> None:
    """The same race over a log that numbers events the usual way, by a sequence: this is what the test above sees."""
    one, two = open_postgres(), open_postgres()
    one._queries["test.sequence"] = Query("CREATE SEQUENCE planted", ())
    with one.write() as session:
        session.run("test.sequence")
    for store in (one, two):
        store._queries["log.read_head"] = Query("SELECT nextval('planted') * 10, ''::bytea", ())
        store._queries["log.move_head"] = Query("SELECT %(seq)s::bigint, %(frontier)s::bytea", ("seq", "frontier"))
    late, other = writer_of(one, seed=2), writer_of(two, seed=3)
    for writer in (late, other):
        writer._log = Log(
            "urn:planted", lambda _size, _frontier, leaves: _Unsealed([bytes(32)] * len(leaves)), writer._ids
        )
    reader = race_a_stalled_commit(open_postgres, "writer.before_commit", late, other, two)
    assert reader.seen != sorted(entry.seq for entry in every(one))


def shared_note(transaction: Transaction) -> int:
    """Command: the next revision of a subject that every node writes."""
    row = transaction.session.one("log.last_revision", {"subject": "shared/1"})
    staged = sum(event.subject == "shared/1" for event in transaction.staged)
    return note("shared/1", (0 if row is None else int(row[0])) + staged + 1)(transaction)


def commands_of(node: int, start: int, size: int) -> list[Command[int]]:
    return [
        shared_note if number % SHARED == 0 else note(f"node-{node}/{number}", 1)
        for number in range(start, start + size)
    ]


def write_all(writer: Writer, node: int, count: int) -> list[Answer[Any]]:
    answers: list[Answer[Any]] = []
    for start in range(0, count, BATCH):
        answers += writer.run_batch(commands_of(node, start, BATCH))
    return answers


def test_two_nodes_write_one_log(open_postgres: Opens) -> None:
    one, two, watching = open_postgres(), open_postgres(), open_postgres()
    reader = Reader(watching)
    finished = threading.Event()

    def watch() -> None:
        while not finished.is_set():
            reader.poll()

    with ThreadPoolExecutor(3) as pool:
        watched = pool.submit(watch)
        halves = [
            pool.submit(write_all, writer_of(store, seed=node), node, COMMANDS // 2)
            for node, store in ((1, one), (2, two))
        ]
        answers = [answer for half in halves for answer in half.result(120)]
        finished.set()
        watched.result(60)
    while len(reader.seen) < len(every(one)):
        reader.poll()

    assert len(answers) == COMMANDS
    assert {type(answer.error) for answer in answers if answer.error} <= {ConstraintError}
    acknowledged = sum(answer.error is None for answer in answers)
    entries = every(one)
    assert [entry.seq for entry in entries] == list(range(1, acknowledged + 1))
    assert reader.seen == [entry.seq for entry in entries]
    check_ledger(one, acknowledged)
    check_revisions(one)
    subjects = Counter(entry.subject for entry in entries)
    assert subjects.pop("shared/1") >= COMMANDS // SHARED // 2
    assert set(subjects.values()) == {1}
    assert len(subjects) == sum(number % SHARED != 0 for number in range(COMMANDS // 2)) * 2


def check_ledger(store: PostgresStore, size: int) -> None:
    with store.read() as session:
        head = session.one("log.peek_head")
        frontier = session.one("ledger.read_head")
        report = inspection.verify(session, [Signer("ledger.example/nodes", bytes(32)).key])
    rebuilt = tree.seal(0, b"", [entry.envelope for entry in every(store)])
    assert head == (size,)
    assert frontier is not None
    assert bytes(frontier[1]) == rebuilt.frontier
    assert report.findings == []


def check_revisions(store: PostgresStore) -> None:
    with store.read() as session:
        shared = log.read_subject(session, "shared/1")
        rows = session.all("ledger.page_events", {"after": 0, "last": 10**9, "limit": 10**9})
    assert len({(row[3], row[4]) for row in rows}) == len(rows)
    assert [entry.seq for entry in shared] == sorted(entry.seq for entry in shared)
