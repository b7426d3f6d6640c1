"""The control centre's sources: nothing makes markup out of text, styles inline, asks elsewhere or gets past the types.

The content policy refuses most of this when the page runs; here it is refused before. What was installed is told by
content alone: the lock file holds no address that anything is fetched from, and every version is exact.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tools.house.tree import Finding, Tree

WRITTEN = ("web/src/*.ts", "web/src/*.svelte", "web/src/*.css", "web/index.html")
GENERATED = ("web/*.gen.ts",)
LOCK = "web/package-lock.json"
MANIFEST = "web/package.json"
NPM = "web/.npmrc"
NO_ADDRESSES = "omit-lockfile-registry-resolved=true"

_BANNED = {
    "makes markup out of text": r"\b(?:inner|outer|insertAdjacent)HTML\b|\{@html\b|\bdocument\.write|\bsrcdoc\b",
    "makes code out of text": r"\beval\(|\bnew Function\(|\bsetTimeout\(['\"`]",
    "inline style: use a class or a style: directive": r"\sstyle=",
    "asks another origin": r"\b(?:https?|wss?)://(?!www\.w3\.org/)",
    "gets past the types": r"(?:: *|<|\bas +)any\b|@ts-(?:ignore|nocheck|expect-error)\b",
}
_EXACT = re.compile(r"^\d+\.\d+\.\d+$")


def sources(tree: Tree) -> list[Finding]:
    """Lines of what is written by hand that hold something banned."""
    generated = set(tree.match(*GENERATED))
    return [
        Finding(path, number, f"{what}: {match.group().strip()!r}")
        for path in tree.match(*WRITTEN)
        if path not in generated
        for number, line in tree.lines(path)
        for what, pattern in _BANNED.items()
        if (match := re.search(pattern, line))
    ]


def locked(tree: Tree) -> list[Finding]:
    """Addresses in the lock file, packages without a digest, versions that are not exact."""
    if not tree.has(LOCK):
        return []
    found = []
    lock = json.loads(tree.text(LOCK))
    for name, package in lock["packages"].items():
        if name and "integrity" not in package:
            found.append(Finding(LOCK, 1, f"{name} has no digest"))
    for where, text in _texts(lock):
        # Where somebody may be thanked; nothing is fetched from there.
        if "://" in text and "funding" not in where:
            found.append(Finding(LOCK, 1, f"{'.'.join(where[-2:])} is an address"))
    if NO_ADDRESSES not in tree.text(NPM).splitlines():
        found.append(Finding(NPM, 1, f"{NO_ADDRESSES} is missing"))
    manifest = json.loads(tree.text(MANIFEST))
    for kind in ("dependencies", "devDependencies"):
        for name, version in manifest.get(kind, {}).items():
            if not _EXACT.match(version):
                found.append(Finding(MANIFEST, 1, f"{name} is not pinned: {version}"))
    return found


def findings(tree: Tree) -> list[Finding]:
    """Everything of the above."""
    return [*sources(tree), *locked(tree)]


def _texts(value: Any, where: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    match value:
        case dict():
            for key, entry in value.items():
                yield from _texts(entry, (*where, key))
        case list():
            for entry in value:
                yield from _texts(entry, where)
        case str():
            yield where, value
