"""Whatever was raised, as a problem with a reason code. What is nobody's fault but the engine's is logged whole."""

from __future__ import annotations

import structlog

from chargehand.contracts.problems import EngineError, ProblemError, RequestError, error_for
from chargehand.fleet.fleet import UnknownMachineError
from chargehand.kernel.lease import LeaseHeldError, LeaseLostError
from chargehand.kernel.store import ConstraintError, StoreCorruptError, StoreError

_STORE_FAILED = "the database did not take this; nothing was recorded, and the engine's log names the cause"
# What a driver says may show statements and values: these carry its words, and leave the engine with ours.
_INSTEAD: dict[type[StoreError], str] = {
    StoreError: _STORE_FAILED,
    ConstraintError: _STORE_FAILED,
    StoreCorruptError: "the database is damaged: restore it from a backup; the engine's log names the cause",
}
_logger = structlog.get_logger(__name__)


def as_problem(error: Exception) -> ProblemError:
    """The problem that an exception is to whoever asked."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, UnknownMachineError):
        return RequestError("FLEET.MACHINE_UNKNOWN", f"no such machine: {error.args[0]!r}")
    if isinstance(error, StoreError):
        _logger.error("store.failed", code=error.code, error=str(error))
        return error_for(error.code, _INSTEAD.get(type(error)) or str(error))
    if isinstance(error, LeaseHeldError | LeaseLostError):
        return error_for(error.code, str(error))
    _logger.error("request.failed", exc_info=error)
    return EngineError("ENG.INTERNAL", "the engine failed on this request; its log names the cause by the request id")
