"""Coding rows that come from anywhere, streamed."""

from collections.abc import Iterator
from typing import IO

from alsvoice.backends import registry
from alsvoice.formats import rows

__all__ = ["code_lines"]


def code_lines(source: IO[bytes], classifier: str | None, *, where: str) -> Iterator[str]:
    """Yield a JSON line a row, in order; a bad row raises FormatError with its line number."""
    backend = registry.classifier(classifier or registry.default_classifier())
    return rows.serialize(backend.classify(rows.parse(source, where=where)))
