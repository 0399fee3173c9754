"""See ``pyannote.audio``."""


class PLDA:
    """Wants two files."""

    def __init__(self, transform: str, plda: str) -> None:
        raise FileNotFoundError(transform, plda)
