"""Write the list of everyday words by which the report tells names from words.

    python scripts/words.py

``data/words.txt`` has what is said in small letters in the corpus, unless it has a capital inside a
sentence half as often. Only rows that begin with a capital tell: in others names are small, too.
Some names slip through all the same ("the vincent de paul press", "you ken"): ``NAMES`` has those
that were found by looking through the list. It is kept as a file so that a talk added to the corpus
adds no word to it by chance: before it is committed, what ``git diff`` shows is to be looked
through for names.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from question_rows import CORPUS, corpus

NAMES = frozenset("don heidie ken kutty lynch nic ora paul reg sana vincent".split())
"""Names that the corpus has in small letters (words that are names, too: ``ALSO_NAMES``)."""
OPENERS = """
    additionally afterwards alas although amen anyhow apparently certainly clearly consequently
    conversely currently elsewhere equally evidently finally firstly formerly furthermore generally
    hence hopefully however indeed initially instead ironically lastly lately likewise luckily
    meanwhile moreover namely naturally nevertheless nope normally notably occasionally oddly
    originally otherwise overall particularly personally possibly presumably previously primarily
    recently regardless secondly similarly specifically strangely suddenly supposedly surely
    thankfully therefore thirdly thus traditionally typically ultimately understandably
    unfortunately unless usually whereas whilst yep yup
    """.split()
"""What sentences begin with, said in the corpus or not."""
_WORD = re.compile(r"(?<![\w'’-])[a-z](?:[^\W\d_A-Z]|['’-])*(?!\w)")
_NAME = re.compile(r"(?<=[\w,;:] )[A-Z][a-z][a-z'’-]*")
"""A word with a capital that no sentence begins with."""
_OWNED = re.compile(r"['’-]+s?['’-]*$")


def words(text: str, pattern: re.Pattern[str]) -> Iterator[str]:
    """Yield the words in small letters, without the ending of an owner."""
    for word in pattern.findall(text):
        yield _OWNED.sub("", word.lower().replace("’", "'"))


def everyday(texts: Iterable[str]) -> list[str]:
    """Return the words, in order."""
    small: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for text in texts:
        if text[:1].isupper():
            small.update(words(text, _WORD))
            named.update(words(text, _NAME))
    said = {word for word, often in small.items() if often > 2 * named[word]}
    return sorted((said | set(OPENERS)) - NAMES)


def main() -> None:
    found = everyday(row.text for row in corpus())
    (CORPUS.parent / "words.txt").write_text("\n".join(found) + "\n", encoding="utf-8")
    print(f"{len(found)} words")


if __name__ == "__main__":
    main()
