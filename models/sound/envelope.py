"""How loud a note is from moment to moment: attack, hold, decay, sustain, release."""

import numpy as np
from numpy.typing import NDArray

from models.sound.region import Envelope

SILENT_DB = -100.0
# Shorter ones click.
_LEAST_SECONDS = 0.001
_LEAST_RELEASE_SECONDS = 0.008
Curve = NDArray[np.float32]


class EnvelopeRun:
    """An envelope in samples; its stages are linear in dB but for the attack."""

    def __init__(self, shape: Envelope, rate: int) -> None:
        self._delay = shape.delay * rate
        self._attack = max(shape.attack, _LEAST_SECONDS) * rate
        self._hold = shape.hold * rate
        self._decay_db = SILENT_DB / (max(shape.decay, _LEAST_SECONDS) * rate)
        self._sustain_db = max(-shape.sustain_db, SILENT_DB)
        self._release_db = SILENT_DB / (max(shape.release, _LEAST_RELEASE_SECONDS) * rate)
        self._released: tuple[float, float] | None = None  # sample, dB then

    def release(self, at: float) -> None:
        """Let go at this sample; the first time counts."""
        if self._released is None:
            self._released = (at, float(20 * np.log10(max(self._held(np.array([at]))[0], 1e-5))))

    def hurry(self, at: float, samples: float) -> None:
        """Fall silent within so many samples from `at` on, whatever the release is."""
        gain = max(float(self.gains(at, 1)[0]), 1e-5)
        self._released = (at, float(20 * np.log10(gain)))
        self._release_db = SILENT_DB / samples

    def ends_by(self, at: float) -> bool:
        """Whether nothing is heard from this sample on."""
        if self._released is not None and at > self._released[0]:
            begin, db = self._released
            return db + (at - begin) * self._release_db <= SILENT_DB
        peak = self._delay + self._attack + self._hold
        return self._sustain_db <= SILENT_DB and (at - peak) * self._decay_db <= SILENT_DB

    def gains(self, begin: int | float, count: int) -> Curve:
        """Give the gain, 0 to 1, of `count` samples from `begin` on."""
        at = begin + np.arange(count, dtype=np.float64)
        if self._released is None or at[-1] <= self._released[0]:
            return self._held(at)
        from_sample, db = self._released
        gone = at - from_sample
        fallen = _gain(db + np.maximum(gone, 0) * self._release_db)
        return fallen if gone[0] >= 0 else np.where(gone < 0, self._held(at), fallen)

    def _held(self, at: NDArray[np.float64]) -> Curve:
        since = at - self._delay
        if since[0] >= self._attack:
            gone = np.maximum(since - self._attack - self._hold, 0)
            return _gain(np.maximum(gone * self._decay_db, self._sustain_db))
        rise = np.clip(since / self._attack, 0, 1)
        gone = np.maximum(since - self._attack - self._hold, 0)
        fall = _gain(np.maximum(gone * self._decay_db, self._sustain_db))
        return (rise * fall).astype(np.float32)


def _gain(db: NDArray[np.float64]) -> Curve:
    if db[0] == db[-1]:  # held, or silent throughout: every stage is monotonous
        return np.full(len(db), 0.0 if db[0] <= SILENT_DB else 10 ** (db[0] / 20), np.float32)
    out: Curve = np.where(db <= SILENT_DB, 0.0, np.power(10.0, db / 20)).astype(np.float32)
    return out
