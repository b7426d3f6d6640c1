"""Real engines, for every test of this folder."""

from __future__ import annotations

from tests.surfaces.engine import engine, start

__all__ = ["engine", "start"]
