"""``timing``, ``turns``, ``interruptions``, ``exchanges``, ``facilitation``, ``off_track``."""

from typing import Any

from alsvoice.intervals import seconds, total_ms
from alsvoice.labels import Flag
from alsvoice.measures import questioning
from alsvoice.measures.exchange import matrix
from alsvoice.measures.facilitation import Intervention, facilitators
from alsvoice.measures.measured import Measured
from alsvoice.report.document.numbers import phase_name, share

__all__ = ["asked_whom", "facilitation", "interruptions", "off_track", "timing", "turns"]


def timing(found: Measured) -> dict[str, Any]:
    """Return the whole session's timing."""
    whole = found.timing
    return {
        "speech_s": seconds(whole.speech_ms),
        "silence_s": seconds(whole.silence_ms),
        "overlap_s": seconds(whole.overlap_ms),
        "longest_turn_s": seconds(whole.longest_turn_ms),
        "turn_changes": whole.turn_changes,
        "members_evenness": share(found.members_evenness),
    }


def turns(found: Measured) -> list[dict[str, Any]]:
    """Return who spoke when."""
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


def interruptions(found: Measured) -> list[dict[str, Any]]:
    """Return who took the floor from whom."""
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


def asked_whom(found: Measured) -> list[dict[str, Any]]:
    """Return how often each person answered each other's questions."""
    return [
        {
            "by": asker,
            "answered_by": answerer,
            "participant": found.name(asker),
            "answerer": found.name(answerer),
            "questions": number,
        }
        for asker, answerer, number in matrix(found.exchanges)
    ]


def facilitation(found: Measured) -> dict[str, Any]:
    """Return what the facilitator did; counts and shares are null where nobody does."""
    leads = facilitators(found.conversation)
    counts = questioning.count(act for act in found.acts if act.person in leads)
    said = [c for c in found.conversation.utterances if c.person in leads]
    shares = [found.talk[person].share for person in leads]
    kept = sum(Flag.TIME_KEEPING in c.coding.flags for c in said)
    after_advice = [each for each in found.interventions if each.follows_advice]
    return {
        "facilitators": list(leads),
        "talk_share": share(sum(s or 0 for s in shares)) if leads else None,
        "open": counts.open if leads else None,
        "closed": counts.closed if leads else None,
        "advice": counts.advice if leads else None,
        "time_keeping": kept if leads else None,
        "interventions": [_intervention(each) for each in found.interventions],
        "after_advice": len(after_advice),
        "advice_stopped": sum(each.advice_stopped is True for each in after_advice),
        "advice_went_on": sum(each.advice_stopped is False for each in after_advice),
    }


def _intervention(each: Intervention) -> dict[str, Any]:
    spans = [coded.utterance.span for coded in each.utterances]
    return {
        "person": each.person,
        "utterances": [coded.utterance.id for coded in each.utterances],
        "start_s": seconds(spans[0][0]),
        "phase": phase_name(each.phase),
        "after_advice": each.follows_advice,
        "advice_stopped": each.advice_stopped,
        "next_act": list(each.after.utterance_ids) if each.after else None,
    }


def off_track(found: Measured) -> dict[str, Any]:
    """Return the time off track and who brought the set back."""
    whole = total_ms(c.utterance.span for s in found.off_track for c in s.utterances)
    return {
        "total_s": seconds(whole),
        "stretches": [
            {
                "utterances": [coded.utterance.id for coded in stray.utterances],
                "start_s": seconds(stray.utterances[0].utterance.start_ms),
                "length_s": seconds(stray.length_ms),
                "phase": phase_name(stray.phase),
                "back_by": stray.back_by,
                "brought_back": found.name(stray.back_by) if stray.back_by else None,
                "back_utterance": stray.back.utterance.id if stray.back else None,
            }
            for stray in found.off_track
        ],
    }
