"""Help answers for every command, with an example, without loading what only the command needs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cyclopts import App

from chargehand import __version__
from chargehand.cli.main import app
from tests.surfaces.command import Chargehand, chargehand

__all__ = ["chargehand"]

PROMISED = {
    "up",
    "demo",
    "doctor",
    "login",
    "machine list",
    "machine show",
    "machine watch",
    "machine limits",
    "tool list",
    "material list",
    "proposal submit",
    "proposal list",
    "proposal show",
    "decision list",
    "decision show",
    "decision explain",
    "decision permit",
    "decision execute",
    "approval list",
    "approval show",
    "approval approve",
    "approval deny",
    "approval rework",
    "policy check",
    "policy check-program",
    "program put",
    "program list",
    "program show",
    "program get",
    "policy show",
    "policy list",
    "reasons list",
    "reasons show",
    "ledger checkpoint",
    "ledger verify",
    "ledger prove",
    "ledger consistency",
    "ledger export",
    "event tail",
    "principal add",
    "principal list",
    "principal revoke",
}
HEAVY = ("httpx", "starlette", "uvicorn", "structlog", "apsw", "cryptography", "asyncio", "chargehand.sdk", "msgspec")


def commands(parent: App = app, words: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command, as its words."""
    for name in parent:
        if name.startswith("-"):
            continue
        found = parent[name]
        if found.default_command is not None:
            yield " ".join((*words, name))
        else:
            yield from commands(found, (*words, name))


COMMANDS = sorted(commands())


def test_every_promised_command_is_there() -> None:
    assert set(COMMANDS) >= PROMISED


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_has_usage_and_an_example_of_itself(command: str, chargehand: Chargehand) -> None:
    said = chargehand(*command.split(), "--help")
    assert said.code == 0
    assert said.err == ""
    assert f"Usage: chargehand {command}" in said.out
    assert re.search(rf"^Example: .*\bchargehand {command}\b", said.out, re.MULTILINE), said.out
    assert "options:" not in said.out
    for line in re.findall(r"--[a-z-]+.*", said.out):
        assert "--no-json" not in line


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in ("up", "demo")])
def test_every_command_takes_the_options_that_are_taken_everywhere(command: str, chargehand: Chargehand) -> None:
    out = chargehand(*command.split(), "--help").out
    for option in ("--url", "--data", "--token", "--json"):
        assert option in out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_parameter_is_explained(command: str, chargehand: Chargehand) -> None:
    out = chargehand(*command.split(), "--help").out
    rows = [line for line in out.splitlines() if re.match(r"^│ +\*? +(--|[A-Z][A-Z -]+ {2})", line)]
    for row in rows:
        assert re.search(r"[a-z]{3}", re.sub(r"--[a-z-]+|\[[^\]]*\]", "", row)), row


def test_help_of_the_whole_names_every_noun_and_the_exit_codes(chargehand: Chargehand) -> None:
    said = chargehand("--help")
    for noun in {name.split()[0] for name in PROMISED}:
        assert re.search(rf"^│ {noun} +\w", said.out, re.MULTILINE)
    assert "3 denied" in said.out
    assert chargehand().out == said.out


def test_help_of_a_noun_lists_its_verbs(chargehand: Chargehand) -> None:
    out = chargehand("ledger", "--help").out
    for verb in ("checkpoint", "verify", "prove", "consistency", "export"):
        assert verb in out


def test_version(chargehand: Chargehand) -> None:
    said = chargehand("--version")
    assert (said.code, said.out, said.err) == (0, f"{__version__}\n", "")


def loaded_by(*words: str) -> set[str]:
    """Modules that a fresh interpreter has loaded after a command."""
    script = (
        "import sys\nfrom chargehand.cli.main import run\n"
        "code = run(sys.argv[1:])\nprint('\\n' + '\\n'.join(sys.modules), file=sys.stderr)\nsys.exit(code)"
    )
    ran = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=True)
    return set(ran.stderr.split())


@pytest.mark.parametrize("words", [["--help"], ["--version"], []], ids=["help", "version", "nothing"])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    found = loaded_by(*words)
    assert not found & set(HEAVY)
    ours = {name for name in found if name.startswith("chargehand")}
    assert ours == {"chargehand", "chargehand.cli", "chargehand.cli.main", "chargehand.cli.failure"}


@pytest.mark.parametrize("words", [["up", "--help"], ["proposal", "--help"], ["proposal", "submit", "--help"]])
def test_help_of_a_command_loads_neither_engine_nor_network(words: list[str]) -> None:
    found = loaded_by(*words)
    assert not found & {"httpx", "starlette", "uvicorn", "apsw", "cryptography", "chargehand.server", "chargehand.sdk"}


def test_a_pure_command_loads_neither_engine_nor_network() -> None:
    found = loaded_by("reasons", "list", "--json")
    assert not found & {"httpx", "starlette", "uvicorn", "apsw", "cryptography", "chargehand.kernel", "chargehand.sdk"}


@pytest.mark.parametrize(
    ("words", "near", "hint"),
    [
        (["machin", "list"], "machine", "chargehand --help"),
        (["machine", "lst"], "list", "chargehand machine --help"),
        (["brew"], "Available commands", "chargehand --help"),
        (["reasons", "list", "--famly", "MACH"], "--family", "chargehand reasons list --help"),
        (["machine", "show"], "MACHINE", "chargehand machine show --help"),
        (["ledger", "prove", "ten"], "ten", "chargehand ledger prove --help"),
        (["decision", "list", "--verdict", "maybe"], "deny", "chargehand decision list --help"),
        (["approval", "deny", "apr_1"], "reason", "chargehand approval deny --help"),
        (["principal", "add", "x"], "role", "chargehand principal add --help"),
        (["machine", "show", "A", "B"], "B", "chargehand machine show --help"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_not_understood_is_usage_with_a_suggestion(
    words: list[str], near: str, hint: str, chargehand: Chargehand
) -> None:
    said = chargehand(*words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("REQ.PARAMETER_INVALID: ")
    assert near in said.err
    assert f"See `{hint}`" in said.err


def test_module_is_the_command_too() -> None:
    ran = subprocess.run([sys.executable, "-m", "chargehand", "--version"], capture_output=True, text=True, check=True)
    assert ran.stdout == f"{__version__}\n"


def test_readme_shows_commands_that_exist(repository: Path) -> None:
    text = (repository / "README.md").read_text("utf-8")
    shown = set(re.findall(r"^(?:\$ )?(?:\.venv/bin/)?chargehand ((?:[a-z]+)(?: [a-z]+)?)", text, re.MULTILINE))
    assert shown
    for words in shown:
        assert words in COMMANDS or words.split()[0] in COMMANDS, words
