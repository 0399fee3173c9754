"""See ``pyannote.audio``."""

from enum import Enum
from types import SimpleNamespace as Specifications

__all__ = ["Problem", "Resolution", "Specifications"]


class Problem(Enum):
    """As the real one."""

    MONO_LABEL_CLASSIFICATION = 1
    REPRESENTATION = 3


class Resolution(Enum):
    """As the real one."""

    FRAME = 1
    CHUNK = 2
