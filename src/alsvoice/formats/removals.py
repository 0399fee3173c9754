"""``removals.json``: what a manifest that is rebuilt from the sound must still know.

Utterance ids rest on the hash of the sound as it was imported, which nobody can take again once
something was silenced. When things were taken out is kept; why, and from whom, is not.
"""

from dataclasses import dataclass, replace
from typing import Self

from alsvoice.formats import records
from alsvoice.session import Audio, Manifest, Redaction, Withdrawal

__all__ = ["Removals", "parse", "serialize"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removals:
    """All removals of a session, and the tagged hash of its sound at import.

    ``audio`` is how the sound lies on the session's time, no name of a person or a file in it.
    """

    sha256: str
    audio: Audio | None = None
    redactions: tuple[Redaction, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()

    @classmethod
    def of(cls, manifest: Manifest) -> Self | None:
        """Return what to keep; None where nothing was removed."""
        if not manifest.redactions and not manifest.withdrawals:
            return None
        return cls(
            sha256=manifest.audio.sha256 if manifest.audio else "",
            audio=manifest.audio and _without_names(manifest.audio),
            redactions=tuple(replace(each, reason=None) for each in manifest.redactions),
            withdrawals=manifest.withdrawals,
        )


def _without_names(audio: Audio) -> Audio:
    sources = tuple(replace(source, name=None) for source in audio.sources)
    return replace(audio, sources=sources, losses=(), notes=())


def serialize(removals: Removals) -> bytes:
    """Return the bytes of ``removals.json``."""
    return records.serialize("removals", removals)


def parse(data: bytes, *, where: str = "removals.json") -> Removals:
    """Return what was removed; FormatError where the file is damaged."""
    return records.parse(data, "removals", Removals, where=where)
