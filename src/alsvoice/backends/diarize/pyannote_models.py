"""The two networks that come with alsvoice, as models of pyannote.audio: no hub, no account.

pyannote.audio takes a ``Model`` wherever it takes a name to download. These run on onnxruntime.
Only what imports pyannote.audio itself may import this module's insides (``pyannote_audio``).
"""

from pathlib import Path
from typing import Any

__all__ = ["offline_pipeline"]

_WIDTH, _STEP = 991, 270
"""Receptive field of a frame of segmentation-3.0 and the way to the next one, in samples."""
_CLUSTERING = {"method": "centroid", "min_cluster_size": 12, "threshold": 0.7}
_BATCH = 8


def offline_pipeline(segmentation: Path, embedding: Path, threads: int) -> Any:
    """Return pyannote.audio's pipeline with centroid clustering on these networks."""
    from pyannote.audio.core.plda import PLDA
    from pyannote.audio.pipelines import SpeakerDiarization

    class NoPlda(PLDA):  # type: ignore[misc]  # its bases are untyped
        """What the pipeline asks for and centroid clustering never uses."""

        def __init__(self) -> None:
            """Load nothing."""

    pipeline: Any = SpeakerDiarization(
        segmentation=_segmentation(segmentation, threads),
        embedding=_embedding(embedding, threads),
        embedding_exclude_overlap=True,
        plda=NoPlda(),
        clustering="AgglomerativeClustering",
        segmentation_batch_size=_BATCH,
        embedding_batch_size=_BATCH,
    )
    return pipeline.instantiate(
        {"segmentation": {"min_duration_off": 0.0}, "clustering": _CLUSTERING}
    )


def _segmentation(path: Path, threads: int) -> Any:
    """Return segmentation-3.0; (batch, 1, samples) → (batch, frames, 7) log-probabilities."""
    import torch
    from pyannote.audio import Model
    from pyannote.audio.core.task import Problem, Resolution, Specifications

    from alsvoice.backends.onnx import open_session

    session = open_session(path, threads)

    class Segmentation(Model):  # type: ignore[misc]
        """See ``backends.diarize.segmentation``."""

        def forward(self, waveforms: Any, **_kwargs: Any) -> Any:
            """Return the log-probabilities of the sets of local speakers."""
            return torch.from_numpy(session.run(None, {"x": waveforms.numpy()})[0])

        def num_frames(self, num_samples: int) -> int:
            """Return how many frames so many samples give."""
            return 1 + (num_samples - _WIDTH) // _STEP

        def receptive_field_size(self, num_frames: int = 1) -> int:
            """Return how many samples so many frames see."""
            return _WIDTH + (num_frames - 1) * _STEP

        def receptive_field_center(self, frame: int = 0) -> int:
            """Return the sample in the middle of what a frame sees."""
            return frame * _STEP + (_WIDTH - 1) // 2

    model: Any = Segmentation()
    model.specifications = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION,
        resolution=Resolution.FRAME,
        duration=10.0,
        classes=["speaker#1", "speaker#2", "speaker#3"],
        powerset_max_classes=2,
        permutation_invariant=True,
    )
    return model


def _embedding(path: Path, threads: int) -> Any:
    """Return the voice network; (batch, 1, samples) and (batch, frames) → (batch, 192)."""
    import numpy as np
    import torch
    from pyannote.audio import Model
    from pyannote.audio.core.task import Problem, Resolution, Specifications

    from alsvoice.backends.diarize.embedding import Embedding, features

    network = Embedding(path, threads)

    class Voices(Model):  # type: ignore[misc]
        """See ``backends.diarize.embedding``."""

        dimension = 192

        def forward(self, waveforms: Any, weights: Any = None) -> Any:
            """Return a vector a waveform, NaN where too little of it is on by its weights."""
            found = []
            for row, waveform in enumerate(waveforms[:, 0].numpy()):
                bank = features(waveform, self.audio.sample_rate)
                if weights is not None:
                    bank = bank[_resized(weights[row].numpy() > 0.5, len(bank))]
                vector = network.embed(bank)
                if vector is None and weights is None:
                    raise ValueError("too short")  # so pyannote.audio finds the least length
                found.append(
                    np.full(self.dimension, np.nan, np.float32) if vector is None else vector
                )
            return torch.from_numpy(np.stack(found))

    model: Any = Voices()
    model.specifications = Specifications(
        problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=10.0
    )
    return model


def _resized(mask: Any, length: int) -> Any:
    """Return a mask of shape (frames,) as one of shape (length,), the nearest frame each."""
    import numpy as np

    return mask[np.minimum(np.arange(length) * len(mask) // max(length, 1), len(mask) - 1)]
