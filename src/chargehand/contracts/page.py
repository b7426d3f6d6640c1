"""The one shape of a list: items and where to go on. A list is never unbounded."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

Item = TypeVar("Item")

LIMIT_DEFAULT = 50
LIMIT_MAX = 500


class Page(msgspec.Struct, Generic[Item], frozen=True, kw_only=True):
    """One page of a list.

    Attributes:
        items: the records of this page.
        next_cursor: hand it back as `cursor` for the next page; null on the last. Its content is the engine's own.
    """

    items: list[Item]
    next_cursor: str | None
