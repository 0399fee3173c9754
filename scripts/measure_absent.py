"""Measure whether known voices that are not in a recording change who is found in it.

    .venv/bin/python scripts/measure_absent.py --data DATA

Everybody in the labelled recordings is known, by up to twelve passages of theirs as recorded,
through a telephone and across a noisy room (``measure_voices.py``). Each recording is told apart
with nobody known, with all who are not in it, and with all who are: printed is how many recordings'
turns those who are absent change, and DER in per cent (number of voices) before and with those who
are there, where that changes turns.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ablate_diarize import errors, listened
from alsvoice.backends.diarize import sparse
from alsvoice.backends.diarize.prints import VoicePrints
from alsvoice.config import Config
from alsvoice.pipeline.listening import Listener, network_model
from alsvoice.transcript import Diarization
from alsvoice.voices import Vector, centre
from bench_cases import Case, cases, excerpts
from measure_voices import Array, loaded, passages_of, through

WAYS = ("as it is", "telephone", "room")
LEAST_S = 3.0
Known = dict[str, Vector]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        recordings = [*cases(given.data, Path(folder)), *excerpts(given.data)]
        heard = listened(recordings)
        prints = VoicePrints(network_model(Config.resolve()))
        print("| heard through | number | changed by who is absent | with who is there |")
        print("|---|---|---|---|")
        for way in WAYS:
            known: Known = {}
            for case in recordings:
                known |= dict(profiles(case, prints, way))
            for number in (True, False):
                title = f"{way}, {len(known)} known | {'given' if number else 'not'}"
                print(f"| {title} | {row(heard, known, number)} |", flush=True)


def profiles(case: Case, prints: VoicePrints, way: str) -> Iterator[tuple[str, Vector]]:
    """Yield the voices of a recording; people of read speech are the same in several."""
    listener = Listener(Array(through(loaded(case.audio), way)), prints)
    reference = case.audio if case.name != "demo" else demo_reference()
    for person, passages in passages_of(reference).items():
        voice = listener.heard(person, [span for span, _ in passages[:12]])
        if sum(voice.seconds) >= LEAST_S:
            yield name_of(case, person), centre(voice.vectors, voice.seconds)


def demo_reference() -> Path:
    from environment import ROOT

    return ROOT / "src" / "alsvoice" / "data" / "demo" / "session.opus"


def name_of(case: Case, person: str) -> str:
    return person if case.audio.parent.name == "composed" else f"{case.name}: {person}"


def row(heard: list[tuple[Case, sparse.Listened]], known: Known, number: bool) -> str:
    changed, told = 0, []
    for case, listened_to in heard:
        people = case.people if number else None
        there = {name_of(case, turn.speaker) for turn in case.turns}
        absent = [vector for who, vector in known.items() if who not in there]
        plain = sparse.decide(listened_to, people)
        changed += sparse.decide(listened_to, people, absent).turns != plain.turns
        own = sparse.decide(
            listened_to, people, [vector for who, vector in known.items() if who in there]
        )
        if own.turns != plain.turns:
            told.append(f"{case.name} {figures(case, plain)} to {figures(case, own)}")
    return f"{changed} of {len(heard)} | {'; '.join(told) or 'the same'}"


def figures(case: Case, found: Diarization) -> str:
    return f"{100 * (errors(case, found).der or 0):.1f} ({len(found.speakers)})"


if __name__ == "__main__":
    main()
