"""A real Chromium, driven by Playwright; tests that need it are skipped where it is absent."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["axe_violations", "chromium", "until"]

_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    "--autoplay-policy=no-user-gesture-required",
]


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
