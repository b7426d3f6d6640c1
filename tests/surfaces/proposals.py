"""Proposals that tests submit: the reference case and what is changed in it."""

from __future__ import annotations

from typing import Any


def change(machine: str = "CNC-001", operation: str = "parameter_set", **values: float) -> dict[str, Any]:
    """The reference proposal for a machine, with other values for some parameters. As it stands it is allowed."""
    units = {"spindle_speed": "rev/min", "feed_rate": "mm/min", "axial_depth": "mm", "radial_depth": "mm"}
    wanted = {"spindle_speed": 3183, "feed_rate": 764, "axial_depth": 3, "radial_depth": 3, **values}
    return {
        "kind": "machine.change",
        "subject": f"machine/{machine}",
        "intent": "shorten the roughing pass",
        "action": {
            "operation": operation,
            "tool": "EM12-4",
            "material": "steel-qt-250hb",
            "params": {name: {"value": value, "unit": units[name]} for name, value in wanted.items()},
        },
    }


def call(tool: str, **action: Any) -> dict[str, Any]:
    """A tool call."""
    return {"kind": "tool.call", "subject": "run/test", "action": {"tool": tool, **action}}


def offset_write() -> dict[str, Any]:
    """A machine change that needs an approval."""
    action = {"operation": "offset_write", "params": {"offset_x": {"value": 0.1, "unit": "mm"}}}
    return {"kind": "machine.change", "subject": "machine/CNC-001", "action": action}


ALLOWED = change()
DENIED = change(spindle_speed=13000)
"""Too fast for machine and tool; its clamp would be allowed."""
NEEDS_APPROVAL = offset_write()
