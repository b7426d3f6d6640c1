"""Part programs on every surface: stored, listed, given back, judged when they are loaded, judged without an engine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chargehand.contracts.program import PROGRAM_BYTES_MAX
from chargehand.sdk import Client
from tests.surfaces.command import Chargehand, chargehand
from tests.surfaces.engine import Engine, engines

__all__ = ["chargehand"]

ROOT = Path(__file__).resolve().parents[2]
GOOD = ROOT / "examples/programs/pocket.ngc"
BAD = ROOT / "examples/programs/faults.ngc"
ON = ("--machine", "CNC-001", "--tool", "EM12-4", "--material", "steel-qt-250hb")
FAULTS = [
    (8, "PROG.SPINDLE_STANDS"),
    (10, "PROG.SPEED_ABOVE_BAND"),
    (10, "PROG.SPEED_ABOVE_MAX"),
    (12, "PROG.CHIP_LOAD_ABOVE_MAX"),
    (13, "PROG.RAPID_IN_MATERIAL"),
    (14, "PROG.CHIP_LOAD_ABOVE_MAX"),
    (14, "PROG.CORNER_ACCELERATION"),
    (14, "PROG.CORNER_JERK"),
    (16, "PROG.TRAVEL_EXCEEDED"),
    (20, "PROG.TOOL_MISMATCH"),
    (20, "PROG.TOOL_MISMATCH"),
    (21, "PROG.CODE_UNSUPPORTED"),
]
"""What `faults.ngc` says of itself in its comments."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engines() as start:
        yield start(tmp_path_factory.mktemp("programs") / "data").ready()


def load(engine: Engine, sha256: str) -> dict[str, Any]:
    action = {"operation": "program_load", "program_sha256": f"sha256:{sha256}"}
    verdict: dict[str, Any] = engine.post(
        "/v1/proposals", {"kind": "machine.change", "subject": "machine/CNC-001", "action": action}
    ).json()
    return verdict


def sha(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_program_is_loaded_once_its_text_is_known(engine: Engine, chargehand: Chargehand) -> None:
    denied = load(engine, sha(GOOD))
    assert denied["reason_codes"] == ["PROG.NOT_HELD", "GATE.APPROVAL_REQUIRED"]
    assert denied["reasons"][0]["remedies"] == [{"kind": "supply", "path": "/action/program_sha256"}]
    put = chargehand("program", "put", str(GOOD), url=engine.url)
    assert (put.code, put.out) == (0, f"sha256:{sha(GOOD)}  pocket.ngc\n")
    held = load(engine, sha(GOOD))
    assert (held["verdict"], held["reason_codes"]) == ("needs_approval", ["GATE.APPROVAL_REQUIRED"])
    again = engine.get(f"/v1/decisions/{held['id']}/rejudge").json()
    assert again["identical"] is True


def test_a_program_with_faults_is_denied_with_its_lines(engine: Engine, chargehand: Chargehand) -> None:
    assert chargehand("program", "put", str(BAD), url=engine.url).code == 0
    verdict = load(engine, sha(BAD))
    assert verdict["verdict"] == "deny"
    told = [reason for reason in verdict["reasons"] if reason["code"].startswith("PROG.")]
    assert sorted((reason["params"]["detail"]["line"], reason["code"]) for reason in told) == FAULTS
    checks = {check["name"]: check["status"] for check in verdict["checks"] if check["name"].startswith("program.")}
    assert checks == {
        "program.held": "passed",
        "program.setup": "passed",
        "program.text": "failed",
        "program.limits": "failed",
    }
    assert engine.get(f"/v1/decisions/{verdict['id']}/rejudge").json()["identical"] is True


def test_stored_twice_is_stored_once(engine: Engine) -> None:
    body = {"name": "once.ngc", "text": "G21\nM30\n"}
    first = engine.post("/v1/programs", body)
    again = engine.post("/v1/programs", {**body, "name": "other.ngc"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.headers["location"] == f"/v1/programs/{first.json()['sha256']}"


def test_repeated_key_gives_the_first_answer(engine: Engine) -> None:
    body = {"name": "key.ngc", "text": "G21 (key)\nM30\n"}
    first = engine.post("/v1/programs", body, headers={"idempotency-key": "p1"})
    again = engine.post("/v1/programs", body, headers={"idempotency-key": "p1"})
    other = engine.post("/v1/programs", {**body, "name": "z"}, headers={"idempotency-key": "p1"})
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert other.json()["code"] == "REV.IDEMPOTENCY_MISMATCH"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "x", "text": ""}, 422, "REQ.BODY_INVALID"),
        ({"name": "x", "text": "G21\u0000"}, 422, "REQ.BODY_INVALID"),
        ({"name": "x", "text": "x" * (PROGRAM_BYTES_MAX + 1)}, 413, "REQ.TOO_LARGE"),
        ({"name": "x", "text": "\n" * (3 * PROGRAM_BYTES_MAX)}, 413, "REQ.TOO_LARGE"),
        ({"name": "x", "text": "M30", "path": "/etc"}, 422, "REQ.BODY_INVALID"),
        ({"text": "M30"}, 422, "REQ.BODY_INVALID"),
    ],
)
def test_what_is_no_program_is_refused(engine: Engine, body: dict[str, Any], status: int, code: str) -> None:
    answer = engine.post("/v1/programs", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_largest_program_is_taken_with_all_its_line_feeds(engine: Engine) -> None:
    answer = engine.post("/v1/programs", {"name": "long", "text": "M8\n" * (PROGRAM_BYTES_MAX // 3)})
    assert (answer.status_code, answer.json()["lines"]) == (201, PROGRAM_BYTES_MAX // 3)


def test_file_comes_back_byte_for_byte(engine: Engine, chargehand: Chargehand, tmp_path: Path) -> None:
    source, copy = tmp_path / "a.ngc", tmp_path / "b.ngc"
    source.write_bytes("%\r\nG21 (µm)\r\nM30\r\n%".encode())
    put = chargehand("program", "put", str(source), "--name", "O 7", "--json", url=engine.url)
    key = put.json["sha256"]
    assert (key, put.json["name"]) == (sha(source), "O 7")
    got = chargehand("program", "get", key, "--output", str(copy), url=engine.url)
    assert got.code == 0
    assert copy.read_bytes() == source.read_bytes()
    twice = chargehand("program", "get", key, "--output", str(copy), url=engine.url)
    assert (twice.code, twice.out) == (2, "")
    with Client(engine.url) as client:
        assert client.program.show(key).text.encode() == source.read_bytes()
        assert key in {entry.sha256 for entry in client.program.each()}


def test_file_that_is_no_text_is_not_sent(engine: Engine, chargehand: Chargehand, tmp_path: Path) -> None:
    source = tmp_path / "latin.ngc"
    source.write_bytes(b"G21 (\xfc)\nM30\n")
    said = chargehand("program", "put", str(source), url=engine.url)
    assert (said.code, said.err.startswith("PROG.TEXT_INVALID")) == (1, True)
    missing = chargehand("program", "put", str(tmp_path / "none.ngc"), url=engine.url)
    assert (missing.code, "No such file" in missing.err) == (2, True)


def test_unknown_program_is_not_found(engine: Engine, chargehand: Chargehand) -> None:
    said = chargehand("program", "show", "0" * 64, url=engine.url)
    assert (said.code, "REQ.NOT_FOUND" in said.err) == (1, True)


def test_check_without_an_engine_passes_the_good_example(chargehand: Chargehand) -> None:
    said = chargehand("policy", "check-program", str(GOOD), *ON)
    assert said.code == 0, said.out
    assert "this program would not be denied" in said.out
    report = chargehand("policy", "check-program", str(GOOD), *ON, "--json").json
    assert (report["ok"], report["findings"], report["sha256"]) == (True, [], sha(GOOD))
    assert report["extent"] == {"X": [0, 60], "Y": [0, 20], "Z": [-6, 50]}
    assert report["cut_mm"] == pytest.approx(137.94, abs=0.01)
    assert report["tools"] == [1]
    assert 15 < report["seconds"] < report["planned_s"] < 1.2 * report["seconds"]
    assert f"{report['planned_s'] / 60:.1f} min" in said.out
    assert "without acceleration" not in said.out


def test_check_without_an_engine_says_what_the_engine_says(chargehand: Chargehand) -> None:
    said = chargehand("policy", "check-program", str(BAD), *ON)
    assert said.code == 3
    assert f"denied: {len(FAULTS)} findings" in said.err
    for line, code in FAULTS:
        assert any(row.split()[:2] == [str(line), code] for row in said.out.splitlines()), (line, code)
    report = chargehand("policy", "check-program", str(BAD), *ON, "--json")
    assert report.code == 3
    found = report.json["findings"]
    assert sorted((entry["line"], entry["code"]) for entry in found) == FAULTS
    travel = next(entry for entry in found if entry["code"] == "PROG.TRAVEL_EXCEEDED")
    assert (travel["observed"], travel["limit"], travel["unit"], travel["margin"]) == (1280, 760, "mm", -520)


def test_zero_and_stock_are_options(chargehand: Chargehand) -> None:
    moved = chargehand("policy", "check-program", str(GOOD), *ON, "--offset", "730,215,-300", "--json")
    assert (moved.code, set(moved.json["counts"])) == (3, {"PROG.TRAVEL_EXCEEDED"})
    stock = chargehand("policy", "check-program", str(GOOD), *ON, "--stock", "-30,-30,-20,90,50,3", "--json")
    assert (stock.code, set(stock.json["counts"])) == (3, {"PROG.RAPID_IN_MATERIAL"})
    turned = chargehand("policy", "check-program", str(GOOD), *ON, "--stock", "90,50,0,-30,-30,-20")
    assert turned.code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--machine", "CNC-9"), "Known: CNC-001, CNC-002, CNC-003."),
        (("--tool", "NONE"), "EM12-4"),
        (("--material", "NONE"), "steel-qt-250hb"),
        (("--offset", "1,2"), "--offset takes 3 numbers"),
        (("--offset", "1,2,nan"), "--offset takes 3 numbers"),
        (("--stock", "1,2,3"), "--stock takes 6 numbers"),
        (("--stock", "a,b,c,d,e,f"), "--stock takes 6 numbers"),
    ],
)
def test_what_is_not_known_is_said_with_what_is(words: tuple[str, str], says: str, chargehand: Chargehand) -> None:
    at = ON.index(words[0]) if words[0] in ON else len(ON)
    said = chargehand("policy", "check-program", str(GOOD), *ON[:at], *words, *ON[at + 2 :])
    assert (said.code, said.out) == (2, "")
    assert says in said.err


def test_file_that_is_not_there_is_said(chargehand: Chargehand, tmp_path: Path) -> None:
    said = chargehand("policy", "check-program", str(tmp_path / "none.ngc"), *ON)
    assert (said.code, "No such file" in said.err) == (2, True)


def test_own_cards_count(chargehand: Chargehand, tmp_path: Path) -> None:
    shipped = (ROOT / "src/chargehand/auditor/cards/CNC-001.toml").read_text("utf-8")
    (tmp_path / "own.toml").write_text(shipped.replace("feed_rate_max = 12000", "feed_rate_max = 700"), "utf-8")
    said = chargehand("policy", "check-program", str(GOOD), *ON, "--cards", str(tmp_path), "--json")
    assert (said.code, said.json["counts"]) == (3, {"PROG.FEED_ABOVE_MAX": 2})


def test_a_file_without_end_is_told_to_be_too_long(chargehand: Chargehand) -> None:
    endless = "/dev/zero"
    said = chargehand("policy", "check-program", endless, *ON)
    assert (said.code, "PROG.TOO_LONG" in said.out + said.err) == (3, True)
