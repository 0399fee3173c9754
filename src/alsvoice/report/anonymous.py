"""A report in which nobody is named: for training, or to show to somebody outside the set.

The participants' names become letters, in every part of the document; other names that were spoken
become "[name]". What may still give somebody away is listed for a person to look at. There is
never sound in it, since a voice is a name.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from alsvoice.intervals import clock, to_ms
from alsvoice.removal.names import NamePattern
from alsvoice.report.spoken_names import WORDS, capitals, names_in, spoken_pattern

__all__ = ["NAMELESS", "anonymous", "identifying"]

NAMELESS = "[name]"

_TITLE = "Action learning session"
_TEXTS = {
    *("text", "title", "set", "name", "participant", "presenter", "owner", "interrupted", "phase"),
    *("answerer", "brought_back", "due_phrase", "phases", "warnings"),
}
_IDS = {"id", "person", "by", "of", "answered_by", "asked", "back_by", "facilitators"}
_VOICES = {"speaker", "speakers"}
_TELLING = re.compile(
    r"(?<!\w)(?:\d[\d:./-]*|(?:ward|room|floor|house|number|team|site|unit) \w+|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:[ -]\w+)?|"
    r"(?:director|manager|consultant|registrar|matron|surgeon|professor|lecturer|head of \w+|"
    r"chief \w+|deputy \w+|headteacher|sergeant|inspector|councillor|trustee|chair))(?!\w)",
    re.IGNORECASE,
)
_MOST_PLACES = 3


def anonymous(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with nobody's name in it."""
    called = _letters(document)
    replace = _replacer(document, called)
    ids = _ids(document)
    hidden = {
        key: value if key == "provenance" else _walk(value, key, replace, ids)
        for key, value in document.items()
    }
    session = {**hidden["session"], "title": _TITLE, "set": None}
    redactions = [{**row, "reason": None} for row in hidden["redactions"]]
    return {**hidden, "session": session, "redactions": redactions, "anonymous": True}


def identifying(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what may still identify somebody in an anonymous document, a sentence each."""
    found: dict[str, list[str]] = {}
    for row in document["utterances"]:
        for word in (*capitals(row["text"]), *(m[0] for m in _TELLING.finditer(row["text"]))):
            found.setdefault(word.lower(), []).append(clock(to_ms(row["start_s"])))
    said = [f"“{word}” at {', '.join(_places(times))}" for word, times in found.items()]
    return (
        *said,
        "the problem itself, and how people speak",
        f"the day and the length of the meeting ({document['session']['id']})",
    )


def _places(times: list[str]) -> Iterator[str]:
    yield from times[:_MOST_PLACES]
    if len(times) > _MOST_PLACES:
        yield f"and {len(times) - _MOST_PLACES} more"


def _letters(document: Mapping[str, Any]) -> dict[str, str]:
    """Return name → letter, in the document's order; after Z come A2, B2, …."""
    rows = [*document["participants"], *document["unplaced"]]
    presenters = [row["presenter"] for row in (*document["phases"], *document["rounds"])]
    names = dict.fromkeys(name for name in (*(r["name"] for r in rows), *presenters) if name)
    return {name: f"Person {_letter(n)}" for n, name in enumerate(names)}


def _letter(n: int) -> str:
    return chr(ord("A") + n % 26) + (str(n // 26 + 1) if n >= 26 else "")


def _ids(document: Mapping[str, Any]) -> dict[str, str]:
    """Return person id and voice → number: both may hold a name."""
    people = {row["id"]: f"person-{n}" for n, row in enumerate(document["participants"], 1)}
    heard = [voice for row in document["participants"] for voice in row["speakers"]]
    return people | {voice: f"SPEAKER_{n:02}" for n, voice in enumerate(heard)}


def _replacer(document: Mapping[str, Any], called: Mapping[str, str]) -> Callable[[str], str]:
    own = {name: NamePattern((name,)) for name in called}
    texts = [*(row["text"] for row in document["utterances"]), *_phase_names(document)]
    spoken = spoken_pattern(names_in(texts) - {part for name in called for part in name.split()})

    def replace(text: str) -> str:
        for name, pattern in own.items():
            text = _put(text, pattern, called[name])
        return spoken.sub(_unless_letter, text) if spoken else text

    return replace


def _unless_letter(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith("Person") else NAMELESS


def _put(text: str, pattern: NamePattern, letter: str) -> str:
    for start, end in reversed(list(pattern.spans(text))):
        said = text[start:end]
        if said[0].isupper() or said not in WORDS:  # "will you", said to Will
            text = text[:start] + letter + text[end:]
    return text


def _phase_names(document: Mapping[str, Any]) -> Iterator[str]:
    for row in document["phases"]:
        yield row["name"]


def _walk(value: Any, key: str, replace: Callable[[str], str], ids: Mapping[str, str]) -> Any:
    """Return a part of the document with its texts and ids replaced; codes stay."""
    if isinstance(value, Mapping):
        return {name: _walk(each, name, replace, ids) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_walk(each, key, replace, ids) for each in value]
    if isinstance(value, str) and key in _IDS | _VOICES:
        return ids.get(value, value)
    if isinstance(value, str) and key in _TEXTS:
        return replace(value)
    return value
