"""``voices``: the voices a set keeps, with consent, so that people are named by themselves."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alsvoice.cli import options, output
from alsvoice.cli.process import threads_or_default
from alsvoice.cli.remove import Yes, asked
from alsvoice.errors import InputError, NotFoundError, UsageError
from alsvoice.session import Consent

if TYPE_CHECKING:
    from alsvoice.pipeline.enrolling import Enrolled
    from alsvoice.pipeline.profiles import Kept
    from alsvoice.store import Library

__all__ = ["add_to"]

_SetName = Annotated[str | None, typer.Option("--set", help="The set that keeps the voices.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    voices = typer.Typer(help="Voices that a set keeps, to know people by.", no_args_is_help=True)
    voices.command("enrol")(enrol)
    voices.command("list")(list_voices)
    voices.command("forget")(forget)
    app.add_typer(voices, name="voices")


def enrol(
    session: options.SessionName,
    person: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only this one; else all who are named.")
    ] = None,
    set_: _SetName = None,
    consent: Annotated[
        str | None, typer.Option(help="How each of them agreed to it: verbal or written.")
    ] = None,
    threads: options.Threads = None,
    as_json: options.AsJson = False,
) -> None:
    """Keep the voices of people that somebody named, to know them by next time.

    Taken from their long turns in which nobody else speaks, and refused where these are too short,
    of more than one voice, or like another person's. Only a few numbers a voice are kept, no sound.
    """
    from alsvoice.pipeline import enrolling

    place = options.place()
    folder = place.session(session)
    set_name = enrolling.set_for(place.library, folder.manifest(), set_)
    done = enrolling.enrol(
        place.library,
        folder,
        place.config,
        set_name=set_name,
        consent=_consent(consent),
        now=datetime.now().astimezone(),
        name=person,
        threads=threads_or_default(threads),
    )
    refused = [each for each in done if each.profile is None]
    if len(refused) == len(done):
        sentence, try_next = enrolling.refusal(refused[0], folder.id)
        more = f" So with {len(refused) - 1} more." if len(refused) > 1 else ""
        raise InputError(sentence + more, try_next=try_next)
    if as_json:
        output.data(
            {
                "session": folder.id,
                "set": set_name,
                "enrolled": [_enrolled(each) for each in done if each.profile],
                "refused": [_refused(each, folder.id) for each in refused],
            }
        )
        return
    for each in done:
        if each.profile:
            output.text(f"{each.name}: {each.taken.seconds:.0f} s kept under {set_name}.")
    for each in refused:
        sentence, try_next = enrolling.refusal(each, folder.id)
        output.say(f"Note: {sentence} Try: {try_next}")
    output.say("Next time: alsvoice import AUDIO --set … and process name them by themselves.")


def _consent(given: str | None) -> Consent:
    """Return the basis of consent; on a terminal it is asked for."""
    found = options.one_of(Consent, given, "--consent")
    if found is Consent.NONE:
        raise UsageError(
            "Without consent no voice is kept.", try_next="--consent verbal or --consent written"
        )
    if found is not None:
        return found
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise InputError(
            "Nobody has said that these people agreed to have their voices kept.",
            try_next="ask each of them, then the same command with --consent verbal or written",
        )
    typer.confirm(
        "A voice tells who somebody is, also elsewhere. Has each of them agreed that it is kept "
        "here until they take it back?",
        abort=True,
        err=True,
    )
    return Consent.VERBAL


def _enrolled(done: "Enrolled") -> dict[str, Any]:
    return {
        "name": done.name,
        "seconds": round(done.taken.seconds, 1),
        "passages": done.taken.passages,
        "sessions": [s.session for s in done.profile.sources] if done.profile else [],
    }


def _refused(done: "Enrolled", session: str) -> dict[str, Any]:
    from alsvoice.pipeline.enrolling import refusal

    sentence, try_next = refusal(done, session)
    return {
        "name": done.name,
        "fault": done.taken.fault.name.lower() if done.taken.fault else None,
        "seconds": round(done.taken.seconds, 1),
        "sentence": sentence,
        "try": try_next,
    }


def list_voices(
    set_: _SetName = None,
    as_json: options.AsJson = False,
) -> None:
    """List whose voices are kept: how much speech, from which sessions, on what consent."""
    from alsvoice.backends.diarize.prints import network_of
    from alsvoice.pipeline.listening import network_model

    place = options.place()
    network = network_of(network_model(place.config))
    sets = _sets(place.library, set_)
    found = [(name, _kept(place.library, name).checked(network)) for name in sets]
    if as_json:
        output.data({"voices": [row for name, held in found for row in _rows(name, held, network)]})
        return
    for name, held in found:
        for row in _rows(name, held, network):
            output.text(_line(row))
    if not any(held.profiles or held.damaged for _, held in found):
        output.say("No voices are kept. Next: alsvoice voices enrol SESSION --consent verbal")


def _kept(library: "Library", name: str) -> "Kept":
    from alsvoice.pipeline import profiles

    return profiles.kept(library, name)


def _sets(library: "Library", name: str | None) -> list[str]:
    from alsvoice.pipeline import sets

    if name is not None:
        return [sets.find(library, name).name]
    return [each.name for each in sets.all_sets(library)]


def _rows(set_name: str, held: "Kept", network: str) -> list[dict[str, Any]]:
    good = [
        {
            "set": set_name,
            "name": profile.name,
            "seconds": round(profile.seconds, 1),
            "sessions": [source.session for source in profile.sources],
            "consent": profile.consent.value,
            "consented": profile.consented,
            "usable": profile.network == network,
            "damaged": False,
        }
        for profile in held.profiles
    ]
    bad: list[dict[str, Any]] = [
        {
            "set": set_name, "name": name, "seconds": None, "sessions": [], "consent": None,
            "consented": None, "usable": False, "damaged": True,
        }
        for name in held.damaged
    ]  # fmt: skip
    return good + bad


def _line(row: dict[str, Any]) -> str:
    head = f"{row['set']}  {row['name']}"
    if row["damaged"]:
        return f'{head}: damaged; alsvoice voices forget "{row["name"]}", then enrol anew'
    other = "" if row["usable"] else "; of another network: enrol anew"
    return (
        f"{head}: {row['seconds']:.0f} s from {len(row['sessions'])} sessions, "
        f"{row['consent']} consent of {row['consented'][:10]}{other}"
    )


def forget(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Whose voice.")] = None,
    set_: _SetName = None,
    everybody: Annotated[bool, typer.Option("--all", help="All voices of the set.")] = False,
    yes: Yes = False,
    as_json: options.AsJson = False,
) -> None:
    """Remove a person's voice, or all of a set, for good; names already given stay in reports."""
    from alsvoice.pipeline import profiles, sets

    if (name is None) == (not everybody):
        raise UsageError(
            "Say whose voice is to go, or --all.", try_next="alsvoice voices forget NAME"
        )
    library = options.place().library
    if name is None:
        [chosen] = [sets.find(library, set_).name] if set_ else _only(_sets(library, None))
        held = profiles.kept(library, chosen)
        names = [*(p.name for p in held.profiles), *held.damaged]
        gone = {chosen: names} if names else {}
    else:
        gone = {
            each: [name] for each in _sets(library, set_) if profiles.is_kept(library, each, name)
        }
    if not gone:
        raise NotFoundError("No such voice is kept.", try_next="alsvoice voices list")
    count = sum(map(len, gone.values()))
    asked(f"Forget {count} voice{'s' if count > 1 else ''}? This cannot be undone.", yes=yes)
    for each, theirs in gone.items():
        for one in theirs:
            profiles.forget(library, each, one)
    if as_json:
        output.data({"forgotten": [{"set": s, "name": n} for s, ns in gone.items() for n in ns]})
        return
    output.text(f"Forgotten: {count} voice{'s' if count > 1 else ''}.")
    output.say("Backups, and sets handed over with voices, still hold them.")


def _only(names: list[str]) -> list[str]:
    if len(names) != 1:
        raise UsageError(
            "Of which set?", try_next="alsvoice voices forget --all --set NAME (alsvoice sets list)"
        )
    return names
