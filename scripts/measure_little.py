"""Measure whether a person who says five seconds in an hour keeps a voice of their own.

    .venv/bin/python scripts/measure_little.py --data DATA [--minutes 60] [--only LS19 …]

Of each person of ``s6_60min`` an hour is made in which all that they say is cut out but a few short
turns; what is missing is filled up from the beginning, without them. It is told apart with nothing
told, with the number of people, with a roll-call sample (the longest of those turns), with their
profile and with everybody's. The profile is of another recording where they are in one, else of
other clips of this one: none that the hour holds. Last the same without the stretches in which they
speak, their profile and those of all others given: nobody may be found who is not there.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from alsvoice.backends import registry
from alsvoice.backends.diarize import sparse
from alsvoice.backends.diarize.hearing import Heard
from alsvoice.backends.diarize.prints import VoicePrints
from alsvoice.backends.diarize.segmentation import FRAME_STEP
from alsvoice.backends.protocols import no_hook
from alsvoice.config import Config
from alsvoice.formats import rttm
from alsvoice.intervals import Span, intersect, overlap_ms, subtract, total_ms, union
from alsvoice.pipeline.listening import Listener, network_model
from alsvoice.recognition import one_voice
from alsvoice.transcript import Diarization
from alsvoice.voices import Vector
from measure_voices import RATE, Array, loaded, passages_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOUR = "s6_60min.opus"
OTHERS = ("s6_6min.flac", "s4_3min.flac")
LITTLE_MS, SHORTEST_MS, LONGEST_MS = 5000, 900, 3000
EDGE_MS = 150
"""Kept or cut beside a turn: references are about so exact."""
COLUMNS = ("person", "says, s", "told", "voices", "own voice", "theirs, s", "others' in it, s")


@dataclass(frozen=True)
class Made:
    """An hour: its sound, where whoever says little speaks, and where the others do."""

    sound: Array
    little: tuple[Span, ...]
    others: dict[str, tuple[Span, ...]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--only", nargs="+", default=[])
    given = parser.parse_args()
    folder = given.data / "speech" / "composed"
    samples = loaded(folder / HOUR)
    turns = turns_of(folder / HOUR)
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    length_ms = round(60_000 * given.minutes)
    for person in sorted(given.only or turns):
        kept = short_turns(turns, person, length_ms)
        profiles = profiles_of(folder, samples, kept, person)
        made = composed(samples, turns, person, kept, length_ms)
        for row in rows(made, profiles, person):
            print(f"| {' | '.join(row)} |", flush=True)


def turns_of(audio: Path) -> dict[str, tuple[Span, ...]]:
    found: dict[str, list[Span]] = {}
    for turn in rttm.parse(audio.with_suffix(".rttm").read_text(encoding="utf-8")):
        found.setdefault(turn.speaker, []).append(turn.span)
    return {person: union(spans) for person, spans in found.items()}


def wide(spans: Sequence[Span]) -> tuple[Span, ...]:
    return union((max(0, start - EDGE_MS), end + EDGE_MS) for start, end in spans)


def short_turns(
    turns: dict[str, tuple[Span, ...]], person: str, length_ms: int
) -> tuple[Span, ...]:
    """Return about five seconds of a person's short turns, spread, with nobody beside them."""
    others = union(s for who, spans in turns.items() if who != person for s in spans)
    alone = [
        (start, end)
        for start, end in turns[person]
        if SHORTEST_MS <= end - start <= LONGEST_MS
        and end < length_ms
        and not intersect(wide([(start, end)]), others)
    ]
    chosen: list[Span] = []
    for place in (0.1, 0.5, 0.9, 0.3, 0.7, 0.2, 0.4, 0.6, 0.8, 0, 1):
        turn = alone[round(place * (len(alone) - 1))]
        if turn not in chosen and total_ms((*chosen, turn)) <= LITTLE_MS + SHORTEST_MS:
            chosen.append(turn)
    return union(chosen)


def composed(
    samples: "NDArray[np.float32]",
    turns: dict[str, tuple[Span, ...]],
    person: str,
    said: tuple[Span, ...],
    length_ms: int,
) -> Made:
    """Return a recording of a length in which a person says only so much."""
    whole: tuple[Span, ...] = ((0, len(samples) * 1000 // RATE),)
    first = subtract(whole, subtract(wide(turns[person]), wide(said)))
    again = subtract(whole, wide(turns[person]))
    found: dict[str, list[Span]] = {who: [] for who in turns}
    pieces: list[NDArray[np.float32]] = []
    at = 0
    for start, end in [*first, *again, *again]:
        part = (start, min(end, start + length_ms - at))
        if part[1] <= part[0]:
            continue
        pieces.append(samples[part[0] * RATE // 1000 : part[1] * RATE // 1000])
        for who, spans in turns.items():
            heard = intersect([part], said if who == person else spans)
            found[who] += [(a - start + at, b - start + at) for a, b in heard]
        at += part[1] - part[0]
    little = union(found.pop(person))
    return Made(
        Array(np.concatenate(pieces)), little, {who: union(spans) for who, spans in found.items()}
    )


def profiles_of(
    folder: Path, samples: "NDArray[np.float32]", kept: tuple[Span, ...], person: str
) -> dict[str, Vector]:
    """Return a profile of each person, as enrolling would make it."""
    prints = VoicePrints(network_model(Config.resolve()))
    found: dict[str, Vector] = {}
    for name in (*OTHERS, HOUR):
        audio = folder / name
        sound = Array(samples if name == HOUR else loaded(audio))
        for who, passages in passages_of(audio).items():
            if who in found:
                continue
            used = {clip for span, clip in passages if who == person and intersect([span], kept)}
            spans = [s for s, clip in passages if clip not in used and s[1] - s[0] >= 2000][:12]
            if name == HOUR:  # the same words elsewhere in the hour are no other speech
                spans = [s for s in spans if not intersect([s], wide(kept))]
            taken = one_voice(Listener(sound, prints).heard(who, spans), {})
            if taken.vector is not None:
                found[who] = taken.vector
    return found


def rows(made: Made, profiles: dict[str, Vector], person: str) -> Iterator[list[str]]:
    """Yield a row for each thing that may be told."""
    diarizer = registry.diarizer("sparse", Config.resolve())
    if not isinstance(diarizer, sparse.SparseDiarizer):
        raise SystemExit("another diariser goes by this name")
    longest = max(made.little, key=lambda span: span[1] - span[0])
    listened = diarizer.listen(made.sound, [longest], 1, no_hook)
    silent = replace(listened, samples=[])
    people = len(made.others) + 1
    own, everybody = [profiles[person]] if person in profiles else [], list(profiles.values())
    ways: dict[str, tuple[sparse.Listened, int | None, Sequence[Vector]]] = {
        "nothing": (silent, None, ()),
        "number": (silent, people, ()),
        "sample": (listened, None, ()),
        "profile": (silent, None, own),
        "everybody's profiles": (silent, None, everybody),
        "number, everybody's profiles": (silent, people, everybody),
    }
    for told, (heard, number, known) in ways.items():
        found = sparse.decide(heard, number, known)
        yield [person, f"{total_ms(made.little) / 1000:.1f}", told, *outcome(made, found)]
    absent = replace(made, little=())
    for told, known in {"profile": own, "everybody's profiles": everybody}.items():
        found = sparse.decide(replace(silent, heard=without(silent, made.little)), None, known)
        yield [person, "0.0", told, *outcome(absent, found)]


def without(listened: sparse.Listened, spans: Sequence[Span]) -> list[Heard]:
    """Return what was heard outside of some spans."""
    ms = 1000 * FRAME_STEP / listened.sample_rate
    return [
        heard
        for heard in listened.heard
        if not intersect([(round(heard.stretch.first * ms), round(heard.stretch.last * ms))], spans)
    ]


def outcome(made: Made, found: Diarization) -> list[str]:
    """Return the number of voices, and what the voice with most of the little speech holds."""
    theirs: Counter[str] = Counter()
    others: Counter[str] = Counter()
    everybody = [s for spans in made.others.values() for s in spans]
    for turn in found.exclusive:
        theirs[turn.speaker] += sum(overlap_ms(turn.span, span) for span in made.little)
    others.update(
        {
            voice: total_ms(
                intersect([t.span for t in found.exclusive if t.speaker == voice], union(everybody))
            )
            for voice in found.speakers
        }
    )
    if not made.little:
        return [f"{len(found.speakers)} of {len(made.others)}", "", "", ""]
    voice = theirs.most_common(1)[0][0]
    own = theirs[voice] > others[voice]
    return [
        f"{len(found.speakers)} of {len(made.others) + 1}",
        "yes" if own else "no",
        f"{theirs[voice] / 1000:.1f}" if own else "0.0",
        f"{others[voice] / 1000:.1f}" if own else "",
    ]


if __name__ == "__main__":
    main()
