"""Where a passage of the session lies in each of its sound files."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from alsvoice.audio.decode import Decoding, decode
from alsvoice.audio.silence import kind_of
from alsvoice.errors import InputError, LibraryError
from alsvoice.intervals import Span
from alsvoice.removal.plan import SoundStep
from alsvoice.session import Audio, Manifest, Source
from alsvoice.store.folder import MIX, SessionFolder

__all__ = ["MARGIN_MS", "is_placed", "placed", "silent_source", "sound_steps"]

MARGIN_MS = 50
"""Silence on either side of a passage: a word's time is not surer than this."""
_NOWHERE = -1
_ROUNDED_MS = 1  # lengths are whole milliseconds, the rest cut off


def placed(session: SessionFolder, manifest: Manifest) -> Manifest:
    """Return the manifest with the place of each source and the length of the whole.

    Sessions from before these were kept, and recordings never processed, are decoded to find them.
    A source whose place cannot be known any more has no length, and starts nowhere (see
    ``is_placed``).
    """
    audio = manifest.audio
    if audio is None or not audio.sources:
        raise LibraryError(
            f"Session {session.id} has no sound.", try_next=f"alsvoice sessions show {session.id}"
        )
    known = all(source.duration_ms is not None for source in audio.sources)
    if audio.duration_ms and (known or len(audio.sources) == 1 or audio.is_apart):
        return manifest
    if audio.is_apart:
        raise LibraryError(
            f"The import of session {session.id} was stopped: where its recordings begin is not "
            "known yet.",
            try_next=f"alsvoice process {session.id}",
        )
    lengths = [_length_ms(session, source) for source in audio.sources]
    missing = [n for n, length in enumerate(lengths) if length is None]
    if len(missing) == 1 and audio.duration_ms:
        lengths[missing[0]] = max(0, audio.duration_ms - sum(each or 0 for each in lengths))
    sources: list[Source] = []
    at: int | None = 0
    for source, length in zip(audio.sources, lengths, strict=True):
        sources.append(replace(source, start_ms=_NOWHERE if at is None else at, duration_ms=length))
        at = None if at is None or length is None else at + length
    whole = audio.duration_ms or at or 0
    return replace(manifest, audio=replace(audio, sources=tuple(sources), duration_ms=whole))


def is_placed(source: Source) -> bool:
    """Whether it is known where on the session's time the source stands."""
    return not (source.start_ms == _NOWHERE and source.duration_ms is None)


def _length_ms(session: SessionFolder, source: Source) -> int | None:
    found = Decoding()
    try:
        with session.reading(source.file) as file:
            for _ in decode(file, source.display, found):
                pass
    except (InputError, LibraryError):
        return None
    return found.duration_ms


def sound_steps(
    session: SessionFolder, audio: Audio, gone: Sequence[Span]
) -> tuple[SoundStep, ...]:
    """Return what is to be done to the mix, the tracks and the sources; ``gone`` in the session."""
    steps = [SoundStep(file=MIX, becomes=MIX, spans=tuple(gone))]
    steps += (
        SoundStep(file=track.file, becomes=track.file, spans=tuple(gone)) for track in audio.tracks
    )
    steps += (silent_source(session, source, gone) for source in audio.sources)
    return tuple(step for step in steps if session.exists(step.file))


def silent_source(
    session: SessionFolder, source: Source, gone: Sequence[Span], channels: Sequence[int] = ()
) -> SoundStep:
    """Return how a source is silenced; one of unknown place or beyond decoding goes.

    There are no spans where it is known that none of them lies in it.
    """
    if not is_placed(source):
        return SoundStep(file=source.file, becomes=None, spans=tuple(gone))
    kind = None
    if session.exists(source.file):
        with session.reading(source.file) as file:
            kind = kind_of(file, source.file)
    return SoundStep(
        file=source.file,
        becomes=str(PurePosixPath(source.file).with_suffix(kind.suffix)) if kind else None,
        spans=tuple(_in_file(gone, source)),
        channels=tuple(channels),
    )


def _in_file(gone: Sequence[Span], source: Source) -> Iterator[Span]:
    length = math.inf if source.duration_ms is None else source.duration_ms + _ROUNDED_MS
    for start, end in gone:
        if end > source.start_ms and start < source.start_ms + length:
            yield (max(0, start - source.start_ms), end - source.start_ms)
