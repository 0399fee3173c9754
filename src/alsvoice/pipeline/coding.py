"""What the classifier is given: what people made of the words, what was said before, the role."""

from functools import lru_cache

from alsvoice import casting, introduced
from alsvoice.edits import SHAPING, Edit, Op, active, named_voices, shape, voices_by_sound
from alsvoice.labels import UtteranceText
from alsvoice.pipeline import parsed
from alsvoice.session import Manifest, Participant, Phase
from alsvoice.store import SessionFolder
from alsvoice.transcript import Diarization, Utterance

__all__ = [
    "diarized_by_tracks",
    "forget",
    "guessed_voices",
    "introduced_voices",
    "known_voices",
    "texts_to_code",
]


def diarized_by_tracks(manifest: Manifest) -> bool:
    """Whether the turns' voices are those of the tracks, not of a diariser that heard the mix."""
    record = manifest.stages.get("diarize")
    return record is not None and record.tool.startswith("tracks.")


def known_voices(manifest: Manifest) -> dict[str, str]:
    """Return voice → participant's name where each person has sound of their own."""
    if manifest.audio is None or not diarized_by_tracks(manifest):
        return {}
    names = {person.id: person.name for person in manifest.participants}
    return {t.voice: names[t.participant] for t in manifest.audio.tracks if t.participant in names}


def guessed_voices(manifest: Manifest, heard: bytes, utterances: bytes) -> dict[str, str]:
    """Return voice → participant's name, as far as reasoning finds it where nothing is known.

    ``heard`` and ``utterances`` are what the stages wrote.
    """
    if known_voices(manifest):
        return {}
    return dict(_guesses(manifest.participants, manifest.phases, heard, utterances))


@lru_cache(maxsize=2)
def _guesses(
    participants: tuple[Participant, ...], phases: tuple[Phase, ...], heard: bytes, said: bytes
) -> tuple[tuple[str, str], ...]:
    turns, utterances = parsed.diarization(heard).turns, parsed.utterances(said)
    return tuple(casting.guess(participants, turns, utterances, phases).items())


def forget() -> None:
    """Forget what was kept of stage files: what was taken out is to go from memory, too."""
    for kept in (_guesses, _rows, *parsed.KEPT):
        kept.cache_clear()


def introduced_voices(
    manifest: Manifest, heard: Diarization, utterances: tuple[Utterance, ...]
) -> dict[str, str]:
    """Return voice → name of those who said who they are, where nobody has a track of their own."""
    if known_voices(manifest):
        return {}
    found = introduced.by_samples(manifest.voices, heard.exclusive)
    if manifest.roll_call is not None:
        found = {
            **introduced.by_roll_call(
                manifest.participants, manifest.roll_call, heard.exclusive, utterances
            ),
            **found,
        }
    names = {person.name for person in manifest.participants}
    return {voice: name for voice, name in found.items() if name in names}


def texts_to_code(session: SessionFolder, manifest: Manifest) -> tuple[UtteranceText, ...]:
    """Return a row an utterance, in order of time."""
    heard, said = session.read("diarization.json"), session.read("utterances.json")
    edits = active(session.edits()[0])
    sure = {
        **introduced_voices(manifest, parsed.diarization(heard), parsed.utterances(said)),
        **known_voices(manifest),
        **named_voices(parsed.diarization(heard), edits),
    }
    by_voice = {voice: name for voice, (name, _) in voices_by_sound(manifest, sure).items()}
    names = {**guessed_voices(manifest, heard, said), **by_voice, **sure}
    role_of = {p.name: p.role.value for p in manifest.participants}
    roles = {voice: role_of[name] for voice, name in names.items() if name in role_of}
    shaping = tuple(edit for edit in edits if edit.op is Op.TEXT or edit.op in SHAPING)
    audio = manifest.audio.sha256 if manifest.audio else ""
    return _rows(said, shaping, audio, tuple(sorted(roles.items())))


@lru_cache(maxsize=4)
def _rows(
    said: bytes, edits: tuple[Edit, ...], audio: str, roles: tuple[tuple[str, str], ...]
) -> tuple[UtteranceText, ...]:
    role_of = dict(roles)
    rows: list[UtteranceText] = []
    before: str | None = None
    for utterance in shape(parsed.utterances(said), edits, audio).utterances:
        role = role_of.get(utterance.speaker)
        rows.append(
            UtteranceText(id=utterance.id, text=utterance.text, prev_text=before, speaker_role=role)
        )
        before = utterance.text
    return tuple(rows)
