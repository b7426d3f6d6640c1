"""The pictures of the docs: packing one again changes no pixel, and what is not a picture of a page is refused."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.views import opened
from tests.browser.visit import Visit
from tools import screenshots
from tools.png import SIGNATURE, packed

PIXELS = """async (encoded) => {
  const image = new Image();
  image.src = `data:image/png;base64,${encoded}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const drawing = canvas.getContext("2d");
  drawing.drawImage(image, 0, 0);
  const { data } = drawing.getImageData(0, 0, image.width, image.height);
  const digest = await crypto.subtle.digest("SHA-256", data);
  return [image.width, image.height, ...new Uint8Array(digest)];
}"""


def pixels(page: Page, picture: bytes) -> list[int]:
    """Size and digest of what a browser shows of a picture."""
    found: list[int] = page.evaluate(PIXELS, base64.b64encode(picture).decode())
    return found


def test_a_packed_picture_shows_the_same(visit: Visit) -> None:
    page = opened(visit.context.new_page(), "fleet")
    picture = page.screenshot()
    small = packed(picture)
    assert len(small) < len(picture)
    # On a page of the engine a picture from an address of data is refused, and so is a digest elsewhere.
    visit.witness.expect("another origin: data:")
    page.route("**/blank", lambda route: route.fulfill(body="<title>blank</title>", content_type="text/html"))
    page.goto("/blank")
    assert pixels(page, small) == pixels(page, picture)


def test_a_picture_of_another_sort_is_refused(visit: Visit) -> None:
    grey = visit.context.new_page().screenshot(type="jpeg")
    with pytest.raises(ValueError, match="not a PNG"):
        packed(grey)
    header = b"\0\0\0\x0dIHDR" + bytes(7) + b"\x01\x08\x06\0\0\0" + bytes(4)
    with pytest.raises(ValueError, match="not 8 bits of RGB"):
        packed(SIGNATURE + header)


def test_every_view_has_its_pictures(repository: Path) -> None:
    wanted = {f"{view}-{scheme}.png" for view in screenshots.pictures("") for scheme in screenshots.SCHEMES}
    there = {path.name for path in (repository / "docs" / "images").glob("*.png")}
    assert wanted == there
