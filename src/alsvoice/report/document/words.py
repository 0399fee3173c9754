"""``utterances``, ``acts`` and ``actions``: what was said, what was counted, what will be done."""

from datetime import date
from typing import Any

from alsvoice.intervals import seconds
from alsvoice.measures import commitments, scope
from alsvoice.measures.measured import Measured
from alsvoice.report.document.numbers import phase_name, seconds_or_none, share
from alsvoice.session import ActionState, Conversation

__all__ = ["actions", "acts", "utterances"]


def utterances(found: Measured) -> list[dict[str, Any]]:
    """Return what was said, each with its own coding."""
    answers = {c.utterance.id for c in found.replies.replies}
    unasked = {c.utterance.id for c in found.replies.unasked}
    return [
        {
            "id": coded.utterance.id,
            "speaker": coded.utterance.speaker,
            "participant": found.name(coded.person),
            "start_s": seconds(coded.utterance.start_ms),
            "end_s": seconds(coded.utterance.end_ms),
            "text": coded.utterance.text,
            "label": coded.coding.label.value,
            "confidence": share(coded.coding.confidence),
            "unsure": coded.coding.unsure,
            "flags": [flag.value for flag in coded.coding.flags],
            "source": coded.coding.source.value,
            "person": coded.person,
            "phase": phase_name(scope.phase_of(coded.utterance.span, found.conversation.phases)),
            "in_reply": _in_reply(coded.utterance.id, answers, unasked),
            "doubtful": [n for n, w in enumerate(coded.utterance.words) if w.is_doubtful],
        }
        for coded in found.conversation.utterances
    ]


def _in_reply(utterance_id: str, answers: set[str], unasked: set[str]) -> bool | None:
    """Whether a statement or advice answers a question; None for everything else."""
    if utterance_id in answers:
        return True
    return False if utterance_id in unasked else None


def acts(found: Measured) -> list[dict[str, Any]]:
    """Return the questions and the advice that were counted."""
    silences = {time.act.utterance_ids: time.silence_ms for time in found.thinking}
    exchanges = {each.act.utterance_ids: each for each in found.exchanges}
    long = {act.utterance_ids for act in found.long}
    helping = {act.utterance_ids for act in found.balance.acts}
    rows: list[dict[str, Any]] = []
    for act in found.acts:
        exchange = exchanges.get(act.utterance_ids)
        rows.append(
            {
                "kind": act.kind.value,
                "person": act.person,
                "participant": found.name(act.person),
                "utterances": list(act.utterance_ids),
                "start_s": seconds(act.start_ms),
                "end_s": seconds(act.end_ms),
                "flags": [flag.value for flag in act.flags],
                "phase": phase_name(act.phase),
                "source": act.source.value,
                "unsure": act.coding.unsure,
                "think_time_s": seconds_or_none(silences.get(act.utterance_ids)),
                "pause_before_s": seconds_or_none(exchange.pause_before_ms if exchange else None),
                "asked": exchange.asked if exchange else None,
                "answered_by": exchange.answered_by if exchange else None,
                "long": act.utterance_ids in long,
                "helping": act.utterance_ids in helping,
            }
        )
    return rows


def actions(conversation: Conversation, said_on: date | None) -> list[dict[str, Any]]:
    """Return the commitments; due dates are those after ``said_on``."""
    return [
        {
            "text": item.text,
            "owner": conversation.person(item.person).name,
            "due": item.due.day.isoformat() if item.due and item.due.day else None,
            "utterance": item.utterances[0].utterance.id,
            "due_phrase": item.due.phrase if item.due else None,
            "person": item.person,
            **_follow_up(conversation, item),
        }
        for item in commitments.commitments(conversation, said_on)
    ]


def _follow_up(conversation: Conversation, item: commitments.Commitment) -> dict[str, str | None]:
    """Return what became of an action: open until somebody says otherwise.

    What was said of its first utterance goes before what a new run moved to another of them.
    """
    known = {each.utterance: each for each in conversation.follow_ups}
    said = (known.get(coded.utterance.id) for coded in item.utterances)
    told = next((each for each in said if each), None)
    return {
        "state": (told.state if told else ActionState.OPEN).value,
        "carried_to": told.until.isoformat() if told and told.until else None,
    }
