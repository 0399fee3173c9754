"""A set goes from one laptop to another: what is handed over, and how it is taken in."""

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from alsvoice.errors import FormatError, NotFoundError
from alsvoice.formats.set_file import HandOver, Said
from alsvoice.pipeline import handed_over, plans, profiles, sets
from alsvoice.pipeline.meetings import coder_of
from alsvoice.session import Consent, Manifest
from alsvoice.sets import LearningSet, SetAction
from alsvoice.store import Library, SessionFolder
from alsvoice.store.folder import MIX
from alsvoice.store.shelf import file_name
from alsvoice.templates import builtin, parse, serialize

__all__ = ["TakenIn", "hand_over", "take_in"]

_COUNTS = ("session", "questions", "timing", "participants", "phases", "provenance", "coded")


def hand_over(
    library: Library, name: str, *, words: bool = False, voices: bool = False
) -> HandOver:
    """Return what another laptop needs; words and voices only of sessions with consent."""
    known = sets.find(library, name)
    said: dict[str, tuple[Said, ...]] = {}
    samples: dict[str, str] = {}
    consents: dict[str, Consent] = {}
    for session, manifest in sets.sessions_of(library, name):
        sight, document = sets.report_of(session)
        coder = coder_of(sight) if sight else ""
        if manifest.id not in known.dropped:
            met = replace(sets.meeting_of(manifest), counts=_counts(document, coder))
            known = known.with_meeting(replace(met, counted=_now() if document else None))
        basis = manifest.consent
        if basis is None or not basis.is_given:
            continue
        if words and document is not None:
            said[manifest.id] = tuple(map(_said, document["utterances"]))
        if voices:
            clips = _samples(session, manifest)
            samples |= clips
            consents |= dict.fromkeys(clips, basis)
    return HandOver(
        set=replace(known, actions=tuple(map(_handed, known.actions))),
        templates=_templates(library, known),
        words=said,
        voices=samples,
        consents=consents,
        profiles=profiles.kept(library, name).profiles if voices else (),
    )


def _now() -> str:
    return datetime.now().astimezone().isoformat()


def _handed(action: SetAction) -> SetAction:
    """Return an action as others need it: of one that is done, that it is done."""
    return action if action.is_open else replace(action, text="", owner=None, due=None)


def _counts(document: Mapping[str, Any] | None, coder: str) -> dict[str, Any]:
    """Return the numbers of a report; the ids of utterances mean nothing elsewhere."""
    if document is None:
        return {}
    balance = {k: v for k, v in document["balance"].items() if k != "statement_utterances"}
    counts = {key: document[key] for key in _COUNTS}
    acts = [{key: act[key] for key in ("person", "think_time_s")} for act in document["acts"]]
    session = {**counts["session"], "title": None}
    return {**counts, "session": session, "balance": balance, "acts": acts, "coder": coder}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """A set as it is known now, and what came along.

    ``words_of`` are sessions, ``other_templates`` names of templates that are other ones here.
    """

    set: LearningSet
    words_of: tuple[str, ...] = ()
    other_templates: tuple[str, ...] = ()


def take_in(library: Library, given: HandOver) -> TakenIn:
    """Keep a set that was handed over, joined with what is known of it here.

    Words and voices that came along are kept beside it, as ``NAME.handed-over``; whose voices came
    as profiles is known from then on. A profile holds that there was consent. FormatError where a
    template is broken; then nothing is taken in.
    """
    file_name(given.set.name)  # NotFoundError before anything is written
    fresh, others = _sorted_out(library, given.templates)
    with sets.changing(library):
        value, here = given.set, {session.id for session in library}
        if sets.is_kept(library, value.name):
            value = sets.find(library, value.name).merged(value, here)
        for name, data in fresh.items():
            plans.shelf(library).write(name, data)
        sets.save(library, value)
        for profile in given.profiles:
            profiles.take_in(library, value.name, profile)
        # Words of sessions that lie here lie here already; those that were deleted stay so.
        words = {s: w for s, w in given.words.items() if s not in {*here, *value.dropped}}
        if words or given.voices:
            handed_over.keep(library, value.name, replace(given, words=words))
    return TakenIn(set=value, words_of=tuple(sorted(words)), other_templates=others)


def _sorted_out(
    library: Library, templates: Mapping[str, str]
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return the templates that are new here, and the names of those that are others here.

    FormatError where one is broken. None is ever put in place of another.
    """
    shelf, taken = plans.shelf(library), {t.name for t in builtin()}
    fresh: dict[str, bytes] = {}
    others: list[str] = []
    for name, text in templates.items():
        parse(text, name)
        data, stem = text.encode(), file_name(name)
        if stem in taken or stem in fresh or shelf.read(stem) not in {None, data}:
            others.append(name)
        elif shelf.read(stem) is None:
            fresh[stem] = data
    return fresh, tuple(others)
