"""Keys that are chords, not melody: when a hand has settled on one, and since when it is meant."""

from dataclasses import dataclass

from models.music.hand_chords import HandChord, hand_chord

Key = tuple[int, int]  # channel, pitch

SETTLE_SECONDS = 0.02  # no hand strikes all its keys at once
# Rolled chords take their time: what was heard of one is heard anew with each key of it.
ROLL_SECONDS = 0.1
# A key let go so soon after another was struck was held over from the chord before.
LEGATO_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Settled:
    """A chord that the hand has settled on; its first key was struck at `at_seconds`."""

    chord: HandChord
    at_seconds: float


class ChordHand:
    """The keys that are down, and the chord that they make once they are left alone.

    A chord is heard 20 ms after its last key, and a rolled one several times, from its first key
    on. Letting keys go makes no chord, but for those
    that were held over into the next one.
    """

    def __init__(self) -> None:
        self._down: set[Key] = set()
        self._began_seconds = 0.0
        self._struck_seconds = float("-inf")
        self.settles_at_seconds: float | None = None

    @property
    def is_down(self) -> bool:
        """Whether the hand holds any key."""
        return bool(self._down)

    def holds(self, key: Key) -> bool:
        """Whether this key was struck by the hand, and is down."""
        return key in self._down

    def strike(self, key: Key, at_seconds: float) -> None:
        """Take a key that is struck."""
        is_rolled = bool(self._down) and at_seconds - self._struck_seconds < ROLL_SECONDS
        if self.settles_at_seconds is None and not is_rolled:
            self._began_seconds = at_seconds
        self._down.add(key)
        self._struck_seconds = at_seconds
        self.settles_at_seconds = at_seconds + SETTLE_SECONDS

    def release(self, key: Key, at_seconds: float) -> None:
        """Take a key that is let go."""
        self._down.discard(key)
        is_legato = at_seconds - self._struck_seconds < LEGATO_SECONDS
        if self._down and is_legato:
            self.settles_at_seconds = at_seconds + SETTLE_SECONDS

    def release_all(self) -> None:
        """Count every key as let go: the keyboard is gone."""
        self._down.clear()
        self.settles_at_seconds = None

    def settle(self, now_seconds: float) -> Settled | None:
        """Give the chord that the hand has settled on by now; None: none, or it still moves."""
        if self.settles_at_seconds is None or now_seconds < self.settles_at_seconds:
            return None
        self.settles_at_seconds = None
        chord = hand_chord(pitch for _, pitch in self._down)
        return Settled(chord, self._began_seconds) if chord else None
