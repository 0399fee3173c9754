"""Running what is stale, in order; each stage's file is on disk before the next one's.

Words are looked for while voices are still told apart, where there are threads for both.
"""

import contextlib
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from alsvoice import __version__
from alsvoice.backends.protocols import Hook, no_hook
from alsvoice.backends.sharing import Room
from alsvoice.config import Config
from alsvoice.digest import digest_bytes
from alsvoice.errors import AlsvoiceError, LibraryError, UsageError
from alsvoice.formats import stage_files
from alsvoice.intervals import Span
from alsvoice.labels import Coding, UtteranceText
from alsvoice.pipeline.ahead import Ahead, Work
from alsvoice.pipeline.coding import texts_to_code
from alsvoice.pipeline.condition import (
    Fault,
    Problem,
    refuse_what_cannot_be_finished,
    stage_problems,
)
from alsvoice.pipeline.repair import clear_away, make_ready
from alsvoice.pipeline.stages import (
    STAGES,
    Choices,
    Context,
    Stage,
    classifying_anew,
    spoken_digests,
    transcribe_mix,
)
from alsvoice.pipeline.staleness import inputs_of, is_other, is_stale, made, params_before
from alsvoice.session import Manifest, StageRecord
from alsvoice.store.folder import RECORD_LOG, SessionFolder
from alsvoice.transcript import Transcript

__all__ = [
    "Coded",
    "Run",
    "coded_rows",
    "fresh_stages",
    "is_processed",
    "process",
    "refresh",
    "run_stage",
    "stamped",
]


Coded = Mapping[UtteranceText, Coding]
"""Rows that were coded, each with its coding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run did: stages that were computed, those that were still good, what was repaired."""

    computed: tuple[str, ...]
    kept: tuple[str, ...]
    repairs: tuple[str, ...] = ()


def process(
    session: SessionFolder,
    config: Config,
    choices: Choices | None = None,
    *,
    start: str | None = None,
    speakers: int | None = None,
    hook: Hook = no_hook,
) -> Run:
    """Bring every stage up to date; ``start`` forces that stage and all after it.

    ``speakers`` is how many people speak, remembered from now on. What is damaged and can be
    computed again is. Whatever stops a run (a failure, ``Cancelled``), the stages finished before
    it are kept. LibraryError where another process holds the session.
    """
    # They stamp what they have changed.
    from alsvoice.pipeline.leftovers import finished_sentences
    from alsvoice.pipeline.removing import finish_pending

    names = [stage.name for stage in STAGES]
    if start is not None and start not in names:
        raise UsageError(
            f"There is no stage {start[:40]!r}.", try_next=f"one of: {', '.join(names)}"
        )
    forced = set(names[names.index(start) :]) if start else set()
    with session.held("process"):
        now = datetime.now().astimezone()
        refuse_what_cannot_be_finished(session)
        repairs = (*_recovered(session), *make_ready(session, now))
        _refuse_without_sound(session)
        finished = finish_pending(session)
        if finished is not None:
            repairs = (*repairs, *finished_sentences(session.id, finished))
        if speakers is not None:
            _set_speakers(session, speakers)
        return _run_stale(session, config, choices or Choices(), forced, repairs, now, hook)


def _recovered(session: SessionFolder) -> Iterator[str]:
    """Make a recording that was cut off whole, and say so. Called by the holder."""
    from alsvoice.pipeline.recovery import fold

    if session.exists(RECORD_LOG) and session.manifest_problem() is None:
        done = fold(session)
        yield f"The recording was cut off; {done.duration_ms / 1000:.1f} s of it are here."


def _refuse_without_sound(session: SessionFolder) -> None:
    if session.manifest().is_timed_only:
        raise LibraryError(
            f"Of session {session.id} only time was kept; there is no sound to process.",
            try_next=f"alsvoice report {session.id}",
        )


def _run_stale(
    session: SessionFolder,
    config: Config,
    chosen: Choices,
    forced: Collection[str],
    repairs: Sequence[str],
    now: datetime,
    hook: Hook,
) -> Run:
    manifest = session.manifest()
    broken = stage_problems(session, manifest)
    _refuse_newer(session, broken, forced)
    _find_backends(manifest, config, chosen, {*forced, *(p.stage for p in broken if p.stage)})
    said = list(repairs)
    computed: list[str] = []
    redone = {*forced, *(p.stage for p in broken)}

    def wanted(spoken: tuple[Span, ...]) -> Work | None:
        return _work_ahead(session, config, chosen, spoken, force="transcribe" in redone)

    with Ahead(wanted, hook, chosen.threads) as ahead:
        for stage in STAGES:
            said += [clear_away(session, p, now) for p in broken if p.stage == stage.name]
            if stage is STAGES[-1]:  # who is who tells the roles, by which questions are coded
                said += _known_by_voice(session, config, chosen.threads)
            forcing = stage.name in forced
            if run_stage(stage, session, config, chosen, force=forcing, hook=hook, ahead=ahead):
                computed.append(stage.name)
            if stage.name == "transcribe":
                ahead.close()  # the words that lie there may still have been good
    return Run(
        computed=tuple(computed),
        kept=tuple(stage.name for stage in STAGES if stage.name not in computed),
        repairs=tuple(said),
    )


def _work_ahead(
    session: SessionFolder,
    config: Config,
    choices: Choices,
    spoken: tuple[Span, ...],
    *,
    force: bool,
) -> Work | None:
    """Return the transcription of what is spoken, if it is to be done anew.

    Where something was taken out, nobody knows before the turns what of it may be heard.
    """
    manifest = session.manifest()
    if manifest.has_removals:
        return None
    [stage] = [stage for stage in STAGES if stage.name == "transcribe"]
    params = stage.params(choices, params_before(stage, manifest), manifest)
    record = manifest.stages.get(stage.name)
    if record is not None and not force and not is_other(stage, session, record, params):
        known, given = made(manifest), spoken_digests(session, manifest, spoken)
        if record.inputs == {name: known.get(name, "") for name in stage.inputs} | given:
            return None

    def work(hook: Hook, room: Room) -> Transcript:
        context = Context(
            session=session, manifest=manifest, config=config, threads=choices.threads, hook=hook
        )
        return transcribe_mix(context, params, spoken, room)

    return work


def _known_by_voice(session: SessionFolder, config: Config, threads: int) -> tuple[str, ...]:
    """Name who is known by their voice; that it fails is said, and stops nothing."""
    from alsvoice.pipeline.recognising import name_by_voice

    try:
        return name_by_voice(session, config, threads=threads)
    except AlsvoiceError as problem:
        return (f"Nobody was named by their voice: {problem.sentence}",)


def _refuse_newer(
    session: SessionFolder, broken: Sequence[Problem], forced: Collection[str]
) -> None:
    """Raise where a newer version's answer would be lost and nobody asked for that."""
    for problem in broken:
        if problem.fault is Fault.NEWER and problem.stage not in forced:
            raise LibraryError(
                f"Session {session.id} was processed by a newer version: {problem.sentence}",
                try_next=problem.try_next,
            )


def _find_backends(
    manifest: Manifest, config: Config, choices: Choices, forced: Collection[str]
) -> None:
    """Raise now, not after minutes of diarisation, where a later stage's backend is not there."""
    for stage in STAGES:
        record = manifest.stages.get(stage.name)
        params = stage.params(choices, params_before(stage, manifest), manifest)
        if record is None or stage.name in forced or dict(record.params) != params:
            stage.backend(params, config)


def run_stage(
    stage: Stage,
    session: SessionFolder,
    config: Config,
    choices: Choices | None = None,
    *,
    force: bool = False,
    hook: Hook = no_hook,
    ahead: Ahead | None = None,
) -> bool:
    """Compute one stage if it is stale or forced; return whether it was. Called by the holder.

    ``ahead`` transcribes while another stage runs, and then calls the hook for it.
    """
    chosen = choices or Choices()
    manifest = session.manifest()
    params = stage.params(chosen, params_before(stage, manifest), manifest)
    if not force and not is_stale(stage, session, manifest, params):
        return False
    context = Context(
        session=session,
        manifest=manifest,
        config=config,
        threads=chosen.threads,
        hook=ahead.hook if ahead else hook,
        ahead=ahead,
    )
    _run(stage, context, params)
    return True


def refresh(session: SessionFolder, config: Config, before: Coded | None = None) -> None:
    """Code anew what a correction touched; nothing else is computed. Called by the holder.

    ``before`` is what was coded before the correction (see ``coded_rows``): rows that are as they
    were keep their coding.
    """
    if is_processed(session, session.manifest()):
        run_stage(classifying_anew(before or {}), session, config)


def coded_rows(session: SessionFolder) -> Coded:
    """Return each row that was coded with its coding; nothing where the coding is not up to date.

    Called by the holder.
    """
    manifest = session.manifest()
    record = manifest.stages.get(STAGES[-1].name)
    try:
        if record is None or not _is_fresh(STAGES[-1], session, manifest):
            return {}
        data = session.read(STAGES[-1].output)
        if record.outputs.get(STAGES[-1].output) != digest_bytes(data):
            return {}
        codings = {c.utterance_id: c for c in stage_files.parse_labels(data).codings}
    except AlsvoiceError:  # damaged: `process` sees to it
        return {}
    rows = texts_to_code(session, manifest)
    return {row: codings[row.id] for row in rows if row.id in codings}


def is_processed(session: SessionFolder, manifest: Manifest) -> bool:
    """Whether every stage finished, on what the stages before it hold now, and its file is there.

    A run stopped between two stages leaves utterances newer than their labels: no report is made of
    those.
    """
    known = made(manifest)
    return all(
        s.name in manifest.stages
        and session.exists(s.output)
        and all(manifest.stages[s.name].inputs.get(name) == known.get(name) for name in s.inputs)
        for s in STAGES
    )


def _run(stage: Stage, context: Context, params: Mapping[str, Any]) -> None:
    used = context.ahead.cpu_s if context.ahead else time.process_time
    wall, cpu = time.perf_counter(), used()
    outcome = stage.run(context, params)
    manifest = outcome.manifest or context.manifest
    record = StageRecord(
        params=dict(params if outcome.params is None else outcome.params),
        inputs=inputs_of(stage, context.session, manifest),
        outputs=dict(outcome.outputs),
        tool=outcome.tool,
        version=__version__,
        seconds=round(time.perf_counter() - wall, 3),
        cpu_seconds=round(used() - cpu, 3),
    )
    # The record goes last: a crash before this line leaves the stage to be computed again.
    context.session.write_manifest(manifest.with_stage(stage.name, record))


def fresh_stages(session: SessionFolder, manifest: Manifest) -> tuple[str, ...]:
    """Return the stages that would not be computed now."""
    return tuple(
        stage.name for stage in STAGES if stage.name in manifest.stages
        and _is_fresh(stage, session, manifest)
    )  # fmt: skip


def _is_fresh(stage: Stage, session: SessionFolder, manifest: Manifest) -> bool:
    try:
        params = stage.params(Choices(), params_before(stage, manifest), manifest)
        return not is_stale(stage, session, manifest, params)
    except AlsvoiceError:  # one of its inputs is damaged
        return False


def stamped(session: SessionFolder, manifest: Manifest, *, fresh: Collection[str] = ()) -> Manifest:
    """Return the manifest with the hashes of the stages' files as they are on disk now.

    ``fresh`` names the stages whose parameters and inputs are taken for what they were made of:
    a removal changes files without making anything stale.
    """
    kept = {
        name: replace(record, outputs=_hashes(session, record.outputs))
        for name, record in manifest.stages.items()
    }
    manifest = replace(manifest, stages=kept)
    for stage in STAGES:
        if stage.name in fresh and stage.name in kept:
            record = kept[stage.name]
            params = stage.params(Choices(), record.params, manifest)
            with contextlib.suppress(AlsvoiceError):  # an input went: it will be computed anew
                inputs = inputs_of(stage, session, manifest)
                manifest = manifest.with_stage(
                    stage.name, replace(record, params=params, inputs=inputs)
                )
    return manifest


def _hashes(session: SessionFolder, names: Collection[str]) -> dict[str, str]:
    return {name: session.digest(name) for name in names if session.exists(name)}


def _set_speakers(session: SessionFolder, speakers: int) -> None:
    """Remember how many people speak; diarisation is then stale if that is new."""
    manifest = session.manifest()
    if manifest.speakers != speakers:
        session.write_manifest(replace(manifest, speakers=speakers))
