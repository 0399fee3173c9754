"""``participants``: each person's numbers."""

from typing import Any

from alsvoice.intervals import seconds
from alsvoice.labels import Label
from alsvoice.measures import questioning, think_time
from alsvoice.measures.balance import is_statement
from alsvoice.measures.listening import listening
from alsvoice.measures.measured import Measured
from alsvoice.measures.rate import words_per_minute
from alsvoice.measures.uncertainty import believe
from alsvoice.report.document.numbers import interval, seconds_or_none, share
from alsvoice.session import Person

__all__ = ["participants"]

_OPEN, _CLOSED, _ADVICE = {Label.OPEN_QUESTION}, {Label.CLOSED_QUESTION}, {Label.ADVICE}


def participants(found: Measured) -> list[dict[str, Any]]:
    """Return a row a person."""
    return [_row(found, person) for person in found.conversation.people]


def _row(found: Measured, person: Person) -> dict[str, Any]:
    own = questioning.count(found.acts_of(person.id))
    said = found.said_by(person.id)
    talk = found.talk[person.id]
    words = sum(len(coded.utterance.words) for coded in said)
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role.value if person.role else None,
        "talk_s": seconds(talk.talk_ms),
        "talk_share": share(talk.share),
        "turns": talk.turns,
        "words": words,
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
        "by_voice": person.likeness,
        "leading": own.leading,
        **_waits(found, person),
        "words_per_minute": _whole(words_per_minute(words, talk.talk_ms)),
        **_asking(found, person),
    }


def _waits(found: Measured, person: Person) -> dict[str, Any]:
    waits = (time for time in found.thinking if time.act.person == person.id)
    return {"median_think_time_s": seconds_or_none(think_time.median_ms(waits))}


def _asking(found: Measured, person: Person) -> dict[str, Any]:
    acts, said = found.acts_of(person.id), found.said_by(person.id)
    own = questioning.count(acts)
    heard = listening(said, acts)
    others = (c.coding for c in said if c.coding.label is Label.OTHER)
    belief = believe([*(act.coding for act in acts), *others], found.card)
    unasked = [c for c in found.replies.unasked_statements if c.person == person.id]
    return {
        "open_share": share(own.open_share),
        "open_share_interval": interval(belief.share(_OPEN, _OPEN | _CLOSED)),
        "advice_share": share(own.advice_share),
        "advice_share_interval": interval(belief.share(_ADVICE, _OPEN | _CLOSED | _ADVICE)),
        "long_questions": sum(act.person == person.id for act in found.long),
        "statements": sum(map(is_statement, said)),
        "statements_unasked": len(unasked),
        "reflections": heard.reflections,
        "reflections_per_question": share(heard.reflections_per_question),
        "backchannels": heard.backchannels,
        "interventions": sum(each.person == person.id for each in found.interventions),
        "questions_answered": sum(each.answered_by == person.id for each in found.exchanges),
    }


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
