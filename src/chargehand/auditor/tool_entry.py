"""The `[[tool]]` tables of a policy: what a tool's effect is, and which folders, hosts and programs it may touch.

Folders must be full paths and hosts bare lower-case names, so that comparing them later is exact and never a guess.
"""

from __future__ import annotations

from typing import Any

import msgspec

from chargehand.auditor.address import HOST
from chargehand.auditor.defect import Document
from chargehand.auditor.paths import clean_path
from chargehand.auditor.policy import ArgumentBound, ToolEntry


def read_tool(document: Document, path: tuple[str | int, ...], table: dict[str, Any]) -> ToolEntry | None:
    """One declared tool, or None after noting what is wrong with it."""
    before = len(document.defects)
    document.closed(path, table, frozenset(ToolEntry.__struct_fields__))
    bounds = table.get("bounds", {})
    if isinstance(bounds, dict):
        for name, bound in bounds.items():
            if isinstance(bound, dict):
                document.closed((*path, "bounds", name), bound, frozenset(ArgumentBound.__struct_fields__))
    if len(document.defects) > before:
        return None
    try:
        tool = msgspec.convert(table, ToolEntry)
    except msgspec.ValidationError as error:
        document.fault(path, f"tool: {error}")
        return None
    _reach(document, path, tool)
    for name, limits in tool.bounds.items():
        _bound(document, (*path, "bounds", name), name, limits)
    return tool


def _reach(document: Document, path: tuple[str | int, ...], tool: ToolEntry) -> None:
    for folder in tool.paths:
        if clean_path(folder, None) != folder:
            document.fault((*path, "paths"), f"path {folder!r} must be full, without '.', '..' or a '/' at its end")
    for host in tool.hosts:
        if not HOST.fullmatch(host.removeprefix("*.")):
            document.fault((*path, "hosts"), f"host {host!r} must be a lower-case name, without scheme or port")
    for command in tool.commands:
        if not command or any(sign.isspace() for sign in command):
            document.fault((*path, "commands"), f"command {command!r} must be one word, the program")


def _bound(document: Document, path: tuple[str | int, ...], name: str, bound: ArgumentBound) -> None:
    numeric = bound.type in ("number", "integer")
    if not numeric and (bound.min is not None or bound.max is not None):
        document.fault(path, f"{name}: min and max belong to numbers, not to {bound.type}")
    if bound.min is not None and bound.max is not None and bound.min > bound.max:
        document.fault(path, f"{name}: min {bound.min!r} is above max {bound.max!r}")
    if bound.max_length is not None and (bound.type not in ("text", "path", "url") or bound.max_length < 0):
        document.fault(path, f"{name}: max_length belongs to text and is not negative")
