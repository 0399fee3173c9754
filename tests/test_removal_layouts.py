"""Removal where everybody has a file or a channel of their own."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from alsvoice.store import SessionFolder
from cli_runner import check_failure
from planted import (
    LEAVER,
    RATE,
    changed_outside,
    noise_wav,
    own_temporary,
    samples,
    stamp,
    traces,
)
from scripted_demo import Scene, voice_of

LENGTH_S = 120
START_MS = 3000  # where the second file begins
SILENT = (60_000 - 50, 70_000 + 50)


@pytest.fixture(autouse=True)
def _temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own_temporary(tmp_path / "temporary", monkeypatch)


def track(number: int, who: str, voice: str, source: int, channel: int | None) -> dict[str, Any]:
    return {
        "file": f"audio/tracks/{number:02}.flac", "participant": who, "voice": voice,
        "source": f"audio/source-{source:02}.wav", "channel": channel,
    }  # fmt: skip


def laid_out(noisy: Scene, folder: Path, layout: str) -> Scene:
    """Return the session as if David and the one who leaves had sound of their own."""
    import soundfile

    scene = noisy.copy(folder)
    audio = scene.folder / "audio"
    (audio / "source-01.wav").unlink()
    manifest = scene.manifest()
    ids = {p["name"]: p["id"] for p in manifest["participants"]}
    apart = layout == "tracks"
    for number in (1, 2) if apart else (1,):
        noise_wav(audio / f"source-{number:02}.wav", LENGTH_S, channels=2, seed=number)
    (audio / "tracks").mkdir()
    for number in (1, 2):
        sound = samples(noise_wav(folder / "n.wav", LENGTH_S * 8, channels=1, seed=10 + number))
        soundfile.write(audio / f"tracks/{number:02}.flac", sound, 16000, subtype="PCM_16")
    people = (("David", voice_of()["David"]), (LEAVER, voice_of()["Anjali"]))
    manifest["audio"] |= {
        "layout": layout,
        "sources": [
            {"file": f"audio/source-{n:02}.wav", "name": name, "sha256": "sha256:0",
             "start_ms": START_MS if n == 2 else 0, "duration_ms": LENGTH_S * 1000}
            for n, name in ([(1, "david.wav"), (2, "zuleika-2.wav")] if apart else [(1, "all.wav")])
        ],
        "tracks": [
            track(n, ids[name], voice, n if apart else 1, None if apart else n - 1)
            for n, (name, voice) in enumerate(people, 1)
        ],
    }  # fmt: skip
    sources = [source["file"] for source in manifest["audio"]["sources"]]
    manifest["stages"]["ingest"]["params"]["sources"] = sources
    tracks = {f"audio/tracks/{number:02}.flac": "" for number in (1, 2)}
    manifest["stages"]["ingest"]["outputs"] |= tracks
    (scene.folder / "session.json").write_text(json.dumps(manifest), "utf-8")
    stamp(scene)
    return scene


@pytest.mark.parametrize("layout", ["tracks", "channels"])
def test_a_passage_goes_from_every_track_and_source(
    noisy: Scene, tmp_path: Path, layout: str
) -> None:
    scene = laid_out(noisy, tmp_path, layout)
    audio = scene.folder / "audio"
    before = {p.relative_to(audio).with_suffix(""): samples(p) for p in sorted(audio.rglob("*.*"))}
    scene.run("redact", "--from", "60", "--to", "70", "--yes").good()
    for name, sound in before.items():
        after = samples((audio / name).with_suffix(".flac"))
        late = START_MS if name.name == "source-02" else 0
        rate = RATE if "source" in name.name else 16000
        assert not changed_outside(sound, after, [(SILENT[0] - late, SILENT[1] - late)], rate)
    assert not list(audio.rglob("*.wav"))
    sources = {source["file"] for source in scene.manifest()["audio"]["sources"]}
    assert {t["source"] for t in scene.manifest()["audio"]["tracks"]} == sources


@pytest.mark.parametrize("layout", ["tracks", "channels"])
def test_who_withdraws_takes_their_own_sound_along(
    noisy: Scene, tmp_path: Path, layout: str
) -> None:
    scene = laid_out(noisy, tmp_path, layout)
    audio = scene.folder / "audio"
    before = {name: samples(audio / name) for name in ("source-01.wav", "tracks/01.flac")}
    scene.run("withdraw", LEAVER, "--yes").good()
    manifest = scene.manifest()
    assert [t["participant"] for t in manifest["audio"]["tracks"]] == ["P2"]
    assert not (audio / "tracks/02.flac").exists()
    assert not list(audio.glob("source-02*"))
    [withdrawal] = manifest["withdrawals"]
    alone = [s for s in withdrawal["silenced"] if s[0] < LENGTH_S * 1000]
    assert not changed_outside(
        before["tracks/01.flac"], samples(audio / "tracks/01.flac"), alone, 16000
    )
    source = before["source-01.wav"].copy()
    if layout == "channels":
        source[:, 1] = 0
    assert not changed_outside(source, samples(audio / "source-01.flac"), alone, RATE)
    for part in (LEAVER, LEAVER.split()[0]):
        assert traces(part, scene.library) == []


def test_who_has_a_track_is_asked_to_process_first(noisy: Scene, tmp_path: Path) -> None:
    """Other microphones heard them, and nobody knows when."""
    scene = laid_out(noisy, tmp_path, "tracks")
    manifest = scene.manifest()
    del manifest["stages"]["classify"]
    (scene.folder / "session.json").write_text(json.dumps(manifest), "utf-8")
    outcome = scene.run("withdraw", LEAVER, "--yes")
    assert "has not been processed" in check_failure(outcome)
    assert (scene.folder / "audio/tracks/02.flac").exists()


def test_the_folder_lists_and_removes_its_files_without_following_links(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "words.json.0badcafe.tmp").write_text("not ours")
    session = SessionFolder(tmp_path / "s")
    session.path.mkdir()
    session.write("audio/tracks/01.flac", b"sound")
    (session.path / "set-aside").symlink_to(elsewhere)
    assert session.names() == ("audio/tracks/01.flac",)
    session.remove("audio/tracks/01.flac")
    session.remove("audio/tracks/01.flac")
    assert not (session.path / "audio").exists()
    assert (elsewhere / "words.json.0badcafe.tmp").exists()
    shutil.rmtree(session.path)
