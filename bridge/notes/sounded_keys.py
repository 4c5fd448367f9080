"""What each key that is down sounds, so that it is released on what it was struck on."""

from collections import Counter
from collections.abc import Hashable, Sequence

Pitches = tuple[int, ...]


class SoundedKeys:
    """Keys with the pitches they sound; a pitch ends when the last key that sounds it is let go."""

    def __init__(self) -> None:
        self._keys: dict[Hashable, tuple[int, Pitches]] = {}
        self._held: Counter[tuple[int, int]] = Counter()  # by channel and pitch

    def __contains__(self, key: Hashable) -> bool:
        """Whether this key is down."""
        return key in self._keys

    def __bool__(self) -> bool:
        """Whether any key is down."""
        return bool(self._keys)

    def strike(self, key: Hashable, channel: int, pitches: Sequence[int]) -> None:
        """Let a key that is up sound these pitches."""
        self._keys[key] = (channel, tuple(pitches))
        self._held.update((channel, pitch) for pitch in pitches)

    def release(self, key: Hashable) -> Pitches:
        """Let a key go; return the pitches that end with it."""
        channel, pitches = self._keys.pop(key, (0, ()))
        ended = []
        for pitch in pitches:
            self._held[channel, pitch] -= 1
            if not self._held[channel, pitch]:
                del self._held[channel, pitch]
                ended.append(pitch)
        return tuple(ended)

    @property
    def pitches(self) -> frozenset[int]:
        """What sounds, on any channel."""
        return frozenset(pitch for _, pitch in self._held)

    def forget(self) -> None:
        """Count every key as let go."""
        self._keys.clear()
        self._held.clear()
