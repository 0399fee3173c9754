"""Sources become 16 kHz mono: the mix, and tracks where people have sound of their own.

What a damaged source does not give is said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from alsvoice.audio.decode import SAMPLE_RATE, Decoding, decode
from alsvoice.audio.mix import at_least, silence, write_mix
from alsvoice.backends.protocols import Hook
from alsvoice.digest import digest_file
from alsvoice.errors import InputError, LibraryError
from alsvoice.pipeline import ingest_tracks
from alsvoice.session import Audio, Layout, Manifest, Source
from alsvoice.store.folder import MIX, SessionFolder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["take_in"]


def take_in(
    session: SessionFolder, manifest: Manifest, offsets_ms: Mapping[str, int], hook: Hook
) -> tuple[Audio, dict[str, str]]:
    """Write the mix and the tracks; return the facts of the sound, and name → hash.

    ``offsets_ms`` says where a source starts that its owner knows. Once something was taken out,
    everything stays where it was: nothing is looked for in sound that was silenced, and the whole
    is as long as before. InputError where not one sample could be decoded.
    """
    audio = manifest.audio
    if audio and manifest.has_removals and not (audio.tracks if audio.is_apart else audio.sources):
        raise LibraryError(
            f"No recording is left in session {session.id}: what was taken out took it along.",
            try_next=f"alsvoice sessions show {session.id}",
        )
    if audio is None or not audio.sources:
        raise LibraryError(
            f"Session {session.id} names no recording.", try_next="alsvoice import RECORDING"
        )
    found = [Decoding() for _ in audio.sources]
    if audio.layout is Layout.MIXED:
        places = _places(audio.sources) if manifest.has_removals else ()
        audio, outputs = _one_after_another(session, audio, found, places, hook)
    elif audio.layout is Layout.CHANNELS:
        audio, outputs = ingest_tracks.split(
            session, audio, found, hook, settled=manifest.has_removals
        )
    elif manifest.has_removals:
        audio, outputs = ingest_tracks.put_back(session, audio, found, hook)
    else:
        audio, outputs = ingest_tracks.place(session, audio, found, offsets_ms, hook)
    losses = tuple(
        sentence
        for source, decoding in zip(audio.sources, found, strict=True)
        for sentence in _losses(source.display, decoding)
    )
    return replace(audio, lost_ms=sum(d.lost_ms for d in found), losses=losses), outputs


def _places(sources: Sequence[Source]) -> tuple[int | None, ...]:
    """Return where on the session's time each source stands (ms), None where nobody can tell."""
    return tuple(None if s.duration_ms is None else s.start_ms for s in sources)


def _one_after_another(
    session: SessionFolder,
    audio: Audio,
    found: Sequence[Decoding],
    places: Sequence[int | None],
    hook: Hook,
) -> tuple[Audio, dict[str, str]]:
    """Write the mix of all sources, consecutive parts of one recording.

    With ``places`` each goes to its own, and the whole gets no shorter than it was.
    """
    length_ms = audio.duration_ms if places else 0
    with session.writing(MIX) as file:
        blocks = _all_blocks(session, audio, found, places, hook)
        samples = write_mix(file, at_least(blocks, length_ms))
        if not any(decoding.samples for decoding in found):
            raise InputError(
                "Nothing in the recording could be decoded.",
                try_next="play it in a media player to see whether it holds sound",
            )
        file.seek(0)
        digest = digest_file(file)
    ends = list(accumulate(decoding.samples for decoding in found))
    sources = tuple(
        replace(
            source,
            start_ms=(end - decoding.samples) * 1000 // SAMPLE_RATE,
            duration_ms=decoding.duration_ms,
        )
        for source, decoding, end in zip(audio.sources, found, ends, strict=True)
    )
    if places:
        sources = _where_they_were(audio.sources, sources)
    duration_ms = samples * 1000 // SAMPLE_RATE
    return replace(audio, sources=sources, duration_ms=duration_ms), {MIX: digest}


def _where_they_were(before: Sequence[Source], after: Sequence[Source]) -> tuple[Source, ...]:
    return tuple(
        new if old.duration_ms is None else old for old, new in zip(before, after, strict=True)
    )


def _all_blocks(
    session: SessionFolder,
    audio: Audio,
    found: Sequence[Decoding],
    places: Sequence[int | None],
    hook: Hook,
) -> Iterator["NDArray[np.float32]"]:
    sources, end = audio.sources, 0
    for index, (source, decoding) in enumerate(zip(sources, found, strict=True)):
        place_ms = places[index] if places else None
        if place_ms is not None:  # a part before it may be gone, or shorter than it was
            before = place_ms * SAMPLE_RATE // 1000 - end
            yield from silence(before)
            end += max(0, before)
        with session.reading(source.file) as file:
            for number, block in enumerate(decode(file, source.display, decoding)):
                yield block
                if number % 500 == 0:
                    total = max(decoding.expected_ms or 0, decoding.duration_ms, 1)
                    share = min(decoding.duration_ms / total, 1.0)
                    hook("ingest", int(1000 * (index + share)), 1000 * len(sources))
        end += decoding.samples
    hook("ingest", 1000 * len(sources), 1000 * len(sources))


def _losses(name: str, decoding: Decoding) -> Iterator[str]:
    if decoding.lost_ms:
        yield (
            f"{name} is cut off or damaged: {decoding.lost_ms / 1000:.0f} s of its "
            f"{(decoding.expected_ms or 0) / 1000:.0f} s could not be read."
        )
    elif decoding.bad_packets or decoding.ended_early:
        yield f"{name} is damaged in places; what could be decoded was kept."
