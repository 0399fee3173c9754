"""Flags that only the whole row decides: stacked, leading; and the order they are given in."""

from collections.abc import Sequence

from alsvoice.backends.classify.patterns import SIGNALS
from alsvoice.backends.classify.reading import Reading
from alsvoice.backends.classify.sentences import Row
from alsvoice.backends.classify.verdict import Verdict
from alsvoice.labels import Flag

__all__ = ["leads", "row_flags"]

# Tags and echoes belong to the question before them: they stack nothing.
_NO_QUESTION_OF_ITS_OWN = frozenset({"closed.tag", "closed.fragment", "closed.echo", "open.prompt"})
_ORDER = tuple(Flag)
# A statement of so many words separates two questions (as measures count acts).
_SEPARATING_WORDS = 5
_LEADING_WORDS = frozenset({"surely", "obviously", "you"})
_WHATEVER_THE_LABEL = frozenset({Flag.TIME_KEEPING, Flag.PROCESS_INTERVENTION, Flag.OFF_TOPIC})


def row_flags(row: Row, verdicts: Sequence[Verdict], governing: Verdict) -> tuple[Flag, ...]:
    """Return the row's flags, in the order of ``Flag``."""
    flags = set(governing.flags)
    for verdict in verdicts:
        if verdict.label is governing.label:
            flags |= verdict.flags - {Flag.BACKCHANNEL}
        flags |= verdict.flags & _WHATEVER_THE_LABEL
    if is_stacked(row, verdicts):
        flags.add(Flag.STACKED)
    return tuple(flag for flag in _ORDER if flag in flags)


def leads(reading: Reading) -> bool:
    """Say whether a question carries its answer: "don't you think", "surely"."""
    return any(
        reading.opens_at(hit.word) or reading.words[hit.word] in _LEADING_WORDS
        for hit in reading.hits(SIGNALS, "leading")
    )


def is_stacked(row: Row, verdicts: Sequence[Verdict]) -> bool:
    """Say whether two questions follow each other with no statement of weight between them."""
    run = 0
    for sentence, verdict in zip(row.sentences, verdicts, strict=False):
        if verdict.asks and verdict.family not in _NO_QUESTION_OF_ITS_OWN:
            run += max(1, len(sentence.openings))
            if run >= 2:
                return True
        elif not verdict.asks and len(sentence.words) >= _SEPARATING_WORDS:
            run = 0
    return False
