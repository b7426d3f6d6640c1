"""How fast a path may be run: the feed at which a curve asks for the acceleration and the jerk that the axes have.

On a circle of radius R at speed v the acceleration is v^2/R and the jerk v^3/R^2; both stay within the axes' limits.
"""

from __future__ import annotations

import math


def circle_feed(radius: float, acceleration: float) -> float:
    """mm/min at which a radius in mm asks for an acceleration in mm/s2."""
    return 60.0 * math.sqrt(acceleration * radius)


def jerk_feed(radius: float, jerk: float) -> float:
    """mm/min at which a radius in mm asks for a jerk in mm/s3."""
    return 60.0 * math.cbrt(jerk * radius**2)
