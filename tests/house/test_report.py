"""`make house` hears every rule, and sees exactly the files that git would take."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.house.conftest import Plant
from tools.house.__main__ import findings
from tools.house.makefile import PROMISED
from tools.house.tree import Finding, Tree

SOUND = {
    "Makefile": "".join(f"{name}: ## does it\n" for name in sorted(PROMISED)),
    "CHANGELOG.md": "<!-- towncrier release notes start -->\n",
    "ARCHITECTURE.md": "",
    "CONTRIBUTING.md": "",
    "docs/from-the-plans.md": "",
    "src/chargehand/__init__.py": '"""Sound."""\n',
}
PLANTED = {
    "Makefile": "help: ## list\n",
    "CHANGELOG.md": "",
    "ARCHITECTURE.md": "`kernel/gone.py`\n",
    "CONTRIBUTING.md": "## How to add a thing\n\n1. Just do it.\n",
    "docs/from-the-plans.md": "| a gate | a door | obvious |\n",
    "docs/links.md": "[gone](gone.md)\n",
    "adr/0001-one.md": "# One\n",
    "src/chargehand/__init__.py": "import chargehand.utils\nTEXT = 'SELECT id FROM lease'\n",
    "src/chargehand/utils.py": '"""A name that says nothing."""\n',
    "src/chargehand/dead.py": '"""Nobody imports it."""\n',
    "tests/test_long.py": "x = 1\n" * 501,
    "web/src/loose.ts": "let found: an" + "y;\n",
    "tests/test_sleep.py": "import time\ntime.sle" + "ep(1)\n",
}


def test_sound_tree_has_nothing_to_report(plant: Plant) -> None:
    assert findings(plant(SOUND)) == []


def test_every_rule_is_heard(plant: Plant) -> None:
    heard = {finding.path for finding in findings(plant(PLANTED))}
    assert heard == set(PLANTED)


def test_finding_reads_as_a_place_in_a_file() -> None:
    assert str(Finding("src/a.py", 7, "too long")) == "src/a.py:7: too long"


def test_tree_sees_what_git_would_take(plant: Plant) -> None:
    files = {".gitignore": "*.log\n", "kept.txt": "a", "run.log": "b", "new.txt": "c"}
    root = plant(files).root
    git = ["git", "-C", str(root)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "kept.txt"], check=True)
    assert Tree(root).files == [".gitignore", "kept.txt", "new.txt"]
    (root / "kept.txt").unlink()
    assert Tree(root).files == [".gitignore", "new.txt"]


def test_tree_without_git_leaves_out_what_is_built(plant: Plant) -> None:
    files = {"src/a.py": "", ".venv/b.py": "", "src/__pycache__/a.pyc": "", ".mypy_cache/c": "", "dist/d.whl": ""}
    assert plant(files).files == ["src/a.py"]


def test_binary_file_has_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\xff\xfe\x00")
    assert Tree(tmp_path).text("a.bin") == ""
