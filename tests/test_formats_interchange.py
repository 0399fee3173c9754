"""RTTM, STM, SegLST and UEM: what is written is read back, what is broken is named by its place."""

import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alsvoice.errors import FormatError
from alsvoice.formats import rttm, seglst, stm, uem
from alsvoice.formats.fields import clock, one_line, seconds_text, token, tokens
from alsvoice.formats.segments import SpokenSegment
from alsvoice.transcript import Turn

SHARED = Path(
    os.environ.get("ALSVOICE_SHARED") or Path(__file__).parents[2] / "shared" / "data"
)  # fmt: skip
DEMO = SHARED / "als" / "demo"
PARSERS: list[Callable[[str], Any]] = [rttm.parse, stm.parse, seglst.parse, uem.parse]

times = st.integers(min_value=0, max_value=10**8)
lengths = st.integers(min_value=0, max_value=10**6)
# Every character there is, halves of pairs too, and often those that could break a line.
awkward = st.sampled_from("\n\r\t \u2028\u2029\x00\x0b\x0c\x1c\x85\u202e\u200f\ufeff;<>&\"'\\")
names = st.text(st.characters() | awkward, min_size=1, max_size=12)
texts = st.text(st.characters() | awkward, max_size=40)


@st.composite
def turns(draw: st.DrawFn) -> Turn:
    start = draw(times)
    return Turn(speaker=draw(names), start_ms=start, end_ms=start + draw(lengths))


@st.composite
def segments(draw: st.DrawFn) -> SpokenSegment:
    start = draw(times)
    end = start + draw(lengths)
    return SpokenSegment(speaker=draw(names), start_ms=start, end_ms=end, text=draw(texts))


def at(start_ms: int, end_ms: int, speaker: str = "Ann", text: str = "") -> SpokenSegment:
    return SpokenSegment(speaker=speaker, start_ms=start_ms, end_ms=end_ms, text=text)


@given(st.lists(turns(), max_size=8), names)
def test_rttm_round_trip(given_turns: list[Turn], recording: str) -> None:
    text = rttm.serialize(given_turns, recording=recording)
    text.encode()
    name = tokens(turn.speaker for turn in given_turns)
    expected = sorted((t.start_ms, t.end_ms, name[t.speaker]) for t in given_turns)
    assert sorted((t.start_ms, t.end_ms, t.speaker) for t in rttm.parse(text)) == expected
    assert text.count("\n") == len(given_turns) == len(text.splitlines())


@given(st.lists(segments(), max_size=8), names)
def test_stm_round_trip(given_segments: list[SpokenSegment], recording: str) -> None:
    text = stm.serialize(given_segments, recording=recording)
    text.encode()
    name = tokens(each.speaker for each in given_segments)
    expected = sorted(
        (s.start_ms, s.end_ms, name[s.speaker], one_line(s.text)) for s in given_segments
    )
    found = [(s.start_ms, s.end_ms, s.speaker, s.text) for s in stm.parse(text)]
    assert sorted(found) == expected
    assert text.count("\n") == len(given_segments) == len(text.splitlines())


@given(st.lists(segments(), max_size=8), names)
def test_seglst_round_trip(given_segments: list[SpokenSegment], recording: str) -> None:
    text = seglst.serialize(given_segments, recording=recording)
    text.encode()
    expected = sorted(
        (s.start_ms, s.end_ms, one_line(s.speaker) or "unknown", one_line(s.text))
        for s in given_segments
    )
    found = [(s.start_ms, s.end_ms, s.speaker, s.text) for s in seglst.parse(text)]
    assert sorted(found) == expected
    assert all(row["session_id"] == one_line(recording) for row in json.loads(text))


@given(st.lists(st.tuples(times, lengths), max_size=8), names)
def test_uem_round_trip(parts: list[tuple[int, int]], recording: str) -> None:
    spans = sorted((start, start + length) for start, length in parts)
    assert uem.parse(uem.serialize(spans, recording=recording)) == tuple(spans)


@pytest.mark.parametrize("parse", PARSERS)
@example(text="\x85")  # white space to str.split, no end of a line here
@given(text=st.text(st.characters() | awkward | st.sampled_from("SPEAKER 10.[]{}:,-")))
def test_any_text_is_read_or_refused(parse: Callable[[str], Any], text: str) -> None:
    with contextlib.suppress(FormatError):
        parse(text)


@given(st.lists(names, max_size=8))
def test_tokens_keep_people_apart(given_names: list[str]) -> None:
    found = tokens(given_names)
    assert len(set(found.values())) == len(found) == len(set(given_names))
    assert all(len(each.split()) == 1 for each in found.values())


def test_tokens_of_people_whose_names_differ_in_a_space() -> None:
    assert tokens(["Ann B", "Ann_B", "Ann  B"]) == {
        "Ann_B": "Ann_B",
        "Ann  B": "Ann_B_2",
        "Ann B": "Ann_B_3",
    }


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("hello there", "line 1"),
        ("\n;; comment\nSPEAKER s 1 1.0 2.0 <NA> <NA>", "line 3"),
        ("SPEAKER s 1 one 2.0 <NA> <NA> Ann <NA> <NA>", "line 1"),
        ("SPEAKER s 1 -1 2.0 <NA> <NA> Ann <NA> <NA>", "line 1"),
        ("SPEAKER s 1 1 -2 <NA> <NA> Ann <NA> <NA>", "line 1"),
        ("SPEAKER s 1 1 nan <NA> <NA> Ann <NA> <NA>", "line 1"),
        ("SPEAKER s 1 1_0 2 <NA> <NA> Ann <NA> <NA>", "line 1"),
        ("SPEAKER s 1 1e300 2 <NA> <NA> Ann <NA> <NA>", "line 1"),
        ("SPEAKER s 1 1 2 <NA> <NA> A\r\nSPEAKER t 1 1 2 <NA> <NA> A", "line 2"),
    ],
)
def test_rttm_names_the_line(text: str, where: str) -> None:
    with pytest.raises(FormatError, match=where):
        rttm.parse(text)


def test_rttm_passes_over_other_types_and_short_lines_of_old_files() -> None:
    text = "\ufeffSPKR-INFO s 1 <NA> <NA> <NA> adult Ann <NA>\nSPEAKER s 1 .5 1e1 <NA> <NA> Ann\n"
    assert rttm.parse(text) == (Turn(speaker="Ann", start_ms=500, end_ms=10_500),)


def test_one_of_several_recordings_is_picked_by_name() -> None:
    assert [s.speaker for s in stm.parse("a 1 Ann 0 1 x\nb 1 Ben 0 1 y", recording="b")] == ["Ben"]
    assert uem.parse("a 1 0 1\nb 1 0 2", recording="b") == ((0, 2000),)
    rows = json.dumps([_row(session_id="a"), _row(session_id="b", speaker="Ben")])
    assert [s.speaker for s in seglst.parse(rows, recording="b")] == ["Ben"]
    both = rttm.serialize([_turn("Ann")], recording="a") + rttm.serialize(
        [_turn("B")], recording="b"
    )
    assert rttm.parse(both, recording="b") == (_turn("B"),)
    for parse, text in ((stm.parse, "a 1 A 0 1\nb 1 B 0 1"), (uem.parse, "a 1 0 1\nb 1 0 1")):
        with pytest.raises(FormatError, match=r"line 2.*second recording"):
            parse(text)
    with pytest.raises(FormatError, match=r"\[1\].*second recording"):
        seglst.parse(rows)


def _turn(speaker: str) -> Turn:
    return Turn(speaker=speaker, start_ms=0, end_ms=1000)


def _row(**changes: Any) -> dict[str, Any]:
    row = {"session_id": "s", "speaker": "Ann", "start_time": 0, "end_time": 1.5, "words": "Yes."}
    return {**row, **changes}


@pytest.mark.parametrize(
    ("text", "where"), [("s 1 Ann 1", "line 1"), (";;\n\ns 1 Ann 2 1 no", "line 3")]
)
def test_stm_names_the_line(text: str, where: str) -> None:
    with pytest.raises(FormatError, match=where):
        stm.parse(text)


def test_stm_knows_a_label_from_words() -> None:
    assert stm.parse("s 1 Ann 0 1 <o,f0,female> good morning")[0].text == "good morning"
    assert stm.parse("s 1 Ann 0 1")[0].text == ""
    written = stm.serialize([at(0, 1000, text="<img onerror> hello")])
    assert stm.parse(written)[0].text == "<img onerror> hello"


@pytest.mark.parametrize("text", ["s 1 0", "s 1 2 1", "s 1 0 1 2"])
def test_uem_names_the_line(text: str) -> None:
    with pytest.raises(FormatError, match="line 2"):
        uem.parse("\n" + text)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[\n{]", "line 2"),
        ("{}", "line 1"),
        ("[" * 100_000, "line 1"),
        ("[NaN]", "line 1"),
        ("[1]", r"\[0\]"),
        (json.dumps([_row(), _row(speaker=3)]), r"\[1\]\.speaker"),
        (json.dumps([_row(speaker="")]), r"\[0\]\.speaker"),
        (json.dumps([_row(start_time=True)]), r"\[0\]\.start_time"),
        (json.dumps([_row(end_time="late")]), r"\[0\]"),
        (json.dumps([_row(start_time=2)]), r"\[0\]"),
        (json.dumps([_row(words=None)]), r"\[0\]\.words"),
    ],
)
def test_seglst_names_the_place(text: str, where: str) -> None:
    with pytest.raises(FormatError, match=where):
        seglst.parse(text)


def test_seglst_reads_times_written_as_strings() -> None:
    found = seglst.parse(json.dumps([_row(start_time="0.25")]))
    assert found == (at(250, 1500, text="Yes."),)


def test_nothing_is_nothing_in_every_format() -> None:
    assert rttm.serialize([]) == stm.serialize([]) == uem.serialize([]) == ""
    assert not any([rttm.parse(""), stm.parse(""), uem.parse(""), seglst.parse("[]")])
    assert seglst.serialize([]) == "[]\n"


def test_times_are_written_to_the_millisecond() -> None:
    assert seconds_text(61_005) == "61.005"
    assert [clock(ms) for ms in (0, 59_999, 60_000, 3_600_000, 37_230_000)] == [
        "0:00", "0:59", "1:00", "1:00:00", "10:20:30",
    ]  # fmt: skip
    assert "0.001 0.002" in rttm.serialize([Turn(speaker="A", start_ms=1, end_ms=3)])


def test_a_name_of_nothing_but_marks_is_unknown() -> None:
    assert token("\u202e \n") == "unknown"
    assert token(";; Ann  Lee\n") == "_Ann_Lee"


@pytest.mark.parametrize("bad", [(5, 4, "Ann"), (-1, 4, "Ann"), (0, 4, "")])
def test_a_segment_keeps_its_invariants(bad: tuple[int, int, str]) -> None:
    with pytest.raises(ValueError, match="segment"):
        at(bad[0], bad[1], bad[2])


@pytest.mark.shared
@pytest.mark.skipif(not DEMO.is_dir(), reason="the demo session's reference files are not here")
def test_the_demo_session_is_read_and_written_unchanged() -> None:
    turns_text = (DEMO / "session.rttm").read_text()
    words_text = (DEMO / "session.stm").read_text()
    scored_text = (DEMO / "session.uem").read_text()
    assert rttm.serialize(rttm.parse(turns_text)) == turns_text
    assert stm.serialize(stm.parse(words_text)) == words_text
    assert uem.serialize(uem.parse(scored_text)) == scored_text
    truth = json.loads((DEMO / "truth.json").read_text())
    assert stm.parse(words_text)[0].span == (2720, 5571)
    assert [s.text for s in stm.parse(words_text)] == [u["text"] for u in truth["utterances"]]
    assert seglst.parse(seglst.serialize(stm.parse(words_text))) == stm.parse(words_text)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared recordings are not here")
def test_every_reference_file_is_read() -> None:
    files = sorted((SHARED / "speech").glob("*/*.*"))
    read = {".rttm": rttm.parse, ".stm": stm.parse, ".uem": uem.parse}
    references = [file for file in files if file.suffix in read]
    assert references
    for file in references:
        assert isinstance(read[file.suffix](file.read_text()), tuple)
