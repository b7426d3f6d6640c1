"""The action of a `tool.call`, read field by field. Whether the policy lets it happen is for `checks_call.py`."""

from __future__ import annotations

from typing import Any

import msgspec

from chargehand.auditor.finding import Finding, supply
from chargehand.auditor.quantity import closed_record, wrong_type
from chargehand.contracts.proposal import ToolCall

PATHS_MAX = 1000
"""Most paths that one call may name."""

_FIELDS = frozenset(ToolCall.__struct_fields__)
_TEXTS = ("host", "command", "cwd", "run_id")


class Call(msgspec.Struct, kw_only=True):
    """A tool call as far as it could be read.

    Attributes:
        tool: the tool, or None if it cannot be told.
        arguments: its arguments; empty if they cannot be read.
        paths: the paths as given.
        host: the host.
        command: the command line.
        cwd: the folder it starts in, as given.
    """

    tool: str | None
    arguments: dict[str, Any]
    paths: list[str]
    host: str | None = None
    command: str | None = None
    cwd: str | None = None


def read_call(action: Any, found: list[Finding]) -> Call | None:
    """The call, or None if the action is no record at all. What is wrong goes to `found`."""
    if type(action) is not dict:
        found.append(wrong_type("action", "/action", action, "object"))
        return None
    if not action.keys() <= _FIELDS:
        closed_record(action, "/action", _FIELDS, frozenset(), found)
    tool = action.get("tool")
    if type(tool) is not str:
        found.append(_missing_tool() if tool is None else wrong_type("tool", "/action/tool", tool, "string"))
        tool = None
    texts: dict[str, str | None] = {}
    for name in _TEXTS:
        value = action.get(name)
        if value is not None and type(value) is not str:
            found.append(wrong_type(name, f"/action/{name}", value, "string"))
            value = None
        texts[name] = value
    arguments = action.get("arguments", {})
    if type(arguments) is not dict:
        found.append(wrong_type("arguments", "/action/arguments", arguments, "object"))
        arguments = {}
    return Call(
        tool=tool,
        arguments=arguments,
        paths=_read_paths(action.get("paths", []), found),
        host=texts["host"],
        command=texts["command"],
        cwd=texts["cwd"],
    )


def _read_paths(paths: Any, found: list[Finding]) -> list[str]:
    if type(paths) is not list or len(paths) > PATHS_MAX:
        found.append(wrong_type("paths", "/action/paths", paths, f"array of at most {PATHS_MAX} strings"))
        return []
    for place, path in enumerate(paths):
        if type(path) is not str:
            found.append(wrong_type("paths", f"/action/paths/{place}", path, "string"))
    return [path for path in paths if type(path) is str]


def _missing_tool() -> Finding:
    return Finding(code="PROP.FIELD_MISSING", path="/action/tool", field="tool", remedies=supply("/action/tool"))
