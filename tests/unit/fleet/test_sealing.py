"""Digests of minutes: over the very bytes, once, and partial only where a run has ended."""

from __future__ import annotations

import hashlib
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chargehand.fleet.sealing import Minutes
from chargehand.kernel.clock import MINUTE_US

RUN = ("M", "ins_1")


def digest(frames: list[bytes]) -> str:
    """As a stranger would compute it from the documented rule."""
    return "sha256:" + hashlib.sha256(b"".join(frame + b"\n" for frame in frames)).hexdigest()


def test_a_minute_is_sealed_by_the_next() -> None:
    minutes = Minutes()
    assert minutes.add(*RUN, 1, 0, b"a\nb") is None
    assert minutes.add(*RUN, 3, 1_000, b"c") is None
    seal = minutes.add(*RUN, 4, MINUTE_US, b"d")
    assert seal is not None
    assert (seal.minute_us, seal.first_seq, seal.last_seq, seal.frames, seal.partial) == (0, 1, 3, 3, False)
    assert seal.digest == digest([b"a", b"b", b"c"])


def test_a_minute_is_sealed_when_it_is_over() -> None:
    minutes = Minutes()
    minutes.add(*RUN, 1, 30_000_000, b"a")
    assert minutes.over(MINUTE_US - 1) == []
    assert [seal.partial for seal in minutes.over(MINUTE_US)] == [False]
    assert minutes.over(9 * MINUTE_US) == []


def test_the_end_of_a_run_seals_what_there_is() -> None:
    minutes = Minutes()
    minutes.add(*RUN, 1, 0, b"a")
    seal = minutes.end(*RUN)
    assert seal is not None
    assert seal.partial
    assert minutes.end(*RUN) is None


def test_runs_and_machines_do_not_mix() -> None:
    minutes = Minutes()
    minutes.add("M", "ins_1", 1, 0, b"a")
    minutes.add("M", "ins_2", 1, 0, b"b")
    minutes.add("N", "ins_1", 1, 0, b"c")
    assert {seal.digest for seal in minutes.over(MINUTE_US)} == {digest([b"a"]), digest([b"b"]), digest([b"c"])}


def test_a_hole_shows_in_the_count() -> None:
    minutes = Minutes()
    minutes.add(*RUN, 1, 0, b"a")
    minutes.add(*RUN, 10, 1, b"b")
    seal = minutes.end(*RUN)
    assert seal is not None
    assert (seal.first_seq, seal.last_seq, seal.frames) == (1, 10, 2)


@given(frames=st.lists(st.binary(min_size=1, max_size=5).filter(lambda b: b"\n" not in b), min_size=1, max_size=30),
       cuts=st.sets(st.integers(1, 29)))  # fmt: skip
def test_segmentation_does_not_matter(frames: list[bytes], cuts: set[int]) -> None:
    minutes = Minutes()
    bounds = [0, *sorted(cut for cut in cuts if cut < len(frames)), len(frames)]
    for begin, end in pairwise(bounds):
        minutes.add(*RUN, begin + 1, begin, b"\n".join(frames[begin:end]))
    seal = minutes.end(*RUN)
    assert seal is not None
    assert seal.digest == digest(frames)
    assert (seal.frames, seal.last_seq) == (len(frames), len(frames))
