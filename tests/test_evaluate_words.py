"""Word errors: what is compared, counted against the slow way, and speakers matched at best."""

import itertools
import sys
from collections.abc import Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from alsvoice.errors import MissingExtraError
from alsvoice.evaluate.normalise import PROTOCOL, normalise
from alsvoice.evaluate.words import WordErrors, cp_word_errors, word_errors

# What is compared.


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("What did you TRY?", "what did you try"),
        ("Um, so, uh, mm, yes. Hmm!", "so yes"),
        ("It’s Dr. Shah's check-in - OK?", "it's doctor shah's check in okay"),
        ("alright, Mr. and Mrs. Lee", "all right mister and missus lee"),
        ("‘quoted’ 'words'", "quoted words"),
        ("snake_case; e-mail/post", "snake case e mail post"),
        ("Café Café", "café café"),
        ("ﬁne ＯＫ", "fine okay"),
        ("umbrella errand", "umbrella errand"),
        ("", ""),
        ("…?!", ""),
    ],
)
def test_case_signs_and_fillers_are_not_compared(text: str, words: str) -> None:
    assert normalise(text) == words.split()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0", "zero"),
        ("7", "seven"),
        ("15", "fifteen"),
        ("40", "forty"),
        ("42", "forty two"),
        ("100", "one hundred"),
        ("101", "one hundred and one"),
        ("342", "three hundred and forty two"),
        ("1,000", "one thousand"),
        ("1100", "one thousand one hundred"),
        ("2026", "two thousand and twenty six"),
        ("12,345", "twelve thousand three hundred and forty five"),
        ("999999", "nine hundred and ninety nine thousand nine hundred and ninety nine"),
        ("1234567", "one two three four five six seven"),
        ("0800", "eight hundred"),
        ("1st 2nd 3rd 4th", "first second third fourth"),
        ("5th 8th 9th 12th 20th", "fifth eighth ninth twelfth twentieth"),
        ("21st 32nd 100th 1000th", "twenty first thirty second one hundredth one thousandth"),
        ("30th 13th 110th", "thirtieth thirteenth one hundred and tenth"),
        ("3.5", "three five"),
        ("10:30", "ten thirty"),
        ("٣", "three"),
        ("5s", "five s"),
    ],
)
def test_numbers_are_written_out(text: str, words: str) -> None:
    assert normalise(text) == words.split()


@given(st.text(max_size=30))
def test_any_text_has_words_that_stay_themselves(text: str) -> None:
    once = normalise(text)
    assert normalise(" ".join(once)) == once
    assert all(word and not any(c.isspace() for c in word) for word in once)


def test_the_protocol_is_stated() -> None:
    assert "fillers" in PROTOCOL


# Counting.


def slow_distance(a: Sequence[str], b: Sequence[str]) -> int:
    """Return the edit distance by the plain table."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row = row, [i]
        for j, y in enumerate(b, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y)))
    return row[-1]


texts = st.lists(st.sampled_from(["so", "what", "now", "then"]), max_size=8).map(" ".join)


@settings(deadline=None)  # the first call imports for most of a second
@given(texts, texts)
def test_errors_are_the_edit_distance(reference: str, hypothesis: str) -> None:
    ref, hyp = reference.split(), hypothesis.split()
    found = word_errors(reference, hypothesis)
    assert found.errors == slow_distance(ref, hyp)
    assert found.words == len(ref)
    assert len(ref) - found.deletions + found.insertions == len(hyp)
    assert min(found.substitutions, found.deletions, found.insertions) >= 0


def test_each_kind_of_error_is_told() -> None:
    found = word_errors("What have you tried so far?", "what had you so far then")
    assert found == WordErrors(substitutions=1, deletions=1, insertions=1, words=6)
    assert found.rate == 0.5


def test_counts_are_added_before_the_rate_is_taken() -> None:
    one = WordErrors(substitutions=1, words=2)
    ten = WordErrors(deletions=1, insertions=2, words=98)
    both = one + ten
    assert both == WordErrors(substitutions=1, deletions=1, insertions=2, words=100)
    assert both.rate == 0.04
    assert WordErrors(insertions=3).rate is None
    assert sum([one, ten], WordErrors()) == both


# Speakers matched.


def slow_cp(reference: Sequence[str], hypothesis: Sequence[str]) -> int:
    """Try every matching."""
    size = max(len(reference), len(hypothesis))
    refs = [*reference, *[""] * (size - len(reference))]
    hyps = [*hypothesis, *[""] * (size - len(hypothesis))]
    return min(
        sum(slow_distance(r.split(), h.split()) for r, h in zip(refs, order, strict=True))
        for order in itertools.permutations(hyps)
    )


speakers = st.lists(texts, max_size=4)


@settings(deadline=None)
@given(speakers, speakers)
def test_speakers_are_matched_at_their_best(reference: list[str], hypothesis: list[str]) -> None:
    refs = {f"R{n}": text for n, text in enumerate(reference)}
    hyps = {f"H{n}": text for n, text in enumerate(hypothesis)}
    found = cp_word_errors(refs, hyps)
    assert found.errors == slow_cp(reference, hypothesis)
    assert found.words == sum(len(text.split()) for text in reference)


def test_names_do_not_matter_and_a_lonely_speaker_counts_whole() -> None:
    reference = {"Ann": "What have you tried?", "Ben": "Nothing at all."}
    assert cp_word_errors(reference, {"x": "nothing at all", "y": "what have you tried"}).rate == 0
    one = cp_word_errors(reference, {"x": "what have you tried nothing at all"})
    assert one == WordErrors(deletions=3, insertions=3, words=7)
    ghost = cp_word_errors({}, {"x": "so what"})
    assert ghost == WordErrors(insertions=2)
    assert cp_word_errors({}, {}) == WordErrors()


def test_the_oracle_of_others_agrees() -> None:
    meeteval = pytest.importorskip("meeteval", reason="meeteval needs a compiler on most machines")

    @settings(deadline=None)
    @given(speakers, speakers)
    def agrees(reference: list[str], hypothesis: list[str]) -> None:
        refs = {f"R{n}": text for n, text in enumerate(reference) if text}
        hyps = {f"H{n}": text for n, text in enumerate(hypothesis) if text}
        assume(refs and hyps)
        expected = meeteval.wer.cp_word_error_rate(refs, hyps)
        found = cp_word_errors(refs, hyps)
        assert (found.errors, found.words) == (expected.errors, expected.length)

    agrees()


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidfuzz.distance", None)
    with pytest.raises(MissingExtraError, match=r"extra \[evaluate\]"):
        word_errors("a", "b")
