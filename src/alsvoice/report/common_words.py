"""Words that people use, so that a capital at a sentence's start makes no name of them.

They are read from the corpus of action-learning talk that comes with alsvoice: whatever stands
there in small letters is a word. Rows without any capital tell nothing: they are written as some
recognisers write, names too.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

__all__ = ["FIRST_NAMES", "common_words"]

FIRST_NAMES = frozenset(
    """
    amber art bee bill bob carol chance chase chip christian dawn dean dot drew earl eve faith
    frank gene ginger grace grant guy hazel holly honor hope iris ivy jack jay joy kit lee lily
    mark may miles nan nick olive pat pearl penny ray rich rob rose ruby sue summer sunny van
    victor wade will
    """.split()
)
"""First names that are words, too, when written small."""
_WORD = re.compile(r"(?<!\w)[a-z][a-z'’-]*")


@cache
def common_words() -> frozenset[str]:
    """Return the words, in small letters, with and without what follows an apostrophe."""
    folder = files("alsvoice") / "data" / "corpus" / "scenarios"
    found: set[str] = set()
    for file in folder.iterdir():
        if file.name.endswith(".tsv"):
            for row in file.read_text("utf-8").splitlines():
                found.update(_words_of(row.rpartition("\t")[2]))
    return frozenset(found)


def _words_of(text: str) -> Iterator[str]:
    """Yield the words of a row that are written small though it has capitals."""
    if text.startswith("#") or text == text.lower():
        return
    for word in _WORD.findall(text):
        yield word
        yield word.replace("’", "'").partition("'")[0]
