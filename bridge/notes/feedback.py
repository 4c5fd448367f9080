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

Bytes = tuple[int, ...]


class FeedbackGuard:
    """Knows what was sent a moment ago, and so what of it comes back. Called from: engine thread.

    A note-on comes back if the very same one was sent a moment ago and has not been released
    since; other messages count as returns only while notes return, or if many of them do.
    """

    def __init__(self) -> None:
        self._sent: OrderedDict[Bytes, float] = OrderedDict()
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
            self._release(message.channel, message.note)
            if not self.is_looping:
                return
        elif message.type not in _WEIGHTS:
            return
        key = tuple(message.bytes())
        self._sent[key] = now_seconds
        self._sent.move_to_end(key)
        if len(self._sent) > _MOST:
            self._sent.popitem(last=False)

    def _release(self, channel: int, pitch: int) -> None:
        status = 0x90 | channel
        for key in [k for k in self._sent if k[0] == status and k[1] == pitch]:
            del self._sent[key]

    def returns(self, message: mido.Message, at_seconds: float) -> bool:
        """Tell whether this message that came in is one of ours and must go nowhere."""
        if at_seconds - self._last_seconds > _EPISODE_SECONDS:
            self._evidence, self._told = 0.0, False
        sent_at = self._sent.get(tuple(message.bytes()))
        if sent_at is None or not 0 <= at_seconds - sent_at <= RETURN_SECONDS:
            return False
        self._last_seconds = at_seconds
        self._evidence += _WEIGHTS.get(message.type, 0.0)
        return message.type in ("note_on", "program_change") or self.is_looping

    def news(self) -> bool:
        """Tell once an episode that messages come back."""
        is_new = self.is_looping and not self._told
        self._told = self._told or is_new
        return is_new
