from alsvoice.measures.acts import acts
from alsvoice.measures.think_time import median_ms, think_times
from alsvoice.session import CodedUtterance
from strategies import said, scene

ASKED = said("Ann", 0, 2, "what is it?", "open_question")


def silences(
    *spoken: CodedUtterance, turns: list[tuple[str, float, float]] | None = None
) -> list[int | None]:
    conversation = scene(*spoken, turns=turns)
    return [time.silence_ms for time in think_times(conversation, acts(conversation))]


def test_the_silence_until_the_next_person_speaks() -> None:
    assert silences(ASKED, said("Ben", 9.4, 12, "I promised her")) == [7_400]


def test_no_answer_no_think_time() -> None:
    assert silences(ASKED) == [None]


def test_none_where_somebody_speaks_before_the_question_ends() -> None:
    cut = said("Ben", 1.5, 4, "I know what you mean")
    assert silences(ASKED, cut, said("Cat", 9, 10, "go on")) == [None]


def test_a_listener_into_the_question_does_not_count() -> None:
    mm = said("Ben", 1.8, 2.2, "Mm.", "other", "backchannel")
    assert silences(ASKED, mm, said("Ben", 5, 6, "well then")) == [2_800]


def test_none_where_the_asker_goes_on_with_a_statement() -> None:
    more = said("Ann", 3, 5, "we have two minutes left")
    assert silences(ASKED, more, said("Ben", 8, 9, "well then")) == [None]


def test_a_short_word_of_the_asker_is_no_silence_but_does_not_end_it() -> None:
    easy = said("Ann", 5, 6, "take your time")
    assert silences(ASKED, easy, said("Ben", 9, 10, "well then")) == [6_000]


def test_the_voice_ends_the_question_though_its_last_word_is_stretched() -> None:
    answer = said("Ben", 9, 10, "well then")
    assert silences(ASKED, answer, turns=[("Ann", 0, 1.6), ("Ben", 9, 10)]) == [7_400]


def test_median_over_those_that_have_one() -> None:
    conversation = scene(
        said("Ann", 0, 1, "what?", "open_question"),
        said("Ben", 2, 3, "this"),
        said("Ann", 4, 5, "who?", "closed_question"),
        said("Ben", 8, 9, "me"),
        said("Ann", 10, 11, "why?", "open_question"),
    )
    times = think_times(conversation, acts(conversation))
    assert [time.silence_ms for time in times] == [1_000, 3_000, None]
    assert [time.next_person for time in times] == ["Ben", "Ben", None]
    assert median_ms(times) == 2_000
    assert median_ms(()) is None
