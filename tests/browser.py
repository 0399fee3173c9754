"""Chromium for tests: Debian's, driven by Playwright, with axe; skipped where one is absent.

Every page is watched: a request that leaves this machine, and an error in its log, fail the test.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

__all__ = ["Watched", "axe_violations", "chromium", "watched"]

_SWITCHES = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--autoplay-policy=no-user-gesture-required", "--mute-audio",
)  # fmt: skip
_HERE = ("http://127.0.0.1:", "file://", "data:", "blob:", "about:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A page, and what its log has to say against it."""

    page: "Page"
    left: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Fail where a request left this machine or the page had an error."""
        assert not self.left, self.left
        assert not self.errors, self.errors


@contextlib.contextmanager
def chromium() -> Iterator["Browser"]:
    """Give the browser; the test is skipped, and says so, where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    lack = None if path else "Chromium is not on this machine: apt-get install chromium"
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        lack = "Playwright is not installed: pip install 'alsvoice[dev]'"
    if lack and os.environ.get("ALSVOICE_REQUIRE_BROWSER") == "1":
        pytest.fail(lack, pytrace=False)
    if lack:
        pytest.skip(lack)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_SWITCHES))
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def watched(browser: "Browser", **options: Any) -> Iterator[Watched]:
    """Give a page in a context of its own, and check its log at the end."""
    context: BrowserContext = browser.new_context(**options)
    try:
        page = context.new_page()
        page.set_default_timeout(10_000)
        seen = Watched(page=page)
        context.on(
            "request", lambda r: None if r.url.startswith(_HERE) else seen.left.append(r.url)
        )
        page.on("pageerror", lambda error: seen.errors.append(str(error)))
        page.on(
            "console",
            lambda m: seen.errors.append(m.text) if m.type == "error" else None,
        )
        yield seen
        seen.check()
    finally:
        context.close()


def _note_leaving(address: str, left: list[str]) -> None:
    if not address.startswith(_HERE):
        left.append(address)


def axe_violations(page: "Page") -> list[str]:
    """Return what axe finds wrong by WCAG 2.2 AA, a line each."""
    from axe_playwright_python.sync_playwright import Axe

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}}).response
    return [
        f"{each['id']}: {node['html'][:160]} ({node.get('failureSummary', '')[:200]})"
        for each in found["violations"]
        for node in each["nodes"]
    ]
