from dataclasses import replace

from hypothesis import given, settings

from alsvoice.measures.acts import acts
from alsvoice.measures.measured import measure
from alsvoice.measures.stretch import stretch
from alsvoice.measures.think_time import think_times
from alsvoice.session import Conversation
from strategies import conversations, phase, said, scene

TALK = scene(
    said("Ann", 0, 4, "What will you bring today?", "open_question"),
    said("Ben", 7, 12, "It is about the ward."),
    said("Cat", 11, 14, "You should leave there.", "advice"),
    phases=[phase("presenting", 0, 10), phase("exploring", 10, 20)],
    duration=18,
)


def test_a_phase_by_itself() -> None:
    counted, thinking = acts(TALK), think_times(TALK, acts(TALK))
    first, second = (stretch(TALK, [p], counted, thinking) for p in TALK.phases)
    assert (first.length_ms, first.speech_ms, first.silence_ms) == (10_000, 7000, 3000)
    assert first.talk_ms == {"Ann": 4000, "Ben": 3000}
    assert (first.counts.open, first.counts.advice, first.median_think_ms) == (1, 0, 3000)
    assert (second.length_ms, second.silence_ms, second.overlap_ms) == (8000, 4000, 1000)
    assert (second.counts.open, second.counts.advice) == (0, 1)
    both = stretch(TALK, TALK.phases, counted, thinking)
    assert (both.length_ms, both.counts.open, both.counts.advice) == (18_000, 1, 1)


def test_what_was_taken_out_is_no_silence() -> None:
    cut = replace(TALK, gaps=((4000, 6000),))
    first = stretch(cut, cut.phases[:1], acts(cut), ())
    assert first.silence_ms == 1000


@settings(max_examples=25, deadline=None)
@given(conversations())
def test_parts_that_cover_the_session_add_up_to_it(c: Conversation) -> None:
    if not c.phases:
        return
    found = measure(c)
    parts = [stretch(c, [p], found.acts, found.thinking) for p in c.phases]
    assert sum(p.length_ms for p in parts) == c.duration_ms
    assert sum(p.speech_ms for p in parts) == found.timing.speech_ms
    assert sum(p.silence_ms for p in parts) == found.timing.silence_ms
    assert sum(p.overlap_ms for p in parts) == found.timing.overlap_ms
    names = {p.name for p in c.phases}
    if len(names) == len(c.phases):
        total = found.counts()
        assert sum(p.counts.open for p in parts) == total.open
        assert sum(p.counts.advice for p in parts) == total.advice
