"""An engine for the bench of the control centre: the real one, with three machines that send at a rate of our choosing.

The simulated fleet sends ten frames a second. What is measured at a hundred comes from adapters whose figures are made
beforehand; everything behind them, from the worker to the socket, is the engine's own.

    python -m bench.dashboard_engine FOLDER HZ
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.telemetry_ingest import Firehose
from chargehand import services
from chargehand.config import load_config
from chargehand.server import serve

MACHINES = ("BENCH-0", "BENCH-1", "BENCH-2")


def run(folder: str, hz: float) -> None:
    """Serve until told to stop; the address goes to stdout."""
    fleet = [Firehose(number, hz) for number in range(len(MACHINES))]

    def made(*_cards: Any, **_given: Any) -> list[Firehose]:
        return fleet

    vars(services)["simulated_fleet"] = made
    flags = {"data": Path(folder), "port": 0, "log": "json"}
    serve(load_config(flags, {}), lambda url, _services: print(json.dumps({"url": url}), flush=True))


@contextmanager
def engine(hz: float) -> Iterator[str]:
    """An engine in a process of its own; gives its address."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.dashboard_engine", folder, str(hz)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            assert process.stdout is not None
            try:
                yield json.loads(process.stdout.readline())["url"]
            finally:
                process.terminate()


if __name__ == "__main__":
    run(sys.argv[1], float(sys.argv[2]))
