"""What a call names is collected once, with the pointer to where it names it."""

from __future__ import annotations

from typing import Any

import pytest

from chargehand.auditor.call import read_call
from chargehand.auditor.policy_file import policy_of_tree
from chargehand.auditor.reach import Address, Place, Reach, reach_of
from chargehand.auditor.rulebook import Rulebook

BOUNDS = {
    "file": {"type": "path"},
    "url": {"type": "url"},
    "note": {"type": "text"},
    "free": {"type": "any"},
    "n": {"type": "number"},
}
TOOL: dict[str, Any] = {"name": "t", "effect": "read", "paths": ["/w"], "hosts": ["a.example"], "bounds": BOUNDS}
URL = "https://a.example/x"


def _reach(action: dict[str, Any], **tool: Any) -> Reach:
    tree = {"policy": {"name": "p", "version": "1", "default": "allow"}, "tool": [{**TOOL, **tool}]}
    book = Rulebook(policy_of_tree(tree, "p"), tools={}, materials={}, engine_version="0")
    call = read_call({"tool": "t", **action}, [])
    assert call is not None
    return reach_of(call, book.call_tools["t"])


def _argument(name: str, value: Any, **tool: Any) -> tuple[list[str | None], list[str | None]]:
    reach = _reach({"arguments": {name: value}}, **tool)
    named = [place.path for place in reach.places] + [address.path for address in reach.addresses]
    assert set(named) <= {f"/action/arguments/{name}"}
    return [place.cleaned for place in reach.places], [address.host for address in reach.addresses]


def test_bare_call_names_nothing() -> None:
    assert _reach({}) == Reach([], [])


def test_everything_that_a_call_names_is_in_one_list() -> None:
    arguments = {"file": "b", "url": URL, "free": ["/w/c", {"/w/d": URL}], "n": 5}
    reach = _reach({"paths": ["/w//a", "../x"], "cwd": "/w/", "arguments": arguments})
    assert reach.places[:4] == [
        Place("/action/paths/0", "/w//a", "/w/a"),
        Place("/action/paths/1", "../x", None),
        Place("/action/cwd", "/w/", "/w"),
        Place("/action/arguments/file", "b", "/w/b"),
    ]
    assert {place.cleaned for place in reach.places[4:]} == {"/w/c", "/w/d"}
    assert reach.addresses == [
        Address("/action/arguments/url", URL, "a.example"),
        Address("/action/arguments/free", URL, "a.example"),
    ]


@pytest.mark.parametrize(
    ("name", "value", "places", "hosts"),
    [
        ("file", "/w/a", ["/w/a"], []),
        ("file", "a", [None], []),
        ("file", URL, [None], []),
        ("url", URL, [], ["a.example"]),
        ("url", "/w/a", [], [None]),
        ("note", "/w/a", [], []),
        ("note", f"see {URL}", [], ["a.example"]),
        ("free", "/w/a", ["/w/a"], []),
        ("free", "see /w/a", [None], []),
        ("free", URL, [], ["a.example"]),
        ("free", "file:///w/a", [None], [None]),
        ("free", "hello", [], []),
        ("n", "/w/a", [], []),
        ("file", 5, [], []),
    ],
)
def test_argument_is_read_by_its_type(name: str, value: Any, places: list[str | None], hosts: list[str | None]) -> None:
    assert _argument(name, value) == (places, hosts)


def test_content_of_a_tool_without_hosts_is_not_searched() -> None:
    assert _argument("note", URL, hosts=[]) == ([], [])


def test_undeclared_argument_is_searched_only_where_the_tool_is_open() -> None:
    assert _argument("other", "/w/a") == ([], [])
    assert _argument("other", "/w/a", open=True) == (["/w/a"], [])
