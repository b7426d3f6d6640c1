"""The Makefile's targets, and the continuous integration that runs one of them."""

from __future__ import annotations

import re

from tools.house.tree import Finding, Tree

PROMISED = frozenset(
    {
        "help",
        "setup",
        "run",
        "test",
        "check",
        "lint",
        "types",
        "fmt",
        "docs",
        "generate",
        "bench",
        "sim",
        "soak",
        "lock",
        "ui",
        "web",
        "browser",
        "smoke",
        "screenshots",
    }
)
_TARGET = re.compile(r"^([a-z][a-z-]*):(?!=)(.*)$")


def targets(tree: Tree) -> dict[str, str]:
    """Every target with its help text, empty where it has none."""
    found = {}
    for _, line in tree.lines("Makefile"):
        if match := _TARGET.match(line):
            found[match[1]] = match[2].partition("## ")[2]
    return found


def findings(tree: Tree) -> list[Finding]:
    """Promised targets that are missing, and targets that `make help` cannot explain."""
    known = targets(tree)
    missing = [Finding("Makefile", 1, f"target {name} is missing") for name in sorted(PROMISED - known.keys())]
    mute = [Finding("Makefile", 1, f"target {name} has no help text") for name, text in known.items() if not text]
    return missing + mute


def ci_commands(tree: Tree) -> list[str]:
    """What `.ci/run` runs, besides finding its place and failing early."""
    lines = [line.strip() for _, line in tree.lines(".ci/run")]
    return [line for line in lines if line and not line.startswith(("#", "set -", "cd "))]
