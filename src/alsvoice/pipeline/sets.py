"""Sets of a library: ``<library>/sets/NAME.json``, and what sessions add to them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from alsvoice.digest import short_id
from alsvoice.errors import AlsvoiceError, FormatError, NotFoundError, UsageError
from alsvoice.formats import set_checks, set_file
from alsvoice.formats.fields import one_line
from alsvoice.pipeline import handed_over, profiles
from alsvoice.session import ActionState, Manifest, Role
from alsvoice.sets import LearningSet, Meeting, School, SetAction
from alsvoice.store import Library, SessionFolder
from alsvoice.store.shelf import Shelf, file_name

if TYPE_CHECKING:
    from alsvoice.pipeline.sight import Sight

__all__ = [
    "all_sets",
    "change",
    "changing",
    "count_again",
    "create",
    "damaged",
    "dropped",
    "find",
    "follow",
    "forget",
    "is_kept",
    "is_same",
    "meeting_of",
    "rename",
    "report_of",
    "save",
    "school_of",
    "sessions_of",
    "take_over",
]

Change = Callable[[LearningSet], LearningSet]


def _shelf(library: Library) -> Shelf:
    return Shelf(library.root / "sets", ".json")


def changing(library: Library) -> AbstractContextManager[None]:
    """Keep other processes from changing sets while the block runs; not to be nested."""
    return _shelf(library).changing("sets")


def all_sets(library: Library) -> tuple[LearningSet, ...]:
    """Return the sets, by name; ``damaged`` are not among them."""
    return tuple(each for each in _read(library).values() if isinstance(each, LearningSet))


def damaged(library: Library) -> dict[str, FormatError]:
    """Return the names of files that cannot be read, with what is wrong with each."""
    return {name: e for name, e in _read(library).items() if isinstance(e, FormatError)}


def _read(library: Library) -> dict[str, LearningSet | FormatError]:
    shelf, found = _shelf(library), dict[str, LearningSet | FormatError]()
    for name in shelf.names():
        try:
            found[name] = _parsed(shelf, name)
        except FormatError as problem:
            found[name] = problem
    return found


def find(library: Library, name: str) -> LearningSet:
    """Return a set by its name; NotFoundError says which there are."""
    shelf = _shelf(library)
    if file_name(name) in shelf.names():
        return _parsed(shelf, name)
    known = ", ".join(one_line(one.name) for one in all_sets(library))
    raise NotFoundError(
        f"There is no set {name[:80]!r}.",
        try_next=f"one of: {known}" if known else f'alsvoice sets new "{one_line(name)[:80]}"',
    )


def _parsed(shelf: Shelf, name: str) -> LearningSet:
    return set_file.parse(shelf.read(name) or b"", where=f"sets/{shelf.path(name).name}")


def save(library: Library, value: LearningSet) -> None:
    """Keep a set; whoever read it before does both within ``changing``."""
    _shelf(library).write(value.name, set_file.serialize(value))


def create(library: Library, value: LearningSet) -> None:
    """Keep a new set; UsageError where there is one of that name, or nearly."""
    _refuse(value)
    with changing(library):
        _refuse_taken(library, value.name)
        save(library, value)


def _refuse(value: LearningSet) -> None:
    fault = set_checks.fault(value)
    if fault is not None:
        raise UsageError(f"{fault[0].upper()}{fault[1:]}.", try_next="alsvoice sets new --help")


def _refuse_taken(library: Library, name: str) -> None:
    if file_name(name) in _shelf(library).names():
        known = one_line(find(library, name).name)
        raise UsageError(
            f"There is a set {known!r} already.", try_next=f'alsvoice sets edit "{known}"'
        )


def change(library: Library, name: str, how: Change) -> LearningSet:
    """Change a set; return it as it is now."""
    with changing(library):
        changed = how(find(library, name))
        _refuse(changed)
        save(library, changed)
    return changed


def rename(library: Library, name: str, after: str, how: Change) -> LearningSet:
    """Change a set and keep it under another name, and tell its sessions here.

    The old file goes; voices and words that lie beside it move along. LibraryError where somebody
    works in one of the sessions; then nothing is changed.
    """
    with changing(library), ExitStack() as stack:
        known = find(library, name)
        renamed = replace(how(known), name=after)
        _refuse(renamed)
        moves = file_name(after) != file_name(known.name)
        if moves:
            _refuse_taken(library, after)
        theirs = tuple(session for session, _ in sessions_of(library, known.name))
        for session in theirs:  # all of them before anything is changed
            stack.enter_context(session.held("edit"))
        save(library, renamed)
        for session in theirs:
            session.write_manifest(replace(session.manifest(), set=after))
        if moves:
            profiles.rename(library, known.name, after)
            handed_over.rename(library, known.name, after)
            _shelf(library).remove(known.name)
    return renamed


def sessions_of(library: Library, name: str) -> Iterator[tuple[SessionFolder, Manifest]]:
    """Give the sessions of a set that lie here, oldest first; damaged ones are passed over."""
    for session in library:
        try:
            manifest = session.manifest()
        except AlsvoiceError:
            continue
        if manifest.set is not None and is_same(manifest.set, name):
            yield session, manifest


def is_same(a: str, b: str) -> bool:
    """Whether two names are those of one set."""
    try:
        return file_name(a) == file_name(b)
    except NotFoundError:
        return False


def take_over(library: Library, session: SessionFolder) -> LearningSet | None:
    """Write into its set what a session adds: who did what, and what was committed to.

    Done again it replaces what it wrote. None where the session is of no set that is kept here.
    """
    manifest = session.manifest()
    if manifest.set is None or not is_kept(library, manifest.set):
        return None
    _, document = report_of(session)
    with changing(library):
        known = find(library, manifest.set)
        if manifest.id not in known.dropped:
            known = known.with_meeting(meeting_of(manifest))
        if document is not None:
            known = known.with_actions(manifest.id, _actions(document, manifest.id))
        save(library, known)
    return known


def follow(
    library: Library,
    session: SessionFolder,
    utterance: str,
    state: ActionState,
    until: date | None = None,
) -> None:
    """Write into its set what became of an action of a session."""
    manifest = session.manifest()
    if manifest.set is not None and is_kept(library, manifest.set):
        action = short_id("action", [manifest.id, utterance])
        with changing(library):
            save(library, find(library, manifest.set).with_state(action, state, until))


def school_of(library: Library, manifest: Manifest) -> School | None:
    """Return the school of a session's set; None where it is of none that is kept here."""
    if manifest.set is None or not is_kept(library, manifest.set):
        return None
    return find(library, manifest.set).school


def forget(library: Library, session: str, *, keep_meeting: bool = False) -> bool:
    """Take out of the sets what was found in the words of a session that goes.

    That it met, and whose turn it was, goes too, unless the meeting is to be kept; returns whether
    it was. To be called within ``changing``.
    """
    kept = False
    for known in all_sets(library):
        if _knows(known, session):
            left = known.with_actions(session, ())
            save(library, left if keep_meeting else left.without_meeting(session))
            kept = keep_meeting
            with suppress(AlsvoiceError):  # nothing of it was handed over
                handed_over.forget_words(library, known.name, session=session)
    return kept


def dropped(value: LearningSet, session: str) -> LearningSet:
    """Return the set in which a meeting counts for nobody's turn; NotFoundError without it."""
    found = [m.session for m in value.meetings if session and m.session.startswith(session)]
    if len(found) != 1:
        raise NotFoundError(
            f"No meeting of this set begins with {one_line(session)[:80]!r}."
            if not found
            else f"{len(found)} meetings of this set begin with {one_line(session)[:80]!r}.",
            try_next=f'alsvoice sets show "{one_line(value.name)}"',
        )
    return value.without_meeting(found[0])


def count_again(library: Library, name: str, session: SessionFolder) -> LearningSet:
    """Let a session that was dropped count again; NotFoundError where it is of another set."""
    manifest = session.manifest()
    if manifest.set is None or not is_same(manifest.set, name):
        raise NotFoundError(
            f"Session {session.id} is none of this set's.", try_next="alsvoice sessions list"
        )

    def counted(known: LearningSet) -> LearningSet:
        left = tuple(each for each in known.dropped if each != manifest.id)
        return replace(known, dropped=left).with_meeting(meeting_of(manifest))

    return change(library, name, counted)


def _knows(value: LearningSet, session: str) -> bool:
    named = {m.session for m in value.meetings} | {a.session for a in value.actions}
    return session in named


def is_kept(library: Library, name: str) -> bool:
    """Whether a set of that name is kept here, damaged or not."""
    return any(is_same(name, known) for known in _shelf(library).names())


def meeting_of(manifest: Manifest) -> Meeting:
    """Return what a set keeps of a session."""
    rounds = [phase.presenter for phase in manifest.phases if phase.presenter]
    presenting = [p.name for p in manifest.participants if p.role is Role.PRESENTER]
    return Meeting(
        session=manifest.id,
        started=manifest.created,
        facilitators=tuple(p.name for p in manifest.participants if p.role is Role.FACILITATOR),
        presenters=tuple(dict.fromkeys([*rounds, *presenting])),
        attended=tuple(p.name for p in manifest.participants),
    )


def report_of(session: SessionFolder) -> tuple["Sight | None", dict[str, Any] | None]:
    """Return a session as it is seen and its report; None where it is unprocessed or damaged."""
    from alsvoice.pipeline.sight import document, see

    try:
        sight = see(session)
        return sight, document(sight)
    except AlsvoiceError:
        return None, None


def _actions(document: Mapping[str, Any], session: str) -> Iterator[SetAction]:
    for row in document["actions"]:
        yield SetAction(
            id=short_id("action", [session, str(row["utterance"])]),
            text=row["text"],
            owner=row["owner"],
            due=row["due"],
            session=session,
            state=ActionState(row["state"]),
            utterance=row["utterance"],
            until=row["carried_to"],
        )
