"""The page in a real browser: numbers, timeline, sound, filters, print; nothing leaves it."""

import io
import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import truth
from alsvoice.audio.clip import clips
from alsvoice.audio.decode import Decoding, decode
from alsvoice.intervals import to_ms
from alsvoice.report import render_html
from alsvoice.report.anonymous import anonymous
from alsvoice.report.audience import Audience, Reader
from alsvoice.report.document import Reading, build_document
from alsvoice.session import Consent, Conversation, Manifest
from alsvoice.templates import template
from browser import axe_violations, chromium, until
from scripted_demo import DEMO
from strategies import phase, said, scene

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

MANIFEST = Manifest(
    id="2026-11-23_0930_demo",
    created="2026-11-23T09:30:00+00:00",
    title="The discharge huddle",
    consent=Consent.WRITTEN,
    template="classic",
)
READERS = {
    "facilitator": Audience(),
    "set": Audience(reader=Reader.SET),
    "person": Audience(reader=Reader.PERSON, person="Marcus"),
}


def document(conversation: Conversation, reader: str = "facilitator") -> dict[str, Any]:
    reading = Reading(audience=READERS[reader], plan=template("classic"))
    tools = {"alsvoice": "0", "asr": "whisper-base", "diarizer": "sparse", "classifier": "c.v1"}
    return build_document(MANIFEST, conversation, provenance=tools, reading=reading)


def sounds(found: dict[str, Any]) -> dict[str, bytes]:
    """Return real clips of the bundled session for what was counted."""
    import numpy as np
    import soundfile

    counted = {id_ for row in found["acts"] for id_ in row["utterances"]}
    spans = {
        row["id"]: (to_ms(row["start_s"]), to_ms(row["end_s"]))
        for row in found["utterances"]
        if row["id"] in counted
    }
    with (DEMO / "session.opus").open("rb") as file:
        samples = np.concatenate(list(decode(file, "demo", Decoding())))
    mix = io.BytesIO()
    soundfile.write(mix, samples, 16_000, format="FLAC")
    mix.seek(0)
    return dict(zip(spans, clips(mix, spans.values()), strict=True))


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every page that is looked at here."""
    place = tmp_path_factory.mktemp("pages")
    demo = truth.conversation()
    whole = document(demo)
    (place / "facilitator.html").write_text(render_html(whole, audio=sounds(whole)), "utf-8")
    for reader in ("set", "person"):
        (place / f"{reader}.html").write_text(render_html(document(demo, reader)), "utf-8")
    (place / "anonymous.html").write_text(render_html(anonymous(whole)), "utf-8")
    guessed = document(replace(demo, phases=()))
    (place / "guessed.html").write_text(render_html(guessed), "utf-8")
    (place / "long.html").write_text(render_html(document(long_session())), "utf-8")
    return place


def long_session() -> Conversation:
    """Ninety minutes, three thousand utterances, six people."""
    labels = ["other", "other", "open_question", "other", "closed_question", "other", "advice"]
    names = ("Helen", "David", "Marcus", "Joanne", "Anjali", "Ravi")
    roles = dict(zip(names, ("facilitator", "presenter", *["member"] * 4), strict=True))
    told = "so what we tried then was a second list beside the first one on the wall"
    return scene(
        *(
            said(names[n % 6], 1.8 * n, 1.8 * n + 1.5, f"{told} {n}", labels[n % 7])
            for n in range(3000)
        ),
        roles=dict(roles),
        phases=[phase("exploring", 0, 2700), phase("process_review", 2700, 5400)],
        duration=5400,
    )


@pytest.fixture
def context(browser: "Browser") -> Iterator["BrowserContext"]:
    made = browser.new_context(viewport={"width": 1160, "height": 900})
    yield made
    made.close()


@pytest.fixture
def page(context: "BrowserContext", folder: Path) -> Iterator["Page"]:
    """The facilitator's page; nothing may be asked of any address nor go wrong in its script."""
    wrong: list[str] = []
    opened = context.new_page()
    opened.on("request", lambda r: wrong.append(r.url) if _leaves(r.url) else None)
    opened.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.goto((folder / "facilitator.html").as_uri())
    yield opened
    assert wrong == []


def _leaves(address: str) -> bool:
    return not address.startswith(("file:", "data:", "blob:"))


def shown(page: "Page") -> list[str]:
    """Return the texts of the transcript's lines that can be seen."""
    return page.locator(".line:visible .text").all_inner_texts()


def test_a_number_opens_the_utterances_behind_it(page: "Page") -> None:
    found = document(truth.conversation())
    page.locator(".legend a.num").nth(2).click()  # the members' advice
    helping = [a for a in found["acts"] if a["helping"] and a["kind"] == "advice"]
    ids = [id_ for act in helping for id_ in act["utterances"]]
    texts = {row["id"]: row["text"] for row in found["utterances"]}
    assert shown(page) == [texts[id_] for id_ in ids]
    assert page.locator("#filters output").inner_text().startswith("The members’ advice: 6 of 91")
    assert page.evaluate("document.activeElement.id") == "h-transcript"
    page.locator("button[name=back]").click()
    assert page.evaluate("document.activeElement.className") == "num"
    assert len(shown(page)) == 91


def test_every_number_that_is_a_link_opens_as_many_as_it_says(page: "Page") -> None:
    """Counts of acts may be fewer than the utterances they are made of, never more."""
    links = page.locator("a[data-show]")
    total = links.count()
    assert total > 60
    for n in range(total):
        link = links.nth(n)
        said_ = link.inner_text().strip()
        link.evaluate("each => each.click()")
        seen = page.locator(".line:not([hidden])").count()
        assert seen > 0, link.get_attribute("data-show")
        if said_.isdigit() and link.evaluate("each => !!each.closest('.legend, .asked')"):
            assert seen >= int(said_)


def test_the_timeline_by_keyboard(page: "Page") -> None:
    focused = "document.activeElement.getAttribute('aria-label')"
    marks = page.locator(".drawing .marks a")
    assert marks.count() == 26
    assert page.locator(".drawing .marks a[tabindex='0']").count() == 1
    marks.first.focus()
    assert page.evaluate(focused).startswith("Open question, Helen, 0:10")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused).startswith("Open question, Helen, 0:41")
    page.keyboard.press("ArrowDown")
    assert "Marcus, 2:58" in page.evaluate(focused)
    page.keyboard.press("ArrowUp")
    assert "Helen" in page.evaluate(focused)
    page.keyboard.press("End")
    assert "Helen, 6:47" in page.evaluate(focused)
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#u-u089"
    assert page.locator(".line:target .text").inner_text().startswith("And David, what was it like")


def test_a_click_plays_that_moment(page: "Page") -> None:
    button = page.locator(".quotes .play").first
    assert button.is_visible()
    button.click()
    until(page, "document.querySelector('#u-u003 audio').currentTime > 0.2")
    assert button.get_attribute("aria-pressed") == "true"
    length = page.evaluate("document.querySelector('#u-u003 audio').duration")
    assert length == pytest.approx(3.75, abs=0.3)
    button.click()
    assert page.evaluate("document.querySelector('#u-u003 audio').paused")
    assert button.get_attribute("aria-pressed") is None


def test_a_quote_of_two_sentences_plays_both(page: "Page") -> None:
    button = page.locator("[data-play='u-u051 u-u052']")
    button.click()
    until(page, "!document.querySelector('#u-u051 audio').paused")
    page.evaluate("document.querySelector('#u-u051 audio').currentTime = 2.2")
    until(page, "document.querySelector('#u-u052 audio').currentTime > 0.1")


def test_filters_by_person_phase_kind_and_words(page: "Page") -> None:
    page.select_option("[name=person]", label="Marcus")
    page.select_option("[name=phase]", label="4. Exploring")
    assert len(shown(page)) == 9
    page.select_option("[name=kind]", label="Advice in question form")
    assert [text.split(",")[0] for text in shown(page)] == [
        "Have you thought about moving it to quarter past nine",
        "Yeah",
    ]
    page.fill("[name=text]", "ROTATE")
    assert len(shown(page)) == 1
    page.fill("[name=text]", "no such words")
    assert page.locator("#none-found").is_visible()
    page.locator("#filters button[type=reset]").click()
    until(page, "!document.body.classList.contains('filtered')")
    assert len(shown(page)) == 91


def test_a_link_into_hidden_lines_shows_them(page: "Page") -> None:
    page.fill("[name=text]", "no such words")
    page.locator(".findings .at").first.click()
    until(page, "document.querySelector('.line:target:not([hidden])')")


def test_on_paper(page: "Page") -> None:
    page.emulate_media(media="print")
    for gone in ("#filters", "nav", ".play"):
        assert not page.locator(gone).first.is_visible()
    assert page.locator("#balance").is_visible()
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 1160


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        ("facilitator", 1160, "light"),
        ("facilitator", 390, "dark"),
        ("set", 1160, "dark"),
        ("person", 320, "light"),
        ("anonymous", 390, "light"),
        ("guessed", 1160, "light"),
    ],
)
def test_axe_finds_no_violation_and_nothing_is_cut_off(
    browser: "Browser", folder: Path, name: str, width: int, scheme: Any
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    opened = context.new_page()
    opened.goto((folder / f"{name}.html").as_uri())
    assert axe_violations(opened) == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_axe_would_find_a_violation(page: "Page") -> None:
    wrong = '<a href="#x"></a><img src="data:,">'
    page.evaluate(f"document.querySelector('nav').innerHTML = '{wrong}'")
    found = {each["rule"] for each in axe_violations(page)}
    assert {"link-name", "image-alt"} <= found


@pytest.mark.localhost
def test_the_policy_stops_whatever_would_leave(context: "BrowserContext", folder: Path) -> None:
    blocked: list[str] = []
    opened = context.new_page()
    opened.on("console", lambda m: blocked.append(m.text))
    opened.goto((folder / "facilitator.html").as_uri())
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        opened.evaluate(
            """async (address) => {
              try { await fetch(address); } catch (error) { /* meant to fail */ }
              const add = (name, more) => document.body.append(
                Object.assign(document.createElement(name), more));
              add('img', { src: `${address}/x.png` });
              add('script', { textContent: 'window.ran = 1' });
              document.body.insertAdjacentHTML(
                'beforeend', '<p onclick="window.ran = 1" id=evil>x</p>');
              document.getElementById('evil').click();
              await new Promise((done) => setTimeout(done, 500));
            }""",
            address,
        )
        listening.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody called
            listening.accept()
    assert opened.evaluate("window.ran") is None
    assert sum("Content Security Policy" in text for text in blocked) >= 3


def test_ninety_minutes_are_small_and_can_be_moved_through(
    context: "BrowserContext", folder: Path
) -> None:
    path = folder / "long.html"
    assert path.stat().st_size <= 3_000_000
    opened = context.new_page()
    opened.goto(path.as_uri())
    opened.fill("[name=text]", "wall 2999")
    assert len(shown(opened)) == 1
    opened.locator("#filters button[type=reset]").click()
    opened.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    until(opened, "window.scrollY > 10000")
    painted = json.loads(
        opened.evaluate("JSON.stringify(performance.getEntriesByType('paint').map(e => e.name))")
    )
    assert "first-contentful-paint" in painted
