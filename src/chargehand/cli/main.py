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
    help="One accountable hand in charge of autonomous work.",
    help_format="plaintext",
    help_epilogue="Example: chargehand demo\nExample: chargehand up\n\nExit codes: 0 ok, 1 failure, 2 usage, 3 denied, "
    "4 needs approval, 5 conflict, 6 engine unreachable, 7 check failed.",
    result_action="return_value",
)

_SINGLE = {
    "up": ("chargehand.cli.up:up", "Run an engine."),
    "demo": ("chargehand.cli.demo:demo", "The whole story in a minute, on a temporary engine."),
    "doctor": ("chargehand.cli.doctor:doctor", "Check this machine, the data folder and the engine."),
    "login": ("chargehand.cli.login:login", "Get a one-time link that signs a browser in."),
}
_NOUNS = {
    "machine": ("chargehand.cli.machine:app", "Machines and their telemetry."),
    "proposal": ("chargehand.cli.proposal:app", "Proposals: submit one, read them."),
    "decision": ("chargehand.cli.decision:app", "Verdicts: read, explain, execute."),
    "approval": ("chargehand.cli.approval:app", "The inbox of what a person has to decide."),
    "policy": ("chargehand.cli.policy:app", "Policies: check a file, read what is loaded."),
    "reasons": ("chargehand.cli.reasons:app", "Reason codes: what each one means."),
    "ledger": ("chargehand.cli.ledger:app", "The ledger: checkpoints, proofs, verification, export."),
    "event": ("chargehand.cli.event:app", "The log as it grows."),
    "principal": ("chargehand.cli.principal:app", "Who may call."),
}

for _name, (_path, _help) in _SINGLE.items():
    app.command(_path, name=_name, help=_help, sort_key=0)
for _name, (_path, _help) in _NOUNS.items():
    app.command(_path, name=_name, help=_help, sort_key=1)


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
