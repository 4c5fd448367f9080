"""Which keys sound on the output and who holds each: every strike gets exactly one release."""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

import mido

from bridge.notes.controllers import ALL_NOTES_OFF, SUSTAIN

Key = tuple[int, int]  # channel, pitch


class NoteTracker:
    """Sounding keys, each with its holders; a key is released when the last one lets go."""

    def __init__(self) -> None:
        self._holders: dict[Key, set[Hashable]] = {}
        self._channels: set[int] = set()

    def strike(self, holder: Hashable, note: mido.Message) -> list[mido.Message]:
        """Return what to send for this note-on: a key that sounds already is released first."""
        key = (note.channel, note.note)
        self._channels.add(note.channel)
        out = [self._off(key)] if key in self._holders else []
        self._holders.setdefault(key, set()).add(holder)
        return [*out, note]

    def release(self, holder: Hashable, note: mido.Message) -> list[mido.Message]:
        """Return what to send for this note-off: nothing while somebody else holds the key."""
        key = (note.channel, note.note)
        holders = self._holders.get(key, set())
        if holder not in holders:
            return []
        holders.remove(holder)
        if holders:
            return []
        del self._holders[key]
        return [note]

    def holds(self, is_of: Callable[[Hashable], bool]) -> bool:
        """Whether one of these holders holds a key."""
        return any(is_of(holder) for holders in self._holders.values() for holder in holders)

    def held(self, is_of: Callable[[Hashable], bool]) -> list[tuple[Any, Key]]:
        """List which of these holders hold which key."""
        pairs = ((holder, key) for key, holders in self._holders.items() for holder in holders)
        return [(holder, key) for holder, key in pairs if is_of(holder)]

    def release_all(self, is_of: Callable[[Hashable], bool]) -> list[mido.Message]:
        """Return what to send so that these holders hold no key, and no pedal, any more."""
        out = []
        for key, holders in sorted(self._holders.items()):
            holders -= {holder for holder in holders if is_of(holder)}
            if not holders:
                del self._holders[key]
                out.append(self._off(key))
        return out

    def control(self, message: mido.Message) -> list[mido.Message]:
        """Return the message to send, its channel noted for `panic`."""
        self._channels.add(message.channel)
        return [message]

    def panic(self) -> list[mido.Message]:
        """Return the note-offs of all that sounds, then a reset of every channel used."""
        out = [self._off(key) for key in sorted(self._holders)]
        self._holders.clear()
        for channel in sorted(self._channels):
            out += [
                mido.Message("control_change", channel=channel, control=ALL_NOTES_OFF, value=0),
                mido.Message("control_change", channel=channel, control=SUSTAIN, value=0),
                mido.Message("pitchwheel", channel=channel, pitch=0),
            ]
        return out

    def forget(self) -> None:
        """Count everything as released: the port that sounded it is gone."""
        self._holders.clear()

    @staticmethod
    @lru_cache(maxsize=2048)  # all keys of all channels: a panic may need hundreds at once
    def _off(key: Key) -> mido.Message:
        return mido.Message("note_off", channel=key[0], note=key[1])
