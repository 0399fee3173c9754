"""The two pictures of the PDF: how asking and telling balance, and who spoke when.

Every kind of moment has a shape of its own, so that nothing is told by colour alone.
"""

from collections.abc import Sequence

from alsvoice.report.headline import BalanceView, Part
from alsvoice.report.pdf_blocks import RULE, SEE, SOFT
from alsvoice.report.pdf_canvas import LEFT, RIGHT, Canvas
from alsvoice.report.pdf_text import width_of
from alsvoice.report.timeline import Bar, Lane, Timeline

__all__ = ["COLOURS", "balance", "key_to_moments", "shape", "timeline"]

COLOURS = {
    "open": "#0f6ab0",
    "closed": "#c98500",
    "advice": "#c2401c",
    "disguise": "#c2401c",
    "statement": "#8a8f99",
}
_WHITE, _INK = "#ffffff", "#1e222a"
_SPOKE, _BAND = "#737b8a", "#f4f1ea"
_NAMES = 88.0
_FOOT = 14.0
_HEAD, _BARE = 23.0, 5.0


def shape(
    canvas: Canvas, kind: str, x: float, y: float, size: float, colour: str = "", edge: str = ""
) -> None:
    """Draw the sign of a kind around its middle; ``size`` is half as wide as the sign."""
    fill = colour or COLOURS[kind]
    if kind == "open":
        canvas.circle((x, y), size, fill, edge, 0.8)
    elif kind == "statement":
        corners = [(x - size, y - size / 3), (x + size, y - size / 3)]
        corners += [(x + size, y + size / 3), (x - size, y + size / 3)]
        canvas.polygon(corners, fill, edge, 0.8)
    elif kind == "closed":
        side = size * 0.9
        corners = [(x - side, y - side), (x + side, y - side), (x + side, y + side)]
        canvas.polygon([*corners, (x - side, y + side)], fill, edge, 0.8)
    else:
        corners = [(x, y - 1.15 * size), (x + 1.15 * size, y + 0.9 * size)]
        corners.append((x - 1.15 * size, y + 0.9 * size))
        hollow = kind == "disguise"
        canvas.polygon(corners, _WHITE if hollow else fill, fill if hollow else edge, 0.9)
        if hollow:
            canvas.circle((x, y + 0.25 * size), size * 0.28, fill)


def balance(canvas: Canvas, view: BalanceView) -> None:
    """Draw the bar of questions and tellings, the likely range below it, and the key."""
    if view.share is None:
        return
    _sides(canvas, view)
    top, height = canvas.y, 24.0
    for part in view.parts:
        if part.count:
            _part(canvas, part, top, height)
    canvas.y += height + 4
    if view.low is not None and view.high is not None:
        _range(canvas, view.low, view.share, view.high)
    _key_to_parts(canvas, view.parts)


def _sides(canvas: Canvas, view: BalanceView) -> None:
    baseline = canvas.y + 9
    after = canvas.words("Asking ", LEFT, baseline, 9, colour=SOFT)
    canvas.words(f"{view.asked}", LEFT + after + 3, baseline, 9, style="bold")
    after = canvas.words(f"{view.told}", RIGHT, baseline, 9, style="bold", align="right")
    canvas.words("Telling", RIGHT - after - 3, baseline, 9, colour=SOFT, align="right")
    canvas.y += 14


def _across(percent: float, left: float = LEFT, width: float = RIGHT - LEFT) -> float:
    return left + width * min(max(percent, 0.0), 100.0) / 100


def _part(canvas: Canvas, part: Part, top: float, height: float) -> None:
    left, right = _across(part.left), _across(part.left + part.width)
    canvas.box(left, top, right - left, height, COLOURS[part.kind])
    if part.left:
        canvas.box(left - 0.75, top, 1.5, height, _WHITE)
    if right - left >= 34:
        on = _INK if part.kind in {"closed", "statement"} else _WHITE
        shape(canvas, part.kind, left + 13, top + height / 2, 4.2, on)
        canvas.words(f"{part.count}", left + 22, top + 15.8, 10.5, style="bold", colour=on)


def _range(canvas: Canvas, low: float, share: float, high: float) -> None:
    y = canvas.y + 7
    canvas.rule((_across(50), canvas.y - 2), (_across(50), canvas.y + 16), SOFT, 0.7, "1.5 2.5")
    canvas.rule((_across(low), y), (_across(high), y), _INK, 1.1)
    for end in (low, high):
        canvas.rule((_across(end), y - 3.5), (_across(end), y + 3.5), _INK, 1.1)
    canvas.circle((_across(share), y), 3.4, _INK, _WHITE, 1)
    canvas.y += 19


def _key_to_parts(canvas: Canvas, parts: Sequence[Part]) -> None:
    x = LEFT
    for part in parts:
        shape(canvas, part.kind, x + 4, canvas.y + 6, 3.6)
        x += 12 + canvas.words(part.name, x + 12, canvas.y + 9, 8.5, colour=SOFT)
        x += 4 + canvas.words(f"{part.count}", x + 4, canvas.y + 9, 8.5, style="bold") + 15
    canvas.y += 18


def _lane_height(lanes: int) -> float:
    return 26.0 if lanes <= 5 else 21.0


def timeline(canvas: Canvas, view: Timeline, *, most: int) -> None:
    """Draw a row for each person, at most ``most``: those who spoke longest, in their order."""
    lanes = _longest(view.lanes, most)
    height = _lane_height(len(lanes))
    head = _HEAD if view.bands else _BARE
    top, left = canvas.y, LEFT + _NAMES
    foot = top + head + height * len(lanes)
    _bands(canvas, view, top, foot, left)
    for gap in view.gaps:
        x, width = _stretch(gap, left)
        canvas.box(x, top + head, max(width, 1.0), foot - top - head, RULE)
    for gap in view.unheard:
        x, width = _stretch(gap, left)
        canvas.rule((x, top + head + 1), (x + max(width, 1.0), top + head + 1), SOFT, 1.5, "2 2")
    for flag in view.flags:
        x = _across(flag.left, left, RIGHT - left)
        canvas.rule((x, top + head - 3), (x, foot), SOFT, 0.7, "3 2")
    for tick in view.ticks:
        x = _across(tick.left, left, RIGHT - left)
        canvas.rule((x, top + head), (x, foot + 2), RULE, 0.5)
        side = {"start": "left", "end": "right"}.get(tick.side, "middle")
        canvas.words(tick.text, x, foot + 10.5, 7, colour=SOFT, align=side)
    for number, lane in enumerate(lanes):
        _lane(canvas, lane, top + head + number * height, height, left)
    canvas.y = foot + _FOOT + 5
    key_to_moments(canvas, taken_out=bool(view.gaps), noted=bool(view.flags))
    if len(lanes) < len(view.lanes):
        more = f"and {len(view.lanes) - len(lanes)} more people, {SEE}"
        canvas.words(more, LEFT, canvas.y + 8, 8, style="italic", colour=SOFT)
        canvas.y += 13


def _longest(lanes: Sequence[Lane], most: int) -> Sequence[Lane]:
    if len(lanes) <= most:
        return lanes
    spoken = [sum(bar.width for bar in lane.bars) for lane in lanes]
    kept = sorted(range(len(lanes)), key=lambda at: (-spoken[at], at))[:most]
    return [lanes[at] for at in sorted(kept)]


def _stretch(bar: Bar, left: float) -> tuple[float, float]:
    start = _across(bar.left, left, RIGHT - left)
    return start, _across(bar.left + bar.width, left, RIGHT - left) - start


def _bands(canvas: Canvas, view: Timeline, top: float, foot: float, left: float) -> None:
    for number, band in enumerate(view.bands):
        x, width = _stretch(band.bar, left)
        if number % 2 == 0:
            canvas.box(x, top, width, foot - top, _BAND)
        for row, words in enumerate(_band_title(canvas, band.title, number, width - 5)):
            canvas.words(words, x + 3, top + 8.5 + 8.5 * row, 7, width=width - 4, colour=SOFT)


def _band_title(canvas: Canvas, title: Sequence[str], number: int, width: float) -> Sequence[str]:
    """Return the title where it fits, else the phase's number, else nothing."""
    for words in (title, (f"{number + 1}",)):
        if all(width_of(canvas.faces["regular"], each, 7) <= width for each in words):
            return words
    return ()


def _lane(canvas: Canvas, lane: Lane, top: float, height: float, left: float) -> None:
    middle = top + height - 7
    canvas.words(lane.name, LEFT, top + height / 2 + 0.5, 8.5, style="bold", width=_NAMES - 8)
    if lane.detail:
        below = top + height / 2 + 9
        canvas.words(lane.detail, LEFT, below, 7, width=_NAMES - 8, colour=SOFT)
    canvas.rule((left, middle), (RIGHT, middle), RULE, 0.7)
    for bar in lane.bars:
        x, width = _stretch(bar, left)
        canvas.box(x, middle - 2.6, max(width, 0.5), 5.2, _SPOKE)
    for mark in lane.marks:
        x = _across(mark.left, left, RIGHT - left)
        if mark.wait:
            start, width = _stretch(mark.wait, left)
            end = (max(start + width, start + 2), middle)
            canvas.rule((start, middle), end, COLOURS["open"], 1.5, "0 3")
        shape(canvas, mark.kind, x, middle - 8.2, 3.3, edge=_WHITE)


def key_to_moments(canvas: Canvas, *, taken_out: bool, noted: bool = False) -> None:
    """Say what the signs of the timeline mean."""
    x, y = LEFT, canvas.y + 5
    names = {
        "open": "Open question",
        "closed": "Closed question",
        "advice": "Advice",
        "disguise": "Advice in question form",
    }
    for kind, name in names.items():
        shape(canvas, kind, x + 4, y, 3.3)
        x += 22 + canvas.words(name, x + 11, y + 2.8, 7.5, colour=SOFT)
    canvas.box(x, y - 2.6, 16, 5.2, _SPOKE)
    x += 32 + canvas.words("Speaking", x + 20, y + 2.8, 7.5, colour=SOFT)
    canvas.rule((x, y), (x + 14, y), COLOURS["open"], 1.5, "0 3")
    x += 30 + canvas.words("3 s or more of silence", x + 19, y + 2.8, 7.5, colour=SOFT)
    if taken_out:
        canvas.box(x, y - 3.5, 10, 7, RULE)
        x += 24 + canvas.words("Out", x + 13, y + 2.8, 7.5, colour=SOFT)
    if noted:
        canvas.rule((x, y - 4), (x, y + 4), SOFT, 0.7, "3 2")
        canvas.words("Noted", x + 4, y + 2.8, 7.5, colour=SOFT)
    canvas.y += 15
