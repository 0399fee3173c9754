"""A report in which nobody is named: for training, or to show to somebody outside the set.

The participants' names become letters, in every part of the document; other names that were spoken
become "[name]". What may still give somebody away is listed for a person to look at. There is
never sound in it, since a voice is a name.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from alsvoice.intervals import clock, to_ms
from alsvoice.report.people_named import KnownNames
from alsvoice.report.spoken_names import (
    capitals,
    doubtful,
    has_capitals,
    names_in,
    spoken_pattern,
)

__all__ = ["NAMELESS", "anonymous", "hide_names", "identifying"]

NAMELESS = "[name]"

_TITLE = "Action learning session"
_WHO = {
    "name",
    "participant",
    "presenter",
    "owner",
    "interrupted",
    "answerer",
    "brought_back",
    "who",
}
_TEXTS = {"text", "phase", "phases", "due_phrase"}
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


def anonymous(
    document: Mapping[str, Any], whole: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the document with nobody's name in it.

    ``whole`` is the facilitator's document where this one was cut down to what a reader may see: it
    alone knows everybody who could be named.
    """
    everybody = whole or document
    called = _letters(everybody)
    texts = [row["text"] for row in everybody["utterances"]]
    texts += [row["name"] for row in everybody["phases"]]
    cover = _Cover(called, hide_names(called, texts), _ids(everybody))
    hidden = {
        key: value if key == "provenance" else cover.part(value, key)
        for key, value in document.items()
    }
    given = document["session"]["consent_given"]
    session = {
        **hidden["session"],
        "title": _TITLE,
        "set": None,
        "consent_given": given and {**given, "names": [], "by": None},
    }
    redactions = [{**row, "reason": None} for row in hidden["redactions"]]
    quality = {**hidden["quality"], "warnings": list(_plain_warnings(document, cover.replace))}
    return {
        **hidden,
        "session": session,
        "redactions": redactions,
        "marks": [{**row, "text": None} for row in document["marks"]],
        "utterances": [{**row, "doubtful": []} for row in hidden["utterances"]],
        "quality": quality,
        "anonymous": True,
    }


def identifying(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what may still identify somebody in an anonymous document, a sentence each."""
    texts = [row["text"] for row in document["utterances"]]
    maybe = spoken_pattern(doubtful(texts) - {"Person"})
    found: dict[str, list[str]] = {}
    for row in document["utterances"]:
        told = (m[0] for p in (_TELLING, maybe) if p for m in p.finditer(row["text"]))
        for word in (*capitals(row["text"]), *told):
            found.setdefault(word.lower(), []).append(clock(to_ms(row["start_s"])))
    said = [f"“{word}” at {', '.join(_places(times))}" for word, times in found.items()]
    bare = (
        ()
        if has_capitals(texts)
        else ("names of all kinds: hardly a word has a capital here, so none could be found",)
    )
    return (
        *bare,
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


def hide_names(called: Mapping[str, str], texts: Iterable[str]) -> Callable[[str], str]:
    """Return what puts something else in the place of known names, and of those that were spoken.

    ``called`` says what for each known name, ``texts`` are where other names may be found. Spoken
    ones are looked for between the parts that known names leave, so that nothing put in is taken
    for a name.
    """
    known = KnownNames({name: f"\0{n}\0" for n, name in enumerate(called)}, shared="\0x\0")
    instead = [*called.values()]
    first = known.replacer()
    spoken = spoken_pattern(names_in(map(first, texts)), known="\0")

    def unmark(match: re.Match[str]) -> str:
        return NAMELESS if match[1] == "x" else instead[int(match[1])]

    def replace(text: str) -> str:
        marked = first(text.replace("\0", ""))
        hidden = spoken.sub(NAMELESS, marked) if spoken else marked
        return re.sub("\0(x|\\d+)\0", unmark, hidden)

    return replace


def _plain_warnings(document: Mapping[str, Any], replace: Callable[[str], str]) -> Iterator[str]:
    """Yield the warnings that name nobody: file names, too, are names that people gave."""
    for sentence in document["quality"]["warnings"]:
        if replace(sentence) == sentence and not re.search(r"\.\w{2,5}\b", sentence):
            yield sentence


class _Cover:
    """Hides names in a document, part by part; codes stay."""

    def __init__(
        self,
        called: Mapping[str, str],
        replace: Callable[[str], str],
        ids: Mapping[str, str],
    ) -> None:
        self.replace = replace
        self._called = called
        self._ids = ids

    def part(self, value: Any, key: str) -> Any:
        """Return a part with its texts, names and ids replaced."""
        if isinstance(value, Mapping):
            return {name: self.part(each, name) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.part(each, key) for each in value]
        if not isinstance(value, str):
            return value
        if key in _IDS | _VOICES:
            return self._ids.get(value, value)
        if key in _WHO:
            return self._called.get(value) or self.replace(value)
        return self.replace(value) if key in _TEXTS else value
