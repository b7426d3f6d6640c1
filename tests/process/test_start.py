"""An engine that cannot do its job says why, by code and exit code, and changes nothing; one that can is reachable."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from chargehand import server
from chargehand.config import Config, ConfigError
from tests.surfaces.engine import Engine, Start, until

EXIT_FAILED, EXIT_USAGE, EXIT_CONFLICT = 1, 2, 5


def refused(engine: Engine, code: str, exit_code: int) -> str:
    """Wait until it has given up, and return its words; they begin with the code and carry no traceback."""
    assert engine.exit_code() == exit_code, engine.talk
    assert engine.talk.startswith(f"{code}: "), engine.talk
    assert "Traceback" not in engine.talk
    return engine.talk


def test_port_in_use(start: Start, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        talk = refused(start(tmp_path / "data", port=port), "ENG.PORT_IN_USE", EXIT_FAILED)
    assert f"127.0.0.1:{port}" in talk
    assert "--port" in talk
    assert not (tmp_path / "data" / "chargehand.db").exists()


def test_listener_takes_connections_before_the_engine_is_built(tmp_path: Path) -> None:
    with server._listen(Config(data=tmp_path, port=0)) as listener, socket.create_connection(listener.getsockname()):
        # Named, so that asyncio sends every answer at once instead of waiting for an acknowledgement.
        assert listener.proto == socket.IPPROTO_TCP


def test_two_engines_never_share_a_port(tmp_path: Path) -> None:
    with server._listen(Config(data=tmp_path, port=0)) as listener, pytest.raises(server.PortError):
        server._listen(Config(data=tmp_path, port=listener.getsockname()[1]))


def test_second_process_on_the_same_folder(start: Start, tmp_path: Path) -> None:
    first = start(tmp_path / "data").ready()
    second = start(tmp_path / "data")
    assert second.exit_code() == EXIT_CONFLICT
    line = next(line for line in second.talk.splitlines() if line.startswith("ENG.STORE_LOCKED"))
    assert first.url in line
    assert str(first.process.pid) in line
    assert "--standby" in second.talk
    assert first.get("/v1/health").json()["status"] == "ok"


def test_standby_takes_over_after_a_kill(start: Start, tmp_path: Path) -> None:
    first = start(tmp_path / "data").ready()
    answer = first.post("/v1/proposals", {"kind": "machine.change", "subject": "machine/CNC-001", "action": {}})
    standby = start(tmp_path / "data", standby=True)
    until(lambda: "engine.standby" in standby.talk, "the second waits")
    assert standby.process.poll() is None
    first.kill()
    standby.ready()
    assert standby.get(f"/v1/decisions/{answer.json()['id']}").content == answer.content
    assert standby.post("/v1/ledger/verify").json()["ok"] is True


def test_policy_with_an_unknown_key(start: Start, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('[policy]\nname = "mine"\nversion = "1"\ndefault = "deny"\nallow_everything = true\n', "utf-8")
    talk = refused(start(tmp_path / "data", policy=str(policy)), "ENG.POLICY_INVALID", EXIT_USAGE)
    assert "policy.toml:5" in talk
    assert "allow_everything" in talk
    assert not (tmp_path / "data" / "chargehand.db").exists()


def test_configuration_file_with_an_unknown_key(start: Start, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "chargehand.toml").write_text("tokens_required = true\n", "utf-8")
    talk = refused(start(tmp_path / "data"), "ENG.CONFIG_INVALID", EXIT_USAGE)
    assert "chargehand.toml" in talk
    assert "tokens_required" in talk


def test_recording_that_is_not_there(start: Start, tmp_path: Path) -> None:
    flags = {"replay": str(tmp_path / "none.txt"), "devices": str(tmp_path / "none.xml")}
    refused(start(tmp_path / "data", **flags), "ENG.CONFIG_INVALID", EXIT_USAGE)


@pytest.mark.parametrize("device_model", ["<not xml", "<MTConnectDevices/>"])
def test_device_model_that_cannot_be_used(start: Start, tmp_path: Path, device_model: str) -> None:
    (tmp_path / "recording.txt").write_text("", "utf-8")
    (tmp_path / "devices.xml").write_text(device_model, "utf-8")
    flags = {"replay": str(tmp_path / "recording.txt"), "devices": str(tmp_path / "devices.xml")}
    talk = refused(start(tmp_path / "data", **flags), "ENG.CONFIG_INVALID", EXIT_USAGE)
    assert "--devices" in talk


def test_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")
    with pytest.raises(ConfigError, match="--data"):
        server.serve(Config(data=tmp_path / "file", port=0), lambda _url, _services: None)
    assert (tmp_path / "file").read_text("utf-8") == "mine"


def test_unknown_crash_point(start: Start, tmp_path: Path) -> None:
    engine = start(tmp_path / "data", environment={"CHARGEHAND_FAULT": "nowhere:kill:1"})
    refused(engine, "ENG.CONFIG_INVALID", EXIT_USAGE)
