"""Real engines, for every test of this folder."""

from __future__ import annotations

from tests.surfaces.engine import engine, start, store

__all__ = ["engine", "start", "store"]
