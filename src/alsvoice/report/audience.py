"""Who a report is for: what each reader may see of a document.

The facilitator sees everything. The set shares balance and questions, and nobody is singled out: no
person's numbers, quotes without who said them, names inside them blanked. One person sees their own
numbers beside the average, their own words, and nobody else's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from alsvoice.removal.names import NamePattern

__all__ = ["FACILITATOR", "Audience", "Reader", "for_one", "for_the_set"]

Document = dict[str, Any]
Row = dict[str, Any]

_OF_A_PERSON = {"id", "name", "role", "speakers", "guessed"}
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
    blank = NamePattern(_names(document)).blank
    evidence = _evidence(document)
    return {
        **document,
        "participants": [_only(row, _OF_A_PERSON, speakers=[]) for row in document["participants"]],
        "unplaced": [],
        "phases": [{**row, "talk": []} for row in document["phases"]],
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
            {**_nobody(row, "speaker", "participant", "person"), "text": blank(row["text"])}
            for row in document["utterances"]
            if row["id"] in evidence
        ],
        "acts": [
            _nobody(row, "person", "participant", "asked", "answered_by")
            for row in document["acts"]
        ],
        "findings": [{**row, "text": blank(row["text"])} for row in document["findings"]],
        "quality": _quality(document, blank),
        "audience": {"for": Reader.SET.value, "name": None},
    }


def for_one(document: Mapping[str, Any], person: str) -> Document:
    """Return one person's own page; KeyError where no voice is known to be theirs."""
    own = next(row for row in document["participants"] if row["id"] == person)
    others = [name for name in _names(document) if name != own["name"]]
    blank = NamePattern(tuple(others)).blank

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
        "exchanges": [
            row for row in document["exchanges"] if person in {row["by"], row["answered_by"]}
        ],
        "facilitation": document["facilitation"]
        if leads
        else _unattributed(document["facilitation"]),
        "off_track": _strays(
            document["off_track"], lambda row: row if row["back_by"] == person else None
        ),
        "utterances": mine(document["utterances"]),
        "acts": mine(document["acts"]),
        "actions": mine(document["actions"]),
        "findings": [
            row if row["person"] == person else {**row, "text": blank(row["text"])}
            for row in document["findings"]
            if row["person"] in {None, person}
        ],
        "quality": _quality(document, blank),
        "audience": {"for": Reader.PERSON.value, "name": own["name"]},
    }


def average(document: Mapping[str, Any], own: Row) -> Row:
    """Return the mean of the people in the same role, or of everybody where that is one alone."""
    alike = [row for row in document["participants"] if row["role"] == own["role"]]
    of = alike if len(alike) > 1 else document["participants"]
    means: Row = {"of": own["role"] if len(alike) > 1 else None, "people": len(of)}
    for key in _AVERAGED:
        known = [row[key] for row in of if row[key] is not None]
        means[key] = round(sum(known) / len(known), 4) if known else None
    return means


_BACK = ("back_by", "brought_back", "back_utterance")


def _names(document: Mapping[str, Any]) -> tuple[str, ...]:
    rows = [*document["participants"], *document["unplaced"]]
    return tuple(row["name"] for row in rows if row["name"])


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
        if blank(each) == each and not any(voice in each for voice in voices)
    ]
    return {**document["quality"], "warnings": kept}
