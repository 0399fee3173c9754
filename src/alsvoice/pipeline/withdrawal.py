"""One person is taken out of a session for good; the others stay, and so does their timing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alsvoice.errors import LibraryError, NotFoundError
from alsvoice.intervals import Span, clip, intersect, subtract, union
from alsvoice.measures.floor import floor_turns
from alsvoice.pipeline import removing
from alsvoice.pipeline.condition import REPORT
from alsvoice.pipeline.run import fresh_stages, is_processed
from alsvoice.pipeline.sight import Sight, read
from alsvoice.pipeline.sounds import silent_source, sound_steps
from alsvoice.removal.corrections import leave_edits
from alsvoice.removal.inseparable import named_in, spoken_over, words_in_their_time
from alsvoice.removal.names import NamePattern, is_named
from alsvoice.removal.plan import Departure, Inseparable, Plan, SoundStep
from alsvoice.session import Audio, Manifest, Person, Withdrawal
from alsvoice.store import SessionFolder
from alsvoice.store.folder import MIX

__all__ = ["Leaver", "find_leaver", "is_meant", "withdraw"]

_EDGE_MS = 200
"""The ends of a turn are not known more exactly: so far into silence their sound goes, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaver:
    """Who is meant; ``person`` is None where no voice is known to be theirs."""

    names: tuple[str, ...]
    voices: tuple[str, ...]
    person: Person | None
    track: str | None

    @property
    def guessed(self) -> bool:
        """Whether nobody has confirmed yet that the voice is theirs."""
        person = self.person
        return person is not None and (person.guessed or person.likeness is not None)


def find_leaver(session: SessionFolder, key: str) -> Leaver:
    """Return who goes by a name or a voice's label; NotFoundError where nobody does.

    LibraryError where nobody knows yet who spoke when: who has a track of their own may still be
    heard in the others'.
    """
    manifest = session.manifest()
    return _find_leaver(session, manifest, _sight(session, manifest), key)


def _sight(session: SessionFolder, manifest: Manifest) -> Sight:
    if not is_processed(session, manifest):
        raise LibraryError(
            f"Session {session.id} has not been processed to the end: nobody knows yet who "
            "spoke when.",
            try_next=f"alsvoice process {session.id}",
        )
    return read(session)


def _find_leaver(session: SessionFolder, manifest: Manifest, sight: Sight, key: str) -> Leaver:
    tracks = manifest.audio.tracks if manifest.audio else ()
    people = sight.conversation.people
    person = next((p for p in people if key in p.speakers or _goes_by(p.name, key)), None)
    by_track = next((t for t in tracks if t.voice == key), None)
    participant = next(
        (
            p
            for p in manifest.participants
            if _goes_by(p.name, key)
            or (person is not None and p.id == person.id)
            or (by_track is not None and p.id == by_track.participant)
        ),
        None,
    )
    own = [t for t in tracks if participant is not None and t.participant == participant.id]
    voices = {*(person.speakers if person else ()), *(track.voice for track in own)}
    if person is None and voices:
        person = next((p for p in people if voices & set(p.speakers)), None)
    names = {n for n in (person and person.name, participant and participant.name) if n}
    if not names and not voices:
        raise _nobody(session, key)
    if not voices and any(p.name is None or p.guessed for p in people):
        raise LibraryError(
            "No voice is known to be theirs, and some voices have no name yet.",
            try_next=f"alsvoice speakers {session.id} SPEAKER_01=Name, then the same command",
        )
    return Leaver(
        names=tuple(sorted(names)),
        voices=tuple(sorted(voices)),
        person=person,
        track=own[0].participant if own else None,
    )


def _nobody(session: SessionFolder, key: str) -> NotFoundError:
    return NotFoundError(
        f"There is nobody called {key[:80]!r} in this session.",
        try_next=f"alsvoice speakers {session.id}",
    )


def _goes_by(name: str | None, key: str) -> bool:
    return name is not None and is_named(key, [name])


def is_meant(leaving: Departure, key: str) -> bool:
    """Whether a name or a voice's label is that of one who left."""
    return key in leaving.voices or is_named(key, leaving.names)


def withdraw(session: SessionFolder, key: str, *, now: datetime) -> removing.Removed:
    """Take a person out of sound, words, names, codings, corrections and the report."""
    with session.held("withdraw"):
        removing.prepared(session, now=now)
        removing.settled(session)
        manifest = session.manifest()
        sight = _sight(session, manifest)
        leaver = _find_leaver(session, manifest, sight, key)
        leaving = _departure(manifest, sight, leaver, now)
        plan = Plan(
            departure=leaving,
            sounds=tuple(_sounds(session, manifest, leaving)),
            fresh=fresh_stages(session, manifest),
            report=session.exists(REPORT),
            inseparable=tuple(_inseparable(sight, leaving)),
        )
        return removing.carry_out(session, plan)


def _departure(manifest: Manifest, sight: Sight, leaver: Leaver, now: datetime) -> Departure:
    time = now.isoformat(timespec="seconds")
    said, moved = _said(sight, leaver)
    return Departure(
        number=len(manifest.withdrawals) + 1,
        names=leaver.names,
        voices=leaver.voices,
        utterances=said,
        moved=moved,
        withdrawal=_withdrawal(sight, leaver, time),
        track=leaver.track,
    )


def _said(sight: Sight, leaver: Leaver) -> tuple[tuple[str, ...], tuple[tuple[str, Span], ...]]:
    """Return the ids of what they said, and which of it lies in turns of others' voices."""
    if leaver.person is None:
        return (), ()
    theirs = [c for c in sight.conversation.utterances if c.person == leaver.person.id]
    together = {
        voice: person.speakers for person in sight.conversation.people for voice in person.speakers
    }
    moved = [
        (voice, coded.utterance.span)
        for coded in theirs
        if coded.utterance.speaker not in leaver.voices
        for voice in together.get(coded.utterance.speaker, (coded.utterance.speaker,))
    ]
    return tuple(coded.utterance.id for coded in theirs), tuple(moved)


def _withdrawal(sight: Sight, leaver: Leaver, time: str) -> Withdrawal:
    """Return when they spoke, only listened, and spoke alone, a little silence beside included."""
    conversation, who = sight.conversation, leaver.person and leaver.person.id
    spans = union(t.span for t in conversation.turns if t.speaker == who)
    floor = [t.span for t in floor_turns(conversation) if t.speaker == who]
    words = [w.span for c in conversation.utterances if c.person == who for w in c.utterance.words]
    edges = [(max(0, start - _EDGE_MS), end + _EDGE_MS) for start, end in union([*spans, *words])]
    alone = subtract(edges, _others(sight, leaver.person))
    return Withdrawal(
        time=time,
        spans=spans,
        listening=subtract(spans, floor),
        silenced=clip(alone, (0, conversation.duration_ms)),
    )


def _others(sight: Sight, person: Person | None) -> tuple[Span, ...]:
    turns = sight.conversation.turns
    return union(t.span for t in turns if person is None or t.speaker != person.id)


def _sounds(session: SessionFolder, manifest: Manifest, leaving: Departure) -> Iterator[SoundStep]:
    """Yield what is to be done to each file.

    Where everybody has sound of their own, theirs goes whole, and the mix is made anew of the rest.
    """
    audio = manifest.audio
    if audio is None:
        return
    alone = leaving.withdrawal.silenced
    own = _own_files(audio, leaving)
    for step in sound_steps(session, audio, alone):
        if step.file == MIX and audio.is_apart:
            continue
        if step.file in own:
            yield replace(step, becomes=None, spans=(), theirs=True)
        elif step.file in _channels(audio, leaving):
            yield _one_channel(session, audio, step, leaving)
        else:
            yield step


def _own_files(audio: Audio, leaving: Departure) -> set[str]:
    """Return the files that hold nobody else: their tracks, and their sources where whole."""
    own = [t for t in audio.tracks if leaving.track and t.participant == leaving.track]
    others = {t.source for t in audio.tracks if t not in own}
    whole = {t.source for t in own if t.channel is None} - others
    return whole | {t.file for t in own}


def _channels(audio: Audio, leaving: Departure) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for track in audio.tracks:
        if track.participant == leaving.track and track.channel is not None:
            found[track.source] = (*found.get(track.source, ()), track.channel)
    return found


def _one_channel(
    session: SessionFolder, audio: Audio, step: SoundStep, leaving: Departure
) -> SoundStep:
    source = next(source for source in audio.sources if source.file == step.file)
    channels = _channels(audio, leaving)[source.file]
    return silent_source(session, source, leaving.withdrawal.silenced, channels)


def _inseparable(before: Sight, leaving: Departure) -> Iterator[Inseparable]:
    """Yield what will be left of them, in order of kind and time."""
    name = NamePattern(leaving.names)
    edits = leave_edits(before.edits, before.utterances, leaving, name)
    gone = set(leaving.utterances)
    others = [u for u in before.utterances if u.id not in gone]
    person = next(
        (p for p in before.conversation.people if set(p.speakers) & set(leaving.voices)), None
    )
    spans = leaving.withdrawal.spans
    if person is not None:
        yield from _in_order(spoken_over(spans, _others(before, person)))
    yield from _in_order(named_in(others, edits, name))
    yield from _in_order(words_in_their_time(others, intersect(spans, leaving.withdrawal.silenced)))


def _in_order(found: Iterable[Inseparable]) -> Sequence[Inseparable]:
    return sorted(set(found), key=lambda each: (each.start_ms, each.end_ms))
