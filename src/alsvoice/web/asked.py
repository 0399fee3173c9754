"""What a page asks for, checked: JSON from outside becomes wishes, or is refused."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from alsvoice.errors import InputError
from alsvoice.pipeline import naming, undoing, wishes
from alsvoice.pipeline.wish import Wish

__all__ = ["Change", "Strike", "parse", "wish_of"]


_Time = Annotated[int, msgspec.Meta(ge=0, le=10**9)]


class Asked(msgspec.Struct, tag_field="op", forbid_unknown_fields=True):
    """One wish; its ``op`` says which."""


class Label(Asked, tag="label"):
    """Give an utterance a label."""

    utterance: str
    label: str


class Speaker(Asked, tag="speaker"):
    """Give an utterance to a person."""

    utterance: str
    speaker: str


class Text(Asked, tag="text"):
    """Put other words in place of an utterance's."""

    utterance: str
    text: str


class Cut(Asked, tag="cut"):
    """Cut an utterance after so many words."""

    utterance: str
    words: int


class Join(Asked, tag="join"):
    """Join an utterance with the same person's next one."""

    utterance: str


class Note(Asked, tag="note"):
    """Attach a word to a moment."""

    utterance: str
    text: str


class Helpful(Asked, tag="helpful"):
    """Mark what helped."""

    utterance: str
    yes: bool


class Border(Asked, tag="phase"):
    """Let a phase begin at another time."""

    number: int
    at_ms: int


class Names(Asked, tag="name"):
    """Name, merge or swap voices."""

    names: dict[str, str]


class TakeBack(Asked, tag="take_back"):
    """Take back one certain edit."""

    edit: str


class Undo(Asked, tag="undo"):
    """Take back what was done last."""


class Redo(Asked, tag="redo"):
    """Bring back what was taken back last."""


_OfUtterance = Label | Speaker | Text | Cut | Join | Note | Helpful
_OfSession = Border | Names | TakeBack | Undo | Redo


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """Wishes made on the state ``seen``."""

    seen: str
    wishes: list[_OfUtterance | _OfSession]
    who: str | None = None


class Strike(msgspec.Struct, forbid_unknown_fields=True):
    """A passage to be taken out for good; ``sure`` is what the person typed to say so."""

    seen: str
    from_ms: _Time
    to_ms: _Time
    sure: str
    reason: str | None = None


def parse(data: bytes, type_: type[msgspec.Struct]) -> Any:
    """Return what was asked; InputError where it is nothing of the kind."""
    try:
        return msgspec.json.decode(data, type=type_)
    except (msgspec.DecodeError, ValueError, RecursionError) as problem:
        raise InputError(
            "The page asked for something that is not understood.", try_next="load it again"
        ) from problem


_MADE: Mapping[type[Asked], Any] = {
    Label: lambda a: wishes.labelled(a.utterance, a.label),
    Speaker: lambda a: wishes.said_by(a.utterance, a.speaker),
    Text: lambda a: wishes.worded(a.utterance, a.text),
    Cut: lambda a: wishes.cut(a.utterance, a.words),
    Join: lambda a: wishes.join(a.utterance),
    Note: lambda a: wishes.note(a.utterance, a.text),
    Helpful: lambda a: wishes.helpful(a.utterance, yes=a.yes),
    Border: lambda a: wishes.move_border(a.number, a.at_ms),
    Names: lambda a: naming.named(a.names),
    TakeBack: lambda a: undoing.take_back(a.edit),
    Undo: lambda _: undoing.undo,
    Redo: lambda _: undoing.redo,
}


def wish_of(asked: Asked) -> Wish:
    """Return the wish that is the same for every surface."""
    wish: Wish = _MADE[type(asked)](asked)
    return wish
