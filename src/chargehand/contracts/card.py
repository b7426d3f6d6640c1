"""Cards: what is known about a machine, a cutting tool and a material. A verdict names the cards by digest.

Units are fixed per field and stand in its name or description; a card file carries plain numbers. Loading and
refusing card files is the auditor's (`auditor/cards.py`).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from chargehand.contracts.machine import Source

MachineKind = Literal["mill_3axis", "mill_5axis", "turn_mill", "turning", "other"]
Interlock = Literal["alarms", "door", "estop", "feed_hold"]


class Axis(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Travel of one axis.

    Attributes:
        min: lowest machine coordinate, mm (rotary axes: degrees).
        max: highest machine coordinate.
        unit: mm or deg.
    """

    min: float
    max: float
    unit: Literal["mm", "deg"] = "mm"


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
        spindle_power_s1: kW, continuous rating of the drive.
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


class ToolCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cutting tool.

    Attributes:
        id: `EM12-4`.
        name: for people.
        diameter: mm.
        teeth: number of cutting edges.
        flute_length: mm, the deepest axial cut.
        stickout: mm from the holder.
        spindle_speed_min: rev/min, lowest rated.
        spindle_speed_max: rev/min, highest rated.
        lead_angle: degrees, kr.
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


class MaterialCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A work material.

    Attributes:
        id: `steel-qt-250hb`.
        name: for people.
        group: VDI 3323 group.
        kc1_1: N/mm2, specific cutting force at 1 mm chip.
        mc: exponent of the specific cutting force.
        source: where the figures are from.
    """

    id: str
    name: str
    group: str
    kc1_1: float
    mc: float
    source: str
