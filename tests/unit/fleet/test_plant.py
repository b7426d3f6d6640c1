"""The records of a simulated machine: what a disturbance amounts to, and which faults halt."""

from __future__ import annotations

from typing import get_args

from chargehand.fleet.plant import HALTING, Disturbance, Fault, Stretch
from tests.unit.fleet.cards import SETUP


def test_a_disturbance_amounts_to_its_size_and_none_to_the_neutral() -> None:
    calm = Stretch(0, SETUP, 20.0)
    harder = calm._replace(disturbances=(Disturbance("drift", "vibration", 3.0), Disturbance("harder", amount=1.5)))
    assert calm.amount("harder", 1.0) == 1.0
    assert harder.amount("harder", 1.0) == 1.5
    assert harder.amount("chatter", 1.0) == 1.0


def test_what_halts_is_a_fault_and_not_every_fault_halts() -> None:
    assert set(get_args(Fault)) > HALTING
    assert not HALTING & {"coolant_failed", "load_unavailable", "connection_lost", "unattended"}


def test_a_machine_begins_cold_sharp_and_sound() -> None:
    fresh = Stretch(0, SETUP, 20.0)
    assert (fresh.rise, fresh.theta, fresh.wear, fresh.worn, fresh.begun_s) == (0.0,) * 5
    assert (fresh.faults, fresh.disturbances) == (frozenset(), ())
