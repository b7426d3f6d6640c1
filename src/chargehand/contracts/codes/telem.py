"""Telemetry: whether what is known about a machine is young, complete and genuine enough to judge on.

The first block denies a proposal. The second marks input that was set aside: nothing is clipped and nothing is fatal.
"""

from __future__ import annotations

from functools import partial

from chargehand.contracts.codes.record import Example, ReasonCode

_denied = partial(
    ReasonCode, family="TELEM", severity="block", retry="after_time", owner="machine_owner", safety_relevant=True
)
_basis = partial(ReasonCode, family="TELEM", severity="block", retry="after_change", owner="agent")
_set_aside = partial(ReasonCode, family="TELEM", severity="advice", retry="never", owner="machine_owner")
_gap = partial(ReasonCode, family="TELEM", severity="info", retry="as_is", owner="platform")

_LINE = {"field": "string", "observed": "string"}

CODES = (
    _denied(
        code="TELEM.STALE",
        wire_id=1500,
        params={"observed": "number s", "limit": "number s", "margin": "number s", "unit": "string", "field": "string"},
        title="The machine's state is too old",
        caller_text="Wait for fresh telemetry and propose again.",
        operator_text="No sample arrived within `freshness_s` of the card; see adapter and network.",
        remedies=("refresh", "wait"),
        positive=Example(
            when="The last sample is ten minutes old.", given={"/state/ts_ingest": "2026-11-20T11:50:00Z"}
        ),
        negative=Example(when="The last sample has just arrived."),
    ),
    _denied(
        code="TELEM.SIGNAL_MISSING",
        wire_id=1501,
        params={"field": "string"},
        title="A signal that the card lists is missing",
        caller_text="Wait until the machine reports `field` again.",
        operator_text="The card lists the sensor; correct the card if the machine does not have it.",
        remedies=("wait", "refresh"),
        positive=Example(
            when="The spindle load is unavailable.",
            given={"/state/values/spindle_load": {"v": None, "u": "%", "q": "unavailable"}},
        ),
        negative=Example(
            when="The card does not list the sensor.",
            given={
                "/machine/sensors": ["spindle_speed", "feed_rate"],
                "/state/values/spindle_load": {"v": None, "u": "%", "q": "unavailable"},
            },
        ),
    ),
    _denied(
        code="TELEM.NOT_FINITE",
        wire_id=1502,
        params={"field": "string", "observed": "string"},
        title="A signal is not a finite number",
        caller_text="Wait until the machine reports a number for `field`.",
        operator_text="See the sensor and the adapter's conversion of it.",
        remedies=("wait", "refresh"),
        positive=Example(when="The source sends NaN for a load."),
        negative=Example(when="The source sends a number."),
    ),
    _denied(
        code="TELEM.UNIT_MISMATCH",
        wire_id=1503,
        params={"field": "string", "observed": "string", "limit": "string"},
        title="A signal in another unit than agreed",
        caller_text="Nothing can be judged on `field` until its unit is right.",
        operator_text="The adapter delivers a unit that is not the signal's own; correct its mapping.",
        positive=Example(
            when="Spindle load in kW.", given={"/state/values/spindle_load": {"v": 40, "u": "kW", "q": "good"}}
        ),
        negative=Example(
            when="Spindle load in %.", given={"/state/values/spindle_load": {"v": 40, "u": "%", "q": "good"}}
        ),
    ),
    _denied(
        code="TELEM.CLOCK_SKEW",
        wire_id=1504,
        params={"observed": "number s", "limit": "number s", "margin": "number s", "unit": "string"},
        title="The machine's clock is off",
        caller_text="Wait until the machine's clock is set right.",
        operator_text="Compare the machine's time source with the engine's.",
        remedies=("wait",),
        positive=Example(when="The machine is five minutes ahead.", given={"/state/ts_source": "2026-11-20T12:05:00Z"}),
        negative=Example(when="Both clocks agree.", given={"/state/ts_source": "2026-11-20T12:00:00Z"}),
    ),
    _denied(
        code="TELEM.SOURCE_MISMATCH",
        wire_id=1505,
        severity="critical",
        params={"observed": "string", "limit": "string"},
        title="The state comes from another kind of source",
        caller_text="Do not judge a live machine on simulated or replayed data.",
        operator_text="Card and adapter disagree on where the telemetry comes from.",
        remedies=("refresh",),
        positive=Example(
            when="Simulated state for a live machine.",
            given={"/machine/source": "live", "/state/source": "simulated"},
        ),
        negative=Example(
            when="Live state for a live machine.", given={"/machine/source": "live", "/state/source": "live"}
        ),
    ),
    _basis(
        code="TELEM.INSTANCE_MISMATCH",
        wire_id=1506,
        params={"observed": "string", "limit": "string"},
        title="Based on another telemetry instance",
        caller_text="The stream was restarted since you read it. Read the newest state and propose again.",
        operator_text="The adapter restarted; sequences of two instances do not compare.",
        remedies=("refresh",),
        positive=Example(when="Right sequence, other instance.", given={"/proposal/based_on/instance_id": "ins_OTHER"}),
        negative=Example(when="The present instance."),
    ),
    _basis(
        code="TELEM.SEQ_AHEAD",
        wire_id=1507,
        params={"observed": "integer", "limit": "integer"},
        title="Based on a sample that does not exist yet",
        caller_text="Send the sequence of a sample that you received.",
        operator_text="The proposer invents sequences, or reads another engine.",
        remedies=("refresh",),
        positive=Example(when="A sequence beyond the newest.", given={"/proposal/based_on/seq": 999_999}),
        negative=Example(when="The newest sequence."),
    ),
    _basis(
        code="TELEM.BASIS_STALE",
        wire_id=1508,
        params={"observed": "number s", "limit": "number s", "margin": "number s", "unit": "string"},
        title="Based on a state that is too old",
        caller_text="Read the newest state and propose again.",
        operator_text="`basis_age_s` of the policy says how old the state behind a proposal may be.",
        remedies=("refresh",),
        positive=Example(
            when="The sample it was based on is older than the policy allows.", given={"/proposal/based_on/seq": 1}
        ),
        negative=Example(when="Based on the newest sample."),
    ),
    _denied(
        code="TELEM.NOT_RECEIVED",
        wire_id=1509,
        title="Nothing was ever received from the machine",
        caller_text="Wait until the machine sends telemetry.",
        operator_text="The adapter has not delivered a first sample; see its address and state.",
        remedies=("wait",),
        positive=Example(
            when="No instance and no sample.",
            given={"/state/instance_id": None, "/state/seq": None, "/state/ts_ingest": None},
        ),
        negative=Example(when="A first sample has arrived."),
    ),
    _set_aside(
        code="TELEM.LINE_CORRUPT",
        wire_id=1510,
        params=_LINE,
        title="A line that cannot be read",
        caller_text="Nothing to do: the line was set aside and counted.",
        operator_text="See the sample kept with the count; a rising count points at the transport.",
        positive=Example(when="A line is cut in the middle."),
        negative=Example(when="A complete line."),
    ),
    _set_aside(
        code="TELEM.TIME_MISSING",
        wire_id=1511,
        params=_LINE,
        title="A line without a time",
        caller_text="Nothing to do: the sample carries its time of arrival only.",
        operator_text="The source leaves out times; order is the order of arrival.",
        positive=Example(when="The time field is empty."),
        negative=Example(when="The line begins with a time."),
    ),
    _set_aside(
        code="TELEM.TIME_BACKWARDS",
        wire_id=1512,
        params={"observed": "string", "limit": "string"},
        title="Source time went backwards",
        caller_text="Nothing to do: samples keep the order in which they arrived.",
        operator_text="The source's clock was set, or several clocks write one stream.",
        positive=Example(when="A line is stamped earlier than the one before."),
        negative=Example(when="Stamps rise."),
    ),
    _set_aside(
        code="TELEM.VALUE_IMPOSSIBLE",
        wire_id=1513,
        params={"field": "string", "observed": "string"},
        title="A value that the signal cannot have",
        caller_text="Nothing to do: the value was set aside, not clipped.",
        operator_text="See the sensor and its mapping.",
        positive=Example(when="A spindle load of minus 40 %."),
        negative=Example(when="A spindle load of 176 %, which a drive can have for seconds."),
    ),
    _set_aside(
        code="TELEM.KEY_UNKNOWN",
        wire_id=1514,
        params=_LINE,
        title="A key that the device model does not declare",
        caller_text="Nothing to do: the value was set aside and counted.",
        operator_text="The device model is older than the machine's adapter.",
        positive=Example(when="A key that no data item has."),
        negative=Example(when="A declared key that no signal is mapped to; it is ignored."),
    ),
    _set_aside(
        code="TELEM.MAPPING_FAULT",
        wire_id=1515,
        params={"field": "string", "observed": "string", "unit": "string"},
        title="A declared unit cannot be right",
        caller_text="Nothing to do: the signal is out of use until its mapping is corrected.",
        operator_text="The whole signal was set aside once; correct its unit in the device model.",
        positive=Example(when="A surface speed declared in mm/s reaches 116,266."),
        negative=Example(when="One impossible value among plausible ones."),
    ),
    _denied(
        code="TELEM.QUALITY_BAD",
        wire_id=1516,
        params={"field": "string", "observed": "string"},
        title="A signal of bad quality",
        caller_text="Wait until `field` is good again.",
        operator_text="The source itself marks the signal; see the sensor.",
        remedies=("wait", "refresh"),
        positive=Example(
            when="The spindle load is marked bad.",
            given={"/state/values/spindle_load": {"v": 40, "u": "%", "q": "bad"}},
        ),
        negative=Example(
            when="The spindle load is marked good.",
            given={"/state/values/spindle_load": {"v": 40, "u": "%", "q": "good"}},
        ),
    ),
    _gap(
        code="TELEM.COMPACTED",
        wire_id=1517,
        params={"observed": "integer", "limit": "integer"},
        title="The asked-for samples are gone",
        caller_text="Continue behind the gap. Ask within the retention time next time.",
        operator_text="Retention removed them; the digests of their minutes remain in the ledger.",
        positive=Example(when="A position older than the retention is asked for."),
        negative=Example(when="A position within the retention."),
    ),
    _gap(
        code="TELEM.COALESCED",
        wire_id=1518,
        params={"observed": "integer", "limit": "integer"},
        title="Samples were left out for a slow reader",
        caller_text="Read faster, or fetch the gap from the telemetry route.",
        operator_text="One reader is slow; no other reader and no event is affected.",
        positive=Example(when="A reader's queue is full of samples."),
        negative=Example(when="A reader keeps up."),
    ),
    _gap(
        code="TELEM.INSTANCE_CHANGED",
        wire_id=1519,
        params={"observed": "string", "limit": "string"},
        title="The telemetry instance changed",
        caller_text="Sequences start again at 1. Forget positions of the old instance.",
        operator_text="The machine's adapter was restarted.",
        positive=Example(when="A reader continues with a position of the instance before."),
        negative=Example(when="A reader continues within the instance."),
    ),
    _gap(
        code="TELEM.OVERFLOW",
        wire_id=1520,
        severity="advice",
        params={"observed": "integer", "limit": "integer"},
        title="The recorder could not keep up",
        caller_text="Continue behind the gap: these samples were not kept.",
        operator_text="The data folder's disk is too slow or busy.",
        positive=Example(when="The recorder's queue reaches its bound."),
        negative=Example(when="The queue drains."),
    ),
    _denied(
        code="TELEM.LOAD_FROZEN",
        wire_id=1521,
        since=2,
        params={"field": "string", "observed": "number s", "limit": "number s", "margin": "number s", "unit": "string"},
        title="The spindle load stands still in a cut",
        caller_text="Wait until the machine reports a load that moves.",
        operator_text="A sensor or adapter repeats itself; the drive's heat cannot be told from it.",
        remedies=("wait", "refresh"),
        positive=Example(
            when="While the program runs, 12.5 % of load for ten minutes.",
            given={"/state/trend": {"load_changed_at": "2026-11-20T11:50:00Z"}},
        ),
        negative=Example(
            when="The same, with the machine at rest.",
            given={"/state/trend": {"load_changed_at": "2026-11-20T11:50:00Z"}, "/state/execution": "READY"},
        ),
    ),
)
