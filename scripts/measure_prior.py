"""Measure what a prior on who speaks, from what the dialogue says, would gain and lose.

    .venv/bin/python scripts/measure_prior.py [--heard] [--through room|telephone]

On the bundled session, its number of people given. Three rules, each alone and together: a question
is not answered by who asked it, the presenter answers, the facilitator keeps time. A rule adds
its weight to, or takes it from, the likeness of a whole utterance to a person (two people differ
by about 1, the diariser asks for 0.1 to change its mind); whoever leads then is given all of the
utterance. The utterances, their labels and who has which role are the true ones, which flatters the
prior; with ``--heard`` utterances and labels are those that `process` finds. With ``--through`` the
sound crosses a noisy room or a telephone first, so that there are more mistakes to put right.
Counted are utterances of the truth whose time lies mostly with the right person, short ones (0.5 to
2 s) and all.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ablate_diarize import listened
from alsvoice.backends.diarize import refine, sparse
from alsvoice.backends.diarize.segmentation import FRAME_STEP
from alsvoice.backends.diarize.voices import People, reliability
from alsvoice.config import Config
from alsvoice.intervals import Span
from alsvoice.pipeline.importing import Details, import_audio
from alsvoice.pipeline.run import process
from alsvoice.pipeline.sight import see
from alsvoice.pipeline.stages import Choices
from alsvoice.store import Library
from bench_cases import Case, cases
from measure_voices import RATE, loaded, through

if TYPE_CHECKING:
    from numpy.typing import NDArray

RULES = ("asker does not answer", "presenter answers", "facilitator keeps time")
WEIGHTS = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0)
NEAR_MS = 4000
MARGIN = 0.1
"""What the diariser asks for before it gives a stretch to somebody else."""
KEEPING = {"time_keeping", "process_intervention"}


@dataclass(frozen=True)
class Said:
    """An utterance, and what of it the rules look at."""

    span: Span
    question: bool
    keeps_time: bool


@dataclass(frozen=True)
class Scene:
    """What the diariser made of the session, and whose voice has which role.

    ``main`` has the shape (frames,), ``scores`` (frames, people), NaN where nothing was heard.
    """

    case: Case
    said: list[Said]
    main: "NDArray[np.int64]"
    scores: "NDArray[np.float64]"
    rate: int
    truth: list[tuple[Span, int]]
    presenter: int
    facilitator: int

    def frames(self, span: Span) -> slice:
        """Return the frames of a span."""
        first, last = (max(0, round((ms * self.rate / 1000 - 495) / FRAME_STEP)) for ms in span)
        return slice(first, last)


def main() -> None:
    import soundfile

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--heard", action="store_true")
    parser.add_argument("--through", choices=["room", "telephone"])
    given = parser.parse_args()
    with as_file(files("alsvoice") / "data" / "demo") as folder, tempfile.TemporaryDirectory() as t:
        truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        [case] = list(cases(None, Path(t)))
        if given.through:
            soundfile.write(case.audio, through(loaded(case.audio), given.through), RATE)
        said = list(recognised(case)) if given.heard else list(true(truth))
        scene = scene_of(case, truth, said)
    before = right(scene, scene.main)
    questions = sum(each.question for each in said)
    print(f"{len(said)} utterances, {questions} of them questions; as it is: {told(scene, before)}")
    for line in wrong(scene, before):
        print(f"wrong: {line}")
    print("| rules | " + " | ".join(map(str, WEIGHTS)) + " |\n" + "|---" * (1 + len(WEIGHTS)) + "|")
    for rules in (*((rule,) for rule in RULES), RULES):
        cells = [change(scene, before, weight, rules) for weight in WEIGHTS]
        name = rules[0] if len(rules) == 1 else "all three"
        print(f"| {name} | {' | '.join(cells)} |")


def true(truth: Mapping[str, Any]) -> Iterator[Said]:
    for row in truth["utterances"]:
        yield Said(span_of(row), "question" in row["label"], bool(KEEPING & set(row["flags"])))


def recognised(case: Case) -> Iterator[Said]:
    """Yield the utterances that a run finds, as it labels them."""
    with tempfile.TemporaryDirectory() as library:
        config = Config.resolve()
        details = Details(speakers=case.people)
        session = import_audio(
            Library(Path(library)), config, [case.audio], details, now=datetime.now(UTC)
        )
        process(session, config, Choices(threads=1))
        for row in see(session).conversation.utterances:
            flags = {str(flag) for flag in row.coding.flags}
            yield Said(row.utterance.span, row.coding.label.is_question, bool(KEEPING & flags))


def span_of(row: Mapping[str, Any]) -> Span:
    return (round(1000 * row["start"]), round(1000 * row["end"]))


def scene_of(case: Case, truth: Mapping[str, Any], said: list[Said]) -> Scene:
    [(_, heard)] = listened([case])
    people = sparse.people_in(heard, case.people, ())
    _, main, _ = sparse.timeline(heard, people)
    scene = Scene(case, said, main, scores_of(heard, people), heard.sample_rate, [], 0, 0)
    voice = voices(scene, truth, len(people))
    roles = {row["role"]: voice[row["name"]] for row in truth["participants"]}
    spoken = [(span_of(row), voice[row["speaker"]]) for row in truth["utterances"]]
    return Scene(
        case, said, main, scene.scores, scene.rate, spoken, roles["presenter"], roles["facilitator"]
    )


def scores_of(heard: sparse.Listened, people: People) -> "NDArray[np.float64]":
    """Return how alike each frame's stretch is to each person, its shortness undone."""
    length = sparse.timeline(heard, people)[1].shape[0]
    scores = np.full((length, len(people)), np.nan)
    for stretch in heard.heard:
        for first, last, alike in refine.pieces(stretch, people, heard.sample_rate):
            scores[first:last] = alike / float(reliability(np.array(stretch.clean_s)))
    return scores


def voices(scene: Scene, truth: Mapping[str, Any], people: int) -> dict[str, int]:
    """Return name → voice, one to one, by the frames that they share."""
    from scipy.optimize import linear_sum_assignment

    names = [row["name"] for row in truth["participants"]]
    shared = np.zeros((len(names), people))
    for row in truth["utterances"]:
        mine = scene.main[scene.frames(span_of(row))]
        shared[names.index(row["speaker"])] += np.bincount(mine[mine >= 0], minlength=people)
    rows, columns = linear_sum_assignment(-shared)
    return {names[r]: int(c) for r, c in zip(rows, columns, strict=True)}


def right(scene: Scene, main: "NDArray[np.int64]") -> "NDArray[np.bool_]":
    """Return which utterances of the truth lie mostly with the right person."""
    found = [2 * np.sum(main[at] == who) > at.stop - at.start
             for span, who in scene.truth for at in [scene.frames(span)]]  # fmt: skip
    return np.array(found)


def wrong(scene: Scene, found: "NDArray[np.bool_]") -> Iterator[str]:
    """Yield when an utterance is not the right person's, and how far they are behind by sound."""
    for (span, who), fits in zip(scene.truth, found, strict=True):
        if not fits:
            at = scene.frames(span)
            heard = scene.scores[at][~np.isnan(scene.scores[at]).any(axis=1)]
            voices = np.bincount(scene.main[at][scene.main[at] >= 0], minlength=1)
            behind = (
                f"{heard.mean(axis=0).max() - heard.mean(axis=0)[who]:.2f}" if len(heard) else "-"
            )
            missing = np.mean(scene.main[at] < 0)
            yield (
                f"{span[0] / 1000:.1f} to {span[1] / 1000:.1f} s, behind by {behind}, "
                f"{voices.max()} of {at.stop - at.start} frames one other's, {missing:.0%} nobody's"
            )


def told(scene: Scene, found: "NDArray[np.bool_]") -> str:
    short = np.array([500 <= span[1] - span[0] <= 2000 for span, _ in scene.truth])
    return (
        f"{found[short].sum()} of {short.sum()} short ones right, {found.sum()} of {len(found)} all"
    )


def change(scene: Scene, before: "NDArray[np.bool_]", weight: float, rules: tuple[str, ...]) -> str:
    """Return how many are put right and wrong by rules of a weight: short ones, all."""
    after = right(scene, with_prior(scene, weight, rules))
    short = np.array([500 <= span[1] - span[0] <= 2000 for span, _ in scene.truth])
    gained, lost = after & ~before, before & ~after
    return f"+{gained[short].sum()} -{lost[short].sum()}, all +{gained.sum()} -{lost.sum()}"


def with_prior(scene: Scene, weight: float, rules: tuple[str, ...]) -> "NDArray[np.int64]":
    """Return who speaks in each frame where the rules are heard, too; each sees those before it."""
    main = scene.main.copy()
    asker, asked_ms = -1, -NEAR_MS
    for each in scene.said:
        at = scene.frames(each.span)
        spoken = main[at] >= 0
        if spoken.any():
            now = int(np.bincount(main[at][spoken]).argmax())
            answers = asker >= 0 and each.span[0] - asked_ms <= NEAR_MS
            prior = np.zeros(scene.scores.shape[1])
            if RULES[0] in rules and answers:
                prior[asker] -= weight
            if RULES[1] in rules and answers and asker != scene.presenter:
                prior[scene.presenter] += weight
            if RULES[2] in rules and each.keeps_time:
                prior[scene.facilitator] += weight
            best = leading(scene, at, now, prior)
            if best != leading(scene, at, now, np.zeros_like(prior)):
                main[at] = np.where(spoken, best, main[at])
                now = best
            asker, asked_ms = (now, each.span[1]) if each.question else (-1, 0)
    return main


def leading(scene: Scene, at: slice, now: int, prior: "NDArray[np.float64]") -> int:
    """Return who leads by sound and prior; whoever has the utterance keeps it by a margin."""
    heard = scene.scores[at][~np.isnan(scene.scores[at]).any(axis=1)]
    if not len(heard):
        return now
    total = heard.mean(axis=0) + prior
    total[now] += MARGIN
    return int(total.argmax())


if __name__ == "__main__":
    main()
