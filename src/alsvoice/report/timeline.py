"""The picture of who spoke when: lanes, bars, marks and bands, in percent of the recording.

Percent across and pixels down: the drawing stretches with the page while shapes and letters keep
their form, so nothing has to be measured or drawn again on a phone or on paper.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alsvoice.formats.fields import clock
from alsvoice.intervals import Span, union

__all__ = ["Band", "Bar", "Flag", "Lane", "Mark", "Moment", "Tick", "Timeline", "Voice", "build"]

_LANE_PX = 46
_HEAD_PX = 44  # the phases' names, on two lines
_BARE_PX = 12  # where there are none
_SHORT = 11  # letters that fit a narrow phase
_FOOT_PX = 26  # the times
_STEPS_S = (1, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600)
_MOST_TICKS = 9
_BREATH_MS = 300  # bars this close together look like one


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A question or advice as it was said; ``kind`` names its shape, ``title`` is it in words."""

    start_ms: int
    end_ms: int
    kind: str
    anchor: str
    title: str
    wait_ms: int = 0
    unsure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What a lane is built from: a person's speech and the moments in it."""

    name: str
    detail: str
    spans: tuple[Span, ...]
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A stretch, in percent of the recording."""

    left: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment as drawn; ``wait`` is the silence after it, None where it is too short to see."""

    left: float
    kind: str
    anchor: str
    title: str
    wait: Bar | None
    unsure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One person's row; ``top`` is in pixels."""

    name: str
    detail: str
    top: int
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A phase; its name is cut in two where it is long, for short phases are narrow."""

    title: tuple[str, ...]
    detail: str
    bar: Bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Something that was noted while the session was recorded."""

    left: float
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A time below the lanes."""

    left: float
    text: str
    side: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Everything drawn; heights are in pixels.

    ``gaps`` were taken out, ``unheard`` was never recorded.
    """

    height: int
    head: int
    lane: int
    lanes: tuple[Lane, ...]
    bands: tuple[Band, ...]
    gaps: tuple[Bar, ...]
    unheard: tuple[Bar, ...]
    flags: tuple[Flag, ...]
    ticks: tuple[Tick, ...]


def build(
    voices: Sequence[Voice],
    phases: Iterable[tuple[str, Span]],
    duration_ms: int,
    *,
    long_wait_ms: int,
    gaps: Iterable[Span] = (),
    unheard: Iterable[Span] = (),
    noted: Iterable[tuple[int, str]] = (),
) -> Timeline | None:
    """Return the drawing; None where there is nobody or no time to draw."""
    if not voices or duration_ms <= 0:
        return None
    named = tuple(phases)
    head = _HEAD_PX if named else _BARE_PX
    return Timeline(
        height=head + _LANE_PX * len(voices) + _FOOT_PX,
        head=head,
        lane=_LANE_PX,
        lanes=tuple(
            _lane(voice, head + _LANE_PX * row, duration_ms, long_wait_ms)
            for row, voice in enumerate(voices)
        ),
        bands=tuple(
            Band(
                title=_two_lines(f"{number}. {title}"),
                detail=f"{title}, {clock(span[0])} to {clock(span[1])}",
                bar=_bar(span, duration_ms),
            )
            for number, (title, span) in enumerate(named, 1)
        ),
        gaps=tuple(_bar(span, duration_ms) for span in union(gaps)),
        unheard=tuple(_bar(span, duration_ms) for span in union(unheard)),
        flags=tuple(
            Flag(left=_percent(at, duration_ms), title=f"{clock(at)}: {words}")
            for at, words in noted
        ),
        ticks=_ticks(duration_ms),
    )


def _two_lines(title: str) -> tuple[str, ...]:
    """Return the title, cut at the space nearest its middle where it has more than two words."""
    spaces = [at for at, char in enumerate(title) if char == " "][1:]
    if not spaces or len(title) <= _SHORT:
        return (title,)
    cut = min(spaces, key=lambda at: abs(2 * at - len(title)))
    return (title[:cut], title[cut + 1 :])


def _lane(voice: Voice, top: int, duration_ms: int, long_wait_ms: int) -> Lane:
    return Lane(
        name=voice.name,
        detail=voice.detail,
        top=top,
        bars=tuple(_bar(span, duration_ms) for span in union(voice.spans, gap_ms=_BREATH_MS)),
        marks=tuple(
            Mark(
                left=_percent(moment.start_ms, duration_ms),
                kind=moment.kind,
                anchor=moment.anchor,
                title=moment.title,
                wait=_wait(moment, duration_ms) if moment.wait_ms >= long_wait_ms else None,
                unsure=moment.unsure,
            )
            for moment in sorted(voice.moments, key=lambda each: each.start_ms)
        ),
    )


def _wait(moment: Moment, duration_ms: int) -> Bar:
    return _bar((moment.end_ms, moment.end_ms + moment.wait_ms), duration_ms)


def _bar(span: Span, duration_ms: int) -> Bar:
    left, right = _percent(span[0], duration_ms), _percent(span[1], duration_ms)
    return Bar(left=left, width=round(right - left, 3))


def _percent(time_ms: int, duration_ms: int) -> float:
    return round(100 * min(max(time_ms, 0), duration_ms) / duration_ms, 3)


def _ticks(duration_ms: int) -> tuple[Tick, ...]:
    """Return round times, as many as fit, the start among them."""
    step_ms = 1000 * next(
        (step for step in _STEPS_S if duration_ms <= step * 1000 * _MOST_TICKS),
        3600 * (1 + duration_ms // (3_600_000 * _MOST_TICKS)),
    )
    return tuple(
        Tick(left=_percent(at, duration_ms), text=clock(at), side=_side(at / duration_ms))
        for at in range(0, duration_ms, step_ms)
    )


def _side(share: float) -> str:
    """Return to which side a time is written so that it is not cut off at the edges."""
    return "start" if share < 0.02 else "end" if share > 0.97 else "middle"
