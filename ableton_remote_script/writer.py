"""Writes a take into the set: a MIDI track a voice, clips side by side in one scene."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import Live

from .free_slots import TRACKS_AT_ONCE, find_tracks, free_scene
from .host import Host, is_there
from .notes import Note, playable
from .selection import Selection
from .task_queue import PAUSE
from .transfer import Take, Voice
from .types import Clip, Scene, Slot, Song, Specification, Steps, Track

NOTES_AT_ONCE = 32
_PATIENCE_TICKS = 30  # callbacks of 10 ms: Live's own tick comes every 100 ms
_COLOURS = {
    "melody": 0xFFA529,
    "soprano": 0xFFA529,
    "alto": 0x87D424,
    "tenor": 0x25A7D9,
    "bass": 0x7B61C9,
    "chords": 0x4FB08A,
    "counter": 0xE0739F,
    "drums": 0x9A9A9A,
}
_OTHER_COLOUR = 0xC9C043


class WriteError(RuntimeError):
    """The take cannot be written as it is; the sentence says why."""


class Written(NamedTuple):
    """What was written: its scene from 0, and how many tracks and notes of it were read back."""

    scene: int
    tracks: int
    notes: int
    fired: bool
    made: int


class Writer:
    """One take on its way into the set; an error takes back what was written of it."""

    def __init__(self, host: Host, take: Take) -> None:
        self._host = host
        self._take = take
        self._tracks: list[Track] = []
        self._slots: list[Slot] = []
        self._clips: list[Clip] = []  # of these slots
        self._undo: list[Callable[[], Steps]] = []
        self._made = 0

    def steps(self) -> Steps:
        """Write it, in small steps; returns Written."""
        voices: list[Voice] = []
        for voice in self._take.voices:
            notes = yield from playable(voice.notes)
            voices.append(voice._replace(notes=notes))
        song = self._host.song()
        found = yield from find_tracks(song, [voice.name for voice in voices])
        selection = Selection(song)
        song.begin_undo_step()
        try:
            return (yield from self._write(song, voices, found))
        except Exception:
            yield from self._take_back()
            raise
        finally:
            song.end_undo_step()
            # The clip that is harmonised stays the one that is selected, to be harmonised again.
            selection.restore()

    def _write(self, song: Song, voices: Sequence[Voice], found: list[Track | None]) -> Steps:
        for voice, track in zip(voices, found):  # noqa: B905 - 3.7 knows no strict
            if track is None:
                yield
                track = self._new_track(song, voice.name)
            self._tracks.append(track)
        scene = yield from self._clips_made(song, [track for track in found if track is not None])
        count = 0
        for voice, clip in zip(voices, self._clips):  # noqa: B905 - 3.7 knows no strict
            yield
            self._dress(clip, voice)
            count += yield from self._fill(clip, voice.notes)
        yield
        if self._take.fire:
            # All in one callback, so that they start together.
            for slot in self._slots:
                slot.fire()
        return Written(scene, len(self._clips), count, self._take.fire, self._made)

    def _new_track(self, song: Song, name: str) -> Track:
        track = song.create_midi_track(-1)
        self._undo.append(lambda: _delete_track(song, track))
        track.name = name
        track.arm = False  # the user's default track may come armed, and would play what they play
        self._made += 1
        return track

    def _new_scene(self, song: Song) -> int:
        song.create_scene(-1)
        row = len(song.scenes) - 1
        scene = song.scenes[row]
        self._undo.append(lambda: _delete_scene(song, scene))
        return row

    def _clips_made(self, song: Song, older: Sequence[Track]) -> Steps:
        """Make the clips in the next scene that is free; returns its number."""
        scene = yield from free_scene(song, older, self._take.scene)
        while True:
            if scene is None:
                yield
                scene = self._new_scene(song)
            if (yield from self._all_made(scene)):
                return scene
            # Somebody put a clip there while we were at it: theirs stays.
            yield from self._delete_clips()
            scene = yield from free_scene(song, older, scene + 1)

    def _all_made(self, scene: int) -> Steps:
        for track in self._tracks:
            yield
            slot = track.clip_slots[scene]
            if slot.has_clip:
                return False
            slot.create_clip(float(self._take.length))
            self._slots.append(slot)
            self._clips.append((yield from _clip_of(slot)))
        return True

    def _dress(self, clip: Clip, voice: Voice) -> None:
        clip.name = self._take.name
        clip.color = _COLOURS.get(voice.role, _OTHER_COLOUR)
        clip.looping = True  # first: the bounds mean the loop's only while it is on
        clip.loop_start = 0.0
        clip.loop_end = float(self._take.length)
        clip.start_marker = 0.0
        clip.end_marker = float(self._take.length)

    def _fill(self, clip: Clip, notes: Sequence[Note]) -> Steps:
        """Write notes in their order, and count those that are in the clip afterwards."""
        starts = []
        for begin in range(0, len(notes), NOTES_AT_ONCE):
            part = notes[begin : begin + NOTES_AT_ONCE]
            starts.append(part[0].start)
            clip.add_new_notes([_specification(note) for note in part])
            yield
        count = 0
        ends = [*starts[1:], notes[-1].start + 1.0] if notes else []
        for start, end in zip(starts, ends):  # noqa: B905 - 3.7 knows no strict
            if end > start:
                count += len(clip.get_notes_extended(0, 128, float(start), float(end - start)))
                yield
        return count

    def _take_back(self) -> Steps:
        """Remove what was written, newest first; what is gone already is passed over."""
        yield from self._delete_clips()
        for step in reversed(self._undo):
            try:
                yield from step()
            except (RuntimeError, TypeError) as error:
                self._host.log(f"could not take back a track or scene: {error}")

    def _delete_clips(self) -> Steps:
        for index, slot in enumerate(self._slots):
            yield
            # The last one may not have been seen yet; and a clip that is not ours any more stays.
            clips = self._clips[index : index + 1]
            if is_there(slot) and slot.has_clip and all(slot.clip == clip for clip in clips):
                slot.delete_clip()
        self._slots, self._clips = [], []


def _clip_of(slot: Slot) -> Steps:
    """Wait for the clip in a slot: Live does not always have it at once."""
    for _ in range(_PATIENCE_TICKS):
        if is_there(slot.clip):
            return slot.clip
        yield PAUSE
    raise WriteError("Live made a clip, but does not show it: try again")


def _specification(note: Note) -> Specification:
    return Live.Clip.MidiNoteSpecification(
        pitch=note.pitch,
        start_time=float(note.start),
        duration=float(note.duration),
        velocity=float(note.velocity),
        mute=bool(note.mute),
    )


def _delete_track(song: Song, track: Track) -> Steps:
    yield
    if is_there(track):
        song.delete_track(list(song.tracks).index(track))


def _delete_scene(song: Song, scene: Scene) -> Steps:
    """Delete a scene of ours at the end; the musician's stay, and what is put into ours does."""
    row = len(song.scenes) - 1
    if song.scenes[row] != scene:
        return
    for index, track in enumerate(song.tracks):
        if index % TRACKS_AT_ONCE == 0:
            yield
        slots = track.clip_slots
        if len(slots) > row and slots[row].has_clip:
            return
    if song.scenes[row] == scene:
        song.delete_scene(row)
