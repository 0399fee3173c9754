"""Flags that only the whole row decides: stacked, leading; and the order they are given in."""

from collections.abc import Sequence

from alsvoice.backends.classify.patterns import SIGNALS
from alsvoice.backends.classify.reading import Reading
from alsvoice.backends.classify.sentences import Row, Sentence
from alsvoice.backends.classify.verdict import Verdict
from alsvoice.backends.classify.vocabulary import WH
from alsvoice.labels import Flag

__all__ = ["leads", "row_flags"]

# Tags and echoes belong to the question before them: they stack nothing.
_NO_QUESTION_OF_ITS_OWN = frozenset({"closed.tag", "closed.fragment", "closed.echo", "open.prompt"})
_ORDER = tuple(Flag)
# A statement of so many words separates two questions (as measures count acts).
_SEPARATING_WORDS = 5
# "How about you, what was it like?" asks once.
_TOPICS = frozenset({("how", "about"), ("what", "about"), ("what", "of"), ("what", "if")})
# "..., do you think?" is no question of its own.
_ASIDES = frozenset(
    {
        *[("do", "you", verb) for verb in
          ("think", "reckon", "feel", "know", "figure", "imagine", "suppose", "mean", "see")],
        ("would", "you", "say"),
        ("did", "you", "say"),
    }
)  # fmt: skip
# An option, or the speaker's own correction.
_TAKEN_BACK = frozenset({"or", "no", "sorry"})
_RESTART_WORDS = 4
_PREPOSITIONS = frozenset({"by", "with", "for", "to", "from", "in", "at", "on", "about"})
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
            run += max(1, _questions(sentence))
            if run >= 2:
                return True
        elif not verdict.asks and len(sentence.words) >= _SEPARATING_WORDS:
            run = 0
    return False


def _questions(sentence: Sentence) -> int:
    """Return how many questions the sentence holds that can stand by themselves."""
    starts = [opening.word for opening in sentence.openings]
    own = sum(
        not _hangs_on(sentence.words, at, starts[n - 1] if n else None)
        and not (n + 1 < len(starts) and sentence.words[at : at + 2] in _TOPICS)
        for n, at in enumerate(starts)
    )
    return own + (bool(starts) and _has_tail(sentence.words, starts))


def _has_tail(words: Sequence[str], starts: Sequence[int]) -> bool:
    """Say whether a question goes on after "and" without opening anew: "and by when"."""
    for at in range(starts[0] + 1, len(words) - 1):
        if words[at] == "and":
            asks = at + 1 + (words[at + 1] in _PREPOSITIONS)
            if asks not in starts and asks < len(words) and words[asks] in WH:
                return True
    return False


def _hangs_on(words: Sequence[str], at: int, before: int | None) -> bool:
    """Say whether a question belongs to the one before: an option, an aside, a restart."""
    if before is None:
        return False
    if words[at - 1] in _TAKEN_BACK or words[at : at + 3] in _ASIDES:
        return True
    return words[at] == words[before] and at - before <= _RESTART_WORDS
