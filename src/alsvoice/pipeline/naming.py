"""Who is who, as wishes: voices named, merged and swapped."""

import re
from collections.abc import Mapping

from alsvoice.edits import Edit, Op
from alsvoice.errors import NotFoundError
from alsvoice.intervals import union
from alsvoice.pipeline.people import LONGEST_NAME
from alsvoice.pipeline.sight import Sight
from alsvoice.pipeline.wish import Stamp, Wish, clean
from alsvoice.session import Person

__all__ = ["known_name", "named"]

_ANONYMOUS = re.compile(r"SPEAKER_\w+")


def named(names: Mapping[str, str]) -> Wish:
    """Name, merge or swap voices; all pairs refer to the state before.

    The name is kept with the spans of speech that the voice has now. A voice's label as the name
    merges: both are then one person, named or not.
    """

    def wish(sight: Sight, stamp: Stamp) -> tuple[Edit, ...]:
        people = {key: _find_person(sight, key) for key in names}
        given = {key: clean(name, LONGEST_NAME, "A name") for key, name in names.items()}
        return tuple(_naming(sight, stamp, key, people[key], given[key]) for key in names)

    return wish


def _naming(sight: Sight, stamp: Stamp, key: str, person: Person, name: str) -> Edit:
    voices = set(person.speakers)
    target = _target(sight, name)
    if target is not None and _ANONYMOUS.fullmatch(name):
        voices |= set(target.speakers)
    if target is not None and (target.name or target.speakers):
        after = target.name or target.speakers[0]
    else:
        after = known_name(sight, name)
    spans = union(t.span for t in sight.heard.exclusive if t.speaker in voices)
    return stamp.edit(Op.NAME, key, spans, person.name, after)


def _find_person(sight: Sight, key: str) -> Person:
    person = _target(sight, key)
    if person is None or not person.speakers:
        raise NotFoundError(
            f"There is no voice {key[:80]!r} in this session.",
            try_next=f"alsvoice speakers {sight.manifest.id}",
        )
    return person


def _target(sight: Sight, key: str) -> Person | None:
    for person in sight.conversation.people:
        if key in person.speakers or (person.name or "").casefold() == key.casefold():
            return person
    return None


def known_name(sight: Sight, name: str) -> str:
    """Return a participant's own spelling of a name; NotFoundError for a voice there is not."""
    if _ANONYMOUS.fullmatch(name):
        _find_person(sight, name)
    for participant in sight.manifest.participants:
        if participant.name.casefold() == name.casefold():
            return participant.name
    return name
