"""Files and functions stay small, and the tests outweigh the code."""

from __future__ import annotations

import pytest

from tests.house.conftest import Plant
from tools.house import sizes
from tools.house.tree import Tree


def test_no_file_and_no_function_is_too_long(tree: Tree) -> None:
    assert sizes.findings(tree) == []


def test_the_bulk_is_small(tree: Tree) -> None:
    shape = sizes.measure(tree)
    assert shape.files_p90 <= sizes.FILE_LINES_P90_MAX, str(shape)
    assert shape.functions_p90 <= sizes.FUNCTION_LINES_P90_MAX, str(shape)


def test_tests_outweigh_the_code(tree: Tree) -> None:
    shape = sizes.measure(tree)
    assert shape.tests_to_code >= sizes.TESTS_TO_CODE_MIN, str(shape)


def test_planted_long_file_is_caught(plant: Plant) -> None:
    over = plant({"src/long.py": "x = 1\n" * 501, "src/fits.py": "x = 1\n" * 500})
    assert [finding.path for finding in sizes.findings(over)] == ["src/long.py"]


@pytest.mark.parametrize("name", ["src/long.ts", "src/fleet/Long.svelte", "src/long.css", "tests/long.test.ts"])
def test_planted_long_file_of_the_control_centre_is_caught(plant: Plant, name: str) -> None:
    over = plant({f"web/{name}": "x\n" * 501, "web/src/fits.ts": "x\n" * 500, "web/src/api.gen.ts": "x\n" * 501})
    assert [finding.path for finding in sizes.findings(over)] == [f"web/{name}"]


@pytest.mark.parametrize("head", ["def", "async def"])
def test_planted_long_function_is_caught(plant: Plant, head: str) -> None:
    fits = f"{head} fits():\n" + "    x = 1\n" * 59
    over = "class Room:\n" + f"    {head} over(self):\n" + "        x = 1\n" * 60
    found = sizes.findings(plant({"tests/test_a.py": fits, "tools/b.py": over}))
    assert [(finding.path, finding.line) for finding in found] == [("tools/b.py", 2)]


def test_measures_lines_and_ratio(plant: Plant) -> None:
    tree = plant(
        {
            "src/a.py": "def one():\n    x = 1\n    return x\n",
            "src/b.py": "y = 2\n",
            "src/chargehand/contracts/codes/c.py": "z = 3\n" * 5,
            "tests/test_a.py": "pass\n" * 8,
        }
    )
    assert sizes.measure(tree) == sizes.Sizes(files_median=3, files_p90=5, functions_p90=3, tests_to_code=2.0)
