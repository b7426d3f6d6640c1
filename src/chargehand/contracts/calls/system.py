"""The log as a stream, and the engine about itself."""

from __future__ import annotations

from chargehand.contracts.calls.parameters import AFTER_EVENT, LAST_EVENT, SUBJECT, TYPES
from chargehand.contracts.calls.record import SSE, Operation
from chargehand.contracts.envelope import EngineEvent
from chargehand.contracts.machine import GapFrame
from chargehand.contracts.problems import Problem
from chargehand.contracts.system import Health, Version

OPERATIONS = (
    Operation(
        name="event.stream",
        method="GET",
        path="/v1/events",
        summary="Follow the log.",
        docs="One `EngineEvent` per message; the message id is its `seq`. A reader that reconnects with the last id "
        "misses nothing and sees nothing twice. Comments are heartbeats, and come with the position, the first "
        "at once; a `gap` message names what is gone. A stream that has to end, because its reader may read no more or "
        "the engine failed, ends with a `problem` message.",
        frames=(EngineEvent, GapFrame, Problem),
        query=(TYPES, SUBJECT, AFTER_EVENT),
        headers=(LAST_EVENT,),
        media=(SSE,),
    ),
    Operation(
        name="system.health",
        method="GET",
        path="/v1/health",
        summary="Say whether the engine is well.",
        output=Health,
        roles=(),
    ),
    Operation(
        name="system.version",
        method="GET",
        path="/v1/version",
        summary="Say which engine and which contracts these are.",
        output=Version,
    ),
)
