"""`chargehand reasons`: what each reason code means. No engine is asked: the registry comes with the program."""

from __future__ import annotations

import msgspec

from chargehand.cli import failure, screen
from chargehand.cli.noun import noun
from chargehand.cli.options import DEFAULT, Options
from chargehand.contracts.reasons import FAMILIES, REGISTRY, reason_code

app = noun("reasons")


@app.command(name="list")
def list_reasons(*, family: str | None = None, options: Options = DEFAULT) -> None:
    """List the reason codes.

    Example: chargehand reasons list --family MACH

    Args:
        family: only this family, MACH.
    """
    if family is not None and family not in FAMILIES:
        known = ", ".join(FAMILIES)
        raise failure.Refusal(
            "REQ.PARAMETER_INVALID", f"no such family: {family!r}", f"The families are {known}.", failure.USAGE
        )
    found = [entry for entry in REGISTRY.values() if family in (None, entry.family)]
    if options.json:
        screen.json_record({"items": found, "next_cursor": None})
        return
    screen.table(
        ("Code", "Severity", "Try again", "Who acts", "What it means"),
        [(entry.code, entry.severity, entry.retry, entry.owner, entry.title) for entry in found],
        empty="no code in this family yet",
    )


@app.command
def show(code: str, /, *, options: Options = DEFAULT) -> None:
    """Show what a reason code means, and what to do.

    Example: chargehand reasons show MACH.SPEED_ABOVE_MAX

    Args:
        code: the code.
    """
    try:
        entry = reason_code(code)
    except KeyError:
        raise failure.Refusal("REQ.NOT_FOUND", f"no such reason code: {code!r}", _nearest(code)) from None
    if options.json:
        screen.json_line(msgspec.json.encode({"schema_version": 1, **msgspec.to_builtins(entry)}))
        return
    screen.facts(
        [
            ("code", entry.code),
            ("title", entry.title),
            ("what to do", entry.caller_text),
            ("for the operator", entry.operator_text),
            ("severity", entry.severity),
            ("try again", entry.retry),
            ("who acts", entry.owner),
            ("guards people, machine or workpiece", entry.safety_relevant or None),
            ("remedies", [kind for kind in entry.remedies if kind != "none"]),
            ("parameters", entry.params),
            ("given", entry.positive.when),
            ("not given", entry.negative.when),
            ("wire id", entry.wire_id),
            ("replaced by", entry.replaced_by),
            ("source", list(entry.references)),
        ]
    )


def _nearest(code: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(code.upper(), REGISTRY, n=3)
    return f"Did you mean {' or '.join(near)}?" if near else "Look at `chargehand reasons list`."
