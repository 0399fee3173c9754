"""Speaking rate: how many words a minute somebody says while they speak.

Words over talk time, pauses inside a turn included: the speech rate of Goldman-Eisler (1968), whose
speakers ranged from about 100 to 200 words a minute. Unknown below a quarter of a minute of talk,
where a single slow sentence would be the measure.
"""

__all__ = ["words_per_minute"]

_LEAST_MS = 15_000


def words_per_minute(words: int, talk_ms: int) -> float | None:
    """Return words a minute of talk; None where there was too little of it."""
    return words * 60_000 / talk_ms if talk_ms >= _LEAST_MS else None
