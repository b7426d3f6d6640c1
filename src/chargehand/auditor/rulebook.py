"""A policy and the cards compiled once into what judging looks things up in.

A rulebook is immutable and cheap to share between threads. Compiling it is the moment at which everything that can be
wrong with a policy is found; judging by it finds only what is wrong with proposals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from chargehand.auditor.cards import LoadedCard
from chargehand.auditor.fields import SIGNAL_FIELDS
from chargehand.auditor.index import CALL_FACTS, CHANGE_FACTS, Bounds, Index
from chargehand.auditor.policy import Answer, ArgumentBound, Policy, PolicyLimit, ToolEntry
from chargehand.contracts.card import MaterialCard, ToolCard
from chargehand.contracts.policy import PolicyRecord
from chargehand.contracts.proposal import EffectClass

RESIDUAL_RULES_MAX = 50
"""Rules outside every index above which a policy is warned about: each costs about a microsecond per proposal."""


class CallTool(NamedTuple):
    """A declared tool, ready for comparing.

    Attributes:
        entry: as the policy declares it.
        effect: its effect class.
        answer: what the policy answers to that class.
        folders: folders it may touch.
        hosts: hosts it may reach.
        host_ends: ends of host names it may reach, with their dot.
        commands: programs it may start.
        bounds: its arguments.
    """

    entry: ToolEntry
    effect: EffectClass
    answer: Answer
    folders: tuple[str, ...]
    hosts: frozenset[str]
    host_ends: tuple[str, ...]
    commands: frozenset[str]
    bounds: Mapping[str, ArgumentBound]


LimitTable = list[tuple[str, Bounds[PolicyLimit]]]


class Rulebook:
    """What proposals are judged by.

    Attributes:
        policy: the policy it was compiled from.
        engine_version: version of the auditor, for the verdicts.
        tools: cutting tool cards by id.
        materials: material cards by id.
        changes: rules about machine changes.
        calls: rules about tool calls.
        call_tools: declared tools by name.
        signal_fields: signals that some rule or limit reads.
        warnings: what is lawful but slow, in words.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        tools: Mapping[str, LoadedCard[ToolCard]],
        materials: Mapping[str, LoadedCard[MaterialCard]],
        engine_version: str,
    ) -> None:
        self.policy = policy
        self.engine_version = engine_version
        self.tools = dict(tools)
        self.materials = dict(materials)
        self.changes = Index([rule for rule in policy.rules if rule.when.kind == "machine.change"], CHANGE_FACTS)
        self.calls = Index([rule for rule in policy.rules if rule.when.kind == "tool.call"], CALL_FACTS)
        self.call_tools = {name: _call_tool(policy, entry) for name, entry in policy.tools.items()}
        self._any_machine = _limits(policy.limits, "*")
        self._by_machine = {
            limit.machine: _limits(policy.limits, limit.machine) for limit in policy.limits if limit.machine != "*"
        }
        spoken = {rule.when.field for rule in policy.rules} | {limit.field for limit in policy.limits}
        self.signal_fields = tuple(sorted(SIGNAL_FIELDS & spoken))
        self.warnings: tuple[str, ...] = ()
        if self.residual_count > RESIDUAL_RULES_MAX:
            self.warnings = (
                f"{self.residual_count} rules fit no index; above {RESIDUAL_RULES_MAX} judging slows down",
            )

    @property
    def residual_count(self) -> int:
        """Number of rules that are tried one by one."""
        return len(self.changes.residual) + len(self.calls.residual)

    def limits(self, machine_id: str) -> LimitTable:
        """The policy's limits for a machine, by field."""
        return self._by_machine.get(machine_id, self._any_machine)

    def record(self, *, active: bool, document: bool = False) -> PolicyRecord:
        """The policy as the engine publishes it."""
        policy = self.policy
        return PolicyRecord(
            name=policy.name,
            version=policy.version,
            digest=policy.digest,
            active=active,
            default=policy.default,
            rules=len(policy.rules),
            tools=len(policy.tools),
            limits=len(policy.limits),
            residual_rules=self.residual_count,
            document=policy.document if document else None,
        )


def _call_tool(policy: Policy, entry: ToolEntry) -> CallTool:
    return CallTool(
        entry=entry,
        effect=entry.effect,
        answer=policy.effects[entry.effect],
        folders=entry.paths,
        hosts=frozenset(host for host in entry.hosts if not host.startswith("*.")),
        host_ends=tuple(host[1:] for host in entry.hosts if host.startswith("*.")),
        commands=frozenset(entry.commands),
        bounds=entry.bounds,
    )


def _limits(limits: Sequence[PolicyLimit], machine: str) -> LimitTable:
    fields: dict[str, list[tuple[PolicyLimit, float | None, float | None]]] = {}
    for limit in limits:
        if limit.machine in ("*", machine):
            fields.setdefault(limit.field, []).append((limit, limit.min, limit.max))
    return [(field, Bounds(entries)) for field, entries in fields.items()]


def program_of(command: Any) -> str | None:
    """The program that a command line starts: its first word."""
    if not isinstance(command, str):
        return None
    words = command.split(None, 1)
    return words[0] if words else ""
