"""Policies that decisions of this log were judged by before: what the digest in an old decision stands for.

They are read from where they were announced, and told from the documents that are kept beside the decisions. One that
today's auditor cannot read any more is left out; nothing is guessed of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import msgspec

from chargehand.auditor.defect import DefectiveFileError
from chargehand.auditor.policy_file import policy_of_tree
from chargehand.auditor.rulebook import Rulebook
from chargehand.contracts.policy import PolicyLoaded, PolicyRecord
from chargehand.kernel import log
from chargehand.kernel.store import Session

REMEMBERED_MAX = 256
"""Policies of which the record is kept in memory: reading a large one takes milliseconds."""


def earlier(session: Session, present: str) -> list[PolicyRecord]:
    """Every other policy that was loaded, the one that was loaded last first, without their documents.

    Args:
        session: where it is read.
        present: digest of the policy in force.
    """
    newest = dict.fromkeys(reversed(list(_loaded(session))))
    newest.pop(present, None)
    found = (_record(session, digest) for digest in newest)
    return [record for record in found if record is not None]


def _loaded(session: Session) -> Iterator[str]:
    """Digests of the policies that were loaded, in order, as often as they were."""
    after = 0
    while page := log.read(session, after, log.PAGE_MAX, kind="policy.loaded"):
        after = page[-1].seq
        yield from (msgspec.json.decode(entry.data, type=PolicyLoaded).digest for entry in page if entry.data)


def _record(session: Session, digest: str) -> PolicyRecord | None:
    row = session.one("proposal.get_evidence", {"digest": digest})
    return None if row is None else _read(digest, bytes(row[1]))


@lru_cache(maxsize=REMEMBERED_MAX)
def _read(digest: str, body: bytes) -> PolicyRecord | None:
    try:
        policy = policy_of_tree(msgspec.json.decode(body), f"policy {digest}")
    except DefectiveFileError:
        return None
    return Rulebook(policy, tools={}, materials={}, engine_version="").record(active=False)
