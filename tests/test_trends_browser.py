"""The page of trends in a real browser: nothing leaves, axe finds nothing, all sizes and modes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from alsvoice.report.trends.document import build_trends
from alsvoice.report.trends.page import render_trends
from browser import axe_violations, chromium
from test_trends_document import THREE, meeting

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

DAYS = [f"2026-{month:02}-{day:02}" for month in range(1, 13) for day in (4, 18)]


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the address of a page of 24 sessions of a set, of a person, and of no session."""
    folder: Path = tmp_path_factory.mktemp("pages")
    kinds: dict[str, tuple[str | None, int]] = {"set": (None, 24), "person": ("Max", 24)}
    found = {"none": build_trends([])}
    for name, (person, number) in kinds.items():
        meetings = [
            meeting(day, THREE[n % 3][1], person=person, coder="a" if n < 12 else "b")
            for n, day in enumerate(DAYS[:number])
        ]
        found[name] = build_trends(meetings, person=person, of_set="Tuesdays")
    for name, trends in found.items():
        (folder / f"{name}.html").write_text(render_trends(trends), "utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in found}


def opened(browser: "Browser", address: str, **how: Any) -> "Page":
    page = browser.new_page(**how)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: asked.append(f"console: {message.text}"))
    page.goto(address)
    assert asked == [address]
    return page


@pytest.mark.parametrize("name", ["set", "person", "none"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    browser: "Browser", pages: dict[str, str], name: str, scheme: str
) -> None:
    page = opened(browser, pages[name], color_scheme=scheme, bypass_csp=True)
    assert axe_violations(page) == []
    page.close()


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_runs_out_of_the_window(
    browser: "Browser", pages: dict[str, str], width: int
) -> None:
    page = opened(browser, pages["person"], viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_pictures_are_named_and_the_tables_are_reached_by_keyboard(
    browser: "Browser", pages: dict[str, str]
) -> None:
    page = opened(browser, pages["set"])
    picture = page.get_by_role("img", name="Advice share over 24 sessions")
    assert picture.count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the trends"
    reached = set()
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert "Advice share in numbers" in reached
    page.emulate_media(media="print")
    assert picture.is_visible()
    page.close()
