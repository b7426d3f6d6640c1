"""What people read of machines, cards, programs and quarantines, line by line."""

from __future__ import annotations

from typing import NamedTuple


class Shown(NamedTuple):
    """Exit code, standard output without spaces at the ends of lines, standard error."""

    code: int
    out: str
    err: str


FLEET: dict[str, Shown] = {
    "machine list": Shown(
        0,
        """\

 Machine   Name     Kind         Site   Cell   Source      Connection   Writable
 ───────────────────────────────────────────────────────────────────────────────
 CNC-001   Mill 1   mill_3axis   demo   A      simulated   online       yes

""",
        "",
    ),
    "machine list --with-state": Shown(
        0,
        """\

 Machine   Name     Source      Connection   Execution   Since                Program    Last verdict
 ────────────────────────────────────────────────────────────────────────────────────────────────────────────
 CNC-001   Mill 1   simulated   online       ACTIVE      2026-11-20T12:00:0   ROUGH-17   deny
                                                         0.000000Z                       MACH.SPEED_ABOVE_MAX
 CNC-002   Mill 1   simulated   offline

""",
        "",
    ),
    "machine show CNC-001": Shown(
        0,
        """\
machine       CNC-001, Mill 1
kind          mill_3axis
place         demo, A
source        simulated
connection    online
writable      yes
quarantined   TELEM.VALUE_IMPOSSIBLE 2
since         2026-11-20T12:00:00.000000Z
last verdict  deny MACH.SPEED_ABOVE_MAX
mode          AUTOMATIC
execution     ACTIVE
newest frame  1042

 Interlock   State
 ─────────────────
 alarms      none
 door_open   no
 estop       no
 feed_hold   no


 Setting            Value
 ──────────────────────────────────────────────────────────────────────────────────────────
 axial_depth        3
 coolant            yes
 feed_override      100
 feed_rate          700
 material           steel-qt-250hb
 program            ROUGH-17
 program_sha256     sha256:6666666666666666666666666666666666666666666666666666666666666666
 radial_depth       3
 revision           7
 spindle_override   100
 spindle_speed      3000
 tool               EM12-4


 Signal          Value   Unit      Quality
 ─────────────────────────────────────────
 coolant_flow    18      L/min     good
 feed_rate       700     mm/min    good
 spindle_load    12.5    %         good
 spindle_speed   3000    rev/min   good

""",
        "",
    ),
    "machine limits CNC-001": Shown(
        0,
        """\

 Field           Least   Most   Unit     From     Entry
 ─────────────────────────────────────────────────────────────────────────────────
 coolant_flow    6              L/min    card     machine:CNC-001:coolant_flow_min
 feed_override   0       150    %        card     machine:CNC-001:feed_override
 feed_rate       1              mm/min   card     machine:CNC-001:feed_rate
 feed_rate               9000   mm/min   policy   steady
 vibration               4.5    mm/s     policy   calm

""",
        "",
    ),
    "tool list": Shown(
        0,
        """\

 Tool     Name                      Kind       Diameter mm   Teeth   Flute mm   Speed rev/min   For
 ──────────────────────────────────────────────────────────────────────────────────────────────────
 EM12-4   End mill 12 mm, 4 teeth   end_mill   12            4       26         500..12000      P

""",
        "",
    ),
    "material list": Shown(
        0,
        """\

 Material         Name                                   Group   kc1.1 N/mm2   mc     Never dry   Source
 ───────────────────────────────────────────────────────────────────────────────────────────────────────────
 steel-qt-250hb   Steel, quenched and tempered, 250 HB   P       1675          0.24   no          an example

""",
        "more: --cursor steel\n",
    ),
    "quarantine list": Shown(
        0,
        """\

 Quarantine   Status       Bars                     Because                  By       Until
 ────────────────────────────────────────────────────────────────────────────────────────────────────────────
 qua_1        overridden   program 666666666666,    alarm 2041: spindle      engine   2026-11-20T12:05:00.000
                           material                 drive                             000Z
                           steel-qt-250hb,
                           spindle_speed
                           2850..3150
 qua_2        active       machine CNC-001, tool    worn                     engine   2026-11-20T12:05:00.000
                           EM12-4, feed_rate                                          000Z
                           600..700.5

""",
        "",
    ),
    "quarantine show qua_1": Shown(
        0,
        """\
quarantine  qua_1
status      overridden
bars        program 666666666666, material steel-qt-250hb, spindle_speed 2850..3150
because     alarm 2041: spindle drive
made by     engine
made        2026-11-20T12:00:00.000000Z
until       2026-11-20T12:05:00.000000Z
lifted by   human:anna
lifted      2026-11-20T12:00:00.000000Z
why         the clamp was loose; it was replaced and the part run once by hand
signature   AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==
""",
        "",
    ),
    "quarantine override qua_1 --reason again": Shown(
        0,
        """\
quarantine  qua_1
status      overridden
bars        program 666666666666, material steel-qt-250hb, spindle_speed 2850..3150
because     alarm 2041: spindle drive
made by     engine
made        2026-11-20T12:00:00.000000Z
until       2026-11-20T12:05:00.000000Z
lifted by   human:anna
lifted      2026-11-20T12:00:00.000000Z
why         the clamp was loose; it was replaced and the part run once by hand
signature   AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==
""",
        "",
    ),
    "quarantine add --tool EM12-4 --region feed_rate=600..700 --reason worn --until 2026-12-01T00:00:00Z": Shown(
        0,
        """\
quarantine  qua_2
status      active
bars        machine CNC-001, tool EM12-4, feed_rate 600..700.5
because     worn
made by     engine
made        2026-11-20T12:00:00.000000Z
until       2026-11-20T12:05:00.000000Z
""",
        "",
    ),
    "program list": Shown(
        0,
        """\

 Program                              Name           Bytes   Lines   Stored                        By
 ────────────────────────────────────────────────────────────────────────────────────────────────────────────
 6666666666666666666666666666666666   ROUGH-17.ngc   5       1       2026-11-20T12:00:00.000000Z   human:anna
 666666666666666666666666666666

""",
        "more: --cursor ab\n",
    ),
}
"""In a pipe of 110 characters."""
