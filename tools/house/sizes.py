"""How big files and functions are, and how much of the repository is tests.

The limits refuse; the median and the ninetieth percentile are the bar of a healthy codebase and only reported, except
where a test holds them. A function is measured from its `def` to its last line, docstring included.
"""

from __future__ import annotations

import ast
from statistics import median
from typing import NamedTuple

from tools.house.tree import Finding, Tree

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 60
FILE_LINES_P90_MAX = 350
FUNCTION_LINES_P90_MAX = 35
TESTS_TO_CODE_MIN = 1.3
"""A floor that only rises; the bar of the house is 1.3."""

MEASURED = (
    *("src/*.py", "tests/*.py", "tools/*.py", "bench/*.py", "examples/*.py", "src/*.sql"),
    *("web/*.ts", "web/*.svelte", "web/*.css", "web/*.mjs"),
)
GENERATED = ("web/*.gen.ts",)


class Sizes(NamedTuple):
    """Lines of source files and functions, and lines of tests for each line of code."""

    files_median: float
    files_p90: int
    functions_p90: int
    tests_to_code: float

    def __str__(self) -> str:
        return (
            f"source files: median {self.files_median:.0f} lines, p90 {self.files_p90} (<= {FILE_LINES_P90_MAX}); "
            f"functions: p90 {self.functions_p90} (<= {FUNCTION_LINES_P90_MAX}); "
            f"tests : code {self.tests_to_code:.2f} (>= {TESTS_TO_CODE_MIN})"
        )


def findings(tree: Tree) -> list[Finding]:
    """Files and functions over the hard limits."""
    found = []
    generated = set(tree.match(*GENERATED))
    for path in tree.match(*MEASURED):
        if path in generated:
            continue
        lines = _line_count(tree, path)
        if lines > FILE_LINES_MAX:
            found.append(Finding(path, 1, f"{lines} lines: split it by noun (limit {FILE_LINES_MAX})"))
        if path.endswith(".py"):
            found += _long_functions(tree, path)
    return found


def measure(tree: Tree) -> Sizes:
    """The shape of the codebase."""
    sources = tree.match("src/*.py")
    sizes = [_line_count(tree, path) for path in sources if _line_count(tree, path)]
    functions = [length for path in sources for _, length in _functions(tree.module(path))]
    # Tables of published data are neither code that can break nor tests that hold it.
    code = sum(_line_count(tree, path) for path in sources if "/contracts/codes/" not in path)
    tests = sum(_line_count(tree, path) for path in tree.match("tests/*.py"))
    return Sizes(median(sizes), _p90(sizes), _p90(functions), tests / code)


def _long_functions(tree: Tree, path: str) -> list[Finding]:
    return [
        Finding(path, node.lineno, f"{node.name}: {length} lines (limit {FUNCTION_LINES_MAX})")
        for node, length in _functions(tree.module(path))
        if length > FUNCTION_LINES_MAX
    ]


def _functions(module: ast.Module) -> list[tuple[ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    return [
        (node, (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _line_count(tree: Tree, path: str) -> int:
    return len(tree.text(path).splitlines())


def _p90(values: list[int]) -> int:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * 9 // 10)] if ordered else 0
