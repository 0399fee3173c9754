"""Findings are fair: nobody is blamed for their part, and no praise rests on what was not there."""

from dataclasses import replace

import pytest

from alsvoice.findings import Finding, School, Severity, welcome_in
from alsvoice.labels import Label
from alsvoice.pipeline.sight import document, see
from alsvoice.session import CodedUtterance, Conversation, Phase
from alsvoice.store import SessionFolder
from findings_of import ROLES, advised_in, found, kinds, one
from scripted_demo import Scene
from strategies import phase, said, scene
from written_sessions import WRITTEN


@pytest.mark.parametrize(
    ("name", "welcome"),
    [
        ("Questions only, no advice", False),
        ("open questions (no solutions)", False),
        ("exploring without suggestions", False),
        ("questions_instead_of_ideas", False),
        ("No-advice round", False),
        ("advice-free exploring", False),
        ("Questions, not solutions or advice", False),
        ("No questions, ideas welcome", True),
        ("Without judging: offers", True),
        ("Notes and resources", True),
    ],
)
def test_a_phase_does_not_welcome_what_its_name_rules_out(name: str, welcome: bool) -> None:
    some = kinds(found(advised_in(name)))
    assert ("advice_crept_in" not in some) is welcome


@pytest.mark.parametrize(
    ("name", "closed"),
    [("satisfaction round", False), ("Action setting", True), ("next_actions", True)],
)
def test_a_phase_says_what_it_welcomes_where_a_word_begins(name: str, closed: bool) -> None:
    assert (Label.CLOSED_QUESTION in welcome_in([phase(name, 0, 1)], None)[name]) is closed


REMINDED = said("Fay", 10, 12, "Can we stay with questions?", "other", "process_intervention")


def reminded_in(name: str, *, after: float = 14, label: str = "advice") -> Conversation:
    return scene(
        said("Max", 4, 8, "You should simply ring her.", "advice"),
        REMINDED,
        said("Max", after, after + 3, "And could you write to him?", label),
        roles=ROLES,
        phases=[phase(name, 0, after + 20)],
    )


def test_a_reminder_is_weighed_only_where_advice_was_not_welcome() -> None:
    assert "intervention_not_taken" in kinds(found(reminded_in("exploring")))
    assert "intervention_not_taken" not in kinds(found(reminded_in("resources")))
    asked = reminded_in("exploring", label="open_question")
    assert (
        "the next question or advice was a question"
        in one(found(asked), "intervention_worked").text
    )
    in_resources = reminded_in("resources", label="open_question")
    assert "intervention_worked" not in kinds(found(in_resources))


@pytest.mark.parametrize("label", ["advice", "open_question"])
def test_what_comes_much_later_did_not_come_of_a_reminder(label: str) -> None:
    some = kinds(found(reminded_in("exploring", after=140, label=label)))
    assert not {"intervention_worked", "intervention_not_taken"} & some


def test_a_reminder_after_the_presenters_own_advice_is_not_praised() -> None:
    talk = scene(
        said("Pia", 4, 8, "You should all simply ring her.", "advice"),
        REMINDED,
        said("Max", 14, 17, "What then?", "open_question"),
        roles=ROLES,
        phases=[phase("exploring", 0, 30)],
    )
    assert "intervention_worked" not in kinds(found(talk))


@pytest.mark.parametrize(
    ("name", "told"), [("exploring", True), ("presenting", False), ("process_review", False)]
)
def test_the_balance_is_told_only_of_phases_that_help(name: str, told: bool) -> None:
    asked = [said("Max", 5 * n, 5 * n + 2, "What then?", "open_question") for n in range(12)]
    answers = [said("Pia", 5 * n + 3, 5 * n + 4, "Nothing at all came of it.") for n in range(12)]
    talk = scene(*asked, *answers, roles=ROLES, phases=[phase(name, 0, 60)])
    some = kinds(found(talk))
    assert ("asking_led" in some) is told
    assert ("no_advice" in some) is told


def asked_often(times: int, *, confidence: float = 1.0) -> Conversation:
    asked = [
        said("Max", 5 * n, 5 * n + 2, "What then?", "open_question",
             confidence=confidence if n == 0 else 1.0)
        for n in range(times)
    ]  # fmt: skip
    told = [said("Pia", 5 * n + 3, 5 * n + 4, "Nothing at all came of it.") for n in range(times)]
    return scene(*asked, *told, roles=ROLES, phases=[phase("exploring", 0, 100)])


def test_no_advice_is_claimed_only_where_enough_was_asked_and_surely() -> None:
    assert "no_advice" in kinds(found(asked_often(8)))
    assert "no_advice" not in kinds(found(asked_often(7)))
    assert "no_advice" not in kinds(found(asked_often(8, confidence=0.4)))


def test_advice_in_a_process_review_did_not_creep_in() -> None:
    assert "advice_crept_in" not in kinds(found(advised_in("process_review")))
    assert "advice_crept_in" not in kinds(found(advised_in("Reflecting")))
    assert "advice_crept_in" in kinds(found(advised_in("reflective questions")))


IN_ROUNDS: dict[str, str | None] = {
    "Fay": "facilitator",
    "Ann": "presenter",
    "Ben": "member",
    "Cat": "member",
    "Dan": "member",
}


def rounds(*presenters: str, each: float = 100) -> list[Phase]:
    return [
        phase("exploring", each * n, each * (n + 1), round=n + 1, presenter=name)
        for n, name in enumerate(presenters)
    ]


def long_talk_of(person: str, start: float) -> list[CodedUtterance]:
    text = "It is a long story, and I shall tell all of it to you."
    return [said(person, start + 20 * n, start + 20 * n + 19, text) for n in range(4)]


def test_nobody_is_blamed_for_presenting_in_their_round() -> None:
    talk = scene(
        *long_talk_of("Ben", 0),
        said("Cat", 81, 83, "What then, Ben?", "open_question"),
        said("Ben", 84, 87, "You should ring her, I told myself.", "advice"),
        said("Ben", 88, 89, "Is it so, do you not think?", "closed_question", "leading", "stacked"),
        said("Dan", 90, 92, "What else is there?", "open_question"),
        said("Ben", 93, 95, "You should write, I told myself.", "advice"),
        said("Ben", 96, 97, "Is it so, do you not think?", "closed_question", "leading", "stacked"),
        roles=IN_ROUNDS,
        phases=rounds("Ben", "Cat"),
    )
    for school in School:
        some = found(talk, school)
        assert not {"advice_crept_in", "growth", "uneven", "leading", "stacked"} & kinds(some)
        assert not {"statements_unasked"} & kinds(some)
        unheard = [each for each in some if each.kind == "unheard"]
        assert not any("Ben" in each.text for each in unheard)


def test_a_presenter_who_helps_in_anothers_round_is_one_of_the_members() -> None:
    talk = scene(
        *long_talk_of("Ann", 100),
        said("Ann", 181, 184, "You should ring her.", "advice"),
        said("Ben", 185, 187, "I might well do that, Ann."),
        said("Ann", 188, 191, "And you should write to him.", "advice"),
        said("Cat", 192, 193, "What else?", "open_question"),
        roles=IN_ROUNDS,
        phases=rounds("Ann", "Ben"),
    )
    some = found(talk)
    assert "(Ann, 3:01)" in one(some, "advice_crept_in").text
    assert one(some, "uneven").person == "Ann"
    assert "while they helped" in one(some, "uneven").text
    assert one(some, "growth").person == "Ann"


def opened_by(*answer: CodedUtterance) -> Conversation:
    return scene(
        said("Max", 0, 3, "What would be lost by that?", "open_question"),
        *answer,
        said("Max", 40, 43, "What else would you miss?", "open_question"),
        said("Pia", 47, 50, "The evenings that I had with them."),
        roles=ROLES,
    )


def test_what_then_came_is_what_ended_the_silence() -> None:
    whole = (said("Pia", 10, 11, "Well."), said("Pia", 11, 16, "I would not be needed any more."))
    together = [("Max", 0.0, 3.0), ("Pia", 10.0, 16.0), ("Max", 40.0, 43.0), ("Pia", 47.0, 50.0)]
    one_turn = found(scene(*opened_by(*whole).utterances, roles=ROLES, turns=together))
    assert "then came “Well. I would not be needed" in one(one_turn, "question_that_opened").text
    later = opened_by(said("Pia", 10, 11, "Well."), said("Pia", 25, 30, "That is a large garden."))
    opened = one(found(later), "question_that_opened")
    assert "“What else would you miss?”" in opened.text
    assert list(opened.utterances) == ["Max@40", "Pia@47"]


def test_nothing_is_quoted_where_the_turn_that_ended_the_silence_has_no_words() -> None:
    turns = [("Max", 0.0, 3.0), ("Pia", 8.0, 9.5), ("Pia", 20.0, 24.0)]
    talk = scene(
        said("Max", 0, 3, "What would be lost by that?", "open_question"),
        said("Pia", 20, 24, "That is a large garden, I said."),
        roles=ROLES,
        turns=turns,
    )
    assert "question_that_opened" not in kinds(found(talk))


def test_the_growth_point_of_much_talk_quotes_the_longest_turn() -> None:
    point = next(f for f in found(WRITTEN["dominated"]) if f.person == "Ian" and f.kind == "growth")
    assert "“My brother moved as well" in point.text
    assert list(point.utterances) == ["Ian@155.5"]


def cut_in_by(person: str, *flags: str) -> Conversation:
    told = [said("Pia", 20 * n, 20 * n + 10, "And then there was all that.") for n in range(3)]
    cuts = [
        said(person, 20 * n + 9, 20 * n + 14, "We have two more minutes for this.", "other", *flags)
        for n in range(3)
    ]
    return scene(*told, *cuts, roles=ROLES)


def test_cut_ins_are_quoted_and_keeping_time_is_none() -> None:
    point = one(found(cut_in_by("Max")), "growth")
    assert "three times the floor changed hands" in point.text
    assert "“We have two more minutes for this.” (Max, 0:09)" in point.text
    assert list(point.utterances) == ["Max@9", "Max@29", "Max@49"]
    assert "cut_off" in kinds(found(cut_in_by("Max"), School.CRITICAL))
    keeping = cut_in_by("Fay", "time_keeping")
    assert not {"growth", "cut_off"} & kinds(found(keeping, School.CRITICAL))
    assert "growth" in kinds(found(cut_in_by("Fay")))


def promised(*texts: str) -> tuple[Finding, ...]:
    talk = [
        said("Pia", 10 * n, 10 * n + 5, text, "other", "action_commitment")
        for n, text in enumerate(texts)
    ]
    return found(scene(*talk, roles=ROLES))


def test_a_date_is_a_day_and_this_week_is_a_time() -> None:
    ring, call, write = "I will ring her by Friday.", "I will call him this week.", "I will write."
    assert "The one action has a date: " in one(promised(ring), "actions_dated").text
    assert "The one action has a time: " in one(promised(call), "actions_dated").text
    both = one(promised(ring, call), "actions_dated").text
    assert "All two actions have a date or a time, as " in both
    assert "The one action had no date: " in one(promised(write), "actions_undated").text
    assert "One of two actions had no date" in one(promised(ring, write), "actions_undated").text
    assert "None of the two actions had" in one(promised(write, write), "actions_undated").text


def test_several_who_hardly_spoke_are_several() -> None:
    talk = scene(
        *long_talk_of("Ben", 0),
        said("Cat", 81, 82, "What then?", "open_question"),
        said("Dan", 83, 84, "What else?", "open_question"),
        roles=IN_ROUNDS,
    )
    shared = one(found(talk, School.CRITICAL, named=False), "unheard")
    assert shared.text.startswith("Some of the members hardly spoke")


@pytest.mark.parametrize("name", WRITTEN)
def test_in_another_language_nothing_rests_on_labels(name: str) -> None:
    some = found(WRITTEN[name], School.CRITICAL, coded=False)
    assert kinds(some) <= {"uneven", "facilitator_talks", "unheard", "over_run", "language"}
    assert one(some, "language").severity is Severity.DOUBT
    assert not any(each.utterances for each in some)


def test_the_language_that_was_heard_decides(quiet: Scene) -> None:
    sight = see(SessionFolder(quiet.folder))
    german = replace(sight, words=replace(sight.words, language="de"))
    assert "language" not in {row["kind"] for row in document(sight)["findings"]}
    assert "language" in {row["kind"] for row in document(german)["findings"]}


def test_several_who_were_cut_off_are_several() -> None:
    pairs = [("Pia", "Max"), ("Max", "Pia")] * 3
    talk = scene(
        *(said(of, 20 * n, 20 * n + 10, "And then there was all that.")
          for n, (of, _) in enumerate(pairs)),
        *(said(by, 20 * n + 9, 20 * n + 14, "I would like to say that.")
          for n, (_, by) in enumerate(pairs)),
        roles=ROLES,
    )  # fmt: skip
    assert "Pia and Max" in one(found(talk, School.CRITICAL), "cut_off").text
    shared = one(found(talk, School.CRITICAL, named=False), "cut_off")
    assert shared.text.startswith("Several people lost the floor")


def test_the_one_presenter_of_the_day_is_neither_unheard_nor_dominant() -> None:
    asked = [said(who, 84 + 4 * n, 87 + 4 * n, "What then, do you think?", "open_question")
             for n, who in enumerate(["Cat", "Dan", "Eve"] * 2)]  # fmt: skip
    talk = scene(
        *long_talk_of("Ben", 0),
        *asked,
        roles={**dict.fromkeys(["Ben", "Cat", "Dan", "Eve"], "member"), "Fay": "facilitator"},
        phases=[phase("exploring", 0, 120, presenter="Ben")],
    )
    assert not {"unheard", "uneven", "growth"} & kinds(found(talk, School.CRITICAL))


def test_a_facilitator_is_weighed_against_all_that_members_say() -> None:
    led = [
        said("Fay", 100 + 35 * n, 134 + 35 * n, "Let me tell you how it goes.") for n in range(2)
    ]
    talk = scene(*long_talk_of("Ben", 0), *led, roles=IN_ROUNDS, phases=rounds("Ben", "Cat"))
    assert "facilitator_talks" not in kinds(found(talk))
