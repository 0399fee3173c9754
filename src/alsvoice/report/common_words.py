"""Words that people use, so that a capital at a sentence's start makes no name of them.

They are read from the corpus of action-learning talk that comes with alsvoice: whatever stands
there in small letters is a word.
"""

import re
from functools import cache
from importlib.resources import files

__all__ = ["FIRST_NAMES", "common_words"]

FIRST_NAMES = frozenset(
    """
    art bill bob carol chance chase christian dawn dean drew earl eve faith frank gene grace guy
    hazel holly hope iris ivy jack jay joy lily mark may miles olive pat pearl penny ray rich rob
    rose ruby sue summer sunny van victor wade will
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
        if file.name.endswith((".tsv", ".txt", ".jsonl")):
            for word in _WORD.findall(file.read_text("utf-8")):
                found.update({word, word.replace("’", "'").partition("'")[0]})
    return frozenset(found)
