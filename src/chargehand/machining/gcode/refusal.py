"""How the reader and the interpreter stop: one exception with a code, caught where a program is run and never above.

It carries no line: the one who raises it knows the word, the one who catches it knows the line.
"""

from __future__ import annotations


class RefusalError(Exception):
    """Reading ends here.

    Attributes:
        code: reason code, `PROG.*`.
        text: what is wrong, in words, with the offending word.
        observed: the word or number at fault, or None.
        limit: what it met, or None.
        unit: unit of both, or None.
    """

    def __init__(
        self,
        code: str,
        text: str,
        *,
        observed: str | float | None = None,
        limit: str | float | None = None,
        unit: str | None = None,
    ) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.observed = observed
        self.limit = limit
        self.unit = unit
