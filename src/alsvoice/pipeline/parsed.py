"""Stage files as values, parsed once as long as their bytes stay the same.

A session under review is read again after every correction, and only its corrections have changed.
"""

from functools import lru_cache

from alsvoice.formats import stage_files
from alsvoice.transcript import Diarization, Transcript, Utterance

__all__ = ["KEPT", "diarization", "labels", "utterances", "words"]


@lru_cache(maxsize=2)
def diarization(data: bytes) -> Diarization:
    """Return who spoke when."""
    return stage_files.parse_diarization(data)


@lru_cache(maxsize=2)
def words(data: bytes) -> Transcript:
    """Return the words."""
    return stage_files.parse_words(data)


@lru_cache(maxsize=2)
def utterances(data: bytes) -> tuple[Utterance, ...]:
    """Return the utterances."""
    return stage_files.parse_utterances(data)


@lru_cache(maxsize=2)
def labels(data: bytes) -> stage_files.Labels:
    """Return the codings with what their classifier gets wrong."""
    return stage_files.parse_labels(data)


KEPT = (diarization, words, utterances, labels)
"""All that is kept here, to be cleared."""
