"""An engine with the web control centre, one without, and what each answers to browsers and to programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from chargehand.api.answer import SECURITY_HEADERS
from chargehand.api.ui import CONTENT_POLICY, FOR_EVER, VIEWS
from tests.surfaces.engine import Engine, engines

PAGE = "<!doctype html><title>planted control centre</title>"
STRICT = dict(SECURITY_HEADERS)[b"content-security-policy"].decode()
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built control centre."""
    made = tmp_path_factory.mktemp("planted") / "ui"
    (made / "assets").mkdir(parents=True)
    (made / "index.html").write_text(PAGE, "utf-8")
    (made / "assets" / "index-Ab12.js").write_text("export {}", "utf-8")
    return made


@pytest.fixture(scope="module")
def guarded(planted: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine that takes no call without a token, with the control centre."""
    environment = {"CHARGEHAND_UI": str(planted)}
    with engines() as starter:
        data = tmp_path_factory.mktemp("guarded") / "data"
        yield starter(data, environment=environment, require_token=True).listening()


@pytest.fixture(scope="module")
def skipping(planted: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine with the control centre switched off."""
    environment = {"CHARGEHAND_UI": str(planted), "CHARGEHAND_SKIP_UI": "1"}
    with engines() as starter:
        yield starter(tmp_path_factory.mktemp("skipping") / "data", environment=environment).ready()


def check(answer: httpx.Response, policy: str, cache: str) -> None:
    """Every security header stands there once; two of them as this kind of answer has them."""
    other = {b"content-security-policy": policy, b"cache-control": cache}
    for name, value in SECURITY_HEADERS:
        assert answer.headers.get_list(name.decode()) == [other.get(name, value.decode())], name
    assert answer.headers["x-request-id"].startswith("req_")


def test_files_need_no_credential_and_everything_they_ask_for_does(guarded: Engine) -> None:
    for path in VIEWS:
        answer = guarded.get(path)
        assert (answer.status_code, answer.text) == (200, PAGE)
        check(answer, CONTENT_POLICY, "no-cache")
    script = guarded.get("/assets/index-Ab12.js")
    assert (script.status_code, script.text) == (200, "export {}")
    check(script, CONTENT_POLICY, FOR_EVER)
    for path in ("/v1/machines", "/v1/session", "/v1/events", "/v1/decisions"):
        refused = guarded.get(path, headers=BROWSER)
        assert (refused.status_code, refused.json()["code"]) == (401, "AUTH.TOKEN_MISSING")
        check(refused, STRICT, "no-store")


@pytest.mark.parametrize("path", ["/none", "/fleet/7", "/decisions/dec_1"])
def test_unknown_view_is_told_to_browsers_by_the_page_and_to_programs_by_a_problem(guarded: Engine, path: str) -> None:
    seen = guarded.get(path, headers=BROWSER)
    assert (seen.status_code, seen.text) == (404, PAGE)
    check(seen, CONTENT_POLICY, "no-store")
    told = guarded.get(path)
    assert (told.status_code, told.json()["code"]) == (404, "REQ.NOT_FOUND")
    assert told.headers["content-type"] == "application/problem+json"
    check(told, STRICT, "no-store")
    posted = guarded.http.post(path, headers=BROWSER)
    assert (posted.status_code, posted.json()["code"]) == (404, "REQ.NOT_FOUND")


@pytest.mark.parametrize("path", ["/v1/none", "/ws/none", "/assets/none.js", "/schemas/none"])
def test_unknown_path_of_programs_is_a_problem_even_to_a_browser(guarded: Engine, path: str) -> None:
    answer = guarded.get(path, headers=BROWSER)
    assert (answer.status_code, answer.json()["code"]) == (404, "REQ.NOT_FOUND")
    check(answer, STRICT, "no-store")


@pytest.mark.parametrize("path", ["/../chargehand.db", "/assets/../../chargehand.db", "/assets/%2e%2e/index.html"])
def test_no_path_leaves_the_folder(guarded: Engine, path: str) -> None:
    with httpx.Client(base_url=guarded.url, trust_env=False) as http:
        request = http.build_request("GET", "/")
        request.url = request.url.copy_with(raw_path=path.encode())
        assert http.send(request).status_code == 404


def test_head_and_other_methods(guarded: Engine) -> None:
    told = guarded.http.head("/fleet")
    assert (told.status_code, told.content) == (200, b"")
    assert told.headers["content-length"] == str(len(PAGE))
    refused = guarded.http.post("/fleet")
    assert (refused.status_code, refused.json()["code"]) == (405, "REQ.METHOD_NOT_ALLOWED")
    assert set(refused.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_signing_in_leads_to_the_control_centre(guarded: Engine) -> None:
    page = guarded.get("/signin?code=x")
    assert page.status_code == 200
    assert 'action="/signin"' in page.text
    check(page, STRICT, "no-store")


def test_switched_off_leaves_the_api_and_a_plain_page(skipping: Engine) -> None:
    page = skipping.get("/", headers=BROWSER)
    assert page.status_code == 200
    assert "CNC-001" in page.text
    assert "CHARGEHAND_SKIP_UI" in page.text
    check(page, STRICT, "no-store")
    assert skipping.get("/v1/machines").status_code == 200
    for path in (*VIEWS[1:], "/assets/index-Ab12.js", "/none"):
        answer = skipping.get(path, headers=BROWSER)
        assert (answer.status_code, answer.json()["code"]) == (404, "REQ.NOT_FOUND")
