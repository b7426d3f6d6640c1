"""Changelog fragments: named `<issue>.<type>.md`, one or two sentences that a user understands."""

from __future__ import annotations

import re

from tools.house.tree import Finding, Tree

TYPES = ("added", "changed", "fixed", "contract")
CHARACTERS_MAX = 700
START = "<!-- towncrier release notes start -->"
_NAME = re.compile(rf"^changes/(\d+|\+[a-z0-9-]+)\.({'|'.join(TYPES)})(\.\d+)?\.md$")


def findings(tree: Tree) -> list[Finding]:
    """Fragments that towncrier would misread or a user could not use, and a changelog without their place."""
    found = []
    for path in tree.match("changes/*.md"):
        text = tree.text(path).strip()
        if not _NAME.match(path):
            found.append(Finding(path, 1, f"named <issue>.<{'|'.join(TYPES)}>[.<n>].md"))
        if not text.endswith(".") or text.startswith(("#", "-", "*")):
            found.append(Finding(path, 1, "sentences, no heading and no list"))
        if len(text) > CHARACTERS_MAX:
            found.append(Finding(path, 1, f"{len(text)} characters (limit {CHARACTERS_MAX})"))
    if START not in tree.text("CHANGELOG.md"):
        found.append(Finding("CHANGELOG.md", 1, f"the place for releases is missing: {START}"))
    return found
