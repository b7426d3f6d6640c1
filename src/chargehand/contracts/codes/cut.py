"""Cutting: power, torque, force, deflection, chips and stability (1200 on)."""

from __future__ import annotations

from chargehand.contracts.codes.record import ReasonCode

CODES: tuple[ReasonCode, ...] = ()
