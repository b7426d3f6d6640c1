"""The session cookie is one thing, wherever it is given: closed to scripts, and over TLS closed to everything else."""

from __future__ import annotations

from http.cookies import Morsel, SimpleCookie

import pytest
from starlette.requests import Request
from starlette.responses import Response

from chargehand.api import cookie
from chargehand.api.call import SESSION_COOKIE


def request(scheme: str) -> Request:
    server = ("engine.example", 443)
    return Request(
        {"type": "http", "scheme": scheme, "server": server, "path": "/", "headers": [], "query_string": b""}
    )


def morsel(response: Response) -> Morsel[str]:
    return SimpleCookie(response.headers["set-cookie"])[SESSION_COOKIE]


@pytest.mark.parametrize(("scheme", "secure"), [("https", True), ("http", "")])
def test_a_cookie_that_was_given_over_tls_never_travels_without(scheme: str, secure: object) -> None:
    given, taken = Response(), Response()
    cookie.give(given, request(scheme), "chs_1")
    cookie.take_back(taken, request(scheme))
    assert (morsel(given).value, morsel(given)["max-age"]) == ("chs_1", "43200")
    assert (morsel(taken).value, morsel(taken)["max-age"]) == ("", "0")
    for found in (morsel(given), morsel(taken)):
        assert found["secure"] == secure
        assert found["httponly"]
        assert found["samesite"] == "strict"
