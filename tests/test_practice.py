"""Practice: scores equal a hand count, rounds are compared, and all of it is blind."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alsvoice.config import Config
from alsvoice.errors import InputError
from alsvoice.formats import practice_lines
from alsvoice.labels import LABELS, Flag, Label
from alsvoice.measures.agreement import Agreement
from alsvoice.pipeline import practising
from alsvoice.practice import (
    Answer,
    Exercise,
    Item,
    Round,
    balanced,
    compare,
    reason,
    score,
)
from alsvoice.session import Consent
from alsvoice.store import Library, SessionFolder
from browser import axe_violations, chromium, watched
from cli_runner import alsvoice, refused
from reviewing import served
from scripted_demo import Scene

if TYPE_CHECKING:
    from playwright.sync_api import Browser

OPEN, CLOSED, ADVICE, OTHER = LABELS


def answers(*pairs: tuple[Label, Label], flags: tuple[Flag, ...] = ()) -> tuple[Answer, ...]:
    return tuple(
        Answer(item=f"i{n}", label=label, flags=flags, given=given)
        for n, (label, given) in enumerate(pairs)
    )


FIRST = answers(
    *[(OPEN, OPEN)] * 3, (OPEN, CLOSED), *[(CLOSED, CLOSED)] * 2, *[(CLOSED, OPEN)] * 2,
    (ADVICE, ADVICE), (ADVICE, OPEN), *[(OTHER, OTHER)] * 2,
)  # fmt: skip


def test_a_round_counted_by_hand() -> None:
    """Twelve answers, eight right; expected by chance (4*6 + 4*3 + 2*1 + 2*2) / 144 = 42/144."""
    found = score(FIRST)
    assert (found.agreement.agreed, found.agreement.total) == (8, 12)
    assert found.agreement.kappa == pytest.approx((8 / 12 - 42 / 144) / (1 - 42 / 144))
    assert found.agreement.on(OPEN) == pytest.approx(2 * 3 / (4 + 6))
    assert found.agreement.on(CLOSED) == pytest.approx(2 * 2 / (4 + 3))
    assert found.agreement.on(ADVICE) == pytest.approx(2 * 1 / (2 + 1))
    assert found.agreement.on(OTHER) == 1
    assert [(s.label, s.given, s.times, s.of) for s in found.slips] == [
        (CLOSED, OPEN, 2, 4), (OPEN, CLOSED, 1, 4), (ADVICE, OPEN, 1, 2),
    ]  # fmt: skip
    assert found.kappa_interval is not None
    assert found.kappa_interval[0] < (found.agreement.kappa or 0) < found.kappa_interval[1]


def test_disguised_advice_that_is_missed_is_counted() -> None:
    hidden = answers(
        (ADVICE, OPEN), (ADVICE, ADVICE), (ADVICE, CLOSED), flags=(Flag.ADVICE_IN_DISGUISE,)
    )
    found = score((*hidden, *answers((ADVICE, OTHER))))
    assert (found.disguised, found.disguised_missed) == (3, 2)


def test_the_second_round_is_compared_with_the_first() -> None:
    second = answers(*[(OPEN, OPEN)] * 4, *[(CLOSED, CLOSED)] * 4, (ADVICE, OPEN), (OTHER, OTHER))
    found = compare(FIRST, second)
    before, after = score(FIRST).agreement, score(second).agreement
    assert found.kappa == pytest.approx((after.kappa or 0) - (before.kappa or 0))
    assert found.on[CLOSED] == pytest.approx(8 / 8 - 4 / 7)
    assert found.on[ADVICE] == pytest.approx(0 - 2 / 3)
    assert compare(FIRST, FIRST).kappa == 0


labels = st.sampled_from(LABELS)


@given(st.lists(st.tuples(labels, labels), min_size=1, max_size=40))
def test_kappa_is_what_its_definition_says(pairs: list[tuple[Label, Label]]) -> None:
    found = Agreement.of(pairs)
    n = len(pairs)
    observed = sum(a is b for a, b in pairs) / n
    chance = (
        sum(sum(a is each for a, _ in pairs) * sum(b is each for _, b in pairs) for each in LABELS)
        / n**2
    )
    if chance == 1:
        assert found.kappa is None
    else:
        assert found.kappa == pytest.approx((observed - chance) / (1 - chance))
        assert found.kappa is not None and found.kappa <= 1
    assert Agreement.of([(b, a) for a, b in pairs]).kappa == found.kappa


@given(st.lists(st.tuples(labels, st.booleans()), max_size=40), st.integers(0, 99))
def test_a_round_asks_each_item_once_and_no_label_is_starved(
    given_: list[tuple[Label, bool]], seed: int
) -> None:
    items = [
        Item(
            id=str(n), text="one two three", label=label,
            flags=(Flag.ADVICE_IN_DISGUISE,) if hidden and label is ADVICE else (),
        )
        for n, (label, hidden) in enumerate(given_)
    ]  # fmt: skip
    order = list(balanced(items, seed))
    assert sorted(item.id for item in order) == sorted(item.id for item in items)
    assert [i.id for i in balanced(items, seed)] == [i.id for i in order]
    least = min((sum(i.label is each for i in items) for each in LABELS), default=0)
    for each in LABELS:
        assert sum(i.label is each for i in order[: 4 * least]) == least


def test_every_label_has_its_reason_whatever_was_given() -> None:
    for label in LABELS:
        for given_ in (None, *LABELS):
            assert "codebook" in reason(label, (), given_)
    assert "question mark" in reason(ADVICE, (Flag.ADVICE_IN_DISGUISE,), OPEN)


def test_items_come_from_corpus_demo_and_sessions_with_consent(
    quiet: Scene, tmp_path: Path
) -> None:
    corpus = practising.items(Library(tmp_path), "corpus")
    assert len(corpus) > 2000 and len({item.id for item in corpus}) == len(corpus)
    assert {item.label for item in corpus} == set(LABELS)
    demo = practising.items(Library(tmp_path), "demo")
    assert all(item.sound == "demo" and item.end_ms > item.start_ms for item in demo)
    scene = quiet.copy(tmp_path / "own")
    with pytest.raises(InputError, match="asked whether they agree"):
        practising.items(Library(scene.library), scene.session)
    folder = SessionFolder(scene.folder)
    folder.write_manifest(replace(folder.manifest(), consent=Consent.WRITTEN))
    own = practising.items(Library(scene.library), scene.session)
    assert own and all(item.sound == scene.session and not item.certain for item in own)
    first = own[0].id.partition(":")[2]
    scene.run("correct", first, "--label", "advice").good()
    again = practising.items(Library(scene.library), scene.session)
    assert again[0].certain and again[0].label is ADVICE


def test_history_survives_a_torn_line_and_holds_no_words(tmp_path: Path) -> None:
    config = Config(library=tmp_path, models=tmp_path)
    round_ = Round(
        time="2026-11-27T10:00:00", who="Ann", source="corpus", exercise=Exercise.HEAR,
        answers=FIRST,
    )  # fmt: skip
    practising.keep(config, round_)
    path = tmp_path / "practice.jsonl"
    path.write_bytes(path.read_bytes() + b'{"time": "2026')
    later = replace(round_, time="2026-11-27T10:05:00")
    practising.keep(config, later)
    assert practising.history(config, "ann") == (round_, later)
    assert practising.history(config, "Ben") == ()
    assert practice_lines.parse(practice_lines.serialize(round_)) == (round_,)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_round_is_kept_answer_by_answer(tmp_path: Path) -> None:
    """Whoever is cut off keeps what they did; a further try replaces the one before."""
    config = Config(library=tmp_path, models=tmp_path)
    sitting = Round(
        time="2026-11-27T10:00:00.000", who="Ann", source="demo", exercise=Exercise.REWRITE,
        answers=(),
    )  # fmt: skip
    tries = [Answer(item=i, label=OPEN, flags=(), given=g) for i, g in
             (("a", ADVICE), ("a", CLOSED), ("b", ADVICE), ("b", OPEN))]  # fmt: skip
    for n, each in enumerate(tries):
        practising.keep(config, replace(sitting, answers=(each,)))
        if n == 1:
            practising.keep(config, replace(sitting, who="Ben", answers=(each,)))
    [ann] = practising.history(config, "Ann")
    assert ann == replace(sitting, answers=(tries[1], tries[3]))
    assert len(practising.history(config)) == 2


def practise(library: Path, typed: str, *more: str) -> Any:
    return alsvoice(
        "--library", library, "practice", "--who", "Ann", *more, "--json", stdin=typed.encode()
    )


def test_a_round_in_the_terminal_is_blind_and_scored(tmp_path: Path) -> None:
    first = practise(tmp_path, "o\nc\na\nx\nq\n", "--seed", "3").good()
    [row] = first.json()["rounds"]
    assert row["answers"] == 4 and row["change"] is None
    asked = first.err.split("o open, c closed")[0]
    assert "Yes:" not in asked and "No:" not in asked
    right = {"open_question": "o", "closed_question": "c", "advice": "a", "other": "x"}
    order = list(balanced(practising.items(Library(tmp_path), "corpus"), 3))[:6]
    typed = "".join(f"{right[item.label]}\n" for item in order)
    [row] = practise(tmp_path, typed, "--seed", "3", "--items", "6").good().json()["rounds"]
    assert (row["agreed"], row["answers"], row["kappa"]) == (6, 6, 1.0)
    assert row["change"]["kappa"] > 0
    both = practise(tmp_path, "", "--results").good().json()["rounds"]
    assert len(both) == 2
    shown = alsvoice("--library", tmp_path, "practice", "--who", "Ann", "--results").good().out
    assert "since the round before: kappa +" in shown


def test_delayed_nothing_is_told_before_the_end(tmp_path: Path) -> None:
    done = practise(tmp_path, "o\no\no\n", "--seed", "1", "--items", "3", "--delayed").good()
    last = done.err.rindex("o open, c closed")
    assert not {"Yes:", "No:"} & set(done.err[:last].split())
    assert done.err[last:].count("codebook") >= 3


def test_rewriting_is_judged_by_the_classifier(tmp_path: Path) -> None:
    done = practise(
        tmp_path, "What is it like for you?\nIs it hard?\nq\n", "--rewrite", "--seed", "3"
    ).good()
    assert "That sounds like an open question" in done.err
    [row] = done.json()["rounds"]
    assert row["exercise"] == "rewrite" and row["answers"] == 2
    item = Item(id="i", text="Is it hard?", label=CLOSED)
    with pytest.raises(InputError, match="same again"):
        practising.judge_rewriting(item, "is it  hard?")
    coding = practising.judge_rewriting(item, "What makes it hard?", "rules")
    assert coding.label is OPEN


def test_unknown_sources_are_told(tmp_path: Path) -> None:
    assert "no session" in refused("--library", tmp_path, "practice", "--from", "nowhere")
    long = alsvoice("--library", tmp_path, "practice", "--who", "x" * 300)
    assert long.status == 2 and "o open" not in long.err, "before anything is asked"
    assert alsvoice("--library", tmp_path, "practice", "--minutes", "nan").status == 2


def test_a_round_without_answers_shows_no_older_one(tmp_path: Path) -> None:
    practise(tmp_path, "o\nq\n", "--seed", "1").good()
    none = practise(tmp_path, "q\n", "--seed", "1").good()
    assert none.json()["rounds"] == [] and "nothing is kept" in none.err


# In the browser.


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with chromium() as found:
        yield found


@pytest.mark.localhost
def test_two_rounds_in_the_page(browser: "Browser", tmp_path: Path) -> None:
    with served(tmp_path, "--page", command="practice") as server, watched(browser) as seen:
        page = seen.page
        replies: list[str] = []
        page.on("response", lambda r: replies.append(r.text()) if "begin" in r.url else None)
        page.goto(server.address)
        page.wait_for_selector("body[data-ready]")
        assert axe_violations(page) == []
        page.locator("select").select_option("demo")
        page.locator("#hear").click()
        by_text = {i.text: i.label for i in practising.items(Library(tmp_path), "demo")}
        for n in range(4):
            page.wait_for_selector(f"body[data-asked='{n + 1}']")
            label = by_text[page.locator("#asked").inner_text()]
            given_ = label if n else LABELS[(LABELS.index(label) + 1) % 4]
            page.keyboard.press(str(LABELS.index(given_) + 1))
            said = page.locator("#told").inner_text()
            assert said.startswith("Yes" if n else "No")
            if n == 0:
                assert axe_violations(page) == []
            page.keyboard.press("Enter")
        page.wait_for_selector("body[data-asked='5']")
        page.locator("#end").click()
        assert page.locator("#agreed").inner_text() == "3 of 4"
        assert page.locator("#change").count() == 0
        assert replies and not any('"label"' in each for each in replies), "the reference is blind"
        page.get_by_text("Another round").click()
        page.locator("#rewrite").click()
        page.locator("textarea").fill("What makes you think so?")
        page.keyboard.press("Enter")
        verdict = page.locator("#verdict")
        verdict.get_by_text("odds").wait_for()
        assert "%" in verdict.inner_text()
        server.process.kill()  # the round that runs is kept as far as it went
        server.process.wait()
        rounds = practising.history(Config(library=tmp_path, models=tmp_path))
        assert [(r.source, r.exercise, len(r.answers)) for r in rounds] == [
            ("demo", Exercise.HEAR, 4),
            ("corpus", Exercise.REWRITE, 1),
        ]
        seen.errors.clear()
