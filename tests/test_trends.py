"""Trends, the pure part: what may be joined, what changed, and how sure a number is."""

import random
from itertools import pairwise
from math import comb
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alsvoice.intervals import Span, subtract, union
from alsvoice.measures.estimates import Estimate, mean, middle, proportion, talk_share
from alsvoice.measures.trends import Counter, Point, breaks, difference, runs, since_last_time
from alsvoice.measures.uncertainty import wilson

RULES, MODEL = Counter(what="classifier", name="rules.v1"), Counter(what="classifier", name="q.v1")


def at(
    value: float | None,
    interval: tuple[float, float] | None = None,
    *,
    by: Counter = RULES,
    kind: str | None = None,
    session: str = "s",
) -> Point:
    found = Estimate(value=value, interval=interval)
    return Point(session=session, estimate=found, basis=(by,), kind=kind)


estimates = st.tuples(*[st.floats(-100, 100)] * 3).map(sorted).map(
    lambda three: Estimate(value=three[1], interval=(three[0], three[2]))
)  # fmt: skip
points = st.builds(
    Point,
    session=st.just("s"),
    estimate=estimates | st.just(Estimate(value=None)),
    basis=st.sampled_from([(RULES,), (MODEL,)]),
    kind=st.sampled_from([None, "member", "presenter"]),
)
lines = st.lists(points, max_size=8)


# What may be joined.


def test_a_change_of_classifier_breaks_the_line() -> None:
    line = [at(0.1), at(0.2), at(0.3, by=MODEL), at(0.4, by=MODEL), at(0.5)]
    assert runs(line) == (0, 0, 1, 1, 2)
    assert breaks(line) == ((line[1], line[2]), (line[3], line[4]))
    assert since_last_time(line) is None  # rules again, but not since last time
    change = since_last_time(line[:4])
    assert change is not None and change.before is line[2]


def test_the_same_name_with_other_errors_is_another_classifier() -> None:
    other = Counter(what="classifier", name="rules.v1", mark="sha256:ff")
    assert runs([at(0.1), at(0.2, by=other)]) == (0, 1)


def test_a_role_is_compared_with_the_same_role() -> None:
    line = [at(0.1, kind="member"), at(0.6, kind="presenter"), at(0.2, kind="member")]
    change = since_last_time(line)
    assert change is not None and change.before is line[0]
    assert since_last_time(line[1:]) is None


@pytest.mark.parametrize("line", [[], [at(0.1)], [at(0.1), at(None)], [at(None), at(0.1)]])
def test_nothing_to_compare(line: list[Point]) -> None:
    assert since_last_time(line) is None


@given(lines)
def test_nothing_is_ever_compared_across_a_break(line: list[Point]) -> None:
    numbers = runs(line)
    assert len(numbers) == len(line)
    assert all(b - a in {0, 1} for a, b in pairwise(numbers))
    assert len(breaks(line)) == (numbers[-1] if numbers else 0)
    for number in set(numbers):
        assert len({p.basis for p, n in zip(line, numbers, strict=True) if n == number}) == 1
    change = since_last_time(line)
    if change is None:
        return
    assert change.after is line[-1]
    [place] = [n for n, p in enumerate(line) if p is change.before][-1:]
    assert numbers[place] == numbers[-1]
    assert change.before.kind == change.after.kind
    between = line[place + 1 : -1]
    assert not any(p.known and p.kind == change.after.kind for p in between)


@given(points, points)
def test_what_cannot_be_compared_is_refused(a: Point, b: Point) -> None:
    if a.basis == b.basis and a.known and b.known:
        assert difference(a, b).difference == pytest.approx(
            (b.estimate.value or 0) - (a.estimate.value or 0)
        )
    else:
        with pytest.raises(ValueError, match="compared"):
            difference(a, b)


# Square and add.


def test_square_and_add_on_fingers() -> None:
    """Down: 3 below b, 4 above a, so 5; up: 12 above b, 5 below a, so 13."""
    change = difference(at(10, (5, 14)), at(20, (17, 32)))
    assert (change.difference, change.interval, change.clear) == (10, (5, 23), True)


def test_newcombe_s_own_example() -> None:
    """56/70 against 48/80, 95 %: 0.0524 to 0.3339 (Newcombe 1998, table II, method 10)."""

    def wilson_95(part: int, whole: int) -> tuple[float, float]:
        share, z2 = part / whole, 1.959964**2
        half = 1.959964 * (share * (1 - share) / whole + z2 / (4 * whole**2)) ** 0.5
        return tuple((share + z2 / (2 * whole) + s * half) / (1 + z2 / whole) for s in (-1, 1))

    change = difference(at(48 / 80, wilson_95(48, 80)), at(56 / 70, wilson_95(56, 70)))
    assert change.interval == pytest.approx((0.0524, 0.3339), abs=5e-5)


@given(estimates, estimates, st.floats(-50, 50))
def test_differences_are_even_handed(a: Estimate, b: Estimate, shift: float) -> None:
    one, other = (Point(session="s", estimate=each) for each in (a, b))
    there, back = difference(one, other), difference(other, one)
    assert there.interval and back.interval
    assert there.interval == pytest.approx((-back.interval[1], -back.interval[0]), abs=1e-9)
    assert there.interval[0] <= there.difference <= there.interval[1]
    assert difference(one, one).clear is False
    moved = difference(_moved(one, shift), _moved(other, shift))
    assert moved.interval == pytest.approx(there.interval, abs=1e-6)


def _moved(point: Point, by: float) -> Point:
    found = point.estimate
    assert found.value is not None and found.interval
    low, high = found.interval
    value = found.value + by
    inside = (min(low + by, value), max(high + by, value))
    return Point(session="s", estimate=Estimate(value=value, interval=inside))


def test_the_range_of_a_difference_holds_the_truth_as_often_as_it_says() -> None:
    rng = random.Random(7)
    held = 0
    for _ in range(2000):
        p, q, n, m = rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.9), rng.randint(8, 60), 30
        a, b = (sum(rng.random() < s for _ in range(k)) for s, k in ((p, n), (q, m)))
        change = difference(at(a / n, wilson(a, n)), at(b / m, wilson(b, m)))
        assert change.interval
        held += change.interval[0] <= q - p <= change.interval[1]
    assert 0.88 <= held / 2000 <= 0.94


# Numbers of one session.


def test_an_estimate_is_inside_its_own_range() -> None:
    with pytest.raises(ValueError, match="inside"):
        Estimate(value=0.5, interval=(0.6, 0.7))
    with pytest.raises(ValueError, match="nothing"):
        Estimate(value=None, interval=(0.6, 0.7))


def test_shares_of_counts() -> None:
    assert proportion(0, 0) == Estimate(value=None, part=0, whole=0)
    assert proportion(1, 4) == Estimate(value=0.25, interval=wilson(1, 4), part=1, whole=4)


def test_medians_on_fingers() -> None:
    """Of five values all lie above the median once in 32: between first and fifth in 30 of 32."""
    assert middle([]) == Estimate(value=None, whole=0)
    assert middle([4, 1, 3, 2]) == Estimate(value=2.5, whole=4)
    assert middle([5, 3, 1, 2, 4]) == Estimate(value=3, interval=(1, 5), whole=5)
    assert middle(range(1, 9)).interval == (2, 7)  # 238 of 256


@given(st.lists(st.integers(0, 50), min_size=5, max_size=60))
def test_the_range_of_a_median_is_the_narrowest_that_is_sure_enough(values: list[int]) -> None:
    found, n = middle(values), len(values)
    assert found.interval
    below = [2 * sum(comb(n, k) for k in range(r + 1)) / 2**n for r in range(n // 2)]
    rank = max(r for r, outside in enumerate(below) if outside <= 0.1)
    ordered = sorted(values)
    assert found.interval == (ordered[rank], ordered[-1 - rank])


def test_means_on_fingers() -> None:
    """1, 2, 3: mean 2, variance 1, Student's t with 2 degrees 2.92, so 2.92 / √3 = 1.6859."""
    found = mean([1, 2, 3], part=3)
    assert found.interval == pytest.approx((2 - 1.6859, 2 + 1.6859), abs=1e-3)
    assert (found.value, found.part, found.whole) == (2, 3, 3)
    assert mean([]) == Estimate(value=None, whole=0)
    assert mean([60]) == Estimate(value=60, whole=1)
    assert mean([2, 2]) == Estimate(value=2, whole=2)


def test_the_table_of_student_s_t_is_scipy_s() -> None:
    from scipy.stats import t

    from alsvoice.measures.estimates import _T

    assert pytest.approx([t.ppf(0.95, n) for n in range(1, 31)], abs=6e-5) == list(_T)


def test_talk_shares_on_fingers() -> None:
    """Ann speaks the first half of each part but the last, Ben the second half of all."""
    turns = [(name, (n * 1000 + d, n * 1000 + d + 500)) for n in range(20) for name, d in (("Ann", 0), ("Ben", 500))]  # noqa: E501  # fmt: skip
    turns.remove(("Ann", (19_000, 19_500)))
    found = talk_share(turns, {"Ann"}, 20_000)
    assert found.value == 19 / 39
    share = 19 / 39
    spread = 19 * (500 - share * 1000) ** 2 + (share * 500) ** 2
    half = 1.7291 * (20 * spread / 19) ** 0.5 / 19_500
    assert found.interval == pytest.approx((share - half, share + half))
    assert talk_share(turns, {"Cat"}, 20_000) == Estimate(value=0)
    assert talk_share([], {"Ann"}, 20_000) == Estimate(value=None)


@st.composite
def talks(draw: st.DrawFn) -> list[tuple[str, Span]]:
    out: list[tuple[str, Span]] = []
    for name in ("Ann", "Ben", "Cat"):
        spans = draw(st.lists(st.tuples(st.integers(0, 50_000), st.integers(1, 9000)), max_size=6))
        out += [(name, span) for span in union((a, min(60_000, a + d)) for a, d in spans)]
    return out


@given(talks(), st.integers(1, 59_999))
def test_talk_shares_sum_to_one_and_a_cut_turn_changes_nothing(
    turns: list[tuple[str, Span]], cut: int
) -> None:
    found = [talk_share(turns, {name}, 60_000) for name in ("Ann", "Ben", "Cat")]
    if not turns:
        assert all(each.value is None for each in found)
        return
    assert sum(each.value or 0 for each in found) == pytest.approx(1)
    together = talk_share(turns, {"Ann", "Ben"}, 60_000)
    assert together.value == pytest.approx((found[0].value or 0) + (found[1].value or 0))
    halves = [
        (name, part)
        for name, span in turns
        for part in (*subtract([span], [(cut, 60_000)]), *subtract([span], [(0, cut)]))
    ]
    assert talk_share(halves, {"Ann"}, 60_000) == found[0]


def test_the_range_of_a_talk_share_holds_the_truth_as_often_as_it_says() -> None:
    rng = random.Random(3)
    held = [_holds(rng, rng.uniform(0.15, 0.6)) for _ in range(600)]
    assert 0.86 <= fmean(held) <= 0.95


def _holds(rng: random.Random, share: float) -> bool:
    """Draw 40 minutes in which turns of 2 to 30 s are somebody's by chance."""
    turns: list[tuple[str, Span]] = []
    now = 0
    while now < 2_400_000:
        end = now + rng.randint(2000, 30_000)
        turns.append(("Ann" if rng.random() < share else "Ben", (now, end)))
        now = end + rng.randint(0, 2000)
    found = talk_share(turns, {"Ann"}, now)
    return bool(found.interval and found.interval[0] <= share <= found.interval[1])
