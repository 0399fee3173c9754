"""The whole transcript as shown: phase by phase, each utterance with its label and its sound."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from alsvoice.formats.fields import clock
from alsvoice.intervals import to_ms
from alsvoice.report.lines import Act, Line, rows
from alsvoice.report.quotes import Chip, flag_chips, kind_of, link_to, unsure_chip
from alsvoice.report.tables import Link
from alsvoice.report.wording import KINDS, phase_title

__all__ = ["Section", "Shown", "sections"]

_SOUNDS = ((b"OggS", "audio/ogg"), (b"fLaC", "audio/flac"), (b"RIFF", "audio/wav"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An utterance in the transcript; ``first`` where the speaker is not the one before.

    ``parts`` are its text in order, each with whether the recogniser was unsure of it.
    """

    id: str
    link: Link
    person: str
    first: bool
    text: str
    parts: tuple[tuple[str, bool], ...]
    chips: tuple[Chip, ...]
    kinds: str
    sound: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A phase of the transcript, or all of it where no phases are known."""

    id: str
    title: str
    times: str
    phase: str
    lines: tuple[Shown, ...]


def sections(
    document: Mapping[str, Any],
    said: Sequence[Line],
    counted: Sequence[Act],
    audio: Mapping[str, bytes],
) -> tuple[Section, ...]:
    """Return the transcript cut at the phases; what lies in none stands in its place in time."""
    # A question can be stacked by its neighbour: who looks for stacked ones must find both.
    by_act = {line.id: act.flags for act in counted for line in act.lines}
    phases = [
        (phase_title(row["name"]), to_ms(row["start_s"]), to_ms(row["end_s"]))
        for row in rows(document, "phases")
    ]
    cuts: list[tuple[int | None, list[Line]]] = []
    for line in said:
        middle = sum(line.span) // 2
        at = next((n for n, p in enumerate(phases) if p[1] <= middle < p[2]), None)
        if not cuts or cuts[-1][0] != at:
            cuts.append((at, []))
        cuts[-1][1].append(line)
    whole = "Everything that was said" if not phases else "Between phases"
    return tuple(
        _section(
            (number, at),
            whole if at is None else f"{at + 1}. {phases[at][0]}",
            own,
            by_act,
            audio,
        )
        for number, (at, own) in enumerate(cuts, 1)
    )


def _section(
    place: tuple[int, int | None],
    title: str,
    own: Sequence[Line],
    by_act: Mapping[str, tuple[str, ...]],
    audio: Mapping[str, bytes],
) -> Section:
    speakers = [None, *(line.person or line.who for line in own)]
    return Section(
        id=f"part-{place[0]}",
        title=title,
        times=f"{clock(own[0].span[0])} to {clock(max(line.span[1] for line in own))}",
        phase="" if place[1] is None else str(place[1] + 1),
        lines=tuple(
            _shown(line, by_act.get(line.id, ()), audio, first=(line.person or line.who) != before)
            for line, before in zip(own, speakers, strict=False)
        ),
    )


def _shown(
    line: Line, act_flags: Sequence[str], audio: Mapping[str, bytes], *, first: bool
) -> Shown:
    label = KINDS.get(line.label, KINDS["other"])
    chips: list[Chip] = []
    if line.label != "other":
        chips.append(Chip(kind=kind_of(line.label, line.flags), text=label.one.capitalize()))
    chips += flag_chips(line.flags)
    if line.unsure:
        chips.append(unsure_chip(line.confidence))
    if line.source == "person":
        chips.append(Chip(kind="person", text="set by a person"))
    unsure = ["unsure"] if line.unsure else []
    asked = ["question"] if line.label in {"open_question", "closed_question"} else []
    kinds = dict.fromkeys([label.shape, *asked, *line.flags, *act_flags, *unsure])
    return Shown(
        id=line.id,
        link=link_to(line),
        person=line.person,
        first=first,
        text=line.text,
        parts=_parts(line),
        chips=tuple(chips),
        kinds=" ".join(kinds),
        sound=_sound(audio[line.id]) if line.id in audio else "",
    )


def _parts(line: Line) -> tuple[tuple[str, bool], ...]:
    unsure = set(line.doubtful)
    if not unsure:
        return ((line.text, False),)
    words = enumerate(line.text.split(" "))
    runs = groupby(words, key=lambda pair: pair[0] in unsure)
    return tuple((" ".join(word for _, word in run), doubted) for doubted, run in runs)


def _sound(data: bytes) -> str:
    """Return a clip as an address that holds the clip itself."""
    kind = next((kind for magic, kind in _SOUNDS if data.startswith(magic)), "audio/mpeg")
    return f"data:{kind};base64,{b64encode(data).decode()}"
