"""The spine through the command line alone, over a real engine: every act has its exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.surfaces.command import Chargehand, Said, chargehand
from tests.surfaces.engine import Engine, engines
from tests.surfaces.proposals import ALLOWED, DENIED, NEEDS_APPROVAL, change

__all__ = ["chargehand"]


class Shop(NamedTuple):
    """An engine with an agent and a person, so that calls without a token may read and propose only."""

    engine: Engine
    agent: str
    person: str


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with engines() as start:
        engine = start(tmp_path_factory.mktemp("shop") / "data").ready()
        person = engine.post("/v1/principals", {"name": "lead", "role": "approver"}).json()["token"]
        agent = engine.post("/v1/principals", {"name": "planner", "role": "agent"}).json()["token"]
        yield Shop(engine, agent, person)


def submit(chargehand: Chargehand, shop: Shop, proposal: Any, *words: str) -> Said:
    body = proposal if isinstance(proposal, bytes) else json.dumps(proposal).encode()
    return chargehand("proposal", "submit", "-", *words, url=shop.engine.url, token=shop.agent, stdin=body)


def held(chargehand: Chargehand, shop: Shop) -> dict[str, Any]:
    said = submit(chargehand, shop, NEEDS_APPROVAL, "--json")
    assert said.code == 4
    return said.json


def test_an_allowed_proposal_is_carried_out_once(shop: Shop, chargehand: Chargehand) -> None:
    url, agent = shop.engine.url, shop.agent
    allowed = submit(chargehand, shop, change(spindle_speed=3100), "--json")
    assert (allowed.code, allowed.json["verdict"], allowed.err) == (0, "allow", "")
    decision = allowed.json["id"]
    permit = chargehand("decision", "permit", decision, url=url, token=agent)
    assert permit.code == 0
    text = permit.out.strip()
    assert text in permit.out.splitlines()
    assert "good once" in permit.err
    done = chargehand("decision", "execute", decision, "--permit", text, "--json", url=url, token=agent)
    assert (done.code, done.json["status"]) == (0, "applied")
    again = chargehand("decision", "execute", decision, "--permit", text, url=url, token=agent)
    assert (again.code, again.out) == (5, "")
    assert again.err.startswith("GATE.PERMIT_CONSUMED: ")
    shown = chargehand("proposal", "show", allowed.json["proposal_id"], "--json", url=url, token=agent).json
    assert shown["status"] == "executed"
    assert shown["proposer"] == "agent:planner"


def test_a_permit_is_asked_for_where_none_is_given(shop: Shop, chargehand: Chargehand) -> None:
    decision = submit(chargehand, shop, change("CNC-002"), "--json").json
    if decision["verdict"] != "allow":
        decision = submit(chargehand, shop, change(feed_rate=750), "--json").json
    done = chargehand("decision", "execute", decision["id"], url=shop.engine.url, token=shop.agent)
    assert done.code == 0
    assert "applied" in done.out


def test_a_denied_proposal_exits_with_three_and_its_clamp_with_zero(shop: Shop, chargehand: Chargehand) -> None:
    denied = submit(chargehand, shop, DENIED, "--json")
    assert (denied.code, denied.json["verdict"]) == (3, "deny")
    told = submit(chargehand, shop, DENIED)
    assert told.code == 3
    assert "MACH.SPEED_ABOVE_MAX" in told.out
    assert "next: chargehand decision explain dec_" in told.err
    assert submit(chargehand, shop, denied.json["clamped_proposal"]).code == 0
    refused = chargehand("decision", "permit", denied.json["id"], url=shop.engine.url, token=shop.agent)
    assert refused.code == 3
    assert refused.err.startswith("GATE.VERDICT_NOT_PERMITTING: ")


def test_a_dry_run_records_nothing(shop: Shop, chargehand: Chargehand) -> None:
    before = shop.engine.head()
    said = submit(chargehand, shop, DENIED, "--dry-run", "--json")
    assert (said.code, said.json["id"]) == (3, None)
    assert submit(chargehand, shop, ALLOWED, "--dry-run").err == "a dry run: nothing was recorded\n"
    decided = [
        item
        for item in chargehand("decision", "list", "--json", url=shop.engine.url).json["items"]
        if item["evaluated_at"] == said.json["evaluated_at"]
    ]
    assert decided == []
    assert shop.engine.head() - before < 5


def test_a_held_proposal_waits_for_the_person(shop: Shop, chargehand: Chargehand) -> None:
    url = shop.engine.url
    found = held(chargehand, shop)
    decision, approval = found["id"], found["approval_id"]
    early = chargehand("decision", "execute", decision, url=url, token=shop.agent)
    assert (early.code, early.err.partition(":")[0]) == (4, "GATE.APPROVAL_PENDING")
    itself = chargehand("approval", "approve", approval, url=url, token=shop.agent)
    assert (itself.code, itself.err.partition(":")[0]) == (1, "AUTH.ROLE_MISSING")
    nobody = chargehand("approval", "approve", approval, url=url)
    assert (nobody.code, nobody.err.partition(":")[0]) == (1, "AUTH.ROLE_MISSING")
    said = chargehand("approval", "approve", approval, "--reason", "checked", "--json", url=url, token=shop.person)
    assert (said.code, said.json["status"], said.json["decided_by"]) == (0, "approved", "human:lead")
    late = chargehand("approval", "deny", approval, "--reason", "no", url=url, token=shop.person)
    assert (late.code, late.err.partition(":")[0]) == (5, "GATE.APPROVAL_ALREADY_DECIDED")
    assert chargehand("decision", "execute", decision, url=url, token=shop.agent).code == 0


def test_a_denied_approval_denies_the_act(shop: Shop, chargehand: Chargehand) -> None:
    url = shop.engine.url
    found = held(chargehand, shop)
    words = ("approval", "deny", found["approval_id"], "--reason", "the fixture is not in place")
    said = chargehand(*words, url=url, token=shop.person)
    assert said.code == 0
    assert "the fixture is not in place" in said.out
    refused = chargehand("decision", "execute", found["id"], url=url, token=shop.agent)
    assert (refused.code, refused.err.partition(":")[0]) == (3, "GATE.APPROVAL_DENIED")


def test_an_approval_is_sent_back_with_words_only(shop: Shop, chargehand: Chargehand) -> None:
    url, approval = shop.engine.url, held(chargehand, shop)["approval_id"]
    mute = chargehand("approval", "rework", approval, "--reason", "", url=url, token=shop.person)
    assert (mute.code, mute.err.partition(":")[0]) == (2, "GATE.REASON_REQUIRED")
    said = chargehand("approval", "rework", approval, "--reason", "half as deep", "--json", url=url, token=shop.person)
    assert (said.code, said.json["status"], said.json["reason"]) == (0, "rework", "half as deep")


def test_a_key_gives_the_first_answer_again(shop: Shop, chargehand: Chargehand) -> None:
    first = submit(chargehand, shop, ALLOWED, "--idempotency-key", "k-1", "--json")
    again = submit(chargehand, shop, ALLOWED, "--idempotency-key", "k-1", "--json")
    assert first.out == again.out
    told = submit(chargehand, shop, ALLOWED, "--idempotency-key", "k-1")
    assert "given again" in told.err
    other = submit(chargehand, shop, DENIED, "--idempotency-key", "k-1")
    assert (other.code, other.err.partition(":")[0]) == (5, "REV.IDEMPOTENCY_MISMATCH")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "REQ.EMPTY_BODY"),
        (b"{", "REQ.NOT_JSON"),
        (b'{"kind": NaN}', "REQ.NOT_JSON"),
        (b'{"kind": "x", "kind": "y"}', "REQ.DUPLICATE_KEY"),
        (b"[" * 5000, "REQ.TOO_DEEP"),
        (b"[]", "REQ.NOT_A_PROPOSAL"),
        (b"\xff\xfe", "REQ.NOT_UTF8"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_proposal_arrives_as_it_is_and_is_refused(
    body: bytes, code: str, shop: Shop, chargehand: Chargehand
) -> None:
    said = submit(chargehand, shop, body)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"{code}: ")
    assert "what to do: " in said.err
    assert "request: req_" in said.err


def test_malformed_content_is_a_verdict(shop: Shop, chargehand: Chargehand) -> None:
    proposal = change()
    proposal["action"]["params"]["spindle_speed"] = {"value": "NaN", "unit": "rev/min "}
    said = submit(chargehand, shop, proposal, "--json")
    assert said.code == 3
    assert "PROP.NOT_FINITE" in said.json["reason_codes"]
    shown = chargehand("proposal", "show", said.json["proposal_id"], url=shop.engine.url)
    assert "spindle_speed NaN rev/min" in shown.out


def test_what_an_agent_writes_cannot_move_the_cursor(shop: Shop, chargehand: Chargehand) -> None:
    proposal = {**DENIED, "intent": "\x1b[2Jharmless\x1b[8m", "rationale": "\u202e"}
    found = submit(chargehand, shop, proposal, "--json").json
    shown = chargehand("proposal", "show", found["proposal_id"], url=shop.engine.url)
    assert "\x1b" not in shown.out
    assert "\\x1b[2Jharmless" in shown.out


def test_the_token_of_the_option_wins_over_the_environment(
    shop: Shop, chargehand: Chargehand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHARGEHAND_TOKEN", "nonsense")
    assert chargehand("machine", "list", url=shop.engine.url).code == 1
    assert chargehand("machine", "list", url=shop.engine.url, token=shop.agent).code == 0
    monkeypatch.setenv("CHARGEHAND_TOKEN", shop.agent)
    assert chargehand("machine", "list", url=shop.engine.url).code == 0


def test_a_principal_is_added_listed_and_revoked(tmp_path: Path, chargehand: Chargehand) -> None:
    with engines() as start:
        url = start(tmp_path / "data").listening().url
        person = chargehand("principal", "add", "anna", "--role", "admin", "--json", url=url).json
        assert person.keys() == {"schema_version", "id", "token"}
        told = chargehand("principal", "add", "bot", "--role", "agent", url=url)
        assert told.out.split()[0] == "agent:bot"
        assert "shown once" in told.err
        assert "chargehand login" in told.err
        token = told.out.split()[1]
        dropped = chargehand("principal", "list", url=url)
        assert (dropped.code, dropped.err.partition(":")[0]) == (1, "AUTH.ROLE_MISSING")
        again = chargehand("principal", "add", "bot", "--role", "agent", url=url, token=person["token"])
        assert (again.code, again.err.partition(":")[0]) == (5, "AUTH.PRINCIPAL_EXISTS")
        assert chargehand("machine", "list", url=url, token=token).code == 0
        gone = chargehand("principal", "revoke", "agent:bot", "--json", url=url, token=person["token"])
        assert gone.json == {"schema_version": 1, "id": "agent:bot", "revoked": True}
        refused = chargehand("machine", "list", url=url, token=token)
        assert (refused.code, refused.err.partition(":")[0]) == (1, "AUTH.PRINCIPAL_REVOKED")
        listed = chargehand("principal", "list", url=url, token=person["token"]).out
        assert "agent:bot" in listed
        assert token not in listed
        unknown = chargehand("principal", "revoke", "agent:none", url=url, token=person["token"])
        assert (unknown.code, unknown.err.partition(":")[0]) == (1, "AUTH.PRINCIPAL_UNKNOWN")
