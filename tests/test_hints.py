"""Names and the set's vocabulary reach the recogniser, and make nothing stale."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from alsvoice.backends.protocols import Hook, Sound, no_hook
from alsvoice.backends.scripted import ScriptedTranscriber
from alsvoice.backends.sharing import ALL_ROOM, Room
from alsvoice.intervals import Span
from alsvoice.transcript import Transcript
from cli_runner import alsvoice
from scripted_demo import PEOPLE, Scene, imported


class Listening(ScriptedTranscriber):
    """Answers from a file and keeps what it was told."""

    told: tuple[str, ...] = ()

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
        Listening.told = tuple(hints)
        return super().transcribe(sound, speech=speech, hook=hook)


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr("alsvoice.backends.scripted.ScriptedTranscriber", Listening)
    library = tmp_path / "library"
    alsvoice(
        "--library", library, "sets", "new", "Tuesday set", "--vocabulary", "huddle, Datix,huddle"
    ).good()
    return imported(tmp_path, "--participants", PEOPLE, "--set", "Tuesday set")


def test_the_recogniser_is_told_names_and_the_sets_vocabulary(scene: Scene) -> None:
    scene.process(*scene.script.options)
    names = [person.partition(":")[0] for person in PEOPLE.split(",")]
    assert Listening.told == (*names, "huddle", "Datix")


def test_another_vocabulary_makes_nothing_stale_and_is_used_when_asked_for(scene: Scene) -> None:
    scene.process(*scene.script.options)
    edit = ("sets", "edit", "Tuesday set", "--vocabulary", "rota")
    alsvoice("--library", scene.library, *edit).good()
    assert scene.process()["computed"] == []
    scene.process("--from", "transcribe")
    assert Listening.told[-1] == "rota"


def test_a_set_shows_its_vocabulary(scene: Scene) -> None:
    shown = alsvoice("--library", scene.library, "sets", "show", "Tuesday set")
    assert "vocabulary: huddle, Datix" in shown.good().out
    listed = alsvoice("--library", scene.library, "sets", "show", "Tuesday set", "--json")
    assert listed.good().json()["vocabulary"] == ["huddle", "Datix"]
