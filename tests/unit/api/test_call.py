"""One request, looked at once: parameters are converted or refused by name, and being local cannot be claimed."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection

from chargehand.api import call
from chargehand.api.call import (
    INTEGER_MAX,
    Body,
    check_origin,
    check_revision,
    read_body,
    read_query,
    taken,
)
from chargehand.config import Config
from chargehand.contracts.operations import Parameter
from chargehand.contracts.problems import AuthError, ConflictError, RequestError
from chargehand.services import Services

PARAMETERS = (
    Parameter(name="limit", docs="", type="integer", default=50, minimum=1, maximum=200),
    Parameter(name="position", docs="", type="integer"),
    Parameter(name="follow", docs="", type="boolean", default=False),
    Parameter(name="view", docs="", choices=("caller", "operator"), default="caller"),
    Parameter(name="subject", docs=""),
)
HERE = "localhost:8420"
NEEDED = (Parameter(name="machine", docs="", required=True), *PARAMETERS)


def connection(query: str = "", client: str | None = "127.0.0.1", **headers: str) -> HTTPConnection:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {
        "type": "http",
        "path": "/v1/x",
        "query_string": query.encode("latin-1"),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in named.items()],
        "client": None if client is None else (client, 40_000),
    }
    return HTTPConnection(scope)


def services(host: str = "127.0.0.1") -> Services:
    return cast("Services", SimpleNamespace(config=Config(data=Path("x"), host=host)))


def refused(query: str, parameters: tuple[Parameter, ...] = PARAMETERS) -> str | None:
    with pytest.raises(RequestError) as caught:
        read_query(parameters, connection(query))
    assert (caught.value.code, caught.value.status) == ("REQ.PARAMETER_INVALID", 400)
    return caught.value.field


def test_what_is_not_given_has_its_default() -> None:
    defaults = {"limit": 50, "position": None, "follow": False, "view": "caller", "subject": None}
    assert read_query(PARAMETERS, connection()) == defaults
    assert read_query(PARAMETERS, connection("subject=x")) == {**defaults, "subject": "x"}


@pytest.mark.parametrize(
    ("query", "name", "value"),
    [
        ("limit=1", "limit", 1),
        ("limit=200", "limit", 200),
        ("limit=007", "limit", 7),
        (f"position={INTEGER_MAX}", "position", INTEGER_MAX),
        (f"position=-{INTEGER_MAX}", "position", -INTEGER_MAX),
        ("position=-0", "position", 0),
        ("follow=true", "follow", True),
        ("follow=TRUE", "follow", True),
        ("follow=1", "follow", True),
        ("follow=false", "follow", False),
        ("follow=0", "follow", False),
        ("view=operator", "view", "operator"),
        ("subject=machine%2FCNC-001", "subject", "machine/CNC-001"),
        ("subject=", "subject", ""),
        ("subject=a%20b%C3%A9", "subject", "a bé"),
    ],
)
def test_a_parameter_is_converted(query: str, name: str, value: Any) -> None:
    found = read_query(PARAMETERS, connection(query))[name]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=", "limit"),
        ("limit=1.0", "limit"),
        ("limit=1e2", "limit"),
        ("limit=+1", "limit"),
        ("limit=%201", "limit"),
        ("limit=1_0", "limit"),
        ("limit=--1", "limit"),
        ("limit=-", "limit"),
        ("limit=%D9%A1", "limit"),
        ("limit=%C2%B2", "limit"),
        ("position=" + "9" * 20, "position"),
        ("position=" + "0" * 5000 + "1", "position"),
        (f"position={INTEGER_MAX + 1}", "position"),
        (f"position=-{INTEGER_MAX + 1}", "position"),
        ("follow=yes", "follow"),
        ("follow=", "follow"),
        ("view=OPERATOR", "view"),
        ("view=", "view"),
        ("subject=a%00b", "subject"),
        ("limit=1&limit=1", "limit"),
        ("subject=a&limit=1&subject=b", "subject"),
        ("limits=1", "limits"),
        ("token=chp_x", "token"),
        ("=1", ""),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(query: str, field: str) -> None:
    assert refused(query) == field


def test_what_is_needed_is_asked_for() -> None:
    assert refused("", NEEDED) == "machine"
    assert refused("limit=1", NEEDED) == "machine"
    assert read_query(NEEDED, connection("machine=CNC-001"))["machine"] == "CNC-001"


@given(st.text(max_size=40))
def test_any_query_is_parameters_or_a_problem(query: str) -> None:
    codes, found = set(), {}
    try:
        found = read_query(PARAMETERS, connection(query.encode().decode("latin-1")))
    except RequestError as error:
        codes.add(error.code)
    assert codes in (set(), {"REQ.PARAMETER_INVALID"})
    assert bool(codes) or set(found) == {entry.name for entry in PARAMETERS}


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8420", "127.0.0.1", "localhost:8420", "localhost", "[::1]:8420", "[::1]", "127.9.9.9:1"],
)
def test_this_machine_may_be_called_by_its_own_names(host: str) -> None:
    check_origin(services(), connection(host=host))
    check_origin(services(), connection(host=host, origin=f"http://{host}"))


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8420",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "",
        "0.0.0.0:8420",
        "[::2]",
    ],
)
def test_a_name_that_only_leads_here_is_refused(host: str) -> None:
    """A page of a foreign site whose name resolves to loopback, for example."""
    with pytest.raises(AuthError, match=r"AUTH\.HOST_REFUSED"):
        check_origin(services(), connection(host=host))
    with pytest.raises(AuthError, match=r"AUTH\.HOST_REFUSED"):
        check_origin(services(), connection())


def test_an_engine_for_others_has_any_name() -> None:
    check_origin(services("0.0.0.0"), connection(host="cell-4.works.example:8420"))


@pytest.mark.parametrize("listens", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "",
        "http://localhost:8421",
        "http://localhost",
        "http://localhost:8420.evil.example",
        f"http://{HERE}@evil.example",
        "localhost:8420",
        "file://",
    ],
)
def test_another_sites_page_may_not_call(listens: str, origin: str) -> None:
    with pytest.raises(AuthError, match=r"AUTH\.ORIGIN_REFUSED"):
        check_origin(services(listens), connection(host=HERE, origin=origin))


@pytest.mark.parametrize("origin", ["null", "", "file://", "http://"])
def test_a_page_is_not_at_home_where_no_host_is_named(origin: str) -> None:
    with pytest.raises(AuthError, match=r"AUTH\.ORIGIN_REFUSED"):
        check_origin(services("0.0.0.0"), connection(origin=origin))


@pytest.mark.parametrize("client", ["127.0.0.1", "127.3.2.1", "::1"])
def test_a_call_over_loopback_is_local(client: str) -> None:
    assert call._is_local(services(), connection(client=client, host="localhost"))


@pytest.mark.parametrize("name", ["forwarded", "x-forwarded-for", "x-real-ip", "X-Forwarded-For"])
@pytest.mark.parametrize("value", ["127.0.0.1", "for=127.0.0.1", ""])
def test_a_forwarded_call_is_not_local_whatever_it_says(name: str, value: str) -> None:
    came = connection(host="localhost", **{name.lower(): value})
    assert not call._is_local(services(), came)


def test_a_call_from_elsewhere_is_not_local() -> None:
    for client in ("10.0.0.7", "::2", "localhost.evil.example", None):
        assert not call._is_local(services(), connection(client=client))
    # An engine that listens for others cannot tell its own machine from a proxy on it.
    assert not call._is_local(services("0.0.0.0"), connection(client="127.0.0.1"))


@pytest.mark.parametrize(
    ("header", "token"),
    [("Bearer chp_x", "chp_x"), ("bearer chp_x", "chp_x"), ("BEARER   chp_x  ", "chp_x"), (None, None)],
)
def test_a_token_comes_as_a_bearer(header: str | None, token: str | None) -> None:
    headers = {} if header is None else {"authorization": header}
    assert call._credential(connection(**headers)) == token


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic dXNlcg==", "chp_x", "Token chp_x"])
def test_what_is_no_bearer_is_refused_and_not_taken_for_nobody(header: str) -> None:
    with pytest.raises(AuthError, match=r"AUTH\.TOKEN_INVALID") as caught:
        call._credential(connection(authorization=header, cookie=f"{call.SESSION_COOKIE}=s"))
    assert header.strip() in ("", "Bearer") or header not in caught.value.detail


def test_a_session_comes_as_a_cookie_and_a_token_goes_first() -> None:
    cookie = f"{call.SESSION_COOKIE}=secret; other=x"
    assert call._credential(connection(cookie=cookie)) == "secret"
    assert call._credential(connection(cookie=cookie, authorization="Bearer chp_x")) == "chp_x"


@pytest.mark.parametrize("wanted", [None, "*", ' "3" ', "3", '"3"', '"1", "3"', "1,3"])
def test_a_change_of_the_present_revision_goes_through(wanted: str | None) -> None:
    headers = {} if wanted is None else {"if_match": wanted}
    check_revision(connection(**headers), 3)


@pytest.mark.parametrize("wanted", ["2", '"4"', "", "33", 'W/"3"', '"1", "2"', "x"])
def test_a_change_of_another_revision_is_told_the_present_one(wanted: str) -> None:
    with pytest.raises(ConflictError) as caught:
        check_revision(connection(if_match=wanted), 3)
    assert (caught.value.code, caught.value.status, caught.value.current_revision) == ("REV.STALE_REVISION", 412, 3)


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def test_a_body_is_read_and_named_by_its_digest() -> None:
    body = asyncio.run(read_body(chunks(b"ab", b"", b"c"), 3))
    assert body == Body(b"abc", 3, "sha256:" + hashlib.sha256(b"abc").hexdigest())
    assert taken(body, 3) == b"abc"


def test_a_body_that_is_too_large_is_not_kept_and_still_named() -> None:
    body = asyncio.run(read_body(chunks(b"ab", b"cd"), 3))
    assert body == Body(b"", 4, "sha256:" + hashlib.sha256(b"abcd").hexdigest())
    with pytest.raises(RequestError) as caught:
        taken(body, 3)
    assert (caught.value.code, caught.value.status) == ("REQ.TOO_LARGE", 413)


def test_nobody_is_read_from_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call, "HASHED_BYTES_MAX", 10)
    sent: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            sent.append(4)
            yield b"abcd"

    body = asyncio.run(read_body(endless(), 3))
    assert (body.data, body.size, len(sent)) == (b"", 12, 3)
