"""Random proposals for cuts: what an agent that knows the machine but not its limits might ask for, and for what.

Each is drawn from a seed and a counter, over every machine, tool and material of the shipped cards that go together.
Values are log-uniform from well below to far beyond what the cards allow. Everything but the cut is in order, so that a
denial is one by physics. They say nothing about how often real agents ask for what.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import msgspec

from chargehand.auditor.cards import Cards, LoadedCard
from chargehand.auditor.checks_setup import ROUND
from chargehand.auditor.evidence import Evidence, state_digest
from chargehand.contracts.card import MachineCard, MaterialCard, ToolCard, ToolUse
from chargehand.contracts.examples import STATE
from chargehand.contracts.machine import SIGNAL_UNITS, Interlocks, MachineState, Setup, SignalValue, Trend
from chargehand.contracts.proposal import Proposal
from chargehand.contracts.units import UNITS
from chargehand.kernel.canonical import canonical_bytes, sha256_text
from chargehand.testing.draws import Draws

_TURNS = frozenset({"turn_mill", "turning"})
_UNITS: dict[str, tuple[str, ...]] = {
    "spindle_speed": ("rev/min", "rev/min", "rev/s"),
    "feed_rate": ("mm/min", "mm/min", "in/min"),
    "axial_depth": ("mm", "mm", "in", "um"),
    "radial_depth": ("mm", "mm", "in"),
}
_FINE = 1 << 32
_READINGS: dict[str, float] = {"spindle_override": 100, "feed_override": 100, "coolant_flow": 20}


class Situation(NamedTuple):
    """A machine with a tool and a material that it can cut with it.

    Attributes:
        machine: the machine.
        tool: the tool.
        material: the material.
        use: what the tool is made for in that material.
        across: mm, of the tool or of the turned work.
    """

    machine: LoadedCard[MachineCard]
    tool: ToolCard
    material: MaterialCard
    use: ToolUse
    across: float


class Drawn(NamedTuple):
    """A proposal with what it is judged on.

    Attributes:
        situation: what it is for.
        proposal: the proposal.
        evidence: the machine's state, in order.
    """

    situation: Situation
    proposal: Proposal
    evidence: Evidence

    @property
    def complete(self) -> bool:
        """Whether it gives all that the cut is made of, so that the clamp may move all of it."""
        given: dict[str, Any] = self.proposal.body["action"]["params"]
        return {"spindle_speed", "feed_rate", "axial_depth"} <= given.keys()


def situations(cards: Cards) -> list[Situation]:
    """Every machine, tool and material that go together."""
    return [
        Situation(machine, tool.card, material.card, use, 60.0 if tool.card.kind == "turning" else tool.card.diameter)
        for machine in cards.machines.values()
        for tool in cards.tools.values()
        if _fits(machine.card, tool.card)
        for material in cards.materials.values()
        for use in tool.card.uses
        if use.group == material.card.group
    ]


def _fits(machine: MachineCard, tool: ToolCard) -> bool:
    if tool.kind == "turning":
        return machine.kind in _TURNS
    slowest = 1000 * min((use.cutting_speed_min for use in tool.uses), default=0) / (math.pi * tool.diameter)
    return slowest < machine.spindle_speed_max and (machine.kind != "turning" or tool.kind == "drill")


def middle(situation: Situation) -> dict[str, float]:
    """A modest cut of a situation, by setting: what the machine is set to before anything is proposed."""
    use, tool, card = situation.use, situation.tool, situation.machine.card
    speed = 1000 * math.sqrt(use.cutting_speed_min * use.cutting_speed_max) / (math.pi * situation.across)
    speed = min(max(speed * 0.8, tool.spindle_speed_min), tool.spindle_speed_max, card.spindle_speed_max)
    per_tooth = 1.5 * use.feed_per_tooth_min
    edges = 1 if tool.kind == "turning" else tool.teeth
    return {
        "spindle_speed": float(round(speed)),
        "feed_rate": float(round(per_tooth * edges * speed)),
        "axial_depth": 0.1 * tool.flute_length,
        "radial_depth": 0.1 * tool.diameter,
    }


def state_of(situation: Situation, **setup: Any) -> MachineState:
    """The machine's state with the middle cut set up, every signal good; the rest replaces settings."""
    card = situation.machine.card
    named: dict[str, Any] = {
        **middle(situation),
        "tool": situation.tool.id,
        "material": situation.material.id,
        "workpiece_diameter": situation.across if situation.tool.kind == "turning" else None,
        "engagement": "side",
        **setup,
    }
    set_up: Setup = msgspec.structs.replace(STATE.setup, **named)
    assert STATE.ts_ingest is not None
    values = {name: _reading(name) for name in card.sensors}
    return msgspec.structs.replace(
        STATE,
        machine_id=card.id,
        source=card.source,
        interlocks=Interlocks(alarms=[], door_open=False, estop=False, feed_hold=False),
        setup=set_up,
        setup_digest=sha256_text(canonical_bytes(set_up)),
        values=values,
        seen_at=dict.fromkeys(values, STATE.ts_ingest),
        trend=Trend(duty=0.3, duty_covered_s=3600, load_changed_at=STATE.ts_ingest, temperature_rate=0.1),
    )


def _reading(name: str) -> SignalValue:
    unit = SIGNAL_UNITS[name]
    if unit is None:
        return SignalValue(v="AUTOMATIC" if name == "mode" else "ACTIVE", q="good")
    return SignalValue(v=_READINGS.get(name, 0), u=unit, q="good")


def drawn(seed: int, among: list[Situation]) -> Drawn:
    """The proposal of a seed: mostly a full change of the cut, else a part of one or an override."""
    draws = Draws(seed)
    situation = draws.pick(among)
    setup: dict[str, Any] = {"feed_override": draws.pick((100, 100, 100, 80, 110))}
    shape = draws.weighted({"full": 6, "part": 2, "override": 1, "timed": 1})
    asked = _asked(draws, situation)
    if shape == "part":
        names = [name for name in asked if draws.chance(2)] or ["feed_rate"]
        asked = {name: asked[name] for name in names}
    action: dict[str, Any] = {"operation": "parameter_set"}
    if shape == "override":
        action["operation"] = "override"
        params: dict[str, Any] = {"feed_override": {"value": 1 + draws.below(400), "unit": "%"}}
    else:
        params = {name: _quantity(draws, name, value) for name, value in asked.items()}
    if shape == "timed":
        action["cut_time"] = {"value": 1 + draws.below(900), "unit": "s"}
    action |= {"tool": situation.tool.id, "material": situation.material.id, "params": params}
    body = {"kind": "machine.change", "subject": f"machine/{situation.machine.card.id}", "action": action}
    state = state_of(situation, **setup)
    evidence = Evidence(machine=situation.machine, state=state, state_digest=state_digest(state))
    return Drawn(situation, proposal_of(body), evidence)


def proposal_of(body: dict[str, Any]) -> Proposal:
    """A body as the proposals room hands it over."""
    canonical = canonical_bytes(body)
    return Proposal(
        kind=body["kind"], subject=body["subject"], body=body, digest=sha256_text(canonical), canonical=canonical
    )


def _asked(draws: Draws, situation: Situation) -> dict[str, float]:
    use, tool = situation.use, situation.tool
    to_speed = 1000 / (math.pi * situation.across)
    speed = _log(draws, use.cutting_speed_min * to_speed / 3, use.cutting_speed_max * to_speed * 4)
    per_tooth = _log(draws, use.feed_per_tooth_min / 3, use.feed_per_tooth_max * 8)
    asked = {
        "spindle_speed": speed,
        "feed_rate": per_tooth * (1 if tool.kind == "turning" else tool.teeth) * speed,
        "axial_depth": _log(draws, 0.02 * tool.flute_length, 2.5 * tool.flute_length),
    }
    if tool.kind not in ROUND:
        asked["radial_depth"] = _log(draws, 0.02 * tool.diameter, 2 * tool.diameter)
    return asked


def _log(draws: Draws, low: float, high: float) -> float:
    share = draws.below(_FINE) / _FINE
    return float(low * (high / low) ** share)


def _quantity(draws: Draws, name: str, value: float) -> dict[str, Any]:
    unit = draws.pick(_UNITS[name])
    own = value / UNITS[unit].factor
    return {"value": round(own, 4) if draws.chance(2) else own, "unit": unit}
