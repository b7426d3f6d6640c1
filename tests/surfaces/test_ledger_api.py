"""The ledger over HTTP on a folder that somebody has written to, and reads that leave no trace in the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chargehand.kernel.writer import Writer
from chargehand.ledger import ledger
from chargehand.server import Engine as Served
from chargehand.services import Services
from chargehand.testing.clock import SimClock
from tests.surfaces.engine import Engine, Start
from tests.surfaces.kept import copied, fill, opened, tamper


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that nobody changes."""
    path = tmp_path_factory.mktemp("filled") / "data"
    fill(path, minutes=1)
    return path


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """An engine that has just begun."""
    with opened(tmp_path / "data", SimClock()) as made:
        yield made


def remembered(services: Services) -> list[int]:
    """Sizes of the checkpoints that the store keeps."""
    with services.store.read() as session:
        found = session.all("ledger.page_checkpoints", {"after": -1, "last": 10_000, "limit": 100})
    return [row[0] for row in found]


def checkpoints(engine: Engine) -> list[int]:
    """As above, of an engine that is running."""
    return [row[0] for row in tamper(engine.data / "chargehand.db", "SELECT size FROM checkpoint ORDER BY size")]


def test_an_erased_verdict_takes_no_other_with_it(filled: Path, tmp_path: Path, start: Start) -> None:
    data = copied(filled, tmp_path / "data")
    file = data / "chargehand.db"
    ((seq, proposal),) = tamper(
        file, "SELECT seq, subject FROM event WHERE kind = 'proposal.decided' ORDER BY seq LIMIT 1 OFFSET 1"
    )
    tamper(file, "UPDATE event SET data = NULL, salt = NULL WHERE seq = ?", (seq,))
    ((decision,),) = tamper(file, "SELECT decision_id FROM proposal WHERE id = ?", (proposal.partition("/")[2],))
    engine = start(data).listening()
    listed = engine.get("/v1/decisions")
    assert (listed.status_code, len(listed.json()["items"])) == (200, 2)
    assert decision not in listed.text
    pages = [engine.get("/v1/decisions", params={"limit": 1}).json()]
    while pages[-1]["next_cursor"] is not None:
        pages.append(engine.get("/v1/decisions", params={"limit": 1, "cursor": pages[-1]["next_cursor"]}).json())
    assert sorted(len(page["items"]) for page in pages) == [0, 1, 1]
    assert engine.get("/v1/proposals").status_code == 200
    gone = engine.get(f"/v1/decisions/{decision}")
    assert (gone.status_code, gone.json()["code"]) == (404, "REQ.NOT_FOUND")
    report = engine.post("/v1/ledger/verify", {})
    assert report.status_code == 200, report.text
    assert (report.json()["ok"], report.json()["erased"]) == (False, 1)
    found = {(finding["code"], finding["seq"]) for finding in report.json()["findings"]}
    assert found == {("LEDG.RECORD_CHANGED", seq), ("LEDG.PROJECTION_DIFFERS", None)}


def test_reading_proofs_leaves_no_trace_below_a_checkpoint(engine: Engine) -> None:
    newest = engine.get("/v1/ledger/checkpoint").json()
    kept = checkpoints(engine)
    assert newest["size"] in kept
    size = newest["size"]
    for path, sizes in (("checkpoint", "size"), ("proof?seq=1", "size"), ("consistency?first=1", "second")):
        for asked in (size, size, 1, size - 1):
            answer = engine.get(f"/v1/ledger/{path}{'&' if '?' in path else '?'}{sizes}={asked}")
            assert answer.status_code == 200, answer.text
            shown = answer.json().get("checkpoint", answer.json())
            assert shown["size"] == asked
            assert shown == newest or asked != size
    assert [found for found in checkpoints(engine) if found <= size] == kept


def test_a_checkpoint_beyond_the_ledger_is_refused(engine: Engine) -> None:
    answer = engine.get("/v1/ledger/checkpoint", params={"size": 1_000_000})
    assert (answer.status_code, answer.json()["code"]) == (400, "REQ.PARAMETER_INVALID")


def test_the_engine_signs_when_the_log_has_grown_and_only_then(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = Served(services)
    served._sign(0)
    first = remembered(services)
    assert len(first) == 1
    with monkeypatch.context() as patch:
        patch.setattr(Writer, "call", lambda *_: pytest.fail("a log that has not grown was signed again"))
        served._sign(0)
    services.writer.call(lambda t: t.record("machine.state", "machine/x", {}, actor="engine", revision=1))
    served._sign(0)
    assert remembered(services) == [*first, first[0] + 1]
    with services.store.read() as session:
        assert not ledger.has_grown(session)
