r"""Addresses (URLs) as the auditor compares them: strictly, or not at all.

Programs disagree about what a malformed address leads to: some drop tabs, some take `\` for `/`, some supply a missing
scheme. So only `http` and `https` with a plain host name have a host here; a port, a user, a sign outside of ASCII in
the host, a blank or a control character anywhere, and everything else that could be read in two ways have none.
"""

from __future__ import annotations

import re

HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
"""A bare lower-case host name, without a dot at its end."""

_URL = re.compile(r"https?://([^/?#]+)([/?#].*)?", re.ASCII | re.IGNORECASE)
_MENTION = re.compile(r"https?://([^\s/?#]*)\S*", re.ASCII | re.IGNORECASE)
_HIDDEN = re.compile(r"//|:/|https?:", re.ASCII | re.IGNORECASE)
_BLANK = re.compile(r"\s+")
_DROPPED = dict.fromkeys((*range(0x20), 0x7F)) | {ord("\\"): "/"}
"""What lenient readers of addresses make of control characters and backslashes."""


def host_of_url(url: str) -> str | None:
    """The host that an address leads to, in lower case, or None if it cannot be said."""
    if " " in url or "\\" in url or not url.isprintable():
        return None
    parts = _URL.fullmatch(url)
    return None if parts is None else _host(parts[1])


def mentioned_hosts(text: str) -> list[str | None]:
    """The hosts of all addresses within a text; None for each that leads nobody can say where.

    A name without a scheme (`example.com/x`) is not recognised: an argument that is fetched is declared as `url`.
    """
    hosts: dict[str | None, None] = {}
    for read in dict.fromkeys((text, text.translate(_DROPPED))):
        hosts.update(dict.fromkeys(_host(authority) for authority in _MENTION.findall(read)))
        if _HIDDEN.search(_BLANK.sub("", without_addresses(read)).replace("\\", "/")):
            hosts[None] = None
    return list(hosts)


def without_addresses(text: str) -> str:
    """A text without the addresses that it plainly mentions."""
    return _MENTION.sub(" ", text)


def _host(authority: str) -> str | None:
    name = authority.lower() if authority.isascii() else ""
    return name if HOST.fullmatch(name) else None
