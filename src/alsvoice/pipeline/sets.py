"""Sets of a library: ``<library>/sets/NAME.json``, what sessions add to them, and the hand-over."""

import base64
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from alsvoice.digest import short_id
from alsvoice.errors import AlsvoiceError, FormatError, NotFoundError, UsageError
from alsvoice.formats import set_file
from alsvoice.formats.set_file import HandOver, Said
from alsvoice.pipeline import handed_over, plans, profiles
from alsvoice.session import ActionState, Consent, Manifest, Role
from alsvoice.sets import LearningSet, Meeting, School, SetAction
from alsvoice.store import Library, SessionFolder
from alsvoice.store.folder import MIX
from alsvoice.store.shelf import Shelf, file_name
from alsvoice.templates import builtin, serialize

__all__ = [
    "all_sets",
    "create",
    "find",
    "follow",
    "forget",
    "hand_over",
    "rename",
    "save",
    "school_of",
    "sessions_of",
    "take_in",
    "take_over",
]

_COUNTS = ("session", "questions", "timing", "participants", "phases")
_CONSENTED = {Consent.VERBAL, Consent.WRITTEN}


def _shelf(library: Library) -> Shelf:
    return Shelf(library.root / "sets", ".json")


def all_sets(library: Library) -> tuple[LearningSet, ...]:
    """Return the sets, by name; FormatError where a file is damaged."""
    shelf = _shelf(library)
    return tuple(_parsed(shelf, name) for name in shelf.names())


def find(library: Library, name: str) -> LearningSet:
    """Return a set by its name; NotFoundError says which there are."""
    shelf = _shelf(library)
    if file_name(name) in shelf.names():
        return _parsed(shelf, name)
    known = ", ".join(one.name for one in all_sets(library))
    raise NotFoundError(
        f"There is no set {name[:80]!r}.",
        try_next=f"one of: {known}" if known else f'alsvoice sets new "{name[:80]}"',
    )


def _parsed(shelf: Shelf, name: str) -> LearningSet:
    return set_file.parse(shelf.read(name) or b"", where=f"sets/{shelf.path(name).name}")


def save(library: Library, value: LearningSet) -> None:
    """Keep a set."""
    _shelf(library).write(value.name, set_file.serialize(value))


def create(library: Library, value: LearningSet) -> None:
    """Keep a new set; UsageError where there is one of that name, or nearly."""
    if file_name(value.name) in _shelf(library).names():
        raise UsageError(
            f"There is a set {find(library, value.name).name!r} already.",
            try_next=f'alsvoice sets edit "{value.name[:80]}"',
        )
    save(library, value)


def rename(library: Library, value: LearningSet, name: str) -> LearningSet:
    """Keep a set under another name, and tell its sessions here; the old file goes."""
    renamed = replace(value, name=name)
    if file_name(name) != file_name(value.name):
        create(library, renamed)
    else:
        save(library, renamed)
    for session, _ in tuple(sessions_of(library, value.name)):
        with session.held("edit"):
            session.write_manifest(replace(session.manifest(), set=name))
    if file_name(name) != file_name(value.name):
        profiles.rename(library, value.name, name)
        _shelf(library).remove(value.name)
    return renamed


def sessions_of(library: Library, name: str) -> Iterator[tuple[SessionFolder, Manifest]]:
    """Give the sessions of a set that lie here, oldest first; damaged ones are passed over."""
    for session in library:
        try:
            manifest = session.manifest()
        except AlsvoiceError:
            continue
        if manifest.set is not None and _same(manifest.set, name):
            yield session, manifest


def _same(a: str, b: str) -> bool:
    try:
        return file_name(a) == file_name(b)
    except NotFoundError:
        return False


def take_over(library: Library, session: SessionFolder) -> LearningSet | None:
    """Write into its set what a session adds: who did what, and what was committed to.

    Done again it replaces what it wrote. None where the session is of no set that is kept here.
    """
    manifest = session.manifest()
    if manifest.set is None or not _kept(library, manifest.set):
        return None
    known = find(library, manifest.set).with_meeting(_meeting(manifest))
    document = _document(session)
    if document is not None:
        known = known.with_actions(manifest.id, _actions(document, manifest.id))
    save(library, known)
    return known


def follow(library: Library, session: SessionFolder, utterance: str, state: ActionState) -> None:
    """Write into its set what became of an action of a session."""
    manifest = session.manifest()
    if manifest.set is not None and _kept(library, manifest.set):
        action = short_id("action", [manifest.id, utterance])
        save(library, find(library, manifest.set).with_state(action, state))


def school_of(library: Library, manifest: Manifest) -> School | None:
    """Return the school of a session's set; None where it is of none that is kept here."""
    if manifest.set is None or not _kept(library, manifest.set):
        return None
    return find(library, manifest.set).school


def forget(library: Library, manifest: Manifest) -> None:
    """Take out of its set what was found in the words of a session that goes."""
    if manifest.set is not None and _kept(library, manifest.set):
        save(library, find(library, manifest.set).with_actions(manifest.id, ()))


def _kept(library: Library, name: str) -> bool:
    return any(_same(name, known) for known in _shelf(library).names())


def _meeting(manifest: Manifest, counts: Mapping[str, Any] | None = None) -> Meeting:
    rounds = [phase.presenter for phase in manifest.phases if phase.presenter]
    presenting = [p.name for p in manifest.participants if p.role is Role.PRESENTER]
    return Meeting(
        session=manifest.id,
        started=manifest.created,
        facilitators=tuple(p.name for p in manifest.participants if p.role is Role.FACILITATOR),
        presenters=tuple(dict.fromkeys([*rounds, *presenting])),
        attended=tuple(p.name for p in manifest.participants),
        counts=counts or {},
    )


def _document(session: SessionFolder) -> dict[str, Any] | None:
    from alsvoice.pipeline.sight import document, see

    try:
        return document(see(session))
    except AlsvoiceError:  # not processed yet, or damaged
        return None


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
        )


def hand_over(
    library: Library, name: str, *, words: bool = False, voices: bool = False
) -> HandOver:
    """Return what another laptop needs; words and voices only of sessions with consent."""
    known = find(library, name)
    said: dict[str, tuple[Said, ...]] = {}
    samples: dict[str, str] = {}
    consents: dict[str, Consent] = {}
    for session, manifest in sessions_of(library, name):
        document = _document(session)
        known = known.with_meeting(_meeting(manifest, _counts(document)))
        consented = manifest.consent in _CONSENTED
        if words and consented and document is not None:
            said[manifest.id] = tuple(map(_said, document["utterances"]))
        if voices and consented:
            clips = _samples(session, manifest)
            samples |= clips
            consents |= {who: manifest.consent for who in clips if manifest.consent}
    return HandOver(
        set=known,
        templates=_templates(library, known),
        words=said,
        voices=samples,
        consents=consents,
        profiles=profiles.kept(library, name).profiles if voices else (),
    )


def _counts(document: dict[str, Any] | None) -> dict[str, Any]:
    """Return the numbers of a report; the ids of utterances mean nothing elsewhere."""
    if document is None:
        return {}
    balance = {k: v for k, v in document["balance"].items() if k != "statement_utterances"}
    counts = {key: document[key] for key in _COUNTS}
    return {**counts, "session": {**counts["session"], "title": None}, "balance": balance}


def _said(row: Mapping[str, Any]) -> Said:
    return Said(
        participant=row["participant"], start_s=row["start_s"], end_s=row["end_s"],
        text=row["text"], label=row["label"],
    )  # fmt: skip


def _samples(session: SessionFolder, manifest: Manifest) -> dict[str, str]:
    """Return name → FLAC in base64 of who said who they are."""
    import soundfile

    from alsvoice.audio.mix import open_mix

    found: dict[str, str] = {}
    if not manifest.voices or not session.exists(MIX):
        return found
    with session.reading(MIX) as file, open_mix(file) as sound:
        for sample in manifest.voices:
            clip = io.BytesIO()
            soundfile.write(
                clip, sound.read(sample.start_ms, sample.end_ms), sound.sample_rate, format="FLAC"
            )
            found[sample.name] = base64.b64encode(clip.getvalue()).decode()
    return found


def _templates(library: Library, known: LearningSet) -> dict[str, str]:
    name = known.template
    if name is None or name in {t.name for t in builtin()}:
        return {}
    try:
        return {name: serialize(plans.find(library, name))}
    except (NotFoundError, FormatError):
        return {}


def take_in(library: Library, given: HandOver, data: bytes) -> LearningSet:
    """Keep a set that was handed over, joined with what is known of it here.

    Words and voices that came along are kept beside it, as ``NAME.handed-over``; whose voices came
    as profiles is known from then on. A profile holds that there was consent.
    """
    value = given.set
    for name, text in given.templates.items():
        if name not in plans.shelf(library).names():
            plans.shelf(library).write(name, text.encode())
    if _kept(library, value.name):
        value = find(library, value.name).merged(value)
    save(library, value)
    for profile in given.profiles:
        profiles.take_in(library, value.name, profile)
    if given.words or given.voices:
        handed_over.keep(library, value.name, data)
    return replace(value)
