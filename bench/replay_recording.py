"""A recorded SHDR text through the whole fleet as fast as possible: lines, frames and points per second.

python bench/replay_recording.py RECORDING DEVICES [--device NAME] [--times 5]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from chargehand.fleet.devices import Device, choose_device, read_devices
from chargehand.fleet.fleet import Fleet
from chargehand.fleet.replay import Replay
from chargehand.fleet.telemetry import TelemetryStore
from chargehand.kernel.clock import SystemClock
from chargehand.kernel.ids import SystemIds
from chargehand.kernel.sqlite import SqliteStore


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recording", type=Path)
    parser.add_argument("devices", type=Path)
    parser.add_argument("--device")
    parser.add_argument("--times", type=int, default=5)
    asked = parser.parse_args()
    device = choose_device(read_devices(asked.devices.read_bytes()), asked.device)
    for _ in range(asked.times):
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder) / "telemetry.db", asked.recording, device)
    return 0


def run(path: Path, recording: Path, device: Device) -> None:
    clock = SystemClock()
    store = SqliteStore.open(path, clock, family="telemetry")
    telemetry = TelemetryStore(store, lambda _machine, _seal: None)
    telemetry.start()
    replay = Replay(recording, device, speed=None)
    fleet = Fleet([replay], telemetry, SystemIds())
    frames = 0
    began = time.perf_counter()
    while not replay.ended:
        frames += fleet.step(clock.now_us()).frames
    fleet.close()
    took = time.perf_counter() - began
    points = frames * len(replay.card.sensors)
    quarantined = {code: tally.total for code, tally in fleet.quarantines(replay.card.id).items()}
    store.close()
    print(
        f"{replay.lines} lines in {took:.2f} s: {replay.lines / took:,.0f} lines/s, {frames / took:,.0f} frames/s, "
        f"{points / took:,.0f} points/s stored; quarantined {quarantined}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
