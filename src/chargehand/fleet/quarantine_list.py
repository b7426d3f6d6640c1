"""The quarantine list: what failed on a machine of the fleet is barred until it expires or a person lifts it.

Entries come from people, and from the engine itself when a control raises an alarm under a known set-up. The ones in
force are held in memory for the auditor and read anew whenever the log has grown. Where other processes write the log,
whose growth is heard of late, they are read every time, so that an entry bars on every node from its answer on.
"""

from __future__ import annotations

import base64
import threading

import msgspec

from chargehand.contracts.machine import MachineCondition, Setup
from chargehand.contracts.problems import RequestError
from chargehand.contracts.quarantine import FIELDS, Override, Quarantine, QuarantineBody, QuarantineOpened, Region
from chargehand.fleet.quarantine_entry import (
    QUARANTINE,
    REASON_CHARACTERS_MAX,
    Expire,
    Lift,
    QuarantineState,
    check_body,
    decide,
    to_quarantine,
)
from chargehand.kernel.canonical import canonical_bytes
from chargehand.kernel.clock import SECOND_US, iso_utc
from chargehand.kernel.reducer import Fact, load, record
from chargehand.kernel.store import Row, Session, Store
from chargehand.kernel.writer import Command, Transaction
from chargehand.ledger.signing_key import Signer
from chargehand.proposals import records

ALARM_LIFE_US = 7 * 24 * 3600 * SECOND_US
"""How long an entry that the engine opened by itself bars."""
REGION_SHARE = 0.05
"""How far around the failed set-up such an entry reaches, to either side."""
EXPIRE_BATCH_MAX = 200
IN_FORCE_MAX = 10_000
"""Entries that are read as being in force. Beyond, opening another is refused rather than one of them forgotten."""


class QuarantineList:
    """The list of one engine.

    Args:
        store: where entries are read.
        signer: signs overrides.
    """

    def __init__(self, store: Store, signer: Signer) -> None:
        self._store = store
        self._signer = signer
        self._grown = True
        self._lock = threading.Lock()
        self._rows: list[Row] = []
        self._in_force: tuple[Quarantine, ...] = ()

    def changed(self) -> None:
        """The log has grown: what is in force has to be read again before it is next asked for."""
        self._grown = True

    def in_force(self) -> tuple[Quarantine, ...]:
        """Entries that bar, oldest first; the very same tuple as long as they are the same.

        An entry whose time has passed may still be among them; it bars nothing.
        """
        if self._grown or self._store.reads_block:
            with self._lock:
                # Taken back before reading: what is recorded meanwhile is read the next time.
                self._grown = False
                try:
                    with self._store.read() as session:
                        rows = session.all("quarantine.in_force", {"limit": IN_FORCE_MAX})
                except BaseException:
                    self._grown = True
                    raise
                if rows != self._rows:
                    self._rows, self._in_force = rows, tuple(to_quarantine(QUARANTINE.state(row)) for row in rows)
        return self._in_force

    def open(self, body: QuarantineBody, actor: str) -> Command[Quarantine]:
        """Command: bar something.

        Raises:
            RequestError: the entry bars everything, nothing, or what cannot be told; or the list is full.
        """

        def command(transaction: Transaction) -> Quarantine:
            check_body(body, transaction.now_us)
            row = transaction.session.one("quarantine.count_in_force", {})
            if row is not None and row[0] >= IN_FORCE_MAX:
                detail = f"{IN_FORCE_MAX} entries are in force: override those that no longer apply"
                raise RequestError("REQ.BODY_INVALID", detail)
            key = transaction.ids.new("qua", transaction.now_us)
            fact = Fact("quarantine.opened", QuarantineOpened(body=body))
            return to_quarantine(_record(transaction, key, None, [fact], actor))

        return command

    def override(self, key: str, reason: str, actor: str) -> Command[Quarantine]:
        """Command: lift an entry by a person's signed word.

        Raises:
            RequestError: there is no such entry, or no reason was given.
            RefusedError: it does not bar any more.
        """
        if not reason.strip() or len(reason) > REASON_CHARACTERS_MAX or "\0" in reason:
            detail = f"say why it no longer bars, in at most {REASON_CHARACTERS_MAX} characters"
            raise RequestError("REQ.BODY_INVALID", detail, field="/reason")

        def command(transaction: Transaction) -> Quarantine:
            state = find(transaction.session, key)
            at = iso_utc(transaction.now_us)
            text = override_text(key, state.revision, actor, at, reason)
            signature = base64.b64encode(self._signer.sign(text)).decode()
            override = Override(by=actor, at=at, reason=reason, key=self._signer.key.text, signature=signature)
            facts = decide(state, Lift(override, transaction.now_us))
            return to_quarantine(_record(transaction, key, state, facts, actor))

        return command

    def expire_due(self, actor: str) -> Command[int]:
        """Command: let entries run out whose time has passed; returns how many."""

        def command(transaction: Transaction) -> int:
            row = {"now_us": transaction.now_us, "limit": EXPIRE_BATCH_MAX}
            due = transaction.session.all("quarantine.due", row)
            for found in due:
                state = QUARANTINE.state(found)
                _record(transaction, state.id, state, decide(state, Expire(transaction.now_us)), actor)
            return len(due)

        return command


def after_alarm(
    transaction: Transaction, setup: Setup, condition: MachineCondition, actor: str, *, machine: str
) -> None:
    """Bar what a machine was set to when its control raised an alarm, in the transaction that records the alarm.

    An alarm is a fault with a code of the control's own. What has none, as an emergency stop that a person has pressed,
    says nothing against the program, and bars nothing. Without a known program nothing is barred either: an entry has
    to say of what. The same set-up is barred once at a time. The entry names the decision that was carried out last on
    that machine, which is where whoever looks for the cause begins.
    """
    if condition.level != "fault" or condition.native_code is None or setup.program_sha256 is None:
        return
    body = _failed(setup, condition, transaction.now_us)
    same = body.program_sha256, body.material, body.tool, body.region
    rows = transaction.session.all("quarantine.in_force", {"limit": IN_FORCE_MAX})
    states = [QUARANTINE.state(row) for row in rows]
    entries = [to_quarantine(state) for state in states if state.expires_us > transaction.now_us]
    if len(states) < IN_FORCE_MAX and all(
        (entry.program_sha256, entry.material, entry.tool, entry.region) != same or entry.machine is not None
        for entry in entries
    ):
        source = records.last_applied(transaction.session, f"machine/{machine}")
        key = transaction.ids.new("qua", transaction.now_us)
        fact = Fact("quarantine.opened", QuarantineOpened(body=body, source=source))
        _record(transaction, key, None, [fact], actor)


def override_text(key: str, revision: int, by: str, at: str, reason: str) -> str:
    """What an override's signature is over: canonical JSON, so that anybody can rebuild it from the record."""
    return canonical_bytes({"at": at, "by": by, "quarantine": key, "reason": reason, "revision": revision}).decode()


def find(session: Session, key: str) -> QuarantineState:
    """An entry's state.

    Raises:
        RequestError: there is no such entry.
    """
    state = load(QUARANTINE, session, key)
    if state is None:
        raise RequestError("REQ.NOT_FOUND", f"no such quarantine: {key!r}")
    return state


def page(session: Session, before: str | None, limit: int, status: str | None = None) -> list[Quarantine]:
    """Entries before one, newest first; of one status if asked."""
    row = {"before": before, "limit": limit, "status": status}
    return [to_quarantine(QUARANTINE.state(found)) for found in session.all("quarantine.list_page", row)]


def _record(
    transaction: Transaction, key: str, state: QuarantineState | None, facts: list[Fact], actor: str
) -> QuarantineState:
    """Record what happened to an entry, as part of the story of the machine that it is confined to."""
    body: QuarantineBody = (
        facts[0].payload.body if state is None else msgspec.json.decode(state.body, type=QuarantineBody)
    )
    topic = None if body.machine is None else f"machine/{body.machine}"
    return record(QUARANTINE, transaction, key, state, facts, actor=actor, topic=topic)


def _failed(setup: Setup, condition: MachineCondition, now_us: int) -> QuarantineBody:
    assert setup.program_sha256 is not None
    shares = {"spindle_speed": setup.spindle_override, "feed_rate": setup.feed_override}
    region: dict[str, Region] = {}
    for field in FIELDS:
        value, override = getattr(setup, field), shares.get(field, 100)
        if value is not None and override is not None:
            # What an override of 0 held is barred as it ran before and will run again, not as standing still.
            met = value * (override or 100) / 100
            region[field] = Region(low=met * (1 - REGION_SHARE), high=met * (1 + REGION_SHARE))
    text = f"alarm {condition.native_code}: {condition.text}"[:REASON_CHARACTERS_MAX]
    return QuarantineBody(
        reason=text,
        expires_at=iso_utc(now_us + ALARM_LIFE_US),
        machine=None,
        program_sha256=setup.program_sha256.removeprefix("sha256:"),
        material=setup.material,
        tool=setup.tool,
        region=region,
    )
