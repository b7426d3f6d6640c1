"""No view breaks the content policy, and the policy stops what it is there for."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.browser.people import People
from tests.browser.views import VIEWS, opened, settled
from tests.browser.visit import SCHEMES, Visit, Visits
from tests.surfaces.proposals import DENIED, NEEDS_APPROVAL

INJECTED = (
    "<script>window.foreignScriptRan = true</script>"
    "<style>body { outline: 7px solid red }</style>"
    '<p id="inline" style="outline: 7px solid red">injected</p></body>'
)
MARKUP = """() => {
  try {
    document.body.innerHTML = "<img src=x>";
    return "became markup";
  } catch (error) {
    return error.name;
  }
}"""
EVAL = """() => new Promise((done) => setTimeout(() => {
  try {
    done(Function("return 'ran'")());
  } catch (error) {
    done(error.name);
  }
}))"""
"""In a timer: what a test evaluates itself is let through by the browser."""


def test_no_view_breaks_the_policy(visits: Visits, people: People) -> None:
    """With something to show in every view, in both schemes, signed in and not."""
    people.submit(DENIED)
    people.submit(NEEDS_APPROVAL)
    for scheme in SCHEMES:
        for person in ("paul", None):
            visit = visits(signed_in=person, color_scheme=scheme)
            page = visit.context.new_page()
            for view in VIEWS:
                opened(page, view)
            assert visit.witness.violations == []
            assert visit.witness.origins == {visit.engine.url, visit.engine.url.replace("http", "ws", 1)}


def test_the_policy_stops_what_is_injected_into_the_page(visit: Visit) -> None:
    """As if a name from a machine had become part of the document: no script of it runs, no style of it is applied."""
    visit.witness.expect(".")
    page = visit.context.new_page()
    page.route("**/fleet", _inject)
    page.goto("/fleet")
    settled(page)
    expect(page.locator("#inline")).to_be_attached()
    assert page.evaluate("() => window.foreignScriptRan") is None
    for place in ("body", "#inline"):
        expect(page.locator(place)).not_to_have_css("outline-width", "7px")
    for directive in ("script-src-elem", "style-src-elem", "style-src-attr"):
        _expect_told(visit, directive)


def test_the_policy_stops_text_from_becoming_markup(visit: Visit) -> None:
    page = _fleet(visit)
    assert page.evaluate(MARKUP) == "TypeError"
    _expect_told(visit, "require-trusted-types-for")


def test_the_policy_stops_text_from_becoming_code(visit: Visit) -> None:
    page = _fleet(visit)
    assert page.evaluate(EVAL) == "EvalError"
    _expect_told(visit, "require-trusted-types-for")


def test_the_policy_stops_calls_to_elsewhere(visit: Visit) -> None:
    page = _fleet(visit)
    refused = page.evaluate("() => fetch('http://127.0.0.2:9/').then(() => 'answered', () => 'refused')")
    assert refused == "refused"
    _expect_told(visit, "connect-src")


def _inject(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("</body>", INJECTED))


def _fleet(visit: Visit) -> Page:
    """The fleet, in a story that provokes the policy."""
    visit.witness.expect(".")
    return opened(visit.context.new_page(), "fleet")


def _expect_told(visit: Visit, directive: str) -> None:
    """The control: a witness that sees nothing would pass every story."""
    # The report is an event of its own, so it comes after what it tells of.
    visit.context.pages[-1].wait_for_function("() => true")
    assert any(directive in told for told in visit.witness.violations), visit.witness.seen
