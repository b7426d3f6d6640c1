"""The codes of the checked subset, each with its modal group: two of one group may not stand in one line.

The groups are those of the RS-274/NGC report (NISTIR 6556, table 4). A code that is missing here is not read.
"""

from __future__ import annotations

LETTERS = frozenset("DFHIJKLNPQRSTXYZ")
"""Letters that carry a number; G and M name codes, O a label."""

ONE_SHOT = 0
MOTION = 1
PLANE = 2
DISTANCE = 3
ARC_DISTANCE = 4
FEED_MODE = 5
UNITS = 6
RADIUS = 7
LENGTH = 8
RETURN_LEVEL = 10
FRAME = 12
PATH = 13

STOPPING = 104
TOOL_CHANGE = 106
SPINDLE = 107
COOLANT = 108
OVERRIDES = 109

G_GROUPS: dict[int, int] = {
    10 * code: group
    for group, codes in {
        ONE_SHOT: (4, 28, 53),
        MOTION: (0, 1, 2, 3, 80, 81, 82, 83),
        PLANE: (17, 18, 19),
        DISTANCE: (90, 91),
        FEED_MODE: (93, 94, 95),
        UNITS: (20, 21),
        RADIUS: (40, 41, 42),
        LENGTH: (43, 49),
        RETURN_LEVEL: (98, 99),
        FRAME: (54, 55, 56, 57, 58, 59),
        PATH: (61, 64),
    }.items()
    for code in codes
} | {901: ARC_DISTANCE, 911: ARC_DISTANCE}
"""Modal group by G code times ten."""

M_GROUPS: dict[int, int] = {
    code: group
    for group, codes in {
        # M98 and M99 leave the line's flow as the others do, so that no two of them can be meant at once.
        STOPPING: (0, 1, 2, 30, 98, 99),
        TOOL_CHANGE: (6,),
        SPINDLE: (3, 4, 5),
        COOLANT: (7, 8, 9),
        OVERRIDES: (48, 49),
    }.items()
    for code in codes
}
"""Modal group by M code."""

CYCLES = frozenset({81, 82, 83})
"""Motion codes that are canned cycles."""
