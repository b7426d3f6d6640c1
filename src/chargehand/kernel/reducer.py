"""Aggregates: state that is nothing but its events, and a table row that must equal them.

An aggregate is two pure functions. `decide(state, command)` gives the events of a command or raises a refusal;
`evolve(state, event)` gives the next state. Both are total: whatever is not a transition is refused with a reason
code. `act` runs one command inside a transaction; `differences` rebuilds every row from the log and compares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from chargehand.kernel import log
from chargehand.kernel.clock import parse_utc
from chargehand.kernel.store import Row, Session
from chargehand.kernel.writer import Transaction

S = TypeVar("S", bound=msgspec.Struct)


class Fact(msgspec.Struct, frozen=True):
    """What a command decided to record.

    Attributes:
        kind: a row of `contracts/kinds.py`.
        payload: its record.
        data: the payload's canonical bytes, if they are made already.
    """

    kind: str
    payload: Any
    data: bytes | None = None


class Happened(msgspec.Struct, frozen=True):
    """An event as an aggregate sees it.

    Attributes:
        kind: a row of `contracts/kinds.py`.
        payload: its record.
        actor: who caused it.
        time_us: when.
        revision: the subject's revision after it.
        topic: what else it belongs to.
    """

    kind: str
    payload: Any
    actor: str
    time_us: int
    revision: int
    topic: str | None = None


class Aggregate(NamedTuple, Generic[S]):
    """One kind of state.

    Attributes:
        name: of the subject, `proposal`; the subject of an event is `proposal/{id}`.
        payloads: the payload record of every event kind it is made of.
        evolve: next state; the state is None before the first event.
        queries: name of its query file: `get`, `put` and `page` are expected in it.
        row: the state as a row, in the order of `put`.
        state: the state of a row, in the order of `get`.
    """

    name: str
    payloads: dict[str, type]
    evolve: Callable[[S | None, str, Happened], S]
    queries: str
    row: Callable[[S], Row]
    state: Callable[[Row], S]


def load(aggregate: Aggregate[S], session: Session, key: str) -> S | None:
    """The present state, or None."""
    found = session.one(f"{aggregate.queries}.get", {"id": key})
    return None if found is None else aggregate.state(found)


def record(
    aggregate: Aggregate[S],
    transaction: Transaction,
    key: str,
    state: S | None,
    facts: Sequence[Fact],
    *,
    actor: str,
    topic: str | None = None,
    correlationid: str | None = None,
) -> S:
    """Stage events of one subject and write the row they lead to: state and events in one transaction.

    Args:
        aggregate: what kind of state.
        transaction: the command's.
        key: the subject's id.
        state: the state they were decided on.
        facts: what happened, in order, at least one.
        actor: who caused them.
        topic: what else they belong to.
        correlationid: story they belong to.
    """
    assert facts, "a command that changes nothing records nothing"
    revision: int = 0 if state is None else state.revision  # type: ignore[attr-defined]
    now_us, subject = transaction.now_us, f"{aggregate.name}/{key}"
    for fact in facts:
        kind, payload = fact.kind, fact.payload
        assert kind in aggregate.payloads, f"{aggregate.name} has no event {kind!r}"
        revision += 1
        transaction.record(
            kind,
            subject,
            payload if fact.data is None else fact.data,
            actor=actor,
            revision=revision,
            topic=topic,
            correlationid=correlationid,
        )
        state = aggregate.evolve(state, key, Happened(kind, payload, actor, now_us, revision, topic))
    assert state is not None
    transaction.later(f"{aggregate.queries}.put", aggregate.row(state))
    return state


class Difference(NamedTuple):
    """A row that is not what its events say; `expected` or `found` is None when there is none.

    Where the events themselves cannot be read, because a payload was erased or somebody changed it, nothing is
    expected of the row and `unreadable` is True.
    """

    subject: str
    expected: Row | None
    found: Row | None
    unreadable: bool = False


def differences(aggregate: Aggregate[S], session: Session) -> Iterator[Difference]:
    """Rebuild every state of an aggregate from the log and compare it with its row.

    Memory holds the states, not the events. It raises for no content of the log, however damaged: whoever asks wants
    to know what is wrong.
    """
    states: dict[str, S] = {}
    unreadable: set[str] = set()
    for entry in _events(session, set(aggregate.payloads)):
        key = entry.subject.partition("/")[2]
        try:
            states[key] = aggregate.evolve(states.get(key), key, _happened(aggregate, entry))
        except Exception:  # noqa: BLE001 - a record that was changed can be wrong in any way
            unreadable.add(key)
    for key, found in _rows(aggregate, session):
        state = states.pop(key, None)
        expected = None if state is None or key in unreadable else aggregate.row(state)
        if expected != found:
            yield Difference(f"{aggregate.name}/{key}", expected, found, key in unreadable)
            unreadable.discard(key)
    for key, state in states.items():
        if key not in unreadable:
            yield Difference(f"{aggregate.name}/{key}", aggregate.row(state), None)
    for key in sorted(unreadable):
        yield Difference(f"{aggregate.name}/{key}", None, None, unreadable=True)


def rebuild(aggregate: Aggregate[S], session: Session) -> int:
    """Write every row anew from the log; returns how many differed. Rows whose events cannot be read are left alone."""
    count = 0
    for difference in list(differences(aggregate, session)):
        if difference.unreadable:
            continue
        count += 1
        if difference.expected is None:
            session.run(f"{aggregate.queries}.drop", {"id": difference.subject.partition("/")[2]})
        else:
            session.run(f"{aggregate.queries}.put", difference.expected)
    return count


def _happened(aggregate: Aggregate[S], entry: log.Entry) -> Happened:
    if entry.data is None:
        raise ValueError(f"the payload of event {entry.seq} was erased")
    payload: Any = msgspec.json.decode(entry.data, type=aggregate.payloads[entry.kind])
    envelope = msgspec.json.decode(entry.envelope)
    return Happened(
        entry.kind, payload, envelope["actor"], parse_utc(envelope["time"]), envelope["revision"], entry.topic
    )


def _events(session: Session, kinds: set[str]) -> Iterator[log.Entry]:
    after = 0
    while page := log.read(session, after, log.PAGE_MAX):
        after = page[-1].seq
        yield from (entry for entry in page if entry.kind in kinds)


def _rows(aggregate: Aggregate[S], session: Session) -> Iterator[tuple[str, Row]]:
    after = ""
    while page := session.all(f"{aggregate.queries}.page", {"after": after, "limit": log.PAGE_MAX}):
        after = page[-1][0]
        yield from ((row[0], tuple(row)) for row in page)
