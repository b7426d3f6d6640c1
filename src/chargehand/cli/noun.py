"""How a noun of the command line is made: the same shape for each. What it is about stands in `main.py`."""

from __future__ import annotations

from cyclopts import App


def noun(name: str) -> App:
    """The app that a noun's verbs are added to."""
    return App(name=name, help_format="plaintext", result_action="return_value")
