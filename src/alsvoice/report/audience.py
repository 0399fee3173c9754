"""Who a report is for: what each reader may see of a document.

The facilitator sees everything. The set shares balance and questions, and nobody is singled out: no
person's numbers, quotes without who said them, names inside them blanked; who presents in which
round is the meeting's plan and stays. One person sees their own numbers beside the average, their
own words, and nobody else's. Why something was taken out is for the facilitator alone.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from alsvoice.report.people_named import KnownNames

__all__ = ["FACILITATOR", "Audience", "Reader", "for_one", "for_the_set"]

Document = dict[str, Any]
Row = dict[str, Any]

_OF_A_PERSON = {"id", "name", "role", "speakers", "guessed", "by_voice"}
_AVERAGED = (
    *("talk_s", "talk_share", "turns", "words", "longest_turn_s", "open_questions"),
    *("closed_questions", "advice", "advice_in_disguise", "stacked", "leading", "long_questions"),
    *("interruptions_made", "interruptions_received", "statements", "statements_unasked"),
    *("reflections", "backchannels", "questions_answered", "words_per_minute"),
    "median_think_time_s",
)
_OF_A_FACILITATOR = ("talk_share", "open", "closed", "advice", "time_keeping")


class Reader(StrEnum):
    """The kinds of readers."""

    FACILITATOR = "facilitator"
    SET = "set"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who reads; ``person`` is the id of the one it is for, None unless it is one person's."""

    reader: Reader = Reader.FACILITATOR
    person: str | None = None


FACILITATOR = Audience()


def for_the_set(document: Mapping[str, Any]) -> Document:
    """Return what all members may see: nobody's numbers, and quotes without who said them."""
    blank = _blanker(_names(document))
    evidence = _evidence(document)
    return {
        **document,
        "participants": [_only(row, _OF_A_PERSON, speakers=[]) for row in document["participants"]],
        "unplaced": [],
        "phases": [{**row, "talk": [], "name": blank(row["name"])} for row in document["phases"]],
        "rounds": [{**row, "talk": []} for row in document["rounds"]],
        "turns": [_nobody(row, "id", "participant") for row in document["turns"]],
        "interruptions": [
            _nobody(row, "by", "of", "participant", "interrupted")
            for row in document["interruptions"]
        ],
        "exchanges": [],
        "facilitation": _unattributed(document["facilitation"]),
        "off_track": _strays(document["off_track"], lambda row: _nobody(row, *_BACK)),
        "utterances": [
            {
                **_nobody(row, "speaker", "participant", "person"),
                "text": blank(row["text"]),
                "doubtful": [],
            }
            for row in document["utterances"]
            if row["id"] in evidence
        ],
        "acts": [
            _nobody(row, "person", "participant", "asked", "answered_by")
            for row in document["acts"]
        ],
        "findings": [{**row, "text": blank(row["text"])} for row in document["findings"]],
        "redactions": _unexplained(document),
        **_of_the_recording(document, ""),
        "notes": [
            {**_nobody(row, "who", "person"), "text": blank(row["text"])}
            for row in document["notes"]
        ],
        "quality": _quality(document, blank),
        "audience": {"for": Reader.SET.value, "name": None},
    }


def for_one(document: Mapping[str, Any], person: str) -> Document:
    """Return one person's own page; KeyError where no voice is known to be theirs."""
    own = next(row for row in document["participants"] if row["id"] == person)
    others = [name for name in _names(document) if name != own["name"]]
    blank = _blanker(others)

    def mine(rows: Sequence[Row]) -> list[Row]:
        return [row for row in rows if row["person"] == person]

    leads = person in document["facilitation"]["facilitators"]
    return {
        **document,
        "participants": [own],
        "average": average(document, own),
        "unplaced": [],
        "phases": [_own_talk(row, person) for row in document["phases"]],
        "rounds": [_own_talk(row, person) for row in document["rounds"]],
        "turns": [
            row if row["id"] == person else _nobody(row, "id", "participant")
            for row in document["turns"]
        ],
        "interruptions": [
            _own_cut(row, person) for row in document["interruptions"] if person in _pair(row)
        ],
        "exchanges": [],
        "facilitation": document["facilitation"]
        if leads
        else _unattributed(document["facilitation"]),
        "off_track": _strays(
            document["off_track"], lambda row: row if row["back_by"] == person else None
        ),
        "utterances": mine(document["utterances"]),
        "acts": [_nobody(row, "asked", "answered_by") for row in mine(document["acts"])],
        "actions": mine(document["actions"]),
        "findings": _own_findings(document, person, blank),
        "redactions": _unexplained(document),
        **_of_the_recording(document, own["name"]),
        "notes": [
            {**row, "text": blank(row["text"]), "who": row["who"] and blank(row["who"])}
            for row in document["notes"]
            if row["person"] == person or (row["who"] is not None and row["who"] == own["name"])
        ],
        "quality": _quality(document, blank),
        "audience": {"for": Reader.PERSON.value, "name": own["name"]},
    }


def average(document: Mapping[str, Any], own: Row) -> Row | None:
    """Return the mean of the people in the same role, else of everybody, where they are three.

    The mean of two would tell each the other's numbers.
    """
    alike = [row for row in document["participants"] if row["role"] == own["role"]]
    of = alike if len(alike) >= _FEWEST else document["participants"]
    if len(of) < _FEWEST:
        return None
    means: Row = {"of": own["role"] if of is alike else None, "people": len(of)}
    for key in _AVERAGED:
        known = [row[key] for row in of if row[key] is not None]
        means[key] = round(sum(known) / len(known), 4) if known else None
    return means


_FEWEST = 3
_BLANK = "…"
_BACK = ("back_by", "brought_back", "back_utterance")


def _names(document: Mapping[str, Any]) -> tuple[str, ...]:
    rows = [*document["participants"], *document["unplaced"]]
    return tuple(row["name"] for row in rows if row["name"])


def _blanker(names: Sequence[str]) -> Callable[[str], str]:
    return KnownNames(dict.fromkeys(names, _BLANK), shared=_BLANK).replacer()


def _unexplained(document: Mapping[str, Any]) -> list[Row]:
    return [_nobody(row, "reason") for row in document["redactions"]]


def _of_the_recording(document: Mapping[str, Any], name: str | None) -> Row:
    """Return what was noted while it was recorded, without a word of it and without others."""
    session = document["session"]
    given = session["consent_given"]
    return {
        "session": {**session, "consent_given": given and {**given, "names": [], "by": None}},
        "marks": [_nobody(row, "text") for row in document["marks"]],
        "attendance": [row for row in document["attendance"] if name and row["name"] == name],
    }


def _own_findings(
    document: Mapping[str, Any], person: str, blank: Callable[[str], str]
) -> list[Row]:
    """Return what is said to this person, and what is said to all without anybody's words."""
    own = {row["id"] for row in document["utterances"] if row["person"] == person}
    kept: list[Row] = []
    for row in document["findings"]:
        theirs = [each for each in row["utterances"] if each in own]
        if row["person"] == person:
            kept.append({**row, "utterances": theirs})
            continue
        quotes_others = "“" in row["text"] and len(theirs) < len(row["utterances"])
        if row["person"] is None and not quotes_others:
            kept.append({**row, "text": blank(row["text"]), "utterances": theirs})
    return kept


def _evidence(document: Mapping[str, Any]) -> set[str]:
    """Return the utterances that something counted or quoted rests on."""
    found = set(document["balance"]["statement_utterances"])
    for key in ("acts", "findings"):
        for row in document[key]:
            found.update(row["utterances"])
    for each in document["facilitation"]["interventions"]:
        found.update(each["utterances"])
    return found


def _only(row: Row, keys: set[str], **instead: Any) -> Row:
    return {key: value if key in keys else None for key, value in row.items()} | instead


def _nobody(row: Row, *keys: str) -> Row:
    return {**row, **dict.fromkeys(keys)}


def _unattributed(row: Row) -> Row:
    return {
        **row,
        **dict.fromkeys(_OF_A_FACILITATOR),
        "facilitators": [],
        "interventions": [_nobody(each, "person") for each in row["interventions"]],
    }


def _strays(row: Row, keep: Callable[[Row], Row | None]) -> Row:
    kept = [keep({**each, "utterances": []}) for each in row["stretches"]]
    return {**row, "stretches": [each for each in kept if each]}


def _own_talk(row: Row, person: str) -> Row:
    return {**row, "talk": [each for each in row["talk"] if each["id"] == person]}


def _own_cut(row: Row, person: str) -> Row:
    others = ("of", "interrupted") if row["by"] == person else ("by", "participant")
    return _nobody(row, *others)


def _pair(row: Row) -> set[Any]:
    return {row["by"], row["of"]}


def _quality(document: Mapping[str, Any], blank: Callable[[str], str]) -> Row:
    """Return the warnings without those that name people or voices."""
    voices = [voice for row in document["participants"] for voice in row["speakers"]]
    sentences = document["quality"]["warnings"]
    kept = [
        each
        for each in sentences
        if blank(each) == each
        and not any(voice in each for voice in voices)
        and not re.search(r"\.\w{2,5}\b", each)  # a file's name is one that somebody gave
    ]
    return {**document["quality"], "warnings": kept}
