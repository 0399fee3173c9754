"""See ``pyannote.audio``."""
