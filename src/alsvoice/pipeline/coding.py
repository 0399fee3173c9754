"""What the classifier is given: corrected words, the utterance before, the role where known."""

from alsvoice import casting, introduced
from alsvoice.edits import active, named_voices, with_texts
from alsvoice.formats import stage_files
from alsvoice.labels import UtteranceText
from alsvoice.session import Manifest
from alsvoice.store import SessionFolder
from alsvoice.transcript import Diarization, Utterance

__all__ = [
    "diarized_by_tracks",
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


def guessed_voices(
    manifest: Manifest, heard: Diarization, utterances: tuple[Utterance, ...]
) -> dict[str, str]:
    """Return voice → participant's name, as far as reasoning finds it where nothing is known."""
    if known_voices(manifest):
        return {}
    return casting.guess(manifest.participants, heard.turns, utterances, manifest.phases)


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
    heard = stage_files.parse_diarization(session.read("diarization.json"))
    utterances = stage_files.parse_utterances(session.read("utterances.json"))
    edits = active(session.edits()[0])
    names = {
        **guessed_voices(manifest, heard, utterances),
        **introduced_voices(manifest, heard, utterances),
        **known_voices(manifest),
        **named_voices(heard, edits),
    }
    role_of = {p.name: p.role.value for p in manifest.participants}
    rows: list[UtteranceText] = []
    before: str | None = None
    for utterance in with_texts(utterances, edits):
        role = role_of.get(names.get(utterance.speaker, ""))
        rows.append(
            UtteranceText(id=utterance.id, text=utterance.text, prev_text=before, speaker_role=role)
        )
        before = utterance.text
    return tuple(rows)
