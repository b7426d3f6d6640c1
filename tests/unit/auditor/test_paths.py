"""Paths are compared in full and never cleverly."""

from __future__ import annotations

import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.auditor.paths import (
    PATH_LENGTH_MAX,
    SEGMENTS_MAX,
    clean_path,
    folded,
    names_another,
    reads_like_path,
    within,
)

SEGMENT = st.text(alphabet="ab.-_", min_size=1, max_size=4).filter(lambda text: text != "..")
FULL = st.lists(SEGMENT, max_size=6).map(lambda parts: "/" + "/".join(parts))


@pytest.mark.parametrize(
    ("path", "cwd", "cleaned"),
    [
        ("/a/b", None, "/a/b"),
        ("/a//b/./c/", None, "/a/b/c"),
        ("//a", None, "/a"),
        ("/", None, "/"),
        ("b/c", "/a", "/a/b/c"),
        (".", "/a", "/a"),
        ("", "/a", "/a"),
        ("b", None, None),
        ("b", "relative", None),
        ("/a/../b", None, None),
        ("..", "/a", None),
        ("b", "/a/..", None),
        ("~/b", "/a", None),
        ("/a/~root/b", None, None),
        ("/a\\b", None, None),
        ("/a\0b", None, None),
        ("/a\nb", None, None),
        ("/a/$HOME", None, None),
        ("/a/x${Y}", None, None),
        ("/a/`x`", None, None),
        (" /b", "/a", None),
        ("/a /b", None, None),
        ("/a/b ", None, None),
        ("/a b/c d", None, "/a b/c d"),
        ("/a\u202eb", None, None),
        ("/" + "a" * PATH_LENGTH_MAX, None, None),
        ("/a" * SEGMENTS_MAX, None, None),
        ("/...", None, "/..."),
        ("/a..b", None, "/a..b"),
        ("/.git", None, "/.git"),
    ],
)
def test_cleaning(path: str, cwd: str | None, cleaned: str | None) -> None:
    assert clean_path(path, cwd) == cleaned


@given(FULL)
def test_cleaning_agrees_with_the_standard_library_where_there_is_no_way_up(path: str) -> None:
    assert clean_path(path, None) == posixpath.normpath(path).replace("//", "/")


@given(FULL)
def test_cleaning_is_idempotent(path: str) -> None:
    cleaned = clean_path(path, None)
    assert cleaned is not None
    assert clean_path(cleaned, None) == cleaned


@given(FULL, FULL)
def test_folders_are_exactly_what_a_path_lies_within(path: str, folder: str) -> None:
    cleaned, holder = clean_path(path, None), clean_path(folder, None)
    assert cleaned is not None
    assert holder is not None
    above = {"/"} | {cleaned[:place] for place, sign in enumerate(cleaned) if sign == "/" and place} | {cleaned}
    assert within(cleaned, holder) == (holder in above)


@pytest.mark.parametrize(
    ("path", "folder", "expected"),
    [
        ("/a/b", "/a", True),
        ("/a", "/a", True),
        ("/ab", "/a", False),
        ("/a/b", "/", True),
        ("/a", "/a/b", False),
        ("/b", "/a", False),
    ],
)
def test_within(path: str, folder: str, expected: bool) -> None:
    assert within(path, folder) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/etc/passwd", True),
        ("~/.ssh", True),
        ("../up", True),
        ("a/../b", True),
        ("..", True),
        ("C:\\x", True),
        ("\\\\share", True),
        ("a..b", False),
        ("hello", False),
        ("", False),
        ("1/2", False),
        (" /etc", True),
        ("see /etc", True),
        ("a:/etc", True),
        (".git/x", True),
        ("a/.git", True),
        ("$HOME", True),
        ("a$(x)", True),
        ("5$", False),
        ("and/or", False),
    ],
)
def test_what_reads_like_a_path(text: str, expected: bool) -> None:
    assert reads_like_path(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("/etc", False), ("/a/b", False), ("a/b", False), ("see /etc", True), (" /etc", True), ("file:///etc", True)],
)
def test_full_path_behind_something_else_is_seen(text: str, expected: bool) -> None:
    assert names_another(text) is expected


@given(FULL)
def test_folding_keeps_the_folders(path: str) -> None:
    assert folded(path).count("/") == path.count("/")
    assert folded(path.upper()) == folded(path)
