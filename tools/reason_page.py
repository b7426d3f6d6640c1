"""Writes `docs/reason-codes.md` from the registry."""

from __future__ import annotations

import json

from chargehand.contracts.reasons import FAMILIES, REGISTRY, Example, ReasonCode

_HEAD = """\
# Reason codes

Every verdict, refusal and error of the engine carries codes of this list. It is written from the registry
(`src/chargehand/contracts/reasons.py`) by `python -m tools.generate`; do not edit it.

A code never changes its meaning, its number or the type of a parameter, its severity never rises, and it is never
removed. New codes join at any time: act on one that you do not know by the `severity`, `retry` and `owner` that stand
beside it. A family you know narrows it further.

| field | values |
|---|---|
| severity | `info` a note, `advice` worth knowing, `warn` a person decides, `block` refused, `critical` urgent too |
| retry | `never`, `after_change` of what you sent, `after_time`, `after_approval`, `as_is` |
| owner | who has to act: `agent`, `operator`, `policy_author`, `machine_owner`, `platform` |

## Families
"""


def reason_page() -> str:
    """The page as Markdown."""
    parts = [_HEAD, "| family | wire ids | covers | codes |\n|---|---|---|---|"]
    for name, family in FAMILIES.items():
        count = sum(entry.family == name for entry in REGISTRY.values())
        link = f"[`{name}`](#{name.lower()})" if count else f"`{name}`"
        parts.append(f"| {link} | {family.first}-{family.last} | {family.covers} | {count or ''} |")
    for name, family in FAMILIES.items():
        entries = [entry for entry in REGISTRY.values() if entry.family == name]
        if entries:
            parts.append(f"\n## {name}\n\n{family.covers[0].upper()}{family.covers[1:]}.\n")
            parts.append("\n".join(map(_section, entries)))
    return "\n".join(parts).rstrip() + "\n"


def _section(entry: ReasonCode) -> str:
    marks = f"`{entry.wire_id}` · {entry.severity} · retry {entry.retry} · owner {entry.owner}"
    if entry.safety_relevant:
        marks += " · safety-relevant"
    if entry.deprecated_in is not None:
        marks += f" · **retired in {entry.deprecated_in}**, use `{entry.replaced_by}`"
    lines = [
        f"### {entry.code}\n",
        f"**{entry.title}.** {marks}\n",
        f"- Caller: {entry.caller_text}",
        f"- Operator: {entry.operator_text}",
        f"- Given: {_example(entry.positive)}",
        f"- Not given: {_example(entry.negative)}",
    ]
    if entry.params:
        lines.append("- Parameters: " + ", ".join(f"`{name}` {kind}" for name, kind in entry.params.items()))
    remedies = [f"`{remedy}`" for remedy in entry.remedies if remedy != "none"]
    if remedies:
        lines.append("- Remedies: " + ", ".join(remedies))
    if entry.references:
        lines.append("- Source: " + ", ".join(entry.references))
    return "\n".join(lines) + "\n"


def _example(example: Example) -> str:
    if not example.given:
        return example.when
    changes = ", ".join(f"`{path}` = `{json.dumps(value)}`" for path, value in example.given.items())
    return f"{example.when} {changes}"
