"""An engine's door in hand: a store in memory, a clock that stands, and commands run one by one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chargehand.kernel.sqlite import SqliteStore
from tests.unit.access.door import Door


@pytest.fixture
def door(open_sqlite: Callable[..., SqliteStore]) -> Door:
    """Nobody is known yet."""
    return Door(open_sqlite(":memory:"))
