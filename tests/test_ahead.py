"""Transcription that begins while the diariser still tells voices apart."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from alsvoice.backends.protocols import Hook, Sound, SpeechFound, no_hook, nobody_waits
from alsvoice.backends.scripted import ScriptedDiarizer, ScriptedTranscriber
from alsvoice.backends.sharing import ALL_ROOM, Crew, Room, shares
from alsvoice.config import Config
from alsvoice.errors import Cancelled, InputError, ModelError
from alsvoice.formats import stage_files
from alsvoice.intervals import Span, overlap_ms, union
from alsvoice.pipeline import run
from alsvoice.pipeline.ahead import Ahead
from alsvoice.pipeline.stages import Choices
from alsvoice.store import Library
from alsvoice.transcript import Diarization, Transcript
from cli_runner import check_failure
from scripted_demo import PEOPLE, Scene, imported

FILES = ("diarization.json", "words.json", "utterances.json", "labels.json")
BEGUN = threading.Event()
WAIT_S = 60


class Slow(ScriptedDiarizer):
    """Tells where there is speech, waits for the transcription to begin, and does the rest."""

    then: Callable[[], None] = staticmethod(lambda: None)
    left: int | None = None

    def diarize(
        self,
        sound: Sound,
        *,
        speakers: int | None = None,
        samples: Sequence[Span] = (),
        known: Sequence[Sequence[float]] = (),
        threads: int = 1,
        hook: Hook = no_hook,
        speech_found: SpeechFound = nobody_waits,
    ) -> Diarization:
        def found(spoken: tuple[Span, ...]) -> None:
            Slow.left = speech_found(spoken)

        stored = super().diarize(sound, speakers=speakers, hook=hook, speech_found=found)
        if Slow.left is not None:
            assert BEGUN.wait(WAIT_S)
            Slow.then()
        hook("diarize", 2, 2)
        return stored


class Listening(ScriptedTranscriber):
    """Keeps what it is given and in which thread; does ``then`` before it answers."""

    then: Callable[[Room], None] = staticmethod(lambda _room: None)
    asked: ClassVar[list[tuple[str, tuple[Span, ...]]]] = []

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
        self.asked.append((threading.current_thread().name, tuple(speech)))
        BEGUN.set()
        Listening.then(room)
        return super().transcribe(sound, speech=speech, hook=hook, room=room)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    made = imported(tmp_path_factory.mktemp("fresh"), "--participants", PEOPLE)
    tell_speech(made)
    return made


@pytest.fixture
def scene(fresh: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr("alsvoice.backends.scripted.ScriptedDiarizer", Slow)
    monkeypatch.setattr("alsvoice.backends.scripted.ScriptedTranscriber", Listening)
    monkeypatch.setattr(Slow, "then", staticmethod(lambda: None))
    monkeypatch.setattr(Slow, "left", None)
    monkeypatch.setattr(Listening, "then", staticmethod(lambda _room: None))
    monkeypatch.setattr(Listening, "asked", [])
    BEGUN.clear()
    return fresh.copy(tmp_path)


def tell_speech(scene: Scene) -> None:
    """Let the scripted diariser say where there is speech before it says whose."""
    path = scene.script.folder / "diarization.json"
    heard = stage_files.parse_diarization(path.read_bytes())
    spoken = union(turn.span for turn in heard.turns)
    path.write_bytes(stage_files.serialize_diarization(replace(heard, spoken=spoken)))


def choices(scene: Scene, threads: int = 2) -> Choices:
    diarizer, asr, classifier = (o.partition("=")[2] for o in scene.script.options)
    return Choices(diarizer=diarizer, asr=asr, classifier=classifier, threads=threads)


def process(scene: Scene, threads: int = 2, hook: Hook = no_hook, **how: Any) -> run.Run:
    session = Library(scene.library).find(scene.session)
    return run.process(session, Config.resolve(), choices(scene, threads), hook=hook, **how)


def files(scene: Scene) -> dict[str, bytes]:
    return {n: (scene.folder / n).read_bytes() for n in FILES if (scene.folder / n).exists()}


def check_nothing_goes_on(scene: Scene) -> None:
    """No thread is left, nothing is half done, and the next run brings it to its end."""
    assert [t.name for t in threading.enumerate() if t.name == "transcribe"] == []
    assert not list(scene.folder.rglob("*.tmp"))
    assert Library(scene.library).find(scene.session).holder() is None
    Slow.then = staticmethod(lambda: None)
    Listening.then = staticmethod(lambda _room: None)
    process(scene)
    scene.run("report").good()


# What is done, and in which thread.


def test_what_comes_out_is_what_comes_out_one_after_the_other(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = scene.copy(tmp_path / "other")
    assert process(scene).computed == process(other, threads=1).computed
    assert [name for name, _ in Listening.asked] == ["transcribe", "MainThread"]
    assert files(scene) == files(other)
    assert len(files(scene)) == len(FILES)
    assert Listening.asked[0][1] == Listening.asked[1][1]
    inputs = [s.manifest()["stages"]["transcribe"]["inputs"] for s in (scene, other)]
    assert inputs[0] == inputs[1]


def test_the_diariser_keeps_a_share_of_the_threads(scene: Scene) -> None:
    process(scene, threads=8)
    assert Slow.left == 4
    assert [shares(n) for n in (1, 2, 3, 4, 5, 8)] == [
        (1, 1), (2, 1), (3, 1), (2, 2), (2, 2), (2, 4),
    ]  # fmt: skip


def test_another_number_of_people_keeps_the_words(scene: Scene) -> None:
    process(scene)
    done = process(scene, speakers=7)
    assert done.kept == ("ingest", "transcribe", "classify")  # the same turns: the same rows
    assert done.computed == ("diarize", "align")
    assert len(Listening.asked) == 1
    assert process(scene).computed == ()


def test_other_speech_or_another_model_does_not(scene: Scene, tmp_path: Path) -> None:
    process(scene)
    path = scene.script.folder / "diarization.json"
    heard = stage_files.parse_diarization(path.read_bytes())
    assert heard.spoken is not None
    path.write_bytes(stage_files.serialize_diarization(replace(heard, spoken=heard.spoken[1:])))
    done = process(scene, speakers=7)
    assert "transcribe" in done.computed
    assert Listening.asked[1] == ("transcribe", heard.spoken[1:])


def test_words_that_are_not_there_are_begun_early_too(scene: Scene) -> None:
    process(scene)
    (scene.folder / "words.json").write_text("{")
    done = process(scene, speakers=7)
    assert "transcribe" in done.computed
    assert [name for name, _ in Listening.asked] == ["transcribe", "transcribe"]


def test_a_diariser_that_tells_nothing_early_runs_before(scene: Scene) -> None:
    path = scene.script.folder / "diarization.json"
    heard = stage_files.parse_diarization(path.read_bytes())
    path.write_bytes(stage_files.serialize_diarization(replace(heard, spoken=None)))
    process(scene)
    assert [name for name, _ in Listening.asked] == ["MainThread"]


def test_both_stages_together_cost_what_the_process_did(scene: Scene) -> None:
    """The transcription's share is counted as its own, though it was used while voices were."""

    def work(seconds: float) -> None:
        end = time.thread_time() + seconds
        while time.thread_time() < end:
            pass

    Slow.then = staticmethod(lambda: work(0.3))
    Listening.then = staticmethod(lambda _room: work(1.0))
    before = time.process_time()
    process(scene)
    used = time.process_time() - before
    cost = {name: s["cpu_seconds"] for name, s in scene.manifest()["stages"].items()}
    assert 0.3 <= cost["diarize"] < 1.0 <= cost["transcribe"]
    assert sum(cost.values()) - cost["ingest"] <= used


# What was taken out.


@pytest.mark.parametrize("removal", [("redact", "--from", "20", "--to", "40"), ("withdraw", "Ann")])
def test_what_was_taken_out_is_neither_told_nor_transcribed_again(
    scene: Scene, removal: tuple[str, ...]
) -> None:
    process(scene)
    scene.run("speakers", "SPEAKER_01=Ann").good()
    theirs = [t.span for t in heard(scene).turns if t.speaker == "SPEAKER_01"]
    scene.run(*removal, "--yes").good()
    gone = [(20_000, 40_000)] if removal[0] == "redact" else alone(scene)
    assert gone
    assert theirs
    assert heard(scene).spoken is None
    assert process(scene).computed == (), "what is left is not processed again"
    Listening.asked.clear()
    done = process(scene, start="diarize")
    assert "transcribe" in done.computed
    [(thread, speech)] = Listening.asked
    assert thread == "MainThread", "nobody knows before the turns what may be heard"
    assert heard(scene).spoken is None
    assert speech
    assert not any(overlap_ms(span, each) for span in speech for each in gone)


def heard(scene: Scene) -> Diarization:
    return stage_files.parse_diarization((scene.folder / "diarization.json").read_bytes())


def alone(scene: Scene) -> list[Span]:
    [withdrawal] = Library(scene.library).find(scene.session).manifest().withdrawals
    return list(withdrawal.silenced)


# What stops it.


@pytest.mark.parametrize(
    ("problem", "kept"),
    [(ModelError("It broke.", try_next="x"), True), (OSError(), True), (Cancelled(), False)],
)
def test_a_transcriber_that_fails_costs_no_voices_and_one_that_is_stopped_ends_the_diariser(
    scene: Scene, problem: Exception, kept: bool
) -> None:
    def fail(_room: object) -> None:
        raise problem

    Listening.then = staticmethod(fail)
    Slow.then = staticmethod(lambda: _until(lambda: "transcribe" not in _names()))
    with pytest.raises(type(problem)):
        process(scene)
    assert ("diarize" in scene.manifest()["stages"]) is kept
    check_nothing_goes_on(scene)


def _names() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("problem", [InputError("It broke.", try_next="x"), KeyboardInterrupt()])
def test_a_diariser_that_fails_ends_the_transcriber(scene: Scene, problem: BaseException) -> None:
    """The transcriber is asked, at its next piece of work, to stop; and waited for."""
    ended: list[BaseException] = []

    def long(room: Room) -> None:
        try:
            while True:
                with room:
                    time.sleep(0.01)
        except BaseException as stopped:
            ended.append(stopped)
            raise

    def fail() -> None:
        raise problem

    Listening.then = staticmethod(long)
    Slow.then = staticmethod(fail)
    with pytest.raises(type(problem)):
        process(scene)
    assert [type(each) for each in ended] == [Cancelled]
    assert set(files(scene)) == set()
    check_nothing_goes_on(scene)


def test_no_memory_for_both_at_once_is_no_failure(scene: Scene) -> None:
    def fail(_room: object) -> None:
        if threading.current_thread().name == "transcribe":
            raise RuntimeError("std::bad_alloc")

    Listening.then = staticmethod(fail)
    Slow.then = staticmethod(lambda: _until(lambda: "transcribe" not in _names()))
    assert "classify" in process(scene).computed
    assert [name for name, _ in Listening.asked] == ["transcribe", "MainThread"]


def test_no_thread_to_be_had_is_no_failure(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert "classify" in process(scene).computed
    assert [name for name, _ in Listening.asked] == ["MainThread"]


@pytest.mark.parametrize("at", ["diarize", "transcribe"])
@pytest.mark.parametrize("problem", [Cancelled, KeyboardInterrupt])
def test_a_hook_stops_both(scene: Scene, at: str, problem: type[BaseException]) -> None:
    def hook(stage: str, _done: int, _total: int) -> None:
        if stage == at and BEGUN.is_set():
            raise problem

    Slow.then = staticmethod(
        lambda: _until(lambda: at == "diarize" or "transcribe" not in _names())
    )
    with pytest.raises(problem):
        process(scene, hook=hook)
    assert set(files(scene)) == set()
    check_nothing_goes_on(scene)


def test_a_failure_is_one_sentence(scene: Scene) -> None:
    (scene.script.folder / "words.json").write_text("{")
    said = check_failure(scene.run("process", *scene.script.options))
    assert "words.json" in said
    check_failure(scene.run("report"))


def test_the_hook_is_called_once_at_a_time(scene: Scene) -> None:
    inside: list[str] = []
    most = 0

    def hook(stage: str, _done: int, _total: int) -> None:
        nonlocal most
        inside.append(stage)
        most = max(most, len(inside))
        time.sleep(0.02)
        inside.remove(stage)

    process(scene, hook=hook)
    assert most == 1


# The parts.


def test_a_room_lets_so_many_in_and_none_once_it_is_closed() -> None:
    room, inside = Room(1), list[int]()

    def go_in() -> None:
        with room:
            inside.append(1)

    with room:
        waiting = threading.Thread(target=go_in)
        waiting.start()
        time.sleep(0.05)
        assert inside == []
        room.grow()
        waiting.join(WAIT_S)
        assert inside == [1]
    room.close()
    for _ in range(3):
        with pytest.raises(Cancelled):
            go_in()


def test_words_of_other_speech_are_not_taken() -> None:
    told = Transcript(words=(), language="en")
    with Ahead(lambda _spoken: lambda _hook, _room: told, no_hook, threads=2) as ahead:
        assert ahead.speech_found(((0, 1),)) == 1
        assert ahead.words(((0, 2),)) is None
    with Ahead(lambda _spoken: lambda _hook, _room: told, no_hook, threads=2) as ahead:
        assert ahead.speech_found(((0, 1),)) == 1
        assert ahead.words(((0, 1),)) is told


def test_a_crew_answers_in_order_and_begins_nothing_after_its_end() -> None:
    done: list[int] = []

    def work(number: int) -> int:
        time.sleep(0.01 * (3 - number % 3))
        done.append(number)
        return number * number

    with Crew(3, ALL_ROOM) as crew:
        assert list(crew.each(work, range(9))) == [n * n for n in range(9)]
        crew.check()
    done.clear()
    with Crew(2, ALL_ROOM) as crew:
        next(crew.each(work, range(500)))
    assert len(done) < 10
    with pytest.raises(Cancelled):
        crew.check()
    with pytest.raises(ZeroDivisionError), Crew(2, ALL_ROOM) as crew:
        list(crew.each(lambda n: 1 // n, (1, 0, 1)))


def test_progress_without_a_terminal_tells_stages_apart(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from alsvoice.cli.progress import progress

    with progress() as hook:
        for stage, done in (("diarize", 0), ("transcribe", 0), ("diarize", 50), ("transcribe", 10),
                            ("diarize", 55), ("transcribe", 30), ("diarize", 100)):  # fmt: skip
            hook(stage, done, 100)
    lines = [line.split(",")[0] for line in capsys.readouterr().err.splitlines()]
    assert lines == [
        "diarize: 0 %", "transcribe: 0 %", "diarize: 50 %", "transcribe: 30 %", "diarize: 100 %",
    ]  # fmt: skip


def test_a_damaged_list_of_what_was_spoken_is_refused(tmp_path: Path) -> None:
    for wrong in ("[[5,5]]", "[[3,9],[8,12]]", "[[-1,4]]", "[[0,1,2]]", "3"):
        data = (
            '{"schema":1,"kind":"diarization","data":{"turns":[],"exclusive":[],"spoken":'
            f"{wrong}}}}}"
        )
        path = tmp_path / "diarization.json"
        path.write_text(data)
        with pytest.raises(InputError):
            stage_files.parse_diarization(path.read_bytes())
