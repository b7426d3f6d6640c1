"""Paths as the auditor compares them: in full, with `/`, and never cleverly.

`..` is refused and not resolved, because after a symbolic link it does not lead where the text says. `~`, `$` and a
backquote are refused, because a shell puts something else in their place, and blanks at the ends of a name, because
programs drop them. Links cannot be seen from here: who executes a call must not follow one out of its folder.
"""

from __future__ import annotations

import re
from unicodedata import normalize

PATH_LENGTH_MAX = 4096
"""Longest path in characters, that of Linux."""

SEGMENTS_MAX = 256
"""Most folders in one path; it bounds the work of the prefix index."""

_UNCLEAR = frozenset("\\$`")


_PATH_LIKE = re.compile(r"^\s*[.~$\\]|(?<![\w.-])/|/\.|\.\.[/\\]|[\\`]|\$[\w{(]")
_ANOTHER = re.compile(r"(?<![\w./-])/")


def clean_path(path: str, cwd: str | None) -> str | None:
    """A path in full without `.` and doubled `/`, or None if it cannot be said what it names.

    Args:
        path: as given; a relative one needs `cwd`.
        cwd: the folder it starts in, in full, or None.
    """
    if not path.startswith("/"):
        if cwd is None or not cwd.startswith("/"):
            return None
        path = f"{cwd}/{path}"
    if len(path) > PATH_LENGTH_MAX or not _UNCLEAR.isdisjoint(path) or not path.isprintable():
        return None
    if path[-1] == " " or " /" in path or "/ " in path:
        return None
    parts = path.split("/")
    if ".." in parts or len(parts) > SEGMENTS_MAX or "~" in (part[:1] for part in parts):
        return None
    return "/" + "/".join([part for part in parts if part not in ("", ".")])


def within(path: str, folder: str) -> bool:
    """Whether a cleaned path is a folder or lies below it."""
    return folder in ("/", path) or (path.startswith(folder) and path[len(folder)] == "/")


def folded(path: str) -> str:
    """A cleaned path as a file system reads it that tells neither case nor composed letters apart."""
    return path.lower() if path.isascii() else normalize("NFC", path).casefold()


def reads_like_path(text: str) -> bool:
    """Whether an argument that nobody declared could be a path that leads somewhere else."""
    return _PATH_LIKE.search(text) is not None


def names_another(text: str) -> bool:
    """Whether a full path stands within a text, behind something else."""
    return _ANOTHER.search(text, 1) is not None
