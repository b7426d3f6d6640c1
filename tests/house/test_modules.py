"""Every module is reached by the product, and everything public says what it is."""

from __future__ import annotations

import pytest

from tests.house.conftest import Plant
from tools.house import modules
from tools.house.tree import Tree

ROOM = '"""A room."""\n'


def test_every_module_is_reached(tree: Tree) -> None:
    assert modules.dead(tree) == []


def test_everything_public_is_documented(tree: Tree) -> None:
    assert modules.undocumented(tree) == []


@pytest.mark.parametrize(
    "reach",
    [
        "import chargehand.fleet.shdr",
        "from chargehand.fleet import shdr",
        "from chargehand.fleet.shdr import parse",
        "from . import shdr",
        "def late() -> None:\n    from .shdr import parse",
        'LAZY = "chargehand.fleet.shdr:parse"',
    ],
)
def test_reached_module_lives(plant: Plant, reach: str) -> None:
    tree = plant(
        {
            "src/chargehand/__init__.py": "import chargehand.fleet.fleet",
            "src/chargehand/fleet/__init__.py": ROOM,
            "src/chargehand/fleet/fleet.py": reach,
            "src/chargehand/fleet/shdr.py": ROOM,
        }
    )
    assert modules.dead(tree) == []


def test_planted_dead_module_is_caught(plant: Plant) -> None:
    tree = plant(
        {
            "src/chargehand/__init__.py": "",
            "src/chargehand/shdr.py": "from chargehand import shdr",
            "src/chargehand/testing/world.py": "",
            "tests/test_shdr.py": "import chargehand.shdr",
        }
    )
    assert [finding.path for finding in modules.dead(tree)] == ["src/chargehand/shdr.py"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x = 1\n", 1),
        (ROOM + "def open_room(): ...\n", 2),
        (ROOM + "class Room:\n    '''A room.'''\n    def open(self): ...\n", 4),
        (ROOM + "class Room(msgspec.Struct):\n    '''A room.'''\n    doors: int\n", 4),
    ],
)
def test_planted_silence_is_caught(plant: Plant, text: str, line: int) -> None:
    found = modules.undocumented(plant({"src/chargehand/contracts/room.py": text}))
    assert [finding.line for finding in found] == [line]


def test_private_names_may_be_silent(plant: Plant) -> None:
    text = ROOM + "class _Room:\n    def open(self): ...\ndef _close(): ...\n"
    assert modules.undocumented(plant({"src/chargehand/room.py": text})) == []
