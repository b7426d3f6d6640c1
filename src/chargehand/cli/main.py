"""`chargehand <noun> <verb>`: the table of commands, and the one place where anything becomes an exit code.

Commands are named here and imported when they are run, so that help answers at once. No error leaves as a traceback:
each says its code, what happened and what to do.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from chargehand import __version__
from chargehand.cli import failure

app = App(
    name="chargehand",
    version=__version__,
    version_flags=["--version"],
    help="One accountable hand in charge of autonomous work.\n\nExample: chargehand demo\nExample: chargehand up",
    help_format="plaintext",
    help_epilogue="Exit codes: 0 ok, 1 failure, 2 usage, 3 denied, 4 needs approval,\n"
    "5 conflict, 6 engine unreachable, 7 check failed, 130 interrupted.",
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)

_COMMANDS: dict[str, tuple[str, str, list[str]]] = {
    "up": (
        "chargehand.cli.up:up",
        "Run an engine: SQLite, three simulated machines, no keys. Its address goes to stdout.",
        ["up", "up --replay run.shdr.txt --devices Devices.xml --device OKUMA"],
    ),
    "demo": ("chargehand.cli.demo:demo", "The whole story in a minute, on a temporary engine.", ["demo --fast"]),
    "doctor": (
        "chargehand.cli.doctor:doctor",
        "Check this machine, the data folder and the engine. Exit code 1 if something fails.",
        ["doctor"],
    ),
    "login": ("chargehand.cli.login:login", "Get a one-time link that signs a browser in.", ["login"]),
    "machine": ("chargehand.cli.machine:app", "Machines and their telemetry.", ["machine list"]),
    "proposal": (
        "chargehand.cli.proposal:app",
        "Proposals: submit one, read them.",
        ["proposal submit proposal.json"],
    ),
    "decision": (
        "chargehand.cli.decision:app",
        "Verdicts: read, explain, execute.",
        ["decision list --verdict deny"],
    ),
    "approval": (
        "chargehand.cli.approval:app",
        "The inbox of what a person has to decide.",
        ["approval list --status pending"],
    ),
    "tool": ("chargehand.cli.tool:app", "Cutting tools: what their cards say.", ["tool list"]),
    "material": ("chargehand.cli.material:app", "Work materials: what their cards say.", ["material list"]),
    "program": (
        "chargehand.cli.program:app",
        "Part programs: store them, read them.",
        ["program put part.ngc"],
    ),
    "quarantine": (
        "chargehand.cli.quarantine:app",
        "What failed on a machine of the fleet and is barred.",
        ["quarantine list --status active"],
    ),
    "policy": (
        "chargehand.cli.policy:app",
        "Policies: check a file, read what is loaded.",
        ["policy check policy.toml"],
    ),
    "reasons": (
        "chargehand.cli.reasons:app",
        "Reason codes: what each one means.",
        ["reasons show MACH.SPEED_ABOVE_MAX"],
    ),
    "ledger": (
        "chargehand.cli.ledger:app",
        "The ledger: checkpoints, proofs, verification, export.",
        ["ledger verify export.jsonl"],
    ),
    "event": ("chargehand.cli.event:app", "The log as it grows.", ["event tail --types 'proposal.*'"]),
    "principal": ("chargehand.cli.principal:app", "Who may call.", ["principal add planner --role agent"]),
}
"""Where each command is, what it is for, and how it is used."""

for _place, (_name, (_path, _text, _examples)) in enumerate(_COMMANDS.items()):
    _lines = [_text, "", *(f"Example: chargehand {_example}" for _example in _examples)]
    app.command(_path, name=_name, help="\n".join(_lines), sort_key=_place)


def main() -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command; returns its exit code.

    Args:
        arguments: the words after `chargehand`.
    """
    words = list(arguments)
    as_json = "--json" in words or "--jsonl" in words
    try:
        code = app(words, exit_on_error=False, print_error=False)
        sys.stdout.flush()
    except CycloptsError as error:
        chain, _, _ = app.parse_commands(words)
        return failure.usage(str(error), " ".join(["chargehand", *chain]), as_json=as_json)
    except BrokenPipeError:
        # Whoever read our output has enough. Nothing may be flushed into the closed pipe at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return failure.OK
    except KeyboardInterrupt:
        return failure.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence against tracebacks
        return failure.told(error, as_json=as_json)
    return code if isinstance(code, int) else failure.OK
