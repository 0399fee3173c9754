"""The stage files of a session, each one value in an envelope (see ``records``).

``diarization.json``, ``words.json``, ``utterances.json``, ``labels.json``.
"""

from dataclasses import dataclass

from alsvoice.formats import records
from alsvoice.labels import ClassifierCard, Coding
from alsvoice.transcript import Diarization, Transcript, Utterance

__all__ = [
    "Labels",
    "parse_diarization",
    "parse_labels",
    "parse_utterances",
    "parse_words",
    "serialize_diarization",
    "serialize_labels",
    "serialize_utterances",
    "serialize_words",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Codings and the card of the classifier that made them."""

    card: ClassifierCard
    codings: tuple[Coding, ...]


def _again(stage: str) -> str:
    return f"alsvoice process SESSION --from {stage}"


def serialize_diarization(value: Diarization) -> bytes:
    """Return the bytes of ``diarization.json``."""
    return records.serialize("diarization", value)


def parse_diarization(data: bytes, *, where: str = "diarization.json") -> Diarization:
    """Return who spoke when."""
    return records.parse(data, "diarization", Diarization, where=where, try_next=_again("diarize"))


def serialize_words(value: Transcript) -> bytes:
    """Return the bytes of ``words.json``."""
    return records.serialize("words", value)


def parse_words(data: bytes, *, where: str = "words.json") -> Transcript:
    """Return what was said."""
    return records.parse(data, "words", Transcript, where=where, try_next=_again("transcribe"))


def serialize_utterances(value: tuple[Utterance, ...]) -> bytes:
    """Return the bytes of ``utterances.json``."""
    return records.serialize("utterances", value)


def parse_utterances(data: bytes, *, where: str = "utterances.json") -> tuple[Utterance, ...]:
    """Return who said what."""
    return records.parse(
        data, "utterances", tuple[Utterance, ...], where=where, try_next=_again("align")
    )


def serialize_labels(value: Labels) -> bytes:
    """Return the bytes of ``labels.json``."""
    return records.serialize("labels", value)


def parse_labels(data: bytes, *, where: str = "labels.json") -> Labels:
    """Return the codings."""
    return records.parse(data, "labels", Labels, where=where, try_next=_again("classify"))
