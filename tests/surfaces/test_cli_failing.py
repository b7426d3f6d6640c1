"""What a command does where it cannot do what it was asked: the right exit code, words on stderr, nothing on stdout."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.surfaces.command import Chargehand, chargehand
from tests.surfaces.engine import Engine, Start

__all__ = ["chargehand"]

NOWHERE = "http://127.0.0.1:9"
ASKING = [
    "machine list",
    "machine show X",
    "machine watch X",
    "proposal list",
    "proposal show X",
    "decision list",
    "decision show X",
    "decision explain X",
    "decision permit X",
    "decision execute X",
    "approval list",
    "approval show X",
    "approval approve X",
    "approval deny X --reason no",
    "approval rework X --reason no",
    "policy list",
    "policy show",
    "ledger checkpoint",
    "ledger verify",
    "ledger prove 1",
    "ledger consistency 1",
    "ledger export",
    "event tail",
    "principal add x --role agent",
    "principal list",
    "principal revoke X",
]
MISSING = [
    "machine show X",
    "machine watch X",
    "proposal show X",
    "decision show X",
    "decision explain X",
    "decision permit X",
    "approval show X",
    "approval approve X",
    "policy show X",
    "principal revoke X",
]


@pytest.mark.parametrize("command", ASKING)
def test_no_engine_is_six(command: str, chargehand: Chargehand) -> None:
    said = chargehand(*command.split(), url=NOWHERE)
    assert (said.code, said.out) == (6, "")
    assert said.err.startswith(f"ENG.UNREACHABLE: {NOWHERE}: nothing answers")
    assert "chargehand up" in said.err


@pytest.mark.parametrize("command", MISSING)
def test_no_such_record_is_one(command: str, engine: Engine, chargehand: Chargehand) -> None:
    said = chargehand(*command.split(), url=engine.url)
    assert (said.code, said.out) == (1, "")
    code = said.err.partition(":")[0]
    assert code in ("REQ.NOT_FOUND", "FLEET.MACHINE_UNKNOWN", "AUTH.PRINCIPAL_UNKNOWN")
    assert "what to do: " in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("decision", "list", "--limit", "0"),
        ("decision", "list", "--limit", "501"),
        ("ledger", "prove", "0"),
        ("event", "tail", "--after", "999999999"),
        ("decision", "show", ""),
        ("decision", "show", ".."),
        ("machine", "list", "--token", "a b\n"),
    ],
)
def test_inadmissible_arguments_are_two(words: tuple[str, ...], engine: Engine, chargehand: Chargehand) -> None:
    said = chargehand(*words, url=engine.url)
    assert (said.code, said.out) == (2, "")
    assert said.err.partition(":")[0] in ("REQ.PARAMETER_INVALID", "REQ.CURSOR_INVALID")


def test_for_programs_a_failure_is_one_object_on_stderr(engine: Engine, chargehand: Chargehand) -> None:
    said = chargehand("decision", "show", "X", "--json", url=engine.url)
    assert (said.code, said.out) == (1, "")
    found = json.loads(said.err)
    assert (found["schema_version"], found["code"]) == (1, "REQ.NOT_FOUND")
    assert found["request_id"].startswith("req_")
    usage = chargehand("decision", "show", "--json")
    assert json.loads(usage.err)["code"] == "REQ.PARAMETER_INVALID"


def test_an_address_that_is_none_is_two(chargehand: Chargehand) -> None:
    said = chargehand("machine", "list", url="engine")
    assert (said.code, said.err.partition(":")[0]) == (2, "REQ.PARAMETER_INVALID")


def test_a_wrong_token_is_one(engine: Engine, chargehand: Chargehand) -> None:
    said = chargehand("machine", "list", url=engine.url, token="nonsense")
    assert (said.code, said.err.partition(":")[0]) == (1, "AUTH.TOKEN_INVALID")


def test_two_engines_at_once_are_two(engine: Engine, chargehand: Chargehand) -> None:
    said = chargehand("machine", "list", "--data", str(engine.data), url=engine.url)
    assert said.code == 2
    assert "--url and --data" in said.err


class TestFindingTheEngine:
    def test_by_url_of_the_environment(
        self, engine: Engine, chargehand: Chargehand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CHARGEHAND_URL", engine.url)
        assert chargehand("machine", "list").code == 0
        assert chargehand("machine", "list", url=NOWHERE).code == 6

    def test_by_data_folder_that_is_held(
        self, engine: Engine, chargehand: Chargehand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CHARGEHAND_URL", NOWHERE)
        assert chargehand("machine", "list", "--data", str(engine.data)).code == 0
        monkeypatch.delenv("CHARGEHAND_URL")
        monkeypatch.setenv("CHARGEHAND_DATA", str(engine.data))
        assert chargehand("machine", "list").code == 0

    def test_a_url_of_the_environment_wins_over_its_folder(
        self, engine: Engine, chargehand: Chargehand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CHARGEHAND_DATA", str(engine.data))
        monkeypatch.setenv("CHARGEHAND_URL", NOWHERE)
        assert chargehand("machine", "list").code == 6

    @pytest.mark.process
    def test_a_folder_that_nobody_serves_is_opened(self, start: Start, tmp_path: Path, chargehand: Chargehand) -> None:
        engine = start(tmp_path / "data").ready()
        engine.post("/v1/proposals", {"kind": "tool.call", "subject": "run/x", "action": {"tool": "nothing"}})
        engine.stop()
        command = [sys.executable, "-m", "chargehand", "decision", "list", "--json", "--data", str(engine.data)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        assert json.loads(ran.stdout)["items"][0]["primary_code"] == "TOOL.NOT_LISTED"
        assert ran.stderr == ""
        assert chargehand("login", "--data", str(engine.data)).code == 6


class TestFiles:
    def test_a_proposal_that_cannot_be_read(self, engine: Engine, chargehand: Chargehand, tmp_path: Path) -> None:
        said = chargehand("proposal", "submit", str(tmp_path / "none.json"), url=engine.url)
        assert (said.code, said.out) == (1, "")
        assert "none.json: No such file" in said.err

    def test_a_sound_policy(self, repository: Path, chargehand: Chargehand) -> None:
        policy = repository / "src" / "chargehand" / "auditor" / "policies" / "shop-floor.toml"
        said = chargehand("policy", "check", str(policy), "--json")
        assert (said.code, said.json["ok"], said.json["defects"]) == (0, True, [])
        assert said.json["policy"]["name"] == "shop-floor"
        assert "this policy can be used" in chargehand("policy", "check", str(policy)).out

    def test_a_policy_with_an_unknown_key_names_the_line(self, chargehand: Chargehand, tmp_path: Path) -> None:
        policy = tmp_path / "p.toml"
        policy.write_text('[policy]\nname = "p"\nversion = "1"\ndefault = "deny"\nmoon = "full"\n', "utf-8")
        said = chargehand("policy", "check", str(policy), "--json")
        assert (said.code, said.json["ok"]) == (7, False)
        assert said.json["defects"][0]["line"] == 5
        told = chargehand("policy", "check", str(policy))
        assert told.code == 7
        assert "p.toml:5: " in told.out
        assert "moon" in told.out
        assert "ENG.POLICY_INVALID" in told.err

    def test_a_policy_that_is_not_there(self, chargehand: Chargehand, tmp_path: Path) -> None:
        assert chargehand("policy", "check", str(tmp_path / "none.toml")).code == 2

    def test_an_export_that_is_not_there(self, chargehand: Chargehand, tmp_path: Path) -> None:
        said = chargehand("ledger", "verify", str(tmp_path / "none.jsonl"))
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("LEDG.EXPORT_INVALID: ")

    def test_an_export_that_is_none(self, chargehand: Chargehand, tmp_path: Path) -> None:
        (tmp_path / "x.jsonl").write_text("nonsense\n", "utf-8")
        said = chargehand("ledger", "verify", str(tmp_path / "x.jsonl"))
        assert said.code in (1, 7)
        assert "LEDG." in said.out + said.err

    def test_options_of_an_export_need_one(self, chargehand: Chargehand, tmp_path: Path) -> None:
        assert chargehand("ledger", "verify", "--key", "k").code == 2

    def test_an_export_into_no_folder(self, engine: Engine, chargehand: Chargehand, tmp_path: Path) -> None:
        said = chargehand("ledger", "export", "--output", str(tmp_path / "none" / "e.jsonl"), url=engine.url)
        assert (said.code, said.err.partition(":")[0]) == (1, "LEDG.EXPORT_INVALID")


class TestReasons:
    def test_a_code_that_is_none_has_a_suggestion(self, chargehand: Chargehand) -> None:
        said = chargehand("reasons", "show", "mach.speed_above")
        assert (said.code, said.out) == (1, "")
        assert "MACH.SPEED_ABOVE_MAX" in said.err

    def test_a_family_that_is_none_names_those_that_are(self, chargehand: Chargehand) -> None:
        said = chargehand("reasons", "list", "--family", "MOON")
        assert (said.code, said.out) == (2, "")
        assert "TELEM" in said.err

    def test_a_family_without_codes_is_empty(self, chargehand: Chargehand) -> None:
        assert chargehand("reasons", "list", "--family", "METER", "--json").json["items"] == []

    def test_a_code_of_a_deployment_has_the_strictest_defaults(self, chargehand: Chargehand) -> None:
        assert chargehand("reasons", "show", "X-ACME.TOO_LATE", "--json").json["severity"] == "block"


@pytest.mark.process
class TestProcess:
    def test_a_reader_that_has_enough_is_no_failure(self, engine: Engine) -> None:
        command = [sys.executable, "-m", "chargehand", "event", "tail", "--after", "0", "--jsonl", "--url", engine.url]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            assert json.loads(process.stdout.readline())["seq"] == 1
            process.stdout.close()
            engine.post("/v1/proposals", {"kind": "tool.call", "subject": "run/x", "action": {"tool": "nothing"}})
            engine.post("/v1/proposals", {"kind": "tool.call", "subject": "run/x", "action": {"tool": "nothing"}})
            assert process.wait(60) == 0
            assert process.stderr.read() == b""

    @pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
    def test_an_interrupted_stream_is_a_hundred_and_thirty(self, engine: Engine) -> None:
        command = [sys.executable, "-m", "chargehand", "event", "tail", "--after", "0", "--jsonl", "--url", engine.url]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.readline()
            os.kill(process.pid, signal.SIGINT)
            assert process.wait(60) == 130
            assert b"Traceback" not in process.stderr.read()

    def test_a_stream_survives_the_restart_of_its_engine(self, start: Start, tmp_path: Path) -> None:
        first = start(tmp_path / "data").ready()
        port = int(first.url.rpartition(":")[2])
        command = [sys.executable, "-m", "chargehand", "event", "tail", "--after", "0", "--jsonl", "--url", first.url]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            seen = [json.loads(process.stdout.readline())]
            first.kill()
            start(tmp_path / "data", port=port).listening()
            while [event["type"] for event in seen].count("engine.started") < 2:
                seen.append(json.loads(process.stdout.readline()))
            process.terminate()
            assert b"the stream was cut; again in " in process.stderr.read()
        assert [event["seq"] for event in seen] == list(range(1, len(seen) + 1))

    def test_a_defect_is_told_without_a_traceback(self) -> None:
        script = (
            "import sys\nfrom chargehand.cli import reasons\nreasons.REGISTRY = None\n"
            "from chargehand.cli.main import run\nsys.exit(run(['reasons', 'list']))"
        )
        ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stdout) == (1, "")
        assert ran.stderr.startswith("ENG.INTERNAL: AttributeError")
        assert "Traceback" not in ran.stderr
