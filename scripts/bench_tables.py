"""Scores and tables of ``bench.py``."""

import importlib.metadata
import os
import platform
import subprocess
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alsvoice.evaluate.turns import PROTOCOL, TurnErrors, turn_errors
from alsvoice.evaluate.words import cp_word_errors, word_errors
from alsvoice.intervals import overlap_ms
from alsvoice.transcript import Turn
from bench_cases import Case

Row = list[str]
COST = ["CPU-s/s", "wall/s", "start-up s", "peak MB"]
TURNS = ["recording", "system", "DER %", "missed", "false alarm", "confusion", "JER %"]
TURNS += ["people", "worst share, points", "short turns right", *COST]
WORDS = ["recording", "system", "WER %", "cpWER %", *COST]
LENGTH = ["length", "system", "CPU-s/s", "wall/s", "peak MB"]

HEAD = f"""\
# Benchmarks

Written by `scripts/bench.py`; its head says how to repeat it.

Each system runs on one recording in a process of its own; all in one run, on one machine. CPU-s/s
and wall/s are seconds of the processor and of the clock a second of sound, loading (start-up)
apart; for the whole job of alsvoice loading is within. Who spoke when: all systems have
segmentation-3.0 and CAM++, pyannote.audio with the published settings of
speaker-diarization-3.1, sherpa-onnx with those of its example; the number of people is given
unless it says otherwise. DER with {PROTOCOL}; people: found of reference; worst share: the largest
error of a person's talk share; short turns: reference utterances of 0.5 to 2 s of which more than
half lies in exclusive turns of the right person. Words: fillers, case and punctuation left out; the
usual recipe is faster-whisper `base` with beam 5, pyannote.audio, and each word to the turn it
overlaps most. No recording here is held out for alsvoice: docs/LOG.md says which one chose what.
"""


def made(rivals: Path | None, absent: Sequence[str]) -> str:
    """Return when, where and with what a section was measured, and who was absent."""
    names = ["alsvoice", "onnxruntime", "faster-whisper"]
    versions = [f"{name} {importlib.metadata.version(name)}" for name in names]
    if rivals is not None:
        versions += _of_rivals(rivals)
    where = (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {', '.join(versions)}."
    )
    return "\n".join([where, *[f"{note}." for note in absent]])


def write(page: Path, title: str, body: str) -> None:
    """Put a section into the page, in the place of the one of that title; sorted by title."""
    before = page.read_text(encoding="utf-8") if page.is_file() else ""
    sections = dict(part.split("\n", 1) for part in before.split("\n## ")[1:])
    sections[title] = f"\n{body}\n"
    parts = [f"## {name}\n{sections[name].rstrip()}\n" for name in sorted(sections)]
    page.write_text(HEAD + "\n" + "\n".join(parts), encoding="utf-8")


def _of_rivals(python: Path) -> list[str]:
    code = (
        "import importlib.metadata as m\n"
        "for n in ('pyannote.audio', 'sherpa-onnx', 'torch'):\n"
        "    try: print(n, m.version(n))\n"
        "    except m.PackageNotFoundError: pass"
    )
    told = subprocess.run([python, "-c", code], check=False, capture_output=True, text=True)
    return told.stdout.split("\n")[:-1]


def table(columns: list[str], rows: Sequence[Row]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def turns(rows: Sequence[Row]) -> str:
    return table(TURNS, rows)


def words(rows: Sequence[Row]) -> str:
    return table(WORDS, rows)


def by_length(rows: Sequence[Row]) -> str:
    return table(LENGTH, rows)


def turn_row(system: str, case: Case, found: dict[str, Any]) -> Row:
    """Return who spoke when in one recording."""
    if "failed" in found:
        return [case.name, system, "failed", *[""] * (len(TURNS) - 3)]
    errors = turn_errors(case.turns, turns_of(found, "turns"), case.scored)
    reference, people = errors.speakers
    return [
        case.name,
        system,
        *_rates(errors),
        f"{people} of {reference}",
        f"{100 * errors.share_error:.1f}",
        short_turns(case, found),
        *costs([(case, found)]),
    ]


def pooled_row(system: str, results: Sequence[tuple[Case, dict[str, Any]]], *, given: bool) -> Row:
    """Return who spoke when over several recordings; numbers of people exact, and within one."""
    done = [(case, found) for case, found in results if "failed" not in found]
    total, differences = TurnErrors(), []
    for case, found in done:
        errors = turn_errors(case.turns, turns_of(found, "turns"), case.scored)
        total += errors
        differences.append(abs(errors.speakers[0] - errors.speakers[1]))
    exact, near = (sum(d <= most for d in differences) for most in (0, 1))
    return [
        f"{len(done)} meetings, number {'given' if given else 'not given'}",
        system,
        *_rates(total),
        f"exact {exact}, within one {near}",
        "",
        "",
        *costs(done),
    ]


def _rates(errors: TurnErrors) -> Row:
    parts = (errors.missed_ms, errors.false_alarm_ms, errors.confusion_ms)
    shares = [f"{100 * ms / max(errors.speech_ms, 1):.1f}" for ms in parts]
    return [percent(errors.der), *shares, percent(errors.jer)]


def turns_of(found: dict[str, Any], kind: str) -> list[Turn]:
    return [
        Turn(speaker=str(who), start_ms=round(1000 * start), end_ms=round(1000 * end))
        for who, start, end in found[kind]
        if end > start
    ]


def short_turns(case: Case, found: dict[str, Any]) -> str:
    """Return how many short utterances of the reference lie mostly with the right person."""
    heard = turns_of(found, "exclusive" if "exclusive" in found else "turns")
    partner = matched(case.turns, heard)
    right = 0
    for said in case.short:
        own = [t for t in heard if t.speaker == partner.get(said.speaker)]
        right += 2 * sum(overlap_ms(said.span, t.span) for t in own) > said.duration_ms
    return f"{right} of {len(case.short)}"


def matched(reference: Sequence[Turn], found: Sequence[Turn]) -> dict[str, str]:
    """Return reference person → voice, one to one, by the time that they share."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    people, voices = (sorted({t.speaker for t in of}) for of in (reference, found))
    shared = np.zeros((len(people), len(voices)))
    for a in reference:
        for b in found:
            shared[people.index(a.speaker), voices.index(b.speaker)] += overlap_ms(a.span, b.span)
    rows, columns = linear_sum_assignment(-shared)
    return {people[r]: voices[c] for r, c in zip(rows, columns, strict=True)}


def word_row(system: str, case: Case, found: dict[str, Any]) -> Row:
    """Return what was said in one recording; cpWER where words have speakers."""
    if "failed" in found or not case.texts:
        return [case.name, system, "failed" if "failed" in found else "", *[""] * (len(WORDS) - 3)]
    said = sorted(found["words"], key=lambda word: word[1])
    by_voice: dict[str, list[str]] = {}
    for word in said:
        for voice in word[3:4]:
            by_voice.setdefault(voice, []).append(word[0])
    cp = cp_word_errors(case.texts, {who: " ".join(text) for who, text in by_voice.items()})
    plain = " ".join(word[0] for word in said)
    return [
        case.name,
        system,
        percent(word_errors(case.spoken, plain).rate),
        percent(cp.rate) if by_voice else "",
        *costs([(case, found)]),
    ]


def recipe(words_: dict[str, Any], turns_: dict[str, Any]) -> dict[str, Any]:
    """Return both parts of the usual recipe as one: each word to the turn it overlaps most."""
    heard = turns_of(turns_, "turns")
    given = []
    for text, start, end in words_["words"]:
        span = (round(1000 * start), round(1000 * end))
        shared: Counter[str] = Counter()
        for turn in heard:
            shared[turn.speaker] += overlap_ms(span, turn.span)
        voice, most = shared.most_common(1)[0] if shared else ("nobody", 0)
        given.append([text, start, end, voice if most else "nobody"])
    both = {key: words_[key] + turns_[key] for key in ("cpu_s", "wall_s", "start_wall_s")}
    return {**both, "peak_mb": max(words_["peak_mb"], turns_["peak_mb"]), "words": given}


def costs(done: Sequence[tuple[Case, dict[str, Any]]]) -> Row:
    seconds = max(sum(case.seconds for case, _ in done), 1e-9)
    start = sum(found["start_wall_s"] for _, found in done) / max(len(done), 1)
    return [
        f"{sum(found['cpu_s'] for _, found in done) / seconds:.3f}",
        f"{sum(found['wall_s'] for _, found in done) / seconds:.3f}",
        f"{start:.1f}",
        f"{max((found['peak_mb'] for _, found in done), default=0):.0f}",
    ]


def length_row(system: str, case: Case, found: dict[str, Any]) -> Row:
    if "failed" in found:
        return [case.name, system, "failed", "", ""]
    cpu, wall, _, peak = costs([(case, found)])
    return [case.name, system, cpu, wall, peak]


def percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f}"
