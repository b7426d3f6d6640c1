"""Errors as everybody meets them: RFC 9457 problem details with a reason code, made here and nowhere else.

    ProblemError
    ├── RequestError      400 404 405 413 415 422 429   the request itself is wrong; nothing was looked at
    ├── AuthError         401 403                       who is calling is not known, or may not do this
    ├── ConflictError     409 412                       the record is not, or no longer, as the caller believes
    ├── RefusedError      409 422                       an approval, permit or re-check says no, in reason codes
    ├── UnavailableError  503                           the engine cannot do it now; nothing was done
    └── EngineError       500                           the engine is at fault

A raise site gives a code, a detail and, where it knows better than the registry, a hint. Title, hint, severity, retry
and owner come from the registry, the status from the class and `STATUS`. A detail never repeats a secret or a body.

Source: RFC 9457; `type` is a relative reference that leads to the code's own page.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from chargehand.contracts.reasons import REGISTRY, reason_code
from chargehand.contracts.verdict import Owner, Retry, Severity

PROBLEM_MEDIA_TYPE = "application/problem+json"

STATUS: dict[str, int] = {
    "REQ.TOO_LARGE": 413,
    "REQ.MEDIA_TYPE": 415,
    "REQ.NOT_FOUND": 404,
    "REQ.METHOD_NOT_ALLOWED": 405,
    "REQ.NOT_A_PROPOSAL": 422,
    "REQ.BODY_INVALID": 422,
    "REQ.OVERLOADED": 429,
    "FLEET.MACHINE_UNKNOWN": 404,
    "AUTH.PRINCIPAL_UNKNOWN": 404,
    "AUTH.ROLE_MISSING": 403,
    "AUTH.ORIGIN_REFUSED": 403,
    "AUTH.HOST_REFUSED": 403,
    "AUTH.PRINCIPAL_EXISTS": 409,
    "REV.STALE_REVISION": 412,
    "GATE.REASON_REQUIRED": 422,
}
"""Codes whose status is not the first of their class."""


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An error answer, `application/problem+json`. Readers ignore members that they do not know.

    Attributes:
        type: relative reference to the code's page, `/v1/reason-codes/REQ.NOT_JSON`.
        title: the code's title.
        status: HTTP status.
        detail: what happened this time.
        code: reason code.
        hint: what to do.
        severity: the code's severity.
        retry: when trying again makes sense.
        owner: who has to act.
        request_id: names the request in the engine's log.
        instance: path of the request.
        reason_codes: every ground, where there are several.
        current_revision: the record's present revision, for conflicts.
        retry_after_s: seconds to wait before trying again.
        field: JSON pointer or parameter name of what is wrong.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    hint: str
    severity: Severity
    retry: Retry
    owner: Owner
    request_id: str
    instance: str
    reason_codes: list[str] | None = None
    current_revision: int | None = None
    retry_after_s: int | None = None
    field: str | None = None


class ProblemError(Exception):
    """What went wrong, with its reason code. Only its subclasses are raised.

    Attributes:
        statuses: statuses that the class may have; the first is the one of codes that `STATUS` does not name.
    """

    statuses: ClassVar[tuple[int, ...]] = ()

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        hint: str | None = None,
        reason_codes: list[str] | None = None,
        current_revision: int | None = None,
        retry_after_s: int | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.entry = reason_code(code)
        self.code = code
        self.detail = detail
        self.hint = hint or self.entry.caller_text
        self.reason_codes = reason_codes
        self.current_revision = current_revision
        self.retry_after_s = retry_after_s
        self.field = field
        self.status = STATUS.get(code, self.statuses[0])
        assert self.status in self.statuses, f"{code} is not a {type(self).__name__}"


class RequestError(ProblemError):
    """The request is refused as it stands: correct it."""

    statuses = (400, 404, 405, 413, 415, 422, 429)


class AuthError(ProblemError):
    """The caller is not known, or may not do this."""

    statuses = (401, 403)


class ConflictError(ProblemError):
    """The record is not as the caller believes: read it again."""

    statuses = (409, 412)


class RefusedError(ProblemError):
    """An approval, a permit or the re-check says no. `reason_codes` carries every ground."""

    statuses = (409, 422)


class UnavailableError(ProblemError):
    """The engine cannot do it now, and has done nothing."""

    statuses = (503,)


class EngineError(ProblemError):
    """The engine is at fault."""

    statuses = (500,)


_CLASS_BY_FAMILY: dict[str, type[ProblemError]] = {
    "REQ": RequestError,
    "PROP": RequestError,
    "FLEET": RequestError,
    "TELEM": RequestError,
    "AUTH": AuthError,
    "REV": ConflictError,
    "GATE": RefusedError,
    "LEDG": ConflictError,
    "ENG": UnavailableError,
}
_CLASS_BY_CODE: dict[str, type[ProblemError]] = {
    "AUTH.PRINCIPAL_UNKNOWN": RequestError,
    "AUTH.PRINCIPAL_EXISTS": ConflictError,
    "FLEET.OWNED_ELSEWHERE": UnavailableError,
    "FLEET.WRITE_FAILED": UnavailableError,
    "FLEET.ADAPTER_FAILED": UnavailableError,
    "FLEET.CARD_INVALID": UnavailableError,
    "ENG.INTERNAL": EngineError,
    "ENG.CHECK_FAILED": EngineError,
}


def error_for(code: str, detail: str) -> ProblemError:
    """The error of a code, for failures that arrive with a code but not as a problem, such as the store's.

    Raises:
        KeyError: the code is not registered.
    """
    entry = reason_code(code)
    kind = _CLASS_BY_CODE.get(code) or _CLASS_BY_FAMILY.get(entry.family, RefusedError)
    return kind(code, detail)


def to_problem(error: ProblemError, request_id: str, instance: str = "") -> Problem:
    """The problem document of an error.

    Args:
        error: what was raised.
        request_id: names the request in the log.
        instance: path of the request.
    """
    return Problem(
        type=f"/v1/reason-codes/{error.code}",
        title=error.entry.title,
        status=error.status,
        detail=error.detail,
        code=error.code,
        hint=error.hint,
        severity=error.entry.severity,
        retry=error.entry.retry,
        owner=error.entry.owner,
        request_id=request_id,
        instance=instance,
        reason_codes=error.reason_codes,
        current_revision=error.current_revision,
        retry_after_s=error.retry_after_s,
        field=error.field,
    )


assert STATUS.keys() <= REGISTRY.keys(), "a status for a code that does not exist"
