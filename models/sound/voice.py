"""One sounding note of one region: a sample read at another speed, shaped and filtered.

Samples are read with a cubic Hermite spline of four frames. The low-pass of a region is applied to
the sample once for each pitch and kept (`Filters`), so that a voice costs the same with it.
"""

from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray

from models.sound.bank_file import SoundBank, Wave
from models.sound.envelope import EnvelopeRun
from models.sound.region import HIGHEST_CUTOFF_CENTS, Region, Vibrato

_PADDING = 4  # frames behind the end or the loop, for the spline
_CUTOFF_STEP_CENTS = 50
_MOST_KEPT = 400
_LEAST_SWEEP_CENTS = 200
_COARSE_HERTZ = 40_000


class Filters:
    """Samples ready to be read: looped ends padded, filtered as a region wants it."""

    def __init__(self, bank: SoundBank) -> None:
        self._bank = bank
        self._ready: dict[tuple[object, ...], Wave] = {}

    def wave(self, region: Region, cutoff_cents: float | None) -> Wave:
        """Give the region's sample, low-passed at `cutoff_cents` of its own time."""
        step = None if cutoff_cents is None else round(cutoff_cents / _CUTOFF_STEP_CENTS)
        key = (region.sample, region.loop, region.end, step, round(region.resonance_db))
        if key not in self._ready:
            if len(self._ready) >= _MOST_KEPT:
                self._ready.pop(next(iter(self._ready)))
            self._ready[key] = self._prepare(region, step)
        return self._ready[key]

    def _prepare(self, region: Region, step: int | None) -> Wave:
        wave = self._bank.wave(region.sample)
        if step is not None:
            hertz = 8.176 * 2 ** (step * _CUTOFF_STEP_CENTS / 1200)
            if hertz < region.header.rate / 2:
                wave = low_pass(wave, hertz / region.header.rate, region.resonance_db)
        factor = density(region)
        wave = dense(wave, factor)
        if region.loop is None:
            end = len(wave) - region.end * factor
            return np.concatenate([wave[:end], np.zeros(_PADDING, np.float32)])
        begin, end = (place * factor for place in region.loop)
        return np.concatenate([wave[:end], np.resize(wave[begin:end], _PADDING)])


def density(region: Region) -> int:
    """Say how many frames stand for one of the sample's: the spline mirrors coarse ones."""
    return 2 if region.header.rate < _COARSE_HERTZ else 1


def dense(wave: Wave, factor: int) -> Wave:
    """Put frames between the frames, without new overtones."""
    if factor == 1:
        return wave
    size = 1 << (len(wave) + 512).bit_length()
    out = np.fft.irfft(np.fft.rfft(wave, size) * factor, size * factor)
    return out[: len(wave) * factor].astype(np.float32)


def low_pass(wave: Wave, cutoff: float, resonance_db: float) -> Wave:
    """Filter with two resonant poles at `cutoff` (of the sampling rate), as a whole."""
    size = 1 << (len(wave) + 512).bit_length()
    at = np.fft.rfftfreq(size) / cutoff
    quality = 10 ** ((resonance_db - 3.01) / 20)
    response = 1 / (1 - at * at + 1j * at / quality)
    out = np.fft.irfft(np.fft.rfft(wave, size) * response, size)[: len(wave)]
    return out.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Loudness:
    """What a channel does to its voices: gain, pan (-1..1), bend, and the wheel's vibrato."""

    gain: float
    pan: float
    bend_cents: float
    wheel_cents: float


class Voice:
    """Plays one region for one key; `begin` is the sample at which the note is struck."""

    def __init__(
        self, region: Region, filters: Filters, key: int, velocity: int, begin: int, rate: int
    ) -> None:
        key = region.fixed_key if region.fixed_key >= 0 else key
        velocity = region.fixed_velocity if region.fixed_velocity > 0 else velocity
        self.region, self.key, self.begin, self._rate = region, key, begin, rate
        self.is_held = True
        cents = (key - region.root_key) * region.cents_per_key + region.tuning_cents
        self._density = density(region)
        self._shift_cents = cents + 1200 * log2(region.header.rate * self._density / rate)
        self._gain = (velocity / 127) ** 2 * 10 ** (region.gain_db / 20)
        self._envelope = EnvelopeRun(region.envelope, rate)
        # The filter is heard at the output: the sample's own time is faster or slower.
        is_open = region.cutoff_cents >= HIGHEST_CUTOFF_CENTS
        self._wave = filters.wave(region, None if is_open else region.cutoff_cents - cents)
        self._bright: Wave | None = None
        if abs(region.sweep_cents) >= _LEAST_SWEEP_CENTS and not is_open:
            self._bright = filters.wave(region, region.cutoff_cents - cents + region.sweep_cents)
            self._sweep = EnvelopeRun(region.sweep, rate)
        self._position = float(max(region.begin, 0) * self._density)
        self._speed: float | None = None
        self._ran_out = False

    def release(self, at: int) -> None:
        """Let the key go."""
        self.is_held = False
        self._envelope.release(at - self.begin)
        if self._bright is not None:
            self._sweep.release(at - self.begin)

    def choke(self, at: int, seconds: float = 0.02) -> None:
        """Fall silent at once, without a click."""
        self.is_held = False
        self._envelope.hurry(at - self.begin, seconds * self._rate)

    def is_over(self, at: int) -> bool:
        """Whether it is silent from this sample on."""
        return self._ran_out or self._envelope.ends_by(at - self.begin)

    def block(self, first: int, count: int, channel: Loudness) -> tuple[int, Wave] | None:
        """Give its samples before panning, and where in the block of `count` they begin."""
        skip = max(self.begin - first, 0)
        count -= skip
        if count <= 0 or self._ran_out:
            return None
        since = first + skip - self.begin
        places = self._places(count, since, channel)
        wave = self._read(self._wave, places)
        if self._bright is not None:
            openness = self._sweep.gains(since, count)
            wave += (self._read(self._bright, places) - wave) * openness
        wave *= self._envelope.gains(since, count) * np.float32(self._gain * self._tremolo(since))
        return skip, wave

    def _places(self, count: int, since: int, channel: Loudness) -> NDArray[np.float64]:
        cents = self._shift_cents + channel.bend_cents + self._vibrato(since, channel.wheel_cents)
        speed = float(2 ** (cents / 1200))
        before = speed if self._speed is None else self._speed
        self._speed = speed
        steps = np.arange(count, dtype=np.float64)
        if before == speed:
            places = self._position + steps * speed
        else:
            places = self._position + steps * before + steps**2 * ((speed - before) / (2 * count))
        self._position += count * (before + speed) / 2
        return self._looped(places)

    def _looped(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.region.loop is None:
            last = len(self._wave) - _PADDING
            if self._position >= last:
                self._ran_out = True
                places = np.minimum(places, last)
            return places
        begin, end = (place * self._density for place in self.region.loop)
        if self._position >= end:
            places = np.where(places >= end, begin + (places - begin) % (end - begin), places)
            self._position = begin + (self._position - begin) % (end - begin)
        return places

    @staticmethod
    def _read(wave: Wave, places: NDArray[np.float64]) -> Wave:
        index = places.astype(np.int64)
        part = (places - index).astype(np.float32)
        before = wave[np.maximum(index - 1, 0)]
        here, after, later = wave[index], wave[index + 1], wave[index + 2]
        slope = (after - before) * np.float32(0.5)
        bend = before - np.float32(2.5) * here + 2 * after - np.float32(0.5) * later
        twist = (later - before) * np.float32(0.5) + np.float32(1.5) * (here - after)
        out: Wave = ((twist * part + bend) * part + slope) * part + here
        return out

    def _vibrato(self, since: int, wheel_cents: float) -> float:
        shapes = self.region.vibratos
        total = sum(v.cents * _sine(v, since / self._rate) for v in shapes if v.cents)
        if wheel_cents:
            total += wheel_cents * _sine(shapes[0], since / self._rate)
        return total

    def _tremolo(self, since: int) -> float:
        db = sum(v.db * _sine(v, since / self._rate) for v in self.region.vibratos if v.db)
        return float(10 ** (db / 20)) if db else 1.0


def _sine(vibrato: Vibrato, seconds: float) -> float:
    since = seconds - vibrato.delay
    return float(np.sin(2 * np.pi * vibrato.hz * since)) if since > 0 else 0.0
