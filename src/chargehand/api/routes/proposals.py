"""Proposals and decisions over HTTP."""

from __future__ import annotations

from typing import Any

import anyio.to_thread
from starlette.responses import Response

from chargehand.api import answer
from chargehand.api.ahead import run_ahead
from chargehand.api.call import Call, taken
from chargehand.contracts.explanation import Rejudgement
from chargehand.contracts.page import LIMIT_DEFAULT
from chargehand.contracts.problems import AuthError, RefusedError, RequestError
from chargehand.contracts.proposal import ExecuteBody
from chargehand.contracts.reasons import reason_code
from chargehand.kernel.canonical import record_bytes
from chargehand.kernel.idempotency import Answer
from chargehand.kernel.store import Session
from chargehand.kernel.writer import Transaction
from chargehand.proposals import intake, records
from chargehand.proposals.execution import Begun
from chargehand.proposals.rejudge import rejudge
from chargehand.proposals.submission import stopwatch


async def submit(call: Call) -> Response:
    """`POST /v1/proposals`: the answer is the verdict, byte for byte as it is recorded."""
    services = call.services
    body = await call.body(bytes_max=intake.PROPOSAL_BYTES_MAX)
    elapsed_us = stopwatch(services.clock)
    try:
        proposal = intake.parse(taken(body, intake.PROPOSAL_BYTES_MAX))
    except RequestError as error:
        if not call.query["dry_run"]:
            await call.commit(intake.reject(error, body.size, body.digest, call.caller.principal))
        raise
    foresight = services.submissions.foresight
    await run_ahead(foresight, lambda: foresight.of_proposal(proposal), waits=services.store.reads_block)
    if call.query["dry_run"]:
        now_us = services.clock.now_us()
        return answer.raw(await call.read(lambda session: services.submissions.dry_run(proposal, session, now_us).body))
    command = services.submissions.submit(proposal, call.caller.principal, elapsed_us)

    def answered(transaction: Transaction) -> Answer:
        decided = command(transaction)
        return Answer(201, f"/v1/proposals/{decided.verdict.proposal_id}", decided.body)

    return answer.kept(await call.commit_once(body.digest, answered))


async def list_proposals(call: Call) -> Response:
    """`GET /v1/proposals`, newest first."""
    limit = call.query["limit"]
    filters = {name: call.query[name] for name in ("kind", "subject", "status", "proposer", "verdict", "code")}
    now_us = call.services.clock.now_us()
    _check_code(filters["code"])

    def reader(session: Session) -> tuple[list[Any], str | None]:
        states = records.page(session, call.query["cursor"], limit + 1, now_us, **filters)
        items = records.listed(session, states[:limit], now_us)
        return items, states[limit - 1].id if len(states) > limit else None

    return answer.page(*await call.read(reader, long=limit > LIMIT_DEFAULT or _looks_far(filters)))


async def show_proposal(call: Call) -> Response:
    """`GET /v1/proposals/{id}`."""
    now_us = call.services.clock.now_us()
    found = await call.read(
        lambda session: records.to_record(session, records.find(session, call.path("id")), now_us, whole=True)
    )
    return answer.record(found, headers={"etag": f'"{found.revision}"'})


async def list_decisions(call: Call) -> Response:
    """`GET /v1/decisions`, newest first, each with its recorded bytes; erased ones are passed over."""
    limit = call.query["limit"]
    filters = {name: call.query[name] for name in ("verdict", "subject", "code")}
    now_us = call.services.clock.now_us()
    _check_code(filters["code"])

    def reader(session: Session) -> tuple[list[bytes], str | None]:
        states = records.page(session, call.query["cursor"], limit + 1, now_us, **filters)
        return records.verdicts(session, states[:limit]), states[limit - 1].id if len(states) > limit else None

    return answer.raw_page(*await call.read(reader, long=_looks_far(filters)))


async def show_decision(call: Call) -> Response:
    """`GET /v1/decisions/{id}`."""
    return answer.raw(
        await call.read(
            lambda session: bytes(records.decided(session, records.find_decision(session, call.path("id"))).verdict)
        )
    )


async def explain_decision(call: Call) -> Response:
    """`GET /v1/decisions/{id}/explain`."""
    view = call.query["view"]
    if view == "operator" and not ("operator" in call.caller.roles and call.caller.proven):
        raise AuthError("AUTH.ROLE_MISSING", "the operator's view takes a known operator")
    return answer.record(
        await call.read(lambda session: records.explain(session, records.find_decision(session, call.path("id")), view))
    )


async def rejudge_decision(call: Call) -> Response:
    """`GET /v1/decisions/{id}/rejudge`: from nothing but what was recorded."""

    def reader(session: Session) -> Rejudgement:
        state = records.find_decision(session, call.path("id"))
        again = rejudge(session, state)
        identical = record_bytes(again) == bytes(records.decided(session, state).verdict)
        return Rejudgement(identical=identical, engine_version=call.services.version, verdict=again)

    return answer.record(await call.read(reader, long=True))


async def permit(call: Call) -> Response:
    """`POST /v1/decisions/{id}/permit`. The answer carries a secret, so it is never replayed from a key."""
    return answer.record(await call.commit(call.services.executions.permit(call.path("id"), call.caller)))


async def execute(call: Call) -> Response:
    """`POST /v1/decisions/{id}/execute`: spend the permit, write, record what came of it."""
    body: ExecuteBody = await call.record()
    executions, foresight, store = call.services.executions, call.services.submissions.foresight, call.services.store
    await run_ahead(foresight, lambda: foresight.of_decision(store, call.path("id")), waits=store.reads_block)
    begun = await call.commit(executions.begin(call.path("id"), body.permit, call.caller))
    if isinstance(begun, RefusedError):
        raise begun
    assert isinstance(begun, Begun)
    now_us = call.services.clock.now_us()
    outcome = await anyio.to_thread.run_sync(lambda: executions.perform(begun, now_us))
    await call.commit(executions.finish(begun.state.id, outcome, begun.actor))
    return answer.raw(record_bytes(outcome))


def _looks_far(filters: dict[str, Any]) -> bool:
    """Whether a page may have to look at every proposal that there is."""
    return any(value is not None for value in filters.values())


def _check_code(code: str | None) -> None:
    if code is None:
        return
    try:
        reason_code(code)
    except KeyError:
        raise RequestError("REQ.PARAMETER_INVALID", f"no such reason code: {code!r}", field="code") from None


HANDLERS = {
    "proposal.submit": submit,
    "proposal.list": list_proposals,
    "proposal.show": show_proposal,
    "decision.list": list_decisions,
    "decision.show": show_decision,
    "decision.explain": explain_decision,
    "decision.rejudge": rejudge_decision,
    "decision.permit": permit,
    "decision.execute": execute,
}
