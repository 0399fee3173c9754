"""Throw hostile input at every door and see that each answers in one sentence.

    .venv/bin/python scripts/fuzz.py [--count 10000] [--seed 1] [--only sound,manifest] [--case N]

Each case breaks something a person, a disk or a recorder could break (sound files, the manifest,
stage files, corrections, lines to code, names, phases, templates, references, arguments), runs a
command in this process and checks: exit status 0, 1 or 2; where not 0 exactly one sentence and
the next command to try; no traceback, nothing unforeseen, no hang; an import that fails leaves
nothing. A case depends on its seed and number alone: ``--case N`` repeats one and shows it.
"""

import argparse
import contextlib
import json
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from alsvoice import templates  # noqa: E402
from alsvoice.errors import AlsvoiceError  # noqa: E402
from cli_runner import Outcome, alsvoice  # noqa: E402
from fuzz_inputs import (  # noqa: E402
    broken_bytes,
    broken_json,
    broken_lines,
    hostile_text,
    hostile_time,
    sound_seeds,
)

LONGEST_S = 30
HUGE_EVERY = 2500


class TookTooLong(Exception):  # noqa: N818 - what is found, not what is raised to a user
    """A command did not come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Folders of a run: a processed session to break, small sounds, a folder for one case."""

    base: Path
    session: str
    scratch: Path
    sounds: dict[str, bytes]
    number: int = 0

    def fresh(self) -> Path:
        """Return a library with an unbroken copy of the session."""
        library = self.scratch / "library"
        shutil.copytree(self.base, library, symlinks=True)
        return library

    def folder(self, library: Path) -> Path:
        """Return the session's folder there."""
        return library / "sessions" / self.session


Case = Callable[[random.Random, Place], list[list[str]]]
"""Breaks something, returns the calls to make."""


def sound(chance: random.Random, place: Place) -> list[list[str]]:
    """Give a recording that is damaged, misnamed, two formats in one, or named by a villain."""
    paths = []
    for n in range(chance.choice([1, 1, 1, 2, 3])):
        seed = chance.choice(sorted(place.sounds))
        data = place.sounds[seed]
        if chance.random() < 0.9:
            data = broken_bytes(data, chance, others=list(place.sounds.values()))
        suffix = chance.choice([seed, seed, *place.sounds, "m3u8", "zip", ""])
        path = place.scratch / f"in{n}.{suffix}"
        path.write_bytes(data)
        paths.append(str(path))
    library = ["--library", str(place.scratch / "library")]
    draw = chance.random()
    if draw < 0.6:
        return [[*library, "import", *paths]]
    if draw < 0.85:
        tracks = [f"{hostile_text(chance)}={path}" for path in paths]
        return [[*library, "import", *(w for t in tracks for w in ("--track", t))]]
    return [[*library, "import", paths[0], "--channels", hostile_text(chance)]]


def _after(place: Place, library: Path, chance: random.Random) -> list[list[str]]:
    """Return a few commands on the session that was broken."""
    at, name = ["--library", str(library)], place.session
    calls = [
        ["sessions", "list"], ["sessions", "show", name], ["report", name, "--format", "json"],
        ["report", name, "--format", "md"], ["report", name], ["export", name, "--format", "stm"],
        ["speakers", name], ["edits", name], ["edits", name, "--undo", "1"],
        ["speakers", name, "SPEAKER_00=Ann"], ["process", name],
        ["process", name, "--from", "align"],
        ["redact", name, "--from", "3", "--to", "5", "--yes"], ["withdraw", name, "Ben", "--yes"],
        ["sessions", "delete", name, "--yes"],
    ]  # fmt: skip
    return [[*at, *call] for call in chance.sample(calls, 3)]


def _break_file(name: str, chance: random.Random, place: Place) -> list[list[str]]:
    library = place.fresh()
    path = place.folder(library) / name
    if chance.random() < 0.5:
        path.write_bytes(broken_json(path.read_bytes(), chance))
    else:
        path.write_bytes(broken_bytes(path.read_bytes(), chance))
    return _after(place, library, chance)


def manifest(chance: random.Random, place: Place) -> list[list[str]]:
    """Break ``session.json``: damaged, edited by hand, from another version."""
    return _break_file("session.json", chance, place)


def stage_file(chance: random.Random, place: Place) -> list[list[str]]:
    """Break a stage's file: damaged or edited by hand."""
    names = ("diarization.json", "words.json", "utterances.json", "labels.json")
    return _break_file(chance.choice(names), chance, place)


def edits(chance: random.Random, place: Place) -> list[list[str]]:
    """Break corrections: damaged, torn, doubled, from elsewhere."""
    library = place.fresh()
    path = place.folder(library) / "edits.jsonl"
    path.write_bytes(broken_lines(path.read_bytes(), chance))
    return _after(place, library, chance)


def folder(chance: random.Random, place: Place) -> list[list[str]]:
    """Break the folder: files missing, empty, or something else in their place."""
    library = place.fresh()
    files = [p for p in sorted(place.folder(library).rglob("*")) if p.is_file()]
    for path in chance.sample(files, chance.choice([1, 1, 2])):
        path.unlink()
        draw = chance.random()
        if draw < 0.2:
            path.mkdir()
        elif draw < 0.4:
            path.symlink_to(chance.choice(["/etc/hostname", "nowhere", str(path)]))
        elif draw < 0.6:
            path.write_bytes(b"")
    return _after(place, library, chance)


def lines(chance: random.Random, place: Place) -> list[list[str]]:
    """Give rows to code."""
    rows = [
        {"id": n, "text": hostile_text(chance), "prev_text": hostile_text(chance)} for n in range(4)
    ]
    data = "\n".join(json.dumps(row) for row in rows).encode() + b"\n"
    if chance.random() < 0.7:
        data = broken_lines(data, chance)
    if place.number % HUGE_EVERY == 0:
        data = b'{"id":1,"text":"' + b"why " * 25_000_000 + b'"}\n' + data
    path = place.scratch / "rows.jsonl"
    path.write_bytes(data)
    return [["classify", str(path)], ["classify", str(path), "--classifier", "rules"]]


def names(chance: random.Random, place: Place) -> list[list[str]]:
    """Give participants, titles, sets and names of voices."""
    library = place.fresh()
    at = ["--library", str(library)]
    path = place.scratch / "a.wav"
    path.write_bytes(place.sounds["wav"])
    people = ",".join(hostile_text(chance) for _ in range(chance.randint(1, 4)))
    return [
        [*at, "import", str(path), "--participants", people, "--title", hostile_text(chance)],
        [*at, "speakers", place.session, f"SPEAKER_00={hostile_text(chance)}"],
        [*at, "report", place.session, "--format", chance.choice(["html", "md", "csv", "json"])],
        [*at, "export", place.session, "--format", chance.choice(["rttm", "stm", "srt", "vtt"])],
        [*at, "withdraw", place.session, hostile_text(chance), "--yes"],
    ]


def phases(chance: random.Random, place: Place) -> list[list[str]]:
    """Give a file of phases."""
    rows = [
        {"name": hostile_text(chance), "start_s": chance.choice([0, 1, 1e9, -1, 0.5])},
        {"name": "questions", "start_s": 2, "end_s": chance.choice([3, 1, None, 1e308])},
    ]
    data = json.dumps(rows).encode()
    data = broken_json(data, chance) if chance.random() < 0.6 else broken_bytes(data, chance)
    (place.scratch / "phases.json").write_bytes(data)
    (place.scratch / "a.wav").write_bytes(place.sounds["wav"])
    return [
        ["--library", str(place.scratch / "library"), "import", str(place.scratch / "a.wav"),
         "--phases", str(place.scratch / "phases.json"), "--template", "classic"],
    ]  # fmt: skip


def references(chance: random.Random, place: Place) -> list[list[str]]:
    """Give references and hypotheses to compare."""
    demo = ROOT / "src" / "alsvoice" / "data" / "demo"
    kind = chance.choice(["rttm", "stm"])
    whole = (demo / f"session.{kind}").read_bytes()
    data = b"\n".join(whole.split(b"\n")[:12])
    other, given = place.scratch / f"a.{kind}", place.scratch / f"b.{kind}"
    other.write_bytes(data)
    given.write_bytes(broken_lines(data, chance))
    uem = place.scratch / "a.uem"
    uem.write_bytes(broken_lines(b"session 1 0.000 30.000\n", chance))
    calls = [["evaluate", str(other), str(given)], ["evaluate", str(given), str(other)]]
    calls.append(["evaluate", str(other), str(other), "--uem", str(uem)])
    return chance.sample(calls, 1)


def arguments(chance: random.Random, place: Place) -> list[list[str]]:
    """Give whatever one may type after a command."""
    library = place.fresh()
    at, name, text = ["--library", str(library)], place.session, hostile_text(chance)
    calls = [
        ["redact", name, "--from", hostile_time(chance), "--to", hostile_time(chance), "--yes"],
        ["process", name, "--asr", text], ["process", name, "--from", text],
        ["process", name, "--speakers", hostile_time(chance)],
        ["process", name, "--diarizer", text],
        ["process", name, "--language", text], ["sessions", "show", text], ["report", text],
        ["report", name, "--format", text], ["export", name, "--format", text],
        ["correct", name, text, "--label", "other"], ["correct", name, "u", "--text", text],
        ["correct", name, "u", "--speaker", text], ["edits", name, "--undo", hostile_time(chance)],
        ["templates", "show", text], ["models", "verify", text], ["models", "remove", text],
        ["evaluate", name, "--reference", text], ["evaluate", text, text], [text, name],
        ["report", name, "-o", f"{place.scratch}/{text}/x"], ["speakers", name, text],
        ["import", text], ["import", "--track", text], ["withdraw", name, text, "--yes"],
    ]  # fmt: skip
    return [[*at, *chance.choice(calls)]]


def template(chance: random.Random, place: Place) -> list[list[str]]:
    """Read a template's file, without a command of its own."""
    known = sorted((ROOT / "src" / "alsvoice" / "data" / "templates").glob("*.toml"))
    data = broken_bytes(chance.choice(known).read_bytes(), chance)
    with contextlib.suppress(AlsvoiceError):
        templates.parse(data.decode("utf-8", "replace"), "fuzzed")
    del place
    return []


CASES: dict[str, Case] = {
    case.__name__: case
    for case in (
        sound, manifest, stage_file, edits, folder, lines, names, phases, references, arguments,
        template,
    )
}  # fmt: skip


def verdict(call: Sequence[str], outcome: Outcome) -> str | None:
    """Return what is wrong with an answer, None where all is well."""
    told = [line for line in outcome.err.split("\n") if line.startswith(("alsvoice: ", "Try: "))]
    asked_for_help = outcome.status == 2 and not told and "Usage" in outcome.out
    failed = outcome.status != 0 and not asked_for_help
    kinds = [line.partition(":")[0] for line in told]
    faults = {
        f"exit status {outcome.status}": outcome.status not in {0, 1, 2},
        "a traceback": "Traceback" in outcome.everything,
        f"unforeseen: {told[:1]}": "Something unforeseen" in outcome.err,
        f"{len(told)} lines instead of a sentence and the next command": failed
        and kinds != ["alsvoice", "Try"],
        "control characters in the sentence": any(ord(c) < 32 for line in told for c in line),
        "an answer on stdout beside a failure": failed
        and bool(outcome.out)
        and call[0] != "classify",
    }
    return next((fault for fault, there in faults.items() if there), None)


@contextlib.contextmanager
def _no_longer_than(seconds: int) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def run_case(name: str, number: int, seed: int, place: Place, *, show: bool) -> list[str]:
    """Run one case; return what went wrong."""
    chance = random.Random(f"{seed}/{number}/{name}")
    shutil.rmtree(place.scratch, ignore_errors=True)
    place.scratch.mkdir()
    wrong: list[str] = []
    try:
        with _no_longer_than(LONGEST_S):
            calls = CASES[name](chance, place)
    except Exception as problem:  # noqa: BLE001 - whatever a parser raises is what is looked for
        return [f"{type(problem).__name__}: {problem}"]
    for call in calls:
        given = [part.replace("\0", "\u2400").encode("utf-8", "replace").decode() for part in call]
        try:
            with _no_longer_than(LONGEST_S):
                outcome = alsvoice(*given, stdin=b"")
        except TookTooLong:
            wrong.append(f"no answer in {LONGEST_S} s: {given}")
            continue
        except BaseException as problem:  # noqa: BLE001
            wrong.append(f"{type(problem).__name__} came out: {given}")
            continue
        if show:
            print(
                f"$ alsvoice {given}\n  {outcome.status}\n{outcome.out[:2000]}{outcome.err[:2000]}"
            )
        found = verdict(call, outcome)
        if found is None and "import" in given and outcome.status:
            left = list((place.scratch / "library" / "sessions").glob("*"))
            left = [p for p in left if p.name != place.session]
            found = f"a failed import left {left[0].name}" if left else None
        if found:
            wrong.append(f"{found}: {given}")
    return wrong


def _prepare(folder: Path) -> Place:
    from fuzz_inputs import small_session

    base = folder / "base"
    session = small_session(base, folder)
    return Place(base=base, session=session, scratch=folder / "case", sounds=sound_seeds(folder))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default=",".join(CASES))
    parser.add_argument("--case", type=int, default=None)
    args = parser.parse_args()
    chosen = args.only.split(",")
    begun, wrong, ran = time.time(), 0, Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        place = _prepare(Path(folder))
        numbers = range(args.count) if args.case is None else [args.case]
        for number in numbers:
            name = chosen[number % len(chosen)]
            at = Place(base=place.base, session=place.session, scratch=place.scratch,
                       sounds=place.sounds, number=number)  # fmt: skip
            for problem in run_case(name, number, args.seed, at, show=args.case is not None):
                wrong += 1
                print(f"{name} case {number}: {problem[:600]}", flush=True)
            ran[name] += 1
    spent = time.time() - begun
    print(f"{ran.total()} inputs in {spent:.0f} s, seed {args.seed}: {wrong} wrong")
    print(", ".join(f"{name} {count}" for name, count in ran.items()))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
