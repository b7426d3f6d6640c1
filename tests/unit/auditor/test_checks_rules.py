"""Rules: deny over approval over allow; an allowing rule replaces the default and the effect table, nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.auditor.scene import SPEED, call_scene, check_code, codes, judged, reason_of, status

MACHINE_RULE = {"kind": "machine.change"}
CALL = {"tool": "t"}


def _rules(*rules: dict[str, Any], default: str = "allow") -> dict[str, Any]:
    named = [{"id": f"r{place}", **rule} for place, rule in enumerate(rules)]
    return {"/policy/rule": named, "/policy/policy/default": default}


def _rule(effect: str, when: dict[str, Any] | None = None, said: Any = True) -> dict[str, Any]:
    return {"when": when or MACHINE_RULE, effect: said}


def _call(*rules: dict[str, Any], effect: str = "read", action: dict[str, Any] | None = None) -> list[str]:
    tool = {"name": "t", "effect": effect, "open": True}
    return codes(call_scene({**CALL, **(action or {})}, tool, patch=_rules(*rules)).judge())


@pytest.mark.parametrize(
    ("default", "verdict", "code"),
    [
        ("allow", "allow", "OK.WITHIN_LIMITS"),
        ("needs_approval", "needs_approval", "GATE.APPROVAL_REQUIRED"),
        ("deny", "deny", "MACH.RULE_DENIES"),
    ],
)
def test_default_answers_where_no_rule_speaks(default: str, verdict: str, code: str) -> None:
    found = judged(_rules(default=default))
    assert (found.verdict, codes(found)) == (verdict, [code])
    if verdict != "allow":
        assert found.reasons[0].rule_id == "policy.default"


@pytest.mark.parametrize("default", ["allow", "needs_approval", "deny"])
@pytest.mark.parametrize(
    ("effects", "verdict"),
    [
        (["allow"], "allow"),
        (["deny"], "deny"),
        (["allow", "needs_approval"], "needs_approval"),
        (["needs_approval", "deny"], "deny"),
        (["allow", "needs_approval", "deny"], "deny"),
    ],
)
def test_strictest_rule_wins_over_every_default(default: str, effects: list[str], verdict: str) -> None:
    assert judged(_rules(*(_rule(effect) for effect in effects), default=default)).verdict == verdict


@pytest.mark.parametrize(
    ("default", "verdict"), [("allow", "needs_approval"), ("needs_approval", "needs_approval"), ("deny", "deny")]
)
def test_asking_rule_never_weakens_the_default(default: str, verdict: str) -> None:
    assert judged(_rules(_rule("needs_approval"), default=default)).verdict == verdict
    tool = {"name": "t", "effect": "read"}
    patch = _rules(_rule("needs_approval", {"tool": "t"}), default=default)
    assert call_scene(CALL, tool, patch=patch).judge().verdict == verdict


@pytest.mark.parametrize("effect", ["needs_approval", "deny"])
def test_default_is_not_said_where_a_rule_is_as_strict(effect: str) -> None:
    verdict = judged(_rules(_rule(effect), default=effect))
    assert [reason.rule_id for reason in verdict.reasons] == ["r0"]


def test_all_matching_rules_are_said() -> None:
    verdict = judged(_rules(_rule("deny"), _rule("needs_approval"), _rule("allow"), _rule("deny")))
    assert [(reason.code, reason.rule_id) for reason in verdict.reasons] == [
        ("MACH.RULE_DENIES", "r0"),
        ("MACH.RULE_DENIES", "r3"),
        ("GATE.APPROVAL_REQUIRED", "r1"),
    ]


def test_allowing_rule_is_named_in_an_allow() -> None:
    verdict = judged(_rules(_rule("allow"), default="deny"))
    assert codes(verdict) == ["OK.RULE_ALLOWS", "OK.WITHIN_LIMITS"]
    assert verdict.reasons[0].rule_id == "r0"
    assert check_code(verdict, "policy.rules") == "OK.RULE_ALLOWS"
    assert status(verdict, "policy.rules") == "passed"


@pytest.mark.parametrize("patch", [{"/machine/feed_rate_max": 700}, {"/state/interlocks/estop": True}])
def test_allowing_rule_lifts_no_limit_and_no_interlock(patch: dict[str, Any]) -> None:
    assert judged({**_rules(_rule("allow")), **patch}).verdict == "deny"


@pytest.mark.parametrize(
    ("when", "matches"),
    [
        ({"operation": "parameter_set"}, True),
        ({"operation": "override"}, False),
        ({"operation": ["override", "parameter_set"]}, True),
        ({"machine": "CNC-001"}, True),
        ({"machine": "CNC-002"}, False),
        ({"material": "steel-qt-250hb"}, True),
        ({"material": "titanium"}, False),
        ({"cutting_tool": "EM12-4"}, True),
        ({"cutting_tool": "FM50-5"}, False),
        ({"material": "steel-qt-250hb", "cutting_tool": "FM50-5"}, False),
        ({"field": "spindle_speed", "above": 3182}, True),
        ({"field": "spindle_speed", "above": 3183}, False),
        ({"field": "spindle_speed", "below": 3184}, True),
        ({"field": "spindle_speed", "outside": [3183, 3183]}, False),
        ({"field": "spindle_speed", "outside": [1, 3000]}, True),
        ({"field": "effective_feed", "above": 763}, True),
        ({"field": "spindle_load", "above": 12}, True),
        ({"field": "spindle_load", "above": 13}, False),
        ({"field": "vibration", "above": 0}, False),
        ({"field": "offset_x", "above": 0}, False),
    ],
)
def test_conditions_of_machine_rules(when: dict[str, Any], matches: bool) -> None:
    assert ("MACH.RULE_DENIES" in codes(judged(_rules(_rule("deny", when))))) is matches


def test_numeric_rule_says_what_it_met() -> None:
    when = {"field": "spindle_speed", "above": 3000}
    reason = reason_of(judged(_rules(_rule("deny", when))), "MACH.RULE_DENIES")
    assert (reason.params.field, reason.params.observed, reason.params.limit) == ("spindle_speed", 3183, 3000)
    assert reason.params.unit == "rev/min"
    assert reason.remedies[0].rule_id == "r0"


def test_clamp_that_still_meets_a_denying_rule_is_not_offered() -> None:
    rules = _rules(_rule("deny", {"field": "feed_rate", "above": 100}))
    assert judged({**rules, SPEED + "/value": 99999}).clamped_proposal is None


def test_clamp_that_leaves_a_denying_rule_behind_is_offered() -> None:
    rules = _rules(_rule("deny", {"field": "spindle_speed", "above": 12000}))
    verdict = judged({**rules, SPEED + "/value": 99999})
    assert "MACH.RULE_DENIES" in codes(verdict)
    assert verdict.clamped_proposal is not None


def test_gate_is_asked_for() -> None:
    reason = reason_of(judged(_rules(_rule("needs_approval", said="shift-lead"))), "GATE.APPROVAL_REQUIRED")
    assert (reason.remedies[0].kind, reason.remedies[0].gate) == ("request_approval", "shift-lead")


def test_rule_may_carry_a_code_of_the_deployment() -> None:
    verdict = judged(_rules({**_rule("deny"), "code": "X-ACME.NIGHT_SHIFT"}))
    assert codes(verdict) == ["X-ACME.NIGHT_SHIFT"]
    assert verdict.reasons[0].severity == "block"


def test_obligations_are_attached() -> None:
    kept = [{"kind": "notify", "who": "lead"}]
    verdict = judged(_rules(_rule("allow_with", said=kept)))
    assert verdict.verdict == "allow_with_obligations"
    assert [(obligation.kind, obligation.who) for obligation in verdict.obligations] == [("notify", "lead")]


def test_obligations_are_not_given_with_a_denial() -> None:
    kept = [{"kind": "notify", "who": "lead"}]
    verdict = judged(_rules(_rule("allow_with", said=kept), _rule("deny")))
    assert (verdict.verdict, verdict.obligations) == ("deny", [])
    assert codes(verdict) == ["MACH.RULE_DENIES"]


@pytest.mark.parametrize(
    ("effect", "code"),
    [
        ("read", "OK.WITHIN_POLICY"),
        ("internal_write", "OK.WITHIN_POLICY"),
        ("external", "TOOL.EFFECT_NEEDS_APPROVAL"),
        ("destructive", "TOOL.EFFECT_NEEDS_APPROVAL"),
        ("money", "TOOL.EFFECT_NEEDS_APPROVAL"),
        ("credential", "TOOL.EFFECT_NEEDS_APPROVAL"),
    ],
)
def test_effect_classes_have_safe_answers(effect: str, code: str) -> None:
    assert _call(effect=effect) == [code]


@pytest.mark.parametrize("effect", ["read", "internal_write", "external", "destructive", "money", "credential"])
@pytest.mark.parametrize(
    ("answer", "verdict"), [("allow", "allow"), ("needs_approval", "needs_approval"), ("deny", "deny")]
)
def test_effect_table_decides_per_class(effect: str, answer: str, verdict: str) -> None:
    tool = {"name": "t", "effect": effect}
    assert call_scene(CALL, tool, patch={"/policy/effects": {effect: answer}}).judge().verdict == verdict


def test_allowing_rule_replaces_the_effects_answer() -> None:
    assert _call(_rule("allow", {"tool": "t"}), effect="money") == ["OK.RULE_ALLOWS", "OK.WITHIN_POLICY"]
    assert _call(_rule("allow", {"tool": "other"}), effect="money") == ["TOOL.EFFECT_NEEDS_APPROVAL"]


def test_denying_rule_stands_beside_the_effects_answer() -> None:
    found = _call(_rule("deny", {"tool": "t"}), _rule("allow", {"tool": "t"}), effect="money")
    assert found == ["TOOL.RULE_DENIES"]


@pytest.mark.parametrize(
    ("when", "action", "matches"),
    [
        ({"kind": "tool.call"}, {}, True),
        ({"tool": "t"}, {}, True),
        ({"tool": "x"}, {}, False),
        ({"effect": "read"}, {}, True),
        ({"effect": "money"}, {}, False),
        ({"field": "arguments.n", "above": 5}, {"arguments": {"n": 6}}, True),
        ({"field": "arguments.n", "above": 5}, {"arguments": {"n": 5}}, False),
        ({"field": "arguments.n", "above": 5}, {"arguments": {}}, False),
    ],
)
def test_conditions_of_call_rules(when: dict[str, Any], action: dict[str, Any], matches: bool) -> None:
    assert ("TOOL.RULE_DENIES" in _call(_rule("deny", when), action=action)) is matches


@pytest.mark.parametrize("value", ["6", True, [6]])
def test_argument_that_a_rule_cannot_compare_denies(value: Any) -> None:
    rule = _rule("needs_approval", {"field": "arguments.n", "above": 5})
    assert _call(rule, action={"arguments": {"n": value}}) == ["TOOL.ARGUMENT_INVALID"]


def test_call_rules_see_paths_hosts_and_commands() -> None:
    tool = {"name": "t", "effect": "read", "paths": ["/w"], "hosts": ["h.example"], "commands": ["ls"]}
    action = {"tool": "t", "paths": ["/w/.git/config"], "host": "h.example", "command": "ls -l"}
    for when in ({"path_prefix": "/w/.git"}, {"host": "h.example"}, {"host": "*.example"}, {"command": "ls"}):
        verdict = call_scene(action, tool, patch=_rules(_rule("deny", when))).judge()
        assert codes(verdict) == ["TOOL.RULE_DENIES"], when
    for when in ({"path_prefix": "/w/.gi"}, {"host": "x.example"}, {"command": "l"}):
        assert call_scene(action, tool, patch=_rules(_rule("deny", when))).judge().verdict == "allow", when


def test_rule_on_an_argument_says_what_it_met() -> None:
    tool = {"name": "t", "effect": "read", "open": True}
    patch = _rules(_rule("deny", {"field": "arguments.cost", "above": 10}))
    verdict = call_scene({"tool": "t", "arguments": {"cost": 12}}, tool, patch=patch).judge()
    params = verdict.reasons[0].params
    assert (params.field, params.observed, params.limit) == ("cost", "12", "10.0")


ANSWERS = ("allow", "needs_approval", "deny")


@pytest.mark.parametrize("default", ANSWERS)
@pytest.mark.parametrize("answer", ANSWERS)
def test_stricter_of_default_and_effect_table_answers_a_call(default: str, answer: str) -> None:
    tool = {"name": "t", "effect": "internal_write"}
    patch = {**_rules(default=default), "/policy/effects": {"internal_write": answer}}
    assert call_scene(CALL, tool, patch=patch).judge().verdict == max(default, answer, key=ANSWERS.index)
    allowing = {**_rules(_rule("allow", {"tool": "t"}), default=default), "/policy/effects": {"internal_write": answer}}
    assert call_scene(CALL, tool, patch=allowing).judge().verdict == "allow"


@pytest.mark.parametrize(
    ("default", "code"), [("deny", "TOOL.RULE_DENIES"), ("needs_approval", "GATE.APPROVAL_REQUIRED")]
)
def test_default_that_answers_a_call_is_named(default: str, code: str) -> None:
    verdict = call_scene(CALL, {"name": "t", "effect": "read"}, patch=_rules(default=default)).judge()
    assert [(reason.code, reason.rule_id) for reason in verdict.reasons] == [(code, "policy.default")]


GIT = {"when": {"path_prefix": "/w/.git"}, "deny": True}
FILES = {"name": "t", "effect": "read", "paths": ["/w"], "bounds": {"file": {"type": "path"}, "more": {"type": "any"}}}


@pytest.mark.parametrize(
    "action",
    [
        {"paths": ["/w/a", "/w/.git/x"]},
        {"arguments": {"file": "/w/.git/x"}},
        {"arguments": {"file": "/w/.GIT/x"}},
        {"arguments": {"more": [{"deep": "/w/.git/x"}]}},
        {"arguments": {"more": {"/w/.git/x": 1}}},
        {"arguments": {"more": "a/../.git"}, "cwd": "/w"},
        {"arguments": {"more": ".git/x"}, "cwd": "/w"},
        {"arguments": {"more": "./.git/x"}, "cwd": "/w"},
        {"arguments": {"file": "x"}, "cwd": "/w/.git"},
        {"arguments": {"file": ".git"}, "cwd": "/w"},
        {"cwd": "/w/.git/hooks"},
    ],
)
def test_denying_rule_sees_every_place_that_a_call_names(action: dict[str, Any]) -> None:
    verdict = call_scene({"tool": "t", **action}, FILES, patch=_rules(GIT)).judge()
    assert verdict.verdict == "deny"
    assert "TOOL.RULE_DENIES" in codes(verdict) or ".." in str(action)


@pytest.mark.parametrize(
    "further", [{"paths": ["/w/b"]}, {"arguments": {"file": "/w/b"}}, {"cwd": "/w"}, {"arguments": {"more": ["/w/b"]}}]
)
def test_allowing_rule_needs_every_place_that_a_call_names(further: dict[str, Any]) -> None:
    allow = _rules({"when": {"tool": "t", "path_prefix": "/w/tmp"}, "allow": True})
    tool = {**FILES, "effect": "destructive"}
    assert call_scene({"tool": "t", "paths": ["/w/tmp/a"]}, tool, patch=allow).judge().verdict == "allow"
    action = {"tool": "t", **further, "paths": ["/w/tmp/a", *further.get("paths", [])]}
    assert call_scene(action, tool, patch=allow).judge().verdict == "needs_approval"
