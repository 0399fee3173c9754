"""Transcription track by track: each person's sound by itself, the words put in order of time."""

from collections.abc import Mapping, Sequence

from alsvoice.backends.protocols import Hook, Sound, Transcriber
from alsvoice.intervals import total_ms, union
from alsvoice.transcript import Transcript, Turn, Word

__all__ = ["transcribe_tracks"]


def transcribe_tracks(
    backend: Transcriber,
    sounds: Mapping[str, Sound],
    turns: Sequence[Turn],
    *,
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
