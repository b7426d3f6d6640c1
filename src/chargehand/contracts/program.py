"""Part programs as the engine keeps them: by the digest of their text, once, and for good.

A program is named in proposals by its digest and judged by its text. The name is for people and says nothing about it.
"""

from __future__ import annotations

import msgspec

PROGRAM_BYTES_MAX = 1024 * 1024
"""Longest text, in bytes of UTF-8."""
NAME_CHARACTERS_MAX = 120


class ProgramBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is posted to `/v1/programs`.

    Attributes:
        name: what people call it, `ROUGH-17.ngc`; 1 to 120 characters that print.
        text: the program, at most 1 MiB of UTF-8; the digest is of exactly these bytes.
    """

    name: str
    text: str


class ProgramRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A stored program as lists show it.

    Attributes:
        sha256: digest of its text, 64 hexadecimal digits: what proposals call `program_sha256`.
        name: what the one who stored it first called it.
        size: bytes of its text.
        lines: lines of its text.
        stored_at: UTC time.
        stored_by: principal.
    """

    sha256: str
    name: str
    size: int
    lines: int
    stored_at: str
    stored_by: str


class ProgramText(msgspec.Struct, frozen=True, kw_only=True):
    """A stored program with its text, at `GET /v1/programs/{id}`.

    Attributes:
        sha256: digest of its text, 64 hexadecimal digits.
        name: what the one who stored it first called it.
        size: bytes of its text.
        lines: lines of its text.
        stored_at: UTC time.
        stored_by: principal.
        text: the program.
    """

    sha256: str
    name: str
    size: int
    lines: int
    stored_at: str
    stored_by: str
    text: str


class ProgramStored(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `program.stored`. The text is kept beside the log; its digest is the subject.

    Attributes:
        name: what the one who stored it called it.
        size: bytes of its text.
        lines: lines of its text.
    """

    name: str
    size: int
    lines: int
