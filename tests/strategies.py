"""Conversations for tests: written by hand in a line each, or drawn by hypothesis."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import strategies as st

from alsvoice.intervals import to_ms
from alsvoice.labels import LABELS, Coding, Flag, Label, Origin
from alsvoice.session import CodedUtterance, Conversation, Person, Phase, Role
from alsvoice.transcript import Turn, Utterance, Word

__all__ = [
    "coded_utterances",
    "coding_of",
    "conversations",
    "phase",
    "said",
    "scene",
    "spread",
    "turns",
    "utterances",
    "words",
]

NAMES = ("Ann", "Ben", "Cat", "Dan", "Eve")


# By hand. Times are seconds here, so that a test reads like a stopwatch.


def spread(texts: Sequence[str], start_ms: int, end_ms: int) -> tuple[Word, ...]:
    """Return words of equal length that fill a span."""
    times = [start_ms + (end_ms - start_ms) * n // len(texts) for n in range(len(texts) + 1)]
    return tuple(
        Word(text=text, start_ms=times[n], end_ms=times[n + 1]) for n, text in enumerate(texts)
    )


def coding_of(
    utterance_id: str,
    label: Label | str = Label.OTHER,
    *flags: Flag | str,
    source: Origin = Origin.MODEL,
    confidence: float = 1.0,
) -> Coding:
    """Return a coding that is as sure as told."""
    label = Label(label)
    rest = (1 - confidence) / 3
    chances = [confidence if each is label else rest for each in LABELS]
    return Coding(
        utterance_id=utterance_id,
        label=label,
        probabilities=(chances[0], chances[1], chances[2], chances[3]),
        flags=tuple(Flag(flag) for flag in flags),
        source=source,
    )


def said(
    person: str,
    start: float,
    end: float,
    text: str,
    label: Label | str = Label.OTHER,
    *flags: Flag | str,
    source: Origin = Origin.MODEL,
    confidence: float = 1.0,
) -> CodedUtterance:
    """Return what a person said; its id is ``person@start``."""
    id_ = f"{person}@{start:g}"
    return CodedUtterance(
        utterance=Utterance(
            id=id_,
            speaker=f"V-{person}",
            words=spread(text.split(), to_ms(start), to_ms(end)),
        ),
        coding=coding_of(id_, label, *flags, source=source, confidence=confidence),
        person=person,
    )


def phase(
    name: str,
    start: float,
    end: float,
    *,
    planned: float | None = None,
    round: int | None = None,  # noqa: A002 - the value's own word
    presenter: str | None = None,
) -> Phase:
    """Return a phase."""
    return Phase(
        name=name,
        start_ms=to_ms(start),
        end_ms=to_ms(end),
        planned_ms=None if planned is None else to_ms(planned),
        round=round,
        presenter=presenter,
    )


def scene(
    *utterances: CodedUtterance,
    roles: dict[str, str | None] | None = None,
    turns: Sequence[tuple[str, float, float]] | None = None,
    phases: Sequence[Phase] = (),
    duration: float | None = None,
) -> Conversation:
    """Return a conversation; turns are those of the utterances unless given.

    ``roles`` name everybody; without them those who speak are members in order of speaking.
    """
    spoken = [
        Turn(speaker=c.person, start_ms=c.utterance.start_ms, end_ms=c.utterance.end_ms)
        for c in utterances
    ]
    if turns is not None:
        spoken = [Turn(speaker=p, start_ms=to_ms(a), end_ms=to_ms(b)) for p, a, b in turns]
    who = roles or dict.fromkeys([t.speaker for t in spoken], "member")
    last = max([t.end_ms for t in spoken] + [p.end_ms for p in phases], default=0)
    return Conversation(
        duration_ms=last if duration is None else to_ms(duration),
        people=tuple(
            Person(id=name, speakers=(f"V-{name}",), name=name, role=Role(role) if role else None)
            for name, role in who.items()
        ),
        turns=tuple(spoken),
        utterances=tuple(sorted(utterances, key=lambda c: c.utterance.start_ms)),
        phases=tuple(phases),
    )


# Drawn.


@st.composite
def words(draw: st.DrawFn, start_ms: int = 0, most: int = 7) -> tuple[Word, ...]:
    """Words of one utterance, in order, with pauses between some of them."""
    out: list[Word] = []
    at = start_ms
    for _ in range(draw(st.integers(1, most))):
        at += draw(st.sampled_from([0, 0, 0, 40, 300, 900]))
        length = draw(st.integers(40, 700))
        out.append(Word(text=draw(_TEXTS), start_ms=at, end_ms=at + length))
        at += length
    return tuple(out)


_TEXTS = st.sampled_from(["what", "you", "should", "mm.", "Friday,", "the", "huddle?", "I'll"])
_FLAGS = st.lists(st.sampled_from(list(Flag)), max_size=2, unique=True).map(tuple)


@st.composite
def utterances(draw: st.DrawFn, start_ms: int = 0, speaker: str = "SPEAKER_00") -> Utterance:
    """One utterance; its id tells when it starts and who says it."""
    return Utterance(id=f"u{start_ms}-{speaker}", speaker=speaker, words=draw(words(start_ms)))


@st.composite
def coded_utterances(draw: st.DrawFn, start_ms: int = 0, person: str = "p0") -> CodedUtterance:
    """One utterance with a coding of any source and any sureness."""
    utterance = draw(utterances(start_ms, f"V-{person}"))
    coding = coding_of(
        utterance.id,
        draw(st.sampled_from(LABELS)),
        *draw(_FLAGS),
        source=draw(st.sampled_from(list(Origin))),
        confidence=draw(st.sampled_from([0.4, 0.7, 0.97])),
    )
    return CodedUtterance(utterance=utterance, coding=coding, person=person)


@st.composite
def turns(draw: st.DrawFn, speakers: Sequence[str] = ("p0", "p1", "p2")) -> tuple[Turn, ...]:
    """Turns of several people, in order of start; those of different people may overlap."""
    free = dict.fromkeys(speakers, 0)
    at, out = 0, []
    for _ in range(draw(st.integers(0, 12))):
        speaker = draw(st.sampled_from(list(speakers)))
        at = max(at + draw(st.integers(0, 3000)), free[speaker])
        end = at + draw(st.integers(100, 6000))
        free[speaker] = end + 1
        out.append(Turn(speaker=speaker, start_ms=at, end_ms=end))
    return tuple(out)


@st.composite
def conversations(draw: st.DrawFn) -> Conversation:
    """A meeting of two to five people; its phases, where it has any, cover all of it."""
    people = _people(draw)
    coded: list[CodedUtterance] = []
    free = {person.id: 0 for person in people}
    at = 0
    for _ in range(draw(st.integers(0, 9))):
        person = draw(st.sampled_from(people)).id
        at = max(at + draw(st.integers(-800, 4000)), free[person], 0)
        coded.append(draw(coded_utterances(at, person)))
        at = coded[-1].utterance.end_ms
        free[person] = at + 1
    coded.sort(key=lambda c: (c.utterance.start_ms, c.person))
    duration = max([c.utterance.end_ms for c in coded], default=0) + draw(st.integers(0, 5000))
    return Conversation(
        duration_ms=duration,
        people=people,
        turns=tuple(
            Turn(speaker=c.person, start_ms=c.utterance.start_ms, end_ms=c.utterance.end_ms)
            for c in coded
        ),
        utterances=tuple(coded),
        phases=_phases(draw, duration, people),
    )


def _people(draw: st.DrawFn) -> tuple[Person, ...]:
    roles = draw(st.lists(st.sampled_from([*Role, None]), min_size=2, max_size=5))
    return tuple(
        Person(
            id=f"p{n}",
            speakers=(f"V-p{n}",),
            name=NAMES[n] if draw(st.booleans()) else None,
            role=role,
        )
        for n, role in enumerate(roles)
    )


def _phases(draw: st.DrawFn, duration_ms: int, people: Sequence[Person]) -> tuple[Phase, ...]:
    cuts = draw(st.lists(st.integers(0, duration_ms), max_size=3, unique=True))
    edges = sorted({0, *cuts, duration_ms}) if cuts else []
    presenters = st.sampled_from([None, *(p.name for p in people if p.name)])
    return tuple(
        Phase(
            name=draw(st.sampled_from(["presenting", "clarifying", "exploring", "resources"])),
            start_ms=start,
            end_ms=end,
            planned_ms=draw(st.none() | st.integers(0, 600_000)),
            presenter=draw(presenters),
        )
        for start, end in pairwise(edges)
    )
