"""Measure the review page on ninety minutes: opening, correcting, scrolling, an hour of clicks.

    .venv/bin/python scripts/measure_review.py [--clicks 3600]

Makes a session of ninety minutes and about three thousand utterances in a temporary folder, drives
Chromium over it, and prints the times and what page and server hold in memory.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from environment import ROOT

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
            tool = page.context.new_cdp_session(page)
            took: list[float] = []
            last = None
            for n in range(clicks):
                page.keyboard.press(_KEYS[n % len(_KEYS)])
                page.wait_for_timeout(30)
                found = page.evaluate("document.body.dataset.tookMs")
                if found is not None and found != last:
                    took.append(float(found))
                    last = found
                if n % max(1, clicks // 8) == 0:
                    tool.send("HeapProfiler.collectGarbage")
                    heap = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
                    print(
                        f"{n} clicks: page {heap:.1f} MB, server {_memory(server.process.pid)} MB"
                    )
            if took:
                deciles = statistics.quantiles(took, n=10)
                print(
                    f"{len(took)} corrections: median {statistics.median(took):.0f} ms, "
                    f"nine of ten within {deciles[-1]:.0f} ms"
                )


def _memory(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line) // 1024


if __name__ == "__main__":
    main()
