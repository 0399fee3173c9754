"""``sets/NAME.json``: a set; and the file by which one laptop hands a set to another.

The hand-over holds roster, rotation, actions and counts, and the templates of the set's own making.
Words and voices are in it only where they were asked for: ``words`` are utterances by session,
``voices`` names and FLAC in base64 of who said who they are, ``consents`` on what basis, and
``profiles`` what the set keeps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from alsvoice.errors import FormatError
from alsvoice.formats import records, set_checks
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
    try_next = "a backup, or alsvoice sets new NAME"
    found = records.parse(data, "set", LearningSet, where=where, try_next=try_next)
    _refuse(set_checks.fault(found), where, try_next)
    return found


def _refuse(fault: str | None, where: str, try_next: str) -> None:
    if fault is not None:
        raise FormatError(fault, where=where, try_next=try_next)


def serialize_hand_over(value: HandOver) -> bytes:
    """Return the bytes of a hand-over."""
    return records.serialize("set-hand-over", value)


def parse_hand_over(data: bytes, *, where: str) -> HandOver:
    """Return a hand-over; FormatError where it is none, or damaged."""
    found = records.parse(data, "set-hand-over", HandOver, where=where, try_next=_TRY)
    _refuse(set_checks.fault(found.set), where, _TRY)
    for name in (*found.voices, *found.consents, *(p.name for p in found.profiles)):
        _refuse(set_checks.name_fault(name, "the name of a voice"), where, _TRY)
    for session in found.words:
        _refuse(set_checks.session_fault(session), where, _TRY)
    return found
