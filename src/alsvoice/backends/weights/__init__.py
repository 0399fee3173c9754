"""Models on this machine: what they consist of, where they are, how they are fetched."""

from alsvoice.backends.weights.manifest import (
    Edition,
    Hub,
    Model,
    ModelFile,
    WheelPart,
    find_model,
    load_manifest,
)
from alsvoice.backends.weights.pull import Progress, pull
from alsvoice.backends.weights.resolve import ModelFiles, Status, find, remove, status, verify
from alsvoice.backends.weights.sources import Routes

__all__ = [
    "Edition",
    "Hub",
    "Model",
    "ModelFile",
    "ModelFiles",
    "Progress",
    "Routes",
    "Status",
    "WheelPart",
    "find",
    "find_model",
    "load_manifest",
    "pull",
    "remove",
    "status",
    "verify",
]
