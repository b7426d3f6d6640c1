"""The same request under the same key is done once, on every store and across nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from chargehand.contracts.problems import ConflictError
from chargehand.kernel import idempotency
from chargehand.kernel.idempotency import Answer, once
from chargehand.kernel.store import Store
from chargehand.kernel.writer import Command, Transaction, Writer
from chargehand.testing.clock import SimClock
from tests.conformance.nodes import every, note, writer_of

if TYPE_CHECKING:
    from chargehand.kernel.postgres import PostgresStore

BODY = b'{"id":"dec_1"}'


def made(subject: str = "machine/1") -> Command[Answer]:
    def command(transaction: Transaction) -> Answer:
        note(subject, 1)(transaction)
        return Answer(201, "/v1/decisions/dec_1", BODY)

    return command


def ask(writer: Writer, command: Command[Answer]) -> Answer:
    (answer,) = writer.run_batch([command])
    if answer.error is not None:
        raise answer.error
    assert isinstance(answer.result, Answer)
    return answer.result


def test_a_repeat_gets_the_first_answer_byte_for_byte(store: Store) -> None:
    writer = writer_of(store)
    first = ask(writer, once("human:a", "k", "digest", made()))
    again = ask(writer, once("human:a", "k", "digest", made()))
    assert first == Answer(201, "/v1/decisions/dec_1", BODY, replayed=False)
    assert again == first._replace(replayed=True)
    assert len(every(store)) == 1


def test_a_repeat_within_one_batch_is_a_repeat(store: Store) -> None:
    answers = writer_of(store).run_batch([once("human:a", "k", "digest", made())] * 3)
    assert [answer.result.replayed for answer in answers if answer.result] == [False, True, True]
    assert len(every(store)) == 1


def test_another_request_under_the_key_is_refused(store: Store) -> None:
    writer = writer_of(store)
    ask(writer, once("human:a", "k", "digest", made()))
    with pytest.raises(ConflictError) as caught:
        ask(writer, once("human:a", "k", "other", made("machine/2")))
    assert caught.value.code == "REV.IDEMPOTENCY_MISMATCH"
    assert len(every(store)) == 1


def test_keys_belong_to_their_principal(store: Store) -> None:
    writer = writer_of(store)
    ask(writer, once("human:a", "k", "digest", made("machine/1")))
    assert ask(writer, once("human:b", "k", "other", made("machine/2"))).replayed is False


def test_what_failed_is_not_remembered(store: Store) -> None:
    def fail(_transaction: Transaction) -> Answer:
        raise RuntimeError

    writer = writer_of(store)
    with pytest.raises(RuntimeError):
        ask(writer, once("human:a", "k", "digest", fail))
    assert ask(writer, once("human:a", "k", "digest", made())).replayed is False


def test_an_answer_is_kept_a_day(store: Store) -> None:
    clock = SimClock()
    writer = writer_of(store, clock=clock)
    ask(writer, once("human:a", "k", "digest", made()))
    clock.advance(idempotency.KEEP_US)
    writer.run_batch([idempotency.forget_old])
    assert ask(writer, once("human:a", "k", "digest", made("machine/2"))).replayed is True
    clock.advance(1)
    writer.run_batch([idempotency.forget_old])
    assert ask(writer, once("human:a", "k", "digest", made("machine/2"))).replayed is False


@pytest.mark.postgres
def test_two_nodes_at_once_do_it_once(open_postgres: Callable[[], PostgresStore]) -> None:
    one, two = open_postgres(), open_postgres()
    other: list[Answer] = []

    def meanwhile(transaction: Transaction) -> Answer:
        # The other node has looked, found nothing, and is ahead by a commit.
        if not other:
            other.append(ask(writer_of(two, seed=2), once("human:a", "k", "digest", made())))
        return made()(transaction)

    answer = ask(writer_of(one), once("human:a", "k", "digest", meanwhile))
    assert other == [Answer(201, "/v1/decisions/dec_1", BODY, replayed=False)]
    assert answer == other[0]._replace(replayed=True)
    assert len(every(one)) == 1
