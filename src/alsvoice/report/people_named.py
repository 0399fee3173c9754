"""The names of people who are known, wherever a text says them: whole, first, middle or last."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from alsvoice.report.common_words import ALSO_NAMES, common_words

__all__ = ["KnownNames", "forms"]

_SHORTEST = 2
_PARTS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def forms(name: str) -> frozenset[str]:
    """Return what a name may be said as: all of it, and its parts of two letters or more."""
    whole = " ".join(name.split())
    parts = {part for part in _PARTS.findall(whole) if len(part) >= _SHORTEST}
    return frozenset(parts | ({whole} if len(whole) >= _SHORTEST else set()))


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Puts something else in the place of names; ``called`` says what, by name.

    Found in any case, unless small letters make another word of it ("will you", said to Will), with
    an ending ("Zoe's", "Zoes"), and inside file names ("ann_2.m4a"). A form that two people share
    becomes ``shared``. All in one pass, so that what was put in is not looked at again.
    """

    called: Mapping[str, str]
    shared: str

    def replacer(self) -> Callable[[str], str]:
        """Return the function that does it."""
        by_form: dict[str, str] = {}
        for name, instead in self.called.items():
            for form in forms(name):
                key = form.casefold()
                taken = by_form.get(key, instead)
                by_form[key] = instead if taken == instead else self.shared
        pattern = _pattern(by_form)
        if pattern is None:
            return lambda text: text

        def put(match: re.Match[str]) -> str:
            said = match["name"]
            if said.islower() and (said in common_words() or said in ALSO_NAMES):
                return match[0]
            return by_form[" ".join(said.split()).casefold()] + (match["ending"] or "")

        return lambda text: pattern.sub(put, text)


def _pattern(by_form: Iterable[str]) -> re.Pattern[str] | None:
    longest = sorted(by_form, key=lambda form: (-len(form), form))
    if not longest:
        return None
    choice = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in longest)
    # Not before "'t": "don't" is nobody called Don.
    return re.compile(
        rf"(?<![^\W\d_])(?P<name>{choice})(?P<ending>['’]?s)?(?![^\W\d_]|['’]t\b)",
        re.IGNORECASE,
    )
