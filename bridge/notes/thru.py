"""The player's messages on their way through: which output channel each of them takes."""

from collections import Counter
from collections.abc import Sequence

import mido

_TIMBRE = 74  # the third dimension of MPE, beside bend and pressure


class ThruRouter:
    """Brings all that the player plays onto one channel, and keeps bends with their own notes.

    A keyboard sends on one channel, and so does what goes through. Instruments that give every
    note a channel of its own (MIDI Polyphonic Expression, guitars) bend each by itself: a note
    whose channel was bent or pressed, struck while notes of other channels sound, goes through on
    a spare channel. A bend never reaches notes that came in on another channel.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Count every key as lifted: the keyboard or the port is gone."""
        self._routes: dict[int, int] = {}  # output channel by input channel
        self._held: Counter[int] = Counter()  # keys down by input channel
        self._keys: dict[tuple[int, int], int] = {}  # output channel by input channel and pitch
        self._bent: dict[int, int] = {}  # the input channel that bent an output channel last
        self._expressive: set[int] = set()

    @property
    def channels(self) -> list[int]:
        """The output channels in use."""
        return sorted({*self._routes.values(), *self._keys.values()})

    def route(self, message: mido.Message, thru: int, spare: Sequence[int]) -> list[mido.Message]:
        """Return what goes out: the message on its channel, with what must come before it."""
        if message.type in ("note_on", "note_off"):
            is_struck = message.type == "note_on" and message.velocity > 0
            return self._strike(message, thru, spare) if is_struck else self._lift(message, thru)
        if message.type in ("pitchwheel", "aftertouch") or message.is_cc(_TIMBRE):
            return self._bend(message, thru, spare)
        if message.type == "polytouch":
            channel = self._keys.get((message.channel, message.note), thru)
            return [_on(message, channel)]
        self._routes.setdefault(message.channel, thru)
        outputs = dict.fromkeys((thru, *self._routes.values()))
        return [_on(message, channel) for channel in outputs]

    def _strike(self, note: mido.Message, thru: int, spare: Sequence[int]) -> list[mido.Message]:
        channel = self._channel(note.channel, thru, spare)
        self._held[note.channel] += (note.channel, note.note) not in self._keys
        self._keys[(note.channel, note.note)] = channel
        out = [_on(note, channel)]
        if self._bent.get(channel, note.channel) != note.channel:
            del self._bent[channel]
            out = [mido.Message("pitchwheel", channel=channel), *out]
        return out

    def _lift(self, note: mido.Message, thru: int) -> list[mido.Message]:
        channel = self._keys.pop((note.channel, note.note), None)
        if channel is not None:
            self._held[note.channel] -= 1
        return [_on(note, thru if channel is None else channel)]

    def _bend(self, message: mido.Message, thru: int, spare: Sequence[int]) -> list[mido.Message]:
        self._expressive.add(message.channel)
        channel = self._channel(message.channel, thru, spare)
        if self._others(message.channel, channel):
            return []
        self._bent[channel] = message.channel
        return [_on(message, channel)]

    def _channel(self, source: int, thru: int, spare: Sequence[int]) -> int:
        """Find the output channel of an input channel; it stays while a key of it is down."""
        if self._held[source] > 0:
            return self._routes[source]
        self._routes.pop(source, None)
        is_bent = self._bent.get(thru, source) != source
        if (source in self._expressive or is_bent) and self._others(source, thru):
            used = {self._routes[c] for c in self._routes if self._held[c] > 0}
            thru = next((channel for channel in spare if channel not in used), thru)
        self._routes[source] = thru
        return thru

    def _others(self, source: int, channel: int) -> bool:
        """Whether keys of other input channels sound on this output channel."""
        return any(out == channel and c != source for (c, _), out in self._keys.items())


def _on(message: mido.Message, channel: int) -> mido.Message:
    """Give the message on this channel; its other values were checked when it came."""
    if message.channel == channel:
        return message
    return message.copy(skip_checks=True, channel=channel)
