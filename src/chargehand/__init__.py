"""Chargehand: one accountable hand in charge of autonomous work. Here stand the names that a program needs.

Importing the package imports nothing else: each name is fetched from its room when it is first asked for. The types
stand in `__init__.pyi`, so that a type checker sees them without this file reaching upwards in the house.
"""

from importlib import import_module
from typing import Any

__version__ = "0.2.0"

_ROOMS = {
    "AsyncClient": "chargehand.sdk.async_client",
    "Client": "chargehand.sdk.client",
    "ClientError": "chargehand.sdk.errors",
    "EngineEvent": "chargehand.contracts.envelope",
    "GapFrame": "chargehand.contracts.machine",
    "ProblemAnswer": "chargehand.sdk.errors",
    "ProposalBody": "chargehand.contracts.proposal",
    "Quantity": "chargehand.contracts.proposal",
    "Unreachable": "chargehand.sdk.errors",
    "Verdict": "chargehand.contracts.verdict",
}

__all__ = ["__version__", *_ROOMS]  # noqa: PLE0604 - the names are the keys of the table above


def __getattr__(name: str) -> Any:
    """A public name, from its room."""
    if name not in _ROOMS:
        raise AttributeError(f"module 'chargehand' has no attribute {name!r}")
    return getattr(import_module(_ROOMS[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
