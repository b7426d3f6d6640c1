"""Where a tool call reaches: every folder or file, and every address, wherever in the call it is named.

It is collected once and read by the checks of a tool's own folders and hosts as well as by the rules, so that nothing
can be inside of the one and unseen by the other. It refuses nothing itself: what cannot be read has no cleaned path or
no host, and the checks deny that.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from chargehand.auditor.address import host_of_url, mentioned_hosts, without_addresses
from chargehand.auditor.call import Call
from chargehand.auditor.finding import pointer
from chargehand.auditor.paths import clean_path, names_another, reads_like_path
from chargehand.auditor.rulebook import CallTool


class Place(NamedTuple):
    """A folder or file that a call names.

    Attributes:
        path: JSON pointer to where it is named.
        given: as it is named.
        cleaned: in full, or None if it cannot be said what it names.
    """

    path: str
    given: str
    cleaned: str | None


class Address(NamedTuple):
    """An address that a call names.

    Attributes:
        path: JSON pointer to where it is named.
        given: the text that names it.
        host: its host, or None if it cannot be said where it leads.
    """

    path: str
    given: str
    host: str | None


class Reach(NamedTuple):
    """Everything that a call names.

    Attributes:
        places: its `paths`, its `cwd`, and its arguments that are paths or read like one.
        addresses: its arguments that are addresses or mention one.
    """

    places: list[Place]
    addresses: list[Address]


def reach_of(call: Call, tool: CallTool) -> Reach:
    """What a call of a declared tool names. Arguments that the tool does not have are not looked into."""
    cwd = call.cwd
    places = [Place(f"/action/paths/{at}", path, clean_path(path, cwd)) for at, path in enumerate(call.paths)]
    if cwd is not None:
        places.append(Place("/action/cwd", cwd, clean_path(cwd, None)))
    reach = Reach(places, [])
    for name, value in call.arguments.items():
        bound = tool.bounds.get(name)
        if bound is None and not tool.entry.open:
            continue
        kind = "any" if bound is None else bound.type
        path = pointer("/action/arguments", name)
        if kind == "any":
            for text in _texts(value):
                _look_into(reach, path, text, cwd)
        elif isinstance(value, str):
            if kind == "path":
                places.append(Place(path, value, clean_path(value, cwd)))
            elif kind == "url":
                reach.addresses.append(Address(path, value, host_of_url(value)))
            elif kind == "text" and tool.entry.hosts:
                reach.addresses.extend(Address(path, value, host) for host in mentioned_hosts(value))
    return reach


def _look_into(reach: Reach, path: str, text: str, cwd: str | None) -> None:
    """A text of which nobody said what it is: whatever it could name, it names."""
    reach.addresses.extend(Address(path, text, host) for host in mentioned_hosts(text))
    rest = without_addresses(text)
    if reads_like_path(rest) or (cwd is not None and "/" in rest):
        reach.places.append(Place(path, text, None if names_another(text) else clean_path(text, cwd)))


def _texts(value: Any) -> list[str]:
    """Every text within an argument, however deep, names of fields included."""
    found: list[str] = []
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, dict):
            waiting.extend(item)
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return found
