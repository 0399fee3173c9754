"""Where one recording starts on another's time, found in the sound that both hold.

Coarse: loudness envelopes of pieces of the one, correlated with all of the other. Then the
waveforms at each such place, by phase (GCC-PHAT: Knapp & Carter, "The generalized correlation
method for estimation of time delay", 1976). It is sure only where several pieces tell the same
place by themselves: two people who take turns on separate lines correlate with nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from alsvoice.audio.decode import SAMPLE_RATE
from alsvoice.audio.envelope import ENVELOPE_HZ

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Offset", "estimate"]

_PIECES = 12
_PIECE_S = (8, 60)
"""Shortest and longest piece whose envelope is looked for."""
_CANDIDATES = 3
_NEAR_S = 0.5
"""Coarse places this near each other are the same place: an hour's drift of two phones."""
_LISTEN_MS = 12_000
_BAND_HZ = (200, 4000)
_STANDS_OUT = 1.35
"""A peak over the highest one elsewhere, less than which says nothing."""
_AGREE_MS = 20
"""People sit at different distances from two phones: 3 m are 9 ms, either way."""
_LEAST_AGREEING = 3


class Readable(Protocol):
    """Sound that is read piece by piece."""

    @property
    def duration_ms(self) -> int:
        """Length of the recording."""
        ...

    def read(self, start_ms: int, end_ms: int) -> "NDArray[np.float32]":
        """Return samples of shape (n,)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """Where the second recording starts on the first one's time.

    ``drift_ms`` is by how much the second clock is late at the end of what both hold, against its
    start; 0 where that cannot be told.
    """

    start_ms: int
    drift_ms: int = 0
    agreeing: int = 0
    heard: int = 0


def estimate(
    first: Readable,
    second: Readable,
    envelopes: tuple["NDArray[np.float32]", "NDArray[np.float32]"],
) -> Offset | None:
    """Return where ``second`` starts; None where the sound does not tell."""
    if min(map(len, envelopes)) < ENVELOPE_HZ:  # under a second there is nothing to go by
        return None
    a, b = (_modulation(envelope) for envelope in envelopes)
    starts, length = _pieces(len(a))
    best: Offset | None = None
    for lag_ms in _places(a, b, starts, length):
        found = _listen(first, second, [start * 1000 // ENVELOPE_HZ for start in starts], lag_ms)
        if found and (best is None or found.agreeing > best.agreeing):
            best = found
    return best


def _modulation(envelope: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Return the loudness in decibels less its mean over a second.

    Neither the gain of a microphone nor who sits near it changes much in that.
    """
    import numpy as np

    level = 10 * np.log10(envelope + 1e-10)
    wide = np.ones(ENVELOPE_HZ) / ENVELOPE_HZ
    return np.asarray(np.clip(level - np.convolve(level, wide, "same"), -15, 15), np.float32)


def _pieces(length: int) -> tuple[list[int], int]:
    """Return where pieces start, and how long each is, in envelope frames."""
    low, high = (s * ENVELOPE_HZ for s in _PIECE_S)
    piece = min(max(length // _PIECES, low), high, length)
    last = length - piece
    count = min(_PIECES, max(1, 2 * length // max(piece, 1)))
    return sorted({last * i // max(count - 1, 1) for i in range(count)}), piece


def _places(
    a: "NDArray[np.float32]", b: "NDArray[np.float32]", starts: Sequence[int], length: int
) -> list[int]:
    """Return the likeliest starts of b on a's time in milliseconds, the likeliest first."""
    import numpy as np

    size = 1 << (len(b) + length).bit_length()
    spectrum = np.fft.rfft(b, size)
    votes: list[tuple[float, int]] = []
    for start in starts:
        piece = a[start : start + length]
        match = np.fft.irfft(spectrum * np.conj(np.fft.rfft(piece, size)), size)
        match = np.r_[match[len(match) - length :], match[: len(b)]]  # lags from -length on
        spread = float(match.std()) or 1.0
        for _ in range(_CANDIDATES):
            peak = int(match.argmax())
            votes.append((float(match[peak]) / spread, start - (peak - length)))
            match[max(0, peak - ENVELOPE_HZ) : peak + ENVELOPE_HZ] = 0
    near = _NEAR_S * ENVELOPE_HZ
    scored = sorted(
        ((sum(v for v, lag in votes if abs(lag - at) <= near), at) for _, at in votes), reverse=True
    )
    chosen: list[int] = []
    for _, at in scored:
        if all(abs(at - other) > near for other in chosen):
            middle = float(np.median([lag for _, lag in votes if abs(lag - at) <= near]))
            chosen.append(round(middle))
    return [at * 1000 // ENVELOPE_HZ for at in chosen[:_CANDIDATES]]


def _listen(
    first: Readable, second: Readable, starts_ms: Sequence[int], lag_ms: int
) -> Offset | None:
    """Return the place as the waveforms tell it near a coarse one; None where they disagree."""
    import numpy as np

    told: list[tuple[int, float]] = []
    heard = 0
    for start in starts_ms:
        at = start - lag_ms
        if at < 0 or at + _LISTEN_MS // 2 > second.duration_ms:
            continue
        heard += 1
        shift = _shift_ms(first.read(start, start + _LISTEN_MS), second.read(at, at + _LISTEN_MS))
        if shift is not None:
            told.append((start, lag_ms - shift))
    if len(told) < min(_LEAST_AGREEING, max(heard, 2)):
        return None
    times, lags = np.array(told, dtype=np.float64).T
    slope = _slope(times, lags)
    rest = lags - slope * (times - times.mean())
    middle = float(np.median(rest))
    agree = np.abs(rest - middle) <= _AGREE_MS
    if agree.sum() < min(_LEAST_AGREEING, max(heard, 2)) or 3 * agree.sum() < 2 * len(told):
        return None
    overlap = min(first.duration_ms, second.duration_ms + middle) - max(0.0, middle)
    return Offset(
        start_ms=round(middle),
        drift_ms=round(slope * overlap),
        agreeing=int(agree.sum()),
        heard=heard,
    )


def _slope(times: "NDArray[np.float64]", lags: "NDArray[np.float64]") -> float:
    """Return the median slope between pairs far apart (Theil & Sen), 0 over less than 5 minutes."""
    import numpy as np

    row, column = np.triu_indices(len(times), 1)
    apart = times[column] - times[row]
    far = apart >= max(300_000, 0.3 * float(np.ptp(times)))
    if far.sum() < 6:
        return 0.0
    return float(np.median((lags[column] - lags[row])[far] / apart[far]))


def _shift_ms(a: "NDArray[np.float32]", b: "NDArray[np.float32]") -> float | None:
    """Return by how much b's content is later than a's; None where no peak stands out."""
    import numpy as np

    if not (a.any() and b.any()):
        return None
    size = 1 << (len(a) + len(b)).bit_length()
    cross = np.fft.rfft(b, size) * np.conj(np.fft.rfft(a, size))
    hz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    inside = (hz >= _BAND_HZ[0]) & (hz <= _BAND_HZ[1])
    strength = np.abs(cross)
    phase = np.where(inside & (strength > 0), cross / np.maximum(strength, 1e-20), 0)
    match = np.fft.irfft(phase, size)
    reach = round((_NEAR_S + 0.2) * SAMPLE_RATE)
    near = np.abs(np.r_[match[-reach:], match[:reach]])
    peak = int(near.argmax())
    guard = round(0.02 * SAMPLE_RATE)
    elsewhere = np.r_[near[: max(0, peak - guard)], near[peak + guard :]]
    if near[peak] < _STANDS_OUT * float(elsewhere.max(initial=0)):
        return None
    return (peak - reach) * 1000 / SAMPLE_RATE
