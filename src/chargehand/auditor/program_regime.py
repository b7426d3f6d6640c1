"""The limits of a program that have nothing to do with where the tool is: speed, feed, chip, coolant, tool, modes.

Whole stretches of a program run under the same settings, so each set of settings is judged once and the answer counts
for every move under it. Programmed figures are judged: an override of the operator's is not the program's.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from chargehand.contracts.card import MachineCard, MaterialCard, ToolCard, ToolUse
from chargehand.machining.gcode.moves import Move


class Breach(NamedTuple):
    """A limit that is not kept.

    Attributes:
        code: reason code.
        field: what was judged.
        observed: its value.
        limit: what it met, or None.
        unit: unit of both, or None.
        rule_id: card entry that speaks, or None.
    """

    code: str
    field: str
    observed: float | str | None = None
    limit: float | str | None = None
    unit: str | None = None
    rule_id: str | None = None


class Settings(NamedTuple):
    """What a move runs under, and whether it may be in material."""

    kind: str
    cutting: bool
    feed: float
    speed: float
    spindle: str
    coolant: bool
    tool: int | None
    length_offset: int
    radius_side: int


def settings_of(move: Move, *, cutting: bool) -> Settings:
    """The settings of a move."""
    return Settings(
        move.kind,
        cutting,
        move.feed,
        move.spindle_speed,
        move.spindle,
        move.coolant,
        move.tool,
        move.length_offset,
        move.radius_side,
    )


class Regime:
    """Judges settings against the cards.

    Args:
        card: the machine.
        tool: the tool.
        material: the work's material, or None if nobody knows it.
    """

    def __init__(self, card: MachineCard, tool: ToolCard, material: MaterialCard | None) -> None:
        self._card = card
        self._tool = tool
        self._material = material
        self._use = use_of(tool, material)
        self._judged: dict[Settings, tuple[Breach, ...]] = {}
        holder = tool.holder
        ceilings = [
            (card.spindle_speed_max, f"machine:{card.id}:spindle_speed_max"),
            (tool.spindle_speed_max, f"tool:{tool.id}:spindle_speed_max"),
        ]
        if holder is not None:
            ceilings.append((holder.speed_max, f"tool:{tool.id}:holder"))
        self._speed_max = min(ceilings)
        self._speed_min = max(
            (card.spindle_speed_min, f"machine:{card.id}:spindle_speed_min"),
            (tool.spindle_speed_min, f"tool:{tool.id}:spindle_speed_min"),
        )

    def breaches(self, settings: Settings) -> tuple[Breach, ...]:
        """What these settings do not keep."""
        found = self._judged.get(settings)
        if found is None:
            breaches = [*self._fed(settings), *self._modes(settings)]
            if settings.spindle != "off" and (fast := self.turning(settings.speed)) is not None:
                breaches.insert(0, fast)
            if settings.cutting:
                breaches += self._cutting(settings)
            found = self._judged[settings] = tuple(breaches)
        return found

    def turning(self, speed: float) -> Breach | None:
        """What a spindle that turns at a speed, in rev/min, does not keep, whether anything moves or not."""
        limit, rule = self._speed_max
        if speed <= limit:
            return None
        return Breach("PROG.SPEED_ABOVE_MAX", "spindle_speed", speed, limit, "rev/min", rule)

    def _fed(self, settings: Settings) -> list[Breach]:
        if settings.kind not in ("feed", "arc"):
            return []
        if not 0 < settings.feed < math.inf:
            return [Breach("PROG.FEED_MISSING", "feed_rate")]
        limit = self._card.feed_rate_max
        if settings.feed <= limit:
            return []
        rule = f"machine:{self._card.id}:feed_rate_max"
        return [Breach("PROG.FEED_ABOVE_MAX", "feed_rate", settings.feed, limit, "mm/min", rule)]

    def _modes(self, settings: Settings) -> list[Breach]:
        found: list[Breach] = []
        if settings.radius_side and settings.kind != "dwell":
            word = "G41" if settings.radius_side < 0 else "G42"
            found.append(Breach("PROG.RADIUS_COMPENSATION", "radius_compensation", word))
        if settings.length_offset and settings.tool is not None and settings.length_offset != settings.tool:
            found.append(
                Breach("PROG.TOOL_MISMATCH", "length_offset", f"H{settings.length_offset}", f"T{settings.tool}")
            )
        return found

    def _cutting(self, settings: Settings) -> list[Breach]:
        if settings.spindle != "clockwise" or not settings.speed > 0:
            observed = "off" if not settings.speed > 0 else settings.spindle
            return [Breach("PROG.SPINDLE_STANDS", "spindle", observed, "clockwise")]
        found: list[Breach] = []
        limit, rule = self._speed_min
        if not settings.speed >= limit:
            found.append(Breach("PROG.SPEED_BELOW_MIN", "spindle_speed", settings.speed, limit, "rev/min", rule))
        if self._needs_coolant() and not settings.coolant:
            found.append(Breach("PROG.COOLANT_OFF", "coolant", "off", "on"))
        use = self._use
        if use is None:
            group = None if self._material is None else self._material.group
            return [*found, Breach("PROG.BAND_UNKNOWN", "material", group, None, None, f"tool:{self._tool.id}:uses")]
        return found + self._bands(settings, use)

    def _bands(self, settings: Settings, use: ToolUse) -> list[Breach]:
        tool = self._tool
        rule = f"tool:{tool.id}:uses:{use.group}"
        found: list[Breach] = []
        chip = settings.feed / (tool.teeth * settings.speed)
        if not chip <= use.feed_per_tooth_max:
            limit = use.feed_per_tooth_max
            found.append(Breach("PROG.CHIP_LOAD_ABOVE_MAX", "feed_per_tooth", chip, limit, "mm/tooth", rule))
        cutting_speed = math.pi * tool.diameter * settings.speed / 1000.0
        for code, limit, kept in (
            ("PROG.SPEED_ABOVE_BAND", use.cutting_speed_max, cutting_speed <= use.cutting_speed_max),
            ("PROG.SPEED_BELOW_BAND", use.cutting_speed_min, cutting_speed >= use.cutting_speed_min),
        ):
            if not kept:
                found.append(Breach(code, "cutting_speed", cutting_speed, limit, "m/min", rule))
        return found

    def _needs_coolant(self) -> bool:
        return (self._use is not None and self._use.coolant) or (self._material is not None and self._material.coolant)


def use_of(tool: ToolCard, material: MaterialCard | None) -> ToolUse | None:
    """What a tool is made for in a material's group, or None."""
    if material is None:
        return None
    return next((use for use in tool.uses if use.group == material.group), None)
