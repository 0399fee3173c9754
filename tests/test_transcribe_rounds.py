"""Windows that went wrong are decoded again, differently each time; nothing is drawn by chance."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from alsvoice.backends.transcribe.decoding import Decoded, Decoder, Heard
from alsvoice.backends.transcribe.packing import windows_of
from alsvoice.backends.transcribe.rounds import FULL_SPEECH_MS, Plan, decode_all, placed

SPEECH = ((0, 9000), (9400, 18_000), (30_000, 40_000), (41_000, 50_000))
LONGEST_MS = 23_000


class Silence:
    """Sound of a minute."""

    sample_rate = 16_000
    duration_ms = 60_000

    def read(self, start_ms: int, end_ms: int) -> NDArray[np.float32]:
        return np.zeros((end_ms - start_ms) * 16, dtype=np.float32)


def decoded(length_ms: int, text: str, every_ms: int = 500, **how: float) -> Decoded:
    """Say the words of a text over and over, one each half second of a window."""
    said = text.split()
    words = [
        Heard(
            text=f" {said[n % len(said)]}",
            start_ms=at,
            end_ms=at + 300,
            probability=0.8,
        )
        for n, at in enumerate(range(0, length_ms - 300, every_ms))
    ]
    given = {"log_probability": -0.3, "no_speech": 0.0, "compression": 1.3, **how}
    return Decoded(words=tuple(words), **given)


class Scripted:
    """Answers a window by a function of (round's context, length, text before)."""

    def __init__(self, answer: Callable[[bool, int, str | None], Decoded]) -> None:
        self.answer = answer
        self.asked: list[tuple[bool, int, str | None]] = []

    def encode(self, sounds: Sequence[NDArray[np.float32]], *, full: bool) -> bool:
        return full

    def languages(self, encoded: bool) -> dict[str, float]:
        return {"en": 0.7, "de": 1.3}

    def decode(
        self, encoded: bool, lengths_ms: Sequence[int], *, language: str, before: str | None = None
    ) -> list[Decoded]:
        self.language = language
        self.asked += [(encoded, length, before) for length in lengths_ms]
        return [self.answer(encoded, length, before) for length in lengths_ms]


def plan_for(decoder: Scripted, **more: Any) -> Plan:
    return Plan(
        decoder=cast("Decoder", decoder), sound=Silence(), longest_ms=LONGEST_MS,
        **{"language": "en", "together": 4, **more},
    )  # fmt: skip


ALPHABET = " ".join(chr(97 + n % 26) + chr(97 + n // 26) + "." * (n % 9 == 8) for n in range(200))
BARE = ALPHABET.replace(".", "")


def test_what_goes_well_is_decoded_once_in_short_windows() -> None:
    decoder = Scripted(lambda _full, length, _before: decoded(length, ALPHABET))
    words = decode_all(plan_for(decoder), SPEECH)
    assert not any(full for full, _, _ in decoder.asked)
    assert len(decoder.asked) == len(windows_of(SPEECH, 60_000, LONGEST_MS))
    starts = [word.start_ms for word in words]
    assert starts == sorted(starts)
    assert min(starts) < 500
    assert max(starts) > 49_000


def test_a_loop_is_decoded_again_in_the_full_window() -> None:
    decoder = Scripted(
        lambda full, length, _before: decoded(length, ALPHABET if full else "so it is for you now")
    )
    words = decode_all(plan_for(decoder), SPEECH)
    assert {word.text for word in words} <= set(ALPHABET.split())
    assert [full for full, _, _ in decoder.asked].count(True) == 2


def test_what_still_loops_is_decoded_in_halves_and_then_kept() -> None:
    """Loops are taken out of the words later: what is left of them is better than nothing."""
    decoder = Scripted(lambda _full, length, _before: decoded(length, "so it is for you now"))
    words = decode_all(plan_for(decoder), SPEECH)
    assert words
    lengths = [length for _, length, _ in decoder.asked]
    assert max(lengths[-4:]) < min(lengths[:2])


def test_a_full_window_that_loops_is_not_decoded_as_it_was() -> None:
    def answer(_full: bool, length: int, _before: str | None) -> Decoded:
        return decoded(length, ALPHABET if length < 20_000 else "so it is for you now.")

    decoder = Scripted(answer)
    plan = plan_for(decoder)
    plan.longest_ms = FULL_SPEECH_MS
    words = decode_all(plan, SPEECH)
    assert {word.text for word in words} <= set(ALPHABET.split())
    first = [w.length_ms for w in windows_of(SPEECH, 60_000, FULL_SPEECH_MS)]
    lengths = [length for _, length, _ in decoder.asked]
    assert sorted(lengths[: len(first)]) == sorted(first)
    assert max(lengths[len(first) :]) < min(first)


def skipping(first_ms: int, last_ms: int) -> Callable[[bool, int, str | None], Decoded]:
    """Answer with words that leave a part of a short window out."""

    def answer(full: bool, length: int, _before: str | None) -> Decoded:
        found = decoded(length, ALPHABET)
        kept = tuple(w for w in found.words if full or not first_ms <= w.start_ms < last_ms)
        return Decoded(words=kept, log_probability=-0.3, no_speech=0.0, compression=1.3)

    return answer


@pytest.mark.parametrize("end_ms", [5500, 8000])
def test_speech_that_got_no_words_is_decoded_again(end_ms: int) -> None:
    decoder = Scripted(skipping(4000, end_ms))
    words = decode_all(plan_for(decoder), ((0, 20_000),))
    again = [length for full, length, _ in decoder.asked if full]
    assert len(again) == 1
    assert again[0] < end_ms - 4000 + 1000
    gaps = [b.start_ms - a.end_ms for a, b in pairwise(words)]
    assert max(gaps) < 1000
    assert len({word.start_ms // 100 for word in words}) > 35


def test_a_breath_between_two_words_is_no_speech_without_words() -> None:
    decoder = Scripted(skipping(4000, 5000))
    decode_all(plan_for(decoder), ((0, 20_000),))
    assert not any(full for full, _, _ in decoder.asked)


def test_text_without_marks_is_decoded_again_after_a_text_that_has_some() -> None:
    decoder = Scripted(lambda _full, length, before: decoded(length, ALPHABET if before else BARE))
    words = decode_all(plan_for(decoder), SPEECH)
    assert any(word.text.endswith(".") for word in words)


def test_marks_are_not_bought_with_words() -> None:
    decoder = Scripted(
        lambda _full, length, before: (
            decoded(length, ALPHABET, every_ms=1500) if before else decoded(length, BARE)
        )
    )
    assert not any(word.text.endswith(".") for word in decode_all(plan_for(decoder), SPEECH))


def test_the_language_is_heard_where_it_is_not_told() -> None:
    decoder = Scripted(lambda _full, length, _before: decoded(length, ALPHABET))
    plan = plan_for(decoder, language=None)
    decode_all(plan, SPEECH)
    assert plan.language == decoder.language == "de"


def test_a_window_taken_for_silence_leaves_no_words() -> None:
    decoder = Scripted(
        lambda _full, length, _before: decoded(
            length, "Thank you.", every_ms=8000, no_speech=0.9, log_probability=-1.3
        )
    )
    assert decode_all(plan_for(decoder), SPEECH) == []


def test_progress_tells_the_length_of_each_batch() -> None:
    told: list[int] = []
    decoder = Scripted(lambda _full, length, _before: decoded(length, ALPHABET))
    decode_all(plan_for(decoder, advance=told.append), SPEECH)
    assert sum(told) == sum(w.length_ms for w in windows_of(SPEECH, 60_000, LONGEST_MS))


def test_a_window_is_never_longer_than_the_network_hears() -> None:
    windows = windows_of([(0, 400_000)], 400_000, FULL_SPEECH_MS)
    assert max(window.length_ms for window in windows) <= FULL_SPEECH_MS


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([" check", "-in", " now"], ["check-in", "now"]),
        ([" o", "'clock"], ["o'clock"]),
        ([" it", "’s"], ["it’s"]),
        (["so", " it"], ["so", "it"]),
    ],
)
def test_words_that_the_recogniser_parts_are_joined(parts: list[str], expected: list[str]) -> None:
    [window] = windows_of(((0, 9000),), 60_000, LONGEST_MS)
    heard = [
        Heard(text=text, start_ms=500 * n, end_ms=500 * n + 400, probability=0.9)
        for n, text in enumerate(parts)
    ]
    found = placed(window, heard)
    assert [word.text for word in found] == expected
    assert found[-1].end_ms == 500 * (len(parts) - 1) + 400


def test_batches_may_be_decoded_in_any_order_and_the_first_tells_the_language() -> None:
    """However they are given out, the words are the same; nobody guesses the language twice."""
    asked: list[int] = []

    def backwards(decode: Any, batches: Sequence[Any]) -> list[Any]:
        asked.append(len(batches))
        return [decode(batch) for batch in reversed(batches)][::-1]

    speech = tuple((start, start + 9000) for start in range(0, 60_000, 10_000))
    found = []
    for each in (map, backwards):
        decoder = Scripted(lambda _full, length, _before: decoded(length, ALPHABET))
        plan = plan_for(decoder, language=None, together=1, each=each)
        found.append(decode_all(plan, speech))
        assert plan.language == decoder.language == "de"
    assert found[0] == found[1]
    assert asked[0] == 1
    assert asked[1] > 1
