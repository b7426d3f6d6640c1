"""Rule checks: what the policy's rules, its effect classes and its default say about the act.

A deny outranks an approval, an approval outranks an allow. An allowing rule replaces the default and the answer of the
effect table; it lifts no limit, no interlock and no denying rule. A rule that asks for an approval replaces nothing: a
default that denies still denies.
"""

from __future__ import annotations

from typing import Any

from chargehand.auditor.case import NOT_APPLICABLE, Case, Outcome, not_evaluable, question
from chargehand.auditor.checks_limits import value_of
from chargehand.auditor.checks_telemetry import NOT_RECEIVED
from chargehand.auditor.condition import ARGUMENT_PREFIX
from chargehand.auditor.fields import FIELD_UNIT
from chargehand.auditor.finding import Finding, edit_policy, supply
from chargehand.auditor.index import Facts
from chargehand.auditor.policy import Answer, Rule
from chargehand.auditor.rulebook import program_of
from chargehand.contracts.verdict import Remedy

DEFAULT_RULE = "policy.default"
"""What `rule_id` says where no rule spoke and the default did."""

_NOT_LISTED = not_evaluable("TOOL.NOT_LISTED")


def _change_rules(case: Case) -> Outcome | None:
    change = case.change
    if case.card is None or case.state is None or change is None:
        return NOT_RECEIVED
    setup = case.state.setup
    facts: Facts = (change.operation, case.card.id, setup.material or change.material, setup.tool or change.tool)
    values: dict[str, Any] = case.values
    if case.book.signal_fields:
        values = {**values, **{name: value_of(case, name) for name in case.book.signal_fields}}
    rules = case.book.changes.match(facts, values)
    for rule in rules:
        _apply(case, rule, values)
    _default(case, "MACH.RULE_DENIES", rules, "allow")
    return None


def _call_rules(case: Case) -> Outcome | None:
    call, tool, reach = case.call, case.call_tool, case.reach
    if call is None or tool is None or reach is None:
        return _NOT_LISTED
    facts: Facts = (call.tool, tool.effect, call.host, program_of(call.command))
    rules = case.book.calls.match(
        facts, call.arguments, [place.cleaned for place in reach.places if place.cleaned is not None]
    )
    for rule in rules:
        _apply(case, rule, call.arguments)
    _default(case, "TOOL.RULE_DENIES", rules, tool.answer)
    return None if rules else NOT_APPLICABLE


def _default(case: Case, code: str, rules: list[Rule], answered: Answer) -> None:
    """What the default adds: nothing where a rule allows, or where a rule or the effect table is as strict already."""
    answer = case.book.policy.default
    if case.allowed_by_rule or answer == answered or any(rule.effect in ("deny", answer) for rule in rules):
        return
    if answer == "deny":
        case.deny(code, None, rule_id=DEFAULT_RULE, remedies=edit_policy(DEFAULT_RULE))
    elif answer == "needs_approval" and answered == "allow":
        case.found.append(_approval("GATE.APPROVAL_REQUIRED", DEFAULT_RULE, "operator"))


def _apply(case: Case, rule: Rule, values: dict[str, Any]) -> None:
    field = rule.when.field
    name = None if field is None else field.removeprefix(ARGUMENT_PREFIX)
    value = None if name is None else values.get(name)
    if value is not None and type(value) not in (int, float):
        path = f"/action/arguments/{name}"
        case.deny("TOOL.ARGUMENT_INVALID", path, field=name, observed=value, limit="number", remedies=supply(path))
        return
    if rule.effect == "needs_approval":
        finding = _approval(rule.code, rule.id, rule.gate)
    elif rule.effect == "deny":
        finding = Finding(code=rule.code, rule_id=rule.id, remedies=edit_policy(rule.id))
    else:
        case.allowed_by_rule = True
        if rule.obligations:
            case.obligations = [*case.obligations, *rule.obligations]
        finding = Finding(code=rule.code, weight="note", rule_id=rule.id)
    if name is not None:
        _measured(finding, rule, name, value)
    case.found.append(finding)


def _measured(finding: Finding, rule: Rule, name: str, value: Any) -> None:
    above, below = rule.when.above, rule.when.below
    over = above is not None and not value <= above
    finding.field = name
    finding.observed = value
    finding.limit = above if over else below
    finding.unit = FIELD_UNIT.get(name)
    if finding.code.startswith("TOOL."):
        # The registry keeps these as text, because an argument may be anything.
        finding.observed, finding.limit = f"{value}", f"{finding.limit}"


def _approval(code: str, rule_id: str | None, gate: str) -> Finding:
    return Finding(
        code=code,
        weight="approve",
        rule_id=rule_id,
        remedies=[Remedy(kind="request_approval", gate=gate)],
    )


def _effect(case: Case) -> Outcome | None:
    tool = case.call_tool
    if tool is None:
        return _NOT_LISTED
    if case.allowed_by_rule or tool.answer == "allow":
        return None
    if tool.answer == "deny":
        case.deny(
            "TOOL.EFFECT_DENIED", "/action/tool", observed=tool.effect, remedies=edit_policy(f"effects.{tool.effect}")
        )
        return None
    finding = _approval("TOOL.EFFECT_NEEDS_APPROVAL", f"effects.{tool.effect}", "operator")
    finding.path, finding.observed = "/action/tool", tool.effect
    case.found.append(finding)
    return None


CHANGE_RULES = (question("policy.rules", _change_rules),)
CALL_RULES = (question("policy.rules", _call_rules), question("tool.effect", _effect))
