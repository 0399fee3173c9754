"""What people judged, as a labelled file without names: for classifiers to learn from, later.

A JSON object a line: the row that ``classify`` takes, the label a person gave, what the machine
gave. Utterances nobody judged are not in it. Ids are hashes; there is no time, no title, no who.
"""

import json
from collections.abc import Callable

from alsvoice.labels import Origin
from alsvoice.pipeline.sight import Sight
from alsvoice.report.anonymous import NAMELESS, hide_names

__all__ = ["labelled_lines"]


def labelled_lines(sight: Sight) -> str:
    """Return a line a judged utterance; names of people here, and what seems to be a name, go."""
    machine = {coding.utterance_id: coding for coding in sight.codings}
    hidden = _nameless(sight)
    lines: list[str] = []
    before: str | None = None
    for coded in sight.conversation.utterances:
        text = hidden(coded.utterance.text)
        if coded.coding.source is Origin.PERSON:
            role = sight.conversation.person(coded.person).role
            given = machine.get(coded.utterance.id)
            row = {
                "id": coded.utterance.id,
                "text": text,
                "prev_text": before,
                "speaker_role": role.value if role else None,
                "label": coded.coding.label.value,
                "machine": given.label.value if given else None,
                "classifier": sight.classifier,
            }
            lines.append(json.dumps(row, ensure_ascii=False) + "\n")
        before = text
    return "".join(lines)


def _nameless(sight: Sight) -> Callable[[str], str]:
    """Return what puts one word in place of every name."""
    people = {person.name for person in sight.conversation.people if person.name}
    people |= {participant.name for participant in sight.manifest.participants}
    texts = [each.utterance.text for each in sight.conversation.utterances]
    return hide_names(dict.fromkeys(sorted(people), NAMELESS), texts)
