"""What a removal leaves for a person to do, in words: passages to listen to and to take out."""

import shlex

from alsvoice.formats.fields import clock
from alsvoice.pipeline.removing import Removed
from alsvoice.removal.plan import Inseparable

__all__ = ["command", "finished_sentences", "kind_of", "times"]

_KINDS = {
    "overlap": "spoken at the same time as others",
    "named": "named by somebody else",
    "their_time": "counted as another's words, in their time",
}


def kind_of(each: Inseparable) -> str:
    """Return in words why a passage cannot be told apart."""
    return _KINDS[each.kind]


def times(start_ms: int, end_ms: int) -> str:
    """Return when a passage is, to the millisecond."""
    return f"{_precise(start_ms)} to {_precise(end_ms)}"


def command(session_id: str, each: Inseparable) -> str:
    """Return the command that takes a passage out."""
    start, end = _precise(each.start_ms), _precise(each.end_ms)
    return f"alsvoice redact {shlex.quote(session_id)} --from {start} --to {end}"


def _precise(time_ms: int) -> str:
    return f"{clock(time_ms)}.{time_ms % 1000:03d}"


def finished_sentences(session_id: str, removed: Removed) -> tuple[str, ...]:
    """Return what to say where a removal that was cut off has been finished: no name is in it."""
    what = "one person is" if removed.plan.departure else "a passage is"
    return (
        f"A removal that was cut off has been finished: {what} taken out.",
        *(
            f"{times(each.start_ms, each.end_ms)} could not be told apart from the others "
            f"({kind_of(each)}); listen, and take it out: {command(session_id, each)}"
            for each in removed.plan.inseparable
        ),
    )
