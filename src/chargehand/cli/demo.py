"""`chargehand demo`: the whole story in a minute. A real engine in a process of its own, on a folder that is removed.

Nothing is acted: every line is the answer of that engine, and a step that does not go as told ends the demonstration
with an error. It takes no setting from the environment, so that it can never reach an engine that is in use.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from chargehand.cli import failure, screen

START_S = 60.0
STOP_S = 10.0
PAUSE_S = 4.0


def demo(*, fast: Annotated[bool, Parameter(negative=())] = False) -> None:
    """Tell the whole story: telemetry, a denial that teaches, a permit, an approval, proof. Leaves nothing behind.

    Args:
        fast: without pauses for reading.
    """
    from chargehand.cli.story import Story

    with (
        tempfile.TemporaryDirectory(prefix="chargehand-demo-", ignore_cleanup_errors=True) as name,
        engine(Path(name) / "data") as url,
    ):
        Story(url, Path(name), _no_pause if fast else _pause).tell()
    screen.line("The engine has stopped, and its folder is gone. Next: chargehand up")


@contextmanager
def engine(data: Path) -> Iterator[str]:
    """An engine on a fresh folder in a process of its own; gives its URL, and stops it at the end.

    Raises:
        Refusal: it did not start.
    """
    from chargehand.config import bare_environment

    data.mkdir(mode=0o700)
    log = data.with_name("engine.log")
    with log.open("wb") as talk:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own program
            [sys.executable, "-m", "chargehand", "up", "--data", str(data), "--host", "127.0.0.1", "--port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=talk,
            env=bare_environment(),
            text=True,
        )
        watchdog = threading.Timer(START_S, process.kill)
        watchdog.start()
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            watchdog.cancel()
            if not url:
                last = log.read_text("utf-8", "replace").strip()[-2000:]
                raise failure.Refusal(
                    "ENG.UNREACHABLE", f"the engine did not start: {last}", "See `chargehand doctor`."
                )
            yield url
        finally:
            watchdog.cancel()
            _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _pause() -> None:
    time.sleep(PAUSE_S)


def _no_pause() -> None:
    pass
