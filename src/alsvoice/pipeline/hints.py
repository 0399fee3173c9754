"""Words that a recogniser may expect: who is there, and what the set keeps talking about.

They are looked up when a transcription is made and are none of its parameters: a name that is
mended later makes no transcription stale (``process --from transcribe`` makes use of it).
"""

from alsvoice.config import Config
from alsvoice.session import Manifest
from alsvoice.store import Library

__all__ = ["hints_of"]


def hints_of(config: Config, manifest: Manifest) -> tuple[str, ...]:
    """Return the names of the participants, then the vocabulary of the session's set, each once."""
    from alsvoice.pipeline.attending import set_of  # it knows the stages

    names = [person.name for person in manifest.participants if person.name]
    known = set_of(Library(config.library), manifest.set)
    return tuple(dict.fromkeys([*names, *(known.vocabulary if known else ())]))
