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
from alsvoice.transcript import Diarization, Turn, Utterance, Word, is_withdrawn

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
    return tuple(_reworded(u, found.get(u.id, ())) for u in utterances)


def apply(
    *,
    manifest: Manifest,
    diarization: Diarization,
    utterances: Sequence[Utterance],
    codings: Sequence[Coding],
    edits: Sequence[Edit],
    guesses: Mapping[str, str] | None = None,
    known: Mapping[str, str] | None = None,
) -> Applied:
    """Return the conversation with every correction applied.

    ``guesses`` maps voices to participants' names where reasoning found them, ``known`` where each
    person has sound of their own; what a person named goes first.
    """
    counting = active(edits)
    people = _people(manifest, diarization, utterances, counting, guesses or {}, known or {})
    by_voice = {voice: person.id for person in people for voice in person.speakers}
    moves, lost_moves = _targets(utterances, [e for e in counting if e.op is Op.SPEAKER])
    moved = {uid: _person_named(es[-1].after or "", people, manifest) for uid, es in moves.items()}
    people = (*people, *_newcomers(moved.values(), people))
    labels, lost_labels = _targets(utterances, [e for e in counting if e.op is Op.LABEL])
    label_of = {uid: Label(es[-1].after or "") for uid, es in labels.items()}
    _, lost_texts = _targets(utterances, [e for e in counting if e.op is Op.TEXT])
    coding_of = {coding.utterance_id: coding for coding in codings}
    coded = tuple(
        CodedUtterance(
            utterance=u,
            coding=_overruled(coding_of.get(u.id) or _uncoded(u.id), label_of.get(u.id)),
            person=moved[u.id].id if u.id in moved else by_voice.get(u.speaker, u.speaker),
        )
        for u in with_texts(utterances, counting)
        if u.id in moved or not is_withdrawn(u.speaker)
    )
    turns = [replace(t, speaker=by_voice.get(t.speaker, t.speaker)) for t in diarization.turns]
    for coded_utterance in coded:
        if coded_utterance.utterance.id in moved:
            turns = _move(turns, coded_utterance, by_voice)
    duration = manifest.duration_ms
    return Applied(
        conversation=Conversation(
            duration_ms=duration,
            people=people,
            turns=_join_turns(turns),
            utterances=coded,
            phases=_clipped_phases(manifest, duration),
            gaps=union([*(r.span for r in manifest.redactions), *(g.span for g in manifest.gaps)]),
        ),
        orphaned=(*_lost_names(diarization, counting), *lost_moves, *lost_labels, *lost_texts),
        unplaced=_unplaced(manifest, people),
    )


def _targets(
    utterances: Sequence[Utterance], edits: Sequence[Edit]
) -> tuple[dict[str, list[Edit]], list[Edit]]:
    """Return utterance id → the edits of one kind that hold there, and the edits that found none.

    After a re-run the edits of two utterances may meet in one: what does not hold is not lost
    silently but given back with those that found nothing.
    """
    by_id = {u.id: u for u in utterances}
    rivals: dict[str, list[Edit]] = {}
    for edit in edits:
        uid = edit.target if edit.target in by_id else _most_overlapping(utterances, edit.spans)
        rivals.setdefault(uid or "", []).append(edit)
    lost = rivals.pop("", [])
    found: dict[str, list[Edit]] = {}
    for uid, each in rivals.items():
        found[uid] = _holding(uid, each)
        lost += [e for e in each if not _answered(e, found[uid], by_id[uid], each)]
    return found, sorted(lost, key=edits.index)


def _holding(uid: str, edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits that count: one made on this very utterance, else the latest.

    Corrected words of utterances that are one by now each take the place of their own part.
    """
    own = [e for e in edits if e.target == uid]
    if own:
        return own[-1:]
    if edits[-1].op is Op.TEXT:
        return list({e.target: e for e in edits}.values())
    return list(edits[-1:])


def _answered(
    edit: Edit, holding: Sequence[Edit], utterance: Utterance, edits: Sequence[Edit]
) -> bool:
    """Whether the edit holds, or its author put another in its place."""
    if edit.target in {e.target for e in holding}:
        return True
    last = holding[-1]
    later_here = last.target == utterance.id and edits.index(edit) < edits.index(last)
    return later_here and 2 * _shared_ms(utterance, edit.spans) >= total_ms(edit.spans)


def _lost_names(diarization: Diarization, edits: Sequence[Edit]) -> list[Edit]:
    """Return the names that no voice bears though most of what was named was not named anew."""
    held = set(named_voices(diarization, edits).values())
    naming = [e for e in edits if e.op is Op.NAME]
    lost: list[Edit] = []
    for index, edit in enumerate(naming):
        anew = [span for later in naming[index + 1 :] for span in later.spans]
        left = total_ms(subtract(edit.spans, anew))
        if edit.after not in held and 2 * left >= total_ms(edit.spans):
            lost.append(edit)
    return lost


def _most_overlapping(utterances: Sequence[Utterance], spans: Sequence[Span]) -> str | None:
    best = max(utterances, key=lambda u: _shared_ms(u, spans), default=None)
    return best.id if best is not None and _shared_ms(best, spans) > 0 else None


def _shared_ms(utterance: Utterance, spans: Sequence[Span]) -> int:
    return sum(overlap_ms(utterance.span, span) for span in spans)


def _people(
    manifest: Manifest,
    diarization: Diarization,
    utterances: Sequence[Utterance],
    edits: Sequence[Edit],
    guesses: Mapping[str, str],
    known_names: Mapping[str, str],
) -> tuple[Person, ...]:
    """Return one person a name, and one a voice that nobody named; order of first appearance."""
    named = {**known_names, **named_voices(diarization, edits)}
    taken = set(named.values())
    guessed = {v: n for v, n in guesses.items() if v not in named and n not in taken}
    spoken = {u.speaker for u in utterances if not is_withdrawn(u.speaker)}
    voices = sorted({*diarization.speakers, *spoken})
    grouped: dict[str, list[str]] = {}
    for voice in voices:
        name = named.get(voice) or guessed.get(voice) or voice
        if voice in named and _ANONYMOUS.fullmatch(name):
            # Merged under a label of that day, which may be somebody else's after a re-run.
            name = f"SPEAKER_MERGED_{name}"
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


def _reworded(utterance: Utterance, edits: Sequence[Edit]) -> Utterance:
    words = list(utterance.words)
    for edit in edits:
        first, last = _part(words, edit) if edit.target != utterance.id else (0, len(words))
        end = max(word.end_ms for word in words[first:last])
        words[first:last] = _spread((edit.after or "").split(), words[first].start_ms, end)
    return replace(utterance, words=tuple(words)) if edits else utterance


def _part(words: Sequence[Word], edit: Edit) -> tuple[int, int]:
    """Return which words the edit was made on: first, and first after; at least the nearest."""
    start, end = edit.spans[0][0], edit.spans[-1][1]
    inside = [i for i, word in enumerate(words) if start <= word.middle_ms < end]
    if inside:
        return inside[0], inside[-1] + 1
    middle = (start + end) // 2
    nearest = min(range(len(words)), key=lambda i: abs(words[i].middle_ms - middle))
    return nearest, nearest + 1


def _spread(texts: Sequence[str], start_ms: int, end_ms: int) -> list[Word]:
    length = sum(map(len, texts))
    words: list[Word] = []
    at = 0
    for text in texts:
        start = start_ms + (end_ms - start_ms) * at // length
        at += len(text)
        end = start_ms + (end_ms - start_ms) * at // length
        words.append(Word(text=text, start_ms=start, end_ms=end))
    return words


def _move(turns: Sequence[Turn], coded: CodedUtterance, by_voice: Mapping[str, str]) -> list[Turn]:
    """Return turns in which the speech inside the utterance is that of the person who said it.

    Pauses inside it stay pauses: speech time is that of the turns. Where no turn was, and the
    person is silent too, the utterance is the only witness.
    """
    voice = by_voice.get(coded.utterance.speaker, coded.utterance.speaker)
    span = coded.utterance.span
    kept: list[Turn] = []
    spoken: list[Span] = []
    for turn in turns:
        if turn.speaker != voice or not overlap_ms(turn.span, span):
            kept.append(turn)
            continue
        spoken += intersect([turn.span], [span])
        for start, end in subtract([turn.span], [span]):
            kept.append(replace(turn, start_ms=start, end_ms=end))
    silent = not any(t.speaker == coded.person and overlap_ms(t.span, span) for t in kept)
    for start, end in spoken or ([span] if silent else []):
        kept.append(Turn(speaker=coded.person, start_ms=start, end_ms=end))
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
