"""Two clients, one surface: the same names, the same requests, the same answers, over the whole registry."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest

from chargehand.contracts.examples import EXAMPLES
from chargehand.contracts.operations import OPERATIONS
from chargehand.contracts.problems import ConflictError
from chargehand.contracts.system import Health
from chargehand.contracts.verdict import Verdict
from chargehand.sdk import AsyncClient, BadArgument, Client, ConflictProblem, Unreachable, UnreadableAnswer
from chargehand.sdk.address import TIMEOUT_S, patience, stream_patience
from tests.unit.sdk.wire import URL, Both, Cut, json_answer, problem_answer

SURFACES = pytest.mark.parametrize("surface", ["sync", "async"])
NOUNS = (
    "proposal",
    "decision",
    "approval",
    "machine",
    "tool",
    "material",
    "quarantine",
    "program",
    "policy",
    "reason",
    "ledger",
    "principal",
    "session",
    "system",
)
OWN = {"event.stream": "events"}
"""Operations that are the client's own and belong to no noun."""
HEALTH = {"status": "ok", "role": "active", "time": "t", "seq": 3, "machines": {}}
VERDICT = msgspec.json.encode(EXAMPLES["Verdict"], order="sorted")
CALLS: dict[str, tuple[Callable[[Any], Any], str, str]] = {
    "proposal.submit": (lambda c: c.proposal.submit({"kind": "x"}, dry_run=True), "POST", "/v1/proposals?dry_run=true"),
    "proposal.list": (
        lambda c: c.proposal.list(limit=2, kind="k", verdict="deny", code="OK.X"),
        "GET",
        "/v1/proposals?limit=2&kind=k&verdict=deny&code=OK.X",
    ),
    "proposal.show": (lambda c: c.proposal.show("prp_1"), "GET", "/v1/proposals/prp_1"),
    "decision.list": (lambda c: c.decision.list(verdict="deny"), "GET", "/v1/decisions?verdict=deny"),
    "decision.show": (lambda c: c.decision.show("dec_1"), "GET", "/v1/decisions/dec_1"),
    "decision.explain": (
        lambda c: c.decision.explain("dec_1", view="operator"),
        "GET",
        "/v1/decisions/dec_1/explain?view=operator",
    ),
    "decision.rejudge": (lambda c: c.decision.rejudge("dec_1"), "GET", "/v1/decisions/dec_1/rejudge"),
    "decision.permit": (lambda c: c.decision.permit("dec_1"), "POST", "/v1/decisions/dec_1/permit"),
    "decision.execute": (lambda c: c.decision.execute("dec_1", "chp_1"), "POST", "/v1/decisions/dec_1/execute"),
    "approval.list": (lambda c: c.approval.list(status="pending"), "GET", "/v1/approvals?status=pending"),
    "approval.show": (lambda c: c.approval.show("apr_1"), "GET", "/v1/approvals/apr_1"),
    "approval.decide": (lambda c: c.approval.decide("apr_1", "deny", "no"), "POST", "/v1/approvals/apr_1/decide"),
    "machine.list": (
        lambda c: c.machine.list(cell="a", with_state=True),
        "GET",
        "/v1/machines?cell=a&with_state=true",
    ),
    "machine.limits": (lambda c: c.machine.limits("CNC-001"), "GET", "/v1/machines/CNC-001/limits"),
    "tool.list": (lambda c: c.tool.list(limit=2), "GET", "/v1/tools?limit=2"),
    "material.list": (lambda c: c.material.list(cursor="b"), "GET", "/v1/materials?cursor=b"),
    "machine.show": (lambda c: c.machine.show("CNC-001"), "GET", "/v1/machines/CNC-001"),
    "machine.telemetry": (
        lambda c: c.machine.telemetry("CNC-001", after=3),
        "GET",
        "/v1/machines/CNC-001/telemetry?after=3",
    ),
    "quarantine.open": (lambda c: c.quarantine.open(EXAMPLES["QuarantineBody"]), "POST", "/v1/quarantines"),
    "quarantine.list": (lambda c: c.quarantine.list(status="active"), "GET", "/v1/quarantines?status=active"),
    "quarantine.show": (lambda c: c.quarantine.show("qua_1"), "GET", "/v1/quarantines/qua_1"),
    "quarantine.override": (
        lambda c: c.quarantine.override("qua_1", "new holder"),
        "POST",
        "/v1/quarantines/qua_1/override",
    ),
    "program.put": (lambda c: c.program.put("a.ngc", "M30\n"), "POST", "/v1/programs"),
    "program.list": (lambda c: c.program.list(limit=2), "GET", "/v1/programs?limit=2"),
    "program.show": (lambda c: c.program.show("ab12"), "GET", "/v1/programs/ab12"),
    "policy.list": (lambda c: c.policy.list(), "GET", "/v1/policies"),
    "policy.show": (lambda c: c.policy.show("shop-floor"), "GET", "/v1/policies/shop-floor"),
    "reason.list": (lambda c: c.reason.list(family="MACH"), "GET", "/v1/reason-codes?family=MACH"),
    "reason.show": (lambda c: c.reason.show("OK.X"), "GET", "/v1/reason-codes/OK.X"),
    "ledger.checkpoint": (lambda c: c.ledger.checkpoint(size=4), "GET", "/v1/ledger/checkpoint?size=4"),
    "ledger.proof": (lambda c: c.ledger.proof(7), "GET", "/v1/ledger/proof?seq=7"),
    "ledger.consistency": (
        lambda c: c.ledger.consistency(3, second=9),
        "GET",
        "/v1/ledger/consistency?first=3&second=9",
    ),
    "ledger.verify": (lambda c: c.ledger.verify(), "POST", "/v1/ledger/verify"),
    "principal.add": (lambda c: c.principal.add("planner", "agent"), "POST", "/v1/principals"),
    "principal.list": (lambda c: c.principal.list(), "GET", "/v1/principals"),
    "principal.revoke": (lambda c: c.principal.revoke("agent:x"), "DELETE", "/v1/principals/agent%3Ax"),
    "session.create": (lambda c: c.session.create(code="abc"), "POST", "/v1/session"),
    "session.show": (lambda c: c.session.show(), "GET", "/v1/session"),
    "session.delete": (lambda c: c.session.delete(), "DELETE", "/v1/session"),
    "system.health": (lambda c: c.system.health(), "GET", "/v1/health"),
    "system.version": (lambda c: c.system.version(), "GET", "/v1/version"),
}


def public(owner: type) -> dict[str, inspect.Signature]:
    return {
        name: inspect.signature(found)
        for name, found in inspect.getmembers(owner, callable)
        if not name.startswith("_") and name not in ("close", "aclose")
    }


def parameters(signature: inspect.Signature) -> list[tuple[str, Any, Any]]:
    return [(p.name, p.kind, p.default) for p in signature.parameters.values()]


def test_both_clients_have_the_same_names_and_parameters() -> None:
    sync, other = public(Client), public(AsyncClient)
    assert sync.keys() == other.keys()
    for name in sync:
        assert parameters(sync[name]) == parameters(other[name]), name
    made = [p.name for p in inspect.signature(Client).parameters.values()]
    assert made == [p.name for p in inspect.signature(AsyncClient).parameters.values()]


@pytest.mark.parametrize("noun", NOUNS)
def test_both_have_the_same_operations_on_every_noun(noun: str) -> None:
    with Client(URL) as client:
        sync = public(type(getattr(client, noun)))
    other = public(type(getattr(AsyncClient(URL), noun)))
    assert sync.keys() == other.keys()
    for name in sync:
        assert parameters(sync[name]) == parameters(other[name]), name
        said, meant = str(sync[name].return_annotation), str(other[name].return_annotation)
        assert meant.removeprefix("Async").replace(", None]", "") == said.replace(", None, None]", ""), name


def test_every_operation_of_the_registry_is_a_method_with_its_parameters() -> None:
    with Client(URL) as client:
        for name, entry in OPERATIONS.items():
            noun, verb = name.split(".")
            if name in OWN:
                assert hasattr(client, OWN[name])
                continue
            found = inspect.signature(getattr(getattr(client, noun), verb)).parameters
            if name != "ledger.export":
                assert {parameter.name for parameter in entry.query} <= found.keys(), name
            if name.endswith(".list"):
                each = inspect.signature(getattr(client, noun).each).parameters
                assert set(each) == set(found) - {"limit", "cursor"}, name


def test_the_table_of_this_test_is_whole() -> None:
    assert CALLS.keys() | {"event.stream", "ledger.export"} == OPERATIONS.keys()


@SURFACES
@pytest.mark.parametrize("name", CALLS)
def test_every_method_asks_for_its_operation(surface: str, name: str) -> None:
    use, method, target = CALLS[name]
    asked: list[tuple[str, str]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, request.url.raw_path.decode()))
        return httpx.Response(OPERATIONS[name].status, content=b"no record")

    if OPERATIONS[name].output is None:
        assert Both(surface, handler).call(use) is None
    else:
        with pytest.raises(UnreadableAnswer, match=name):
            Both(surface, handler).call(use)
    assert asked == [(method, target)]


@SURFACES
def test_a_record_comes_back_as_its_type(surface: str) -> None:
    both = Both(surface, lambda _request: json_answer(HEALTH))
    health = both.call(lambda client: client.system.health())
    assert isinstance(health, Health)
    assert health.seq == 3
    assert both.call(lambda client: client.call("system.health")) == health


@SURFACES
def test_bytes_of_a_verdict_are_reachable(surface: str) -> None:
    def handler(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(201, content=VERDICT, headers={"idempotent-replayed": "true", "etag": '"2"'})

    answer = Both(surface, handler).call(lambda client: client.raw("proposal.submit", body=b"{}"))
    assert answer.content == VERDICT
    assert (answer.status, answer.replayed, answer.revision) == (201, True, 2)
    verdict = Both(surface, handler).call(lambda client: client.proposal.submit(b"{}"))
    assert isinstance(verdict, Verdict)
    assert verdict.primary_code == "MACH.SPEED_ABOVE_MAX"


@SURFACES
def test_key_revision_and_token_travel_as_headers(surface: str) -> None:
    seen: list[httpx.Headers] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return problem_answer(ConflictError("REV.STALE_REVISION", "it has 3", current_revision=3))

    both = Both(surface, handler, token="cht_1")
    with pytest.raises(ConflictProblem) as caught:
        both.call(lambda client: client.approval.decide("apr_1", "approve", if_match=2, idempotency_key="k"))
    assert caught.value.current_revision == 3
    assert seen[0]["if-match"] == '"2"'
    assert seen[0]["idempotency-key"] == "k"
    assert seen[0]["authorization"] == "Bearer cht_1"


@SURFACES
def test_lists_are_walked_page_after_page(surface: str) -> None:
    asked: list[str | None] = []

    def handler(request: httpx.Request) -> httpx.Response:
        cursor = request.url.params.get("cursor")
        asked.append(cursor)
        page = int(cursor or 0)
        items = [{"id": f"agent:{page}{n}", "role": "agent", "created_at": "t", "created_by": "x"} for n in "ab"]
        return json_answer({"items": items, "next_cursor": str(page + 1) if page < 2 else None})

    both = Both(surface, handler)
    found = both.take(lambda client: client.principal.each(), None)
    assert [record.id[6:] for record in found] == ["0a", "0b", "1a", "1b", "2a", "2b"]
    assert asked == [None, "1", "2"]
    asked.clear()
    assert len(both.take(lambda client: client.each("principal.list", limit=2), 3)) == 3
    assert asked == [None, "1"]


@SURFACES
def test_a_list_that_leads_back_to_itself_ends(surface: str) -> None:
    both = Both(surface, lambda _request: json_answer({"items": [], "next_cursor": "same"}))
    with pytest.raises(UnreadableAnswer, match="leads back"):
        both.take(lambda client: client.policy.each(), None)


@SURFACES
def test_a_download_comes_in_pieces(surface: str) -> None:
    pieces = [b"a\n", b"b\n", b"c\n"]
    both = Both(surface, lambda _request: httpx.Response(200, stream=Cut(pieces)))
    assert b"".join(both.take(lambda client: client.ledger.export(), None)) == b"a\nb\nc\n"


@SURFACES
def test_a_download_that_breaks_says_so(surface: str) -> None:
    both = Both(surface, lambda _request: httpx.Response(200, stream=Cut([b"a\n"], httpx.ReadError("cut"))))
    with pytest.raises(Unreachable, match="broke"):
        both.take(lambda client: client.ledger.export(), None)


@SURFACES
@pytest.mark.parametrize(
    ("error", "said", "hint"),
    [
        (httpx.ConnectError("refused"), "nothing answers: refused", "chargehand up"),
        (httpx.ConnectTimeout(""), "nothing answers: ConnectTimeout", "chargehand up"),
        (httpx.ReadTimeout("slow"), "broke before the answer: slow", "Idempotency-Key"),
        (httpx.RemoteProtocolError("gone"), "broke before the answer: gone", "Idempotency-Key"),
    ],
)
def test_a_broken_connection_says_what_may_have_happened(
    surface: str, error: httpx.HTTPError, said: str, hint: str
) -> None:
    def handler(_request: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(Unreachable) as caught:
        Both(surface, handler).call(lambda client: client.proposal.submit(b"{}"))
    assert said in caught.value.detail
    assert hint in caught.value.hint


@SURFACES
def test_redirects_are_not_followed(surface: str) -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(307, headers={"location": "http://elsewhere.test/v1/health"})

    with pytest.raises(UnreadableAnswer):
        Both(surface, handler).call(lambda client: client.system.health())
    assert asked == [f"{URL}/v1/health"]


@SURFACES
def test_no_proxy_and_no_credential_file_of_the_environment_is_used(
    surface: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.test:3128")
    monkeypatch.setenv("ALL_PROXY", "http://proxy.test:3128")
    monkeypatch.setenv("CHARGEHAND_TOKEN", "cht_secret")
    monkeypatch.setenv("CHARGEHAND_URL", "http://elsewhere.test")
    client = Client() if surface == "sync" else AsyncClient()
    assert client.url == "http://127.0.0.1:8420"
    assert not client._http.trust_env
    assert not client._http._mounts
    assert "authorization" not in client._http.headers


@pytest.mark.parametrize(
    "url",
    [
        "",
        "engine",
        "ftp://engine",
        "http://",
        "http://a:b" + "@engine",
        "http://engine?x=1",
        "http://engine#x",
        "http://[::1",
    ],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    for kind in (Client, AsyncClient):
        with pytest.raises(BadArgument, match="url"):
            kind(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8420/", "https://engine.example/base", "http://[::1]:1"])
def test_an_address_is_kept_without_its_last_slash(url: str) -> None:
    with Client(url) as client:
        assert client.url == url.rstrip("/")


def test_a_base_path_is_kept() -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return json_answer(HEALTH)

    with Client("https://engine.test/base/", transport=httpx.MockTransport(handler)) as client:
        client.system.health()
    assert asked == ["/base/v1/health"]


def test_reading_the_whole_log_may_take_long_and_a_stream_may_be_quiet() -> None:
    assert patience(OPERATIONS["system.health"], TIMEOUT_S).read == TIMEOUT_S
    assert (patience(OPERATIONS["ledger.verify"], TIMEOUT_S).read or 0) > 600
    assert patience(OPERATIONS["ledger.verify"], TIMEOUT_S).connect == TIMEOUT_S
    assert stream_patience(30, 45) == httpx.Timeout(30, read=45)


@SURFACES
def test_silence_of_a_stream_has_a_bound(surface: str) -> None:
    seen: list[dict[str, float]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"])
        return httpx.Response(200, stream=Cut([b": connected\n\n"]))

    both = Both(surface, handler, timeout_s=7, quiet_s=11)
    with pytest.raises(Unreachable):
        both.take(lambda client: client.events(after=0), None)
    assert {entry["read"] for entry in seen} == {11}
    assert {entry["connect"] for entry in seen} == {7}


def test_a_download_that_is_left_lets_its_connection_go() -> None:
    closed: list[bool] = []

    class Watched(Cut):
        def close(self) -> None:
            closed.append(True)

    def handler(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Watched([b"a\n", b"b\n"]))

    with Client(URL, transport=httpx.MockTransport(handler)) as client:
        chunks = client.ledger.export()
        assert next(chunks) == b"a\n"
        assert not closed
        chunks.close()
        assert closed
