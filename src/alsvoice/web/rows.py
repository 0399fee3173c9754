"""A session as its page needs it: rows to show, numbers beside them, what can be undone."""

from typing import Any

from alsvoice.edits import Edit, Op, history
from alsvoice.labels import LABELS, Coding
from alsvoice.measures.trust import check_order, trust
from alsvoice.pipeline.judging import judged_labels, trust_rows
from alsvoice.pipeline.sight import Sight
from alsvoice.report.document.glance import glance
from alsvoice.report.document.reading import Reading
from alsvoice.report.wording import phase_title
from alsvoice.session import CodedUtterance

__all__ = ["numbers", "rows", "whole"]

_CHECKS = 10
_DONE = {
    Op.NAME: "a name",
    Op.LABEL: "a label",
    Op.SPEAKER: "who spoke",
    Op.TEXT: "words",
    Op.CUT: "a cut",
    Op.JOIN: "a join",
    Op.PHASE: "a phase's border",
    Op.NOTE: "a note",
    Op.HELPFUL: "a helpful mark",
    Op.ACTION: "what became of an action",
}


Rows = dict[str, dict[str, Any]]


def rows(sight: Sight, before: tuple[Sight, Rows] | None = None) -> Rows:
    """Return a row an utterance by its id, in order of time.

    ``before`` is an earlier sight with its rows: those of which nothing changed are taken over.
    """
    machine = {coding.utterance_id: coding for coding in sight.codings}
    helped = sight.applied.feedback.helpful
    known = _unchanged(sight, *before) if before else {}
    return {
        (id_ := each.utterance.id): known.get(id_)
        or _row(each, helpful=id_ in helped, machine=machine.get(id_), coded=sight.is_coded)
        for each in sight.conversation.utterances
    }


def _unchanged(sight: Sight, old: Sight, made: Rows) -> Rows:
    """Return those rows whose utterance, coding, speaker and marks are the very same."""
    if sight.codings is not old.codings:
        return {}
    was = {each.utterance.id: each for each in old.conversation.utterances}
    marked = sight.applied.feedback.helpful ^ old.applied.feedback.helpful
    return {
        id_: made[id_]
        for each in sight.conversation.utterances
        if (id_ := each.utterance.id) in was
        and id_ not in marked
        and each.utterance is was[id_].utterance
        and each.coding is was[id_].coding
        and each.person == was[id_].person
    }


def _row(
    each: CodedUtterance, *, helpful: bool, machine: Coding | None, coded: bool
) -> dict[str, Any]:
    start, end = each.utterance.span
    unsure = coded and each.coding.unsure
    return {
        "id": each.utterance.id,
        "person": each.person,
        "start": start,
        "end": end,
        "text": each.utterance.text,
        "doubtful": [n for n, w in enumerate(each.utterance.words) if w.is_doubtful],
        "label": each.coding.label.value,
        "confidence": round(each.coding.confidence, 2),
        "odds": [round(p, 2) for p in each.coding.probabilities] if unsure else None,
        "unsure": unsure,
        "flags": [flag.value for flag in each.coding.flags],
        "source": each.coding.source.value,
        "helpful": helpful,
        "machine": machine.label.value if machine else None,
    }


def whole(sight: Sight) -> dict[str, Any]:
    """Return everything but utterances and numbers: people, turns, phases, notes, history."""
    conversation = sight.conversation
    place = {person.id: n for n, person in enumerate(conversation.people)}
    return {
        "session": sight.manifest.id,
        "title": sight.manifest.title or sight.manifest.id,
        "duration": conversation.duration_ms,
        "labels": [label.value for label in LABELS],
        "people": [
            {
                "id": person.id,
                "name": person.display,
                "known": person.name is not None,
                "role": person.role.value if person.role else None,
                "guessed": person.guessed,
                "by_voice": person.likeness,
                "voices": list(person.speakers),
            }
            for person in conversation.people
        ],
        "turns": [
            [place[turn.speaker], turn.start_ms, turn.end_ms]
            for turn in conversation.turns
            if turn.speaker in place
        ],
        "phases": [
            {"title": phase_title(phase.name), "start": phase.start_ms, "end": phase.end_ms}
            for phase in conversation.phases
        ],
        "gaps": [list(gap) for gap in conversation.gaps],
        "notes": [
            {
                "edit": note.edit,
                "utterance": note.utterance,
                "start": note.start_ms,
                "text": note.text,
                "who": note.who,
            }
            for note in sight.applied.feedback.notes
        ],
        **_checks(sight),
        **_history(sight.edits),
    }


def numbers(sight: Sight) -> dict[str, Any]:
    """Return what of the report stands beside the transcript; its keys are the report's."""
    return glance(
        sight.manifest,
        sight.conversation,
        card=sight.card,
        unplaced=sight.applied.unplaced,
        reading=Reading(coded=sight.is_coded),
    )


def _checks(sight: Sight) -> dict[str, Any]:
    """Return which utterances a random check asks for next, and how far people agree so far."""
    found = judged_labels(sight.conversation, sight.codings)
    waiting = [each.id for each in check_order(found) if each.person is None]
    return {"check": waiting[:_CHECKS], "trust": trust_rows(trust([found]))}


def _history(edits: tuple[Edit, ...]) -> dict[str, str | None]:
    found = history(edits)
    return {
        "undo": _named(found.done[-1]) if found.done else None,
        "redo": _named(found.undone[-1]) if found.undone else None,
    }


def _named(group: tuple[Edit, ...]) -> str:
    return _DONE.get(group[0].op, "a correction")
