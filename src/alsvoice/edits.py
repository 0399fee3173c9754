"""A person's corrections, applied: pure, and what a person did is never silently lost.

A correction carries the time span it was made on. After a re-run it finds its utterance by id,
else the one that overlaps its span most, else it is listed as orphaned. A name is kept by the
spans of speech that were named, so it survives a new diarisation.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from alsvoice.intervals import Span, intersect, overlap_ms, subtract, total_ms, union
from alsvoice.labels import LABELS, Coding, Label, Origin
from alsvoice.session import CodedUtterance, Conversation, Manifest, Participant, Person, Phase
from alsvoice.transcript import Diarization, Turn, Utterance, Word

__all__ = ["Applied", "Edit", "Op", "active", "apply", "named_voices", "with_texts"]


_ANONYMOUS = re.compile(r"SPEAKER_\w+")


class Op(StrEnum):
    """What was corrected."""

    NAME = "name"  # these spans of speech are this person's
    LABEL = "label"  # this utterance's label
    SPEAKER = "speaker"  # who said this utterance
    TEXT = "text"  # what was said in it
    UNDO = "undo"  # the edit with this id no longer counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One line of ``edits.jsonl``; ``target`` is an utterance, a voice or an edit."""

    id: str
    time: str
    op: Op
    target: str
    spans: tuple[Span, ...] = ()
    before: str | None = None
    after: str | None = None
    who: str | None = None

    def __post_init__(self) -> None:
        if self.op is Op.LABEL:
            Label(self.after or "")
        if self.op in {Op.NAME, Op.SPEAKER, Op.TEXT} and not (self.after or "").strip():
            raise ValueError(f"a {self.op} edit needs what it puts in place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """The session as corrected, and the corrections that found nothing to hold on to."""

    conversation: Conversation
    orphaned: tuple[Edit, ...]
    unplaced: tuple[Participant, ...]


def active(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return the corrections that count; an undone undo counts again."""
    undone: set[str] = set()
    for edit in reversed(edits):
        if edit.op is Op.UNDO and edit.id not in undone:
            undone.add(edit.target)
    return tuple(e for e in edits if e.op is not Op.UNDO and e.id not in undone)


def named_voices(diarization: Diarization, edits: Sequence[Edit]) -> dict[str, str]:
    """Return the name of each voice that a person named, by the spans of speech they named.

    Where two names claim the same speech the later one holds. A voice takes the name that holds
    most of its speech, if that is at least a tenth of it.
    """
    claims: dict[str, tuple[Span, ...]] = {}
    for edit in edits:
        if edit.op is Op.NAME and edit.after:
            claims = {name: subtract(spans, edit.spans) for name, spans in claims.items()}
            claims[edit.after] = union([*claims.get(edit.after, ()), *edit.spans])
    names: dict[str, str] = {}
    for voice in diarization.speakers:
        speech = [turn.span for turn in diarization.exclusive if turn.speaker == voice]
        held = {name: total_ms(intersect(speech, spans)) for name, spans in claims.items()}
        best = max(held, key=lambda name: held[name], default=None)
        if best is not None and held[best] * 10 >= max(total_ms(speech), 1):
            names[voice] = best
    return names


def with_texts(utterances: Sequence[Utterance], edits: Sequence[Edit]) -> tuple[Utterance, ...]:
    """Return the utterances with corrected words; these share the span evenly by length."""
    found, _ = _targets(utterances, [e for e in edits if e.op is Op.TEXT])
    texts = {utterance_id: edit.after or "" for utterance_id, edit in found}
    return tuple(_reworded(u, texts[u.id]) if u.id in texts else u for u in utterances)


def apply(
    *,
    manifest: Manifest,
    diarization: Diarization,
    utterances: Sequence[Utterance],
    codings: Sequence[Coding],
    edits: Sequence[Edit],
    guesses: Mapping[str, str] | None = None,
) -> Applied:
    """Return the conversation with every correction applied.

    ``guesses`` maps voices to participants' names where reasoning found them; what a person
    named goes first.
    """
    counting = active(edits)
    people = _people(manifest, diarization, utterances, counting, guesses or {})
    by_voice = {voice: person.id for person in people for voice in person.speakers}
    moves, lost_moves = _targets(utterances, [e for e in counting if e.op is Op.SPEAKER])
    moved = {uid: _person_named(e.after or "", people, manifest) for uid, e in moves}
    people = (*people, *_newcomers(moved.values(), people))
    labels, lost_labels = _targets(utterances, [e for e in counting if e.op is Op.LABEL])
    label_of = {uid: Label(edit.after or "") for uid, edit in labels}
    _, lost_texts = _targets(utterances, [e for e in counting if e.op is Op.TEXT])
    coding_of = {coding.utterance_id: coding for coding in codings}
    coded = tuple(
        CodedUtterance(
            utterance=u,
            coding=_overruled(coding_of.get(u.id) or _uncoded(u.id), label_of.get(u.id)),
            person=moved[u.id].id if u.id in moved else by_voice.get(u.speaker, u.speaker),
        )
        for u in with_texts(utterances, counting)
    )
    turns = [replace(t, speaker=by_voice.get(t.speaker, t.speaker)) for t in diarization.turns]
    for coded_utterance in coded:
        if coded_utterance.utterance.id in moved:
            turns = _move(turns, coded_utterance, by_voice)
    duration = manifest.audio.duration_ms if manifest.audio else 0
    return Applied(
        conversation=Conversation(
            duration_ms=duration,
            people=people,
            turns=_join_turns(turns),
            utterances=coded,
            phases=_clipped_phases(manifest, duration),
        ),
        orphaned=(*lost_moves, *lost_labels, *lost_texts),
        unplaced=_unplaced(manifest, people),
    )


def _targets(
    utterances: Sequence[Utterance], edits: Sequence[Edit]
) -> tuple[list[tuple[str, Edit]], list[Edit]]:
    """Return (utterance id, edit) in order of the edits, and the edits that found none."""
    ids = {u.id for u in utterances}
    found: list[tuple[str, Edit]] = []
    lost: list[Edit] = []
    for edit in edits:
        uid = edit.target if edit.target in ids else _most_overlapping(utterances, edit.spans)
        if uid is None:
            lost.append(edit)
        else:
            found.append((uid, edit))
    return found, lost


def _most_overlapping(utterances: Sequence[Utterance], spans: Sequence[Span]) -> str | None:
    def shared(utterance: Utterance) -> int:
        return sum(overlap_ms(utterance.span, span) for span in spans)

    best = max(utterances, key=shared, default=None)
    return best.id if best is not None and shared(best) > 0 else None


def _people(
    manifest: Manifest,
    diarization: Diarization,
    utterances: Sequence[Utterance],
    edits: Sequence[Edit],
    guesses: Mapping[str, str],
) -> tuple[Person, ...]:
    """Return one person a name, and one a voice that nobody named; order of first appearance."""
    named = named_voices(diarization, edits)
    taken = set(named.values())
    guessed = {v: n for v, n in guesses.items() if v not in named and n not in taken}
    voices = sorted({*diarization.speakers, *(u.speaker for u in utterances)})
    grouped: dict[str, list[str]] = {}
    for voice in voices:
        name = named.get(voice) or guessed.get(voice) or voice
        grouped.setdefault(name, []).append(voice)
    people: list[Person] = []
    for name, members in grouped.items():
        if _ANONYMOUS.fullmatch(name):  # a voice nobody named, or several that were merged
            people.append(Person(id=members[0], speakers=tuple(members)))
        else:
            known = _person_named(name, (), manifest)
            people.append(
                replace(
                    known,
                    speakers=tuple(members),
                    guessed=any(v in guessed for v in members),
                )
            )
    return tuple(people)


def _person_named(name: str, people: Sequence[Person], manifest: Manifest) -> Person:
    """Return who goes by this name or voice label; a new person where nobody does."""
    for person in people:
        if person.name == name or name in person.speakers:
            return person
    for participant in manifest.participants:
        if participant.name == name:
            return Person(id=participant.id, speakers=(), name=name, role=participant.role)
    return Person(id=f"name:{name}", speakers=(), name=name)


def _newcomers(moved: Iterable[Person], people: Sequence[Person]) -> tuple[Person, ...]:
    known = {person.id for person in people}
    return tuple({person.id: person for person in moved if person.id not in known}.values())


def _overruled(coding: Coding, label: Label | None) -> Coding:
    """Return the coding as a person put it; flags that belong to another label go."""
    if label is None:
        return coding
    a, b, c, d = (1.0 if one is label else 0.0 for one in LABELS)
    kept = coding.flags if label is coding.label else ()
    return replace(
        coding, label=label, probabilities=(a, b, c, d), flags=kept, source=Origin.PERSON
    )


def _uncoded(utterance_id: str) -> Coding:
    return Coding(
        utterance_id=utterance_id, label=Label.OTHER, probabilities=(0.25, 0.25, 0.25, 0.25)
    )


def _reworded(utterance: Utterance, text: str) -> Utterance:
    parts = text.split()
    length = sum(map(len, parts))
    words: list[Word] = []
    at = 0
    for part in parts:
        start = utterance.start_ms + (utterance.end_ms - utterance.start_ms) * at // length
        at += len(part)
        end = utterance.start_ms + (utterance.end_ms - utterance.start_ms) * at // length
        words.append(Word(text=part, start_ms=start, end_ms=end))
    return replace(utterance, words=tuple(words))


def _move(turns: Sequence[Turn], coded: CodedUtterance, by_voice: Mapping[str, str]) -> list[Turn]:
    """Return turns in which the utterance's span belongs to the person who said it."""
    voice = by_voice.get(coded.utterance.speaker, coded.utterance.speaker)
    span = coded.utterance.span
    kept: list[Turn] = []
    for turn in turns:
        if turn.speaker != voice or not overlap_ms(turn.span, span):
            kept.append(turn)
            continue
        for start, end in subtract([turn.span], [span]):
            kept.append(replace(turn, start_ms=start, end_ms=end))
    kept.append(Turn(speaker=coded.person, start_ms=span[0], end_ms=span[1]))
    return kept


def _join_turns(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """Return turns in order of time; a person's own turns never overlap each other."""
    by_person: dict[str, list[Span]] = {}
    for turn in turns:
        by_person.setdefault(turn.speaker, []).append(turn.span)
    joined = [
        Turn(speaker=person, start_ms=start, end_ms=end)
        for person, spans in by_person.items()
        for start, end in union(spans)
    ]
    return tuple(sorted(joined, key=lambda t: (t.start_ms, t.end_ms, t.speaker)))


def _clipped_phases(manifest: Manifest, duration_ms: int) -> tuple[Phase, ...]:
    return tuple(
        replace(phase, end_ms=min(phase.end_ms, duration_ms))
        for phase in manifest.phases
        if phase.start_ms < duration_ms
    )


def _unplaced(manifest: Manifest, people: Sequence[Person]) -> tuple[Participant, ...]:
    placed = {person.id for person in people}
    return tuple(p for p in manifest.participants if p.id not in placed)
