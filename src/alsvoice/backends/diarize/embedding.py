"""A voice as a vector: 3D-Speaker's CAM++ as ONNX on 80 log-mel filter banks.

Source: Wang et al., "CAM++: A Fast and Efficient Network for Speaker Verification Using
Context-Aware Masking", Interspeech 2023. Input (1, frames, 80), features less their mean over
time; output ``signed`` (1, 192): the authors' vector. A well-known port ends in a ReLU that zeroes
its negative half (our file's other output, ``embs``); with the sign kept, groups lie further apart
and the number of people is found where the cut vector misses it (docs/LOG.md).
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FEATURE_HZ", "Embedding", "features"]

FEATURE_HZ = 100
_BINS = 80
_MIN_FRAMES = 20
_MAX_FRAMES = 600
"""Six seconds tell a voice; more cost more and tell little."""


def features(samples: "NDArray[np.float32]", sample_rate: int) -> "NDArray[np.float32]":
    """Return log-mel filter banks of shape (frames, 80), 25 ms wide, every 10 ms, no dither."""
    import kaldi_native_fbank as kaldi
    import numpy as np

    options = kaldi.FbankOptions()
    options.frame_opts.dither = 0
    options.frame_opts.samp_freq = sample_rate
    options.frame_opts.snip_edges = True
    options.mel_opts.num_bins = _BINS
    bank = kaldi.OnlineFbank(options)
    bank.accept_waveform(sample_rate, samples)
    bank.input_finished()
    frames = bank.num_frames_ready
    if not frames:
        return np.zeros((0, _BINS), dtype=np.float32)
    return np.stack([bank.get_frame(i) for i in range(frames)]).astype(np.float32)


class Embedding:
    """The embedding network; ``output`` names which of its two outputs is used."""

    output = "signed"

    def __init__(self, model: "Path", threads: int) -> None:
        from alsvoice.backends.onnx import open_session

        self._session: Any = open_session(model, threads)

    def embed(self, frames: "NDArray[np.float32]") -> "NDArray[np.float32] | None":
        """Return a unit vector of shape (192,) for features of shape (n, 80); None if too short."""
        import numpy as np

        if len(frames) < _MIN_FRAMES:
            return None
        part = frames[:_MAX_FRAMES]
        centred = (part - part.mean(axis=0, keepdims=True))[None]
        vector = self._session.run([self.output], {"feats": centred})[0][0]
        norm = float(np.linalg.norm(vector))
        return (vector / norm).astype(np.float32) if norm > 0 else None
