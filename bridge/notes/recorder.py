"""From the player's keys and pedal to notes, in the transport's beats."""

from collections.abc import Iterable
from dataclasses import replace

import mido

from bridge.notes.controllers import SUSTAIN
from models.music.clip import Note

Key = tuple[int, int]  # channel, pitch


class Recorder:
    """Notes finished and notes held; a released note lasts as long as the pedal is down."""

    def __init__(self) -> None:
        self._done: list[Note] = []
        self._fresh: list[Note] = []  # of these, the ones that nobody has taken yet
        self._down: dict[Key, tuple[float, int]] = {}
        self._ringing: dict[Key, tuple[float, int]] = {}
        self._pedals: set[int] = set()
        self._news: list[tuple[bool, float, int, int]] = []

    def play(self, message: mido.Message, beat: float) -> None:
        """Take a note or pedal message that happened at `beat`; ignore any other."""
        if message.type == "note_on" and message.velocity > 0:
            key = (message.channel, message.note)
            self._finish([key], beat)
            self._down[key] = (beat, message.velocity)
            self._news.append((True, beat, message.note, message.velocity))
        elif message.type in ("note_on", "note_off"):
            self._release((message.channel, message.note), beat)
        elif message.type == "control_change" and message.control == SUSTAIN:
            self._pedal(message.channel, message.value >= 64, beat)

    def _release(self, key: Key, beat: float) -> None:
        if key not in self._down:
            return
        if key[0] in self._pedals:
            self._ringing[key] = self._down.pop(key)
        else:
            self._finish([key], beat)

    def _pedal(self, channel: int, is_down: bool, beat: float) -> None:
        if is_down:
            self._pedals.add(channel)
            return
        self._pedals.discard(channel)
        self._finish([key for key in self._ringing if key[0] == channel], beat)

    def _finish(self, keys: Iterable[Key], beat: float) -> None:
        for key in keys:
            for table in (self._down, self._ringing):
                if key in table:
                    start, velocity = table.pop(key)
                    note = Note(start, max(beat - start, 0.0), key[1], velocity)
                    self._done.append(note)
                    self._fresh.append(note)
                    self._news.append((False, beat, key[1], velocity))

    def release_all(self, beat: float) -> None:
        """End every held and ringing note at `beat`, and lift the pedals."""
        self._pedals.clear()
        self._finish([*self._down, *self._ringing], beat)

    def done(self) -> list[Note]:
        """Return the notes that have ended."""
        return list(self._done)

    def take_fresh(self) -> list[Note]:
        """Return the notes that have ended since this was called last, each of them once."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def take_news(self) -> list[tuple[bool, float, int, int]]:
        """Return what notes began (True) or ended since: with beat, pitch and velocity."""
        news, self._news = self._news, []
        return news

    def held(self, until: float) -> list[Note]:
        """Return the notes still sounding, as if they lasted to `until`."""
        open_notes = [*self._down.items(), *self._ringing.items()]
        return [
            Note(start, max(until - start, 0.0), pitch, velocity)
            for (_, pitch), (start, velocity) in open_notes
        ]

    def shift(self, beats: float) -> None:
        """Count all notes `beats` later: the song has jumped under the player's hands."""
        self._done = [replace(note, start=note.start + beats) for note in self._done]
        self._fresh = [replace(note, start=note.start + beats) for note in self._fresh]
        for table in (self._down, self._ringing):
            for key, (start, velocity) in table.items():
                table[key] = (start + beats, velocity)

    def forget_from(self, beat: float) -> None:
        """Drop the ended notes that started at `beat` or later."""
        self._done = [note for note in self._done if note.start < beat]
        self._fresh = [note for note in self._fresh if note.start < beat]

    def forget(self, before: float) -> None:
        """Drop the ended notes that started before `before`."""
        self._done = [note for note in self._done if note.start >= before]
        self._fresh = [note for note in self._fresh if note.start >= before]
