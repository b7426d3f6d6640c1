"""The control centre that the stories are played in: built from `web/` as it is now, once per session.

`CHARGEHAND_UI` names one that is built already; it is taken as it is.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def ui(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the built pages."""
    given = os.environ.get("CHARGEHAND_UI")
    if given:
        assert (Path(given) / "index.html").is_file(), f"CHARGEHAND_UI: nothing is built in {given}"
        return Path(given)
    folder = tmp_path_factory.mktemp("ui") / "built"
    web = repository / "web"
    if not (web / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=web, check=True, capture_output=True)
    built = subprocess.run(
        ["npm", "run", "build"],
        cwd=web,
        env={**os.environ, "OUT": str(folder)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, f"the control centre does not build\n{built.stdout}\n{built.stderr}"
    return folder
