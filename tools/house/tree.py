"""The repository as the rules see it: the files that git would take, their text and their syntax, each read once.

It refuses to see what is ignored or built. Without git (an unpacked sdist, a planted tree) it walks the folders and
leaves out the names in `IGNORED`.
"""

from __future__ import annotations

import ast
import os
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

IGNORED = frozenset({".git", ".venv", "node_modules", "build", "dist", "data", "__pycache__"})


class Finding(NamedTuple):
    """One thing that is wrong: where, and what."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class Tree:
    """The files under `root`, by their path from there with forward slashes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._texts: dict[str, str] = {}
        self._modules: dict[str, ast.Module] = {}

    @cached_property
    def files(self) -> list[str]:
        """Every file, sorted."""
        listed = self._from_git() if (self.root / ".git").exists() else None
        found = self._from_folders() if listed is None else listed
        return sorted(path for path in found if (self.root / path).is_file())

    def match(self, *patterns: str) -> list[str]:
        """Files whose path matches one of the shell patterns; `*` crosses folders."""
        return [path for path in self.files if any(fnmatchcase(path, pattern) for pattern in patterns)]

    def text(self, path: str) -> str:
        """A file's text; empty for a file that is not UTF-8 text."""
        if path not in self._texts:
            raw = (self.root / path).read_bytes()
            try:
                self._texts[path] = "" if b"\0" in raw else raw.decode("utf-8")
            except UnicodeDecodeError:
                self._texts[path] = ""
        return self._texts[path]

    def lines(self, path: str) -> Iterator[tuple[int, str]]:
        """The lines of a file, counted from 1."""
        return enumerate(self.text(path).splitlines(), start=1)

    def module(self, path: str) -> ast.Module:
        """The syntax tree of a Python file.

        Raises:
            SyntaxError: it does not parse.
        """
        if path not in self._modules:
            self._modules[path] = ast.parse(self.text(path), filename=path)
        return self._modules[path]

    def has(self, path: str) -> bool:
        """Whether a file or folder stands at this path."""
        return (self.root / path).exists()

    def _from_git(self) -> list[str] | None:
        command = ["git", "-C", str(self.root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        try:
            listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        except (OSError, subprocess.CalledProcessError):
            return None
        return [path for path in listed.split("\0") if path]

    def _from_folders(self) -> list[str]:
        found = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if name not in IGNORED and not name.endswith("_cache")]
            found += [(Path(folder) / name).relative_to(self.root).as_posix() for name in names]
        return found
