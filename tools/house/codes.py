"""Reason codes: whoever names one names one that is registered, and every registered one is used and tested."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from tools.house.tree import Finding, Tree

REGISTRY = ("src/chargehand/contracts/codes/*", "src/chargehand/contracts/reasons.py")
SPEAKING = ("src/*.py", "src/*.toml", "src/*.sql", "docs/*.md", "adr/*.md", "*.md")
LATER_PAGES = ("docs/from-the-plans.md",)


def unknown(tree: Tree, registered: Collection[str], families: Iterable[str]) -> list[Finding]:
    """Codes of one of the families in source, shipped policies and pages that the registry does not know."""
    code_form = _code_of(families)
    skipped = {*tree.match(*REGISTRY), *LATER_PAGES}
    return [
        Finding(path, number, f"{code} is not registered")
        for path in tree.match(*SPEAKING)
        if path not in skipped
        for number, line in tree.lines(path)
        for code in code_form.findall(line)
        if code not in registered
    ]


def unproven(tree: Tree, registered: Collection[str]) -> list[Finding]:
    """Registered codes that no source file outside the registry raises and no test names."""
    skipped = {*tree.match(*REGISTRY)}
    code_form = _code_of({code.partition(".")[0] for code in registered})
    named = {
        code
        for path in tree.match("src/*.py", "src/*.toml", "tests/*.py")
        if path not in skipped
        for code in code_form.findall(tree.text(path))
    }
    return [
        Finding("src/chargehand/contracts/reasons.py", 1, f"{code} is registered but neither used nor tested")
        for code in sorted(set(registered) - named)
    ]


def _code_of(families: Iterable[str]) -> re.Pattern[str]:
    named = "|".join(re.escape(family) for family in families)
    return re.compile(rf"(?<![\w./-])(?:{named})\.[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*(?![\w*])")
