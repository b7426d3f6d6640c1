"""The Merkle tree of RFC 9162, section 2.1: hashes, growth, roots, and proofs both ways.

The tree is never held in memory. It grows from its frontier, the roots of the complete subtrees that its size splits
into, largest first (one 32-byte root per set bit of the size). Roots of complete subtrees of 256, 65,536, ... leaves
are handed out as tiles when they close, so that a proof reads at most 256 hashes per tile level. The module is pure:
it refuses to know where hashes are kept, and it never trusts a proof's length or shape.

Source: RFC 9162, sections 2.1.1 (root), 2.1.3 (inclusion) and 2.1.4 (consistency).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple, Protocol

HASH_BYTES = 32
TILE_LEVELS = 8
"""A tile is the root of 2**8 nodes of the tile level below it."""

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of the tree without leaves."""


class Tile(NamedTuple):
    """Root of the complete subtree of `2**level` leaves that begins at leaf `position << level`."""

    level: int
    position: int
    hash: bytes


class Sealed(NamedTuple):
    """What a batch of new leaves adds to the tree.

    Attributes:
        leaf_hashes: one per leaf, in order.
        frontier: the frontier of the grown tree.
        tiles: tiles that this batch completed.
    """

    leaf_hashes: list[bytes]
    frontier: bytes
    tiles: list[Tile]


class HashReader(Protocol):
    """Where a proof finds hashes that were sealed before."""

    def nodes(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Hashes of the complete subtrees `start <= position < stop` of a tile level (0 = leaf hashes, 8, 16, ...)."""
        ...


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of a leaf. The prefix 0x00 keeps a leaf from ever passing as an inner node."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node, prefixed with 0x01."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def seal(size: int, frontier: bytes, leaves: Sequence[bytes]) -> Sealed:
    """Append leaves to the tree of this size and frontier.

    Works level by level, not leaf by leaf, because commits come in groups: about 850,000 leaves of 440 bytes a
    second in groups of 60, 200,000 one at a time (CPython 3.11, one core).
    """
    sha256 = hashlib.sha256
    leaf_hashes = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
    peaks = _peaks(size, frontier)
    closed: list[bytes] = []
    tiles: list[Tile] = []
    level, start, nodes = 0, size, leaf_hashes
    while nodes:
        if level and level % TILE_LEVELS == 0:
            tiles += [Tile(level, start + offset, node) for offset, node in enumerate(nodes)]
        if start & 1:
            nodes = [peaks.pop(), *nodes]
        if len(nodes) & 1:
            closed.append(nodes[-1])
        halves = iter(nodes)
        # zip stops at an odd last node, which has just become a peak.
        nodes = [sha256(b"\x01" + left + right).digest() for left, right in zip(halves, halves, strict=False)]
        level, start = level + 1, start >> 1
    return Sealed(leaf_hashes, b"".join(peaks) + b"".join(reversed(closed)), tiles)


def root(size: int, frontier: bytes) -> bytes:
    """Root hash of the tree of this size and frontier."""
    return _fold(_peaks(size, frontier)) if size else EMPTY_ROOT


def root_at(reader: HashReader, size: int) -> bytes:
    """Root hash that the tree had at an earlier size, from stored hashes."""
    return _range_root(reader, 0, size) if size else EMPTY_ROOT


def inclusion(reader: HashReader, index: int, size: int) -> list[bytes]:
    """Audit path of the leaf at `index` in the tree of `size` leaves, bottom up (PATH of RFC 9162, 2.1.3.1)."""
    assert 0 <= index < size
    start, stop, path = 0, size, []
    while stop - start > 1:
        split = start + _split(stop - start)
        if index < split:
            path.append(_range_root(reader, split, stop))
            stop = split
        else:
            path.append(_range_root(reader, start, split))
            start = split
    return path[::-1]


def consistency(reader: HashReader, first: int, second: int) -> list[bytes]:
    """Proof that the tree of `second` leaves begins with that of `first`, bottom up (PROOF of RFC 9162, 2.1.4.1).

    Empty where there is nothing to prove: `first` is 0 or equals `second`.
    """
    assert 0 <= first <= second
    if first in (0, second):
        return []
    start, stop, proof = 0, second, []
    while stop != first:
        split = start + _split(stop - start)
        if first <= split:
            proof.append(_range_root(reader, split, stop))
            stop = split
        else:
            proof.append(_range_root(reader, start, split))
            start = split
    if start:
        # The old root is not itself a node of the new tree, so its last subtree has to be told.
        proof.append(_range_root(reader, start, stop))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes) -> bool:
    """Whether the audit path leads from a leaf hash at `index` to the root of `size` leaves (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _hashes(leaf, *path):
        return False
    position, last, node = index, size - 1, leaf
    for sibling in path:
        if not last:
            return False
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and node == expected_root


def verify_consistency(first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes) -> bool:
    """Whether the proof leads from the root of `first` leaves to the root of `second` leaves (RFC 9162, 2.1.4.2)."""
    if not 0 <= first <= second or not _hashes(first_root, second_root, *proof):
        return False
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof and first_root == EMPTY_ROOT
    nodes = list(proof) if first & (first - 1) else [first_root, *proof]
    if not nodes:
        return False
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if not last:
            return False
        if position & 1 or position == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, node)
        position, last = position >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _peaks(size: int, frontier: bytes) -> list[bytes]:
    assert len(frontier) == HASH_BYTES * size.bit_count(), "the frontier does not fit the size"
    return [frontier[at : at + HASH_BYTES] for at in range(0, len(frontier), HASH_BYTES)]


def _fold(peaks: Sequence[bytes]) -> bytes:
    folded = peaks[-1]
    for peak in reversed(peaks[:-1]):
        folded = node_hash(peak, folded)
    return folded


def _split(width: int) -> int:
    """Largest power of two below `width`."""
    return 1 << (width - 1).bit_length() - 1


def _range_root(reader: HashReader, start: int, stop: int) -> bytes:
    """Root over the leaves `start <= index < stop`, where start is aligned as RFC 9162 splits."""
    peaks = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        peaks.append(_subtree(reader, level, start >> level))
        start += 1 << level
    return _fold(peaks)


def _subtree(reader: HashReader, level: int, position: int) -> bytes:
    """Root of a complete subtree, from the nearest tile level at or below it: at most 128 hashes are read."""
    tile_level = level - level % TILE_LEVELS
    rise = level - tile_level
    nodes = reader.nodes(tile_level, position << rise, (position + 1) << rise)
    assert len(nodes) == 1 << rise, "a sealed hash is missing"
    while len(nodes) > 1:
        halves = iter(nodes)
        nodes = [node_hash(left, right) for left, right in zip(halves, halves, strict=True)]
    return nodes[0]


def _hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
