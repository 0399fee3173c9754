"""``sets``: who meets again, whose turn it is, what they committed to; and the hand-over."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alsvoice.cli import options, output
from alsvoice.errors import UsageError
from alsvoice.formats.fields import one_line
from alsvoice.session import Consent

if TYPE_CHECKING:
    from alsvoice.sets import LearningSet, Meeting, School, SetAction
    from alsvoice.store import SessionFolder

__all__ = ["SetName", "action_lines", "add_to", "answer", "tell_set", "turns"]

Vocabulary = Annotated[
    str | None,
    typer.Option(
        metavar="WORDS",
        help='Names and terms that occur again and again, for the recogniser: "huddle,Datix".',
    ),
]
SchoolName = Annotated[str | None, typer.Option(help="revans, wial or critical.")]
SetName = Annotated[str, typer.Argument(metavar="NAME", help="The set's name.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    from alsvoice.cli import handing_over  # which needs what is in here

    sets = typer.Typer(help="Sets: people who meet again.", no_args_is_help=True)
    sets.command("new")(new_set)
    sets.command("list")(list_sets)
    sets.command("show")(show_set)
    sets.command("edit")(edit_set)
    handing_over.add_to(sets)
    app.add_typer(sets, name="sets")


def new_set(
    name: SetName,
    participants: options.Participants = None,
    template: options.Template = None,
    school: SchoolName = None,
    consent: options.Consent = None,
    vocabulary: Vocabulary = None,
    as_json: options.AsJson = False,
) -> None:
    """Make a set: its people with their usual roles, its template, its school."""
    from alsvoice.pipeline import sets
    from alsvoice.sets import LearningSet

    fresh = LearningSet(name=_named(name))
    value = _changed(fresh, participants, template, school, consent, vocabulary)
    sets.create(options.place().library, replace(value, changed=_now()))
    answer(value, as_json=as_json)


def _named(name: str) -> str:
    """Return a name for a set; UsageError where it is none."""
    if not one_line(name):
        raise UsageError("A set needs a name.", try_next='alsvoice sets new "Tuesday set"')
    return one_line(name)


def list_sets(as_json: options.AsJson = False) -> None:
    """List the sets."""
    from alsvoice.pipeline import sets

    library = options.place().library
    found, damaged = sets.all_sets(library), sets.damaged(library)
    if as_json:
        output.data(
            {
                "sets": [_row(one) for one in found],
                "damaged": [
                    {"file": name, "sentence": e.sentence, "try_next": e.try_next}
                    for name, e in damaged.items()
                ],
            }
        )
        return
    for one in found:
        output.text(
            f"{one_line(one.name)}  {len(one.participants)} people, {len(one.meetings)} meetings, "
            f"{len(one.open_actions)} open actions"
        )
    for name, problem in damaged.items():
        output.text(f"{name}  damaged: {problem.sentence} Try: {problem.try_next}")
    if not found and not damaged:
        output.say(
            'No sets yet. Next: alsvoice sets new "Tuesday set" --participants "Ann,Ben,Cat"'
        )


def show_set(name: SetName, as_json: options.AsJson = False) -> None:
    """Show a set: people, whose turn it is, meetings, open actions."""
    from alsvoice.pipeline import sets

    answer(sets.find(options.place().library, name), as_json=as_json)


def edit_set(
    name: SetName,
    rename: Annotated[str | None, typer.Option(help="Another name.")] = None,
    participants: options.Participants = None,
    template: options.Template = None,
    school: SchoolName = None,
    consent: options.Consent = None,
    vocabulary: Vocabulary = None,
    drop_meeting: Annotated[
        str | None,
        typer.Option(metavar="SESSION", help="Counts for nobody's turn, as a rehearsal."),
    ] = None,
    count_meeting: Annotated[
        str | None, typer.Option(metavar="SESSION", help="Counts again after all.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Change what is given of a set, and nothing else; --participants names all of them anew."""
    from alsvoice.pipeline import sets

    after = None if rename is None else _named(rename)
    given = (participants, template, school, consent, vocabulary)

    def changed(known: "LearningSet") -> "LearningSet":
        value = _changed(known, *given)
        value = value if value == known and after is None else replace(value, changed=_now())
        return value if drop_meeting is None else sets.dropped(value, drop_meeting)

    library = options.place().library
    if after is not None and after != sets.find(library, name).name:
        value = sets.rename(library, name, after, changed)
    else:
        value = sets.change(library, name, changed)
    if count_meeting is not None:
        value = sets.count_again(library, value.name, options.place().session(count_meeting))
    answer(value, as_json=as_json)


def _now() -> str:
    return datetime.now().astimezone().isoformat()


def _changed(
    value: "LearningSet",
    participants: str | None,
    template: str | None,
    school: str | None,
    consent: str | None,
    vocabulary: str | None,
) -> "LearningSet":
    """Return the set with what was given in place of what it had."""
    from alsvoice.pipeline.people import parse_participants
    from alsvoice.pipeline.plans import find

    if template is not None:
        find(options.place().library, template)
    given: dict[str, Any] = {
        "participants": None if participants is None else parse_participants(participants),
        "template": template,
        "school": None if school is None else _school(school),
        "consent": options.one_of(Consent, consent, "--consent"),
        "vocabulary": None if vocabulary is None else _words(vocabulary),
    }
    return replace(value, **{key: each for key, each in given.items() if each is not None})


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def _school(text: str) -> "School":
    from alsvoice.sets import School

    try:
        return School(text.lower())
    except ValueError as problem:
        raise UsageError(
            f"{text[:40]!r} is no school.", try_next=f"one of: {', '.join(School)}"
        ) from problem


def _row(value: "LearningSet") -> dict[str, Any]:
    consent: Consent | None = value.consent
    return {
        **asdict(value),
        "consent": consent.value if consent else None,
        "open_actions": [asdict(action) for action in value.open_actions],
        "next_facilitator": value.next_facilitator(),
        "next_presenters": list(value.next_presenters()),
    }


def answer(value: "LearningSet", *, as_json: bool) -> None:
    """Show a set."""
    if as_json:
        output.data(_row(value))
        return
    template = f", template {one_line(value.template)}" if value.template else ""
    consent = f", consent {value.consent.value}" if value.consent else ""
    output.text(f"{one_line(value.name)}  (school {value.school.value}{template}{consent})")
    for person in value.participants:
        output.text(f"  {one_line(person.name)}: {person.role.value}")
    if value.vocabulary:
        output.text(f"  vocabulary: {one_line(', '.join(value.vocabulary))}")
    for sentence in turns(value):
        output.text(f"  {sentence}")
    for meeting in value.meetings:
        output.text(f"  {one_line(_meeting_line(meeting))}")
    for line in action_lines(value.open_actions):
        output.text(f"  {line}")


def _meeting_line(meeting: "Meeting") -> str:
    who = f", facilitated by {', '.join(meeting.facilitators)}" if meeting.facilitators else ""
    what = f", {', '.join(meeting.presenters)} presenting" if meeting.presenters else ""
    return f"{meeting.started[:10]}  {meeting.session}{who}{what}"


def tell_set(session: "SessionFolder") -> None:
    """Let the set of a session follow what was changed in it or taken out of it."""
    from alsvoice.pipeline.sets import take_over

    take_over(options.place().library, session)


def turns(value: "LearningSet") -> list[str]:
    """Return whose turn it is, a sentence each."""
    facilitator, presenters = value.next_facilitator(), value.next_presenters()
    return [
        *([f"To facilitate next: {one_line(facilitator)}."] if facilitator else []),
        *([f"To present next: {one_line(', '.join(presenters))}."] if presenters else []),
    ]


def action_lines(actions: "tuple[SetAction, ...]") -> list[str]:
    """Return the open actions, a line each."""
    return [
        f"Open: {one_line(action.owner or 'somebody')}: {one_line(action.text)}"
        + (f" (by {action.due})" if action.due else "")
        for action in actions
    ]
