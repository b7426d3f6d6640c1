"""The client of an engine: every operation of the registry, typed, and streams that resume.

Two clients with the same names, one synchronous and one not, over one pure core. It knows `contracts` and nothing of
the engine, reads no environment and no credential file, and talks to the one address that it is given.
"""

from chargehand.sdk.address import DEFAULT_URL
from chargehand.sdk.answer import Answer
from chargehand.sdk.async_client import AsyncClient
from chargehand.sdk.backoff import Backoff
from chargehand.sdk.client import Client
from chargehand.sdk.errors import (
    AccessProblem,
    BadArgument,
    ClientError,
    ConflictProblem,
    EngineProblem,
    ProblemAnswer,
    RequestProblem,
    Unreachable,
    UnreadableAnswer,
)
from chargehand.sdk.trail import Received

__all__ = [
    "DEFAULT_URL",
    "AccessProblem",
    "Answer",
    "AsyncClient",
    "Backoff",
    "BadArgument",
    "Client",
    "ClientError",
    "ConflictProblem",
    "EngineProblem",
    "ProblemAnswer",
    "Received",
    "RequestProblem",
    "Unreachable",
    "UnreadableAnswer",
]
