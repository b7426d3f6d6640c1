"""The tree against published vectors, against a naive second implementation, and against forged proofs."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chargehand.ledger import tree
from tests.unit.ledger.naive_tree import NaiveTree

# The eight-leaf tree that certificate-transparency implementations share as their test vector.
VECTOR_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
VECTOR_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A, B, C = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
)
D, E = (
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
)
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
VECTOR_PATHS = [
    (0, 1, []),
    (0, 8, [A, B, C]),
    (5, 8, [D, E, VECTOR_ROOTS[3]]),
    (2, 3, [VECTOR_ROOTS[1]]),
    (1, 5, [VECTOR_ROOTS[0], B, D]),
]
VECTOR_PROOFS = [(1, 1, []), (1, 8, [A, B, C]), (6, 8, [F, E, VECTOR_ROOTS[3]]), (2, 5, [B, D])]

SIZE_MAX = 600
LEAVES = [b"leaf %d" % number for number in range(SIZE_MAX)]
NAIVE = NaiveTree(LEAVES)
BORDERS = (0, 1, 2, 3, 127, 128, 254, 255, 256, 257, 258, 383, 384, 510, 511, 512, 513)


class Memory:
    """Sealed hashes in lists, counting what a proof reads."""

    def __init__(self, leaves: Sequence[bytes], batch: int = 7) -> None:
        self.size, self.frontier, self.read = 0, b"", 0
        self.levels: dict[int, list[bytes]] = {0: []}
        for at in range(0, len(leaves), batch):
            self.add(leaves[at : at + batch])

    def add(self, leaves: Sequence[bytes]) -> None:
        sealed = tree.seal(self.size, self.frontier, leaves)
        self.levels[0] += sealed.leaf_hashes
        for level, position, value in sealed.tiles:
            assert position == len(self.levels.setdefault(level, [])), "tiles close in order"
            self.levels[level].append(value)
        self.size, self.frontier = self.size + len(leaves), sealed.frontier

    def nodes(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        found = self.levels.get(level, [])[start:stop]
        self.read += len(found)
        return found


MEMORY = Memory(LEAVES)


def unhex(texts: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


def test_roots_of_the_published_eight_leaf_tree() -> None:
    for size, expected in enumerate(VECTOR_ROOTS, start=1):
        grown = Memory(VECTOR_LEAVES[:size])
        assert tree.root(grown.size, grown.frontier).hex() == expected


def test_the_empty_tree_has_the_hash_of_nothing_as_its_root() -> None:
    assert tree.root(0, b"").hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tree.root_at(Memory([]), 0) == tree.EMPTY_ROOT


@pytest.mark.parametrize(("index", "size", "path"), VECTOR_PATHS)
def test_published_audit_paths(index: int, size: int, path: list[str]) -> None:
    memory = Memory(VECTOR_LEAVES)
    assert tree.inclusion(memory, index, size) == unhex(path)
    leaf = tree.leaf_hash(VECTOR_LEAVES[index])
    assert tree.verify_inclusion(leaf, index, size, unhex(path), bytes.fromhex(VECTOR_ROOTS[size - 1]))


@pytest.mark.parametrize(("first", "second", "proof"), VECTOR_PROOFS)
def test_published_consistency_proofs(first: int, second: int, proof: list[str]) -> None:
    assert tree.consistency(Memory(VECTOR_LEAVES), first, second) == unhex(proof)
    roots = unhex([VECTOR_ROOTS[first - 1], VECTOR_ROOTS[second - 1]])
    assert tree.verify_consistency(first, second, unhex(proof), *roots)


def test_a_leaf_never_passes_as_an_inner_node() -> None:
    left, right = (tree.leaf_hash(leaf) for leaf in (b"a", b"b"))
    assert tree.leaf_hash(left + right) != tree.node_hash(left, right)
    assert tree.seal(0, b"", [left + right]).frontier != tree.seal(0, b"", [b"a", b"b"]).frontier


@given(st.lists(st.binary(max_size=40), max_size=70), st.lists(st.integers(1, 30), max_size=20))
def test_any_grouping_of_any_leaves_gives_the_naive_root(leaves: list[bytes], groups: list[int]) -> None:
    size, frontier, rest = 0, b"", list(leaves)
    for group in [*groups, len(leaves)]:
        batch, rest = rest[:group], rest[group:]
        sealed = tree.seal(size, frontier, batch)
        size, frontier = size + len(batch), sealed.frontier
        assert tree.root(size, frontier) == NaiveTree(leaves).root(size)


@pytest.mark.parametrize("batch", [1, 2, 60, 255, 256, 257, SIZE_MAX])
def test_tiles_are_the_roots_of_their_256_leaves(batch: int) -> None:
    memory = Memory(LEAVES, batch)
    assert memory.levels[8] == [NaiveTree(LEAVES[at : at + 256]).root(256) for at in (0, 256)]


def test_tiles_of_the_second_level_close_at_65536_leaves() -> None:
    memory = Memory([b"%d" % number for number in range(65_537)], batch=1000)
    assert [len(memory.levels[level]) for level in (8, 16)] == [256, 1]
    assert memory.levels[16][0] == memory.frontier[:32]


def test_every_size_to_600_has_the_naive_root_and_proofs_at_the_borders() -> None:
    for size in range(1, SIZE_MAX + 1):
        root = NAIVE.root(size)
        assert tree.root_at(MEMORY, size) == root
        for index in {at for at in (*BORDERS, size // 2, size - 2, size - 1) if 0 <= at < size}:
            check_inclusion(index, size, root)
        for first in {at for at in (*BORDERS[1:], size // 2, size - 1, size) if 0 < at <= size}:
            check_consistency(first, size, root)


@pytest.mark.slow
def test_every_proof_of_every_size_to_160_and_around_each_tile() -> None:
    for size in (*range(1, 161), *range(250, 262), *range(506, 519), SIZE_MAX):
        root = NAIVE.root(size)
        for index in range(size):
            check_inclusion(index, size, root)
            check_consistency(index + 1, size, root)


def check_inclusion(index: int, size: int, root: bytes) -> None:
    path = tree.inclusion(MEMORY, index, size)
    assert path == NAIVE.path(index, size)
    assert tree.verify_inclusion(MEMORY.levels[0][index], index, size, path, root)


def check_consistency(first: int, second: int, root: bytes) -> None:
    proof = tree.consistency(MEMORY, first, second)
    assert proof == (NAIVE.proof(first, second) if first < second else [])
    assert tree.verify_consistency(first, second, proof, NAIVE.root(first), root)


def test_a_proof_reads_at_most_256_hashes_per_tile_level() -> None:
    memory = Memory([b"%d" % number for number in range(70_000)], batch=5000)
    for index in (0, 1, 255, 256, 65_535, 65_536, 69_999):
        memory.read = 0
        path = tree.inclusion(memory, index, memory.size)
        assert tree.verify_inclusion(
            memory.levels[0][index], index, memory.size, path, tree.root(memory.size, memory.frontier)
        )
        assert memory.read <= 256 * 3
        memory.read = 0
        tree.consistency(memory, index + 1, memory.size)
        assert memory.read <= 256 * 3


@settings(max_examples=300)
@given(st.data())
def test_a_forged_inclusion_proof_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 300))
    index = data.draw(st.integers(0, size - 1))
    path, root, leaf = NAIVE.path(index, size), NAIVE.root(size), MEMORY.levels[0][index]
    forgeries: list[tuple[bytes, int, int, list[bytes], bytes]] = [
        (tree.leaf_hash(b"other"), index, size, path, root),
        (leaf, index, size, [*path, root], root),
        (leaf, index, size, path, tree.leaf_hash(b"other")),
        (leaf, -1, size, path, root),
        (leaf, size, size, path, root),
        (leaf[:-1], index, size, path, root),
    ]
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        bent = bytes([path[at][0] ^ 1]) + path[at][1:]
        forgeries += [
            (leaf, index, size, path[:-1], root),
            (leaf, index, size, [*path[:at], bent, *path[at + 1 :]], root),
            (leaf, index ^ 1, size, path, root),
        ]
    for forged in forgeries:
        assert not tree.verify_inclusion(*forged)


@settings(max_examples=300)
@given(st.data())
def test_a_forged_consistency_proof_is_refused(data: st.DataObject) -> None:
    second = data.draw(st.integers(2, 300))
    first = data.draw(st.integers(1, second - 1))
    proof, old, new = NAIVE.proof(first, second), NAIVE.root(first), NAIVE.root(second)
    at = data.draw(st.integers(0, len(proof) - 1))
    bent = bytes([proof[at][0] ^ 1]) + proof[at][1:]
    other = tree.leaf_hash(b"other")
    forgeries: list[tuple[int, int, list[bytes], bytes, bytes]] = [
        (first, second, proof, other, new),
        (first, second, proof, old, other),
        (first, second, [], old, new),
        (first, second, proof[:-1], old, new),
        (first, second, [*proof, other], old, new),
        (first, second, [*proof[:at], bent, *proof[at + 1 :]], old, new),
        (second, first, proof, new, old),
        (second, second, [], old, new),
        (second, second, proof, new, new),
        (0, second, [], old, new),
        (-1, second, proof, old, new),
        (first, second, [node[:-1] for node in proof], old, new),
    ]
    for forged in forgeries:
        assert not tree.verify_consistency(*forged)


def test_a_proof_of_a_smaller_tree_is_no_proof_of_a_larger_one() -> None:
    leaf, small = MEMORY.levels[0][0], NAIVE.root(4)
    assert tree.verify_inclusion(leaf, 0, 4, NAIVE.path(0, 4), small)
    assert not tree.verify_inclusion(leaf, 0, 8, NAIVE.path(0, 4), small)
    assert tree.verify_consistency(2, 4, NAIVE.proof(2, 4), NAIVE.root(2), small)
    assert not tree.verify_consistency(2, 8, NAIVE.proof(2, 4), NAIVE.root(2), small)


def test_nothing_and_everything_are_consistent_with_an_empty_proof() -> None:
    root = NAIVE.root(9)
    assert tree.consistency(MEMORY, 0, 9) == tree.consistency(MEMORY, 9, 9) == []
    assert tree.verify_consistency(0, 9, [], tree.EMPTY_ROOT, root)
    assert tree.verify_consistency(9, 9, [], root, root)


def test_a_frontier_that_does_not_fit_its_size_is_refused() -> None:
    with pytest.raises(AssertionError, match="does not fit"):
        tree.seal(3, b"\0" * 32, [b"x"])


def test_a_missing_hash_never_becomes_a_proof() -> None:
    memory = Memory(LEAVES[:9])
    del memory.levels[0][4]
    with pytest.raises(AssertionError, match="missing"):
        tree.inclusion(memory, 0, 9)
