"""Marks that must not be committed: promises to do it later, sleeping or timed tests, machine paths, credentials.

The patterns are written so that this file does not match itself.
"""

from __future__ import annotations

import ast
import re

from tools.house.tree import Finding, Tree

_LATER = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
_MACHINE_PATH = r"(?<![\w.\-/})])/(?:home|root|tmp|Users)/\w|\b[A-Z]:\\Users"
_INDEX = re.compile(
    r"(?<![\w-])--(?:extra-)?index-url|\"resolved\": *\"https?:|https?://\S+/simple\b|registry *= *\"http"
)
_CREDENTIAL = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{30,}|\bxox[abpr]-\w{10,}"
    r"|\bsk-[A-Za-z0-9_-]{24,}|://[^/\s:@{}]+:(?!secret@|password@)[^/\s:@{}]+@"
)
_CLOCKS = frozenset({"perf_counter", "perf_counter_ns", "process_time"})


def promises(tree: Tree) -> list[Finding]:
    """Marks of unfinished work, in any text file."""
    return _matching(tree, _LATER, "unfinished work is an issue, not a mark", skip=("requirements/*",))


def machine_paths(tree: Tree) -> list[Finding]:
    """Absolute paths of somebody's machine: those of home and scratch folders, and of this very checkout."""
    here = str(tree.root.resolve())
    # A checkout right under the file system's root has a name that innocent text may carry.
    pattern = f"{_MACHINE_PATH}|{re.escape(here)}\\b" if here.count("/") > 1 else _MACHINE_PATH
    return _matching(tree, re.compile(pattern), "absolute path of a machine")


def index_addresses(tree: Tree) -> list[Finding]:
    """Addresses of a package index."""
    return _matching(tree, _INDEX, "address of a package index")


def credentials(tree: Tree) -> list[Finding]:
    """What looks like a secret. Tests make theirs at run time."""
    return _matching(tree, _CREDENTIAL, "looks like a credential")


def sleeping_tests(tree: Tree) -> list[Finding]:
    """Tests that sleep: they wait for a signal instead, or step a clock. `asyncio.sleep(0)` only yields."""
    return [
        Finding(path, call.lineno, "a test waits for a signal, it never sleeps")
        for path in tree.match("tests/*.py")
        for call in ast.walk(tree.module(path))
        if isinstance(call, ast.Call) and _called(call) == "sleep" and not _is_zero(call)
    ]


def timed_tests(tree: Tree) -> list[Finding]:
    """Tests that measure time: speed lives in `bench/`."""
    return [
        Finding(path, call.lineno, "no timed asserts: measure it in bench/")
        for path in tree.match("tests/*.py")
        for call in ast.walk(tree.module(path))
        if isinstance(call, ast.Call) and _called(call) in _CLOCKS
    ]


def findings(tree: Tree) -> list[Finding]:
    """Everything of the above."""
    rules = (promises, machine_paths, index_addresses, credentials, sleeping_tests, timed_tests)
    return [finding for rule in rules for finding in rule(tree)]


def _matching(tree: Tree, pattern: re.Pattern[str], message: str, skip: tuple[str, ...] = ()) -> list[Finding]:
    skipped = set(tree.match(*skip)) if skip else set()
    return [
        Finding(path, number, f"{message}: {match.group()!r}")
        for path in tree.files
        if path not in skipped
        for number, line in tree.lines(path)
        if (match := pattern.search(line))
    ]


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _is_zero(call: ast.Call) -> bool:
    return len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0
