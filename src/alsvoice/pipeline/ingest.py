"""Sources become the 16 kHz mono mix; what a damaged source does not give is said."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from alsvoice.audio.decode import SAMPLE_RATE, Decoding, decode
from alsvoice.audio.mix import write_mix
from alsvoice.backends.protocols import Hook
from alsvoice.digest import digest_file
from alsvoice.errors import InputError, LibraryError
from alsvoice.session import Audio, Manifest
from alsvoice.store.folder import MIX, SessionFolder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["mix_sources"]


def mix_sources(session: SessionFolder, manifest: Manifest, hook: Hook) -> tuple[Audio, str]:
    """Write the mix of all sources, one after another; return its facts and its hash.

    InputError where not one sample could be decoded.
    """
    audio = manifest.audio
    if audio is None or not audio.sources:
        raise LibraryError(
            f"Session {session.id} names no recording.", try_next="alsvoice import RECORDING"
        )
    found = [Decoding() for _ in audio.sources]
    with session.writing(MIX) as file:
        samples = write_mix(file, _all_blocks(session, audio, found, hook))
        if not samples:
            raise InputError(
                "Nothing in the recording could be decoded.",
                try_next="play it in a media player to see whether it holds sound",
            )
        file.seek(0)
        digest = digest_file(file)
    losses = tuple(
        sentence
        for source, decoding in zip(audio.sources, found, strict=True)
        for sentence in _losses(source.display, decoding)
    )
    ends = list(accumulate(decoding.samples for decoding in found))
    return (
        replace(
            audio,
            sources=tuple(
                replace(
                    source,
                    start_ms=(end - decoding.samples) * 1000 // SAMPLE_RATE,
                    duration_ms=decoding.duration_ms,
                )
                for source, decoding, end in zip(audio.sources, found, ends, strict=True)
            ),
            duration_ms=samples * 1000 // SAMPLE_RATE,
            lost_ms=sum(d.lost_ms for d in found),
            losses=losses,
        ),
        digest,
    )


def _all_blocks(
    session: SessionFolder, audio: Audio, found: list[Decoding], hook: Hook
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
