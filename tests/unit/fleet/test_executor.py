"""Machine changes at the seam: what they are judged on, what must not change, and one write at most for one set-up."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from chargehand.auditor.evidence import NO_EVIDENCE
from chargehand.contracts.machine import MachineState
from chargehand.contracts.problems import RefusedError, RequestError
from chargehand.contracts.proposal import MachineChange, Outcome
from chargehand.contracts.quarantine import Quarantine
from chargehand.fleet.adapter import WriteResult
from chargehand.fleet.executor import MachineExecutor
from chargehand.fleet.simulator import Simulator
from chargehand.kernel.canonical import sha256_text
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.sqlite import SqliteStore
from chargehand.proposals.executor import Grounds
from chargehand.proposals.intake import from_value
from chargehand.testing.clock import SimClock
from chargehand.testing.machines import Write, machine_cards, machines
from tests.unit.fleet.cards import change as direct_change
from tests.unit.fleet.shop import Shop, change

CNC = "CNC-001"


class Floor:
    """A shop of one node, and its machines."""

    def __init__(self, store: SqliteStore) -> None:
        self.writes: list[Write] = []
        self.machines = machines(1, self.writes)
        self.shop = Shop(store, SimClock(), self.machines)
        self.shop.step(5)

    @property
    def simulator(self) -> Simulator:
        """The machine CNC-001 itself."""
        return next(machine.simulator for machine in self.machines if machine.card.id == CNC)

    def now_us(self) -> int:
        return self.shop.clock.now_us()

    def grounds(self, body: dict[str, Any] | None = None) -> Grounds:
        return self.shop.executor.grounds(from_value(body or change(feed_rate=700)))

    def perform(self, body: dict[str, Any], basis: str | None) -> Outcome:
        return self.shop.executor.perform(from_value(body), basis, self.now_us())

    def check(self, body: dict[str, Any]) -> None:
        with self.shop.store.write() as session:
            self.shop.executor.check_performable(from_value(body), session)


@pytest.fixture
def floor(open_sqlite: Callable[..., SqliteStore]) -> Iterator[Floor]:
    made = Floor(open_sqlite(":memory:"))
    yield made
    made.shop.close()


def kept(grounds: Grounds, role: str) -> bytes:
    return next(item.body for item in grounds.kept if item.role == role)


def test_it_is_judged_on_the_present_state_and_the_machines_own_card(floor: Floor) -> None:
    grounds = floor.grounds()
    state = floor.shop.fleet.state(CNC)
    assert grounds.evidence.state is state
    assert grounds.evidence.machine == machine_cards()[CNC]
    assert [item.role for item in grounds.kept] == ["state", "machine"]
    assert all(sha256_text(item.body) == item.digest for item in grounds.kept)
    assert grounds.evidence.state_digest == grounds.kept[0].digest
    assert msgspec.json.decode(kept(grounds, "state"), type=MachineState) == state


@pytest.mark.parametrize("subject", ["machine/CNC-999", "machine/", CNC, "run/CNC-001", "", "machine/CNC-001/"])
def test_what_is_no_machine_has_no_evidence_and_is_never_another_machine(floor: Floor, subject: str) -> None:
    body = {**change(feed_rate=700), "subject": subject}
    assert floor.grounds(body) == Grounds(NO_EVIDENCE, [], None)
    with pytest.raises(RequestError, match=r"FLEET\.MACHINE_UNKNOWN"):
        floor.check(body)


def test_a_new_state_is_new_evidence_and_the_same_state_the_same_bytes(floor: Floor) -> None:
    first, again = floor.grounds(), floor.grounds()
    assert again.kept[0].body is first.kept[0].body
    floor.shop.step()
    assert floor.grounds().kept[0].digest != first.kept[0].digest


def test_states_of_two_machines_are_never_mixed(floor: Floor) -> None:
    for machine_id in ("CNC-001", "CNC-002", "CNC-001", "CNC-003"):
        state = floor.grounds(change(machine_id, feed_rate=700)).evidence.state
        assert state is not None
        assert state.machine_id == machine_id


TEXT = b"%\nO1 (a bracket)\nM30\n%\n"
HELD = hashlib.sha256(TEXT).hexdigest()
ENTRY = Quarantine(
    id="qua_1",
    revision=1,
    status="active",
    machine=None,
    program_sha256=HELD,
    material=None,
    tool=None,
    region={},
    reason="a broken tool",
    source=None,
    created_by="human:otto",
    created_at="2026-09-21T00:00:00.000000Z",
    expires_at="2026-09-28T00:00:00.000000Z",
)


class Library:
    """Holds one program under whatever digest it is told to, and remembers what was asked for."""

    def __init__(self, *held: str, text: bytes = TEXT) -> None:
        self.asked: list[str] = []
        self._held = held
        self._text = text

    def __call__(self, digest: str) -> bytes | None:
        self.asked.append(digest)
        return self._text if digest in self._held else None


def executor_with(floor: Floor, **sources: Any) -> MachineExecutor:
    return MachineExecutor(floor.shop.fleet, machine_cards(), floor.shop.ownership, **sources)


def load_of(digest: Any) -> dict[str, Any]:
    action = {"operation": "program_load", "program_sha256": digest}
    return {"kind": "machine.change", "subject": f"machine/{CNC}", "action": action}


@pytest.mark.parametrize("digest", [HELD, f"sha256:{HELD}"])
@pytest.mark.parametrize("operation", ["program_load", "start"])
def test_the_program_that_the_action_names_is_evidence(floor: Floor, operation: str, digest: str) -> None:
    library = Library(HELD)
    body = load_of(digest)
    body["action"]["operation"] = operation
    grounds = executor_with(floor, programs=library).grounds(from_value(body))
    assert library.asked == [HELD]
    assert grounds.evidence.program == TEXT
    assert kept(grounds, "program") == TEXT
    assert grounds.evidence.digests == {"program": f"sha256:{HELD}"}
    assert all(sha256_text(item.body) == item.digest for item in grounds.kept)


@pytest.mark.parametrize("operation", ["parameter_set", "override", "start", "macro"])
def test_what_cuts_without_naming_one_is_judged_on_the_loaded_program(floor: Floor, operation: str) -> None:
    loaded_now = (floor.shop.fleet.state(CNC).setup.program_sha256 or "").removeprefix("sha256:")
    library = Library(loaded_now)
    executor = executor_with(floor, programs=library)
    for _ in range(3):
        executor.grounds(from_value(change(operation=operation)))
    assert library.asked == [loaded_now]
    floor.shop.step()
    executor.grounds(from_value(change(operation=operation)))
    assert library.asked == [loaded_now] * 2


@pytest.mark.parametrize("action", [{"operation": "offset_write"}, {"operation": ["start"]}, {"operation": None}, {}])
def test_what_runs_no_program_asks_for_none(floor: Floor, action: Any) -> None:
    library = Library(HELD)
    body = {"kind": "machine.change", "subject": f"machine/{CNC}", "action": action}
    assert executor_with(floor, programs=library).grounds(from_value(body)).evidence.program is None
    assert library.asked == []


@pytest.mark.parametrize("digest", ["b" * 64, "", 5, ["x"], HELD.upper()])
def test_a_program_that_is_not_held_is_not_made_up(floor: Floor, digest: Any) -> None:
    grounds = executor_with(floor, programs=Library(HELD)).grounds(from_value(load_of(digest)))
    assert grounds.evidence.program is None
    assert [item.role for item in grounds.kept] == ["state", "machine"]


def test_another_text_under_its_digest_is_not_the_program(floor: Floor) -> None:
    """What a library hands out is believed only if it has the digest that was asked for."""
    library = Library(HELD, text=TEXT + b"G0 Z-500")
    grounds = executor_with(floor, programs=library).grounds(from_value(load_of(HELD)))
    assert (library.asked, grounds.evidence.program) == ([HELD], None)


def test_what_is_barred_is_evidence_and_encoded_once(floor: Floor) -> None:
    entries = (ENTRY,)
    executor = executor_with(floor, quarantines=lambda: entries)
    first, again = (executor.grounds(from_value(change(feed_rate=feed))) for feed in (700, 710))
    assert first.evidence.quarantines is entries
    assert msgspec.json.decode(kept(first, "quarantines"), type=tuple[Quarantine, ...]) == entries
    assert kept(first, "quarantines") is kept(again, "quarantines")
    assert first.evidence.digests == {"quarantines": sha256_text(kept(first, "quarantines"))}
    assert [item.role for item in first.kept] == ["state", "machine", "quarantines"]


def test_another_list_is_other_evidence(floor: Floor) -> None:
    lists = [(ENTRY,), (ENTRY, msgspec.structs.replace(ENTRY, id="qua_2")), ()]
    executor = executor_with(floor, quarantines=lambda: lists[0])
    seen = []
    while lists:
        seen.append(executor.grounds(from_value(change(feed_rate=700))).evidence.quarantines)
        lists.pop(0)
        if not lists:
            break
    assert [[entry.id for entry in entries] for entries in seen] == [["qua_1"], ["qua_1", "qua_2"], []]


def test_arrival_of_the_named_sample_is_kept(floor: Floor) -> None:
    state = floor.shop.fleet.state(CNC)
    assert state.seq is not None
    based_on = {"instance_id": state.instance_id, "seq": state.seq, "digest": None}
    grounds = floor.grounds({**change(feed_rate=700), "based_on": based_on})
    assert grounds.evidence.sampled_us == {state.seq: floor.now_us()}
    assert kept(grounds, "samples") == b'{"%d":%d}' % (state.seq, floor.now_us())
    assert all(sha256_text(item.body) == item.digest for item in grounds.kept)


@pytest.mark.parametrize("seq", [True, 1.0, "3", None, [3], 0, -1, 10_000, 2**53 - 1])
def test_a_sample_that_there_is_not_is_not_made_up(floor: Floor, seq: Any) -> None:
    grounds = floor.grounds({**change(feed_rate=700), "based_on": {"instance_id": "ins_x", "seq": seq}})
    assert grounds.evidence.sampled_us == {}
    assert [item.role for item in grounds.kept] == ["state", "machine"]


@pytest.mark.parametrize("based_on", [None, [], "seq", 5, {}])
def test_whatever_it_says_it_is_based_on_the_evidence_is_gathered(floor: Floor, based_on: Any) -> None:
    assert floor.grounds({**change(feed_rate=700), "based_on": based_on}).evidence.sampled_us == {}


def test_basis_is_the_machines_run_and_what_it_is_set_to(floor: Floor) -> None:
    basis = floor.grounds().basis
    floor.shop.step(10)
    assert floor.grounds().basis == basis
    state = floor.shop.fleet.state(CNC)
    assert basis == f"{state.instance_id}:{state.setup_digest}"
    assert floor.perform(change(feed_rate=700), basis).status == "applied"
    changed = floor.grounds().basis
    assert changed != basis
    floor.simulator.inject("connection_lost", floor.now_us())
    floor.shop.step(2)
    floor.simulator.clear("connection_lost", floor.now_us())
    floor.shop.step(30)
    assert floor.shop.fleet.state(CNC).connection == "online"
    assert floor.grounds().basis not in (basis, changed)


def test_a_change_is_written_and_told(floor: Floor) -> None:
    outcome = floor.perform(change(feed_rate=700), floor.grounds().basis)
    assert outcome == Outcome(
        status="applied", at=iso_utc(floor.now_us()), detail={"text": "parameter_set", "setup_revision": 2}
    )
    (write,) = floor.writes
    assert (write.machine_id, write.setup.feed_rate, write.setup.revision) == (CNC, 700, 2)
    assert floor.shop.fleet.state(CNC).setup == write.setup


def test_of_two_changes_on_one_basis_one_is_written(floor: Floor) -> None:
    basis = floor.grounds().basis
    assert floor.perform(change(feed_rate=700), basis).status == "applied"
    second = floor.perform(change(feed_rate=600), basis)
    assert (second.status, second.code) == ("failed", "REV.STATE_CHANGED")
    assert len(floor.writes) == 1


def test_a_change_at_the_control_that_was_not_seen_yet_meets_compare_and_set(floor: Floor) -> None:
    """The state of this moment still shows the old set-up; only the machine itself knows better."""
    basis = floor.grounds().basis
    floor.simulator.write(direct_change(feed_rate=(650, "mm/min")), 1, floor.now_us())
    assert floor.grounds().basis == basis
    outcome = floor.perform(change(feed_rate=700), basis)
    assert (outcome.status, outcome.code) == ("failed", "REV.STATE_CHANGED")
    assert floor.writes == []


@pytest.mark.parametrize("basis", [None, "", "ins_other:sha256:0"])
def test_nothing_is_written_on_another_basis(floor: Floor, basis: str | None) -> None:
    outcome = floor.perform(change(feed_rate=700), basis)
    assert (outcome.status, outcome.code) == ("failed", "REV.STATE_CHANGED")
    assert floor.writes == []


@pytest.mark.parametrize("fault", ["estop", "door_open", "alarm"])
def test_what_the_control_refuses_has_failed(floor: Floor, fault: Any) -> None:
    basis = floor.grounds().basis
    floor.simulator.inject(fault, floor.now_us())
    outcome = floor.perform(change(feed_rate=700), basis)
    assert (outcome.status, outcome.code) == ("failed", "FLEET.WRITE_FAILED")
    assert outcome.detail is not None
    assert fault in str(outcome.detail["text"])


def test_a_write_that_breaks_off_is_unknown(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_change: MachineChange, _revision: int, _now_us: int) -> WriteResult:
        raise ConnectionResetError

    basis = floor.grounds().basis
    monkeypatch.setattr(floor.machines[0], "write", broken)
    assert floor.machines[0].card.id == CNC
    outcome = floor.perform(change(feed_rate=700), basis)
    assert outcome.status == "unknown"
    assert outcome.code is not None


def test_a_machine_that_is_gone_by_now_has_failed(floor: Floor) -> None:
    assert floor.perform(change("CNC-999", feed_rate=700), "x").code == "FLEET.MACHINE_UNKNOWN"


def test_a_recording_is_judged_and_never_written(floor: Floor) -> None:
    cards = machine_cards()
    recorded = msgspec.structs.replace(cards[CNC].card, source="replay", writable=False)
    cards[CNC] = msgspec.structs.replace(cards[CNC], card=recorded)
    executor = MachineExecutor(floor.shop.fleet, cards, floor.shop.ownership)
    proposal = from_value(change(feed_rate=700))
    assert executor.grounds(proposal).evidence.machine == cards[CNC]
    with floor.shop.store.write() as session, pytest.raises(RefusedError, match=r"FLEET\.NOT_WRITABLE"):
        executor.check_performable(proposal, session)


def test_who_does_not_drive_the_machine_performs_nothing(floor: Floor) -> None:
    floor.check(change(feed_rate=700))
    floor.shop.ownership.give_back()
    with pytest.raises(RefusedError, match=r"FLEET\.OWNED_ELSEWHERE"):
        floor.check(change(feed_rate=700))
