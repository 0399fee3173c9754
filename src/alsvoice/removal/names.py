"""A person's name: where it is said, and where it is written down around a session."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from alsvoice.noted import ConsentGiven
from alsvoice.removal.plan import Departure
from alsvoice.session import Audio, Manifest, Phase, Recognition, Source

__all__ = ["NamePattern", "is_named", "leave_manifest"]

_SHORTEST_SURNAME = 3
_BLANK = "…"


@dataclass(frozen=True, slots=True)
class NamePattern:
    """Finds names as whole words in any case, their first and last names by themselves, too."""

    names: tuple[str, ...]

    def found_in(self, text: str) -> bool:
        """Whether a text names the person."""
        return any(True for _ in self.spans(text))

    def spans(self, text: str) -> Iterable[tuple[int, int]]:
        """Yield where in a text they are named, as indices of characters."""
        pattern = self._pattern()
        return (match.span() for match in pattern.finditer(text)) if pattern else iter(())

    def blank(self, text: str) -> str:
        """Return the text with three dots in place of the name."""
        pattern = self._pattern()
        return pattern.sub(_BLANK, text) if pattern else text

    def _pattern(self) -> re.Pattern[str] | None:
        forms = {form for name in self.names for form in _forms(name)}
        longest = sorted(forms, key=lambda form: (-len(form), form))
        choice = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in longest)
        return re.compile(rf"(?<!\w)(?:{choice})(?!\w)", re.IGNORECASE) if choice else None


def _forms(name: str) -> Iterable[str]:
    parts = name.split()
    if parts:
        yield " ".join(parts)
        yield parts[0]
    if len(parts) > 1 and len(parts[-1]) >= _SHORTEST_SURNAME:
        yield parts[-1]


def is_named(text: str, names: Sequence[str]) -> bool:
    """Whether a text is one of the names, in any case."""
    return text.strip().casefold() in {name.strip().casefold() for name in names}


def leave_manifest(manifest: Manifest, leaving: Departure) -> Manifest:
    """Return the manifest with the person's name nowhere in it, and their withdrawal recorded."""
    name = NamePattern(leaving.names)
    known = len(manifest.withdrawals) >= leaving.number
    fewer = manifest.speakers if known else max((manifest.speakers or 0) - 1, 1)
    return replace(
        manifest,
        title=name.blank(manifest.title) if manifest.title is not None else None,
        set=name.blank(manifest.set) if manifest.set is not None else None,
        participants=tuple(p for p in manifest.participants if not is_named(p.name, leaving.names)),
        speakers=fewer if manifest.speakers else manifest.speakers,
        phases=tuple(_leave_phase(phase, leaving, name) for phase in manifest.phases),
        audio=_leave_audio(manifest.audio, name) if manifest.audio else None,
        redactions=tuple(
            replace(each, reason=name.blank(each.reason)) if each.reason else each
            for each in manifest.redactions
        ),
        consent_given=_leave_consent(manifest.consent_given, leaving, name),
        marks=tuple(
            replace(mark, text=name.blank(mark.text)) if mark.text else mark
            for mark in manifest.marks
        ),
        voices=tuple(v for v in manifest.voices if not is_named(v.name, leaving.names)),
        attendance=tuple(a for a in manifest.attendance if not is_named(a.name, leaving.names)),
        withdrawals=manifest.withdrawals if known else (*manifest.withdrawals, leaving.withdrawal),
        recognition=_leave_recognition(manifest.recognition, leaving),
    )


def _leave_recognition(found: Recognition | None, leaving: Departure) -> Recognition | None:
    if found is None:
        return None
    kept = (
        each
        for each in found.found
        if not is_named(each.name, leaving.names) and each.speaker not in leaving.voices
    )
    return replace(found, found=tuple(kept))


def _leave_consent(
    given: ConsentGiven | None, leaving: Departure, name: NamePattern
) -> ConsentGiven | None:
    if given is None:
        return None
    return replace(
        given,
        names=tuple(each for each in given.names if not is_named(each, leaving.names)),
        by=name.blank(given.by) if given.by else None,
    )


def _leave_phase(phase: Phase, leaving: Departure, name: NamePattern) -> Phase:
    theirs = phase.presenter is not None and is_named(phase.presenter, leaving.names)
    return replace(
        phase, name=name.blank(phase.name), presenter=None if theirs else phase.presenter
    )


def _leave_audio(audio: Audio, name: NamePattern) -> Audio:
    sources = tuple(_leave_source(source, name) for source in audio.sources)
    other = {
        before.display: after.display
        for before, after in zip(audio.sources, sources, strict=True)
        if before.display != after.display
    }
    return replace(
        audio,
        sources=sources,
        losses=tuple(_leave_sentence(each, other, name) for each in audio.losses),
        notes=tuple(_leave_sentence(each, other, name) for each in audio.notes),
    )


def _leave_sentence(sentence: str, other: Mapping[str, str], name: NamePattern) -> str:
    """Return a sentence that calls files by their other names."""
    for before, after in other.items():
        sentence = sentence.replace(before, after)
    return name.blank(sentence)


def _leave_source(source: Source, name: NamePattern) -> Source:
    # In a file's name an underscore or a digit may stand beside: "ann_2.m4a", "ann2.m4a".
    loose = re.sub(r"[\W\d_]+", " ", source.name or "")
    return replace(source, name=None) if name.found_in(loose) else source
