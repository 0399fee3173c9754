"""The report as Markdown: what it says without the pictures, for notes and for pasting elsewhere.

CommonMark with tables. What people said is escaped, so that nothing of it becomes a heading, a
link, a picture or HTML.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from alsvoice.report.headline import Tile
from alsvoice.report.marked import Marked, Remark
from alsvoice.report.quotes import Group
from alsvoice.report.sections import Section
from alsvoice.report.tables import Link
from alsvoice.report.view import PageView, page_view
from alsvoice.report.wording import NOT_CODED

__all__ = ["escape", "escape_start", "render_markdown"]

_SEVERITIES = {
    "praise": "**Went well.** ",
    "notice": "**Worth talking about.** ",
    "growth": "**One thing to try.** ",
    "doubt": "**Not told.** ",
}
_MARKUP = re.compile(r"([\\`*_\[\]|~$@#])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_STARTS = re.compile(r"^([-+=]|[0-9]+(?=[.)]))")  # a list or a rule, where a line begins
_ADDRESS = re.compile(
    r"(?i)\b(https?|ftp|mailto)(?=:)|\bwww(?=\.)"
)  # would become a link by itself


def escape(text: str) -> str:
    """Return text that Markdown shows as it is, inside a line."""
    plain = _MARKUP.sub(r"\\\1", text.translate(_ENTITIES))
    return _ADDRESS.sub(lambda found: found[0] + "&#8203;", plain)


def escape_start(text: str) -> str:
    """Return text that Markdown shows as it is, at the start of a line or a list item too."""
    return _STARTS.sub(lambda found: f"&#{ord(found[0][0])};{found[0][1:]}", escape(text))


def _code(text: str) -> str:
    """Return text as code; the fence is longer than any run of backticks in it."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence} {text} {fence}" if len(fence) > 1 else f"`{text}`"


def render_markdown(document: Mapping[str, Any]) -> str:
    """Return the report."""
    view = page_view(document, {})
    reader = [f"*{escape(view.audience)}*"] if view.audience else []
    title = [f"# {escape(view.title)}", escape_start(" · ".join(view.about)), *reader]
    if view.timed:
        blocks = [*title, *_notes(view), *_phases(view)]
    elif not view.speech:
        silent = "No speech was found in this recording."
        blocks = [*title, *_notes(view), silent, *_phases(view)]
    else:
        blocks = [
            *title,
            *_notes(view),
            *_balance(view),
            *_findings(view),
            *_beside(view),
            *_timing(view),
            *_questions(view),
            *_steering(view),
            *_marked(view.marked),
            *(_people(view) if view.peopled else []),
            *_phases(view),
            *_actions(view),
            "## Transcript",
            *(block for section in view.sections for block in _section(section)),
        ]
    return "\n\n".join([*blocks, *_moments(view), *_made(view)]) + "\n"


def _marked(found: Marked) -> list[str]:
    """Return what the set itself said: what helped, notes, agreement with the machine."""
    blocks: list[str] = []
    for title, remarks in (("What helped", found.helped), ("Notes", found.notes)):
        if remarks:
            blocks += [f"### {title}", *_list(map(_remark, remarks))]
    if found.agreement:
        blocks += ["### How far people agree with the machine", escape_start(found.agreement)]
    return ["## What the set marked", *blocks] if blocks else []


def _remark(each: Remark) -> str:
    who = f" **{escape(each.who)}**" if each.who else ""
    return f"{each.time}{who} {escape(each.text)}"


def _moments(view: PageView) -> list[str]:
    items = _list(map(escape_start, view.moments))
    return ["## Marked while it was recorded", *items] if items else []


def _list(items: Iterable[str]) -> list[str]:
    found = "\n".join(f"- {item}" for item in items)
    return [found] if found else []


def _table(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    rule = "|".join("---" for _ in head)
    lines = [f"| {' | '.join(head)} |", f"|{rule}|"]
    return "\n".join([*lines, *(f"| {' | '.join(map(escape, row))} |" for row in body)])


def _notes(view: PageView) -> list[str]:
    steps = [f"{escape(step.why)} {_code(step.command)}" for step in view.steps]
    items = [*map(escape_start, (*view.removals, *view.warnings)), *steps]
    return ["## Before you read", *_list(items)] if items else []


def _tiles(tiles: Iterable[Tile]) -> list[str]:
    return _list(
        f"{tile.name}: **{escape(tile.value)}**" + (f" ({escape(tile.note)})" if tile.note else "")
        for tile in tiles
    )


def _balance(view: PageView) -> list[str]:
    balance = view.balance
    parts = ", ".join(f"{part.name.lower()} {part.count}" for part in balance.parts)
    return [
        "## Asking and telling",
        f"**{escape(balance.sentence)}**",
        *([escape(f"{balance.scope} ({parts})")] if balance.scope else []),
        *_tiles(balance.tiles),
        *_list(f"{escape_start(each.title)}. {escape(each.sentence)}" for each in view.rounds),
    ]


def _findings(view: PageView) -> list[str]:
    if not view.findings:
        return []
    found = (
        f"{_SEVERITIES.get(each.severity, '')}{escape_start(each.text)}{_places(each.links)}"
        for each in view.findings
    )
    return ["## What stands out", *_list(found)]


def _beside(view: PageView) -> list[str]:
    if view.beside is None:
        return []
    body = [[row.name, row.own, row.average] for row in view.beside.rows]
    name = escape(view.beside.name)
    return [
        f"## {name} beside the average",
        _table(["Measure", name, escape(view.beside.of)], body),
    ]


def _steering(view: PageView) -> list[str]:
    blocks: list[str] = []
    if view.steering:
        steps = (
            _place(step.link)
            + f"“{escape(step.text)}”"
            + (f" *[{step.after}]*" if step.after else "")
            for step in view.steering.steps
        )
        blocks += ["## Holding the set", escape_start(view.steering.sentence), *_list(steps)]
    if view.strays:
        blocks += ["### Off track", *_list(_place(s.link) + escape(s.text) for s in view.strays)]
    return blocks


def _near(link: Link) -> str:
    return f"{link.time} {escape(link.who)}".strip()


def _at(link: Link) -> str:
    return f"{link.time} **{escape(link.who)}**" if link.who else link.time


def _place(link: Link | None) -> str:
    return f"{_at(link)} " if link else ""


def _asked_whom(view: PageView) -> list[str]:
    if view.asked_whom is None:
        return []
    head = ["Asked", *(f"{escape(name)} answered" for name in view.asked_whom.names)]
    body = [[name, *(value for value, _ in cells)] for name, cells in view.asked_whom.rows]
    return ["### Who asked, who answered", _table(head, body)]


def _places(links: Sequence[Link]) -> str:
    places = ", ".join(map(_near, links))
    return f" ({places})" if places else ""


def _timing(view: PageView) -> list[str]:
    return ["## Timing", *_tiles(view.timing)]


def _questions(view: PageView) -> list[str]:
    habits = (f"{escape(each.text)}{_places(each.links)}" for each in view.attention)
    waits = (
        f"{each.length} after {_near(each.link)}: “{escape(each.text)}”" for each in view.waits
    )
    if not view.coded:
        return ["## Questions and advice", NOT_CODED]
    return [
        "## Questions and advice",
        *_tiles(view.asked),
        *_tiles(view.craft),
        *(["### Worth a second look"] if view.attention else []),
        *_list(habits),
        *(block for group in view.groups for block in _group(group)),
        "### Time to think",
        f"Median silence after a question: {view.think}.",
        *_list(waits),
        *_asked_whom(view),
    ]


def _group(group: Group) -> list[str]:
    quotes = [
        f"{_at(quote.link)} “{escape(quote.text)}”"
        + "".join(f" *[{escape(chip.text)}]*" for chip in quote.chips)
        for quote in group.quotes
    ]
    return [f"### {group.title}: {len(quotes)}", *(_list(quotes) or ["None were heard."])]


def _people(view: PageView) -> list[str]:
    head = ["Name", "Role", "Talk", "Share", "Turns", "Longest", "Words", "A minute", *view.columns]
    body = [
        [
            f"{row.name} (guess)" if row.guessed else row.name,
            *(row.role, row.talk, row.share_text, row.turns, row.longest, row.words, row.rate),
            *(cell.value for cell in row.counts),
            *(row.made, row.received),
        ]
        for row in view.people
    ]
    expected = [f"Expected, but no voice is known to be theirs: {', '.join(view.unplaced)}."]
    return [
        "## People",
        *(map(escape, expected) if view.unplaced else []),
        _table([*head, "Cut in", "Was cut off"], body),
    ]


def _phases(view: PageView) -> list[str]:
    if not view.phases:
        return []
    guess = ["A guess: nobody marked the phases, and nothing is counted by these."]
    times = ["From, to", "Planned", "Actual", "Difference"]
    head = ["Phase", *times, *view.phase_columns, "Who spoke"]
    body = [
        [
            f"{row.number}. {row.title}"
            + (f" ({row.presenter} presents)" if row.presenter else ""),
            *(row.times, row.planned, row.actual, row.over),
            *(cell.value for cell in row.counts),
            row.talk,
        ]
        for row in view.phases
    ]
    return ["## Phases", *(guess if view.phases_guessed else []), _table(head, body)]


def _actions(view: PageView) -> list[str]:
    items = [
        f"**{escape(each.owner)}**, {escape(each.due)}: “{escape(each.text)}”"
        + (f" ({each.link.time})" if each.link else "")
        for each in view.actions
    ]
    return ["## Actions", *(_list(items) or ["Nobody was heard to say what they will do."])]


def _section(section: Section) -> list[str]:
    lines = [
        f"{_at(line.link)} {escape(line.text)}"
        + "".join(f" *[{escape(chip.text)}]*" for chip in line.chips)
        for line in section.lines
    ]
    return [f"### {escape(section.title)} ({section.times})", *_list(lines)]


def _made(view: PageView) -> list[str]:
    facts = (f"{escape(fact.name)}: {escape(fact.value)}" for fact in view.facts)
    return ["## How this report was made", escape(view.consent), *_list(facts)]
