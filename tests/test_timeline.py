"""Where sound stands on the session's time: losses of every kind become gaps of their length."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alsvoice.audio.ring import Block, Ring
from alsvoice.audio.timeline import Lost, Sound, Timeline

RATE = 8000
BLOCK_S = 0.05
FRAMES = round(RATE * BLOCK_S)


def block(
    number: int, at_s: float, *, overflowed: bool = False, dropped: int = 0, frames: int = FRAMES
) -> Block:
    return Block(number.to_bytes(2, "little") * frames, at_s, overflowed, dropped)


def paced(
    start: int, count: int, begins_s: float, jitter: random.Random | None = None
) -> list[Block]:
    """Return blocks as a microphone gives them: each there a bit after it was said."""
    late = [jitter.uniform(0, 0.03) if jitter else 0.0 for _ in range(count)]
    return [block(start + n, begins_s + (n + 1) * BLOCK_S + 0.06 + late[n]) for n in range(count)]


def laid(pieces: list[Sound | Lost]) -> list[tuple[str, int]]:
    return [(p.cause, p.frames) if isinstance(p, Lost) else ("sound", p.data[0]) for p in pieces]


def lost(pieces: list[Sound | Lost]) -> list[Lost]:
    return [piece for piece in pieces if isinstance(piece, Lost)]


def run(blocks: list[Block], stall: str = "stalled") -> tuple[Timeline, list[Sound | Lost]]:
    timeline = Timeline(RATE)
    pieces = timeline.push(blocks, stall=stall)
    return timeline, [*pieces, *timeline.flush()]


def test_undisturbed_sound_is_given_out_as_it_came() -> None:
    blocks = paced(0, 100, 1000.0, random.Random(1))
    timeline, pieces = run(blocks)
    assert b"".join(p.data for p in pieces if isinstance(p, Sound)) == b"".join(
        b.sound for b in blocks
    )
    assert not lost(pieces)
    assert timeline.given_s == pytest.approx(5.0)


@given(st.floats(0.06, 7200), st.integers(0, 5))
def test_an_overflow_leaves_a_gap_of_its_length(lost_s: float, seed: int) -> None:
    draw = random.Random(seed)
    after = paced(40, 160, 1002.0 + lost_s, draw)
    flagged = Block(after[0].sound, after[0].at_s, overflowed=True)
    _, pieces = run([*paced(0, 40, 1000.0, draw), flagged, *after[1:]])
    [gap] = lost(pieces)
    assert gap.cause == "overflow"
    assert gap.frames / RATE == pytest.approx(lost_s, abs=0.03)
    assert pieces.index(gap) == (40 if lost_s > 0.3 else pieces.index(gap))


@pytest.mark.parametrize("lost_s", [0.06, 0.1, 0.2])
def test_a_small_loss_is_a_gap_once_it_is_sure(lost_s: float) -> None:
    draw = random.Random(4)
    after = paced(40, 200, 1002.6 + lost_s, draw)
    _, pieces = run([*paced(0, 40, 1000.0, draw), *after])
    assert sum(g.frames for g in lost(pieces)) / RATE == pytest.approx(0.6 + lost_s, abs=0.03)


def test_a_machine_that_is_late_for_a_second_has_lost_nothing() -> None:
    """Seen under load: the least lag of a third of a second was 55 ms too long."""
    late = [
        Block(b.sound, max(b.at_s + 0.06, 1002.75)) for b in paced(40, 30, 1002.0)
    ]  # the first after 0.7 s of nothing, then in a burst, then 60 ms late for a second
    _, pieces = run([*paced(0, 40, 1000.0), *late, *paced(70, 200, 1003.5)])
    assert not lost(pieces)


def test_late_sound_that_the_system_kept_is_no_loss() -> None:
    """Five seconds of standing still: everything comes in a burst, and then as before."""
    kept = [block(40 + n, 1007.1) for n in range(100)]
    _, pieces = run([*paced(0, 40, 1000.0), *kept, *paced(140, 40, 1007.0)])
    assert not lost(pieces)


def test_after_a_burst_of_old_sound_the_gap_lies_behind_it() -> None:
    """The system kept two seconds and dropped the next three."""
    kept = [block(40 + n, 1007.06) for n in range(40)]
    _, pieces = run([*paced(0, 40, 1000.0), *kept, *paced(80, 40, 1007.0)])
    [gap] = lost(pieces)
    assert gap.frames / RATE == pytest.approx(3.0, abs=0.06)
    assert abs(pieces.index(gap) - 80) <= 1


@pytest.mark.parametrize("cause", ["paused", "device"])
def test_a_gap_that_is_known_begins_where_the_sound_ended(cause: str) -> None:
    timeline = Timeline(RATE)
    pieces = timeline.push(paced(0, 40, 1000.0))
    pieces += timeline.flush()
    timeline.suspect(cause)
    pieces += timeline.push(paced(40, 40, 1600.0))
    [gap] = lost(pieces)
    assert (gap.cause, pieces.index(gap)) == (cause, 40)
    assert gap.frames / RATE == pytest.approx(598, abs=0.001)
    assert timeline.position_s(1605.0) == pytest.approx(605 - 0.06, abs=0.001)


def test_sleep_is_called_sleep() -> None:
    _, pieces = run([*paced(0, 40, 1000.0), *paced(40, 40, 9000.0)], stall="slept")
    assert [gap.cause for gap in lost(pieces)] == ["slept"]


def test_what_did_not_fit_into_the_ring_is_known_to_the_sample() -> None:
    after = paced(40, 40, 1002.0 + 1234 / RATE)
    dropped = Block(after[0].sound, after[0].at_s, dropped=1234)
    timeline, pieces = run([*paced(0, 40, 1000.0), dropped, *after[1:]])
    assert [gap.frames for gap in lost(pieces)] == [1234]
    assert timeline.overflows == 1


def test_clocks_that_drift_apart_make_no_gaps() -> None:
    """200 parts in a million over an hour are 720 ms; an overflow then is not taken for them."""
    blocks = [block(n % 200, 1000 + (n + 1) * BLOCK_S * 1.0002) for n in range(72_000)]
    blocks[71_900] = Block(blocks[71_900].sound, blocks[71_900].at_s, overflowed=True)
    _, pieces = run(blocks)
    assert not lost(pieces)


def test_a_recording_that_ends_in_a_pause_is_as_long_as_the_meeting() -> None:
    timeline = Timeline(RATE)
    timeline.push(paced(0, 40, 1000.0))
    [gap] = timeline.close(1062.06, "paused")
    assert isinstance(gap, Lost)
    assert gap.frames == 60 * RATE


def test_another_rate_goes_on_where_the_first_ended() -> None:
    timeline = Timeline(RATE)
    timeline.push(paced(0, 40, 1000.0))
    timeline.new_rate(16_000)
    timeline.suspect("device")
    blocks = [block(1, 1005.06 + (n + 1) * 0.05, frames=800) for n in range(40)]
    [gap] = lost(timeline.push(blocks))
    assert gap.frames == pytest.approx(3 * 16_000, abs=20)
    assert timeline.given_s == pytest.approx(7.0, abs=0.01)


def test_the_ring_gives_back_what_was_put_and_counts_what_did_not_fit() -> None:
    ring = Ring(100)
    given_back: list[Block] = []
    put = b""
    draw = random.Random(2)
    for number in range(200):
        sound = draw.randbytes(2 * draw.randint(1, 30))
        before = ring._put
        ring.put(sound, float(number))
        put += sound if ring._put > before else b""
        if draw.random() < 0.5:
            given_back += ring.take()
    given_back += ring.take()
    assert b"".join(b.sound for b in given_back) == put
    assert sum(b.dropped for b in given_back) > 0
    ring.put(bytes(4), 0.0, overflowed=True)
    [last] = ring.take()
    assert last.overflowed
