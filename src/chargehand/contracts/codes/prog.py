"""Part programs (1400 on)."""

from __future__ import annotations

from chargehand.contracts.codes.record import ReasonCode

CODES: tuple[ReasonCode, ...] = ()
