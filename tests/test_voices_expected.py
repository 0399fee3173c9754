"""Voices that a set keeps, as the diariser is told of them: with sound, from import to turns."""

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from alsvoice.backends.diarize.prints import VoicePrints
from alsvoice.config import Config
from alsvoice.formats import stage_files
from alsvoice.pipeline import profiles
from alsvoice.pipeline.listening import network_model
from alsvoice.session import Consent
from alsvoice.store import Library
from alsvoice.transcript import Diarization
from alsvoice.voices import VoiceProfile, VoiceSource
from cli_runner import Outcome, alsvoice
from scripted_demo import write_words
from tiny_networks import RATE, Array, Sound
from voices_scene import demo_sound

SET = "Tuesday set"
JOANNE, MARCUS = ((209.9, 214.7), (170.1, 173.5)), ((15.1, 21.5),)
"""Passages of the bundled session, in seconds, none of which the meeting here holds."""


def part(start_s: float, end_s: float) -> Array:
    cut: Array = demo_sound()[round(start_s * RATE) : round(end_s * RATE)]
    return cut


def profile(name: str, *spans: tuple[float, float]) -> VoiceProfile:
    samples = np.concatenate([part(*span) for span in spans])
    prints = VoicePrints(network_model(Config.resolve()))
    length_ms = len(samples) * 1000 // RATE
    [vector] = prints.of(Sound(samples), [(0, length_ms)])
    assert vector is not None
    source = VoiceSource(
        session="before", taken="2026-11-01T10:00:00+00:00", seconds=length_ms / 1000, passages=3,
        vector=tuple(map(float, vector)),
    )  # fmt: skip
    return VoiceProfile(
        name=name, network=prints.network, consent=Consent.WRITTEN,
        consented="2026-11-01T10:00:00+00:00", sources=(source,),
    )  # fmt: skip


@dataclass(frozen=True)
class Meeting:
    """A minute of David and Helen, in which Joanne says 2.8 s."""

    root: Path
    session: str

    @property
    def library(self) -> Library:
        return Library(self.root / "library")

    def process(self, *arguments: str) -> Outcome:
        words = self.root / "words.json"
        write_words(words, ())
        return alsvoice(
            "--library", self.library.root, "process", self.session, f"--asr=scripted:{words}",
            "--classifier=rules", *arguments,
        ).good()  # fmt: skip

    def computed(self, *arguments: str) -> list[str]:
        found: list[str] = self.process("--json", *arguments).json()["computed"]
        return found

    def told(self) -> Any:
        """Return which profiles the diarisation was told of, by the session's manifest."""
        manifest = json.loads(self._file("session.json").read_text("utf-8"))
        return manifest["stages"]["diarize"]["params"].get("profiles")

    def turns(self) -> Diarization:
        return stage_files.parse_diarization(self._file("diarization.json").read_bytes())

    def names(self) -> set[str | None]:
        listed = alsvoice("--library", self.library.root, "speakers", self.session, "--json")
        return {row["name"] for row in listed.good().json()["speakers"]}

    def _file(self, name: str) -> Path:
        return self.library.root / "sessions" / self.session / name


def meeting(root: Path, *arguments: str) -> Meeting:
    import soundfile

    pause = np.zeros(RATE // 2, np.float32)
    parts = [part(45.3, 100.3), pause, part(24.1, 27.4), pause, part(33.5, 44.2)]
    soundfile.write(root / "meeting.flac", np.concatenate(parts), RATE)
    library = ("--library", root / "library")
    alsvoice(*library, "sets", "new", SET).good()
    answer = alsvoice(*library, "import", root / "meeting.flac", "--set", SET, *arguments, "--json")
    return Meeting(root, answer.good().json()["session"])


@pytest.fixture(scope="module")
def processed(tmp_path_factory: pytest.TempPathFactory) -> Meeting:
    """Give the meeting, processed before anybody is enrolled."""
    made = meeting(tmp_path_factory.mktemp("processed"))
    made.process()
    return made


@pytest.fixture
def plain(processed: Meeting, tmp_path: Path) -> Meeting:
    """Give it to be changed at will."""
    shutil.copytree(processed.library.root, tmp_path / "library")
    return replace(processed, root=tmp_path)


def test_who_is_enrolled_later_counts_when_turns_are_worked_out_anew(plain: Meeting) -> None:
    before = plain.turns()
    assert len(before.speakers) == 2
    assert plain.told() is None
    joanne = profile("Joanne", *JOANNE)
    profiles.keep(plain.library, SET, joanne)
    assert "diarize" not in plain.computed(), "enrolling makes no old session stale"
    assert plain.turns() == before
    assert "diarize" in plain.computed("--from", "diarize")
    after = plain.turns()
    assert len(after.speakers) == 3
    assert plain.told() == [joanne.digest]
    assert "Joanne" in plain.names()
    assert "Joanne" not in json.dumps(plain.told())
    profiles.keep(plain.library, SET, profile("Marcus", *MARCUS))
    assert profiles.forget(plain.library, SET, "Joanne")
    assert "diarize" not in plain.computed(), "nor does what is enrolled or forgotten since"
    assert plain.told() == [joanne.digest]
    plain.process("--from", "diarize")
    assert plain.turns() == before, "who is forgotten is not looked for; who is absent is nobody"


def test_who_takes_part_and_was_enrolled_since_can_be_looked_for(tmp_path: Path) -> None:
    made = meeting(tmp_path, "--participants", "David,Helen,Joanne,Marcus")
    assert "looks for them" not in made.process().everything
    profiles.keep(made.library, SET, profile("Eve", *MARCUS))
    assert "looks for them" not in made.process().everything, "Eve takes no part in it"
    profiles.keep(made.library, SET, profile("Marcus", *MARCUS))
    profiles.forget(made.library, SET, "Eve")
    said = made.process().everything
    assert f"`alsvoice process {made.session} --from diarize` looks for them" in said
    assert "looks for them" not in made.process("--from", "diarize").everything


def test_a_damaged_profile_is_told_and_stops_nothing(plain: Meeting) -> None:
    """One is cut off, one has too few numbers, one is of another network."""
    joanne = profile("Joanne", *JOANNE)
    [source] = joanne.sources
    made = {
        "Cut": source.vector,
        "Few": (1.0, *(0.0,) * 190),
        "Foreign": source.vector,
    }
    for name, vector in made.items():
        one = VoiceSource(
            session="before", taken=source.taken, seconds=9.0, passages=3,
            vector=vector,
        )  # fmt: skip
        network = "sha256:another" if name == "Foreign" else joanne.network
        profiles.keep(
            plain.library, SET,
            VoiceProfile(name=name, network=network, consent=Consent.WRITTEN,
                         consented=source.taken, sources=(one,)),
        )  # fmt: skip
    folder = plain.library.root / "sets" / "tuesday-set.voices"
    cut = folder / "cut.json"
    cut.write_bytes(cut.read_bytes()[:-40])
    said = plain.process("--from", "diarize").everything
    assert "2 voice profiles of the set are damaged" in said
    assert "1 voice profiles were made by another network" in said
    assert plain.told() is None
    assert len(plain.turns().speakers) == 2
    assert "2 voice profiles of the set are damaged" in plain.process().everything
    listed = alsvoice("--library", plain.library.root, "voices", "list", "--json").good().json()
    assert {r["name"]: (r["damaged"], r["usable"]) for r in listed["voices"]} == {
        "cut": (True, False), "Few": (True, False), "Foreign": (False, False)
    }  # fmt: skip
    profiles.take_in(plain.library, SET, replace(joanne, name="Few", consented="2026-11-02"))
    few = profiles.profile_of(plain.library, SET, "Few")
    assert few is not None
    assert few.vector == joanne.vector, "what is handed over takes its place"
