"""The quarantine list through the command line and HTTP: barred, named in the denial, lifted by a person, gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.surfaces.command import Chargehand, chargehand
from tests.surfaces.engine import Engine, engines
from tests.surfaces.proposals import ALLOWED

__all__ = ["chargehand"]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engines() as start:
        yield start(tmp_path_factory.mktemp("quarantine") / "data").ready()


def test_a_barred_region_denies_until_a_person_lifts_it(engine: Engine, chargehand: Chargehand) -> None:
    words = ("--material", "steel-qt-250hb", "--region", "spindle_speed=3000..3300", "--reason", "chatter on the wall")
    opened = chargehand("quarantine", "add", *words, "--until", "2099-01-01T00:00:00Z", "--json", url=engine.url)
    assert opened.code == 0, opened.err
    key = opened.json["id"]
    verdict = engine.post("/v1/proposals", ALLOWED).json()
    assert verdict["reason_codes"] == ["FLEET.PROGRAM_QUARANTINED"]
    assert verdict["reasons"][0]["params"]["observed"] == key
    again = engine.get(f"/v1/decisions/{verdict['id']}/rejudge")
    assert again.json()["identical"] is True

    lifted = chargehand("quarantine", "override", key, "--reason", "the holder was replaced", url=engine.url)
    assert lifted.code == 0
    assert "signature" in lifted.out
    assert engine.post("/v1/proposals", ALLOWED).json()["verdict"] == "allow"
    twice = chargehand("quarantine", "override", key, "--reason", "once more", url=engine.url)
    assert (twice.code, "REV.TRANSITION_ILLEGAL" in twice.err) == (5, True)


def test_a_region_that_cannot_be_read_is_told(engine: Engine, chargehand: Chargehand) -> None:
    words = ("quarantine", "add", "--region", "spindle_speed=3000", "--reason", "x", "--until", "2099-01-01T00:00:00Z")
    said = chargehand(*words, url=engine.url)
    assert (said.code, said.out) == (2, "")
    assert "low..high" in said.err


def test_an_entry_that_bars_everything_is_refused(engine: Engine) -> None:
    answer = engine.post("/v1/quarantines", {"reason": "all", "expires_at": "2099-01-01T00:00:00Z"})
    assert (answer.status_code, answer.json()["code"]) == (422, "REQ.BODY_INVALID")


def test_the_events_stand_in_the_log(engine: Engine) -> None:
    answer = engine.post(
        "/v1/quarantines", {"reason": "worn", "expires_at": "2099-01-01T00:00:00Z", "tool": "NOBODY-HAS-IT"}
    )
    key = answer.json()["id"]
    assert answer.headers["location"] == f"/v1/quarantines/{key}"
    shown = engine.get(f"/v1/quarantines/{key}")
    stale = engine.post(f"/v1/quarantines/{key}/override", {"reason": "x"}, headers={"if-match": '"7"'})
    assert (shown.headers["etag"], stale.status_code) == ('"1"', 412)
    report = engine.post("/v1/ledger/verify", None).json()
    assert report["ok"], report["findings"]
