"""The control centre's files: each under its own name, with the headers its kind needs, and nothing beside them."""

from __future__ import annotations

import asyncio
import gzip
import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from chargehand.api.ui import CONTENT_POLICY, FOR_EVER, MARK, VIEWS, Ui, load_ui, wants_page
from chargehand.config import Config, ConfigError

PAGE = "<!doctype html><title>planted</title>" + "<p>text</p>" * 100
SCRIPT = "export const words = 'planted';\n" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A built control centre."""
    made = tmp_path / "ui"
    (made / "assets").mkdir(parents=True)
    (made / "index.html").write_text(PAGE, "utf-8")
    (made / MARK).write_text("0" * 64, "ascii")
    (made / "assets" / "index-Ab12.js").write_text(SCRIPT, "utf-8")
    (made / "assets" / "index-Cd34.css").write_text("body{}", "utf-8")
    (made / "assets" / "plex-Ef56.woff2").write_bytes(b"wOF2" + bytes(2_000))
    (made / "mark.svg").write_text("<svg/>", "utf-8")
    return made


@pytest.fixture
def ui(folder: Path) -> Ui:
    """It, in memory."""
    loaded = load_ui(Config(data=folder.parent, ui=folder))
    assert loaded is not None
    return loaded


def ask(ui: Ui, path: str, *, method: str = "GET", **headers: str) -> httpx.Response:
    """The answer, as a client reads it that sends no header of its own accord."""

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=ui.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://engine") as client:
            client.headers.clear()
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return await client.request(method, path, headers=named)

    return asyncio.run(asked())


def asking(path: str, *, method: str = "GET", accept: str = "text/html,*/*;q=0.8") -> Request:
    """A request for what is not there."""
    headers = [(b"accept", accept.encode()), (b"host", b"engine")]
    scope = {"type": "http", "method": method, "path": path, "headers": headers, "query_string": b""}
    return Request({**scope, "scheme": "http", "server": ("engine", 80)})


@pytest.mark.parametrize("path", VIEWS)
def test_every_view_is_the_page(ui: Ui, path: str) -> None:
    answer = ask(ui, path)
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


def test_views_are_those_of_the_page(repository: Path) -> None:
    known = re.findall(r'\bpath: "(/[a-z]*)"', (repository / "web/src/route/views.ts").read_text("utf-8"))
    assert {"/", *known} == set(VIEWS)
    assert len(known) == len(VIEWS) - 1


@pytest.mark.parametrize(
    ("path", "media", "cache"),
    [
        ("/assets/index-Ab12.js", "text/javascript; charset=utf-8", FOR_EVER),
        ("/assets/index-Cd34.css", "text/css; charset=utf-8", FOR_EVER),
        ("/assets/plex-Ef56.woff2", "font/woff2", FOR_EVER),
        ("/mark.svg", "image/svg+xml", "no-cache"),
    ],
)
def test_files_by_their_kind(ui: Ui, path: str, media: str, cache: str) -> None:
    answer = ask(ui, path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    assert answer.headers["cache-control"] == cache
    assert answer.headers["content-security-policy"] == CONTENT_POLICY


@pytest.mark.parametrize(
    "path", [f"/{MARK}", "/index.html", "/assets", "/assets/", "/assets/none.js", "/assets/../index.html", "/%2e%2e/x"]
)
def test_nothing_is_served_beside_them(ui: Ui, path: str) -> None:
    assert ask(ui, path).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_files_are_only_read(ui: Ui, method: str) -> None:
    assert ask(ui, "/", method=method).status_code == 405


@pytest.mark.parametrize("accepted", ["gzip", "gzip, deflate, br", "br;q=1, GZIP;q=0.1", "*", "br, *;q=0.1"])
def test_pressed_for_those_who_take_it(ui: Ui, accepted: str) -> None:
    answer = ask(ui, "/assets/index-Ab12.js", accept_encoding=accepted)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "accept-encoding"
    assert int(answer.headers["content-length"]) < len(SCRIPT) // 4
    assert answer.text == SCRIPT


@pytest.mark.parametrize("accepted", ["", "br", "identity", "gzip;q=0", "gzip; q=0.000, *", "*;q=0", "xgzip"])
def test_plain_for_those_who_do_not(ui: Ui, accepted: str) -> None:
    answer = ask(ui, "/assets/index-Ab12.js", accept_encoding=accepted)
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.content == SCRIPT.encode()


@pytest.mark.parametrize("path", ["/assets/plex-Ef56.woff2", "/assets/index-Cd34.css"])
def test_what_is_pressed_or_small_already_stays(ui: Ui, path: str) -> None:
    answer = ask(ui, path, accept_encoding="gzip")
    assert "content-encoding" not in answer.headers
    assert "vary" not in answer.headers


def test_pressing_gives_the_same_bytes_each_time(folder: Path) -> None:
    first, second = (load_ui(Config(data=folder, ui=folder)) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.assets == second.assets
    pressed = first.assets["assets/index-Ab12.js"].pressed
    assert pressed is not None
    assert gzip.decompress(pressed).decode() == SCRIPT
    assert pressed[4:8] == bytes(4)


def test_head_tells_the_same_without_the_body(ui: Ui) -> None:
    for path in ("/", "/assets/index-Ab12.js"):
        got, told = ask(ui, path), ask(ui, path, method="HEAD")
        assert told.status_code == 200
        assert told.headers == got.headers


def test_unchanged_page_is_not_sent_again(ui: Ui) -> None:
    for accepted in ("", "gzip"):
        tag = ask(ui, "/", accept_encoding=accepted).headers["etag"]
        for condition in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            answer = ask(ui, "/fleet", accept_encoding=accepted, if_none_match=condition)
            assert (answer.status_code, answer.content) == (304, b"")
            assert (answer.headers["etag"], answer.headers["cache-control"]) == (tag, "no-cache")
            assert answer.headers["vary"] == "accept-encoding"
        assert ask(ui, "/", accept_encoding=accepted, if_none_match='"other"').status_code == 200


def test_two_encodings_have_two_tags(ui: Ui) -> None:
    plain, pressed = (ask(ui, "/", accept_encoding=accepted).headers["etag"] for accepted in ("", "gzip"))
    assert plain != pressed
    assert ask(ui, "/", accept_encoding="gzip", if_none_match=plain).status_code == 200


def test_changed_page_has_another_tag(ui: Ui, folder: Path) -> None:
    before = ask(ui, "/").headers["etag"]
    (folder / "index.html").write_text(PAGE + "!", "utf-8")
    assert ask(ui, "/").headers["etag"] == before, "read once, when the engine starts"
    again = load_ui(Config(data=folder, ui=folder))
    assert again is not None
    assert ask(again, "/").headers["etag"] != before


def test_unknown_view_is_the_page_under_404_and_is_kept_by_nobody(ui: Ui) -> None:
    answer = ui.page(asking("/none"), 404)
    assert (answer.status_code, bytes(answer.body)) == (404, PAGE.encode())
    assert "etag" not in answer.headers
    assert "cache-control" not in answer.headers, "the application adds no-store"
    assert answer.headers["content-security-policy"] == CONTENT_POLICY


@pytest.mark.parametrize("path", ["/none", "/fleet/7", "/v", "/view", "/wsx", "/%00"])
def test_browser_that_asks_for_nothing_gets_the_page(path: str) -> None:
    assert wants_page(asking(path))
    assert wants_page(asking(path, method="HEAD"))


@pytest.mark.parametrize("path", ["/v1", "/v1/none", "/v2/machines", "/ws/none", "/schemas/none", "/assets/none.js"])
def test_programs_paths_never_answer_with_a_page(path: str) -> None:
    assert not wants_page(asking(path))


@pytest.mark.parametrize("accept", ["", "*/*", "application/json", "text/*"])
def test_programs_never_get_a_page(accept: str) -> None:
    assert not wants_page(asking("/none", accept=accept))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_reading_gets_a_page(method: str) -> None:
    assert not wants_page(asking("/none", method=method))


def test_policy_lets_in_nothing_from_elsewhere() -> None:
    directives = dict(part.split(" ", 1) for part in CONTENT_POLICY.split("; "))
    assert directives.pop("default-src") == "'none'"
    assert directives.pop("require-trusted-types-for") == "'script'"
    assert directives.pop("trusted-types") == "svelte-trusted-html"
    assert (directives.pop("base-uri"), directives.pop("frame-ancestors")) == ("'none'", "'none'")
    assert set(directives) == {
        *("script-src", "style-src", "img-src", "font-src", "connect-src", "manifest-src", "form-action"),
    }
    assert set(directives.values()) == {"'self'"}


def test_switched_off_or_not_built_is_none(folder: Path, tmp_path: Path) -> None:
    assert load_ui(Config(data=tmp_path, ui=folder, skip_ui=True)) is None
    (folder / "index.html").unlink()
    assert load_ui(Config(data=tmp_path, ui=folder)) is None


def test_folder_of_something_else_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chargehand.api.ui.BYTES_MAX", 1_000)
    with pytest.raises(ConfigError, match="no built control centre"):
        load_ui(Config(data=folder, ui=folder))


def test_what_ships_is_known_by_kind_and_refers_to_nothing_elsewhere() -> None:
    shipped = load_ui(Config(data=Path("x")))
    if shipped is None:
        pytest.skip("the control centre is not built: make ui")
    assert not [name for name, asset in shipped.assets.items() if asset.media == "application/octet-stream"]
    page = shipped.assets["index.html"].body.decode()
    assert "http" not in page
    assert not re.search(r"<style|style=|<script(?! type=\"module\" crossorigin src=)|\son\w+=", page)
    styles = [asset.body.decode() for asset in shipped.assets.values() if asset.media.startswith("text/css")]
    assert not [found for text in styles for found in re.findall(r"url\((?!/assets/)[^)]*\)|@import", text)]
