"""Words that people use, so that a capital makes no name of them.

``data/words.txt`` has them, in small letters, one a line; ``scripts/words.py`` wrote it.
"""

from functools import cache
from importlib.resources import files

__all__ = ["ALSO_NAMES", "common_words"]

ALSO_NAMES = frozenset(
    """
    abbey amber angel april art ash august autumn barbie beauty bee bell berry bill bindi bob
    bobby bonny bright brook buck buddy candy carol cash chance charity chase chip christian
    chuck clay cliff clover comfort cooper dawn dean dot drew dusty earl earnest eve faith
    favour fern fortune foster frank gene gift ginger glen grace grant guy haven hay hazel holly
    honey honor honour hope hunter indigo innocent iris ivy jack jag jay jazz joy june junior
    kent king kip kit kitty lane lee liberty lily lucky magnolia mark marvel max may memory
    miles naira nan nick olive pat patience peace pearl peg penny precious pride promise puja
    queen ray reed rich rob rose ruby sari scarlet shore slack star stew street sue summer
    sunny temple van victor viva wade will willow winter wren
    """.split()
)
"""Words that are names, too: with a capital they are taken for names, written small for words."""


@cache
def common_words() -> frozenset[str]:
    """Return the words, without the ending of an owner (no "boss's", but "don't")."""
    return frozenset((files("alsvoice") / "data" / "words.txt").read_text("utf-8").split())
