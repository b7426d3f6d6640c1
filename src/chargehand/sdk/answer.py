"""From the bytes of an answer to the operation's record, or to the error that they tell. Pure, for both clients.

Readers are lenient where the contract grows (unknown members are ignored) and strict where it does not: what is no
JSON, no record of the contract, or no problem document is refused as the answer of something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import msgspec

from chargehand.contracts.operations import OPERATIONS
from chargehand.sdk.errors import ProblemAnswer, UnreadableAnswer, problem_answer


class Answer(NamedTuple):
    """An answer as it came. The bytes matter: those of a verdict are the same on every surface.

    Attributes:
        url: the address that was asked.
        status: HTTP status.
        headers: headers, looked up in any case.
        content: the body.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def revision(self) -> int | None:
        """Revision of the record, from `ETag`; null where there is none."""
        text = self.headers.get("etag", "").strip('"')
        return int(text) if text.isdecimal() else None

    @property
    def replayed(self) -> bool:
        """Whether this is the first answer to its `Idempotency-Key`, given again."""
        return self.headers.get("idempotent-replayed") == "true"

    @property
    def request_id(self) -> str | None:
        """Name of the request in the engine's log."""
        return self.headers.get("x-request-id")


def check(answer: Answer) -> Answer:
    """The same answer, if it is one of success.

    Raises:
        ProblemAnswer: the engine refused.
        UnreadableAnswer: it is neither success nor a problem document.
    """
    if 200 <= answer.status < 300:
        return answer
    raise refusal(answer)


def refusal(answer: Answer) -> ProblemAnswer | UnreadableAnswer:
    """The error that an answer of failure tells."""
    try:
        problem = msgspec.json.decode(answer.content, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        problem = {}
    if not isinstance(problem.get("code"), str):
        return UnreadableAnswer(answer.url, f"status {answer.status} without a problem document")
    return problem_answer(answer.status, problem)


def decode(name: str, answer: Answer) -> Any:
    """The operation's output record; None where it has none.

    Raises:
        UnreadableAnswer: the body is not that record.
    """
    if OPERATIONS[name].output is None or answer.status == 204:
        return None
    try:
        return _decoder(name).decode(answer.content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableAnswer(answer.url, f"{name} answered something else: {error}") from error


@cache
def _decoder(name: str) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(OPERATIONS[name].output)
