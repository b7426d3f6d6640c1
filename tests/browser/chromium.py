"""The browser of the stories. Without one every story is skipped and says so; where `CI` is set that is a failure."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tools.chromium import launch_options


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """What pytest-playwright starts the browser with."""
    try:
        return launch_options()
    except LookupError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
