"""In which order the pieces of a line stand on paper where some of it runs from right to left.

The Unicode Bidirectional Algorithm (UAX #9) for one paragraph without embeddings or isolates: the
marks that make those never reach a report (``one_line``). Mirrored brackets are the shaper's work.
"""

import unicodedata
from collections.abc import Iterator, Sequence

__all__ = ["is_plain", "levels", "runs_rightwards", "visual_runs"]

_RIGHT = frozenset({"R", "AL"})
_NUMBERS = frozenset({"EN", "AN"})
_NEUTRAL = frozenset({"B", "S", "WS", "ON", "BN", "ES", "ET", "CS"})
_PAIRS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "（": "）", "［": "］"}
_LONGEST_STACK = 63  # BD16


def is_plain(text: str) -> bool:
    """Whether everything in a text runs from left to right."""
    return text.isascii() or not any(
        unicodedata.bidirectional(char) in _RIGHT or unicodedata.bidirectional(char) == "AN"
        for char in text
    )


def runs_rightwards(text: str) -> bool:
    """Whether a paragraph begins at its right side: its first letter says so (P2, P3)."""
    if text.isascii():
        return False
    strong = (unicodedata.bidirectional(char) for char in text)
    return next((kind != "L" for kind in strong if kind == "L" or kind in _RIGHT), False)


def visual_runs(text: str) -> tuple[tuple[str, bool], ...]:
    """Return ``(piece, right to left)`` from the left of the line to its right.

    Each piece is in the order of speech, whichever way it runs.
    """
    found = levels(text)
    spans = list(_spans(found))
    for level in range(max(found, default=0), 0, -1):  # L2
        at = 0
        while at < len(spans):
            end = at
            while end < len(spans) and found[spans[end][0]] >= level:
                end += 1
            spans[at:end] = spans[at:end][::-1]
            at = end + 1
    return tuple((text[start:end], found[start] % 2 == 1) for start, end in spans)


def _spans(found: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = 0
    for at in range(1, len(found) + 1):
        if at == len(found) or found[at] != found[start]:
            yield start, at
            start = at


def levels(text: str) -> list[int]:
    """Return the embedding level of each character; odd ones run from right to left."""
    base = int(runs_rightwards(text))
    outside = "R" if base else "L"
    kinds = [unicodedata.bidirectional(char) or "L" for char in text]
    _weak(kinds, outside)
    _brackets(text, kinds, outside)
    _neutral(kinds, outside)
    out = [_level(kind, base) for kind in kinds]
    for at in range(len(text) - 1, -1, -1):  # L1
        if not text[at].isspace():
            break
        out[at] = base
    return out


def _level(kind: str, base: int) -> int:
    """Return the level of a resolved kind (I1, I2)."""
    if base:
        return 1 if kind == "R" else 2
    return 0 if kind == "L" else 1 if kind == "R" else 2


def _weak(kinds: list[str], outside: str) -> None:
    """Resolve numbers, what stands in and beside them, and marks (W1 to W7)."""
    before = strong = outside
    for at, kind in enumerate(kinds):
        before = before if kind == "NSM" else kind
        kinds[at] = before
        if before in {"L", "R", "AL"}:
            strong = before
        elif before == "EN" and strong == "AL":
            kinds[at] = "AN"
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]
    for at in range(1, len(kinds) - 1):
        left, right = kinds[at - 1], kinds[at + 1]
        if left == right and (
            (kinds[at] == "ES" and left == "EN") or (kinds[at] == "CS" and left in _NUMBERS)
        ):
            kinds[at] = left
    for start, end in list(_stretches(kinds, frozenset({"ET"}))):
        if "EN" in (*kinds[start - 1 : start], *kinds[end : end + 1]):
            kinds[start:end] = ["EN"] * (end - start)
    strong = outside
    for at, kind in enumerate(kinds):
        if kind in {"L", "R"}:
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[at] = "L"


def _stretches(kinds: Sequence[str], of: frozenset[str]) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(kinds):
        end = at
        while end < len(kinds) and kinds[end] in of:
            end += 1
        if end > at:
            yield at, end
        at = end + 1


def _brackets(text: str, kinds: list[str], outside: str) -> None:
    """Let both brackets of a pair go the same way (N0)."""
    for start, end in sorted(_pairs(text, kinds)):
        within = {_strong(kind) for kind in kinds[start + 1 : end]}
        if outside in within:
            kinds[start] = kinds[end] = outside
        elif within - {""}:
            earlier = map(_strong, reversed(kinds[:start]))
            kinds[start] = kinds[end] = next(filter(None, earlier), outside)


def _pairs(text: str, kinds: Sequence[str]) -> Iterator[tuple[int, int]]:
    opened: list[tuple[str, int]] = []
    for at, char in enumerate(text):
        if kinds[at] not in _NEUTRAL:
            continue
        if char in _PAIRS:
            if len(opened) == _LONGEST_STACK:
                return
            opened.append((_PAIRS[char], at))
        elif char in _PAIRS.values():
            found = next((n for n in range(len(opened) - 1, -1, -1) if opened[n][0] == char), None)
            if found is not None:
                yield opened[found][1], at
                del opened[found:]


def _strong(kind: str) -> str:
    """Return the way a kind goes where neutrals ask: numbers go to the right (N0, N1)."""
    return "R" if kind in _NUMBERS else kind if kind in {"L", "R"} else ""


def _neutral(kinds: list[str], outside: str) -> None:
    """Resolve what has no way of its own by what stands on both sides of it (N1, N2)."""
    for start, end in list(_stretches(kinds, _NEUTRAL)):
        before = _strong(kinds[start - 1]) if start else outside
        after = _strong(kinds[end]) if end < len(kinds) else outside
        kinds[start:end] = [before if before == after else outside] * (end - start)
