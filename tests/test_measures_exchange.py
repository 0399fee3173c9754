from dataclasses import replace

from alsvoice.measures.acts import acts
from alsvoice.measures.exchange import Exchange, exchanges, matrix
from alsvoice.session import Conversation
from strategies import said, scene

ROLES: dict[str, str | None] = {
    "Fay": "facilitator",
    "Pia": "presenter",
    "Max": "member",
    "Mo": "member",
}

TALK = scene(
    said("Fay", 0, 2, "So, Pia, what would you like to bring?", "open_question"),
    said("Pia", 4, 10, "It is about my ward and its mornings."),
    said("Max", 12, 14, "What have you tried so far?", "open_question"),
    said("Mo", 13, 13.5, "Mm.", "other", "backchannel"),
    said("Pia", 13.8, 18, "Nearly everything I could think of."),
    said("Fay", 19, 21, "How would you put that to Pia, Max?", "open_question"),
    said("Max", 23, 25, "Well, let me think about that."),
    said("Max", 25.5, 27, "What matters most to you, Pia?", "open_question"),
    said("Mo", 28, 29, "Who else is there?", "closed_question"),
    said("Pia", 30, 32, "Nobody but me and the night nurse."),
    roles=ROLES,
    duration=40,
)


def of(conversation: Conversation) -> list[Exchange]:
    return list(exchanges(conversation, acts(conversation)))


def test_who_is_asked_is_who_is_called_not_who_is_spoken_of() -> None:
    assert [each.asked for each in of(TALK)] == ["Pia", None, "Max", "Pia", None]


def test_who_answers_before_the_next_question() -> None:
    # An answer may begin on a question's last word; a question overtaken by another has none.
    assert [each.answered_by for each in of(TALK)] == ["Pia", "Pia", "Max", None, "Pia"]


def test_the_silence_before_a_question_since_somebody_else_spoke() -> None:
    # Unknown where nobody else spoke since the question before.
    assert [each.pause_before_ms for each in of(TALK)] == [None, 2000, 1000, None, None]


def test_the_table_of_who_asked_whom() -> None:
    assert matrix(of(TALK)) == (
        ("Fay", "Max", 1), ("Fay", "Pia", 1), ("Max", "Pia", 1), ("Mo", "Pia", 1),
    )  # fmt: skip


def test_a_passage_taken_out_makes_a_pause_unknown() -> None:
    cut = replace(TALK, gaps=((10_500, 11_000),))
    assert of(cut)[1].pause_before_ms is None


def test_a_first_name_that_two_share_calls_nobody() -> None:
    talk = scene(
        said("a", 0, 2, "Sam, what then?", "open_question"),
        said("b", 3, 5, "I went home after that."),
        roles={"a": None, "b": None, "c": None},
    )
    names = {"a": "Ann", "b": "Sam Hill", "c": "Sam Low"}
    people = tuple(replace(p, name=names[p.id]) for p in talk.people)
    assert of(replace(talk, people=people))[0].asked is None
