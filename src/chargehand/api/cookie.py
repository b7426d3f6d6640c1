"""The session cookie: how a browser carries its session, the same from the API and from the sign-in page.

No script reads it, no other site sends it, and what was given over TLS never travels without.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from chargehand.access.signin import SESSION_LIFE_US
from chargehand.api.call import SESSION_COOKIE
from chargehand.kernel.clock import SECOND_US


def give(response: Response, request: Request, secret: str) -> None:
    """Let the browser keep a session that has just begun, for as long as it lives."""
    response.set_cookie(
        SESSION_COOKIE,
        secret,
        max_age=SESSION_LIFE_US // SECOND_US,
        httponly=True,
        samesite="strict",
        secure=_over_tls(request),
    )


def take_back(response: Response, request: Request) -> None:
    """Let the browser forget its session."""
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict", secure=_over_tls(request))


def _over_tls(request: Request) -> bool:
    return request.url.scheme == "https"
