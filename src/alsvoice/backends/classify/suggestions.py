"""Decide whether a sentence puts forward an action that the speaker thought of."""

from alsvoice.backends.classify.advice_patterns import ADVICE
from alsvoice.backends.classify.patterns import OPEN_REQUESTS, SIGNALS
from alsvoice.backends.classify.phrases import Hit
from alsvoice.backends.classify.reading import Reading
from alsvoice.backends.classify.verdict import Verdict
from alsvoice.backends.classify.vocabulary import words_of
from alsvoice.labels import Flag

__all__ = ["judge_advice"]

_DISGUISED = frozenset({"question", "wrapped"})
_SOFT_STARTS = words_of("just maybe perhaps please simply first also always or if")
_CONDITIONS = frozenset({"if", "when", "before", "after"})
# After one of these "you could" belongs to a relative clause: "anything you could do".
_ANTECEDENTS = words_of(
    "thing things something anything everything nothing way ways one ones all else stuff time "
    "times people place places reason reasons help what how where why when who which that if "
    "whatever whether because until unless than as like think thought feel say said know person "
    "day moment option options step steps before after"
)


def judge_advice(reading: Reading) -> Verdict | None:
    """Return the verdict of a sentence that advises, None of one that does not.

    Whoever presents does not advise: their proposals are plans for their own problem.
    """
    if reading.context.presents:
        return None
    courteous = {hit.word for hit in reading.hits(ADVICE, "courtesy")}
    for hit in reading.hits(ADVICE):
        if hit.word in courteous:
            continue
        new = not reading.context.raised_before(reading.words[hit.word + 2 :])
        if new and _stands(hit, reading):
            return _verdict(hit, reading)
    return None


def _verdict(hit: Hit, reading: Reading) -> Verdict:
    disguised = hit.family in _DISGUISED or reading.asked
    flags = {Flag.ADVICE_IN_DISGUISE} if disguised else set[Flag]()
    if hit.family == "wrapped":
        flags.add(Flag.INDIRECT)
    family = (
        "advice.question" if disguised and hit.family not in _DISGUISED else f"advice.{hit.family}"
    )
    return Verdict(family=family, flags=frozenset(flags), asks=disguised)


def _stands(hit: Hit, reading: Reading) -> bool:
    """Say whether the phrase is the speaker's own proposal and not part of something else."""
    if hit.family == "question":
        return _opens_a_question(hit, reading) and not _plants_nothing(hit, reading)
    if hit.word >= reading.first_opening or _is_invitation(hit, reading):
        return False
    if hit.family == "imperative":
        return _commands(hit, reading)
    return not _belongs_to_another(hit, reading)


def _opens_a_question(hit: Hit, reading: Reading) -> bool:
    if any(h.word == hit.word for h in reading.hits(OPEN_REQUESTS, "yes_no_form")):
        return False
    opens = reading.opens_at(hit.word)
    return opens or (reading.asked and hit.word in reading.sentence.clauses)


def _plants_nothing(hit: Hit, reading: Reading) -> bool:
    """Say whether "what would happen if you did nothing" or the like names no action."""
    words = reading.words
    if words[hit.word] != "what" or "if" not in words[hit.word : hit.word + 6]:
        return False
    start = words.index("if", hit.word) + 2
    return any(h.word == start for h in reading.hits(SIGNALS, "nothing_new"))


def _commands(hit: Hit, reading: Reading) -> bool:
    """Say whether nothing before the verb makes somebody else its subject."""
    before = reading.words[reading.sentence.lead : hit.word]
    if all(word in _SOFT_STARTS for word in before):
        # "Put it where?" echoes; "Maybe put it in writing?" suggests.
        return not reading.asked or bool(before) or reading.words[hit.word] in _SOFT_STARTS
    return hit.word in reading.sentence.clauses and before[0] in _CONDITIONS


def _belongs_to_another(hit: Hit, reading: Reading) -> bool:
    """Say whether it is told of somebody else's thought, or part of a relative clause."""
    before = reading.words[hit.word - 1] if hit.word else ""
    relative = reading.words[hit.word] == "you" and hit.word not in reading.sentence.clauses
    if relative and before in _ANTECEDENTS:
        return True
    # "So you could ..." proposes at the beginning and tells what for further on.
    lead = reading.sentence.lead
    thought = any(
        h.word < hit.word and (reading.words[h.word] != "so" or h.word > lead)
        for h in reading.hits(SIGNALS, "attributed")
    )
    return thought or _gives_back(hit, reading)


def _gives_back(hit: Hit, reading: Reading) -> bool:
    """Say whether "so you have to ..." gives back what the other one is up against."""
    words = reading.words
    return (
        hit.word > 0
        and words[hit.word - 1] == "so"
        and words[hit.word] == "you"
        and not {"need", "have", "got"}.isdisjoint(words[hit.word + 1 : hit.word + 3])
    )


def _is_invitation(hit: Hit, reading: Reading) -> bool:
    near = range(hit.word, hit.word + 3)
    return any(h.word in near for h in reading.hits(OPEN_REQUESTS, "invitation"))
