"""Telemetry checks: whether what is known about the machine is young, genuine and complete enough to judge on.

Missing, stale, unavailable and not-a-number are facts with a code each. A signal that the machine's card does not list
is not asked for.
"""

from __future__ import annotations

import math
from functools import lru_cache

from chargehand.auditor.case import NOT_APPLICABLE, Case, Outcome, not_evaluable, noted, question
from chargehand.auditor.fields import NUMERIC_SIGNALS
from chargehand.auditor.finding import WAIT, Finding, refresh
from chargehand.contracts.machine import SignalValue
from chargehand.kernel.clock import SECOND_US, iso_utc, parse_utc

LOAD_SILENT_S = 60
"""Age of the last good spindle load, in seconds, beyond which a machine that cuts is not believed to report it."""
LOAD_FROZEN_S = 300
"""Seconds from which on a load above 0 that is reported and never moves is not believed while the machine cuts. The
definitions want ten minutes found out; half of that leaves room for a long even pass."""

NOT_RECEIVED = not_evaluable("TELEM.NOT_RECEIVED")
_UNKNOWN = not_evaluable("FLEET.MACHINE_UNKNOWN")
_STATE = refresh("state")
_instant = lru_cache(maxsize=256)(parse_utc)
"""The times of one state are read for every proposal of a burst."""


def _received(case: Case) -> Outcome | None:
    if case.card is None:
        return _UNKNOWN
    state = case.evidence.state
    if state is None or state.instance_id is None or state.seq is None or state.ts_ingest is None:
        case.deny("TELEM.NOT_RECEIVED", "/subject", remedies=WAIT)
        return None
    assert state.machine_id == case.card.id, "evidence of another machine"
    case.ingest_us = _instant(state.ts_ingest)
    case.state = state
    return None


def _fresh(case: Case) -> Outcome | None:
    if case.card is None or case.state is None or case.ingest_us is None:
        return NOT_RECEIVED
    age_us = case.now_us - case.ingest_us
    if not age_us <= case.card.freshness_s * SECOND_US or case.state.connection == "stale":
        _old(case, "TELEM.STALE", age_us, case.card.freshness_s, path=None)
    return None


def _clock(case: Case) -> Outcome | None:
    """The machine's clock against the engine's. A recording carries the times of its own day and is not compared."""
    if case.card is None or case.state is None or case.ingest_us is None:
        return NOT_RECEIVED
    limit_us = case.card.clock_skew_s * SECOND_US
    skew_us = case.ingest_us - case.now_us
    if case.state.source == "replay" or (case.state.ts_source is None and skew_us <= limit_us):
        return NOT_APPLICABLE
    if skew_us <= limit_us and case.state.ts_source is not None:
        skew_us = _instant(case.state.ts_source) - case.ingest_us
    if not abs(skew_us) <= limit_us:
        _old(case, "TELEM.CLOCK_SKEW", abs(skew_us), case.card.clock_skew_s, path=None)
    return None


def _old(case: Case, code: str, age_us: float, limit_s: float, *, path: str | None) -> None:
    age_s = age_us / SECOND_US
    remedies = WAIT if code == "TELEM.CLOCK_SKEW" else _STATE
    case.deny(code, path, observed=age_s, limit=limit_s, margin=limit_s - age_s, unit="s", remedies=remedies)


def _source(case: Case) -> Outcome | None:
    if case.card is None or case.state is None:
        return NOT_RECEIVED
    if case.state.source != case.card.source:
        case.deny("TELEM.SOURCE_MISMATCH", None, observed=case.state.source, limit=case.card.source, remedies=_STATE)
    return None


def _basis(case: Case) -> Outcome | None:
    """The state that the proposer saw against the newest: same run, not ahead, not too old, same set-up."""
    if case.state is None or case.ingest_us is None:
        return NOT_RECEIVED
    basis = case.based_on
    if basis is None:
        given = case.proposal.body.get("based_on") is not None
        return not_evaluable("PROP.TYPE_INVALID") if given else noted("OK.BOUND_TO_NEWEST_STATE")
    state = case.state
    if basis.digest is not None and basis.digest != state.setup_digest:
        case.deny(
            "REV.STATE_CHANGED",
            "/based_on/digest",
            observed=basis.digest,
            limit=state.setup_digest,
            remedies=_STATE,
        )
    if basis.instance_id != state.instance_id:
        case.deny(
            "TELEM.INSTANCE_MISMATCH",
            "/based_on/instance_id",
            observed=basis.instance_id,
            limit=state.instance_id,
            remedies=_STATE,
        )
        return None
    assert state.seq is not None
    if basis.seq > state.seq:
        case.deny("TELEM.SEQ_AHEAD", "/based_on/seq", observed=basis.seq, limit=state.seq, remedies=_STATE)
        return None
    seen_us = case.ingest_us if basis.seq == state.seq else case.evidence.sampled_us.get(basis.seq)
    limit_s = case.book.policy.basis_age_s
    if seen_us is None:
        case.deny("TELEM.BASIS_STALE", "/based_on/seq", limit=limit_s, unit="s", remedies=_STATE)
    elif not case.now_us - seen_us <= limit_s * SECOND_US:
        _old(case, "TELEM.BASIS_STALE", case.now_us - seen_us, limit_s, path="/based_on/seq")
    return None


def _signals(case: Case) -> Outcome | None:
    """Every numeric signal that the card lists: there, good, finite, in its own unit."""
    if case.card is None or case.state is None:
        return NOT_RECEIVED
    values = case.state.values
    asked = False
    for name in case.card.sensors:
        unit = NUMERIC_SIGNALS.get(name)
        if unit is None:
            continue
        asked = True
        signal = values.get(name)
        if signal is not None and signal.q == "good" and signal.u == unit:
            value = signal.v
            if value is not None and not isinstance(value, str) and math.isfinite(value):
                continue
        _signal_fault(case, name, unit, signal)
    return None if asked else NOT_APPLICABLE


def _signal_fault(case: Case, name: str, unit: str, signal: SignalValue | None) -> None:
    """What exactly is wrong with a signal. `uncertain` is a warning of the source, not a denial of ours."""
    retry = [*WAIT, *_STATE]
    if signal is None or signal.v is None or signal.q == "unavailable":
        case.deny("TELEM.SIGNAL_MISSING", None, field=name, remedies=retry)
    elif signal.q == "stale":
        case.found.append(Finding(code="TELEM.STALE", field=name, remedies=retry))
    elif signal.q == "bad":
        case.deny("TELEM.QUALITY_BAD", None, field=name, observed=signal.q, remedies=retry)
    elif isinstance(signal.v, str) or not math.isfinite(signal.v):
        case.deny("TELEM.NOT_FINITE", None, field=name, observed=str(signal.v), remedies=retry)
    elif signal.u != unit:
        case.deny("TELEM.UNIT_MISMATCH", None, field=name, observed=signal.u, limit=unit)


def _load(case: Case) -> Outcome | None:
    """In a cut the spindle load moves: a source that stopped reporting it, or repeats itself, is not believed."""
    if case.card is None or case.state is None:
        return NOT_RECEIVED
    if case.state.execution != "ACTIVE" or "spindle_load" not in case.card.sensors:
        return NOT_APPLICABLE
    seen = case.state.seen_at.get("spindle_load")
    # Both are the engine's own fixed-width UTC texts, so that comparing the texts compares the times.
    if seen is not None and seen < iso_utc(case.now_us - LOAD_SILENT_S * SECOND_US):
        _unmoved(case, "TELEM.STALE", seen, LOAD_SILENT_S)
    changed_at = None if case.state.trend is None else case.state.trend.load_changed_at
    if changed_at is not None and changed_at <= iso_utc(case.now_us - LOAD_FROZEN_S * SECOND_US):
        load = case.state.values.get("spindle_load")
        if load is None or isinstance(load.v, str) or load.v is None or not load.v <= 0:
            _unmoved(case, "TELEM.LOAD_FROZEN", changed_at, LOAD_FROZEN_S)
    return None


def _unmoved(case: Case, code: str, since: str, limit_s: float) -> None:
    age_s = (case.now_us - parse_utc(since)) / SECOND_US
    case.deny(
        code,
        None,
        field="spindle_load",
        observed=age_s,
        limit=limit_s,
        margin=limit_s - age_s,
        unit="s",
        remedies=[*WAIT, *_STATE],
    )


TELEMETRY = (
    question("telemetry.received", _received, standing=True),
    question("telemetry.fresh", _fresh),
    question("telemetry.clock", _clock),
    question("telemetry.source", _source, standing=True),
    question("telemetry.basis", _basis),
    question("telemetry.signals", _signals, standing=True),
    question("telemetry.load", _load),
)
