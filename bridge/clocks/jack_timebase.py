"""From the frames of JACK's transport to beats: by the timebase master's bars, or by a tempo."""

from dataclasses import dataclass

from models.music.tempo import Meter


@dataclass(frozen=True, slots=True)
class Place:
    """Where a timebase master says that a frame is; its beats are of any kind."""

    bar: int  # from 1, as `beat`
    beat: int
    tick: int
    ticks_per_beat: float
    beats_per_bar: float
    beat_type: float
    beats_per_minute: float

    @property
    def is_whole(self) -> bool:
        """Whether the master filled in everything that a beat is counted by."""
        counted = (self.ticks_per_beat, self.beats_per_bar, self.beat_type, self.beats_per_minute)
        return self.bar > 0 and self.beat > 0 and min(counted) > 0

    @property
    def meter(self) -> Meter | None:
        """The meter, if bars can be counted by it."""
        if self.beats_per_bar % 1 or self.beat_type % 1:
            return None
        try:
            return Meter(int(self.beats_per_bar), int(self.beat_type))
        except ValueError:
            return None

    @property
    def quarters(self) -> float:
        """Quarter notes in one beat."""
        return 4 / self.beat_type

    @property
    def bpm(self) -> float:
        """Quarter notes a minute."""
        return self.beats_per_minute * self.quarters

    @property
    def position(self) -> float:
        """Quarter notes from the beginning, as if all bars before were as long as this one."""
        beats = (self.bar - 1) * self.beats_per_bar + self.beat - 1
        return (beats + self.tick / self.ticks_per_beat) * self.quarters

    @property
    def tick_beats(self) -> float:
        """Quarter notes in one tick: the true position is less than this after `position`."""
        return self.quarters / self.ticks_per_beat


class Timebase:
    """Counts quarter notes along frames.

    Without a master the tempo counts: from frame 0, or from where it was changed while rolling.
    Ticks are up to a millisecond long, so a master's places narrow down where between two ticks
    its beats really are, as long as its tempo stands.
    """

    def __init__(self, frame_rate: int, bpm: float) -> None:
        self.frame_rate = frame_rate
        self.bpm = bpm
        self.has_master = False
        self._first = self._last = 0.0  # the beat of frame 0 lies between these

    def _beats(self, frames: float) -> float:
        return frames / self.frame_rate * self.bpm / 60

    def frames(self, beats: float) -> int:
        """Count the frames that so many quarter notes last at this tempo."""
        return round(beats * 60 / self.bpm * self.frame_rate)

    def change_tempo(self, bpm: float, frame: float) -> None:
        """Go on at another tempo from a frame on."""
        beat = self.beat_at(frame)
        self.bpm = bpm
        self._first = self._last = beat - self._beats(frame)

    def restart(self) -> None:
        """Count from frame 0 again, after a locate."""
        self._first = self._last = 0.0

    def learn(self, frame: int, place: Place | None) -> None:
        """Take in where the master says that this frame is; None: there is no master."""
        if place is None or not place.is_whole:
            self._lose_master(frame)
            return
        keeps_tempo = self.has_master and self.bpm == place.bpm
        self.has_master, self.bpm = True, place.bpm
        first = place.position - self._beats(frame)
        last = first + place.tick_beats
        # A frame's worth of slack: masters round.
        slack = self._beats(1)
        if keeps_tempo and first <= self._last + slack and self._first <= last + slack:
            first, last = max(first, self._first), min(last, self._last)
        self._first, self._last = min(first, last), max(first, last)

    def _lose_master(self, frame: int) -> None:
        if self.has_master:
            self.change_tempo(self.bpm, frame)
            self.has_master = False

    def beat_at(self, frame: float) -> float:
        """Tell the quarter note at a frame."""
        return (self._first + self._last) / 2 + self._beats(frame)
