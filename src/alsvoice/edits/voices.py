"""Who is who: names by the spans of speech that were named, one person a name."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from alsvoice.edits.edit import Edit, Op
from alsvoice.intervals import Span, intersect, subtract, total_ms, union
from alsvoice.session import Manifest, Person
from alsvoice.transcript import Diarization, Utterance, is_withdrawn

__all__ = [
    "lost_names",
    "named_voices",
    "newcomers",
    "people_of",
    "person_named",
    "voices_by_sound",
]

_ANONYMOUS = re.compile(r"SPEAKER_\w+")


def named_voices(diarization: Diarization, edits: Sequence[Edit]) -> dict[str, str]:
    """Return the name of each voice that a person named, by the spans of speech they named.

    Where two names claim the same speech the later one holds. A voice takes the name that holds
    most of its speech, if that is at least a tenth of it.
    """
    claims: dict[str, tuple[Span, ...]] = {}
    for edit in edits:
        if edit.op is Op.NAME and edit.after:
            claims = {name: subtract(spans, edit.spans) for name, spans in claims.items()}
            claims[edit.after] = union([*claims.get(edit.after, ()), *edit.spans])
    names: dict[str, str] = {}
    for voice in diarization.speakers:
        speech = [turn.span for turn in diarization.exclusive if turn.speaker == voice]
        held = {name: total_ms(intersect(speech, spans)) for name, spans in claims.items()}
        best = max(held, key=lambda name: held[name], default=None)
        if best is not None and held[best] * 10 >= max(total_ms(speech), 1):
            names[voice] = best
    return names


def lost_names(diarization: Diarization, edits: Sequence[Edit]) -> list[Edit]:
    """Return the names that no voice bears though most of what was named was not named anew."""
    held = set(named_voices(diarization, edits).values())
    naming = [e for e in edits if e.op is Op.NAME]
    lost: list[Edit] = []
    for index, edit in enumerate(naming):
        anew = [span for later in naming[index + 1 :] for span in later.spans]
        left = total_ms(subtract(edit.spans, anew))
        if edit.after not in held and 2 * left >= total_ms(edit.spans):
            lost.append(edit)
    return lost


def people_of(
    manifest: Manifest,
    diarization: Diarization,
    utterances: Sequence[Utterance],
    edits: Sequence[Edit],
    guesses: Mapping[str, str],
    known_names: Mapping[str, str],
) -> tuple[Person, ...]:
    """Return one person a name, and one a voice that nobody named; order of first appearance."""
    named = {**known_names, **named_voices(diarization, edits)}
    likeness = voices_by_sound(manifest, named)
    named |= {voice: name for voice, (name, _) in likeness.items()}
    taken = set(named.values())
    guessed = {v: n for v, n in guesses.items() if v not in named and n not in taken}
    spoken = {u.speaker for u in utterances if not is_withdrawn(u.speaker)}
    voices = sorted({*diarization.speakers, *spoken})
    grouped: dict[str, list[str]] = {}
    for voice in voices:
        name = named.get(voice) or guessed.get(voice) or voice
        if voice in named and _ANONYMOUS.fullmatch(name):
            # Merged under a label of that day, which may be somebody else's after a re-run.
            name = f"SPEAKER_MERGED_{name}"
        grouped.setdefault(name, []).append(voice)
    people: list[Person] = []
    for name, members in grouped.items():
        if _ANONYMOUS.fullmatch(name):  # a voice nobody named, or several that were merged
            people.append(Person(id=members[0], speakers=tuple(members)))
        else:
            known = person_named(name, (), manifest)
            people.append(
                replace(
                    known,
                    speakers=tuple(members),
                    guessed=any(v in guessed for v in members),
                    likeness=next((likeness[v][1] for v in members if v in likeness), None),
                )
            )
    return tuple(people)


def voices_by_sound(manifest: Manifest, named: Mapping[str, str]) -> dict[str, tuple[str, float]]:
    """Return the names that rest on the voice alone: who is named otherwise is not named twice."""
    taken = set(named.values())
    found = manifest.recognition.found if manifest.recognition else ()
    return {
        each.speaker: (each.name, each.likeness)
        for each in found
        if each.speaker not in named and each.name not in taken
    }


def person_named(name: str, people: Sequence[Person], manifest: Manifest) -> Person:
    """Return who goes by this name or voice label; a new person where nobody does."""
    for person in people:
        if person.name == name or name in person.speakers:
            return person
    for participant in manifest.participants:
        if participant.name == name:
            return Person(id=participant.id, speakers=(), name=name, role=participant.role)
    return Person(id=f"name:{name}", speakers=(), name=name)


def newcomers(moved: Iterable[Person], people: Sequence[Person]) -> tuple[Person, ...]:
    """Return the persons among ``moved`` who are not known yet, each once."""
    known = {person.id for person in people}
    return tuple({person.id: person for person in moved if person.id not in known}.values())
