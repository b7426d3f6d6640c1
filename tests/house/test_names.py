"""Names say what is inside."""

from __future__ import annotations

import pytest

from tests.house.conftest import Plant
from tools.house import names
from tools.house.tree import Tree


def test_every_name_says_what_is_inside(tree: Tree) -> None:
    assert names.findings(tree) == []


@pytest.mark.parametrize(
    "path",
    [
        "src/chargehand/utils.py",
        "src/chargehand/fleet/helpers/clock.py",
        "src/chargehand/kernel/_base.py",
        "tests/unit/test_misc.py",
        "tools/manager.py",
        "src/chargehand/api/part02.py",
        "src/chargehand/kernel/sql/sqlite/queries/common.sql",
        "web/src/parts/helpers.svelte.ts",
        "web/src/utils/clock.ts",
        "web/tests/fleet/misc.test.ts",
    ],
)
def test_planted_name_is_caught(plant: Plant, path: str) -> None:
    assert [finding.path for finding in names.findings(plant({path: "", "src/chargehand/basis.py": ""}))] == [path]
