"""A closed phrase with its take, laid out for the scheduler."""

from dataclasses import dataclass, replace

from bridge.desk import Ask
from bridge.scheduler import Scheduler
from models.clip import Clip, Track

MELODY, ACCOMPANIMENT = "melody", "accompaniment"


@dataclass(slots=True)
class Piece:
    """The melody, the bar line from which it may sound, its newest take and what sounds of it."""

    melody: Clip
    begin: float
    ask: Ask
    tracks: tuple[Track, ...] | None = None  # committed
    is_kept: bool = False

    @property
    def length(self) -> float:
        """Beats in the phrase."""
        return self.melody.length

    @property
    def end(self) -> float:
        """The bar line at which its first pass is over."""
        return self.begin + self.length

    def wrapped_melody(self) -> Clip:
        """Return the melody for a loop: its pick-up leads from each pass into the next."""
        moved = (
            replace(n, start=n.start + self.length) if n.start < 0 else n for n in self.melody.notes
        )
        return Clip(tuple(moved), self.length)

    def play_accompaniment(self, scheduler: Scheduler, begin: float, place: float) -> None:
        """Lay out the committed tracks, beat 0 at `begin`, from `place` on."""
        for track in self.tracks or ():
            clip = Clip(track.clip.notes, self.length)
            scheduler.play(clip, begin, track.channel, ACCOMPANIMENT, place)
