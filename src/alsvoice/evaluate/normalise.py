"""The text normaliser of the word error rate: case, punctuation, fillers, numbers, titles.

Protocol: lower case; fillers removed (um, uh, er, erm, mm, hmm, mhm, ah); digits written out;
"Dr" is doctor, "Mr" mister, "ok" okay; hyphens and dashes part words; every other sign but the
apostrophe goes. British and American spelling are not made equal.
"""

import re
import unicodedata

__all__ = ["PROTOCOL", "normalise"]

PROTOCOL = "lower case, no punctuation, no fillers, numbers as words"

_FILLERS = frozenset("um uh er erm mm hmm mhm ah eh hm mmm uhm".split())
_SAME = {"dr": "doctor", "mr": "mister", "mrs": "missus", "ok": "okay", "alright": "all right"}
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_TOKEN = re.compile(r"\d+(?:st|nd|rd|th)\b|\d+|[^\W\d_]+(?:'[^\W\d_]+)*")


def normalise(text: str) -> list[str]:
    """Return the words that are compared."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", plain)
    words: list[str] = []
    for token in _TOKEN.findall(plain):
        if token[0].isdigit():
            words += _number(token)
        elif token not in _FILLERS:
            words += _SAME.get(token, token).split()
    return words


def _number(token: str) -> list[str]:
    digits = token.rstrip("stndrh")
    if len(digits) > 6:
        return [_ONES[int(d)] for d in digits]
    words = _cardinal(int(digits))
    if digits != token:
        last = words[-1]
        regular = last[:-1] + "ieth" if last.endswith("y") else last + "th"
        words[-1] = _ORDINALS.get(last, regular)
    return words


def _cardinal(value: int) -> list[str]:
    if value < 20:
        return [_ONES[value]]
    if value < 100:
        tens, ones = divmod(value, 10)
        return [_TENS[tens], *([_ONES[ones]] if ones else [])]
    size, name = (100, "hundred") if value < 1000 else (1000, "thousand")
    high, low = divmod(value, size)
    joined = ["and"] if low and low < 100 else []
    return [*_cardinal(high), name, *joined, *(_cardinal(low) if low else [])]
