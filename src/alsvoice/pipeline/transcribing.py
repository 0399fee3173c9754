"""What a transcriber is given; tracks, each by itself, their words put in order of time."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from alsvoice.backends.protocols import Hook, Sound, Transcriber
from alsvoice.intervals import Span, total_ms, union
from alsvoice.transcript import Diarization, Transcript, Turn, Word

__all__ = ["speech_of", "transcribe_tracks"]


def speech_of(heard: Diarization) -> tuple[Span, ...]:
    """Return where anybody speaks, sorted and disjoint, parted where the speaker changes.

    As it was before voices were told apart, where the diariser knew it then: another number of
    people changes nothing of what is transcribed.
    """
    if heard.spoken is not None:
        return heard.spoken
    changes = sorted({turn.start_ms for turn in heard.exclusive})
    spans: list[Span] = []
    at = 0
    for start, end in union(turn.span for turn in heard.speech):
        while at < len(changes) and changes[at] <= start:
            at += 1
        edges = [start]
        while at < len(changes) and changes[at] < end:
            edges.append(changes[at])
            at += 1
        spans += pairwise([*edges, end])
    return tuple(spans)


def transcribe_tracks(
    backend: Transcriber,
    sounds: Mapping[str, Sound],
    turns: Sequence[Turn],
    *,
    hints: Sequence[str] = (),
    language: str | None,
    threads: int,
    hook: Hook,
) -> Transcript:
    """Return the words of all tracks with the voice of each; ``sounds`` maps voice to track.

    Where no language is given, it is heard once, in the track with the most speech.
    """
    speech = {v: union(t.span for t in turns if t.speaker == v) for v in sounds}
    order = sorted(sounds, key=lambda voice: -total_ms(speech[voice]))
    everything = sum(map(total_ms, speech.values()))
    found: list[tuple[Word, str]] = []
    loops = silent = before = 0
    for voice in order:
        own = total_ms(speech[voice])
        if not own:
            continue
        told = backend.transcribe(
            sounds[voice],
            speech=speech[voice],
            hints=hints,
            language=language,
            threads=threads,
            hook=_part(hook, before, own, everything),
        )
        language = language or told.language
        found += [(word, voice) for word in told.words]
        loops += told.loops_removed
        silent += told.words_over_silence_removed
        before += own
    found.sort(key=lambda pair: (pair[0].start_ms, pair[0].end_ms, pair[1]))
    return Transcript(
        words=tuple(word for word, _ in found),
        speakers=tuple(voice for _, voice in found),
        language=language,
        loops_removed=loops,
        words_over_silence_removed=silent,
    )


def _part(hook: Hook, before: int, own: int, everything: int) -> Hook:
    """Return a hook for one track among several, whose speech is ``own`` of ``everything``."""

    def told(stage: str, done: int, total: int) -> None:
        hook(stage, before + own * done // max(total, 1), everything)

    return told
