"""How many people there are, what each sounds like, and whose each stretch is."""

from collections.abc import Sequence
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from alsvoice.backends.diarize.grouping import cluster
from alsvoice.backends.diarize.hearing import Heard
from alsvoice.backends.diarize.refine import best_path, refine
from alsvoice.backends.diarize.stretches import Stretch
from alsvoice.backends.diarize.voices import LocalVoice, People, likeness, reliability
from tiny_networks import RATE, Array, frames, people_of, unit, voice


def test_shortness_costs_likeness_nothing() -> None:
    """Vectors made as the model says: one person's share of each is ``r(s)``."""
    draw = np.random.default_rng(0)
    seconds = np.array([0.5, 1, 2, 4, 8] * 40, float)
    keeps = reliability(seconds)
    noise = draw.normal(size=(200, 192))
    noise[:, 0] = 0
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    vectors = (np.sqrt(1 - keeps**2)[:, None] * noise).astype(np.float32)
    vectors[:, 0] = keeps
    found = likeness(vectors, seconds, vectors, seconds)
    for a, b in product(range(5), range(5)):
        block = found[a::5, b::5]
        assert block[~np.eye(40, dtype=bool)].mean() == pytest.approx(1, abs=0.05)


def crowd(
    people: int, each: int = 6, spread: float = 0.15, seed: int = 0, clean_s: float = 5.0
) -> tuple[list[LocalVoice], list[int]]:
    """Return vectors around one axis a person, in mixed order, and whose they are."""
    draw = np.random.default_rng(seed)
    rows = [person for person in range(people) for _ in range(each)]
    draw.shuffle(rows)
    vectors = [np.eye(32, dtype=np.float32)[p] + draw.normal(0, spread / 5, 32) for p in rows]
    return [voice(n, 0, unit(*v), clean_s) for n, v in enumerate(vectors)], rows


def groups(voices: Sequence[LocalVoice], people: People) -> list[int]:
    return [int(people.scores(v.vector[None]).argmax()) for v in voices]


def same_partition(a: Sequence[int], b: Sequence[int]) -> bool:
    return len(set(zip(a, b, strict=True))) == len(set(a)) == len(set(b))


@pytest.mark.parametrize("count", [1, 2, 4, 7])
@pytest.mark.parametrize("told", [True, False])
def test_people_are_told_apart(count: int, told: bool) -> None:
    voices, who = crowd(count)
    people = cluster(voices, count if told else None)
    assert len(people) == count
    assert same_partition(groups(voices, people), who)
    assert np.allclose(np.linalg.norm(people.centroids, axis=1), 1, atol=1e-5)
    assert people.centroids.dtype == np.float32
    assert people.keeps == pytest.approx([30 / 30.5] * count)
    assert people.confidence is not None
    assert people.confidence > 0.7


def test_a_told_number_is_kept_where_the_voices_would_say_another() -> None:
    voices, who = crowd(4)
    assert len(cluster(voices, 3)) == 3
    five = cluster(voices, 5)
    assert len(five) == 5
    right, wrong = cluster(voices, 4).confidence, five.confidence
    assert right is not None
    assert wrong is not None
    assert right > 0.7 > wrong
    assert same_partition(groups(voices, cluster(voices, 4)), who)


def test_a_number_that_is_too_high_cuts_nobodys_speech_in_two() -> None:
    """The voice that only the number asks for is a single odd stretch."""
    voices, who = crowd(2, each=20)
    odd = voice(99, 0, unit(1, 0.2, *np.eye(30)[7]), clean_s=1.0)
    three = cluster([*voices, odd], 3)
    assert groups([odd], three) == [2]
    assert same_partition(groups(voices, three), who)


def test_the_two_most_alike_are_joined_where_there_are_too_many() -> None:
    alike = [unit(1, 0, 0), unit(0, 1, 0), unit(0, 0.5, 1)]
    voices = [voice(n, 0, alike[n % 3]) for n in range(12)]
    found = groups(voices, cluster(voices, 2))
    assert found[1] == found[2] != found[0]


def test_a_cough_is_no_person_unless_told() -> None:
    voices, _ = crowd(3, each=40)
    cough = voice(99, 1, unit(*np.eye(32)[20]), clean_s=2.6)
    assert len(cluster([*voices, cough], None)) == 3
    told = cluster([*voices, cough], 4)
    assert len(told) == 4
    assert groups([cough], told)[0] not in groups(voices, told)


def test_a_noise_takes_no_persons_place() -> None:
    voices, who = crowd(3, each=40)
    cough = voice(99, 1, unit(*np.eye(32)[20]), clean_s=1.6)
    assert same_partition(groups(voices, cluster([*voices, cough], 3)), who)


def test_one_person_in_two_groups_takes_no_quiet_persons_place() -> None:
    """Two groups alike at 0.55 could be one; the quiet one is like nobody."""
    alike = [unit(1, 0, 0), unit(0.55, 0.835, 0), unit(0, 0, 1)]
    voices = [voice(n, 0, alike[n % 2], 20.0) for n in range(60)]
    quiet = [voice(90 + n, 0, alike[2], clean_s=2.5) for n in range(2)]
    found = cluster([*voices, *quiet], 2)
    assert len(set(groups(voices, found))) == 1
    assert set(groups(quiet, found)).isdisjoint(groups(voices, found))


def test_who_says_little_is_found_among_short_stretches() -> None:
    """Five turns of 1.2 s, none long enough to build on."""
    voices, who = crowd(3, each=30)
    quiet = [voice(90 + n, 0, unit(*(np.eye(32)[9] + 0.02 * n)), clean_s=1.2) for n in range(5)]
    for told in (None, 4):
        found = cluster([*voices, *quiet], told)
        assert len(found) == 4
        assert len(set(groups(quiet, found))) == 1
        assert same_partition(groups([*voices, *quiet], found), [*who, *[3] * 5])


def test_five_seconds_in_an_hour_are_a_person_where_the_number_says_so() -> None:
    voices, _ = crowd(4, each=150)
    quiet = [voice(900 + n, 0, unit(*np.eye(32)[9]), clean_s=1.25) for n in range(4)]
    assert len(cluster([*voices, *quiet], None)) == 4, "and a noise where it does not"
    found = cluster([*voices, *quiet], 5)
    assert set(groups(quiet, found)).isdisjoint(groups(voices, found))


def test_where_nobody_speaks_long_there_is_still_somebody() -> None:
    found = cluster([voice(n, 0, unit(*v), 0.3) for n, v in enumerate(np.eye(8))], None)
    assert len(found) == 1


def test_more_people_than_vectors_are_as_many_as_vectors() -> None:
    voices = [voice(0, 0, unit(1, 0)), voice(1, 0, unit(0, 1))]
    assert len(cluster(voices, 5)) == 2
    alone = cluster(voices[:1], 5)
    assert alone.centroids.shape == (1, 2)
    assert alone.confidence is None


def test_short_vectors_do_not_move_the_people() -> None:
    long, who = crowd(3)
    blurred, _ = crowd(3, each=20, spread=1.5, seed=1, clean_s=0.7)
    with_short = cluster([*long, *blurred], None)
    assert np.allclose(with_short.centroids, cluster(long, None).centroids)
    assert same_partition(groups(long, with_short), who)


def test_longer_speech_weighs_more() -> None:
    voices = [voice(0, 0, unit(1, 0.2), 9.0), voice(1, 0, unit(1, -0.2), 3.0)]
    [centre] = cluster(voices, 1).centroids
    assert centre[1] == pytest.approx(0.1, abs=0.01)


def test_a_long_meeting_is_thinned_before_it_is_clustered() -> None:
    voices, who = crowd(3, each=600)
    people = cluster(voices, None)
    assert same_partition(groups(voices, people), who)


def test_the_order_of_voices_does_not_matter() -> None:
    voices, _ = crowd(4, spread=1.0)
    a, b = cluster(voices, 4), cluster(voices[::-1], 4)
    assert same_partition(groups(voices, a), groups(voices, b))
    assert a.confidence == pytest.approx(b.confidence, abs=0.01)


def test_two_voices_that_could_be_one_are_not_sure() -> None:
    near = [unit(1, 0, 0), unit(0.55, 1, 0)]
    far = [unit(1, 0, 0), unit(0, 1, 0)]
    sure, unsure = (
        cluster([voice(n, 0, two[n % 2]) for n in range(12)], None).confidence
        for two in (far, near)
    )
    assert sure is not None
    assert unsure is not None
    assert sure > 0.9
    assert unsure < 0.5


# Whose each stretch is.


def stretch_of(
    first: int, last: int, vector: Array, *, tracks: tuple[int, ...] = (0,), around: bool = False
) -> Heard:
    seconds = (last - first) * 270 / RATE
    pieces = np.repeat(vector[None], round(seconds / 0.2), axis=0)
    return Heard(
        stretch=Stretch(first=first, last=last, tracks=tracks),
        clean_s=seconds,
        vector=vector,
        around=pieces if around else None,
    )


TWO = people_of(np.eye(2))
Timeline = tuple[NDArray[np.bool_], NDArray[np.int64]]


def timeline(said: slice, *, both: bool = False) -> Timeline:
    """Return ten seconds in which the windows say that person 0 speaks, or both do."""
    on = np.zeros((600, 2), np.bool_)
    on[said, 0] = True
    on[said, 1] = both
    return on, np.where(on.any(axis=1), 0, -1).astype(np.int64)


def test_a_stretch_goes_to_the_voice_that_it_is() -> None:
    here = frames(4, 6)
    on, main = timeline(here)
    sure = refine(on, main, [stretch_of(here.start, here.stop, unit(0.1, 0.7))], TWO, RATE)
    assert on[here, 1].all()
    assert not on[:, 0].any()
    assert (main[here] == 1).all()
    assert (sure[here] > 0.9).all()


@pytest.mark.parametrize(
    ("length_s", "both"), [(0.35, False), (2, True)], ids=["blink", "both at once"]
)
def test_what_is_too_short_or_in_overlap_stays(length_s: float, both: bool) -> None:
    here = frames(4, 4 + length_s)
    on, main = timeline(here, both=both)
    tracks = (0, 1) if both else (0,)
    sure = refine(
        on, main, [stretch_of(here.start, here.stop, unit(0, 1), tracks=tracks)], TWO, RATE
    )
    assert on[here, 0].all()
    assert (main[here] == 0).all()
    assert (sure[here] < 0.1).all(), "and says that it is doubtful"


def test_a_voice_that_is_hardly_nearer_changes_nothing() -> None:
    here = frames(4, 6)
    on, main = timeline(here)
    refine(on, main, [stretch_of(here.start, here.stop, unit(0.7, 0.75))], TWO, RATE)
    assert (main[here] == 0).all()


def test_a_long_stretch_of_two_voices_is_parted_where_they_change() -> None:
    here = frames(1, 9)
    on, main = timeline(here)
    whole = stretch_of(here.start, here.stop, unit(1, 1), around=True)
    assert whole.around is not None
    whole.around[25:] = unit(0, 1)
    whole.around[:25] = unit(1, 0)
    refine(on, main, [whole], TWO, RATE)
    change = int(np.flatnonzero(main[here] == 1)[0]) + here.start
    assert change * 270 / RATE == pytest.approx(6, abs=0.1)
    assert (main[here.start : change] == 0).all()
    assert (main[change : here.stop] == 1).all()
    assert (on[here].sum(axis=1) == 1).all()


def test_what_nobody_heard_is_as_likely_as_not() -> None:
    on, main = timeline(frames(4, 4.1))
    assert (refine(on, main, [], TWO, RATE) == 0.5).all()


@given(
    st.integers(1, 3).flatmap(
        lambda people: st.lists(
            st.lists(st.floats(-1, 1), min_size=people, max_size=people), min_size=1, max_size=6
        )
    ),
    st.floats(0, 2),
)
def test_the_path_is_the_best_of_all(rows: list[list[float]], change: float) -> None:
    scores = np.array(rows)
    n, people = scores.shape

    def worth(path: Sequence[int]) -> float:
        changes = sum(a != b for a, b in pairwise(path))
        return float(sum(scores[i, p] for i, p in enumerate(path)) - change * changes)

    best = max(worth(path) for path in product(range(people), repeat=n))
    assert worth(best_path(scores, change).tolist()) == pytest.approx(best)
