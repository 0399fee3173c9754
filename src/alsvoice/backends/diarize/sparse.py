"""The default diariser, ``sparse.v2``: sparse windows on onnxruntime, no torch, no account."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from alsvoice.backends.diarize import reconstruct
from alsvoice.backends.diarize.embedding import Embedding
from alsvoice.backends.diarize.grouping import cluster
from alsvoice.backends.diarize.hearing import listen
from alsvoice.backends.diarize.refine import refine
from alsvoice.backends.diarize.segmentation import Segmentation, window_starts
from alsvoice.backends.diarize.stretches import offsets_of, stitch, stretches, tracks_on
from alsvoice.backends.diarize.voices import Voice, parted, sample_vectors
from alsvoice.backends.protocols import Hook, Sound, no_hook
from alsvoice.intervals import Span
from alsvoice.transcript import Diarization, Turn

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SparseDiarizer"]

_HOP_MS = 2500
"""At 5 s a quarter of the cost is saved, and twice as many short turns go wrong (docs/LOG.md)."""


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
        threads: int = 1,
        hook: Hook = no_hook,
    ) -> Diarization:
        """Return turns; exactly ``speakers`` voices where the number is given and speech allows.

        Voice samples part people whom clustering alone takes for one.
        """
        import numpy as np

        starts = window_starts(sound.duration_ms, _HOP_MS)
        offsets = offsets_of(starts, sound.sample_rate)
        activity = np.stack(
            list(Segmentation(self._segmentation, threads).run(sound, starts, hook))
        )
        tracks = stitch(activity, offsets)
        found = stretches(tracks_on(activity, offsets, tracks))
        network = Embedding(self._embedding, threads)
        heard, local = listen(sound, found, offsets, tracks, network, hook)
        if not heard:
            return Diarization(turns=(), exclusive=(), speakers_told=speakers)
        voices: Sequence[Voice] = [h for h in heard if h.alone] or heard
        vectors = sample_vectors(sound, samples, network)
        people = parted(cluster(voices, speakers), voices, vectors, speakers)
        who = reconstruct.assign(local, people)
        on, main = reconstruct.overlap_add(activity, starts, who, len(people), sound.sample_rate)
        sure = refine(on, main, heard, people, sound.sample_rate)
        alone = [main == person for person in range(len(people))]
        turns = _turns([*on.T], sure, sound)
        exclusive = _turns(alone, sure, sound)
        names = _by_first_speech(turns)
        return Diarization(
            turns=_renamed(turns, names),
            exclusive=_renamed(exclusive, names),
            speakers_told=speakers,
            count_confidence=people.confidence,
        )


def _turns(
    masks: Sequence["NDArray[np.bool_]"], sure: "NDArray[np.float32]", sound: Sound
) -> list[list[Turn]]:
    return [
        reconstruct.turns_of(mask, str(person), sound.sample_rate, sound.duration_ms, sure)
        for person, mask in enumerate(masks)
    ]


def _by_first_speech(turns: list[list[Turn]]) -> dict[str, str]:
    heard = sorted((own[0].start_ms, own[0].speaker) for own in turns if own)
    return {voice: reconstruct.speaker_label(i) for i, (_, voice) in enumerate(heard)}


def _renamed(turns: list[list[Turn]], names: dict[str, str]) -> tuple[Turn, ...]:
    renamed = [replace(t, speaker=names[t.speaker]) for own in turns for t in own]
    return tuple(sorted(renamed, key=lambda t: (t.start_ms, t.end_ms, t.speaker)))
