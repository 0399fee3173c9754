"""Decoding all windows, and those again that went wrong.

Stretches of speech that got no words, and windows that loop or that the network itself doubts, are
decoded again in the full window the network was trained on; what went wrong in a full one, in
halves. Nothing is drawn by chance: a run can be repeated.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from alsvoice.backends.protocols import Sound
from alsvoice.backends.transcribe.decoding import Decoded, Decoder, Heard
from alsvoice.backends.transcribe.guards import is_nothing, is_suspect, is_unpunctuated
from alsvoice.backends.transcribe.packing import Window, windows_of
from alsvoice.intervals import Span, subtract, union
from alsvoice.transcript import Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FULL_SPEECH_MS", "Plan", "decode_all"]

FULL_SPEECH_MS = 28_500
"""Speech in a full window: room is left for the silence at which the network ends."""
_HOLE_MS, _TOUCH_MS = 1000, 300
"""Speech of this length without a word was skipped: two or three words are said in it."""
_SHORTEST_MS = 4000
_PUNCTUATED = "Hello. Well, shall we begin? Yes, let's. So, how are you?"
_LOST_WORDS = 0.8
_CONTINUES = ("-", "'", "’")
"""The recogniser gives "check" and "-in", "o" and "'clock" as two words without a space between."""


Batch = list[Window]
Answer = list[Decoded]


@dataclass(slots=True)
class Plan:
    """How to decode, and what came of it; ``language`` is heard in the first batch if None.

    Windows of at most ``longest_ms`` are decoded so many ``together``, in batches that ``each``
    gives to a function: in any order, its answers in theirs.

    ``advance`` is told how many milliseconds of windows are done.
    """

    decoder: Decoder
    sound: Sound
    longest_ms: int
    together: int
    language: str | None
    advance: Callable[[int], None] = lambda _ms: None
    check: Callable[[str], None] = lambda _language: None
    each: Callable[[Callable[["Batch"], "Answer"], Sequence["Batch"]], Iterable["Answer"]] = map
    words: list[Word] = field(default_factory=list)


def decode_all(plan: Plan, speech: Sequence[Span]) -> list[Word]:
    """Return the words of all speech, in order of time; ``speech`` is sorted and disjoint."""
    duration = plan.sound.duration_ms
    full = plan.longest_ms >= FULL_SPEECH_MS
    wrong = _round(plan, windows_of(speech, duration, plan.longest_ms), full=full)
    known = [*(_near(word) for word in plan.words), *(s for w in wrong for s in w.speech)]
    holes = [h for h in subtract(speech, union(known, gap_ms=_HOLE_MS)) if h[1] - h[0] >= _HOLE_MS]
    looped = wrong if full else []  # the same window would loop again
    again = [*([] if full else wrong), *windows_of(holes, duration, FULL_SPEECH_MS)]
    looped += _round(plan, again, full=True)
    halves = [half for window in looped for half in _halves(window, duration)]
    _round(plan, halves, full=True, last=True)
    return sorted(plan.words, key=lambda word: (word.start_ms, word.end_ms))


def _near(word: Word) -> Span:
    return (max(0, word.start_ms - _TOUCH_MS), word.end_ms + _TOUCH_MS)


def _halves(window: Window, duration_ms: int) -> list[Window]:
    return windows_of(window.speech, duration_ms, max(_SHORTEST_MS, window.length_ms // 2))


def _round(plan: Plan, windows: list[Window], *, full: bool, last: bool = False) -> list[Window]:
    """Decode windows, keep the words of those that went well, return the others.

    Windows of like length go together: the shorter ones are filled up with silence.
    """
    wrong: list[Window] = []
    ordered = sorted(windows, key=lambda window: (-window.length_ms, window.pieces[0].heard))
    size = plan.together
    batches = [ordered[first : first + size] for first in range(0, len(ordered), size)]
    for batch, found in zip(batches, _answers(plan, batches, full=full), strict=True):
        for window, decoded in zip(batch, found, strict=True):
            if is_suspect(decoded) and not last:
                wrong.append(window)
            elif not is_nothing(decoded):
                plan.words += placed(window, decoded.words)
        plan.advance(sum(window.length_ms for window in batch))
    return wrong


def _answers(plan: Plan, batches: Sequence[Batch], *, full: bool) -> Iterator[Answer]:
    """Yield what is heard in each batch; the first goes alone where it has to tell the language."""

    def decode(batch: Batch) -> Answer:
        return _batch(plan, batch, full=full)

    alone = 0 if plan.language else 1
    yield from plan.each(decode, batches[:alone])
    yield from plan.each(decode, batches[alone:])


def _batch(plan: Plan, windows: Sequence[Window], *, full: bool) -> list[Decoded]:
    encoded = plan.decoder.encode([_sound(plan.sound, window) for window in windows], full=full)
    if plan.language is None:
        told = plan.decoder.languages(encoded)
        plan.language = max(told, key=lambda language: told[language])
    plan.check(plan.language)
    lengths = [window.length_ms for window in windows]
    found = plan.decoder.decode(encoded, lengths, language=plan.language)
    bare = any(is_unpunctuated(decoded.text) for decoded in found)
    return _punctuated(plan, encoded, lengths, found) if bare else found


def _punctuated(
    plan: Plan, encoded: object, lengths: Sequence[int], found: Sequence[Decoded]
) -> list[Decoded]:
    """Decode again after a text with marks; take it where it has some and no words are lost."""
    language = plan.language or "en"
    again = plan.decoder.decode(encoded, lengths, language=language, before=_PUNCTUATED)
    return [
        new
        if is_unpunctuated(old.text)
        and not is_unpunctuated(new.text)
        and len(new.words) >= _LOST_WORDS * len(old.words)
        else old
        for old, new in zip(found, again, strict=True)
    ]


def _sound(sound: Sound, window: Window) -> "NDArray[np.float32]":
    import numpy as np

    return np.concatenate([sound.read(*piece.heard) for piece in window.pieces])


def placed(window: Window, heard: Sequence[Heard]) -> list[Word]:
    """Return the window's own words with their times in the recording."""
    words: list[Word] = []
    for each in heard:
        span = window.placed(each.start_ms, each.end_ms)
        if span is None:
            continue
        if words and each.text[:1] in _CONTINUES:
            words[-1] = _joined(words[-1], each, span)
        else:
            words.append(
                Word(
                    text=each.text.strip(),
                    start_ms=span[0],
                    end_ms=span[1],
                    confidence=round(each.probability, 3),
                )
            )
    return words


def _joined(word: Word, more: Heard, span: Span) -> Word:
    """Return the word with its continuation: "check" and "-in" are one word."""
    return Word(
        text=word.text + more.text.strip(),
        start_ms=word.start_ms,
        end_ms=max(word.end_ms, span[1]),
        confidence=word.confidence,
    )
