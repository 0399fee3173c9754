"""What was taken out is neither silence nor anybody's, and the others' numbers stay."""

from dataclasses import replace

from alsvoice.measures.acts import acts
from alsvoice.measures.floor import floor_turns, runs
from alsvoice.measures.interruptions import interruptions
from alsvoice.measures.think_time import think_times
from alsvoice.measures.timing import talk, timing
from alsvoice.session import Conversation
from alsvoice.transcript import Turn, is_withdrawn, only_listens, withdrawn_label
from strategies import said, scene

ASKED = said("Max", 0, 2, "What did you try?", "open_question")
AGAIN = said("Max", 8, 10, "And what came of it?", "open_question")
REPLY = said("Pia", 12, 15, "Not very much to be honest.")
TALK = scene(ASKED, AGAIN, REPLY, duration=20)


def gapped(start_s: int, end_s: int, talked: Conversation = TALK) -> Conversation:
    return replace(talked, gaps=((start_s * 1000, end_s * 1000),))


def test_a_gap_is_no_silence() -> None:
    before, after = (timing(each, ()) for each in (TALK, gapped(3, 7)))
    assert before.speech_ms == after.speech_ms
    assert before.silence_ms - after.silence_ms == 4000


def test_a_gap_before_the_answer_leaves_no_think_time() -> None:
    alone = scene(AGAIN, REPLY, duration=20)
    waits = {None: 2000, (11, 12): None, (10, 11): None, (16, 18): 2000}
    for gap, expected in waits.items():
        talked = gapped(*gap, alone) if gap else alone
        [time] = think_times(talked, acts(talked))
        assert time.silence_ms == expected


def test_questions_on_both_sides_of_a_gap_are_not_stacked() -> None:
    assert len(acts(TALK)) == 1
    assert len(acts(gapped(3, 7))) == 2
    assert len(acts(gapped(16, 18))) == 1


def with_turn(label: str, start: int, end: int) -> Conversation:
    return replace(TALK, turns=(*TALK.turns, Turn(speaker=label, start_ms=start, end_ms=end)))


def test_who_withdrew_takes_the_floor_and_no_row() -> None:
    spoke, listened = withdrawn_label(1), withdrawn_label(1, listening=True)
    assert is_withdrawn(spoke) and is_withdrawn(listened) and not is_withdrawn("SPEAKER_01")
    assert only_listens(listened) and not only_listens(spoke)
    there = with_turn(spoke, 4000, 4500)
    assert len(acts(there)) == 2
    assert len(floor_turns(there)) == len(floor_turns(TALK)) + 1
    murmured = with_turn(listened, 4000, 7000)
    assert len(acts(murmured)) == 1
    assert floor_turns(murmured) == floor_turns(TALK)
    for each in (there, murmured):
        talked = talk(each, runs(floor_turns(each)))
        assert set(talked) == {"Max", "Pia"}
        assert sum(t.talk_ms for t in talked.values()) < talked["Max"].of_ms


def test_an_interruption_by_who_withdrew_is_still_received() -> None:
    there = with_turn(withdrawn_label(1), 9500, 11500)
    [one] = interruptions(floor_turns(there))
    assert (one.by, one.of) == (withdrawn_label(1), "Max")
