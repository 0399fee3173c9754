"""``practice``: learn to hear open questions, closed questions and advice, in rounds."""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alsvoice.cli import options, output
from alsvoice.cli.review import NoOpen, Port, serve_page
from alsvoice.errors import InputError, UsageError
from alsvoice.formats.fields import one_line

if TYPE_CHECKING:
    from alsvoice.practice import Answer, Item

__all__ = ["add_to"]

_KEYS = {"o": "open_question", "c": "closed_question", "a": "advice", "x": "other"}
_NAMES = {"open_question": "an open question", "closed_question": "a closed question",
          "advice": "advice", "other": "none of these"}  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("practice")(practice)


def practice(
    source: Annotated[
        str,
        typer.Option("--from", help="corpus, demo, or a session of your own whose people agreed."),
    ] = "corpus",
    who: Annotated[str, typer.Option(metavar="NAME", help="Whose rounds these are.")] = "me",
    minutes: Annotated[float, typer.Option(min=0.1, max=60, help="How long a round lasts.")] = 5.0,
    items: Annotated[
        int | None, typer.Option(min=1, max=500, help="End after so many, too.")
    ] = None,
    delayed: Annotated[
        bool, typer.Option("--delayed", help="Say what was right at the end of the round.")
    ] = False,
    rewrite: Annotated[
        bool, typer.Option("--rewrite", help="Say closed questions and advice as open questions.")
    ] = False,
    results: Annotated[
        bool, typer.Option("--results", help="Show how the rounds so far went.")
    ] = False,
    seed: Annotated[int | None, typer.Option(help="The same seed asks the same items.")] = None,
    page: Annotated[
        bool, typer.Option("--page", help="Practise in the browser, with the sound.")
    ] = False,
    no_open: NoOpen = False,
    port: Port = 0,
    as_json: options.AsJson = False,
) -> None:
    """Train the ear: hear open questions, closed questions and advice, also in disguise.

    In the terminal: o open question, c closed question, a advice, x none of these, q ends it.
    """
    if not minutes > 0:  # not a number
        raise UsageError("A round has no such length.", try_next="--minutes 5")
    if page:
        serve_page("practice", open_it=not no_open, port=port)
        return
    place = options.place()
    from alsvoice.pipeline import practising

    who = practising.known_name(who)
    kept = results or _round(source, who, minutes, items, seed, delayed=delayed, rewrite=rewrite)
    rounds = practising.results(practising.history(place.config, who))
    shown = rounds if results else rounds[-1:] if kept else []
    if as_json:
        output.data({"who": who, "rounds": shown})
        return
    for row in shown:
        output.text(_told(row))
    if results and not rounds:
        output.say("Nothing was practised yet.")


def _round(
    source: str,
    who: str,
    minutes: float,
    most: int | None,
    seed: int | None,
    *,
    delayed: bool,
    rewrite: bool,
) -> bool:
    """Ask until the time is over, keep each answer as it is given; return whether there was one."""
    from alsvoice.pipeline import practising
    from alsvoice.practice import Exercise, Round, balanced

    place = options.place()
    found = practising.items(place.library, source)
    found = practising.to_rewrite(found) if rewrite else found
    if not found:
        raise InputError(
            "There is nothing to practise on in there.", try_next="alsvoice practice --from corpus"
        )
    order = balanced(found, time.time_ns() if seed is None else seed)
    until = time.monotonic() + 60 * minutes
    asked = (item for n, item in enumerate(order) if most is None or n < most)
    timely = (item for item in asked if time.monotonic() < until)
    sitting = Round(
        time=practising.now(),
        who=who,
        source=source,
        exercise=Exercise.REWRITE if rewrite else Exercise.HEAR,
        answers=(),
        delayed=delayed,
    )
    answered = False
    for answer in _rewritten(timely) if rewrite else _heard(timely, delayed=delayed):
        practising.keep(place.config, replace(sitting, answers=(answer,)))
        answered = True
    if not answered:
        output.say("Nothing was answered, so nothing is kept.")
    return answered


def _heard(items: Iterator["Item"], *, delayed: bool) -> Iterator["Answer"]:
    from alsvoice.labels import Label
    from alsvoice.practice import Answer, reason

    waiting: list[tuple[Item, Label]] = []
    for item in items:
        start = time.monotonic()
        key = _asked(item, "o open, c closed, a advice, x none of these, q end: ", _KEYS)
        if key is None:
            break
        given = Label(_KEYS[key])
        if delayed:
            waiting.append((item, given))
        else:
            _say_whether(item, given, reason(item.label, item.flags, given))
        took = round(1000 * (time.monotonic() - start))
        yield Answer(item=item.id, label=item.label, flags=item.flags, given=given, took_ms=took)
    for item, given in waiting:
        output.say(f"\n“{item.text}”")
        _say_whether(item, given, reason(item.label, item.flags, given))


def _say_whether(item: "Item", given: str, why: str) -> None:
    right = item.label == given
    by = "" if item.certain else " by the machine's count, which nobody has checked"
    verdict = "Yes" if right else "No"
    output.say(f"{verdict}: {_NAMES[item.label]}{by}. {why}")


def _rewritten(items: Iterator["Item"]) -> Iterator["Answer"]:
    """Ask for each as an open question; what counts is how the classifier codes the rewriting."""
    from alsvoice.labels import LABELS, Label
    from alsvoice.pipeline.practising import judge_rewriting
    from alsvoice.practice import Answer

    for item in items:
        output.say(f"\nThis is {_NAMES[item.label]}.")
        text = _asked(item, "Say it as an open question (q ends): ", None)
        if text is None:
            return
        try:
            coding = judge_rewriting(item, text)
        except InputError as problem:
            output.say(problem.sentence)
            continue
        odds = zip(LABELS, coding.probabilities, strict=True)
        doubt = ", ".join(f"{_NAMES[label]} {100 * p:.0f} %" for label, p in odds if p >= 0.05)
        unsure = " The machine is not sure." if coding.unsure else ""
        output.say(f"That sounds like {_NAMES[coding.label]} ({doubt}).{unsure}")
        yield Answer(
            item=item.id, label=Label.OPEN_QUESTION, flags=(), given=coding.label, took_ms=None
        )


def _asked(item: "Item", prompt: str, keys: dict[str, str] | None) -> str | None:
    """Show an item and return what was typed; None at the end of the round."""
    if item.before:
        output.say(f"\nBefore: {item.before}")
    output.say(f"{(item.role or 'somebody').capitalize()}: “{item.text}”")
    while True:
        sys.stderr.write(prompt)
        sys.stderr.flush()
        line = sys.stdin.readline()
        typed = line.strip()
        if not line or typed.casefold() == "q":
            return None
        if keys is None and typed:
            return typed
        if keys is not None and typed[:1].casefold() in keys:
            return typed[:1].casefold()


def _told(row: dict[str, Any]) -> str:
    """Return a round's result in words."""
    when = one_line(row["time"][:16].replace("T", " "))
    what = f"{row['exercise']}, {one_line(row['source'])}"
    counted = f"{row['agreed']} of {row['answers']} as the reference has it"
    more = _hearing(row) if row["exercise"] == "hear" else ()
    return "\n".join([f"{when}  {one_line(row['who'])}, {what}: {counted}", *more])


def _hearing(row: dict[str, Any]) -> Sequence[str]:
    low_high = row["kappa_interval"]
    around = f" ({low_high[0]:.2f} to {low_high[1]:.2f})" if low_high else ""
    kappa = "not known" if row["kappa"] is None else f"{row['kappa']:.2f}{around}"
    lines = [f"  kappa {kappa}"]
    lines += [
        f"  {_NAMES[label]}: {each['heard']} of {each['asked']} heard, agreement "
        f"{each['agreement']:.2f}"
        for label, each in row["labels"].items()
        if each["agreement"] is not None
    ]
    lines += [
        f"  {_NAMES[slip['label']]} taken for {_NAMES[slip['given']]}: {slip['times']} of "
        f"{slip['of']}"
        for slip in row["slips"][:3]
    ]
    if row["disguised"]:
        lines.append(
            f"  advice in disguise missed: {row['disguised_missed']} of {row['disguised']}"
        )
    if row["change"] and row["change"]["kappa"] is not None:
        change, interval = row["change"]["kappa"], row["change"]["kappa_interval"]
        lines.append(
            f"  since the round before: kappa {change:+.2f} ({interval[0]:+.2f} to "
            f"{interval[1]:+.2f})"
        )
    return lines
