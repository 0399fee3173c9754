"""``sets/NAME.voices/PERSON.json``: one person's voice, as their set keeps it."""

from alsvoice.formats import records
from alsvoice.voices import VoiceProfile

__all__ = ["parse", "serialize"]


def serialize(value: VoiceProfile) -> bytes:
    """Return the bytes of a voice's file."""
    return records.serialize("voice", value)


def parse(data: bytes, *, where: str) -> VoiceProfile:
    """Return a voice; FormatError where the file is damaged."""
    return records.parse(
        data,
        "voice",
        VoiceProfile,
        where=where,
        try_next="alsvoice voices forget NAME, then alsvoice voices enrol SESSION",
    )
