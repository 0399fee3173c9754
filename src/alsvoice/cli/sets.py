"""``sets``: who meets again, whose turn it is, what they committed to; and the hand-over."""

from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alsvoice.cli import options, output
from alsvoice.errors import InputError, UsageError
from alsvoice.session import Consent

if TYPE_CHECKING:
    from alsvoice.formats.set_file import HandOver
    from alsvoice.sets import LearningSet, School, SetAction
    from alsvoice.store import SessionFolder

__all__ = ["action_lines", "add_to", "tell_set", "turns"]

Vocabulary = Annotated[
    str | None,
    typer.Option(
        metavar="WORDS",
        help='Names and terms that occur again and again, for the recogniser: "huddle,Datix".',
    ),
]
SchoolName = Annotated[str | None, typer.Option(help="revans, wial or critical.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The set's name.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    sets = typer.Typer(help="Sets: people who meet again.", no_args_is_help=True)
    sets.command("new")(new_set)
    sets.command("list")(list_sets)
    sets.command("show")(show_set)
    sets.command("edit")(edit_set)
    sets.command("export")(export_set)
    sets.command("import")(import_set)
    app.add_typer(sets, name="sets")


def new_set(
    name: Name,
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

    if not name.strip():
        raise UsageError("A set needs a name.", try_next='alsvoice sets new "Tuesday set"')
    value = _changed(
        LearningSet(name=name.strip()), participants, template, school, consent, vocabulary
    )
    sets.create(options.place().library, value)
    _answer(value, as_json=as_json)


def list_sets(as_json: options.AsJson = False) -> None:
    """List the sets."""
    from alsvoice.pipeline import sets

    found = sets.all_sets(options.place().library)
    if as_json:
        output.data({"sets": [_row(one) for one in found]})
        return
    for one in found:
        output.text(
            f"{one.name}  {len(one.participants)} people, {len(one.meetings)} meetings, "
            f"{len(one.open_actions)} open actions"
        )
    if not found:
        output.say(
            'No sets yet. Next: alsvoice sets new "Tuesday set" --participants "Ann,Ben,Cat"'
        )


def show_set(name: Name, as_json: options.AsJson = False) -> None:
    """Show a set: people, whose turn it is, meetings, open actions."""
    from alsvoice.pipeline import sets

    _answer(sets.find(options.place().library, name), as_json=as_json)


def edit_set(
    name: Name,
    rename: Annotated[str | None, typer.Option(help="Another name.")] = None,
    participants: options.Participants = None,
    template: options.Template = None,
    school: SchoolName = None,
    consent: options.Consent = None,
    vocabulary: Vocabulary = None,
    as_json: options.AsJson = False,
) -> None:
    """Change what is given of a set, and nothing else; --participants names all of them anew."""
    from alsvoice.pipeline import sets

    library = options.place().library
    value = _changed(sets.find(library, name), participants, template, school, consent, vocabulary)
    if rename is not None and rename.strip() != value.name:
        value = sets.rename(library, value, rename.strip())
    else:
        sets.save(library, value)
    _answer(value, as_json=as_json)


def export_set(
    name: Name,
    to: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    with_words: Annotated[
        bool, typer.Option("--with-words", help="What was said, too, where there was consent.")
    ] = False,
    with_voices: Annotated[
        bool, typer.Option("--with-voices", help="Voice samples, too, where there was consent.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Write what the next facilitator's laptop needs: people, turns, actions, counts; no words."""
    from alsvoice.formats.set_file import serialize_hand_over
    from alsvoice.pipeline import sets
    from alsvoice.store import atomic

    given = sets.hand_over(options.place().library, name, words=with_words, voices=with_voices)
    if to.is_dir() or (to.exists() and not to.is_file()):
        raise InputError(f"{to.name or to} is not a file.", try_next="-o FILE.json")
    atomic.write_bytes(to, serialize_hand_over(given))
    if as_json:
        output.data(
            {
                "set": given.set.name,
                "file": str(to),
                "meetings": len(given.set.meetings),
                "words_of": sorted(given.words),
                "voices_of": _voices_of(given),
            }
        )
        return
    words = f"words of {len(given.words)} sessions" if given.words else "no words"
    count = len(_voices_of(given))
    voices = f"{count} voices" if count else "no voices"
    output.text(
        f"{given.set.name} is in {to}: {len(given.set.meetings)} meetings, {words}, {voices}."
    )
    output.say("Next, on the other laptop: alsvoice sets import FILE")


def _voices_of(given: "HandOver") -> list[str]:
    return sorted({*given.voices, *(profile.name for profile in given.profiles)})


def import_set(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `sets export` wrote.")],
    as_json: options.AsJson = False,
) -> None:
    """Take a set over from another laptop; what is known of it here stays."""
    from alsvoice.formats.set_file import parse_hand_over
    from alsvoice.pipeline import sets
    from alsvoice.pipeline.sampled import take_samples

    data = _read(file)
    given = parse_hand_over(data, where=file.name)
    place = options.place()
    value = sets.take_in(place.library, given, data)
    time = datetime.now().astimezone().isoformat(timespec="seconds")
    taken = take_samples(place.library, place.config, value.name, given, time=time)
    if taken or given.profiles:
        output.say(
            f"Note: {len(taken) + len(given.profiles)} voices came with it; whose they are: "
            "alsvoice voices list"
        )
    _answer(value, as_json=as_json)


def _read(file: Path) -> bytes:
    try:
        if not file.is_file():
            raise InputError(
                f"{file.name or file} is not a file.", try_next="name what `sets export` wrote"
            )
        return file.read_bytes()
    except OSError as problem:
        raise InputError(
            f"{file.name[:120]!r} cannot be opened: {problem.strerror}.",
            try_next="check the name and the folder",
        ) from problem


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


def _answer(value: "LearningSet", *, as_json: bool) -> None:
    if as_json:
        output.data(_row(value))
        return
    template = f", template {value.template}" if value.template else ""
    consent = f", consent {value.consent.value}" if value.consent else ""
    output.text(f"{value.name}  (school {value.school.value}{template}{consent})")
    for person in value.participants:
        output.text(f"  {person.name}: {person.role.value}")
    if value.vocabulary:
        output.text(f"  vocabulary: {', '.join(value.vocabulary)}")
    for sentence in turns(value):
        output.text(f"  {sentence}")
    for meeting in value.meetings:
        who = f", facilitated by {', '.join(meeting.facilitators)}" if meeting.facilitators else ""
        what = f", {', '.join(meeting.presenters)} presenting" if meeting.presenters else ""
        output.text(f"  {meeting.started[:10]}  {meeting.session}{who}{what}")
    for line in action_lines(value.open_actions):
        output.text(f"  {line}")


def tell_set(session: "SessionFolder") -> None:
    """Let the set of a session follow what was changed in it or taken out of it."""
    from alsvoice.pipeline.sets import take_over

    take_over(options.place().library, session)


def turns(value: "LearningSet") -> list[str]:
    """Return whose turn it is, a sentence each."""
    facilitator, presenters = value.next_facilitator(), value.next_presenters()
    return [
        *([f"To facilitate next: {facilitator}."] if facilitator else []),
        *([f"To present next: {', '.join(presenters)}."] if presenters else []),
    ]


def action_lines(actions: "tuple[SetAction, ...]") -> list[str]:
    """Return the open actions, a line each."""
    return [
        f"Open: {action.owner or 'somebody'}: {action.text}"
        + (f" (by {action.due})" if action.due else "")
        for action in actions
    ]
