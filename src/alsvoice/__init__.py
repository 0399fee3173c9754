"""alsvoice: the facilitator's instrument for action learning sets."""

import os

__all__ = ["__version__"]

__version__ = "0.1.0"

# Libraries that report to their makers are told not to, before any of them is imported;
# docs/confidentiality.md says which of them read what, and how that was checked. onnxruntime (from
# 1.29 on, every system) else writes a device id and sends events the moment it is imported;
# pyannote.audio sends durations and numbers of speakers. HF_HUB_OFFLINE is for everything:
# `models pull` asks the hub by itself, not through its client.
os.environ.update(
    ORT_DISABLE_TELEMETRY="1",
    PYANNOTE_METRICS_ENABLED="0",
    HF_HUB_DISABLE_TELEMETRY="1",
    HF_HUB_OFFLINE="1",
    DO_NOT_TRACK="1",
)
# With threads of its own, OpenBLAS tries for ever to get their memory where there is none, and its
# sums depend on how many there are: the same session would differ from machine to machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
