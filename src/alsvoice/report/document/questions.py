"""``questions`` and ``balance``: what everybody asked and advised, and the members' helping."""

from statistics import median
from typing import Any

from alsvoice.intervals import seconds
from alsvoice.labels import Label
from alsvoice.measures import balance as balance_
from alsvoice.measures import think_time, uncertainty
from alsvoice.measures.listening import listening
from alsvoice.measures.measured import Measured
from alsvoice.report.document.numbers import interval, seconds_or_none, share

__all__ = ["balance_row", "questions"]

_OPEN, _CLOSED = {Label.OPEN_QUESTION}, {Label.CLOSED_QUESTION}
_QUESTIONS = _OPEN | _CLOSED
_ADVICE = {Label.ADVICE}


def questions(found: Measured) -> dict[str, Any]:
    """Return everybody's counts, shares and waits."""
    counts, belief = found.counts(), found.belief()
    heard = listening(found.conversation.utterances, found.acts)
    pauses = [e.pause_before_ms for e in found.exchanges if e.pause_before_ms is not None]
    return {
        "open": counts.open,
        "closed": counts.closed,
        "advice": counts.advice,
        "advice_in_disguise": counts.advice_in_disguise,
        "open_share": share(counts.open_share),
        "open_share_interval": interval(belief.share(_OPEN, _QUESTIONS)),
        "advice_share": share(counts.advice_share),
        "stacked": counts.stacked,
        "leading": counts.leading,
        "median_think_time_s": seconds_or_none(think_time.median_ms(found.thinking)),
        "advice_share_interval": interval(belief.share(_ADVICE, _QUESTIONS | _ADVICE)),
        **_total_intervals(belief),
        "long": len(found.long),
        "median_pause_before_s": seconds_or_none(median(pauses) if pauses else None),
        "reflections": heard.reflections,
        "reflections_per_question": share(heard.reflections_per_question),
        "backchannels": heard.backchannels,
        "statements_in_reply": sum(c.coding.label is Label.OTHER for c in found.replies.replies),
        "statements_unasked": len(found.replies.unasked_statements),
        "advice_asked_for": len(found.replies.advice_asked_for),
    }


def _total_intervals(belief: uncertainty.Belief) -> dict[str, list[float] | None]:
    kinds = {
        "open_interval": Label.OPEN_QUESTION,
        "closed_interval": Label.CLOSED_QUESTION,
        "advice_interval": Label.ADVICE,
    }
    return {key: interval(belief.total(label)) for key, label in kinds.items()}


def balance_row(found: Measured, helping: balance_.Balance) -> dict[str, Any]:
    """Return a balance: the session's, or a round's."""
    counts, belief = helping.counts, found.belief_in(helping)
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
        "q_share": share(helping.q_share),
        "q_share_interval": interval(belief.share(_QUESTIONS, set(Label))),
        "open_share": share(counts.open_share),
        "open_share_interval": interval(belief.share(_OPEN, _QUESTIONS)),
        "advice_share": share(counts.advice_share),
        "advice_share_interval": interval(belief.share(_ADVICE, _QUESTIONS | _ADVICE)),
        "statement_utterances": [coded.utterance.id for coded in helping.statements],
    }
