"""A file a person: laid on one time, each one's own speech, words track by track, names known."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from alsvoice.align import cut_by_voice
from alsvoice.audio.mix import open_mix
from alsvoice.backends.protocols import Hook, Sound, no_hook
from alsvoice.backends.sharing import ALL_ROOM, Room
from alsvoice.formats import stage_files
from alsvoice.intervals import Span, intersect, subtract, total_ms
from alsvoice.pipeline.transcribing import transcribe_tracks
from alsvoice.transcript import Diarization, Transcript, Turn, Word
from cli_runner import alsvoice, refused
from people_apart import Samples, heard_by, true_speech, write_wav
from scripted_demo import Scene, Script, silent_wav

PEOPLE = ("Helen", "Joanne", "Marcus")
STARTS_MS = {"Helen": 1250, "Joanne": 0, "Marcus": 4000}


def mic(name: str) -> Samples:
    others = tuple(other for other in PEOPLE if other != name)
    gain_db = {"Helen": 0, "Joanne": -9, "Marcus": 4}[name]
    return heard_by(name, others, -18, gain_db=gain_db)[16 * STARTS_MS[name] :]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Three phones in a room, started at different moments, diarised."""
    folder = tmp_path_factory.mktemp("room")
    given = [f"--track={n}={write_wav(folder / f'{n}.wav', mic(n))}" for n in PEOPLE]
    library = folder / "library"
    answer = alsvoice(
        "--library", library, "import", *given, "--participants",
        "Joanne:presenter,Zoe:observer", "--json",
    ).good()  # fmt: skip
    scene = Scene(
        library=library, session=answer.json()["session"], script=Script.of_the_demo(folder / "s")
    )
    (folder / "s" / "import.json").write_text(answer.out)
    (folder / "s" / "import.err").write_text(answer.err)
    words = Transcript(words=(), language="en")
    (folder / "s" / "words.json").write_bytes(stage_files.serialize_words(words))
    scene.process(scene.script.options[1])
    return scene


def test_offsets_are_found_said_and_kept(room: Scene) -> None:
    audio = room.manifest()["audio"]
    starts = {s["name"]: s["start_ms"] for s in audio["sources"]}
    for name, start in STARTS_MS.items():
        assert starts[f"{name}.wav"] == pytest.approx(start, abs=15)
    assert [t["offset_sure"] for t in audio["tracks"]] == [True] * 3
    answer = json.loads((room.script.folder / "import.json").read_text())
    assert [(t["participant"], t["speaker"], t["offset_sure"]) for t in answer["tracks"]] == [
        ("Helen", "SPEAKER_00", True), ("Joanne", "SPEAKER_01", True),
        ("Marcus", "SPEAKER_02", True),
    ]  # fmt: skip
    assert answer["notes"] == []
    said = (room.script.folder / "import.err").read_text()
    assert "Helen.wav starts 1.2" in said and "found in the sound" in said


def test_tracks_and_mix_lie_on_the_sessions_time(room: Scene) -> None:
    for number, name in enumerate(PEOPLE, start=1):
        with (room.folder / f"audio/tracks/{number:02}.flac").open("rb") as f, open_mix(f) as sound:
            own = sound.read(0, 60_000)
        start = 16 * STARTS_MS[name]
        assert not own[: max(0, start - 16 * 20)].any()
        shared = np.corrcoef(np.abs(own[start : start + 160_000]), np.abs(mic(name)[:160_000]))
        assert len(own) == pytest.approx(50 * 16_000, abs=16 * 20)
        assert shared[0, 1] > 0.1
    with (room.folder / "audio/mix.flac").open("rb") as file, open_mix(file) as sound:
        assert sound.duration_ms == pytest.approx(50_000, abs=20)


def test_bleed_is_nobodys_speech(room: Scene) -> None:
    heard = stage_files.parse_diarization((room.folder / "diarization.json").read_bytes())
    for number, name in enumerate(PEOPLE):
        found = [t.span for t in heard.turns if t.speaker == f"SPEAKER_{number:02}"]
        true = true_speech(name)
        right = total_ms(intersect(found, true))
        assert right > 0.9 * total_ms(true), name
        assert total_ms(found) - right < 0.1 * total_ms(true), name


def test_people_with_tracks_are_named_for_certain(room: Scene) -> None:
    report = room.report()
    roles = {p["name"]: p["role"] for p in report["participants"]}
    assert roles == {"Helen": "member", "Joanne": "presenter", "Marcus": "member"}
    assert report["provenance"]["diarizer"] == "tracks.v1"
    assert not any("expected" in warning for warning in report["quality"]["warnings"])
    exported = room.run("export", "--format", "rttm").good().out
    assert {line.split()[7] for line in exported.splitlines()} == set(PEOPLE)


def test_a_person_overrules_a_track(room: Scene, tmp_path: Path) -> None:
    scene = room.copy(tmp_path)
    scene.run("speakers", "SPEAKER_00=Cat").good()
    assert {p["name"] for p in scene.report()["participants"]} >= {"Cat", "Joanne", "Marcus"}


def test_a_second_run_computes_nothing(room: Scene) -> None:
    assert room.process()["computed"] == []


def test_who_withdraws_is_heard_in_no_later_run(room: Scene, tmp_path: Path) -> None:
    """Joanne's recording was the first to start, and the others' microphones heard her."""
    scene = room.copy(tmp_path)
    before = {s["name"]: s["start_ms"] for s in scene.manifest()["audio"]["sources"]}
    old = {p["name"]: p["talk_s"] for p in scene.report()["participants"]}
    scene.run("withdraw", "Joanne", "--yes").good()
    scene.process("--from", "ingest")
    audio = scene.manifest()["audio"]
    assert {s["name"]: s["start_ms"] for s in audio["sources"]} == {
        name: start for name, start in before.items() if name != "Joanne.wav"
    }
    with (scene.folder / "audio/mix.flac").open("rb") as file, open_mix(file) as sound:
        mix = sound.read(0, 60_000)
    alone = subtract(true_speech("Joanne"), [*true_speech("Helen"), *true_speech("Marcus")])
    assert total_ms(alone) > 3000
    for start, end in alone:
        assert not mix[16 * (start + 100) : 16 * (end - 100)].any()
    after = {p["name"]: p["talk_s"] for p in scene.report()["participants"]}
    assert set(after) == {"Helen", "Marcus"}
    for name, talk_s in after.items():
        assert talk_s == pytest.approx(old[name], abs=0.5)


def test_a_diariser_named_by_the_user_hears_the_mix(room: Scene, tmp_path: Path) -> None:
    scene = room.copy(tmp_path)
    done = scene.process(scene.script.options[0])
    assert done["computed"][0] == "diarize"
    assert not any(p["name"] == "Helen" and p["guessed"] is False
                   for p in scene.report()["participants"] if "guessed" in p)  # fmt: skip
    assert scene.manifest()["stages"]["diarize"]["tool"] == "scripted"


def test_what_correlates_with_nothing_is_said(tmp_path: Path) -> None:
    a, b = silent_wav(tmp_path / "a.wav", 4, 8000), silent_wav(tmp_path / "b.wav", 3, 8000)
    done = alsvoice("import", f"--track=Ann={a}", f"--track=Ben={b}", "--json").good()
    [note] = done.json()["notes"]
    assert "could not be found in the sound: a.wav, b.wav" in note
    assert "--offset" in note and note in done.err
    assert [t["offset_sure"] for t in done.json()["tracks"]] == [False, False]
    assert [t["start_s"] for t in done.json()["tracks"]] == [0, 0]


@pytest.mark.parametrize(
    ("offset", "starts", "length_s"),
    [("Ben=2.5", [0, 2.5], 5.5), ("ben=-1", [1, 0], 5), ("Ann=0.5", [0.5, 0], 4.5)],
)
def test_an_offset_that_is_told_holds(
    offset: str, starts: list[float], length_s: float, tmp_path: Path
) -> None:
    a, b = silent_wav(tmp_path / "a.wav", 4, 8000), silent_wav(tmp_path / "b.wav", 3, 8000)
    done = alsvoice(
        "import", f"--track=Ann={a}", f"--track=Ben={b}", f"--offset={offset}", "--json"
    ).good()
    assert [t["start_s"] for t in done.json()["tracks"]] == starts
    assert [t["offset_sure"] for t in done.json()["tracks"]] == [None, None]
    library = Path(os.environ["ALSVOICE_LIBRARY"])
    folder = library / "sessions" / done.json()["session"]
    manifest = json.loads((folder / "session.json").read_text())
    assert manifest["audio"]["duration_ms"] == pytest.approx(1000 * length_s, abs=2)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["a.wav", "--track=Ann=a.wav"], "cannot be given together"),
        (["--track=Ann=a.wav", "--channels=Ann,Ben"], "cannot be given together"),
        (["a.wav", "--offset=Ann=1"], "--offset is for tracks"),
        ([], "No recording was given"),
        (["--track=Ann"], "no NAME=FILE"),
        (["--track==a.wav"], "no NAME=FILE"),
        (["--track=Ann="], "no NAME=FILE"),
        (["--track=:member=a.wav"], "names nobody"),
        (["--track=Ann:king=a.wav"], "is no role"),
        (["--track=Ann=a.wav", "--track=ann=b.wav"], "given twice"),
        (["--track=Ann=a.wav", "--track=Ben=a.wav"], "One file is given for two people"),
        (["--track=Ann=a.wav", "--offset=Ben=1"], "for nobody who has a track"),
        (["--track=Ann=a.wav", "--offset=Ann=soon"], "no NAME=SECONDS"),
        (["--track=Ann=a.wav", "--offset=Ann=nan"], "no NAME=SECONDS"),
        (["--track=Ann=a.wav", "--offset=Ann=1", "--offset=Ann=2"], "twice"),
    ],
)
def test_tracks_that_make_no_sense(
    options: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.wav", "b.wav"):
        silent_wav(tmp_path / name, 1)
    assert sentence in refused("import", *options, status=2)


def test_a_track_that_is_no_sound_leaves_nothing_behind(tmp_path: Path) -> None:
    good = silent_wav(tmp_path / "a.wav", 1)
    (tmp_path / "b.wav").write_text("Dear diary")
    tracks = [f"--track=Ann={good}", f"--track=Ben={tmp_path / 'b.wav'}"]
    assert "b.wav is not a sound file" in refused("import", *tracks)
    assert "No such file" in refused("import", tracks[0], "--track=Ben=missing.wav")
    sessions = Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions"
    assert not sessions.exists() or list(sessions.iterdir()) == []


def test_tracks_are_refused_where_there_are_none(tmp_path: Path) -> None:
    session = alsvoice("import", silent_wav(tmp_path / "a.wav", 1), "--json").json()["session"]
    words = Script.of_the_demo(tmp_path / "script").options[1]  # no speech model is needed
    assert "no track for each person" in refused(
        "process", session, "--diarizer", "tracks", words, status=2
    )


# Words.


def w(text: str, start_ms: int, end_ms: int) -> Word:
    return Word(text=text, start_ms=start_ms, end_ms=end_ms)


class Recogniser:
    """Says one word a span, named after the sound; hears Dutch where it is not told."""

    name = "fake"

    def __init__(self) -> None:
        self.asked: list[tuple[str | None, int]] = []

    def transcribe(
        self,
        sound: Sound,
        *,
        speech: Sequence[Span],
        hints: Sequence[str] = (),
        language: str | None = None,
        threads: int = 1,
        hook: Hook = no_hook,
        room: Room = ALL_ROOM,
    ) -> Transcript:
        self.asked.append((language, sound.duration_ms))
        hook("transcribe", 1, 1)
        words = tuple(w(f"from{sound.duration_ms}", *span) for span in speech)
        return Transcript(words=words, language=language or "nl", loops_removed=1)


class Length:
    sample_rate = 16_000

    def __init__(self, duration_ms: int) -> None:
        self.duration_ms = duration_ms

    def read(self, start_ms: int, end_ms: int) -> Any:
        raise AssertionError


def test_each_track_is_transcribed_by_itself_and_the_language_heard_once() -> None:
    turns = (
        Turn(speaker="A", start_ms=0, end_ms=1000),
        Turn(speaker="B", start_ms=500, end_ms=4000),
        Turn(speaker="A", start_ms=5000, end_ms=5500),
    )
    backend, told = Recogniser(), list[tuple[int, int]]()
    found = transcribe_tracks(
        backend,
        {"A": Length(1), "B": Length(2), "C": Length(3)},
        turns,
        language=None,
        threads=1,
        hook=lambda _stage, done, total: told.append((done, total)),
    )
    assert backend.asked == [(None, 2), ("nl", 1)], "the longest speech first, no silent track"
    assert [word.text for word in found.words] == ["from1", "from2", "from1"]
    assert found.speakers == ("A", "B", "A")
    assert (found.language, found.loops_removed) == ("nl", 2)
    assert told == [(3500, 5000), (5000, 5000)]


def cut(*said: tuple[str, Word]) -> list[str]:
    utterances = cut_by_voice([word for _, word in said], [who for who, _ in said], "sha256:00")
    assert len({u.id for u in utterances}) == len(utterances)
    return [f"{u.speaker}: {u.text}" for u in utterances]


def test_speech_at_once_is_not_cut_to_pieces() -> None:
    assert cut(
        ("A", w("I", 0, 200)), ("B", w("what", 100, 300)), ("A", w("think", 220, 500)),
        ("B", w("about", 310, 600)), ("A", w("so.", 510, 900)), ("B", w("it?", 610, 900)),
    ) == ["A: I think so.", "B: what about it?"]  # fmt: skip


def test_a_word_in_a_pause_ends_the_utterance() -> None:
    assert cut(("A", w("well", 0, 300)), ("B", w("mm", 450, 600)), ("A", w("we", 750, 800))) == [
        "A: well",
        "B: mm",
        "A: we",
    ]


def test_the_same_times_in_two_tracks_are_two_utterances() -> None:
    assert len(cut(("A", w("yes.", 0, 300)), ("B", w("yes.", 0, 300)))) == 2


def test_speakers_must_be_as_many_as_words() -> None:
    with pytest.raises(ValueError, match="speakers"):
        Transcript(words=(w("a", 0, 1),), speakers=("A", "B"))
    assert Diarization(turns=(), exclusive=()).speakers == ()


@pytest.mark.models
def test_people_who_speak_at_once_are_both_written_down(tmp_path: Path) -> None:
    """Marcus' and Helen's first sentences, moved onto each other."""
    helen = heard_by("Helen", (), -60)[16 * 2600 : 16 * 15_000]
    marcus = heard_by("Marcus", (), -60)[16 * 14_900 : 16 * 22_000]
    tracks = [
        f"--track={n}={write_wav(tmp_path / f'{n}.wav', s)}"
        for n, s in (("Helen", helen), ("Marcus", marcus))
    ]
    session = alsvoice("import", *tracks, "--json").good().json()["session"]
    alsvoice("process", session, "--asr", "tiny.en").good()
    text: dict[str, str] = {}
    for row in alsvoice("report", session, "--format", "json").good().json()["utterances"]:
        text[row["participant"]] = f"{text.get(row['participant'], '')} {row['text']}".lower()
    assert "good morning everyone" in text["Helen"]
    assert "again" in text["Marcus"] and "rush" in text["Marcus"]
    assert "rush" not in text["Helen"]
