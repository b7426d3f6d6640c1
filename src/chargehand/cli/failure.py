"""Failures on the command line: which exit code each is, and how it is told. Always a code, what happened, what to do.

Told on standard error, so that standard output holds data or nothing; as one JSON object where `--json` was asked for.
"""

from __future__ import annotations

import sys
import traceback
from typing import Any

OK = 0
FAILED = 1
USAGE = 2
DENIED = 3
NEEDS_APPROVAL = 4
CONFLICT = 5
UNREACHABLE = 6
CHECK_FAILED = 7
INTERRUPTED = 130

_BY_CODE = {
    "ENG.UNREACHABLE": UNREACHABLE,
    "ENG.STOPPING": UNREACHABLE,
    "REQ.PARAMETER_INVALID": USAGE,
    "REQ.CURSOR_INVALID": USAGE,
    "GATE.REASON_REQUIRED": USAGE,
    "GATE.APPROVAL_REQUIRED": NEEDS_APPROVAL,
    "GATE.APPROVAL_PENDING": NEEDS_APPROVAL,
    "GATE.APPROVAL_DENIED": DENIED,
    "GATE.RECHECK_REFUSED": DENIED,
    "GATE.VERDICT_NOT_PERMITTING": DENIED,
}
_CONFLICT_STATUS = (409, 412)


class Refusal(Exception):  # noqa: N818 - the command refuses
    """A command cannot do what it was asked.

    Attributes:
        code: reason code.
        detail: what happened.
        hint: what to do.
        exit_code: how the process ends.
    """

    def __init__(self, code: str, detail: str, hint: str, exit_code: int = FAILED) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.hint = hint
        self.exit_code = exit_code


def told(error: Exception, *, as_json: bool) -> int:
    """Tell a failure and give its exit code."""
    code = getattr(error, "code", None)
    if not isinstance(code, str):
        return _unexpected(error, as_json=as_json)
    detail = getattr(error, "detail", None) or str(error)
    hint = getattr(error, "hint", None) or "Look at `chargehand doctor`."
    more = {
        "request_id": getattr(error, "request_id", None),
        "reason_codes": getattr(error, "reason_codes", None),
    }
    _tell(code, detail, hint, as_json=as_json, **more)
    return exit_code(error)


def exit_code(error: Exception) -> int:
    """The exit code of an error that carries a reason code."""
    if isinstance(error, Refusal):
        return error.exit_code
    found = _BY_CODE.get(getattr(error, "code", ""))
    if found is not None:
        return found
    return CONFLICT if getattr(error, "status", None) in _CONFLICT_STATUS else FAILED


def usage(message: str, command: str, *, as_json: bool) -> int:
    """Tell that a command was not understood; 2."""
    _tell("REQ.PARAMETER_INVALID", message, f"See `{command} --help`.", as_json=as_json)
    return USAGE


def _unexpected(error: Exception, *, as_json: bool) -> int:
    last = traceback.extract_tb(error.__traceback__)[-1:]
    where = "".join(f" ({frame.filename.rpartition('/')[2]}:{frame.lineno})" for frame in last)
    detail = f"{type(error).__name__}: {error}{where}"
    _tell("ENG.INTERNAL", detail, "This is a defect of the command line: please report it.", as_json=as_json)
    return FAILED


def _tell(code: str, detail: str, hint: str, *, as_json: bool, **more: Any) -> None:
    given = {name: value for name, value in more.items() if value}
    if as_json:
        import msgspec

        text = msgspec.json.encode(
            {"schema_version": 1, "code": code, "detail": detail, "hint": hint, **given}
        ).decode()
    else:
        lines = [f"{code}: {detail}", f"  what to do: {hint}"]
        others = [other for other in given.get("reason_codes", []) if other != code]
        if others:
            lines.append(f"  reasons: {', '.join(others)}")
        if "request_id" in given:
            lines.append(f"  request: {given['request_id']}")
        text = "\n".join(lines)
    print(text, file=sys.stderr)
