"""Whatever policy a decision was judged by, the list of policies says which, also after another came into force."""

from __future__ import annotations

from pathlib import Path

from tests.surfaces.engine import Engine, Start
from tests.surfaces.proposals import ALLOWED

POLICY = """
[policy]
name = "night-shift"
version = "{version}"
default = "deny"

[[limit]]
id = "calm"
field = "vibration"
max = 4.5
unit = "mm/s"
"""


def decided(engine: Engine) -> str:
    """The digest of the policy that a proposal is judged by."""
    answer = engine.post("/v1/proposals", ALLOWED)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["policy_digest"])


def test_every_row_is_told_by_name_and_version(start: Start, tmp_path: Path) -> None:
    used: list[str] = []
    policy = tmp_path / "policy.toml"
    for version in (None, "1", "2"):
        flags = {}
        if version is not None:
            policy.write_text(POLICY.format(version=version), "utf-8")
            flags = {"policy": str(policy)}
        engine = start(tmp_path / "data", **flags).ready()
        used.append(decided(engine))
        if version != "2":
            engine.stop()
    listed = engine.get("/v1/policies").json()["items"]
    assert [record["digest"] for record in listed] == used[::-1]
    assert [(record["name"], record["version"]) for record in listed[:2]] == [
        ("night-shift", "2"),
        ("night-shift", "1"),
    ]
    assert [record["active"] for record in listed] == [True, False, False]
    rows = engine.get("/v1/proposals").json()["items"]
    assert {row["policy_digest"] for row in rows} == set(used)
    joined, cursor = [], ""
    while True:
        page = engine.get(f"/v1/policies?limit=1{cursor}").json()
        joined += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert joined == listed
    foreign = engine.get("/v1/policies?cursor=sha256:0")
    assert (foreign.status_code, foreign.json()["code"]) == (400, "REQ.CURSOR_INVALID")
