"""Each row of the three plans has a proof that exists, or says which issue owes it."""

from __future__ import annotations

import pytest

from tests.house.conftest import Plant
from tools.house import plans
from tools.house.tree import Tree

HEAD = "| plan | ours | proof |\n|---|---|---|\n"
TEST_FILE = "def test_a() -> None: ...\nclass TestB:\n    def test_c(self) -> None: ...\ndef helper() -> None: ...\n"


def page(proof: str) -> dict[str, str]:
    return {
        plans.PAGE: f"{HEAD}| a gate | a door | {proof} |\n",
        "tests/unit/test_x.py": TEST_FILE,
        "Makefile": "test: ## every test\n",
    }


def test_every_row_has_a_proof_that_exists(tree: Tree) -> None:
    assert plans.findings(tree) == []


def test_the_page_covers_the_three_plans(tree: Tree) -> None:
    assert len(plans.rows(tree)) >= 100


@pytest.mark.parametrize(
    "proof",
    [
        "`tests/unit/test_x.py::test_a`",
        "`tests/unit/test_x.py::TestB::test_c`",
        "`tests/unit/test_x.py::test_a[case]`, `Makefile`",
        "`make test`",
        "later: issue 7",
        "later: unplanned",
    ],
)
def test_existing_proof_is_accepted(plant: Plant, proof: str) -> None:
    tree = plant(page(proof))
    assert [row.proof for row in plans.rows(tree)] == [proof]
    assert plans.findings(tree) == []


@pytest.mark.parametrize(
    "proof",
    [
        "`tests/unit/test_x.py::test_b`",
        "`tests/unit/test_x.py::helper`",
        "`tests/unit/test_y.py::test_a`",
        "`docs/gone.md`",
        "`make coffee`",
        "obvious",
        "",
        "later",
    ],
)
def test_planted_missing_proof_is_caught(plant: Plant, proof: str) -> None:
    assert len(plans.findings(plant(page(proof)))) == 1


def test_planted_empty_cell_is_caught(plant: Plant) -> None:
    tree = plant({plans.PAGE: HEAD + "| a gate |  | later: issue 7 |\n"})
    assert [finding.line for finding in plans.findings(tree)] == [3]
