"""What ships, used as it ships: the agreed proposal on the shipped machines, and the tools of the default policy."""

from __future__ import annotations

import copy
from typing import Any

import msgspec
import pytest

from chargehand.auditor.cards import Cards, load_cards
from chargehand.auditor.evidence import DRY_RUN, NO_EVIDENCE, Evidence
from chargehand.auditor.fields import NUMERIC_SIGNALS
from chargehand.auditor.judge import Assessment, assess
from chargehand.auditor.policy_file import shipped_policy
from chargehand.auditor.rulebook import Rulebook
from chargehand.contracts.examples import PROPOSAL, STATE
from chargehand.contracts.machine import SignalValue
from tests.unit.auditor.scene import NOW_US, codes, proposal_of

CARDS: Cards = load_cards()
BOOK = Rulebook(shipped_policy(), tools=CARDS.tools, materials=CARDS.materials, engine_version="0.1.0")
DIGEST = "6" * 64


def _judged(
    machine: str, action: dict[str, Any], setup: dict[str, Any] | None = None, *, load: float = 10
) -> Assessment:
    card = CARDS.machines[machine]
    values = {
        name: SignalValue(v=10, u=unit, q="good") for name, unit in NUMERIC_SIGNALS.items() if name in card.card.sensors
    }
    usual = {"spindle_load": load, "spindle_temperature": 30, "tool_wear": 0.05}
    values |= {name: SignalValue(v=value, u=NUMERIC_SIGNALS[name], q="good") for name, value in usual.items()}
    state = msgspec.structs.replace(
        STATE,
        machine_id=machine,
        values=values,
        setup=msgspec.structs.replace(STATE.setup, **(setup or {})),
    )
    body = {**copy.deepcopy(PROPOSAL), "subject": f"machine/{machine}", "action": action}
    return assess(proposal_of(body), Evidence(machine=card, state=state), BOOK, NOW_US, DRY_RUN)


def _get(host: str, url: str) -> dict[str, Any]:
    return {"tool": "http_get", "host": host, "arguments": {"url": url}}


def _with_depth(depth: float) -> dict[str, Any]:
    action = copy.deepcopy(PROPOSAL["action"])
    action["params"]["axial_depth"]["value"] = depth
    changed: dict[str, Any] = action
    return changed


@pytest.mark.parametrize("machine", ["CNC-001", "CNC-002", "CNC-003"])
def test_agreed_proposal_is_allowed_on_every_shipped_machine(machine: str) -> None:
    verdict = _judged(machine, _with_depth(3)).verdict
    assert codes(verdict) == ["OK.WITHIN_LIMITS"]


def test_depth_of_twelve_is_within_the_boxes() -> None:
    assert _judged("CNC-001", _with_depth(12)).verdict.verdict == "allow"


def test_depth_beyond_the_flutes_is_clamped_to_them() -> None:
    verdict = _judged("CNC-001", _with_depth(30)).verdict
    assert codes(verdict) == ["TOOL.AXIAL_DEPTH_ABOVE_FLUTE"]
    assert verdict.reasons[0].remedies[0].to == 26


@pytest.mark.parametrize(
    "action",
    [
        {"operation": "start", "program_sha256": DIGEST},
        {"operation": "program_load", "program_sha256": DIGEST},
        {"operation": "macro"},
        {"operation": "offset_write", "params": {"offset_x": {"value": 1, "unit": "mm"}}},
    ],
)
def test_what_loads_starts_or_moves_a_reference_needs_a_person(action: dict[str, Any]) -> None:
    assessment = _judged("CNC-001", action, {"program_sha256": DIGEST})
    unheld = ["PROG.NOT_HELD"] if action["operation"] == "program_load" else []
    assert codes(assessment.verdict) == [*unheld, "GATE.APPROVAL_REQUIRED"]
    assert assessment.risk == "high"


@pytest.mark.parametrize(("load", "codes_"), [(176, []), (300, []), (301, ["MACH.POLICY_LIMIT_ABOVE"])])
def test_an_overload_of_seconds_is_production_and_an_impossible_load_is_not(load: float, codes_: list[str]) -> None:
    """176 % is what a real machining centre shows; what it heats is the duty rule's."""
    verdict = _judged("CNC-001", _with_depth(3), load=load).verdict
    assert codes(verdict) == (codes_ or ["OK.WITHIN_LIMITS"])


def test_titanium_deep_cut_needs_a_person() -> None:
    setup = {"material": "titanium-ti6al4v"}
    deep, shallow = ({**_with_depth(depth), "material": "titanium-ti6al4v"} for depth in (8, 6))
    for action in (deep, shallow):
        action["params"] |= {
            "spindle_speed": {"value": 1300, "unit": "rev/min"},
            "feed_rate": {"value": 260, "unit": "mm/min"},
        }
    assert codes(_judged("CNC-002", deep, setup).verdict) == ["GATE.APPROVAL_REQUIRED"]
    assert _judged("CNC-002", shallow, setup).verdict.verdict == "allow"


def test_steels_speed_and_feed_are_too_much_for_titanium() -> None:
    action = {**_with_depth(3), "material": "titanium-ti6al4v"}
    verdict = _judged("CNC-002", action, {"material": "titanium-ti6al4v"}).verdict
    assert codes(verdict) == ["CUT.SPEED_ABOVE_BAND", "TOOL.LIFE_BELOW_MIN"]


def test_machine_without_coolant_flow_is_not_asked_for_it() -> None:
    verdict = _judged("CNC-003", _with_depth(3), {"coolant": None}).verdict
    statuses = {check.name: check.status for check in verdict.checks}
    assert (statuses["coolant.flow"], statuses["interlock.feed_hold"]) == ("not_applicable", "passed")


@pytest.mark.parametrize(
    ("action", "verdict"),
    [
        ({"tool": "read_file", "paths": ["/workspace/a"], "arguments": {"path": "/workspace/a"}}, "allow"),
        ({"tool": "read_file", "paths": ["/workspace/a"]}, "deny"),
        ({"tool": "read_file"}, "deny"),
        ({"tool": "read_file", "arguments": {"path": "/workspace/a", "uri": "file:///etc/passwd"}}, "deny"),
        ({"tool": "read_file", "arguments": {"path": "$HOME/.ssh/id_rsa"}, "cwd": "/workspace"}, "deny"),
        ({"tool": "read_file", "arguments": {"path": "/workspace/a"}}, "allow"),
        ({"tool": "read_file", "arguments": {"path": "/etc/passwd"}}, "deny"),
        ({"tool": "write_file", "arguments": {"path": "/workspace/a", "content": "see /etc/passwd"}}, "allow"),
        ({"tool": "write_file", "arguments": {"path": "/workspace/.git/hooks/pre-commit"}}, "deny"),
        ({"tool": "write_file", "arguments": {"path": "/workspace/.GIT/config"}}, "deny"),
        ({"tool": "write_file", "arguments": {"path": ".git/config"}, "cwd": "/workspace"}, "deny"),
        ({"tool": "write_file", "paths": ["/workspace/.git/x"], "arguments": {"path": "/workspace/a"}}, "deny"),
        ({"tool": "delete_file", "arguments": {"path": "/workspace/a"}}, "needs_approval"),
        ({"tool": "shell", "command": "git status", "cwd": "/workspace"}, "needs_approval"),
        ({"tool": "shell", "command": "rm -rf /", "cwd": "/workspace"}, "deny"),
        ({"tool": "http_get", "host": "docs.python.org"}, "allow_with_obligations"),
        (_get("docs.python.org", "https://docs.python.org/3/"), "allow_with_obligations"),
        (_get("docs.python.org", "https://evil.readthedocs.io/"), "deny"),
        (_get("docs.python.org", "https://docs.python.org\t.evil.com/"), "deny"),
        (_get("docs.python.org", "evil.com/x"), "deny"),
        (_get("x.readthedocs.io", "https://x.readthedocs.io/en"), "needs_approval"),
        ({"tool": "http_get", "host": "x.readthedocs.io"}, "needs_approval"),
        ({"tool": "http_get", "host": "evil.example"}, "deny"),
        ({"tool": "send_money"}, "deny"),
    ],
)
def test_tools_of_the_default_policy(action: dict[str, Any], verdict: str) -> None:
    body = {"kind": "tool.call", "subject": f"tool/{action['tool']}", "action": action}
    assert assess(proposal_of(body), NO_EVIDENCE, BOOK, NOW_US, DRY_RUN).verdict.verdict == verdict
