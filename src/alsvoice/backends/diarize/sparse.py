"""The default diariser, ``sparse.v2``: sparse windows on onnxruntime, no torch, no account."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from alsvoice.backends.diarize import reconstruct
from alsvoice.backends.diarize.embedding import Embedding
from alsvoice.backends.diarize.grouping import cluster
from alsvoice.backends.diarize.hearing import Heard, listen
from alsvoice.backends.diarize.known import before
from alsvoice.backends.diarize.refine import refine
from alsvoice.backends.diarize.segmentation import Segmentation, window_starts
from alsvoice.backends.diarize.spoken import spoken_in
from alsvoice.backends.diarize.stretches import at_once, offsets_of, stitch, stretches, tracks_on
from alsvoice.backends.diarize.voices import LocalVoice, People, Voice, parted, sample_vectors
from alsvoice.backends.protocols import Hook, Sound, SpeechFound, no_hook, nobody_waits
from alsvoice.intervals import Span
from alsvoice.transcript import Diarization, Turn

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Listened", "SparseDiarizer", "decide", "people_in", "timeline"]

_HOP_MS = 2500
"""At 5 s a quarter of the cost is saved, and twice as many short turns go wrong (docs/LOG.md)."""


@dataclass(frozen=True, slots=True, eq=False)
class Listened:
    """All that the networks told of a recording; what follows is arithmetic.

    ``activity`` has the shape (windows, 589, 3); ``samples`` are vectors of voice samples.
    """

    starts: list[int]
    activity: "NDArray[np.bool_]"
    heard: list[Heard]
    local: list[LocalVoice]
    samples: "list[NDArray[np.float32]]"
    sample_rate: int
    duration_ms: int
    spoken: tuple[Span, ...] = ()


class SparseDiarizer:
    """Segmentation of ten-second windows, each stretch heard once, clustering, overlap-add."""

    name = "sparse.v2"

    def __init__(self, segmentation: Path, embedding: Path) -> None:
        self._segmentation = segmentation
        self._embedding = embedding

    def diarize(
        self,
        sound: Sound,
        *,
        speakers: int | None = None,
        samples: Sequence[Span] = (),
        known: Sequence[Sequence[float]] = (),
        threads: int = 1,
        hook: Hook = no_hook,
        speech_found: SpeechFound = nobody_waits,
    ) -> Diarization:
        """Return turns; exactly ``speakers`` voices where the number is given and speech allows.

        Voice samples and known voices part people whom clustering alone takes for one.
        """
        return decide(self.listen(sound, samples, threads, hook, speech_found), speakers, known)

    def listen(
        self,
        sound: Sound,
        samples: Sequence[Span],
        threads: int,
        hook: Hook,
        speech_found: SpeechFound = nobody_waits,
    ) -> Listened:
        """Run both networks over a recording."""
        import numpy as np

        starts = window_starts(sound.duration_ms, _HOP_MS)
        offsets = offsets_of(starts, sound.sample_rate)
        windows = Segmentation(self._segmentation, threads).run(sound, starts, hook)
        activity = np.stack(list(windows))
        tracks = stitch(activity, offsets)
        on = tracks_on(activity, offsets, tracks)
        found = stretches(on)
        spoken = spoken_in(activity, offsets, on, sound.sample_rate, sound.duration_ms)
        network = Embedding(self._embedding, speech_found(spoken) or threads)
        heard, local = listen(sound, found, offsets, tracks, network, hook)
        return Listened(
            starts=starts,
            activity=activity,
            heard=heard,
            local=local,
            samples=sample_vectors(sound, samples, network),
            sample_rate=sound.sample_rate,
            duration_ms=sound.duration_ms,
            spoken=spoken,
        )


def decide(
    of: Listened, speakers: int | None, known: Sequence[Sequence[float]] = ()
) -> Diarization:
    """Return who spoke when; ``known`` are voices that may be there."""
    if not of.heard:
        return Diarization(turns=(), exclusive=(), speakers_told=speakers, spoken=of.spoken)
    people = people_in(of, speakers, known)
    on, main, sure = timeline(of, people)
    turns = _turns([*on.T], sure, of)
    exclusive = _turns([main == person for person in range(len(people))], sure, of)
    names = _by_first_speech(turns)
    return Diarization(
        turns=_renamed(turns, names),
        exclusive=_renamed(exclusive, names),
        speakers_told=speakers,
        count_confidence=people.confidence,
        spoken=of.spoken,
    )


def people_in(of: Listened, speakers: int | None, known: Sequence[Sequence[float]]) -> People:
    """Return the people of a recording in which something was heard."""
    alone = [heard for heard in of.heard if heard.alone]
    voices: Sequence[Voice] = alone or of.heard
    apart = at_once([heard.stretch for heard in of.heard]) if alone else ()
    people = cluster(voices, speakers, before(of.samples, known), apart)
    return parted(people, voices, of.samples, speakers)


def timeline(
    of: Listened, people: People
) -> tuple["NDArray[np.bool_]", "NDArray[np.int64]", "NDArray[np.float32]"]:
    """Return who is on (frames, people), who most (frames,), -1 in silence, and how probably."""
    who = reconstruct.assign(of.local, people)
    on, main = reconstruct.overlap_add(of.activity, of.starts, who, len(people), of.sample_rate)
    return on, main, refine(on, main, of.heard, people, of.sample_rate)


def _turns(
    masks: Sequence["NDArray[np.bool_]"], sure: "NDArray[np.float32]", of: Listened
) -> list[list[Turn]]:
    return [
        reconstruct.turns_of(mask, str(person), of.sample_rate, of.duration_ms, sure)
        for person, mask in enumerate(masks)
    ]


def _by_first_speech(turns: list[list[Turn]]) -> dict[str, str]:
    heard = sorted((own[0].start_ms, own[0].speaker) for own in turns if own)
    return {voice: reconstruct.speaker_label(i) for i, (_, voice) in enumerate(heard)}


def _renamed(turns: list[list[Turn]], names: dict[str, str]) -> tuple[Turn, ...]:
    renamed = [replace(t, speaker=names[t.speaker]) for own in turns for t in own]
    return tuple(sorted(renamed, key=lambda t: (t.start_ms, t.end_ms, t.speaker)))
