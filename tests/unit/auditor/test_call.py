"""The action of a tool call is a closed record."""

from __future__ import annotations

from typing import Any

import pytest

from chargehand.auditor.call import PATHS_MAX, Call, read_call
from chargehand.auditor.finding import Finding


def _read(action: Any) -> tuple[Call | None, list[tuple[str, str | None]]]:
    found: list[Finding] = []
    call = read_call(action, found)
    return call, [(finding.code, finding.path) for finding in found]


def test_whole_call_is_read() -> None:
    call, found = _read(
        {
            "tool": "run",
            "arguments": {"n": 1},
            "paths": ["/a//b", "c", "../d"],
            "host": "a.example",
            "command": "ls -l",
            "cwd": "/w",
            "run_id": "run_1",
        }
    )
    assert found == []
    assert call == Call(
        tool="run",
        arguments={"n": 1},
        paths=["/a//b", "c", "../d"],
        host="a.example",
        command="ls -l",
        cwd="/w",
    )


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (None, [("PROP.TYPE_INVALID", "/action")]),
        ("ls", [("PROP.TYPE_INVALID", "/action")]),
        ({}, [("PROP.FIELD_MISSING", "/action/tool")]),
        ({"tool": None}, [("PROP.FIELD_MISSING", "/action/tool")]),
        ({"tool": 1}, [("PROP.TYPE_INVALID", "/action/tool")]),
        ({"tool": "t", "approved": True}, [("PROP.FIELD_UNKNOWN", "/action/approved")]),
        ({"tool": "t", "arguments": []}, [("PROP.TYPE_INVALID", "/action/arguments")]),
        ({"tool": "t", "arguments": None}, [("PROP.TYPE_INVALID", "/action/arguments")]),
        ({"tool": "t", "paths": "/a"}, [("PROP.TYPE_INVALID", "/action/paths")]),
        (
            {"tool": "t", "paths": [1, "/a", None]},
            [("PROP.TYPE_INVALID", "/action/paths/0"), ("PROP.TYPE_INVALID", "/action/paths/2")],
        ),
        ({"tool": "t", "paths": ["/a"] * (PATHS_MAX + 1)}, [("PROP.TYPE_INVALID", "/action/paths")]),
        ({"tool": "t", "host": 1}, [("PROP.TYPE_INVALID", "/action/host")]),
        ({"tool": "t", "command": ["ls"]}, [("PROP.TYPE_INVALID", "/action/command")]),
        ({"tool": "t", "cwd": {}}, [("PROP.TYPE_INVALID", "/action/cwd")]),
        ({"tool": "t", "run_id": 7}, [("PROP.TYPE_INVALID", "/action/run_id")]),
    ],
)
def test_what_is_wrong_is_said_with_its_place(action: Any, expected: list[tuple[str, str]]) -> None:
    assert _read(action)[1] == expected


def test_most_paths_are_still_read() -> None:
    call, found = _read({"tool": "t", "paths": ["/a"] * PATHS_MAX})
    assert found == []
    assert call is not None
    assert len(call.paths) == PATHS_MAX
