"""Tool calls touch only what their declaration names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.auditor.scene import ABSENT, call_scene, codes, reason_of, status

READ = {"name": "read", "effect": "read", "paths": ["/work", "/data/in"]}
GET = {"name": "get", "effect": "read", "hosts": ["a.example", "*.b.example"]}
OPEN_READ = {**READ, "open": True}
OPEN_GET = {**GET, "open": True}
FETCH = {"name": "get", "effect": "read", "hosts": ["a.example", "*.b.example"], "bounds": {"url": {"type": "url"}}}
RUN = {"name": "run", "effect": "read", "commands": ["git", "ls"]}
SCALE = {
    "name": "scale",
    "effect": "read",
    "open": True,
    "bounds": {
        "n": {"min": 1, "max": 5},
        "whole": {"type": "integer", "min": 0},
        "text": {"type": "text", "max_length": 3},
        "flag": {"type": "boolean"},
        "mode": {"type": "any", "one_of": ["a", 1, True]},
        "path": {"type": "path"},
    },
}


def _codes(tool: dict[str, Any], **action: Any) -> list[str]:
    return codes(call_scene({"tool": tool["name"], **action}, tool).judge())


def test_declared_call_is_allowed() -> None:
    verdict = call_scene({"tool": "read", "paths": ["/work/a"]}, READ).judge()
    assert (verdict.verdict, codes(verdict)) == ("allow", ["OK.WITHIN_POLICY"])
    assert {status(verdict, name) for name in ("tool.host", "tool.command", "tool.arguments")} == {"not_applicable"}


def test_undeclared_tool_denies_and_names_the_declared() -> None:
    verdict = call_scene({"tool": "rm"}, READ, GET).judge()
    assert (verdict.verdict, codes(verdict)) == ("deny", ["TOOL.NOT_LISTED"])
    assert verdict.reasons[0].remedies[0].one_of == ["read", "get"]
    assert status(verdict, "tool.effect") == "not_evaluable"


@pytest.mark.parametrize("tool", ["READ", "read ", "re\u0430d", ""])
def test_tool_is_matched_exactly(tool: str) -> None:
    assert "TOOL.NOT_LISTED" in codes(call_scene({"tool": tool}, READ).judge())


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("/work", True),
        ("/work/a/b", True),
        ("/work//a/./b", True),
        ("/data/in/x", True),
        ("/data", False),
        ("/data/inner", False),
        ("/workshop", False),
        ("/", False),
        ("", False),
        ("a", False),
        ("/work/../etc/passwd", False),
        ("/work/a/../b", False),
        ("~/work", False),
        ("/work\\..\\etc", False),
        ("/work/a\0", False),
        ("/WORK/a", False),
    ],
)
def test_paths_stay_below_the_tools_folders(path: str, inside: bool) -> None:
    assert _codes(READ, paths=[path]) == (["OK.WITHIN_POLICY"] if inside else ["TOOL.PATH_OUTSIDE_ROOT"])


@pytest.mark.parametrize(
    ("action", "inside"),
    [
        ({"cwd": "/work", "paths": ["a"]}, True),
        ({"cwd": "/work/a", "paths": ["../b"]}, False),
        ({"cwd": "/etc", "paths": ["passwd"]}, False),
        ({"cwd": "/etc"}, False),
        ({"cwd": "/work/.."}, False),
        ({"cwd": "work"}, False),
        ({"cwd": "/work"}, True),
    ],
)
def test_working_folder_counts_as_a_path(action: dict[str, Any], inside: bool) -> None:
    found = _codes(READ, **action)
    assert (found == ["OK.WITHIN_POLICY"]) is inside
    assert inside or set(found) == {"TOOL.PATH_OUTSIDE_ROOT"}


def test_every_path_outside_is_named() -> None:
    verdict = call_scene({"tool": "read", "paths": ["/work/a", "/etc/a", "/etc/b"]}, READ).judge()
    assert [reason.path for reason in verdict.reasons] == ["/action/paths/1", "/action/paths/2"]
    assert reason_of(verdict, "TOOL.PATH_OUTSIDE_ROOT").remedies[0].one_of == ["/work", "/data/in"]


@pytest.mark.parametrize(
    ("tool", "action", "code"),
    [
        (GET, {"paths": ["/work/a"], "host": "a.example"}, "TOOL.PATH_OUTSIDE_ROOT"),
        (READ, {"host": "a.example"}, "TOOL.HOST_NOT_ALLOWED"),
        (READ, {"command": "ls"}, "TOOL.COMMAND_NOT_ALLOWED"),
    ],
)
def test_what_the_tool_does_not_declare_is_denied(tool: dict[str, Any], action: dict[str, Any], code: str) -> None:
    verdict = call_scene({"tool": tool["name"], **action}, tool).judge()
    assert codes(verdict) == [code]
    assert verdict.reasons[0].remedies[0].kind == "edit_policy"


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("a.example", True),
        ("x.b.example", True),
        ("x.y.b.example", True),
        ("b.example", False),
        ("xb.example", False),
        ("A.example", False),
        ("a.example.", False),
        ("a.example:443", False),
        ("a.example@evil.example", False),
        ("evil.example/.b.example", False),
        ("evil.example#.b.example", False),
        ("user@x.b.example", False),
        ("..b.example", False),
        ("\u0430.example", False),
        ("a.example\n", False),
        ("", False),
        (None, False),
        (ABSENT, False),
    ],
)
def test_hosts_are_those_of_the_tool(host: Any, allowed: bool) -> None:
    action = {} if host is ABSENT else {"host": host}
    assert _codes(GET, **action) == (["OK.WITHIN_POLICY"] if allowed else ["TOOL.HOST_NOT_ALLOWED"])


@pytest.mark.parametrize(
    ("command", "allowed"),
    [
        ("git status", True),
        ("git", True),
        (" git status", True),
        ("ls -l /tmp", True),
        ("gitx", False),
        ("/usr/bin/git", False),
        ("./git", False),
        ("git status; rm -rf /", False),
        ("git status && rm", False),
        ("git status | sh", False),
        ("git $(rm)", False),
        ("git `rm`", False),
        ("git status\nrm", False),
        ("git > /etc/passwd", False),
        ("git &", False),
        ("rm -rf /", False),
        ("", False),
        (ABSENT, False),
    ],
)
def test_commands_are_those_of_the_tool(command: Any, allowed: bool) -> None:
    action = {} if command is ABSENT else {"command": command}
    assert _codes(RUN, **action) == (["OK.WITHIN_POLICY"] if allowed else ["TOOL.COMMAND_NOT_ALLOWED"])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"n": 1}, None),
        ({"n": 5}, None),
        ({"n": 5.0000001}, "TOOL.ARGUMENT_OUT_OF_RANGE"),
        ({"n": 0.9}, "TOOL.ARGUMENT_OUT_OF_RANGE"),
        ({"n": "5"}, "TOOL.ARGUMENT_INVALID"),
        ({"n": True}, "TOOL.ARGUMENT_INVALID"),
        ({"n": None}, "TOOL.ARGUMENT_INVALID"),
        ({"n": float("nan")}, "TOOL.ARGUMENT_INVALID"),
        ({"n": float("inf")}, "TOOL.ARGUMENT_INVALID"),
        ({"n": 10**400}, "TOOL.ARGUMENT_INVALID"),
        ({"whole": 3}, None),
        ({"whole": 3.0}, None),
        ({"whole": 3.5}, "TOOL.ARGUMENT_INVALID"),
        ({"whole": -1}, "TOOL.ARGUMENT_OUT_OF_RANGE"),
        ({"text": "abc"}, None),
        ({"text": "abcd"}, "TOOL.ARGUMENT_INVALID"),
        ({"text": 5}, "TOOL.ARGUMENT_INVALID"),
        ({"flag": True}, None),
        ({"flag": 1}, "TOOL.ARGUMENT_INVALID"),
        ({"mode": "a"}, None),
        ({"mode": 1}, None),
        ({"mode": True}, None),
        ({"mode": 1.0}, "TOOL.ARGUMENT_INVALID"),
        ({"mode": False}, "TOOL.ARGUMENT_INVALID"),
        ({"mode": "b"}, "TOOL.ARGUMENT_INVALID"),
        ({"path": ["/x"]}, "TOOL.ARGUMENT_INVALID"),
        ({"other": {"anything": 1}}, None),
    ],
)
def test_arguments_keep_their_bounds(arguments: dict[str, Any], code: str | None) -> None:
    assert _codes(SCALE, arguments=arguments) == ([code] if code else ["OK.WITHIN_POLICY"])


def test_required_argument_is_asked_for() -> None:
    tool = {"name": "t", "effect": "read", "bounds": {"n": {"required": True}}}
    verdict = call_scene({"tool": "t"}, tool).judge()
    assert codes(verdict) == ["TOOL.ARGUMENT_INVALID"]
    assert verdict.reasons[0].remedies[0].path == "/action/arguments/n"
    assert codes(call_scene({"tool": "t", "arguments": {"n": 1}}, tool).judge()) == ["OK.WITHIN_POLICY"]


@pytest.mark.parametrize(
    ("arguments", "inside"),
    [
        ({"file": "/work/a"}, True),
        ({"file": "/etc/passwd"}, False),
        ({"file": "~/.ssh/id"}, False),
        ({"file": "../../etc"}, False),
        ({"file": "$HOME/.ssh/id_rsa"}, False),
        ({"file": "file:///etc/passwd"}, False),
        ({"file": " /etc/passwd"}, False),
        ({"file": "see /etc/passwd"}, False),
        ({"file": "/work/a /etc/passwd"}, False),
        ({"file": ".ssh/id"}, False),
        ({"nested": {"/etc/passwd": 1}}, False),
        ({"nested": {"deep": ["x", {"file": "/etc/passwd"}]}}, False),
        ({"word": "hello"}, True),
        ({"number": 5}, True),
    ],
)
def test_argument_that_reads_like_a_path_is_held_to_the_folders(arguments: dict[str, Any], inside: bool) -> None:
    found = _codes(OPEN_READ, arguments=arguments)
    assert found == ["OK.WITHIN_POLICY"] if inside else "TOOL.PATH_OUTSIDE_ROOT" in found


@pytest.mark.parametrize("value", ["/etc/passwd", "file:///etc/passwd", "hello", 5, None, {}])
def test_argument_that_the_tool_does_not_have_is_denied(value: Any) -> None:
    for tool in (READ, {**READ, "bounds": {"n": {}}}):
        verdict = call_scene({"tool": "read", "arguments": {"uri": value}}, tool).judge()
        assert (verdict.verdict, codes(verdict)) == ("deny", ["TOOL.ARGUMENT_INVALID"])
        assert verdict.reasons[0].path == "/action/arguments/uri"
        assert verdict.reasons[0].remedies[0].one_of == list(tool.get("bounds", {}))


@pytest.mark.parametrize("text", ["see /etc/passwd", "x=/etc/passwd", "1/2", "/etc/passwd", "src/a"])
def test_full_path_behind_something_else_is_not_taken_for_a_relative_one(text: str) -> None:
    found = _codes(OPEN_READ, cwd="/work", arguments={"x": text})
    assert found == (["TOOL.PATH_OUTSIDE_ROOT"] if "etc" in text else ["OK.WITHIN_POLICY"])


def test_path_argument_of_a_tool_without_folders_is_denied() -> None:
    assert _codes(SCALE, arguments={"path": "/x"}) == ["TOOL.PATH_OUTSIDE_ROOT"]


@pytest.mark.parametrize(
    ("value", "inside"), [("/work/a", True), ("/etc/passwd", False), ("a", False), ("/work/../etc", False)]
)
def test_declared_path_is_held_to_the_folders(value: str, inside: bool) -> None:
    tool = {**READ, "bounds": {"file": {"type": "path"}}}
    found = _codes(tool, arguments={"file": value})
    assert found == (["OK.WITHIN_POLICY"] if inside else ["TOOL.PATH_OUTSIDE_ROOT"])


def test_declared_text_may_read_like_a_path() -> None:
    tool = {**READ, "bounds": {"content": {"type": "text"}}}
    assert _codes(tool, arguments={"content": "/etc/passwd is a file"}) == ["OK.WITHIN_POLICY"]


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://a.example/x?y=1", True),
        ("https://A.example/x", True),
        ("https://a.example and https://a.example/x", True),
        ("https://x.b.example", False),
        ("https://evil.example/", False),
        ("https://a.example@evil.example/", False),
        ("https://a.example:8443/", False),
        ("see https://a.example and https://evil.example", False),
        ("no address at all", True),
    ],
)
def test_address_in_an_argument_is_held_to_the_hosts(url: str, allowed: bool) -> None:
    for tool in (OPEN_GET, {**GET, "bounds": {"url": {"type": "text"}}}):
        found = _codes(tool, host="a.example", arguments={"url": url})
        assert set(found) == ({"OK.WITHIN_POLICY"} if allowed else {"TOOL.HOST_NOT_ALLOWED"})


TALKED_ROUND = [
    "//evil.com/",
    "https:\t//evil.com/",
    "https://a.example\t.evil.com/",
    "https:/evil.com/",
    "https:evil.com",
    "https:\\\\evil.com/",
    "https://a.example\\@evil.com/",
    "https://a.example.evil.com/",
    "https://evil.com#@a.example",
    "https://evil.com?a.example",
    "https://someone@a.example/",
    "https://@a.example/",
    "https://a.example./",
    "https://a.example:443/",
    "https://a.example%2eevil.com/",
    "https://a\u3002example/",
    "https:///a.example/",
    "ftp://a.example/",
    "\nhttps://evil.com/",
    "https://x.b.example/",
]


@pytest.mark.parametrize("url", TALKED_ROUND)
def test_address_that_could_lead_elsewhere_is_denied(url: str) -> None:
    assert "TOOL.HOST_NOT_ALLOWED" in _codes(FETCH, host="a.example", arguments={"url": url})
    for tool in (OPEN_GET, {**GET, "bounds": {"url": {"type": "text"}}}):
        assert "TOOL.HOST_NOT_ALLOWED" in _codes(tool, host="a.example", arguments={"url": url}), tool


@pytest.mark.parametrize("url", ["evil.com/x", "", "a.example", "https://", "https://a.example/ x", 5, None, ["x"]])
def test_url_argument_must_be_an_address(url: Any) -> None:
    assert "TOOL.ARGUMENT_INVALID" in _codes(FETCH, host="a.example", arguments={"url": url})


@pytest.mark.parametrize(
    "url", ["https://a.example", "http://a.example/x?y=https://evil.com", "HTTPS://A.EXAMPLE/", "https://a.example?x#y"]
)
def test_url_argument_leads_to_the_host_of_the_call(url: str) -> None:
    assert _codes(FETCH, host="a.example", arguments={"url": url}) == ["OK.WITHIN_POLICY"]
    assert "TOOL.HOST_NOT_ALLOWED" in _codes(FETCH, host="x.b.example", arguments={"url": url})
    assert set(_codes(FETCH, arguments={"url": url})) == {"TOOL.HOST_NOT_ALLOWED"}


def test_url_argument_of_a_tool_without_hosts_is_denied() -> None:
    tool = {"name": "t", "effect": "read", "bounds": {"url": {"type": "url"}, "note": {"type": "text"}}}
    assert _codes(tool, arguments={"url": "https://a.example"}) == ["TOOL.HOST_NOT_ALLOWED"]
    assert _codes(tool, arguments={"note": "https://a.example"}) == ["OK.WITHIN_POLICY"]
    assert _codes({**tool, "open": True}, arguments={"other": "https://a.example"}) == ["TOOL.HOST_NOT_ALLOWED"]


def test_all_faults_of_a_call_are_said_at_once() -> None:
    tool = {"name": "t", "effect": "money", "bounds": {"n": {"max": 1}}}
    action = {"tool": "t", "paths": ["/x"], "host": "h", "command": "c", "arguments": {"n": 2}}
    assert set(codes(call_scene(action, tool).judge())) == {
        "TOOL.ARGUMENT_OUT_OF_RANGE",
        "TOOL.PATH_OUTSIDE_ROOT",
        "TOOL.HOST_NOT_ALLOWED",
        "TOOL.COMMAND_NOT_ALLOWED",
        "TOOL.EFFECT_NEEDS_APPROVAL",
    }


def test_deep_arguments_are_searched_without_recursion() -> None:
    deep: Any = "/etc/passwd"
    for _ in range(5000):
        deep = [deep]
    scene = call_scene({"tool": "read"}, OPEN_READ)
    scene.body["action"]["arguments"] = {"x": deep}
    assert codes(scene.judge()) == ["TOOL.PATH_OUTSIDE_ROOT"]
