"""Reads the clip that is selected or playing in Live, in small steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import Live

from .free_slots import SLOTS_AT_ONCE, TRACKS_AT_ONCE
from .host import Host, is_there
from .notes import MOST_BEATS, MOST_IN_CLIP, SHORTEST_BEATS, Note
from .types import Clip, LiveNote, Song, Steps, Track

NOTES_A_CHUNK = 140  # about 3,600 bytes
_FIRST_WINDOW_BEATS = 1.0
_FEW, _MANY = 32, 128


class ReadError(RuntimeError):
    """There is no such clip; the sentence says what to do."""


class ReadClip(NamedTuple):
    """A clip's notes from its loop's start; scene from 0, -1 for one in the arrangement.

    `bracket`: where its loop begins and ends, if it was read from marker to marker.
    """

    name: str
    track: str
    scene: int
    length: float
    notes: Sequence[Note]
    bracket: Sequence[float] = ()


def read_clip(host: Host, which: str, ours: set[str]) -> Steps:
    """Read the clip that is `selected` or `playing`, those in the tracks `ours` last.

    `bracket` is the selected clip as well: all of it, and where its loop bracket is.
    """
    song = host.song()
    if which in ("selected", "bracket"):
        clip = _selected(song)
    elif which == "playing":
        clip = yield from _playing(song, ours)
    else:
        raise ReadError(f"which clip: selected, playing or bracket, got {which!r}")
    if clip is None:
        is_playing = which == "playing"
        state, cure = ("playing", "start") if is_playing else ("selected", "click")
        raise ReadError(f"no MIDI clip is {state} in Live: {cure} a MIDI clip, then ask again")
    begin, end = _window(clip) if which != "bracket" else _whole(clip)
    if not 0 < end - begin <= MOST_BEATS:
        raise ReadError(f"the clip's loop is {end - begin:g} beats long; 4096 are the most")
    track, scene = yield from _place(clip)
    notes = yield from _notes(clip, begin, end)
    bracket = (clip.loop_start - begin, clip.loop_end - begin) if which == "bracket" else ()
    return ReadClip(clip.name, track, scene, end - begin, notes, bracket)


def _selected(song: Song) -> Clip | None:
    clip = song.view.detail_clip
    if _is_midi(clip):
        return clip
    slot = song.view.highlighted_clip_slot
    clip = slot.clip if is_there(slot) else None
    return clip if _is_midi(clip) else None


def _playing(song: Song, ours: set[str]) -> Steps:
    """The selected track's clip, else the first track's that we did not write, else any."""
    second = None
    for index, track in enumerate(_tracks(song)):
        if index % TRACKS_AT_ONCE == 0:
            yield
        clip = _playing_in(track)
        if clip is None:
            continue
        if index == 0 or track.name not in ours:
            return clip
        second = clip if second is None else second
    return second


def _tracks(song: Song) -> Iterator[Track]:
    yield song.view.selected_track
    index = 0
    while index < len(song.tracks):
        yield song.tracks[index]
        index += 1


def _playing_in(track: Track) -> Clip | None:
    try:
        slot = track.playing_slot_index
    except (AttributeError, RuntimeError):
        return None  # the main track and return tracks have no slots
    if slot < 0:
        return None
    clip = track.clip_slots[slot].clip
    return clip if _is_midi(clip) else None


def _is_midi(clip: Clip) -> bool:
    return is_there(clip) and clip.is_midi_clip


def _window(clip: Clip) -> Sequence[float]:
    if clip.looping:
        return clip.loop_start, clip.loop_end
    return clip.start_marker, clip.end_marker


def _whole(clip: Clip) -> Sequence[float]:
    """From marker to marker, which the loop bracket must leave something of."""
    if not clip.looping:
        raise ReadError("the clip's loop is off: switch it on, its bracket around what to fill")
    begin, end = min(clip.start_marker, clip.loop_start), max(clip.end_marker, clip.loop_end)
    if clip.loop_start <= begin and clip.loop_end >= end:
        raise ReadError("the loop bracket is around the whole clip: put it around what to fill")
    return begin, end


def _place(clip: Clip) -> Steps:
    """The name of the clip's track, and its scene from 0."""
    slot = clip.canonical_parent
    if not isinstance(slot, Live.ClipSlot.ClipSlot):
        return slot.name, -1  # in the arrangement a clip lies in its track
    track = slot.canonical_parent
    slots = track.clip_slots
    for row in range(len(slots)):
        if row % SLOTS_AT_ONCE == SLOTS_AT_ONCE - 1:
            yield
        if slots[row] == slot:
            return track.name, row
    return track.name, -1


def _notes(clip: Clip, begin: float, end: float) -> Steps:
    """The notes that sound and start in the window, counted from its start and cut at its end."""
    notes: list[Note] = []
    at, span = float(begin), _FIRST_WINDOW_BEATS
    while at < end:
        yield
        span = min(span, end - at)
        found = clip.get_notes_extended(0, 128, at, span)
        count = len(found)
        notes.extend(_note(note, begin, end) for note in found if not note.mute)
        if len(notes) > MOST_IN_CLIP:
            raise ReadError(f"the clip has more than {MOST_IN_CLIP} notes: shorten its loop")
        at += span
        # As many beats at a time as hold about a hundred notes, wherever in the clip we are.
        span = span * 2 if count < _FEW else span / 2 if count > _MANY else span
    yield
    return sorted(notes, key=lambda note: (note.start, note.pitch))


def _note(note: LiveNote, begin: float, end: float) -> Note:
    duration = max(min(note.duration, end - note.start_time), SHORTEST_BEATS)
    velocity = min(max(round(note.velocity), 1), 127)
    return Note(note.pitch, note.start_time - begin, duration, velocity, 0)
