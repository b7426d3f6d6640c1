"""The store of part programs: one text, one record, one event; nothing that is no program, nothing that changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest

from chargehand.contracts.problems import RequestError
from chargehand.contracts.program import PROGRAM_BYTES_MAX, ProgramBody, ProgramRecord, ProgramStored
from chargehand.fleet import programs
from chargehand.fleet.programs import PROGRAM, REMEMBERED_MAX, Programs, lines_of, put
from chargehand.kernel.reducer import differences, rebuild
from chargehand.kernel.sqlite import SqliteStore
from chargehand.kernel.store import Session
from tests.conformance.nodes import every, writer_of

TEXT = "%\nG21 (µm)\nM30\n%\n"
SHA = hashlib.sha256(TEXT.encode()).hexdigest()


@pytest.fixture
def store(open_sqlite: Callable[..., SqliteStore]) -> SqliteStore:
    return open_sqlite(":memory:")


def stored(store: SqliteStore, name: str = "A.ngc", text: str = TEXT, actor: str = "agent:demo") -> ProgramRecord:
    (answer,) = writer_of(store).run_batch([put(ProgramBody(name=name, text=text), actor)])
    if answer.error is not None:
        raise answer.error
    assert isinstance(answer.result, ProgramRecord)
    return answer.result


def test_a_text_is_stored_once(store: SqliteStore) -> None:
    first = stored(store)
    again = stored(store, name="another name", actor="human:anna")
    assert first == again
    assert (first.sha256, first.name, first.size, first.lines) == (SHA, "A.ngc", len(TEXT.encode()), 4)
    assert first.stored_by == "agent:demo"
    (event,) = every(store)
    assert (event.kind, event.subject) == ("program.stored", f"program/{SHA}")
    assert msgspec.json.decode(event.data or b"", type=ProgramStored) == ProgramStored(
        name="A.ngc", size=len(TEXT.encode()), lines=4
    )


def test_twice_in_one_batch_is_once(store: SqliteStore) -> None:
    command = put(ProgramBody(name="A", text=TEXT), "agent:demo")
    first, second = writer_of(store).run_batch([command, command])
    assert first.result == second.result
    assert len(every(store)) == 1


def test_one_sign_makes_another_program(store: SqliteStore) -> None:
    assert stored(store).sha256 != stored(store, text=TEXT.replace("\n", "\r\n")).sha256
    assert len(every(store)) == 2


def test_text_is_given_back_byte_for_byte(store: SqliteStore) -> None:
    stored(store)
    held = Programs(store)
    assert held.text(SHA) == held.text(f"sha256:{SHA}") == TEXT.encode()
    assert held.text("0" * 64) is None
    with store.read() as session:
        found = programs.find(session, SHA)
    assert (found.text, found.name, found.lines) == (TEXT, "A.ngc", 4)


def test_what_is_stored_later_is_found_then(store: SqliteStore) -> None:
    held = Programs(store)
    assert held.text(SHA) is None
    stored(store)
    assert held.text(SHA) == TEXT.encode()


def test_texts_in_memory_are_bounded_and_read_once(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [stored(store, text=f"G21\n(part {number})\nM30\n").sha256 for number in range(REMEMBERED_MAX + 3)]
    held = Programs(store)
    reads: list[str] = []
    text_of = programs.text_of

    def counted(session: Session, key: str) -> bytes | None:
        reads.append(key)
        return text_of(session, key)

    monkeypatch.setattr(programs, "text_of", counted)
    for key in keys:
        assert held.text(key) is not None
        assert held.text(key) is not None
    assert reads == keys
    assert held.text(keys[0]) is not None
    assert reads[-1] == keys[0], "the oldest was forgotten"


@contextmanager
def damaged(store: SqliteStore, text: bytes) -> Iterator[None]:
    with store.write() as session:
        session.run("program.put_text", {"id": SHA, "text": text})
    yield


def test_a_text_without_its_digest_is_not_handed_out(store: SqliteStore) -> None:
    with damaged(store, b"G0 X1000\n"):
        assert Programs(store).text(SHA) is None
        with store.read() as session, pytest.raises(RequestError, match=r"REQ\.NOT_FOUND"):
            programs.find(session, SHA)


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"name": ""}, "REQ.BODY_INVALID", "/name"),
        ({"name": "x" * 121}, "REQ.BODY_INVALID", "/name"),
        ({"name": "a\nb"}, "REQ.BODY_INVALID", "/name"),
        ({"text": ""}, "REQ.BODY_INVALID", "/text"),
        ({"text": " \n\t\r\n"}, "REQ.BODY_INVALID", "/text"),
        ({"text": "G21\n\0M30\n"}, "REQ.BODY_INVALID", "/text"),
        ({"text": "G21\n\x1bM30\n"}, "REQ.BODY_INVALID", "/text"),
        ({"text": "G21 \ud800\n"}, "REQ.BODY_INVALID", "/text"),
        ({"text": "x" * (PROGRAM_BYTES_MAX + 1)}, "REQ.TOO_LARGE", "/text"),
        ({"text": "µ" * (PROGRAM_BYTES_MAX // 2 + 1)}, "REQ.TOO_LARGE", "/text"),
    ],
)
def test_what_is_no_program_is_refused(body: dict[str, str], code: str, field: str) -> None:
    with pytest.raises(RequestError) as refused:
        put(ProgramBody(**{"name": "A", "text": TEXT, **body}), "agent:demo")
    assert (refused.value.code, refused.value.field) == (code, field)


def test_largest_text_is_taken(store: SqliteStore) -> None:
    assert stored(store, text="(" + "x" * (PROGRAM_BYTES_MAX - 2) + ")").size == PROGRAM_BYTES_MAX


def test_control_characters_are_named_by_their_line() -> None:
    with pytest.raises(RequestError, match="line 3 contains the control character 7"):
        put(ProgramBody(name="A", text="G21\nG90\nG0 X1\a\n"), "agent:demo")


@pytest.mark.parametrize(("text", "lines"), [("a", 1), ("a\n", 1), ("a\nb", 2), ("a\r\nb\r\n", 2), ("\n\na", 3)])
def test_lines_are_counted_as_editors_do(text: str, lines: int) -> None:
    assert lines_of(text) == lines


def test_list_is_by_digest_and_goes_on(store: SqliteStore) -> None:
    keys = sorted(stored(store, text=f"G21 (part {number})\nM30\n").sha256 for number in range(5))
    with store.read() as session:
        first = programs.page(session, "", 3)
        rest = programs.page(session, first[-1].sha256, 3)
    assert [entry.sha256 for entry in first + rest] == keys


def test_row_is_what_its_event_says(store: SqliteStore) -> None:
    stored(store)
    with store.write() as session:
        assert list(differences(PROGRAM, session)) == []
        row: tuple[Any, ...] = (SHA, 1, "changed", 1, 1, 0, "nobody")
        session.run("program.put", row)
        assert [difference.subject for difference in differences(PROGRAM, session)] == [f"program/{SHA}"]
        assert rebuild(PROGRAM, session) == 1
        assert list(differences(PROGRAM, session)) == []
