"""Nothing is committed that promises, sleeps, times, or belongs to one machine or one person."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.house.conftest import Plant
from tools.house import markers
from tools.house.tree import Finding, Tree

Rule = Callable[[Tree], list[Finding]]
RULES: list[Rule] = [
    markers.promises,
    markers.machine_paths,
    markers.index_addresses,
    markers.credentials,
    markers.sleeping_tests,
    markers.timed_tests,
]

# Written in halves, so that this file passes the rules it tests.
PLANTED: list[tuple[Rule, str, str]] = [
    (markers.promises, "src/a.py", "x = 1  # TO" + "DO: later"),
    (markers.promises, "docs/a.md", "FIX" + "ME"),
    (markers.machine_paths, "docs/a.md", "see /ho" + "me/anna/notes"),
    (markers.machine_paths, "src/a.py", 'PATH = "/ro' + 'ot/notes"'),
    (markers.machine_paths, "src/a.py", 'PATH = "C:\\Us' + 'ers\\anna"'),
    (markers.index_addresses, "requirements/dev.txt", "--index" + "-url https://example.org/a"),
    (markers.index_addresses, "package-lock.json", '"resolved": "htt' + 'ps://example.org/a.tgz"'),
    (markers.index_addresses, "pip.conf", "https://example.org/repo/sim" + "ple"),
    (markers.credentials, "tests/key.pem", "-----BEGIN PRIVATE" + " KEY-----"),
    (markers.credentials, "docs/a.md", "AKIA" + "ABCDEFGHIJKLMNOP"),
    (markers.credentials, "src/a.py", 'DSN = "postgresql://anna:gehe' + 'im@db/prod"'),
    (markers.sleeping_tests, "tests/test_a.py", "import time\ntime.sle" + "ep(0.1)"),
    (markers.sleeping_tests, "tests/test_a.py", "from asyncio import sleep\nsle" + "ep(1)"),
    (markers.timed_tests, "tests/test_a.py", "import time\nstart = time.perf_" + "counter()"),
]

FINE = {
    "src/a.py": 'ROUTE = "/v1/work/claim"\nROOT = "/work/a"\nDSN = f"postgresql://{user}:{password}@{host}"\n',
    "Makefile": "lock:\n\tuv pip compile --no-emit-index-url\n",
    "docs/a.md": "Use postgresql://chargehand:secret@db/engine, and see ../work/notes.\n",
    "tests/test_a.py": "import asyncio\nasync def test_a():\n    await asyncio.sleep(0)\n",
}


@pytest.mark.parametrize("rule", RULES)
def test_repository_carries_no_such_mark(rule: Rule, tree: Tree) -> None:
    assert rule(tree) == []


@pytest.mark.parametrize(("rule", "path", "text"), PLANTED)
def test_planted_mark_is_caught(rule: Rule, path: str, text: str, plant: Plant) -> None:
    assert [finding.path for finding in rule(plant({**FINE, path: text}))] == [path]


def test_path_of_this_checkout_is_caught(plant: Plant) -> None:
    tree = plant(FINE)
    tree = plant({"docs/b.md": f"see {tree.root.resolve()}/README.md\n"})
    assert [finding.path for finding in markers.machine_paths(tree)] == ["docs/b.md"]


def test_innocent_text_is_left_alone(plant: Plant) -> None:
    assert markers.findings(plant(FINE)) == []
