"""What can be said of a frame's values as a whole: their quality, their age, and the texts among them."""

from __future__ import annotations

from chargehand.contracts.machine import Quality, SignalValue

_SEVERITY: dict[Quality, int] = {"good": 0, "unavailable": 0, "uncertain": 1, "stale": 2, "bad": 3}


def worst(values: dict[str, SignalValue]) -> Quality:
    """The worst quality within a frame. Single unavailable signals do not spoil it; all of them do."""
    found: Quality = "good"
    missing = 0
    for value in values.values():
        if value.q == "good":
            continue
        if value.q == "unavailable":
            missing += 1
        elif _SEVERITY[value.q] > _SEVERITY[found]:
            found = value.q
    return "unavailable" if missing == len(values) else found


def aged(values: dict[str, SignalValue]) -> dict[str, SignalValue]:
    """The same values after the machine has fallen silent: what was good is stale."""
    return {
        name: SignalValue(v=value.v, u=value.u, q="stale") if value.q == "good" else value
        for name, value in values.items()
    }


def lost(values: dict[str, SignalValue]) -> dict[str, SignalValue]:
    """What is left of the values when the machine has gone: the signals, without any number."""
    return {name: SignalValue(v=None, u=value.u, q="unavailable") for name, value in values.items()}


def text_of(values: dict[str, SignalValue], name: str) -> str | None:
    """A text signal: None if the machine has none, UNAVAILABLE for an execution that it does not tell."""
    value = values.get(name)
    if value is None:
        return None
    if value.v is None:
        return "UNAVAILABLE" if name == "execution" else None
    return str(value.v)
