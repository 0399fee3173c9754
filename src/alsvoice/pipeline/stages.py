"""The stage table: what each stage reads, writes and depends on, and how it is run.

``ingest → diarize → transcribe → align → classify``; one file a stage. What a stage is given is
written into its record: a stage is stale when its parameters or the hashes of its inputs changed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from alsvoice.align import assign_speakers, cut_by_voice, cut_utterances
from alsvoice.audio.mix import open_mix
from alsvoice.backends import registry
from alsvoice.backends.protocols import Hook, Transcriber, nobody_waits
from alsvoice.backends.sharing import ALL_ROOM, Room
from alsvoice.config import Config
from alsvoice.digest import digest_value
from alsvoice.errors import UsageError
from alsvoice.formats import stage_files
from alsvoice.intervals import Span
from alsvoice.labels import Coding, UtteranceText
from alsvoice.pipeline import expected, ingest, parsed
from alsvoice.pipeline.ahead import Ahead
from alsvoice.pipeline.coding import diarized_by_tracks, texts_to_code
from alsvoice.pipeline.hints import hints_of
from alsvoice.pipeline.ingest_tracks import open_tracks
from alsvoice.pipeline.transcribing import speech_of, transcribe_tracks
from alsvoice.removal.people import hear_without, write_without
from alsvoice.session import Layout, Manifest
from alsvoice.store.folder import MIX, SessionFolder
from alsvoice.transcript import Diarization, Transcript
from alsvoice.voices import Vector

__all__ = [
    "AUTO",
    "DEFAULTS",
    "STAGES",
    "Choices",
    "Context",
    "Outcome",
    "Stage",
    "classifying_anew",
    "spoken_digests",
    "transcribe_mix",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the user chose; None keeps what the session was processed with, else the default."""

    asr: str | None = None
    diarizer: str | None = None
    classifier: str | None = None
    language: str | None = None
    fast: bool | None = None
    threads: int = 2


DEFAULTS = {"asr": "base", "diarizer": "sparse"}
AUTO = "auto"
"""The language that is to be heard, where one was chosen before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a stage runs in; ``ahead`` is told early what is to be transcribed, and may be asked."""

    session: SessionFolder
    manifest: Manifest
    config: Config
    threads: int
    hook: Hook
    ahead: Ahead | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a stage wrote, name → hash, and by which tool.

    ``params`` are what it was given where that was known only when it ran.
    """

    outputs: Mapping[str, str]
    tool: str
    manifest: Manifest | None = None
    params: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A row of the table; ``inputs`` names files of earlier stages or ``extra`` inputs.

    ``formerly`` names files that records of older versions name in place of an ``extra`` input.
    ``backend`` finds what the stage runs on, or raises: asked before anything long begins.
    """

    name: str
    inputs: tuple[str, ...]
    output: str
    params: Callable[[Choices, Mapping[str, Any], Manifest], dict[str, Any]]
    run: Callable[[Context, Mapping[str, Any]], Outcome]
    extra: Callable[[SessionFolder, Manifest], dict[str, str]] = lambda _session, _manifest: {}
    formerly: tuple[str, ...] = ()
    backend: Callable[[Mapping[str, Any], Config], object] = lambda _params, _config: None


def _ingest_params(
    _choices: Choices, before: Mapping[str, Any], manifest: Manifest
) -> dict[str, Any]:
    audio = manifest.audio
    params: dict[str, Any] = {"sources": [s.file for s in audio.sources] if audio else []}
    if audio and audio.is_apart:
        params["channels"] = [t.channel for t in audio.tracks]
    if audio and audio.layout is Layout.TRACKS:
        told = {t.source: t.offset_ms for t in audio.tracks if t.offset_ms is not None}
        params["offsets_ms"] = told or dict(before.get("offsets_ms") or {})
    return params


def _run_ingest(context: Context, params: Mapping[str, Any]) -> Outcome:
    audio, outputs = ingest.take_in(
        context.session, context.manifest, params.get("offsets_ms", {}), context.hook
    )
    return Outcome(
        outputs=outputs,
        tool="ffmpeg",
        manifest=replace(context.manifest, audio=audio),
    )


def _track_digests(_: SessionFolder, manifest: Manifest) -> dict[str, str]:
    """Return the hashes of the tracks, where there are some: the mix alone does not tell them."""
    made = manifest.stages["ingest"].outputs if "ingest" in manifest.stages else {}
    return {t.file: made.get(t.file, "") for t in (manifest.audio.tracks if manifest.audio else ())}


def _diarize_params(
    choices: Choices, before: Mapping[str, Any], manifest: Manifest
) -> dict[str, Any]:
    has_tracks = bool(manifest.audio and manifest.audio.tracks)
    default = registry.TRACKS if has_tracks else DEFAULTS["diarizer"]
    params: dict[str, Any] = {
        "diarizer": choices.diarizer or before.get("diarizer") or default,
        "speakers": manifest.speakers_told,
    }
    if manifest.voices:
        params["samples"] = [list(voice.span) for voice in manifest.voices]
    return params | expected.used(before)


def _run_diarize(context: Context, params: Mapping[str, Any]) -> Outcome:
    name = params["diarizer"]
    known = expected.expected_voices(context.session, context.manifest, context.config, name)
    found, tool = (
        _by_tracks(context)
        if name == registry.TRACKS
        else _by_voices(context, name, params, [voice.vector for voice in known])
    )
    found = hear_without(found, context.manifest.redactions, context.manifest.withdrawals)
    digest = context.session.write("diarization.json", stage_files.serialize_diarization(found))
    # Who was known by their voice was so by the labels of the turns that are replaced.
    manifest = replace(context.manifest, recognition=None)
    told = expected.told_of(params, known)
    return Outcome(outputs={"diarization.json": digest}, tool=tool, manifest=manifest, params=told)


def _by_voices(
    context: Context, name: str, params: Mapping[str, Any], known: Sequence[Vector]
) -> tuple[Diarization, str]:
    backend = registry.diarizer(name, context.config)
    with context.session.reading(MIX) as file, open_mix(file) as sound:
        found = backend.diarize(
            sound,
            speakers=params["speakers"],
            samples=[(start, end) for start, end in params.get("samples", ())],
            known=known,
            threads=context.threads,
            hook=context.hook,
            speech_found=context.ahead.speech_found if context.ahead else nobody_waits,
        )
    return found, backend.name


def _by_tracks(context: Context) -> tuple[Diarization, str]:
    tracks = context.manifest.audio.tracks if context.manifest.audio else ()
    if not tracks:
        raise UsageError(
            f"Session {context.session.id} has no track for each person.",
            try_next=f"alsvoice process {context.session.id} --diarizer {DEFAULTS['diarizer']}",
        )
    backend = registry.tracks_diarizer(context.config)
    voices = [track.voice for track in tracks]
    with open_tracks(context.session, tracks) as sounds:
        found = backend.diarize(sounds, voices, threads=context.threads, hook=context.hook)
    return found, backend.name


def _find_diarizer(params: Mapping[str, Any], config: Config) -> object:
    if params["diarizer"] == registry.TRACKS:
        return registry.tracks_diarizer(config)
    return registry.diarizer(params["diarizer"], config)


def _transcribe_params(choices: Choices, before: Mapping[str, Any], _: Manifest) -> dict[str, Any]:
    params: dict[str, Any] = {
        "asr": choices.asr or before.get("asr") or DEFAULTS["asr"],
        "language": _language(choices.language, before.get("language")),
    }
    if before.get("fast", False) if choices.fast is None else choices.fast:
        params["fast"] = True
    return params


def _language(chosen: str | None, before: str | None) -> str | None:
    """Return the language to write; None, "auto" where it is to be heard."""
    return None if chosen == AUTO else chosen or before


def _given_digests(session: SessionFolder, manifest: Manifest) -> dict[str, str]:
    """Return the hashes of all that is transcribed: where there is speech, not whose it is."""
    heard = parsed.diarization(session.read("diarization.json"))
    if not diarized_by_tracks(manifest):
        return spoken_digests(session, manifest, speech_of(heard))
    told = [[turn.speaker, *turn.span] for turn in heard.speech]
    return {**_track_digests(session, manifest), "speech": digest_value(told)}


def spoken_digests(
    session: SessionFolder, manifest: Manifest, spoken: Sequence[Span]
) -> dict[str, str]:
    """Return the hashes of what is transcribed of the mix where that is spoken."""
    return {**_track_digests(session, manifest), "speech": digest_value([list(s) for s in spoken])}


def _run_transcribe(context: Context, params: Mapping[str, Any]) -> Outcome:
    heard = stage_files.parse_diarization(context.session.read("diarization.json"))
    found: Transcript | None
    if diarized_by_tracks(context.manifest):
        found = _transcribe_tracks(context, params, heard)
    else:
        spoken = speech_of(heard)
        found = context.ahead.words(spoken) if context.ahead else None
        found = found or transcribe_mix(context, params, spoken)
    found = write_without(found, context.manifest.redactions, context.manifest.withdrawals)
    digest = context.session.write("words.json", stage_files.serialize_words(found))
    return Outcome(outputs={"words.json": digest}, tool=_transcriber(context, params).name)


def _transcriber(context: Context, params: Mapping[str, Any]) -> Transcriber:
    return registry.transcriber(params["asr"], context.config, fast=bool(params.get("fast")))


def _transcribe_tracks(
    context: Context, params: Mapping[str, Any], heard: Diarization
) -> Transcript:
    tracks = context.manifest.audio.tracks if context.manifest.audio else ()
    with open_tracks(context.session, tracks) as sounds:
        return transcribe_tracks(
            _transcriber(context, params),
            dict(zip((t.voice for t in tracks), sounds, strict=True)),
            heard.speech,
            hints=hints_of(context.config, context.manifest),
            language=params["language"],
            threads=context.threads,
            hook=context.hook,
        )


def transcribe_mix(
    context: Context,
    params: Mapping[str, Any],
    spoken: Sequence[Span],
    room: Room = ALL_ROOM,
) -> Transcript:
    """Return the words of the mix where that is spoken."""
    with context.session.reading(MIX) as file, open_mix(file) as sound:
        return _transcriber(context, params).transcribe(
            sound,
            speech=spoken,
            hints=hints_of(context.config, context.manifest),
            language=params["language"],
            threads=context.threads,
            hook=context.hook,
            room=room,
        )


def _run_align(context: Context, _: Mapping[str, Any]) -> Outcome:
    session = context.session
    heard = stage_files.parse_diarization(session.read("diarization.json"))
    said = stage_files.parse_words(session.read("words.json"))
    audio = context.manifest.audio.sha256 if context.manifest.audio else ""
    if said.speakers:
        found = cut_by_voice(said.words, said.speakers, audio)
    else:
        found = cut_utterances(said.words, assign_speakers(said.words, heard), audio)
    digest = session.write("utterances.json", stage_files.serialize_utterances(found))
    context.hook("align", 1, 1)
    return Outcome(outputs={"utterances.json": digest}, tool="align.v1")


def _classify_params(choices: Choices, before: Mapping[str, Any], _: Manifest) -> dict[str, Any]:
    chosen = choices.classifier or before.get("classifier")
    return {"classifier": chosen or registry.default_classifier()}


def _texts_digest(session: SessionFolder, manifest: Manifest) -> dict[str, str]:
    """Return the hash of what is coded: corrected words and roles make the coding stale."""
    rows = texts_to_code(session, manifest)
    values = [[r.id, r.text, r.prev_text, r.speaker_role] for r in rows]
    return {"texts": digest_value(values)}


def _run_classify(
    context: Context, params: Mapping[str, Any], known: Mapping[UtteranceText, Coding] | None = None
) -> Outcome:
    """Code every row but those ``known``: each answer depends on its own row alone."""
    backend = registry.classifier(params["classifier"])
    rows = texts_to_code(context.session, context.manifest)
    kept = known or {}
    fresh = backend.classify(row for row in rows if row not in kept)
    codings = tuple(kept[row] if row in kept else next(fresh) for row in rows)
    labels = stage_files.Labels(card=backend.card, codings=codings)
    digest = context.session.write("labels.json", stage_files.serialize_labels(labels))
    context.hook("classify", 1, 1)
    return Outcome(outputs={"labels.json": digest}, tool=backend.card.name)


STAGES: tuple[Stage, ...] = (
    Stage(name="ingest", inputs=(), output=MIX, params=_ingest_params, run=_run_ingest),
    Stage(
        name="diarize",
        inputs=(MIX,),
        output="diarization.json",
        params=_diarize_params,
        run=_run_diarize,
        extra=_track_digests,
        backend=_find_diarizer,
    ),
    Stage(
        name="transcribe",
        inputs=(MIX,),
        output="words.json",
        params=_transcribe_params,
        run=_run_transcribe,
        extra=_given_digests,
        formerly=("diarization.json",),
        backend=lambda params, config: registry.transcriber(params["asr"], config),
    ),
    Stage(
        name="align",
        inputs=("diarization.json", "words.json"),
        output="utterances.json",
        params=lambda _choices, _before, _manifest: {},
        run=_run_align,
    ),
    Stage(
        name="classify",
        inputs=("utterances.json",),
        output="labels.json",
        params=_classify_params,
        run=_run_classify,
        extra=_texts_digest,
        backend=lambda params, _config: registry.classifier(params["classifier"]),
    ),
)


def classifying_anew(known: Mapping[UtteranceText, Coding]) -> Stage:
    """Return the last stage, which then codes only the rows that are not known."""
    return replace(STAGES[-1], run=lambda context, params: _run_classify(context, params, known))
