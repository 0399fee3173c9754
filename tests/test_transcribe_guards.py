"""What a recogniser invents: no loop and no ghost is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alsvoice.backends.transcribe.decoding import Decoded, Heard
from alsvoice.backends.transcribe.guards import (
    is_nothing,
    is_suspect,
    is_unpunctuated,
    without_loops,
    without_stock_phrases,
    without_words_over_silence,
)
from alsvoice.backends.transcribe.hinted import with_hints
from alsvoice.intervals import Span, overlap_ms, union
from alsvoice.transcript import Word

# Loops.


def say(text: str) -> list[Word]:
    return [
        Word(text=part, start_ms=300 * n, end_ms=300 * n + 250)
        for n, part in enumerate(text.split())
    ]


def left(text: str) -> tuple[str, int]:
    kept, removed = without_loops(say(text))
    return " ".join(word.text for word in kept), removed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no no no I mean it", "no no no I mean it"),
        ("no no no no I mean it", "no I mean it"),
        ("and so No, no. NO no no no no no well", "and so No, well"),
        ("no no no no no yes no no no", "no yes no no no"),
        ("so it is so it is so it is so it is so it was", "so it is so it was"),
        ("I think " * 3 + "yes", "I think I think I think yes"),
        ("I think " * 6 + "yes", "I think yes"),
        ("I think " * 9 + "yes", "I think yes"),
        ("Thank you. " * 50, "Thank you."),
        ("a b c d e f g h i j k l " * 4 + "m", "a b c d e f g h i j k l m"),
        ("a b c d e f g h i j k l n " * 4, "a b c d e f g h i j k l n " * 4),
        ("", ""),
        ("... ... ... ... ...", "... ... ... ... ..."),
    ],
)
def test_a_phrase_said_four_times_in_a_row_stands_once(text: str, expected: str) -> None:
    kept, removed = left(text)
    assert kept == expected.strip()
    assert removed == len(text.split()) - len(expected.split())


def test_the_first_saying_stays_with_its_time() -> None:
    kept, _ = without_loops(say("well so so so so what"))
    assert [(w.text, w.start_ms) for w in kept] == [("well", 0), ("so", 300), ("what", 1500)]


def loop_in(keys: list[str]) -> bool:
    """Say slowly whether a phrase of up to twelve words stands four times in a row."""
    return any(
        keys[at : at + size] * 4 == keys[at : at + 4 * size]
        for size in range(1, 13)
        for at in range(len(keys) - 4 * size + 1)
    )


@given(st.lists(st.sampled_from("abc"), max_size=60))
def test_no_loop_is_left_and_nothing_else_goes(texts: list[str]) -> None:
    words = say(" ".join(texts))
    kept, removed = without_loops(words)
    assert not loop_in([word.text for word in kept])
    assert len(kept) + removed == len(words)
    rest = iter(words)
    assert all(word in rest for word in kept), "in order"
    assert (removed > 0) == loop_in(texts)


# Ghosts.

spans = st.lists(st.tuples(st.integers(0, 80), st.integers(1, 20)), max_size=5).map(
    lambda pairs: union((100 * a, 100 * (a + b)) for a, b in pairs)
)
timed = st.lists(st.tuples(st.integers(0, 110), st.integers(0, 12)), max_size=10).map(
    lambda pairs: [
        Word(text="so", start_ms=100 * a, end_ms=100 * (a + b)) for a, b in sorted(pairs)
    ]
)


@given(timed, spans)
def test_only_words_near_speech_are_kept(words: list[Word], speech: tuple[Span, ...]) -> None:
    kept, removed = without_words_over_silence(words, speech)
    near = [
        word
        for word in words
        if any(overlap_ms((word.start_ms - 400, word.end_ms + 400), span) > 0 for span in speech)
    ]
    assert kept == near
    assert removed == len(words) - len(near)


def test_a_word_between_two_turns_belongs_to_either() -> None:
    word = Word(text="so", start_ms=1400, end_ms=1600)
    assert without_words_over_silence([word], [(0, 1000), (1500, 2000)]) == ([word], 0)


def test_over_silence_everything_is_invented() -> None:
    assert without_words_over_silence(say("Thanks for watching!"), []) == ([], 3)


# Windows to decode again.


def decoded(
    text: str, *, log_probability: float = -0.3, compression: float = 1.3, no_speech: float = 0.0
) -> Decoded:
    heard = [
        Heard(text=f" {part}", start_ms=300 * n, end_ms=300 * n + 250, probability=0.9)
        for n, part in enumerate(text.split())
    ]
    return Decoded(
        words=tuple(heard),
        log_probability=log_probability,
        no_speech=no_speech,
        compression=compression,
    )


LOOPED = """In a case of attempted poisoning, is it the duty to pay attention to the subject?
In a case of attempted poisoning, is it the duty of the doctor?"""
"""A real one: compressed 2.39 times, just below the limit."""


@pytest.mark.parametrize(
    ("window", "suspect"),
    [
        (decoded("What would help you most?"), False),
        (decoded("What would help you most?", compression=2.5), True),
        (decoded("What would help you most?", log_probability=-1.2), True),
        (decoded("", log_probability=-1.2), False),
        (decoded(LOOPED), True),
        (decoded("What have you tried so far, and what have you tried before?"), False),
        (decoded("I do not know, I do not know, I really do not know."), False),
    ],
)
def test_a_window_is_suspect_that_loops_or_doubts_itself(window: Decoded, suspect: bool) -> None:
    assert is_suspect(window) is suspect


def test_thirty_words_without_a_mark_have_lost_their_punctuation() -> None:
    assert is_unpunctuated("so it goes on " * 8)
    assert not is_unpunctuated("so it goes on " * 7)
    assert not is_unpunctuated("so it goes on " * 8 + "does it?")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("So that was it. Thanks for watching!", "So that was it."),
        ("Thank you so much for watching. Shall we go on?", "Shall we go on?"),
        ("Please subscribe to my channel.", ""),
        ("Subtitles by the Amara.org community", ""),
        ("Thank you for your time, and I'll see you in the next video. So?", "So?"),
        ("Right. I hope you enjoyed this video.", "Right."),
        ("Thank you very much.", "Thank you very much."),
        ("I hope you enjoyed this round.",) * 2,
        ("She told me: see you in the next video call.",) * 2,
        ("Thank you all for your time, and I'll see you in the next one.",) * 2,
        ("Thanks for watching the ward while I was out at that meeting.",) * 2,
        ("Thank you for listening.",) * 2,
        ("He said thanks for watching.",) * 2,
    ],
)
def test_what_subtitles_end_with_is_nobodys(text: str, expected: str) -> None:
    kept, removed = without_stock_phrases(say(text))
    assert " ".join(word.text for word in kept) == expected
    assert removed == len(text.split()) - len(expected.split())


def test_a_doubtful_text_over_what_sounds_like_silence_is_nothing() -> None:
    assert is_nothing(decoded("Thank you.", log_probability=-1.2, no_speech=0.9))
    assert not is_nothing(decoded("Thank you.", log_probability=-0.4, no_speech=0.9))
    assert not is_nothing(decoded("Thank you.", log_probability=-1.2, no_speech=0.2))


# Hints.


def doubted(text: str, confidence: float = 0.4) -> Word:
    return Word(text=text, start_ms=0, end_ms=300, confidence=confidence)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (doubted("Markus,"), "Marcus,"),
        (doubted("Elen?"), "Helen?"),
        (doubted("Markus,", 0.9), "Markus,"),
        (doubted("marcus"), "marcus"),
        (doubted("then"), "then"),
        (doubted("Bon"), "Bon"),
        (Word(text="Markus", start_ms=0, end_ms=300), "Markus"),
    ],
)
def test_only_a_doubtful_word_is_spelled_like_a_hint(word: Word, expected: str) -> None:
    [spelled] = with_hints([word], ["Marcus Webb", "Helen", "Ben"])
    assert spelled.text == expected
    assert spelled.span == word.span
    assert with_hints([word], []) == [word]
