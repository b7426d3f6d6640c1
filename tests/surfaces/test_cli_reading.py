"""Every reading command against a real engine: one JSON object for programs, a table for people, nothing beside it."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from tests.surfaces.asking import PROGRAM, QUARANTINE
from tests.surfaces.command import Chargehand, chargehand
from tests.surfaces.engine import Engine
from tests.surfaces.proposals import ALLOWED, DENIED, NEEDS_APPROVAL

__all__ = ["chargehand"]


@pytest.fixture(scope="module")
def ids(engine: Engine) -> dict[str, str]:
    """Ids of three proposals: allowed, denied, held."""
    denied = engine.post("/v1/proposals", DENIED).json()
    held = engine.post("/v1/proposals", NEEDS_APPROVAL).json()
    allowed = engine.post("/v1/proposals", ALLOWED).json()
    assert [found["verdict"] for found in (denied, held, allowed)] == ["deny", "needs_approval", "allow"]
    return {
        "decision": denied["id"],
        "proposal": denied["proposal_id"],
        "approval": held["approval_id"],
        "allowed": allowed["id"],
        "machine": "CNC-001",
        "program": engine.post("/v1/programs", PROGRAM).json()["sha256"],
        "quarantine": engine.post("/v1/quarantines", QUARANTINE).json()["id"],
    }


READING: dict[str, tuple[str, ...]] = {
    "machine list": ("CNC-001", "CNC-003"),
    "machine list --with-state": ("CNC-001", "online", "Last verdict"),
    "machine limits {machine}": ("spindle_speed", "spindle_load", "impossible-spindle-load"),
    "tool list": ("EM12-4",),
    "material list": ("steel-qt-250hb",),
    "machine show {machine}": ("mill_3axis", "spindle_speed", "door_open"),
    "proposal list": ("machine.change", "denied"),
    "proposal list --status denied --subject machine/CNC-001 --limit 1": ("denied",),
    "proposal list --verdict deny --code TOOL.SPEED_ABOVE_RATING": ("denied",),
    "proposal show {proposal}": ("denied", "CUT.CHIP_LOAD_BELOW_MIN", "spindle_speed 13000 rev/min"),
    "decision list": ("deny", "MACH.SPEED_ABOVE_MAX"),
    "decision list --verdict deny --code TOOL.SPEED_ABOVE_RATING": ("deny",),
    "decision show {decision}": ("deny", "13000", "12000", "nearest proposal"),
    "decision explain {decision}": ("MACH.SPEED_ABOVE_MAX", "what to do", "judged on"),
    "decision explain {decision} --view operator": ("rule",),
    "decision rejudge {decision}": (),
    "approval list --status pending": ("pending", "machine/CNC-001"),
    "approval show {approval}": ("pending", "offset_write", "GATE.APPROVAL_REQUIRED"),
    "program list": ("slot.ngc", "human:local"),
    "program show {program}": ("slot.ngc", "4 lines", "G21 G90 G54"),
    "quarantine list --status active": ("tool NOBODY-HAS-IT", "human:local"),
    "quarantine show {quarantine}": ("active", "tool NOBODY-HAS-IT", "a test"),
    "policy list": ("shop-floor", "yes"),
    "policy show": ("shop-floor", "hot-spindle", "offset-needs-operator"),
    "policy show shop-floor": ("shop-floor",),
    "reasons list": ("MACH.SPEED_ABOVE_MAX", "after_change"),
    "reasons list --family TELEM": ("TELEM.STALE",),
    "reasons show MACH.SPEED_ABOVE_MAX": ("what to do", "wire id"),
    "ledger checkpoint": ("chargehand/",),
    "ledger checkpoint --size 2": ("\n2\n",),
    "ledger prove 2": ("leaf hash", "root"),
    "ledger consistency 1": ("first size",),
    "ledger verify": ("verifies", "yes"),
    "principal list": (),
    "doctor": ("sqlite", "ok"),
}


@pytest.mark.parametrize("command", READING)
def test_for_programs_it_is_one_object(
    command: str, engine: Engine, ids: dict[str, str], chargehand: Chargehand
) -> None:
    said = chargehand(*command.format(**ids).split(), "--json", url=engine.url)
    assert said.code == 0
    assert said.json
    assert said.err == ""


@pytest.mark.parametrize("command", READING)
def test_for_people_it_says_what_matters(
    command: str, engine: Engine, ids: dict[str, str], chargehand: Chargehand
) -> None:
    said = chargehand(*command.format(**ids).split(), url=engine.url)
    assert said.code == 0
    for text in READING[command]:
        assert text in said.out, text
    assert "\x1b" not in said.out
    assert "schema_version" not in said.out


def test_json_of_a_verdict_is_the_recorded_bytes(engine: Engine, ids: dict[str, str], chargehand: Chargehand) -> None:
    recorded = engine.get(f"/v1/decisions/{ids['decision']}").text
    out = chargehand("decision", "show", ids["decision"], "--json", url=engine.url).out
    assert out == recorded.replace("{", '{"schema_version":1,', 1) + "\n"


def test_json_of_a_list_is_the_page_of_the_api(engine: Engine, ids: dict[str, str], chargehand: Chargehand) -> None:
    page = engine.get("/v1/decisions", params={"limit": 2}).json()
    said = chargehand("decision", "list", "--limit", "2", "--json", url=engine.url)
    assert said.json == {"schema_version": 1, **page}
    assert page["next_cursor"]
    rest = chargehand("decision", "list", "--cursor", page["next_cursor"], "--json", url=engine.url).json
    assert {item["id"] for item in rest["items"]}.isdisjoint(item["id"] for item in page["items"])
    told = chargehand("decision", "list", "--limit", "2", url=engine.url)
    assert told.err == f"more: --cursor {page['next_cursor']}\n"


def test_every_code_of_the_engine_is_known_without_it(engine: Engine, chargehand: Chargehand) -> None:
    known = chargehand("reasons", "list", "--json").json["items"]
    codes = [code["code"] for code in known]
    assert len(codes) > 100
    shown = engine.get("/v1/reason-codes", params={"limit": 500}).json()["items"]
    assert sorted(codes) == [code["code"] for code in shown]
    for code in shown[:20]:
        alone = chargehand("reasons", "show", code["code"], "--json").json
        assert {key: value for key, value in alone.items() if key != "schema_version"} == code


@pytest.mark.parametrize("words", [("event", "tail"), ("machine", "watch", "CNC-001")])
def test_streams_carry_the_bytes_of_the_engine(
    words: tuple[str, ...], engine: Engine, ids: dict[str, str], chargehand: Chargehand
) -> None:
    more = ("--after", "0") if words[0] == "event" else ()
    said = chargehand(*words, *more, "--count", "3", "--jsonl", url=engine.url)
    assert (said.code, said.err) == (0, "")
    found = [json.loads(line) for line in said.out.splitlines()]
    assert len(found) == 3
    numbers = [item["seq"] for item in found]
    assert numbers == list(range(numbers[0], numbers[0] + 3))
    if words[0] == "event":
        assert numbers[0] == 1
    told = chargehand(*words, *more, "--count", "3", url=engine.url).out.splitlines()
    assert len(told) == 3


def test_the_tail_is_filtered(engine: Engine, ids: dict[str, str], chargehand: Chargehand) -> None:
    words = ("event", "tail", "--after", "0", "--types", "proposal.decided", "--jsonl", "--count")
    found = [json.loads(line) for line in chargehand(*words, "2", url=engine.url).out.splitlines()]
    assert {item["type"] for item in found} == {"proposal.decided"}
    subject = f"proposal/{ids['proposal']}"
    assert json.loads(chargehand(*words, "1", "--subject", subject, url=engine.url).out)["subject"] == subject


def test_telemetry_is_resumed_from_a_frame(engine: Engine, chargehand: Chargehand) -> None:
    first = json.loads(chargehand("machine", "watch", "CNC-002", "--count", "1", "--jsonl", url=engine.url).out)
    words = ("--after", str(first["seq"]), "--instance", first["instance_id"], "--count", "2", "--jsonl")
    after = chargehand("machine", "watch", "CNC-002", *words, url=engine.url).out.splitlines()
    assert [json.loads(line)["seq"] for line in after] == [first["seq"] + 1, first["seq"] + 2]
    gone = chargehand(
        "machine", "watch", "CNC-002", "--after", "1", "--instance", "ins_x", "--count", "1", url=engine.url
    )
    assert gone.out.startswith("-- gap: ")
    assert "TELEM.INSTANCE_CHANGED" in gone.out


def test_an_export_is_the_same_to_a_file_and_to_a_pipe(
    engine: Engine, ids: dict[str, str], chargehand: Chargehand, tmp_path: Path
) -> None:
    target = tmp_path / "export.jsonl"
    note = tmp_path / "checkpoint.txt"
    note.write_text(chargehand("ledger", "checkpoint", url=engine.url).out, "utf-8")
    said = chargehand("ledger", "export", "--output", str(target), "--json", url=engine.url)
    assert said.json["bytes"] == target.stat().st_size
    verified = chargehand("ledger", "verify", str(target), "--checkpoint", str(note), "--json")
    assert (verified.code, verified.json["ok"]) == (0, True)
    assert verified.json["anchored_size"] > 0
    piped = chargehand("ledger", "export", url=engine.url)
    assert piped.out.splitlines()[1] == target.read_text("utf-8").splitlines()[1]
    again = chargehand("ledger", "export", "--output", str(target), url=engine.url)
    assert (again.code, again.out) == (1, "")
    assert "exists" in again.err
    assert target.stat().st_size == said.json["bytes"]


def test_the_verification_of_an_export_finds_one_changed_character(
    engine: Engine, ids: dict[str, str], chargehand: Chargehand, tmp_path: Path
) -> None:
    target = tmp_path / "export.jsonl"
    chargehand("ledger", "export", "--output", str(target), url=engine.url)
    target.write_bytes(target.read_bytes().replace(b"roughing", b"Roughing", 1))
    said = chargehand("ledger", "verify", str(target), "--json")
    assert said.code == 7
    assert not said.json["ok"]
    assert said.json["findings"][0]["code"] == "LEDG.RECORD_CHANGED"
    told = chargehand("ledger", "verify", str(target))
    assert told.code == 7
    assert "LEDG.RECORD_CHANGED" in told.out


def test_the_doctor_finds_the_engine(engine: Engine, chargehand: Chargehand) -> None:
    said = chargehand("doctor", "--data", str(engine.data), "--json")
    checks = {check["check"]: check for check in said.json["checks"]}
    assert checks.keys() == {"python", "sqlite", "data folder", "disk", "lock", "engine", "clock", "versions"}
    assert engine.url in checks["lock"]["finding"]
    assert engine.url in checks["engine"]["finding"]
    assert said.json["ok"]


def test_the_doctor_without_an_engine_is_no_failure(chargehand: Chargehand, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # An engine may run at the usual address of this machine.
        patch.setattr("chargehand.sdk.DEFAULT_URL", "http://127.0.0.1:9")
        said = chargehand("doctor", "--json")
    checks = {check["check"]: check for check in said.json["checks"]}
    assert checks["engine"]["status"] == "warn"
    assert "chargehand up" in checks["engine"]["advice"]
    assert said.code == 0
    named = chargehand("doctor", "--json", url="http://127.0.0.1:9")
    assert named.code == 1


def test_a_sign_in_link_works_once(engine: Engine, chargehand: Chargehand) -> None:
    link = chargehand("login", "--data", str(engine.data), "--json").json["link"]
    assert link.startswith(f"{engine.url}/signin?code=")
    code = link.partition("code=")[2]
    with httpx.Client(base_url=engine.url, trust_env=False) as browser:
        assert browser.post("/v1/session", json={"code": code}).status_code == 201
        assert browser.post("/v1/session", json={"code": code}).status_code == 401
    assert chargehand("login", "--data", str(engine.data)).out.startswith(engine.url)
