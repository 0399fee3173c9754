"""Voices that the diariser is told of beforehand: those that the session's set keeps.

They are looked up when who spoke when is worked out, and its record says which they were, by hash.
What is enrolled, grown or forgotten later makes no diarisation stale: a set's whole past would be
computed again each time somebody is enrolled. Names are compared anew without that
(``recognising``), which says where a new diarisation could find somebody.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from alsvoice.backends import registry
from alsvoice.backends.diarize.prints import network_of
from alsvoice.config import Config
from alsvoice.errors import NotFoundError
from alsvoice.pipeline import profiles
from alsvoice.pipeline.listening import network_model
from alsvoice.session import Manifest, StageRecord
from alsvoice.store import SessionFolder
from alsvoice.voices import VoiceProfile

__all__ = ["PROFILES", "expected_voices", "missed", "told_of", "used"]

PROFILES = "profiles"
"""The parameter of a diarisation that names the profiles it was told of."""


def expected_voices(
    session: SessionFolder, manifest: Manifest, config: Config, diarizer: str
) -> tuple[VoiceProfile, ...]:
    """Return the voices that a set keeps, where a diariser makes use of them; damaged ones not."""
    if manifest.set is None or not registry.knows_voices(diarizer):
        return ()
    try:
        kept = profiles.kept(profiles.library_of(session), manifest.set)
    except NotFoundError:  # a name without a letter is no set's
        return ()
    if not kept.profiles:
        return ()
    return kept.of_network(network_of(network_model(config))).profiles


def told_of(params: Mapping[str, Any], voices: Sequence[VoiceProfile]) -> dict[str, Any]:
    """Return the parameters of a diarisation that was told of these voices."""
    plain = {name: value for name, value in params.items() if name != PROFILES}
    return plain | ({PROFILES: sorted(voice.digest for voice in voices)} if voices else {})


def used(before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an earlier diarisation was told of: nothing else counts until it is done anew."""
    told = _told(before)
    return {PROFILES: told} if told else {}


def _told(params: Mapping[str, Any]) -> list[str]:
    told = params.get(PROFILES)
    return [str(digest) for digest in told] if isinstance(told, list) else []


def missed(
    record: StageRecord | None, manifest: Manifest, voices: Sequence[VoiceProfile]
) -> tuple[str, ...]:
    """Return the names of participants whose voices a diarisation was not told of and could be."""
    if record is None or not registry.knows_voices(str(record.params.get("diarizer"))):
        return ()
    told = _told(record.params)
    there = {person.name.casefold() for person in manifest.participants}
    return tuple(v.name for v in voices if v.digest not in told and v.name.casefold() in there)
