"""The report's JSON Schema (draft 2020-12): what every key is, written once and published.

``docs/report.schema.json`` is made from this by ``scripts/schema.py``; tests hold both together and
validate documents against it. Keys may be added within a version, never renamed or dropped.
"""

from typing import Any

from alsvoice.labels import Flag, Label, Origin
from alsvoice.report.audience import Reader
from alsvoice.report.document import SCHEMA
from alsvoice.session import ActionState, Consent, Role

__all__ = ["json_schema"]

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_BOOL: Schema = {"type": "boolean"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_SECONDS: Schema = {"type": "number", "minimum": 0}
_SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
_INTERVAL: Schema = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}


def _or_null(schema: Schema) -> Schema:
    if "enum" in schema:
        return {"enum": [*schema["enum"], None]}
    return {**schema, "type": [schema["type"], "null"]}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _object(**keys: Schema) -> Schema:
    return {"type": "object", "properties": keys, "required": list(keys)}


_text, _seconds, _share, _count = map(_or_null, (_TEXT, _SECONDS, _SHARE, _COUNT))
_interval, _signed = _or_null(_INTERVAL), {"type": ["number", "null"]}
_ids = _list(_TEXT)
_flags = _list({"enum": [*Flag]})
_label = {"enum": [*Label]}
_role = _or_null({"enum": [*Role]})

_SESSION = _object(
    id=_TEXT,
    title=_text,
    started=_TEXT,
    duration_s=_SECONDS,
    template=_text,
    set=_text,
    consent=_or_null({"enum": [*Consent]}),
    consent_given={"type": ["object", "null"]},
)
_PARTICIPANT = _object(
    id=_TEXT,
    name=_text,
    role=_role,
    talk_s=_seconds,
    talk_share=_share,
    turns=_count,
    words=_count,
    longest_turn_s=_seconds,
    open_questions=_count,
    closed_questions=_count,
    advice=_count,
    advice_in_disguise=_count,
    stacked=_count,
    interruptions_made=_count,
    interruptions_received=_count,
    speakers=_ids,
    guessed=_BOOL,
    by_voice=_share,
    leading=_count,
    helpful=_count,
    median_think_time_s=_seconds,
    words_per_minute=_count,
    open_share=_share,
    open_share_interval=_interval,
    advice_share=_share,
    advice_share_interval=_interval,
    long_questions=_count,
    statements=_count,
    statements_unasked=_count,
    reflections=_count,
    reflections_per_question=_seconds,
    backchannels=_count,
    interventions=_count,
    questions_answered=_count,
)
_TALK = _list(_object(id=_TEXT, participant=_text, talk_s=_SECONDS))
_INSIDE: Schema = {
    "talk": _TALK,
    "speech_s": _SECONDS,
    "silence_s": _SECONDS,
    "overlap_s": _SECONDS,
    "open": _count,
    "closed": _count,
    "advice": _count,
    "advice_in_disguise": _count,
    "stacked": _count,
    "leading": _count,
    "median_think_time_s": _seconds,
}
_ASKING: Schema = {
    "open_share": _share,
    "open_share_interval": _interval,
    "advice_share": _share,
    "advice_share_interval": _interval,
    "interruptions": _count,
}
_BALANCE = _object(
    scope=_object(roles=_ids, phases=_ids),
    open=_count,
    closed=_count,
    advice=_count,
    statements=_count,
    question_s=_seconds,
    telling_s=_seconds,
    q_share=_share,
    q_share_interval=_interval,
    open_share=_share,
    open_share_interval=_interval,
    advice_share=_share,
    advice_share_interval=_interval,
    statement_utterances=_ids,
)
_PHASE = _object(
    name=_TEXT,
    planned_s=_seconds,
    actual_s=_SECONDS,
    start_s=_SECONDS,
    end_s=_SECONDS,
    round=_count,
    presenter=_text,
    over_run_s=_signed,
    guessed=_BOOL,
    off_track_s=_seconds,
    balance=_or_null(_BALANCE),
    **_INSIDE,
    **_ASKING,
)
_ROUND = _object(
    n=_COUNT,
    presenter=_text,
    balance=_BALANCE,
    actual_s=_SECONDS,
    interruptions=_COUNT,
    **_INSIDE,
)
_QUESTIONS = _object(
    open=_count,
    closed=_count,
    advice=_count,
    advice_in_disguise=_count,
    open_share=_share,
    open_share_interval=_interval,
    advice_share=_share,
    stacked=_count,
    leading=_count,
    median_think_time_s=_seconds,
    advice_share_interval=_interval,
    open_interval=_interval,
    closed_interval=_interval,
    advice_interval=_interval,
    long=_count,
    median_pause_before_s=_seconds,
    reflections=_count,
    reflections_per_question=_seconds,
    backchannels=_count,
    statements_in_reply=_count,
    helpful=_count,
    statements_unasked=_count,
    advice_asked_for=_count,
)
_TIMING = _object(  # null where only time was kept
    speech_s=_seconds,
    silence_s=_seconds,
    overlap_s=_seconds,
    longest_turn_s=_seconds,
    turn_changes=_count,
    members_evenness=_share,
)
_UTTERANCE = _object(
    id=_TEXT,
    speaker=_text,
    participant=_text,
    start_s=_SECONDS,
    end_s=_SECONDS,
    text=_TEXT,
    label=_or_null(_label),
    confidence=_share,
    unsure=_BOOL,
    flags=_flags,
    source={"enum": [*Origin]},
    person=_text,
    phase=_text,
    in_reply={"type": ["boolean", "null"]},
    doubtful={"type": "array", "items": _COUNT},
    helpful=_BOOL,
)
_ACT = _object(
    kind=_label,
    person=_text,
    participant=_text,
    utterances=_ids,
    start_s=_SECONDS,
    end_s=_SECONDS,
    flags=_flags,
    phase=_text,
    source={"enum": [*Origin]},
    unsure=_BOOL,
    think_time_s=_seconds,
    pause_before_s=_seconds,
    asked=_text,
    answered_by=_text,
    long=_BOOL,
    helping=_BOOL,
)
_FACILITATION = _object(
    facilitators=_ids,
    talk_share=_share,
    open=_count,
    closed=_count,
    advice=_count,
    time_keeping=_count,
    interventions=_list(
        _object(
            person=_text,
            utterances=_ids,
            start_s=_SECONDS,
            phase=_text,
            after_advice=_BOOL,
            advice_stopped={"type": ["boolean", "null"]},
            next_act={"type": ["array", "null"], "items": _TEXT},
        )
    ),
    after_advice=_count,
    advice_stopped=_count,
    advice_went_on=_count,
)
_OFF_TRACK = _object(
    total_s=_seconds,
    stretches=_list(
        _object(
            utterances=_ids,
            start_s=_SECONDS,
            length_s=_SECONDS,
            phase=_text,
            back_by=_text,
            brought_back=_text,
            back_utterance=_text,
        )
    ),
)
_PARTS: Schema = {
    "schema": {"const": SCHEMA},
    "session": _SESSION,
    "participants": _list(_PARTICIPANT),
    "unplaced": _list(_object(name=_TEXT, role=_role)),
    "phases": _list(_PHASE),
    "rounds": _list(_ROUND),
    "questions": _QUESTIONS,
    "balance": _BALANCE,
    "timing": _TIMING,
    "turns": _list(_object(id=_text, participant=_text, start_s=_SECONDS, end_s=_SECONDS)),
    "interruptions": _list(
        _object(by=_text, of=_text, participant=_text, interrupted=_text, at_s=_SECONDS)
    ),
    "exchanges": _list(
        _object(by=_TEXT, answered_by=_TEXT, participant=_text, answerer=_text, questions=_COUNT)
    ),
    "facilitation": _FACILITATION,
    "off_track": _OFF_TRACK,
    "utterances": _list(_UTTERANCE),
    "acts": _list(_ACT),
    "actions": _list(
        _object(
            text=_TEXT,
            owner=_text,
            due=_or_null({"type": "string", "format": "date"}),
            utterance=_TEXT,
            due_phrase=_text,
            person=_TEXT,
            state={"enum": [*ActionState]},
            carried_to=_or_null({"type": "string", "format": "date"}),
        )
    ),
    "findings": _list(
        _object(
            kind=_TEXT,
            severity={"enum": ["praise", "notice", "growth", "doubt"]},
            text=_TEXT,
            utterances=_ids,
            person=_text,
            participant=_text,
        )
    ),
    "notes": _list(_object(at_s=_SECONDS, text=_TEXT, who=_text, utterance=_text, person=_text)),
    "agreement": {
        **_object(
            classifier=_text,
            sessions=_COUNT,
            other_classifiers=_ids,
            labels=_list(
                _object(
                    label=_or_null(_label),
                    coded=_COUNT,
                    judged=_COUNT,
                    agreed=_COUNT,
                    share=_share,
                    interval=_interval,
                )
            ),
        ),
        "type": ["object", "null"],
    },
    "redactions": _list(_object(start_s=_SECONDS, end_s=_SECONDS, time=_TEXT, reason=_text)),
    "marks": _list(_object(at_s=_SECONDS, kind=_TEXT, text=_text)),
    "gaps": _list(_object(start_s=_SECONDS, end_s=_SECONDS, cause=_TEXT)),
    "attendance": _list(_object(name=_TEXT, arrived_s=_seconds, left_s=_seconds)),
    "withdrawals": _list(_object(time=_TEXT)),
    "quality": _object(
        utterances=_COUNT,
        unsure=_COUNT,
        unnamed_voices=_COUNT,
        guessed_voices=_COUNT,
        lost_s=_seconds,
        warnings=_ids,
    ),
    "provenance": _object(alsvoice=_text, asr=_text, diarizer=_text, classifier=_text),
    "audience": _object(**{"for": {"enum": [*Reader]}, "name": _text}),
    "anonymous": _BOOL,
    "average": {"type": ["object", "null"]},
    "school": _TEXT,
    "coded": _BOOL,
}


def json_schema() -> Schema:
    """Return the schema of a report as JSON."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"alsvoice report, version {SCHEMA}",
        "description": "Times are seconds, shares lie in 0 to 1, null is unknown or not shown.",
        **_object(**_PARTS),
    }
