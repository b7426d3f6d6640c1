"""`docs/from-the-plans.md`: each row of the three plans names what is ours and the proof, and the proof exists.

A proof is a test (`tests/...::test_name`), a file, or a make target; several may stand together. `later: issue N` says
who owes it, `later: unplanned` that nobody does yet.
"""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from tools.house.makefile import targets
from tools.house.tree import Finding, Tree

PAGE = "docs/from-the-plans.md"
_TICKED = re.compile(r"`([^`]+)`")
_LATER = re.compile(r"^later: (issue \d+|unplanned)\b")


class Row(NamedTuple):
    """One row: the plan's item, ours, and the proof."""

    line: int
    item: str
    ours: str
    proof: str


def rows(tree: Tree) -> list[Row]:
    """Every row of the page's tables, heads and rules left out."""
    found = []
    for number, line in tree.lines(PAGE):
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if len(cells) == 3 and cells[0] != "plan" and not set(cells[0]) <= {"-"}:
            found.append(Row(number, *cells))
    return found


def findings(tree: Tree) -> list[Finding]:
    """Rows without a proof, and proofs that do not exist."""
    found = []
    for row in rows(tree):
        if not row.item or not row.ours:
            found.append(Finding(PAGE, row.line, "a row names the plan's item and ours"))
        if _LATER.match(row.proof):
            continue
        proofs = _TICKED.findall(row.proof)
        if not proofs:
            found.append(Finding(PAGE, row.line, f"no proof: {row.proof!r}"))
        found += [
            Finding(PAGE, row.line, f"{row.item}: {proof} does not exist")
            for proof in proofs
            if not exists(tree, proof)
        ]
    return found


def exists(tree: Tree, proof: str) -> bool:
    """Whether a test, a make target or a file of this name is there."""
    if proof.startswith("make "):
        return proof.split()[1] in targets(tree)
    path, _, test = proof.partition("::")
    if not test:
        return tree.has(path)
    return tree.has(path) and test.split("[")[0] in test_names(tree, path)


def test_names(tree: Tree, path: str) -> set[str]:
    """The tests of a file, those in classes as `Class::test_name`."""
    names: set[str] = set()
    for node in tree.module(path).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}::{child.name}" for child in node.body if isinstance(child, ast.FunctionDef)}
    return {name for name in names if name.rpartition("::")[2].startswith("test_")}
