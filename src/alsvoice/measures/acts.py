"""Acts: the questions and the advice that are counted, joined from neighbouring utterances.

Within one unbroken turn (others' back-channels do not break it) neighbouring questions are one act,
the last governing, flagged ``stacked``; a statement of five words or more separates two questions.
All advice of the turn is one act and takes in a question that stands next to it. Statements are
utterances, not acts. What was taken out of a session, or said by somebody who withdrew, may have
been an answer: it ends a turn for acts. The unit is akin to the volley of the MITI (Moyers et al.
2016), the uninterrupted speech of one person; the rules of joining are action learning's own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from alsvoice.intervals import Span, union
from alsvoice.labels import Coding, Flag, Label, Origin
from alsvoice.measures.floor import is_backchannel
from alsvoice.measures.once import once
from alsvoice.measures.scope import phase_of
from alsvoice.session import CodedUtterance, Conversation, Phase
from alsvoice.transcript import is_withdrawn, only_listens

__all__ = [
    "STATEMENT_WORDS",
    "Act",
    "acts",
    "parted",
    "turns_of",
    "unbroken_turns",
    "unknown_stretches",
]

STATEMENT_WORDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One question or one piece of advice.

    ``coding`` is the governing one: the last question's, or the last advice's. ``phase`` is the one
    that is on in the middle of the governing utterance.
    """

    person: str
    utterances: tuple[CodedUtterance, ...]
    coding: Coding
    flags: tuple[Flag, ...]
    phase: Phase | None

    @property
    def kind(self) -> Label:
        """Open question, closed question or advice."""
        return self.coding.label

    @property
    def source(self) -> Origin:
        """Who decided the kind."""
        return self.coding.source

    @property
    def utterance_ids(self) -> tuple[str, ...]:
        """The utterances it is made of."""
        return tuple(coded.utterance.id for coded in self.utterances)

    @property
    def start_ms(self) -> int:
        """Where its first utterance starts."""
        return self.utterances[0].utterance.start_ms

    @property
    def end_ms(self) -> int:
        """Where its last utterance to end ends."""
        return max(coded.utterance.end_ms for coded in self.utterances)

    @property
    def span(self) -> Span:
        """Start and end."""
        return (self.start_ms, self.end_ms)


def acts(conversation: Conversation) -> tuple[Act, ...]:
    """Return everybody's acts in order of their start."""
    found = (
        _act(group, conversation.phases)
        for turn in turns_of(conversation)
        for group in _groups(turn)
    )
    return tuple(sorted(found, key=lambda act: (act.start_ms, act.end_ms, act.person)))


@once
def turns_of(conversation: Conversation) -> tuple[tuple[CodedUtterance, ...], ...]:
    """Return the unbroken turns of a session, none over a stretch that nobody knows."""
    breaks = unknown_stretches(conversation)
    return tuple(map(tuple, unbroken_turns(conversation.utterances, breaks)))


def unbroken_turns(
    utterances: Iterable[CodedUtterance], breaks: Sequence[Span] = ()
) -> Iterator[list[CodedUtterance]]:
    """Yield what each person says until somebody else does more than listen.

    ``breaks`` are stretches in which somebody did, though their words are not there.
    """
    turn: list[CodedUtterance] = []
    for coded in utterances:
        if turn and coded.person != turn[0].person and is_backchannel(coded):
            continue
        if turn and (coded.person != turn[0].person or parted(turn[-1], coded, breaks)):
            yield turn
            turn = []
        turn.append(coded)
    if turn:
        yield turn


def unknown_stretches(conversation: Conversation) -> tuple[Span, ...]:
    """Return where somebody may have spoken and nobody knows what: taken out, or withdrawn."""
    gone = (
        turn.span
        for turn in conversation.turns
        if is_withdrawn(turn.speaker) and not only_listens(turn.speaker)
    )
    return union([*conversation.gaps, *gone])


def parted(one: CodedUtterance, other: CodedUtterance, breaks: Sequence[Span]) -> bool:
    """Whether a break lies between; the ends of turns and words are not known to the tenth."""
    if not breaks:
        return False
    start, end = (sum(coded.utterance.span) // 2 for coded in (one, other))
    return any(a < end and start < b for a, b in breaks)


def _groups(turn: Sequence[CodedUtterance]) -> Iterator[list[CodedUtterance]]:
    """Yield the utterances of each act of an unbroken turn."""
    advice: list[CodedUtterance] = []
    for stretch in _stretches(turn):
        if any(coded.coding.label is Label.ADVICE for coded in stretch):
            advice += stretch
        elif stretch:
            yield stretch
    if advice:
        yield advice


def _stretches(turn: Sequence[CodedUtterance]) -> Iterator[list[CodedUtterance]]:
    """Yield runs of questions and advice with no statement of five words or more between them."""
    stretch: list[CodedUtterance] = []
    for coded in turn:
        if coded.coding.label is not Label.OTHER:
            stretch.append(coded)
        elif len(coded.utterance.words) >= STATEMENT_WORDS:
            yield stretch
            stretch = []
    yield stretch


def _act(group: Sequence[CodedUtterance], phases: Sequence[Phase]) -> Act:
    advice = [coded for coded in group if coded.coding.label is Label.ADVICE]
    governing = (advice or group)[-1]
    flags = {flag for coded in group for flag in coded.coding.flags}
    if not advice and len(group) > 1:
        flags.add(Flag.STACKED)
    return Act(
        person=governing.person,
        utterances=tuple(group),
        coding=governing.coding,
        flags=tuple(flag for flag in Flag if flag in flags),
        phase=phase_of(governing.utterance.span, phases),
    )
