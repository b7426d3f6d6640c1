"""What every adapter must do, on every adapter there is. A new one joins the list below and inherits the suite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from chargehand.contracts.machine import SIGNAL_UNITS, Setup
from chargehand.fleet.adapter import Adapter, Batch, Sample, WritableAdapter
from chargehand.fleet.replay import Replay
from tests.unit.fleet.cards import T0, change, simulator
from tests.unit.fleet.models import mill

S = 1_000_000
Build = Callable[[], Adapter]


def _recording(folder: Path) -> Path:
    lines = [
        f"2026-01-01T00:00:{second:02d}.{tenth}Z|load|{second}|exec|ACTIVE|mode|AUTOMATIC|cmd|3000|speed|{2990 + tenth}"
        for second in range(60)
        for tenth in range(10)
    ]
    lines[7:7] = ["broken", "|load|12", "2026-01-01T00:00:00Z|load|NaN", "* PING", "2020-01-01T00:00:00Z|ghost|1"]
    path = folder / "recording.txt"
    path.write_text("\n".join(lines))
    return path


@pytest.fixture(params=["simulator", "replay at its pace", "replay as fast as possible"])
def build(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Build]:
    """Makes the same adapter as often as it is called."""
    made: list[Adapter] = []

    def make() -> Adapter:
        if request.param == "simulator":
            made.append(simulator())
        else:
            speed = None if request.param.endswith("possible") else 1.0
            made.append(Replay(_recording(tmp_path), mill(), speed=speed))
        return made[-1]

    yield make
    for adapter in made:
        adapter.close()


def played(adapter: Adapter, seconds: float = 20.0) -> list[Batch]:
    """What it says in steps of 200 ms."""
    adapter.connect(T0)
    return [adapter.step(T0 + at) for at in range(0, int(seconds * S), 200_000)]


def samples_of(batches: list[Batch]) -> list[Sample]:
    return [sample for batch in batches for sample in batch.samples]


def test_it_sends_samples(build: Build) -> None:
    assert len(samples_of(played(build()))) > 50


def test_the_same_input_gives_the_same_bytes(build: Build) -> None:
    one, two = (msgspec.json.encode(played(build())) for _ in range(2))
    assert one == two


def test_every_sample_is_the_whole_picture_of_its_card(build: Build) -> None:
    adapter = build()
    for sample in samples_of(played(adapter)):
        assert list(sample.values) == list(adapter.card.sensors)


def test_every_value_has_the_signals_unit(build: Build) -> None:
    for sample in samples_of(played(build())):
        assert {name: value.u for name, value in sample.values.items()} == {
            name: SIGNAL_UNITS[name] for name in sample.values
        }


def test_a_value_is_there_exactly_when_it_is_good(build: Build) -> None:
    for sample in samples_of(played(build())):
        for value in sample.values.values():
            assert (value.v is None) == (value.q in ("unavailable", "bad"))


def test_no_number_is_infinite_or_none(build: Build) -> None:
    text = msgspec.json.encode([sample.values for sample in samples_of(played(build()))])
    assert b"NaN" not in text
    assert b"Infinity" not in text


def test_the_setup_comes_with_the_first_sample_and_then_on_change(build: Build) -> None:
    told = [sample.setup for sample in samples_of(played(build()))]
    assert isinstance(told[0], Setup)
    changes = [setup for setup in told if setup is not None]
    revisions = [setup.revision for setup in changes]
    assert revisions == sorted(set(revisions))


def test_interlocks_come_with_the_first_sample(build: Build) -> None:
    adapter = build()
    first = samples_of(played(adapter))[0]
    assert first.interlocks is not None
    known = {
        name
        for name, value in (
            ("door", first.interlocks.door_open),
            ("estop", first.interlocks.estop),
            ("feed_hold", first.interlocks.feed_hold),
        )
        if value is not None
    }
    assert known <= set(adapter.card.interlocks)


def test_fresh_signals_are_signals_of_the_card(build: Build) -> None:
    adapter = build()
    for sample in samples_of(played(adapter)):
        assert sample.fresh is None or sample.fresh <= set(adapter.card.sensors)


def test_what_is_set_aside_has_a_telemetry_code(build: Build) -> None:
    for batch in played(build()):
        assert all(found.code.startswith("TELEM.") for found in batch.quarantines)


def test_two_steps_at_one_instant_repeat_nothing(build: Build) -> None:
    adapter = build()
    adapter.connect(T0)
    stamps = [sample.ts_source_us for _ in range(6) for sample in adapter.step(T0 + S).samples]
    counted = [stamp for stamp in stamps if stamp is not None]
    assert len(counted) == len(set(counted)) or isinstance(adapter, Replay)


def test_close_is_safe_twice_and_before_connect(build: Build) -> None:
    adapter = build()
    adapter.close()
    adapter.connect(T0)
    adapter.close()
    adapter.close()


def test_it_can_be_connected_again(build: Build) -> None:
    adapter = build()
    played(adapter, 2.0)
    adapter.close()
    adapter.connect(T0 + 60 * S)
    samples = samples_of([adapter.step(T0 + 60 * S + at) for at in range(0, 2 * S, 200_000)])
    assert samples
    assert samples[0].setup is not None


def test_a_writable_adapter_compares_before_it_sets(build: Build) -> None:
    adapter = build()
    first = samples_of(played(adapter, 2.0))[0]
    assert first.setup is not None
    if not isinstance(adapter, WritableAdapter):
        assert not adapter.card.writable
        return
    assert adapter.card.writable
    wanted = change(feed_rate=(600, "mm/min"))
    refused = adapter.write(wanted, first.setup.revision + 1, T0 + 2 * S)
    assert (refused.status, refused.code, refused.setup) == ("refused", "REV.STATE_CHANGED", None)
    applied = adapter.write(wanted, first.setup.revision, T0 + 2 * S)
    assert applied.status == "applied"
    assert applied.setup is not None
    assert (applied.setup.feed_rate, applied.setup.revision) == (600, first.setup.revision + 1)
    again = adapter.write(wanted, first.setup.revision, T0 + 2 * S)
    assert again.status == "refused"
