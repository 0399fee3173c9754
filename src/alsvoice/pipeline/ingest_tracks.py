"""Each person's own sound becomes a track on the session's time, and the mix is their sum.

Everything is read and written in blocks; only loudness envelopes are kept whole (see ``envelope``).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from alsvoice.audio.decode import SAMPLE_RATE, Decoding, decode, decode_channels
from alsvoice.audio.envelope import Envelope
from alsvoice.audio.mix import MixFile, at_least, open_mix, silence, summed, write_mix, writer
from alsvoice.audio.offsets import estimate
from alsvoice.backends.protocols import Hook
from alsvoice.digest import digest_file
from alsvoice.errors import InputError, UsageError
from alsvoice.session import Audio, Source, Track
from alsvoice.store.folder import MIX, SessionFolder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["open_tracks", "place", "put_back", "split"]

_DRIFT_TOLD_MS = 100
_MOST_NAMED = 6
_PER_SOURCE = 1000
_TRY_PLAYING = "play it in a media player to see whether it holds sound"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """Where a source starts; ``sure`` is None where nothing had to be found."""

    ms: int
    sure: bool | None
    drift_ms: int = 0


@contextmanager
def open_tracks(session: SessionFolder, tracks: Sequence[Track]) -> Iterator[list[MixFile]]:
    """Open the sound of several tracks for reading."""
    with ExitStack() as stack:
        files = [(t.file, stack.enter_context(session.reading(t.file))) for t in tracks]
        yield [stack.enter_context(open_mix(file, name)) for name, file in files]


def split(
    session: SessionFolder,
    audio: Audio,
    found: Sequence[Decoding],
    hook: Hook,
    *,
    settled: bool = False,
) -> tuple[Audio, dict[str, str]]:
    """Write a track a channel of the one source; UsageError where their numbers differ.

    ``settled`` sound had something taken out: people may have left, and the length stays.
    """
    channels = max(track.channel or 0 for track in audio.tracks) + 1
    [source], [decoding] = audio.sources, found
    with ExitStack() as stack:
        files = [stack.enter_context(session.writing(t.file)) for t in audio.tracks]
        write = [stack.enter_context(writer(file)) for file in files]
        original = stack.enter_context(session.reading(source.file))
        for number, block in enumerate(decode_channels(original, source.display, decoding)):
            if number == 0 and (
                block.shape[1] < channels if settled else block.shape[1] != len(write)
            ):
                raise _not_so_many(source, block.shape[1], len(write))
            for track, own in zip(audio.tracks, write, strict=True):
                own(block[:, min(track.channel or 0, block.shape[1] - 1)])
            if number % 500 == 0:
                _tell(hook, decoding, 0, 1)
    _check_heard(audio.sources, found)
    sources = (replace(source, start_ms=0, duration_ms=decoding.duration_ms),)
    least_ms = audio.duration_ms if settled else 0
    return _mixed(session, replace(audio, sources=sources), hook, least_ms=least_ms)


def _not_so_many(source: Source, channels: int, names: int) -> UsageError:
    return UsageError(
        f"{source.display} has {channels} {'channel' if channels == 1 else 'channels'}, and "
        f"{names} {'name was' if names == 1 else 'names were'} given with --channels.",
        try_next="a name for each channel, or no --channels where everybody is on all of them",
    )


def place(
    session: SessionFolder,
    audio: Audio,
    found: Sequence[Decoding],
    offsets_ms: Mapping[str, int],
    hook: Hook,
) -> tuple[Audio, dict[str, str]]:
    """Write a track a source, each from where it starts on the session's time."""
    envelopes = [
        _decoded(session, audio, index, decoding, hook) for index, decoding in enumerate(found)
    ]
    _check_heard(audio.sources, found)
    with open_tracks(session, audio.tracks) as sounds:
        starts = _starts(audio, sounds, envelopes, offsets_ms)
    for track, start in zip(audio.tracks, starts, strict=True):
        if start.ms:
            _delay(session, track, start.ms)
    sources = tuple(
        replace(source, start_ms=start.ms, duration_ms=decoding.duration_ms)
        for source, start, decoding in zip(audio.sources, starts, found, strict=True)
    )
    tracks = tuple(
        replace(track, offset_sure=start.sure)
        for track, start in zip(audio.tracks, starts, strict=True)
    )
    notes = tuple(_notes(sources, starts))
    return _mixed(session, replace(audio, sources=sources, tracks=tracks, notes=notes), hook)


def put_back(
    session: SessionFolder, audio: Audio, found: Sequence[Decoding], hook: Hook
) -> tuple[Audio, dict[str, str]]:
    """Write the tracks anew where they stood before something was taken out, the mix as long.

    Nothing is looked for in sound that was silenced. A track whose source went whole stays.
    """
    tracks = {track.source: track for track in audio.tracks}
    for index, (source, decoding) in enumerate(zip(audio.sources, found, strict=True)):
        with (
            session.reading(source.file) as original,
            session.writing(tracks[source.file].file) as own,
        ):
            decoded = decode(original, source.display, decoding)
            write_mix(own, chain(silence(source.start_ms * SAMPLE_RATE // 1000), decoded))
        _tell(hook, decoding, index, len(audio.sources))
    _check_heard(audio.sources, found)
    left = {source.file for source in audio.sources}
    kept = tuple(t for t in audio.tracks if t.source in left or session.exists(t.file))
    return _mixed(session, replace(audio, tracks=kept), hook, least_ms=audio.duration_ms)


def _decoded(
    session: SessionFolder, audio: Audio, index: int, decoding: Decoding, hook: Hook
) -> "NDArray[np.float32]":
    """Write one source as a track from time zero; return its loudness envelope."""
    envelope, source = Envelope(), audio.sources[index]

    def blocks() -> Iterator["NDArray[np.float32]"]:
        for number, block in enumerate(decode(original, source.display, decoding)):
            envelope.add(block)
            yield block
            if number % 500 == 0:
                _tell(hook, decoding, index, len(audio.sources))

    with session.reading(source.file) as original, session.writing(audio.tracks[index].file) as own:
        write_mix(own, blocks())
    return envelope.values()


def _tell(hook: Hook, decoding: Decoding, index: int, count: int) -> None:
    total = max(decoding.expected_ms or 0, decoding.duration_ms, 1)
    share = min(decoding.duration_ms / total, 1.0)
    hook("ingest", int(_PER_SOURCE * (index + share)), _PER_SOURCE * (count + 1))


def _check_heard(sources: Sequence[Source], found: Sequence[Decoding]) -> None:
    for source, decoding in zip(sources, found, strict=True):
        if not decoding.samples:
            raise InputError(
                f"Nothing in {source.display} could be decoded.", try_next=_TRY_PLAYING
            )


def _starts(
    audio: Audio,
    sounds: Sequence[MixFile],
    envelopes: Sequence["NDArray[np.float32]"],
    offsets_ms: Mapping[str, int],
) -> list[_Start]:
    """Return where each source starts, the earliest at zero.

    Each is looked for in those that have their place already, the first one's place is zero. What
    is found nowhere is taken to start with the first.
    """
    told = {i: offsets_ms[s.file] for i, s in enumerate(audio.sources) if s.file in offsets_ms}
    placed = {i: _Start(ms=ms, sure=None) for i, ms in told.items()}
    waiting = [i for i in range(len(sounds)) if i not in placed]
    anchors: list[int] = []
    for index in waiting:
        start = None if anchors else _Start(ms=0, sure=None if len(waiting) == 1 else False)
        for anchor in anchors:
            pair = (envelopes[anchor], envelopes[index])
            offset = estimate(sounds[anchor], sounds[index], pair)
            if offset is not None:
                at = placed[anchor].ms + offset.start_ms
                start = _Start(ms=at, sure=True, drift_ms=offset.drift_ms)
                placed[anchor] = replace(placed[anchor], sure=True)
                break
        placed[index] = start or _Start(ms=0, sure=False)
        anchors.append(index)
    zero = min(start.ms for start in placed.values())
    return [replace(placed[i], ms=placed[i].ms - zero) for i in range(len(sounds))]


def _delay(session: SessionFolder, track: Track, start_ms: int) -> None:
    """Write a track anew with silence before it."""
    with session.writing(track.file) as file, open_tracks(session, [track]) as [sound]:
        write_mix(file, _after_silence(sound, start_ms))


def _after_silence(sound: MixFile, start_ms: int) -> Iterator["NDArray[np.float32]"]:
    yield from silence(start_ms * SAMPLE_RATE // 1000)
    yield from sound.blocks()


def _notes(sources: Sequence[Source], starts: Sequence[_Start]) -> Iterator[str]:
    """Yield what is not sure of how the recordings lie on one time, a sentence each."""
    pairs = list(zip(sources, starts, strict=True))
    lost = [source.display for source, start in pairs if start.sure is False]
    if lost:
        more = f" and {len(lost) - _MOST_NAMED} more" if len(lost) > _MOST_NAMED else ""
        yield (
            f"Where these start could not be found in the sound: {', '.join(lost[:_MOST_NAMED])}"
            f"{more}. They are taken to have started together; if they did not, import again with "
            '--offset "NAME=SECONDS".'
        )
    for source, start in pairs:
        if abs(start.drift_ms) >= _DRIFT_TOLD_MS:
            yield (
                f"The clock of {source.display} gets {abs(start.drift_ms) / 1000:.1f} s "
                f"{'late' if start.drift_ms > 0 else 'early'} by the end; words near its start and "
                "end are off by half of that."
            )


def _mixed(
    session: SessionFolder, audio: Audio, hook: Hook, *, least_ms: int = 0
) -> tuple[Audio, dict[str, str]]:
    """Write the mix of the finished tracks; return the facts of the sound, and name → hash."""
    with session.writing(MIX) as file, open_tracks(session, audio.tracks) as sounds:
        samples = write_mix(file, at_least(summed(sounds), least_ms))
    outputs: dict[str, str] = {}
    for name in (MIX, *(track.file for track in audio.tracks)):
        with session.reading(name) as file:
            outputs[name] = digest_file(file)
    hook("ingest", 1, 1)
    return replace(audio, duration_ms=samples * 1000 // SAMPLE_RATE), outputs
