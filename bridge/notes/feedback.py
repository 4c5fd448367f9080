"""Messages that come back: Continuo Out reaches Continuo In, by a cable or a DAW."""

from collections import OrderedDict

import mido

# A cable or a DAW brings a message back within its buffers; no hand strikes a held key again.
RETURN_SECONDS = 0.15
_EPISODE_SECONDS = 2.0  # without a return the loop counts as cut
_TELLING = 2.0
_WEIGHTS = {
    "note_on": 1.0,
    "program_change": 1.0,
    "control_change": 0.25,
    "pitchwheel": 0.25,
    "aftertouch": 0.25,
    "polytouch": 0.25,
}
_MOST = 256  # messages remembered
_NOTE_ON = 0x90

Bytes = tuple[int, ...]


class FeedbackGuard:
    """Knows what was sent a moment ago, and so what of it comes back. Called from: engine thread.

    A note-on comes back if the very same one was sent a moment ago and has not been released
    since; other messages count as returns only while notes return, or if many of them do.
    """

    def __init__(self) -> None:
        self._sent: OrderedDict[Bytes, tuple[Bytes, float]] = OrderedDict()  # by `_key`
        self._evidence = 0.0
        self._last_seconds = float("-inf")
        self._told = False

    @property
    def is_looping(self) -> bool:
        """Whether messages have come back lately."""
        return self._evidence >= _TELLING

    def sent(self, message: mido.Message, now_seconds: float) -> None:
        """Remember a message that goes out; a release makes its note-on no return any more."""
        if message.type == "note_off":
            self._sent.pop((_NOTE_ON | message.channel, message.note), None)
            if not self.is_looping:
                return
        elif message.type not in _WEIGHTS:
            return
        sent = tuple(message.bytes())
        key = _key(sent)
        self._sent[key] = (sent, now_seconds)
        self._sent.move_to_end(key)
        if len(self._sent) > _MOST:
            self._sent.popitem(last=False)

    def returns(self, message: mido.Message, at_seconds: float) -> bool:
        """Tell whether this message that came in is one of ours and must go nowhere."""
        if at_seconds - self._last_seconds > _EPISODE_SECONDS:
            self._evidence, self._told = 0.0, False
        came = tuple(message.bytes())
        sent, sent_seconds = self._sent.get(_key(came), ((), 0.0))
        if sent != came or not 0 <= at_seconds - sent_seconds <= RETURN_SECONDS:
            return False
        self._last_seconds = at_seconds
        self._evidence += _WEIGHTS.get(message.type, 0.0)
        return message.type in ("note_on", "program_change") or self.is_looping

    def news(self) -> bool:
        """Tell once an episode that messages come back."""
        is_new = self.is_looping and not self._told
        self._told = self._told or is_new
        return is_new


def _key(message: Bytes) -> Bytes:
    """Give what a message is remembered by: a note-on by its key, so that a release finds it."""
    return message[:2] if message[0] & 0xF0 == _NOTE_ON else message
