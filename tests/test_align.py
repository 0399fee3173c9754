"""Words and turns become utterances: who gets each word, and where one sentence ends."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
from alsvoice.align import (
    UNKNOWN_SPEAKER,
    assign_speakers,
    cut_utterances,
    ends_sentence,
    utterance_id,
)
from alsvoice.transcript import Diarization, Turn, Word

SHA = "sha256:00"


def w(text: str, start_s: float, end_s: float) -> Word:
    return Word(text=text, start_ms=round(start_s * 1000), end_ms=round(end_s * 1000))


def run(text: str, start_s: float, each_s: float = 0.3) -> list[Word]:
    """Return words that follow each other without a pause."""
    return [
        w(part, start_s + n * each_s, start_s + (n + 1) * each_s)
        for n, part in enumerate(text.split())
    ]


def heard(
    exclusive: Sequence[tuple[str, float, float]],
    turns: Sequence[tuple[str, float, float]] | None = None,
) -> Diarization:
    def made(rows: Sequence[tuple[str, float, float]]) -> tuple[Turn, ...]:
        return tuple(
            Turn(speaker=who, start_ms=round(a * 1000), end_ms=round(b * 1000))
            for who, a, b in rows
        )

    return Diarization(turns=made(turns or exclusive), exclusive=made(exclusive))


def who(words: Sequence[Word], diarization: Diarization) -> str:
    """Return the speakers as one letter a word."""
    return "".join(assign_speakers(words, diarization))


def texts(words: Sequence[Word], speakers: str) -> list[str]:
    return [f"{u.speaker}: {u.text}" for u in cut_utterances(words, list(speakers), SHA)]


# Who gets a word.


def test_a_word_goes_to_the_turn_that_is_on_at_its_middle() -> None:
    words = [w("so", 0, 1), w("what", 1.8, 2.5), w("now", 3, 4)]
    assert who(words, heard([("A", 0, 2), ("B", 2, 4)])) == "ABB"


def test_a_segment_majority_would_give_the_question_to_the_wrong_person() -> None:
    """One recogniser segment, mostly the presenter's; the question at its end is the member's."""
    words = run("I told them and then it all fell apart again.", 0) + run("Why now?", 3.3)
    assert who(words, heard([("P", 0, 3.1), ("M", 3.2, 4)])) == "P" * 10 + "MM"


@pytest.mark.parametrize(
    ("start_s", "expected"),
    [(0.0, "A"), (2.6, "A"), (3.3, "B"), (9.0, "B")],
    ids=["before all", "nearer to the one before", "nearer to the next", "after all"],
)
def test_a_word_in_a_gap_goes_to_the_nearest_turn(start_s: float, expected: str) -> None:
    turns = heard([("A", 1, 2), ("B", 4, 5)])
    assert who([w("mm", start_s, start_s + 0.2)], turns) == expected


def test_without_turns_nobody_is_known() -> None:
    words = run("hello there", 0)
    assert assign_speakers(words, heard([])) == (UNKNOWN_SPEAKER,) * 2
    assert assign_speakers([], heard([("A", 0, 1)])) == ()


def test_the_order_of_turns_does_not_matter() -> None:
    words = run("one two three. four five six.", 0)
    assert who(words, heard([("B", 0.9, 2), ("A", 0, 0.9)])) == "AAABBB"


def test_a_back_channel_inside_a_sentence_takes_no_words() -> None:
    """The listener's "mm" holds the exclusive turn for a moment; the speaker is on all the time."""
    words = run("we tried to move the ward round to the morning", 0)
    turns = heard(
        [("P", 0, 1.2), ("L", 1.2, 1.8), ("P", 1.8, 3)], turns=[("P", 0, 3), ("L", 1.2, 1.8)]
    )
    assert who(words, turns) == "P" * 10


def test_whoever_just_began_keeps_the_words_too() -> None:
    words = run("we tried that twice. How did it go?", 0)
    turns = heard(
        [("P", 0, 1.2), ("M", 1.2, 1.5), ("P", 1.5, 3)], turns=[("P", 0, 3), ("M", 1.2, 3)]
    )
    assert who(words, turns) == "PPPPMMMM"


def test_a_new_sentence_in_overlap_belongs_to_whoever_the_exclusive_turns_say() -> None:
    words = run("we tried that twice.", 0) + run("How did it go?", 1.2)
    turns = heard([("P", 0, 1.2), ("M", 1.2, 3)], turns=[("P", 0, 3), ("M", 1.2, 3)])
    assert who(words, turns) == "PPPPMMMM"


@pytest.mark.parametrize(
    ("border_s", "expected"),
    [(0.6, "AAABBBB"), (1.2, "AAABBBB"), (0.9, "AAABBBB")],
    ids=["too early", "too late", "right"],
)
def test_a_border_in_running_speech_snaps_to_the_sentence_end(
    border_s: float, expected: str
) -> None:
    words = run("that was it. what happened then really", 0)
    assert who(words, heard([("A", 0, border_s), ("B", border_s, 3)])) == expected


def test_a_border_snaps_to_a_pause_too() -> None:
    words = [*run("that was it", 0), *run("what happened then", 1.2)]
    assert who(words, heard([("A", 0, 1.45), ("B", 1.45, 3)])) == "AAABBB"


def test_a_border_at_a_silence_stays_though_the_words_have_none() -> None:
    """The recogniser times the question's first word to begin where the answer ended."""
    words = [w("It", 0, 0.3), w("isn't.", 0.3, 0.8), w("No", 1.0, 1.16), w("who", 1.16, 1.92),
             w("chairs", 1.92, 2.4), w("it?", 2.4, 2.6)]  # fmt: skip
    assert who(words, heard([("A", 0, 1.2), ("B", 1.75, 2.6)])) == "AAABBB"
    assert who(words, heard([("A", 0, 1.2), ("B", 1.3, 2.6)])) == "AABBBB"


def test_a_word_that_begins_in_the_silence_is_the_next_ones() -> None:
    words = [*run("last taken.", 0), w("Doing", 1.1, 1.7), *run("little things", 1.7)]
    assert who(words, heard([("A", 0, 0.8), ("B", 1.5, 1.55), ("C", 1.55, 2.4)])) == "AACCC"


def test_a_border_far_from_any_sentence_end_stays_where_it_is() -> None:
    words = run("one two three four five six seven eight nine ten", 0)
    assert who(words, heard([("A", 0, 1.5), ("B", 1.5, 3)])) == "AAAAABBBBB"
    slow = run("one two three. four five six seven", 0, each_s=0.95)  # a word is over 0.9 s
    assert who(slow, heard([("A", 0, 3.8), ("B", 3.8, 7)])) == "AAAABBB"


def test_a_tie_goes_to_the_sentence_end_before() -> None:
    words = run("this is done. well so. what then was it", 0)
    assert who(words, heard([("A", 0, 1.2), ("B", 1.2, 3)])) == "AAABBBBBB"


def test_snapping_at_the_edges_of_all_words() -> None:
    assert who(run("well that is it", 0), heard([("A", 0, 0.3), ("B", 0.3, 2)])) == "BBBB"
    assert who(run("well that is it", 0), heard([("A", 0, 0.9), ("B", 0.9, 2)])) == "AAAA"


spoken = st.lists(
    st.tuples(st.integers(0, 20), strategies.words()), min_size=0, max_size=4
).map(
    lambda parts: tuple(
        sorted(
            (
                Word(text=x.text, start_ms=x.start_ms + at * 500, end_ms=x.end_ms + at * 500)
                for at, group in parts
                for x in group
            ),
            key=lambda x: (x.start_ms, x.end_ms),
        )
    )
)  # fmt: skip


def alone(turns: Sequence[Turn]) -> Diarization:
    """Return the turns with their overlaps cut away: whoever was speaking keeps the floor."""
    exclusive, taken = [], 0
    for turn in turns:
        if turn.end_ms > max(taken, turn.start_ms):
            start = max(turn.start_ms, taken)
            exclusive.append(Turn(speaker=turn.speaker, start_ms=start, end_ms=turn.end_ms))
            taken = turn.end_ms
    return Diarization(turns=tuple(turns), exclusive=tuple(exclusive))


@settings(max_examples=50)
@given(spoken, strategies.turns())
def test_each_word_gets_one_of_the_voices(words: tuple[Word, ...], turns: tuple[Turn, ...]) -> None:
    speakers = assign_speakers(words, alone(turns))
    assert len(speakers) == len(words)
    assert set(speakers) <= {turn.speaker for turn in turns} | (
        set() if turns else {UNKNOWN_SPEAKER}
    )


@settings(max_examples=50)
@given(spoken, strategies.turns())
def test_no_word_that_can_be_cut_on_both_sides_leaves_its_own_turn(
    words: tuple[Word, ...], turns: tuple[Turn, ...]
) -> None:
    """Where every word is a sentence there is nothing to snap: the middle alone decides."""
    sentences = [
        Word(text=x.text.rstrip(",.?") + ".", start_ms=x.start_ms, end_ms=x.end_ms) for x in words
    ]
    diarization = alone(turns)
    speakers = assign_speakers(sentences, diarization)
    for word, speaker in zip(sentences, speakers, strict=True):
        on = {t.speaker for t in diarization.exclusive if t.start_ms <= word.middle_ms < t.end_ms}
        assert not on or speaker in on


# Where an utterance ends.


@pytest.mark.parametrize("text", ["done.", "why?", "no!", "so…", 'right."', "it’s.”", "(yes.)"])
def test_what_ends_a_sentence(text: str) -> None:
    assert ends_sentence(w(text, 0, 1))


@pytest.mark.parametrize("text", ["well", "well,", "3.5", "Dr.", "MRS.", "e.g.", "etc.", "v.s"])
def test_what_does_not(text: str) -> None:
    assert not ends_sentence(w(text, 0, 1))


def test_utterances_end_at_sentence_ends_and_where_the_speaker_changes() -> None:
    words = run("What did you try? I asked Dr. Shah and she said no way", 0)
    assert texts(words, "MMMMPPPPPPPQQ") == [
        "M: What did you try?",
        "P: I asked Dr. Shah and she said",
        "Q: no way",
    ]


def test_a_long_pause_ends_an_utterance_without_punctuation() -> None:
    words = run("so we stopped", 0) + run("and then we went on", 0.9 + 1.2)
    assert texts(words, "A" * 8) == ["A: so we stopped", "A: and then we went on"]
    words = run("so we stopped", 0) + run("and then we went on", 0.9 + 1.19)
    assert texts(words, "A" * 8) == ["A: so we stopped and then we went on"]


@pytest.mark.parametrize(("count", "utterances"), [(15, 2), (14, 1)])
def test_a_recogniser_that_lost_its_punctuation_is_cut_at_short_pauses(
    count: int, utterances: int
) -> None:
    words = run("and " * count, 0) + run("then it went on", count * 0.3 + 0.3)
    assert len(texts(words, "A" * (count + 4))) == utterances


def test_a_fragment_joins_what_follows_at_once() -> None:
    words = run("Right.", 0) + run("How did it feel?", 0.5)
    assert texts(words, "AAAAA") == ["A: Right. How did it feel?"]


@pytest.mark.parametrize(
    ("first", "gap_s", "speakers"),
    [
        ("Right.", 0.5, "AAAAA"),  # a pause
        ("Really?", 0.1, "AAAAA"),  # a question of its own
        ("Right.", 0.1, "BAAAA"),  # somebody else
        ("That is right.", 0.1, "AAAAAAA"),  # a sentence of its own
    ],
)
def test_what_is_no_fragment_stands_alone(first: str, gap_s: float, speakers: str) -> None:
    words = run(first, 0)
    words += run("How did it feel?", len(words) * 0.3 + gap_s)
    assert [t.partition(": ")[2] for t in texts(words, speakers)] == [first, "How did it feel?"]


def test_an_id_depends_on_the_sound_and_the_span_and_on_nothing_else() -> None:
    one = cut_utterances(run("What did you do?", 1), "AAAA", SHA)[0]
    reworded = cut_utterances(run("What could we see?", 1), "BBBB", SHA)[0]
    assert one.id == reworded.id == utterance_id(SHA, one.words[0], one.words[-1])
    assert cut_utterances(run("What did you do?", 1), "AAAA", "sha256:01")[0].id != one.id
    assert cut_utterances(run("What did you do?", 1.001), "AAAA", SHA)[0].id != one.id


def test_questions_without_any_length_at_the_same_time_have_ids_of_their_own() -> None:
    """A recogniser piles words without length on the edge of its window."""
    found = cut_utterances([w("Why?", 1, 1), w("How?", 1, 1), w("When?", 1, 1)], "AAA", SHA)
    assert len({u.id for u in found}) == len(found) == 3
    alone_ = cut_utterances([w("Why?", 1, 1)], "A", SHA)
    assert found[0].id == alone_[0].id, "the first keeps the id that it has alone"


@given(spoken, st.randoms(use_true_random=False))
def test_no_word_is_lost_and_no_id_is_there_twice(
    words: tuple[Word, ...], draw: random.Random
) -> None:
    speakers = [draw.choice("AB") for _ in words]
    found = cut_utterances(words, speakers, SHA)
    assert tuple(x for u in found for x in u.words) == words
    assert [u.speaker for u in found for _ in u.words] == speakers
    assert len({u.id for u in found}) == len(found)
