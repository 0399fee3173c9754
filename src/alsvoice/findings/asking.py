"""How the set asks: what a question opened, and what made questions harder to answer."""

from collections.abc import Iterator, Sequence

from alsvoice.findings.doubt import THIN_QUESTIONS
from alsvoice.findings.finding import Finding, Severity
from alsvoice.findings.scene import Scene, ids, number, times
from alsvoice.intervals import overlap_ms
from alsvoice.labels import Flag, Label
from alsvoice.measures.acts import STATEMENT_WORDS, Act
from alsvoice.measures.think_time import ThinkTime
from alsvoice.session import CodedUtterance
from alsvoice.transcript import Turn

__all__ = ["asking"]

_WAIT_MS = 3000  # Rowe's three seconds
_TURN_MS = 1000  # how far a turn and its first word may lie apart
_MOST_CLOSED = 3
_OFTEN = 2


def asking(scene: Scene) -> Iterator[Finding]:
    """Yield findings on questions."""
    yield from _opened(scene)
    yield from _balance(scene)
    yield from _silences(scene)
    yield from _stacked(scene)
    yield from _leading(scene)
    yield from _long(scene)
    yield from _closed_while_exploring(scene)


def _opened(scene: Scene) -> Iterator[Finding]:
    """Yield the open question with the longest silence after it, and what came then."""
    waits = sorted(
        (t for t in scene.found.thinking if _opens(t, scene)),
        key=lambda t: (t.act.coding.unsure, -(t.silence_ms or 0)),
    )
    for wait in waits:
        if not (answer := _answer(scene, wait)):
            continue
        length = f"{(wait.silence_ms or 0) / 1000:.0f}"
        yield Finding(
            kind="question_that_opened",
            severity=Severity.PRAISE,
            text=(
                f"A question that opened something: {scene.quote(wait.act.utterances)}. Nobody "
                f"filled the {length} seconds that followed, and then came {scene.quote(answer)}."
            ),
            utterances=(*wait.act.utterance_ids, *(c.utterance.id for c in answer)),
        )
        return


def _opens(time: ThinkTime, scene: Scene) -> bool:
    return (
        time.act.kind is Label.OPEN_QUESTION
        and scene.helping(time.act.person, time.act.phase)
        and (time.silence_ms or 0) >= _WAIT_MS
        and Flag.LEADING not in time.act.flags
    )


def _answer(scene: Scene, wait: ThinkTime) -> tuple[CodedUtterance, ...]:
    """Return how the turn that ended the silence begins, as far as it says something.

    Empty where its words are not known, or where the person stops before they say anything: what
    came later is not what then came.
    """
    turn = _turn_after(scene, wait)
    if turn is None:
        return ()
    said = [
        c
        for c in scene.found.conversation.utterances
        if c.person == turn.speaker
        and turn.start_ms - _TURN_MS <= c.utterance.start_ms < turn.end_ms
        and c.utterance.start_ms >= wait.act.start_ms
    ]
    if not said or said[0].utterance.start_ms > turn.start_ms + _TURN_MS:
        return ()
    first = next((n for n, c in enumerate(said) if len(c.utterance.words) >= STATEMENT_WORDS), None)
    return () if first is None else tuple(said[: first + 1])


def _turn_after(scene: Scene, wait: ThinkTime) -> Turn | None:
    """Return the turn that ended the silence; the asker's voice says where that began."""
    turns, act = scene.found.conversation.turns, wait.act
    own = [t.end_ms for t in turns if t.speaker == act.person and overlap_ms(t.span, act.span)]
    end = min(max(own, default=act.end_ms), act.end_ms)
    after = (t for t in turns if t.speaker == wait.next_person and t.start_ms >= end)
    return min(after, key=lambda t: t.start_ms, default=None)


def _balance(scene: Scene) -> Iterator[Finding]:
    """Yield whether it was mostly asking or telling, where the interval leaves no doubt."""
    helping = scene.found.balance
    counts, told = helping.counts, len(helping.statements) + helping.counts.advice
    interval = scene.found.belief_in(helping).share(
        {Label.OPEN_QUESTION, Label.CLOSED_QUESTION}, set(Label)
    )
    if not scene.helping_is_known or interval is None or counts.questions + told < THIN_QUESTIONS:
        return
    if interval[0] >= 0.5:
        yield Finding(
            kind="asking_led",
            severity=Severity.PRAISE,
            text=(
                f"The members helped by asking: {number(counts.questions)} questions against "
                f"{number(told)} statements and suggestions."
            ),
            utterances=ids(act for act in helping.acts if act.kind.is_question),
        )
    elif interval[1] <= 0.5:
        yield Finding(
            kind="telling_led",
            severity=Severity.NOTICE,
            text=(
                f"The members told more than they asked: {number(told)} statements and suggestions "
                f"against {number(counts.questions)} questions. What were they curious about that "
                "they did not ask?"
            ),
            utterances=(
                *ids(act for act in helping.acts if act.kind is Label.ADVICE),
                *(c.utterance.id for c in helping.statements),
            ),
        )


def _silences(scene: Scene) -> Iterator[Finding]:
    kept = [t.act for t in scene.found.thinking if (t.silence_ms or 0) >= _WAIT_MS]
    if len(kept) < _OFTEN:
        return
    yield Finding(
        kind="silence_kept",
        severity=Severity.PRAISE,
        text=(
            f"The set can be silent: {number(len(kept))} questions were given three seconds or "
            "more before anybody spoke. Answers grow in such pauses."
        ),
        utterances=ids(kept),
    )


def _stacked(scene: Scene) -> Iterator[Finding]:
    some = _asked_with(scene, Flag.STACKED)
    if len(some) < _OFTEN:
        return
    yield _notice(
        scene,
        "stacked",
        f"{times(len(some)).capitalize()} several questions came at once, as in",
        "People answer the easiest of them; one at a time leaves the hard one standing.",
        some,
    )


def _leading(scene: Scene) -> Iterator[Finding]:
    some = _asked_with(scene, Flag.LEADING)
    if not some:
        return
    many = "A question" if len(some) == 1 else f"{number(len(some)).capitalize()} questions"
    yield _notice(
        scene,
        "leading",
        f"{many} had the answer in {'it' if len(some) == 1 else 'them'}:",
        "What would the same curiosity sound like without it?",
        some,
    )


def _long(scene: Scene) -> Iterator[Finding]:
    some = [act for act in scene.found.long if scene.helping(act.person, act.phase)]
    if len(some) < _OFTEN:
        return
    yield _notice(
        scene,
        "long",
        f"{number(len(some)).capitalize()} questions were hard to find in what was said around "
        "them:",
        "Ten words are often enough.",
        some,
    )


def _closed_while_exploring(scene: Scene) -> Iterator[Finding]:
    """Yield closed questions where a phase welcomes open ones alone."""
    here = [
        act
        for act in scene.helping_acts()
        if act.phase is not None
        and act.kind.is_question
        and not scene.welcomes(act.phase, Label.CLOSED_QUESTION)
        and scene.welcomes(act.phase, Label.OPEN_QUESTION)
        and act.phase in scene.found.balance.phases
    ]
    closed = [act for act in here if act.kind is Label.CLOSED_QUESTION]
    if len(closed) < _MOST_CLOSED or 2 * len(closed) <= len(here):
        return
    yield _notice(
        scene,
        "closed_while_exploring",
        f"While exploring, {number(len(closed))} of {number(len(here))} questions could be "
        "answered with a word, as",
        "Where there is time to explore, a “what” or a “how” keeps it open.",
        closed,
    )


def _asked_with(scene: Scene, flag: Flag) -> list[Act]:
    return [act for act in scene.helping_acts() if flag in act.flags and act.kind.is_question]


def _notice(scene: Scene, kind: str, before: str, after: str, acts: Sequence[Act]) -> Finding:
    return Finding(
        kind=kind,
        severity=Severity.NOTICE,
        text=f"{before} {scene.quotes(acts, most=2)}. {after}",
        utterances=ids(acts),
    )
