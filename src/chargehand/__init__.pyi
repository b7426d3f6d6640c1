from chargehand.contracts.envelope import EngineEvent as EngineEvent
from chargehand.contracts.machine import GapFrame as GapFrame
from chargehand.contracts.proposal import ProposalBody as ProposalBody
from chargehand.contracts.proposal import Quantity as Quantity
from chargehand.contracts.verdict import Verdict as Verdict
from chargehand.sdk.async_client import AsyncClient as AsyncClient
from chargehand.sdk.client import Client as Client
from chargehand.sdk.errors import ClientError as ClientError
from chargehand.sdk.errors import ProblemAnswer as ProblemAnswer
from chargehand.sdk.errors import Unreachable as Unreachable

__version__: str

__all__ = [
    "AsyncClient",
    "Client",
    "ClientError",
    "EngineEvent",
    "GapFrame",
    "ProblemAnswer",
    "ProposalBody",
    "Quantity",
    "Unreachable",
    "Verdict",
    "__version__",
]
