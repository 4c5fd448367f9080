"""What each page holds down, so that it can be let go when the page is gone."""

from bridge.notes.controllers import SUSTAIN

_OFF, _ON, _CONTROL, _PRESSURE, _BEND = 0x80, 0x90, 0xB0, 0xD0, 0xE0
_RELEASED = (0, 0)
_UNBENT = (0, 64)

Message = tuple[int, int, int]


class HeldKeys:
    """The keys, pedals and bends of one page. Called from: one thread."""

    def __init__(self) -> None:
        self._keys: set[tuple[int, int]] = set()  # channel, pitch
        self._pedals: set[int] = set()
        self._bends: set[int] = set()
        self._pressures: set[int] = set()

    def take(self, status: int, first: int, second: int) -> None:
        """Take note of a message that was passed on."""
        kind, channel = status & 0xF0, status & 0x0F
        if kind == _ON and second:
            self._keys.add((channel, first))
        elif kind in (_ON, _OFF):
            self._keys.discard((channel, first))
        elif kind == _CONTROL and first == SUSTAIN:
            _keep(self._pedals, channel, second >= 64)
        elif kind == _BEND:
            _keep(self._bends, channel, (first, second) != _UNBENT)
        elif kind == _PRESSURE:
            _keep(self._pressures, channel, first > 0)

    def let_go(self) -> list[Message]:
        """Return what releases everything, and hold nothing any more."""
        out = [(_OFF | channel, pitch, 0) for channel, pitch in sorted(self._keys)]
        out += [(_CONTROL | channel, SUSTAIN, 0) for channel in sorted(self._pedals)]
        out += [(_BEND | channel, *_UNBENT) for channel in sorted(self._bends)]
        out += [(_PRESSURE | channel, *_RELEASED) for channel in sorted(self._pressures)]
        self.__init__()  # type: ignore[misc]
        return out


def _keep(channels: set[int], channel: int, is_down: bool) -> None:
    (channels.add if is_down else channels.discard)(channel)
