"""Tracks of the self-test's own, and what the checks do in them."""

from __future__ import annotations

from collections.abc import Sequence

import Live

from .host import Host, is_there
from .types import Clip, Slot, Song, Specification, Track

TRACK_NAME = "Continuo self-test"
_BEATS = 4.0


class Scratch:
    """Makes a track when it is first needed; nothing else of the set is touched."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._made: list[Track] = []

    @property
    def song(self) -> Song:
        """The song."""
        return self.host.song()

    @property
    def track(self) -> Track:
        """The first track, made at the end of the set."""
        return self._track(0)

    @property
    def slot(self) -> Slot:
        """Its first slot."""
        return self.track.clip_slots[0]

    @property
    def neighbour(self) -> Slot:
        """The first slot of another track, with a clip."""
        slot = self._track(1).clip_slots[0]
        if not slot.has_clip:
            slot.create_clip(_BEATS)
        return slot

    def another_track(self) -> None:
        """Make one track more."""
        self._track(len(self._made))

    def empty(self) -> Slot:
        """Answer the slot without a clip."""
        slot = self.slot
        if slot.has_clip:
            slot.delete_clip()
        return slot

    def clip(self) -> Clip:
        """Answer a new clip of four beats."""
        slot = self.empty()
        slot.create_clip(_BEATS)
        return slot.clip

    def clip_with(self, *writes: Sequence[float]) -> Clip:
        """Answer a new clip into which notes (pitch, start, duration) were written one by one."""
        clip = self.clip()
        for pitch, start, duration in writes:
            clip.add_new_notes([specification(pitch, start, duration)])
        return clip

    def remove(self) -> None:
        """Take the tracks away."""
        while self._made:
            track = self._made.pop()
            if is_there(track):
                self.song.delete_track(list(self.song.tracks).index(track))

    def _track(self, index: int) -> Track:
        while len(self._made) <= index:
            track = self.song.create_midi_track(-1)
            self._made.append(track)
            track.name = TRACK_NAME
            track.arm = False
        return self._made[index]


def specification(
    pitch: float, start: float, duration: float, velocity: float = 100.0
) -> Specification:
    """Answer a note for Live to write."""
    return Live.Clip.MidiNoteSpecification(
        pitch=pitch, start_time=start, duration=duration, velocity=velocity
    )


def notes_of(clip: Clip) -> list[list[float]]:
    """Answer all notes as [pitch, start, duration], in Live's order."""
    found = clip.get_notes_extended(0, 128, -16.0, 64.0)
    return [[note.pitch, note.start_time, note.duration] for note in found]
