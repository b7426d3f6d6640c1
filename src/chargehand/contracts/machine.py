"""Machines, their signals, and what a live view of them carries.

A telemetry frame is not an event: frames have a sequence of their own per machine and instance. What is not known is
absent or marked, never an invented number.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from chargehand.contracts.verdict import Verdict, VerdictName

Source = Literal["live", "replay", "simulated"]
Quality = Literal["good", "uncertain", "bad", "stale", "unavailable"]
Connection = Literal["offline", "connecting", "online", "stale", "faulted"]
ConditionLevel = Literal["normal", "warning", "fault", "unavailable"]

SIGNAL_UNITS: dict[str, str | None] = {
    "spindle_speed": "rev/min",
    "feed_rate": "mm/min",
    "spindle_load": "%",
    "axis_load_x": "%",
    "axis_load_y": "%",
    "axis_load_z": "%",
    "spindle_override": "%",
    "feed_override": "%",
    "vibration": "mm/s",
    "spindle_temperature": "degC",
    "coolant_flow": "L/min",
    "position_x": "mm",
    "position_y": "mm",
    "position_z": "mm",
    "cutting_power": "kW",
    "tool_wear": "mm",
    "execution": None,
    "mode": None,
    "program": None,
    "block": None,
}
"""Every signal with its unit; null for text. A card lists which of them its machine has."""


class SignalValue(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One signal in one frame.

    Attributes:
        v: the value; null when the source says that it is unavailable.
        u: unit, absent for text.
        q: quality.
    """

    v: int | float | str | None = msgspec.field()
    u: str | None = None
    q: Quality = msgspec.field()


class TelemetryFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="telemetry"):
    """One sample of a machine.

    Attributes:
        machine_id: the machine.
        instance_id: the run of its adapter; sequences of two instances do not compare.
        seq: position within the instance, counted from 1 without gaps.
        ts_source: the machine's own UTC time, or null when it sent none.
        ts_ingest: UTC time of arrival.
        source: live, replay or simulated.
        quality: worst quality that matters for the whole frame.
        values: signal by name.
    """

    machine_id: str
    instance_id: str
    seq: int
    ts_source: str | None
    ts_ingest: str
    source: Source
    quality: Quality
    values: dict[str, SignalValue]


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """What the machine is set to: the part of its state that a proposal changes and is judged together with.

    Attributes:
        axial_depth: mm, or null if unknown.
        coolant: whether coolant is commanded on, or null if unknown.
        feed_override: %, or null if unknown.
        feed_rate: mm/min at 100 % override, or null if unknown.
        material: material card, or null if unknown.
        program: name of the program, or null.
        program_sha256: digest of the program, or null if unknown.
        radial_depth: mm, or null if unknown.
        revision: counts every change of this record within the instance.
        spindle_override: %, or null if unknown.
        spindle_speed: rev/min at 100 % override, or null if unknown.
        tool: cutting tool card, or null if unknown.
        offsets: axis offset by name, mm.
        cut_type: roughing or finishing, or null if unknown.
        engagement: side or centred, or null if unknown.
        workpiece_diameter: mm, of turned work, or null.
        path_radius: mm, the smallest radius that the path runs through under feed, or null if unknown or straight.
    """

    axial_depth: int | float | None
    coolant: bool | None
    feed_override: int | float | None
    feed_rate: int | float | None
    material: str | None
    program: str | None
    program_sha256: str | None
    radial_depth: int | float | None
    revision: int
    spindle_override: int | float | None
    spindle_speed: int | float | None
    tool: str | None
    offsets: dict[str, int | float] = {}
    cut_type: Literal["roughing", "finishing"] | None = None
    engagement: Literal["side", "centred"] | None = None
    workpiece_diameter: int | float | None = None
    path_radius: int | float | None = None


class Interlocks(msgspec.Struct, frozen=True, kw_only=True):
    """What stops a machine; null where the machine does not report it.

    Attributes:
        alarms: active alarms, `code: text`; null when the machine does not report alarms.
        door_open: guard door.
        estop: emergency stop pressed.
        feed_hold: feed hold active.
    """

    alarms: list[str] | None
    door_open: bool | None
    estop: bool | None
    feed_hold: bool | None


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """What the samples of the last minutes come to, and no single sample shows.

    Attributes:
        duty: heat in the spindle drive as a share of what it bears (theta of the S6 rule), or null where the drive has
            no such rating; 1 as long as the load was not seen for long enough to say less.
        duty_covered_s: seconds over which the load was seen without a gap, up to now.
        load_changed_at: UTC arrival of the newest load that differed from the one before it, as the instance's first
            one does; null if none was seen.
        temperature_rate: degC/min that the spindle warmed up by over `temperature_window_s`, or null if not seen.
        temperature_window_s: seconds that the rate was taken over.
    """

    duty: float | None = None
    duty_covered_s: float = 0.0
    load_changed_at: str | None = None
    temperature_rate: float | None = None
    temperature_window_s: float = 0.0


class MachineState(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a verdict about a machine is judged on. It is kept with the decision, by digest.

    Attributes:
        connection: state of the adapter.
        execution: ACTIVE, READY, STOPPED, INTERRUPTED, FEED_HOLD, PROGRAM_STOPPED or UNAVAILABLE; null if unknown.
        instance_id: the run of its adapter, or null when nothing ever arrived.
        interlocks: what stops the machine.
        machine_id: the machine.
        mode: AUTOMATIC, MANUAL, MANUAL_DATA_INPUT, SEMI_AUTOMATIC, EDIT; null if unknown.
        seq: last sample.
        setup: what it is set to.
        setup_digest: digest of `setup`.
        source: live, replay or simulated.
        ts_ingest: UTC time of the last sample's arrival.
        ts_source: the machine's UTC time of the last sample.
        values: the newest value of every signal.
        seen_at: UTC arrival of the newest good value per signal.
        trend: what the samples of the last minutes come to, or null where nothing follows them.
    """

    connection: Connection
    execution: str | None
    instance_id: str | None
    interlocks: Interlocks
    machine_id: str
    mode: str | None
    seq: int | None
    setup: Setup
    setup_digest: str
    source: Source
    ts_ingest: str | None
    ts_source: str | None
    values: dict[str, SignalValue]
    seen_at: dict[str, str] = {}
    trend: Trend | None = None


class LastDecision(msgspec.Struct, frozen=True, kw_only=True):
    """The newest recorded verdict about a machine, in short.

    Attributes:
        id: decision id, `dec_...`.
        proposal_id: its proposal, `prp_...`.
        verdict: the verdict's name.
        primary_code: the verdict's first code.
        reason_codes: every code of the verdict, in its order.
        evaluated_at: UTC time of the judgement.
    """

    id: str
    proposal_id: str
    verdict: VerdictName
    primary_code: str
    reason_codes: list[str]
    evaluated_at: str


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """A machine as the fleet lists it.

    Attributes:
        id: `CNC-001`.
        name: for people.
        site: site.
        cell: cell within the site.
        kind: mill_3axis, mill_5axis, turn_mill, ...
        source: live, replay or simulated.
        writable: whether permitted changes can be written to it.
        connection: state of its adapter.
        sensors: signals the machine has.
        card_digest: digest of its card.
        quarantined: quarantined input by code, counted since the adapter started.
        state: its present state; in lists only where `with_state` asks for it.
        state_since: UTC time since when connection and execution are what they are; null if unknown or without `state`.
        last_decision: newest recorded verdict about it; null if there is none, or without `state`.
    """

    id: str
    name: str
    site: str
    cell: str
    kind: str
    source: Source
    writable: bool
    connection: Connection
    sensors: list[str]
    card_digest: str
    quarantined: dict[str, int] = {}
    state: MachineState | None = None
    state_since: str | None = None
    last_decision: LastDecision | None = None


class TelemetryPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of frames at `GET /v1/machines/{id}/telemetry`.

    Attributes:
        instance_id: the instance they belong to.
        items: the frames.
        next_cursor: position to ask for next, or null.
        gap: sequences that were asked for and are gone, or null.
    """

    instance_id: str | None
    items: list[TelemetryFrame]
    next_cursor: str | None
    gap: GapFrame | None = None


class BatchFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="batch"):
    """Telemetry frames that waited together, as one message. A socket sends it only where `batch` asks for it.

    Attributes:
        frames: the frames, of each machine in order, byte for byte as they are sent alone.
    """

    frames: list[TelemetryFrame]


class DecisionFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="decision"):
    """A verdict on a machine's stream.

    Attributes:
        machine_id: the machine.
        seq: position of its `proposal.decided` in the log.
        verdict: the verdict, byte for byte as in the REST answer.
    """

    machine_id: str
    seq: int
    verdict: Verdict


class ConditionFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="condition"):
    """A condition or state change on a machine's stream.

    Attributes:
        machine_id: the machine.
        seq: position of its event in the log.
        kind: `machine.condition` or `machine.state`.
        data: the event's payload.
    """

    machine_id: str
    seq: int
    kind: str
    data: dict[str, Any]


class HeartbeatFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="heartbeat"):
    """Sign of life and position: the first frame of a socket, then one every few seconds, whatever else is sent.

    Attributes:
        ts: UTC time.
        machine_id: the machine, or null on the all-machines stream.
        connection: state of the machine's adapter, or null.
        event_seq: position of the log up to which this socket has been sent all that it wants; a reader that comes back
            asks for what follows it.
    """

    ts: str
    machine_id: str | None = None
    connection: Connection | None = None
    event_seq: int | None = None


class GapFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="gap"):
    """An explicit hole: what was asked for cannot be delivered in full.

    Attributes:
        machine_id: the machine, or null for the event log.
        instance_id: the instance now, or null for the event log.
        from_: first missing position.
        to: last missing position.
        code: why: TELEM.COMPACTED, TELEM.COALESCED, TELEM.OVERFLOW, TELEM.SEQ_AHEAD or TELEM.INSTANCE_CHANGED. For
            the last one both ends count in the new instance; `to` is `from` less one where nothing is missing.
    """

    machine_id: str | None = None
    instance_id: str | None = None
    from_: int = msgspec.field(name="from")
    to: int = msgspec.field()
    code: str = msgspec.field()


class MachineStateChanged(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `machine.state`.

    Attributes:
        connection: the new state.
        previous: the state before.
        instance_id: the adapter's run.
        source: live, replay or simulated.
        code: reason code, or null.
    """

    connection: Connection
    previous: Connection
    instance_id: str | None
    source: Source
    code: str | None = None


class MachineCondition(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `machine.condition`.

    Attributes:
        condition: name of the condition, such as `system`, `spindle`, `ingest`.
        level: normal, warning, fault or unavailable.
        native_code: the machine's own code, or null.
        text: the machine's own words.
        code: reason code, or null.
        count: how many times it stands for.
    """

    condition: str
    level: ConditionLevel
    native_code: str | None
    text: str
    code: str | None = None
    count: int = 1


class TelemetrySealed(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `telemetry.sealed`: the digest of one machine's frames within one minute.

    Attributes:
        instance_id: the adapter's run.
        minute: UTC start of the minute.
        first_seq: first frame.
        last_seq: last frame.
        frames: number of frames.
        digest: sha256 over the frames' bytes, each followed by a line feed.
        partial: true when the instance ended within the minute.
    """

    instance_id: str
    minute: str
    first_seq: int
    last_seq: int
    frames: int
    digest: str
    partial: bool
