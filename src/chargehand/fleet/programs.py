"""The store of part programs: a text by its digest, recorded once, never changed, never judged here.

The same text twice is one program. What is no text of a program is refused: too long, empty, or with characters that
no control reads. A text that no longer has its digest is not handed out.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from typing import Any

import msgspec

from chargehand.contracts.problems import RequestError
from chargehand.contracts.program import (
    NAME_CHARACTERS_MAX,
    PROGRAM_BYTES_MAX,
    ProgramBody,
    ProgramRecord,
    ProgramStored,
    ProgramText,
)
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.reducer import Aggregate, Fact, Happened, load, record
from chargehand.kernel.store import Session, Store
from chargehand.kernel.writer import Command, Transaction

REMEMBERED_MAX = 16
"""Texts kept in memory: a program that is proposed is asked for several times within minutes."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_PREFIX = "sha256:"


class ProgramState(msgspec.Struct, frozen=True):
    """A program's row, in the order of its columns."""

    id: str
    revision: int
    name: str
    size: int
    lines: int
    stored_us: int
    stored_by: str


def evolve(state: ProgramState | None, key: str, event: Happened) -> ProgramState:
    """The program after its one event."""
    assert event.kind == "program.stored", event.kind
    assert state is None, "a program is stored once"
    payload: Any = event.payload
    return ProgramState(key, event.revision, payload.name, payload.size, payload.lines, event.time_us, event.actor)


PROGRAM: Aggregate[ProgramState] = Aggregate(
    name="program",
    payloads={"program.stored": ProgramStored},
    evolve=evolve,
    queries="program",
    row=msgspec.structs.astuple,
    state=lambda row: ProgramState(*row),
)


class Programs:
    """The texts of an engine's programs.

    Args:
        store: where they are.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._texts: OrderedDict[str, bytes] = OrderedDict()

    def text(self, sha256: str) -> bytes | None:
        """A program's text by its digest, with or without `sha256:`; None if it is not held."""
        key = sha256.removeprefix(_PREFIX)
        found = self._texts.get(key)
        if found is None:
            with self._store.read() as session:
                found = text_of(session, key)
            # Only what is held is remembered: what is not may be stored at any moment.
            if found is not None:
                self._texts[key] = found
                if len(self._texts) > REMEMBERED_MAX:
                    self._texts.popitem(last=False)
        return found


def put(body: ProgramBody, actor: str) -> Command[ProgramRecord]:
    """Command: store a program, or find it stored.

    Raises:
        RequestError: its name or text is not admissible.
    """
    text = checked(body)
    key = hashlib.sha256(text).hexdigest()

    def command(transaction: Transaction) -> ProgramRecord:
        state = load(PROGRAM, transaction.session, key)
        if state is None:
            transaction.session.run("program.put_text", {"id": key, "text": text})
            stored = ProgramStored(name=body.name, size=len(text), lines=lines_of(body.text))
            state = record(PROGRAM, transaction, key, None, [Fact("program.stored", stored)], actor=actor)
        return to_record(state)

    return command


def checked(body: ProgramBody) -> bytes:
    """The bytes of a program that may be stored.

    Raises:
        RequestError: its name or text is not admissible.
    """
    if not 0 < len(body.name) <= NAME_CHARACTERS_MAX or not body.name.isprintable():
        detail = f"a program's name has 1 to {NAME_CHARACTERS_MAX} characters, and all of them print"
        raise RequestError("REQ.BODY_INVALID", detail, field="/name")
    try:
        text = body.text.encode()
    except UnicodeEncodeError as error:
        raise RequestError("REQ.BODY_INVALID", "the text is no Unicode", field="/text") from error
    if not body.text.strip():
        raise RequestError("REQ.BODY_INVALID", "the text is empty", field="/text")
    if len(text) > PROGRAM_BYTES_MAX:
        detail = f"the text has {len(text)} bytes; at most {PROGRAM_BYTES_MAX} are taken"
        raise RequestError("REQ.TOO_LARGE", detail, hint="Split the program.", field="/text")
    if (wrong := _CONTROL.search(body.text)) is not None:
        detail = f"line {lines_of(body.text[: wrong.end()])} contains the control character {ord(wrong[0])}"
        raise RequestError("REQ.BODY_INVALID", detail, field="/text")
    return text


def lines_of(text: str) -> int:
    """Lines of a text: line feeds, and what follows the last of them."""
    return text.count("\n") + (not text.endswith("\n"))


def page(session: Session, after: str, limit: int) -> list[ProgramRecord]:
    """Records in the order of their digests, after one."""
    return [to_record(PROGRAM.state(row)) for row in session.all("program.page", {"after": after, "limit": limit})]


def find(session: Session, key: str) -> ProgramText:
    """A program with its text.

    Raises:
        RequestError: it is not held.
    """
    key = key.removeprefix(_PREFIX)
    state = load(PROGRAM, session, key)
    text = None if state is None else text_of(session, key)
    if state is None or text is None:
        raise RequestError("REQ.NOT_FOUND", f"no such program: {key!r}")
    return ProgramText(text=text.decode(), **msgspec.structs.asdict(to_record(state)))


def text_of(session: Session, key: str) -> bytes | None:
    """A text as it was stored; None if it is not there or is no longer what it was."""
    row = session.one("program.get_text", {"id": key})
    text = None if row is None else bytes(row[0])
    return text if text is not None and hashlib.sha256(text).hexdigest() == key else None


def to_record(state: ProgramState) -> ProgramRecord:
    """The record as others read it."""
    return ProgramRecord(
        sha256=state.id,
        name=state.name,
        size=state.size,
        lines=state.lines,
        stored_at=iso_utc(state.stored_us),
        stored_by=state.stored_by,
    )
