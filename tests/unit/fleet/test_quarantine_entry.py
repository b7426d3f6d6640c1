"""An entry's life: every command in every state is a transition or a refusal, and no entry bars everything."""

from __future__ import annotations

from itertools import product
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.contracts.problems import RefusedError, RequestError
from chargehand.contracts.quarantine import Override, QuarantineBody, QuarantineOpened, Region
from chargehand.fleet.quarantine_entry import (
    QUARANTINE,
    Expire,
    Lift,
    QuarantineState,
    check_body,
    decide,
    evolve,
    to_quarantine,
)
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.reducer import Happened
from chargehand.testing.clock import START_US

ANNA = "human:anna"
EXPIRES_US = START_US + 1_000
BODY = QuarantineBody(
    reason="chatter",
    expires_at=iso_utc(EXPIRES_US),
    program_sha256="a" * 64,
    region={"spindle_speed": Region(low=2800, high=3200.5)},
)
OVERRIDE = Override(by=ANNA, at=iso_utc(START_US), reason="new holder", key="k", signature="c2ln")
OPEN = evolve(None, "qua_1", Happened("quarantine.opened", QuarantineOpened(body=BODY), ANNA, START_US, 1))
STATUSES = ("active", "overridden", "expired")


def state_of(status: str) -> QuarantineState:
    if status == "active":
        return OPEN
    command = Lift(OVERRIDE, START_US) if status == "overridden" else Expire(EXPIRES_US)
    (fact,) = decide(OPEN, command)
    return evolve(OPEN, OPEN.id, Happened(fact.kind, fact.payload, ANNA, START_US, 2))


@pytest.mark.parametrize(
    ("status", "command"), list(product(STATUSES, (Lift(OVERRIDE, START_US), Expire(EXPIRES_US), Expire(START_US))))
)
def test_every_command_in_every_state_is_a_transition_or_refused(status: str, command: Any) -> None:
    admissible = status == "active" and command != Expire(START_US)
    if admissible:
        assert decide(state_of(status), command)
        return
    with pytest.raises(RefusedError) as refused:
        decide(state_of(status), command)
    assert refused.value.code == "REV.TRANSITION_ILLEGAL"


def test_entry_that_has_run_out_is_not_lifted() -> None:
    with pytest.raises(RefusedError, match="expired"):
        decide(OPEN, Lift(OVERRIDE, EXPIRES_US))


@pytest.mark.parametrize("status", STATUSES)
def test_row_gives_the_state_back(status: str) -> None:
    state = state_of(status)
    assert QUARANTINE.state(QUARANTINE.row(state)) == state
    shown = to_quarantine(state)
    assert (shown.status, shown.region, shown.expires_at) == (status, BODY.region, BODY.expires_at)
    assert (shown.override == OVERRIDE) is (status == "overridden")


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("reason", "  ", "/reason"),
        ("reason", "x" * 1_001, "/reason"),
        ("reason", "a\0b", "/reason"),
        ("expires_at", "tomorrow", "/expires_at"),
        ("expires_at", iso_utc(START_US), "/expires_at"),
        ("program_sha256", "A" * 64, "/program_sha256"),
        ("program_sha256", "a" * 63, "/program_sha256"),
        ("machine", "", "/machine"),
        ("material", "a\nb", "/material"),
        ("tool", "x" * 65, "/tool"),
        ("region", {"coolant_flow": Region(low=0, high=1)}, "/region"),
        ("region", {"feed_rate": Region(low=2, high=1)}, "/region/feed_rate"),
        ("region", {"feed_rate": Region(low=float("nan"), high=1)}, "/region/feed_rate"),
    ],
)
def test_body_that_cannot_be_told_is_refused(field: str, value: Any, pointer: str) -> None:
    with pytest.raises(RequestError) as refused:
        check_body(msgspec.structs.replace(BODY, **{field: value}), START_US)
    assert refused.value.code == "REQ.BODY_INVALID"
    assert refused.value.field == pointer


def test_entry_that_names_nothing_is_refused() -> None:
    with pytest.raises(RequestError, match="never bars everything"):
        check_body(QuarantineBody(reason="all", expires_at=BODY.expires_at, machine="CNC-001"), START_US)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_any_region_survives_its_row(one: float, other: float) -> None:
    span = Region(low=min(one, other), high=max(one, other))
    body = msgspec.structs.replace(BODY, region={"feed_rate": span})
    check_body(body, START_US)
    state = evolve(None, "qua_2", Happened("quarantine.opened", QuarantineOpened(body=body), ANNA, START_US, 1))
    found = to_quarantine(state).region["feed_rate"]
    assert (float(found.low), float(found.high)) == (span.low, span.high)
