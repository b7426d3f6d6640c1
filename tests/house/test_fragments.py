"""Changelog fragments are what towncrier and a user can read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.conftest import Plant
from tools.house import fragments
from tools.house.tree import Tree

CHANGELOG = {"CHANGELOG.md": fragments.START + "\n"}


def test_fragments_are_well_formed(tree: Tree) -> None:
    assert fragments.findings(tree) == []


def test_towncrier_reads_every_fragment(repository: Path, tree: Tree) -> None:
    command = [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "0.0.0", "--date", "2026-01-01"]
    draft = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True).stdout
    for path in tree.match("changes/*.md"):
        assert tree.text(path).split()[0] in draft, path


@pytest.mark.parametrize("name", ["2.added.md", "2.contract.1.md", "+typing.fixed.md"])
def test_sound_fragment_is_accepted(plant: Plant, name: str) -> None:
    assert fragments.findings(plant({**CHANGELOG, f"changes/{name}": "A thing works now.\n"})) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("2.feature.md", "A thing works."),
        ("added.md", "A thing works."),
        ("2.added.md", "A thing works"),
        ("2.added.md", "# A thing works."),
        ("2.added.md", "A thing works. " * 60),
    ],
)
def test_planted_bad_fragment_is_caught(plant: Plant, name: str, text: str) -> None:
    assert len(fragments.findings(plant({**CHANGELOG, f"changes/{name}": text}))) == 1


def test_planted_lost_place_is_caught(plant: Plant) -> None:
    assert len(fragments.findings(plant({"CHANGELOG.md": "# Changes\n"}))) == 1
