"""The report as data: what ``report --format json`` prints and what every renderer draws.

The keys are a contract that others rely on: they may be added to, never renamed. Times are seconds
with three decimals, shares have four; what cannot be known is null, never zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from alsvoice.intervals import seconds
from alsvoice.labels import ClassifierCard, Label
from alsvoice.measures import acts as acts_
from alsvoice.measures import (
    balance,
    commitments,
    evenness,
    floor,
    interruptions,
    phases,
    quality,
    questioning,
    scope,
    think_time,
    timing,
    uncertainty,
)
from alsvoice.session import Conversation, Manifest, Participant, Phase
from alsvoice.transcript import is_withdrawn

__all__ = ["SCHEMA", "build_document"]

SCHEMA = 1

_OPEN, _CLOSED = {Label.OPEN_QUESTION}, {Label.CLOSED_QUESTION}
_QUESTIONS = _OPEN | _CLOSED
_ADVICE = {Label.ADVICE}
_PROVENANCE = ("alsvoice", "asr", "diarizer", "classifier")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """What several parts of the document need, measured once."""

    conversation: Conversation
    card: ClassifierCard | None
    acts: tuple[acts_.Act, ...]
    runs: tuple[floor.Run, ...]
    thinking: tuple[think_time.ThinkTime, ...]
    interruptions: tuple[interruptions.Interruption, ...]

    def name(self, person: str) -> str | None:
        return None if is_withdrawn(person) else self.conversation.person(person).name


def build_document(
    manifest: Manifest,
    conversation: Conversation,
    *,
    provenance: Mapping[str, str | None],
    warnings: Sequence[str] = (),
    card: ClassifierCard | None = None,
    unplaced: Sequence[Participant] = (),
) -> dict[str, Any]:
    """Return the report of a session, ready to be written as JSON.

    ``card`` says what the classifier is known to get wrong; ``unplaced`` are people who were named
    beforehand and whose voice is not known.
    """
    found = _measure(conversation, card)
    return {
        "schema": SCHEMA,
        "session": _session(manifest, conversation),
        "participants": _participants(found),
        "unplaced": [{"name": p.name, "role": p.role.value} for p in unplaced],
        "phases": _phases(found),
        "rounds": _rounds(found),
        "questions": _questions(found),
        "balance": _balance(found, balance.balance(conversation, found.acts)),
        "timing": _timing(found),
        "turns": _turns(found),
        "interruptions": _interruptions(found),
        "utterances": _utterances(found),
        "acts": _acts(found),
        "actions": _actions(found, _day(manifest.created)),
        "findings": [],
        "redactions": _redactions(manifest),
        "withdrawals": [{"time": each.time} for each in manifest.withdrawals],
        "quality": _quality(manifest, found, warnings, unplaced),
        "provenance": {**dict.fromkeys(_PROVENANCE), **provenance},
    }


def _measure(conversation: Conversation, card: ClassifierCard | None) -> _Measured:
    taking = floor.floor_turns(conversation)
    acts = acts_.acts(conversation)
    return _Measured(
        conversation=conversation,
        card=card,
        acts=acts,
        runs=floor.runs(taking),
        thinking=think_time.think_times(conversation, acts),
        interruptions=interruptions.interruptions(taking),
    )


def _session(manifest: Manifest, conversation: Conversation) -> dict[str, Any]:
    return {
        "id": manifest.id,
        "title": manifest.title,
        "started": manifest.created,
        "duration_s": seconds(conversation.duration_ms),
        "template": manifest.template,
        "set": manifest.set,
        "consent": manifest.consent.value if manifest.consent else None,
    }


def _participants(found: _Measured) -> list[dict[str, Any]]:
    talked = timing.talk(found.conversation, found.runs)
    rows: list[dict[str, Any]] = []
    for person in found.conversation.people:
        own = questioning.count(act for act in found.acts if act.person == person.id)
        said = [c for c in found.conversation.utterances if c.person == person.id]
        waits = (time for time in found.thinking if time.act.person == person.id)
        talk = talked[person.id]
        rows.append(
            {
                "id": person.id,
                "name": person.name,
                "role": person.role.value if person.role else None,
                "talk_s": seconds(talk.talk_ms),
                "talk_share": _share(talk.share),
                "turns": talk.turns,
                "words": sum(len(coded.utterance.words) for coded in said),
                "longest_turn_s": seconds(talk.longest_turn_ms),
                "open_questions": own.open,
                "closed_questions": own.closed,
                "advice": own.advice,
                "advice_in_disguise": own.advice_in_disguise,
                "stacked": own.stacked,
                "interruptions_made": sum(i.by == person.id for i in found.interruptions),
                "interruptions_received": sum(i.of == person.id for i in found.interruptions),
                "speakers": list(person.speakers),
                "guessed": person.guessed,
                "leading": own.leading,
                "median_think_time_s": _seconds(think_time.median_ms(waits)),
            }
        )
    return rows


def _phases(found: _Measured) -> list[dict[str, Any]]:
    return [
        {
            "name": item.phase.name,
            "planned_s": _seconds(item.phase.planned_ms),
            "actual_s": seconds(item.actual_ms),
            "start_s": seconds(item.phase.start_ms),
            "end_s": seconds(item.end_ms),
            "round": item.phase.round,
            "presenter": item.phase.presenter,
            "over_run_s": _seconds(item.over_run_ms),
            "talk": [
                {"id": person, "participant": found.name(person), "talk_s": seconds(ms)}
                for person, ms in item.talk_ms.items()
            ],
        }
        for item in phases.phase_timings(found.conversation)
    ]


def _rounds(found: _Measured) -> list[dict[str, Any]]:
    conversation = found.conversation
    return [
        {
            "n": n,
            "presenter": presenter,
            "balance": _balance(found, balance.balance(conversation, found.acts, only=its_phases)),
        }
        for n, presenter, its_phases in scope.rounds(conversation.phases)
    ]


def _questions(found: _Measured) -> dict[str, Any]:
    counts = questioning.count(found.acts)
    others = (c.coding for c in found.conversation.utterances if c.coding.label is Label.OTHER)
    belief = uncertainty.believe([*(act.coding for act in found.acts), *others], found.card)
    return {
        "open": counts.open,
        "closed": counts.closed,
        "advice": counts.advice,
        "advice_in_disguise": counts.advice_in_disguise,
        "open_share": _share(counts.open_share),
        "open_share_interval": _interval(belief.share(_OPEN, _QUESTIONS)),
        "advice_share": _share(counts.advice_share),
        "stacked": counts.stacked,
        "leading": counts.leading,
        "median_think_time_s": _seconds(think_time.median_ms(found.thinking)),
        "advice_share_interval": _interval(belief.share(_ADVICE, _QUESTIONS | _ADVICE)),
        **_total_intervals(belief),
    }


def _balance(found: _Measured, helping: balance.Balance) -> dict[str, Any]:
    counts = helping.counts
    belief = uncertainty.believe(
        [*(act.coding for act in helping.acts), *(c.coding for c in helping.statements)],
        found.card,
    )
    return {
        "scope": {
            "roles": list(helping.roles),
            "phases": list(dict.fromkeys(phase.name for phase in helping.phases)),
        },
        "open": counts.open,
        "closed": counts.closed,
        "advice": counts.advice,
        "statements": len(helping.statements),
        "question_s": seconds(helping.question_ms),
        "telling_s": seconds(helping.telling_ms),
        "q_share": _share(helping.q_share),
        "q_share_interval": _interval(belief.share(_QUESTIONS, set(Label))),
        "open_share": _share(counts.open_share),
        "open_share_interval": _interval(belief.share(_OPEN, _QUESTIONS)),
        "advice_share": _share(counts.advice_share),
        "advice_share_interval": _interval(belief.share(_ADVICE, _QUESTIONS | _ADVICE)),
        "statement_utterances": [coded.utterance.id for coded in helping.statements],
    }


def _total_intervals(belief: uncertainty.Belief) -> dict[str, list[float] | None]:
    kinds = {
        "open_interval": Label.OPEN_QUESTION,
        "closed_interval": Label.CLOSED_QUESTION,
        "advice_interval": Label.ADVICE,
    }
    return {key: _interval(belief.total(label)) for key, label in kinds.items()}


def _timing(found: _Measured) -> dict[str, Any]:
    whole = timing.timing(found.conversation, found.runs)
    talked = timing.talk(found.conversation, found.runs)
    helpers = scope.members(found.conversation)
    return {
        "speech_s": seconds(whole.speech_ms),
        "silence_s": seconds(whole.silence_ms),
        "overlap_s": seconds(whole.overlap_ms),
        "longest_turn_s": seconds(whole.longest_turn_ms),
        "turn_changes": whole.turn_changes,
        "members_evenness": _share(evenness.evenness([talked[p.id].talk_ms for p in helpers])),
    }


def _turns(found: _Measured) -> list[dict[str, Any]]:
    ordered = sorted(found.conversation.turns, key=lambda turn: (*turn.span, turn.speaker))
    return [
        {
            "id": turn.speaker,
            "participant": found.name(turn.speaker),
            "start_s": seconds(turn.start_ms),
            "end_s": seconds(turn.end_ms),
        }
        for turn in ordered
    ]


def _interruptions(found: _Measured) -> list[dict[str, Any]]:
    return [
        {
            "by": item.by,
            "of": item.of,
            "participant": found.name(item.by),
            "interrupted": found.name(item.of),
            "at_s": seconds(item.at_ms),
        }
        for item in found.interruptions
    ]


def _utterances(found: _Measured) -> list[dict[str, Any]]:
    return [
        {
            "id": coded.utterance.id,
            "speaker": coded.utterance.speaker,
            "participant": found.name(coded.person),
            "start_s": seconds(coded.utterance.start_ms),
            "end_s": seconds(coded.utterance.end_ms),
            "text": coded.utterance.text,
            "label": coded.coding.label.value,
            "confidence": _share(coded.coding.confidence),
            "unsure": coded.coding.unsure,
            "flags": [flag.value for flag in coded.coding.flags],
            "source": coded.coding.source.value,
            "person": coded.person,
            "phase": _phase_name(scope.phase_of(coded.utterance.span, found.conversation.phases)),
        }
        for coded in found.conversation.utterances
    ]


def _acts(found: _Measured) -> list[dict[str, Any]]:
    silences = {time.act.utterance_ids: time.silence_ms for time in found.thinking}
    return [
        {
            "kind": act.kind.value,
            "person": act.person,
            "participant": found.name(act.person),
            "utterances": list(act.utterance_ids),
            "start_s": seconds(act.start_ms),
            "end_s": seconds(act.end_ms),
            "flags": [flag.value for flag in act.flags],
            "phase": _phase_name(act.phase),
            "source": act.source.value,
            "unsure": act.coding.unsure,
            "think_time_s": _seconds(silences.get(act.utterance_ids)),
        }
        for act in found.acts
    ]


def _actions(found: _Measured, said_on: date | None) -> list[dict[str, Any]]:
    return [
        {
            "text": item.text,
            "owner": found.name(item.person),
            "due": item.due.day.isoformat() if item.due and item.due.day else None,
            "utterance": item.utterances[0].utterance.id,
            "due_phrase": item.due.phrase if item.due else None,
            "person": item.person,
        }
        for item in commitments.commitments(found.conversation, said_on)
    ]


def _redactions(manifest: Manifest) -> list[dict[str, Any]]:
    return [
        {
            "start_s": seconds(each.start_ms),
            "end_s": seconds(each.end_ms),
            "time": each.time,
            "reason": each.reason,
        }
        for each in sorted(manifest.redactions, key=lambda each: (each.span, each.time))
    ]


def _quality(
    manifest: Manifest,
    found: _Measured,
    warnings: Sequence[str],
    unplaced: Sequence[Participant],
) -> dict[str, Any]:
    known = quality.quality(found.conversation, found.acts)
    losses = manifest.audio.losses if manifest.audio else ()
    sentences = (*losses, *warnings, *quality.cautions(known, unplaced))
    return {
        "utterances": known.utterances,
        "unsure": known.unsure,
        "unnamed_voices": len(known.unnamed),
        "guessed_voices": len(known.guessed),
        "lost_s": seconds(manifest.audio.lost_ms) if manifest.audio else None,
        "warnings": list(dict.fromkeys(sentences)),
    }


def _day(started: str) -> date | None:
    """Return the day of an ISO time; None where it is no such thing."""
    try:
        return date.fromisoformat(started[:10])
    except ValueError:
        return None


def _phase_name(phase: Phase | None) -> str | None:
    return phase.name if phase else None


def _seconds(value_ms: float | None) -> float | None:
    return None if value_ms is None else round(value_ms / 1000, 3)


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _interval(value: uncertainty.Interval | None) -> list[float] | None:
    return None if value is None else [round(bound, 4) for bound in value]
