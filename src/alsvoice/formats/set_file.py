"""``sets/NAME.json``: a set; and the file by which one laptop hands a set to another.

The hand-over holds roster, rotation, actions and counts, and the templates of the set's own making.
Words and voices are in it only where they were asked for: ``words`` are utterances by session,
``voices`` names and FLAC in base64 of who said who they are, ``consents`` on what basis, and
``profiles`` what the set keeps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from alsvoice.formats import records
from alsvoice.session import Consent
from alsvoice.sets import LearningSet
from alsvoice.voices import VoiceProfile

__all__ = ["HandOver", "Said", "parse", "parse_hand_over", "serialize", "serialize_hand_over"]

_TRY = "alsvoice sets export NAME -o FILE, on the laptop it comes from"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An utterance as it is handed over."""

    participant: str | None
    start_s: float
    end_s: float
    text: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """What one laptop hands to another."""

    set: LearningSet
    templates: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)
    voices: Mapping[str, str] = field(default_factory=dict)
    consents: Mapping[str, Consent] = field(default_factory=dict)
    profiles: tuple[VoiceProfile, ...] = ()


def serialize(value: LearningSet) -> bytes:
    """Return the bytes of a set's file."""
    return records.serialize("set", value)


def parse(data: bytes, *, where: str) -> LearningSet:
    """Return a set; FormatError where the file is damaged."""
    return records.parse(
        data, "set", LearningSet, where=where, try_next="a backup, or alsvoice sets new NAME"
    )


def serialize_hand_over(value: HandOver) -> bytes:
    """Return the bytes of a hand-over."""
    return records.serialize("set-hand-over", value)


def parse_hand_over(data: bytes, *, where: str) -> HandOver:
    """Return a hand-over; FormatError where it is none, or damaged."""
    return records.parse(data, "set-hand-over", HandOver, where=where, try_next=_TRY)
