"""The front door: every promised target is there and explained, and the CI runs the README's test command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.conftest import Plant
from tools.house import makefile, pages
from tools.house.tree import Tree


def test_every_promised_target_is_there_and_explained(tree: Tree) -> None:
    assert makefile.findings(tree) == []


def test_ci_runs_exactly_the_readme_test_command(tree: Tree) -> None:
    shown = [line.partition(" #")[0].strip() for _, line in pages.shell_lines(tree, "README.md")]
    assert makefile.ci_commands(tree) == ["make test"]
    assert "make test" in shown


def test_ci_script_fails_early_and_is_executable(repository: Path) -> None:
    script = repository / ".ci" / "run"
    assert os.access(script, os.X_OK)
    lines = script.read_text().splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in lines


def test_planted_missing_and_mute_targets_are_caught(plant: Plant) -> None:
    text = "".join(f"{name}: ## does it\n" for name in sorted(makefile.PROMISED - {"soak"})) + "mute:\n"
    found = [finding.message for finding in makefile.findings(plant({"Makefile": text}))]
    assert found == ["target soak is missing", "target mute has no help text"]


def test_planted_second_ci_command_is_seen(plant: Plant) -> None:
    tree = plant({".ci/run": "#!/usr/bin/env bash\nset -euo pipefail\ncd here\nmake test\ntrue\n"})
    assert makefile.ci_commands(tree) == ["make test", "true"]


@pytest.mark.parametrize("target", sorted(makefile.PROMISED))
def test_help_lists_the_target(repository: Path, target: str) -> None:
    listed = subprocess.run(["make", "help"], cwd=repository, capture_output=True, text=True, check=True).stdout
    assert any(line.split()[:1] == [target] for line in listed.splitlines())


def test_too_old_python_is_named(repository: Path, tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && { echo "Python 3.9.2"; exit 0; }\nexit 1\n')
    old.chmod(0o755)
    command = ["make", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}", "setup"]
    ran = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert ran.returncode != 0
    assert "needs Python 3.11 or newer; found: Python 3.9.2" in ran.stderr


def test_setup_is_instant_when_nothing_changed(repository: Path, tmp_path: Path) -> None:
    asked = ["make", "--no-print-directory", "-n", f"VENV={tmp_path / 'venv'}", "setup"]
    first = subprocess.run(asked, cwd=repository, capture_output=True, text=True, check=True).stdout
    stamp = first.rstrip().rpartition(" ")[2]
    assert ".ready-" in stamp
    Path(stamp).parent.mkdir()
    Path(stamp).touch()
    second = subprocess.run(asked, cwd=repository, capture_output=True, text=True, check=True).stdout
    assert "pip install" in first
    assert "pip install" not in second


@pytest.mark.parametrize("path", ["requirements/dev.txt", "pyproject.toml"])
def test_environment_is_made_again_when_what_it_was_made_from_changes(
    repository: Path, tmp_path: Path, path: str
) -> None:
    for copied in ("Makefile", "requirements/dev.txt", "pyproject.toml"):
        (tmp_path / copied).parent.mkdir(exist_ok=True)
        shutil.copy2(repository / copied, tmp_path / copied)

    def stamp() -> str:
        asked = ["make", "--no-print-directory", "-n", "setup"]
        said = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        return said.rstrip().rpartition(" ")[2]

    before = stamp()
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "main.ts").write_text("changed", "utf-8")
    assert stamp() == before
    (tmp_path / path).write_text("changed", "utf-8")
    assert stamp() != before


class Environment:
    """An environment that is ready, with a Python that notes its arguments and answers as it is told."""

    def __init__(self, repository: Path, folder: Path, answers: dict[str, list[int]]) -> None:
        self._repository, self._venv, self._log = repository, folder / "venv", folder / "asked"
        (self._venv / "bin").mkdir(parents=True)
        for program in ("python", "chargehand"):
            self._plant(self._venv / "bin" / program, answers)
        asked = ["make", "--no-print-directory", "-n", f"VENV={self._venv}", "setup"]
        said = subprocess.run(asked, cwd=repository, capture_output=True, text=True, check=True).stdout
        Path(said.rstrip().rpartition(" ")[2]).touch()

    def make(self, *goals: str, **environment: str) -> int:
        """Exit status of a make."""
        command = ["make", "--no-print-directory", f"VENV={self._venv}", *goals]
        known = {name: value for name, value in os.environ.items() if not name.startswith(("CHARGEHAND_", "MAKE"))}
        env = known | environment
        return subprocess.run(command, cwd=self._repository, env=env, capture_output=True, check=False).returncode

    def asked(self) -> list[str]:
        """What its programs were asked, in order."""
        return self._log.read_text("utf-8").splitlines()

    def _plant(self, path: Path, answers: dict[str, list[int]]) -> None:
        text = (
            f"#!{sys.executable} -S\nimport sys, pathlib\n"
            f"log = pathlib.Path({str(self._log)!r})\nasked = {path.name!r} + ' ' + ' '.join(sys.argv[1:])\n"
            "with log.open('a') as file: file.write(asked + '\\n')\n"
            "times = log.read_text().splitlines().count(asked)\n"
            f"sys.exit(next((given[times - 1] for words, given in {answers!r}.items() if words in asked), 0))\n"
        )
        path.write_text(text, "utf-8")
        path.chmod(0o755)


NODE = "python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/node.txt"
BUILD = "python -m tools.ui_build"


def test_node_is_installed_where_it_is_needed_and_missing(repository: Path, tmp_path: Path) -> None:
    environment = Environment(repository, tmp_path, {"tools.ui_build": [3, 0]})
    assert environment.make("run") == 0
    assert environment.asked() == [BUILD, NODE, BUILD, "chargehand up"]


def test_node_is_not_installed_where_it_is_at_hand(repository: Path, tmp_path: Path) -> None:
    environment = Environment(repository, tmp_path, {"tools.ui_build": [0]})
    assert environment.make("run") == 0
    assert environment.asked() == [BUILD, "chargehand up"]


def test_build_that_fails_ends_the_run(repository: Path, tmp_path: Path) -> None:
    environment = Environment(repository, tmp_path, {"tools.ui_build": [1]})
    assert environment.make("run") != 0
    assert environment.asked() == [BUILD]


def test_web_checks_types_tests_and_generated_files(repository: Path, tmp_path: Path) -> None:
    environment = Environment(repository, tmp_path, {})
    assert environment.make("web") == 0
    scripts = ["check", "test", "generate -- --check"]
    assert environment.asked() == [BUILD, *(f"{BUILD} --run {script}" for script in scripts)]


def test_everything_runs_the_browser_in_a_process_of_its_own(repository: Path, tmp_path: Path) -> None:
    environment = Environment(repository, tmp_path, {})
    browser = {"CHROMIUM": sys.executable}
    for program in ("ruff", "lint-imports"):
        shutil.copy2(tmp_path / "venv/bin/python", tmp_path / "venv/bin" / program)
    assert environment.make("test", **browser) == 0
    asked = environment.asked()
    main = asked.index("python -m pytest -p no:playwright --ignore=tests/browser")
    assert asked.index("python -m pytest tests/browser") > main
    assert asked.index(BUILD) < main
    assert f"{BUILD} --run check" in asked
    assert environment.make("browser", CHARGEHAND_SKIP_UI="1", **browser) == 0
    assert environment.asked()[-1] == BUILD


@pytest.mark.parametrize(("ci", "exit_code"), [("", 0), ("1", 1)])
def test_missing_chromium_is_said_and_fails_the_ci(repository: Path, tmp_path: Path, ci: str, exit_code: int) -> None:
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n", "utf-8")
    (tmp_path / "id").chmod(0o755)
    command = ["/bin/sh", "tools/chromium.sh"]
    given = {"PATH": str(tmp_path), "CI": ci, "CHROMIUM": str(tmp_path / "none")}
    ran = subprocess.run(command, cwd=repository, env=given, capture_output=True, text=True, check=False)
    assert ran.returncode == exit_code
    assert "no Chromium: install one, or name it" in ran.stderr


def test_chromium_that_is_there_is_enough(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "chromium").write_text("#!/bin/sh\n", "utf-8")
    (tmp_path / "chromium").chmod(0o755)
    for given in ({"PATH": str(tmp_path)}, {"PATH": "", "CHROMIUM": str(tmp_path / "chromium")}):
        command = ["/bin/sh", "tools/chromium.sh"]
        ran = subprocess.run(command, cwd=repository, env={"CI": "1", **given}, capture_output=True, check=False)
        assert (ran.returncode, ran.stderr) == (0, b"")


def test_chromium_is_installed_on_debian_as_root(repository: Path, tmp_path: Path) -> None:
    for name, text in {"id": "echo 0", "apt-get": f'echo "$@" >> "{tmp_path}/asked"'}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    command = ["/bin/sh", "tools/chromium.sh"]
    given = {"PATH": str(tmp_path), "CI": "1"}
    ran = subprocess.run(command, cwd=repository, env=given, capture_output=True, check=False)
    assert ran.returncode == 0
    update, install = (tmp_path / "asked").read_text("utf-8").splitlines()
    assert update.startswith("update")
    assert install.startswith("install -y")
    assert " chromium fonts-" in install
