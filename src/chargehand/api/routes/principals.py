"""Principals and sessions over HTTP. Answers that carry a secret are given once and never kept."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from chargehand.access import principals, signin
from chargehand.access.callers import LOCAL_ROLES, Caller, identify
from chargehand.api import answer, cookie
from chargehand.api.call import SESSION_COOKIE, Call
from chargehand.contracts.principal import PrincipalAddBody, PrincipalToken, Role, SessionBody, SessionRecord
from chargehand.contracts.problems import AuthError, RequestError
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.store import Session


async def add(call: Call) -> Response:
    """`POST /v1/principals`."""
    body: PrincipalAddBody = await call.record()
    key, token = await call.commit(principals.add(body.name, body.role, call.caller.principal))
    made = PrincipalToken(schema_version=1, id=key, token=token)
    return answer.record(made, status=201, headers={"location": f"/v1/principals/{key}"})


async def list_principals(call: Call) -> Response:
    """`GET /v1/principals`, by id."""
    limit = call.query["limit"]

    def reader(session: Session) -> tuple[list[Any], str | None]:
        found = principals.page(session, call.query["cursor"] or "", limit + 1)
        return found[:limit], found[limit - 1].id if len(found) > limit else None

    return answer.page(*await call.read(reader))


async def revoke(call: Call) -> Response:
    """`DELETE /v1/principals/{id}`."""
    await call.commit(principals.revoke(call.path("id"), call.caller.principal))
    return Response(status_code=204)


async def create_session(call: Call) -> Response:
    """`POST /v1/session`: a token or a one-time code becomes a cookie."""
    body: SessionBody = await call.record()
    if (body.token is None) == (body.code is None):
        raise RequestError("REQ.BODY_INVALID", "give either a token or a code")
    if body.code is not None:
        caller = Caller(signin.LOCAL_PERSON, LOCAL_ROLES)
        secret, expires_us = await call.commit(call.services.codes.redeem(body.code))
    else:
        caller = await _known(call, body.token or "")
        secret, expires_us = await call.commit(signin.open_session(caller.principal))
    record = _record(caller, expires_us)
    response = answer.record(record, status=201, headers={"location": "/v1/session"})
    cookie.give(response, call.request, secret)
    return response


async def show_session(call: Call) -> Response:
    """`GET /v1/session`: who the caller is."""
    return answer.record(
        SessionRecord(
            principal=call.caller.principal, roles=_sorted(call.caller.roles), expires_at=call.caller.expires_at
        )
    )


async def delete_session(call: Call) -> Response:
    """`DELETE /v1/session`."""
    secret = call.request.cookies.get(SESSION_COOKIE)
    if secret is not None:
        await call.commit(signin.close_session(secret))
    response = Response(status_code=204)
    cookie.take_back(response, call.request)
    return response


async def _known(call: Call, token: str) -> Caller:
    """The principal of a token; a session's secret is none."""
    if not token.startswith(principals.TOKEN_PREFIX):
        raise AuthError("AUTH.TOKEN_INVALID", "this is not a principal's token")
    now_us = call.services.clock.now_us()
    return await call.read(lambda session: identify(session, token, local=False, require_token=True, now_us=now_us))


def _record(caller: Caller, expires_us: int) -> SessionRecord:
    return SessionRecord(principal=caller.principal, roles=_sorted(caller.roles), expires_at=iso_utc(expires_us))


def _sorted(roles: frozenset[Role]) -> list[Role]:
    return sorted(roles)


HANDLERS = {
    "principal.add": add,
    "principal.list": list_principals,
    "principal.revoke": revoke,
    "session.create": create_session,
    "session.show": show_session,
    "session.delete": delete_session,
}
