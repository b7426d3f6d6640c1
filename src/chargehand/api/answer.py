"""Answers: canonical JSON for records, problem+json for errors, and the headers that every answer carries."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from chargehand.contracts.problems import PROBLEM_MEDIA_TYPE, ProblemError, to_problem
from chargehand.kernel.canonical import record_bytes
from chargehand.kernel.idempotency import Answer

JSON = "application/json"
_DEVICES = (
    *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid", "magnetometer"),
    *("microphone", "midi", "payment", "serial", "usb"),
)
"""What no page of ours asks the browser's machine for."""

SECURITY_HEADERS: list[tuple[bytes, bytes]] = [
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    # Not `no-referrer`: under that, browsers post the sign-in form with `Origin: null`, which is refused.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", ", ".join(f"{device}=()" for device in _DEVICES).encode()),
    (b"cache-control", b"no-store"),
]
"""On every answer, unless the answer says otherwise itself: the control centre's files do, and nothing else."""


def record(value: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A record of `contracts/` as JSON."""
    return raw(record_bytes(value), status=status, headers=headers)


def raw(body: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON bytes that exist already."""
    return Response(body, status, headers, JSON)


def page(items: list[Any], next_cursor: str | None) -> Response:
    """One page of records."""
    return record({"items": items, "next_cursor": next_cursor})


def raw_page(items: list[bytes], next_cursor: str | None) -> Response:
    """One page of items whose bytes exist already."""
    return raw(b'{"items":[' + b",".join(items) + b'],"next_cursor":' + record_bytes(next_cursor) + b"}")


def kept(answer: Answer) -> Response:
    """The answer of a mutation, marked when it was given before."""
    headers = {}
    if answer.location is not None:
        headers["location"] = answer.location
    if answer.replayed:
        headers["idempotent-replayed"] = "true"
    return raw(answer.body, status=answer.status, headers=headers)


def problem(error: ProblemError, request_id: str, path: str) -> Response:
    """An error answer."""
    found = to_problem(error, request_id, path)
    headers = {}
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    if found.retry_after_s is not None:
        headers["retry-after"] = str(found.retry_after_s)
    return Response(record_bytes(found), found.status, headers, PROBLEM_MEDIA_TYPE)
