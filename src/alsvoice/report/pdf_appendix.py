"""What stands behind the summary: every question and advice, everybody's numbers, every word."""

from collections.abc import Iterator, Sequence

from alsvoice.report.marked import Marked, Remark
from alsvoice.report.pdf_blocks import (
    LINK,
    SOFT,
    heading,
    paragraph,
    small_heading,
    tiles,
)
from alsvoice.report.pdf_canvas import LEFT, RIGHT, TOP, Canvas
from alsvoice.report.pdf_pictures import shape
from alsvoice.report.pdf_summary import (
    action_spans,
    beside_table,
    finding_items,
    habit_items,
    note_items,
    over_cell,
    person_name,
)
from alsvoice.report.pdf_tables import Cell, Column, table
from alsvoice.report.pdf_text import Span, width_of
from alsvoice.report.quotes import Chip, Group, Quote, Wait
from alsvoice.report.sections import Section, Shown
from alsvoice.report.steering import Asked
from alsvoice.report.tables import Link
from alsvoice.report.view import PageView
from alsvoice.report.wording import NOT_CODED

__all__ = ["appendix"]

_WIDE = RIGHT - LEFT
_TIME, _WHO = 40.0, 84.0
_SIZE, _LEADING = 9.0, 12.6
_NAMES = 84.0  # points at least for names in the widest table
_MOST_ENTRIES = 300  # of sections in the outline: more help nobody
_LOUD = {"look": "#8f2b10", "open": "#0b4f85", "closed": "#704a00", "advice": "#8f2b10"}
_LOUD["disguise"] = _LOUD["advice"]
_ALL = 1000  # places of one habit


def appendix(canvas: Canvas, view: PageView) -> None:
    """Draw all of it; of a recording without speech only how the report was made."""
    canvas.turn()
    canvas.words("Appendix", LEFT, canvas.y + 16, 18, style="bold")
    canvas.y += 32
    _notes(canvas, view)
    if view.speech:
        _stands_out(canvas, view)
        _questions(canvas, view)
        _waits(canvas, view)
        _steering(canvas, view)
        _marked(canvas, view.marked)
        _people(canvas, view)
        _phases(canvas, view)
        _actions(canvas, view)
        _transcript(canvas, view.sections)
    else:
        _phases(canvas, view)
    _made(canvas, view)


def _notes(canvas: Canvas, view: PageView) -> None:
    items = note_items(view)
    if items:
        heading(canvas, "Before you read")
        _list(canvas, items)


def _list(canvas: Canvas, items: Sequence[Sequence[Span]]) -> None:
    for item in items:
        canvas.need(13.5)
        canvas.circle((LEFT + 2.2, canvas.y + 6.4), 1.5, SOFT)
        paragraph(canvas, item, indent=11)
        canvas.y += 3
    canvas.y += 10


def _stands_out(canvas: Canvas, view: PageView) -> None:
    if view.findings:
        heading(canvas, "What stands out")
        _list(canvas, finding_items(view, most=_ALL))
    if view.rounds:
        heading(canvas, "Round by round")
        _list(canvas, [[Span(f"{r.title}. ", "bold"), Span(r.sentence)] for r in view.rounds])


def _questions(canvas: Canvas, view: PageView) -> None:
    heading(canvas, "Questions and advice")
    if not view.coded:
        paragraph(canvas, [Span(NOT_CODED)])
        return
    about = (
        "Everybody together, the facilitator and the presenter too. Neighbouring questions in one "
        "turn count as one."
    )
    paragraph(canvas, [Span(about, colour=SOFT)], size=8.5, leading=11.5)
    canvas.y += 8
    tiles(canvas, view.asked)
    tiles(canvas, view.craft)
    if view.attention:
        small_heading(canvas, "Worth a second look")
        _list(canvas, habit_items(view, most=_ALL))
    for group in view.groups:
        _group(canvas, group)
    if view.asked_whom:
        small_heading(canvas, "Who asked, who answered")
        _list(canvas, list(_exchanges(view.asked_whom)))


def _exchanges(asked: Asked) -> Iterator[list[Span]]:
    for name, cells in asked.rows:
        answered = [
            f"{who} answered {value}"
            for who, (value, _) in zip(asked.names, cells, strict=True)
            if value
        ]
        yield [Span(name, "bold"), Span(f" asked: {', '.join(answered)}")]


def _group(canvas: Canvas, group: Group) -> None:
    canvas.need(56)
    shape(canvas, group.kind, LEFT + 4.5, canvas.y + 11.5, 4)
    canvas.enter(group.title, 1)
    after = canvas.words(group.title, LEFT + 14, canvas.y + 15, 10, style="bold")
    count = f"{len(group.quotes)}"
    canvas.words(count, LEFT + 20 + after, canvas.y + 15, 10, colour=SOFT)
    canvas.y += 23
    if not group.quotes:
        paragraph(canvas, [Span("None were heard.", colour=SOFT)])
    for quote in group.quotes:
        _said(canvas, _at(quote), quote.link.who, _quoted(quote))
    canvas.y += 10


def _at(quote: Quote | Wait | Shown) -> Span:
    return Span(quote.link.time, colour=LINK, to=quote.link.anchor)


def _quoted(quote: Quote) -> list[Span]:
    wait = f" then {quote.wait} of silence" if quote.wait else ""
    return [Span(quote.text), *_chips(quote.chips), Span(wait, "italic", SOFT, whole=True)]


def _chips(chips: Sequence[Chip]) -> Iterator[Span]:
    for chip in chips:
        yield Span(f" [{chip.text}]", "italic", _LOUD.get(chip.kind, SOFT), whole=True)


def _said(canvas: Canvas, time: Span, who: str, words: Sequence[Span]) -> None:
    """Set a time, a name and what was said, side by side."""
    left = LEFT + _TIME + _WHO
    lines = canvas.wrap(words, _SIZE, RIGHT - left)
    canvas.need(_LEADING * min(len(lines), 2))
    baseline = canvas.y + _SIZE
    canvas.line(canvas.wrap([time], _SIZE, _TIME - 4, 1)[0], LEFT, baseline, _SIZE)
    canvas.words(who, LEFT + _TIME, baseline, _SIZE, width=_WHO - 8, style="bold")
    canvas.lines(lines, left, RIGHT - left, _SIZE, _LEADING)
    canvas.y += 2.4


def _waits(canvas: Canvas, view: PageView) -> None:
    heading(canvas, "Time to think")
    known = view.think != "not known"
    half = f"Half of all questions were followed by {view.think} of silence or more."
    unknown = "How long people had to think after a question is not known."
    paragraph(canvas, [Span(half if known else unknown)])
    canvas.y += 6
    columns = [
        Column("Silence", 92),
        Column("", 6),
        Column("After", 56, side="left"),
        *(Column("", _WHO, side="left"), Column("", _WIDE - 238, side="left")),
    ]
    rows = [
        [
            Cell((Span(wait.length, "bold"),), wait.width),
            Cell(()),
            Cell((_at(wait),)),
            *(Cell((Span(wait.link.who, "bold"),)), Cell((Span(f"“{wait.text}”"),))),
        ]
        for wait in view.waits
    ]
    if rows:
        table(canvas, columns, rows, lines=3)
    canvas.y += 8


def _steering(canvas: Canvas, view: PageView) -> None:
    if view.steering:
        heading(canvas, "Holding the set")
        paragraph(canvas, [Span(view.steering.sentence)])
        canvas.y += 4
        for step in view.steering.steps:
            after = Span(f" [{step.after}]" if step.after else "", "italic", SOFT, whole=True)
            _placed(canvas, step.link, [Span(step.text), after])
        canvas.y += 8
    if view.strays:
        heading(canvas, "Off track")
        for stray in view.strays:
            _placed(canvas, stray.link, [Span(stray.text)])
        canvas.y += 8


def _marked(canvas: Canvas, found: Marked) -> None:
    """Draw what the set itself said: what helped, notes, agreement with the machine."""
    if not (found.helped or found.notes or found.agreement):
        return
    heading(canvas, "What the set marked")
    for title, remarks in (("What helped", found.helped), ("Notes", found.notes)):
        if remarks:
            small_heading(canvas, title)
            for each in remarks:
                _said(canvas, _time_of(each), each.who, [Span(each.text)])
    if found.agreement:
        small_heading(canvas, "How far people agree with the machine")
        paragraph(canvas, [Span(found.agreement)])
    canvas.y += 8


def _time_of(remark: Remark) -> Span:
    return Span(remark.time, colour=LINK if remark.anchor else SOFT, to=remark.anchor)


def _placed(canvas: Canvas, link: Link | None, words: Sequence[Span]) -> None:
    time = Span(link.time if link else "–", colour=LINK, to=link.anchor if link else "")
    _said(canvas, time, link.who if link else "", words)


def _people(canvas: Canvas, view: PageView) -> None:
    if view.beside:
        heading(canvas, f"{view.beside.name} beside the average, measure by measure")
        beside_table(canvas, view.beside)
    if not view.peopled:
        return
    heading(canvas, "Everybody in numbers")
    about = (
        "Talk share is of all speech. “Disguised” is advice in question form. “Cut in” is starting "
        "while another has the floor and taking it, “cut off” the other side of that."
    )
    paragraph(canvas, [Span(about, colour=SOFT)], size=8.5, leading=11.5)
    if view.unplaced:
        expected = f"Expected, but no voice is known to be theirs: {', '.join(view.unplaced)}."
        paragraph(canvas, [Span(expected)], size=8.5, leading=11.5)
    canvas.y += 4
    titles = ["Talk", "Share", "Turns", "Longest", "Words", "A minute", *view.columns]
    titles += ["Cut in", "Cut off"]
    wished = [max(26.0, width_of(canvas.faces["regular"], each, 6.5) + 9) for each in titles]
    scale = min(1.0, (_WIDE - _NAMES) / sum(wished))
    columns = [Column("Name", _WIDE - scale * sum(wished), side="left")]
    columns += [Column(*each) for each in zip(titles, [scale * w for w in wished], strict=True)]
    rows = [
        [
            Cell((*person_name(row), Span(f" {row.role}", colour=SOFT))),
            *map(Cell.of, (row.talk, row.share_text, row.turns, row.longest, row.words, row.rate)),
            *(Cell.of(cell.value) for cell in row.counts),
            *map(Cell.of, (row.made, row.received)),
        ]
        for row in view.people
    ]
    table(canvas, columns, rows, lines=3, size=7.5)
    canvas.y += 6


def _phases(canvas: Canvas, view: PageView) -> None:
    if not view.phases:
        return
    heading(canvas, "Phases, planned against actual")
    if view.phases_guessed:
        guess = "A guess: nobody marked the phases, and nothing is counted by these."
        paragraph(canvas, [Span(guess)])
    columns = [
        Column("Phase", 92, side="left"),
        *(Column("From, to", 72), Column("Planned", 44), Column("Actual", 36)),
        Column("Difference", 56),
        *(Column(title, 87 / len(view.phase_columns)) for title in view.phase_columns),
        *(Column("", 6), Column("Who spoke", _WIDE - 393, side="left")),
    ]
    rows = [
        [
            Cell((Span(f"{row.number}. {row.title}", "bold"), _presenter(row.presenter))),
            *(Cell.of(row.times), Cell.of(row.planned), Cell.of(row.actual)),
            over_cell(row),
            *(Cell.of(cell.value) for cell in row.counts),
            *(Cell(()), Cell.of("" if view.alone else row.talk)),
        ]
        for row in view.phases
    ]
    table(canvas, columns, rows, lines=12)
    canvas.y += 6


def _presenter(name: str) -> Span:
    return Span(f" presented by {name}" if name else "", colour=SOFT)


def _actions(canvas: Canvas, view: PageView) -> None:
    if view.actions:
        heading(canvas, "Actions, in their own words")
        _list(canvas, [action_spans(each) for each in view.actions])


def _transcript(canvas: Canvas, sections: Sequence[Section]) -> None:
    heading(canvas, "Transcript")
    if not sections:
        paragraph(canvas, [Span("No words were written down.", colour=SOFT)])
    for number, section in enumerate(sections):
        small_heading(canvas, section.title, section.times, entry=number < _MOST_ENTRIES)
        for line in section.lines:
            _line(canvas, line)
        canvas.y += 8


def _line(canvas: Canvas, line: Shown) -> None:
    canvas.y += 2 if line.first else 0
    canvas.need(2 * _LEADING)
    named = line.first or canvas.y == TOP
    words = [Span(line.text), *_chips(line.chips)]
    time = Span(line.link.time, colour=SOFT)
    if canvas.wanted(line.link.anchor):
        canvas.mark(line.link.anchor)
    _said(canvas, time, line.link.who if named else "", words)


def _made(canvas: Canvas, view: PageView) -> None:
    heading(canvas, "How this report was made")
    whose = (
        f"{view.consent} What was said here belongs to the set: pass this file on only as the set "
        "has agreed. It was made on this computer."
    )
    paragraph(canvas, [Span(whose)])
    canvas.y += 6
    for fact in view.facts:
        lines = canvas.wrap([Span(fact.value)], _SIZE, _WIDE - 190)
        canvas.need(_LEADING * min(len(lines), 2))
        canvas.words(fact.name, LEFT, canvas.y + _SIZE, _SIZE, colour=SOFT, width=180)
        canvas.lines(lines, LEFT + 190, _WIDE - 190, _SIZE, _LEADING)
        canvas.y += 2
