"""Naming more never helps: a further place, argument, address or narrowing rule never weakens the verdict on a call.

Two things may rightly weaken it and are left out of what is drawn: giving an argument that the tool requires, and
being the first place or number that an allowing rule speaks of, for such a rule says how an act becomes admissible.
"""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from tests.unit.auditor.scene import Scene, call_scene

RANK = {"allow": 0, "allow_with_obligations": 0, "needs_approval": 1, "deny": 2, "indeterminate": 3}
HOST = "a.example"
PATHS = [
    "/w",
    "/w/tmp",
    "/w/tmp/a",
    "/w/tmp/b",
    "/w/TMP/a",
    "/w/src/main.py",
    "/w/.git/config",
    "/w/.GIT/hooks",
    "/etc/passwd",
    "/w/tmp/../src",
    "~/x",
    "$HOME/x",
    "tmp/a",
    " /etc/passwd",
    "",
]
URLS = [
    f"https://{HOST}/x",
    "https://b.example/",
    "https://x.c.example/",
    "//evil.com/",
    "https:\t//evil.com/",
    f"https://{HOST}\t.evil.com/",
    "https:/evil.com/",
    "evil.com/x",
    f"https://{HOST}@evil.com/",
]
NAMES = ["file", "other", "url", "link", "note", "free", "cost", "uri"]
TEXTS = st.sampled_from([*PATHS, *URLS, "hello", f"see https://{HOST}/ and more"])
VALUES = (
    TEXTS | st.integers(-5, 20) | st.none() | st.lists(TEXTS, max_size=3) | st.dictionaries(TEXTS, TEXTS, max_size=2)
)
BOUNDS = {
    "file": {"type": "path"},
    "other": {"type": "path"},
    "url": {"type": "url"},
    "link": {"type": "url"},
    "note": {"type": "text"},
    "free": {"type": "any"},
    "cost": {"max": 10},
}
TOOL = st.fixed_dictionaries(
    {
        "name": st.just("t"),
        "effect": st.sampled_from(["read", "internal_write", "destructive"]),
        "paths": st.sampled_from([["/w"], ["/w/tmp", "/w/src"], ["/"]]),
        "hosts": st.sampled_from([[HOST], [HOST, "b.example"], [HOST, "*.c.example"]]),
        "open": st.booleans(),
        "bounds": st.just(BOUNDS),
    }
)
FOLDERS = st.lists(st.sampled_from(["/w/tmp", "/w/src", "/w/.git", "/w"]), min_size=1, max_size=2, unique=True)
WHEN = st.fixed_dictionaries(
    {"tool": st.just("t")},
    optional={"path_prefix": FOLDERS, "host": st.sampled_from([HOST, "b.example", "*.c.example"])},
)
MEASURED = st.fixed_dictionaries({"tool": st.just("t"), "field": st.just("arguments.cost"), "above": st.integers(0, 9)})
NARROWING = st.tuples(WHEN | MEASURED, st.sampled_from(["deny", "needs_approval"]))
WIDENING = st.tuples(WHEN, st.just("allow"))
RULES = st.builds(list.__add__, st.lists(WIDENING, max_size=2), st.lists(NARROWING, max_size=1))
TIDY = {"default": "allow", "rules": [({"tool": "t", "path_prefix": ["/w/tmp"]}, "allow")]}
DELETE = {"name": "t", "effect": "destructive", "paths": ["/w"], "hosts": [HOST], "bounds": BOUNDS}
SOURCE = {"tool": "t", "host": HOST, "paths": ["/w/src/main.py"]}
"""A tool that asks for an approval, a rule that lets it into one folder, and an act outside of that folder."""

ACTION = st.fixed_dictionaries(
    {
        "tool": st.just("t"),
        "host": st.just(HOST),
        "paths": st.lists(st.sampled_from(PATHS[:7]), min_size=1, max_size=2),
    },
    optional={
        "cwd": st.sampled_from(["/w", "/w/tmp", "/w/.git"]),
        "arguments": st.fixed_dictionaries({}, optional={"file": st.sampled_from(PATHS[:7]), "url": st.just(URLS[0])}),
    },
)
POLICY = st.fixed_dictionaries({"default": st.sampled_from(["allow", "needs_approval", "deny"]), "rules": RULES})


def _scene(tool: dict[str, Any], action: dict[str, Any], policy: dict[str, Any]) -> Scene:
    rules = [{"id": f"r{at}", "when": when, effect: True} for at, (when, effect) in enumerate(policy["rules"])]
    patch = {"/policy/rule": rules, "/policy/policy/default": policy["default"]}
    return call_scene(copy.deepcopy(action), tool, patch=patch)


def _never_weaker(before: Scene, after: Scene) -> None:
    was, now = before.judge().verdict, after.judge().verdict
    event(f"{was} -> {now}")
    assert RANK[now] >= RANK[was]


@settings(max_examples=400)
@example(DELETE, SOURCE, TIDY, "/w/tmp/a", 0)
@given(TOOL, ACTION, POLICY, st.sampled_from(PATHS), st.integers(0, 2))
def test_further_place_is_never_kinder(
    tool: dict[str, Any], action: dict[str, Any], policy: dict[str, Any], place: str, at: int
) -> None:
    further = copy.deepcopy(action)
    further["paths"].insert(at, place)
    _never_weaker(_scene(tool, action, policy), _scene(tool, further, policy))


@settings(max_examples=200)
@example(DELETE, SOURCE, TIDY, "/w/tmp")
@given(TOOL, ACTION, POLICY, st.sampled_from(["/w", "/w/tmp", "/w/.git", "/etc", "w"]))
def test_working_folder_is_never_kinder(
    tool: dict[str, Any], action: dict[str, Any], policy: dict[str, Any], cwd: str
) -> None:
    bare = {key: value for key, value in action.items() if key != "cwd"}
    _never_weaker(_scene(tool, bare, policy), _scene(tool, {**bare, "cwd": cwd}, policy))


@settings(max_examples=600)
@example(DELETE, SOURCE, TIDY, "file", "/w/tmp/a")
@given(TOOL, ACTION, POLICY, st.sampled_from(NAMES), VALUES)
def test_further_argument_is_never_kinder(
    tool: dict[str, Any], action: dict[str, Any], policy: dict[str, Any], name: str, value: Any
) -> None:
    arguments = {key: item for key, item in action.get("arguments", {}).items() if key != name}
    before = _scene(tool, {**action, "arguments": arguments}, policy)
    _never_weaker(before, _scene(tool, {**action, "arguments": {**arguments, name: value}}, policy))


@settings(max_examples=200)
@given(TOOL, ACTION, POLICY, st.sampled_from(["link", "uri", "free", "note"]), st.sampled_from(URLS))
def test_further_address_is_never_kinder_and_never_leads_elsewhere(
    tool: dict[str, Any], action: dict[str, Any], policy: dict[str, Any], name: str, url: str
) -> None:
    after = _scene(tool, {**action, "arguments": {**action.get("arguments", {}), name: url}}, policy)
    _never_weaker(_scene(tool, action, policy), after)
    if url not in (URLS[0], "evil.com/x"):
        assert after.judge().verdict == "deny"


@settings(max_examples=400)
@given(TOOL, ACTION, POLICY, NARROWING, st.integers(0, 4))
def test_further_narrowing_rule_is_never_kinder(
    tool: dict[str, Any], action: dict[str, Any], policy: dict[str, Any], rule: tuple[dict[str, Any], str], at: int
) -> None:
    rules = [*policy["rules"][:at], rule, *policy["rules"][at:]]
    _never_weaker(_scene(tool, action, policy), _scene(tool, action, {**policy, "rules": rules}))
