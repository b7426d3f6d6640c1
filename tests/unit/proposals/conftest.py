"""The spine over a store in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from chargehand.kernel.sqlite import SqliteStore
from tests.unit.proposals.spine import Spine


@pytest.fixture
def spine(open_sqlite: Callable[..., SqliteStore]) -> Iterator[Spine]:
    """Nothing is proposed yet. In the end the ledger verifies and every row is what its events say."""
    made = Spine(open_sqlite(":memory:"))
    yield made
    made.check()
