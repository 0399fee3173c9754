"""``sets export``, ``import`` and ``words``: from one laptop to another, and what came along."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alsvoice.cli import options, output
from alsvoice.cli.remove import Yes, asked
from alsvoice.cli.sets import SetName, answer
from alsvoice.errors import InputError
from alsvoice.formats.fields import clock, one_line

if TYPE_CHECKING:
    from alsvoice.formats.set_file import HandOver

__all__ = ["add_to"]


def add_to(sets: typer.Typer) -> None:
    """Add the commands to those of sets."""
    sets.command("export")(export_set)
    sets.command("import")(import_set)
    sets.command("words")(words)


def export_set(
    name: SetName,
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
    from alsvoice.pipeline.handing_over import hand_over
    from alsvoice.store import atomic

    given = hand_over(options.place().library, name, words=with_words, voices=with_voices)
    if to.is_dir() or (to.exists() and not to.is_file()):
        raise InputError(f"{to.name or to} is not a file.", try_next="-o FILE.json")
    if not to.parent.is_dir():
        raise InputError(
            f"There is no folder {str(to.parent)[-120:]!r}.",
            try_next="make it first, or -o FILE.json",
        )
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
    held = f"{len(given.set.meetings)} meetings, {words}, {voices}"
    output.text(f"{one_line(given.set.name)} is in {to}: {held}.")
    output.say("Next, on the other laptop: alsvoice sets import FILE")


def _voices_of(given: "HandOver") -> list[str]:
    return sorted({*given.voices, *(profile.name for profile in given.profiles)})


def import_set(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `sets export` wrote.")],
    as_json: options.AsJson = False,
) -> None:
    """Take a set over from another laptop; what is known of it here stays."""
    from alsvoice.formats.set_file import parse_hand_over
    from alsvoice.pipeline.handed_over import place_of
    from alsvoice.pipeline.handing_over import take_in
    from alsvoice.pipeline.sampled import take_samples

    data = _read(file)
    given = parse_hand_over(data, where=file.name)
    place = options.place()
    taken_in = take_in(place.library, given)
    value = taken_in.set
    if taken_in.words_of:
        name = one_line(value.name)
        output.say(
            f"Note: words of {len(taken_in.words_of)} sessions came with it; they lie in "
            f"{place_of(place.library, value.name)}. To read them: "
            f'alsvoice sets words "{name}"; to remove them: the same with --forget'
        )
    time = datetime.now().astimezone().isoformat(timespec="seconds")
    taken = take_samples(place.library, place.config, value.name, given, time=time)
    if taken or given.profiles:
        output.say(
            f"Note: {len(taken) + len(given.profiles)} voices came with it; whose they are: "
            "alsvoice voices list"
        )
    for template in taken_in.other_templates:
        output.say(
            f"Note: template {one_line(template)[:80]!r} is another one here; yours was kept."
        )
    answer(value, as_json=as_json)


def words(
    name: SetName,
    session: Annotated[
        str | None, typer.Argument(metavar="[SESSION]", help="Of one session alone.")
    ] = None,
    of: Annotated[str | None, typer.Option(metavar="PERSON", help="What one person said.")] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Remove them for good.")] = False,
    yes: Yes = False,
    as_json: options.AsJson = False,
) -> None:
    """Show what was said in sessions that came with a set, or remove it."""
    from alsvoice.pipeline import handed_over, sets

    library = options.place().library
    known = sets.find(library, name).name
    if forget:
        _forget(known, session, of, yes=yes, as_json=as_json)
        return
    rows = [
        {"session": id_, **asdict(said)}
        for id_, said in handed_over.words(library, known, session=session, person=of)
    ]
    if as_json:
        output.data({"set": known, "words": rows})
        return
    before = None
    for row in rows:
        if row["session"] != before:
            output.text(f"{row['session']}:")
        before = row["session"]
        output.text(_said_line(row))
    if not rows:
        output.say("No such words were handed over.")


def _forget(known: str, session: str | None, of: str | None, *, yes: bool, as_json: bool) -> None:
    from alsvoice.pipeline import handed_over, sets

    library = options.place().library
    asked("Remove these words for good? This cannot be undone.", yes=yes)
    with sets.changing(library):
        gone = handed_over.forget_words(library, known, session=session, person=of)
    if as_json:
        output.data({"set": known, "removed": gone})
        return
    output.text(f"Removed: {gone} utterances." if gone else "Removed: a file that was damaged.")
    output.say("The file that was imported still holds them, and so do backups.")


def _said_line(row: dict[str, Any]) -> str:
    who = one_line(row["participant"] or "somebody")
    label = one_line(row["label"]).replace("_", " ")
    return f"  {clock(round(row['start_s'] * 1000))}  {who} ({label}): {one_line(row['text'])}"


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
