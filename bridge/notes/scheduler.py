"""Clips laid out in beats, given back edge by edge when due; a cut keeps every release."""

from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush
from typing import NamedTuple

import mido

from models.music.clip import Clip, Note, Track
from models.music.tempo import EPSILON

MELODY, ACCOMPANIMENT = "melody", "accompaniment"  # sources
_RELEASE, _STRIKE = 0, 1
_SHORTEST = 1 / 64  # a note without length is heard all the same
_SLACK = 1e-3  # generators count in float32: a start may miss its bar line by this much
Ties = Mapping[tuple[int, int], float]  # new ends in beats, by channel and pitch
_PLACES = 6  # beats equal to a millionth are one instant, so that releases go before strikes


class Edge(NamedTuple):
    """The onset or release of a scheduled note; `serial` is its note's own number.

    In order they are as they sound. A tuple, with its message made only when it is sent: a loop is
    laid out on the bar line on which its first notes are due, and must not make them late.
    """

    beat: float
    rank: int
    serial: int
    source: str
    channel: int
    pitch: int
    velocity: int

    @property
    def strikes(self) -> bool:
        """Whether this is an onset."""
        return self.rank == _STRIKE

    @property
    def message(self) -> mido.Message:
        """Make the message that is sent for it; a note's own values need no check again."""
        key = {"channel": self.channel, "note": self.pitch}
        if self.rank == _STRIKE:
            return mido.Message("note_on", skip_checks=True, velocity=self.velocity, **key)
        return mido.Message("note_off", skip_checks=True, **key)


def release_of(serial: int, channel: int, pitch: int, beat: float) -> Edge:
    """Make the release of a note that sounds, ahead of its own."""
    return Edge(beat, _RELEASE, serial, "", channel, pitch, 0)


class Scheduler:
    """Pending edges in order: at one instant releases first, then strikes."""

    def __init__(self, programs: Mapping[str, int] | None = None) -> None:
        """`programs`: by track, in place of its own."""
        self._edges: list[Edge] = []
        self._serial = 0
        self.programs: dict[int, int] = {}  # by channel: whose notes are laid out there now
        self.names: dict[int, str] = {}  # of the tracks, by channel
        self.chosen: Mapping[str, int] = programs or {}

    def assign(self, tracks: Iterable[Track]) -> None:
        """Note by which instruments these tracks, from now on laid out, are to be heard."""
        for track in tracks:
            name = track.name.casefold()
            self.names[track.channel] = name
            self.programs[track.channel] = self.chosen.get(name, track.program)

    def upcoming(self, until: float) -> tuple[list[Edge], float | None]:
        """Return the edges up to the beat `until`, in order, and the beat of the next one."""
        found: list[Edge] = []
        later: float | None = None
        places = [0]  # in the heap: below an edge lie only later ones
        while places:
            place = places.pop()
            if place >= len(self._edges):
                continue
            edge = self._edges[place]
            if edge.beat <= until:
                found.append(edge)
                places += [2 * place + 1, 2 * place + 2]
            elif later is None or edge.beat < later:
                later = edge.beat
        return sorted(found), later

    def play(
        self,
        clip: Clip,
        begin: float,
        channel: int,
        source: str,
        place: float = 0.0,
        *,
        chase: bool = False,
    ) -> None:
        """Lay out the clip's notes from `place` on, its beat 0 at `begin`, cut at its length.

        `chase`: strike what sounds at `place` already, as a DAW does after a jump.
        """
        for note in clip.notes:
            first = note.end - 2 * _SLACK if chase else note.start
            if place - _SLACK <= first and note.start < clip.length - EPSILON:
                start = max(note.start, place)
                end = min(max(note.end, start + _SHORTEST), clip.length)
                self._add(note, (begin + start, begin + end), channel, source)

    def _add(self, note: Note, span: tuple[float, float], channel: int, source: str) -> None:
        self._serial += 1
        for beat, rank in zip(span, (_STRIKE, _RELEASE), strict=True):
            what = (self._serial, source, channel, note.pitch, note.velocity)
            heappush(self._edges, Edge(round(beat, _PLACES), rank, *what))

    def next_beat(self) -> float | None:
        """Return the beat of the next edge."""
        return self._edges[0].beat if self._edges else None

    def take_due(self, beat: float) -> list[Edge]:
        """Remove and return the edges up to `beat`, in order."""
        out = []
        while self._edges and self._edges[0].beat <= beat + EPSILON:
            out.append(heappop(self._edges))
        return out

    def silence(self) -> list[Edge]:
        """Forget everything; return the releases of what sounds."""
        unstruck = {edge.serial for edge in self._edges if edge.strikes}
        sounding = sorted(edge for edge in self._edges if edge.serial not in unstruck)
        self._edges = []
        return sounding

    def replan(
        self, beat: float, source: str, notes: Iterable[tuple[int, Note]], begun: Ties
    ) -> None:
        """From `beat` on let the source play these notes (channel, note in the transport's beats).

        What sounds goes on to its new end where `begun` has one for (channel, pitch); else it is
        released at `beat`.
        """
        meant = {e.serial for e in self._edges if e.source == source}
        unstruck = {e.serial for e in self._edges if e.strikes and e.serial in meant}
        kept = [e for e in self._edges if e.serial not in meant]
        for edge in self._edges:
            if edge.serial in meant - unstruck:
                end = begun.get((edge.channel, edge.pitch), beat)
                kept.append(edge._replace(beat=round(max(end, beat), _PLACES)))
        self._edges = kept
        heapify(self._edges)
        for channel, note in notes:
            end = max(note.end, note.start + _SHORTEST)
            self._add(note, (note.start, end), channel, source)

    def cut(self, beat: float, *sources: str) -> None:
        """End these sources (all, if none is named) at `beat`: what sounds is released there."""
        is_meant = {e.serial for e in self._edges if not sources or e.source in sources}
        unstruck = {e.serial for e in self._edges if e.strikes and e.serial in is_meant}
        kept = []
        for edge in self._edges:
            if edge.serial not in is_meant:
                kept.append(edge)
            elif edge.serial not in unstruck:
                kept.append(edge._replace(beat=min(edge.beat, round(beat, _PLACES))))
        self._edges = kept
        heapify(self._edges)
