from datetime import date

import pytest

from alsvoice.measures.commitments import commitments
from alsvoice.measures.due import find_due
from alsvoice.session import CodedUtterance
from strategies import said, scene

MONDAY = date(2026, 11, 23)
PROMISE = ("other", "action_commitment")


@pytest.mark.parametrize(
    ("text", "phrase", "day"),
    [
        ("I'll speak to him by this Friday, on his own.", "by this Friday", "2026-11-27"),
        ("I'll ring you on Thursday.", "on Thursday", "2026-11-26"),
        ("I'll ring you Thursday morning.", "Thursday morning", "2026-11-26"),
        ("I'll ring you next Monday, David.", "next Monday", "2026-11-30"),
        ("I'll ring you next Friday.", "next Friday", None),  # this week's or next week's?
        ("I'll do it by Monday.", "by Monday", None),  # said on a Monday
        ("By Friday week, then.", "By Friday week", "2026-12-04"),
        ("a week on Tuesday", "a week on Tuesday", "2026-12-01"),
        (
            "by Wednesday the second of December.",
            "by Wednesday the second of December",
            "2026-12-02",
        ),
        ("by Wednesday, 2nd December", "by Wednesday, 2nd December", "2026-12-02"),
        ("by Friday the second of December.", "by Friday the second of December", None),
        ("on December 2nd", "on December 2nd", "2026-12-02"),
        ("by the twenty first of January", "by the twenty first of January", "2027-01-21"),
        ("before the 30th.", "before the 30th", "2026-11-30"),
        ("on Wednesday the second", "on Wednesday the second", "2026-12-02"),
        ("on the 31st of June", "on the 31st of June", None),
        ("tomorrow", "tomorrow", "2026-11-24"),
        ("the day after tomorrow", "the day after tomorrow", "2026-11-25"),
        ("by the end of today", "by the end of today", "2026-11-23"),
        ("I'll ask her tonight.", "tonight", "2026-11-23"),
        ("by the end of the month", "by the end of the month", "2026-11-30"),
        ("by the end of next month", "by the end of next month", "2026-12-31"),
        ("by the end of January", "by the end of January", "2027-01-31"),
        ("within two weeks", "within two weeks", "2026-12-07"),
        ("in a fortnight", "in a fortnight", "2026-12-07"),
        ("in 3 days", "in 3 days", "2026-11-26"),
        ("I'll do it this week.", "this week", None),
        ("by the end of the week", "by the end of the week", None),
        ("before our next meeting", "before our next meeting", None),
        ("I'll ring her a week today.", "a week today", "2026-11-30"),
        ("two weeks today, then", "two weeks today", "2026-12-07"),
        ("in two weeks from today", "in two weeks from today", "2026-12-07"),
        ("a fortnight today", "a fortnight today", "2026-12-07"),
        ("A week tomorrow.", "A week tomorrow", "2026-12-01"),
        ("by a week tomorrow", "by a week tomorrow", "2026-12-01"),
        ("three days from now", "three days from now", "2026-11-26"),
        ("I'll do it two weeks on Tuesday.", "two weeks on Tuesday", None),
        ("in two weeks on Tuesday", "in two weeks on Tuesday", None),
        ("two days before Tuesday", "two days before Tuesday", None),
        ("the day before Friday", "the day before Friday", None),
        ("two days before the 30th.", "two days before the 30th", None),
        ("I rang her last Tuesday.", "last Tuesday", None),
        ("I'll ring her after Friday.", "after Friday", None),
        ("two weeks after next Tuesday.", "two weeks after next Tuesday", None),
        ("by Friday after next", "by Friday after next", None),
        ("two weeks ago today.", "two weeks ago today", None),
        ("I rang her last Tuesday, and again on Friday.", "on Friday", "2026-11-27"),
        (
            "I told her on Monday that I will write by the end of the month",
            "by the end of the month",
            "2026-11-30",
        ),
        ("We spoke on Tuesday and I'll write by Friday.", "by Friday", "2026-11-27"),
        ("On Tuesday I said I'd write before our next meeting.", "before our next meeting", None),
        ("I'll ring her on Friday before our next meeting.", "on Friday", "2026-11-27"),
        ("I'll ring her on Friday, by the end of the day.", "on Friday", "2026-11-27"),
        ("I'll do it this week, by Friday.", "by Friday", "2026-11-27"),
        ("I'll spend a day on Friday.", "on Friday", "2026-11-27"),
    ],
)
def test_due_phrases(text: str, phrase: str, day: str | None) -> None:
    due = find_due(text, MONDAY)
    assert due is not None
    assert due.phrase == phrase
    assert (due.day.isoformat() if due.day else None) == day


@pytest.mark.parametrize(
    "text",
    [
        "I'll ask her.",
        "I'll take the second one.",
        "I'll think about what you said today about it.",
        "I'll look at the Monday meeting.",
        "The day I ring him I'll be ready.",
    ],
)
def test_no_due_phrase(text: str) -> None:
    assert find_due(text, MONDAY) is None


@pytest.mark.parametrize(
    ("said_on", "text", "day"),
    [
        (date(2026, 11, 26), "next Monday", date(2026, 11, 30)),
        (date(2026, 11, 29), "next Monday", None),  # said on a Sunday: tomorrow, or in eight days?
        (date(2026, 12, 30), "by the end of next month", date(2027, 1, 31)),
        (date(2027, 2, 1), "by the end of the month", date(2027, 2, 28)),
        (None, "tomorrow", None),
    ],
)
def test_due_depends_on_the_day_it_is_said(
    said_on: date | None, text: str, day: date | None
) -> None:
    due = find_due(text, said_on)
    assert due is not None
    assert due.day == day


def found(*spoken: CodedUtterance) -> list[tuple[str, str, str | None]]:
    items = commitments(scene(*spoken), MONDAY)
    return [
        (c.person, c.text, c.due.day.isoformat() if c.due and c.due.day else None) for c in items
    ]


def test_one_action_a_commitment_in_order_of_time() -> None:
    assert found(
        said("Pia", 0, 2, "I'll speak to him by Friday.", *PROMISE),
        said("Max", 3, 4, "I'll ring you tomorrow.", *PROMISE),
        said("Pia", 5, 6, "And I will write it up.", *PROMISE),
    ) == [
        ("Pia", "I'll speak to him by Friday.", "2026-11-27"),
        ("Max", "I'll ring you tomorrow.", "2026-11-24"),
        ("Pia", "And I will write it up.", None),
    ]


def test_what_speaks_of_the_same_commitment_is_part_of_it() -> None:
    assert found(
        said("Pia", 0, 2, "I'm going to ask her what helps.", *PROMISE),
        said("Pia", 2, 4, "I'll do that, um, by Thursday the third of December.", *PROMISE),
    ) == [
        (
            "Pia",
            "I'm going to ask her what helps. I'll do that, um, by Thursday the third of December.",
            "2026-12-03",
        )
    ]


def test_by_when_is_answered_in_a_few_words() -> None:
    assert found(
        said("Pia", 0, 2, "I'll ask her what helps.", *PROMISE),
        said("Fay", 2, 3, "By when?", "open_question"),
        said("Pia", 3, 4, "By Friday."),
        said("Pia", 4, 5, "I'm glad of that."),
    ) == [("Pia", "I'll ask her what helps. By Friday.", "2026-11-27")]


def test_a_later_sentence_with_a_date_of_its_own_is_left_alone() -> None:
    assert found(
        said("Pia", 0, 2, "I'll ask her what helps.", *PROMISE),
        said("Pia", 3, 4, "My matron comes round on Friday as well."),
    ) == [("Pia", "I'll ask her what helps.", None)]


def test_a_few_words_without_a_date_are_left_alone() -> None:
    assert found(
        said("Pia", 0, 2, "I'll ask her what helps.", *PROMISE),
        said("Pia", 3, 4, "Yes, I will."),
    ) == [("Pia", "I'll ask her what helps.", None)]
