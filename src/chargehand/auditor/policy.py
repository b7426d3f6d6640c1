"""A policy: what a deployment adds to the machines' own limits, and what its agents' tools may do.

These are the records. `policy_file.py` reads them from TOML, `rulebook.py` compiles them. A policy can only narrow: no
rule of it lifts a limit of a machine, a tool or an interlock.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from chargehand.contracts.proposal import EffectClass
from chargehand.contracts.verdict import Obligation

Answer = Literal["allow", "needs_approval", "deny"]
RuleEffect = Literal["allow", "allow_with", "needs_approval", "deny"]
ArgumentType = Literal["number", "integer", "text", "boolean", "path", "url", "any"]

NARROWING: frozenset[RuleEffect] = frozenset({"deny", "needs_approval"})
"""What a rule can say to narrow an act; the other effects widen it."""

DEFAULT_EFFECTS: dict[EffectClass, Answer] = {
    "read": "allow",
    "internal_write": "allow",
    "external": "needs_approval",
    "destructive": "needs_approval",
    "money": "needs_approval",
    "credential": "needs_approval",
}
"""What an effect class means where the policy's `[effects]` table does not say otherwise."""


class When(msgspec.Struct, frozen=True, kw_only=True):
    """The conditions of a rule; all that are set must hold. A tuple holds if one of its values does.

    Attributes:
        kind: machine.change or tool.call.
        operation: operation of the machine change.
        machine: machine id.
        material: material of the set-up.
        cutting_tool: cutting tool of the set-up.
        tool: tool that is called.
        effect: effect class of that tool.
        host: host it reaches; `*.example.com` stands for every host below.
        command: program it starts.
        path_prefix: a folder, in full. A rule that denies or asks holds if any place of the call is it or lies below,
            whatever the case of the letters; a rule that allows only if every place does, letter by letter.
        field: what `above`, `below` and `outside` speak of: a parameter of machine changes, `effective_speed`,
            `effective_feed`, a numeric signal, or `arguments.NAME` of a call. In the working unit of the field.
        above: holds if the field is greater.
        below: holds if the field is less.
    """

    kind: Literal["machine.change", "tool.call"]
    operation: tuple[str, ...] = ()
    machine: tuple[str, ...] = ()
    material: tuple[str, ...] = ()
    cutting_tool: tuple[str, ...] = ()
    tool: tuple[str, ...] = ()
    effect: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    path_prefix: tuple[str, ...] = ()
    field: str | None = None
    above: float | None = None
    below: float | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule.

    Attributes:
        id: its name in the policy; a reason carries it as `rule_id`.
        when: its conditions.
        effect: what it says when they hold.
        code: the reason code it gives.
        gate: for needs_approval: the gate to ask.
        obligations: for allow_with: what has to be kept.
    """

    id: str
    when: When
    effect: RuleEffect
    code: str
    gate: str = "operator"
    obligations: tuple[Obligation, ...] = ()


class ArgumentBound(msgspec.Struct, frozen=True, kw_only=True):
    """What one argument of a tool may be.

    Attributes:
        type: number, integer, text, boolean, path, url or any. A path is held to the tool's folders, a url must lead to
            the call's own `host`, a text is content, and any is searched for paths and addresses.
        min: least number.
        max: greatest number.
        max_length: greatest length of a text, in characters.
        one_of: the only values it may have.
        required: whether it must be given.
    """

    type: ArgumentType = "number"
    min: float | None = None
    max: float | None = None
    max_length: int | None = None
    one_of: tuple[str | int | float | bool, ...] | None = None
    required: bool = False


class ToolEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A declared tool. What is not declared is denied: a call may name no path, host, program or argument beyond these.

    Attributes:
        name: the tool.
        effect: its effect class.
        paths: folders it may touch, in full.
        hosts: hosts it may reach; `*.example.com` stands for every host below.
        commands: programs it may start, as the first word of `command`.
        bounds: what its arguments may be, by name.
        open: whether it may be given arguments that `bounds` does not name; they are searched for paths and addresses.
    """

    name: str
    effect: EffectClass
    paths: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    bounds: dict[str, ArgumentBound] = {}
    open: bool = False


class PolicyLimit(msgspec.Struct, frozen=True, kw_only=True):
    """A limit on a field of a machine change or a numeric signal, tighter than the machine's own.

    Attributes:
        id: name for `rule_id`.
        machine: machine id, or `*`.
        field: the field.
        min: least value in the field's working unit.
        max: greatest value in the field's working unit.
    """

    id: str
    machine: str
    field: str
    min: float | None = None
    max: float | None = None


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A policy as it was read.

    Attributes:
        name: its name.
        version: its author's version.
        default: the answer to a machine change that no rule allows, and to a tool call if the effect table's is kinder.
        single_operator: whether a person may approve their own proposal.
        verdict_ttl_s: how long an allowing or denying verdict is valid, in seconds.
        approval_ttl_s: how long an approval may be decided, in seconds.
        permit_ttl_s: how long a permit may be used, in seconds.
        basis_age_s: how old the state behind a proposal may be, in seconds.
        effects: answer by effect class.
        rules: its rules in file order.
        tools: declared tools by name.
        limits: its limits in file order.
        digest: `sha256:` of the canonical JSON of `document`; comments, order of keys and layout do not change it.
        document: the parsed file.
    """

    name: str
    version: str
    default: Answer
    single_operator: bool
    verdict_ttl_s: int
    approval_ttl_s: int
    permit_ttl_s: int
    basis_age_s: float
    effects: dict[EffectClass, Answer]
    rules: tuple[Rule, ...]
    tools: dict[str, ToolEntry]
    limits: tuple[PolicyLimit, ...]
    digest: str
    document: dict[str, Any]
