"""Concurrency: revisions, leases, repeated requests and transitions that are not on the map."""

from __future__ import annotations

from functools import partial

from chargehand.contracts.codes.record import Example, ReasonCode

_rev = partial(ReasonCode, family="REV", severity="block", retry="after_change", owner="agent")

CODES = (
    _rev(
        code="REV.STALE_REVISION",
        wire_id=6500,
        params={"observed": "integer", "limit": "integer"},
        title="Somebody else was faster",
        caller_text="Read the present revision, which `current_revision` gives, and decide again.",
        operator_text="Two writers wanted the same record.",
        remedies=("refresh",),
        positive=Example(when="`If-Match` names an old revision."),
        negative=Example(when="It names the present one."),
    ),
    _rev(
        code="REV.LEASE_HELD_BY_OTHER",
        wire_id=6501,
        retry="after_time",
        owner="platform",
        params={"observed": "string", "limit": "string"},
        title="Another node holds the lease",
        caller_text="Wait until the lease is free.",
        operator_text="`observed` names the holder.",
        remedies=("wait",),
        positive=Example(when="A lease is claimed while another node holds it."),
        negative=Example(when="The lease has ended."),
    ),
    _rev(
        code="REV.LEASE_LOST",
        wire_id=6502,
        retry="after_time",
        owner="platform",
        safety_relevant=True,
        params={"observed": "integer", "limit": "integer"},
        title="The lease was lost",
        caller_text="Nothing was written. Try again.",
        operator_text="A node was away longer than its lease; its late write was fenced off.",
        remedies=("wait",),
        positive=Example(when="A write with an old fencing number."),
        negative=Example(when="A write with the present one."),
    ),
    _rev(
        code="REV.STATE_CHANGED",
        wire_id=6503,
        safety_relevant=True,
        params={"observed": "string", "limit": "string"},
        title="The set-up changed meanwhile",
        caller_text="Read the newest state and propose again.",
        operator_text="Another change was applied after this one was proposed or judged.",
        remedies=("refresh",),
        positive=Example(
            when="The digest in `based_on` is not the set-up's.",
            given={"/proposal/based_on/digest": "sha256:" + "0" * 64},
        ),
        negative=Example(when="The digest of the present set-up."),
    ),
    _rev(
        code="REV.IDEMPOTENCY_MISMATCH",
        wire_id=6504,
        title="The idempotency key belongs to another request",
        caller_text="Use a new `Idempotency-Key` for a new request.",
        operator_text="A client reuses keys.",
        remedies=("supply",),
        positive=Example(when="The key of an earlier request with another body."),
        negative=Example(when="The same key with the same body: the first answer comes again."),
    ),
    _rev(
        code="REV.TRANSITION_ILLEGAL",
        wire_id=6505,
        params={"observed": "string", "limit": "string"},
        title="Not possible in the present state",
        caller_text="Read the record: it is no longer, or not yet, where this can happen.",
        operator_text="`observed` is the present state.",
        remedies=("refresh",),
        positive=Example(when="A command that the state machine does not take."),
        negative=Example(when="A command that it takes."),
    ),
)
