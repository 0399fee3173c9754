"""Draw the picture of the report for the README: needs Chromium, and `start.py` run before.

    python3 scripts/picture.py [REPORT.html]

Writes docs/report.png, the first screen of the page at laptop width.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from environment import ROOT


def main() -> None:
    page = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "alsvoice-demo" / "report.html")
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None or not page.is_file():
        sys.exit("Needs Chromium and a report: run scripts/start.py first.")
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--hide-scrollbars", f"--user-data-dir={profile}", "--window-size=1160,1780",
                f"--screenshot={ROOT / 'docs' / 'report.png'}", page.resolve().as_uri(),
            ],
            check=True, capture_output=True,
        )  # fmt: skip


if __name__ == "__main__":
    main()
