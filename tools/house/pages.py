"""The written pages: links lead somewhere, shown commands exist, named paths are files, decisions keep their shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from tools.house.makefile import targets
from tools.house.plans import exists
from tools.house.tree import Finding, Tree

PAGES = ("*.md",)
ADR_LINES_MAX = 60
ADR_PARTS = ("## Context", "## Decision", "## Consequences", "## What would change our mind")
STEPS_MAX = 8
SHELL = ("sh", "bash", "console", "shell")

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?: \"[^\"]*\")?\)")
_HEADING = re.compile(r"^#+ +(.+?) *$")
_PATH = re.compile(r"`((?:[\w.-]+/)+[\w.*-]*)`")
_STEP = re.compile(r"^(\d+)\. ")
_TEST = re.compile(r"`(tests/[\w/.-]+::\w+)`")


def links(tree: Tree) -> list[Finding]:
    """Links to a file or a heading that is not there. Addresses on the web are not followed."""
    return [
        Finding(path, number, f"link leads nowhere: {target}")
        for path in tree.match(*PAGES)
        # A template's links count from where its page is written.
        if not path.startswith("tools/")
        for number, line in _prose(tree, path)
        for target in _LINK.findall(line)
        if not target.startswith(("http://", "https://", "mailto:")) and not _resolves(tree, path, target)
    ]


def shell_lines(tree: Tree, path: str) -> Iterator[tuple[int, str]]:
    """Commands in the shell blocks of a page; continued lines joined, prompts and comments left out."""
    language, held, start = None, "", 0
    for number, line in tree.lines(path):
        if line.lstrip().startswith("```"):
            language = line.strip()[3:].strip() or "text" if language is None else None
            continue
        if language not in SHELL:
            continue
        if language == "console" and not held and not line.startswith("$ "):
            continue
        start = start if held else number
        held += line.strip().removeprefix("$ ")
        if held.endswith("\\"):
            held = held[:-1]
            continue
        if held and not held.startswith("#"):
            yield start, held
        held = ""


def commands(tree: Tree, known: Callable[[list[str]], bool]) -> list[Finding]:
    """Shown commands that do not exist; `known` answers for the words after `chargehand`."""
    found, make = [], targets(tree)
    for path in tree.match(*PAGES):
        for number, line in shell_lines(tree, path):
            for command in re.split(r" *(?:&&|\||;) *", line.partition(" #")[0]):
                words = command.split()
                while words and re.match(r"^[A-Z_]+=", words[0]):
                    words = words[1:]
                if words[:1] == ["make"]:
                    goals = [word for word in words[1:] if "=" not in word and not word.startswith("-")]
                    found += [Finding(path, number, f"no target: make {goal}") for goal in goals if goal not in make]
                if words[:1] and words[0].rpartition("/")[2] == "chargehand" and not known(words[1:]):
                    found.append(Finding(path, number, f"no such command: {command}"))
    return found


def architecture(tree: Tree, path: str = "ARCHITECTURE.md") -> list[Finding]:
    """Paths named in the page that are neither there nor under `src/chargehand/`."""
    return [
        Finding(path, number, f"{name} does not exist")
        for number, line in tree.lines(path)
        for name in _PATH.findall(line)
        if "*" not in name and not (tree.has(name) or tree.has(f"src/chargehand/{name}"))
    ]


def contributing(tree: Tree, path: str = "CONTRIBUTING.md") -> list[Finding]:
    """`How to add` sections of more than eight steps, or with a step that no existing test enforces."""
    found, heading, steps = [], "", 0
    for number, line in tree.lines(path):
        if match := _HEADING.match(line):
            heading, steps = match[1], 0
        if not heading.lower().startswith("how to add") or not _STEP.match(line):
            continue
        steps += 1
        tests = _TEST.findall(line)
        if steps > STEPS_MAX:
            found.append(Finding(path, number, f"{heading}: more than {STEPS_MAX} steps"))
        if not tests:
            found.append(Finding(path, number, f"{heading}, step {steps}: no test enforces it"))
        found += [Finding(path, number, f"{test} does not exist") for test in tests if not exists(tree, test)]
    return found


def decisions(tree: Tree) -> list[Finding]:
    """Decision records that are too long, lack a part, or break the numbering."""
    found = []
    paths = tree.match("adr/*.md")
    for count, path in enumerate(paths, start=1):
        name, lines = PurePosixPath(path).name, tree.text(path).splitlines()
        if not re.match(rf"^{count:04d}-[a-z0-9-]+\.md$", name):
            found.append(Finding(path, 1, f"expected {count:04d}-title.md"))
        if len(lines) > ADR_LINES_MAX:
            found.append(Finding(path, 1, f"{len(lines)} lines (limit {ADR_LINES_MAX})"))
        found += [Finding(path, 1, f"part is missing: {part}") for part in ADR_PARTS if part not in lines]
    return found


def findings(tree: Tree) -> list[Finding]:
    """Everything of the above, except the commands."""
    return [finding for rule in (links, architecture, contributing, decisions) for finding in rule(tree)]


def _prose(tree: Tree, path: str) -> Iterator[tuple[int, str]]:
    fenced = False
    for number, line in tree.lines(path):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield number, re.sub(r"`[^`]*`", "", line)


def _resolves(tree: Tree, page: str, target: str) -> bool:
    name, _, anchor = target.partition("#")
    path = page
    if name:
        parts: list[str] = list(PurePosixPath(page).parent.parts)
        for part in PurePosixPath(name).parts:
            if part == "..":
                if not parts:
                    return False
                parts.pop()
            elif part != ".":
                parts.append(part)
        path = "/".join(parts)
    if not tree.has(path):
        return False
    return not anchor or not path.endswith(".md") or anchor in _anchors(tree, path)


def _anchors(tree: Tree, path: str) -> set[str]:
    return {
        re.sub(r"[^\w\- ]", "", match[1].lower()).replace(" ", "-")
        for _, line in tree.lines(path)
        if (match := _HEADING.match(line))
    }
