"""A digest in an old decision is told by name and version, as long as what it was judged by is kept and can be read."""

from __future__ import annotations

from typing import Any

from chargehand.auditor.policy_file import policy_of_tree
from chargehand.auditor.rulebook import Rulebook
from chargehand.contracts.policy import PolicyLoaded, PolicyRecord
from chargehand.kernel.canonical import canonical_bytes, sha256_text
from chargehand.kernel.log import erase
from chargehand.kernel.writer import Transaction
from chargehand.proposals import policies
from tests.unit.proposals.spine import Spine


def document(version: str, **tables: Any) -> dict[str, Any]:
    return {"policy": {"name": "shop-floor", "version": version, "default": "allow"}, **tables}


LIMIT = {"field": "vibration", "max": 4.5, "unit": "mm/s"}


def load(spine: Spine, tree: dict[str, Any], *, kept: bool = True) -> str:
    """An engine starts with a policy; returns its digest."""
    body = canonical_bytes(tree)
    digest = sha256_text(body)
    loaded = PolicyLoaded(name="shop-floor", version=str(tree.get("policy", {}).get("version")), digest=digest)

    def command(transaction: Transaction) -> None:
        row = transaction.session.one("log.last_revision", {"subject": "policy/shop-floor"})
        revision = 1 + (0 if row is None else int(row[0]))
        transaction.record("policy.loaded", "policy/shop-floor", loaded, actor="engine", revision=revision)
        if kept:
            transaction.session.many("proposal.put_evidence", [(digest, "policy", body)])

    spine.writer.call(command)
    return digest


def earlier(spine: Spine, present: str) -> list[PolicyRecord]:
    with spine.store.read() as session:
        return policies.earlier(session, present)


def test_what_was_loaded_is_told_as_it_would_be_in_force(spine: Spine) -> None:
    tree = document("1", limit=[LIMIT])
    first, second = load(spine, tree), load(spine, document("2"))
    (record,) = earlier(spine, second)
    policy = policy_of_tree(tree, "expected")
    expected = Rulebook(policy, tools={}, materials={}, engine_version="").record(active=False)
    assert record == expected
    assert (record.digest, record.name, record.version, record.limits) == (first, "shop-floor", "1", 1)
    assert (record.active, record.document) == (False, None)


def test_each_is_told_once_the_last_loaded_first(spine: Spine) -> None:
    trees = [document(version) for version in "123"]
    digests = [load(spine, tree) for tree in trees]
    for tree in (trees[0], trees[2], trees[0]):
        load(spine, tree)
    assert [record.digest for record in earlier(spine, "sha256:other")] == [digests[0], digests[2], digests[1]]
    assert [record.version for record in earlier(spine, digests[0])] == ["3", "2"]
    assert earlier(spine, digests[1])[0].version == "1"


def test_nothing_is_told_where_nothing_was_loaded(spine: Spine) -> None:
    assert earlier(spine, "sha256:any") == []


def test_what_is_not_kept_or_cannot_be_read_is_left_out(spine: Spine) -> None:
    load(spine, document("lost"), kept=False)
    load(spine, document("strange", of_another_day=[1]))
    good = load(spine, document("good"))
    assert [record.digest for record in earlier(spine, "sha256:other")] == [good]


def test_an_erased_announcement_is_passed_over(spine: Spine) -> None:
    load(spine, document("1"))
    with spine.store.read() as session:
        kept = session.all("log.read_after", {"after": 0, "limit": 9})
    original = spine.store._writer.execute("SELECT seq, data, salt FROM event").fetchall()
    with spine.store.write() as session:
        assert erase(session, int(kept[0][0]))
    assert earlier(spine, "sha256:other") == []
    for seq, data, salt in original:
        spine.store._writer.execute("UPDATE event SET data = ?, salt = ? WHERE seq = ?", (data, salt, seq))
    assert [record.version for record in earlier(spine, "sha256:other")] == ["1"]
