"""A whole review in Chromium, on the demo with its own sound: by keyboard alone, followed through.

Words and turns are scripted from the truth, so that every number can be known beforehand.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from browser import Watched, axe_violations, chromium, watched
from long_session import long_session
from reviewing import Served, opened, press, served
from scripted_demo import DEMO, PEOPLE, Scene, imported, truth

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.localhost

Shown = Callable[..., "tuple[Page, Served]"]


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Import the demo's own sound with words from its truth."""
    folder = tmp_path_factory.mktemp("demo")
    phases = folder / "given.json"
    rows = [
        {"name": p["name"], "start_s": p["start"], "end_s": p["end"]} for p in truth()["phases"]
    ]
    phases.write_text(json.dumps(rows), "utf-8")
    scene = imported(
        folder, "--participants", PEOPLE, "--phases", phases, "--title", "A ward at night",
        "--consent", "written", sound=DEMO / "session.opus",
    )  # fmt: skip
    scene.process(*scene.script.options)
    return scene


@pytest.fixture
def scene(tmp_path: Path, demo: Scene) -> Scene:
    return demo.copy(tmp_path / "own")


@pytest.fixture
def server(scene: Scene) -> Iterator[Served]:
    with served(scene.library, scene.session) as found:
        yield found


@pytest.fixture
def seen(browser: "Browser", server: Served) -> Iterator[Watched]:
    with watched(browser, viewport={"width": 1280, "height": 900}) as found:
        opened(found.page, server)
        yield found


def told(page: "Page", words: str, wait_s: float = 15) -> None:
    """Wait until the page says so."""
    from playwright.sync_api import expect

    expect(page.locator("#status")).to_contain_text(words, timeout=1000 * wait_s)


def chosen(page: "Page") -> str:
    """Return the id of the utterance that is chosen."""
    line = page.locator("#list").get_attribute("aria-activedescendant")
    assert line is not None
    return line.removeprefix("line-")


def row(scene: Scene, utterance: str) -> dict[str, Any]:
    found: dict[str, Any] = next(u for u in scene.report()["utterances"] if u["id"] == utterance)
    return found


def choose(page: "Page", scene: Scene, words: str) -> str:
    """Go by arrow keys to the utterance that has these words; return its id."""
    rows = scene.report()["utterances"]
    place = next(n for n, each in enumerate(rows) if words in each["text"])
    press(page, "Home", *["ArrowDown"] * place)
    assert chosen(page) == rows[place]["id"]
    return str(rows[place]["id"])


def test_a_review_by_keyboard_alone(seen: Watched, scene: Scene) -> None:  # noqa: PLR0915
    """Each correction is followed through to the numbers of the report, then taken back."""
    page = seen.page
    before = scene.report()
    page.keyboard.press("Tab")
    for _ in range(30):  # from the top of the page into the transcript, by Tab alone
        if page.evaluate("document.activeElement.id") == "list":
            break
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "list"

    asked = next(u for u in before["utterances"] if u["label"] == "closed_question")
    choose(page, scene, asked["text"])
    press(page, "1")
    told(page, "Now open question")
    now = scene.report()
    assert row(scene, asked["id"])["source"] == "person"
    assert now["questions"]["open"] == before["questions"]["open"] + 1
    assert now["questions"]["closed"] == before["questions"]["closed"] - 1
    assert f"Everybody: {now['questions']['open']} open" in page.locator("#balance").inner_text()

    press(page, "s")
    page.locator("#dialog input").fill("Zora")
    press(page, "Enter")
    told(page, "Said by Zora")
    talk = {p["name"]: p["talk_s"] for p in scene.report()["participants"]}
    assert talk["Zora"] > 0
    assert "Zora" in page.locator("#people").inner_text()

    press(page, "e")
    page.locator("#dialog textarea").fill("What was that like for you?")
    press(page, "Enter")
    told(page, "words are changed")
    assert row(scene, asked["id"])["text"] == "What was that like for you?"

    press(page, "n")
    page.locator("#dialog input").fill("This opened something for me.")
    press(page, "Enter")
    told(page, "note is kept")
    press(page, "h")
    told(page, "Marked as helpful")
    assert row(scene, asked["id"])["helpful"] is True
    assert [n["text"] for n in scene.report()["notes"]] == ["This opened something for me."]
    assert "This opened something for me." in page.locator("#notes").inner_text()

    for _ in range(5):
        press(page, "z")
        told(page, "Taken back")
        page.locator("#status").evaluate("(each) => { each.textContent = ''; }")
    after = scene.report()
    assert after["questions"] == before["questions"]
    assert after["participants"] == before["participants"]
    assert after["utterances"] == before["utterances"]
    assert page.locator("#undo").is_disabled()
    for _ in range(5):
        press(page, "Shift+Z")
        told(page, "Brought back")
        page.locator("#status").evaluate("(each) => { each.textContent = ''; }")
    assert row(scene, asked["id"])["text"] == "What was that like for you?"
    assert page.locator("#redo").is_disabled()


def test_cut_join_and_the_borders_of_phases(seen: Watched, scene: Scene) -> None:
    page = seen.page
    before = scene.report()
    longest = max(before["utterances"], key=lambda u: len(u["text"].split()))
    choose(page, scene, longest["text"])
    press(page, "c", "ArrowLeft", "ArrowRight", "Enter")
    told(page, "two now")
    parts = scene.report()["utterances"]
    assert len(parts) == len(before["utterances"]) + 1
    at = next(n for n, u in enumerate(parts) if longest["text"].startswith(u["text"]))
    assert f"{parts[at]['text']} {parts[at + 1]['text']}" == longest["text"]
    press(page, "Home", *["ArrowDown"] * at)
    press(page, "m")
    told(page, "one now")
    assert [u["text"] for u in scene.report()["utterances"]] == [
        u["text"] for u in before["utterances"]
    ]
    start = before["phases"][2]["start_s"]
    later = next(u for u in before["utterances"] if u["start_s"] > start + 1)
    choose(page, scene, later["text"])
    press(page, "p", "Enter")
    told(page, "border is moved")
    phases = scene.report()["phases"]
    assert phases[2]["start_s"] == later["start_s"] == phases[1]["end_s"]


def test_naming_merging_and_swapping(seen: Watched, scene: Scene) -> None:
    page = seen.page
    press(page, "w")
    fields = page.locator("#dialog input")
    names = ["Ann", "Ben", "Cat", "Dan", "Ben"]
    for n, name in enumerate(names):
        fields.nth(n).fill(name)
    press(page, "Enter")
    told(page, "names are kept")
    people = {p["name"]: p["speakers"] for p in scene.report()["participants"]}
    assert people["Ben"] == ["SPEAKER_01", "SPEAKER_04"] and set(people) == set(names)
    press(page, "w")
    fields.nth(0).fill("Cat")
    fields.nth(2).fill("Ann")
    press(page, "Enter")
    page.locator("#undo:not([disabled])").wait_for()
    page.wait_for_timeout(500)
    people = {p["name"]: p["speakers"] for p in scene.report()["participants"]}
    assert people["Cat"] == ["SPEAKER_00"] and people["Ann"] == ["SPEAKER_02"]


def test_the_unsure_ones_come_one_by_one(seen: Watched, scene: Scene) -> None:
    page = seen.page
    rows = scene.report()["utterances"]
    unsure = sorted((u for u in rows if u["unsure"]), key=lambda u: u["confidence"])
    assert f"Review {len(unsure)} unsure utterances" == page.locator("#unsure").inner_text()
    press(page, "u")
    told(page, f"{len(unsure)} to go")
    first = chosen(page)
    press(page, "y")
    told(page, f"{len(unsure) - 1} to go")
    press(page, "3")
    told(page, f"{len(unsure) - 2} to go")
    now = scene.report()["utterances"]
    assert sum(u["unsure"] for u in now) == len(unsure) - 2
    assert next(u for u in now if u["id"] == first)["source"] == "person"
    assert "2 looked at" in page.locator("#trust").inner_text()


def test_what_is_pressed_while_a_change_is_on_its_way_is_not_lost(
    seen: Watched, scene: Scene
) -> None:
    page = seen.page
    press(page, "Home", "1", "3", "n")
    page.locator("#dialog").wait_for()
    page.keyboard.type("Said at once")
    press(page, "Enter")
    told(page, "note")
    report = scene.report()
    assert report["utterances"][0]["label"] == "advice"
    assert [note["text"] for note in report["notes"]] == ["Said at once"]


def test_two_tabs_never_overwrite_each_other(
    browser: "Browser", server: Served, scene: Scene
) -> None:
    with watched(browser) as one:
        opened(one.page, server)
        other = one.page.context.new_page()
        other.goto(one.page.url)
        other.wait_for_selector("body[data-ready]")
        other.route("**/state?view=*", lambda route: route.fulfill(status=204))  # no news for it
        press(one.page, "Home", "3")
        told(one.page, "Now advice")
        press(other, "Home", "2")
        told(other, "Somebody else changed this session meanwhile")
        lines = (scene.folder / "edits.jsonl").read_text().splitlines()
        assert [json.loads(line)["after"] for line in lines] == ["advice"]
        press(one.page, "2")
        told(one.page, "Now closed question")
        press(other, "n")
        other.locator("#dialog input").fill("what was typed is not lost")
        press(other, "Enter")
        told(other, "Somebody else changed this session meanwhile")
        other.locator("#dialog[open]").wait_for()
        assert other.locator("#dialog input").input_value() == "what was typed is not lost"
        other.locator("#dialog input").press("Enter")
        other.locator("#notes").get_by_text("what was typed is not lost").wait_for()
        other.close()
        one.errors.clear()  # the 409 and what was cut off are what is tested


def test_a_tab_shows_what_the_command_line_did(seen: Watched, scene: Scene) -> None:
    first = scene.report()["utterances"][0]["id"]
    scene.run("correct", first, "--label", "advice", "--who", "Ann").good()
    told(seen.page, "Somebody else changed")
    press(seen.page, "Home")
    assert "advice" in seen.page.locator(f"#line-{first}").inner_text()
    press(seen.page, "z")
    told(seen.page, "Taken back")
    assert row(scene, first)["source"] != "person"


def test_reloading_in_the_middle_loses_nothing(seen: Watched, scene: Scene) -> None:
    page = seen.page
    press(page, "Home", "3")
    told(page, "Now advice")
    press(page, "ArrowDown", "e")
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert page.locator("#undo").inner_text() == "Undo a label"
    assert scene.report()["utterances"][0]["label"] == "advice"


def test_killed_after_a_correction_it_loses_none(browser: "Browser", scene: Scene) -> None:
    with served(scene.library, scene.session) as server, watched(browser) as seen:
        page = opened(seen.page, server)
        for n in range(4):
            press(page, "Home", *["ArrowDown"] * n, "3")
            told(page, "advice")
            page.locator("#status").evaluate("(each) => { each.textContent = ''; }")
        server.process.kill()
        server.process.wait()
        told(page, "The server of this page has ended")
        seen.errors.clear()
    with served(scene.library, scene.session) as server, watched(browser) as seen:
        page = opened(seen.page, server)
        rows = scene.report()["utterances"][:4]
        assert [u["label"] for u in rows] == ["advice"] * 4
        assert {u["source"] for u in rows} == {"person"}
        press(page, "Home", "1")
        told(page, "Now open question")


def test_striking_a_passage_asks_first_and_is_gone_for_good(seen: Watched, scene: Scene) -> None:
    page = seen.page
    said = scene.report()["utterances"][3]
    choose(page, scene, said["text"])
    press(page, "x", "Enter")
    assert page.locator("#dialog").is_visible(), "nothing happens before the word is typed"
    press(page, "Escape")
    assert row(scene, said["id"])["text"] == said["text"]
    press(page, "x")
    page.keyboard.type("strike")
    press(page, "Enter")
    told(page, "gone for good", 90)
    now = scene.report()
    assert said["id"] not in {u["id"] for u in now["utterances"]}
    assert len(now["redactions"]) == 1
    held = b"".join(p.read_bytes() for p in scene.folder.glob("*.json*"))
    assert said["text"].encode() not in held


def test_the_sound_plays_and_the_transcript_follows(seen: Watched) -> None:
    page = seen.page
    choose_at = page.locator(".line").nth(6)
    choose_at.click()
    press(page, "Enter")
    page.wait_for_timeout(1500)
    at = page.evaluate("document.getElementById('audio').currentTime")
    assert page.evaluate("!document.getElementById('audio').paused") and at > 0.5
    assert page.locator(".line.now").count() == 1
    press(page, "b")
    assert page.evaluate("document.getElementById('audio').currentTime") < at
    press(page, ".", ".")
    assert page.evaluate("document.getElementById('audio').playbackRate") == 1.5
    press(page, " ")
    page.wait_for_timeout(200)
    assert page.evaluate("document.getElementById('audio').paused")
    slider = page.locator("#timeline")
    slider.focus()
    press(page, "ArrowRight")
    page.wait_for_timeout(200)
    assert "," in str(slider.get_attribute("aria-valuetext")), "who speaks, in which phase"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(browser: "Browser", server: Served, scheme: str, width: int) -> None:
    _nothing_is_found(browser, server, scheme, width)


def asks(page: "Page", key: str) -> None:
    """Press a key and see a dialog; where there is none, say what the page does instead."""
    from playwright.sync_api import TimeoutError as Waited

    press(page, key)
    try:
        page.locator("#dialog").wait_for()
    except Waited as problem:
        said = page.locator("#status").inner_text()
        focus = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        raise AssertionError(f"no dialog after {key}: {said!r}, {focus!r}") from problem


def _nothing_is_found(browser: "Browser", server: Served, scheme: str, width: int) -> None:
    with watched(browser, viewport={"width": width, "height": 800}, color_scheme=scheme) as found:
        page = opened(found.page, server)
        press(page, "Home", "3")
        told(page, "advice")
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        dialogs = ("s", "e", "c", "n", "p", "x", "w", "?") if scheme == "light" else ()
        for key in dialogs if width == 1280 else ():
            asks(page, key)
            assert axe_violations(page) == [], key
            press(page, "Escape")
            page.locator("#dialog").wait_for(state="hidden")
            page.evaluate(  # nobody presses a key before the page is drawn without it
                "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
            )
        page.goto(page.url.partition("review/")[0])
        assert axe_violations(page) == []


def test_ninety_minutes(browser: "Browser", tmp_path: Path) -> None:
    """Opens at once, scrolls without stutter, and memory stays flat over a thousand clicks."""
    scene = long_session(tmp_path)
    count = len(scene.report()["utterances"])
    assert 2500 < count < 3500
    with served(scene.library, scene.session) as server, watched(browser) as seen:
        page = seen.page
        time.sleep(2.5)  # as long as a browser takes to start
        start = time.monotonic()
        opened(page, server)
        took = time.monotonic() - start
        assert took < 1.0 * _slack(), took
        assert page.locator(".line").count() < 80, "only what is in sight is drawn"
        frames = page.evaluate(
            """async () => {
              const list = document.getElementById('list');
              const gaps = []; let last = performance.now();
              for (let n = 0; n < 90; n += 1) {
                list.scrollTop += 900;
                await new Promise(requestAnimationFrame);
                gaps.push(performance.now() - last); last = performance.now();
              }
              return gaps.sort((a, b) => a - b)[Math.floor(0.9 * gaps.length)];
            }"""
        )
        assert frames < 50 * _slack(), frames
        tool = page.context.new_cdp_session(page)
        sizes = []
        for _ in range(4):
            for _ in range(40):
                press(page, "ArrowDown", "PageDown", "u")
            tool.send("HeapProfiler.collectGarbage")
            sizes.append(page.evaluate("performance.memory.usedJSHeapSize"))
        assert sizes[-1] < 1.1 * sizes[1], sizes
        press(page, "3")
        told(page, "advice")


def _slack() -> float:
    """Return how much slower a busy machine may be than an idle one."""
    import os

    return max(1.0, 2 * os.getloadavg()[0] / (os.cpu_count() or 1))
