"""Cuts that were permitted are promises of heat: what is legal alone is judged together, on every kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from chargehand.auditor.cards import loaded
from chargehand.auditor.evidence import Commitment
from chargehand.contracts.card import MachineCard
from chargehand.contracts.machine import SIGNAL_UNITS, Interlocks, SignalValue
from chargehand.contracts.problems import RefusedError
from chargehand.contracts.proposal import MachineChange, ProposalDecided
from chargehand.contracts.verdict import Verdict
from chargehand.fleet.adapter import Batch, Sample, WriteResult
from chargehand.kernel import log
from chargehand.kernel.canonical import record_bytes
from chargehand.kernel.clock import SECOND_US
from chargehand.kernel.reducer import differences, rebuild
from chargehand.kernel.store import Store
from chargehand.machining.cutting import milling, nominal
from chargehand.machining.drive import heat_after, ratings, time_constant
from chargehand.proposals import records
from chargehand.proposals.intake import from_value
from chargehand.proposals.lifecycle import PROPOSAL
from chargehand.proposals.rejudge import rejudge
from chargehand.testing.clock import SimClock
from chargehand.testing.machines import shipped_cards
from tests.unit.fleet.cards import SETUP
from tests.unit.fleet.shop import Shop

CNC = "CNC-001"
STEP_S = 2
COLD_S = 2_700
"""Longer than five time constants of the shipped drive."""
LOAD = 1.3
SECONDS = 200
READINGS: dict[str, int | str] = {
    "coolant_flow": 18,
    "spindle_temperature": 30,
    "execution": "READY",
    "mode": "AUTOMATIC",
}
CUT = {"spindle_speed": 3183, "feed_rate": 764, "axial_depth": 3, "radial_depth": 3}
UNITS = {"spindle_speed": "rev/min", "feed_rate": "mm/min", "axial_depth": "mm", "radial_depth": "mm"}


def cut(machine: str = CNC, seconds: float | None = SECONDS, **params: float) -> dict[str, Any]:
    """A proposal for one cut."""
    action: dict[str, Any] = {
        "operation": "parameter_set",
        "params": {name: {"value": value, "unit": UNITS[name]} for name, value in {**CUT, **params}.items()},
    }
    if seconds is not None:
        action["cut_time"] = {"value": seconds, "unit": "s"}
    return {"kind": "machine.change", "subject": f"machine/{machine}", "action": action}


class Idling:
    """A machine that stands by, with a spindle load that a test sets, and takes every write."""

    def __init__(self, card: MachineCard) -> None:
        self.card = card
        self.load = 0.0
        self.setup = SETUP
        self.answer = "applied"
        self._told = False

    def connect(self, now_us: int) -> None:
        self._told = False

    def step(self, now_us: int) -> Batch:
        values = {
            name: SignalValue(v=READINGS.get(name, 0), u=SIGNAL_UNITS[name], q="good") for name in self.card.sensors
        }
        values["spindle_load"] = SignalValue(v=self.load, u="%", q="good")
        setup, self._told = None if self._told else self.setup, True
        clear = Interlocks(alarms=[], door_open=False, estop=False, feed_hold=False)
        return Batch(samples=[Sample(ts_source_us=now_us, values=values, setup=setup, interlocks=clear)])

    def write(self, change: MachineChange, expected_revision: int, now_us: int) -> WriteResult:
        if self.answer == "unknown":
            raise ConnectionResetError
        if self.answer == "refused":
            return WriteResult(status="refused", code="FLEET.WRITE_FAILED", text="no")
        self.setup = msgspec.structs.replace(self.setup, revision=expected_revision + 1)
        return WriteResult(status="applied", code=None, text="", setup=self.setup)

    def close(self) -> None: ...


def small_drive(machine_id: str) -> MachineCard:
    """The shipped card with a drive that the cut asks 1.3 times its continuous rating of, less what rounding adds."""
    cards = shipped_cards()
    card = cards.machines[machine_id].card
    demand = milling(
        cards.tools["EM12-4"].card,
        nominal(cards.materials["steel-qt-250hb"].card),
        speed=CUT["spindle_speed"],
        feed=CUT["feed_rate"],
        axial_depth=CUT["axial_depth"],
        radial_depth=CUT["radial_depth"],
        engagement="side",
    )
    rating = ratings(card.spindle_curve, CUT["spindle_speed"])
    assert rating is not None
    share = demand.power / card.eta / (0.99999 * LOAD * rating.power_s1)
    curve = [
        msgspec.structs.replace(
            point,
            power_s1=point.power_s1 * share,
            power_peak=point.power_peak * share,
            torque=point.torque * share,
        )
        for point in card.spindle_curve
    ]
    return msgspec.structs.replace(card, spindle_curve=curve)


class Floor(Shop):
    """A shop of two idling machines with small drives, seen for long enough to be known as cold."""

    def __init__(self, store: Store) -> None:
        cards = {name: loaded(small_drive(name)) for name in (CNC, "CNC-002")}
        self.idle = {name: Idling(entry.card) for name, entry in cards.items()}
        super().__init__(store, SimClock(), list(self.idle.values()), cards=cards)
        for _ in range(COLD_S // STEP_S):
            self.fleet.step(self.clock.advance(STEP_S * SECOND_US))
        self.wait(STEP_S)

    def wait(self, seconds: float) -> None:
        """Let time pass, with samples all the while."""
        for _ in range(round(seconds / STEP_S)):
            now_us = self.clock.advance(STEP_S * SECOND_US)
            self.fleet.step(now_us)
        self.ownership.step(self.clock.now_us())

    def ask(self, body: dict[str, Any] | None = None) -> Verdict:
        return self.submit(body or cut())

    def dry(self, body: dict[str, Any]) -> Verdict:
        with self.store.read() as session:
            return self.submissions.dry_run(from_value(body), session, self.clock.now_us()).verdict

    def permitted(self, verdict: Verdict) -> str:
        """A permit, issued after every one before it."""
        self.clock.advance(1)
        return self.permit(verdict)

    def promised(self, verdict: Verdict) -> list[Commitment]:
        """What a decision was judged on top of, as it was kept with it."""
        with self.store.read() as session:
            evidence = records.decided(session, self.state(verdict)).evidence
            if "commitments" not in evidence:
                return []
            row = session.one("proposal.get_evidence", {"digest": evidence["commitments"]})
        assert row is not None
        return msgspec.json.decode(bytes(row[1]), type=list[Commitment])

    def refusal(self, verdict: Verdict, permit: str) -> list[str]:
        answer = self.begin(verdict, permit)
        assert isinstance(answer, RefusedError), answer
        return answer.reason_codes or [answer.code]


@pytest.fixture
def floor(store: Store) -> Iterator[Floor]:
    """In the end every row is what its events say, and a rebuild has nothing to do."""
    made = Floor(store)
    yield made
    with store.read() as session:
        assert list(differences(PROPOSAL, session)) == []
    made.close()


def named(verdict: Verdict) -> str:
    return f"{verdict.verdict} {verdict.primary_code}"


def test_the_same_cut_five_times_in_a_row(floor: Floor) -> None:
    """Each is legal on a cold drive. Two that are permitted heat it so far that it does not bear a third."""
    verdicts = []
    for _ in range(5):
        verdicts.append(floor.ask())
        if verdicts[-1].verdict == "allow_with_obligations":
            floor.permit(verdicts[-1])
    assert [verdict.verdict for verdict in verdicts] == ["allow_with_obligations"] * 2 + ["deny"] * 3
    assert {verdict.primary_code for verdict in verdicts[2:]} == {"CUT.DUTY_EXCEEDED"}
    one = Commitment(load=LOAD, seconds=SECONDS)
    assert [floor.promised(verdict) for verdict in verdicts] == [[], [one], [one] * 2, [one] * 2, [one] * 2]
    first, second = (verdict.obligations[0].seconds or 0 for verdict in verdicts[:2])
    assert SECONDS < second < first
    floor.wait(30)
    assert floor.ask().verdict == "allow_with_obligations"
    assert floor.promised(floor.ask()) == []


def test_what_it_comes_to_is_the_duty_rule(floor: Floor) -> None:
    for _ in range(2):
        floor.permit(floor.ask())
    (reason,) = [found for found in floor.ask().reasons if found.code == "CUT.DUTY_EXCEEDED"]
    state = floor.fleet.state(CNC)
    assert state.trend is not None
    heat = state.trend.duty or 0.0
    duty = floor.fleet.card(CNC).duty
    assert duty is not None
    for _ in range(3):
        heat = heat_after(LOAD, heat, SECONDS, time_constant(duty))
    assert reason.params.observed == pytest.approx(heat, abs=1e-3)
    assert reason.params.limit == 1


def test_without_a_time_it_is_held_to_what_the_drive_gives_for_ever(floor: Floor) -> None:
    verdict = floor.ask(cut(seconds=None))
    assert named(verdict) == "deny CUT.POWER_ABOVE_S1"
    assert (floor.state(verdict).load, floor.state(verdict).cut_us) == (None, None)


def test_a_verdict_promises_nothing_and_a_permit_does(floor: Floor) -> None:
    verdicts = [floor.ask() for _ in range(5)]
    assert {verdict.verdict for verdict in verdicts} == {"allow_with_obligations"}
    floor.permit(verdicts[0])
    assert len(floor.promised(floor.ask())) == 1
    floor.permit(verdicts[0])
    assert len(floor.promised(floor.ask())) == 1


def test_of_those_that_are_only_permitted_the_later_ones_give_way(floor: Floor) -> None:
    """All five were allowed; only as many are executed as the drive bears, and the first permit comes first."""
    verdicts = [floor.ask() for _ in range(5)]
    permits = [floor.permitted(verdict) for verdict in verdicts]
    refused = floor.refusal(verdicts[2], permits[2])
    assert refused[:2] == ["GATE.RECHECK_REFUSED", "CUT.DUTY_EXCEEDED"]
    assert floor.execute(verdicts[0], permits[0]).status == "applied"
    assert "CUT.DUTY_EXCEEDED" in floor.refusal(verdicts[4], permits[4])


def test_two_that_are_legal_alone_are_not_both_executed(floor: Floor) -> None:
    longer = cut(seconds=360)
    first, second = floor.ask(longer), floor.ask(longer)
    assert (first.verdict, second.verdict) == ("allow_with_obligations", "allow_with_obligations")
    permits = floor.permitted(first), floor.permitted(second)
    assert floor.execute(first, permits[0]).status == "applied"
    assert floor.refusal(second, permits[1])[:2] == ["GATE.RECHECK_REFUSED", "CUT.DUTY_EXCEEDED"]


def test_a_later_permit_that_is_used_first_finds_the_earlier_one_in_its_way(floor: Floor) -> None:
    longer = cut(seconds=360)
    first, second = floor.ask(longer), floor.ask(longer)
    permits = floor.permitted(first), floor.permitted(second)
    assert "CUT.DUTY_EXCEEDED" in floor.refusal(second, permits[1])
    assert floor.execute(first, permits[0]).status == "applied"


@pytest.mark.parametrize(
    ("answer", "status", "counts"), [("applied", "applied", 1), ("unknown", "unknown", 1), ("refused", "failed", 0)]
)
def test_an_execution_counts_until_its_cut_is_over(floor: Floor, answer: str, status: str, counts: int) -> None:
    """What may have been begun counts as begun; what failed heats nothing."""
    floor.idle[CNC].answer = answer
    verdict = floor.ask()
    begun = floor.begun(verdict, floor.permit(verdict))
    assert len(floor.promised(floor.ask())) == 1
    floor.wait(60)
    assert len(floor.promised(floor.ask())) == 1
    assert floor.conclude(begun).status == status
    assert len(floor.promised(floor.ask())) == counts
    floor.wait(SECONDS - STEP_S)
    assert len(floor.promised(floor.ask())) == counts
    floor.wait(STEP_S)
    assert floor.promised(floor.ask()) == []


def test_an_execution_that_lost_its_engine_counts_until_its_cut_is_over(floor: Floor) -> None:
    verdict = floor.ask()
    floor.begun(verdict, floor.permit(verdict))
    floor.wait(600)
    assert len(floor.promised(floor.ask())) == 1
    assert floor.writer.call(floor.executions.abandon_lost("engine")) == 1
    assert len(floor.promised(floor.ask())) == 1
    floor.wait(SECONDS)
    assert floor.promised(floor.ask()) == []


def test_a_bound_that_was_told_serves_as_long_as_the_cut_lies_within_the_present_one(floor: Floor) -> None:
    """The drive has warmed up since: it bears the cut for less than was told, and still for as long as it lasts."""
    verdict = floor.ask()
    permit = floor.permit(verdict)
    floor.idle[CNC].load = 90.0
    floor.wait(20)
    assert floor.execute(verdict, permit).status == "applied"


def test_a_drive_that_is_too_hot_by_now_refuses(floor: Floor) -> None:
    longest = floor.ask().obligations[0].seconds
    assert longest is not None
    verdict = floor.ask(cut(seconds=round(longest - 5)))
    permit = floor.permit(verdict)
    floor.idle[CNC].load = 150.0
    floor.wait(20)
    assert "CUT.DUTY_EXCEEDED" in floor.refusal(verdict, permit)


def test_promises_of_another_machine_do_not_count(floor: Floor) -> None:
    for _ in range(2):
        floor.permit(floor.ask())
    other = floor.ask(cut("CNC-002"))
    assert (other.verdict, floor.promised(other)) == ("allow_with_obligations", [])


def test_a_dry_run_is_judged_on_the_same(floor: Floor) -> None:
    for _ in range(2):
        assert floor.dry(cut()).verdict == "allow_with_obligations"
        floor.permit(floor.ask())
    assert named(floor.dry(cut())) == "deny CUT.DUTY_EXCEEDED"
    assert floor.dry(cut(seconds=None)).primary_code == "CUT.POWER_ABOVE_S1"


def test_light_promises_cool_no_drive(floor: Floor) -> None:
    """A long light cut that was permitted and may never be made does not make room for a heavy one."""
    floor.idle[CNC].load = 100.0
    floor.wait(600)
    heavy = cut(seconds=300)
    assert floor.ask(heavy).primary_code == "CUT.DUTY_EXCEEDED"
    light = floor.ask(cut(seconds=36_000, axial_depth=0.5))
    floor.permit(light)
    again = floor.ask(heavy)
    assert (again.primary_code, len(floor.promised(again))) == ("CUT.DUTY_EXCEEDED", 1)


def test_what_was_promised_is_recorded_and_judged_again_to_the_same_bytes(floor: Floor) -> None:
    for _ in range(2):
        floor.permit(floor.ask())
    decided = floor.decide(cut())
    with floor.store.read() as session:
        assert record_bytes(rejudge(session, floor.state(decided.verdict))) == decided.body
        entry = log.read_subject(session, f"proposal/{decided.verdict.proposal_id}", 2, 1)[0]
    payload = msgspec.json.decode(entry.data or b"", type=ProposalDecided)
    assert payload.cut is not None
    assert (payload.cut.load, payload.cut.seconds) == (LOAD, SECONDS)
    assert record_bytes(payload) == entry.data
    state = floor.state(decided.verdict)
    assert (state.load, state.cut_us, state.permitted_us, state.cut_until_us) == (LOAD, SECONDS * SECOND_US, None, None)


def test_promises_are_part_of_what_a_verdict_stood_on(floor: Floor) -> None:
    before = floor.dry(cut())
    floor.permit(floor.ask())
    assert floor.dry(cut()).input_digest != before.input_digest
    floor.wait(30)
    assert floor.promised(floor.ask()) == []


def test_rows_are_rebuilt_from_the_log_with_their_promises(floor: Floor) -> None:
    executed = floor.ask()
    floor.execute(executed, floor.permit(executed))
    floor.permit(floor.ask())
    with floor.store.write() as session:
        for row in session.all("proposal.page", {"after": "", "limit": 100}):
            session.run("proposal.put", (*row[:-4], None, None, None, None))
    assert floor.promised(floor.ask()) == []
    with floor.store.write() as session:
        assert rebuild(PROPOSAL, session) == 2
    assert len(floor.promised(floor.ask())) == 2
