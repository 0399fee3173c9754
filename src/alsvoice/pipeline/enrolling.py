"""A voice profile taken from a session: from speech whose speaker a person named, and no other.

What was guessed, or known by the voice alone, is not taken: a mistake would make itself true.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alsvoice.config import Config
from alsvoice.errors import InputError, NotFoundError, UsageError
from alsvoice.intervals import Span, intersect, total_ms, union
from alsvoice.measures.timing import spans_of_each
from alsvoice.pipeline import profiles, sets
from alsvoice.pipeline.listening import Listener, opened
from alsvoice.pipeline.sight import Sight, see
from alsvoice.recognition import Fault, Taken, clean_passages, one_voice, same_voice
from alsvoice.session import Consent, Manifest, Person
from alsvoice.store import Library, SessionFolder
from alsvoice.voices import Vector, VoiceProfile, VoiceSource, centre

__all__ = ["Enrolled", "enrol", "refusal", "set_for"]

_LEAST_MS, _MOST = 2000, 12
_OTHERS_MS, _OF_OTHERS = 1500, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What came of one person; ``profile`` is None where nothing was taken."""

    name: str
    taken: Taken
    profile: VoiceProfile | None = None


def set_for(library: Library, manifest: Manifest, name: str | None) -> str:
    """Return the set to keep voices under: the one named, else the session's own."""
    wanted = name or manifest.set
    if wanted is None:
        raise UsageError(
            f"Session {manifest.id} belongs to no set, and voices are kept under one.",
            try_next=f"alsvoice voices enrol {manifest.id} --set NAME (alsvoice sets list)",
        )
    return sets.find(library, wanted).name


def enrol(
    library: Library,
    session: SessionFolder,
    config: Config,
    *,
    set_name: str,
    consent: Consent,
    now: datetime,
    name: str | None = None,
    threads: int = 1,
) -> tuple[Enrolled, ...]:
    """Take the voices of a session's named people, or of one of them, and keep what is fit.

    InputError where nobody can be taken from; what came of each is told, good or not.
    """
    sight = see(session)
    people = _named(sight, name)
    time = now.isoformat(timespec="seconds")
    with opened(session, config, threads) as listener:
        desk = _Desk(library, set_name, session.id, consent, time, listener)
        centres = _centres(sight, listener)
        return tuple(desk.taken_in(sight, person, centres) for person in people)


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where voices of one session are taken in, for one set."""

    library: Library
    set_name: str
    session: str
    consent: Consent
    time: str
    listener: Listener

    def taken_in(self, sight: Sight, person: Person, centres: Mapping[str, Vector]) -> Enrolled:
        """Judge a person's voice and keep it if it is fit."""
        name = person.name or ""
        others = {who: vector for who, vector in centres.items() if who != person.display}
        heard = self.listener.heard(person.display, _passages(sight, person))
        taken = self._judged(name, one_voice(heard, others))
        if taken.vector is None:
            return Enrolled(name=name, taken=taken)
        profile = self._profile(name, taken, taken.vector)
        profiles.keep(self.library, self.set_name, profile)
        return Enrolled(name=name, taken=taken, profile=profile)

    def _judged(self, name: str, taken: Taken) -> Taken:
        """Return what was taken, or that it fits not what the set keeps."""
        if taken.vector is None:
            return taken
        held = profiles.kept(self.library, self.set_name)
        kept = held.of_network(self.listener.network).profiles
        own_first = sorted(kept, key=lambda profile: not _is(profile, name))
        for profile in own_first:
            own = _is(profile, name)
            if own is not same_voice(taken.vector, profile.vector):
                fault = Fault.UNLIKE if own else Fault.KEPT
                return replace(taken, vector=None, fault=fault, like=profile.name)
        return taken

    def _profile(self, name: str, taken: Taken, vector: Vector) -> VoiceProfile:
        source = VoiceSource(
            session=self.session,
            taken=self.time,
            seconds=round(taken.seconds, 1),
            passages=taken.passages,
            vector=tuple(round(x, 6) for x in vector),
        )
        before = profiles.profile_of(self.library, self.set_name, name)
        fits = before is not None and len(before.vector) == len(vector)
        if before is not None and fits and before.network == self.listener.network:
            return replace(before.with_source(source), consent=self.consent, consented=self.time)
        return VoiceProfile(
            name=name,
            network=self.listener.network,
            consent=self.consent,
            consented=self.time,
            sources=(source,),
        )


def _is(profile: VoiceProfile, name: str) -> bool:
    return profile.name.casefold() == name.casefold()


def _named(sight: Sight, name: str | None) -> tuple[Person, ...]:
    """Return the people whose voices somebody named, or the one who is asked for."""
    people = sight.conversation.people
    named = tuple(p for p in people if p.name and p.speakers and _is_sure(p))
    session = sight.manifest.id
    if name is None:
        if not named:
            raise InputError(
                "No voice of this session has a name that a person gave it.",
                try_next=f"alsvoice speakers {session} SPEAKER_00=Name …",
            )
        return named
    wanted = [p for p in people if p.speakers and (p.name or "").casefold() == name.casefold()]
    if not wanted:
        raise NotFoundError(
            f"No voice of this session is named {name[:80]!r}.",
            try_next=f"alsvoice speakers {session} SPEAKER_00={name[:80]}",
        )
    if not _is_sure(wanted[0]):
        raise InputError(
            f"Which voice is {wanted[0].name}'s is not confirmed yet.",
            try_next=f"alsvoice speakers {session} {wanted[0].speakers[0]}={wanted[0].name}",
        )
    return (wanted[0],)


def _is_sure(person: Person) -> bool:
    return not person.guessed and person.likeness is None


def _centres(sight: Sight, listener: Listener) -> dict[str, Vector]:
    """Return the centre of each person's voice, named or not, where there is clean speech of it."""
    spans_of = spans_of_each(sight.conversation.turns)
    found: dict[str, Vector] = {}
    for person in sight.conversation.people:
        own = spans_of.get(person.id, [])
        others = [s for who, spans in spans_of.items() if who != person.id for s in spans]
        spans = clean_passages(own, others, least_ms=_OTHERS_MS, most=_OF_OTHERS)
        heard = listener.heard(person.display, spans)
        if heard.vectors:
            found[person.display] = centre(heard.vectors, heard.seconds)
    return found


def _passages(sight: Sight, person: Person) -> Sequence[Span]:
    """Return clean passages of the one voice that holds most of what the person said.

    Of voices that were merged under a name one alone is taken: were the merging wrong, a mean over
    them would be nobody's. What people gave to somebody else since is left out.
    """
    spans_of = spans_of_each(sight.conversation.turns)
    others = [s for who, spans in spans_of.items() if who != person.id for s in spans]
    theirs = union(spans_of.get(person.id, []))
    voices = [
        clean_passages(
            intersect(union(t.span for t in sight.heard.turns if t.speaker == voice), theirs),
            others,
            least_ms=_LEAST_MS,
            most=_MOST,
        )
        for voice in person.speakers
    ]
    return max(voices, key=total_ms, default=())


def refusal(done: Enrolled, session: str) -> tuple[str, str]:
    """Return why nothing was taken, as a sentence, and what to do next."""
    name, like = done.name, done.taken.like
    right = f"alsvoice review {session}, to put right who spoke, then the same command"
    if done.taken.fault is Fault.SHORT:
        found = f"{done.taken.seconds:.0f} s in {done.taken.passages} passages"
        return (
            f"Of {name} there are {found} with nobody else in them; a profile needs 10 s in 3.",
            "the same command with a session in which they speak longer",
        )
    if done.taken.fault is Fault.MIXED:
        return f"What stands under {name} sounds like more than one voice.", right
    if done.taken.fault is Fault.ALIKE:
        return f"{name} and {like} sound like one voice in this session.", right
    if done.taken.fault is Fault.UNLIKE:
        return (
            f"The voice does not sound like the profile that is kept of {name}.",
            f'{right}; or alsvoice voices forget "{name}", if the profile is wrong',
        )
    return (
        f"{name} sounds like {like}, whose profile the set keeps.",
        f'{right}; or alsvoice voices forget "{like}", if that profile is wrong',
    )
