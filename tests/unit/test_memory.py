"""The collector of a process that is an engine: what stands is set aside, the rest is looked at less often."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from chargehand.server import COLLECT_AFTER, settle_memory


@pytest.fixture
def collector() -> Iterator[None]:
    """The collector as it was, afterwards."""
    before = gc.get_threshold()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@pytest.mark.usefixtures("collector")
def test_settling_sets_aside_what_stands_and_looks_less_often() -> None:
    settle_memory()
    assert gc.get_threshold()[0] == COLLECT_AFTER
    assert gc.get_freeze_count() > 1_000
    assert gc.isenabled()
