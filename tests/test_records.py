"""Our own files: values refuse nonsense, and what is written is read back or refused by place."""

import contextlib
import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from alsvoice.edits import Edit, Op
from alsvoice.errors import FormatError
from alsvoice.formats import edit_lines, manifest, phase_list, records, rows, stage_files
from alsvoice.intervals import union
from alsvoice.labels import ClassifierCard, Coding, Flag, Label, Origin
from alsvoice.session import (
    Audio,
    Consent,
    Manifest,
    Participant,
    Phase,
    Role,
    Source,
    StageRecord,
)
from alsvoice.transcript import Diarization, Transcript, Turn, Utterance, Word

UPGRADE = "pip install --upgrade alsvoice"
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
names = texts.filter(lambda text: bool(text.strip()))
times = st.integers(0, 10**8)
chances = st.sampled_from([(0.25, 0.25, 0.25, 0.25), (1.0, 0.0, 0.0, 0.0), (0.1, 0.2, 0.3, 0.4)])


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
