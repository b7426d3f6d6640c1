"""The depth that chatter leaves, as the clamp meets it."""

from __future__ import annotations

import msgspec
import pytest

from chargehand.auditor.cut import Cut
from chargehand.auditor.shrink import Yardstick, nearest
from chargehand.auditor.stability import DEPTH, STABILITY
from chargehand.contracts.card import Modal
from chargehand.machining.cutting import Kienzle, nominal
from chargehand.machining.lobes import stable_depth
from tests.unit.auditor.cuts import cut_of, plain, room

MODAL = Modal(frequency=900, damping=0.03, stiffness=2e7)


def _slender(depth: float = 20.0) -> Cut:
    cut = plain(cut_of((3183, 764, depth, 6)))
    return cut._replace(tool=msgspec.structs.replace(cut.tool, modal=MODAL))


def test_limit_is_that_of_the_lobes_at_this_speed() -> None:
    cut = _slender()
    expected = stable_depth(
        MODAL,
        teeth=4,
        diameter=12,
        radial_depth=6,
        engagement="side",
        speed=3183,
        specific_force=cut.nominal().specific_force,
    )
    assert STABILITY.borne(cut) == expected
    assert STABILITY.asked(cut, cut.nominal()) == 20.0
    assert STABILITY.field == DEPTH


def test_depth_counts_as_more_where_the_material_is_harder() -> None:
    cut = _slender()
    law = nominal(cut.material)
    assert STABILITY.asked(cut, cut.demand(Kienzle(law.kc1_1 * 1.5, law.mc))) == pytest.approx(30)


def test_without_a_measured_mode_nothing_is_set() -> None:
    assert STABILITY.borne(plain(cut_of())) is None


def test_tool_that_the_lobes_do_not_describe_has_no_limit() -> None:
    cut = _slender()
    assert STABILITY.borne(cut._replace(tool=msgspec.structs.replace(cut.tool, kind="drill"))) is None


def test_cut_is_flattened_to_the_stable_depth_and_keeps_its_feed() -> None:
    cut = _slender()
    limit = STABILITY.borne(cut)
    assert limit is not None
    assert limit < 20
    under = Yardstick([nominal(cut.material)], [STABILITY])
    found = nearest(cut, room(cut), frozenset({"speed", "feed", "axial_depth"}), under)
    assert found is not None
    assert found.axial_depth == pytest.approx(limit)
    assert found[:2] == cut.point[:2]
