"""The random proposals that benches and properties are built on: repeatable, varied, and in order but for the cut."""

from __future__ import annotations

from chargehand.auditor.cards import load_cards
from chargehand.auditor.evidence import DRY_RUN, Evidence
from chargehand.auditor.judge import judge
from chargehand.auditor.policy_file import policy_of_tree
from chargehand.auditor.rulebook import Rulebook
from chargehand.contracts.examples import NOW
from chargehand.kernel.clock import parse_utc
from chargehand.testing.proposals import drawn, proposal_of, situations, state_of

CARDS = load_cards()
AMONG = situations(CARDS)
BOOK = Rulebook(
    policy_of_tree({"policy": {"name": "bench", "version": "1", "default": "allow"}}, "bench"),
    tools=CARDS.tools,
    materials=CARDS.materials,
    engine_version="0.1.0",
)
OF_THE_CUT = ("CUT.", "MACH.SPEED", "MACH.FEED", "MACH.OVERRIDE", "TOOL.")


def test_same_seed_asks_for_the_same() -> None:
    assert drawn(7, AMONG) == drawn(7, AMONG)
    assert len({drawn(seed, AMONG).proposal.digest for seed in range(200)}) == 200


def test_every_machine_every_kind_of_tool_and_every_shape_is_drawn() -> None:
    cases = [drawn(seed, AMONG) for seed in range(400)]
    assert {case.situation.machine.card.id for case in cases} == CARDS.machines.keys()
    assert {case.situation.tool.kind for case in cases} == {"end_mill", "face_mill", "drill", "turning"}
    actions = [case.proposal.body["action"] for case in cases]
    assert {action["operation"] for action in actions} == {"parameter_set", "override"}
    assert any("cut_time" in action for action in actions)
    units = {item["unit"] for action in actions for item in action["params"].values()}
    assert {"in/min", "mm/min", "rev/s", "um", "in", "%"} <= units


def test_what_is_denied_is_denied_by_the_cut() -> None:
    codes = set()
    for seed in range(300):
        case = drawn(seed, AMONG)
        verdict = judge(case.proposal, case.evidence, BOOK, parse_utc(NOW), DRY_RUN)
        if verdict.verdict == "deny":
            codes.update(verdict.reason_codes)
    assert all(code.startswith(OF_THE_CUT) for code in codes), codes
    assert len(codes) > 12


def test_the_set_up_itself_is_admissible_everywhere() -> None:
    for situation in AMONG:
        action = {"operation": "override", "params": {"feed_override": {"value": 100, "unit": "%"}}}
        body = {"kind": "machine.change", "subject": f"machine/{situation.machine.card.id}", "action": action}
        evidence = Evidence(machine=situation.machine, state=state_of(situation))
        verdict = judge(proposal_of(body), evidence, BOOK, parse_utc(NOW), DRY_RUN)
        assert verdict.verdict in ("allow", "needs_approval"), (
            situation.tool.id,
            situation.material.id,
            verdict.reason_codes,
        )
