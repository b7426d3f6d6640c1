"""Public names are frozen: nothing goes, nothing comes unseen, and importing the package stays light."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import chargehand
import chargehand.sdk

PACKAGE = {
    "AsyncClient",
    "Client",
    "ClientError",
    "EngineEvent",
    "GapFrame",
    "ProblemAnswer",
    "ProposalBody",
    "Quantity",
    "Unreachable",
    "Verdict",
    "__version__",
}
SDK = {
    "AccessProblem",
    "Answer",
    "AsyncClient",
    "Backoff",
    "BadArgument",
    "Client",
    "ClientError",
    "ConflictProblem",
    "DEFAULT_URL",
    "EngineProblem",
    "ProblemAnswer",
    "Received",
    "RequestProblem",
    "UnreadableAnswer",
    "Unreachable",
}


def loaded_by(statement: str) -> set[str]:
    """Modules that a fresh interpreter has loaded after a statement."""
    script = f"import sys\n{statement}\nprint('\\n'.join(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


def test_names_of_the_package_are_frozen() -> None:
    assert set(chargehand.__all__) == PACKAGE
    assert len(PACKAGE) <= 12
    assert set(dir(chargehand)) >= PACKAGE


def test_names_of_the_client_are_frozen() -> None:
    assert set(chargehand.sdk.__all__) == SDK


@pytest.mark.parametrize("name", sorted(PACKAGE | {"Client"}))
def test_every_name_of_the_package_is_there(name: str) -> None:
    assert getattr(chargehand, name) is not None


@pytest.mark.parametrize("name", sorted(SDK))
def test_every_name_of_the_client_is_there(name: str) -> None:
    assert getattr(chargehand.sdk, name) is not None


def test_a_name_that_is_none_is_refused_as_everywhere() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Moon'"):
        _ = chargehand.Moon  # type: ignore[attr-defined]


def test_the_stub_names_what_the_package_has(repository: Path) -> None:
    stub = (repository / "src" / "chargehand" / "__init__.pyi").read_text("utf-8")
    for name in PACKAGE - {"__version__"}:
        assert f"import {name} as {name}\n" in stub
    assert stub.count(" import ") == len(PACKAGE) - 1


def test_the_version_is_the_one_that_is_packaged(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))["project"]
    assert chargehand.__version__ == project["version"]


def test_importing_the_package_loads_nothing_else() -> None:
    found = loaded_by("import chargehand")
    assert {name for name in found if name.startswith("chargehand")} == {"chargehand"}
    assert not found & {"httpx", "msgspec", "starlette", "apsw"}


def test_the_client_loads_contracts_and_nothing_of_the_engine() -> None:
    found = loaded_by("import chargehand.sdk")
    rooms = {name.split(".")[1] for name in found if name.startswith("chargehand.")}
    assert rooms == {"contracts", "sdk"}
    assert not found & {"starlette", "uvicorn", "apsw", "structlog", "cyclopts"}
