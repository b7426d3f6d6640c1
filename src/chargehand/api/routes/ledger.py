"""The ledger over HTTP."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio.to_thread
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from chargehand.api import answer
from chargehand.api.call import Call
from chargehand.contracts.ledger import Checkpoint, LedgerReport
from chargehand.contracts.problems import RequestError, error_for
from chargehand.kernel.writer import Transaction
from chargehand.ledger import export as exports
from chargehand.ledger import ledger
from chargehand.ledger.ledger import LedgerError, PositionError


async def checkpoint(call: Call) -> Response:
    """`GET /v1/ledger/checkpoint`: signed, and remembered before it is handed out."""
    return answer.record(await _checkpoint(call, call.query["size"]))


async def proof(call: Call) -> Response:
    """`GET /v1/ledger/proof`."""
    against = await _checkpoint(call, call.query["size"])
    with _translated():
        return answer.record(
            await call.read(lambda session: ledger.prove(session, call.query["seq"], against), long=True)
        )


async def consistency(call: Call) -> Response:
    """`GET /v1/ledger/consistency`."""
    against = await _checkpoint(call, call.query["second"])
    with _translated():
        return answer.record(
            await call.read(lambda session: ledger.consistency(session, call.query["first"], against), long=True)
        )


async def verify(call: Call) -> Response:
    """`POST /v1/ledger/verify`: every byte again, and every row against its events."""
    report: LedgerReport = await anyio.to_thread.run_sync(call.services.verify_ledger)
    return answer.record(report)


async def export(call: Call) -> Response:
    """`GET /v1/ledger/export`: written whole and closed before the first byte is sent."""
    against = await _checkpoint(call, None)
    folder = Path(tempfile.mkdtemp(prefix="chargehand-export-"))
    target = folder / "export.jsonl"

    def write() -> None:
        with call.services.store.read() as session:
            exports.export(session, against, target)

    def clean() -> None:
        target.unlink(missing_ok=True)
        folder.rmdir()

    try:
        await anyio.to_thread.run_sync(write)
    except BaseException:
        clean()
        raise
    name = f"chargehand-ledger-{against.size}.jsonl"
    return FileResponse(target, media_type="application/jsonl", filename=name, background=BackgroundTask(clean))


async def _checkpoint(call: Call, size: int | None) -> Checkpoint:
    """The checkpoint of a size. Only a new one is written; asking again, or for an earlier size, leaves no trace."""
    services = call.services
    with _translated():
        known = await call.read(lambda session: ledger.repeated(session, services.signer, size))
    if known is not None:
        return known

    def command(transaction: Transaction) -> Checkpoint:
        with _translated():
            return ledger.checkpoint(transaction.session, services.signer, transaction.now_us, size)

    return await call.commit(command)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except PositionError as error:
        raise RequestError("REQ.PARAMETER_INVALID", str(error)) from error
    except LedgerError as error:
        raise error_for(error.code, str(error)) from error


HANDLERS = {
    "ledger.checkpoint": checkpoint,
    "ledger.proof": proof,
    "ledger.consistency": consistency,
    "ledger.verify": verify,
    "ledger.export": export,
}
