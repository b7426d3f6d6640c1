"""Options that every command takes, under the same names everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Group, Parameter

_EVERYWHERE = Group("Everywhere", sort_key=9)


@Parameter(name="*", group=_EVERYWHERE)
@dataclass(frozen=True, kw_only=True)
class Options:
    """Which engine, as whom, and in which form.

    Attributes:
        url: address of the engine; else `CHARGEHAND_URL`, else the running engine of the data folder.
        data: data folder; wins over `CHARGEHAND_URL`. If no engine runs on it, it is opened by this command.
        token: a principal's token; `CHARGEHAND_TOKEN` is safer, since others can see command lines.
        json: answer with one JSON object.
    """

    url: str | None = None
    data: Path | None = None
    token: str | None = None
    json: Annotated[bool, Parameter(negative=())] = False


DEFAULT = Options()
