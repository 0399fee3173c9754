import pytest

from alsvoice.measures.acts import acts
from alsvoice.measures.listening import listening
from alsvoice.measures.long_questions import long_questions
from alsvoice.measures.rate import words_per_minute
from alsvoice.session import Conversation
from strategies import said, scene

ROLES: dict[str, str | None] = {"Fay": "facilitator", "Pia": "presenter", "Max": "member"}
TWENTY = "one two three four five six seven eight nine ten " * 2


def test_words_a_minute_of_talk() -> None:
    assert words_per_minute(60, 30_000) == 120
    assert words_per_minute(5, 14_999) is None
    assert words_per_minute(0, 0) is None


def test_listening_in_sound_and_in_words() -> None:
    talk = scene(
        said("Max", 0, 1, "Mm.", "other", "backchannel"),
        said("Max", 2, 4, "So you felt left alone.", "other", "reflection"),
        said("Max", 5, 7, "What then?", "open_question"),
        said("Max", 8, 9, "What is it", "open_question", "backchannel"),
    )
    heard = listening(talk.utterances, acts(talk))
    assert (heard.backchannels, heard.reflections, heard.questions) == (1, 1, 1)
    assert heard.reflections_per_question == 1
    assert listening((), ()).reflections_per_question is None


def long(conversation: Conversation) -> list[str]:
    return [act.utterance_ids[0] for act in long_questions(conversation, acts(conversation))]


def test_a_question_is_long_with_what_leads_up_to_it() -> None:
    talk = scene(
        said("Max", 0, 9, TWENTY + "we had that."),
        said("Max", 9, 11, "What did you do then?", "open_question"),
        said("Pia", 12, 14, "Nothing much at all, really."),
        said("Max", 15, 17, "What did you do then?", "open_question"),
        roles=ROLES,
    )
    assert long(talk) == ["Max@9"]


def test_the_facilitators_rules_are_no_preamble() -> None:
    talk = scene(
        said("Fay", 0, 9, TWENTY + "that is how we work."),
        said("Fay", 9, 11, "What will you bring?", "open_question"),
        roles=ROLES,
    )
    assert long(talk) == []


@pytest.mark.parametrize(
    ("text", "is_long"),
    [
        (TWENTY + "what do you think then", False),  # 25 words
        (TWENTY + "what do you really think then", True),
        (TWENTY + "um what er do you think then", False),  # hesitations are no words
        ("What did he say, because we had that too?", True),
        ("Is it because of him?", False),
        ("Because of whom?", False),
    ],
)
def test_words_and_reasons(text: str, is_long: bool) -> None:
    talk = scene(said("Max", 0, 9, text, "open_question"), roles=ROLES)
    assert bool(long(talk)) is is_long
