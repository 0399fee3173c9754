"""Words that people use, so that a capital at a sentence's start makes no name of them.

They are read from the corpus of action-learning talk that comes with alsvoice: whatever stands
there in small letters is a word, but for what has a capital inside a sentence more often: "ken" is
said in Scotland, and Ken is somebody. Rows without any capital tell nothing: they are written as
some recognisers write, names too.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
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
_NAME = re.compile(r"(?<=[\w,;:] )[A-Z][a-z][a-z'’-]*")
"""A word with a capital that no sentence begins with."""


@cache
def common_words() -> frozenset[str]:
    """Return the words, in small letters, with and without what follows an apostrophe."""
    folder = files("alsvoice") / "data" / "corpus" / "scenarios"
    small: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for file in folder.iterdir():
        if file.name.endswith(".tsv"):
            for row in file.read_text("utf-8").splitlines():
                text = row.rpartition("\t")[2]
                if not text.startswith("#") and text != text.lower():
                    small.update(_forms(_WORD.findall(text)))
                    named.update(_forms(_NAME.findall(text)))
    return frozenset(word for word, times in small.items() if times >= named[word])


def _forms(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        plain = word.lower().replace("’", "'")
        yield from {word.lower(), plain.partition("'")[0]}
