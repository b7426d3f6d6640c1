"""Where an engine is, how long to wait for it, and what a broken connection to it means. Pure, for both clients."""

from __future__ import annotations

import httpx

from chargehand.contracts.operations import Operation
from chargehand.sdk.errors import BadArgument, Unreachable, UnreadableAnswer

DEFAULT_URL = "http://127.0.0.1:8420"
TIMEOUT_S = 30.0
SLOW_S = {"ledger.verify": 3600.0, "ledger.export": 3600.0}
"""Operations that read the whole log, with the seconds that they may keep silent."""


def checked_url(url: str) -> str:
    """The address without its last slash.

    Raises:
        BadArgument: it is no http address, or it carries a credential.
    """
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError) as error:
        raise BadArgument("url", str(error)) from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise BadArgument("url", f"{url!r} is not like http://127.0.0.1:8420")
    if parsed.userinfo or parsed.query or parsed.fragment:
        raise BadArgument("url", "an address carries no credential and no query")
    return url.rstrip("/")


def patience(operation: Operation, timeout_s: float) -> httpx.Timeout:
    """How long to wait for the parts of an ordinary answer."""
    return httpx.Timeout(timeout_s, read=SLOW_S.get(operation.name, timeout_s))


def stream_patience(timeout_s: float, quiet_s: float) -> httpx.Timeout:
    """How long to wait for a stream: silence is a cut, since the engine sends heartbeats."""
    return httpx.Timeout(timeout_s, read=quiet_s)


def broken(url: str, operation: Operation, error: httpx.HTTPError | httpx.StreamError) -> Unreachable:
    """The error that a failed connection tells."""
    if isinstance(error, httpx.DecodingError):
        return UnreadableAnswer(url, f"its answer cannot be decoded: {error}")
    detail = str(error) or type(error).__name__
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return Unreachable(url, f"nothing answers: {detail}")
    hint = None
    if operation.effect == "write":
        hint = "It may have been done all the same: look, or ask again with the same Idempotency-Key."
    return Unreachable(url, f"the connection broke before the answer: {detail}", hint)
