"""``marks``, ``gaps``, ``attendance``: what a recording made here adds to the document."""

from collections.abc import Mapping
from typing import Any

from alsvoice.intervals import seconds
from alsvoice.session import Manifest

__all__ = ["recording"]

_NO_SPEECH = "No speech was found in this recording."


def recording(document: Mapping[str, Any], manifest: Manifest) -> dict[str, Any]:
    """Return the document with what was noted while it was recorded."""
    given = manifest.consent_given
    consent = None if given is None else {
        "time": given.time, "names": list(given.names), "by": given.by
    }  # fmt: skip
    found = {
        **document,
        "session": {**document["session"], "consent_given": consent},
        "marks": [
            {"at_s": seconds(m.at_ms), "kind": m.kind, "text": m.text} for m in manifest.marks
        ],
        "gaps": [
            {"start_s": seconds(g.start_ms), "end_s": seconds(g.end_ms), "cause": g.cause}
            for g in manifest.gaps
        ],
        "attendance": [
            {"name": a.name, "arrived_s": _s(a.arrived_ms), "left_s": _s(a.left_ms)}
            for a in manifest.attendance
        ],
    }
    return _without_speech(found) if manifest.is_timed_only else found


def _s(time_ms: int | None) -> float | None:
    return None if time_ms is None else seconds(time_ms)


def _without_speech(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document of a session without sound: nobody was looked for, or found silent."""
    quality = document["quality"]
    said = [each for each in quality["warnings"] if each != _NO_SPEECH]
    people = document["unplaced"]
    return {
        **document,
        "unplaced": [],
        "timing": {**dict.fromkeys(document["timing"]), "members_evenness": None},
        "quality": {**quality, "warnings": said},
        "participants": [_unheard(person, n) for n, person in enumerate(people, start=1)],
    }


_COUNTED = (
    *("talk_s", "talk_share", "turns", "words", "longest_turn_s", "open_questions"),
    *("closed_questions", "advice", "advice_in_disguise", "stacked", "interruptions_made"),
    *("interruptions_received", "leading", "median_think_time_s", "words_per_minute"),
    *("open_share", "open_share_interval", "advice_share", "advice_share_interval"),
    *("long_questions", "statements", "statements_unasked", "reflections"),
    *("reflections_per_question", "backchannels", "interventions", "questions_answered"),
)


def _unheard(person: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return somebody who was there and was not recorded: nothing about them is known."""
    return {
        "id": f"P{number}", "name": person["name"], "role": person["role"],
        **dict.fromkeys(_COUNTED), "speakers": [], "guessed": False, "by_voice": None,
    }  # fmt: skip
