"""A person's corrections, applied: pure, and what a person did is never silently lost.

A correction carries the time span it was made on. After a re-run it finds its utterance by id,
else the one that overlaps its span most, else it is listed as orphaned. A name is kept by the
spans of speech that were named, so it survives a new diarisation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from alsvoice.edits.edit import Edit, Op, active
from alsvoice.edits.finding import targets
from alsvoice.edits.marks import Feedback, feedback
from alsvoice.edits.phases import with_borders
from alsvoice.edits.shaping import Piece, shape
from alsvoice.edits.turns import turns_of_people
from alsvoice.edits.voices import lost_names, newcomers, people_of, person_named
from alsvoice.intervals import union
from alsvoice.labels import LABELS, Coding, Label, Origin
from alsvoice.session import (
    CodedUtterance,
    Conversation,
    FollowUp,
    Manifest,
    Participant,
    Person,
    Phase,
)
from alsvoice.transcript import Diarization, Utterance, is_withdrawn

__all__ = ["Applied", "apply"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """The session as corrected, and the corrections that found nothing to hold on to.

    ``feedback`` is what members wrote and marked.
    """

    conversation: Conversation
    orphaned: tuple[Edit, ...]
    unplaced: tuple[Participant, ...]
    feedback: Feedback = field(default_factory=Feedback)


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
    shaped = shape(utterances, counting, manifest.audio.sha256 if manifest.audio else "")
    people = people_of(manifest, diarization, utterances, counting, guesses or {}, known or {})
    by_voice = {voice: person.id for person in people for voice in person.speakers}
    moved = {
        piece.utterance.id: person_named(piece.speaker.after or "", people, manifest)
        for piece in shaped.pieces
        if piece.speaker is not None
    }
    people = (*people, *newcomers(moved.values(), people))
    coded = _coded(shaped.pieces, {c.utterance_id: c for c in codings}, moved, by_voice)
    moves = tuple(each for each in coded if each.utterance.id in moved)
    duration = manifest.duration_ms
    phases, lost_phases = with_borders(_clipped_phases(manifest, duration), counting)
    there = [each.utterance for each in coded]
    said, lost_marks = feedback(there, counting)
    actions, lost_actions = targets(there, [e for e in counting if e.op is Op.ACTION])
    return Applied(
        conversation=Conversation(
            duration_ms=duration,
            people=people,
            turns=turns_of_people(diarization, by_voice, moves),
            utterances=coded,
            phases=phases,
            gaps=union([*(r.span for r in manifest.redactions), *(g.span for g in manifest.gaps)]),
            follow_ups=tuple(FollowUp.of(u, es[-1].after or "") for u, es in actions.items()),
        ),
        orphaned=(
            *lost_names(diarization, counting),
            *shaped.lost,
            *lost_phases,
            *lost_marks,
            *lost_actions,
        ),
        unplaced=_unplaced(manifest, people),
        feedback=said,
    )


def _coded(
    pieces: Sequence[Piece],
    codings: Mapping[str, Coding],
    moved: Mapping[str, Person],
    by_voice: Mapping[str, str],
) -> tuple[CodedUtterance, ...]:
    found: list[CodedUtterance] = []
    for piece in pieces:
        uid, voice = piece.utterance.id, piece.utterance.speaker
        if uid in moved or not is_withdrawn(voice):
            label = Label(piece.label.after or "") if piece.label else None
            found.append(
                CodedUtterance(
                    utterance=piece.utterance,
                    coding=_overruled(codings.get(uid) or _uncoded(uid), label),
                    person=moved[uid].id if uid in moved else by_voice.get(voice, voice),
                )
            )
    return tuple(found)


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


def _clipped_phases(manifest: Manifest, duration_ms: int) -> tuple[Phase, ...]:
    return tuple(
        replace(phase, end_ms=min(phase.end_ms, duration_ms))
        for phase in manifest.phases
        if phase.start_ms < duration_ms
    )


def _unplaced(manifest: Manifest, people: Sequence[Person]) -> tuple[Participant, ...]:
    placed = {person.id for person in people}
    return tuple(p for p in manifest.participants if p.id not in placed)
