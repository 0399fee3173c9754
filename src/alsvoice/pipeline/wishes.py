"""What a person may wish of an utterance or a phase: the same for every surface.

Nothing is written here (see ``corrections``).
"""

from alsvoice.edits import Edit, Op, Piece, active, room_of, shape, split_words
from alsvoice.errors import NotFoundError, UsageError
from alsvoice.formats.fields import clock
from alsvoice.labels import Flag, Label
from alsvoice.pipeline.naming import known_name
from alsvoice.pipeline.people import LONGEST_NAME
from alsvoice.pipeline.sight import Sight
from alsvoice.pipeline.wish import Stamp, Wish, clean
from alsvoice.session import CodedUtterance

__all__ = [
    "cut",
    "find_utterance",
    "helpful",
    "join",
    "labelled",
    "move_border",
    "note",
    "said_by",
    "worded",
]

_LONGEST_TEXT = 5000
_LONGEST_NOTE = 1000
_SHORT = {"open": Label.OPEN_QUESTION, "closed": Label.CLOSED_QUESTION}


def labelled(utterance: str, label: str) -> Wish:
    """Give an utterance a label; the label that it has is confirmed by it."""

    def wish(sight: Sight, stamp: Stamp) -> tuple[Edit, ...]:
        coded = find_utterance(sight, utterance)
        before, after = coded.coding.label.value, _label(label).value
        return (stamp.edit(Op.LABEL, *_place(coded), before, after),)

    return wish


def _label(text: str) -> Label:
    try:
        return _SHORT.get(text) or Label(text)
    except ValueError as problem:
        raise UsageError(
            f"{text[:40]!r} is no label.", try_next=f"one of: {', '.join(Label)}"
        ) from problem


def _place(coded: CodedUtterance) -> tuple[str, tuple[tuple[int, int], ...]]:
    return coded.utterance.id, (coded.utterance.span,)


def said_by(utterance: str, speaker: str) -> Wish:
    """Give an utterance to a person, by name, or to a voice by its label."""

    def wish(sight: Sight, stamp: Stamp) -> tuple[Edit, ...]:
        coded = find_utterance(sight, utterance)
        before = sight.conversation.person(coded.person).display
        name = known_name(sight, clean(speaker, LONGEST_NAME, "A name"))
        return (stamp.edit(Op.SPEAKER, *_place(coded), before, name),)

    return wish


def worded(utterance: str, text: str) -> Wish:
    """Put other words in place of an utterance's."""

    def wish(sight: Sight, stamp: Stamp) -> tuple[Edit, ...]:
        coded = find_utterance(sight, utterance)
        words = clean(" ".join(text.split()), _LONGEST_TEXT, "The text")
        return (stamp.edit(Op.TEXT, *_place(coded), coded.utterance.text, words),)

    return wish


def cut(utterance: str, words: int) -> Wish:
    """Cut an utterance in two after so many words."""

    def wish(sight: Sight, stamp: Stamp) -> tuple[Edit, ...]:
        coded = find_utterance(sight, utterance)
        said = coded.utterance.words
        if not 1 <= words < len(said):
            raise UsageError(
                f"An utterance of {len(said)} words is cut after 1 to {len(said) - 1} of them."
                if len(said) > 1
                else "An utterance of one word cannot be cut.",
                try_next=f"alsvoice correct {sight.manifest.id} {coded.utterance.id} --cut 1",
            )
        at = said[words].start_ms
        heard = next(p.heard for p in _pieces(sight) if p.utterance.id == coded.utterance.id)
        if len(split_words(said, at)[0]) != words or not all(split_words(heard, at)):
            raise UsageError(
                "It cannot be cut there: the words on one side were never heard apart.",
                try_next="cut it after another word",
            )
        start, end = coded.utterance.span
        return (stamp.edit(Op.CUT, coded.utterance.id, ((start, at), (at, max(at, end)))),)

    return wish


def _pieces(sight: Sight) -> tuple[Piece, ...]:
    audio = sight.manifest.audio
    return shape(sight.utterances, active(sight.edits), audio.sha256 if audio else "").pieces


def join(utterance: str) -> Wish:
    """Join an utterance with the same person's next one; only back-channels may lie between."""

    def wish(sight: Sight, stamp: Stamp) -> tuple[Edit, ...]:
        coded = find_utterance(sight, utterance)
        after = _following(sight, coded)
        spans = (coded.utterance.span, after.utterance.span)
        return (stamp.edit(Op.JOIN, coded.utterance.id, spans, after=after.utterance.id),)

    return wish


def _following(sight: Sight, coded: CodedUtterance) -> CodedUtterance:
    all_said = sight.conversation.utterances
    for other in all_said[all_said.index(coded) + 1 :]:
        if other.person == coded.person:
            return other
        if Flag.BACKCHANNEL not in other.coding.flags:
            again = f"alsvoice correct {sight.manifest.id} {other.utterance.id} --speaker NAME"
            raise UsageError(
                "Somebody else speaks next, so there is nothing to join it with.", try_next=again
            )
    raise UsageError(
        "Nobody speaks after it, so there is nothing to join it with.",
        try_next=f"alsvoice correct {sight.manifest.id} UTTERANCE --join",
    )


def note(utterance: str, text: str) -> Wish:
    """Attach somebody's word to a moment."""

    def wish(sight: Sight, stamp: Stamp) -> tuple[Edit, ...]:
        coded = find_utterance(sight, utterance)
        words = clean(" ".join(text.split()), _LONGEST_NOTE, "A note")
        return (stamp.edit(Op.NOTE, *_place(coded), after=words),)

    return wish


def helpful(utterance: str, *, yes: bool) -> Wish:
    """Mark what helped, or take the mark away."""

    def wish(sight: Sight, stamp: Stamp) -> tuple[Edit, ...]:
        coded = find_utterance(sight, utterance)
        marked = coded.utterance.id in sight.applied.feedback.helpful
        before, after = ("yes" if each else "no" for each in (marked, yes))
        return (stamp.edit(Op.HELPFUL, *_place(coded), before, after),)

    return wish


def move_border(number: int, time_ms: int) -> Wish:
    """Let the phase of this number (from 1) begin at another time; one more: the last one ends."""

    def wish(sight: Sight, stamp: Stamp) -> tuple[Edit, ...]:
        phases = sight.conversation.phases
        again = f"alsvoice phases {sight.manifest.id}"
        if not 1 <= number <= len(phases) + 1 or not phases:
            raise NotFoundError(
                f"There is no phase number {number} in this session.", try_next=again
            )
        low, high = room_of(phases, number, sight.conversation.duration_ms)
        if not low <= time_ms <= high:
            raise UsageError(
                f"This border lies between {clock(low)} and {clock(high)}: no phase is moved over "
                "another.",
                try_next=f"{again} --move {number}={clock(low)}",
            )
        at_end = number > len(phases)
        before = phases[-1].end_ms if at_end else phases[number - 1].start_ms
        return (stamp.edit(Op.PHASE, str(number), (), str(before), str(time_ms)),)

    return wish


def find_utterance(sight: Sight, start: str) -> CodedUtterance:
    """Return the utterance whose id begins so; NotFoundError where none or several do."""
    found = [c for c in sight.conversation.utterances if start and c.utterance.id.startswith(start)]
    if len(found) != 1:
        many = "Several utterances begin" if found else "No utterance begins"
        raise NotFoundError(
            f"{many} with {start[:40]!r}.",
            try_next=f"alsvoice report {sight.manifest.id} --format csv (its first column)",
        )
    return found[0]
