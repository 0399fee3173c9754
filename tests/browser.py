"""A real Chromium, driven by Playwright; tests that need it are skipped where it is absent."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["Watched", "axe_violations", "chromium", "until", "watched"]

_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    *("--autoplay-policy=no-user-gesture-required", "--mute-audio"),
]
_HERE = ("http://127.0.0.1:", "file://", "data:", "blob:", "about:")


@contextmanager
def chromium() -> Iterator["Browser"]:
    """Start the browser; skip the test where it or its driver is not there."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A page, the requests that left this machine, and the errors in its log."""

    page: "Page"
    left: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@contextmanager
def watched(browser: "Browser", **options: Any) -> Iterator[Watched]:
    """Give a page in a context of its own; fail where a request left or there was an error."""
    context = browser.new_context(**options)
    try:
        page = context.new_page()
        page.set_default_timeout(30_000)  # machines may be busy
        seen = Watched(page=page)
        context.on("request", lambda asked: _note_leaving(asked.url, seen.left))
        page.on("pageerror", lambda error: seen.errors.append(str(error)))
        page.on("console", lambda m: seen.errors.append(m.text) if m.type == "error" else None)
        yield seen
        assert not seen.left, seen.left
        assert not seen.errors, seen.errors
    finally:
        context.close()


def _note_leaving(address: str, left: list[str]) -> None:
    if not address.startswith(_HERE):
        left.append(address)


def until(page: "Page", expression: str, timeout_s: float = 15) -> None:
    """Wait until an expression holds; the page's policy forbids Playwright's own waiting."""
    ends = time.monotonic() + timeout_s
    while not page.evaluate(expression):
        assert time.monotonic() < ends, f"never came true: {expression}"
        time.sleep(0.05)


def axe_violations(page: "Page") -> list[dict[str, Any]]:
    """Return what axe-core finds wrong by WCAG 2.2, levels A and AA."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = axe.Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    violations: list[dict[str, Any]] = found.response["violations"]
    return [
        {
            "rule": each["id"],
            "help": each["help"],
            "where": [node["target"] for node in each["nodes"]][:5],
        }
        for each in violations
    ]
