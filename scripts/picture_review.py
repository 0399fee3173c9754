"""Draw the pictures of the review and of practice for the documents: needs Chromium.

    .venv/bin/python scripts/picture_review.py

Takes the bundled session with its own sound and the words of its truth, goes through the steps of
docs/review.md, and writes docs/review-*.png.
"""

import json
import sys
import tempfile
from pathlib import Path

from environment import ROOT

sys.path.insert(0, str(ROOT / "tests"))

_DOCS = ROOT / "docs"


def main() -> None:
    from browser import chromium, watched
    from reviewing import opened, served

    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        library, session = _session(Path(folder))
        with served(library, session) as server:
            size = {"width": 1280, "height": 880}
            with watched(browser, viewport=size) as seen:
                page = opened(seen.page, server)
                page.wait_for_selector("body[data-counted]")
                page.wait_for_timeout(1500)
                page.locator("#who").fill("Helen")
                page.locator("#list").focus()
                page.keyboard.press("u")
                page.wait_for_timeout(400)
                page.screenshot(path=_DOCS / "review-unsure.png")
                page.keyboard.press("c")
                page.keyboard.press("ArrowRight")
                page.screenshot(path=_DOCS / "review-cut.png")
                page.keyboard.press("Escape")
                phone = page.context.new_page()
                phone.set_viewport_size({"width": 390, "height": 844})
                phone.emulate_media(color_scheme="dark")
                phone.goto(page.url)
                phone.wait_for_selector("body[data-counted]")
                phone.wait_for_timeout(1500)
                phone.screenshot(path=_DOCS / "review-phone.png")
                practice = page.context.new_page()
                practice.set_viewport_size({"width": 900, "height": 620})
                practice.goto(page.url.partition("review/")[0] + "practice")
                practice.wait_for_selector("body[data-ready]")
                practice.locator("select").select_option("demo")
                practice.locator("#hear").click()
                practice.wait_for_selector("body[data-asked='1']")
                practice.keyboard.press("1")
                practice.wait_for_selector("#told")
                practice.screenshot(path=_DOCS / "review-practice.png")


def _session(folder: Path) -> tuple[Path, str]:
    from scripted_demo import DEMO, PEOPLE, imported, truth, voice_of

    phases = folder / "given.json"
    rows = [
        {"name": p["name"], "start_s": p["start"], "end_s": p["end"]} for p in truth()["phases"]
    ]
    phases.write_text(json.dumps(rows), "utf-8")
    scene = imported(
        folder, "--participants", PEOPLE, "--phases", phases, "--consent", "written",
        "--title", truth()["title"], sound=DEMO / "session.opus",
    )  # fmt: skip
    scene.process(*scene.script.options)
    scene.run("speakers", *(f"{voice}={name}" for name, voice in voice_of().items())).good()
    return scene.library, scene.session


if __name__ == "__main__":
    main()
