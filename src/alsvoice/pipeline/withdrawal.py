"""One person is taken out of a session for good; the others stay, and so does their timing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alsvoice.errors import LibraryError, NotFoundError
from alsvoice.intervals import Span, clip, intersect, subtract, union
from alsvoice.measures.floor import floor_turns
from alsvoice.pipeline import removing
from alsvoice.pipeline.run import fresh_stages, is_processed
from alsvoice.pipeline.sight import Sight, read
from alsvoice.pipeline.sounds import MARGIN_MS, placed, silent_source, sound_steps
from alsvoice.removal.inseparable import Inseparable, named_in, spoken_over, words_in_their_time
from alsvoice.removal.names import NamePattern, is_named
from alsvoice.removal.plan import Departure, Plan, SoundStep
from alsvoice.session import Audio, Layout, Manifest, Person, Withdrawal
from alsvoice.store import SessionFolder

__all__ = ["Leaver", "Withdrawn", "find_leaver", "withdraw"]

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
        return self.person is not None and self.person.guessed


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What went, and what could not be told apart from the others."""

    removed: removing.Removed
    silenced: tuple[Span, ...]
    voices: tuple[str, ...]
    inseparable: tuple[Inseparable, ...]


def find_leaver(session: SessionFolder, key: str) -> Leaver:
    """Return who goes by a name or a voice's label; NotFoundError where nobody does.

    LibraryError where the sound of everybody is in one file and nobody knows yet who spoke when.
    """
    manifest = session.manifest()
    sight = _sight(session, manifest)
    tracks = manifest.audio.tracks if manifest.audio else ()
    if sight is None and not tracks:
        raise LibraryError(
            f"Session {session.id} has not been processed to the end: nobody knows yet who "
            "spoke when.",
            try_next=f"alsvoice process {session.id}",
        )
    people = sight.conversation.people if sight else ()
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


def _sight(session: SessionFolder, manifest: Manifest) -> Sight | None:
    return read(session) if is_processed(session, manifest) else None


def withdraw(session: SessionFolder, key: str, *, now: datetime) -> Withdrawn:
    """Take a person out of sound, words, names, codings, corrections and the report."""
    with session.held("withdraw"):
        removing.finish_pending(session)
        leaver = find_leaver(session, key)
        manifest = placed(session, session.manifest())
        if manifest != session.manifest():
            session.write_manifest(manifest)
        sight = _sight(session, manifest)
        leaving = _departure(manifest, sight, leaver, now)
        plan = Plan(
            departure=leaving,
            sounds=tuple(_sounds(session, manifest, leaving)),
            fresh=fresh_stages(session, manifest),
            report=session.exists(removing.REPORT),
            reset=sight is None,
        )
        removed = removing.carry_out(session, plan)
        return Withdrawn(
            removed=removed,
            silenced=leaving.withdrawal.silenced,
            voices=leaver.voices,
            inseparable=tuple(_inseparable(session, sight, leaving)),
        )


def _departure(manifest: Manifest, sight: Sight | None, leaver: Leaver, now: datetime) -> Departure:
    time = now.isoformat(timespec="seconds")
    said, moved = _said(sight, leaver)
    return Departure(
        number=len(manifest.withdrawals) + 1,
        names=leaver.names,
        voices=leaver.voices,
        utterances=said,
        moved=moved,
        withdrawal=_withdrawal(sight, leaver, time) if sight else Withdrawal(time=time, spans=()),
        track=leaver.track,
    )


def _said(
    sight: Sight | None, leaver: Leaver
) -> tuple[tuple[str, ...], tuple[tuple[str, Span], ...]]:
    """Return the ids of what they said, and which of it lies in turns of others' voices."""
    if sight is None or leaver.person is None:
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

    Where everybody has sound of their own, theirs goes whole; the mix is then only listened to, and
    loses all that they said, since the others' words are in sound of their own.
    """
    audio = manifest.audio
    if audio is None:
        return
    alone = leaving.withdrawal.silenced
    apart = audio.layout is not Layout.MIXED
    mix = union([*alone, *_widened(leaving.withdrawal.spans)]) if apart else alone
    own = _own_files(audio, leaving)
    for step in sound_steps(session, audio, alone, mix=mix):
        if step.file in own:
            yield replace(step, becomes=None, spans=())
        else:
            yield (
                step
                if step.file not in _channels(audio, leaving)
                else _one_channel(session, audio, step, leaving)
            )


def _widened(spans: Iterable[Span]) -> tuple[Span, ...]:
    return union((max(0, start - MARGIN_MS), end + MARGIN_MS) for start, end in spans)


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


def _inseparable(
    session: SessionFolder, before: Sight | None, leaving: Departure
) -> Iterator[Inseparable]:
    """Yield what is left of them, in order of kind and time."""
    if before is None:
        return
    after = read(session)
    gone = set(leaving.utterances)
    others = [u for u in before.utterances if u.id not in gone]
    person = next(
        (p for p in before.conversation.people if set(p.speakers) & set(leaving.voices)), None
    )
    spans = leaving.withdrawal.spans
    if person is not None:
        yield from _in_order(spoken_over(spans, _others(before, person)))
    yield from _in_order(named_in(others, after.edits, NamePattern(leaving.names)))
    yield from _in_order(words_in_their_time(others, intersect(spans, leaving.withdrawal.silenced)))


def _in_order(found: Iterable[Inseparable]) -> Sequence[Inseparable]:
    return sorted(set(found), key=lambda each: (each.start_ms, each.end_ms))
