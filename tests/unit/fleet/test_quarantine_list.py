"""The list: opened by people and by the engine, lifted by a signed word, ended by the sweep, read as the log grows."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from chargehand.contracts.examples import STATE
from chargehand.contracts.machine import MachineCondition
from chargehand.contracts.problems import RefusedError, RequestError
from chargehand.contracts.quarantine import QuarantineBody
from chargehand.fleet import quarantine_list
from chargehand.fleet.quarantine_entry import QUARANTINE
from chargehand.fleet.quarantine_list import QuarantineList, after_alarm, override_text
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.reducer import differences
from chargehand.kernel.sqlite import SqliteStore
from chargehand.kernel.writer import Command, Transaction
from chargehand.ledger.signing_key import Signer
from chargehand.testing.clock import SimClock
from tests.conformance.nodes import writer_of

ANNA = "human:anna"
LIFE_US = 1_000_000
ALARM = MachineCondition(condition="alarm", level="fault", native_code="2041", text="spindle drive")
SIGNER = Signer("chargehand/test", b"\7" * 32)


class Shop:
    """A list over a store of its own."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.clock = SimClock()
        self.list = QuarantineList(store, SIGNER)
        self._writer = writer_of(store, clock=self.clock)

    def run(self, command: Command[Any]) -> Any:
        (answer,) = self._writer.run_batch([command])
        self.list.changed()
        with self.store.read() as session:
            assert list(differences(QUARANTINE, session)) == []
        if answer.error is not None:
            raise answer.error
        return answer.result

    def open(self, **body: Any) -> Any:
        body = {"reason": "chatter", "expires_at": iso_utc(self.clock.now_us() + LIFE_US), **body}
        return self.run(self.list.open(QuarantineBody(**body), ANNA))

    def alarm(self, condition: MachineCondition = ALARM, **setup: Any) -> None:
        present = msgspec.structs.replace(STATE.setup, **setup)

        def command(transaction: Transaction) -> None:
            after_alarm(transaction, present, condition, "engine", machine="CNC-001")

        self.run(command)


@pytest.fixture
def shop() -> Iterator[Shop]:
    store = SqliteStore.open(":memory:", SimClock())
    yield Shop(store)
    store.close()


def test_opened_entry_is_in_force(shop: Shop) -> None:
    opened = shop.open(material="steel-qt-250hb")
    assert shop.list.in_force() == (opened,)
    assert opened.created_by == ANNA


def test_override_is_signed_over_what_stands_in_the_record(shop: Shop) -> None:
    opened = shop.open(material="steel-qt-250hb")
    lifted = shop.run(shop.list.override(opened.id, "new holder", ANNA))
    assert (lifted.status, shop.list.in_force()) == ("overridden", ())
    override = lifted.override
    text = override_text(lifted.id, opened.revision, override.by, override.at, override.reason)
    assert SIGNER.key.accepts(base64.b64decode(override.signature), text)
    assert not SIGNER.key.accepts(base64.b64decode(override.signature), text.replace("new", "old"))


def test_nothing_is_lifted_twice_or_without_a_reason(shop: Shop) -> None:
    opened = shop.open(tool="EM12-4")
    with pytest.raises(RequestError, match="why"):
        shop.run(shop.list.override(opened.id, " ", ANNA))
    shop.run(shop.list.override(opened.id, "new holder", ANNA))
    with pytest.raises(RefusedError) as refused:
        shop.run(shop.list.override(opened.id, "again", ANNA))
    assert refused.value.code == "REV.TRANSITION_ILLEGAL"


def test_unknown_entry_is_not_found(shop: Shop) -> None:
    with pytest.raises(RequestError) as refused:
        shop.run(shop.list.override("qua_none", "why not", ANNA))
    assert refused.value.code == "REQ.NOT_FOUND"


def test_sweep_lets_entries_run_out(shop: Shop) -> None:
    shop.open(tool="EM12-4")
    lasting = shop.open(tool="EM16-4", expires_at=iso_utc(shop.clock.now_us() + 3 * LIFE_US))
    shop.clock.advance(LIFE_US)
    assert shop.run(shop.list.expire_due("engine")) == 1
    assert shop.list.in_force() == (lasting,)


def test_alarm_bars_what_the_machine_was_doing(shop: Shop) -> None:
    shop.alarm()
    (entry,) = shop.list.in_force()
    assert entry.program_sha256 == (STATE.setup.program_sha256 or "").removeprefix("sha256:")
    assert (entry.material, entry.tool, entry.created_by) == ("steel-qt-250hb", "EM12-4", "engine")
    assert entry.reason == "alarm 2041: spindle drive"
    assert entry.region["spindle_speed"].low == pytest.approx(2850)
    assert entry.region["spindle_speed"].high == pytest.approx(3150)


def test_alarm_bars_the_feed_at_its_override(shop: Shop) -> None:
    shop.alarm(feed_override=50)
    (entry,) = shop.list.in_force()
    assert entry.region["feed_rate"].high == pytest.approx(0.5 * 700 * 1.05)


def test_an_alarm_under_a_held_feed_bars_the_feed_that_was_held(shop: Shop) -> None:
    shop.alarm(feed_override=0, spindle_override=0)
    (entry,) = shop.list.in_force()
    assert entry.region["feed_rate"].high == pytest.approx(700 * 1.05)
    assert entry.region["spindle_speed"].low == pytest.approx(2850)


def test_same_alarm_bars_once(shop: Shop) -> None:
    shop.alarm()
    shop.alarm()
    assert len(shop.list.in_force()) == 1


def test_same_failure_with_another_tool_is_another_one(shop: Shop) -> None:
    shop.alarm()
    shop.alarm(tool="EM16-4")
    assert [entry.tool for entry in shop.list.in_force()] == ["EM12-4", "EM16-4"]


def test_an_entry_that_has_run_out_or_is_of_one_machine_does_not_stand_for_a_new_failure(shop: Shop) -> None:
    shop.alarm()
    (first,) = shop.list.in_force()
    shop.clock.advance(quarantine_list.ALARM_LIFE_US)
    shop.alarm()
    (_, second) = shop.list.in_force()
    assert second.expires_at > first.expires_at
    shop.run(shop.list.override(second.id, "tried again", ANNA))
    shop.open(
        machine="CNC-002",
        program_sha256=second.program_sha256,
        material=second.material,
        tool=second.tool,
        region=second.region,
    )
    shop.alarm()
    now = iso_utc(shop.clock.now_us())
    assert sorted(str(entry.machine) for entry in shop.list.in_force() if entry.expires_at > now) == ["CNC-002", "None"]


def test_several_alarms_of_one_step_bar_once(shop: Shop) -> None:
    other = msgspec.structs.replace(ALARM, native_code="2042", text="tool broken")

    def command(transaction: Transaction) -> None:
        after_alarm(transaction, STATE.setup, ALARM, "engine", machine="CNC-001")
        after_alarm(transaction, STATE.setup, other, "engine", machine="CNC-001")

    shop.run(command)
    assert len(shop.list.in_force()) == 1


def test_the_list_is_the_same_object_until_it_is_another_list(shop: Shop) -> None:
    shop.open(tool="T1")
    seen = shop.list.in_force()
    shop.list.changed()
    assert shop.list.in_force() is seen
    shop.open(tool="T2")
    assert shop.list.in_force() is not seen


@pytest.mark.parametrize(
    ("condition", "setup"),
    [
        (msgspec.structs.replace(ALARM, level="normal"), {}),
        (msgspec.structs.replace(ALARM, native_code=None), {}),
        (ALARM, {"program_sha256": None}),
    ],
)
def test_what_is_no_alarm_or_about_nothing_known_bars_nothing(
    shop: Shop, condition: MachineCondition, setup: dict[str, Any]
) -> None:
    shop.alarm(condition, **setup)
    assert shop.list.in_force() == ()


def test_full_list_takes_no_more(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine_list, "IN_FORCE_MAX", 2)
    for tool in ("T1", "T2"):
        shop.open(tool=tool)
    with pytest.raises(RequestError, match="in force"):
        shop.open(tool="T3")
    assert len(shop.list.in_force()) == 2


def test_page_is_newest_first_and_filtered(shop: Shop) -> None:
    first = shop.open(tool="T1")
    shop.clock.advance(1_000)
    second = shop.open(tool="T2")
    shop.run(shop.list.override(first.id, "fine now", ANNA))
    with shop.store.read() as session:
        assert [entry.id for entry in quarantine_list.page(session, None, 10)] == [second.id, first.id]
        assert [entry.id for entry in quarantine_list.page(session, second.id, 10)] == [first.id]
        assert [entry.id for entry in quarantine_list.page(session, None, 10, "active")] == [second.id]


def test_failed_reading_is_tried_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = shop.open(tool="T1")

    def broken() -> Any:
        raise OSError("the disk")

    with monkeypatch.context() as patch:
        patch.setattr(shop.store, "read", broken)
        with pytest.raises(OSError, match="disk"):
            shop.list.in_force()
    assert shop.list.in_force() == (opened,)
