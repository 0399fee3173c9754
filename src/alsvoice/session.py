"""The session: who was there, when, which phases, and how each stage was computed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self

from alsvoice.intervals import Span
from alsvoice.labels import Coding
from alsvoice.noted import Attendance, ConsentGiven, Gap, Mark, VoiceSample
from alsvoice.transcript import Turn, Utterance

__all__ = [
    "SCHEMA",
    "ActionState",
    "Audio",
    "CodedUtterance",
    "Consent",
    "Conversation",
    "FollowUp",
    "Layout",
    "Manifest",
    "Participant",
    "Person",
    "Phase",
    "Recognised",
    "Recognition",
    "Redaction",
    "Role",
    "Source",
    "StageRecord",
    "Track",
    "Withdrawal",
]

SCHEMA = 2


class Role(StrEnum):
    """What a participant does in the set today."""

    FACILITATOR = "facilitator"
    PRESENTER = "presenter"
    MEMBER = "member"
    OBSERVER = "observer"


class Consent(StrEnum):
    """On what basis the group is recorded."""

    VERBAL = "verbal"
    WRITTEN = "written"
    NONE = "none"

    @property
    def is_given(self) -> bool:
        """Whether the group agreed to be recorded."""
        return self is not Consent.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A named person; the id is stable within the session."""

    id: str
    name: str
    role: Role = Role.MEMBER

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a participant has no name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A part of the meeting; ``presenter`` is a person's name where a round has its own."""

    name: str
    start_ms: int
    end_ms: int
    planned_ms: int | None = None
    round: int | None = None
    presenter: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start_ms <= self.end_ms:
            raise ValueError(f"phase {self.name!r} runs from {self.start_ms} to {self.end_ms} ms")

    @property
    def span(self) -> Span:
        """Start and end."""
        return (self.start_ms, self.end_ms)


class Layout(StrEnum):
    """How the people lie on the sound that was given."""

    MIXED = "mixed"  # everybody on all of it; several files are consecutive parts
    TRACKS = "tracks"  # a file a person
    CHANNELS = "channels"  # a channel a person


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file as it was given, kept in the session; ``name`` is its own name, for sentences alone.

    ``start_ms`` is where on the session's time its first sample stands. ``sha256`` is a tagged
    hash, None in sessions from before it was kept; ``duration_ms`` is None until it was decoded.
    """

    file: str
    name: str | None = None
    sha256: str | None = None
    start_ms: int = 0
    duration_ms: int | None = None

    @property
    def display(self) -> str:
        """What to call it in a sentence: its own name on one line, else the file's."""
        return "".join(c if c.isprintable() else "?" for c in self.name or self.file)[-80:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One person's own sound: 16 kHz mono on the session's time, and whose voice it is.

    ``participant`` is a participant's id, ``voice`` the anonymous label; ``source`` the file it was
    made of, ``channel`` which of its channels (from 0), None for all. ``offset_ms`` is where on the
    others' time it starts as its owner told, None where that is to be found; ``offset_sure`` says
    whether it was (True), could not be (False) or was never in question.
    """

    file: str
    participant: str
    voice: str
    source: str
    channel: int | None = None
    offset_ms: int | None = None
    offset_sure: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audio:
    """The imported sound.

    ``sha256`` is the tagged hash of the source file or files at import: utterance ids rest on it.
    ``lost_ms`` is what a damaged source did not give; ``losses`` say so in sentences, ``notes`` say
    how recordings were put on one time. ``tracks`` are there where each person has sound of their
    own; ``file`` is the mix in every layout.
    """

    file: str
    sources: tuple[Source, ...]
    sha256: str
    duration_ms: int
    lost_ms: int = 0
    losses: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    layout: Layout = Layout.MIXED
    tracks: tuple[Track, ...] = ()

    @property
    def is_apart(self) -> bool:
        """Whether each person has sound of their own."""
        return self.layout is not Layout.MIXED


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """A passage taken out for good: when on the session's time, when it was done, and why."""

    start_ms: int
    end_ms: int
    time: str
    reason: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start_ms < self.end_ms:
            raise ValueError(f"a redaction runs from {self.start_ms} to {self.end_ms} ms")

    @property
    def span(self) -> Span:
        """Start and end."""
        return (self.start_ms, self.end_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """One person taken out; ``spans`` is when they spoke, so that the others' timing stays.

    ``listening`` is the part of it in which they took no floor, ``silenced`` where they spoke alone
    and the sound is gone: a new run finds nothing there, whatever it imagines.
    """

    time: str
    spans: tuple[Span, ...]
    listening: tuple[Span, ...] = ()
    silenced: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """Whose voice it is, by its sound alone: ``likeness`` is a cosine.

    ``source`` is ``profile`` (kept by the set) or ``sample`` (they said their name in it).
    """

    speaker: str
    name: str
    likeness: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """Who was known by their voice; ``against`` is a tagged hash of what they were held against."""

    against: str
    found: tuple[Recognised, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRecord:
    """How a stage's file came to be; its presence in the manifest means the stage finished."""

    params: Mapping[str, Any]
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    tool: str
    version: str
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """``session.json``: everything known of a session but the words.

    ``marks``, ``gaps``, ``voices`` and ``attendance`` are those of a recording made here;
    ``roll_call`` is a passage in which everybody says their name, in the order of the participants;
    ``timed_ms`` is the length of a session of which only time was kept. ``recognition`` is of the
    voices that the diarisation told apart, and goes with it.
    """

    schema: int = SCHEMA
    id: str
    title: str | None = None
    created: str
    consent: Consent | None = None
    set: str | None = None
    template: str | None = None
    participants: tuple[Participant, ...] = ()
    speakers: int | None = None
    phases: tuple[Phase, ...] = ()
    audio: Audio | None = None
    stages: Mapping[str, StageRecord] = field(default_factory=dict)
    redactions: tuple[Redaction, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    consent_given: ConsentGiven | None = None
    marks: tuple[Mark, ...] = ()
    gaps: tuple[Gap, ...] = ()
    voices: tuple[VoiceSample, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    roll_call: tuple[int, int] | None = None
    timed_ms: int | None = None
    recognition: Recognition | None = None

    @property
    def duration_ms(self) -> int:
        """How long it was, 0 as long as nobody knows."""
        return self.audio.duration_ms if self.audio else self.timed_ms or 0

    @property
    def is_timed_only(self) -> bool:
        """Whether nothing was recorded but time: there was no consent to sound."""
        return self.audio is None and self.timed_ms is not None

    @property
    def has_removals(self) -> bool:
        """Whether a passage or a person was taken out: times are then what they were before."""
        return bool(self.redactions or self.withdrawals)

    @property
    def speakers_told(self) -> int | None:
        """The number of people that was given, by itself or as a list of participants."""
        return self.speakers or len(self.participants) or None

    def with_stage(self, name: str, record: StageRecord) -> Self:
        """Return a manifest in which the stage is finished."""
        return replace(self, stages={**self.stages, name: record})


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A voice or several that are one human being; name and role are None until known.

    ``guessed`` says that the name was put there by reasoning and no person has confirmed it;
    ``likeness`` how well the voice fits the one that is known, where the name rests on that alone.
    """

    id: str
    speakers: tuple[str, ...]
    name: str | None = None
    role: Role | None = None
    guessed: bool = False
    likeness: float | None = None

    @property
    def display(self) -> str:
        """The name, or the anonymous label where there is none."""
        return self.name or (self.speakers[0] if self.speakers else self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedUtterance:
    """An utterance, its coding, and the id of the person who said it."""

    utterance: Utterance
    coding: Coding
    person: str


class ActionState(StrEnum):
    """What became of an action."""

    OPEN = "open"
    DONE = "done"
    CARRIED = "carried"  # still to be done, at a later time


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What became of the action that an utterance says; ``until`` is the day it was carried to."""

    utterance: str
    state: ActionState
    until: date | None = None

    @property
    def text(self) -> str:
        """Return ``open``, ``done``, ``carried`` or ``carried:2026-12-01``."""
        return f"{self.state}:{self.until.isoformat()}" if self.until else self.state.value

    @classmethod
    def of(cls, utterance: str, text: str) -> Self:
        """Return what ``text`` says; ValueError where it is none of its four forms."""
        state, colon, day = text.partition(":")
        if colon and (state != ActionState.CARRIED or len(day) != len("2026-12-01")):
            raise ValueError(f"{text[:40]!r} is no state of an action")
        until = date.fromisoformat(day) if colon else None
        return cls(utterance=utterance, state=ActionState(state), until=until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A session as people see it, every correction applied: the one input of every measure.

    The ``speaker`` of ``turns`` is the id of a person, or the label of one who withdrew and is in
    no other part; utterances stand in order of time. ``gaps`` are passages that were taken out or
    never recorded. ``follow_ups`` say what became of actions that somebody followed up.
    """

    duration_ms: int
    people: tuple[Person, ...]
    turns: tuple[Turn, ...]
    utterances: tuple[CodedUtterance, ...]
    phases: tuple[Phase, ...] = ()
    gaps: tuple[Span, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()

    def person(self, person_id: str) -> Person:
        """Return a person by id; KeyError where there is none."""
        for person in self.people:
            if person.id == person_id:
                return person
        raise KeyError(person_id)

    def phase_at(self, time_ms: int) -> Phase | None:
        """Return the phase that is on at a time."""
        for phase in self.phases:
            if phase.start_ms <= time_ms < phase.end_ms:
                return phase
        return None
