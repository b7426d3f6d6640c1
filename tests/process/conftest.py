"""Real engines, and a small checkout to build, for every test of this folder."""

from __future__ import annotations

from tests.process.planted_web import planted
from tests.surfaces.engine import engine, start, store

__all__ = ["engine", "planted", "start", "store"]
