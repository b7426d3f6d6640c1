"""A data folder that an engine has filled and left: proposals, approvals, permits, minutes of telemetry, checkpoints.

The engine is built as the product builds it and stepped by hand, so that five minutes of machines pass in a moment.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
import msgspec

from chargehand.access import principals
from chargehand.access.callers import LOCAL_ROLES, Caller
from chargehand.config import Config
from chargehand.contracts.ledger import LedgerReport
from chargehand.contracts.problems import RequestError
from chargehand.contracts.quarantine import QuarantineBody
from chargehand.inspection import inspect
from chargehand.kernel.clock import SECOND_US
from chargehand.kernel.folder import DataFolder
from chargehand.kernel.ids import SystemIds
from chargehand.kernel.sqlite import SqliteStore
from chargehand.ledger import ledger
from chargehand.ledger.signing_key import open_signer
from chargehand.proposals import intake
from chargehand.services import Services, build, record_machine_facts
from chargehand.testing.clock import SimClock
from tests.surfaces.proposals import ALLOWED, DENIED, NEEDS_APPROVAL

PERSON = Caller("human:local", LOCAL_ROLES)
STEP_US = SECOND_US // 4
STEPS_PER_MINUTE = 240
TILE_LEAVES = 256


@contextmanager
def opened(path: Path, clock: SimClock) -> Iterator[Services]:
    """An engine over a folder, with nothing running but its writer."""
    folder = DataFolder(path)
    folder.prepare()
    folder.lock()
    services = build(Config(data=path), folder, clock)
    try:
        yield services
    finally:
        services.fleet.close()
        services.telemetry.close()
        services.ownership.give_back()
        services.writer.stop()
        services.telemetry_store.close()
        services.store.close()
        folder.release()


def fill(path: Path, minutes: int = 3) -> None:
    """Run an engine over a folder for some minutes, and sign what it has recorded."""
    clock = SimClock()
    with opened(path, clock) as services:
        _run(services, clock, 1)
        call, signer = services.writer.call, services.signer
        call(principals.add("anna", "agent", PERSON.principal))
        for body in (_based(services, ALLOWED), DENIED, NEEDS_APPROVAL):
            call(services.submissions.submit(intake.parse(msgspec.json.encode(body)), PERSON.principal))
        barred = QuarantineBody(reason="chatter", expires_at="2099-01-01T00:00:00Z", tool="NOBODY-HAS-IT")
        call(services.quarantines.open(barred, PERSON.principal))
        refusal = RequestError("REQ.BODY_INVALID", "no proposal")
        noise = [services.writer.submit(intake.reject(refusal, 3, "sha256:0", "human:x")) for _ in range(TILE_LEAVES)]
        for done in noise:
            done.result()
        _run(services, clock, minutes * STEPS_PER_MINUTE)
        call(lambda transaction: ledger.checkpoint(transaction.session, signer, transaction.now_us, 7))
        call(lambda transaction: ledger.checkpoint(transaction.session, signer, transaction.now_us))


def verified(path: Path) -> LedgerReport:
    """What verification says of a folder that nobody serves."""
    signer = open_signer(path / "keys" / "ledger.ed25519", "chargehand/nobody", SystemIds())
    store = SqliteStore.open(path / "chargehand.db", SimClock(), family="engine", create=False)
    telemetry = SqliteStore.open(path / "telemetry.db", SimClock(), family="telemetry", create=False)
    try:
        return inspect(store, telemetry, [signer.key])
    finally:
        telemetry.close()
        store.close()


def copied(path: Path, target: Path) -> Path:
    """A folder of one's own to change."""
    shutil.copytree(path, target)
    return target


def tamper(path: Path, statement: str, params: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Run a statement on a database, as somebody with the file in hand would."""
    connection = apsw.Connection(str(path))
    try:
        return list(connection.execute(statement, params))
    finally:
        connection.close()


def _run(services: Services, clock: SimClock, steps: int) -> None:
    for _ in range(steps):
        record_machine_facts(services, clock.advance(STEP_US))
        while services.telemetry.recorder.drain():
            pass


def _based(services: Services, body: dict[str, Any]) -> dict[str, Any]:
    """A proposal that names the sample it was made for, so that samples are among its evidence."""
    state = services.fleet.state("CNC-001")
    return {**body, "based_on": {"instance_id": state.instance_id, "seq": state.seq}}
