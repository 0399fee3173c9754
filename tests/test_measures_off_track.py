from alsvoice.measures.off_track import off_track
from strategies import phase, said, scene

TALK = scene(
    said("Ann", 0, 3, "The car park was full.", "other", "off_topic"),
    said("Ben", 3.5, 4, "Mm.", "other", "backchannel"),
    said("Cat", 4, 6, "Mine is worse, honestly.", "other", "off_topic"),
    said("Ben", 7, 9, "What would you like to bring?", "open_question"),
    said("Ann", 10, 12, "Did you see the match?", "closed_question", "off_topic"),
    phases=[phase("check_in", 0, 6.5), phase("presenting", 6.5, 20)],
)


def test_stretches_and_who_brought_the_set_back() -> None:
    first, last = off_track(TALK)
    assert [c.utterance.id for c in first.utterances] == ["Ann@0", "Cat@4"]
    assert (first.length_ms, first.back_by) == (5000, "Ben")
    assert first.phase and first.phase.name == "check_in"
    assert (last.length_ms, last.back_by) == (2000, None)
    assert last.phase and last.phase.name == "presenting"


def test_a_set_that_stays_on_the_topic() -> None:
    assert off_track(scene(said("Ann", 0, 2, "It is about my ward."))) == ()
