"""Machines as the fleet knows them: registered, reachable, writable."""

from __future__ import annotations

from functools import partial

from chargehand.contracts.codes.record import Example, ReasonCode

_fleet = partial(ReasonCode, family="FLEET", severity="block", retry="after_time", owner="machine_owner")

CODES = (
    _fleet(
        code="FLEET.MACHINE_UNKNOWN",
        wire_id=1800,
        retry="after_change",
        owner="agent",
        params={"observed": "string"},
        title="No such machine",
        caller_text="Name a machine of `GET /v1/machines`.",
        operator_text="The machine has no card here, or the proposer misspells it.",
        remedies=("choose",),
        positive=Example(when="An id without a card.", given={"/proposal/subject": "machine/CNC-999"}),
        negative=Example(when="A registered machine."),
    ),
    _fleet(
        code="FLEET.NOT_WRITABLE",
        wire_id=1801,
        retry="never",
        safety_relevant=True,
        title="The machine takes no changes from here",
        caller_text="Do not propose changes for this machine.",
        operator_text="The card says `writable = false`, or the machine is a replayed recording.",
        positive=Example(when="The card forbids writing.", given={"/machine/writable": False}),
        negative=Example(when="The card permits writing.", given={"/machine/writable": True}),
    ),
    _fleet(
        code="FLEET.OWNED_ELSEWHERE",
        wire_id=1802,
        owner="platform",
        params={"observed": "string"},
        title="Another node owns the machine",
        caller_text="Try again: the request reached a node that does not hold the machine's lease.",
        operator_text="`observed` names the node that holds the lease.",
        remedies=("wait",),
        positive=Example(when="The lease of the machine is held by another node."),
        negative=Example(when="This node holds the lease."),
    ),
    _fleet(
        code="FLEET.CARD_INVALID",
        wire_id=1803,
        safety_relevant=True,
        params={"field": "string", "observed": "string"},
        title="A card cannot be used",
        caller_text="Nothing can be judged until the card is corrected.",
        operator_text="File and line of the fault stand in the message.",
        positive=Example(when="A card's minimum is above its maximum."),
        negative=Example(when="Every limit of the card is in order."),
    ),
    _fleet(
        code="FLEET.WRITE_FAILED",
        wire_id=1804,
        safety_relevant=True,
        params={"observed": "string"},
        title="The machine refused the write",
        caller_text="The change was not applied. Read the newest state before you propose again.",
        operator_text="`observed` is what the control answered.",
        remedies=("refresh",),
        positive=Example(when="The control answers a write with an error."),
        negative=Example(when="The control confirms the write."),
    ),
    _fleet(
        code="FLEET.ADAPTER_FAILED",
        wire_id=1805,
        params={"observed": "string"},
        title="The machine's adapter failed",
        caller_text="Wait until the machine is online again.",
        operator_text="The adapter is started again with growing pauses; `observed` is its last error.",
        remedies=("wait",),
        positive=Example(when="An adapter raises in its step."),
        negative=Example(when="A machine reports that it is unavailable."),
    ),
    _fleet(
        code="FLEET.PROGRAM_QUARANTINED",
        wire_id=1806,
        owner="operator",
        safety_relevant=True,
        params={"observed": "string", "limit": "string"},
        title="This has failed before and is quarantined",
        caller_text="Change what the entry names, wait until it ends (`limit`), or ask for an override.",
        operator_text="`observed` is the entry: `chargehand quarantine show` says what failed, `override` lifts it.",
        remedies=("wait", "request_approval"),
        positive=Example(
            when="The loaded program failed in this material with these parameters.",
            test="tests/unit/auditor/test_checks_quarantine.py::test_a_failed_set_up_is_barred",
        ),
        negative=Example(when="The entry was overridden."),
    ),
)
