"""Frozen values refuse nonsense; every error is a sentence and a command; where things live."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import strategies
from alsvoice import config, errors
from alsvoice.config import Config
from alsvoice.errors import AlsvoiceError, FormatError
from alsvoice.labels import LABELS, Coding, Label, Origin
from alsvoice.session import (
    Conversation,
    Manifest,
    Participant,
    Person,
    Phase,
    Source,
)
from alsvoice.transcript import Turn, Utterance, Word
from strategies import phase

# Values.


@pytest.mark.parametrize(
    "make",
    [
        lambda: Word(text=" ", start_ms=0, end_ms=1),
        lambda: Word(text="a", start_ms=-1, end_ms=1),
        lambda: Word(text="a", start_ms=2, end_ms=1),
        lambda: Turn(speaker="", start_ms=0, end_ms=1),
        lambda: Turn(speaker="A", start_ms=2, end_ms=1),
        lambda: Turn(speaker="A", start_ms=-2, end_ms=1),
        lambda: Utterance(id="u", speaker="A", words=()),
        lambda: Coding(utterance_id="u", label=Label.OTHER, probabilities=(0.5, 0.5, 0.5, 0.5)),
        lambda: Coding(utterance_id="u", label=Label.OTHER, probabilities=(-0.5, 0.5, 0.5, 0.5)),
        lambda: Participant(id="p", name="  "),
        lambda: Phase(name="a", start_ms=-1, end_ms=3),
        lambda: Phase(name="a", start_ms=4, end_ms=3),
    ],
)
def test_a_value_that_cannot_be_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        make()


def test_a_word_without_length_is_one() -> None:
    word = Word(text="a", start_ms=5, end_ms=5)
    assert (word.span, word.middle_ms) == ((5, 5), 5)


def test_an_utterance_ends_with_the_last_word_to_end() -> None:
    words = (Word(text="so", start_ms=1, end_ms=9), Word(text="what", start_ms=2, end_ms=5))
    one = Utterance(id="u", speaker="A", words=words)
    assert (one.span, one.text) == ((1, 9), "so what")


@pytest.mark.parametrize(
    ("source", "confidence", "unsure"),
    [("model", 0.66, True), ("model", 0.67, False), ("rule", 0.4, True), ("person", 0.4, False)],
)
def test_what_is_less_sure_than_two_to_one_is_unsure(
    source: str, confidence: float, unsure: bool
) -> None:
    coding = strategies.coding_of("u", "advice", source=Origin(source), confidence=confidence)
    assert coding.confidence == pytest.approx(confidence)
    assert coding.unsure is unsure


def test_which_labels_are_questions() -> None:
    assert [label.is_question for label in LABELS] == [True, True, False, False]


def test_the_number_of_speakers_is_the_one_given_else_that_of_the_people() -> None:
    empty = Manifest(id="s", created="t")
    people = tuple(Participant(id=n, name=n) for n in "abc")
    assert empty.speakers_told is None
    assert replace(empty, participants=people).speakers_told == 3
    assert replace(empty, participants=people, speakers=4).speakers_told == 4


def test_a_person_is_called_by_the_best_name_there_is() -> None:
    person = Person(id="p", speakers=("SPEAKER_01",), name="Ann")
    assert person.display == "Ann"
    assert replace(person, name=None).display == "SPEAKER_01"
    assert replace(person, name=None, speakers=()).display == "p"


def test_a_source_is_called_by_its_own_name_on_one_line() -> None:
    source = Source(file="s1.wav", name="a\nb.wav")
    assert source.display == "a?b.wav"
    assert replace(source, name=None).display == "s1.wav"


def test_a_conversation_finds_people_and_phases() -> None:
    phases = (phase("presenting", 1, 2), phase("exploring", 2, 3))
    talk = Conversation(
        duration_ms=9,
        people=(Person(id="p", speakers=()),),
        turns=(),
        utterances=(),
        phases=phases,
    )
    assert talk.person("p").id == "p"
    with pytest.raises(KeyError):
        talk.person("q")
    found = [talk.phase_at(t) for t in (999, 1000, 1999, 2000, 3000)]
    assert found == [None, phases[0], phases[0], phases[1], None]


# Errors.


def test_every_error_of_ours_is_a_sentence_and_a_command() -> None:
    made = [
        errors.MissingExtraError("The PDF", "pdf"),
        FormatError("is torn", where="line 3"),
        *(
            kind("It broke.", try_next="again")
            for kind in vars(errors).values()
            if isinstance(kind, type)
            and issubclass(kind, AlsvoiceError)
            and not issubclass(kind, (errors.MissingExtraError, FormatError))
        ),
    ]
    assert str(made[0]) == (
        "The PDF needs the extra [pdf], which is not installed. Try: pip install 'alsvoice[pdf]'"
    )
    assert str(made[1]) == "line 3: is torn. Try: check the file at that place"
    assert all(str(one) == "It broke. Try: again" for one in made[2:])
    assert {type(one).__name__ for one in made if one.exit_status == 2} == {"UsageError"}
    assert not issubclass(errors.Cancelled, AlsvoiceError)


# Where things live.


def test_an_option_goes_before_the_environment_and_that_before_habit(tmp_path: Path) -> None:
    env = {"ALSVOICE_LIBRARY": "~/sets", "ALSVOICE_MODELS": " "}
    habit, named = Config.resolve(environ={}), Config.resolve(environ=env)
    assert habit.library.name == "alsvoice"
    assert habit.models.name == "models"
    assert named.library == Path("~/sets").expanduser()
    assert named.models == habit.models
    assert Config.resolve(tmp_path, tmp_path / "m", env) == Config(
        library=tmp_path, models=tmp_path / "m"
    )


def test_the_environment_is_the_processes_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALSVOICE_MODELS", "/models")
    assert Config.resolve().models == Path("/models")


def test_the_bundled_models_are_there() -> None:
    assert (config.bundled_models() / "manifest.toml").is_file()


def test_in_a_wheel_they_lie_in_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "_models").mkdir()
    monkeypatch.setattr(config, "__file__", str(tmp_path / "config.py"))
    assert config.bundled_models() == tmp_path / "_models"
