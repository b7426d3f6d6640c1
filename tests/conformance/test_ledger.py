"""The ledger over every store: the same log, the same proofs, the same findings."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest

from chargehand.kernel.ids import SeededIds
from chargehand.kernel.log import Log, Staged
from chargehand.kernel.store import Session, Store
from chargehand.ledger import export, inspection, ledger, tree, verify
from chargehand.ledger.signing_key import Signer

EVENTS = 700
SIGNER = Signer("ledger.example/both", bytes(32))


@pytest.fixture(params=["memory", "file", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, open_sqlite: Callable[..., Store]) -> Iterator[Store]:
    """An empty store of each kind."""
    if request.param != "postgres":
        yield open_sqlite(":memory:" if request.param == "memory" else "engine.db")
        return
    from chargehand.kernel.postgres import PostgresStore

    opened = PostgresStore.open(request.getfixturevalue("postgres_dsn"))
    yield opened
    opened.close()


def record(session: Session, first: int, last: int) -> None:
    staged = [
        Staged(
            kind="machine.state",
            subject=f"machine/{number}",
            revision=1,
            actor="engine",
            data=b'{"n":%d}' % number,
            time_us=1_790_000_000_000_000 + number,
            topic="machine/1" if number % 2 else None,
        )
        for number in range(first, last + 1)
    ]
    Log("urn:chargehand:test", tree.seal, SeededIds(first)).append(session, staged)


def record_and_fail(store: Store) -> None:
    with store.write() as session:
        record(session, 4, 300)
        raise RuntimeError


def test_checkpoints_proofs_inspection_and_export_agree(store: Store) -> None:
    made = []
    for first, last in ((1, 3), (4, 256), (257, EVENTS)):
        with store.write() as session:
            record(session, first, last)
        with store.write() as session:
            made.append(ledger.checkpoint(session, SIGNER, 1))
    with store.write() as session:
        session.run("log.erase_payload", {"seq": 9})
    newest = made[-1]
    root = base64.b64decode(newest.root)
    with store.read() as session:
        report = inspection.verify(session, [SIGNER.key], [one.note for one in made], erasures=(9,))
        proof = ledger.prove(session, 300, newest)
        growth = ledger.consistency(session, 256, newest)
        exported = b"".join(export.stream(session, newest))
    assert (report.findings, report.size, report.root, report.erased) == ([], EVENTS, newest.root, 1)
    path = [base64.b64decode(node) for node in proof.hashes]
    assert tree.verify_inclusion(base64.b64decode(proof.leaf_hash), 299, EVENTS, path, root)
    nodes = [base64.b64decode(node) for node in growth.hashes]
    assert tree.verify_consistency(256, EVENTS, nodes, base64.b64decode(made[1].root), root)
    alone = verify.verify_export(BytesIO(exported), [one.note.encode() for one in made], SIGNER.key.text)
    assert (alone.ok, alone.size, alone.root, alone.erased) == (True, EVENTS, newest.root, 1)


def test_a_batch_that_was_rolled_back_leaves_the_ledger_as_it_was(store: Store) -> None:
    with store.write() as session:
        record(session, 1, 3)
        before = ledger.checkpoint(session, SIGNER, 1)
    with pytest.raises(RuntimeError):
        record_and_fail(store)
    with store.write() as session:
        assert ledger.checkpoint(session, SIGNER, 2) == before
    with store.read() as session:
        assert inspection.verify(session, [SIGNER.key]).ok


def test_a_checkpoint_is_remembered_once_per_size(store: Store) -> None:
    with store.write() as session:
        record(session, 1, 5)
        first = [ledger.checkpoint(session, SIGNER, at_us, size) for at_us in (1, 2) for size in (None, 2)]
    with store.read() as session:
        kept = session.all("ledger.page_checkpoints", {"after": -1, "last": 99, "limit": 9})
    assert [(row[0], row[2]) for row in kept] == [(5, first[0].note)]
