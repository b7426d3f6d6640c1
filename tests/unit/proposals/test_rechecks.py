"""The second look, just before the write: an approval answers what it was asked, an obligation is one that was told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from chargehand.access.callers import LOCAL_ROLES_BESIDE_AGENTS, Caller
from chargehand.access.signin import LOCAL_PERSON
from chargehand.approvals import inbox
from chargehand.approvals.approval import APPROVAL
from chargehand.auditor.auditor import Auditor
from chargehand.auditor.policy_file import read_policy
from chargehand.auditor.rulebook import Rulebook
from chargehand.contracts.approval import ApprovalDecision
from chargehand.contracts.problems import RefusedError, RequestError
from chargehand.contracts.proposal import ProposalRefused
from chargehand.contracts.verdict import Verdict
from chargehand.fleet.plant import Fault
from chargehand.kernel import log
from chargehand.kernel.reducer import differences
from chargehand.kernel.sqlite import SqliteStore
from chargehand.proposals.lifecycle import PROPOSAL, REFUSALS_MAX
from chargehand.testing.clock import SimClock
from chargehand.testing.machines import Write, machines, shipped_cards
from tests.conformance.nodes import every
from tests.unit.fleet.cards import change as at_the_control
from tests.unit.fleet.shop import AGENT, OPERATOR, Shop, change, decision_of, offset_write

HEAD = '[policy]\nname = "bench"\nversion = "1"\ndefault = "allow"\n'
OFFSETS = '{ kind = "machine.change", operation = "offset_write" }'
TOKENLESS = Caller(LOCAL_PERSON, LOCAL_ROLES_BESIDE_AGENTS, proven=False)
ANNA = "human:anna"


def asking(name: str, code: str = "GATE.APPROVAL_REQUIRED") -> str:
    """A rule that wants a person to look at loading a program."""
    return f'[[rule]]\nid = "{name}"\nwhen = {OFFSETS}\nneeds_approval = "operator"\ncode = "{code}"\n'


def obliging(text: str) -> str:
    """A rule that allows loading a program and wants something recorded."""
    return f'[[rule]]\nid = "{text}"\nwhen = {OFFSETS}\nallow_with = [{{ kind = "record", text = "{text}" }}]\n'


def auditor_of(*rules: str) -> Auditor:
    cards = shipped_cards()
    policy = read_policy("\n".join((HEAD, *rules)), "bench.toml")
    return Auditor(Rulebook(policy, tools=cards.tools, materials=cards.materials, engine_version="0.1.0"))


class Bench:
    """Opens shops whose engine judges by one policy, and may be told to go on with another."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.writes: list[Write] = []
        self.machines = machines(1, self.writes)
        self.shops: list[Shop] = []

    def open(self, auditor: Auditor | None = None) -> Shop:
        shop = Shop(self.store, SimClock(), self.machines, auditor=auditor)
        self.shops.append(shop)
        shop.step(5)
        return shop


@pytest.fixture
def bench(open_sqlite: Callable[..., SqliteStore]) -> Iterator[Bench]:
    """In the end every row is what its events say."""
    made = Bench(open_sqlite(":memory:"))
    yield made
    with made.store.read() as session:
        assert list(differences(PROPOSAL, session)) == []
        assert list(differences(APPROVAL, session)) == []
    for shop in made.shops:
        shop.close()


def answer(shop: Shop, verdict: Verdict, decision: ApprovalDecision = "approve", by: str = ANNA) -> None:
    assert verdict.approval_id is not None
    shop.writer.call(inbox.answer(verdict.approval_id, decision, "because", by, single_operator=False))


def refusal(shop: Shop, verdict: Verdict, permit: str, caller: Caller = AGENT) -> RefusedError:
    found = shop.begin(verdict, permit, caller)
    assert isinstance(found, RefusedError), found
    return found


def adopt(shop: Shop, auditor: Auditor) -> None:
    """Go on under another policy, as an engine does that is started again with one."""
    shop.executions._auditor = auditor


@pytest.mark.parametrize(
    ("given", "now", "answered"),
    [
        ([asking("a")], [asking("a")], True),
        ([asking("a"), asking("b")], [asking("a"), asking("b")], True),
        ([asking("a"), asking("b")], [asking("b")], True),
        ([asking("a")], [asking("b")], False),
        ([asking("a")], [asking("a"), asking("b")], False),
        ([asking("a")], [asking("a", "MACH.RULE_DENIES")], False),
    ],
    ids=["the same", "both", "one less", "another rule", "one more", "another code"],
)
def test_an_approval_answers_the_rules_that_asked_and_no_other(
    bench: Bench, given: list[str], now: list[str], *, answered: bool
) -> None:
    shop = bench.open(auditor_of(*given))
    verdict = shop.submit(offset_write())
    assert verdict.verdict == "needs_approval"
    answer(shop, verdict)
    permit = shop.permit(verdict)
    adopt(shop, auditor_of(*now))
    if answered:
        assert shop.execute(verdict, permit).status == "applied"
        return
    refused = refusal(shop, verdict, permit)
    assert refused.code == "GATE.RECHECK_REFUSED"
    assert refused.reason_codes is not None
    assert refused.reason_codes[0] == "GATE.RECHECK_REFUSED"
    assert bench.writes == []
    # What was refused has spent nothing: the same permit and the same approval serve once all is as it was.
    adopt(shop, auditor_of(*given))
    assert shop.execute(verdict, permit).status == "applied"


def test_a_proposal_that_nobody_was_asked_about_needs_an_approval_by_now(bench: Bench) -> None:
    shop = bench.open(auditor_of())
    verdict = shop.submit(offset_write())
    assert verdict.verdict == "allow"
    permit = shop.permit(verdict)
    adopt(shop, auditor_of(asking("a")))
    assert refusal(shop, verdict, permit).code == "GATE.RECHECK_REFUSED"


def test_what_needed_an_approval_still_spends_it_when_nothing_asks_any_more(bench: Bench) -> None:
    shop = bench.open(auditor_of(asking("a")))
    verdict = shop.submit(offset_write())
    adopt(shop, auditor_of())
    with pytest.raises(RefusedError, match=r"GATE\.APPROVAL_PENDING"):
        shop.permit(verdict)
    answer(shop, verdict)
    assert shop.execute(verdict, shop.permit(verdict)).status == "applied"
    assert [entry.kind for entry in every(shop.store)][-2] == "approval.consumed"


@pytest.mark.parametrize(
    ("given", "now", "served"),
    [
        ([obliging("x")], [obliging("x")], True),
        ([obliging("x"), obliging("y")], [obliging("y")], True),
        ([obliging("x")], [], True),
        ([], [obliging("x")], False),
        ([obliging("x")], [obliging("y")], False),
        ([obliging("x")], [obliging("x"), obliging("y")], False),
    ],
    ids=["the same", "one less", "none left", "one at all", "another", "one more"],
)
def test_an_obligation_that_nobody_was_told_of_refuses(
    bench: Bench, given: list[str], now: list[str], *, served: bool
) -> None:
    shop = bench.open(auditor_of(*given))
    verdict = shop.submit(offset_write())
    permit = shop.permit(verdict)
    adopt(shop, auditor_of(*now))
    if served:
        assert shop.execute(verdict, permit).status == "applied"
    else:
        assert refusal(shop, verdict, permit).code == "GATE.RECHECK_REFUSED"
        assert bench.writes == []


def lasting(seconds: float) -> str:
    """A rule that allows setting parameters for so long."""
    when = '{ kind = "machine.change", operation = "parameter_set" }'
    allow = f'[{{ kind = "max_duration", seconds = {seconds} }}]'
    return f'[[rule]]\nid = "lasting"\nwhen = {when}\nallow_with = {allow}\n'


@pytest.mark.parametrize(
    ("told", "now", "cut_s", "served"),
    [
        ([60], [60], None, True),
        ([60], [90], None, True),
        ([60], [30], None, False),
        ([60], [30], 30, True),
        ([60], [30], 31, False),
        ([], [30], 20, False),
        ([60], [], None, True),
    ],
    ids=["the same", "longer", "shorter", "the cut just fits", "the cut does not", "never told of one", "none left"],
)
def test_a_bound_on_time_serves_while_what_was_told_or_the_cut_itself_is_within_it(
    bench: Bench, told: list[int], now: list[int], cut_s: int | None, *, served: bool
) -> None:
    shop = bench.open(auditor_of(*map(lasting, told)))
    body = change(feed_rate=700)
    if cut_s is not None:
        body["action"]["cut_time"] = {"value": cut_s, "unit": "s"}
    verdict = shop.submit(body)
    assert verdict.verdict in ("allow", "allow_with_obligations")
    permit = shop.permit(verdict)
    adopt(shop, auditor_of(*map(lasting, now)))
    if served:
        assert shop.execute(verdict, permit).status == "applied"
    else:
        assert refusal(shop, verdict, permit).code == "GATE.RECHECK_REFUSED"
        assert bench.writes == []


def test_every_ground_of_the_second_look_is_told_and_recorded(bench: Bench) -> None:
    shop = bench.open()
    verdict = shop.submit(change(feed_rate=700))
    permit = shop.permit(verdict)
    faults: list[Fault] = ["alarm", "door_open", "estop"]
    for fault in faults:
        bench.machines[0].simulator.inject(fault, shop.clock.now_us())
    shop.step()
    refused = refusal(shop, verdict, permit)
    codes = refused.reason_codes
    assert codes is not None
    assert codes[0] == refused.code == "GATE.RECHECK_REFUSED"
    assert {"MACH.ALARM_ACTIVE", "MACH.DOOR_OPEN", "MACH.ESTOP_ACTIVE"} <= set(codes)
    last = every(shop.store)[-1]
    assert (last.kind, last.data is not None) == ("proposal.refused", True)
    recorded = msgspec.json.decode(last.data or b"", type=ProposalRefused)
    assert (recorded.code, recorded.reason_codes) == (refused.code, codes)
    for fault in faults:
        bench.machines[0].simulator.clear(fault, shop.clock.now_us())
    shop.step(2)
    assert shop.execute(verdict, permit).status == "applied"


def test_two_that_are_legal_alone_and_not_together(bench: Bench) -> None:
    """Base and override are each within the limits; together they are not, and the second finds that out."""
    shop = bench.open()
    override = change(operation="override", feed_override=150)
    feed = change(feed_rate=1200)
    first, second = shop.submit(override), shop.submit(feed)
    assert (first.verdict, second.verdict) == ("allow", "allow")
    permits = shop.permit(first), shop.permit(second)
    assert shop.execute(first, permits[0]).status == "applied"
    refused = refusal(shop, second, permits[1])
    assert refused.code in {"GATE.RECHECK_REFUSED", "REV.STATE_CHANGED"}
    assert len(bench.writes) == 1
    anew = shop.submit(feed)
    assert anew.verdict == "deny"
    assert "CUT.CHIP_LOAD_ABOVE_MAX" in anew.reason_codes


def test_the_operator_at_the_control_was_faster(bench: Bench) -> None:
    """What somebody set at the machine itself voids every verdict on the set-up before it."""
    shop = bench.open()
    verdict, other = shop.submit(change(feed_rate=700)), shop.submit(change("CNC-002", feed_rate=900))
    permit, permit_of_other = shop.permit(verdict), shop.permit(other)
    bench.machines[0].simulator.write(at_the_control(feed_rate=(650, "mm/min")), 1, shop.clock.now_us())
    shop.step()
    assert refusal(shop, verdict, permit).code == "REV.STATE_CHANGED"
    assert shop.execute(other, permit_of_other).status == "applied"
    assert shop.fleet.state("CNC-001").setup.feed_rate == 650


def test_a_read_state_that_has_aged_meanwhile_does_not_refuse_what_was_permitted(bench: Bench) -> None:
    """How old the sample was that the proposer looked at was judged once; what counts now is the set-up itself."""
    shop = bench.open()
    state = shop.fleet.state("CNC-001")
    based_on = {"instance_id": state.instance_id, "seq": state.seq, "digest": state.setup_digest}
    verdict = shop.submit({**change(feed_rate=700), "based_on": based_on})
    assert verdict.verdict == "allow"
    shop.step(400)
    assert shop.submit({**change(feed_rate=700), "based_on": based_on}).verdict == "deny"
    assert shop.execute(verdict, shop.permit(verdict)).status == "applied"


def test_permits_that_are_none_append_nothing_and_the_engine_starts_afterwards(bench: Bench) -> None:
    shop = bench.open()
    verdict = shop.submit(change(feed_rate=700))
    permit = shop.permit(verdict)
    lost = shop.submit(change("CNC-002", feed_rate=900))
    shop.begun(lost, shop.permit(lost))
    before = every(shop.store)
    asked = [shop.executions.begin(decision_of(verdict), f"chp_{number}", AGENT) for number in range(log.PAGE_MAX + 2)]
    assert len(asked) >= 1_002
    answers: list[Any] = [found.result for found in shop.writer.run_batch(asked)]
    assert {found.code for found in answers} == {"GATE.PERMIT_UNKNOWN"}
    assert every(shop.store) == before
    assert shop.state(verdict).refusals == 0
    # What an engine does first when it starts.
    assert shop.writer.call(shop.executions.abandon_lost("engine", older_than_us=0)) == 1
    assert shop.state(lost).status == "unknown"
    assert shop.execute(verdict, permit).status == "applied"


def test_refusals_of_a_genuine_permit_are_recorded_up_to_a_bound(bench: Bench) -> None:
    shop = bench.open()
    verdict = shop.submit(change(feed_rate=700))
    permit = shop.permit(verdict)
    before = len(every(shop.store))
    asked = [shop.executions.begin(decision_of(verdict), permit, OPERATOR)] * (log.PAGE_MAX + 2)
    answers: list[Any] = [found.result for found in shop.writer.run_batch(asked)]
    assert {found.code for found in answers} == {"GATE.PERMIT_FOREIGN"}
    assert len(every(shop.store)) == before + REFUSALS_MAX
    assert shop.state(verdict).refusals == REFUSALS_MAX
    assert shop.execute(verdict, permit).status == "applied"
    assert shop.writer.call(shop.executions.abandon_lost("engine", older_than_us=0)) == 0


def test_somebody_unknown_neither_takes_nor_voids_a_permit_of_somebody_else(bench: Bench) -> None:
    """Beside agents a call without a token may come from one of them, whatever roles it still has."""
    shop = bench.open()
    verdict = shop.submit(change(feed_rate=700))
    permit = shop.permit(verdict)
    before = every(shop.store)
    with pytest.raises(RefusedError, match=r"GATE\.PERMIT_FOREIGN"):
        shop.permit(verdict, TOKENLESS)
    assert every(shop.store) == before
    assert refusal(shop, verdict, permit, TOKENLESS).code == "GATE.PERMIT_FOREIGN"
    assert shop.execute(verdict, permit).status == "applied"
    own = shop.submit(change("CNC-002", feed_rate=900), TOKENLESS)
    assert shop.execute(own, shop.permit(own, TOKENLESS), TOKENLESS).status == "applied"


CALL = {
    "kind": "tool.call",
    "subject": "run/one",
    "action": {"tool": "delete_file", "arguments": {"path": "/workspace/a"}, "paths": ["/workspace/a"]},
}


def test_a_tool_call_is_approved_once_and_done_once(bench: Bench) -> None:
    shop = bench.open()
    verdict = shop.submit(CALL)
    assert verdict.verdict == "needs_approval"
    with pytest.raises(RefusedError, match=r"GATE\.APPROVAL_PENDING"):
        shop.permit(verdict)
    answer(shop, verdict)
    permit = shop.permit(verdict)
    outcome = shop.execute(verdict, permit)
    assert (outcome.status, outcome.detail) == ("applied", {"performed_by": "holder", "kind": "tool.call"})
    kinds = [entry.kind for entry in every(shop.store) if entry.subject.startswith(("proposal/", "approval/"))]
    assert kinds[-3:] == ["proposal.executing", "approval.consumed", "proposal.executed"]
    assert refusal(shop, verdict, permit).code == "GATE.PERMIT_CONSUMED"
    with pytest.raises(RefusedError, match=r"GATE\.ALREADY_EXECUTED"):
        shop.permit(verdict)
    again = shop.submit(CALL)
    assert again.approval_id not in (None, verdict.approval_id)
    with pytest.raises(RefusedError, match=r"GATE\.APPROVAL_PENDING"):
        shop.permit(again)
    assert bench.writes == []


@pytest.mark.parametrize(("decision", "code"), [("deny", "GATE.APPROVAL_DENIED"), ("rework", "GATE.REWORK_REQUESTED")])
def test_a_tool_call_that_was_not_approved_has_no_permit(bench: Bench, decision: ApprovalDecision, code: str) -> None:
    shop = bench.open()
    verdict = shop.submit(CALL)
    answer(shop, verdict, decision)
    with pytest.raises(RefusedError) as caught:
        shop.permit(verdict)
    assert caught.value.code == code


def test_an_allowed_tool_call_works_once_per_proposal(bench: Bench) -> None:
    shop = bench.open()
    read = {**CALL, "action": {"tool": "list_files", "arguments": {"path": "/workspace"}, "paths": ["/workspace"]}}
    verdict = shop.submit(read)
    assert verdict.verdict == "allow"
    permit = shop.permit(verdict)
    assert shop.execute(verdict, permit).status == "applied"
    assert refusal(shop, verdict, permit).code == "GATE.PERMIT_CONSUMED"


def test_a_machine_that_has_left_the_shop_is_said_to_be_gone(bench: Bench) -> None:
    """As after a start with other cards: the verdict stands, and there is nothing left to perform it on."""
    shop = bench.open()
    verdict, other = shop.submit(change(feed_rate=700)), shop.submit(change(feed_rate=710))
    permit = shop.permit(other)
    before = every(shop.store)
    shop.executor._cards = {}
    with pytest.raises(RequestError, match=r"FLEET\.MACHINE_UNKNOWN"):
        shop.permit(verdict)
    with pytest.raises(RequestError, match=r"FLEET\.MACHINE_UNKNOWN"):
        shop.begin(other, permit)
    assert every(shop.store) == before
