"""``evaluate``: from every format that is exported, with the protocol said; or one sentence."""

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alsvoice.errors import FormatError
from alsvoice.formats import srt, vtt
from alsvoice.formats.segments import SpokenSegment
from cli_runner import alsvoice, refused
from scripted_demo import DEMO, Scene, processed

CARRIED = ("rttm", "stm", "seglst", "srt", "vtt", "json")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return processed(tmp_path_factory.mktemp("done"))


@pytest.fixture(scope="module")
def exported(done: Scene) -> Path:
    """Every format, in a folder; names are those of the session."""
    for name in (*CARRIED, "txt"):
        suffix = "seglst.json" if name == "seglst" else name
        done.run("export", "--format", name, "-o", done.library.parent / f"x.{suffix}").good()
    return done.library.parent


def path_of(folder: Path, name: str) -> Path:
    return folder / ("x.seglst.json" if name == "seglst" else f"x.{name}")


@pytest.mark.parametrize("name", CARRIED)
def test_every_format_with_times_and_speakers_is_read(exported: Path, name: str) -> None:
    of = alsvoice("evaluate", path_of(exported, name), DEMO / "session.rttm", "--json")
    found = of.good().json()["diarization"]
    own = name in {"rttm", "json"}
    assert found["der"] == 0 if own else found["der"] < 0.1
    assert found["jer"] == 0 if own else found["jer"] < 0.1
    assert (found["speakers_found"], found["speaker_count_error"]) == (5, 0)
    assert ("are its segments" in found["protocol"]) != own
    if name != "rttm":
        said = alsvoice("evaluate", path_of(exported, name), DEMO / "session.stm", "--json")
        words = said.good().json()["words"]
        assert max(words["wer"], words["cpwer"]) < 0.02
        assert words["speakers_found"] == words["speakers_reference"] == 5


def test_labels_of_a_report_against_the_truth(done: Scene, exported: Path) -> None:
    of_files = alsvoice("evaluate", exported / "x.json", DEMO / "truth.json", "--json").good()
    labels = of_files.json()["labels"]
    of_session = done.run("evaluate", "--reference", DEMO, "--json").json()["labels"]
    rounded = ("calibration", "intervals")  # a report's probabilities have four places
    assert labels.keys() == of_session.keys()
    assert all(labels[key] == of_session[key] for key in labels if key not in rounded)
    assert labels["calibration"]["error"] == pytest.approx(
        of_session["calibration"]["error"], abs=0.001
    )
    assert labels["macro_f1"] > 0.85
    assert sum(labels["support"].values()) == labels["utterances"]
    for label, row in labels["confusion"].items():
        assert sum(row.values()) == labels["support"][label]
    assert "across: coded" in alsvoice("evaluate", exported / "x.json", DEMO / "truth.json").out


def test_each_score_says_its_protocol(done: Scene) -> None:
    scores = done.run("evaluate", "--reference", DEMO, "--json").good().json()
    turns, words = scores["diarization"]["protocol"], scores["words"]["protocol"]
    for said in ("collar 0", "overlap scored", "the whole recording", "matched", "pyannote.metr"):
        assert said in turns
    for said in ("no fillers", "order of time", "fewest errors", "rapidfuzz"):
        assert said in words
    assert "span" in scores["labels"]["protocol"]
    printed = done.run("evaluate", "--reference", DEMO).good().out
    assert all(part["protocol"] in printed for part in scores.values())
    told = done.run(
        "evaluate", "--reference", DEMO, "--collar", "0.25", "--skip-overlap", "--json"
    ).json()
    assert "collar 0.25 s on each side, overlap not scored" in told["diarization"]["protocol"]
    assert (told["diarization"]["collar_s"], told["diarization"]["overlap_scored"]) == (0.25, False)


def test_the_parts_that_are_scored(done: Scene, tmp_path: Path) -> None:
    (tmp_path / "half.uem").write_text("session 1 0 60\n")
    for call in (
        ("evaluate", done.session, "--reference", DEMO),
        ("evaluate", DEMO / "session.rttm", DEMO / "session.rttm"),
    ):
        said = alsvoice("--library", done.library, *call, "--uem", tmp_path / "half.uem", "--json")
        found = said.good().json()["diarization"]
        assert found["reference_speech_s"] < 60
        assert "the parts in half.uem" in found["protocol"]
    (tmp_path / "session.rttm").write_text((DEMO / "session.rttm").read_text())
    (tmp_path / "session.uem").write_text("session 1 0 30\n")
    beside = done.run("evaluate", "--reference", tmp_path, "--json").good().json()["diarization"]
    assert beside["reference_speech_s"] < 30
    assert "the parts in session.uem" in beside["protocol"]


def test_shares_and_counts_are_signed(tmp_path: Path) -> None:
    one = tmp_path / "one.rttm"
    one.write_text("SPEAKER s 1 0 400 <NA> <NA> all <NA> <NA>\n")
    found = alsvoice("evaluate", one, DEMO / "session.rttm", "--json").good().json()["diarization"]
    assert found["speaker_count_error"] == -4
    errors = found["talk_share_errors"]
    assert max(errors.values()) > 0 > min(errors.values())
    assert found["talk_share_error"] == max(abs(error) for error in errors.values())
    assert found["talk_share_error_mean"] == pytest.approx(
        sum(abs(error) for error in errors.values()) / 5, abs=1e-4
    )


# What cannot be compared.


def test_files_that_cannot_be_compared(exported: Path, tmp_path: Path) -> None:
    ref = DEMO / "session.rttm"
    files = {
        "empty.rttm": "", "words.rttm": "dear diary\n", "empty.stm": "",
        "empty.json": "", "list.json": "[]", "number.json": "3", "object.json": "{}",
        "turns.json": '{"turns": [{"id": "a", "start_s": "x", "end_s": 2}], "utterances": []}',
        "late.json": '{"turns": [{"id": "a", "start_s": 3, "end_s": 2}], "utterances": []}',
        "label.json": '{"utterances": [{"start": 0, "end": 1, "label": "poetry"}]}',
        "nan.json": '{"utterances": [{"start": NaN, "end": 1, "label": "other"}]}',
        "deep.json": "[" * 5000, "none.vtt": "WEBVTT\n", "not.vtt": "1\n",
        "nobody.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n",
        "nobody.srt": "1\n00:00:01,000 --> 00:00:02,000\nhello\n",
        "time.srt": "1\n00:00:01,000 --> soon\nAnn: hello\n",
        "back.srt": "1\n00:00:03,000 --> 00:00:02,000\nAnn: hello\n",
        "two.rttm": "SPEAKER a 1 0 1 <NA> <NA> x\nSPEAKER b 1 0 1 <NA> <NA> x\n",
        "table.csv": "a,b\n", "none.uem": ";; nothing\n", "past.uem": "a 1 9000 9001\n",
    }  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).write_text(content)
        if name.endswith(".uem"):
            continue
        as_reference = refused("evaluate", ref, tmp_path / name)
        assert "Traceback" not in as_reference
        if not name.startswith(("empty", "none", "list")):
            refused("evaluate", tmp_path / name, ref)
    (tmp_path / "silent.stm").write_text("a 1 b 0 1\n")
    (tmp_path / "binary.rttm").write_bytes(bytes(range(256)))
    assert "cannot be read as text" in refused("evaluate", tmp_path / "binary.rttm", ref)
    assert "no speech" in refused("evaluate", ref, tmp_path / "empty.rttm")
    assert "no words" in refused("evaluate", DEMO / "session.stm", tmp_path / "silent.stm")
    assert "no file" in refused("evaluate", ref, tmp_path / "missing.rttm")
    (tmp_path / "folder.rttm").mkdir()
    assert "cannot be read" in refused("evaluate", tmp_path / "folder.rttm", ref)
    assert "neither RTTM" in refused("evaluate", exported / "x.txt", ref)
    assert "two.rttm, line 2: a second recording" in refused("evaluate", tmp_path / "two.rttm", ref)
    assert "names no part" in refused("evaluate", ref, ref, "--uem", tmp_path / "none.uem")
    assert "is left" in refused("evaluate", ref, ref, "--uem", tmp_path / "past.uem")
    assert "nothing in common" in refused("evaluate", ref, DEMO / "truth.json")
    assert "nothing to compare" in refused("evaluate", ref, status=2)
    for collar in ("-1", "x", "nan", "9"):
        refused("evaluate", ref, ref, "--collar", collar, status=2)


def test_a_collar_that_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "short.rttm").write_text("SPEAKER s 1 1 2 <NA> <NA> x <NA> <NA>\n")
    short = tmp_path / "short.rttm"
    assert "No speech of the reference is left" in refused(
        "evaluate", short, short, "--collar", "1"
    )


def test_a_hypothesis_that_heard_nothing_is_scored(tmp_path: Path) -> None:
    """To miss everything is a result, not a mistake of the call."""
    (tmp_path / "empty.rttm").touch()
    said = alsvoice("evaluate", tmp_path / "empty.rttm", DEMO / "session.rttm", "--json").good()
    assert said.json()["diarization"]["der"] == said.json()["diarization"]["jer"] == 1
    (tmp_path / "empty.stm").touch()
    said = alsvoice("evaluate", tmp_path / "empty.stm", DEMO / "session.stm", "--json").good()
    assert said.json()["words"]["cpwer"] == 1


def test_a_folder_without_reference(done: Scene, tmp_path: Path) -> None:
    call = ("--library", done.library, "evaluate", done.session, "--reference")
    assert "no reference" in refused(*call, tmp_path)
    (tmp_path / "a.rttm").touch()
    assert "no speech" in refused(*call, tmp_path)
    (tmp_path / "a.rttm").unlink()
    (tmp_path / "truth.json").write_text('{"utterances": [{"start": 0}]}')
    assert "does not list utterances" in refused(*call, tmp_path)


@pytest.mark.parametrize("missing", ["pyannote.metrics.diarization", "rapidfuzz.distance"])
def test_without_the_extra(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    assert "extra [evaluate]" in refused("evaluate", DEMO / "session.stm", DEMO / "session.stm")


def test_labels_need_no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pyannote", "pyannote.metrics.diarization", "rapidfuzz.distance"):
        monkeypatch.setitem(sys.modules, name, None)
    alsvoice("evaluate", DEMO / "truth.json", DEMO / "truth.json").good()


# Subtitles, read back.

_PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="<>{}:"), max_size=12)
_SPOKEN = st.builds(
    lambda who, text, start, length: SpokenSegment(
        speaker=f"A{who}".strip(), start_ms=start, end_ms=start + length, text=f"b{text}"
    ),
    st.sampled_from(["nn", "nn B", "é", "😀"]), _PLAIN, st.integers(0, 10**7), st.integers(1, 9999),
)  # fmt: skip


@given(st.lists(_SPOKEN, max_size=4))
def test_subtitles_are_read_as_they_were_written(spoken: list[SpokenSegment]) -> None:
    from alsvoice.formats.fields import one_line

    expected = [
        (s.speaker, s.start_ms, s.end_ms, one_line(s.text))
        for s in sorted(spoken, key=lambda s: (s.start_ms, s.end_ms))
    ]
    for kind in (srt, vtt):
        read = kind.parse(kind.serialize(spoken))
        assert [(s.speaker, s.start_ms, s.end_ms, s.text) for s in read] == expected


def test_a_cue_keeps_signs_that_mean_markup() -> None:
    said = SpokenSegment(speaker="A & <B>", start_ms=0, end_ms=1000, text="1 < 2 & 3 --> 4")
    assert vtt.parse(vtt.serialize([said])) == (said,)


@pytest.mark.parametrize("text", ["", "WEBVT", "\ufeffNOTE"])
def test_no_vtt(text: str) -> None:
    with pytest.raises(FormatError, match="WEBVTT"):
        vtt.parse(text)


def test_the_json_keys_are_there(done: Scene) -> None:
    """What others rely on; keys are added, never taken away."""
    found = json.loads(done.run("evaluate", "--reference", DEMO, "--json").good().out)
    assert {"der", "missed", "false_alarm", "confusion", "talk_share_error", "speakers_reference",
            "speakers_found", "protocol", "jer"} <= found["diarization"].keys()  # fmt: skip
    assert {"wer", "cpwer", "substitutions", "deletions", "insertions", "reference_words",
            "protocol"} <= found["words"].keys()  # fmt: skip
    assert {"macro_f1", "f1", "precision", "recall", "confusion"} <= found["labels"].keys()
