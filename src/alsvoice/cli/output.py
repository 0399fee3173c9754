"""The one sink: data on stdout, everything else on stderr."""

import json
import sys
from typing import Any

__all__ = ["data", "say", "text"]


def data(value: Any) -> None:
    """Print a value as JSON on stdout, flushed."""
    text(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def text(words: str) -> None:
    """Print an answer on stdout; signs that the terminal cannot show become question marks."""
    _write(sys.stdout, words)


def say(words: str) -> None:
    """Print a word to the user on stderr."""
    _write(sys.stderr, words)


def _write(stream: Any, words: str) -> None:
    line = words if words.endswith("\n") else words + "\n"
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(line.encode(encoding, "replace").decode(encoding))
    stream.flush()
