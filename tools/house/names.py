"""File and folder names that say nothing about their content are refused."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from tools.house.tree import Finding, Tree

BANNED = re.compile(r"^_?(utils?|common|commons|helpers?|base|managers?|misc|stuff|part_?\d+)$")
NAMED_BY_US = ("src/*", "tests/*", "tools/*", "bench/*", "web/*", "sdk-ts/*", "examples/*")


def findings(tree: Tree) -> list[Finding]:
    """Files in folders or under names that are banned."""
    return [
        Finding(path, 1, f"{part!r} says nothing about the content: name the noun")
        for path in tree.match(*NAMED_BY_US)
        for part in PurePosixPath(path).parts
        if BANNED.match(part.partition(".")[0].removeprefix("test_"))
    ]
