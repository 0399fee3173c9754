"""Sources become 16 kHz mono: the mix, and tracks where people have sound of their own.

What a damaged source does not give is said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from alsvoice.audio.decode import SAMPLE_RATE, Decoding, decode
from alsvoice.audio.mix import write_mix
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

    ``offsets_ms`` says where a source starts that its owner knows. InputError where not one sample
    could be decoded.
    """
    audio = manifest.audio
    if audio is None or not audio.sources:
        raise LibraryError(
            f"Session {session.id} names no recording.", try_next="alsvoice import RECORDING"
        )
    found = [Decoding() for _ in audio.sources]
    if audio.layout is Layout.MIXED:
        audio, outputs = _one_after_another(session, audio, found, hook)
    elif audio.layout is Layout.CHANNELS:
        audio, outputs = ingest_tracks.split(session, audio, found, hook)
    else:
        audio, outputs = ingest_tracks.place(session, audio, found, offsets_ms, hook)
    losses = tuple(
        sentence
        for source, decoding in zip(audio.sources, found, strict=True)
        for sentence in _losses(source.display, decoding)
    )
    return replace(audio, lost_ms=sum(d.lost_ms for d in found), losses=losses), outputs


def _one_after_another(
    session: SessionFolder, audio: Audio, found: Sequence[Decoding], hook: Hook
) -> tuple[Audio, dict[str, str]]:
    """Write the mix of all sources, consecutive parts of one recording."""
    with session.writing(MIX) as file:
        samples = write_mix(file, _all_blocks(session, audio, found, hook))
        if not samples:
            raise InputError(
                "Nothing in the recording could be decoded.",
                try_next="play it in a media player to see whether it holds sound",
            )
        file.seek(0)
        digest = digest_file(file)
    ends = list(accumulate(decoding.samples for decoding in found))
    sources = tuple(
        _timed(source, decoding, (end - decoding.samples) * 1000 // SAMPLE_RATE)
        for source, decoding, end in zip(audio.sources, found, ends, strict=True)
    )
    duration_ms = samples * 1000 // SAMPLE_RATE
    return replace(audio, sources=sources, duration_ms=duration_ms), {MIX: digest}


def _timed(source: Source, decoding: Decoding, start_ms: int) -> Source:
    return replace(source, start_ms=start_ms, duration_ms=decoding.duration_ms)


def _all_blocks(
    session: SessionFolder, audio: Audio, found: Sequence[Decoding], hook: Hook
) -> Iterator["NDArray[np.float32]"]:
    sources = audio.sources
    for index, (source, decoding) in enumerate(zip(sources, found, strict=True)):
        with session.reading(source.file) as file:
            for number, block in enumerate(decode(file, source.display, decoding)):
                yield block
                if number % 500 == 0:
                    total = max(decoding.expected_ms or 0, decoding.duration_ms, 1)
                    share = min(decoding.duration_ms / total, 1.0)
                    hook("ingest", int(1000 * (index + share)), 1000 * len(sources))
    hook("ingest", 1000 * len(sources), 1000 * len(sources))


def _losses(name: str, decoding: Decoding) -> Iterator[str]:
    if decoding.lost_ms:
        yield (
            f"{name} is cut off or damaged: {decoding.lost_ms / 1000:.0f} s of its "
            f"{(decoding.expected_ms or 0) / 1000:.0f} s could not be read."
        )
    elif decoding.bad_packets or decoding.ended_early:
        yield f"{name} is damaged in places; what could be decoded was kept."
