"""Every fenced command of the README runs, but for a short list with the reason for each."""

import os
import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest

from cli_runner import alsvoice

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "src" / "alsvoice" / "data" / "demo"

NOT_RUN = {
    "python3 scripts/start.py": "pulls a model and installs; what it runs is tested end to end",
    "python3 scripts/check.py": "is what runs this test",
    ".venv/bin/python scripts/measure.py": "takes minutes and data that is not in the project",
    "python3 scripts/check_pyannote.py": "installs 6 GB; test_pyannote replays what it recorded",
    "alsvoice process SESSION --diarizer pyannote": "needs the extra [pyannote]; the same",
    "alsvoice record": "needs a microphone",
    "alsvoice models pull": "opens a network connection",
    "alsvoice review": "serves until it is ended; test_review_browser goes through it",
}
ADDED = {
    "alsvoice process": ["--asr", "tiny.en"],  # the tests pull the small model alone
    "alsvoice redact": ["--yes"],  # nobody is there to be asked
    "alsvoice withdraw": ["--yes"],
    "alsvoice sessions delete": ["--yes"],
    "alsvoice voices forget": ["--yes"],
}
MAY_LACK = (
    "alsvoice doctor",  # says with status 1 that the larger model is missing
    "alsvoice voices enrol",  # of 47 s, too little of anybody
    "alsvoice voices forget",
    *(f"alsvoice actions {what} " for what in ("done", "carry", "reopen")),  # of 47 s, none
)


def commands() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def excerpt(target: Path) -> None:
    """Write the first 47 s of the demo, where all five people speak."""
    import av

    with av.open(str(DEMO / "session.opus")) as source, av.open(str(target), "w") as out:
        stream = out.add_stream("libopus", rate=48000, layout="mono")
        for frame in source.decode(audio=0):
            if frame.time is not None and frame.time > 47:
                break
            frame.pts = None
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def recordings(folder: Path) -> None:
    """Write the other recordings that the README takes in, a second each."""
    import soundfile

    for name, channels in (("part-1", 1), ("part-2", 1), ("ann", 1), ("ben", 1), ("cat", 1)):
        suffix = ".mp3" if name.startswith("part") else ".m4a"
        noise = np.random.default_rng(len(name)).normal(0, 0.1, (16_000, channels))
        soundfile.write(folder / f"{name}.flac", noise, 16_000)
        (folder / f"{name}.flac").rename(folder / f"{name}{suffix}")  # content tells, not names
    soundfile.write(folder / "call.wav", np.zeros((16_000, 2)), 16_000)


def test_list_of_commands_not_run_is_not_stale() -> None:
    for start in NOT_RUN:
        assert any(command.startswith(start) for command in commands()), start


@pytest.mark.models
def test_every_command_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    excerpt(tmp_path / "meeting.opus")
    recordings(tmp_path)
    row = '{"id": 1, "text": "What did you try?", "label": "open_question"}\n'
    (tmp_path / "rows.jsonl").write_text(row)
    (tmp_path / "reference").mkdir()
    shutil.copy(DEMO / "session.rttm", tmp_path / "reference")
    shutil.copy(DEMO / "session.stm", tmp_path / "reference")
    session = utterance = ""
    ran = 0
    for command in commands():
        if any(command.startswith(start) for start in NOT_RUN):
            continue
        words = [
            {"SESSION": session, "UTTERANCE": utterance}.get(word, word)
            for word in shlex.split(command)[1:]
        ]
        for start, more in ADDED.items():
            words += more if command.startswith(start) else []
        done = alsvoice(*words)
        allowed = {0, 1} if command.startswith(MAY_LACK) else {0}
        assert done.status in allowed, f"{command}: {done.err}"
        ran += 1
        if command.startswith("alsvoice import") and not session:
            [folder] = (Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions").iterdir()
            session = folder.name
        if command.startswith("alsvoice process"):
            utterance = alsvoice("report", session, "--json").json()["utterances"][0]["id"]
    assert ran > 12
