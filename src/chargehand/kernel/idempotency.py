"""The same request under the same key is done once: a repeat gets the first answer, byte for byte.

The answer is kept in the transaction of what it answers, so a crash leaves either both or neither. A key that comes
back with another request is refused. Answers that carry a secret never go through here.
"""

from __future__ import annotations

from typing import NamedTuple

from chargehand.contracts.problems import ConflictError
from chargehand.kernel.clock import SECOND_US
from chargehand.kernel.writer import Command, Transaction

KEEP_US = 24 * 3600 * SECOND_US
KEY_CHARACTERS_MAX = 200


class Answer(NamedTuple):
    """What a mutation answers: HTTP status, location of what it made, body, and whether it was given before."""

    status: int
    location: str | None
    body: bytes
    replayed: bool = False


def once(principal: str, key: str, request_digest: str, command: Command[Answer]) -> Command[Answer]:
    """The command, done at most once per principal and key.

    Raises:
        ConflictError: the key was used for another request.
    """

    def guarded(transaction: Transaction) -> Answer:
        found = transaction.session.one("idempotency.find", {"principal": principal, "key": key})
        if found is not None:
            if found[0] != request_digest:
                raise ConflictError(
                    "REV.IDEMPOTENCY_MISMATCH", f"the key {key!r} was used for another request", hint="use a new key"
                )
            return Answer(int(found[1]), found[2], bytes(found[3]), replayed=True)
        answer = command(transaction)
        transaction.session.run(
            "idempotency.remember",
            (principal, key, request_digest, answer.status, answer.location, answer.body, transaction.now_us),
        )
        return answer

    return guarded


def forget_old(transaction: Transaction) -> None:
    """Command: drop answers that are older than a day."""
    transaction.session.run("idempotency.forget", {"before_us": transaction.now_us - KEEP_US})
