"""How a noun of the command line is made: the same shape for each."""

from __future__ import annotations

from cyclopts import App


def noun(name: str, text: str) -> App:
    """The app that a noun's verbs are added to.

    Args:
        name: the noun.
        text: what it is about, for its help.
    """
    return App(name=name, help=text, help_format="plaintext", result_action="return_value")
