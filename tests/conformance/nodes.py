"""A node for tests: a store with a log and a writer over it, and commands that record something simple."""

from __future__ import annotations

from collections.abc import Callable

from chargehand.kernel import log
from chargehand.kernel.clock import Clock, SystemClock
from chargehand.kernel.ids import SeededIds
from chargehand.kernel.log import Entry, Log, Seal, Staged
from chargehand.kernel.store import Session, Store
from chargehand.kernel.writer import Command, Transaction, Writer
from chargehand.ledger import tree

START_US = 1_790_000_000_000_000


def writer_of(
    store: Store,
    *,
    seed: int = 1,
    clock: Clock | None = None,
    seal: Seal = tree.seal,
    on_commit: Callable[[int], None] | None = None,
) -> Writer:
    """A writer over a store, not yet started."""
    ids = SeededIds(2 * seed)
    return Writer(store, Log(f"urn:test:{seed}", seal, ids), clock or SystemClock(), SeededIds(2 * seed + 1), on_commit)


def staged(subject: str, revision: int, *, kind: str = "machine.state", topic: str | None = None) -> Staged:
    """An event on its way into the log."""
    data = b'{"n":%d}' % revision
    return Staged(kind, subject, revision, "engine", data, START_US + revision, topic=topic)


def note(
    subject: str, revision: int, *, topic: str | None = None, kind: str = "machine.state", data: object = None
) -> Command[int]:
    """Command: record one event and return its revision."""

    def command(transaction: Transaction) -> int:
        transaction.record(kind, subject, {"n": data}, actor="engine", revision=revision, topic=topic)
        return revision

    return command


def every(store: Store) -> list[Entry]:
    """The whole log, page by page."""
    entries: list[Entry] = []
    while True:
        with store.read() as session:
            page = log.read(session, entries[-1].seq if entries else 0, log.PAGE_MAX)
        if not page:
            return entries
        entries += page


def put_principal(session: Session, key: str, *, revision: int = 1) -> int:
    """Write a row whose schema has constraints of every sort."""
    return session.run("principal.put", (key, revision, "viewer", f"digest of {key}", START_US, "engine", None))


def principals(store: Store) -> list[str]:
    """The ids of every principal's row."""
    with store.read() as session:
        return [str(row[0]) for row in session.all("principal.page", {"after": "", "limit": 1_000})]
