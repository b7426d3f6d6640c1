"""Takes the pictures of README and docs from a seeded engine: every view, light and dark, 1440 by 900.

Everything in them comes from the product: the engine that `chargehand demo` would start, its simulated machines, and
proposals that are judged for real. What differs from one run to the next is times, ids and the noise of the moment.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, StorageState, ViewportSize, expect, sync_playwright

from chargehand.cli.demo import engine
from chargehand.sdk import Client
from tests.browser.machine_page import expect_shown, wait_for_frames
from tests.browser.views import opened
from tools.chromium import launch_options
from tools.png import packed

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SIZE: ViewportSize = {"width": 1440, "height": 900}
BYTES_WANTED = 150_000
WINDOW = "30 s"
FRAMES = 320
"""Half a minute of samples, so that the strips are full."""
WAIT_MS = 60_000


def change(machine: str, intent: str, **params: tuple[float, str]) -> dict[str, Any]:
    """A change of parameters."""
    values = {name: {"value": value, "unit": unit} for name, (value, unit) in params.items()}
    action = {"operation": "parameter_set", "params": values}
    return {"kind": "machine.change", "subject": f"machine/{machine}", "intent": intent, "action": action}


def offset(machine: str, intent: str, millimetres: float) -> dict[str, Any]:
    """A change of a work offset, which a person decides."""
    action = {"operation": "offset_write", "params": {"offset_z": {"value": millimetres, "unit": "mm"}}}
    return {"kind": "machine.change", "subject": f"machine/{machine}", "intent": intent, "action": action}


TOO_MUCH = change("CNC-002", "finish earlier", feed_rate=(3000, "mm/min"), axial_depth=(20, "mm"))
PROPOSALS: tuple[dict[str, Any], ...] = (
    change("CNC-003", "less chatter on the shaft", spindle_speed=(700, "rev/min")),
    change("CNC-001", "shorten the roughing pass", feed_rate=(760, "mm/min")),
    {
        "kind": "tool.call",
        "subject": "tool/delete_file",
        "intent": "tidy up",
        "action": {"tool": "delete_file", "arguments": {"path": "/etc/passwd"}, "paths": ["/etc/passwd"]},
    },
    offset("CNC-002", "the pocket measures 0.02 mm too high", -0.02),
    offset("CNC-003", "the shoulder measures 0.1 mm too long", -0.1),
    change("CNC-001", "run the finishing cut faster", spindle_speed=(13000, "rev/min")),
    offset("CNC-001", "the part measures 0.05 mm too high", -0.05),
    TOO_MUCH,
)


def tell(url: str) -> str:
    """Let something of every sort happen; returns the decision to explain."""
    with Client(url) as local:
        for known in local.machine.each():
            with closing(local.telemetry(known.id)) as frames:
                next(frames)
        approver = local.principal.add("shift-lead", "approver").token
        agent = local.principal.add("planner", "agent").token
    with Client(url, token=agent) as planner, Client(url, token=approver) as lead:
        verdicts = [planner.proposal.submit(proposal) for proposal in PROPOSALS]
        settled = next(verdict.approval_id for verdict in verdicts if verdict.approval_id)
        lead.approval.decide(settled, "approve", "measured again on the probe")
        for verdict in verdicts:
            if verdict.verdict == "allow" and verdict.id is not None:
                planner.decision.execute(verdict.id, planner.decision.permit(verdict.id).permit)
    explained = verdicts[-1].id
    assert explained is not None
    return explained


def fleet(page: Page) -> None:
    """Every machine at a glance."""
    opened(page, "fleet")
    expect(page.locator("li[data-machine] [data-state]").first).to_be_visible()


def machine(page: Page) -> None:
    """One machine with full strips."""
    page.goto("/machine?machine=CNC-001")
    expect_shown(page, "CNC-001")
    page.get_by_role("button", name=WINDOW).or_(page.get_by_role("radio", name=WINDOW)).first.click()
    wait_for_frames(page, FRAMES)


def approvals(page: Page) -> None:
    """What waits for a person, and what was settled."""
    opened(page, "approvals")
    expect(page.locator("[data-approval]").first).to_be_visible()


def propose(page: Page) -> None:
    """A change that is too much, and what the engine would say to it."""
    opened(page, "propose", "?machine=CNC-001")
    page.get_by_label("Spindle speed", exact=True).fill("13000")
    expect(page.locator("[data-dry-run]")).to_have_attribute("data-dry-run", "deny")


def pictures(explained: str) -> dict[str, Callable[[Page], None]]:
    """How each picture is set up. Strips fill meanwhile, and spindles have run up when the fleet is taken, last."""

    def decisions(page: Page) -> None:
        opened(page, "decisions", f"?id={explained}")
        expect(page.locator(f'[data-why="{explained}"] [data-reason]').first).to_be_visible()

    return {"decisions": decisions, "approvals": approvals, "propose": propose, "machine": machine, "fleet": fleet}


def signed_in(browser: Browser, url: str, log: Path) -> StorageState:
    """The session of the person at this machine, by the link that the engine has printed."""
    code = re.search(r"/signin\?code=(\S+)", log.read_text("utf-8"))
    if code is None:
        raise RuntimeError("the engine has printed no link to sign in")
    with browser.new_context() as context:
        if context.request.post(f"{url}/v1/session", data={"code": code[1]}).status != 201:
            raise RuntimeError("the link does not sign in")
        return context.storage_state()


def reader(browser: Browser, url: str, scheme: Literal["light", "dark"], session: StorageState) -> Page:
    """A tab in a browser of somebody who may do everything."""
    context = browser.new_context(
        base_url=url,
        viewport=SIZE,
        color_scheme=scheme,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
        storage_state=session,
    )
    context.set_default_timeout(WAIT_MS)
    return context.new_page()


def take(folder: Path) -> list[Path]:
    """Take every picture; returns the files."""
    expect.set_options(timeout=WAIT_MS)
    taken: list[Path] = []
    with (
        tempfile.TemporaryDirectory(prefix="chargehand-pictures-", ignore_cleanup_errors=True) as name,
        engine(Path(name) / "data") as url,
        sync_playwright() as playwright,
    ):
        explained = tell(url)
        browser = playwright.chromium.launch(**launch_options())
        session = signed_in(browser, url, Path(name) / "engine.log")
        pages = {scheme: reader(browser, url, scheme, session) for scheme in SCHEMES}
        for picture, set_up in pictures(explained).items():
            for scheme, page in pages.items():
                set_up(page)
                page.mouse.move(0, 0)
                page.evaluate("() => document.activeElement?.blur()")
                taken.append(folder / f"{picture}-{scheme}.png")
                taken[-1].write_bytes(packed(page.screenshot(animations="disabled", caret="hide")))
        browser.close()
    return taken


def main(arguments: list[str]) -> int:
    """Take the pictures into `docs/images`, or into the folder that is named."""
    folder = Path(arguments[0]) if arguments else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    for path in take(folder):
        size = path.stat().st_size
        print(f"{path.name:24} {size / 1000:6.0f} kB" + ("  more than wanted" if size > BYTES_WANTED else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
