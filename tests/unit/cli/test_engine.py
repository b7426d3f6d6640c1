"""Which engine a command talks to, and as whom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chargehand.cli import engine, failure, local
from chargehand.cli.options import Options
from chargehand.sdk import BadArgument, Client

HELD = "http://127.0.0.1:1111"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that an engine holds; every other one is free."""
    held = tmp_path / "held"
    for name in ("URL", "TOKEN", "DATA"):
        monkeypatch.delenv(f"CHARGEHAND_{name}", raising=False)
    monkeypatch.setenv("CHARGEHAND_DATA", str(tmp_path / "free"))
    monkeypatch.setattr(local, "running_url", lambda data: HELD if data == held else None)
    return held


def met(options: Options) -> tuple[str, str | None]:
    """Address and credential of the client that the options lead to."""
    with engine.connected(options) as client:
        return client.url, client._http.headers.get("authorization")


@pytest.mark.parametrize(
    ("url", "data", "env_url", "env_data", "reached"),
    [
        (None, None, None, None, "http://127.0.0.1:8420"),
        (None, None, None, "held", HELD),
        (None, None, "http://env", None, "http://env"),
        (None, None, "http://env", "held", "http://env"),
        ("http://option", None, "http://env", "held", "http://option"),
        (None, "held", "http://env", None, HELD),
        (None, "held", None, None, HELD),
    ],
)
def test_the_order_in_which_an_engine_is_looked_for(
    *,
    url: str | None,
    data: str | None,
    env_url: str | None,
    env_data: str | None,
    reached: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if env_url:
        monkeypatch.setenv("CHARGEHAND_URL", env_url)
    if env_data:
        monkeypatch.setenv("CHARGEHAND_DATA", str(folder))
    assert met(Options(url=url, data=folder if data else None))[0] == reached


def test_a_free_folder_is_opened_in_this_process_and_closed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[Path, str | None]] = []
    closed: list[Path] = []

    @contextmanager
    def open_client(data: Path, token: str | None = None) -> Iterator[Client]:
        opened.append((data, token))
        with Client("http://in-process") as client:
            yield client
        closed.append(data)

    monkeypatch.setattr(local, "open_client", open_client)
    free = folder.with_name("other")
    assert met(Options(data=free, token="cht_1"))[0] == "http://in-process"
    assert opened == [(free, "cht_1")]
    assert closed == [free]


def test_a_free_folder_of_the_environment_is_never_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "open_client", lambda *_: pytest.fail("nobody asked for it"))
    assert met(Options())[0] == "http://127.0.0.1:8420"


@pytest.mark.parametrize(
    ("option", "variable", "shown"),
    [
        (None, None, None),
        (None, "cht_env", "Bearer cht_env"),
        ("cht_option", "cht_env", "Bearer cht_option"),
    ],
)
def test_the_token(
    option: str | None, variable: str | None, shown: str | None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if variable:
        monkeypatch.setenv("CHARGEHAND_TOKEN", variable)
    assert met(Options(url="http://x", token=option))[1] == shown


def test_two_ways_at_once_are_refused(folder: Path) -> None:
    with pytest.raises(failure.Refusal) as caught:
        met(Options(url="http://x", data=folder))
    assert caught.value.exit_code == failure.USAGE


def test_a_wrong_address_of_the_environment_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARGEHAND_URL", "engine")
    with pytest.raises(BadArgument, match="'engine' is not like"):
        met(Options())


def test_a_wait_is_said_on_stderr(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    slept: list[float] = []
    monkeypatch.setattr("chargehand.cli.engine.time.sleep", slept.append)
    engine._wait(0.25)
    assert slept == [0.25]
    assert capsys.readouterr() == ("", "the stream was cut; again in 0.25 s\n")
