"""``speakers``, ``correct``, ``phases``, ``edits``: a person overrules the machine."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alsvoice.cli import options, output
from alsvoice.cli.remove import parse_time
from alsvoice.cli.sets import tell_set
from alsvoice.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from alsvoice.config import Config
    from alsvoice.pipeline.wish import Wish
    from alsvoice.store import SessionFolder

__all__ = ["add_to"]

Who = Annotated[str | None, typer.Option(metavar="NAME", help="Who corrects; kept with it.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("speakers")(speakers)
    app.command("correct")(correct)
    app.command("phases")(phases)
    app.command("edits")(edits)


def speakers(
    session: options.SessionName,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SPEAKER_01=Ben …]",
            help="Name a voice; give two voices one name to merge them; name two at once to swap.",
        ),
    ] = None,
    who: Who = None,
    as_json: options.AsJson = False,
) -> None:
    """Show each voice with talk time and three quotes, or say who is who."""
    from alsvoice.pipeline.corrections import name_voices, parse_names
    from alsvoice.pipeline.sight import see
    from alsvoice.pipeline.voices import voice_rows

    place = options.place()
    folder = place.session(session)
    if names:
        name_voices(
            folder,
            place.config,
            parse_names(names),
            now=datetime.now().astimezone(),
            who=who,
            note=_note,
        )
        tell_set(folder)
    rows = voice_rows(see(folder))
    if as_json:
        output.data({"session": folder.id, "speakers": rows})
        return
    for row in rows:
        output.text(_voice(row))
    if any(row["name"] is None or row["guessed"] for row in rows):
        output.say(f"Next: alsvoice speakers {folder.id} {rows[0]['speakers'][0]}=Name …")


def _note(sentence: str) -> None:
    output.say(f"Note: {sentence}")


def _voice(row: dict[str, Any]) -> str:
    name = row["name"] or "not known yet"
    doubt = " (a guess)" if row["guessed"] else ""
    if row["by_voice"] is not None:
        doubt = f" (by voice, {row['by_voice']:.2f})"
    role = f", {row['role']}" if row["role"] else ""
    talk = f"{row['talk_s']:.0f} s, {100 * (row['talk_share'] or 0):.0f} %"
    lines = [f"{' + '.join(row['speakers'])}: {name}{role}{doubt}  ({talk})"]
    lines += [f"    {_clock(quote['start_s'])}  {quote['text']}" for quote in row["quotes"]]
    return "\n".join(lines)


def _clock(time_s: float) -> str:
    return f"{int(time_s) // 60}:{int(time_s) % 60:02d}"


def correct(
    session: options.SessionName,
    utterance: Annotated[str, typer.Argument(help="The utterance's id or its first letters.")],
    label: Annotated[
        str | None, typer.Option(help="open_question, closed_question, advice or other.")
    ] = None,
    speaker: Annotated[str | None, typer.Option(help="Who said it: a name or a voice.")] = None,
    text: Annotated[str | None, typer.Option(help="What was said.")] = None,
    cut: Annotated[
        int | None, typer.Option(metavar="N", help="Cut it in two after its first N words.")
    ] = None,
    join: Annotated[
        bool, typer.Option("--join", help="Join it with the same person's next one.")
    ] = False,
    note: Annotated[str | None, typer.Option(help="Attach a word to this moment.")] = None,
    helpful: Annotated[
        bool | None,
        typer.Option("--helpful/--not-helpful", help="Mark what helped, or take the mark away."),
    ] = None,
    who: Who = None,
    as_json: options.AsJson = False,
) -> None:
    """Overrule one utterance, cut or join it, or say what it did; every number follows."""
    from alsvoice.pipeline import wishes
    from alsvoice.pipeline.corrections import correct as overrule

    more: list[Callable[[str], Wish]] = []
    if note is not None:
        more.append(lambda each: wishes.note(each, note))
    if helpful is not None:
        more.append(lambda each: wishes.helpful(each, yes=helpful))
    if cut is not None:
        more.append(lambda each: wishes.cut(each, cut))
    if join:
        more.append(wishes.join)
    if (cut is not None or join) and (len(more) > 1 or label or speaker or text):
        raise UsageError(
            "A cut and a join make new utterances, so nothing else is done with them.",
            try_next="--cut N or --join by itself, then the rest",
        )
    place = options.place()
    folder = place.session(session)
    target = overrule(
        folder,
        place.config,
        utterance,
        now=datetime.now().astimezone(),
        label=label,
        speaker=speaker,
        text=text,
        more=more,
        who=who,
        note=_note,
    )
    tell_set(folder)
    if as_json:
        output.data({"session": folder.id, "utterance": target})
    else:
        output.text(f"Corrected {target}.")
        output.say(f"Next: alsvoice report {folder.id} (take it back: alsvoice edits {folder.id})")


def edits(
    session: options.SessionName,
    undo: Annotated[
        str | None,
        typer.Option(
            metavar="N|last", help="Take back correction number N of the list, or the last one."
        ),
    ] = None,
    redo: Annotated[
        bool, typer.Option("--redo", help="Bring back what was taken back last.")
    ] = False,
    who: Who = None,
    as_json: options.AsJson = False,
) -> None:
    """List what people corrected, take a correction back or bring it back; without limit."""
    from alsvoice.pipeline.voices import edit_rows

    place = options.place()
    folder = place.session(session)
    if undo is not None or redo:
        _go_back(folder, place.config, undo, redo, who)
        tell_set(folder)
    rows = edit_rows(folder)
    if as_json:
        output.data({"session": folder.id, "edits": rows})
        return
    for row in rows:
        state = "" if row["state"] == "active" else f"  [{row['state']}]"
        output.text(
            f"{row['number']}. {row['time']}  {row['op']} {row['target']}{_what(row)}{state}"
        )
    if not rows:
        output.say("Nothing was corrected.")


def _go_back(
    folder: "SessionFolder", config: "Config", undo: str | None, redo: bool, who: str | None
) -> None:
    from alsvoice.pipeline import corrections, undoing

    now = datetime.now().astimezone()
    if undo is not None and redo:
        raise UsageError("One of --undo and --redo is enough.", try_next="--undo last, or --redo")
    if undo is not None and undo.isdecimal():
        corrections.undo(folder, config, int(undo), now=now, who=who, note=_note)
        return
    if undo not in {None, "last"}:
        raise UsageError(
            f"{(undo or '')[:40]!r} is no number.", try_next="--undo 3, or --undo last"
        )
    wish = undoing.redo if redo else undoing.undo
    corrections.change(folder, config, [wish], doing="edits", now=now, who=who, note=_note)


def _what(row: dict[str, Any]) -> str:
    if row["op"] in {"undo", "cut"}:
        return ""
    if row["op"] in {"join", "note"}:
        return f": {row['after']}"
    return f": {row['before'] or 'nothing'} → {row['after'] or 'nothing'}"


def phases(
    session: options.SessionName,
    move: Annotated[
        str | None,
        typer.Option(
            metavar="N=TIME",
            help="Let phase N begin at another time (12:10 or seconds); one more: the last ends.",
        ),
    ] = None,
    who: Who = None,
    as_json: options.AsJson = False,
) -> None:
    """List the phases with their numbers, or move a border between them."""
    from alsvoice.formats.fields import clock
    from alsvoice.intervals import seconds
    from alsvoice.pipeline import corrections, wishes
    from alsvoice.pipeline.sight import see

    place = options.place()
    folder = place.session(session)
    if move is not None:
        number, _, time = move.partition("=")
        if not number.strip().isdecimal() or not time:
            raise UsageError(f"{move[:40]!r} moves no border.", try_next="--move 3=12:10")
        wish = wishes.move_border(int(number), parse_time(time.strip()))
        now = datetime.now().astimezone()
        corrections.change(
            folder, place.config, [wish], doing="phases", now=now, who=who, note=_note
        )
    found = see(folder).conversation.phases
    if as_json:
        rows = [
            {
                "number": place_in_order,
                "name": phase.name,
                "start_s": seconds(phase.start_ms),
                "end_s": seconds(phase.end_ms),
            }
            for place_in_order, phase in enumerate(found, start=1)
        ]
        output.data({"session": folder.id, "phases": rows})
        return
    for place_in_order, phase in enumerate(found, start=1):
        times = f"{clock(phase.start_ms)} to {clock(phase.end_ms)}"
        output.text(f"{place_in_order}. {times}  {phase.name}")
    if not found:
        output.say("No phases were marked.")
