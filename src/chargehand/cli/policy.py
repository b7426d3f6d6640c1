"""`chargehand policy`: check a policy file before it is used, and read what the engine has loaded."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from chargehand.cli import failure, screen
from chargehand.cli.engine import connected
from chargehand.cli.noun import noun
from chargehand.cli.options import DEFAULT, Options
from chargehand.contracts.page import Page
from chargehand.contracts.policy import PolicyRecord
from chargehand.contracts.problems import RequestError
from chargehand.contracts.program import PROGRAM_BYTES_MAX

app = noun("policy")


@app.command
def check(file: Path, /, *, cards: Path | None = None, options: Options = DEFAULT) -> int:
    """Check a policy file without an engine. Exit code 7 if it would be refused.

    Example: chargehand policy check policy.toml

    Args:
        file: the policy, TOML.
        cards: folder with more machine, tool and material cards that the policy speaks of.
    """
    from chargehand.cli import local

    if not file.is_file():
        raise failure.Refusal("ENG.POLICY_INVALID", f"{file}: no such file", "Name a policy file.", failure.USAGE)
    report = local.check_policy(file, cards)
    if options.json:
        screen.json_record(report)
    else:
        _show_report(report)
    return failure.OK if report["ok"] else failure.CHECK_FAILED


@app.command(name="check-program")
def check_program(
    file: Path,
    /,
    *,
    machine: str,
    tool: str,
    material: str,
    offset: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    stock: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    cards: Path | None = None,
    options: Options = DEFAULT,
) -> int:
    """Judge a part program without an engine, as a proposal to load it would be. Exit code 3 if it would be denied.

    Example: chargehand policy check-program part.ngc --machine CNC-001 --tool EM12-4 --material steel-qt-250hb

    Args:
        file: the program.
        machine: machine it is to run on.
        tool: cutting tool in the spindle.
        material: what is cut.
        offset: machine coordinates of G54's zero, X,Y,Z in mm; absent takes those of the machine's card.
        stock: two corners of the raw part in G54, X0,Y0,Z0,X1,Y1,Z1 in mm; absent means everything below Z0.
        cards: folder with more machine, tool and material cards.
    """
    from chargehand.cli import local

    zero, corners = _numbers("--offset", offset, 3), _numbers("--stock", stock, 6)
    try:
        with file.open("rb") as opened:
            text = opened.read(PROGRAM_BYTES_MAX + 1)
    except OSError as error:
        detail = f"{file}: {error.strerror}"
        raise failure.Refusal("REQ.PARAMETER_INVALID", detail, "Name a program file.", failure.USAGE) from error
    try:
        report = local.check_program(
            text,
            machine=machine,
            tool=tool,
            material=material,
            offset=None if zero is None else (zero[0], zero[1], zero[2]),
            stock=corners,
            cards=cards,
        )
    except RequestError as error:
        raise failure.Refusal(error.code, error.detail, error.hint, failure.USAGE) from error
    if options.json:
        screen.json_record(report)
    else:
        _show_program(file, report)
    return failure.OK if report["ok"] else failure.DENIED


@app.command(name="list")
def list_policies(*, limit: int | None = None, cursor: str | None = None, options: Options = DEFAULT) -> None:
    """List the policies that the engine has loaded.

    Example: chargehand policy list

    Args:
        limit: most policies to answer with.
        cursor: `next_cursor` of the page before.
    """
    with connected(options) as client:
        answer = client.raw("policy.list", limit=limit, cursor=cursor)
    if options.json:
        screen.json_object(answer.content)
        return
    page = msgspec.json.decode(answer.content, type=Page[PolicyRecord])
    screen.table(
        ("Policy", "Version", "Active", "Default", "Rules", "Tools", "Limits", "Digest"),
        [(p.name, p.version, p.active, p.default, p.rules, p.tools, p.limits, p.digest) for p in page.items],
        empty="no policy",
    )
    screen.more(page.next_cursor)


@app.command
def show(name: str | None = None, /, *, options: Options = DEFAULT) -> None:
    """Show a policy as it was parsed.

    Example: chargehand policy show

    Args:
        name: its name; absent means the active one.
    """
    with connected(options) as client:
        wanted = name or next((p.name for p in client.policy.each() if p.active), None)
        if wanted is None:
            raise failure.Refusal("REQ.NOT_FOUND", "no policy is active", "Look at `chargehand policy list`.")
        answer = client.raw("policy.show", name=wanted)
    if options.json:
        screen.json_object(answer.content)
        return
    found = msgspec.json.decode(answer.content, type=PolicyRecord)
    _show_record(found)
    document = found.document or {}
    screen.table(
        ("Rule", "When", "Then"),
        [(rule.get("id"), _text(rule.get("when")), _then(rule)) for rule in document.get("rule", [])],
        empty="no rules",
    )
    screen.table(
        ("Limit", "Machine", "Field", "Min", "Max", "Unit"),
        _rows(document.get("limit", []), ("id", "machine", "field", "min", "max", "unit")),
        empty="no limits",
    )
    screen.table(
        ("Tool", "Effect", "Paths", "Hosts", "Commands"),
        _rows(document.get("tool", []), ("name", "effect", "paths", "hosts", "commands")),
        empty="no tools",
    )


def _show_report(report: dict[str, Any]) -> None:
    record = report["policy"]
    if isinstance(record, PolicyRecord):
        _show_record(record)
        screen.line("this policy can be used")
    else:
        defects = report["defects"]
        for defect in defects:
            where = defect["file"] if defect["line"] is None else f"{defect['file']}:{defect['line']}"
            screen.line(f"{where}: {defect['message']}")
        screen.note(f"ENG.POLICY_INVALID: {len(defects)} defects; an engine would not start with this file")
    for warning in report["warnings"]:
        screen.note(f"warning: {warning}")


def _show_program(file: Path, report: dict[str, Any]) -> None:
    findings, counts = report["findings"], report["counts"]
    if findings:
        screen.table(
            ("Line", "Code", "What", "Observed", "Limit"),
            [
                (
                    found["line"],
                    found["code"],
                    found["what"],
                    _figure(found["observed"] or found["field"], found["unit"]),
                    _figure(found["limit"], found["unit"]),
                )
                for found in findings
            ],
        )
    extent = report["extent"] or {}
    screen.facts(
        [
            ("program", f"{file.name}, sha256:{report['sha256']}"),
            ("on", f"{report['machine']} with {report['tool']} in {report['material']}"),
            ("blocks", f"{report['blocks']}, {report['moves']} moves"),
            *((axis, f"{screen.number(low)} to {screen.number(high)} mm") for axis, (low, high) in extent.items()),
            ("cutting", _figure(report["cut_mm"], "mm")),
            ("rapids", _figure(report["rapid_mm"], "mm")),
            ("time", _time(report["seconds"], report["planned_s"])),
        ]
    )
    total = sum(counts.values())
    if not total:
        screen.line("this program would not be denied")
    elif total > len(findings):
        screen.note(f"denied: {total} findings, of which the first {len(findings)} are shown")
    else:
        screen.note(f"denied: {total} findings")


def _time(seconds: float | None, planned_s: float | None) -> str | None:
    if planned_s is not None:
        return f"{planned_s / 60:.1f} min"
    return None if seconds is None else f"{seconds / 60:.1f} min, without acceleration"


def _figure(value: Any, unit: str | None) -> str:
    return "" if value is None else f"{screen.number(value)} {unit or ''}".rstrip()


def _numbers(option: str, text: str | None, count: int) -> tuple[float, ...] | None:
    """The finite numbers of an option, separated by commas; None if it was not given.

    Raises:
        Refusal: they are not as many, or not numbers.
    """
    if text is None:
        return None
    try:
        found = tuple(float(part) for part in text.split(","))
    except ValueError:
        found = ()
    if len(found) != count or not all(math.isfinite(number) for number in found):
        detail = f"{option} takes {count} numbers with commas between them, not {text!r}"
        raise failure.Refusal("REQ.PARAMETER_INVALID", detail, "Write X,Y,Z in mm.", failure.USAGE)
    return found


def _show_record(found: PolicyRecord) -> None:
    screen.facts(
        [
            ("policy", found.name),
            ("version", found.version),
            ("digest", found.digest),
            ("default", found.default),
            ("rules", f"{found.rules}, of which no index covers {found.residual_rules}"),
            ("tools", found.tools),
            ("limits", found.limits),
        ]
    )


def _rows(entries: list[dict[str, Any]], keys: tuple[str, ...]) -> list[list[Any]]:
    return [[entry.get(key) for key in keys] for entry in entries]


def _text(value: object) -> str:
    return "" if value is None else msgspec.json.encode(value).decode()


def _then(rule: dict[str, Any]) -> str:
    return ", ".join(
        key if value is True else f"{key} {value if isinstance(value, str) else _text(value)}"
        for key, value in rule.items()
        if key not in ("id", "when") and value not in (None, False)
    )
