import pytest

from alsvoice.measures.acts import acts
from alsvoice.measures.balance import Balance, balance
from alsvoice.measures.scope import members, presenter_of, rounds, same_name
from alsvoice.session import Conversation, Phase
from strategies import phase, said, scene

ROLES: dict[str, str | None] = {"Fay": "facilitator", "Pia": "presenter", "Max": "member"}
SPOKEN = (
    said("Max", 0, 2, "what would you like to bring?", "open_question"),
    said("Pia", 3, 9, "it is about my ward and how we start"),
    said("Max", 10, 12, "who is on it?", "closed_question"),
    said("Pia", 12, 13, "all of us"),
    said("Fay", 13, 14, "what else?", "open_question"),
    said("Max", 14, 17, "you should ring them", "advice"),
    said("Pia", 18, 19, "perhaps I will"),
    said("Max", 20, 24, "on my ward we did just that"),
    said("Max", 24, 26, "so you feel quite alone there", "other", "reflection"),
    said("Max", 26, 27, "I do see", "other"),
)
PHASES = [phase("presenting", 0, 10), phase("clarifying", 10, 20), phase("exploring", 20, 30)]


def of(conversation: Conversation) -> Balance:
    return balance(conversation, acts(conversation))


def test_members_are_weighed_in_the_helping_phases() -> None:
    found = of(scene(*SPOKEN, roles=ROLES, phases=PHASES))
    counts = found.counts
    assert (counts.open, counts.closed, counts.advice, len(found.statements)) == (0, 1, 1, 1)
    assert found.q_share == pytest.approx(1 / 3)
    assert (found.roles, [p.name for p in found.phases]) == (
        ("member",),
        ["clarifying", "exploring"],
    )
    assert (found.question_ms, found.telling_ms) == (2_000, 7_000)


def test_without_phases_the_whole_session_counts() -> None:
    found = of(scene(*SPOKEN, roles=ROLES))
    assert (found.counts.open, found.phases) == (1, ())


def test_phases_without_a_helping_one_leave_the_whole_session() -> None:
    found = of(scene(*SPOKEN, roles=ROLES, phases=[phase("part one", 0, 30)]))
    assert (found.counts.open, found.phases) == (1, ())


def test_speech_time_is_that_of_the_turns() -> None:
    found = of(scene(*SPOKEN, roles=ROLES, phases=PHASES, turns=[("Max", 11, 12), ("Pia", 0, 30)]))
    assert (found.question_ms, found.telling_ms) == (1_000, 0)


def test_whoever_presents_in_a_round_is_no_member_in_it() -> None:
    roles: dict[str, str | None] = {"Ann": "presenter", "Ben": "member", "Fay": "facilitator"}
    two = [
        phase("presenting", 0, 10, round=1, presenter="Ann"),
        phase("questions", 10, 20, round=1),
        phase("presenting", 20, 30, round=2, presenter="Ben"),
        phase("questions", 30, 40, round=2),
    ]
    spoken = scene(
        said("Ben", 11, 12, "what then?", "open_question"),
        said("Ann", 13, 14, "is that so?", "closed_question"),
        said("Ann", 31, 32, "who else?", "closed_question"),
        said("Ben", 33, 34, "what now?", "open_question"),
        roles=roles,
        phases=two,
    )
    assert presenter_of(two[1], two) == "Ann"
    whole = of(spoken)
    assert [act.person for act in whole.acts] == ["Ben", "Ann"]
    numbered = rounds(spoken.phases)
    assert [(n, presenter) for n, presenter, _ in numbered] == [(1, "Ann"), (2, "Ben")]
    each = [balance(spoken, acts(spoken), only=its).counts for _, _, its in numbered]
    assert [(c.open, c.closed) for c in each] == [(1, 0), (0, 1)]


def test_one_round_alone_is_not_listed() -> None:
    assert rounds((phase("presenting", 0, 10, presenter="Ann"),)) == ()


def test_a_voice_without_a_role_helps_once_the_others_are_known() -> None:
    known: dict[str, str | None] = {"Fay": "facilitator", "Pia": "presenter", "Max": None}
    assert of(scene(*SPOKEN, roles=known, phases=PHASES)).roles == ("member", "unknown")
    unknown = scene(*SPOKEN, roles=dict.fromkeys(known), phases=PHASES)
    assert members(unknown) == ()
    assert of(unknown).q_share is None


@pytest.mark.parametrize("typed", ["pia ", "PIA", " Pia", "\tpia"])
def test_however_the_presenters_name_is_typed_the_balance_is_the_same(typed: str) -> None:
    roles: dict[str, str | None] = {"Pia": "member", "Max": "member"}
    plain, other = (
        of(scene(*SPOKEN[:4], roles=roles, phases=[phase("clarifying", 0, 13, presenter=name)]))
        for name in ("Pia", typed)
    )
    assert [act.person for act in plain.acts] == ["Max", "Max"]
    assert (plain.q_share, len(plain.statements)) == (1.0, 0)  # Pia tells, and presents
    assert [act.person for act in other.acts] == ["Max", "Max"]
    assert (other.q_share, other.statements) == (1.0, ())


def test_names_are_the_same_whatever_their_case_spaces_and_accents() -> None:
    assert same_name("Ana  Mar\u00eda", "ana Mari\u0301a ")
    assert not same_name("Ann", "Anna")
    assert not same_name(None, None)  # two nameless voices are not one


def numbered(*phases: Phase) -> list[tuple[int, str | None, int]]:
    return [(n, presenter, len(its)) for n, presenter, its in rounds(phases)]


def test_phases_of_a_presenter_alone_join_the_presenters_round() -> None:
    bens = (
        phase("presenting", 0, 10, presenter="Ben"),
        phase("exploring", 10, 20, round=1, presenter="ben "),
    )
    assert numbered(*bens) == []  # one round: none is listed
    anns = phase("presenting", 20, 30, presenter="Ann")
    assert numbered(*bens, anns) == [(1, "Ben", 2), (2, "Ann", 1)]


def test_rounds_keep_their_numbers_and_the_others_take_free_ones() -> None:
    assert numbered(
        phase("exploring", 0, 10, round=0, presenter="Ann"),
        phase("exploring", 10, 20, presenter="Ben"),
        phase("exploring", 20, 30, round=1),
        phase("review", 30, 40),
        phase("exploring", 40, 50, presenter="Cat"),
    ) == [(0, "Ann", 1), (2, "Ben", 1), (1, None, 1), (3, "Cat", 1)]


def test_a_phase_without_a_number_joins_the_nearest_round_of_two() -> None:
    last = phase("review", 30, 40, presenter="Ben")
    found = rounds(
        (
            phase("exploring", 0, 10, round=1, presenter="Ben"),
            phase("exploring", 10, 20, round=2, presenter="Ben"),
            last,
        )
    )
    assert [last in its for _, _, its in found] == [False, True]
