"""The room around the instruments, and the limiter behind it."""

import itertools

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.float32]
_DECAY_SECONDS = 1.3  # to -60 dB
_BEFORE_SECONDS = 0.012
CEILING = 0.95
_HOP = 1024
_RECOVERY = 1.04  # of the gain, a hop


def room_response(rate: int) -> Block:
    """Build a room's answer to a click, [channel, time]: noise that dies away, highs first."""
    random = np.random.default_rng(1)
    count = round(_DECAY_SECONDS * rate)
    seconds = np.arange(count) / rate
    noise = random.standard_normal((2, count)) * 10 ** (-3 * seconds / _DECAY_SECONDS)
    spectrum = np.fft.rfft(noise)
    hertz = np.fft.rfftfreq(count, 1 / rate)
    spectrum *= 1 / (1 + (hertz / 3500) ** 2) * (hertz / (hertz + 150))
    out = np.fft.irfft(spectrum, count)
    out *= np.minimum(seconds / 0.02, 1)  # walls are not at once all around
    out = np.concatenate([np.zeros((2, round(_BEFORE_SECONDS * rate))), out], axis=1)
    out /= np.sqrt((out**2).sum(axis=1, keepdims=True))
    return out.astype(np.float32)


class Room:
    """Convolves block by block; what rings beyond a block is kept for the next."""

    def __init__(self, rate: int, block: int) -> None:
        response = room_response(rate)
        self._size = 1 << (block + response.shape[1] - 1).bit_length()
        self._response = np.fft.rfft(response, self._size)
        self._rest = np.zeros((2, self._size), np.float32)
        self.tail = response.shape[1]

    def __call__(self, sent: Block) -> Block:
        """Give the room's sound for a block, [channel, time]."""
        count = sent.shape[1]
        if sent.any():
            wave = np.fft.irfft(np.fft.rfft(sent, self._size) * self._response, self._size)
            self._rest += wave.astype(np.float32)
        out = self._rest[:, :count].copy()
        self._rest = np.roll(self._rest, -count, axis=1)
        self._rest[:, -count:] = 0
        return out


class Limiter:
    """Turns down what would clip, a moment before it does; one block late."""

    def __init__(self) -> None:
        self._waiting: Block | None = None
        self._gain = 1.0

    def __call__(self, block: Block | None) -> Block:
        """Take a block (whole hops of 1,024) and give the one before; None gives the last."""
        ready, self._waiting = self._waiting, block
        if ready is None:
            return np.zeros((2, 0), np.float32)
        peaks = [*_peaks(ready), _peaks(block)[0] if block is not None else 0.0]
        wanted = [min(1.0, CEILING / max(peak, 1e-9)) for peak in peaks]
        nodes = [self._gain]
        for here, after in itertools.pairwise(wanted):
            nodes.append(min(here, after, nodes[-1] * _RECOVERY, 1.0))
        self._gain = nodes[-1]
        if min(nodes) == 1.0:
            return ready
        count = ready.shape[1]
        gains = np.interp(np.arange(count) / _HOP, np.arange(len(nodes)), nodes)
        return np.clip(ready * gains.astype(np.float32), -1, 1)


def _peaks(block: Block) -> list[float]:
    hops = [block[:, a : a + _HOP] for a in range(0, block.shape[1], _HOP)]
    return [float(np.abs(hop).max()) for hop in hops]
