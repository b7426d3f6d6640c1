"""A real log in a real SQLite database, with a signing key from a seed: every test gets its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.ledger.recorder import Recorder


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """An empty ledger."""
    made = Recorder()
    yield made
    made.store.close()


@pytest.fixture
def story(recorder: Recorder) -> Recorder:
    """A ledger of fourteen events of several kinds, with two checkpoints given out and one payload erased."""
    recorder.tell_story()
    return recorder
