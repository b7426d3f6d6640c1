"""Asks axe what stands between a page and the people who read it otherwise: WCAG 2.0 to 2.2, levels A and AA."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
_RUN = """async (tags) => {
  const runOnly = { type: "tag", values: tags };
  const { violations } = await axe.run(document, { runOnly, resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => ({
    id, nodes: nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`),
  }));
}"""


def violations(page: Page) -> dict[str, list[str]]:
    """The rules that a page breaks, each with the places where it does."""
    page.evaluate(_AXE)
    found: list[dict[str, Any]] = page.evaluate(_RUN, list(RULES))
    return {entry["id"]: entry["nodes"] for entry in found}


def assert_accessible(page: Page, where: str = "") -> None:
    """Fail with every violation and its place."""
    found = violations(page)
    told = [f"{rule}: {node}" for rule, nodes in found.items() for node in nodes]
    assert found == {}, f"{where or page.url}\n" + "\n".join(told)
