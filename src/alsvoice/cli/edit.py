"""``speakers``, ``correct``, ``edits``: a person overrules the machine."""

from datetime import datetime
from typing import Annotated, Any

import typer

from alsvoice.cli import options, output
from alsvoice.cli.sets import tell_set

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("speakers")(speakers)
    app.command("correct")(correct)
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
            folder, place.config, parse_names(names), now=datetime.now().astimezone(), note=_note
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
    as_json: options.AsJson = False,
) -> None:
    """Overrule one utterance; every number follows."""
    from alsvoice.pipeline.corrections import correct as overrule

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
        int | None, typer.Option(metavar="N", help="Take back correction number N of the list.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """List what people corrected, or take a correction back."""
    from alsvoice.pipeline.corrections import undo as take_back
    from alsvoice.pipeline.voices import edit_rows

    place = options.place()
    folder = place.session(session)
    if undo is not None:
        take_back(folder, place.config, undo, now=datetime.now().astimezone(), note=_note)
        tell_set(folder)
    rows = edit_rows(folder)
    if as_json:
        output.data({"session": folder.id, "edits": rows})
        return
    for row in rows:
        change = f"{row['before'] or 'nothing'} → {row['after'] or 'nothing'}"
        state = "" if row["state"] == "active" else f"  [{row['state']}]"
        output.text(f"{row['number']}. {row['time']}  {row['op']} {row['target']}: {change}{state}")
    if not rows:
        output.say("Nothing was corrected.")
