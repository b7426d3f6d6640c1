"""Part programs are kept alike on every store, and once across nodes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from chargehand.contracts.program import ProgramBody
from chargehand.fleet import programs
from chargehand.fleet.programs import Programs, put
from chargehand.kernel.store import ConstraintError, Store
from tests.conformance.nodes import every, writer_of

if TYPE_CHECKING:
    from chargehand.kernel.postgres import PostgresStore

TEXT = "%\r\nG21 (\\u00b5m: \u00b5m, 'quoted' -- ; %s :name)\nM30\n%"
SHA = hashlib.sha256(TEXT.encode()).hexdigest()
BODY = ProgramBody(name="O1000 - \u00b5", text=TEXT)


def test_text_and_record_come_back_as_they_were(store: Store) -> None:
    (answer,) = writer_of(store).run_batch([put(BODY, "agent:demo")])
    assert answer.error is None
    assert Programs(store).text(SHA) == TEXT.encode()
    with store.read() as session:
        assert programs.find(session, SHA).text == TEXT
        assert programs.page(session, "", 10) == [answer.result]
        assert programs.page(session, SHA, 10) == []
    assert [event.kind for event in every(store)] == ["program.stored"]


def test_schema_refuses_what_is_no_digest_and_no_text(store: Store) -> None:
    for row in ({"id": "short", "text": b"x"}, {"id": SHA, "text": b""}):
        with pytest.raises(ConstraintError), store.write() as session:
            session.run("program.put_text", row)


@pytest.mark.postgres
def test_two_nodes_store_a_program_once(open_postgres: Callable[[], PostgresStore]) -> None:
    one, other = open_postgres(), open_postgres()
    first = writer_of(one).run_batch([put(BODY, "agent:one")])[0].result
    second = writer_of(other).run_batch([put(BODY, "agent:other")])[0].result
    assert first == second
    assert len(every(one)) == 1
