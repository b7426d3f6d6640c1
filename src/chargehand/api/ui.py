"""The web control centre as files in memory: which address is answered with which file, and under which headers.

Everything is read once, when the engine starts, and found again by its exact name: no path of a request ever reaches
the file system. The files hold nothing that a credential would have to guard; whatever they show, they ask `/v1` for.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from chargehand.config import Config, ConfigError

VIEWS = ("/", "/fleet", "/machine", "/decisions", "/approvals", "/propose")
"""Addresses that the page itself tells apart; `web/src/route/views.ts` holds the same list."""

PACKAGED = Path(__file__).with_name("ui")
INDEX = "index.html"
MARK = "built-from"
"""Written by the build: which sources this is. It is for the next build, and not served."""

ASSETS = "assets/"
"""What lies in here has the digest of its content in its name, so that it may be kept for ever."""

BYTES_MAX = 16 * 1024 * 1024
PRESSED_FROM_BYTES = 512
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types svelte-trusted-html"
)
"""Scripts, styles, fonts and connections from here alone, and no text becomes markup but what was compiled."""

_MEDIA = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".ico": "image/x-icon",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
_PRESSED_ALREADY = (".png", ".woff2")
_API = re.compile(r"^/(?:v\d+|ws|schemas|assets)(?:/|$)")
_NO_QUALITY = re.compile(r"^q=0(?:\.0*)?$")


class Asset(NamedTuple):
    """One file, ready to be sent."""

    body: bytes
    pressed: bytes | None
    media: str
    digest: str
    cache: str


class Ui:
    """The built control centre.

    Attributes:
        assets: every file by its path, `index.html` among them.
    """

    def __init__(self, assets: dict[str, Asset]) -> None:
        assert INDEX in assets, "a control centre has a page"
        self.assets = assets

    def routes(self) -> list[BaseRoute]:
        """The views, and every file at its own address."""

        async def view(request: Request) -> Response:
            return self.page(request)

        async def file(request: Request) -> Response:
            return _send(self.assets[request.scope["path"][1:]], request)

        files = [f"/{path}" for path in self.assets if path != INDEX]
        return [
            *(Route(path, view, methods=["GET"]) for path in VIEWS),
            *(Route(path, file, methods=["GET"]) for path in files),
        ]

    def page(self, request: Request, status: int = 200) -> Response:
        """The page, from which every view is drawn; with 404 it says itself that there is no such view."""
        return _send(self.assets[INDEX], request, status)


def load_ui(config: Config) -> Ui | None:
    """The control centre of an engine, or None where it is switched off or was never built.

    Raises:
        ConfigError: the folder that was named holds something else.
    """
    folder = config.ui or PACKAGED
    if config.skip_ui or not (folder / INDEX).is_file():
        return None
    assets: dict[str, Asset] = {}
    size = 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MARK):
        size += path.stat().st_size
        if size > BYTES_MAX:
            raise ConfigError(f"ui: {folder} holds more than {BYTES_MAX} bytes, so it is no built control centre")
        name = path.relative_to(folder).as_posix()
        assets[name] = _asset(name, path.read_bytes())
    return Ui(assets)


def wants_page(request: Request) -> bool:
    """Whether somebody who asks for what is not there looks at the answer in a browser."""
    asked = request.headers.get("accept", "")
    return request.method in ("GET", "HEAD") and "text/html" in asked and _API.match(request.url.path) is None


def _asset(name: str, body: bytes) -> Asset:
    suffix = Path(name).suffix
    pressable = suffix not in _PRESSED_ALREADY and len(body) > PRESSED_FROM_BYTES
    return Asset(
        body,
        gzip.compress(body, mtime=0) if pressable else None,
        _MEDIA.get(suffix, "application/octet-stream"),
        hashlib.sha256(body).hexdigest()[:32],
        FOR_EVER if name.startswith(ASSETS) else ASK_AGAIN,
    )


def _send(asset: Asset, request: Request, status: int = 200) -> Response:
    pressed = asset.pressed if _takes_gzip(request.headers.get("accept-encoding", "")) else None
    # Two encodings are two representations, and a strong tag names one.
    tag = f'"{asset.digest}{"" if pressed is None else "-gz"}"'
    headers = {"content-security-policy": CONTENT_POLICY}
    if asset.pressed is not None:
        headers["vary"] = "accept-encoding"
    if status == 200:
        headers |= {"cache-control": asset.cache, "etag": tag}
        if _known(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=headers)
    headers["content-type"] = asset.media
    if pressed is None:
        return Response(asset.body, status, headers)
    return Response(pressed, status, {**headers, "content-encoding": "gzip"})


def _known(condition: str, tag: str) -> bool:
    named = [entry.strip().removeprefix("W/") for entry in condition.split(",")]
    return tag in named or named == ["*"]


def _takes_gzip(accepted: str) -> bool:
    refused: dict[str, bool] = {}
    for entry in accepted.lower().split(","):
        coding, *parameters = (part.strip() for part in entry.split(";"))
        refused[coding] = any(_NO_QUALITY.match(parameter.replace(" ", "")) for parameter in parameters)
    return not refused.get("gzip", refused.get("*", True))
