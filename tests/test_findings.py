"""Findings: only where the data carries them, never where a phase welcomes it, no grades."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import truth
from alsvoice.findings import School, Severity, find, welcome_in
from alsvoice.labels import ClassifierCard, Label, Origin
from alsvoice.measures.measured import measure
from alsvoice.measures.scope import helps
from alsvoice.session import Conversation
from alsvoice.templates import template
from findings_of import ROLES, advised_in, found, kinds, one
from strategies import conversations, phase, said, scene
from written_sessions import WRITTEN


def test_a_good_session_hears_what_went_well() -> None:
    some = found(WRITTEN["good"])
    assert {"question_that_opened", "silence_kept", "actions_dated"} <= kinds(some)
    assert not {
        "no_advice",
        "advice_crept_in",
        "growth",
        "closed_while_exploring",
        "uneven",
    } & kinds(some)
    opened = one(some, "question_that_opened")
    assert "“What happens to you while you carry those messages?” (Lin, 1:32)" in opened.text
    assert "“I feel needed" in opened.text
    assert list(opened.utterances) == ["Lin@92", "Tom@105"]


def test_advice_is_told_with_its_times_and_forms() -> None:
    some = found(WRITTEN["advising"])
    crept = one(some, "advice_crept_in")
    assert crept.severity is Severity.NOTICE
    assert "in exploring" in crept.text
    assert "three of them as a question" in crept.text
    assert "(Ian, 1:32)" in crept.text
    assert "no_advice" not in kinds(some)
    assert "intervention_not_taken" in kinds(some)
    assert "leading" in kinds(some)
    assert "actions_undated" in kinds(some)


def test_one_growth_point_a_person_at_most_tentative_and_tied_to_quotes() -> None:
    points = [f for f in found(WRITTEN["advising"]) if f.severity is Severity.GROWTH]
    people = [point.person for point in points]
    assert people == ["Ada", "Ian", "Lin"]
    for point in points:
        assert " might " in point.text
        assert re.search(r"“.+” \(\w+, \d+:\d\d\)", point.text)
        assert point.utterances


def test_one_member_has_most_of_the_talk() -> None:
    some = found(WRITTEN["dominated"])
    uneven = one(some, "uneven")
    assert uneven.person == "Ian"
    assert "Ian" in uneven.text
    critical = found(WRITTEN["dominated"], School.CRITICAL)
    assert "unheard" in kinds(critical)
    assert "unheard" not in kinds(some)


def test_wial_raises_statements_that_nobody_asked_for() -> None:
    assert "statements_unasked" in kinds(found(WRITTEN["dominated"], School.WIAL))
    assert "statements_unasked" not in kinds(found(WRITTEN["dominated"]))


@pytest.mark.parametrize("name", WRITTEN)
def test_a_school_changes_what_is_raised_never_what_is_counted(name: str) -> None:
    conversation = WRITTEN[name]
    before = measure(conversation)
    for school in School:
        found(conversation, school)
    assert measure(conversation) == before


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("name", WRITTEN)
def test_shared_findings_call_nobody_by_name(name: str, named: bool) -> None:
    some = found(WRITTEN[name], School.CRITICAL, named=named)
    assert some
    if not named:
        assert all(each.person is None for each in some)
        assert all(each.severity is not Severity.GROWTH for each in some)
        outside = [re.sub(r"“[^”]*”", "", each.text) for each in some]
        assert not any(who in text for text in outside for who in ("Ian", "Ada", "Lin", "Ruth"))


@pytest.mark.parametrize("name", ["resources", "suggestions", "Advice round", "offers_and_ideas"])
def test_nobody_is_blamed_for_suggestions_where_they_are_welcome(name: str) -> None:
    assert not {"advice_crept_in", "growth"} & kinds(found(advised_in(name)))


def test_a_template_says_what_is_welcome() -> None:
    plan = template("resources")
    assert Label.ADVICE in welcome_in([phase("resources", 0, 1)], plan)["resources"]
    assert Label.ADVICE not in welcome_in([phase("questions", 0, 1)], plan)["questions"]
    assert {"advice_crept_in", "growth"} <= kinds(found(advised_in("exploring")))


def closed_in(name: str) -> Conversation:
    asked = [said("Max", 10 * n, 10 * n + 2, "Is it so?", "closed_question") for n in range(4)]
    told = [said("Pia", 10 * n + 4, 10 * n + 7, "It is so, as you say.") for n in range(4)]
    return scene(*asked, *told, roles=ROLES, phases=[phase(name, 0, 60)])


def test_closed_questions_are_right_while_clarifying() -> None:
    assert not {"closed_while_exploring", "growth"} & kinds(found(closed_in("clarifying")))
    assert {"closed_while_exploring", "growth"} <= kinds(found(closed_in("exploring")))


def test_advice_that_the_presenter_asked_for_is_not_blamed() -> None:
    talk = scene(
        said("Pia", 0, 2, "What would you do, Max?", "open_question"),
        said("Max", 3, 5, "I would simply ring her.", "advice"),
        roles=ROLES,
        phases=[phase("exploring", 0, 20)],
    )
    assert "advice_crept_in" not in kinds(found(talk))


def test_thin_data_and_unsure_labels_are_said() -> None:
    talk = scene(
        said("Max", 0, 2, "Might you try that again?", "advice", "advice_in_disguise",
             confidence=0.4),
        said("Pia", 3, 5, "I might well do that."),
        roles=ROLES,
    )  # fmt: skip
    some = found(talk)
    assert one(some, "thin").severity is Severity.DOUBT
    assert "No questions were heard" in one(some, "thin").text
    assert "unsure" in kinds(some)
    assert "label is unsure" in one(some, "advice_crept_in").text


def test_shares_are_told_only_where_the_interval_leaves_no_doubt() -> None:
    asked = [said("Max", 5 * n, 5 * n + 2, "What then?", "open_question") for n in range(12)]
    answers = [said("Pia", 5 * n + 3, 5 * n + 4, "Nothing at all came of it.") for n in range(12)]
    talk = scene(*asked, *answers, roles=ROLES)
    assert "asking_led" in kinds(found(talk))
    doubtful = ClassifierCard(name="guess", confusion={t: dict.fromkeys(Label, 5) for t in Label})
    by_machine = find(measure(talk, doubtful), welcome={})
    assert "asking_led" not in kinds(by_machine)


def test_over_runs_and_time_off_track() -> None:
    talk = scene(
        *(said("Max", 3 * n, 3 * n + 3, "The match was something else.", "other", "off_topic")
          for n in range(30)),
        said("Fay", 95, 99, "Where were we, please?", "open_question"),
        roles=ROLES,
        phases=[phase("check_in", 0, 200, planned=60)],
    )  # fmt: skip
    some = found(talk)
    assert "Check in took 3:20 instead of 1:00" in one(some, "over_run").text
    assert "Fay brought the set back" in one(some, "off_track").text
    assert "over_run" not in kinds(
        found(replace(talk, phases=(phase("check_in", 0, 70, planned=60),)))
    )


def test_the_demo() -> None:
    some = found(truth.conversation())
    assert [each.person for each in some if each.severity is Severity.GROWTH] == ["Marcus"]
    assert (
        "five times in exploring, three of them as a question" in one(some, "advice_crept_in").text
    )
    assert "It happened twice" in one(some, "intervention_worked").text


@settings(max_examples=40, deadline=None)
@given(conversations(), st.sampled_from(School), st.booleans())
def test_whatever_was_said(c: Conversation, school: School, named: bool) -> None:
    known = {coded.utterance.id for coded in c.utterances}
    some = find(
        measure(c), school=school, welcome=welcome_in(c.phases, template("classic")), named=named
    )
    order = [list(Severity).index(each.severity) for each in some]
    assert order == sorted(order)
    growing = [each.person for each in some if each.severity is Severity.GROWTH]
    assert len(growing) == len(set(growing))
    never = {
        p.id for p in c.people if not any(helps(p, each, c.phases) for each in [None, *c.phases])
    }
    assert not never & set(growing)
    for each in some:
        assert set(each.utterances) <= known
        assert not re.search(r"\b(score|grade|rank|best|worst|better than|worse than)\b", each.text)
        assert each.text.endswith((".", "?"))


def test_a_persons_own_coding_is_sure() -> None:
    talk = scene(
        said("Max", 0, 2, "You should ring her now.", "advice", source=Origin.PERSON),
        roles=ROLES,
    )
    assert "unsure" not in one(found(talk), "advice_crept_in").text
