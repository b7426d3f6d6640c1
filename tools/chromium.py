"""Which Chromium stories, pictures and benches run in, and how it is started: `$CHROMIUM`, else the one on the PATH.

Nothing is downloaded; `tools/chromium.sh` installs one where it can.
"""

from __future__ import annotations

import os
import shutil
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launch_options() -> dict[str, Any]:
    """Options of a launch by playwright.

    Raises:
        LookupError: there is no Chromium, or not the one that was named.
    """
    given = os.environ.get("CHROMIUM")
    found = next(filter(None, map(shutil.which, (given,) if given else NAMES)), None)
    if found is None:
        raise LookupError("no Chromium: install one, or name it: CHROMIUM=/path/to/chromium")
    return {"executable_path": found, "args": list(FLAGS), "headless": True}
