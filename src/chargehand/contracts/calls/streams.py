"""WebSockets: the live view of machines, and the log."""

from __future__ import annotations

from chargehand.contracts.calls.parameters import (
    AFTER_EVENT,
    AFTER_FRAME,
    BATCH,
    EVENTS_AFTER,
    EVERY_MS,
    INSTANCE,
    SUBJECT,
    TYPES,
)
from chargehand.contracts.calls.record import Stream
from chargehand.contracts.envelope import EngineEvent
from chargehand.contracts.machine import (
    BatchFrame,
    ConditionFrame,
    DecisionFrame,
    GapFrame,
    HeartbeatFrame,
    TelemetryFrame,
)

_OF_MACHINES = (TelemetryFrame, BatchFrame, DecisionFrame, ConditionFrame, HeartbeatFrame, GapFrame)

STREAMS = (
    Stream(
        name="machine.watch",
        path="/ws/telemetry/{machine_id}",
        summary="One machine: its telemetry, its verdicts and its conditions.",
        frames=_OF_MACHINES,
        roles=("viewer",),
        query=(AFTER_FRAME, INSTANCE, EVENTS_AFTER, BATCH),
        docs="The primary stream of a machine's page. The bytes of `verdict` equal those of the REST answer. "
        "Heartbeats, the first one at once, carry `event_seq`: who comes back gives the last one, or the `seq` of a "
        "later verdict or condition, as `after_event`. Who may read no more is closed with 1008 and the reason code.",
    ),
    Stream(
        name="fleet.watch",
        path="/ws/telemetry",
        summary="Every machine at once: the fallback.",
        frames=_OF_MACHINES,
        roles=("viewer",),
        query=(EVENTS_AFTER, EVERY_MS, BATCH),
        docs="Frames name their machine. Samples coalesce for a slow reader; events never do. With `every_ms` what "
        "lies between two frames is left out on purpose, without a gap; verdicts and conditions all arrive.",
    ),
    Stream(
        name="event.watch",
        path="/ws/events",
        summary="The log, as `GET /v1/events`.",
        frames=(EngineEvent, HeartbeatFrame, GapFrame),
        roles=("viewer",),
        query=(TYPES, SUBJECT, AFTER_EVENT),
        docs="Same filters and positions as the event stream over HTTP. `type` of an event always has a dot.",
    ),
)
