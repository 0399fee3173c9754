"""Templates are data: four come with the package, and a broken one says what is wrong."""

import pytest

from alsvoice import templates
from alsvoice.errors import FormatError, NotFoundError
from alsvoice.labels import Label
from alsvoice.measures.scope import helping_phases
from alsvoice.session import Phase
from alsvoice.templates import PlannedPhase, Template

GOOD = """
title = "Ours"
source = "the set itself"
[[phase]]
name = "clarifying"
minutes = 2.5
speaks = "members"
welcome = ["closed_question"]
helping = true
[[phase]]
name = "review"
minutes = 5
"""


def test_the_four_that_come_with_the_package() -> None:
    found = {t.name: t for t in templates.builtin()}
    assert list(found) == sorted(found)
    assert {"bidding", "classic", "resources", "timed_blocks"} <= set(found)
    assert all(t.title and t.source and t.phases for t in found.values())


def test_the_demo_has_its_phases_in_the_classic_template() -> None:
    names = [phase.name for phase in templates.template("classic").phases]
    assert names == [
        "check_in",
        "presenting",
        "clarifying",
        "exploring",
        "action_setting",
        "process_review",
    ]


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("resources", [2, 5, 10, 2, 5, 2], [2, 10, 15, 2, 5, 2]),
        ("bidding", [5, 5, 10, 5, 5], [5, 5, 10, 5, 5]),
    ],
)
def test_the_published_plans_keep_their_minutes(name: str, low: list[int], high: list[int]) -> None:
    planned = [phase.planned_ms // 60_000 for phase in templates.template(name).phases]
    assert all(a <= m <= b for a, m, b in zip(low, planned, high, strict=True))


def test_nobody_is_blamed_where_a_label_is_welcome() -> None:
    by_name = {p.name: p for t in templates.builtin() for p in t.phases}
    assert Label.CLOSED_QUESTION in by_name["clarifying"].welcome
    assert Label.ADVICE in by_name["resources"].welcome
    helping = {p.name for p in templates.template("classic").phases if p.helping}
    assert helping == {"clarifying", "exploring"}


@pytest.mark.parametrize("plan", templates.builtin(), ids=lambda plan: plan.name)
def test_the_balance_counts_the_phases_that_a_template_marks_as_helping(plan: Template) -> None:
    """Sessions know phases by name alone; a template's mark and its names must say the same."""
    phases = [Phase(name=p.name, start_ms=0, end_ms=1) for p in plan.phases]
    assert {p.name for p in helping_phases(phases)} == {p.name for p in plan.phases if p.helping}


def test_parse_reads_every_key() -> None:
    assert templates.parse(GOOD, "ours") == Template(
        name="ours",
        title="Ours",
        source="the set itself",
        phases=(
            PlannedPhase(
                name="clarifying",
                planned_ms=150_000,
                speaks="members",
                welcome=(Label.CLOSED_QUESTION,),
                helping=True,
            ),
            PlannedPhase(name="review", planned_ms=300_000),
        ),
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('title = "Ours"', ""),
        ("minutes = 5\n", ""),
        ("minutes = 5\n", "minutes = 0\n"),
        ("minutes = 5\n", "minutes = -1\n"),
        ("minutes = 5\n", "minutes = inf\n"),
        ("minutes = 5\n", "minutes = nan\n"),
        ("minutes = 5\n", "minutes = [5]\n"),
        ('["closed_question"]', '["shouting"]'),
        ('["closed_question"]', "3"),
        ('title = "Ours"', "title ="),
        ("[[phase]]", "[[stage]]"),
        ("minutes = 5\n", "minutes = 1e300\n"),
        ("minutes = 5\n", "minutes = 1441\n"),
        ("minutes = 5\n", "minutes = true\n"),
        ("minutes = 5\n", "minutes = 0.000001\n"),
        ("minutes = 5\n", 'minutes = "five"\n'),
        ("minutes = 5\n", "minutes = 5\nminute = 6\n"),
        ("minutes = 5\n", "minutes = 5\nlabels = []\n"),
        ("helping = true", 'helping = "no"'),
        ("helping = true", "round = 1"),
        ('"review"', '""'),
        ('"review"', '"re\\nview"'),
        ('"review"', "3"),
        ('"members"', "[]"),
        ('title = "Ours"', 'title = "Ours"\nrounds = 2.9'),
        ('title = "Ours"', 'title = "Ours"\nrounds = "2"'),
        ('title = "Ours"', 'title = "Ours"\nlanguage = "en"'),
    ],
)
def test_a_broken_template_is_told(old: str, new: str) -> None:
    assert old in GOOD
    with pytest.raises(FormatError) as caught:
        templates.parse(GOOD.replace(old, new), "ours")
    for python in ("indices must be", "could not convert", "valid Label", "literal", "object"):
        assert python not in caught.value.sentence


@pytest.mark.parametrize("phases", ["phase = 3", 'phase = "x"', "phase = [1]", "[phase]\nname = 1"])
def test_phases_that_are_none_are_told(phases: str) -> None:
    with pytest.raises(FormatError, match=r"\[\[phase\]\]"):
        templates.parse(f'title = "a"\nsource = "b"\n{phases}\n', "ours")


def test_an_unknown_key_names_the_known_ones() -> None:
    with pytest.raises(FormatError, match=r"phase 2: 'minute' is no key of a phase; .*minutes"):
        templates.parse(f"{GOOD}minute = 6\n", "ours")
    with pytest.raises(FormatError, match=r"phase 1: welcome .*closed_question"):
        templates.parse(GOOD.replace('["closed_question"]', '["shouting"]'), "ours")


def test_of_two_of_one_name_the_first_is_chosen() -> None:
    own = templates.parse(GOOD, "classic")
    assert templates.choose("classic", (*templates.builtin(), own)).title != "Ours"


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(NotFoundError, match="no template 'clasic'") as caught:
        templates.template("clasic")
    assert "classic" in caught.value.try_next


def test_planned_fills_in_what_the_plan_knows_and_nothing_else() -> None:
    plan = templates.parse(GOOD, "ours")
    phases = (
        Phase(name="clarifying", start_ms=0, end_ms=10),
        Phase(name="clarifying", start_ms=10, end_ms=20, planned_ms=7),
        Phase(name="tea", start_ms=20, end_ms=30),
    )
    assert [p.planned_ms for p in templates.planned(phases, plan)] == [150_000, 7, None]
