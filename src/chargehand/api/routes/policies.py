"""Policies, reason codes and cards over HTTP: what the auditor goes by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.responses import Response

from chargehand.api import answer
from chargehand.api.call import Call
from chargehand.auditor.cards import LoadedCard
from chargehand.contracts.problems import RequestError
from chargehand.contracts.reasons import REGISTRY
from chargehand.proposals.policies import earlier


async def list_policies(call: Call) -> Response:
    """`GET /v1/policies`: the one in force, then those that earlier decisions were judged by, newest first."""
    present = msgspec.structs.replace(call.services.auditor.record(), document=None)
    found = [present, *await call.read(lambda session: earlier(session, present.digest), long=True)]
    limit, cursor = call.query["limit"], call.query["cursor"]
    places = {record.digest: place for place, record in enumerate(found)}
    if cursor is not None and cursor not in places:
        raise RequestError("REQ.CURSOR_INVALID", f"no policy of this log has the digest {cursor!r}")
    first = 0 if cursor is None else places[cursor] + 1
    page = found[first : first + limit]
    return answer.page(page, page[-1].digest if first + limit < len(found) else None)


async def show_policy(call: Call) -> Response:
    """`GET /v1/policies/{name}`."""
    record = call.services.auditor.record()
    if call.path("name") != record.name:
        raise RequestError("REQ.NOT_FOUND", f"no such policy: {call.path('name')!r}")
    return answer.record(record)


async def list_reasons(call: Call) -> Response:
    """`GET /v1/reason-codes`, by code."""
    limit, cursor, family = call.query["limit"], call.query["cursor"] or "", call.query["family"]
    codes = sorted(code for code, entry in REGISTRY.items() if code > cursor and family in (None, entry.family))
    items = [REGISTRY[code] for code in codes[:limit]]
    return answer.page(items, codes[limit - 1] if len(codes) > limit else None)


async def show_reason(call: Call) -> Response:
    """`GET /v1/reason-codes/{code}`."""
    found = REGISTRY.get(call.path("code"))
    if found is None:
        raise RequestError("REQ.NOT_FOUND", f"no such reason code: {call.path('code')!r}")
    return answer.record(found)


async def list_tools(call: Call) -> Response:
    """`GET /v1/tools`, by id."""
    return _cards(call, call.services.auditor.rulebook.tools)


async def list_materials(call: Call) -> Response:
    """`GET /v1/materials`, by id."""
    return _cards(call, call.services.auditor.rulebook.materials)


def _cards(call: Call, cards: Mapping[str, LoadedCard[Any]]) -> Response:
    limit, cursor = call.query["limit"], call.query["cursor"] or ""
    ids = sorted(key for key in cards if key > cursor)
    return answer.page([cards[key].card for key in ids[:limit]], ids[limit - 1] if len(ids) > limit else None)


HANDLERS = {
    "tool.list": list_tools,
    "material.list": list_materials,
    "policy.list": list_policies,
    "policy.show": show_policy,
    "reason.list": list_reasons,
    "reason.show": show_reason,
}
