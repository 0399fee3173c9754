"""Words that people use, so that a capital makes no name of them.

``data/words.txt`` has them, in small letters, one a line; ``scripts/words.py`` wrote it.
"""

from functools import cache
from importlib.resources import files

__all__ = ["FIRST_NAMES", "common_words"]

FIRST_NAMES = frozenset(
    """
    abbey amber art autumn bee bell berry bill bob bonny brook buck buddy carol chance charity
    chase chip christian chuck dawn dean dot drew dusty earl eve faith foster frank gene ginger
    grace grant guy hazel holly honey honor hope hunter iris ivy jack jay joy junior kip kit
    lane lee lily mark may miles nan nick olive pat patience pearl peg penny ray rich rob rose
    ruby star sue summer sunny temple van victor wade will winter
    """.split()
)
"""First names that are words, too, when written small: with a capital they are names."""


@cache
def common_words() -> frozenset[str]:
    """Return the words, without the ending of an owner."""
    return frozenset((files("alsvoice") / "data" / "words.txt").read_text("utf-8").split())
