"""Naming people by themselves: a session's voices against those its set keeps, and its roll-call.

Done anew whenever the turns, the profiles or the samples changed, and never where each person has
sound of their own.
"""

from collections.abc import Sequence
from dataclasses import replace

from alsvoice.backends.diarize.prints import network_of
from alsvoice.config import Config
from alsvoice.digest import digest_value
from alsvoice.formats import stage_files
from alsvoice.measures.timing import spans_of_each
from alsvoice.pipeline import profiles
from alsvoice.pipeline.coding import known_voices
from alsvoice.pipeline.expected import missed
from alsvoice.pipeline.listening import Listener, network_model, opened
from alsvoice.recognition import Known, matched
from alsvoice.session import Manifest, Recognised, Recognition
from alsvoice.store import SessionFolder
from alsvoice.transcript import Diarization, is_withdrawn
from alsvoice.voices import VoiceProfile, centre

__all__ = ["name_by_voice"]

_VERSION = 1
"""To be raised when the rules of matching change: sessions are then looked at again."""


def name_by_voice(session: SessionFolder, config: Config, *, threads: int = 1) -> tuple[str, ...]:
    """Put names to voices that are known; return what a person should know. Called by the holder.

    A profile that cannot be read is told and passed over.
    """
    manifest = session.manifest()
    held, state = _kept(session, manifest)
    if state is None and (known_voices(manifest) or not manifest.voices):
        if manifest.recognition is not None:
            session.write_manifest(replace(manifest, recognition=None))
        return ()
    samples = [[v.name, v.start_ms, v.end_ms] for v in manifest.voices]
    network = network_of(network_model(config))
    against = digest_value([_VERSION, network, state, samples])
    if manifest.recognition is not None and manifest.recognition.against == against:
        return _damaged(held.of_network(network))
    heard = stage_files.parse_diarization(session.read("diarization.json"))
    with opened(session, config, threads) as listener:
        same = held.of_network(listener.network)
        found = _found(manifest, heard, same.profiles, listener)
    session.write_manifest(replace(manifest, recognition=Recognition(against=against, found=found)))
    foreign = len(held.profiles) + len(held.damaged) - len(same.profiles) - len(same.damaged)
    return (
        *_damaged(same),
        *_sentences(found, heard, foreign, session.id),
        *_missed(session, manifest, same.profiles, found),
    )


def _kept(session: SessionFolder, manifest: Manifest) -> tuple[profiles.Kept, str | None]:
    """Return the voices to compare with and their hash; none where whose voice it is is known."""
    library = profiles.library_of(session)
    if manifest.set is None or known_voices(manifest):
        return profiles.Kept(), None
    state = profiles.state(library, manifest.set)
    return (profiles.kept(library, manifest.set) if state else profiles.Kept()), state


def _found(
    manifest: Manifest,
    heard: Diarization,
    held: Sequence[VoiceProfile],
    listener: Listener,
) -> tuple[Recognised, ...]:
    """Return whose voices they are."""
    known = [Known(name=_spelt(manifest, p.name), vector=p.vector) for p in held]
    for sample in manifest.voices:
        said = listener.heard(sample.name, [sample.span])
        if said.vectors:
            middle = centre(said.vectors, said.seconds)
            known.append(Known(name=_spelt(manifest, sample.name), vector=middle, source="sample"))
    if not known:
        return ()
    voices = [
        voice
        for voice in listener.voices(spans_of_each(heard.turns))
        if not is_withdrawn(voice.speaker)
    ]
    return matched(voices, known)


def _spelt(manifest: Manifest, name: str) -> str:
    """Return a participant's own spelling of a name."""
    for person in manifest.participants:
        if person.name.casefold() == name.casefold():
            return person.name
    return name


def _damaged(held: profiles.Kept) -> tuple[str, ...]:
    if not held.damaged:
        return ()
    sentence = (
        f"{len(held.damaged)} voice profiles of the set are damaged and were passed over; "
        "`alsvoice voices list` names them."
    )
    return (sentence,)


def _missed(
    session: SessionFolder,
    manifest: Manifest,
    held: Sequence[VoiceProfile],
    found: Sequence[Recognised],
) -> tuple[str, ...]:
    """Say who was to be there, is none of the voices, and could be looked for."""
    named = {each.name.casefold() for each in found}
    left = [p for p in held if p.name.casefold() not in named]
    names = missed(manifest.stages.get("diarize"), manifest, left)
    if not names:
        return ()
    sentence = (
        "Somebody who takes part and whose voice was enrolled since then is none of the voices "
        f"found; `alsvoice process {session.id} --from diarize` looks for them."
    )
    return (sentence,)


def _sentences(
    found: Sequence[Recognised], heard: Diarization, foreign: int, session: str
) -> tuple[str, ...]:
    said: list[str] = []
    if found:
        said.append(
            f"{len(found)} of {len(heard.speakers)} voices were known by their sound; "
            f"`alsvoice speakers {session}` shows whose they are."
        )
    if foreign:
        said.append(
            f"{foreign} voice profiles were made by another network and cannot be compared; "
            "`alsvoice voices enrol SESSION` makes them anew."
        )
    return tuple(said)
