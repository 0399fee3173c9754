"""Run one rival on recordings and write down what it found and what it cost.

    PYTHON scripts/bench_rivals.py NAME OUT.json AUDIO=N … --threads N [--embedding FILE …]

PYTHON is the interpreter of an environment that holds the rival (see ``bench.py``); nothing of
alsvoice is imported. NAME is ``pyannote``, ``sherpa`` or ``faster-whisper``. AUDIO is FLAC, 16 kHz,
mono, N the number of people in it, 0 where that is not told.
Loading is measured apart from the work: CPU seconds, and wall, of each.
"""

import argparse
import json
import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

Found = dict[str, list[Any]]
Job = Callable[[Path, int], Found]

PYANNOTE = {  # the published settings of pyannote/speaker-diarization-3.1
    "segmentation": {"min_duration_off": 0.0},
    "clustering": {"method": "centroid", "min_cluster_size": 12, "threshold": 0.7045654963945799},
}


def pyannote(options: argparse.Namespace) -> Job:
    """Load pyannote.audio 4 with segmentation-3.0 and the same embedding as everybody here."""
    os.environ["PYANNOTE_METRICS_ENABLED"] = "0"  # before the import: it would report usage
    import soundfile
    import torch
    from pyannote.audio import Model
    from pyannote.audio.core.plda import PLDA
    from pyannote.audio.pipelines import SpeakerDiarization

    torch.set_num_threads(options.threads)
    pipeline = SpeakerDiarization(
        segmentation=Model.from_pretrained(options.checkpoint),
        embedding=str(options.embedding),
        embedding_exclude_overlap=True,
        clustering="AgglomerativeClustering",
        plda=PLDA.__new__(PLDA),  # asked for, and not used by this clustering
        embedding_batch_size=32,
        segmentation_batch_size=32,
    )
    pipeline.instantiate(PYANNOTE)

    def job(audio: Path, people: int) -> Found:
        samples, rate = soundfile.read(audio, dtype="float32")
        given = {"num_speakers": people} if people else {}
        sound = {"waveform": torch.from_numpy(samples)[None], "sample_rate": rate}
        found = pipeline(sound, **given)
        kinds = {
            "turns": found.speaker_diarization,
            "exclusive": found.exclusive_speaker_diarization,
        }
        return {
            kind: [[who, s.start, s.end] for s, _, who in of.itertracks(yield_label=True)]
            for kind, of in kinds.items()
        }

    return job


def sherpa(options: argparse.Namespace) -> Job:
    """Load sherpa-onnx as its own example does."""
    import sherpa_onnx
    import soundfile

    config = sherpa_onnx.OfflineSpeakerDiarizationConfig(
        segmentation=sherpa_onnx.OfflineSpeakerSegmentationModelConfig(
            pyannote=sherpa_onnx.OfflineSpeakerSegmentationPyannoteModelConfig(
                model=str(options.segmentation)
            ),
            num_threads=options.threads,
        ),
        embedding=sherpa_onnx.SpeakerEmbeddingExtractorConfig(
            model=str(options.embedding), num_threads=options.threads
        ),
        clustering=sherpa_onnx.FastClusteringConfig(num_clusters=-1, threshold=0.5),
        min_duration_on=0.3,
        min_duration_off=0.5,
    )
    if not config.validate():
        raise SystemExit("sherpa-onnx does not take the models")
    diarizer = sherpa_onnx.OfflineSpeakerDiarization(config)

    def job(audio: Path, people: int) -> Found:
        samples, _ = soundfile.read(audio, dtype="float32")
        config.clustering.num_clusters = people or -1
        diarizer.set_config(config)
        found = diarizer.process(samples).sort_by_start_time()
        return {"turns": [[str(turn.speaker), turn.start, turn.end] for turn in found]}

    return job


def faster_whisper(options: argparse.Namespace) -> Job:
    """Load faster-whisper as its README does, with the times of words."""
    from faster_whisper import WhisperModel

    model = WhisperModel(
        str(options.whisper), device="cpu", compute_type="int8", cpu_threads=options.threads
    )

    def job(audio: Path, _: int) -> Found:
        segments, _info = model.transcribe(str(audio), beam_size=5, word_timestamps=True)
        words = [word for segment in segments for word in segment.words or ()]
        return {"words": [[word.word.strip(), word.start, word.end] for word in words]}

    return job


RIVALS = {"pyannote": pyannote, "sherpa": sherpa, "faster-whisper": faster_whisper}


def measured(load: Callable[[], Job], recordings: list[tuple[Path, int]]) -> list[dict[str, Any]]:
    """Return what was found in each, with seconds of loading and of work, and peak memory."""
    before = time.perf_counter(), time.process_time()
    job = load()
    start = time.perf_counter() - before[0], time.process_time() - before[1]
    results = []
    for audio, people in recordings:
        before = time.perf_counter(), time.process_time()
        found = job(audio, people)
        cost = {
            "wall_s": time.perf_counter() - before[0],
            "cpu_s": time.process_time() - before[1],
            "start_wall_s": start[0],
            "start_cpu_s": start[1],
            "peak_mb": peak_mb(),
        }
        results.append({**found, **cost})
    return results


def recordings(given: list[str]) -> list[tuple[Path, int]]:
    """Return recordings and numbers of people from ``AUDIO=N``."""
    parts = [each.rpartition("=") for each in given]
    return [(Path(audio), int(people)) for audio, _, people in parts]


def peak_mb() -> float:
    """Return the largest resident set so far."""
    import resource
    import sys

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("name", choices=RIVALS)
    parser.add_argument("out", type=Path)
    parser.add_argument("audio", nargs="+")
    parser.add_argument("--threads", type=int, required=True)
    for file in ("segmentation", "embedding", "checkpoint", "whisper"):
        parser.add_argument(f"--{file}", type=Path)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    found = measured(lambda: RIVALS[options.name](options), recordings(options.audio))
    options.out.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
