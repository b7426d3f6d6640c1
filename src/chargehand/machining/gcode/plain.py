"""The lines that most of a program is made of, `G1 X.. Y.. Z.. F..` in this order, by one pattern.

Whatever the pattern does not take, or needs a second look (a state that is not the usual one, a feed that is not
positive), is left to the reader of words, which says the same at a sixth of the speed.
"""

from __future__ import annotations

import re

from chargehand.machining.gcode.modal import Modal
from chargehand.machining.gcode.moves import Point

# At most nine digits before the point and twelve behind it: never beyond NUMBER_MAX, and never long to read.
_NUMBER = r"([+-]?(?:[0-9]{1,9}(?:\.[0-9]{0,12})?|\.[0-9]{1,12}))[ \t]*"
PLAIN = re.compile(
    r"[ \t]*(?:N[0-9]{1,9}[ \t]*)?(?:G0?([01])[ \t]*)?"
    + "".join(rf"(?:{letter}{_NUMBER})?" for letter in "XYZF")
    + r"\r?",
    re.IGNORECASE | re.ASCII,
)


def run_plain(state: Modal, found: re.Match[str]) -> bool:
    """Run a line that the pattern took; False leaves the line and the state untouched."""
    code, x, y, z, f = found.groups()
    motion = state.motion if code is None else int(code)
    scale = state.scale
    if state.motion > 1 or scale is None or state.unknown or state.feed_mode != "G94":
        return False
    feed = state.feed if f is None else float(f) * scale
    if (feed is None and motion) or (feed is not None and feed <= 0):
        return False
    start = state.position
    if state.absolute:
        end: Point = (
            start[0] if x is None else float(x) * scale,
            start[1] if y is None else float(y) * scale,
            start[2] if z is None else float(z) * scale,
        )
    else:
        end = (
            start[0] if x is None else start[0] + float(x) * scale,
            start[1] if y is None else start[1] + float(y) * scale,
            start[2] if z is None else start[2] + float(z) * scale,
        )
    state.motion = motion
    state.feed = feed
    if x is None and y is None and z is None:
        return True
    if start != end:
        state.add("feed" if motion else "rapid", start, end, feed=feed if motion and feed else 0.0)
    state.position = end
    state.moved = True
    return True
