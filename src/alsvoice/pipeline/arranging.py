"""How the people lie on the sound: what ``--track``, ``--channels`` and ``--offset`` say."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from alsvoice.errors import UsageError
from alsvoice.intervals import to_ms
from alsvoice.pipeline.people import parse_person
from alsvoice.session import Audio, Layout, Participant, Role, Track

__all__ = ["Arrangement", "by_channels", "by_tracks", "laid_out"]

_LONGEST_OFFSET_S = 86_400
_TRY_TRACK = '--track "Ann=ann.m4a" --track "Ben:presenter=ben.wav"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Files, and whose voice each file or channel holds.

    ``owners`` are participants' ids in the order of files or channels, empty where everybody is on
    all of it; ``offsets_ms`` says where an owner's file starts, for those that were told.
    """

    files: tuple[Path, ...]
    layout: Layout = Layout.MIXED
    owners: tuple[str, ...] = ()
    offsets_ms: Mapping[str, int] = field(default_factory=dict)


def by_tracks(
    tracks: Sequence[str], offsets: Sequence[str], people: Sequence[Participant]
) -> tuple[Arrangement, tuple[Participant, ...]]:
    """Return the arrangement of ``NAME[:ROLE]=FILE`` texts, and the people with owners added."""
    known = list(people)
    owners: list[str] = []
    files: list[Path] = []
    for text in tracks:
        name, equals, file = text.partition("=")
        if not equals or not name.strip() or not file.strip():
            raise UsageError(f"{text[:80]!r} is no NAME=FILE.", try_next=_TRY_TRACK)
        owners.append(_owner(name.strip(), known))
        try:
            files.append(Path(file.strip()).expanduser())
        except RuntimeError as problem:  # ~ of somebody who has no home here
            raise UsageError(f"{text[:80]!r} is no NAME=FILE.", try_next=_TRY_TRACK) from problem
    _differ(owners, known)
    if len(set(files)) < len(files):
        raise UsageError(
            "One file is given for two people.",
            try_next='a file each, or --channels "Ann,Ben" for one file with a channel each',
        )
    arranged = Arrangement(
        files=tuple(files),
        layout=Layout.TRACKS,
        owners=tuple(owners),
        offsets_ms=_offsets(offsets, owners, known),
    )
    return arranged, tuple(known)


def by_channels(
    names: str, files: Sequence[Path], people: Sequence[Participant]
) -> tuple[Arrangement, tuple[Participant, ...]]:
    """Return the arrangement of one file with a person a channel, and the people with them."""
    if len(files) != 1:
        raise UsageError(
            "--channels is for one file.", try_next='alsvoice import call.wav --channels "Ann,Ben"'
        )
    known = list(people)
    owners = [_owner(name.strip(), known) for name in names.split(",")]
    _differ(owners, known)
    arranged = Arrangement(files=tuple(files), layout=Layout.CHANNELS, owners=tuple(owners))
    return arranged, tuple(known)


def _owner(text: str, known: list[Participant]) -> str:
    """Return the id of who is meant; a new person joins, a role given here holds."""
    person = parse_person(text, id_=f"P{len(known) + 1}")
    for index, other in enumerate(known):
        if other.name.casefold() == person.name.casefold():
            if ":" in text:
                known[index] = replace(other, role=Role(person.role))
            return other.id
    known.append(person)
    return person.id


def _differ(owners: Sequence[str], known: Sequence[Participant]) -> None:
    for person in known:
        if owners.count(person.id) > 1:
            raise UsageError(
                f"{person.name[:80]!r} is given twice.",
                try_next="tell them apart, as in Ann B, Ann K",
            )


def _offsets(
    texts: Sequence[str], owners: Sequence[str], known: Sequence[Participant]
) -> dict[str, int]:
    ids = {person.name.casefold(): person.id for person in known if person.id in owners}
    found: dict[str, int] = {}
    for text in texts:
        name, _, value = (part.strip() for part in text.rpartition("="))
        try:
            offset_s = float(value)
        except ValueError:
            offset_s = math.inf
        if not abs(offset_s) <= _LONGEST_OFFSET_S:
            raise UsageError(
                f"{text[:80]!r} is no NAME=SECONDS.", try_next='--offset "Ann=2.5", in seconds'
            )
        if name.casefold() not in ids or ids[name.casefold()] in found:
            often = "twice" if name.casefold() in ids else "for nobody who has a track"
            raise UsageError(
                f"An offset is given {often}: {text[:80]!r}.",
                try_next='--offset "Ann=2.5" beside --track "Ann=ann.m4a"',
            )
        found[ids[name.casefold()]] = to_ms(offset_s)
    return found


def laid_out(audio: Audio, arranged: Arrangement) -> Audio:
    """Return the audio with a track for each owner; voices are numbered in the order given."""
    channels = arranged.layout is Layout.CHANNELS
    return replace(
        audio,
        layout=arranged.layout,
        tracks=tuple(
            Track(
                file=f"audio/tracks/{index + 1:02d}.flac",
                participant=owner,
                voice=f"SPEAKER_{index:02d}",
                source=audio.sources[0 if channels else index].file,
                channel=index if channels else None,
                offset_ms=arranged.offsets_ms.get(owner),
            )
            for index, owner in enumerate(arranged.owners)
        ),
    )
