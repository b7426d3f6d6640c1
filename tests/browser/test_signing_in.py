"""The link that `chargehand up` prints makes a real browser the person at this machine, once."""

from __future__ import annotations

from tests.browser.people import LOCAL, People, printed_link
from tests.browser.visit import Visits
from tests.surfaces.engine import Engine


def test_the_printed_link_signs_in_once(visits: Visits, people: People, engine: Engine) -> None:
    """Where there are agents, who comes without a session may not approve; who followed the link may."""
    stranger = visits()
    assert stranger.context.request.get("/v1/session").json()["roles"] == ["operator", "viewer"]
    local = visits(signed_in=LOCAL)
    session = local.context.request.get("/v1/session").json()
    assert session["principal"] == "human:local"
    assert "approver" in session["roles"]

    used = printed_link(engine)
    stranger.witness.expect("status of 401")
    page = stranger.open(used)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()
    assert "AUTH.LINK_INVALID" in page.content()


def test_a_token_becomes_a_session(visits: Visits, people: People) -> None:
    for name, role in (("paul", "approver"), ("olga", "operator")):
        session = visits(signed_in=name).context.request.get("/v1/session").json()
        assert session["principal"] == f"human:{name}"
        assert role in session["roles"]
