"""A person's wishes carried out: asked of the session while it is held, then kept on disk.

Whoever makes a change on what they saw a while ago says which state that was (``seen``): where
somebody else has changed it since, nothing is written.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from alsvoice.config import Config
from alsvoice.digest import digest_value
from alsvoice.edits import Edit, Op, active
from alsvoice.errors import ConflictError, NotFoundError, UsageError
from alsvoice.pipeline.condition import refuse_pending
from alsvoice.pipeline.naming import named
from alsvoice.pipeline.people import LONGEST_NAME
from alsvoice.pipeline.repair import make_ready
from alsvoice.pipeline.run import coded_rows, refresh
from alsvoice.pipeline.sight import Sight, see_held
from alsvoice.pipeline.wish import Stamp, Wish, clean, in_one_go
from alsvoice.pipeline.wishes import find_utterance, labelled, said_by, worded
from alsvoice.session import FollowUp, Manifest
from alsvoice.store import SessionFolder
from alsvoice.store.folder import EDITS

__all__ = ["change", "correct", "follow_up", "name_voices", "parse_names", "revision", "undo"]

_CODED_BY = {Op.NAME, Op.TEXT, Op.CUT, Op.JOIN}
_SHAPED_BY = ("ingest", "diarize", "transcribe", "align")


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


def change(  # noqa: PLR0913 - what is asked, and what surrounds it, a keyword each
    session: SessionFolder,
    config: Config,
    wishes: Sequence[Wish],
    *,
    doing: str,
    now: datetime,
    who: str | None = None,
    seen: str | None = None,
    note: Callable[[str], None] = _nobody_listens,
    look: Callable[[], Sight] | None = None,
) -> tuple[Edit, ...]:
    """Carry out wishes in one go and return the lines that were added.

    They are on the disk, and what they touch is coded anew, when this returns. ``note`` is told
    what was repaired, ``look`` sees the session where something quicker than reading it does.
    ConflictError where the session is not as ``seen`` any more (see ``revision``); LibraryError
    where another process holds it.
    """
    stamp = Stamp(now=now, who=None if who is None else clean(who, LONGEST_NAME, "A name"))
    with _changing(session, doing, now, note):
        if seen is not None and seen != revision(session, session.manifest()):
            raise ConflictError(
                "Somebody else changed this session meanwhile; nothing was written.",
                try_next="look at what it is now, and do it again",
            )
        sight = look() if look else see_held(session)
        made = in_one_go(tuple(edit for wish in wishes for edit in wish(sight, stamp)))
        if not made:
            return ()
        again = _is_to_code(made, sight.edits)
        before = coded_rows(session) if again else {}
        session.append_edits(made)
        if again:
            refresh(session, config, before)
    return made


def _is_to_code(made: Sequence[Edit], before: Sequence[Edit]) -> bool:
    """Whether the classifier is given anything else for these edits: words, roles, what is one."""
    by_id = {edit.id: edit for edit in before}

    def real(edit: Edit) -> Edit:
        while edit.op is Op.UNDO and edit.target in by_id:
            edit = by_id[edit.target]
        return edit

    return any(real(edit).op in _CODED_BY for edit in made)


def revision(session: SessionFolder, manifest: Manifest) -> str:
    """Return what tells this state of words, turns and corrections from every other one."""
    made = [manifest.stages[name].outputs for name in _SHAPED_BY if name in manifest.stages]
    lines = session.read(EDITS).decode("utf-8", "replace") if session.exists(EDITS) else ""
    gone = [[each.time, *each.span] for each in manifest.redactions]
    left = [each.time for each in manifest.withdrawals]
    return digest_value([[dict(each) for each in made], lines, gone, left])[7:39]


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
        names[left] = clean(right, LONGEST_NAME, "A name")
    return names


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

    ``note`` is told what was repaired. LibraryError where another process holds the session.
    """
    change(session, config, [named(names)], doing="speakers", now=now, who=who, note=note)


def correct(  # noqa: PLR0913 - what is corrected, a keyword each
    session: SessionFolder,
    config: Config,
    utterance: str,
    *,
    now: datetime,
    label: str | None = None,
    speaker: str | None = None,
    text: str | None = None,
    more: Sequence[Callable[[str], Wish]] = (),
    who: str | None = None,
    note: Callable[[str], None] = _nobody_listens,
) -> str:
    """Overrule one utterance; return its whole id. ``note`` is told what was repaired.

    ``more`` are wishes that are asked of this utterance, such as cutting it.
    """
    given = ((label, labelled), (speaker, said_by), (text, worded))
    wishes = [wish(utterance, value) for value, wish in given if value is not None]
    wishes += [wish(utterance) for wish in more]
    if not wishes:
        raise UsageError(
            "Nothing to correct was given.", try_next="add --label, --speaker or --text"
        )
    found: list[str] = []

    def find(sight: Sight, _: Stamp) -> tuple[Edit, ...]:
        found.append(find_utterance(sight, utterance).utterance.id)
        return ()

    change(session, config, [find, *wishes], doing="correct", now=now, who=who, note=note)
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
        said = find_utterance(see_held(session), after.utterance).utterance
        stamp = Stamp(now=now, who=who)
        made = stamp.edit(Op.ACTION, said.id, (said.span,), before.text, after.text)
        session.append_edits((made,))


def undo(
    session: SessionFolder,
    config: Config,
    number: int,
    *,
    now: datetime,
    who: str | None = None,
    note: Callable[[str], None] = _nobody_listens,
) -> Edit:
    """Take back the correction with this number in the list (from 1); return it."""
    with _changing(session, "edits", now, note):
        chosen = _chosen(session.edits()[0], session.id, number)
        before = coded_rows(session)
        session.append_edits((Stamp(now=now, who=who).edit(Op.UNDO, chosen.id),))
        refresh(session, config, before)
    return chosen


def _chosen(corrections: Sequence[Edit], session: str, number: int) -> Edit:
    if not 1 <= number <= len(corrections):
        raise NotFoundError(
            f"There is no correction number {number}.", try_next=f"alsvoice edits {session}"
        )
    chosen = corrections[number - 1]
    still = {edit.id for edit in active(corrections)}
    if chosen.id not in still and chosen.op is not Op.UNDO:
        raise UsageError(
            f"Correction {number} is undone already.", try_next=f"alsvoice edits {session}"
        )
    return chosen
