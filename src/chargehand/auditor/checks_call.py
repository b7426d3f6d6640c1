"""Tool-call checks: whether the tool is declared, and touches only what its declaration names.

What is not declared is denied: an argument that the tool does not have, a path, host or program on a tool that has
none, and a text that reads like a path or an address beyond the tool's own. One call reaches one host: every address
that it names leads there. Paths are compared as texts; symbolic links are the executor's to refuse.
"""

from __future__ import annotations

import math
from typing import Any

from chargehand.auditor.address import HOST, host_of_url
from chargehand.auditor.case import NOT_APPLICABLE, Case, Outcome, not_evaluable, question
from chargehand.auditor.finding import Finding, choose, edit_policy, pointer, supply
from chargehand.auditor.paths import within
from chargehand.auditor.policy import ArgumentBound
from chargehand.auditor.reach import reach_of
from chargehand.auditor.rulebook import CallTool, program_of
from chargehand.kernel.canonical import SAFE_INTEGER_MAX

_SHELL_SIGNS = frozenset(";&|<>`$\n\r\0(){}\\")
"""Signs by which one command line becomes several, or another one than it reads."""

_NO_TOOL = not_evaluable("TOOL.NOT_LISTED")


def _listed(case: Case) -> Outcome | None:
    call = case.call
    if call is None or call.tool is None:
        return not_evaluable("PROP.FIELD_MISSING")
    case.call_tool = case.book.call_tools.get(call.tool)
    if case.call_tool is None:
        path = "/action/tool"
        case.deny("TOOL.NOT_LISTED", path, observed=call.tool, remedies=choose(path, case.book.call_tools))
    else:
        case.reach = reach_of(call, case.call_tool)
    return None


def _arguments(case: Case) -> Outcome | None:
    call, tool = case.call, case.call_tool
    if call is None or tool is None:
        return _NO_TOOL
    for name, bound in tool.bounds.items():
        path = pointer("/action/arguments", name)
        if name not in call.arguments:
            if bound.required:
                case.found.append(_invalid(name, path, None, "required"))
            continue
        _argument(case, name, path, call.arguments[name], bound)
    if not tool.entry.open:
        for name, value in call.arguments.items():
            if name not in tool.bounds:
                found = _invalid(name, pointer("/action/arguments", name), value, "undeclared")
                # Sorted: a recorded policy has its keys in another order than its file had.
                found.remedies = choose("/action/arguments", sorted(tool.bounds))
                case.found.append(found)
    return None if call.arguments or tool.bounds else NOT_APPLICABLE


def _argument(case: Case, name: str, path: str, value: Any, bound: ArgumentBound) -> None:
    fault = _type_fault(value, bound)
    if fault is not None:
        case.found.append(_invalid(name, path, value, fault))
        return
    if bound.one_of is not None and not any(type(value) is type(one) and value == one for one in bound.one_of):
        found = _invalid(name, path, value, "listed")
        found.remedies = choose(path, bound.one_of)
        case.found.append(found)
    if bound.max_length is not None and len(value) > bound.max_length:
        case.found.append(_invalid(name, path, value, f"at most {bound.max_length} characters"))
    low = -math.inf if bound.min is None else bound.min
    high = math.inf if bound.max is None else bound.max
    if bound.type in ("number", "integer") and not low <= value <= high:
        above = not value <= high
        case.deny(
            "TOOL.ARGUMENT_OUT_OF_RANGE",
            path,
            field=name,
            observed=value,
            limit=high if above else low,
            margin=high - value if above else value - low,
            rule_id=f"tool:{case.call_tool.entry.name if case.call_tool is not None else ''}:{name}",
            box=name,
        )


def _type_fault(value: Any, bound: ArgumentBound) -> str | None:
    """The type that was wanted, if the value is of another."""
    kind = type(value)
    wanted = bound.type
    if wanted in ("number", "integer"):
        fits = kind is int or (kind is float and math.isfinite(value) and (wanted == "number" or value.is_integer()))
        fits = fits and abs(value) <= SAFE_INTEGER_MAX
    elif wanted in ("text", "path"):
        fits = kind is str
    elif wanted == "url":
        fits = kind is str and host_of_url(value) is not None
    else:
        fits = wanted == "any" or kind is bool
    return None if fits else wanted


def _invalid(name: str, path: str, observed: Any, limit: str) -> Finding:
    return Finding(
        code="TOOL.ARGUMENT_INVALID", path=path, field=name, observed=observed, limit=limit, remedies=supply(path)
    )


def _paths(case: Case) -> Outcome | None:
    tool, reach = case.call_tool, case.reach
    if tool is None or reach is None:
        return _NO_TOOL
    if not reach.places:
        return NOT_APPLICABLE
    for place in reach.places:
        if place.cleaned is None or not any(within(place.cleaned, folder) for folder in tool.folders):
            case.found.append(_outside(tool, place.path, place.given))
    return None


def _outside(tool: CallTool, path: str, observed: str) -> Finding:
    remedies = choose(path, tool.folders) if tool.folders else edit_policy(tool.entry.name)
    return Finding(code="TOOL.PATH_OUTSIDE_ROOT", path=path, observed=observed, remedies=remedies)


def _host(case: Case) -> Outcome | None:
    call, tool, reach = case.call, case.call_tool, case.reach
    if call is None or tool is None or reach is None:
        return _NO_TOOL
    reaches_out = bool(tool.entry.hosts) or call.host is not None
    if not reaches_out and not reach.addresses:
        return NOT_APPLICABLE
    if reaches_out and (call.host is None or not _host_allowed(tool, call.host)):
        case.found.append(_host_refused(tool, "/action/host", call.host))
    for address in reach.addresses:
        if address.host is None or address.host != call.host:
            case.found.append(_host_refused(tool, address.path, address.given))
    return None


def _host_allowed(tool: CallTool, host: str) -> bool:
    return host in tool.hosts or (host.endswith(tool.host_ends) and HOST.fullmatch(host) is not None)


def _host_refused(tool: CallTool, path: str, observed: str | None) -> Finding:
    allowed = tool.entry.hosts
    remedies = choose(path, allowed) if allowed else edit_policy(tool.entry.name)
    return Finding(code="TOOL.HOST_NOT_ALLOWED", path=path, observed=observed, remedies=remedies)


def _command(case: Case) -> Outcome | None:
    call, tool = case.call, case.call_tool
    if call is None or tool is None:
        return _NO_TOOL
    if call.command is None and not tool.commands:
        return NOT_APPLICABLE
    command = call.command
    if program_of(command) not in tool.commands or (command is not None and not _SHELL_SIGNS.isdisjoint(command)):
        path = "/action/command"
        allowed = sorted(tool.commands)
        remedies = choose(path, allowed) if allowed else edit_policy(tool.entry.name)
        case.deny("TOOL.COMMAND_NOT_ALLOWED", path, observed=command, remedies=remedies)
    return None


CALL = (
    question("tool.listed", _listed),
    question("tool.arguments", _arguments),
    question("tool.paths", _paths),
    question("tool.host", _host),
    question("tool.command", _command),
)
