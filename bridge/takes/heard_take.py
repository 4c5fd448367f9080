"""One take of all that is heard while a piece goes on: it grows with each bar."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, inf

from bridge.settings import EARLY
from models.music.clip import Clip, Note, Track
from models.music.tempo import EPSILON, Meter, MeterMap, TempoMap

_PLACES = 6  # beats equal to a millionth are one instant
_JUMP_SLACK = 0.25
_TEMPO_CHANGE = 0.005  # as a share: an outside clock's jitter is less
# A file that Continuo itself reads again has at most 100,000 notes and 4,096 bars.
MOST_NOTES, MOST_BARS = 50_000, 2_048


@dataclass(frozen=True, slots=True)
class Heard:
    """The melody and the tracks under it in beats of the file, whose music begins at `lead_in`."""

    melody: Clip
    tracks: tuple[Track, ...]
    tempo: TempoMap
    meter: MeterMap
    lead_in: float


@dataclass(slots=True)
class _Voice:
    """One track of the accompaniment: what it is, and its notes that have ended."""

    head: Track
    notes: list[Note] = field(default_factory=list)


class HeardTake:
    """Gathers notes, once they have ended, where they were played.

    `begin` is the bar line of the song on which the piece began, `first` the beat of its first
    note: a pick-up gets bars of its own before; a note struck a little early is moved to the line.
    When the song jumps, the take goes on in the same place of its bar. It only ever appends, so
    that what there was at some moment can be put together later, in another thread.
    """

    def __init__(self, begin: float, first: float, bpm: float, meter: Meter) -> None:
        bar = meter.beats_per_bar
        early = begin - first
        self.lead_in = ceil(early / bar - EPSILON) * bar if early > EARLY + EPSILON else 0.0
        self._origin = begin - self.lead_in  # the song's beat that is beat 0 of the file
        self._from = self._until = self._origin  # of the accompaniment, in the song's beats
        self._first = first - EPSILON
        self._melody: list[Note] = []
        self._voices: dict[tuple[str, str, int, int], _Voice] = {}
        self._tempo = [(0.0, bpm)]
        self._meter = [(0.0, meter)]

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been heard to its end yet."""
        return not self._melody and not any(v.notes for v in self._voices.values())

    def is_full(self, beat: float) -> bool:
        """Whether a file had better not become longer."""
        count = len(self._melody) + sum(len(v.notes) for v in self._voices.values())
        bar = self._meter[-1][1].beats_per_bar
        return count >= MOST_NOTES or beat - self._origin >= MOST_BARS * bar

    def hear(
        self, played: Iterable[Note], tracks: Iterable[Track], beat: float, bpm: float, meter: Meter
    ) -> None:
        """Take what was played and has ended, and what the tracks sounded before this bar line.

        A note that ends on the line itself waits for the next time: an answer that takes effect
        here may have cut it, or let it ring on.
        """
        self._melody += [self._placed(note) for note in played if note.start >= self._first]
        for track in tracks:
            ended = (n for n in track.clip.notes if self._ends_before(n, beat))
            self._voice(track).notes += [self._placed(self._cut(n, inf)) for n in ended]
        self._until = max(self._until, beat)
        place = beat - self._origin
        if abs(bpm / self._tempo[-1][1] - 1) > _TEMPO_CHANGE and place > self._tempo[-1][0]:
            self._tempo.append((place, bpm))
        if meter != self._meter[-1][1] and place > self._meter[-1][0]:
            self._meter.append((place, meter))

    def jump(self, tracks: Iterable[Track], old: float, new: float) -> None:
        """Go on at the beat `new` of the song: what sounded at `old` ended there."""
        for track in tracks:
            self._voice(track).notes += self._sounding(track, old)
        bar = self._meter[-1][1].beats_per_bar
        # Told a little early or late, a jump on a bar line is one all the same.
        last = old - self._origin - _JUMP_SLACK
        place = new - self._origin
        self._origin -= ceil((last - place) / bar - EPSILON) * bar
        self._from = self._until = new
        self._first = -inf

    def so_far(
        self, held: Sequence[Note], tracks: Sequence[Track], beat: float
    ) -> Callable[[], Heard]:
        """Freeze what there is at `beat`, with what still sounds; to be put together later."""
        bar = self._meter[-1][1].beats_per_bar
        length = ceil((beat - self._origin) / bar - EPSILON) * bar
        keys = [self._placed(note) for note in held if note.start >= self._first]
        over = {id(self._voice(track)): self._sounding(track, beat) for track in tracks}
        melody, melody_count = self._melody, len(self._melody)
        voices = [(v.head, v.notes, len(v.notes), over.get(id(v), [])) for v in self._all()]
        tempo, meter = TempoMap(tuple(self._tempo)), MeterMap(tuple(self._meter))
        lead_in = self.lead_in

        def heard() -> Heard:
            clip = Clip((*melody[:melody_count], *keys), length)
            parts = tuple(
                replace(head, clip=Clip((*notes[:count], *more), length))
                for head, notes, count, more in voices
            )
            return Heard(clip, parts, tempo, meter, lead_in)

        return heard

    def _all(self) -> list[_Voice]:
        return list(self._voices.values())

    def _voice(self, track: Track) -> _Voice:
        key = (track.name, track.role, track.program, track.channel)
        if key not in self._voices:
            self._voices[key] = _Voice(replace(track, clip=Clip()))
        return self._voices[key]

    def _ends_before(self, note: Note, beat: float) -> bool:
        end = round(note.end, _PLACES)
        return self._from < end and self._until <= end < beat

    def _sounding(self, track: Track, beat: float) -> list[Note]:
        """Give the track's notes that sound up to `beat` or over it, as if they ended there."""
        notes = (n for n in track.clip.notes if n.start < beat and round(n.end, _PLACES) >= beat)
        return [self._placed(self._cut(note, beat)) for note in notes]

    def _cut(self, note: Note, end: float) -> Note:
        """Give what was heard of a note: since the last jump, and up to `end`."""
        start = max(note.start, self._from)
        return replace(note, start=start, duration=max(min(note.end, end) - start, 0.0))

    def _placed(self, note: Note) -> Note:
        start, end = note.start - self._origin, note.end - self._origin
        start = max(start, 0.0)
        return replace(note, start=start, duration=max(end - start, 0.0))
