"""What a recogniser is given and what it invents: no speech is lost, no loop and no ghost kept."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alsvoice.backends.transcribe.chunks import chunks_of
from alsvoice.backends.transcribe.guards import without_loops, without_words_over_silence
from alsvoice.intervals import Span, overlap_ms, subtract, union
from alsvoice.transcript import Word

# Pieces.

LONGEST_MS = 28_000
MARGIN_MS = 250

speech_of_a_meeting = st.lists(
    st.tuples(st.integers(0, 7000), st.integers(1, 70_000)), max_size=12
).map(
    lambda pairs: tuple(
        (start, start + length)
        for start, (_, length) in zip(
            [
                sum(g for g, _ in pairs[: n + 1]) + sum(x for _, x in pairs[:n])
                for n in range(len(pairs))
            ],
            pairs,
            strict=True,
        )
    )
)


@given(speech_of_a_meeting, st.integers(0, 3000))
def test_no_speech_is_lost_and_no_piece_is_too_long(
    speech: tuple[Span, ...], after_ms: int
) -> None:
    duration = max((end for _, end in speech), default=0) + after_ms
    pieces = chunks_of(speech, duration)
    assert subtract(speech, pieces) == ()
    assert all(0 < end - start <= LONGEST_MS + 2 * MARGIN_MS for start, end in pieces)
    assert all(start >= 0 and end <= duration for start, end in pieces)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(pieces))


@given(speech_of_a_meeting)
def test_pieces_begin_and_end_beside_speech(speech: tuple[Span, ...]) -> None:
    for start, end in chunks_of(speech, 10**9):
        wide = [(a - 300, b + 300) for a, b in speech]  # half of a pause that is no break
        assert any(a <= start <= b for a, b in wide)
        assert any(a <= end <= b for a, b in wide)


def test_without_speech_there_are_no_pieces() -> None:
    assert chunks_of((), 5000) == []


def test_sound_around_the_speech_is_kept_within_the_recording() -> None:
    assert chunks_of(((100, 4900),), 5000) == [(0, 5000)]
    assert chunks_of(((1000, 4000),), 5000) == [(750, 4250)]


def test_the_order_of_turns_and_their_overlaps_do_not_matter() -> None:
    turns = ((5000, 9000), (0, 6000), (2000, 3000))
    assert chunks_of(turns, 20_000) == chunks_of(((0, 9000),), 20_000) == [(0, 9250)]


@pytest.mark.parametrize(("gap_ms", "pieces"), [(4999, 1), (5000, 2)])
def test_a_long_pause_parts_pieces_that_would_fit_in_one(gap_ms: int, pieces: int) -> None:
    assert len(chunks_of(((0, 3000), (3000 + gap_ms, 9000)), 60_000)) == pieces


def test_pieces_are_filled_up_to_the_window_and_cut_in_a_pause() -> None:
    spans = [(n * 6000, n * 6000 + 5000) for n in range(9)]
    pieces = chunks_of(spans, 60_000)
    assert pieces == [(0, 23_250), (23_750, 47_250), (47_750, 53_250)]


def test_speech_without_a_breath_is_cut_at_the_longest_pause_of_its_middle() -> None:
    spans = [(0, 3000), (3500, 18_000), (18_200, 22_000), (22_100, 36_000)]
    first, second = chunks_of(spans, 60_000)
    middle = (18_000 + 18_200) // 2
    assert first[1] - MARGIN_MS <= middle <= first[1]
    assert second[0] <= middle <= second[0] + MARGIN_MS
    assert chunks_of([(0, 40_000)], 60_000)[0][1] in range(20_000, 20_251), "else in the middle"


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
