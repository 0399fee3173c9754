"""What a person corrects, as lines of ``edits.jsonl``: names of voices, labels, speakers, words."""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from alsvoice.config import Config
from alsvoice.edits import Edit, Op, active
from alsvoice.errors import NotFoundError, UsageError
from alsvoice.intervals import union
from alsvoice.labels import Label
from alsvoice.pipeline.condition import refuse_pending
from alsvoice.pipeline.people import LONGEST_NAME
from alsvoice.pipeline.repair import make_ready
from alsvoice.pipeline.run import refresh
from alsvoice.pipeline.sight import Sight, see_held
from alsvoice.session import CodedUtterance, FollowUp, Person
from alsvoice.store import SessionFolder

__all__ = ["correct", "follow_up", "name_voices", "parse_names", "undo"]

_LONGEST_TEXT = 5000
_ANONYMOUS = re.compile(r"SPEAKER_\w+")


def _nobody_listens(_sentence: str) -> None: ...


@contextmanager
def _changing(
    session: SessionFolder, doing: str, now: datetime, note: Callable[[str], None]
) -> Iterator[None]:
    """Hold a session that can be read; what a person spoilt of its manifest is kept and noted."""
    with session.held(doing):
        refuse_pending(session)
        session.manifest()  # where the copy is of no use either, `process` rebuilds, not we
        for sentence in make_ready(session, now):
            note(sentence)
        yield


def parse_names(pairs: Sequence[str]) -> dict[str, str]:
    """Return voice or present name → name from ``SPEAKER_01=Ben``; UsageError says what is off."""
    names: dict[str, str] = {}
    for pair in pairs:
        left, equals, right = (part.strip() for part in pair.partition("="))
        if not (left and equals and right):
            raise UsageError(
                f"{pair[:80]!r} gives no name.", try_next="alsvoice speakers SESSION SPEAKER_01=Ben"
            )
        if left in names:
            raise UsageError(f"{left[:80]!r} is named twice.", try_next="name each voice once")
        names[left] = _clean(right, LONGEST_NAME, "A name")
    return names


def _clean(text: str, longest: int, what: str) -> str:
    if len(text) > longest or any(ord(c) < 32 for c in text) or not text.strip():
        raise UsageError(
            f"{what} has 1 to {longest} characters and no control characters.",
            try_next="type it again",
        )
    return text.strip()


def name_voices(
    session: SessionFolder,
    config: Config,
    names: Mapping[str, str],
    *,
    now: datetime,
    who: str | None = None,
    note: Callable[[str], None] = _nobody_listens,
) -> None:
    """Name, merge or swap voices; all pairs refer to the state before the call.

    The name is kept with the spans of speech that the voice has now. A voice's label on the right
    merges: both are then one person, named or not. ``note`` is told what was repaired.
    LibraryError where another process holds the session.
    """
    with _changing(session, "speakers", now, note):
        made = _namings(see_held(session), names, now, who)
        session.append_edits(made)
        refresh(session, config)


def _namings(
    sight: Sight, names: Mapping[str, str], now: datetime, who: str | None
) -> tuple[Edit, ...]:
    people = {key: _find_person(sight, key) for key in names}
    made: list[Edit] = []
    for key, name in names.items():
        person = people[key]
        voices = set(person.speakers)
        target = _target(sight, name)
        if target is not None and _ANONYMOUS.fullmatch(name):
            voices |= set(target.speakers)
        after = target.name or target.speakers[0] if target else _known(sight, name)
        spans = union(t.span for t in sight.heard.exclusive if t.speaker in voices)
        made.append(_edit(now, who, Op.NAME, key, spans=spans, before=person.name, after=after))
    return tuple(made)


def _find_person(sight: Sight, key: str) -> Person:
    person = _target(sight, key)
    if person is None or not person.speakers:
        raise NotFoundError(
            f"There is no voice {key[:80]!r} in this session.",
            try_next=f"alsvoice speakers {sight.manifest.id}",
        )
    return person


def _target(sight: Sight, key: str) -> Person | None:
    for person in sight.conversation.people:
        if key in person.speakers or (person.name or "").casefold() == key.casefold():
            return person
    return None


def _known(sight: Sight, name: str) -> str:
    """Return a participant's own spelling of a name; NotFoundError for a voice there is not."""
    if _ANONYMOUS.fullmatch(name):
        _find_person(sight, name)
    for participant in sight.manifest.participants:
        if participant.name.casefold() == name.casefold():
            return participant.name
    return name


def correct(  # noqa: PLR0913 - what is corrected, a keyword each
    session: SessionFolder,
    config: Config,
    utterance: str,
    *,
    now: datetime,
    label: str | None = None,
    speaker: str | None = None,
    text: str | None = None,
    who: str | None = None,
    note: Callable[[str], None] = _nobody_listens,
) -> str:
    """Overrule one utterance; return its whole id. ``note`` is told what was repaired."""
    if label is None and speaker is None and text is None:
        raise UsageError(
            "Nothing to correct was given.", try_next="add --label, --speaker or --text"
        )
    with _changing(session, "correct", now, note):
        sight = see_held(session)
        coded = _find_utterance(sight, utterance)
        session.append_edits(_overrulings(sight, coded, now, label, speaker, text, who))
        refresh(session, config)
    return coded.utterance.id


def _overrulings(
    sight: Sight,
    coded: CodedUtterance,
    now: datetime,
    label: str | None,
    speaker: str | None,
    text: str | None,
    who: str | None,
) -> tuple[Edit, ...]:
    target, span = coded.utterance.id, (coded.utterance.span,)
    made: list[Edit] = []
    if label is not None:
        made.append(
            _edit(now, who, Op.LABEL, target, span, coded.coding.label.value, _label(label).value)
        )
    if speaker is not None:
        before = sight.conversation.person(coded.person).display
        name = _known(sight, _clean(speaker, LONGEST_NAME, "A name"))
        made.append(_edit(now, who, Op.SPEAKER, target, span, before, name))
    if text is not None:
        words = " ".join(_clean(" ".join(text.split()), _LONGEST_TEXT, "The text").split())
        made.append(_edit(now, who, Op.TEXT, target, span, coded.utterance.text, words))
    return tuple(made)


def _label(text: str) -> Label:
    short = {"open": Label.OPEN_QUESTION, "closed": Label.CLOSED_QUESTION}
    try:
        return short.get(text) or Label(text)
    except ValueError as problem:
        raise UsageError(
            f"{text[:40]!r} is no label.", try_next=f"one of: {', '.join(Label)}"
        ) from problem


def _find_utterance(sight: Sight, start: str) -> CodedUtterance:
    found = [c for c in sight.conversation.utterances if start and c.utterance.id.startswith(start)]
    if len(found) != 1:
        many = "Several utterances begin" if found else "No utterance begins"
        raise NotFoundError(
            f"{many} with {start[:40]!r}.",
            try_next=f"alsvoice report {sight.manifest.id} --format csv (its first column)",
        )
    return found[0]


def follow_up(
    session: SessionFolder,
    before: FollowUp,
    after: FollowUp,
    *,
    now: datetime,
    who: str | None = None,
    note: Callable[[str], None] = _nobody_listens,
) -> None:
    """Keep what became of an action. No words are kept, and nothing has to be computed again."""
    with _changing(session, "actions", now, note):
        said = _find_utterance(see_held(session), after.utterance).utterance
        session.append_edits(
            (_edit(now, who, Op.ACTION, said.id, (said.span,), before.text, after.text),)
        )


def undo(
    session: SessionFolder,
    config: Config,
    number: int,
    *,
    now: datetime,
    note: Callable[[str], None] = _nobody_listens,
) -> Edit:
    """Take back the correction with this number in the list (from 1); return it."""
    with _changing(session, "edits", now, note):
        chosen = _chosen(session, number)
        session.append_edits((_edit(now, None, Op.UNDO, chosen.id),))
        refresh(session, config)
    return chosen


def _chosen(session: SessionFolder, number: int) -> Edit:
    corrections, _ = session.edits()
    if not 1 <= number <= len(corrections):
        raise NotFoundError(
            f"There is no correction number {number}.", try_next=f"alsvoice edits {session.id}"
        )
    chosen = corrections[number - 1]
    still = {edit.id for edit in active(corrections)}
    if chosen.id not in still and chosen.op is not Op.UNDO:
        raise UsageError(
            f"Correction {number} is undone already.", try_next=f"alsvoice edits {session.id}"
        )
    return chosen


def _edit(
    now: datetime,
    who: str | None,
    op: Op,
    target: str,
    spans: tuple[tuple[int, int], ...] = (),
    before: str | None = None,
    after: str | None = None,
) -> Edit:
    return Edit(
        id=secrets.token_hex(4),
        time=now.isoformat(timespec="seconds"),
        who=who,
        op=op,
        target=target,
        spans=spans,
        before=before,
        after=after,
    )
