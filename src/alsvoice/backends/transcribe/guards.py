"""What a recogniser invents: loops of repeated words, and words where nobody spoke."""

import re
from collections.abc import Sequence

from alsvoice.backends.transcribe.decoding import Decoded
from alsvoice.intervals import Span, overlap_ms
from alsvoice.transcript import Word

__all__ = [
    "is_nothing",
    "is_suspect",
    "is_unpunctuated",
    "without_loops",
    "without_stock_phrases",
    "without_words_over_silence",
]

_LONGEST_PHRASE = 12
_REPEATS = 4
"""People say a thing three times; nobody says the same phrase four times without a break."""
_TOUCH_MS = 400
_MOST_COMPRESSED, _LEAST_PROBABLE, _MOST_SILENT = 2.4, -1.0, 0.6
"""The recogniser's authors' own limits (Radford et al. 2022, section 4.5)."""
_TWICE_WORDS = 6
"""Nobody says six words twice within half a minute, but a recogniser that looped does."""
_STOCK = re.compile(
    r"(and )?(thanks|thank you)( so| very)?( much)? for watching( this)?( video)?"
    r"|(please )?(like and )?subscribe( to (my|our|the) channel)?"
    r"|(subtitles|subtitled|captions|transcribed|transcription) by .{0,60}"
    r"|i hope (that )?you enjoyed (this|the|my) video"
    r"|(.{0,40}for your time )?(and )?(ill |i will )?see you in the next video"
    r"|see you in the next one"
)
"""What the network learned from subtitles and writes over noise."""
_BARE_WORDS = 30
_MARKS = ".?!…。？！"


def is_suspect(decoded: Decoded) -> bool:
    """Whether a window is better decoded again: it loops, or the network doubts itself."""
    return (
        decoded.compression > _MOST_COMPRESSED
        or bool(decoded.words and decoded.log_probability < _LEAST_PROBABLE)
        or _says_twice(decoded.text)
    )


def is_nothing(decoded: Decoded) -> bool:
    """Whether the network takes a window for silence and doubts what it wrote: all of it goes."""
    return decoded.no_speech > _MOST_SILENT and decoded.log_probability < _LEAST_PROBABLE


def _says_twice(text: str) -> bool:
    keys = [_key(word) for word in text.split()]
    phrases = [tuple(keys[n : n + _TWICE_WORDS]) for n in range(len(keys) - _TWICE_WORDS + 1)]
    return len(set(phrases)) < len(phrases)


def _key(word: str) -> str:
    return "".join(c for c in word.lower() if c.isalnum())


def is_unpunctuated(text: str) -> bool:
    """Whether thirty words and more have no mark at which a sentence ends."""
    return len(text.split()) >= _BARE_WORDS and not any(mark in text for mark in _MARKS)


def without_loops(words: Sequence[Word]) -> tuple[list[Word], int]:
    """Return words in which a phrase said four times and more in a row stands once."""
    kept: list[Word] = []
    keys: list[str] = []
    removed = 0
    looped, at = 0, 0  # the length of the phrase that was cut last, and where that left us
    for word in words:
        kept.append(word)
        keys.append(_key(word.text))
        cut = 0
        if looped and len(keys) == at + looped:
            cut = looped if keys[-looped:] == keys[-2 * looped : -looped] else 0
            looped = cut
        for length in range(1, min(_LONGEST_PHRASE, len(keys) // _REPEATS) + 1):
            if not cut and _loops(keys, length):
                looped, cut = length, length * (_REPEATS - 1)
        if cut:
            # The first saying stays: its time is real, the later ones' often are not.
            del kept[-cut:], keys[-cut:]
            removed += cut
            at = len(keys)
    return kept, removed


def without_stock_phrases(words: Sequence[Word]) -> tuple[list[Word], int]:
    """Return the words without sentences that subtitles end with and no meeting does."""
    kept: list[Word] = []
    sentence: list[Word] = []
    for word in words:
        sentence.append(word)
        if word.text[-1] in _MARKS:
            kept += _unless_stock(sentence)
            sentence = []
    kept += _unless_stock(sentence)
    return kept, len(words) - len(kept)


def _unless_stock(sentence: list[Word]) -> list[Word]:
    said = " ".join(_key(word.text) for word in sentence)
    return [] if _STOCK.fullmatch(said) else sentence


def _loops(keys: Sequence[str], length: int) -> bool:
    phrase = keys[-length:]
    return any(phrase) and all(
        keys[-length * (n + 1) : len(keys) - length * n] == phrase for n in range(1, _REPEATS)
    )


def without_words_over_silence(
    words: Sequence[Word], speech: Sequence[Span]
) -> tuple[list[Word], int]:
    """Return the words that lie within 0.4 s of speech; ``speech`` is sorted and disjoint."""
    kept: list[Word] = []
    at = 0
    for word in words:
        while at < len(speech) and speech[at][1] + _TOUCH_MS <= word.start_ms:
            at += 1
        wide = (word.start_ms - _TOUCH_MS, word.end_ms + _TOUCH_MS)
        if at < len(speech) and overlap_ms(wide, speech[at]) > 0:
            kept.append(word)
    return kept, len(words) - len(kept)
