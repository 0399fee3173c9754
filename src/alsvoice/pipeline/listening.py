"""What voices of a session sound like: its clean passages, heard by the embedding network."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from alsvoice.audio.mix import open_mix
from alsvoice.backends import weights
from alsvoice.backends.diarize.prints import VoicePrints
from alsvoice.backends.protocols import Sound
from alsvoice.config import Config
from alsvoice.intervals import Span
from alsvoice.recognition import Heard, clean_passages
from alsvoice.store import SessionFolder
from alsvoice.store.folder import MIX

if TYPE_CHECKING:
    from alsvoice.voices import Vector

__all__ = ["Listener", "network_model", "opened"]

_LEAST_MS, _LEAST_AT_ALL_MS, _MOST = 1500, 800, 6


def network_model(config: Config) -> Path:
    """Return the file of the embedding network; ModelMissingError where it is not there."""
    found = weights.find("3dspeaker-campplus", config, weights.load_manifest())
    return found.path("model.onnx")


class Listener:
    """Hears passages of one sound."""

    def __init__(self, sound: Sound, prints: VoicePrints) -> None:
        self._sound, self._prints = sound, prints

    @property
    def network(self) -> str:
        """The tagged hash of the network."""
        return self._prints.network

    def heard(self, speaker: str, spans: Sequence[Span]) -> Heard:
        """Return the vectors of passages; those too short for the network are left out."""
        vectors: list[Vector] = []
        lengths: list[float] = []
        for (start, end), vector in zip(spans, self._prints.of(self._sound, spans), strict=True):
            if vector is not None:
                vectors.append(tuple(map(float, vector.tolist())))
                lengths.append((end - start) / 1000)
        return Heard(speaker=speaker, vectors=tuple(vectors), seconds=tuple(lengths))

    def voices(self, spans_of: Mapping[str, Sequence[Span]]) -> Iterator[Heard]:
        """Yield each voice by its longest passages in which nobody else speaks."""
        for speaker, own in spans_of.items():
            others = [s for other, spans in spans_of.items() if other != speaker for s in spans]
            spans = clean_passages(own, others, least_ms=_LEAST_MS, most=_MOST)
            if not spans:
                spans = clean_passages(own, others, least_ms=_LEAST_AT_ALL_MS, most=_MOST)
            yield self.heard(speaker, spans)


@contextmanager
def opened(session: SessionFolder, config: Config, threads: int) -> Iterator[Listener]:
    """Give what hears a session's mix."""
    prints = VoicePrints(network_model(config), threads)
    with session.reading(MIX) as file, open_mix(file) as sound:
        yield Listener(sound, prints)
