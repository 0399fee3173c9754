"""Draw the pictures of the report for the README: needs Chromium, and `start.py` run before.

    .venv/bin/python scripts/picture.py [LIBRARY SESSION]

Writes docs/report*.png: the first screen, the timeline, one person's page, and a phone in the dark.
Without arguments it draws the demo that `start.py` made.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from environment import ROOT

sys.path.insert(0, str(ROOT / "tests"))

from alsvoice.store import Library
from browser import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DEMO = ROOT / "alsvoice-demo"
DOCS = ROOT / "docs"


def main() -> None:
    library = Path(sys.argv[1]) if len(sys.argv) > 2 else DEMO
    session = sys.argv[2] if len(sys.argv) > 2 else next(s.id for s in Library(DEMO))
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        whole = report(library, session, Path(folder) / "whole.html")
        person = report(library, session, Path(folder) / "person.html", "--for", "Marcus")
        picture(browser, whole, "report", height=1500)
        picture(browser, whole, "report-timeline", only="#timing")
        picture(browser, person, "report-person", height=2300)
        picture(browser, whole, "report-phone", width=390, height=844, dark=True)


def report(library: Path, session: str, page: Path, *options: str) -> Path:
    command = [sys.executable, "-m", "alsvoice", "--library", str(library), "report", session]
    subprocess.run([*command, "--audio", "none", "-o", str(page), *options], check=True)
    return page


def picture(
    browser: "Browser",
    page: Path,
    name: str,
    *,
    width: int = 1160,
    height: int = 900,
    dark: bool = False,
    only: str | None = None,
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
    )
    opened = context.new_page()
    opened.goto(page.as_uri())
    target = str(DOCS / f"{name}.png")
    if only:
        opened.locator(only).screenshot(path=target)
    else:
        opened.screenshot(path=target)
    context.close()


if __name__ == "__main__":
    main()
