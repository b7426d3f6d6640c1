"""The whole output of commands over fixed records, compared line by line: what people read does not change unseen."""

from __future__ import annotations

import json

import httpx
import msgspec
import pytest

from chargehand.cli import screen
from tests.surfaces.command import Chargehand, chargehand
from tests.surfaces.golden_fleet import FLEET, Shown
from tests.surfaces.records import ANSWERS, VIEWS, answer

__all__ = ["chargehand"]


GOLDEN: dict[str, Shown] = {
    **FLEET,
    "proposal list": Shown(
        0,
        """\

 Proposal   Submitted       Kind            Subject        Status     Verdict   Code            Proposer
 ────────────────────────────────────────────────────────────────────────────────────────────────────────────
 prp_1      2026-11-20T12   machine.chang   machine/CNC-   executed   allow     OK.WITHIN_LIM   agent:planner
            :00:00.000000   e               001                                 ITS
            Z

""",
        ("more: --cursor prp_1\n"),
    ),
    "proposal show prp_1": Shown(
        0,
        """\
proposal   prp_1
kind       machine.change
subject    machine/CNC-001
status     executed
proposer   agent:planner
submitted  2026-11-20T12:00:00.000000Z
verdict    allow
code       OK.WITHIN_LIMITS: Within every limit
took       1234.5 ms
decision   dec_1
outcome    applied at 2026-11-20T12:00:00.000000Z
intent     shorten the roughing pass
sets       axial_depth 3 mm, feed_rate 764 mm/min, radial_depth 3 mm, spindle_speed 3183 rev/min
""",
        "",
    ),
    "decision list": Shown(
        0,
        """\

 Decision   Evaluated                     Verdict          Codes                                     Proposal
 ────────────────────────────────────────────────────────────────────────────────────────────────────────────
 dec_1      2026-11-20T12:00:00.000000Z   deny             MACH.SPEED_ABOVE_MAX,                     prp_1
                                                           TOOL.SPEED_ABOVE_RATING
 dec_2      2026-11-20T12:00:00.000000Z   needs_approval   MACH.SPEED_ABOVE_MAX,                     prp_2
                                                           TOOL.SPEED_ABOVE_RATING

""",
        "",
    ),
    "decision show dec_1": Shown(
        0,
        """\
verdict      deny
meaning      denied (MACH.SPEED_ABOVE_MAX)
decision     dec_1
proposal     prp_1
evaluated    2026-11-20T12:00:00.000000Z
valid until  2026-11-20T12:05:00.000000Z
checks       3 passed, 2 failed, 1 not applicable

 Code               Field           Observed   Limit   Margin   Unit      What it means      Way out
 ────────────────────────────────────────────────────────────────────────────────────────────────────────────
 MACH.SPEED_ABOVE   spindle_speed   13000      12000   -1000    rev/min   Spindle speed      set
 _MAX                                                                     above the          /action/params/s
                                                                          machine's          pindle_speed/val
                                                                          maximum            ue to 12000; set
                                                                                             /action/params/f
                                                                                             eed_rate/value
                                                                                             to 705
 TOOL.SPEED_ABOVE   spindle_speed   13000      12000   -1000    rev/min   Spindle speed      set
 _RATING                                                                  above the tool's   /action/params/s
                                                                          rating             pindle_speed/val
                                                                                             ue to 12000; set
                                                                                             /action/params/f
                                                                                             eed_rate/value
                                                                                             to 705

nearest proposal that would pass: axial_depth 3 mm, feed_rate 705 mm/min, radial_depth 3 mm, spindle_speed 12000 rev/min
""",
        "",
    ),
    "decision show dec_2": Shown(
        0,
        """\
verdict      needs_approval
meaning      a person has to decide (MACH.SPEED_ABOVE_MAX)
decision     dec_2
proposal     prp_2
approval     apr_1
evaluated    2026-11-20T12:00:00.000000Z
valid until  2026-11-20T12:05:00.000000Z
checks       3 passed, 2 failed, 1 not applicable

 Code               Field           Observed   Limit   Margin   Unit      What it means      Way out
 ────────────────────────────────────────────────────────────────────────────────────────────────────────────
 MACH.SPEED_ABOVE   spindle_speed   13000      12000   -1000    rev/min   Spindle speed      set
 _MAX                                                                     above the          /action/params/s
                                                                          machine's          pindle_speed/val
                                                                          maximum            ue to 12000; set
                                                                                             /action/params/f
                                                                                             eed_rate/value
                                                                                             to 705
 TOOL.SPEED_ABOVE   spindle_speed   13000      12000   -1000    rev/min   Spindle speed      set
 _RATING                                                                  above the tool's   /action/params/s
                                                                          rating             pindle_speed/val
                                                                                             ue to 12000; set
                                                                                             /action/params/f
                                                                                             eed_rate/value
                                                                                             to 705

""",
        "",
    ),
    "decision explain dec_1": Shown(
        0,
        """\
Denied for 2 reasons, first: spindle speed above the machine's maximum.

code        MACH.SPEED_ABOVE_MAX
title       Spindle speed above the machine's maximum
what to do  Lower the spindle speed to `limit`, the override included.
who         agent
again       after_change
where       /action/params/spindle_speed
observed    13000
limit       12000
margin      -1000
unit        rev/min
way out     set /action/params/spindle_speed/value to 12000, set /action/params/feed_rate/value to 705

code        TOOL.SPEED_ABOVE_RATING
title       Spindle speed above the tool's rating
what to do  Lower the spindle speed to `limit`, the override included.
who         agent
again       after_change
where       /action/params/spindle_speed
observed    13000
limit       12000
margin      -1000
unit        rev/min
way out     set /action/params/spindle_speed/value to 12000, set /action/params/feed_rate/value to 705

judged on  machine sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, policy
           sha256:7777777777777777777777777777777777777777777777777777777777777777, state
           sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc
""",
        "",
    ),
    "decision permit dec_1": Shown(
        0,
        """\
chp_secret
""",
        ("good once, for you, until 2026-11-20T12:00:00.000000Z\n"),
    ),
    "decision execute dec_1 --permit chp_secret": Shown(
        1,
        """\
outcome  unknown
at       2026-11-20T12:00:00.000000Z
code     ENG.OUTCOME_UNKNOWN
""",
        "",
    ),
    "approval list": Shown(
        0,
        """\

 Approval   Requested        Status    Risk     Kind             Subject          By           Expires
 ────────────────────────────────────────────────────────────────────────────────────────────────────────────
 apr_1      2026-11-20T12:   pending   medium   machine.change   machine/CNC-00   agent:demo   2026-11-20T12:
            00:00.000000Z                                        1                             05:00.000000Z

""",
        "",
    ),
    "approval show apr_1": Shown(
        0,
        """\
approval      apr_1
status        pending
risk          medium
kind          machine.change
subject       machine/CNC-001
proposal      prp_1
digest        sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
because       GATE.APPROVAL_REQUIRED (A person has to approve this)
requested by  agent:demo
requested     2026-11-20T12:00:00.000000Z
expires       2026-11-20T12:05:00.000000Z
intent     shorten the roughing pass
operation  parameter_set
sets       axial_depth 3 mm, feed_rate 764 mm/min, radial_depth 3 mm, spindle_speed 3183 rev/min
""",
        "",
    ),
    "approval approve apr_1": Shown(
        0,
        """\
approval      apr_1
status        pending
risk          medium
kind          machine.change
subject       machine/CNC-001
proposal      prp_1
digest        sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
because       GATE.APPROVAL_REQUIRED (A person has to approve this)
requested by  agent:demo
requested     2026-11-20T12:00:00.000000Z
expires       2026-11-20T12:05:00.000000Z
""",
        "",
    ),
    "policy list": Shown(
        0,
        """\

 Policy       Version   Active   Default   Rules   Tools   Limits   Digest
 ───────────────────────────────────────────────────────────────────────────
 shop-floor   1         yes      allow     1       1       1        sha256:7

""",
        "",
    ),
    "policy show": Shown(
        0,
        """\
policy   shop-floor
version  1
digest   sha256:7
default  allow
rules    1, of which no index covers 0
tools    1
limits   1

 Rule     When                           Then
 ───────────────────────────────────────────────────────────────
 offset   {"operation":"offset_write"}   needs_approval operator


 Limit   Machine   Field                 Min   Max   Unit
 ────────────────────────────────────────────────────────
 hot               spindle_temperature         75    degC


 Tool        Effect   Paths        Hosts   Commands
 ──────────────────────────────────────────────────
 read_file   read     /workspace

""",
        "",
    ),
    "ledger checkpoint": Shown(
        0,
        """\
log
3
cm9vdA==

— log c2ln
""",
        ("3 events, root cm9vdA==, key log+1+a2V5\n"),
    ),
    "ledger prove 2": Shown(
        0,
        """\
event         2
leaf hash     bGVhZg==
in a tree of  3

 Audit path, bottom up
 ─────────────────────
 YQ==

root  cm9vdA==
""",
        "",
    ),
    "ledger consistency 2": Shown(
        0,
        """\
first size   2
second size  3
root  cm9vdA==
""",
        ("no node is needed\n"),
    ),
    "ledger verify": Shown(
        7,
        """\
verifies         no
events           3
root             cm9vdA==
no cut below     2
erased payloads  1

 Code                  Event   Finding
 ────────────────────────────────────────────────────
 LEDG.RECORD_CHANGED   2       the payload is another

""",
        "",
    ),
    "principal add planner --role agent": Shown(
        0,
        """\
agent:planner  cht_secret
""",
        (
            "This token is shown once and kept only as a digest. Hand it over as CHARGEHAND_TOKEN.\n"
            "Calls without a token can no longer approve or administer: sign in with `chargehand login`.\n"
        ),
    ),
    "principal list": Shown(
        0,
        """\

 Principal       Role    Added                         By            Revoked
 ───────────────────────────────────────────────────────────────────────────────────────────────
 agent:planner   agent   2026-11-20T12:00:00.000000Z   human:local
 human:anna      admin   2026-11-20T12:00:00.000000Z   human:local   2026-11-20T12:00:00.000000Z

""",
        "",
    ),
}
"""Every view, in a pipe of 110 characters."""


@pytest.fixture(autouse=True)
def engine_on_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request is answered from the fixed records."""
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lambda _self, request: answer(request))
    monkeypatch.setattr(screen, "PIPE_WIDTH", 110)


def test_every_view_is_compared() -> None:
    assert set(GOLDEN) == set(VIEWS)


@pytest.mark.parametrize("command", VIEWS)
def test_what_people_read(command: str, chargehand: Chargehand) -> None:
    said = chargehand(*command.split(), url="http://engine.test")
    out = "".join(f"{line.rstrip()}\n" for line in said.out.splitlines())
    assert Shown(said.code, out, said.err) == GOLDEN[command]


@pytest.mark.parametrize("command", VIEWS)
def test_what_programs_read_is_the_record(command: str, chargehand: Chargehand) -> None:
    said = chargehand(*command.split(), "--json", url="http://engine.test")
    assert said.code == GOLDEN[command].code
    found = said.json
    records = [json.loads(msgspec.json.encode(record)) for record in ANSWERS.values()]
    assert {key: value for key, value in found.items() if key != "schema_version"} in [
        {key: value for key, value in record.items() if key != "schema_version"} for record in records
    ]
