"""Cards: what is known about a machine, a cutting tool and a material. A verdict names the cards by digest.

Units are fixed per field and stand in its name or description; a card file carries plain numbers. Loading and
refusing card files is the auditor's (`auditor/cards.py`), with the ranges in `auditor/card_range.py` and how figures go
together in `auditor/card_domain.py`.

A file with an unknown key is refused whatever these records say. Those of tools and materials are answers too, so they
are open: an older client reads a card that has gained a field.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from chargehand.contracts.machine import Source

MachineKind = Literal["mill_3axis", "mill_5axis", "turn_mill", "turning", "other"]
ToolKind = Literal["end_mill", "face_mill", "drill", "turning"]
Interlock = Literal["alarms", "door", "estop", "feed_hold"]


class Axis(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Travel of one axis.

    Attributes:
        min: lowest machine coordinate, mm (rotary axes: degrees).
        max: highest machine coordinate.
        unit: mm or deg.
        acceleration: mm/s2 (deg/s2), or null if unknown.
        jerk: mm/s3 (deg/s3), or null if unknown.
        rapid: mm/min (deg/min), or null if unknown.
    """

    min: float
    max: float
    unit: Literal["mm", "deg"] = "mm"
    acceleration: float | None = None
    jerk: float | None = None
    rapid: float | None = None


class SpindlePoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One point of the drive's curves; between two points they are straight, outside of them they say nothing.

    Attributes:
        speed: rev/min, above 0; it rises from point to point.
        power_s1: kW, continuous.
        power_peak: kW, the most for a short time; at most the S6 rating where the drive has one.
        torque: N.m, continuous, at the spindle, of the same shaft as the power: `P = 2 pi n T / 60`.
    """

    speed: float
    power_s1: float
    power_peak: float
    torque: float


class DutyRating(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rating S6-d%: what the drive bears for a share of each cycle, idling for the rest.

    Attributes:
        ratio: S6 power over S1 power, above 1; `share * ratio^2` stays below 1, or no time constant fits.
        share: loaded share of the cycle, between 0 and 1; S6-40% is 0.4.
        cycle_s: length of the cycle, seconds.
    """

    ratio: float
    share: float
    cycle_s: float = 600.0


class KeepOut(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A box that no tool tip enters, in machine coordinates, mm.

    Attributes:
        name: what stands there; no two boxes of a machine share it.
        low: least X, Y, Z; for an axis that the machine lacks any span will do.
        high: greatest X, Y, Z.
    """

    name: str
    low: tuple[float, float, float]
    high: tuple[float, float, float]


class Resolution(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Smallest step of what can be set; clamped values lie on this grid.

    Attributes:
        spindle_speed: rev/min.
        feed_rate: mm/min.
        axial_depth: mm.
        radial_depth: mm.
        override: %.
        offset: mm.
    """

    spindle_speed: float = 1.0
    feed_rate: float = 1.0
    axial_depth: float = 0.01
    radial_depth: float = 0.01
    override: float = 1.0
    offset: float = 0.001


class MachineCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A machine.

    Attributes:
        id: `CNC-001`.
        name: for people.
        site: site.
        cell: cell within the site.
        kind: what it is.
        source: where its telemetry comes from: live, replay or simulated.
        axes: travel by axis name.
        spindle_speed_min: rev/min, lowest commanded speed while cutting.
        spindle_speed_max: rev/min.
        feed_rate_min: mm/min.
        feed_rate_max: mm/min, cutting feed.
        spindle_power_s1: kW, continuous rating of the drive: the highest power_s1 of its curve.
        eta: efficiency from drive to cut.
        spindle_override_min: %.
        spindle_override_max: %.
        feed_override_min: %.
        feed_override_max: %.
        coolant_flow_min: L/min, needed while cutting; 0 where the machine may cut dry.
        sensors: signals it has; for a signal that is not here every check is not applicable.
        interlocks: which interlocks it reports.
        freshness_s: age of the newest sample, in seconds, beyond which its state is stale.
        clock_skew_s: how far the machine's clock may differ from the engine's, in seconds.
        writable: whether permitted changes can be written to it.
        operations: operations it takes.
        resolution: smallest steps.
        spindle_curve: the drive's curves, by rising speed; empty if unknown. Where it says nothing, nothing that cuts
            is allowed.
        duty: the drive's short-time rating, or null if it has none.
        spindle_temperature_max: degC, or null.
        temperature_rate_max: degC/min that the spindle may warm up by, or null.
        keep_out: boxes that no tool tip enters.
        work_offsets: where the zero points G54 to G59 lie, machine coordinate by axis, mm; what a set-up says wins.
        home: machine coordinate by axis that G28 returns to, mm; within the travel and outside of every box.
    """

    id: str
    name: str
    site: str
    cell: str
    kind: MachineKind
    source: Source
    axes: dict[str, Axis]
    spindle_speed_min: float
    spindle_speed_max: float
    feed_rate_min: float
    feed_rate_max: float
    spindle_power_s1: float
    eta: float = 0.8
    spindle_override_min: float = 50.0
    spindle_override_max: float = 120.0
    feed_override_min: float = 0.0
    feed_override_max: float = 150.0
    coolant_flow_min: float = 0.0
    sensors: list[str]
    interlocks: list[Interlock]
    freshness_s: float = 2.0
    clock_skew_s: float = 5.0
    writable: bool = True
    operations: list[str] = msgspec.field(
        default_factory=lambda: ["override", "parameter_set", "program_load", "offset_write", "start", "macro"]
    )
    resolution: Resolution = Resolution()
    spindle_curve: list[SpindlePoint] = []
    duty: DutyRating | None = None
    spindle_temperature_max: float | None = None
    temperature_rate_max: float | None = None
    keep_out: list[KeepOut] = []
    work_offsets: dict[str, dict[str, float]] = {}
    home: dict[str, float] = {}


class ToolUse(msgspec.Struct, frozen=True, kw_only=True):
    """What a tool is made for in one group of materials. A group without such an entry is not cut with it.

    Attributes:
        group: group of the material: P, M, K, N, S or H; a tool describes each once.
        cutting_speed_min: m/min.
        cutting_speed_max: m/min.
        feed_per_tooth_min: mm per tooth; for turning, mm per revolution.
        feed_per_tooth_max: mm per tooth; for turning, mm per revolution.
        coolant: whether it must not be used dry.
        taylor_n: exponent of Taylor's `vc T^n = C`, between 0 and 1, or null if unknown.
        taylor_c: m/min, the C of it: the speed at which the edge lasts one minute; null where `taylor_n` is.
    """

    group: str
    cutting_speed_min: float
    cutting_speed_max: float
    feed_per_tooth_min: float
    feed_per_tooth_max: float
    coolant: bool = False
    taylor_n: float | None = None
    taylor_c: float | None = None


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """The holder that a tool sits in.

    Attributes:
        name: for people.
        speed_max: rev/min it is balanced for.
        torque_max: N.m it holds without slipping.
    """

    name: str
    speed_max: float
    torque_max: float


class Modal(msgspec.Struct, frozen=True, kw_only=True):
    """The most flexible mode at the tool tip, from a tap test: what stability is computed from.

    Attributes:
        frequency: Hz, natural frequency.
        damping: damping ratio, dimensionless, between 0 and 1.
        stiffness: N/m.
    """

    frequency: float
    damping: float
    stiffness: float


class ToolCard(msgspec.Struct, frozen=True, kw_only=True):
    """A cutting tool.

    Attributes:
        id: `EM12-4`.
        name: for people.
        diameter: mm; of a turning tool, its insert's inscribed circle.
        teeth: number of cutting edges; 1 for a turning tool.
        flute_length: mm, the deepest axial cut.
        stickout: mm from the holder, as it is; beyond `stickout_max` the tool is not used.
        spindle_speed_min: rev/min, lowest rated.
        spindle_speed_max: rev/min, highest rated.
        lead_angle: degrees, kr.
        kind: what it is; a turning tool stands still and the work turns.
        uses: what it is made for, by group of material.
        helix: degrees, 0 up to 90, or null if unknown; then the peak force counts whole teeth.
        axial_depth_min: mm, the least depth that still cuts.
        stickout_max: mm, rated, or null.
        force_max: N, the tangential force that it bears at its peak, or null.
        youngs_modulus: N/mm2; 600e3 for carbide.
        core_ratio: diameter of the core over the diameter, at most 1.
        shank: mm, width and height of a turning tool's shank; null for every other tool.
        deflection_roughing: of the tip, as a share of the diameter.
        deflection_finishing: mm at the tip.
        life_min: minutes, the least predicted life of an edge worth using, or null.
        wear_max: mm of flank wear at which the edge is done.
        holder: what it sits in, or null if unknown.
        modal: its most flexible mode, or null if nobody has measured it.
    """

    id: str
    name: str
    diameter: float
    teeth: int
    flute_length: float
    stickout: float
    spindle_speed_min: float
    spindle_speed_max: float
    lead_angle: float = 90.0
    kind: ToolKind = "end_mill"
    uses: list[ToolUse] = []
    helix: float | None = None
    axial_depth_min: float = 0.05
    stickout_max: float | None = None
    force_max: float | None = None
    youngs_modulus: float = 600e3
    core_ratio: float = 0.8
    shank: tuple[float, float] | None = None
    deflection_roughing: float = 0.02
    deflection_finishing: float = 0.02
    life_min: float | None = None
    wear_max: float = 0.3
    holder: Holder | None = None
    modal: Modal | None = None


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """What one source says about a material's specific cutting force: an interval, or one value twice.

    Attributes:
        source: where it is from; no two editions of a material share it.
        kc1_1_min: N/mm2.
        kc1_1_max: N/mm2.
        mc_min: dimensionless.
        mc_max: dimensionless.
    """

    source: str
    kc1_1_min: float
    kc1_1_max: float
    mc_min: float
    mc_max: float


class MaterialCard(msgspec.Struct, frozen=True, kw_only=True):
    """A work material.

    Attributes:
        id: `steel-qt-250hb`.
        name: for people.
        group: ISO 513 letter of its VDI 3323 group: P, M, K, N, S or H.
        kc1_1: N/mm2, specific cutting force at 1 mm chip; nominal.
        mc: exponent of the specific cutting force, 0 to 0.99; nominal. Below 1 every demand grows with the feed.
        source: where the nominal figures are from.
        vdi: number of its VDI 3323 group, 1 to 41, of the same letter; or null.
        editions: what the sources say, with the nominal figures between their least and greatest; the worst of them
            counts as well.
        coolant: whether it must not be cut dry.
    """

    id: str
    name: str
    group: str
    kc1_1: float
    mc: float
    source: str
    vdi: int | None = None
    editions: list[Edition] = []
    coolant: bool = False
