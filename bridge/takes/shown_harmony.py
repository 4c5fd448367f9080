"""The key and the chords that are told while playing, each once, as they become settled."""

from collections.abc import Iterable

from bridge.current_settings import CurrentSettings
from bridge.events import Sender
from bridge.reports import Listener, Reply
from models.music.harmony import Chord, Harmony
from models.music.key import key_label, key_of_control, read_key
from models.music.tempo import EPSILON

_SURE = 0.6  # of another key than the one told


class ShownHarmony:
    """Remembers the key that was found last, and tells what is new. Called from: one thread."""

    def __init__(self, current: CurrentSettings, listener: Listener) -> None:
        self._current, self._listener = current, listener
        self._found: tuple[str, float] = ("", 0.0)

    @property
    def key(self) -> tuple[int, bool] | None:
        """The key in force: (tonic's pitch class, whether minor); None before one was found."""
        return key_of_control(self._current.key_control) or read_key(self._found[0])

    def tell_key(self, sender: Sender = None) -> None:
        """Tell the key in force: set by the musician, or else found last; empty before that."""
        name, certainty = self._found
        is_set = (key := key_of_control(self._current.key_control)) is not None
        if key is not None:
            name, certainty = key_label(*key), 1.0
        self._listener(Reply("key", (name, round(certainty, 3), int(is_set)), sender))

    def show_key(self, harmony: Harmony) -> None:
        """Take note of the key that was found; tell it if it is another one."""
        if harmony.certainty < (_SURE if self._found[0] else EPSILON):
            return
        before, self._found = self._found, (harmony.key_name, harmony.certainty)
        if before[0] != self._found[0] and key_of_control(self._current.key_control) is None:
            self.tell_key()

    def show_chords(self, chords: Iterable[Chord]) -> None:
        """Tell chords, in the beats of the song."""
        for chord in chords:
            if name := chord.name:
                self._listener(Reply("chord", (round(chord.start, 6), name)))
