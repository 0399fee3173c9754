"""Measure what each choice in who spoke when is worth: one thing changed at a time.

    .venv/bin/python scripts/ablate_diarize.py --data DATA

The networks run once over each recording (twice where what they are given is changed); all else is
done anew for each row. DER in per cent, how many short utterances of the reference are right, and
the number of people found; number given, then not given. These are the tables of docs/LOG.md.
Last: of the pairs of stretches that were heard at once, how many are two people's by the reference.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ablate import Change, changed
from alsvoice.audio.mix import open_mix
from alsvoice.backends import registry
from alsvoice.backends.diarize import grouping, hearing, refine, sparse, voices
from alsvoice.backends.diarize.reconstruct import frame_ms
from alsvoice.backends.diarize.stretches import Stretch, at_once
from alsvoice.backends.protocols import no_hook
from alsvoice.config import Config
from alsvoice.evaluate.turns import TurnErrors, turn_errors
from alsvoice.intervals import overlap_ms
from alsvoice.transcript import Diarization
from bench_cases import Case, cases, excerpts
from bench_ours import rows
from bench_tables import short_turns

Heard = list[tuple[Case, sparse.Listened]]

LISTENING: dict[str, list[Change]] = {
    "as it is": [],
    "hop 5 s": [(sparse, "_HOP_MS", 5000)],
    "pieces of at most 2 s": [(hearing, "_PIECE_S", 2.0)],
}
DECIDING: dict[str, list[Change]] = {
    "stretches stay where the windows put them": [
        (refine, "_MARGIN", 99.0),
        (refine, "_CHANGE", 99.0),
    ],
    "stretches are not parted": [(refine, "_CHANGE", 99.0)],
    "a change costs 0.5": [(refine, "_CHANGE", 0.5)],
    "a change costs 2": [(refine, "_CHANGE", 2.0)],
    "margin 0.3": [(refine, "_MARGIN", 0.3)],
    "shortness is not undone": [(voices, "_HALF_S", 1e-6)],
    "half at 0.3 s": [(voices, "_HALF_S", 0.3)],
    "half at 0.8 s": [(voices, "_HALF_S", 0.8)],
    "groups rest on 1 s": [(grouping, "_LONG_S", 1.0)],
    "groups rest on 2.5 s": [(grouping, "_LONG_S", 2.5)],
    "groups apart at 0.25": [(grouping, "_APART", 0.25)],
    "groups apart at 0.45": [(grouping, "_APART", 0.45)],
    "a person says 3 s at least": [(grouping, "_LEAST_S", 3.0)],
    "a person says 3 % at least": [(grouping, "_LEAST_SHARE", 0.03)],
    "a number is filled like any voice": [(grouping, "_ENDLESS_S", 1.0)],
    "voices heard at once may be one": [(sparse, "at_once", lambda _: ())],
}


def listened(recordings: list[Case]) -> Heard:
    """Return what the networks say of each recording."""
    diarizer = registry.diarizer("sparse", Config.resolve())
    if not isinstance(diarizer, sparse.SparseDiarizer):
        raise SystemExit("another diariser goes by this name")
    heard: Heard = []
    for case in recordings:
        with case.audio.open("rb") as file, open_mix(file) as sound:
            heard.append((case, diarizer.listen(sound, (), 1, no_hook)))
    return heard


def errors(case: Case, found: Diarization) -> TurnErrors:
    return turn_errors(case.turns, found.turns, case.scored)


def row(large: Heard, small: Heard) -> Iterator[str]:
    """Yield the cells of a row: each large recording, the small ones pooled."""
    for given in (True, False):
        for case, heard in large:
            found = sparse.decide(heard, case.people if given else None)
            right = short_turns(case, {"exclusive": rows(found.exclusive)})
            score = errors(case, found)
            yield f"{100 * (score.der or 0):.1f}, {right}, {score.speakers[1]}"
        total, exact = TurnErrors(), 0
        for case, heard in small:
            score = errors(case, sparse.decide(heard, case.people if given else None))
            total += score
            exact += score.speakers[0] == score.speakers[1]
        if small:
            yield f"{100 * (total.der or 0):.1f}, exact {exact}"


def truly_two(heard: Heard) -> str:
    pairs = two = 0
    for case, of in heard:
        alone = [each.stretch for each in of.heard if each.alone]
        for one, other in at_once([each.stretch for each in of.heard]):
            pairs += 1
            two += whose(case, alone[one], of) != whose(case, alone[other], of)
    return f"{two} of {pairs} pairs heard at once are two people's"


def whose(case: Case, stretch: Stretch, of: sparse.Listened) -> str:
    """Return who says most of a stretch, by the reference."""
    span = (frame_ms(stretch.first, of.sample_rate), frame_ms(stretch.last, of.sample_rate))
    said: Counter[str] = Counter()
    for turn in case.turns:
        said[turn.speaker] += overlap_ms(span, turn.span)
    return said.most_common(1)[0][0]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path)
    chosen = parser.parse_args()
    last = ""
    with tempfile.TemporaryDirectory() as folder:
        large, small = list(cases(chosen.data, Path(folder))), list(excerpts(chosen.data))
        titles = [case.name for case in large] + ["meetings"] * bool(small)
        columns = ["", *titles, *[f"{title}, not given" for title in titles]]
        print("| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|")
        for label, changes in LISTENING.items():
            with changed(changes):
                of_large, of_small = listened(large), listened(small)
                print(f"| {label} | " + " | ".join(row(of_large, of_small)) + " |", flush=True)
                last = truly_two([*of_large, *of_small]) if not changes else last
            for name, change in DECIDING.items() if not changes else ():
                with changed(change):
                    print(f"| {name} | " + " | ".join(row(of_large, of_small)) + " |", flush=True)
    print(f"\n{last}")


if __name__ == "__main__":
    main()
