"""The repository as the house rules see it, and small trees in which a violation is planted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.house.tree import Tree

Plant = Callable[[dict[str, str]], Tree]


@pytest.fixture(scope="session")
def tree(repository: Path) -> Tree:
    """This repository."""
    return Tree(repository)


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """Makes a tree of files from their texts by path."""

    def planted(files: dict[str, str]) -> Tree:
        for path, text in files.items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        return Tree(tmp_path)

    return planted
