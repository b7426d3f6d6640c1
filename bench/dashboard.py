"""The control centre in a real Chromium against a real engine: how late what is drawn is, and what it costs to show.

Server to drawn: from the arrival of a frame in the engine (`ts_ingest`) to its sample on the canvas, both on this
machine's clock. A switch: from the click on another machine to the first sample that was not drawn before. First paint:
a cold profile, beside the engine's own sign-in page, which has no script. Long tasks: over 50 ms, in a minute of live
view. Verdict to row: from the judgement to the row in an open table.

Every figure is the median of three rounds that take turns.

    python -m bench.dashboard [--seconds 60] [--rounds 3] [--quick]
"""

from __future__ import annotations

import argparse
import gzip
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from bench.dashboard_engine import MACHINES, engine
from bench.measure import report
from chargehand.api import ui
from tools.chromium import launch_options

WATCH = """() => {
  window.drawn = []; window.tasks = [];
  new PerformanceObserver((list) => { for (const task of list.getEntries()) window.tasks.push(task.duration); })
    .observe({ type: "longtask" });
  const figure = document.querySelector("[data-drawn-seq]");
  const note = () => window.drawn.push([figure.dataset.machine, Number(figure.dataset.drawnSeq), Date.now()]);
  new MutationObserver(note).observe(figure, { attributes: true, attributeFilter: ["data-drawn-seq"] });
}"""
SWITCH = """(machine) => new Promise((done) => {
  const left = (window.left ??= {});
  const figure = document.querySelector("[data-drawn-seq]");
  if (figure) left[figure.dataset.machine] = Number(figure.dataset.drawnSeq);
  const link = Object.assign(document.createElement("a"), { href: `/machine?machine=${machine}` });
  document.querySelector("main").append(link);
  const begun = performance.now();
  const observer = new MutationObserver(() => {
    const shown = document.querySelector("[data-drawn-seq]");
    if (shown?.dataset.machine !== machine || !(Number(shown.dataset.drawnSeq) > (left[machine] ?? 0))) return;
    observer.disconnect(); link.remove(); done(performance.now() - begun);
  });
  observer.observe(document.querySelector("main"), { attributes: true, childList: true, subtree: true });
  link.click();
})"""
ROW = """(decision) => new Promise((done) => {
  const found = () => document.querySelector(`[data-decision="${decision}"]`);
  if (found()) return done(Date.now());
  const observer = new MutationObserver(() => { if (found()) { observer.disconnect(); done(Date.now()); } });
  observer.observe(document.body, { childList: true, subtree: true, attributes: true });
})"""
PROPOSAL = {"kind": "machine.change", "subject": f"machine/{MACHINES[0]}", "action": {"operation": "override"}}
JS_KB, CSS_KB = 90, 12


def latencies(page: Page, url: str, seconds: float) -> tuple[list[float], int, float]:
    """Milliseconds from arrival to canvas per drawn sample, long tasks, and the longest of them in ms."""
    page.goto(f"{url}/machine?machine={MACHINES[0]}&window=120")
    page.wait_for_function("() => Number(document.querySelector('[data-drawn-seq]')?.dataset.drawnSeq) > 0")
    page.wait_for_timeout(3_000)
    page.evaluate(WATCH)
    page.wait_for_timeout(seconds * 1_000)
    drawn, tasks = page.evaluate("() => [window.drawn, window.tasks]")
    arrived = _arrivals(url, MACHINES[0], min(seq for _machine, seq, _at in drawn) - 1)
    late = [at - arrived[seq] for _machine, seq, at in drawn if seq in arrived]
    assert len(late) > seconds, f"only {len(late)} samples were seen drawn"
    return late, len(tasks), max(tasks, default=0.0)


def _arrivals(url: str, machine: str, after: int) -> dict[int, float]:
    """When each frame arrived in the engine, in ms since 1970."""
    found: dict[int, float] = {}
    with httpx.Client(base_url=url, trust_env=False) as client:
        while True:
            page = client.get(f"/v1/machines/{machine}/telemetry", params={"after": after, "limit": 5000}).json()
            for frame in page["items"]:
                found[frame["seq"]] = datetime.fromisoformat(frame["ts_ingest"]).timestamp() * 1_000
            if len(page["items"]) < 5000:
                return found
            after = int(page["next_cursor"])


def switches(page: Page) -> list[float]:
    """Milliseconds to the first sample of a machine never seen before, twice, then of each seen before."""
    return [float(page.evaluate(SWITCH, machine)) for machine in (MACHINES[1], MACHINES[2], *MACHINES)]


def first_paint(browser: Browser, url: str, path: str) -> float:
    """Milliseconds to the first contentful paint in a cold profile."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(url + path)
    page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length > 0")
    took = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime")
    context.close()
    return float(took)


def row_delay(page: Page, url: str) -> list[float]:
    """Milliseconds from a verdict to its row in the table of decisions."""
    page.goto(f"{url}/decisions")
    page.wait_for_load_state("networkidle")
    took = []
    for _ in range(10):
        verdict = httpx.post(f"{url}/v1/proposals", json=PROPOSAL, trust_env=False).json()
        judged = datetime.fromisoformat(verdict["evaluated_at"]).timestamp() * 1_000
        took.append(float(page.evaluate(ROW, verdict["id"])) - judged)
        page.wait_for_timeout(150)
    return took


def sizes() -> list[dict[str, object]]:
    """What a first visit loads and what everything weighs, compressed, in kB."""
    folder = Path(ui.__file__).parent / "ui"
    html = (folder / "index.html").read_text()
    assets = {path.name: len(gzip.compress(path.read_bytes(), 9)) / 1_000 for path in (folder / "assets").iterdir()}
    js = {name: size for name, size in assets.items() if name.endswith(".js")}
    css = {name: size for name, size in assets.items() if name.endswith(".css")}
    return [
        {"size": "initial JS", "kB_gz": sum(size for name, size in js.items() if name in html), "target_kB": JS_KB},
        {"size": "all JS", "kB_gz": sum(js.values()), "target_kB": 250},
        {"size": "initial CSS", "kB_gz": sum(size for name, size in css.items() if name in html), "target_kB": CSS_KB},
        {"size": "all CSS", "kB_gz": sum(css.values())},
    ]


def run(seconds: float, rounds: int) -> list[dict[str, object]]:
    """Every figure, as rows."""
    with chromium() as browser:
        rows: list[dict[str, object]] = []
        for hz, target in ((10.0, 150.0), (100.0, 250.0)):
            rows += _live(browser, hz, target, seconds, rounds)
        rows += _paint(browser, max(3, rounds))
    return rows + sizes()


def _live(browser: Browser, hz: float, target: float, seconds: float, rounds: int) -> list[dict[str, object]]:
    late: list[list[float]] = []
    tasks, longest, new, back = [], [], [], []
    for _ in range(rounds):
        with engine(hz) as url, _tab(browser) as page:
            found, count, worst = latencies(page, url, seconds)
            late.append(found)
            tasks.append(count)
            longest.append(worst)
            took = switches(page)
            new += took[:2]
            back += took[2:]
    return [
        {
            "live": f"3 machines x {hz:.0f} Hz x 12 signals",
            "p50_ms": statistics.median(statistics.median(found) for found in late),
            "p95_ms": statistics.median(_p95(found) for found in late),
            "target_p95_ms": target,
            f"long_tasks_in_{seconds:.0f}_s": statistics.median(tasks),
            "longest_ms": statistics.median(longest),
        },
        {
            "switch": f"at {hz:.0f} Hz",
            "never_seen_ms": statistics.median(new),
            "seen_before_ms": statistics.median(back),
            "target_ms": 200,
        },
    ]


def _paint(browser: Browser, rounds: int) -> list[dict[str, object]]:
    with engine(10.0) as url:
        first_paint(browser, url, "/fleet")
        ours, plain = [], []
        for _ in range(rounds):
            ours.append(first_paint(browser, url, "/fleet"))
            plain.append(first_paint(browser, url, "/signin"))
        with _tab(browser) as page:
            rows = row_delay(page, url)
    ratio = statistics.median(a / b for a, b in zip(ours, plain, strict=True))
    return [
        {"first_paint": "cold", "ms": statistics.median(ours), "to_plain_page": ratio, "target_ms": 400},
        {"verdict_to_row": "decisions", "p50_ms": statistics.median(rows), "p95_ms": _p95(rows), "target_p95_ms": 250},
    ]


def _p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


@contextmanager
def _tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        yield context.new_page()
    finally:
        context.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser from `$CHROMIUM` or the path."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        try:
            yield browser
        finally:
            browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of live view per round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one short round, to see that it runs")
    asked = parser.parse_args()
    report("dashboard", run(5.0 if asked.quick else asked.seconds, 1 if asked.quick else asked.rounds))


if __name__ == "__main__":
    main()
