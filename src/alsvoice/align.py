"""Words and turns become utterances: one speaker, about one sentence.

A word goes to the exclusive turn that is on at its middle, else to the nearest; majority by
recogniser segment would give whole questions to the wrong person.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Container, Sequence

from alsvoice.digest import short_id
from alsvoice.transcript import Diarization, Turn, Utterance, Word, is_withdrawn

__all__ = [
    "UNKNOWN_SPEAKER",
    "assign_speakers",
    "cut_by_voice",
    "cut_utterances",
    "ends_sentence",
    "utterance_id",
]

UNKNOWN_SPEAKER = "SPEAKER_UNKNOWN"

_SENTENCE_END = re.compile(r"[.?!…]['\"”’)]*$")
_ABBREVIATION = re.compile(r"^(?:mr|mrs|ms|dr|prof|st|e\.g|i\.e|etc|vs|no)\.$", re.IGNORECASE)
_LONG_PAUSE_MS = 1200
"""Without punctuation a pause of this length ends an utterance all the same."""
_JOIN_GAP_MS = 350
_FRAGMENT_WORDS = 2
_PAUSE_MS = 250
_SNAP_WORDS, _SNAP_MS = 3, 900
_RUN_ON_WORDS, _RUN_ON_PAUSE_MS = 15, 300
"""A recogniser that lost its punctuation: cut long runs at short pauses too."""


def utterance_id(audio_sha256: str, first: Word, last: Word, *, nth: int = 0) -> str:
    """Return an id that neither speaker nor wording changes.

    ``nth`` counts utterances of the very same times: a recogniser piles words without length up.
    """
    again = [nth] if nth else []
    return short_id("utterance", [audio_sha256, first.start_ms, last.end_ms, *again])


def assign_speakers(words: Sequence[Word], diarization: Diarization) -> tuple[str, ...]:
    """Return a speaker a word, in the order of the words.

    Where two speak at once, whoever was speaking keeps the words: the other is mostly a
    back-channel, and the recogniser writes down the main voice.
    """
    there = (turn for turn in diarization.exclusive if not is_withdrawn(turn.speaker))
    exclusive = sorted(there, key=lambda turn: turn.start_ms)
    if not exclusive:
        return (UNKNOWN_SPEAKER,) * len(words)
    starts = [turn.start_ms for turn in exclusive]
    found: list[str] = []
    for i, word in enumerate(words):
        nearest = _nearest(word, exclusive, starts)
        running = i > 0 and not _may_change(words, i)
        if running and found[-1] != nearest and _is_on(found[-1], word, diarization.turns):
            nearest = found[-1]
        found.append(nearest)
    settled = {
        i
        for i in range(1, len(words))
        if found[i] != found[i - 1]
        and _is_silent_between(words[i - 1], words[i], exclusive, starts)
    }
    return tuple(_snapped(words, found, settled))


def _is_on(speaker: str, word: Word, turns: Sequence[Turn]) -> bool:
    return any(t.speaker == speaker and t.start_ms <= word.middle_ms < t.end_ms for t in turns)


def _nearest(word: Word, turns: Sequence[Turn], starts: Sequence[int]) -> str:
    at = bisect_right(starts, word.middle_ms) - 1
    near = turns[max(at, 0) : at + 2]
    return min(near, key=lambda turn: _distance(word.middle_ms, turn)).speaker


def _distance(time_ms: int, turn: Turn) -> int:
    return max(turn.start_ms - time_ms, time_ms - turn.end_ms, 0)


def _is_silent_between(before: Word, word: Word, turns: Sequence[Turn], starts: list[int]) -> bool:
    """Whether a turn ends in a word and some silence later another begins before the next ends.

    The recogniser has no pauses inside running text: it times one of the two to last that long.
    """
    at = bisect_right(starts, before.start_ms) - 1
    if at < 0 or at + 1 == len(turns):
        return False
    end, start = turns[at].end_ms, turns[at + 1].start_ms
    return (
        start - end >= _PAUSE_MS and before.start_ms < end <= word.middle_ms and start < word.end_ms
    )


def _snapped(words: Sequence[Word], speakers: list[str], settled: Container[int]) -> list[str]:
    """Move each change of speaker in running speech to the nearest sentence end or pause.

    People take over at sentence ends and pauses; the time of a turn's border is uncertain by some
    frames, and by more in short turns. At most three words over 0.9 s change hands. Changes before
    the words ``settled`` stay.
    """
    fixed = list(speakers)
    for i in range(1, len(words)):
        if fixed[i] == fixed[i - 1] or i in settled or _may_change(words, i):
            continue
        back = _words_to_border(words, i, -1)
        ahead = _words_to_border(words, i, 1)
        if back is not None and (ahead is None or back <= ahead):
            fixed[i - back : i] = [fixed[i]] * back
        elif ahead is not None:
            fixed[i : i + ahead] = [fixed[i - 1]] * ahead
    return fixed


def _may_change(words: Sequence[Word], i: int) -> bool:
    """Whether a speaker may change before word i: a sentence ended or there is a pause."""
    before, word = words[i - 1], words[i]
    return ends_sentence(before) or word.start_ms - before.end_ms >= _PAUSE_MS


def _words_to_border(words: Sequence[Word], i: int, step: int) -> int | None:
    """Return how many words lie between the change before word i and the next place for one."""
    for count in range(1, _SNAP_WORDS + 1):
        border = i + step * count
        if not 0 <= border <= len(words):
            return None
        low, high = min(i, border), max(i, border)
        if words[high - 1].end_ms - words[low].start_ms > _SNAP_MS:
            return None
        if border in {0, len(words)} or _may_change(words, border):
            return count
    return None


def ends_sentence(word: Word) -> bool:
    """Whether the word carries the end of a sentence."""
    return bool(_SENTENCE_END.search(word.text)) and not _ABBREVIATION.match(word.text)


def cut_utterances(
    words: Sequence[Word], speakers: Sequence[str], audio_sha256: str
) -> tuple[Utterance, ...]:
    """Cut at speaker changes, sentence ends and long pauses; join fragments to what follows.

    A fragment is one or two words ("Right.", "So, yeah.") that the same speaker goes on from
    within 0.35 s; alone it would be coded without its sentence.
    """
    groups: list[tuple[str, list[Word]]] = []
    for word, speaker in zip(words, speakers, strict=True):
        if groups and not _breaks(groups[-1], word, speaker):
            groups[-1][1].append(word)
        else:
            groups.append((speaker, [word]))
    return _utterances(_join_fragments(groups), audio_sha256)


def cut_by_voice(
    words: Sequence[Word], speakers: Sequence[str], audio_sha256: str
) -> tuple[Utterance, ...]:
    """Cut as ``cut_utterances`` does where speakers are known and may speak at once.

    Each one's words are cut by themselves; somebody else's word ends an utterance only where it
    lies in a pause of it.
    """
    groups: dict[str, list[tuple[str, list[Word]]]] = {}
    others_end: dict[str, int] = {}  # speaker → where the others' last word that began later ends
    for word, speaker in zip(words, speakers, strict=True):
        own = groups.setdefault(speaker, [])
        spoken_between = own and own[-1][1][-1].end_ms < others_end.get(speaker, 0) <= word.start_ms
        if own and not spoken_between and not _breaks(own[-1], word, speaker):
            own[-1][1].append(word)
        else:
            own.append((speaker, [word]))
        others_end[speaker] = 0
        for other in groups:
            if other != speaker and word.start_ms >= groups[other][-1][1][-1].end_ms:
                others_end[other] = max(others_end[other], word.end_ms)
    joined = [group for own in groups.values() for group in _join_fragments(own)]
    return _utterances(
        sorted(joined, key=lambda g: (g[1][0].start_ms, g[1][-1].end_ms)), audio_sha256
    )


def _utterances(
    groups: Sequence[tuple[str, list[Word]]], audio_sha256: str
) -> tuple[Utterance, ...]:
    seen: Counter[tuple[int, int]] = Counter()
    found: list[Utterance] = []
    for who, ws in groups:
        times = (ws[0].start_ms, ws[-1].end_ms)
        own = utterance_id(audio_sha256, ws[0], ws[-1], nth=seen[times])
        found.append(Utterance(id=own, speaker=who, words=tuple(ws)))
        seen[times] += 1
    return tuple(found)


def _breaks(group: tuple[str, list[Word]], word: Word, speaker: str) -> bool:
    last = group[1][-1]
    enough = _RUN_ON_PAUSE_MS if len(group[1]) >= _RUN_ON_WORDS else _LONG_PAUSE_MS
    return speaker != group[0] or word.start_ms - last.end_ms >= enough or ends_sentence(last)


def _join_fragments(groups: list[tuple[str, list[Word]]]) -> list[tuple[str, list[Word]]]:
    joined: list[tuple[str, list[Word]]] = []
    for speaker, words in groups:
        if joined and _is_fragment(joined[-1], words, speaker):
            joined[-1][1].extend(words)
        else:
            joined.append((speaker, list(words)))
    return joined


def _is_fragment(group: tuple[str, list[Word]], following: list[Word], speaker: str) -> bool:
    who, words = group
    if who != speaker or len(words) > _FRAGMENT_WORDS or words[-1].text.endswith("?"):
        return False
    return following[0].start_ms - words[-1].end_ms <= _JOIN_GAP_MS
