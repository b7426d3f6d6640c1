"""The control centre that the stories are played in: the one that ships, built from `web/` as it is now.

`CHARGEHAND_UI` names one that is built already; it is taken as it is, so that a view can be worked on while another
one is half written.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.surfaces.engine import Engine, Start
from tools import ui_build


@pytest.fixture(scope="session")
def ui(repository: Path) -> Path:
    """The folder with the built pages."""
    given = os.environ.get("CHARGEHAND_UI")
    if given:
        assert (Path(given) / ui_build.INDEX).is_file(), f"CHARGEHAND_UI: nothing is built in {given}"
        return Path(given)
    known = hashlib.sha256(bytes(repository)).hexdigest()[:16]
    # Two sessions that build at once would take each other's folder away.
    with (Path(tempfile.gettempdir()) / f"chargehand-ui-{known}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ui_build.build(repository, os.environ)
    return repository / ui_build.TARGET


def serving(starter: Start, ui: Path) -> Start:
    """Starts engines that serve these pages."""

    def start(data: Path, *, environment: dict[str, str] | None = None, **given: Any) -> Engine:
        return starter(data, environment={"CHARGEHAND_UI": str(ui), **(environment or {})}, **given)

    return start
