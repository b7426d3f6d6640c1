"""`python -m tools.house`: every finding, then the sizes. Exit 1 when there is a finding."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.house import fragments, makefile, markers, modules, names, pages, plans, queries, sizes, web
from tools.house.tree import Finding, Tree

RULES = (sizes, names, markers, modules, queries, plans, makefile, pages, fragments, web)


def findings(tree: Tree) -> list[Finding]:
    """What every rule finds that needs nothing but the files."""
    return [finding for rule in RULES for finding in rule.findings(tree)]


def main() -> int:
    """Print and count."""
    tree = Tree(Path(__file__).resolve().parents[2])
    found = findings(tree)
    for finding in found:
        print(finding)
    print(sizes.measure(tree))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
