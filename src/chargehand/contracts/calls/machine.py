"""Machines and their telemetry."""

from __future__ import annotations

from chargehand.contracts.calls.parameters import AFTER_FRAME, INSTANCE, LAST_EVENT, PAGED
from chargehand.contracts.calls.record import JSON, SSE, Operation, Parameter
from chargehand.contracts.limit import MachineLimits
from chargehand.contracts.machine import GapFrame, Machine, TelemetryFrame, TelemetryPage
from chargehand.contracts.page import LIMIT_DEFAULT, Page
from chargehand.contracts.problems import Problem

TELEMETRY_LIMIT_MAX = 5000
"""Most frames in one page of telemetry."""

OPERATIONS = (
    Operation(
        name="machine.list",
        method="GET",
        path="/v1/machines",
        summary="List machines.",
        output=Page[Machine],
        query=(
            *PAGED,
            Parameter(name="site", docs="Only machines of this site."),
            Parameter(name="cell", docs="Only machines of this cell."),
            Parameter(
                name="with_state",
                type="boolean",
                default=False,
                docs="Also give each machine's `state`, `state_since` and `last_decision`.",
            ),
        ),
    ),
    Operation(
        name="machine.show",
        method="GET",
        path="/v1/machines/{id}",
        summary="Show a machine with its present state.",
        output=Machine,
    ),
    Operation(
        name="machine.limits",
        method="GET",
        path="/v1/machines/{id}/limits",
        summary="Show what a machine is held to at present.",
        docs="Per field the stricter of the machine's card and the policy's limits, from the tables that verdicts are "
        "judged by. What a cut asks for, and what tool and material bear, depends on the proposal and is not here.",
        output=MachineLimits,
    ),
    Operation(
        name="machine.telemetry",
        method="GET",
        path="/v1/machines/{id}/telemetry",
        summary="Read a machine's telemetry from any position.",
        docs="As JSON one page, as an event stream everything that follows, too. What is gone is answered by a gap. "
        "An event stream begins with its position, and one that has to end ends with a `problem` message.",
        output=TelemetryPage,
        frames=(TelemetryFrame, GapFrame, Problem),
        query=(
            AFTER_FRAME,
            INSTANCE,
            Parameter(
                name="limit",
                type="integer",
                default=LIMIT_DEFAULT,
                minimum=1,
                maximum=TELEMETRY_LIMIT_MAX,
                docs="Most frames in one page.",
            ),
        ),
        headers=(LAST_EVENT,),
        media=(JSON, SSE),
    ),
)
