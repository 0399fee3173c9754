"""The first two pages of the PDF: the session at a glance, however many people there were.

What does not fit is said to stand in the appendix; nothing here can push to a third page.
"""

from collections.abc import Sequence

from alsvoice.report.beside import Beside
from alsvoice.report.pdf_blocks import (
    LATE,
    LINK,
    SOFT,
    bullets,
    heading,
    tiles,
)
from alsvoice.report.pdf_canvas import BOTTOM, LEFT, RIGHT, Canvas
from alsvoice.report.pdf_pictures import balance, timeline
from alsvoice.report.pdf_tables import Cell, Column, table
from alsvoice.report.pdf_text import INK, Span
from alsvoice.report.tables import ActionRow, Link, PersonRow, PhaseRow
from alsvoice.report.view import PageView

__all__ = [
    "action_spans",
    "beside_table",
    "finding_items",
    "habit_items",
    "links",
    "note_items",
    "over_cell",
    "person_name",
    "summary",
]

_WIDE = RIGHT - LEFT
_NOTE, _NOTE_EDGE = "#fdf6e3", "#e2cf97"
_MOST_LANES = 8
_MOST_ROWS = 24  # of people and phases together, where the page has the room
_FEWEST = 6
_ROW, _TABLE_HEAD = 15.8, 66.0  # points
_ACTIONS = 58.0  # points that are kept for them
_MOST_NOTES = 4
_ASKED = 135.0  # points: a heading, its numbers and one habit
_NO_ACTION = "Nobody was heard to say what they will do."
_SEVERITIES = {
    "praise": "Went well. ",
    "notice": "Worth talking about. ",
    "growth": "One thing to try. ",
    "doubt": "Not told. ",
}
_SHOWN = ("Open", "Closed", "Advice")  # of the counts; the appendix has all


def summary(canvas: Canvas, view: PageView) -> None:
    """Draw both pages; one where nobody spoke."""
    canvas.turn()
    canvas.enter("Summary", 0)
    _title(canvas, view)
    _notes(canvas, view)
    if not view.speech:
        _only_time(canvas) if view.timed else _silence(canvas)
        return
    _headline(canvas, view)
    _findings(canvas, view)
    _asked(canvas, view)
    canvas.turn()
    _who_spoke(canvas, view)
    _people_and_phases(canvas, view)
    _actions(canvas, view)


def _title(canvas: Canvas, view: PageView) -> None:
    if view.titled:
        canvas.words("Action learning session", LEFT, canvas.y + 8, 9, colour=SOFT)
        canvas.y += 15
    for line in canvas.wrap([Span(view.title, "bold")], 22, _WIDE, 2):
        canvas.line(line, LEFT, canvas.y + 19, 22, _WIDE)
        canvas.y += 27
    about = canvas.wrap([Span("  ·  ".join(view.about), colour=SOFT)], 9.5, _WIDE, 2)
    canvas.lines(about, LEFT, _WIDE, 9.5, 13.5)
    if view.audience:
        canvas.words(view.audience, LEFT, canvas.y + 9.5, 9.5, style="bold")
        canvas.y += 13.5
    consent = canvas.wrap([Span(view.consent, colour=SOFT)], 9.5, _WIDE, 2)
    canvas.lines(consent, LEFT, _WIDE, 9.5, 13.5)
    canvas.y += 12


def note_items(view: PageView) -> list[list[Span]]:
    """Return what a reader should know first: what was taken out, what is unsure, what to do."""
    told = [[Span(each)] for each in (*view.removals, *view.warnings)]
    steps = [[Span(step.why + " "), Span(step.command, "bold")] for step in view.steps]
    return [*told, *steps]


def _notes(canvas: Canvas, view: PageView) -> None:
    items = note_items(view)
    if not items:
        return
    shown = items[:_MOST_NOTES] if len(items) > _MOST_NOTES else items
    wrapped = [canvas.wrap(item, 8.5, _WIDE - 40, 2) for item in shown]
    more = len(items) - len(shown)
    height = 26 + sum(12 * len(lines) + 2 for lines in wrapped) + (12 if more else 0)
    sides = [(LEFT, canvas.y), (RIGHT, canvas.y), (RIGHT, canvas.y + height)]
    canvas.polygon([*sides, (LEFT, canvas.y + height)], _NOTE, _NOTE_EDGE, 0.7)
    canvas.words("Before you read", LEFT + 12, canvas.y + 15, 9, style="bold")
    canvas.y += 20
    for lines in wrapped:
        canvas.circle((LEFT + 15, canvas.y + 5.7), 1.4, SOFT)
        canvas.lines(lines, LEFT + 24, _WIDE - 40, 8.5, 12)
        canvas.y += 2
    if more:
        text = f"and {more} more, see the appendix"
        canvas.words(text, LEFT + 24, canvas.y + 8.5, 8.5, style="italic", colour=SOFT)
        canvas.y += 12
    canvas.y += 6 + 16


def _only_time(canvas: Canvas) -> None:
    heading(canvas, "Only time was kept", chapter=False)
    words = (
        "There was no consent to a recording, so nobody was heard. How long each phase took is in "
        "the appendix."
    )
    canvas.lines(canvas.wrap([Span(words)], 10, _WIDE), LEFT, _WIDE, 10, 14.5)
    canvas.y += 14


def _silence(canvas: Canvas) -> None:
    heading(canvas, "No speech was found", chapter=False)
    words = (
        "Nobody could be heard in this recording, so there is nothing to count. If people did "
        "speak, check that the right microphone was chosen and that it was near enough to hear "
        "them: "
    )
    lines = canvas.wrap([Span(words), Span("alsvoice doctor", "bold")], 10, _WIDE)
    canvas.lines(lines, LEFT, _WIDE, 10, 14.5)
    canvas.y += 14


def _headline(canvas: Canvas, view: PageView) -> None:
    heading(canvas, "Asking and telling", chapter=False)
    sentence = canvas.wrap([Span(view.balance.sentence)], 14, _WIDE, 4)
    canvas.lines(sentence, LEFT, _WIDE, 14, 19)
    canvas.y += 3
    if view.balance.scope:
        scope = f"{view.balance.scope} {_LIKELY}"
        lines = canvas.wrap([Span(scope, colour=SOFT)], 8.5, _WIDE, 3)
        canvas.lines(lines, LEFT, _WIDE, 8.5, 11.5)
        canvas.y += 8
    balance(canvas, view.balance)
    canvas.y += 6
    tiles(canvas, view.balance.tiles)


_LIKELY = (
    "“Likely” allows for chance and for what the classifier is known to get wrong: nine in ten "
    "such ranges hold the truth. The dashed line is half and half."
)


def links(found: Sequence[Link], *, most: int = 8) -> list[Span]:
    """Return the places in the transcript, each a link, as spans of one paragraph."""
    spans: list[Span] = []
    for link in found[:most]:
        spans.append(Span(" · " if spans else " ", colour=SOFT))
        spans.append(Span(link.time, colour=LINK, to=link.anchor))
        who = f" {link.who}" if link.who else ""
        spans.append(Span(who, colour=LINK, to=link.anchor, whole=True, glued=True))
    if len(found) > most:
        spans.append(Span(f" and {len(found) - most} more", "italic", SOFT, whole=True))
    return spans


def _findings(canvas: Canvas, view: PageView) -> None:
    items = finding_items(view, most=4)
    items += [
        [Span(f"{each.title}. ", "bold"), Span(each.sentence)]
        for each in view.rounds
        if len(view.rounds) > 1
    ]
    if items and canvas.room >= 70:
        canvas.y += 2
        heading(canvas, "What stands out", chapter=False)
        bullets(canvas, items, foot=BOTTOM)
        canvas.y += 6


def finding_items(view: PageView, *, most: int) -> list[list[Span]]:
    """Return what stands out, each with its kind and at most so many of its places."""
    return [
        [
            Span(_SEVERITIES.get(each.severity, ""), "bold"),
            Span(each.text),
            *links(each.links, most=most),
        ]
        for each in view.findings
    ]


def _asked(canvas: Canvas, view: PageView) -> None:
    if canvas.room < _ASKED or not view.coded:
        return
    heading(canvas, "Questions and advice", chapter=False)
    tiles(canvas, view.asked)
    bullets(canvas, habit_items(view, most=5), foot=BOTTOM, most_lines=3)


def habit_items(view: PageView, *, most: int) -> list[list[Span]]:
    """Return the habits worth a second look, each with at most so many of its places."""
    return [
        [
            Span(f"{each.text[:1].upper()}{each.text[1:]}. ", "bold"),
            Span(each.meaning),
            *links(each.links, most=most),
        ]
        for each in view.attention
    ]


def _who_spoke(canvas: Canvas, view: PageView) -> None:
    heading(canvas, "Who spoke when", chapter=False)
    if view.timeline:
        timeline(canvas, view.timeline, most=_MOST_LANES)
        canvas.y += 6
    tiles(canvas, view.timing)


def person_name(row: PersonRow) -> tuple[Span, ...]:
    """Return a name, marked where it is a guess."""
    return (Span(row.name, "bold"), Span(" (guess)" if row.guessed else "", colour=SOFT))


def _people_and_phases(canvas: Canvas, view: PageView) -> None:
    told = len(view.beside.rows) if view.beside else len(view.people) if view.peopled else 0
    phases = min(len(view.phases), _FEWEST)
    people = min(told, _MOST_ROWS - phases)
    phases = min(len(view.phases), _MOST_ROWS - people)
    heads = _TABLE_HEAD * (bool(people) + bool(phases))
    while phases + people > 2 and canvas.room < (heads + (people + phases) * _ROW + _ACTIONS):
        people, phases = (people - 1, phases) if people >= phases else (people, phases - 1)
    if view.beside:
        heading(canvas, f"{view.beside.name} beside the average", chapter=False)
        beside_table(canvas, view.beside, most=people)
    elif people:
        _people(canvas, view, people)
    if view.phases:
        _phases(canvas, view, phases)


def beside_table(canvas: Canvas, beside: Beside, *, most: int | None = None) -> None:
    """Set one person's numbers beside the average."""
    columns = [Column("Measure", 240, side="left"), Column(beside.name, 90)]
    columns.append(Column(beside.of, _WIDE - 330))
    rows = [[Cell.of(row.name), Cell.of(row.own), Cell.of(row.average)] for row in beside.rows]
    table(canvas, columns, rows, most=most)


def _people(canvas: Canvas, view: PageView, most: int) -> None:
    heading(canvas, "People", chapter=False)
    shown = [n for n, column in enumerate(view.columns) if column in _SHOWN]
    columns = [
        Column("Name", _WIDE - 388, side="left"),
        Column("Role", 62, side="left"),
        *(Column("Talk", 36), Column("Share", 92), Column("Turns", 38), Column("Longest", 46)),
        *(Column(view.columns[n], 114 / len(shown)) for n in shown),
    ]
    rows = [
        [
            Cell(person_name(row)),
            Cell.of(row.role, SOFT),
            Cell.of(row.talk),
            Cell((Span(row.share_text),), row.share),
            *(Cell.of(row.turns), Cell.of(row.longest)),
            *(Cell.of(row.counts[n].value) for n in shown),
        ]
        for row in view.people
    ]
    table(canvas, columns, rows, most=most)


def over_cell(row: PhaseRow) -> Cell:
    """Return how far a phase was from its plan."""
    kept = "no plan" if row.planned == "not known" else "on time"
    if not row.over:
        return Cell((Span(kept, colour=SOFT),))
    return Cell((Span(row.over, "bold" if row.late else "regular", LATE if row.late else INK),))


def _phases(canvas: Canvas, view: PageView, most: int) -> None:
    title = "Phases: a guess, for nobody marked them" if view.phases_guessed else "Phases"
    heading(canvas, title, chapter=False)
    columns = [
        Column("Phase", 106, side="left"),
        *(Column("From, to", 72), Column("Planned", 48), Column("Actual", 40)),
        Column("Difference", 58),
    ]
    talked = not view.alone and any(row.talk for row in view.phases)
    wide = _WIDE - sum(column.width for column in columns)
    if talked:
        columns += [Column("", 6), Column("Who spoke", wide - 6, side="left")]
    else:
        columns += [Column(each, wide / len(view.phase_columns)) for each in view.phase_columns]
    cells = [
        [
            Cell((Span(f"{row.number}. {row.title}", "bold"),)),
            *(Cell.of(row.times), Cell.of(row.planned), Cell.of(row.actual)),
            over_cell(row),
            *([Cell(()), Cell.of(row.talk, SOFT)] if talked else _counts(row)),
        ]
        for row in view.phases
    ]
    table(canvas, columns, cells, most=most)


def _counts(row: PhaseRow) -> list[Cell]:
    return [Cell.of(cell.value) for cell in row.counts]


def action_spans(row: ActionRow) -> list[Span]:
    """Return what somebody said they will do, by when, and where they said it."""
    spans = [Span(row.owner, "bold"), Span(f", {row.due}: ", colour=SOFT), Span(f"“{row.text}”")]
    return spans + (links([row.link]) if row.link else [])


def _actions(canvas: Canvas, view: PageView) -> None:
    heading(canvas, "Actions", chapter=False, keep=20)
    nobody = "No action of theirs was heard." if view.alone else _NO_ACTION
    none = [[Span(nobody, colour=SOFT)]]
    items = [action_spans(each) for each in view.actions] or none
    bullets(canvas, items, foot=BOTTOM, most_lines=2)
