"""What people judged, as a labelled file without names: for classifiers to learn from, later.

A JSON object a line: the row that ``classify`` takes, the label a person gave, what the machine
gave. Utterances nobody judged are not in it. Ids are hashes; there is no time, no title, no who.
"""

import json

from alsvoice.labels import Origin
from alsvoice.pipeline.sight import Sight
from alsvoice.removal.names import NamePattern
from alsvoice.report.anonymous import NAMELESS
from alsvoice.report.spoken_names import names_in, spoken_pattern

__all__ = ["labelled_lines"]


def labelled_lines(sight: Sight) -> str:
    """Return a line a judged utterance; names of people here, and what seems to be a name, go."""
    machine = {coding.utterance_id: coding for coding in sight.codings}
    hidden = _Nameless(sight)
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


class _Nameless:
    """Puts a word in place of every name; both ways of finding one are wide."""

    def __init__(self, sight: Sight) -> None:
        names = {person.name for person in sight.conversation.people if person.name}
        names |= {participant.name for participant in sight.manifest.participants}
        self._own = NamePattern(tuple(sorted(names)))
        texts = [each.utterance.text for each in sight.conversation.utterances]
        self._spoken = spoken_pattern(names_in(texts))

    def __call__(self, text: str) -> str:
        for start, end in reversed(list(self._own.spans(text))):
            text = text[:start] + NAMELESS + text[end:]
        return self._spoken.sub(NAMELESS, text) if self._spoken else text
