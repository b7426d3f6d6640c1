"""Which conditions hold on a machine, so that a change is reported once however often it is repeated.

A condition may hold several times at once under different native codes. NORMAL with a code ends that one, NORMAL
without a code ends all. Source: MTConnect standard, part 3 (condition activation).
"""

from __future__ import annotations

from chargehand.contracts.machine import MachineCondition

CODES_PER_CONDITION_MAX = 256
"""Native codes that may hold at once under one condition; further ones are not told apart."""


class Conditions:
    """The present conditions of one machine."""

    def __init__(self) -> None:
        self._active: dict[str, dict[str, MachineCondition]] = {}

    def take(self, report: MachineCondition) -> bool:
        """Note a report; True if it changes anything."""
        code = report.native_code or ""
        held = self._active.get(report.condition)
        if report.level in ("warning", "fault"):
            if held is None:
                held = self._active[report.condition] = {}
            if code not in held and len(held) >= CODES_PER_CONDITION_MAX:
                return False
            before = held.get(code)
            held[code] = report
            # A fault without code replaces "normal" and "unavailable", which stand under the empty code too.
            if code and (quiet := held.get("")) and quiet.level in ("normal", "unavailable"):
                del held[""]
            return before is None or (before.level, before.text, before.count) != (
                report.level,
                report.text,
                report.count,
            )
        if report.level == "normal" and code and held:
            ended = held.pop(code, None) is not None
            if not held:
                held[""] = report
            return ended
        present = held.get("") if held and len(held) == 1 else None
        self._active[report.condition] = {"": report}
        return present is None or present.level != report.level

    def faults(self) -> list[str]:
        """Active faults as `code: text`, in the order of their conditions."""
        return [
            f"{report.native_code or report.condition}: {report.text}"
            for held in self._active.values()
            for report in held.values()
            if report.level == "fault"
        ]

    def known(self) -> bool:
        """Whether any condition has been reported as something else than unavailable."""
        return any(report.level != "unavailable" for held in self._active.values() for report in held.values())
