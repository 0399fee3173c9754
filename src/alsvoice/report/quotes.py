"""The evidence: what was asked and advised, in the set's own words, each with its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alsvoice.formats.fields import clock
from alsvoice.report.lines import Act, Line
from alsvoice.report.tables import Link
from alsvoice.report.wording import (
    ATTENTION,
    FLAGS,
    KINDS,
    counted,
    percent,
    short_seconds,
)

__all__ = [
    "Attention",
    "Chip",
    "Group",
    "Quote",
    "Wait",
    "attention",
    "flag_chips",
    "groups",
    "kind_of",
    "link_to",
    "unsure_chip",
    "waits",
]

_MOST_WAITS = 8
_WORTH_SHOWING_S = 2.0  # shorter ones are the rhythm of talk, not time to think
_SCALE_S = 10.0  # the facilitator's device: count to ten


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A word beside a quote; ``kind`` is its shape and colour, ``title`` what it means."""

    kind: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A question or advice with where and by whom; ``sounds`` are the anchors of its clips."""

    link: Link
    text: str
    chips: tuple[Chip, ...]
    wait: str
    sounds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All the quotes of one kind."""

    kind: str
    title: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """A habit worth a second look, what it means, and where it was heard."""

    kind: str
    text: str
    meaning: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """The silence after a question; ``width`` in percent of a count to ten."""

    link: Link
    text: str
    length: str
    width: float


def kind_of(label: str, flags: Sequence[str] = ()) -> str:
    """Return the shape of a label; advice in question form has its own."""
    disguised = label == "advice" and "advice_in_disguise" in flags
    return "disguise" if disguised else KINDS.get(label, KINDS["other"]).shape


def link_to(line: Line) -> Link:
    """Return where an utterance stands in the transcript."""
    return Link(anchor=line.anchor, time=clock(line.span[0]), who=line.who)


def flag_chips(flags: Sequence[str]) -> tuple[Chip, ...]:
    """Return the flags, those to learn from first; a flag unknown here is shown as it is."""
    ordered = sorted(flags, key=lambda flag: (flag not in ATTENTION, flag))
    return tuple(
        Chip(
            kind="look" if flag in ATTENTION else "flag",
            text=FLAGS.get(flag, flag.replace("_", " ")),
            title=ATTENTION[flag].meaning if flag in ATTENTION else "",
        )
        for flag in ordered
    )


def unsure_chip(confidence: float | None) -> Chip:
    """Return the mark of a label that may be wrong."""
    how = f", {percent(confidence)}" if confidence is not None else ""
    return Chip(
        kind="unsure", text=f"unsure{how}", title="The label may well be wrong: look at it."
    )


def groups(said: Sequence[Act], audio: Mapping[str, bytes]) -> tuple[Group, ...]:
    """Return the open questions, the closed ones and the advice."""
    return tuple(
        Group(
            kind=kind.shape,
            title=kind.title,
            quotes=tuple(_quote(act, audio) for act in said if act.kind == label),
        )
        for label, kind in KINDS.items()
        if label != "other"
    )


def _quote(act: Act, audio: Mapping[str, bytes]) -> Quote:
    unsure = (unsure_chip(act.lines[-1].confidence),) if act.unsure else ()
    return Quote(
        link=link_to(act.lines[0]),
        text=act.text,
        chips=(*flag_chips(act.flags), *unsure),
        wait=short_seconds(act.think_s) if (act.think_s or 0) >= _WORTH_SHOWING_S else "",
        sounds=" ".join(line.anchor for line in act.lines if line.id in audio),
    )


def attention(said: Sequence[Act]) -> tuple[Attention, ...]:
    """Return the habits that were heard: suggestions in question form, leading, stacked."""
    found: list[Attention] = []
    for flag, habit in ATTENTION.items():
        with_it = [
            act for act in said if flag in act.flags and (act.kind == "advice") == habit.advice
        ]
        if with_it:
            found.append(
                Attention(
                    kind=flag,
                    text=counted(len(with_it), habit.one, habit.many),
                    meaning=habit.meaning,
                    links=tuple(link_to(act.lines[0]) for act in with_it),
                )
            )
    return tuple(found)


def waits(said: Sequence[Act]) -> tuple[Wait, ...]:
    """Return the longest silences after a question, the longest first."""
    known = [(act.think_s, act) for act in said if (act.think_s or 0) >= _WORTH_SHOWING_S]
    longest = sorted(known, key=lambda each: -(each[0] or 0))[:_MOST_WAITS]
    scale = max([_SCALE_S, *(length or 0 for length, _ in longest)])
    return tuple(
        Wait(
            link=link_to(act.lines[0]),
            text=act.text,
            length=short_seconds(length),
            width=round(100 * (length or 0) / scale, 1),
        )
        for length, act in longest
    )
