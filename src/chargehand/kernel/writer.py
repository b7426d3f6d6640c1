"""Group commit: many commands share one fsync, each atomic on its own, none acknowledged before it is durable.

One thread owns the writing. It takes whatever is queued, runs each command under its own savepoint, appends their
events in one go, commits once, and only then hands the answers back, once per mailbox. A refused command leaves no
trace and harms no neighbour. The writer knows commands, events and transactions, and nothing of what they mean.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import structlog

from chargehand.kernel import faults
from chargehand.kernel.batch import Batch
from chargehand.kernel.canonical import record_bytes
from chargehand.kernel.clock import Clock
from chargehand.kernel.ids import IdSource
from chargehand.kernel.log import Log, Staged, check_payload
from chargehand.kernel.store import Params, Store, StoreError

QUEUE_MAX = 10_000
"""Commands that may wait; beyond, callers are told at once instead of waiting without end."""

T = TypeVar("T")
_log = structlog.get_logger(__name__)


class OverloadedError(Exception):
    """The writer's queue is full. Nothing was recorded; try again shortly."""


class StoppedError(Exception):
    """The writer has stopped. Nothing was recorded."""


class Transaction:
    """What a command sees: named queries, the time, ids, and a way to record events.

    Attributes:
        session: queries, inside the batch's transaction.
        now_us: the instant of this command; a replay has an instant of its own.
        ids: where new ids come from.
    """

    def __init__(self, session: Batch, now_us: int, ids: IdSource) -> None:
        self.session = session
        self.now_us = now_us
        self.ids = ids
        self.staged: list[Staged] = []

    def record(
        self,
        kind: str,
        subject: str,
        payload: Any,
        *,
        actor: str,
        revision: int,
        topic: str | None = None,
        correlationid: str | None = None,
        causationid: str | None = None,
    ) -> bytes:
        """Stage one event; it gets its position when the batch is written. Returns the payload's canonical bytes.

        Args:
            kind: a row of `contracts/kinds.py`.
            subject: what it is about.
            payload: its record, or canonical bytes that are already made.
            actor: who caused it.
            revision: the subject's revision after this event.
            topic: what else it belongs to.
            correlationid: story it belongs to.
            causationid: what led to it.
        """
        data = check_payload(payload if isinstance(payload, bytes) else record_bytes(payload), kind)
        self.staged.append(
            Staged(
                kind=kind,
                subject=subject,
                revision=revision,
                actor=actor,
                data=data,
                time_us=self.now_us,
                topic=topic,
                correlationid=correlationid,
                causationid=causationid,
            )
        )
        return data

    def later(self, query: str, params: Params) -> None:
        """Write a row by the end of the batch; reading sees it. For rows that the schema has no reason to refuse."""
        self.session.later(query, params)


Command = Callable[[Transaction], T]


class Mailbox(Protocol):
    """Where answers are handed back: called once per batch, from the writer's thread."""

    def deliver(self, answers: Sequence[tuple[Any, Any, BaseException | None]]) -> None:
        """Take `(ticket, result, error)` for every command of this mailbox in the batch."""
        ...


class FutureMailbox:
    """Answers as `concurrent.futures.Future`: for synchronous callers."""

    def deliver(self, answers: Sequence[tuple[Any, Any, BaseException | None]]) -> None:
        """Resolve the futures."""
        for future, result, error in answers:
            try:
                if error is None:
                    future.set_result(result)
                else:
                    future.set_exception(error)
            except InvalidStateError:
                # Its caller has cancelled it; what it asked for is durable all the same, and the others are waiting.
                continue


class _Order(NamedTuple):
    command: Command[Any]
    mailbox: Mailbox
    ticket: Any


class Answer(NamedTuple, Generic[T]):
    """What a command came to: its result, or the error it raised."""

    result: T | None
    error: BaseException | None


class Writer:
    """The one writing thread of a process.

    Args:
        store: where.
        log: what events become.
        clock: the instant of each command.
        ids: for commands; used by this thread alone.
        on_commit: called after each commit with the new head, to wake readers in this process.
    """

    def __init__(
        self, store: Store, log: Log, clock: Clock, ids: IdSource, on_commit: Callable[[int], None] | None = None
    ) -> None:
        self._store = store
        self._log = log
        self._clock = clock
        self._ids = ids
        self._on_commit = on_commit or (lambda _head: None)
        self._orders: queue.Queue[_Order | None] = queue.Queue(maxsize=QUEUE_MAX)
        self._thread: threading.Thread | None = None
        self._futures = FutureMailbox()
        self._stopping = False
        self._door = threading.Lock()

    def start(self) -> None:
        """Begin to serve the queue."""
        assert self._thread is None, "a writer starts once"
        self._thread = threading.Thread(target=self._serve, name="writer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish what is queued, then stop. Safe to call twice."""
        with self._door:
            if self._thread is None or self._stopping:
                return
            self._stopping = True
        self._orders.put(None)
        self._thread.join()

    def post(self, command: Command[Any], mailbox: Mailbox, ticket: Any) -> None:
        """Queue a command; its answer goes to the mailbox once it is durable.

        Raises:
            OverloadedError: the queue is full.
            StoppedError: the writer has stopped.
        """
        # Under the door's lock nothing can come to stand behind the stop mark, where nobody would answer it.
        with self._door:
            if self._stopping:
                raise StoppedError("the engine is stopping")
            try:
                self._orders.put_nowait(_Order(command, mailbox, ticket))
            except queue.Full:
                raise OverloadedError(f"{QUEUE_MAX} commands are waiting") from None

    def submit(self, command: Command[T]) -> Future[T]:
        """Queue a command; the future holds its result once it is durable."""
        future: Future[T] = Future()
        self.post(command, self._futures, future)
        return future

    def call(self, command: Command[T]) -> T:
        """Run a command and wait until it is durable. Raises what the command raised."""
        return self.submit(command).result()

    def run_batch(self, commands: Sequence[Command[Any]]) -> list[Answer[Any]]:
        """Run commands as one batch, in this thread: for the simulator and for benches, without the queue."""
        return self._commit(commands)

    def _serve(self) -> None:
        while True:
            order = self._orders.get()
            if order is None:
                return
            orders = [order]
            last = self._take_waiting(orders)
            self._answer(orders, self._commit([item.command for item in orders]))
            if last:
                return

    def _take_waiting(self, orders: list[_Order]) -> bool:
        """Take what else is queued, up to a batch. True when the stop mark was among it."""
        while len(orders) < self._store.batch_max:
            try:
                order = self._orders.get_nowait()
            except queue.Empty:
                return False
            if order is None:
                return True
            orders.append(order)
        return False

    def _answer(self, orders: Sequence[_Order], answers: Sequence[Answer[Any]]) -> None:
        faults.point("writer.before_reply")
        by_mailbox: dict[int, tuple[Mailbox, list[tuple[Any, Any, BaseException | None]]]] = {}
        for order, answer in zip(orders, answers, strict=True):
            _, letters = by_mailbox.setdefault(id(order.mailbox), (order.mailbox, []))
            letters.append((order.ticket, answer.result, answer.error))
        for mailbox, letters in by_mailbox.values():
            try:
                mailbox.deliver(letters)
            except Exception:  # noqa: BLE001 - a mailbox is foreign code
                # A reader that has gone away must not take the writer with it; what it asked for is durable.
                _log.exception("writer.deliver_failed")

    def _commit(self, commands: Sequence[Command[Any]], *, alone: bool = False) -> list[Answer[Any]]:
        """Run and commit a batch; when the database itself objects, replay it one by one, each once.

        A replay sees what others have committed meanwhile, so of two nodes that wanted the same key the later one
        answers like any command that comes late.
        """
        try:
            answers, head = self._attempt(commands)
        except StoreError as error:
            if alone:
                return [Answer(None, error)]
            _log.warning("writer.batch_replayed", commands=len(commands), error=str(error))
            return [answer for command in commands for answer in self._commit([command], alone=True)]
        except Exception as error:  # noqa: BLE001 - the writer thread must go on; every caller is told
            _log.exception("writer.batch_failed")
            return [Answer(None, error) for _ in commands]
        if head is not None:
            self._wake(head)
        return answers

    def _attempt(self, commands: Sequence[Command[Any]]) -> tuple[list[Answer[Any]], int | None]:
        """One transaction: the answers, and the log's new head if it grew."""
        answers: list[Answer[Any]] = []
        head: int | None = None
        committing = False
        try:
            with self._store.write() as session:
                batch = Batch(session)
                staged: list[Staged] = []
                for command in commands:
                    transaction = Transaction(batch, self._clock.now_us(), self._ids)
                    answers.append(_run(command, transaction, staged))
                batch.write_kept()
                if staged:
                    head = self._log.append(session, staged)
                faults.point("writer.before_commit")
                committing = True
        except StoreError as error:
            if not committing:
                raise
            # Whether a commit that reports an error has happened is not known: to replay it could do everything twice.
            _log.exception("writer.commit_failed", commands=len(commands))
            return [Answer(None, error) for _ in commands], None
        faults.point("writer.after_commit")
        return answers, head

    def _wake(self, head: int) -> None:
        try:
            self._on_commit(head)
            self._store.announce()
        except Exception:  # noqa: BLE001 - whoever is woken is foreign code
            # Readers look again by themselves; what was committed is not undone, and must not be replayed, for this.
            _log.exception("writer.wake_failed")


def _run(command: Command[Any], transaction: Transaction, staged: list[Staged]) -> Answer[Any]:
    """Run one command. A refusal is its answer and leaves nothing behind; a failing database ends the batch."""
    batch = transaction.session
    batch.begin()
    try:
        faults.point("writer.in_command")
        result = command(transaction)
    except BaseException as error:
        # Whatever ends a command, its savepoint ends too: an open one would outlive the transaction.
        batch.undo(error)
        if isinstance(error, StoreError) or not isinstance(error, Exception):
            raise
        return Answer(None, error)
    batch.keep()
    staged.extend(transaction.staged)
    return Answer(result, None)
