"""Measure the review page on ninety minutes: opening, correcting, scrolling, an hour of clicks.

    .venv/bin/python scripts/measure_review.py [--clicks 3600]

Makes a session of ninety minutes and about three thousand utterances in a temporary folder, drives
Chromium over it, and prints the times and what page and server hold in memory.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from environment import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

sys.path.insert(0, str(ROOT / "tests"))

_KEYS = ("ArrowDown", "PageDown", "3", "ArrowUp", "1", "z", "u", "y", "b", "Home", "h", "z")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clicks", type=int, default=3600)
    clicks = parser.parse_args().clicks
    from browser import chromium, watched
    from long_session import long_session
    from reviewing import opened, served

    with tempfile.TemporaryDirectory() as folder:
        scene = long_session(Path(folder))
        size = {"width": 1280, "height": 900}
        with (
            served(scene.library, scene.session) as server,
            chromium() as browser,
            watched(browser, viewport=size) as seen,
        ):
            page = seen.page
            time.sleep(2)
            start = time.perf_counter()
            opened(page, server)
            print(f"opened in {time.perf_counter() - start:.2f} s")
            page.wait_for_selector("body[data-counted]")
            print(f"counted after {time.perf_counter() - start:.2f} s")
            _corrections(page, server.process.pid)
            _smoothness(page)
            tool = page.context.new_cdp_session(page)
            for n in range(clicks):
                page.keyboard.press(_KEYS[n % len(_KEYS)])
                page.wait_for_timeout(30)
                if n % max(1, clicks // 8) == 0 or n == clicks - 1:
                    tool.send("HeapProfiler.collectGarbage")
                    heap = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
                    held = _memory(server.process.pid)
                    print(f"{n} clicks: page {heap:.1f} MB, server {held} MB", flush=True)


def _corrections(page: "Page", pid: int) -> None:
    """Label fifty utterances one after the other; print what each took the page and the server."""
    wall: list[float] = []
    cpu: list[float] = []
    page.keyboard.press("Home")
    for n in range(50):
        page.keyboard.press("ArrowDown")
        before, spent = page.evaluate("document.body.dataset.tookMs"), _cpu_s(pid)
        page.keyboard.press(str(1 + n % 4))
        for _ in range(600):
            page.wait_for_timeout(10)
            found = page.evaluate("document.body.dataset.tookMs")
            if found != before:
                break
        wall.append(float(found))
        cpu.append(1000 * (_cpu_s(pid) - spent))
    for name, took in (("from key to numbers", wall), ("of them the server's processor", cpu)):
        nine = statistics.quantiles(took, n=10)[-1]
        print(
            f"50 corrections, {name}: median {statistics.median(took):.0f} ms, 9 of 10 {nine:.0f}"
        )


_FRAMES = """seconds => new Promise(done => {
    const list = document.getElementById("list"), took = [], start = performance.now();
    let before = start;
    const next = now => {
        took.push(now - before);
        before = now;
        if (scrolling) list.scrollBy(0, 40);
        now - start < 1000 * seconds ? requestAnimationFrame(next) : done(took);
    };
    requestAnimationFrame(next);
})"""


def _smoothness(page: "Page") -> None:
    """Print how long frames take while the page scrolls, and while it plays at double speed."""
    for what, scrolling in (("scrolling", True), ("playing at double speed", False)):
        page.evaluate(f"scrolling = {str(scrolling).lower()}")
        if not scrolling:
            page.keyboard.press("Home")
            page.locator(".line").nth(2).click()
            page.keyboard.press("Enter")
            page.evaluate("document.getElementById('audio').playbackRate = 2")
            page.wait_for_timeout(1000)
        took = sorted(page.evaluate(_FRAMES, 10))
        late = sum(each > 50 for each in took)
        print(
            f"10 s of {what}: a frame in {statistics.median(took):.0f} ms, 99 of 100 within "
            f"{took[int(0.99 * len(took))]:.0f}, {late} of {len(took)} over 50 ms"
        )
    page.keyboard.press(" ")
    at = page.evaluate("document.getElementById('audio').currentTime")
    print(f"played to {at:.0f} s; lines that follow: {page.locator('.line.now').count()}")


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line) // 1024


if __name__ == "__main__":
    main()
