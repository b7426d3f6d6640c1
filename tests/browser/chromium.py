"""Which Chromium the stories run in, and how it is started: `$CHROMIUM`, else the one on the PATH.

Nothing is downloaded. Without a Chromium every story is skipped and says so; where `CI` is set that is a failure.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> Path | None:
    """The browser's file, or None where there is none."""
    given = os.environ.get("CHROMIUM")
    if given:
        return Path(given) if Path(given).is_file() else None
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return Path(found) if found else None


def launch_options() -> dict[str, Any]:
    """Options of a launch.

    Raises:
        LookupError: there is no Chromium.
    """
    found = executable()
    if found is None:
        raise LookupError("no Chromium: install one, or name it in $CHROMIUM")
    return {"executable_path": str(found), "args": list(FLAGS), "headless": True}


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """What pytest-playwright starts the browser with."""
    try:
        return launch_options()
    except LookupError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
