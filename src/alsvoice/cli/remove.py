"""``redact``, ``withdraw``: what people may ask to be taken out, for good."""

import re
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alsvoice.cli import options, output
from alsvoice.cli.sets import tell_set
from alsvoice.errors import InputError, UsageError
from alsvoice.intervals import seconds

if TYPE_CHECKING:
    from alsvoice.pipeline.removing import Removed
    from alsvoice.store import SessionFolder

__all__ = ["add_to", "asked", "parse_time"]

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
_SECONDS = re.compile(r"[0-9]{1,8}(?:\.[0-9]{1,3})?")
_CLOCK = re.compile(r"(?:([0-9]{1,4}):)?([0-9]{1,4}):([0-5][0-9](?:\.[0-9]{1,3})?)")
_ELSEWHERE = "Reports and exports written elsewhere, and backups, still hold it."


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("redact")(redact)
    app.command("withdraw")(withdraw)


def parse_time(text: str) -> int:
    """Return milliseconds from ``75``, ``75.5``, ``1:15`` or ``1:02:15.250``."""
    if _SECONDS.fullmatch(text):
        return round(float(text) * 1000)
    found = _CLOCK.fullmatch(text)
    if not found or (found[1] and int(found[2]) > 59):
        raise UsageError(f"{text[:40]!r} is no time.", try_next="--from 12:10 --to 12:42.5")
    minutes = 60 * int(found[1] or 0) + int(found[2])
    return minutes * 60_000 + round(float(found[3]) * 1000)


def asked(question: str, *, yes: bool) -> None:
    """Ask before what cannot be undone; typer.Abort on no, InputError where nobody can be asked."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise InputError(
            "This cannot be undone, and nobody is there to be asked.",
            try_next="the same command with --yes",
        )
    typer.confirm(question, abort=True, err=True)


def redact(
    session: options.SessionName,
    from_: Annotated[str, typer.Option("--from", help="Where it begins: 730, 12:10, 1:02:15.5.")],
    to: Annotated[str, typer.Option("--to", help="Where it ends.")],
    reason: Annotated[str | None, typer.Option(help="Why; shown in the report.")] = None,
    yes: Yes = False,
    as_json: options.AsJson = False,
) -> None:
    """Take a passage out for good: sound, words, codings, corrections; a gap stays."""
    passage = (parse_time(from_), parse_time(to))
    from alsvoice.pipeline import redaction
    from alsvoice.pipeline.leftovers import times

    folder = options.place().session(session)
    removed = _finished(folder, "redact")
    earlier = removed.plan.redaction if removed else None
    if removed is None or earlier is None or earlier.span != passage:
        redaction.check_passage(folder, passage)
        asked(f"Take out {times(*passage)} of session {folder.id}? This cannot be undone.", yes=yes)
        removed = redaction.redact(folder, passage, now=_now(), reason=reason)
    tell_set(folder)
    if as_json:
        start_s, end_s = map(seconds, passage)
        output.data({"session": folder.id, "start_s": start_s, "end_s": end_s, **_counted(removed)})
        return
    output.text(f"Taken out of {folder.id}: {times(*passage)}. {_counts(removed)}")
    _say_rest(removed)


def withdraw(
    session: options.SessionName,
    name: Annotated[str, typer.Argument(help="A person's name, or a voice such as SPEAKER_01.")],
    yes: Yes = False,
    as_json: options.AsJson = False,
) -> None:
    """Take one person out for good; lists what cannot be told apart from the others."""
    from alsvoice.pipeline import withdrawal

    folder = options.place().session(session)
    removed, guessed = _finished(folder, "withdraw"), False
    earlier = removed.plan.departure if removed else None
    if removed is None or earlier is None or not withdrawal.is_meant(earlier, name):
        leaver = withdrawal.find_leaver(folder, name)
        guessed = leaver.guessed
        doubt = " Which voice is theirs is a guess so far." if guessed else ""
        asked(
            f"Take {', '.join(leaver.voices) or 'this person'} out of session {folder.id}?{doubt} "
            "This cannot be undone.",
            yes=yes,
        )
        removed = withdrawal.withdraw(folder, name, now=_now())
    tell_set(folder)
    if as_json:
        output.data(_answer(folder, removed, guessed=guessed))
        return
    output.text(f"One person is taken out of {folder.id}. {_counts(removed)}")
    if guessed:
        output.say(
            "Note: which voice is theirs was a guess. If it was wrong, withdraw the right one, too."
        )
    _say_withdrawn(folder, removed)


def _finished(folder: "SessionFolder", doing: str) -> "Removed | None":
    """Repair a session, finish a removal that was cut off, and say so."""
    from alsvoice.pipeline.leftovers import finished_sentences
    from alsvoice.pipeline.removing import make_fit

    finished = make_fit(folder, doing, now=_now())
    for sentence in finished_sentences(folder.id, finished) if finished else ():
        output.say(f"Note: {sentence}")
    return finished


def _say_withdrawn(folder: "SessionFolder", removed: "Removed") -> None:
    from alsvoice.pipeline.leftovers import command, kind_of, times

    if removed.plan.departure and not removed.plan.departure.voices:
        output.say("Note: no voice was known to be theirs; only the name is gone.")
    _say_rest(removed)
    if removed.plan.inseparable:
        output.text("What could not be told apart from the others; listen, and take out:")
    for each in removed.plan.inseparable:
        output.text(f"  {times(each.start_ms, each.end_ms)}  {kind_of(each)}")
        output.text(f"    {command(folder.id, each)}")


def _answer(folder: "SessionFolder", removed: "Removed", *, guessed: bool) -> dict[str, Any]:
    from alsvoice.pipeline.leftovers import command

    leaving = removed.plan.departure
    silenced = leaving.withdrawal.silenced if leaving else ()
    return {
        "session": folder.id,
        "voices": list(leaving.voices) if leaving else [],
        "guessed": guessed,
        "silenced_s": seconds(sum(end - start for start, end in silenced)),
        **_counted(removed),
        "to_redact": [
            {
                "kind": each.kind,
                "start_s": seconds(each.start_ms),
                "end_s": seconds(each.end_ms),
                "utterance": each.utterance,
                "command": command(folder.id, each),
            }
            for each in removed.plan.inseparable
        ],
    }


def _counted(removed: "Removed") -> dict[str, Any]:
    went = removed.went
    return {
        "words": went.words,
        "utterances": went.utterances,
        "edits": went.edits,
        "damaged_edits": went.damaged_edits,
        "set_aside": went.set_aside,
        "sources_removed": sorted((*removed.lost, *removed.own)),
        "unsure_tracks": list(removed.unsure),
        "other_files": list(removed.strangers),
        "remains": _ELSEWHERE,
    }


def _counts(removed: "Removed") -> str:
    went = removed.went
    damaged = f", {went.damaged_edits} damaged lines of them" if went.damaged_edits else ""
    return (
        f"Gone: {went.words} words, {went.utterances} utterances, "
        f"{went.edits} corrections{damaged}."
    )


def _say_rest(removed: "Removed") -> None:
    for file in removed.lost:
        output.say(f"Note: {file} was removed altogether: the passage could not be found in it.")
    for file in removed.own:
        output.say(f"Note: {file} was theirs alone, and was removed altogether.")
    if removed.went.set_aside:
        output.say(
            f"Note: {removed.went.set_aside} damaged or changed files that had been set aside are "
            "gone, too: nobody can tell what they held."
        )
    if removed.unsure:
        output.say(
            f"Note: where {', '.join(removed.unsure)} begins could not be found; listen whether "
            "others are heard in it at another time."
        )
    if removed.strangers:
        output.say(
            f"Note: {len(removed.strangers)} files in the folder are not alsvoice's and were left: "
            f"{', '.join(removed.strangers[:3])}"
        )
    output.say(_ELSEWHERE)


def _now() -> datetime:
    return datetime.now().astimezone()
