"""Signing in: a token becomes a cookie, a one-time link works once, and what has ended opens nothing any more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie

import httpx
import pytest

from tests.surfaces.asking import World
from tests.surfaces.engine import Engine, Start, engines
from tests.surfaces.reading import web_socket

COOKIE = "chargehand_session"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An engine with a principal of every role."""
    with engines() as starter:
        yield World(starter(tmp_path_factory.mktemp("sign-in") / "data").ready())


def link(engine: Engine) -> str:
    """The one-time code that the engine printed when it started."""
    found = re.search(r"/signin\?code=(\S+)", engine.talk)
    assert found is not None, engine.talk
    return found[1]


def cookie(response: httpx.Response) -> str:
    """The session's secret, out of a cookie that no script reads and no other site sends."""
    morsel = SimpleCookie(response.headers["set-cookie"])[COOKIE]
    assert morsel["httponly"]
    assert morsel["samesite"].lower() == "strict"
    assert morsel["path"] == "/"
    assert not morsel["domain"]
    assert 0 < int(morsel["max-age"]) <= 12 * 3600
    return morsel.value


def signed_in(engine: Engine, token: str) -> dict[str, str]:
    """Headers of a browser that has swapped a token for a cookie."""
    made = engine.post("/v1/session", {"token": token})
    engine.http.cookies.clear()
    assert made.status_code == 201, made.text
    return {"cookie": f"{COOKIE}={cookie(made)}"}


def test_token_becomes_a_cookie(world: World) -> None:
    engine = world.engine
    made = engine.post("/v1/session", {"token": world.tokens["approver"]})
    secret = cookie(made)
    engine.http.cookies.clear()
    assert (made.status_code, made.headers["location"]) == (201, "/v1/session")
    assert (made.json()["principal"], made.json()["roles"]) == ("human:approver", ["approver", "viewer"])
    assert secret not in made.text, "the secret is in the cookie alone"
    headers = {"cookie": f"{COOKIE}={secret}"}
    assert engine.get("/v1/session", headers=headers).json() == made.json()
    answer = engine.post(
        f"/v1/approvals/{world.approval()['id']}/decide", {"decision": "approve", "reason": "seen"}, headers=headers
    )
    assert (answer.status_code, answer.json()["decided_by"]) == (200, "human:approver")
    with web_socket(engine, "/ws/telemetry", additional_headers=headers) as socket:
        assert socket.recv(timeout=30)


def test_session_ends_when_it_is_deleted(world: World) -> None:
    engine, headers = world.engine, signed_in(world.engine, world.tokens["viewer"])
    assert engine.get("/v1/session", headers=headers).status_code == 200
    gone = engine.http.delete("/v1/session", headers=headers)
    assert (gone.status_code, gone.content) == (204, b"")
    assert 'chargehand_session=""' in gone.headers["set-cookie"]
    refused = engine.get("/v1/session", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (401, "AUTH.TOKEN_INVALID")
    # Whoever has signed out may do so again, and sign in again, with the dead cookie still in the browser.
    assert engine.http.delete("/v1/session", headers=headers).status_code == 204
    again = engine.post("/v1/session", {"token": world.tokens["viewer"]}, headers=headers)
    engine.http.cookies.clear()
    assert again.status_code == 201


def test_revoking_ends_tokens_and_sessions_at_once(world: World) -> None:
    engine = world.engine
    token = world.add("leaver", "operator", headers=world.bearer("admin"))
    headers = signed_in(engine, token)
    assert engine.get("/v1/session", headers=headers).json()["principal"] == "human:leaver"
    revoked = engine.http.delete("/v1/principals/human:leaver", headers=world.bearer("admin"))
    assert revoked.status_code == 204
    for given in (headers, {"authorization": f"Bearer {token}"}):
        refused = engine.get("/v1/session", headers=given)
        assert refused.status_code == 401
        assert refused.json()["code"] in ("AUTH.PRINCIPAL_REVOKED", "AUTH.TOKEN_INVALID")
    refused = engine.post("/v1/session", {"token": token})
    assert (refused.status_code, refused.json()["code"]) == (401, "AUTH.PRINCIPAL_REVOKED")


def test_one_time_link_works_once(start: Start, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Only a form uses it up, so that a preview of the link does not; with it the person at the machine is back."""
    engine = World(start(tmp_path_factory.mktemp("link") / "data").ready()).engine
    code = link(engine)
    for _ in range(2):
        page = engine.get(f"/signin?code={code}")
        assert page.status_code == 200
        assert code in page.text
    made = engine.http.post("/signin", data={"code": code})
    assert (made.status_code, made.headers["location"]) == (303, "/")
    headers = {"cookie": f"{COOKIE}={cookie(made)}"}
    engine.http.cookies.clear()
    whoever = engine.get("/v1/session", headers=headers).json()
    assert whoever["principal"] == "human:local"
    assert whoever["roles"] == ["admin", "approver", "operator", "viewer"]
    assert engine.get("/v1/principals", headers=headers).status_code == 200
    for again in (engine.http.post("/signin", data={"code": code}), engine.post("/v1/session", {"code": code})):
        assert (again.status_code, again.json()["code"]) == (401, "AUTH.LINK_INVALID")
        assert "set-cookie" not in again.headers


@pytest.mark.parametrize("code", ["", "x", "1.2.3", "9999999999999999.abc." + "0" * 64, "\xff", "a" * 3_000])
def test_link_that_was_never_given(engine: Engine, code: str) -> None:
    for answer in (engine.http.post("/signin", data={"code": code}), engine.post("/v1/session", {"code": code})):
        assert (answer.status_code, answer.json()["code"]) == (401, "AUTH.LINK_INVALID")
        assert "set-cookie" not in answer.headers


def test_sign_in_page_repeats_nothing_as_markup(engine: Engine) -> None:
    page = engine.get('/signin?code="><script>alert(1)</script>')
    assert "<script>" not in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_foreign_page_cannot_sign_anybody_in(engine: Engine) -> None:
    answer = engine.http.post("/signin", data={"code": link(engine)}, headers={"origin": "http://evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (403, "AUTH.ORIGIN_REFUSED")


@pytest.mark.parametrize("body", [{}, {"token": "a", "code": "b"}, {"token": None}, {"token": "cht_nobody"}])
def test_session_takes_either_a_token_or_a_code(engine: Engine, body: dict[str, str]) -> None:
    answer = engine.post("/v1/session", body)
    assert answer.json()["code"] in ("REQ.BODY_INVALID", "AUTH.TOKEN_INVALID")
    assert "set-cookie" not in answer.headers


def test_secrets_are_shown_once_and_kept_as_digests(world: World) -> None:
    """Neither token nor permit nor cookie stands anywhere in what the engine tells or keeps."""
    engine = world.engine
    token = world.add("keeper", "agent", headers=world.bearer("admin"))
    session = signed_in(engine, token)["cookie"].partition("=")[2]
    permitted = world.permitted()
    permit = permitted.body["permit"]
    told = [
        engine.get("/v1/ledger/export").content,
        engine.get("/v1/principals", headers=world.bearer("admin")).content,
        engine.get(f"/v1/decisions/{permitted.path['id']}/explain").content,
        engine.talk.encode(),
        *(path.read_bytes() for path in engine.data.glob("*.db*")),
    ]
    for secret in (token, session, permit):
        assert not [content for content in told if secret.encode() in content]
