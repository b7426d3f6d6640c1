"""The written pages stay true: links, shown commands, named files, steps with their tests, decision records."""

from __future__ import annotations

import pytest

from tests.house.conftest import Plant
from tools.house import pages
from tools.house.tree import Tree

ADR = "# 0001 One\n\n" + "\n\n".join(f"{part}\n\nText." for part in pages.ADR_PARTS) + "\n"


def is_a_command(words: list[str]) -> bool:
    """Whether the command line would run something for these words; options of the program itself count."""
    from chargehand.cli.main import app

    if not words or words[0].startswith("-"):
        return True
    chain, apps, _ = app.parse_commands(words)
    return bool(chain) and apps[-1].default_command is not None


def test_links_in_docs_lead_somewhere(tree: Tree) -> None:
    assert pages.links(tree) == []


def test_commands_in_docs_exist(tree: Tree) -> None:
    assert pages.commands(tree, is_a_command) == []


@pytest.mark.parametrize("words", ["brew", "machine brew", "machine", "proposal submitt x.json"])
def test_planted_command_is_not_known(words: str) -> None:
    assert not is_a_command(words.split())


def test_architecture_names_files_that_exist(tree: Tree) -> None:
    assert pages.architecture(tree) == []
    assert sum(line.count("`") for _, line in tree.lines("ARCHITECTURE.md")) > 60


def test_contributing_steps_are_enforced(tree: Tree) -> None:
    assert pages.contributing(tree) == []
    assert tree.text("CONTRIBUTING.md").count("## How to add") >= 6


def test_contributing_names_files_that_exist(tree: Tree) -> None:
    assert pages.architecture(tree, "CONTRIBUTING.md") == []


def test_decision_records_keep_their_shape(tree: Tree) -> None:
    assert pages.decisions(tree) == []
    assert len(tree.match("adr/*.md")) >= 8


@pytest.mark.parametrize(
    "target", ["gone.md", "b.md#no-such-part", "#no-such-part", "../../outside.md", "picture.svg", "/docs/b.md"]
)
def test_planted_dead_link_is_caught(plant: Plant, target: str) -> None:
    files = {"docs/a.md": f"# Here\n\nSee [it]({target}).\n", "docs/b.md": "# There\n"}
    assert [finding.line for finding in pages.links(plant(files))] == [3]


def test_living_links_are_left_alone(plant: Plant) -> None:
    text = (
        "# Here we are\n[a](b.md) [b](b.md#there-it-is) [c](#here-we-are) [`d`](../README.md) ![e](p.svg) "
        "[f](https://example.org)\n\n```\n[g](gone.md)\n```\nand `[h](gone.md)`\n"
    )
    files = {"docs/a.md": text, "docs/b.md": "## There it is\n", "docs/p.svg": "", "README.md": ""}
    assert pages.links(plant(files)) == []


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        ("make run", 0),
        ("make run ARGS=--help && chargehand up --port 9000", 0),
        ("CHARGEHAND_URL=http://localhost chargehand up | head", 0),
        (".venv/bin/chargehand up  # serve, then make coffee", 0),
        ("make \\\n  coffee", 1),
        ("make coffee", 1),
        ("chargehand brew", 1),
        ("cat a.json | .venv/bin/chargehand brew -", 1),
    ],
)
def test_planted_unknown_command_is_caught(plant: Plant, line: str, faults: int) -> None:
    tree = plant({"README.md": f"```sh\n{line}\n```\n", "Makefile": "run: ## serve\n"})
    assert len(pages.commands(tree, lambda words: words[0] == "up")) == faults


def test_output_in_a_console_block_is_no_command(plant: Plant) -> None:
    tree = plant({"a.md": "```console\n$ make run\nmake coffee\n```\n```\nmake coffee\n```\n", "Makefile": "run: ##\n"})
    assert pages.commands(tree, lambda _: True) == []


def test_planted_missing_path_is_caught(plant: Plant) -> None:
    text = "`api/app.py` and `docs/a.md`\n`api/gone.py`, `kernel/sql/*`\n"
    tree = plant({"ARCHITECTURE.md": text, "src/chargehand/api/app.py": "", "docs/a.md": ""})
    assert [finding.line for finding in pages.architecture(tree)] == [2]


@pytest.mark.parametrize(
    ("steps", "faults"),
    [
        ("1. Write it; `tests/test_a.py::test_a`.\n", 0),
        ("1. Write it.\n", 1),
        ("1. Write it; `tests/test_a.py::test_gone`.\n", 1),
        ("".join(f"{count}. So; `tests/test_a.py::test_a`.\n" for count in range(1, 10)), 1),
    ],
)
def test_planted_loose_step_is_caught(plant: Plant, steps: str, faults: int) -> None:
    text = f"## Map\n\n1. Not a step of a recipe.\n\n## How to add a thing\n\n{steps}"
    tree = plant({"CONTRIBUTING.md": text, "tests/test_a.py": "def test_a() -> None: ...\n"})
    assert len(pages.contributing(tree)) == faults


@pytest.mark.parametrize(
    "files",
    [
        {"adr/0002-two.md": ADR},
        {"adr/0001-one.md": ADR + "\n" * 61},
        {"adr/0001-one.md": ADR.replace("## Consequences", "## Results")},
    ],
)
def test_planted_misshapen_decision_is_caught(plant: Plant, files: dict[str, str]) -> None:
    assert len(pages.decisions(plant(files))) == 1
