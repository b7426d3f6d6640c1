"""What can go wrong between a client and an engine, each with its reason code.

    ClientError
    ├── BadArgument          nothing was sent: an argument cannot stand in a request
    ├── Unreachable          no engine answered
    │   └── UnreadableAnswer something answered, but not as an engine of this contract does
    └── ProblemAnswer        the engine said no, as a problem document
        ├── RequestProblem   400 404 405 413 415 422 429   correct the request
        ├── AccessProblem    401 403                       show a token, or one with the role
        ├── ConflictProblem  409 412                       read the record again, or a gate refuses
        └── EngineProblem    500 503                       the engine cannot; `retry` says whether later

A problem keeps the whole document, members that this client does not know included.
"""

from __future__ import annotations

from typing import Any

from chargehand.contracts.reasons import reason_code


class ClientError(Exception):
    """What went wrong, with its reason code.

    Attributes:
        code: reason code.
        detail: what happened.
        hint: what to do.
        request_id: names the request in the engine's log, or null when the engine never answered.
    """

    def __init__(self, code: str, detail: str, hint: str | None = None, request_id: str | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.hint = hint if hint is not None else _caller_text(code)
        self.request_id = request_id


class BadArgument(ClientError):  # noqa: N818 - it names what was handed over
    """An argument cannot stand in a request. Nothing was sent."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__("REQ.PARAMETER_INVALID", f"{name}: {detail}", f"Give another {name}.")
        self.name = name


class Unreachable(ClientError):  # noqa: N818 - it says what the engine is
    """No engine answered at the address.

    Attributes:
        url: the address.
    """

    def __init__(self, url: str, detail: str, hint: str | None = None) -> None:
        super().__init__(
            "ENG.UNREACHABLE",
            f"{url}: {detail}",
            hint or "Start the engine with `chargehand up`, or name its address.",
        )
        self.url = url


class UnreadableAnswer(Unreachable):
    """Something answered that is not an engine, or one whose contract this client cannot read."""

    def __init__(self, url: str, detail: str) -> None:
        super().__init__(url, detail, "Check that the address is an engine's, and that client and engine fit.")


class ProblemAnswer(ClientError):  # noqa: N818 - it is what arrived
    """The engine refused, and said why.

    Attributes:
        status: HTTP status.
        title: the code's headline.
        severity: info, advice, warn, block or critical; null if the engine did not say.
        retry: when trying again makes sense; null if the engine did not say.
        owner: who has to act; null if the engine did not say.
        reason_codes: every ground; the code alone where there is one.
        current_revision: the record's present revision, for conflicts.
        retry_after_s: seconds to wait before trying again.
        field: JSON pointer or parameter name of what is wrong.
        problem: the document as it arrived.
    """

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        code = str(problem.get("code"))
        super().__init__(code, str(problem.get("detail", "")), problem.get("hint"), problem.get("request_id"))
        self.status = status
        self.problem = problem
        self.title: str | None = problem.get("title")
        self.severity: str | None = problem.get("severity")
        self.retry: str | None = problem.get("retry")
        self.owner: str | None = problem.get("owner")
        self.reason_codes: list[str] = problem.get("reason_codes") or [code]
        self.current_revision: int | None = problem.get("current_revision")
        self.retry_after_s: int | None = problem.get("retry_after_s")
        self.field: str | None = problem.get("field")


class RequestProblem(ProblemAnswer):
    """The request is refused as it stands."""


class AccessProblem(ProblemAnswer):
    """The caller is not known, or may not do this."""


class ConflictProblem(ProblemAnswer):
    """The record is not as the caller believes, or a gate refuses."""


class EngineProblem(ProblemAnswer):
    """The engine is at fault, or cannot do it now."""


def problem_answer(status: int, problem: dict[str, Any]) -> ProblemAnswer:
    """The error of a problem document, by its status."""
    if status in (401, 403):
        return AccessProblem(status, problem)
    if status in (409, 412):
        return ConflictProblem(status, problem)
    return EngineProblem(status, problem) if status >= 500 else RequestProblem(status, problem)


def _caller_text(code: str) -> str:
    try:
        return reason_code(code).caller_text
    except KeyError:
        # Minted after this client was built.
        return ""
