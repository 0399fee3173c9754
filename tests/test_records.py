"""Our own files: values refuse nonsense, and what is written is read back or refused by place."""

import contextlib
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from alsvoice import config, errors
from alsvoice.config import Config
from alsvoice.edits import Edit, Op
from alsvoice.errors import AlsvoiceError, FormatError
from alsvoice.formats import edit_lines, manifest, phase_list, records, rows, stage_files
from alsvoice.intervals import union
from alsvoice.labels import LABELS, ClassifierCard, Coding, Flag, Label, Origin, UtteranceText
from alsvoice.session import (
    Audio,
    Consent,
    Conversation,
    Manifest,
    Participant,
    Person,
    Phase,
    Role,
    Source,
    StageRecord,
)
from alsvoice.transcript import Diarization, Transcript, Turn, Utterance, Word
from strategies import phase

UPGRADE = "pip install --upgrade alsvoice"
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
names = texts.filter(lambda text: bool(text.strip()))
times = st.integers(0, 10**8)
chances = st.sampled_from([(0.25, 0.25, 0.25, 0.25), (1.0, 0.0, 0.0, 0.0), (0.1, 0.2, 0.3, 0.4)])


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


# Round trips.


@given(strategies.turns(), strategies.turns(), st.none() | st.integers(1, 9), st.booleans())
def test_diarization_round_trip(
    turns: tuple[Turn, ...], exclusive: tuple[Turn, ...], told: int | None, early: bool
) -> None:
    value = Diarization(
        turns=turns, exclusive=exclusive, speakers_told=told, count_confidence=0.5,
        spoken=union(turn.span for turn in turns) if early else None,
    )  # fmt: skip
    assert stage_files.parse_diarization(stage_files.serialize_diarization(value)) == value
    assert value.speakers == tuple(sorted({turn.speaker for turn in turns}))


@given(st.lists(st.builds(Word, text=names, start_ms=times, end_ms=st.just(10**8))))
def test_words_round_trip(words: list[Word]) -> None:
    value = Transcript(words=tuple(words), language="en", loops_removed=3)
    assert stage_files.parse_words(stage_files.serialize_words(value)) == value


@given(st.lists(strategies.utterances(), max_size=3))
def test_utterances_round_trip(said: list[Utterance]) -> None:
    data = stage_files.serialize_utterances(tuple(said))
    assert stage_files.parse_utterances(data) == tuple(said)


codings = st.builds(
    Coding,
    utterance_id=texts,
    label=st.sampled_from(Label),
    probabilities=chances,
    flags=st.lists(st.sampled_from(Flag), max_size=3).map(tuple),
    source=st.sampled_from(Origin),
)


@given(st.lists(codings, max_size=3))
def test_labels_round_trip(found: list[Coding]) -> None:
    card = ClassifierCard(
        name="rules.v1",
        measured_on="x",
        confusion={Label.ADVICE: {Label.OTHER: 3}},
        confusion_unknown={Label.ADVICE: {Label.OTHER: 5}},
    )
    value = stage_files.Labels(card=card, codings=tuple(found))
    assert stage_files.parse_labels(stage_files.serialize_labels(value)) == value


manifests = st.builds(
    Manifest,
    id=texts,
    title=st.none() | texts,
    created=texts,
    consent=st.none() | st.sampled_from(Consent),
    participants=st.lists(
        st.builds(Participant, id=texts, name=names, role=st.sampled_from(Role)), max_size=2
    ).map(tuple),
    speakers=st.none() | st.integers(1, 20),
    phases=st.lists(
        st.builds(Phase, name=texts, start_ms=times, end_ms=st.just(10**8), round=st.none()),
        max_size=2,
    ).map(tuple),
    audio=st.none()
    | st.builds(
        Audio, file=texts, sources=st.just((Source(file="a"),)), sha256=texts, duration_ms=times
    ),
    stages=st.dictionaries(
        texts,
        st.builds(
            StageRecord,
            params=st.dictionaries(texts, st.none() | st.integers(0, 9) | texts, max_size=2),
            inputs=st.dictionaries(texts, texts, max_size=2),
            outputs=st.dictionaries(texts, texts, max_size=2),
            tool=texts,
            version=texts,
            seconds=st.floats(0, 1e6),
            cpu_seconds=st.floats(0, 1e6),
        ),
        max_size=2,
    ),
)


@given(manifests)
def test_manifest_round_trip(value: Manifest) -> None:
    assert manifest.parse(manifest.serialize(value)) == value


def test_a_manifest_is_for_people_to_read_too() -> None:
    text = manifest.serialize(Manifest(id="s", created="t", title="Nächte")).decode()
    assert text.endswith("\n")
    assert '  "title": "Nächte",\n' in text


def test_a_finished_stage_stands_in_the_manifest_and_the_others_stay() -> None:
    record = StageRecord(
        params={}, inputs={}, outputs={}, tool="t", version="1", seconds=1.0, cpu_seconds=1.0
    )
    one = Manifest(id="s", created="t").with_stage("ingest", record)
    two = one.with_stage("diarize", replace(record, version="2"))
    assert list(two.stages) == ["ingest", "diarize"]
    assert list(one.stages) == ["ingest"]


edits = st.builds(
    Edit,
    id=texts,
    time=texts,
    op=st.sampled_from([Op.NAME, Op.SPEAKER, Op.TEXT]),
    target=texts,
    spans=st.lists(st.tuples(times, times), max_size=2).map(tuple),
    before=st.none() | texts,
    after=names,
    who=st.none() | texts,
)


@given(st.lists(edits, max_size=4))
def test_edits_round_trip_a_line_each(made: list[Edit]) -> None:
    data = b"".join(map(edit_lines.serialize, made))
    assert data.count(b"\n") == len(made)
    assert edit_lines.parse(data) == (tuple(made), ())


# Damage.


GOOD_EDIT = edit_lines.serialize(Edit(id="e", time="t", op=Op.LABEL, target="u", after="advice"))


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"null",
        b"\xff\xfe",
        GOOD_EDIT[: len(GOOD_EDIT) // 2],
        GOOD_EDIT.replace(b"advice", b"shouting").strip(),
        GOOD_EDIT.replace(b'"label"', b'"colour"').strip(),
        b"[" * 100_000,
    ],
)
def test_a_damaged_line_is_named_and_the_others_count(line: bytes) -> None:
    found, damaged = edit_lines.parse(GOOD_EDIT + b"\n" + line + b"\n" + GOOD_EDIT)
    assert len(found) == 2
    [sentence] = damaged
    assert sentence.startswith("edits.jsonl, line 3: ")
    assert "\n" not in sentence


def test_keys_of_later_versions_are_passed_over() -> None:
    data = GOOD_EDIT.replace(b'"id"', b'"mood":"sunny","id"')
    assert edit_lines.parse(data)[0] == edit_lines.parse(GOOD_EDIT)[0]
    words = json.loads(stage_files.serialize_words(Transcript(words=())))
    words["data"]["mood"] = words["mood"] = "sunny"
    assert stage_files.parse_words(json.dumps(words).encode()) == Transcript(words=())


def stage_parsers() -> list[tuple[bytes, Callable[..., Any]]]:
    return [
        (
            stage_files.serialize_diarization(Diarization(turns=(), exclusive=())),
            stage_files.parse_diarization,
        ),
        (stage_files.serialize_words(Transcript(words=())), stage_files.parse_words),
        (stage_files.serialize_utterances(()), stage_files.parse_utterances),
        (
            stage_files.serialize_labels(
                stage_files.Labels(card=ClassifierCard(name="r"), codings=())
            ),
            stage_files.parse_labels,
        ),
        (manifest.serialize(Manifest(id="s", created="t")), manifest.parse),
    ]


@pytest.mark.parametrize(("data", "parse"), stage_parsers())
def test_a_newer_schema_is_refused_with_the_command_that_helps(
    data: bytes, parse: Callable[..., Any]
) -> None:
    value = json.loads(data)
    # A newer file may differ in everything else: the schema must be read before the rest.
    newest = value["schema"] + 1
    for newer in ({**value, "schema": newest}, {"schema": newest, "kind": value.get("kind", "x")}):
        with pytest.raises(FormatError, match=f"schema {newest} is newer than") as caught:
            parse(json.dumps(newer).encode(), where="that file")
        assert caught.value.try_next == UPGRADE
        assert caught.value.where == "that file"
    with pytest.raises(FormatError, match="no schema 0"):
        parse(json.dumps({**value, "schema": 0}).encode())


@pytest.mark.parametrize(("data", "parse"), stage_parsers())
def test_a_cut_off_file_is_refused_wherever_it_ends(data: bytes, parse: Callable[..., Any]) -> None:
    whole = len(data.rstrip())
    for length in range(whole):
        with pytest.raises(FormatError):
            parse(data[:length])
    parse(data[:whole])


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(FormatError, match="w: does not hold 'words'"):
        stage_files.parse_words(stage_files.serialize_utterances(()), where="w")


def test_what_is_wrong_is_named_by_its_path() -> None:
    data = b'{"schema":1,"kind":"words","data":{"words":[{"text":"a","start_ms":5,"end_ms":1}]}}'
    with pytest.raises(FormatError, match=r"end_ms 1 lies before start_ms 5 .*words\[0\]"):
        stage_files.parse_words(data)
    with pytest.raises(FormatError, match=r"Expected `int`, got `str` .*\$\.audio\.duration_ms"):
        manifest.parse(
            b'{"id":"s","created":"t","audio":'
            b'{"file":"f","sources":[],"sha256":"x","duration_ms":"9"}}'
        )


@given(st.binary(max_size=60) | st.text('[]{}":,0-e.', max_size=9).map(str.encode))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    parsers: list[Callable[[bytes], object]] = [
        manifest.parse,
        stage_files.parse_words,
        lambda d: phase_list.parse(d, where="f"),
        lambda d: list(rows.parse(io.BytesIO(d), where="f")),
    ]
    for parse in parsers:
        with contextlib.suppress(FormatError):
            parse(data)
    edit_lines.parse(data)


def test_nesting_without_end_is_refused() -> None:
    deep = b'{"schema":1,"kind":"words","data":' + b"[" * 100_000
    with pytest.raises(FormatError, match=r"."):
        records.parse(deep, "words", Any, where="w")
    with pytest.raises(FormatError, match="nested too deeply"):
        records.decode(b"[" * 100_000, Any, where="w")


# Phases as they are given.


def phases_of(*rows_: dict[str, Any]) -> tuple[Phase, ...]:
    return phase_list.parse(json.dumps(rows_).encode(), where="phases.json")


def test_a_phase_lasts_until_the_next_and_the_last_until_the_end() -> None:
    found = phases_of(
        {"name": "exploring", "start_s": 90.5, "round": 2, "presenter": "Ben", "planned_s": 60},
        {"name": " check\tin ", "start_s": 0, "end_s": 60, "presenter": " "},
        {"name": "presenting", "start_s": 60},
    )
    assert found[:2] == (
        Phase(name="check in", start_ms=0, end_ms=60_000),
        Phase(name="presenting", start_ms=60_000, end_ms=90_500),
    )
    assert found[2] == Phase(
        name="exploring",
        start_ms=90_500,
        end_ms=found[2].end_ms,
        planned_ms=60_000,
        round=2,
        presenter="Ben",
    )
    assert found[2].end_ms >= 100 * 3600_000, "as far as any recording reaches"
    assert phases_of() == ()


@pytest.mark.parametrize("number", [0, 999])
def test_rounds_are_numbered_from_nought_to_nine_hundred_and_ninety_nine(number: int) -> None:
    assert phases_of({"name": "a", "start_s": 0, "round": number})[0].round == number


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"name": "a", "start_s": -1}, "between 0 and"),
        ({"name": "a", "start_s": 1e9}, "between 0 and"),
        ({"name": "a", "start_s": 2, "end_s": 1}, "end_s lies before start_s"),
        ({"name": "a", "start_s": 0, "planned_s": -5}, "between 0 and"),
        ({"name": "a", "start_s": 0, "planned_s": 1e300}, "between 0 and"),
        ({"name": "a", "start_s": 0, "round": -1}, "round"),
        ({"name": "a", "start_s": 0, "round": 1000}, "round"),
        ({"name": "a", "start_s": 0, "round": 10**30}, "round"),
        ({"name": "\n", "start_s": 0}, "needs a name"),
        ({"name": "a"}, "start_s"),
        ({"start_s": 0}, "name"),
        ({"name": "a", "start_s": "0:30"}, "start_s"),
        ({"name": "a", "start_s": 0, "end_s": 31}, "'a' is still on when 'last' starts"),
    ],
)
def test_a_phase_that_cannot_be_is_named_by_its_place(row: dict[str, Any], what: str) -> None:
    with pytest.raises(FormatError, match=what) as caught:
        phases_of({"name": "first", "start_s": 0, "end_s": 0}, row, {"name": "last", "start_s": 30})
    assert str(caught.value).startswith("phases.json: ")
    assert "[1]" in str(caught.value)


# Rows to be coded.


def parsed(data: bytes) -> list[UtteranceText]:
    return list(rows.parse(io.BytesIO(data), where="in.jsonl"))


def test_rows_are_read_line_by_line() -> None:
    data = b'{"id": 7, "text": "Why?", "prev_text": "", "more": 1}\n\n{"id":"b","text":""}'
    assert parsed(data) == [
        UtteranceText(id="7", text="Why?"),
        UtteranceText(id="b", text=""),
    ]
    full = b'{"id":"c","text":"x","prev_text":"y","speaker_role":"member"}\r\n'
    assert parsed(full) == [UtteranceText(id="c", text="x", prev_text="y", speaker_role="member")]


def test_a_row_is_given_before_the_next_is_read() -> None:
    class Stream(io.BytesIO):
        reads = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            self.reads += 1
            return super().readline(size if size is not None else -1)

    stream = Stream(b'{"id":1,"text":"a"}\n' * 5)
    next(rows.parse(stream, where="in"))
    assert stream.reads == 1


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b"Why?", "line 2"),
        (b'{"id": 1}', "line 2: .*text"),
        (b'{"id": null, "text": "a"}', "line 2: .*id"),
        (b'{"id": 1, "text": "' + b"a" * (1 << 20) + b'"}', "line 2: is longer than a megabyte"),
    ],
)
def test_a_broken_row_is_named_by_its_line(line: bytes, what: str) -> None:
    with pytest.raises(FormatError, match=f"in.jsonl, {what}"):
        parsed(b'{"id":1,"text":"a"}\n' + line)


def test_codings_are_written_a_line_each() -> None:
    made = Coding(
        utterance_id="ü1",
        label=Label.ADVICE,
        probabilities=(0.1, 0.2, 0.60004, 0.09996),
        flags=(Flag.LEADING,),
    )
    [line] = rows.serialize([made])
    assert line.endswith("\n")
    assert json.loads(line) == {
        "id": "ü1",
        "label": "advice",
        "probabilities": {
            "open_question": 0.1,
            "closed_question": 0.2,
            "advice": 0.6,
            "other": 0.1,
        },
        "flags": ["leading"],
        "unsure": True,
    }
