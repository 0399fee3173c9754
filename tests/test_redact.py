"""A passage that was taken out is nowhere any more, and nothing else has changed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from alsvoice.cli.remove import parse_time
from alsvoice.errors import UsageError
from alsvoice.store import SessionFolder
from cli_runner import alsvoice, check_failure, refused
from planted import (
    MARKERS,
    PASSAGE,
    RATE,
    TEXT_MARKER,
    changed_outside,
    noise_wav,
    outputs,
    own_temporary,
    samples,
    traces,
)
from scripted_demo import Scene

START_MS, END_MS = PASSAGE
SILENT = (START_MS - 50, END_MS + 50)
TIMES = ("--from", "1:40", "--to", "1:52.340")


@pytest.fixture
def scene(noisy: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    own_temporary(tmp_path / "temporary", monkeypatch)
    return noisy.copy(tmp_path)


def inside(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        u
        for u in report["utterances"]
        if u["start_s"] * 1000 < END_MS and u["end_s"] * 1000 > START_MS
    ]


def plant_edits(scene: Scene) -> dict[str, str]:
    """Correct an utterance that goes, one that is cut and one that stays; return their ids."""
    report = scene.report()
    rows = inside(report)
    whole = next(u["id"] for u in rows if u["start_s"] > 101 and u["end_s"] < 112)
    cut = next(u["id"] for u in rows if u["end_s"] > 113)
    stays = report["utterances"][0]["id"]
    scene.run("correct", whole, "--text", f"so {TEXT_MARKER} said").good()
    scene.run("correct", cut, "--text", f"then the {TEXT_MARKER}", "--label", "advice").good()
    scene.run("correct", whole, "--label", "advice").good()
    scene.run("correct", stays, "--text", "Welcome to us all.").good()
    scene.run("edits", "--undo", "6").good()
    with (scene.folder / "edits.jsonl").open("ab") as file:
        file.write(f'{{"after": "{MARKERS[0]}"'.encode())
    return {"whole": whole, "cut": cut, "stays": stays}


def test_nothing_of_the_passage_is_left(scene: Scene, tmp_path: Path) -> None:
    ids = plant_edits(scene)
    litter(scene)
    before = scene.report()
    assert all(traces(each, scene.library) for each in (*MARKERS, TEXT_MARKER))
    sound = {p: samples(scene.folder / p) for p in ("audio/mix.flac", "audio/source-01.wav")}

    answer = scene.run("redact", *TIMES, "--reason", "asked for", "--yes", "--json").good().json()

    assert answer["words"] > 10 and answer["utterances"] >= 1
    assert (answer["edits"], answer["damaged_edits"]) == (4, 1)
    assert answer["other_files"] == ["notes by hand.txt"]
    written = outputs(scene, tmp_path / "out")
    for marker in (*MARKERS, TEXT_MARKER):
        assert traces(marker, scene.library, written) == []
    mix = samples(scene.folder / "audio/mix.flac")
    assert not changed_outside(sound["audio/mix.flac"], mix, [SILENT], 16000)
    source = samples(scene.folder / "audio/source-01.flac")
    assert not changed_outside(sound["audio/source-01.wav"], source, [SILENT], RATE)
    assert not (scene.folder / "audio/source-01.wav").exists()
    after = scene.report()
    assert {u["id"] for u in after["utterances"]} < {u["id"] for u in before["utterances"]}
    gone = {u["id"] for u in before["utterances"]} - {u["id"] for u in after["utterances"]}
    assert ids["whole"] in gone and ids["cut"] not in gone
    kept = {u["id"]: u for u in before["utterances"]}
    for u in after["utterances"]:
        if u["id"] != ids["cut"] and not inside({"utterances": [kept[u["id"]]]}):
            told = {key: value for key, value in u.items() if key != "in_reply"}
            assert told == {key: kept[u["id"]][key] for key in told}
    assert after["utterances"][0]["text"] == "Welcome to us all."
    [cut] = [u for u in after["utterances"] if u["id"] == ids["cut"]]
    assert (cut["label"], cut["source"]) == ("advice", "person")
    assert all(
        t["end_s"] * 1000 <= START_MS or t["start_s"] * 1000 >= END_MS for t in after["turns"]
    )
    for path in scene.folder.rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def litter(scene: Scene) -> None:
    """Leave what else may hold the words: copies, caches, a torn write, and a person's notes."""
    manifest = (scene.folder / "session.json").read_bytes()
    (scene.folder / "session.json.bak").write_bytes(manifest)
    for name in (
        "set-aside/words.json", "words.json.0badcafe.tmp", "audio/mix.flac.0badcafe.tmp",
        "report/report.json",
    ):  # fmt: skip
        path = scene.folder / name
        path.parent.mkdir(exist_ok=True, mode=0o700)
        path.write_bytes(" ".join((*MARKERS, TEXT_MARKER)).encode("utf-16"))
        path.chmod(0o600)
    (scene.folder / "session.json.bak").chmod(0o600)
    (scene.folder / "notes by hand.txt").write_text("tea at four")
    (scene.folder / "notes by hand.txt").chmod(0o600)


def test_afterwards_nothing_is_stale_and_the_report_says_so(scene: Scene) -> None:
    made = scene.report()
    scene.run("redact", *TIMES, "--reason", "asked", "--yes").good()
    assert scene.process()["computed"] == []
    report = scene.report()
    [row] = report["redactions"]
    assert (row["start_s"], row["end_s"], row["reason"]) == (100, 112.34, "asked")
    sentence = f"A passage of 12 s at 1:40 was taken out on {row['time'][:10]} (asked)."
    page = (scene.folder / "report/report.html").read_text("utf-8")
    assert sentence in page and 'class="gap"' in page
    markdown = scene.run("report", "--format", "md").good().out
    assert sentence.replace("(", "\\(").replace("\\(", "(") in markdown
    assert report["session"]["duration_s"] == made["session"]["duration_s"]
    timing = report["timing"]
    whole = timing["speech_s"] + timing["silence_s"] + 12.34
    assert whole == pytest.approx(report["session"]["duration_s"])
    manifest = scene.manifest()
    assert manifest["audio"]["sha256"] != manifest["audio"]["sources"][0]["sha256"]


def test_a_new_run_of_every_stage_finds_nothing_in_the_gap(scene: Scene) -> None:
    scene.run("redact", *TIMES, "--yes").good()
    mix = samples(scene.folder / "audio/mix.flac")
    assert len(scene.process("--from", "ingest")["computed"]) == 5
    assert inside(scene.report()) == [] or all(
        u["start_s"] * 1000 < START_MS and u["end_s"] * 1000 > END_MS
        for u in inside(scene.report())
    )
    for marker in MARKERS:
        assert traces(marker, scene.library) == []
    anew = samples(scene.folder / "audio/mix.flac")
    assert not anew[START_MS * 16 : END_MS * 16].any()
    # Resampling rings a little into the silence around the passage, and nowhere else.
    ringing = slice((SILENT[0] - 30) * 16, (SILENT[1] + 30) * 16)
    anew[ringing] = mix[ringing]
    assert (anew == mix).all()


def test_what_was_stale_stays_stale(scene: Scene) -> None:
    manifest = scene.manifest()
    manifest["speakers"] = 3
    (scene.folder / "session.json").write_text(json.dumps(manifest))
    scene.run("redact", *TIMES, "--yes").good()
    assert scene.process()["computed"][0] == "diarize"


def test_silence_can_be_taken_out_of_a_session_never_processed(tmp_path: Path) -> None:
    sound = noise_wav(tmp_path / "a.wav", 4)
    session = alsvoice("import", sound, "--json").good().json()["session"]
    found = alsvoice("redact", session, "--from", "1", "--to", "1.5", "--yes", "--json").good()
    assert found.json()["words"] == 0
    folder = Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions" / session
    for name, rate in (("mix", 16000), ("source-01", RATE)):
        heard = samples(folder / f"audio/{name}.flac")
        assert not heard[950 * rate // 1000 : 1550 * rate // 1000].any()
        assert heard.any()
    shown = alsvoice("sessions", "show", session, "--json").good().json()
    assert len(shown["redactions"]) == 1
    assert not (folder / "pending.json").exists()


@pytest.mark.parametrize("old", [False, True])
def test_a_passage_over_two_parts_is_found_in_both(tmp_path: Path, old: bool) -> None:
    parts = [noise_wav(tmp_path / f"{n}.wav", n, channels=n, seed=n) for n in (2, 3, 1)]
    session = alsvoice("import", *parts, "--json").good().json()["session"]
    folder = Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions" / session
    if old:  # from before the place of each part was kept
        manifest = json.loads((folder / "session.json").read_text())
        for source in manifest["audio"]["sources"]:
            source |= {"start_ms": 0, "duration_ms": None, "sha256": None}
        (folder / "session.json").write_text(json.dumps(manifest))
    alsvoice("redact", session, "--from", "1.5", "--to", "2.5", "--yes").good()
    first, second = (samples(folder / f"audio/source-{n:02}.flac") for n in (1, 2))
    assert not changed_outside(samples(parts[0]), first, [(1450, 2000)], RATE)
    assert not changed_outside(samples(parts[1]), second, [(0, 550)], RATE)
    assert (folder / "audio/source-03.wav").read_bytes() == parts[2].read_bytes()


def test_a_source_that_cannot_be_decoded_any_more_goes(tmp_path: Path) -> None:
    session = (
        alsvoice("import", noise_wav(tmp_path / "a.wav", 4), "--json").good().json()["session"]
    )
    folder = Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions" / session
    (folder / "audio/source-01.wav").write_bytes(b"no sound at all")
    done = alsvoice("redact", session, "--from", "1", "--to", "2", "--yes").good()
    assert "audio/source-01.wav was removed altogether" in done.err
    assert not list(folder.glob("audio/source*"))
    assert not samples(folder / "audio/mix.flac")[15200:32800].any()


@pytest.mark.parametrize("at", range(20))
def test_a_redaction_that_breaks_off_anywhere_is_finished(
    quiet: Scene, tmp_path: Path, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_temporary(tmp_path / "temporary", monkeypatch)
    scene = quiet.copy(tmp_path)
    plant_edits(scene)
    litter(scene)
    with monkeypatch.context() as patch:
        broke = break_at(patch, at)
        outcome = scene.run("redact", *TIMES, "--yes")
    assert outcome.status == (1 if broke() else 0)
    if (scene.folder / "pending.json").exists():
        for command in ("report", "speakers", "edits"):
            assert "not finished" in check_failure(scene.run(command))
        assert scene.process()["computed"] == []
    elif broke():
        return  # nothing was begun
    assert not (scene.folder / "pending.json").exists()
    for marker in (*MARKERS, TEXT_MARKER):
        assert traces(marker, scene.library) == []
    assert len(scene.manifest()["redactions"]) == 1
    assert (scene.folder / "report/report.html").exists()
    assert [path.name for path in scene.folder.glob("audio/source*")] == ["source-01.flac"]
    assert scene.process()["computed"] == []


def break_at(patch: pytest.MonkeyPatch, at: int) -> Callable[[], bool]:
    """Let a run be stopped right after the n-th change of a session's files."""
    made = [0]

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def change(*arguments: Any) -> Any:
            made[0] += 1
            answer = real(*arguments)
            if made[0] - 1 == at:
                raise KeyboardInterrupt
            return answer

        return change

    for name in ("write", "remove", "writing"):
        patch.setattr(SessionFolder, name, counted(getattr(SessionFolder, name)))
    return lambda: made[0] > at


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_redaction_that_is_killed_is_finished_by_process(scene: Scene) -> None:
    command = [sys.executable, "-m", "alsvoice", "--library", str(scene.library), "redact"]
    with subprocess.Popen(
        [*command, scene.session, *TIMES, "--yes"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as started:  # fmt: skip
        while not (scene.folder / "pending.json").exists() and started.poll() is None:
            pass
        started.send_signal(signal.SIGKILL)
    assert (scene.folder / "pending.json").exists()
    assert scene.process()["computed"] == []
    for marker in MARKERS:
        assert traces(marker, scene.library) == []
    assert not list(scene.folder.rglob("*.tmp"))


@pytest.mark.parametrize(
    ("times", "status", "says"),
    [
        (("2", "2"), 1, "ends before it begins"),
        (("3", "2"), 1, "ends before it begins"),
        (("7:00", "9:00"), 1, "ends at 7:03"),
        (("1:75", "2:00"), 2, "is no time"),
        (("abc", "2:00"), 2, "is no time"),
        (("-5", "2:00"), 2, "is no time"),
    ],
)
def test_times_that_make_no_passage(
    noisy: Scene, times: tuple[str, str], status: int, says: str
) -> None:
    start, end = times
    outcome = noisy.run("redact", f"--from={start}", "--to", end, "--yes")
    assert says in check_failure(outcome, status)
    assert noisy.manifest()["redactions"] == []


def test_it_asks_first(noisy: Scene) -> None:
    sentence = refused("--library", noisy.library, "redact", noisy.session, *TIMES)
    assert "nobody is there to be asked" in sentence
    assert noisy.manifest()["redactions"] == []


def test_times() -> None:
    assert [parse_time(t) for t in ("75", "75.5", "1:15", "1:02:15.250", "90:00")] == [
        75_000, 75_500, 75_000, 3_735_250, 5_400_000,
    ]  # fmt: skip
    for wrong in ("", "1:2", "1:60", "1:61:00", "1.2345", "١٢", "1:00:"):
        with pytest.raises(UsageError):
            parse_time(wrong)
