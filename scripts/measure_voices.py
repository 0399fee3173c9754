"""Measure how well people are known by their voices, on voices that chose no threshold.

    .venv/bin/python scripts/measure_voices.py --data DATA [--meetings]

Every labelled recording with more than one voice gives, for each person, passages in which nobody
else speaks by its reference. A profile is taken from some, a trial from others: of another
recording where the person is in two, and of the other half of the same one; no clip of read speech
stands on both sides. People fall into two halves by a hash of their label: what is chosen is chosen
on the first half alone ("choose"), what is reported is the other's ("unseen"). Trials are also
heard through a telephone's band and across a room with noise, since two meetings seldom have one
microphone.
``--meetings`` goes all the way: the voices that the diariser found in one recording are enrolled,
then those of others are named.
"""

import argparse
import hashlib
import itertools
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from alsvoice.backends.diarize.prints import VoicePrints
from alsvoice.config import Config
from alsvoice.formats import rttm, stm
from alsvoice.intervals import Span, union
from alsvoice.pipeline.listening import Listener, network_model
from alsvoice.recognition import Heard, clean_passages, one_voice
from alsvoice.recognition.matching import SAME_VOICE
from alsvoice.voices import centre, cosine
from measure_voices_meetings import meetings

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

RATE = 16_000
COLUMNS = (
    "trial heard", "profile, s", "trial, s", "same", "other", "EER %", "range %", "lowest same",
    "highest other", "rejected %", "let in %",
)  # fmt: skip
ENROL_S, TRIAL_S = (10.0, 30.0), (2.0, 10.0, 30.0)


@dataclass(frozen=True)
class Side:
    """What one side of a trial hears: who, in which recording, passages with what is read there."""

    person: str
    recording: str
    heard: Heard
    clips: frozenset[str]


class Array:
    """A ``Sound`` that is an array of shape (samples,)."""

    sample_rate = RATE

    def __init__(self, samples: "NDArray[np.float32]") -> None:
        self.samples = samples

    @property
    def duration_ms(self) -> int:
        """Length of the array."""
        return len(self.samples) * 1000 // RATE

    def read(self, start_ms: int, end_ms: int) -> "NDArray[np.float32]":
        """Return samples of shape (n,)."""
        return self.samples[start_ms * RATE // 1000 : end_ms * RATE // 1000]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--meetings", action="store_true")
    given = parser.parse_args()
    if given.meetings:
        meetings(given.data)
        return
    prints = VoicePrints(network_model(Config.resolve()))
    found = {
        way: list(_heard(given.data, prints, way)) for way in ("as it is", "telephone", "room")
    }
    for half in ("choose", "unseen"):
        people = sorted({s.person for s in found["as it is"] if half_of(s.person) == half})
        print(f"\n{half}: {len(people)} people\n")
        print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
        for way, enrol_s, trial_s in itertools.product(found, ENROL_S, TRIAL_S):
            trials = _trials(found["as it is"], found[way], half, enrol_s, trial_s)
            print(_row(way, enrol_s, trial_s, *trials))
        if half == "choose":
            same, other = _all_trials(found, half)
            print(
                f"\nover all of them: lowest same {min(same):.2f}, highest other {max(other):.2f}"
            )
        _quality([s for s in found["as it is"] if half_of(s.person) == half])


def half_of(person: str) -> str:
    """Return in which half a person is."""
    return "choose" if hashlib.sha256(person.encode()).digest()[0] % 2 else "unseen"


def _heard(data: Path, prints: VoicePrints, way: str) -> Iterator[Side]:
    """Yield two sides for each person of each recording: what is enrolled, what is tried."""
    for audio in recordings(data):
        sound = Array(through(loaded(audio), way))
        listener = Listener(sound, prints)
        for person, passages in passages_of(audio).items():
            clips = list(dict.fromkeys(clip for _, clip in passages))
            for number in (0, 1):
                mine = set(clips[number::2])
                own = [(span, clip) for span, clip in passages if clip in mine][:24]
                heard = listener.heard(person, [span for span, _ in own])
                if heard.vectors:
                    yield Side(person, f"{audio.stem}/{number}", heard, frozenset(mine))


def recordings(data: Path) -> list[Path]:
    """Return the recordings of real speech with several people; the first ten minutes count."""
    speech = data / "speech"
    real = sorted((speech / "meetings").glob("ami_*.flac"))
    return [
        *(speech / "composed" / name for name in ("s4_3min.flac", "s6_6min.flac", "s6_60min.opus")),
        *real,
        speech / "meetings" / "falcon_test.flac",
        speech / "meetings" / "pyannote_sample.flac",
    ]


def loaded(audio: Path) -> "NDArray[np.float32]":
    import av

    resampler, blocks = av.AudioResampler("fltp", "mono", RATE), []
    with av.open(str(audio)) as file:
        for frame in file.decode(audio=0):
            blocks += [each.to_ndarray()[0] for each in resampler.resample(frame)]
    return np.concatenate(blocks).astype(np.float32)


def through(samples: "NDArray[np.float32]", way: str) -> "NDArray[np.float32]":
    """Return the sound as it is, through a telephone's band, or across a room with noise.

    The room: a tail that falls by 60 dB in 0.6 s, 6 dB under the direct sound; noise 15 dB under
    the speech's mean power.
    """
    from scipy.signal import butter, fftconvolve, sosfilt

    if way == "telephone":
        band = butter(6, (300, 3400), "bandpass", fs=RATE, output="sos")
        return np.asarray(sosfilt(band, samples), dtype=np.float32)
    if way == "room":
        dice = np.random.default_rng(8)
        time = np.arange(int(0.6 * RATE)) / RATE
        tail = dice.normal(size=len(time)) * 10 ** (-3 * time / 0.6)
        tail *= 10 ** (-6 / 20) / np.sqrt((tail**2).sum())
        tail[0] += 1
        wet = fftconvolve(samples, tail)[: len(samples)]
        loud = np.sqrt((wet[np.abs(wet) > 0.1 * np.abs(wet).max()] ** 2).mean())
        noise = dice.normal(size=len(wet)) * loud * 10 ** (-15 / 20)
        return np.asarray(wet + noise, dtype=np.float32)
    return samples


def passages_of(audio: Path) -> dict[str, list[tuple[Span, str]]]:
    """Return, a person, clean passages by the reference, and which clip each is of."""
    words = audio.with_suffix(".words.rttm")
    turns = rttm.parse((words if words.exists() else audio.with_suffix(".rttm")).read_text())
    spans: dict[str, list[Span]] = {}
    for turn in turns:
        spans.setdefault(turn.speaker, []).append(turn.span)
    clips = _clips(audio)
    found: dict[str, list[tuple[Span, str]]] = {}
    for person, own in spans.items():
        others = [span for other, theirs in spans.items() if other != person for span in theirs]
        pieces = clean_passages(union(own, gap_ms=300), others, least_ms=1000, most=400)
        found[person] = [(span, _clip_at(clips, person, span)) for span in pieces]
    return found


def _clips(audio: Path) -> list[tuple[str, Span, str]]:
    """Return who read what and when, where that is known; the same clip may be played twice."""
    if audio.parent.name != "composed":
        return []
    segments = stm.parse(audio.with_suffix(".stm").read_text())
    return [(s.speaker, (s.start_ms, s.end_ms), s.text) for s in segments]


def _clip_at(clips: Sequence[tuple[str, Span, str]], person: str, span: Span) -> str:
    middle = sum(span) // 2
    for who, (start, end), text in clips:
        if who == person and start <= middle < end:
            return text
    return f"{person} {span[0]}"


def _trials(
    profiles: Sequence[Side], trials: Sequence[Side], half: str, enrol_s: float, trial_s: float
) -> tuple[list[float], list[float]]:
    """Return how alike a profile and a trial are, for the same person and for two."""
    same: list[float] = []
    other: list[float] = []
    enrolled = [
        (s, v) for s in profiles if half_of(s.person) == half and (v := _vector(s, enrol_s))
    ]
    tried = [(s, v) for s in trials if half_of(s.person) == half and (v := _vector(s, trial_s))]
    for (a, profile), (b, trial) in itertools.product(enrolled, tried):
        if a.person != b.person:
            other.append(cosine(profile, trial))
        elif a.recording != b.recording and not a.clips & b.clips:
            same.append(cosine(profile, trial))
    return same, other


def _all_trials(found: dict[str, list[Side]], half: str) -> tuple[list[float], list[float]]:
    """Return the trials of all lengths and ways."""
    all_same: list[float] = []
    all_other: list[float] = []
    for way, enrol_s, trial_s in itertools.product(found, ENROL_S, TRIAL_S):
        same, other = _trials(found["as it is"], found[way], half, enrol_s, trial_s)
        all_same += same
        all_other += other
    return all_same, all_other


def _vector(side: Side, seconds: float) -> tuple[float, ...] | None:
    """Return the centre of so much of a side; None where there is not as much, or nearly."""
    used = 0
    while used < len(side.heard.seconds) and sum(side.heard.seconds[:used]) < seconds:
        used += 1
    if sum(side.heard.seconds[:used]) < 0.8 * seconds:
        return None
    return centre(side.heard.vectors[:used], side.heard.seconds[:used])


def _row(way: str, enrol_s: float, trial_s: float, same: list[float], other: list[float]) -> str:
    if not same or not other:
        return f"| {way} | {enrol_s:.0f} | {trial_s:.0f} | {len(same)} | {len(other)} |" + " |" * 6
    rejected = np.mean(np.array(same) < SAME_VOICE)
    let_in = np.mean(np.array(other) >= SAME_VOICE)
    low, high = _range(same, other)
    cells = [
        way, f"{enrol_s:.0f}", f"{trial_s:.0f}", str(len(same)), str(len(other)),
        f"{100 * equal_error(same, other):.1f}", f"{100 * low:.1f} to {100 * high:.1f}",
        f"{min(same):.2f}", f"{max(other):.2f}", f"{100 * rejected:.1f}", f"{100 * let_in:.1f}",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def equal_error(same: "ArrayLike", other: "ArrayLike") -> float:
    """Return the rate at which as many of the same are rejected as others are let in."""
    a, b = sorted(np.asarray(same).tolist()), sorted(np.asarray(other).tolist())
    points = [*a, *b, 2.0]
    rejected = np.array([bisect_left(a, point) / len(a) for point in points])
    let_in = np.array([1 - bisect_left(b, point) / len(b) for point in points])
    best = np.abs(rejected - let_in).argmin()
    return float((rejected[best] + let_in[best]) / 2)


def _range(same: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """Return 5 and 95 % of the rate over resampled trials, which are fewer people than trials.

    Where no error was seen the upper end is that of the rule of three over the same-person trials.
    """
    dice = np.random.default_rng(0)
    rates = [
        equal_error(dice.choice(same, len(same)), dice.choice(other, len(other)))
        for _ in range(200)
    ]
    low, high = np.quantile(rates, (0.05, 0.95))
    return float(low), float(high) or min(1.0, 3 / len(same))


def _quality(sides: Sequence[Side]) -> None:
    """Print how often one person's voice is refused, and how often that of two mixed is not."""
    first = {s.person: s.heard for s in sides if sum(s.heard.seconds) >= 12}
    refused = sum(one_voice(heard, {}).fault is not None for heard in first.values())
    print(f"\none person refused as a profile: {refused} of {len(first)}")
    for share in (0.5, 0.7):
        kept = total = 0
        for a, b in itertools.permutations(first.values(), 2):
            mixed = _mixed(a, b, share)
            total += 1
            kept += one_voice(mixed, {}).vector is not None
        print(f"two people mixed {share:.0%} and kept: {kept} of {total}")


def _mixed(a: Heard, b: Heard, share: float) -> Heard:
    most = round(10 * share)
    vectors = (*a.vectors[:most], *b.vectors[: 10 - most])
    seconds = (*a.seconds[:most], *b.seconds[: 10 - most])
    return Heard(speaker="mixed", vectors=vectors, seconds=seconds)


if __name__ == "__main__":
    main()
