"""Parameters that several operations share, so that one name means one thing everywhere."""

from __future__ import annotations

from chargehand.contracts.calls.record import Parameter
from chargehand.contracts.page import LIMIT_DEFAULT, LIMIT_MAX

LIMIT = Parameter(
    name="limit",
    type="integer",
    default=LIMIT_DEFAULT,
    minimum=1,
    maximum=LIMIT_MAX,
    docs="Most records to answer with.",
)
CURSOR = Parameter(name="cursor", docs="`next_cursor` of the page before.")
AFTER_EVENT = Parameter(
    name="after",
    type="integer",
    minimum=0,
    docs="Send what follows this `seq`; absent means from now on, 0 from the start.",
)
TYPES = Parameter(name="types", docs="Comma-separated kinds; a trailing `*` takes a whole family, `proposal.*`.")
SUBJECT = Parameter(name="subject", docs="Only what is about this subject, `machine/CNC-001`.")
AFTER_FRAME = Parameter(
    name="after", type="integer", minimum=0, docs="Send what follows this frame `seq`; absent means from now on."
)
EVENTS_AFTER = Parameter(
    name="after_event",
    type="integer",
    minimum=0,
    docs="Also send the verdicts and conditions that follow this position of the log; absent means from now on.",
)
INSTANCE = Parameter(
    name="instance_id", docs="The instance that `after` belongs to; another one now is answered by a gap."
)
LAST_EVENT = Parameter(
    name="Last-Event-ID", where="header", docs="Position of the last event that arrived; wins over `after`."
)
IF_MATCH = Parameter(name="If-Match", where="header", docs="Revision that the caller read, as in `ETag`.")
EVERY_MS = Parameter(
    name="every_ms",
    type="integer",
    minimum=100,
    maximum=60_000,
    docs="At most one frame per machine in so many milliseconds, the newest; absent means every frame.",
)
BATCH = Parameter(
    name="batch",
    type="boolean",
    default=False,
    docs="Send telemetry frames only in `batch` messages: those that wait together leave together.",
)
VERDICT = Parameter(
    name="verdict",
    choices=("allow", "allow_with_obligations", "needs_approval", "deny", "indeterminate"),
    docs="Only this verdict.",
)
PAGED = (LIMIT, CURSOR)
