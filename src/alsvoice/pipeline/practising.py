"""Where items to practise on come from, and what was practised so far."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from alsvoice.backends import registry
from alsvoice.config import Config
from alsvoice.errors import AlsvoiceError, InputError, LibraryError
from alsvoice.formats import practice_lines
from alsvoice.intervals import to_ms
from alsvoice.labels import LABELS, Coding, Flag, Label, Origin, UtteranceText
from alsvoice.pipeline.people import LONGEST_NAME
from alsvoice.pipeline.run import is_processed
from alsvoice.pipeline.sight import see
from alsvoice.pipeline.wish import clean
from alsvoice.practice import Item, Round, compare, score
from alsvoice.session import Manifest
from alsvoice.store import Library, SessionFolder, atomic

__all__ = [
    "CORPUS",
    "DEMO",
    "demo_sound",
    "history",
    "items",
    "judge_rewriting",
    "keep",
    "known_name",
    "may_be_practised",
    "now",
    "results",
    "to_rewrite",
]

CORPUS, DEMO = "corpus", "demo"
_DATA = files("alsvoice") / "data"
_FILE = "practice.jsonl"
_LONGEST_REWRITING = 500


def items(library: Library, source: str) -> tuple[Item, ...]:
    """Return what a source holds: "corpus", "demo", or a session of one's own by its first letters.

    InputError where the people in the session did not agree to be recorded.
    """
    if source == CORPUS:
        return tuple(_of_the_corpus())
    if source == DEMO:
        return tuple(_of_the_demo())
    return _of_a_session(library.find(source))


def _of_the_corpus() -> Iterator[Item]:
    """Yield the scenarios of action learning sets; what was said before is the row before."""
    for path in sorted(_scenarios(), key=lambda each: each.name):
        lines = path.read_text("utf-8").splitlines()
        if "# kind: set" not in lines:
            continue
        before: str | None = None
        for number, line in enumerate(lines, start=1):
            if line.startswith("#") or not line.strip():
                continue
            role, label, flags, text = line.split("\t")
            yield Item(
                id=f"{path.name.removesuffix('.tsv')}:{number}",
                text=text,
                label=Label(label),
                flags=tuple(Flag(flag) for flag in flags.split(",") if flag),
                before=before,
                role=role,
            )
            before = text


def _scenarios() -> Iterator[Any]:
    for path in (_DATA / "corpus" / "scenarios").iterdir():
        if path.name.endswith(".tsv"):
            yield path


def _of_the_demo() -> Iterator[Item]:
    truth = json.loads((_DATA / "demo" / "truth.json").read_text("utf-8"))
    before: str | None = None
    for row in truth["utterances"]:
        yield Item(
            id=f"demo:{row['id']}",
            text=row["text"],
            label=Label(row["label"]),
            flags=tuple(Flag(flag) for flag in row["flags"]),
            before=before,
            role=row["role"],
            sound=DEMO,
            start_ms=to_ms(row["start"]),
            end_ms=to_ms(row["end"]),
        )
        before = row["text"]


def demo_sound() -> bytes:
    """Return the bundled session's sound, an Ogg file."""
    return (_DATA / "demo" / "session.opus").read_bytes()


def may_be_practised(session: SessionFolder) -> bool:
    """Whether the people in a session agreed to be recorded, and it is processed."""
    try:
        manifest = session.manifest()
        return _agreed(manifest) and is_processed(session, manifest)
    except AlsvoiceError:
        return False


def _agreed(manifest: Manifest) -> bool:
    return manifest.consent is not None and manifest.consent.is_given


def _of_a_session(session: SessionFolder) -> tuple[Item, ...]:
    """Return what people coded, and what the machine is sure of and nobody has looked at."""
    sight = see(session)
    if not _agreed(sight.manifest):
        raise InputError(
            f"The people in session {session.id} were not asked whether they agree, so it is not "
            "practised on.",
            try_next="alsvoice practice --from corpus",
        )
    found: list[Item] = []
    before: str | None = None
    for coded in sight.conversation.utterances:
        role = sight.conversation.person(coded.person).role
        if not coded.coding.unsure:
            found.append(
                Item(
                    id=f"{session.id}:{coded.utterance.id}",
                    text=coded.utterance.text,
                    label=coded.coding.label,
                    flags=coded.coding.flags,
                    before=before,
                    role=role.value if role else None,
                    sound=session.id,
                    start_ms=coded.utterance.start_ms,
                    end_ms=coded.utterance.end_ms,
                    certain=coded.coding.source is Origin.PERSON,
                )
            )
        before = coded.utterance.text
    return tuple(found)


def to_rewrite(found: Sequence[Item]) -> tuple[Item, ...]:
    """Return what can be said as an open question: closed questions and advice of helpers."""
    wanted = {Label.CLOSED_QUESTION, Label.ADVICE}
    return tuple(item for item in found if item.label in wanted and item.role != "presenter")


def judge_rewriting(item: Item, text: str, classifier: str | None = None) -> Coding:
    """Return how the classifier codes a rewriting; InputError where it is the same, or nothing."""
    words = clean(" ".join(text.split()), _LONGEST_REWRITING, "A rewriting")
    if words.casefold() == item.text.casefold():
        raise InputError("That is the same again.", try_next="other words")
    backend = registry.classifier(classifier or registry.default_classifier())
    row = UtteranceText(id=item.id, text=words, prev_text=item.before, speaker_role="member")
    return next(iter(backend.classify([row])))


def keep(config: Config, round_: Round) -> None:
    """Add a round, or a few more of its answers, to the library's history.

    It is on the disk when this returns.
    """
    who = known_name(round_.who)
    atomic.make_folder(config.library)
    path = config.library / _FILE
    before = path.read_bytes() if path.is_file() else b""
    torn = before != b"" and not before.endswith(b"\n")
    with atomic.appending(path) as file:
        line = practice_lines.serialize(replace(round_, who=who))
        file.write((b"\n" if torn else b"") + line)


def known_name(who: str) -> str:
    """Return whose round it is, as it is kept; UsageError where that is no name."""
    return clean(who, LONGEST_NAME, "A name") if who.strip() else "me"


def history(config: Config, who: str | None = None) -> tuple[Round, ...]:
    """Return the rounds so far, in order; those of one person where ``who`` is given."""
    path = Path(config.library / _FILE)
    if not path.exists():
        return ()
    try:
        with atomic.opened(path) as file:
            data = file.read()
    except OSError as problem:
        raise LibraryError(
            f"{_FILE} in the library cannot be read: {problem.strerror}.",
            try_next=f"move {_FILE} out of the library",
        ) from problem
    rounds = practice_lines.parse(data)
    return tuple(r for r in rounds if who is None or r.who.casefold() == who.strip().casefold())


def results(rounds: Sequence[Round]) -> list[dict[str, Any]]:
    """Return a row a round with its score, and the change since the same person's round before."""
    rows: list[dict[str, Any]] = []
    before: dict[tuple[str, str], Round] = {}
    for round_ in rounds:
        key = (round_.who.casefold(), round_.exercise.value)
        rows.append(_result(round_, before.get(key)))
        before[key] = round_
    return rows


def _result(round_: Round, before: Round | None) -> dict[str, Any]:
    found = score(round_.answers)
    changed = compare(before.answers, round_.answers) if before else None
    return {
        "time": round_.time,
        "who": round_.who,
        "source": round_.source,
        "exercise": round_.exercise.value,
        "answers": found.agreement.total,
        "agreed": found.agreement.agreed,
        "kappa": _rounded(found.agreement.kappa),
        "kappa_interval": _rounded_pair(found.kappa_interval),
        "labels": {
            label.value: {
                "agreement": _rounded(found.agreement.on(label)),
                "asked": found.agreement.referred(label),
                "heard": found.agreement.both(label),
            }
            for label in LABELS
        },
        "slips": [
            {"label": s.label.value, "given": s.given.value, "times": s.times, "of": s.of}
            for s in found.slips
        ],
        "disguised": found.disguised,
        "disguised_missed": found.disguised_missed,
        "change": {
            "kappa": _rounded(changed.kappa),
            "kappa_interval": _rounded_pair(changed.kappa_interval),
            "labels": {label.value: _rounded(changed.on[label]) for label in LABELS},
        }
        if changed
        else None,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _rounded_pair(pair: tuple[float, float] | None) -> list[float] | None:
    return None if pair is None else [round(bound, 3) for bound in pair]


def now() -> str:
    """Return the time as it is kept with a round: fine enough that no two begin at once."""
    return datetime.now().astimezone().isoformat(timespec="milliseconds")
