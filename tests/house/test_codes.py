"""Reason codes that are named are registered; codes that are registered are used or tested."""

from __future__ import annotations

from chargehand.contracts.reasons import FAMILIES, REGISTRY
from tests.house.conftest import Plant
from tools.house import codes
from tools.house.tree import Tree

KNOWN = {"MACH.SPEED_ABOVE_MAX", "REQ.NOT_JSON"}


def test_every_named_code_is_registered(tree: Tree) -> None:
    assert codes.unknown(tree, REGISTRY, FAMILIES) == []


def test_every_registered_code_is_used_or_tested(tree: Tree) -> None:
    assert codes.unproven(tree, REGISTRY) == []


def test_planted_unknown_code_is_caught(plant: Plant) -> None:
    tree = plant(
        {
            "src/chargehand/auditor/box.py": 'CODE = "MACH.SPEED_ABOVE_MAX"\nOTHER = "MACH.SPEED_TOO_HIGH"\n',
            "src/chargehand/auditor/policies/a.toml": 'code = "MACH.RULE_DENIED"\n',
            "docs/a.md": "All of `MACH.*`, and `REQ.NOT_YAML`; the file is `docs/REQ.NOT_HERE`.\n",
            "docs/from-the-plans.md": "`CAP.NOT_YET_BUILT`\n",
        }
    )
    found = {finding.message.split()[0] for finding in codes.unknown(tree, KNOWN, ["MACH", "REQ", "CAP"])}
    assert found == {"MACH.SPEED_TOO_HIGH", "MACH.RULE_DENIED", "REQ.NOT_YAML"}


def test_planted_unproven_code_is_caught(plant: Plant) -> None:
    tree = plant(
        {
            "src/chargehand/contracts/codes/mach.py": 'X = "MACH.SPEED_ABOVE_MAX"\n',
            "src/chargehand/contracts/codes/req.py": 'X = "REQ.NOT_JSON"\n',
            "tests/test_a.py": 'assert code == "REQ.NOT_JSON"\n',
        }
    )
    assert [finding.message.split()[0] for finding in codes.unproven(tree, KNOWN)] == ["MACH.SPEED_ABOVE_MAX"]
