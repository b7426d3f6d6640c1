"""The control centre's sources and what they are built with."""

from __future__ import annotations

import json

import pytest

from tests.house.conftest import Plant
from tools.house import web
from tools.house.tree import Tree

ELSEWHERE = "https" + "://example.org/"


def installed(**changed: object) -> dict[str, str]:
    """What npm keeps of one package, changed."""
    package = {"version": "1.0.0", "integrity": "sha512-x", "funding": {"url": ELSEWHERE}, **changed}
    return {
        web.LOCK: json.dumps({"packages": {"": {}, "node_modules/a": package}}),
        web.MANIFEST: json.dumps({"devDependencies": {"a": "1.0.0"}}),
        web.NPM: f"{web.NO_ADDRESSES}\nfund=false\n",
    }


def test_nothing_banned_stands_in_the_sources(tree: Tree) -> None:
    assert web.sources(tree) == []


def test_what_it_is_built_with_is_told_by_content_alone(tree: Tree) -> None:
    assert tree.has(web.LOCK)
    assert web.locked(tree) == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a.ts", "node.innerHTML = text;"),
        ("a.ts", "node.insertAdjacentHTML('beforeend', text);"),
        ("a.svelte", "{@html text}"),
        ("a.ts", "eval(text)"),
        ("a.ts", "new Function(text)()"),
        ("a.ts", "setTimeout('tick()', 5)"),
        ("a.svelte", '<p style="color: red">x</p>'),
        ("a.svelte", "<p style={colour}>x</p>"),
        ("a.css", f"@import url({ELSEWHERE}a.css);"),
        ("a.ts", f'fetch("{ELSEWHERE}")'),
        ("a.ts", "function read(value: any) {}"),
        ("a.ts", "const value = found as any;"),
        ("a.ts", "const found: Array<any> = [];"),
        ("a.ts", "// @ts-ignore"),
    ],
)
def test_planted_line_is_caught(plant: Plant, name: str, line: str) -> None:
    tree = plant({f"web/src/{name}": f"\n{line}\n", "web/src/types.gen.ts": line, "web/tests/a.test.ts": line})
    found = web.sources(tree)
    assert [(finding.path, finding.line) for finding in found] == [(f"web/src/{name}", 2)]


@pytest.mark.parametrize(
    "line",
    [
        "<p style:color={colour}>x</p>",
        'xmlns="http' + '://www.w3.org/2000/svg"',
        "// in any order, as many as wanted",
        "setTimeout(() => tick(), 5)",
        "const company = 1;",
    ],
)
def test_what_looks_alike_is_fine(plant: Plant, line: str) -> None:
    assert web.sources(plant({"web/src/a.svelte": line})) == []


def test_planted_address_is_caught(plant: Plant) -> None:
    found = web.locked(plant(installed(resolved=ELSEWHERE + "a.tgz")))
    assert [finding.message for finding in found] == ["node_modules/a.resolved is an address"]


def test_planted_missing_digest_is_caught(plant: Plant) -> None:
    files = installed()
    files[web.LOCK] = files[web.LOCK].replace("integrity", "shasum")
    assert [finding.message for finding in web.locked(plant(files))] == ["node_modules/a has no digest"]


def test_planted_settings_are_caught(plant: Plant) -> None:
    files = installed() | {web.NPM: "fund=false\n", web.MANIFEST: json.dumps({"dependencies": {"a": "^1.0.0"}})}
    assert [finding.path for finding in web.locked(plant(files))] == [web.NPM, web.MANIFEST]


def test_sound_lock_is_fine(plant: Plant) -> None:
    assert web.locked(plant(installed())) == []
